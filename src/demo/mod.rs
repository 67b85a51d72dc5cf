//! A made-up firm and three years of its history, so that a newcomer has something to ask about at once.
//!
//! [`history`] is pure: the same seed gives the same events, with the same ids, and says when each became known.
//! [`record`] writes it into a ledger, by the clock of the story. [`questions`] says what to ask.

mod book;
mod clients;
mod dice;
mod firm;
mod life;
mod questions;
mod record;
mod story;
mod tape;
#[cfg(test)]
mod tests;
mod words;

use jiff::civil::{Date, date};
use serde_json::Value;
use tenure_schemas::{Instant, Invalid, Zone};

pub use questions::{Question, questions};
pub use record::{DemoError, ScriptedClock, identity, record};
pub use tape::Recording;

/// The seed of the history that the documentation speaks of.
pub const SEED: u64 = 7;
/// The day on which the accounts are taken over into the ledger.
pub const FIRST_DAY: Date = date(2023, 7, 3);
/// The last day of the history.
pub const LAST_DAY: Date = date(2026, 6, 30);

/// The firm's history from [`FIRST_DAY`] to the night after `until`, [`LAST_DAY`] at most, in the order in which the
/// ledger learns it.
///
/// Batches are strict, but for those that hold the contradictions that the story needs. A shorter history is the
/// beginning of the whole one, ids included. An error would be a defect of the story: it names the event and its
/// field.
pub fn history(seed: u64, until: Date) -> Result<Vec<Recording>, Invalid> {
    let clients = clients::all(seed);
    let absences = firm::absences();
    let mut tape = tape::Tape::new();
    let mut book = book::Book::new(&absences);
    firm::introduce(&mut tape);
    clients::open(&mut tape, &mut book, &clients);
    story::tell(&mut tape, &mut book, &clients, dice::Dice::new(seed, 0));
    for (number, client) in (1..).zip(&clients) {
        life::live(&mut tape, &book, client, dice::Dice::new(seed, number));
    }
    tape.recordings(until.min(LAST_DAY))
}

/// The moment at which the ledger is opened, on [`FIRST_DAY`] before anybody is at work.
pub fn opening() -> Instant {
    at(FIRST_DAY, 5, 0)
}

/// The moment at which a clock shows `hour`:`minute` on `date` in UTC.
fn at(date: Date, hour: i64, minute: i64) -> Instant {
    Zone::utc().start_of(date).saturating_add_seconds((hour * 60 + minute) * 60)
}

/// The payload with what else there is to say.
fn with<const N: usize>(mut payload: Value, more: [(&str, Option<Value>); N]) -> Value {
    if let Some(fields) = payload.as_object_mut() {
        fields.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    payload
}
