//! How many questions are worked on at once, and how many may wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::{Problem, ProblemType};

/// Lets a few questions through at a time, lets some wait, and turns the rest away.
pub(super) struct Gate {
    /// One ticket for each that is inside or waits.
    tickets: Arc<Semaphore>,
    inside: Arc<Semaphore>,
}

/// The right to work on a question; ends when dropped.
pub(super) struct Permit {
    _ticket: OwnedSemaphorePermit,
    _inside: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate for `inside` questions at once, behind which `waiting` more may wait.
    pub(super) fn new(inside: usize, waiting: usize) -> Self {
        Self {
            tickets: Arc::new(Semaphore::new(inside.saturating_add(waiting).min(Semaphore::MAX_PERMITS))),
            inside: Arc::new(Semaphore::new(inside.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Waits until the question may be worked on; a problem where too many wait already.
    pub(super) async fn enter(&self) -> Result<Permit, Problem> {
        let busy = || {
            let detail = "too many heavy questions are being answered: ask again in a moment, or ask about one \
                          account, or leave as_of out";
            Problem::new(ProblemType::Busy, detail)
        };
        let ticket = Arc::clone(&self.tickets).try_acquire_owned().map_err(|_| busy())?;
        let inside = Arc::clone(&self.inside).acquire_owned().await.map_err(|_| busy())?;
        Ok(Permit { _ticket: ticket, _inside: inside })
    }
}
