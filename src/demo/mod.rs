//! A made-up firm and three years of its history, so that a newcomer has something to ask about at once.
//!
//! [`history`] is pure: the same seed gives the same events, with the same ids. [`questions`] says what to ask.

mod book;
mod clients;
mod contacts;
mod dice;
mod firm;
mod handovers;
mod life;
mod orders;
mod plans;
mod promises;
mod questions;
mod service;
mod story;
mod talk;
mod tape;
#[cfg(test)]
mod tests;
mod words;

use jiff::civil::{Date, date};
use tenure_schemas::{Instant, Invalid, Zone};

pub use questions::{Question, questions};

use crate::appender::Batch;

/// The seed of the history that the documentation speaks of.
pub const SEED: u64 = 7;
/// The day on which the accounts are taken over into the ledger.
pub const FIRST_DAY: Date = date(2023, 7, 3);
/// The last day of the history.
pub const LAST_DAY: Date = date(2026, 6, 30);

/// The firm's history from [`FIRST_DAY`] to the end of `until`, [`LAST_DAY`] at most, in the order in which it became
/// known.
///
/// Batches are strict, but for those that hold the contradictions that the story needs. A shorter history holds the
/// same events with the same ids. An error would be a defect of the story: it names the event and its field.
pub fn history(seed: u64, until: Date) -> Result<Vec<Batch>, Invalid> {
    let mut tape = tape::Tape::new();
    firm::introduce(&mut tape);
    let mut book = book::Book::default();
    clients::open(&mut tape, &mut book);
    story::tell(&mut tape, &mut book);
    for (number, client) in (1..).zip(clients::CLIENTS) {
        life::live(&mut tape, &book, client, dice::Dice::new(seed, number));
    }
    tape.batches(Zone::utc().end_of(until.min(LAST_DAY)))
}

/// The moment at which a clock shows `hour`:`minute` on `date` in UTC.
fn at(date: Date, hour: i64, minute: i64) -> Instant {
    Zone::utc().start_of(date).saturating_add_seconds((hour * 60 + minute) * 60)
}
