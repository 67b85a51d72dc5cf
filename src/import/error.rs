//! Why an import cannot start or go on, and what to do.

use std::io;
use std::path::PathBuf;

use crate::appender::AppendError;

/// Why an import was refused or stopped. Unless it says otherwise, nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The mapping's file cannot be read.
    #[error("cannot read the mapping {mapping}; the built-in ones are: {built_in}")]
    ReadMapping {
        /// The path that was given.
        mapping: String,
        /// The built-in names.
        built_in: String,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// The mapping is no TOML of the known shape.
    #[error("the mapping {mapping} does not read: {message}")]
    ParseMapping {
        /// Its name or path.
        mapping: String,
        /// Where, and what is wrong.
        message: String,
    },
    /// The mapping contradicts itself or the catalogue.
    #[error("mapping {mapping}{}{place}: {message}", if place.is_empty() { "" } else { ", " })]
    Mapping {
        /// Its name.
        mapping: String,
        /// Which source, event and field.
        place: String,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// No files were given.
    #[error("no files were given: name the files to import")]
    NoFiles,
    /// The mapping does not know what to do with a file.
    #[error("mapping {mapping} has no source for {}; it reads: {known}", path.display())]
    NoSource {
        /// The mapping's name.
        mapping: String,
        /// The file.
        path: PathBuf,
        /// The patterns that it knows.
        known: String,
    },
    /// A file that the mapping needs was not given.
    #[error("mapping {mapping} needs {files} for its {place}: give that file, too")]
    MissingFile {
        /// The mapping's name.
        mapping: String,
        /// The source or lookup.
        place: String,
        /// The patterns that would match.
        files: String,
    },
    /// A file cannot be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// A directory was given instead of a file.
    #[error("{} is a directory: name the files in it", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// A file cannot be read to its end, for example because its compressed form is cut off.
    #[error("cannot read {} after line {line}; nothing of it was taken", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The last line that was read.
        line: u64,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// A file as a whole is not what its source says.
    #[error("{}, line {line}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A template uses a column that the file lacks.
    #[error(
        "mapping {mapping}, {place}: {} has no column {column}; it has: {columns}", path.display()
    )]
    MissingColumn {
        /// The mapping's name.
        mapping: String,
        /// Which source, event and field.
        place: String,
        /// The file.
        path: PathBuf,
        /// The column that is missing.
        column: String,
        /// The columns that exist.
        columns: String,
    },
    /// The list of rejected rows cannot be written.
    #[error("cannot write the rejected rows to {}; {recorded} events were recorded", path.display())]
    WriteRejects {
        /// The file.
        path: PathBuf,
        /// How many events the ledger holds from this run.
        recorded: u64,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// The ledger took no more.
    #[error(
        "stopped after {done} of {total} events, {recorded} of them new; run the same import again to go on: what is recorded is not recorded twice"
    )]
    Stopped {
        /// How many events the ledger answered.
        done: u64,
        /// How many it was to take.
        total: u64,
        /// How many of those it recorded anew.
        recorded: u64,
        /// What failed.
        #[source]
        source: AppendError,
    },
    /// The ledger answered a batch with another number of receipts than events.
    #[error(
        "the ledger answered {events} events with {receipts} receipts after {recorded} new events; run `tenure verify`"
    )]
    Receipts {
        /// How many events were sent.
        events: usize,
        /// How many receipts came back.
        receipts: usize,
        /// How many events had been recorded before.
        recorded: u64,
    },
}
