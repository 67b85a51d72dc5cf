//! The export: what the read API answers about one moment, as tables that analysts' tools open, with a manifest by
//! which an auditor checks them against the ledger. [docs/export.md](../../docs/export.md) lists tables and columns.
//!
//! **Invariant:** every row is an answer of the read API at one size, as of one moment; nothing is computed here.

mod cell;
mod csv;
mod days;
mod error;
mod folder;
mod manifest;
mod parquet;
mod question;
mod rows;
mod run;
mod sink;
mod tables;
#[cfg(test)]
mod tests;

pub use self::days::Days;
pub use self::error::ExportError;
pub use self::folder::check;
pub use self::manifest::{FORMAT, File, Manifest, TableEntry};
pub use self::question::{Answer, Pinned, Source};
pub use self::run::{Progress, Wanted, export};
pub use self::sink::Format;
