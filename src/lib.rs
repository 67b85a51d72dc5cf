//! Tenure: an event-sourced account relationship ledger.

pub mod appender;
pub mod clock;
pub mod log;
pub mod view;
