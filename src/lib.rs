//! Tenure: an event-sourced account relationship ledger.

pub mod appender;
mod brief;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod evidence;
pub mod export;
pub mod http;
pub mod import;
pub mod ledger;
pub mod log;
pub mod serve;
pub mod socket;
pub mod view;

/// An error and what caused it, on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
