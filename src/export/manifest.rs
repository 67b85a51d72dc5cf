//! The manifest: what an export is of, and by what it is checked.

use serde::Serialize;
use tenure_replay::Clock;

/// The version of the manifest's format.
pub const FORMAT: u32 = 1;

/// What an export is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The ledger's name, where it has one.
    pub ledger: Option<String>,
    /// How many of the ledger's first events it rests on.
    pub size: u64,
    /// The Merkle root over those, in base64, as the header `Ledger-Root` says it.
    pub root: String,
    /// The moment that it is about.
    pub as_of: String,
    /// The time zone in which dates are days.
    pub zone: String,
    /// Whose time of learning counts.
    pub clock: Clock,
    /// The time up to which the reporting systems had learned what counts, where their clock does and a time was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learned_by: Option<String>,
    /// The days of the table of health.
    pub health_days: HealthDays,
    /// The versions of the health model that its rows are by.
    pub health_models: Vec<String>,
    /// The tables.
    pub tables: Vec<TableEntry>,
}

/// The days of the table of health, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HealthDays {
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableEntry {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// The question that was asked, for each account where `{account}` is in it.
    pub question: String,
    /// How many rows there are.
    pub rows: u64,
    /// The columns in their order.
    pub columns: Vec<ColumnEntry>,
    /// The files, each with all rows.
    pub files: Vec<File>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnEntry {
    /// Its name.
    pub name: &'static str,
    /// Its type, as SQL calls it.
    #[serde(rename = "type")]
    pub sql_type: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its name in the directory of the export.
    pub name: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}
