//! `tenure brief`: the handover brief of an account, and whether the one that was accepted can be rendered again.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use super::answer::text;
use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, answer, terminal};
use crate::http::address::escape;

/// The format of the briefs that this version renders.
const FORMAT: u64 = tenure_replay::brief::FORMAT as u64;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    #[command(flatten)]
    moment: Moment,
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
        ["as_of", "known_at", "size", "clock", "handover", "role", "scope", "format", "output"])]
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
    let given =
        [("handover", args.handover.as_deref()), ("role", args.role.as_deref()), ("scope", args.scope.as_deref())];
    let answer = reader.get(&args.moment.ask_with(&path(&args.account), &given), args.format.media_type())?;
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

/// The path of an account's brief.
fn path(account: &str) -> String {
    format!("/v1/accounts/{}/handover-brief", escape(account))
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
        let zone = args.moment.zone().unwrap_or("UTC");
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
    let moment = Moment::at_size(&accepted.as_of, accepted.size, args.moment.zone());
    let ask = |more: &[(&str, Option<&str>)]| answer::document(reader, &moment.ask_with(&path(&args.account), more));
    let is_accepted = |found: &Value| found.pointer("/brief/digest").and_then(Value::as_str) == Some(&accepted.digest);
    let for_handover = ask(&[("handover", Some(handover))]);
    match for_handover {
        Ok(found) if is_accepted(&found) => Ok(found),
        Ok(found) => {
            let (role, scope) = (text(&found, "/subject/role"), text(&found, "/subject/scope"));
            let for_lane = ask(&[("role", Some(&role)), ("scope", Some(&scope))])?;
            Ok(if is_accepted(&for_lane) { for_lane } else { found })
        }
        Err(error) => ask(&[]).ok().filter(is_accepted).ok_or(error),
    }
}

/// The last brief that was recorded for a handover, and at which position.
fn recorded(reader: &Reader, account: &str, handover: &str) -> anyhow::Result<(u64, Recorded)> {
    let target = format!("/v1/accounts/{}/timeline?kind=handover.briefed&limit=1000", escape(account));
    let mut last = None;
    for item in answer::all_items(reader, &target)? {
        let position = item.get("position").and_then(Value::as_u64).unwrap_or_default();
        let payload = item.pointer("/event/payload").cloned().unwrap_or_default();
        let said: Recorded = serde_json::from_value(payload)
            .with_context(|| format!("the brief that is recorded at position {position} cannot be read"))?;
        if said.handover == handover {
            last = Some((position, said));
        }
    }
    let Some(last) = last else { bail!("no brief is recorded for a handover {handover} of account {account}") };
    Ok(last)
}
