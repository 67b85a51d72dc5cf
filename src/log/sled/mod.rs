//! The log on sled: groups become durable in a commit file, full blocks of them are kept by sled.
//!
//! `docs/format.md` says what the files hold, byte by byte, and what is assumed about the disk;
//! `docs/adr/0003-the-log-on-sled.md` says why it is so.
//!
//! Invariant: sled never holds an event that the commit files have not acknowledged, and what is
//! acknowledged is durable in the commit files until sled's copy is. Neither is ever written the
//! other way round.

mod block;
mod commit;
mod frame;
mod index_record;
mod input;
mod open;
mod reader;
mod scan;
mod seal;
mod store;
#[cfg(test)]
mod tests;
mod verify;

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use self::commit::{Commit, Content};
use self::index_record::IndexRecord;
use self::open::Rebuilt;
use self::reader::{Shared, State};
use self::seal::Pending;
use self::store::Store;
use super::merkle::{Frontier, leaf_hash};
use super::{Head, LogError, LogReader, LogWriter, Record, group};

/// How a log on sled uses disk and memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The length of each commit file in bytes, at least 16 KiB; they grow for a group that needs it.
    /// A larger one is changed less often, and takes longer to read when the ledger is opened.
    pub commit_capacity: u64,
    /// How many bytes of uncompressed blocks are kept for reading again.
    pub cache_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { commit_capacity: 8 * 1024 * 1024, cache_bytes: 64 * 1024 * 1024 }
    }
}

/// The one writer of a ledger's directory. The directory stays locked until the writer and all
/// its readers are dropped.
pub struct SledLog {
    shared: Arc<Shared>,
    commit: Commit,
    frontier: Frontier,
    /// The events that no block holds yet.
    pending: VecDeque<Pending>,
    /// Index records found on opening, of blocks that are sealed again.
    resealed: VecDeque<IndexRecord>,
    /// How many streams the sealed blocks name.
    sealed_streams: u32,
    /// Why no more events are taken, once something failed.
    stopped: Option<String>,
}

impl SledLog {
    /// Opens the ledger in `dir`, or makes one when there is none, parent directories included.
    ///
    /// Refuses a ledger that another process holds, and one that holds less than, or something else
    /// than, what was acknowledged. Opening changes nothing that could be needed to find out why.
    pub fn open(dir: &Path, options: Options) -> Result<Self, LogError> {
        open::open(dir, options)
    }

    fn assemble(dir: &Path, store: Store, commit: Commit, rebuilt: Rebuilt, options: Options) -> Self {
        let Rebuilt { head, frontier, index, blocks, sealed_streams, pending, resealed, .. } = rebuilt;
        let tail = pending.iter().map(|event| (event.record.recorded_at, event.record.bytes.clone())).collect();
        let state = State { head, index, blocks, tail };
        let shared = Arc::new(Shared::new(dir.to_path_buf(), store, state, options.cache_bytes));
        Self { shared, commit, frontier, pending, resealed, sealed_streams, stopped: None }
    }

    /// Makes a group durable; nothing in memory changes.
    fn commit(&mut self, head: &Head, group: &[Record]) -> Result<(), LogError> {
        let first = self.frontier.size();
        if !self.commit.has_room(group) {
            let rotated = self.rotate(frame::body_bytes(group));
            rotated.map_err(|error| LogError::Stopped { path: self.shared.dir.clone(), reason: describe(&error) })?;
        }
        let content = Content { first, size: head.size, root: head.root };
        let written = self.commit.append(content, group);
        written.map_err(|source| LogError::Append { path: self.commit.path(), position: first, source })
    }

    /// Shows a durable group to the readers.
    fn publish(&mut self, head: Head, leaves: Vec<super::merkle::Hash>, group: &[Record]) {
        let mut state = self.shared.state_mut();
        for (record, leaf) in group.iter().zip(leaves) {
            let stream = state.index.number(&record.stream);
            let added = state.index.add(record.id, stream);
            debug_assert!(added, "the group was checked");
            state.tail.push_back((record.recorded_at, record.bytes.clone()));
            self.pending.push_back(Pending { record: record.clone(), stream, leaf });
        }
        state.head = head;
    }

    fn stop(&mut self, error: &LogError) {
        tracing::error!(%error, dir = %self.shared.dir.display(), "the log takes no more events");
        let reason = if let LogError::Stopped { reason, .. } = error { reason.clone() } else { describe(error) };
        self.stopped = Some(reason);
    }
}

impl LogWriter for SledLog {
    fn append(&mut self, group: &[Record]) -> Result<Head, LogError> {
        let Some(last) = group.last() else { return Ok(self.shared.head()) };
        if let Some(reason) = &self.stopped {
            return Err(LogError::Stopped { path: self.shared.dir.clone(), reason: reason.clone() });
        }
        {
            let state = self.shared.state();
            group::check(&state.head, &state.index, group)?;
        }
        let leaves: Vec<_> = group.iter().map(|record| leaf_hash(&record.bytes)).collect();
        let mut frontier = self.frontier.clone();
        for leaf in &leaves {
            frontier.push(*leaf);
        }
        let head = Head { size: frontier.size(), root: frontier.root(), recorded_at: Some(last.recorded_at) };
        if let Err(error) = self.commit(&head, group) {
            self.stop(&error);
            return Err(error);
        }
        self.frontier = frontier;
        self.publish(head, leaves, group);
        // The group is durable whatever becomes of the block; the next append says that sealing failed.
        if let Err(error) = self.seal_full() {
            self.stop(&error);
        }
        Ok(head)
    }

    fn reader(&self) -> Arc<dyn LogReader> {
        Arc::clone(&self.shared) as Arc<dyn LogReader>
    }
}

impl Drop for SledLog {
    fn drop(&mut self) {
        let synced = self.commit.close();
        if let Err(error) = synced {
            tracing::warn!(%error, "could not sync the commit files while closing; what was acknowledged is safe");
        }
        if let Err(error) = self.shared.store.sync() {
            tracing::warn!(%error, "could not sync the block store while closing; what was acknowledged is safe");
        }
    }
}

impl fmt::Debug for SledLog {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SledLog").field("dir", &self.shared.dir).finish_non_exhaustive()
    }
}

/// An error with what caused it, for a message that outlives the error.
fn describe(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
