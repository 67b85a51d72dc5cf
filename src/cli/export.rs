//! `tenure export`: the ledger as tables for analysis, with a manifest, in a directory.

use std::error::Error;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use tenure_schemas::parse_date;

use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, table, terminal};
use crate::export::{Answer, Days, Format, Manifest, Pinned, Source, TableEntry, Wanted, check, export};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tenure export tables                          # everything as it is known now, health for the last 365 days
  tenure export tables --as-of 2026-06-30       # as of a date
  tenure export tables --size 79824 --format parquet
  duckdb -c \"SELECT * FROM 'tables/ownership_intervals.parquet'\"")]
pub(super) struct Args {
    /// The directory to write to; it must be empty, or not be there yet.
    #[arg(value_name = "OUT")]
    out: PathBuf,
    #[command(flatten)]
    moment: Moment,
    /// The first day of the table of health; 365 days up to the last one when absent.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// The last day of the table of health; that of the moment when absent.
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
    /// The format of the tables; both when absent.
    #[arg(long, value_enum)]
    format: Option<Kind>,
}

/// The format of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// A header line, then a line a row; an empty cell is NULL.
    Csv,
    /// Typed columns.
    Parquet,
}

fn day(text: &str) -> Result<Date, String> {
    parse_date(text).map_err(|error| error.message)
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    // What is in the way is said before the ledger is read.
    check(&args.out)?;
    let reader = Reader::to(dir)?;
    let written = write(&reader, args);
    reader.close();
    terminal::say(&summary(&written?, &args.out))?;
    Ok(Ending::Done)
}

/// Pins the moment with a first question, and asks the others.
fn write(reader: &Reader, args: &Args) -> anyhow::Result<Manifest> {
    let question = args.moment.ask_with("/v1/accounts", &[("limit", Some("1"))]);
    let pinned = Pinned::by(&question, &of_the_moment(reader, &question)?)?;
    let days = Days::up_to(&pinned, args.from, args.to)?;
    let formats = match args.format {
        None => Format::ALL.to_vec(),
        Some(Kind::Csv) => vec![Format::Csv],
        Some(Kind::Parquet) => vec![Format::Parquet],
    };
    let bar = terminal::count("rows");
    let written = export(reader, &Wanted { pinned, days, formats }, &args.out, &mut |table, rows| {
        if rows == 0 {
            bar.set_message(table);
        }
        bar.set_position(rows);
    });
    bar.finish_and_clear();
    Ok(written?)
}

/// The first answer. What it refuses is about what was typed, so it stands as it is.
fn of_the_moment(reader: &Reader, question: &str) -> anyhow::Result<Answer> {
    reader.ask(question).map_err(anyhow::Error::from_boxed)
}

impl Source for Reader {
    fn ask(&self, question: &str) -> Result<Answer, Box<dyn Error + Send + Sync>> {
        let answer = self.get(question, "application/json")?;
        Ok(Answer { body: serde_json::from_slice(&answer.body)?, next: answer.next, root: answer.root })
    }
}

/// What is where.
fn summary(manifest: &Manifest, out: &Path) -> String {
    let mut tables = table::new();
    tables.set_header(["table", "rows", "files"]);
    tables.add_rows(manifest.tables.iter().map(row));
    format!(
        "as of {} ({}), from a ledger of {} events with the root {}\n\n{}\n\n{} holds the tables, and manifest.json \
         what they are",
        manifest.as_of,
        manifest.zone,
        manifest.size,
        manifest.root,
        table::text_of(tables),
        out.display()
    )
}

fn row(entry: &TableEntry) -> [String; 3] {
    let files = entry.files.iter().map(|file| format!("{} ({} bytes)", file.name, file.bytes));
    [entry.name.to_owned(), entry.rows.to_string(), files.collect::<Vec<_>>().join(", ")]
}
