//! A page of a walk through history: full at its limit, or ended early where its rows have taken enough work.

use serde::de::DeserializeOwned;

use crate::http::ask::Ask;
use crate::http::page::{Page, Pager};
use crate::http::problem::Problem;

/// How many events the rows of a page may rest on, together: a long account has few rows on a page, and all in time.
const WORK: u64 = 10_000_000;

/// Why a walk ends before its last step.
pub(super) enum Halt {
    /// The page is full.
    Full,
    /// A question cannot be answered.
    Failed(Problem),
}

impl<E: Into<Problem>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A page while it fills.
pub(super) struct WalkPage<K, T> {
    pager: Pager<K, T>,
    work: u64,
}

impl<K: Ord + DeserializeOwned, T> WalkPage<K, T> {
    /// An empty page that begins where the cursor says.
    pub(super) fn of<F>(ask: &Ask<F>) -> Result<Self, Problem> {
        Ok(Self { pager: ask.pager()?, work: 0 })
    }

    /// The key behind which the page begins.
    pub(super) fn after(&self) -> Option<&K> {
        self.pager.after()
    }

    /// Takes up a step whose rows rest on so many events; halts where the page has taken enough.
    pub(super) fn take_up(&mut self, events: u64) -> Result<(), Halt> {
        if self.work > WORK && self.pager.cut().is_break() {
            return Err(Halt::Full);
        }
        self.work += events;
        Ok(())
    }

    /// Offers a row; halts where it is on the next page.
    pub(super) fn offer(&mut self, key: K, row: T) -> Result<(), Halt> {
        if self.pager.offer(key, || row).is_break() { Err(Halt::Full) } else { Ok(()) }
    }

    /// The page, once a walk has come to its end or was halted.
    pub(super) fn finish(self, walked: Result<(), Halt>) -> Result<Page<K, T>, Problem> {
        match walked {
            Ok(()) | Err(Halt::Full) => Ok(self.pager.finish()),
            Err(Halt::Failed(problem)) => Err(problem),
        }
    }
}
