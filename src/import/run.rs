//! A run from the mapping to the report: read, plan, append.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tenure_schemas::{Draft, DraftLimits, Instant};

use super::append::{self, Appended};
use super::error::ImportError;
use super::formats::Formats;
use super::inputs::{Assignment, Reading, assign, missing_column};
use super::mapping::{Format, Mapping, SourceSpec};
use super::plan::{Input, Sorted, sort_out};
use super::report::{EventCounts, OnProgress, Reject, Report, RowCounts};
use super::rules::{self, Rules};
use super::source::Table;
use super::{rejects, template};
use crate::appender::{Appender, Outcome};

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The name of a built-in mapping, or the path of one.
    pub mapping: String,
    /// The files, in any order.
    pub files: Vec<PathBuf>,
    /// Where to list rejected rows; beside the first file when absent. A dry run lists them only where this is given.
    pub rejects: Option<PathBuf>,
    /// The moment of the import: facts from the future are rejected.
    pub now: Instant,
}

/// What an import would record, before it is recorded.
#[derive(Debug)]
pub struct Plan {
    mapping: String,
    files: Vec<PathBuf>,
    /// By source: its name, and whether a file was given for it.
    sources: Vec<(String, bool)>,
    unused: Vec<PathBuf>,
    notes: Vec<String>,
    rows: Vec<PlannedRow>,
    events: Vec<(usize, Draft)>,
    rejects: BTreeMap<usize, Reject>,
    /// Rows that only repeat events of others.
    repeated: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct PlannedRow {
    source: usize,
    file: usize,
    line: u64,
}

/// Imports, or says what an import would do where there is no `appender`.
///
/// Nothing is appended before every file has been read to its end and every row has been planned. When the ledger
/// stops taking events, what it took stays; the same run again goes on from there.
pub fn run(
    options: &ImportOptions,
    appender: Option<&mut dyn Appender>,
    progress: &mut OnProgress<'_>,
) -> Result<Report, ImportError> {
    let mapping = Mapping::load(&options.mapping)?;
    let mut plan = plan(&mapping, options, progress)?;
    let dry_run = appender.is_none();
    // Said before anything is recorded, so that a list that cannot be written stops the run in time.
    let list = RejectsList { path: rejects_path(options, dry_run) };
    list.write(&plan, 0)?;
    let outcome = match appender {
        None => Appended { outcomes: vec![Some(Outcome::Recorded); plan.events.len()], ..Appended::default() },
        Some(appender) => append::append(&plan.events, appender, progress)?,
    };
    let refused_any = !outcome.refused.is_empty();
    for (row, fault) in &outcome.refused {
        plan.reject(*row, "", &fault.field, "", &fault.reason);
    }
    let mut report = plan.report(&outcome, dry_run);
    if refused_any {
        list.write(&plan, report.event_total().recorded)?;
    }
    report.rejects_file = list.path.filter(|_| !report.rejects.is_empty());
    Ok(report)
}

fn rejects_path(options: &ImportOptions, dry_run: bool) -> Option<PathBuf> {
    let beside = || options.files.first().map(|first| rejects::default_path(first));
    options.rejects.clone().or_else(|| if dry_run { None } else { beside() })
}

struct RejectsList {
    path: Option<PathBuf>,
}

impl RejectsList {
    fn write(&self, plan: &Plan, recorded: u64) -> Result<(), ImportError> {
        let Some(path) = self.path.as_ref().filter(|_| !plan.rejects.is_empty()) else { return Ok(()) };
        let failed = |source| ImportError::WriteRejects { path: path.clone(), recorded, source };
        if plan.files.iter().any(|input| is_same(input, path)) {
            return Err(failed(std::io::Error::other("it is one of the files to import: choose another path")));
        }
        rejects::write(path, &plan.sorted_rejects()).map_err(failed)
    }
}

fn is_same(left: &Path, right: &Path) -> bool {
    left == right || left.canonicalize().is_ok_and(|left| right.canonicalize().is_ok_and(|right| left == right))
}

/// Reads the files and works out the events, without recording anything.
pub fn plan(mapping: &Mapping, options: &ImportOptions, progress: &mut OnProgress<'_>) -> Result<Plan, ImportError> {
    let found = assign(mapping, &options.files)?;
    let formats: Vec<_> = mapping.sources.iter().map(|source| Arc::new(formats(mapping, source))).collect();
    let mut reading = Reading::new(&options.files, &found, progress);
    let lookups = reading.lookups(mapping, &found)?;
    let envs: Vec<_> =
        formats.iter().map(|formats| template::environment(&mapping.system, formats, &lookups.value)).collect();
    let rules = rules::compile(mapping, &envs, &formats, &lookups.headers)?;
    let mut plan = Plan::empty(mapping, options, &found);
    let inputs = plan.read(mapping, &rules, &found, &mut reading)?;
    let sorted = sort_out(&rules, &inputs, DraftLimits { now: options.now }, progress);
    plan.take(sorted, &rules);
    Ok(plan)
}

fn formats(mapping: &Mapping, source: &SourceSpec) -> Formats {
    Formats {
        zone: source.zone.clone().unwrap_or_else(|| mapping.zone.clone()),
        dates: source.dates.clone(),
        numbers: source.numbers,
    }
}

impl Plan {
    fn empty(mapping: &Mapping, options: &ImportOptions, found: &Assignment) -> Self {
        Self {
            mapping: mapping.name.clone(),
            files: options.files.clone(),
            sources: mapping
                .sources
                .iter()
                .zip(&found.sources)
                .map(|(source, files)| (source.label().to_owned(), !files.is_empty()))
                .collect(),
            unused: found.unused.clone(),
            notes: Vec::new(),
            rows: Vec::new(),
            events: Vec::new(),
            rejects: BTreeMap::new(),
            repeated: Vec::new(),
        }
    }

