//! What can go wrong with a log, by operation, and what to do about it.

use std::path::PathBuf;

/// Why a log could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The log could not be opened.
    #[error("could not open the log in {}", path.display())]
    Open {
        /// The log's directory.
        path: PathBuf,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
}
