//! The one writer: takes batches from many producers, forms groups, makes them durable, answers all.

use std::sync::Arc;

use tenure_schemas::Instant;
use tokio::sync::{mpsc, oneshot};

use super::admit::Admission;
use crate::appender::{AppendError, Batch, Receipt};
use crate::clock::SharedClock;
use crate::log::{LogError, LogWriter};

/// When a group has this many events, it is written before more are taken.
const GROUP_EVENTS: usize = 4_096;
/// When a group has this many bytes, it is written before more are taken.
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// What a producer gets back.
pub(super) type Answer = Result<Vec<Receipt>, AppendError>;

/// A batch, and where its answer goes.
pub(super) struct Request {
    pub(super) batch: Batch,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// The writer's state. It lives on a thread of its own.
pub(super) struct Writer {
    log: Box<dyn LogWriter>,
    admission: Admission,
    clock: SharedClock,
    /// Told after each durable group.
    committed: Arc<dyn Fn() + Send + Sync>,
}

impl Writer {
    pub(super) fn new(log: Box<dyn LogWriter>, clock: SharedClock, committed: Arc<dyn Fn() + Send + Sync>) -> Self {
        let admission = Admission::on(log.reader());
        Self { log, admission, clock, committed }
    }

    /// Serves requests until every producer is gone.
    pub(super) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        while let Some(first) = requests.blocking_recv() {
            self.serve_group(first, &mut requests);
        }
    }

    fn serve_group(&mut self, first: Request, requests: &mut mpsc::Receiver<Request>) {
        let now = self.now();
        let mut answers = Vec::new();
        let mut next = Some(first);
        while let Some(request) = next {
            answers.push((request.answer, self.admission.admit(&request.batch, now)));
            let stage = &self.admission.stage;
            let full = stage.len() >= GROUP_EVENTS || stage.bytes() >= GROUP_BYTES;
            next = if full { None } else { requests.try_recv().ok() };
        }
        let failure = self.commit();
        for (sender, answer) in answers {
            // A producer that has gone away has no use for the answer.
            let _gone = sender.send(after_commit(answer, failure.as_deref()));
        }
    }

    /// Makes the staged events durable; says why not.
    fn commit(&mut self) -> Option<String> {
        if self.admission.stage.len() == 0 {
            return None;
        }
        match self.log.append(self.admission.stage.records()) {
            Ok(_) => {
                self.admission.stage.clear();
                (self.committed)();
                None
            }
            Err(error) => Some(self.give_up(&error)),
        }
    }

    fn give_up(&mut self, error: &LogError) -> String {
        self.admission.give_up();
        let reason = crate::chain(error);
        tracing::error!(reason, "a group of events could not be made durable");
        reason
    }

    /// The time of recording, which never decreases even when the machine's clock does.
    fn now(&self) -> Instant {
        let last = self.log.reader().head().recorded_at;
        last.map_or_else(|| self.clock.now(), |last| self.clock.now().max(last))
    }
}

/// What was admitted is recorded only when its group became durable.
fn after_commit(answer: Answer, failure: Option<&str>) -> Answer {
    match (answer, failure) {
        (Ok(_), Some(reason)) => Err(AppendError::Unavailable { reason: reason.to_owned() }),
        (answer, _) => answer,
    }
}
