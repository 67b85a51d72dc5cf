//! Sealing: 256 events that are durable in the commit file become a block of the store, once.

use std::sync::Arc;

use super::SledLog;
use super::block::{BLOCK_EVENTS, Block, BlockMeta};
use super::commit::Content;
use super::index_record::{Entry, IndexRecord};
use crate::log::merkle::{Hash, root_of};
use crate::log::{LogError, LogReader, Record};

/// An event that no block holds yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) record: Record,
    /// Its stream's number.
    pub(super) stream: u32,
    pub(super) leaf: Hash,
}

impl SledLog {
    /// Seals as many blocks as there are events for.
    pub(super) fn seal_full(&mut self) -> Result<(), LogError> {
        while self.pending.len() >= BLOCK_EVENTS {
            self.seal_block()?;
        }
        Ok(())
    }

    fn seal_block(&mut self) -> Result<(), LogError> {
        let events: Vec<Pending> = self.pending.drain(..BLOCK_EVENTS).collect();
        let raw = Block::layout(events.iter().map(|event| &event.record.bytes));
        let block = self.shared.block_count();
        let record = match self.sealed_before(block, &events, &raw) {
            Some(record) => record,
            None => self.put_block(block, &events, &raw)?,
        };
        let new_streams = u32::try_from(record.new_streams.len()).unwrap_or(u32::MAX);
        self.sealed_streams = self.sealed_streams.saturating_add(new_streams);
        self.shared.sealed(record.meta);
        Ok(())
    }

    /// The index record of the block, where the store holds it already, as it does after most stops.
    fn sealed_before(&mut self, block: u64, events: &[Pending], raw: &[u8]) -> Option<IndexRecord> {
        let found = self.resealed.pop_front()?;
        let same = found == self.describe(events, raw, found.meta.stored_bytes);
        (same && self.shared.store.block(block, &found.meta).is_ok()).then_some(found)
    }

    fn put_block(&self, block: u64, events: &[Pending], raw: &[u8]) -> Result<IndexRecord, LogError> {
        let compressed = lz4_flex::block::compress(raw);
        let record = self.describe(events, raw, u32::try_from(compressed.len()).unwrap_or(u32::MAX));
        self.shared.store.put(block, &compressed, &record)?;
        Ok(record)
    }

    fn describe(&self, events: &[Pending], raw: &[u8], stored_bytes: u32) -> IndexRecord {
        let mut new_streams: Vec<Arc<str>> = Vec::new();
        let mut known = self.sealed_streams;
        for event in events.iter().filter(|event| event.stream >= self.sealed_streams) {
            // Streams are numbered by their first events, so the next new one has the next number.
            if event.stream == known {
                new_streams.push(Arc::clone(&event.record.stream));
                known = known.saturating_add(1);
            }
        }
        let last = events.last().map(|event| event.record.recorded_at);
        let meta = BlockMeta {
            root: root_of(events.iter().map(|event| event.leaf)),
            raw_bytes: u32::try_from(raw.len()).unwrap_or(u32::MAX),
            stored_bytes,
            checksum: crc32fast::hash(raw),
            last_recorded_at: last.unwrap_or(tenure_schemas::Instant::EPOCH),
        };
        let entries = events.iter().map(|Pending { record, stream, .. }| Entry {
            id: record.id,
            stream: *stream,
            recorded_at: record.recorded_at,
        });
        IndexRecord::new(meta, self.sealed_streams, new_streams, entries)
    }

    /// Begins the next generation of the commit files, with room for `room` bytes of events.
    pub(super) fn rotate(&mut self, room: usize) -> Result<(), LogError> {
        self.seal_full()?;
        self.shared.store.sync()?;
        self.shared.synced();
        let head = self.shared.head();
        let tail: Vec<&Record> = self.pending.iter().map(|event| &event.record).collect();
        let tail_events = u64::try_from(tail.len()).unwrap_or(u64::MAX);
        let base = Content { first: head.size.saturating_sub(tail_events), size: head.size, root: head.root };
        let begun = self.commit.begin(base, &tail, room);
        begun.map_err(|source| LogError::Append { path: self.commit.path(), position: head.size, source })
    }
}
