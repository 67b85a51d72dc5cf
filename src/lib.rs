//! Tenure: an event-sourced account relationship ledger.

pub mod log;
