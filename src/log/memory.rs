//! A log that lives in memory: for tests and for trying things out.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use tenure_schemas::Instant;
use uuid::Uuid;

use super::index::Index;
use super::merkle::{BLOCK_LEAVES, Frontier, Hash, leaf_hash, root_of};
use super::{Head, LogError, LogReader, LogWriter, Record, Stored, Verification, group};

/// The one writer of a log in memory; what it holds is gone when it and its readers are dropped.
#[derive(Debug)]
pub struct MemoryLog {
    shared: Arc<MemoryReader>,
}

#[derive(Debug)]
struct MemoryReader {
    held: RwLock<State>,
}

#[derive(Debug)]
struct State {
    head: Head,
    frontier: Frontier,
    index: Index,
    events: Vec<(Instant, Bytes)>,
    leaves: Vec<Hash>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        let frontier = Frontier::new();
        let head = Head { size: 0, root: frontier.root(), recorded_at: None };
        let state = State { head, frontier, index: Index::with_capacity(0), events: Vec::new(), leaves: Vec::new() };
        Self { shared: Arc::new(MemoryReader { held: RwLock::new(state) }) }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

impl LogWriter for MemoryLog {
    fn append(&mut self, group: &[Record]) -> Result<Head, LogError> {
        let mut state = self.shared.state_mut();
        group::check(&state.head, &state.index, group)?;
        for record in group {
            state.push(record);
        }
        let Some(last) = group.last() else { return Ok(state.head) };
        let (size, root) = (state.frontier.size(), state.frontier.root());
        state.head = Head { size, root, recorded_at: Some(last.recorded_at) };
        Ok(state.head)
    }

    fn reader(&self) -> Arc<dyn LogReader> {
        Arc::clone(&self.shared) as Arc<dyn LogReader>
    }
}

impl State {
    fn push(&mut self, record: &Record) {
        let leaf = leaf_hash(&record.bytes);
        self.frontier.push(leaf);
        self.leaves.push(leaf);
        let stream = self.index.number(&record.stream);
        let added = self.index.add(record.id, stream);
        debug_assert!(added, "the group was checked");
        self.events.push((record.recorded_at, record.bytes.clone()));
    }

    fn at(&self, position: u64) -> Option<Stored> {
        let (_, bytes) = self.events.get(usize::try_from(position).ok()?)?;
        Some(Stored { position, bytes: bytes.clone() })
    }
}

impl MemoryReader {
    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogReader for MemoryReader {
    fn head(&self) -> Head {
        self.state().head
    }

    fn read(&self, from: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        let state = self.state();
        Ok((from..state.head.size).take(limit).map_while(|position| state.at(position)).collect())
    }

    fn read_at(&self, positions: &[u64]) -> Result<Vec<Stored>, LogError> {
        let state = self.state();
        super::check_positions(positions, state.head.size)?;
        Ok(positions.iter().filter_map(|position| state.at(*position)).collect())
    }

    fn stream(&self, name: &str) -> Vec<u64> {
        self.state().index.stream(name)
    }

    fn stream_len(&self, name: &str) -> u64 {
        self.state().index.stream_len(name)
    }

    fn streams(&self, class: &str) -> Vec<Arc<str>> {
        self.state().index.streams(class)
    }

    fn find(&self, id: Uuid) -> Option<u64> {
        self.state().index.find(id)
    }

    fn size_at(&self, known_at: Instant) -> Result<u64, LogError> {
        let size = self.state().events.partition_point(|(recorded_at, _)| *recorded_at <= known_at);
        Ok(u64::try_from(size).unwrap_or(u64::MAX))
    }

    fn block_roots(&self, from: u64, limit: usize) -> Vec<Hash> {
        let state = self.state();
        let blocks = state.leaves.chunks_exact(usize::try_from(BLOCK_LEAVES).unwrap_or(usize::MAX));
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        blocks.skip(from).take(limit).map(|block| root_of(block.iter().copied())).collect()
    }

    fn verify(&self, progress: &mut dyn FnMut(u64)) -> Verification {
        let (head, events) = {
            let state = self.state();
            (state.head, state.events.clone())
        };
        let root = root_of(events.iter().map(|(_, bytes)| leaf_hash(bytes)));
        progress(head.size);
        let differs = (root != head.root).then_some(LogError::RootDiffers { size: head.size });
        Verification { head, problems: differs.into_iter().collect() }
    }
}