    /// The events in the order in which they would be recorded.
    pub fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.events.iter().map(|(_, draft)| draft)
    }

    /// The rows that are rejected, by file and line.
    pub fn sorted_rejects(&self) -> Vec<Reject> {
        let place = |row: &usize| self.rows.get(*row).map(|row| (row.file, row.line));
        let mut all: Vec<_> = self.rejects.iter().collect();
        all.sort_by_key(|(row, _)| place(row));
        all.into_iter().map(|(_, reject)| reject.clone()).collect()
    }

    /// Reads all rows; those that can be read come first in the list, in the order of the inputs that it returns.
    fn read(
        &mut self,
        mapping: &Mapping,
        rules: &Rules<'_, '_>,
        found: &Assignment,
        reading: &mut Reading<'_, '_>,
    ) -> Result<Vec<Input>, ImportError> {
        let mut inputs = Vec::new();
        let mut bad = Vec::new();
        for (at, (spec, files)) in mapping.sources.iter().zip(&found.sources).enumerate() {
            for file in files {
                let table = reading.source(spec, *file)?;
                let path = self.files.get(*file).cloned().unwrap_or_default();
                check_columns(mapping, spec, rules, at, &path, &table)?;
                self.notes.extend(note_of(spec, rules, at, &path, &table));
                inputs.extend(table.rows.into_iter().map(|row| Input { source: at, row }));
                bad.extend(table.bad.into_iter().map(|bad| (at, *file, bad)));
            }
        }
        let row = |input: &Input| PlannedRow { source: input.source, file: input.row.file, line: input.row.line };
        self.rows = inputs.iter().map(row).collect();
        for (source, file, bad) in bad {
            self.rows.push(PlannedRow { source, file, line: bad.line });
            self.reject(self.rows.len() - 1, "", "", &bad.columns, &bad.reason);
        }
        Ok(inputs)
    }

    fn take(&mut self, sorted: Sorted, rules: &Rules<'_, '_>) {
        for (row, (rule, fault)) in &sorted.rejected {
            let Some(rule) = rules.all.get(*rule) else { continue };
            self.reject(*row, &rule.place, &fault.field, &rule.columns_of(&fault.field), &fault.reason);
        }
        self.events = sorted.events;
        self.repeated = sorted.repeated;
    }

    fn reject(&mut self, row: usize, rule: &str, field: &str, columns: &str, reason: &str) {
        let Some(place) = self.rows.get(row) else { return };
        let reject = Reject {
            file: self.files.get(place.file).cloned().unwrap_or_default(),
            line: place.line,
            rule: rule.to_owned(),
            field: field.to_owned(),
            columns: columns.to_owned(),
            reason: reason.to_owned(),
        };
        self.rejects.insert(row, reject);
    }

