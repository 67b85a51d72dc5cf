//! `tenure show`: what is good to know of an account before a call, laid out for a terminal.

mod page;

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, terminal};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    #[command(flatten)]
    moment: Moment,
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
    let target = args.moment.ask(&format!("/v1/accounts/{}/overview", escape(&args.account)));
    let answer = reader.get(&target, "application/json");
    reader.close();
    let overview: Value = serde_json::from_slice(&answer?.body).context("the answer is no JSON")?;
    let text = match args.format {
        Format::Table => page::lay_out(&overview),
        Format::Json => serde_json::to_string_pretty(&overview)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}
