//! One export from its questions to its directory.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::days::Days;
use super::error::ExportError;
use super::folder::Folder;
use super::manifest::{ColumnEntry, FORMAT, HealthDays, Manifest, TableEntry};
use super::question::{Pinned, Source};
use super::rows::Asking;
use super::sink::{Format, Sink};
use super::tables::{self, Column, Table};

/// How many rows are kept before they are written.
const ROWS_AT_ONCE: usize = 4_096;
/// What the ledger says of itself, its name among it.
const OF_ITSELF: &str = "/v1/events?kind=ledger.*&limit=1000";

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The moment and the size that it is about.
    pub pinned: Pinned,
    /// The days of the table of health.
    pub days: Days,
    /// The formats of the tables.
    pub formats: Vec<Format>,
}

/// Is told how far it is: the table, and how many of its rows are there.
pub type Progress<'a> = dyn FnMut(&'static str, u64) + 'a;

/// Writes an export to a directory that is not there yet, or is empty.
///
/// # Errors
/// Where anything fails; then nothing is there.
pub fn export(
    source: &dyn Source,
    wanted: &Wanted,
    out: &Path,
    progress: &mut Progress<'_>,
) -> Result<Manifest, ExportError> {
    let folder = Folder::begin(out)?;
    let asking = Asking { source, pinned: &wanted.pinned, days: wanted.days };
    let run = Run { asking, formats: &wanted.formats, dir: folder.path() };
    let (mut accounts, mut models) = (Vec::new(), BTreeSet::new());
    let (first, others) = (tables::FIRST, tables::OTHERS);
    let mut entries = vec![run.fill(&first, &[], progress, &mut |item| accounts.extend(text(item, "account")))?];
    for table in others {
        let mut note = |item: &Value| {
            if table.by_day {
                models.extend(text(item, "model"));
            }
        };
        entries.push(run.fill(table, &accounts, progress, &mut note)?);
    }
    let manifest = describe(wanted, run.ledger()?, models, entries);
    let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|error| ExportError::writing(out)(error.into()))?;
    bytes.push(b'\n');
    folder.finish(&bytes)?;
    Ok(manifest)
}

fn text(item: &Value, field: &str) -> Option<String> {
    item.get(field)?.as_str().map(str::to_owned)
}

fn describe(wanted: &Wanted, ledger: Option<String>, models: BTreeSet<String>, tables: Vec<TableEntry>) -> Manifest {
    let Pinned { as_of, zone, size, root, clock, learned_by } = wanted.pinned.clone();
    Manifest {
        format: FORMAT,
        ledger,
        size,
        root,
        as_of: as_of.to_string(),
        zone: zone.to_string(),
        clock,
        learned_by,
        health_days: HealthDays { from: wanted.days.from.to_string(), to: wanted.days.to.to_string() },
        health_models: models.into_iter().collect(),
        tables,
    }
}

/// An export on its way.
struct Run<'a> {
    asking: Asking<'a>,
    formats: &'a [Format],
    dir: &'a Path,
}

impl Run<'_> {
    /// Writes a table to its files. `note` sees every item that a row is made from.
    fn fill(
        &self,
        table: &Table,
        accounts: &[String],
        progress: &mut Progress<'_>,
        note: &mut dyn FnMut(&Value),
    ) -> Result<TableEntry, ExportError> {
        let mut sink = Sink::begin(self.dir, table, self.formats)?;
        let (mut rows, mut waiting) = (0, Vec::with_capacity(ROWS_AT_ONCE));
        progress(table.name, rows);
        self.asking.walk(table, accounts, &mut |item, row| {
            note(item);
            rows += 1;
            waiting.push(row);
            if waiting.len() == ROWS_AT_ONCE {
                sink.write(&waiting)?;
                waiting.clear();
            }
            progress(table.name, rows);
            Ok(())
        })?;
        sink.write(&waiting)?;
        let (question, files) = (self.asking.question(table), sink.finish()?);
        Ok(TableEntry { name: table.name, meaning: table.meaning, question, rows, columns: columns(table), files })
    }

    /// The name that the ledger gave itself last, up to the size.
    fn ledger(&self) -> Result<Option<String>, ExportError> {
        let answer = self.asking.ask(OF_ITSELF)?;
        let said = answer.body.get("items").and_then(Value::as_array).into_iter().flatten();
        let size = self.asking.pinned.size;
        let mut known =
            said.rev().filter(|event| event.get("position").and_then(Value::as_u64).is_some_and(|at| at < size));
        Ok(known.find_map(|event| text(event.get("payload")?, "origin")))
    }
}

fn columns(table: &Table) -> Vec<ColumnEntry> {
    let entry =
        |column: &Column| ColumnEntry { name: column.name, sql_type: column.kind.sql(), meaning: column.meaning };
    table.columns.iter().map(entry).collect()
}
