//! Writing the demo's history into a ledger, by the clock of its story.

use std::sync::atomic::{AtomicI64, Ordering};

use tenure_schemas::{Draft, Instant, Payload};
use uuid::Uuid;

use super::{Recording, SEED, opening};
use crate::appender::{AppendError, Appender};
use crate::clock::Clock;
use crate::ledger::{Identity, Ledger};
use crate::view::{ViewError, decode};

/// A clock that shows what it was last set to: the story's time, while the story is written down.
#[derive(Debug)]
pub struct ScriptedClock(AtomicI64);

impl ScriptedClock {
    /// A clock that stands at the moment at which the demo's ledger is opened.
    pub fn new() -> Self {
        Self(AtomicI64::new(opening().as_micros()))
    }

    /// Sets the clock.
    pub fn set(&self, now: Instant) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }
}

impl Default for ScriptedClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ScriptedClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst)).unwrap_or(Instant::EPOCH)
    }
}

/// Why the history could not be written into a ledger.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The ledger is somebody's own.
    #[error("it holds a real ledger; the demo needs a directory of its own, name one with --data")]
    RealLedger,
    /// The ledger is a demo with another story.
    #[error(
        "it holds a demo that another version of Tenure made ({origin}); remove the directory, or name another with --data"
    )]
    AnotherDemo {
        /// What that ledger calls itself.
        origin: String,
    },
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ViewError),
    /// The ledger did not take the history.
    #[error(transparent)]
    Append(#[from] AppendError),
}

/// What the demo's ledger is called: the same wherever it is made.
pub fn identity() -> Identity {
    Identity::Demo { ledger: ledger_id() }
}

fn ledger_id() -> Uuid {
    Draft::id_of_record("demo", &format!("ledger-{SEED}"))
}

/// Records what of the history `ledger` does not hold yet, each batch at its own time by `clock`, which must be the
/// ledger's; nobody else may append meanwhile. `progress` is told how many events of the history are in, and up to
/// when. The answer is how many of them were new.
///
/// A run that was cut short is finished by the next. Should somebody have appended in between, the rest is recorded
/// after that, as late as the ledger then is.
pub fn record(
    ledger: &Ledger,
    clock: &ScriptedClock,
    history: Vec<Recording>,
    progress: &mut dyn FnMut(u64, Instant),
) -> Result<u64, DemoError> {
    check_identity(ledger)?;
    let (log, mut handle) = (ledger.log(), ledger.handle());
    let (mut done, mut new) = (0, 0);
    for Recording { at, batch } in history {
        let events = batch.drafts.len() as u64;
        done += events;
        // A batch is recorded as a whole or not at all, so its last event speaks for it.
        let last = batch.drafts.last().and_then(|draft| draft.id);
        if last.is_none_or(|last| log.find(last).is_none()) {
            clock.set(at);
            handle.append(batch)?;
            new += events;
            progress(done, at);
        }
    }
    Ok(new)
}

/// Refuses a ledger that is not this demo's.
fn check_identity(ledger: &Ledger) -> Result<(), DemoError> {
    let stored = ledger.log().read(0, 1).map_err(ViewError::from)?;
    let first = stored.first().map(|first| decode(first.position, &first.bytes)).transpose()?;
    let Some(Payload::LedgerOpened(opened)) = first.as_ref().and_then(|first| first.payload()) else {
        return Err(DemoError::RealLedger);
    };
    if opened.demo != Some(true) {
        return Err(DemoError::RealLedger);
    }
    if opened.origin.as_str() == identity().origin(opening()) {
        return Ok(());
    }
    Err(DemoError::AnotherDemo { origin: opened.origin.to_string() })
}
