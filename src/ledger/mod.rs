//! The ledger in this process: the only module that joins the log, admission and the projections.

mod admit;
mod stage;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use tenure_schemas::payload::ledger::Opened;
use tenure_schemas::{Actor, ActorKind, Draft, ForeignId, Instant, Invalid, Name, Payload, Stream, When};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::appender::{AppendError, Appender, Batch, Receipt};
use crate::clock::SharedClock;
use crate::log::sled::SledLog;
use crate::log::{LogError, LogReader, LogWriter};
use crate::view::{Current, Projection, View, ViewError, follow};
use writer::{Answer, Request, Writer};

/// How many batches may wait for the writer; more wait for their turn to wait.
const WAITING_BATCHES: usize = 1_024;

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The log could not be opened.
    #[error("could not open the ledger")]
    Log(#[from] LogError),
    /// A thread could not be started.
    #[error("could not start the {name} thread")]
    Thread {
        /// What the thread is for.
        name: &'static str,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// The ledger's own first event could not be recorded.
    #[error("could not record the opening of the ledger")]
    Opening(#[source] AppendError),
    /// The ledger's own first event could not be made.
    #[error("could not name the ledger")]
    Naming(#[from] Invalid),
}

/// What a new ledger is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// By an id of its own, from the moment of its opening and chance.
    New,
    /// Made-up history: by a known id, so that the ledger is the same wherever it is made.
    Demo {
        /// The ledger's id.
        ledger: Uuid,
    },
}

impl Identity {
    /// The name in checkpoints of a ledger that is opened `now`.
    pub fn origin(self, now: Instant) -> String {
        let id = match self {
            Self::New => new_id(now),
            Self::Demo { ledger } => ledger,
        };
        format!("tenure/{id}")
    }

    /// Its first event, which tells its name.
    fn opening(self, now: Instant) -> Result<Draft, Invalid> {
        let origin = self.origin(now);
        let (id, demo) = match self {
            Self::New => (None, None),
            Self::Demo { .. } => (Some(Draft::id_of_record("tenure", &origin)), Some(true)),
        };
        Ok(Draft {
            id,
            stream: Stream::ledger(),
            when: When::instant(now),
            actor: Actor { kind: ActorKind::System, id: ForeignId::new("tenure")?, name: None, on_behalf_of: None },
            reason: None,
            source: None,
            correlation_id: None,
            causation_id: None,
            expected_revision: Some(0),
            payload: Payload::LedgerOpened(Opened { origin: Name::new(&origin)?, demo }),
        })
    }
}

/// An open ledger: one writer thread, and, where somebody reads, a thread that keeps the view in step.
pub struct Ledger {
    handle: Handle,
    log: Arc<dyn LogReader>,
    clock: SharedClock,
    current: Arc<Current>,
    woken: Option<Receiver<()>>,
    threads: Vec<JoinHandle<()>>,
}

/// Appends to an open ledger. Cheap to clone; the ledger stays open until the last one is gone.
#[derive(Clone)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
}

impl Ledger {
    /// Opens the ledger in a directory; a new one records its opening first.
    pub fn open(dir: &Path, clock: SharedClock, identity: Identity) -> Result<Self, LedgerError> {
        let log = SledLog::open(dir, crate::log::sled::Options::default())?;
        Self::on(Box::new(log), clock, identity)
    }

    /// Opens a ledger on a log.
    pub fn on(log: Box<dyn LogWriter>, clock: SharedClock, identity: Identity) -> Result<Self, LedgerError> {
        let reader = log.reader();
        let first_view = View::new(Arc::new(Projection::empty()), Arc::clone(&reader));
        let current = Arc::new(Current::new(first_view));
        let (wake, woken) = sync_channel(1);
        let committed = move || {
            // One wake-up that waits is enough: the follower reads up to the head.
            let _waits_already = wake.try_send(());
        };
        let (requests, received) = mpsc::channel(WAITING_BATCHES);
        let is_new = reader.head().size == 0;
        let now = clock.now();
        let writer = Writer::new(log, Arc::clone(&clock), Arc::new(committed));
        let threads = vec![spawn("writer", move || writer.run(received))?];
        let handle = Handle { requests };
        let ledger = Self { handle, log: reader, clock, current, woken: Some(woken), threads };
        if is_new {
            ledger.record_opening(identity.opening(now)?)?;
        }
        Ok(ledger)
    }

    fn record_opening(&self, opening: Draft) -> Result<(), LedgerError> {
        let mut handle = self.handle();
        handle.append(Batch { drafts: vec![opening], strict: true }).map(drop).map_err(LedgerError::Opening)
    }

    /// Begins to follow the log, so that there is a view to read; a second call changes nothing.
    pub fn follow(&mut self) -> Result<(), LedgerError> {
        let Some(woken) = self.woken.take() else { return Ok(()) };
        let (current, log, clock) = (self.current(), self.log(), Arc::clone(&self.clock));
        self.threads.push(spawn("follower", move || keep_following(&current, &log, &clock, &woken))?);
        Ok(())
    }

    /// A way to append.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// The view, which follows the ledger once [`Ledger::follow`] was called.
    pub fn current(&self) -> Arc<Current> {
        Arc::clone(&self.current)
    }

    /// The reading half of the log.
    pub fn log(&self) -> Arc<dyn LogReader> {
        Arc::clone(&self.log)
    }

    /// Waits for what was handed in, and closes the ledger. Other handles must be gone.
    pub fn close(self) {
        drop(self.handle);
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the ledger panicked; what was acknowledged is safe");
            }
        }
    }
}

impl Handle {
    /// Records a batch without blocking the caller's thread.
    pub async fn append_async(&self, batch: Batch) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request { batch, answer }).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }
}

impl Appender for Handle {
    fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError> {
        let (answer, answered) = oneshot::channel();
        self.requests.blocking_send(Request { batch, answer }).map_err(|_| closed())?;
        answered.blocking_recv().map_err(|_| closed())?
    }
}

/// A new id, a v7 UUID of this moment.
fn new_id(now: Instant) -> Uuid {
    let micros = now.as_micros();
    let seconds = u64::try_from(micros.div_euclid(1_000_000)).unwrap_or_default();
    let nanos = u32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

fn closed() -> AppendError {
    AppendError::Unavailable { reason: "the ledger is closed".to_owned() }
}

fn spawn(name: &'static str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, LedgerError> {
    let thread = std::thread::Builder::new().name(format!("tenure-{name}"));
    thread.spawn(run).map_err(|source| LedgerError::Thread { name, source })
}

/// Publishes a new view whenever the log has grown, until the writer is gone.
fn keep_following(current: &Current, log: &Arc<dyn LogReader>, clock: &SharedClock, woken: &Receiver<()>) {
    let mut projection = Projection::empty();
    loop {
        if let Err(error) = publish_next(&mut projection, current, log, clock.now()) {
            // Readers keep the last good view; the next group, or a restart, tries again from there.
            tracing::error!(reason = crate::chain(&error), "the view could not follow the ledger");
        }
        if woken.recv().is_err() {
            return;
        }
    }
}

fn publish_next(
    projection: &mut Projection,
    current: &Current,
    log: &Arc<dyn LogReader>,
    now: Instant,
) -> Result<(), ViewError> {
    let mut next = projection.clone();
    follow(&mut next, log.as_ref(), now)?;
    *projection = next.clone();
    current.publish(View::new(Arc::new(next), Arc::clone(log)));
    Ok(())
}
