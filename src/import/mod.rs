//! Importing history: a mapping says which rows of CSV or NDJSON files become which events.
//!
//! The mapping language is described in `docs/import.md`. The way of a run: assign files to sources, read them
//! (`source`), evaluate each rule on each row (`draft`), sort, apply `once_per` and `on_change_of` (`plan`), and
//! append in batches (`append`). Invariants: nothing is appended before everything is read and planned; the order of
//! files and rows does not matter; a row ends in exactly one class; no time is ever made up.

mod append;
mod draft;
mod error;
mod filters;
mod formats;
mod inputs;
pub mod mapping;
mod nodes;
mod plan;
mod rejects;
mod report;
mod row;
mod rules;
mod run;
mod shape;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod words;

pub use error::ImportError;
pub use mapping::{Mapping, built_in_names};
pub use report::{EventCounts, OnProgress, Phase, Progress, Reject, Report, RowCounts};
pub use run::{ImportOptions, Plan, plan, run};
pub use source::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROW_BYTES, MAX_ROWS};
