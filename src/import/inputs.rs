//! Which file belongs to which source or lookup, and reading them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::Value;

use super::error::ImportError;
use super::mapping::{LookupSpec, Mapping, SourceSpec, matches_any};
use super::report::{OnProgress, Phase, Progress};
use super::row::{self, Header, Rows};
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
        self.read(&FileSpec { path, file, format: spec.format, delimiter: spec.delimiter, optional: &[] })
    }

    /// Reads the lookups of a mapping.
    pub(crate) fn lookups(&mut self, mapping: &Mapping, found: &Assignment) -> Result<Lookups, ImportError> {
        let mut tables = BTreeMap::new();
        let mut headers = BTreeMap::new();
        for (spec, files) in mapping.lookups.iter().zip(&found.lookups) {
            let known: &mut Vec<_> = headers.entry(spec.name.clone()).or_default();
            tables.insert(spec.name.clone(), self.lookup(mapping, spec, files, known)?);
        }
        Ok(Lookups { value: Value::from(tables), headers })
    }

    fn lookup(
        &mut self,
        mapping: &Mapping,
        spec: &LookupSpec,
        files: &[usize],
        headers: &mut Vec<Arc<Header>>,
    ) -> Result<Value, ImportError> {
        let mut rows: BTreeMap<String, Rows> = BTreeMap::new();
        for file in files {
            let Some(path) = self.files.get(*file) else { continue };
            let (format, delimiter, optional) = (spec.format, spec.delimiter, spec.optional.as_slice());
            let table = self.read(&FileSpec { path, file: *file, format, delimiter, optional })?;
            check_lookup(mapping, spec, path, &table)?;
            // Lines of JSON name their fields one by one: where there are none, nothing is known of the columns.
            headers.extend((table.header.len() > 0).then(|| Arc::clone(&table.header)));
            for row in table.rows {
                let key = row.cell(&spec.key).unwrap_or_default().to_string();
                let line = row.line;
                let of_key = rows.entry(key.clone()).or_default();
                of_key.0.push(row);
                if !spec.many && of_key.0.len() > 1 {
                    let message = format!(
                        "{key} is in the lookup {} twice: a key has one row, unless the lookup says many = true",
                        spec.name
                    );
                    return Err(ImportError::File { path: path.clone(), line, message });
                }
            }
        }
        Ok(table_of(spec, rows))
    }
}

/// What the lookups hold.
pub(crate) struct Lookups {
    /// The value of `lookup` in expressions.
    pub(crate) value: Value,
    /// By lookup, the columns of its files.
    pub(crate) headers: Headers,
}

/// By lookup, the columns of each of its files.
pub(crate) type Headers = BTreeMap<String, Vec<Arc<Header>>>;

fn table_of(spec: &LookupSpec, rows: BTreeMap<String, Rows>) -> Value {
    if !spec.many {
        let single = rows.into_iter().filter_map(|(key, mut rows)| Some((key, rows.0.pop()?)));
        return Value::from_object(row::Table(single.collect()));
    }
    let sorted = rows.into_iter().map(|(key, mut rows)| {
        rows.sort(spec.order_by.as_deref());
        (key, Arc::new(rows))
    });
    Value::from_object(row::ManyTable(sorted.collect()))
}

/// A lookup is used as a whole, so it has no rows to reject: a bad one is an error.
fn check_lookup(mapping: &Mapping, spec: &LookupSpec, path: &Path, table: &Table) -> Result<(), ImportError> {
    if let Some(bad) = table.bad.first() {
        let message = format!("{} (the lookup {} needs every row)", bad.reason, spec.name);
        return Err(ImportError::File { path: path.to_owned(), line: bad.line, message });
    }
    let is_empty = table.rows.is_empty() && table.header.len() == 0;
    let columns = [("key", Some(&spec.key)), ("order_by", spec.order_by.as_ref())];
    for (field, column) in columns.into_iter().filter_map(|(field, column)| Some((field, column?))) {
        if table.header.place(column).is_none() && !is_empty {
            return Err(missing_column(
                mapping,
                &format!("lookup {}, {field}", spec.name),
                path,
                column,
                &table.header,
            ));
        }
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
        columns: match header.list() {
            // The most frequent slip of all: a header that was not taken apart.
            one if header.len() == 1 && one.contains([';', '\t', '|', ',']) => {
                format!("{one} (one column: set `delimiter` to the mark between the names)")
            }
            all => all,
        },
    }
}
