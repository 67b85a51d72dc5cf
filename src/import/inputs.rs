//! Which file belongs to which source or lookup, and reading them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::Value;

use super::error::ImportError;
use super::mapping::{LookupSpec, Mapping, SourceSpec, matches_any};
use super::report::{OnProgress, Phase, Progress};
use super::row::{self, Header};
use super::source::{self, FileSpec, Table};

/// What is to be read as what.
#[derive(Debug, Default)]
pub(crate) struct Assignment {
    /// By source: the files, as places in the run's list.
    pub(crate) sources: Vec<Vec<usize>>,
    /// By lookup: the files.
    pub(crate) lookups: Vec<Vec<usize>>,
    pub(crate) unused: Vec<PathBuf>,
}

/// Assigns each file to the first source that names it, and to every lookup that does.
pub(crate) fn assign(mapping: &Mapping, files: &[PathBuf]) -> Result<Assignment, ImportError> {
    if files.is_empty() {
        return Err(ImportError::NoFiles);
    }
    let mut found = Assignment {
        sources: vec![Vec::new(); mapping.sources.len()],
        lookups: vec![Vec::new(); mapping.lookups.len()],
        unused: Vec::new(),
    };
    for (at, path) in files.iter().enumerate() {
        assign_one(mapping, at, path, &mut found)?;
    }
    check_required(mapping, &found)?;
    Ok(found)
}

fn assign_one(mapping: &Mapping, at: usize, path: &Path, found: &mut Assignment) -> Result<(), ImportError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut used = false;
    if let Some((_, list)) =
        mapping.sources.iter().zip(&mut found.sources).find(|(spec, _)| matches_any(&spec.files, &name))
    {
        list.push(at);
        used = true;
    }
    for (spec, list) in mapping.lookups.iter().zip(&mut found.lookups) {
        if matches_any(&spec.files, &name) {
            list.push(at);
            used = true;
        }
    }
    if used {
        return Ok(());
    }
    if matches_any(&mapping.unused_files, &name) {
        found.unused.push(path.to_owned());
        return Ok(());
    }
    if path.is_dir() {
        return Err(ImportError::Directory { path: path.to_owned() });
    }
    Err(ImportError::NoSource { mapping: mapping.name.clone(), path: path.to_owned(), known: known_files(mapping) })
}

fn known_files(mapping: &Mapping) -> String {
    let sources = mapping.sources.iter().flat_map(|source| &source.files);
    let mut all: Vec<&str> =
        sources.chain(mapping.lookups.iter().flat_map(|lookup| &lookup.files)).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all.join(", ")
}

fn check_required(mapping: &Mapping, found: &Assignment) -> Result<(), ImportError> {
    let missing = |place: String, files: &[String]| {
        Err(ImportError::MissingFile { mapping: mapping.name.clone(), place, files: files.join(" or ") })
    };
    for (spec, files) in mapping.sources.iter().zip(&found.sources) {
        if spec.required && files.is_empty() {
            return missing(format!("source {}", spec.label()), &spec.files);
        }
    }
    for (spec, files) in mapping.lookups.iter().zip(&found.lookups) {
        if spec.required && files.is_empty() {
            return missing(format!("lookup {}", spec.name), &spec.files);
        }
    }
    Ok(())
}

/// Reads files, and says how many of their bytes have been read.
pub(crate) struct Reading<'a, 'p> {
    files: &'a [PathBuf],
    done: u64,
    total: u64,
    progress: &'a mut OnProgress<'p>,
}

impl<'a, 'p> Reading<'a, 'p> {
    /// Ready to read these files, each as often as it is assigned.
    pub(crate) fn new(files: &'a [PathBuf], found: &Assignment, progress: &'a mut OnProgress<'p>) -> Self {
        let size = |at: &usize| files.get(*at).and_then(|path| path.metadata().ok()).map_or(0, |meta| meta.len());
        let total = found.sources.iter().chain(&found.lookups).flatten().map(size).sum();
        Self { files, done: 0, total, progress }
    }

    fn read(&mut self, spec: &FileSpec<'_>) -> Result<Table, ImportError> {
        let Self { done, total, progress, .. } = self;
        source::read(spec, &mut |bytes| {
            if bytes > 0 {
                *done += bytes;
                // A file that grows meanwhile must not be more than done.
                progress(Progress { phase: Phase::Reading, done: *done, total: (*total).max(*done) });
            }
        })
    }

    /// Reads a file of a source.
    pub(crate) fn source(&mut self, spec: &SourceSpec, file: usize) -> Result<Table, ImportError> {
        let Some(path) = self.files.get(file) else { return Err(ImportError::NoFiles) };
        self.read(&FileSpec { path, file, format: spec.format, delimiter: spec.delimiter })
    }

    /// Reads the lookups of a mapping, as the value of `lookup` in expressions.
    pub(crate) fn lookups(&mut self, mapping: &Mapping, found: &Assignment) -> Result<Value, ImportError> {
        let mut tables = BTreeMap::new();
        for (spec, files) in mapping.lookups.iter().zip(&found.lookups) {
            let table = self.lookup(mapping, spec, files)?;
            tables.insert(spec.name.clone(), Value::from_object(table));
        }
        Ok(Value::from(tables))
    }

    fn lookup(&mut self, mapping: &Mapping, spec: &LookupSpec, files: &[usize]) -> Result<row::Table, ImportError> {
        let mut rows = BTreeMap::new();
        for file in files {
            let Some(path) = self.files.get(*file) else { continue };
            let table = self.read(&FileSpec { path, file: *file, format: spec.format, delimiter: spec.delimiter })?;
            check_lookup(mapping, spec, path, &table)?;
            for row in table.rows {
                let key = row.cell(&spec.key).unwrap_or_default().to_string();
                let line = row.line;
                if rows.insert(key.clone(), row).is_some() {
                    let message = format!("{} is in the lookup {} twice: a key has one row", key, spec.name);
                    return Err(ImportError::File { path: path.clone(), line, message });
                }
            }
        }
        Ok(row::Table(rows))
    }
}

/// A lookup is used as a whole, so it has no rows to reject: a bad one is an error.
fn check_lookup(mapping: &Mapping, spec: &LookupSpec, path: &Path, table: &Table) -> Result<(), ImportError> {
    if let Some(bad) = table.bad.first() {
        let message = format!("{} (the lookup {} needs every row)", bad.reason, spec.name);
        return Err(ImportError::File { path: path.to_owned(), line: bad.line, message });
    }
    let is_empty = table.rows.is_empty() && table.header.len() == 0;
    if table.header.place(&spec.key).is_none() && !is_empty {
        return Err(missing_column(mapping, &format!("lookup {}, key", spec.name), path, &spec.key, &table.header));
    }
    Ok(())
}

pub(crate) fn missing_column(
    mapping: &Mapping,
    place: &str,
    path: &Path,
    column: &str,
    header: &Arc<Header>,
) -> ImportError {
    ImportError::MissingColumn {
        mapping: mapping.name.clone(),
        place: place.to_owned(),
        path: path.to_owned(),
        column: column.to_owned(),
        columns: header.list(),
    }
}
