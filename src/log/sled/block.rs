//! The bytes of sealed blocks: 256 events laid out to be compressed together.

use bytes::Bytes;
use tenure_schemas::Instant;

use super::input::Input;
use crate::log::merkle::{BLOCK_LEAVES, Hash};

/// The number of events in a block.
pub(super) const BLOCK_EVENTS: usize = 256;
const _: () = assert!(BLOCK_EVENTS as u64 == BLOCK_LEAVES);

/// The most bytes that a block can take uncompressed: what its index record may claim.
pub(super) const MAX_RAW_BYTES: usize = BLOCK_EVENTS * (4 + tenure_schemas::MAX_STORED_BYTES);
/// The events of a block, uncompressed.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Bytes,
    /// Where each event begins, and where the last one ends.
    bounds: Vec<u32>,
}

impl Block {
    /// Lays the events out as they are compressed: all lengths, then all bytes.
    pub(super) fn layout<'a>(events: impl Iterator<Item = &'a Bytes> + Clone) -> Vec<u8> {
        let bytes: usize = events.clone().map(|event| 4 + event.len()).sum();
        let mut raw = Vec::with_capacity(bytes);
        for event in events.clone() {
            raw.extend_from_slice(&u32::try_from(event.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        events.for_each(|event| raw.extend_from_slice(event));
        raw
    }

    /// Reads what [`Block::layout`] wrote; `None` if the lengths do not add up.
    pub(super) fn parse(raw: Vec<u8>) -> Option<Self> {
        let mut input = Input::new(&raw);
        let mut end = u32::try_from(BLOCK_EVENTS * 4).ok()?;
        let mut bounds = Vec::with_capacity(BLOCK_EVENTS + 1);
        bounds.push(end);
        for _ in 0..BLOCK_EVENTS {
            end = end.checked_add(input.u32()?)?;
            bounds.push(end);
        }
        (usize::try_from(end) == Ok(raw.len())).then(|| Self { bytes: Bytes::from(raw), bounds })
    }

    /// The event with this number in the block.
    pub(super) fn event(&self, number: usize) -> Option<Bytes> {
        let from = usize::try_from(*self.bounds.get(number)?).ok()?;
        let to = usize::try_from(*self.bounds.get(number.checked_add(1)?)?).ok()?;
        Some(self.bytes.slice(from..to))
    }

    /// How many bytes of memory the block takes.
    pub(super) fn weight(&self) -> u64 {
        u64::try_from(self.bytes.len() + self.bounds.len() * 4).unwrap_or(u64::MAX)
    }
}

/// How a block is stored: what is needed to read it and to trust it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockMeta {
    /// The Merkle root over its events.
    pub(super) root: Hash,
    /// The length of its uncompressed bytes.
    pub(super) raw_bytes: u32,
    /// The length of its compressed bytes.
    pub(super) stored_bytes: u32,
    /// The checksum of its uncompressed bytes.
    pub(super) checksum: u32,
    /// When its last event was recorded.
    pub(super) last_recorded_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_reads_back_and_lengths_that_do_not_add_up_are_refused() {
        let events: Vec<Bytes> = (0..256).map(|number| Bytes::from(vec![7; number])).collect();
        let raw = Block::layout(events.iter());
        let block = Block::parse(raw.clone()).unwrap();
        assert_eq!(block.event(0), Some(Bytes::new()));
        assert_eq!(block.event(255), Some(events[255].clone()));
        assert_eq!(block.event(256), None);
        assert!(Block::parse(raw[..raw.len() - 1].to_vec()).is_none());
        assert!(Block::parse(Vec::new()).is_none());
    }
}
