//! `tenure brief`: the handover brief of an account, and whether the one that was accepted can be rendered again.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use super::reader::Reader;
use super::{Ending, terminal};
use crate::http::address::escape;

/// The format of the briefs that this version renders.
const FORMAT: u64 = tenure_replay::brief::FORMAT as u64;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// The moment: a date such as 2026-03-01, or an instant such as 2026-03-01T09:30:00Z; now when absent.
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
    /// The IANA time zone in which dates are days; UTC when absent.
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// The time up to which knowledge counts; everything known now when absent.
    #[arg(long, value_name = "MOMENT", conflicts_with = "size")]
    known_at: Option<String>,
    /// How many of the ledger's first events count.
    #[arg(long, value_name = "N")]
    size: Option<u64>,
    /// The handover that it is made for.
    #[arg(long, value_name = "HANDOVER", conflicts_with_all = ["role", "scope"])]
    handover: Option<String>,
    /// The role that passes on; primary when absent.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// For which part of the account; global when absent.
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The file to write it to; standard output when absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Render the brief again that was recorded for this handover, and say whether it still has its digest.
    #[arg(long, value_name = "HANDOVER", conflicts_with_all =
        ["as_of", "known_at", "size", "handover", "role", "scope", "format", "output"])]
    verify: Option<String>,
}

/// How a brief is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// Markdown.
    Markdown,
    /// A page to print.
    Html,
    /// Indented JSON.
    Json,
}

impl Format {
    fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Json => "application/json",
        }
    }
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let done = match &args.verify {
        Some(handover) => verify(&reader, args, handover),
        None => write(&reader, args),
    };
    reader.close();
    done
}

fn write(reader: &Reader, args: &Args) -> anyhow::Result<Ending> {
    let size = args.size.map(|size| size.to_string());
    let given = [
        ("as_of", &args.as_of),
        ("tz", &args.tz),
        ("known_at", &args.known_at),
        ("size", &size),
        ("handover", &args.handover),
        ("role", &args.role),
        ("scope", &args.scope),
    ];
    let given = given.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    let answer = reader.get(&target(&args.account, given), args.format.media_type())?;
    let mut text = String::from_utf8(answer.body).context("the answer is no text")?;
    if args.format == Format::Json {
        text = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&text)?)? + "\n";
    }
    match &args.output {
        Some(file) => std::fs::write(file, text).with_context(|| format!("could not write {}", file.display()))?,
        None => terminal::print(&text)?,
    }
    Ok(Ending::Done)
}

/// The address of a brief.
fn target<'a>(account: &str, given: impl IntoIterator<Item = (&'static str, &'a str)>) -> String {
    let query: Vec<String> = given.into_iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/v1/accounts/{}/handover-brief{mark}{}", escape(account), query.join("&"))
}

/// What `handover.briefed` recorded.
#[derive(Debug, serde::Deserialize)]
struct Recorded {
    handover: String,
    brief: Accepted,
    completeness: u64,
}

#[derive(Debug, serde::Deserialize)]
struct Accepted {
    as_of: String,
    size: u64,
    format: u64,
    digest: String,
}

