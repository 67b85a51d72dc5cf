//! How far an import is, and what became of its rows.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading the files; counted in bytes as they lie on disk.
    Reading,
    /// Finding each row's time and place in the order; counted in rows.
    Sorting,
    /// Building the events; counted in rows times rules, and begun again where a rejected row had counted.
    Planning,
    /// Recording; counted in events.
    Appending,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// How much of it is done.
    pub done: u64,
    /// How much there is to do.
    pub total: u64,
}

impl Progress {
    pub(crate) fn new(phase: Phase, done: usize, total: usize) -> Self {
        Self { phase, done: done as u64, total: total as u64 }
    }
}

/// Told how far an import is, now and then.
pub type OnProgress<'a> = dyn FnMut(Progress) + 'a;

/// How many rows ended how; each row is in exactly one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// At least one of the row's events is new in the ledger (or would be, in a dry run).
    pub recorded: u64,
    /// The row makes events, and the ledger had all of them.
    pub already_recorded: u64,
    /// The rules make nothing of the row.
    pub skipped: u64,
    /// Something is wrong with the row.
    pub rejected: u64,
}

impl RowCounts {
    /// All rows.
    pub fn total(&self) -> u64 {
        self.recorded + self.already_recorded + self.skipped + self.rejected
    }

    fn add(&mut self, other: Self) {
        self.recorded += other.recorded;
        self.already_recorded += other.already_recorded;
        self.skipped += other.skipped;
        self.rejected += other.rejected;
    }
}

/// How many events of a kind ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventCounts {
    /// New in the ledger (or would be, in a dry run).
    pub recorded: u64,
    /// The ledger had them.
    pub already_recorded: u64,
}

/// A row that is rejected, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file.
    pub file: PathBuf,
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The rule, such as `source orders, event order.placed`; empty where the row could not be read.
    pub rule: String,
    /// The field of the event, such as `payload.total.amount`; empty where the row as a whole is meant.
    pub field: String,
    /// The columns that the field is made from, with commas between them.
    pub columns: String,
    /// What is wrong.
    pub reason: String,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The mapping's name.
    pub mapping: String,
    /// Whether nothing was to be recorded.
    pub dry_run: bool,
    /// The rows of each source that a file was given for, in the mapping's order.
    pub sources: Vec<(String, RowCounts)>,
    /// The events by kind.
    pub events: BTreeMap<&'static str, EventCounts>,
    /// The rejected rows, by file and line.
    pub rejects: Vec<Reject>,
    /// Where the rejected rows were written, if there are any.
    pub rejects_file: Option<PathBuf>,
    /// Files that the mapping knows and takes nothing from.
    pub unused_files: Vec<PathBuf>,
    /// What may be a slip, though nothing is wrong: columns that nothing reads where others are absent.
    pub notes: Vec<String>,
}

impl Report {
    /// The rows of all sources.
    pub fn rows(&self) -> RowCounts {
        let mut all = RowCounts::default();
        self.sources.iter().for_each(|(_, counts)| all.add(*counts));
        all
    }

    /// The events of all kinds.
    pub fn event_total(&self) -> EventCounts {
        let mut all = EventCounts::default();
        for counts in self.events.values() {
            all.recorded += counts.recorded;
            all.already_recorded += counts.already_recorded;
        }
        all
    }
}

const FIRST_REJECTS: usize = 5;

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let new = if self.dry_run { "to record" } else { "recorded" };
        let width = self.sources.iter().map(|(name, _)| name.len()).chain(self.events.keys().map(|kind| kind.len()));
        let width = width.max().unwrap_or_default().max("all rows".len());
        writeln!(out, "{:width$}  {new:>10}  {:>10}  {:>10}  {:>10}", "rows of", "already in", "skipped", "rejected")?;
        for (name, counts) in self.sources.iter().map(|(name, counts)| (name.as_str(), *counts)) {
            write_rows(out, width, name, counts)?;
        }
        if self.sources.len() > 1 {
            write_rows(out, width, "all rows", self.rows())?;
        }
        writeln!(out)?;
        writeln!(out, "{:width$}  {new:>10}  {:>10}", "events", "already in")?;
        for (kind, counts) in &self.events {
            writeln!(out, "{kind:width$}  {:>10}  {:>10}", counts.recorded, counts.already_recorded)?;
        }
        let all = self.event_total();
        writeln!(out, "{:width$}  {:>10}  {:>10}", "all events", all.recorded, all.already_recorded)?;
        self.notes.iter().try_for_each(|note| writeln!(out, "\nnote: {note}"))?;
        self.write_rejects(out)
    }
}

impl Report {
    fn write_rejects(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rejects.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        for reject in self.rejects.iter().take(FIRST_REJECTS) {
            let field = if reject.field.is_empty() { String::new() } else { format!("{}: ", reject.field) };
            let columns = if reject.columns.is_empty() { String::new() } else { format!(" (from {})", reject.columns) };
            let (file, line, reason) = (reject.file.display(), reject.line, &reject.reason);
            writeln!(out, "rejected: {file}, line {line}: {field}{reason}{columns}")?;
        }
        let more = self.rejects.len().saturating_sub(FIRST_REJECTS);
        if more > 0 {
            writeln!(out, "and {more} more")?;
        }
        match &self.rejects_file {
            Some(path) => writeln!(out, "all rejected rows are listed in {}", path.display()),
            None => Ok(()),
        }
    }
}

fn write_rows(out: &mut fmt::Formatter<'_>, width: usize, name: &str, counts: RowCounts) -> fmt::Result {
    let RowCounts { recorded, already_recorded, skipped, rejected } = counts;
    writeln!(out, "{name:width$}  {recorded:>10}  {already_recorded:>10}  {skipped:>10}  {rejected:>10}")
}
