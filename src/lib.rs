//! Tenure: an event-sourced account relationship ledger.

pub mod appender;
pub mod demo;
pub mod log;