/// Renders the brief again that was recorded for a handover, and says whether it is the same.
fn verify(reader: &Reader, args: &Args, handover: &str) -> anyhow::Result<Ending> {
    let (position, recorded) = recorded(reader, &args.account, handover)?;
    let accepted = &recorded.brief;
    let which = format!("the brief of handover {handover}, recorded at position {position}");
    if accepted.format != FORMAT {
        terminal::say(&format!(
            "{which}, has format {}, which is unknown: this version renders format {FORMAT}, so nothing can be said of it",
            accepted.format
        ))?;
        return Ok(Ending::Refused);
    }
    let found = again(reader, args, handover, accepted)?;
    let digest = found.pointer("/brief/digest").and_then(Value::as_str).unwrap_or_default();
    if digest != accepted.digest {
        let zone = args.tz.as_deref().unwrap_or("UTC");
        terminal::say(&format!(
            "{which}, is not what the ledger says as of {} at size {} with days in {zone}: it has the digest {}, \
             rendered again {digest}. Where it was made with days in another zone, name that with --tz",
            accepted.as_of, accepted.size, accepted.digest
        ))?;
        return Ok(Ending::Refused);
    }
    let complete = found.get("completeness").and_then(Value::as_u64).unwrap_or_default();
    if complete != recorded.completeness {
        terminal::say(&format!(
            "{which}, is the same when it is rendered again, but is {complete} % complete, not {} % as was recorded",
            recorded.completeness
        ))?;
        return Ok(Ending::Refused);
    }
    terminal::say(&format!(
        "{which}, is the same when it is rendered again as of {} at size {}: {digest}",
        accepted.as_of, accepted.size
    ))?;
    Ok(Ending::Done)
}

/// The brief as of the moment and at the size of the accepted one: the one for the handover, else that for its lane,
/// which it also is when it was made before the handover began.
fn again(reader: &Reader, args: &Args, handover: &str, accepted: &Accepted) -> anyhow::Result<Value> {
    let size = accepted.size.to_string();
    let mut given = vec![("as_of", accepted.as_of.as_str()), ("size", size.as_str())];
    given.extend(args.tz.as_deref().map(|zone| ("tz", zone)));
    let ask = |more: &[(&'static str, &str)]| -> anyhow::Result<Value> {
        let all = given.iter().chain(more).copied();
        let answer = reader.get(&target(&args.account, all), "application/json")?;
        serde_json::from_slice(&answer.body).context("the answer is no JSON")
    };
    let is_accepted = |found: &Value| found.pointer("/brief/digest").and_then(Value::as_str) == Some(&accepted.digest);
    let for_handover = ask(&[("handover", handover)]);
    match for_handover {
        Ok(found) if is_accepted(&found) => Ok(found),
        Ok(found) => {
            let text =
                |name: &str| found.pointer(&format!("/subject/{name}")).and_then(Value::as_str).unwrap_or_default();
            let for_lane = ask(&[("role", text("role")), ("scope", text("scope"))])?;
            Ok(if is_accepted(&for_lane) { for_lane } else { found })
        }
        Err(error) => ask(&[]).ok().filter(is_accepted).ok_or(error),
    }
}

/// The last brief that was recorded for a handover, and at which position.
fn recorded(reader: &Reader, account: &str, handover: &str) -> anyhow::Result<(u64, Recorded)> {
    let mut next = Some(format!("/v1/accounts/{}/timeline?kind=handover.briefed&limit=1000", escape(account)));
    let mut last = None;
    while let Some(address) = next {
        let answer = reader.get(&address, "application/json")?;
        let page: Value = serde_json::from_slice(&answer.body).context("the answer is no JSON")?;
        for item in page.get("items").and_then(Value::as_array).into_iter().flatten() {
            let position = item.get("position").and_then(Value::as_u64).unwrap_or_default();
            let payload = item.pointer("/event/payload").cloned().unwrap_or_default();
            let said: Recorded = serde_json::from_value(payload).context("the event at a position cannot be read")?;
            if said.handover == handover {
                last = Some((position, said));
            }
        }
        next = answer.next;
    }
    let Some(last) = last else { bail!("no brief is recorded for a handover {handover} of account {account}") };
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_escaped() {
        let given = [("as_of", "2026-03-01T09:00:00+01:00"), ("scope", "region:a b")];
        let address = "/v1/accounts/a%2Fb/handover-brief?as_of=2026-03-01T09%3A00%3A00%2B01%3A00&scope=region%3Aa%20b";
        assert_eq!(target("a/b", given), address);
        assert_eq!(target("acme", []), "/v1/accounts/acme/handover-brief");
    }
}
