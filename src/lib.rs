//! Tenure: an event-sourced account relationship ledger.

pub mod appender;
pub mod import;
pub mod log;
