//! Tenure: an event-sourced account relationship ledger.

pub mod appender;
pub mod clock;
pub mod http;
pub mod log;
pub mod view;
