//! `tenure get`: asks the read API from the command line, with and without a running server.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::reader::{Answer, Reader};
use super::{Ending, table, terminal};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to ask for, such as '/v1/accounts/acme/owners?as_of=2026-03-01'; / lists what there is.
    #[arg(value_name = "PATH")]
    target: String,
    /// How to print the answer: lists as a table, everything else as indented JSON, unless another format is named.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Follow a list to its end, page by page.
    #[arg(long)]
    all: bool,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// Indented JSON.
    Json,
    /// One JSON object a line; lists only.
    Ndjson,
    /// A header line, then a line an item; lists only.
    Csv,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let printed = print_pages(&reader, args);
    reader.close();
    printed.map(|()| Ending::Done)
}

fn print_pages(reader: &Reader, args: &Args) -> anyhow::Result<()> {
    let mut target = args.target.clone();
    let mut first = true;
    loop {
        let answer = ask(reader, &target, args.format)?;
        print(&answer, args.format, first)?;
        let Some(next) = answer.next else { return Ok(()) };
        if !args.all {
            terminal::complain(&format!("there is more: tenure get '{next}', or all of it with --all"));
            return Ok(());
        }
        (target, first) = (next, false);
    }
}

fn ask(reader: &Reader, target: &str, format: Format) -> anyhow::Result<Answer> {
    match format {
        // What is no list has no table, and comes as JSON.
        Format::Table => reader.get(target, "text/csv, application/json;q=0.5"),
        Format::Json => reader.get(target, "application/json"),
        Format::Ndjson => reader.get(target, "application/x-ndjson"),
        Format::Csv => reader.get(target, "text/csv"),
    }
}

fn print(answer: &Answer, format: Format, first: bool) -> anyhow::Result<()> {
    let text = std::str::from_utf8(&answer.body).context("the answer is no text")?;
    match format {
        Format::Table => match serde_json::from_str::<Value>(text) {
            Ok(document) => terminal::say(&serde_json::to_string_pretty(&document)?)?,
            Err(_) => terminal::say(&table::of_csv(text)?)?,
        },
        Format::Json => terminal::say(&serde_json::to_string_pretty(&serde_json::from_str::<Value>(text)?)?)?,
        Format::Ndjson => terminal::print(text)?,
        // One header is enough for all pages.
        Format::Csv if first => terminal::print(text)?,
        Format::Csv => terminal::print(text.split_once('\n').map_or("", |(_, rows)| rows))?,
    }
    Ok(())
}