    fn report(&self, appended: &Appended, dry_run: bool) -> Report {
        let mut events: BTreeMap<&'static str, EventCounts> = BTreeMap::new();
        let mut best: Vec<Option<Outcome>> = vec![None; self.rows.len()];
        for row in &self.repeated {
            raise(&mut best, *row, Outcome::AlreadyRecorded);
        }
        for ((row, draft), outcome) in self.events.iter().zip(&appended.outcomes) {
            let Some(outcome) = *outcome else { continue };
            raise(&mut best, *row, outcome);
            let counts = events.entry(draft.payload.kind().as_str()).or_default();
            match outcome {
                Outcome::Recorded => counts.recorded += 1,
                Outcome::AlreadyRecorded => counts.already_recorded += 1,
            }
        }
        Report {
            mapping: self.mapping.clone(),
            dry_run,
            sources: self.count_rows(&best),
            events,
            rejects: self.sorted_rejects(),
            rejects_file: None,
            unused_files: self.unused.clone(),
            notes: self.notes.clone(),
        }
    }

    fn count_rows(&self, best: &[Option<Outcome>]) -> Vec<(String, RowCounts)> {
        let mut sources: Vec<_> = self.sources.iter().map(|(name, _)| (name.clone(), RowCounts::default())).collect();
        for (at, (row, best)) in self.rows.iter().zip(best).enumerate() {
            let Some((_, counts)) = sources.get_mut(row.source) else { continue };
            let class = match best {
                _ if self.rejects.contains_key(&at) => &mut counts.rejected,
                Some(Outcome::Recorded) => &mut counts.recorded,
                Some(Outcome::AlreadyRecorded) => &mut counts.already_recorded,
                None => &mut counts.skipped,
            };
            *class += 1;
        }
        // A mapping of many tables is mostly run with some of them: those without a file are not worth a line.
        let mut given = self.sources.iter().map(|(_, given)| *given);
        sources.retain(|_| given.next().unwrap_or(true));
        sources
    }
}

/// A new event weighs more than one that the ledger had.
fn raise(best: &mut [Option<Outcome>], row: usize, outcome: Outcome) {
    if let Some(slot) = best.get_mut(row).filter(|slot| **slot != Some(Outcome::Recorded)) {
        *slot = Some(outcome);
    }
}

/// Refuses a file that lacks a column which a template of its source uses.
fn check_columns(
    mapping: &Mapping,
    spec: &SourceSpec,
    rules: &Rules<'_, '_>,
    source: usize,
    path: &Path,
    table: &Table,
) -> Result<(), ImportError> {
    // Lines of JSON name their fields one by one: where there are none, nothing is known to be missing.
    if spec.format == Format::Ndjson && table.rows.is_empty() {
        return Ok(());
    }
    for rule in rules.all.iter().filter(|rule| rule.source == source) {
        for (field, uses) in &rule.uses {
            let missing = |column: &&String| table.header.place(column).is_none() && !spec.optional.contains(column);
            if let Some(column) = uses.columns.iter().find(missing) {
                let place = format!("{}, {field}", rule.place);
                return Err(missing_column(mapping, &place, path, column, &table.header));
            }
        }
    }
    Ok(())
}

/// Columns that nothing reads, of a file that lacks optional ones: one may be the other, misspelt.
fn note_of(spec: &SourceSpec, rules: &Rules<'_, '_>, source: usize, path: &Path, table: &Table) -> Option<String> {
    let own = rules.all.iter().filter(|rule| rule.source == source);
    let used: BTreeSet<_> = own.flat_map(|rule| rule.uses.values()).flat_map(|uses| &uses.columns).collect();
    let unread: Vec<_> = table
        .header
        .names()
        .filter(|name| !name.is_empty() && !used.iter().any(|used| used.as_str() == *name))
        .collect();
    let absent: Vec<_> = spec.optional.iter().filter(|name| table.header.place(name).is_none()).cloned().collect();
    // Lines of JSON name their fields one by one, so an absent one says nothing.
    if unread.is_empty() || absent.is_empty() || spec.format == Format::Ndjson {
        return None;
    }
    let (unread, absent) = (unread.join(", "), absent.join(", "));
    Some(format!("{}: nothing reads {unread}; not there, and optional: {absent}", path.display()))
}
