//! `tenure show`: what is good to know of an account before a call, laid out for a terminal.

mod page;

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::reader::Reader;
use super::{Ending, terminal};
use crate::http::address::escape;

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
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Laid out on a page.
    Table,
    /// Indented JSON.
    Json,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let answer = reader.get(&args.target(), "application/json");
    reader.close();
    let overview: Value = serde_json::from_slice(&answer?.body).context("the answer is no JSON")?;
    let text = match args.format {
        Format::Table => page::lay_out(&overview),
        Format::Json => serde_json::to_string_pretty(&overview)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}

impl Args {
    fn target(&self) -> String {
        let given = [("as_of", &self.as_of), ("tz", &self.tz)];
        let given = given.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", escape(value.as_ref()?))));
        let query: Vec<String> = given.collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/v1/accounts/{}/overview{mark}{}", escape(&self.account), query.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_moments_are_escaped() {
        let args = Args {
            account: "a/b c".to_owned(),
            as_of: Some("2026-03-01T09:00:00+01:00".to_owned()),
            tz: None,
            format: Format::Table,
        };
        assert_eq!(args.target(), "/v1/accounts/a%2Fb%20c/overview?as_of=2026-03-01T09%3A00%3A00%2B01%3A00");
    }
}
