//! What can go wrong with an export, an operation at a time.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use super::cell::CellError;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is something where the export is to go.
    #[error("{} is there already: name a directory that is not there yet, or an empty one", path.display())]
    Taken {
        /// Where.
        path: PathBuf,
    },
    /// The directory in which the export is to go is not there.
    #[error("there is no directory {} to put the export in: make it first", path.display())]
    NoParent {
        /// Which.
        path: PathBuf,
    },
    /// The place of the export cannot be looked at.
    #[error("could not look at {}", path.display())]
    Look {
        /// Where.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// The days of a table by day are none.
    #[error("{from} lies after {to}: give days in their order, up to the moment of the export")]
    Days {
        /// The first day.
        from: String,
        /// The last day.
        to: String,
    },
    /// The moment that a question was resolved to cannot be read.
    #[error("the answer to {question} does not say as of when it is, or at which size")]
    Unresolved {
        /// The question.
        question: String,
    },
    /// A question has no answer.
    #[error("could not ask {question}")]
    Ask {
        /// The question.
        question: String,
        /// What was said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An answer is of another shape than the table expects.
    #[error("table {table}: the answer to {question} has no list at {place}")]
    Shape {
        /// The table.
        table: &'static str,
        /// The question.
        question: String,
        /// Where the list should be.
        place: &'static str,
    },
    /// A value does not fit its column.
    #[error("table {table}, row {row}, column {column}")]
    Cell {
        /// The table.
        table: &'static str,
        /// The row, counted from 1.
        row: u64,
        /// The column.
        column: &'static str,
        /// Why it does not fit.
        #[source]
        source: CellError,
    },
    /// A directory for the files cannot be made.
    #[error("could not make the directory {}", path.display())]
    MakeDirectory {
        /// Which.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// A file cannot be begun.
    #[error("could not create {}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written to its end.
    #[error("could not write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The finished directory cannot be put in its place.
    #[error("could not move the finished export from {} to {}", from.display(), to.display())]
    Move {
        /// Where it was written.
        from: PathBuf,
        /// Where it was to go.
        to: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
}

impl ExportError {
    /// What failed while a file was written.
    pub(super) fn writing(path: &std::path::Path) -> impl Fn(Box<dyn Error + Send + Sync>) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}
