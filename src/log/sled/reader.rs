//! What the writer and the readers of a ledger share, and the reading half.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tenure_schemas::Instant;
use uuid::Uuid;

use super::block::{BLOCK_EVENTS, Block, BlockMeta};
use super::store::{PAGE_PARTS, Store, part_count};
use crate::log::index::Index;
use crate::log::merkle::{BLOCK_LEAVES, Hash};
use crate::log::{Head, LogError, LogReader, Stored, Verification, check_positions};

/// Everything that is visible: only what is durable.
pub(super) struct State {
    pub(super) head: Head,
    pub(super) index: Index,
    pub(super) blocks: Vec<BlockMeta>,
    /// The last events: those that no block holds, those of blocks that sled has not synced, and those of
    /// the few blocks before that share a page with them. After a failed write sled gives out no page that
    /// has yet to be written, or split when it is next read.
    pub(super) tail: VecDeque<(Instant, Bytes)>,
}

impl State {
    /// The position of the first event of the tail.
    pub(super) fn tail_first(&self) -> u64 {
        self.head.size.saturating_sub(u64::try_from(self.tail.len()).unwrap_or(u64::MAX))
    }

    /// How many of the first events were recorded at or before `known_at`, or the block in which that is decided.
    fn size_at(&self, known_at: Instant) -> Result<u64, u64> {
        let in_tail = self.tail.partition_point(|(recorded_at, _)| *recorded_at <= known_at);
        if in_tail > 0 || self.tail_first() == 0 {
            return Ok(self.tail_first().saturating_add(u64::try_from(in_tail).unwrap_or(u64::MAX)));
        }
        let whole = self.blocks.partition_point(|block| block.last_recorded_at <= known_at);
        if events_in(whole) >= self.tail_first() { Ok(self.tail_first()) } else { Err(events_in(whole) / BLOCK_LEAVES) }
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<u64, Arc<Block>> for ByBytes {
    fn weight(&self, _: &u64, block: &Arc<Block>) -> u64 {
        block.weight()
    }
}

/// The state behind a lock that nobody holds while reading or writing a disk.
pub(super) struct Shared {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
    held: RwLock<State>,
    cache: Cache<u64, Arc<Block>, ByBytes>,
}

impl Shared {
    pub(super) fn new(dir: PathBuf, store: Store, state: State, cache_bytes: u64) -> Self {
        // A guess at how many blocks fit; the weight is what limits the cache.
        let blocks = usize::try_from(cache_bytes / (64 * 1024)).unwrap_or(1).max(1);
        let cache = Cache::with_weighter(blocks, cache_bytes, ByBytes);
        Self { dir, store, held: RwLock::new(state), cache }
    }

    pub(super) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn block_count(&self) -> u64 {
        u64::try_from(self.state().blocks.len()).unwrap_or(u64::MAX)
    }

    /// Notes that the store holds one more block.
    pub(super) fn sealed(&self, meta: BlockMeta) {
        self.state_mut().blocks.push(meta);
    }

    /// The store has been synced: the events of all blocks but the last few are from now on read from it.
    pub(super) fn synced(&self) {
        let mut state = self.state_mut();
        let mut parts = 0_u32;
        let on_last_page = state.blocks.iter().rev().take_while(|block| {
            let fits = parts < PAGE_PARTS;
            parts = parts.saturating_add(part_count(block));
            fits
        });
        let on_disk = state.blocks.len().saturating_sub(on_last_page.count());
        let droppable = events_in(on_disk).saturating_sub(state.tail_first());
        let droppable = usize::try_from(droppable).unwrap_or(usize::MAX).min(state.tail.len());
        state.tail.drain(..droppable);
        // The room that a large group took is given back.
        state.tail.shrink_to(8 * BLOCK_EVENTS);
    }

    fn block(&self, number: u64, meta: &BlockMeta) -> Result<Arc<Block>, LogError> {
        self.cache.get_or_insert_with(&number, || self.store.block(number, meta).map(Arc::new))
    }

    /// The events at these positions, which are ascending and below the size.
    fn collect(&self, positions: impl Iterator<Item = u64> + Clone) -> Result<Vec<Stored>, LogError> {
        let plan = Plan::new(&self.state(), positions);
        let mut found = Vec::with_capacity(plan.count);
        for (number, meta, wanted) in plan.blocks {
            let block = self.block(number, &meta)?;
            for position in wanted {
                let inside = usize::try_from(position % BLOCK_LEAVES).unwrap_or(usize::MAX);
                found.extend(block.event(inside).map(|bytes| Stored { position, bytes }));
            }
        }
        found.extend(plan.tail);
        Ok(found)
    }
}

/// Which blocks to read for which positions, and the events of the tail, taken at one moment.
struct Plan {
    count: usize,
    blocks: Vec<(u64, BlockMeta, Vec<u64>)>,
    tail: Vec<Stored>,
}

impl Plan {
    fn new(state: &State, positions: impl Iterator<Item = u64>) -> Self {
        let mut plan = Self { count: 0, blocks: Vec::new(), tail: Vec::new() };
        let sealed = state.tail_first();
        for position in positions {
            plan.count = plan.count.saturating_add(1);
            if let Some(inside) = position.checked_sub(sealed) {
                let event = usize::try_from(inside).ok().and_then(|inside| state.tail.get(inside));
                plan.tail.extend(event.map(|(_, bytes)| Stored { position, bytes: bytes.clone() }));
            } else {
                plan.want(state, position);
            }
        }
        plan
    }

    fn want(&mut self, state: &State, position: u64) {
        let number = position / BLOCK_LEAVES;
        if let Some((_, _, wanted)) = self.blocks.last_mut().filter(|(last, ..)| *last == number) {
            wanted.push(position);
        } else {
            let meta = usize::try_from(number).ok().and_then(|number| state.blocks.get(number));
            self.blocks.extend(meta.map(|meta| (number, *meta, vec![position])));
        }
    }
}

impl LogReader for Shared {
    fn head(&self) -> Head {
        self.state().head
    }

    fn read(&self, from: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        let size = self.state().head.size;
        let end = from.saturating_add(u64::try_from(limit).unwrap_or(u64::MAX)).min(size);
        self.collect(from..end)
    }

    fn read_at(&self, positions: &[u64]) -> Result<Vec<Stored>, LogError> {
        check_positions(positions, self.state().head.size)?;
        self.collect(positions.iter().copied())
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
        let block = match self.state().size_at(known_at) {
            Ok(size) => return Ok(size),
            Err(block) => block,
        };
        let record = self.store.index_record(block)?;
        let inside = record.known_at(known_at);
        Ok(block.saturating_mul(BLOCK_LEAVES).saturating_add(u64::try_from(inside).unwrap_or(u64::MAX)))
    }

    fn block_roots(&self, from: u64, limit: usize) -> Vec<Hash> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        self.state().blocks.iter().skip(from).take(limit).map(|block| block.root).collect()
    }

    fn verify(&self, progress: &mut dyn FnMut(u64)) -> Verification {
        super::verify::verify(self, progress)
    }
}

fn events_in(blocks: usize) -> u64 {
    u64::try_from(blocks).unwrap_or(u64::MAX).saturating_mul(BLOCK_LEAVES)
}
