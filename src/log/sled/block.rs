//! The bytes of sealed blocks: 256 events compressed together, and the index record that describes them.

use std::sync::Arc;

use bytes::Bytes;
use tenure_schemas::Instant;
use uuid::Uuid;

use super::input::Input;
use crate::log::merkle::{BLOCK_LEAVES, Hash};

/// The number of events in a block.
pub(super) const BLOCK_EVENTS: usize = 256;
const _: () = assert!(BLOCK_EVENTS as u64 == BLOCK_LEAVES);

/// The most bytes that a block can take uncompressed: what its index record may claim.
const MAX_RAW_BYTES: usize = BLOCK_EVENTS * (4 + tenure_schemas::MAX_STORED_BYTES);
/// The most bytes that an index record can take uncompressed.
const MAX_INDEX_BYTES: usize = BLOCK_EVENTS * (64 + crate::log::MAX_STREAM_BYTES) + 4_096;

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

/// What is kept about a block's events beside the block itself, so that opening reads no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexRecord {
    pub(super) meta: BlockMeta,
    /// The number of the first stream in `new_streams`.
    pub(super) first_new_stream: u32,
    /// The names of the streams whose first event is in the block.
    pub(super) new_streams: Vec<Arc<str>>,
    pub(super) ids: Vec<Uuid>,
    pub(super) streams: Vec<u32>,
    pub(super) recorded_at: Vec<Instant>,
}

impl IndexRecord {
    /// The stored form: length and checksum of the plain form, then that, compressed.
    pub(super) fn encode(&self) -> Vec<u8> {
        let plain = self.plain();
        let mut stored = u32::try_from(plain.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        stored.extend_from_slice(&crc32fast::hash(&plain).to_le_bytes());
        stored.extend_from_slice(&lz4_flex::block::compress(&plain));
        stored
    }

    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::with_capacity(BLOCK_EVENTS * 28 + 256);
        plain.extend_from_slice(&self.meta.root);
        for number in [self.meta.raw_bytes, self.meta.stored_bytes, self.meta.checksum, self.first_new_stream] {
            plain.extend_from_slice(&number.to_le_bytes());
        }
        plain.extend_from_slice(&u16::try_from(self.new_streams.len()).unwrap_or(u16::MAX).to_le_bytes());
        for name in &self.new_streams {
            plain.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
            plain.extend_from_slice(name.as_bytes());
        }
        self.ids.iter().for_each(|id| plain.extend_from_slice(id.as_bytes()));
        self.streams.iter().for_each(|number| plain.extend_from_slice(&number.to_le_bytes()));
        self.recorded_at.iter().for_each(|time| plain.extend_from_slice(&time.as_micros().to_le_bytes()));
        plain
    }

    /// Reads a stored form; the error says what is wrong with it.
    pub(super) fn decode(stored: &[u8]) -> Result<Self, &'static str> {
        let mut input = Input::new(stored);
        let (Some(length), Some(checksum)) = (input.u32(), input.u32()) else {
            return Err("its index record is cut short");
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MAX_INDEX_BYTES {
            return Err("its index record claims an impossible length");
        }
        let compressed = stored.get(8..).unwrap_or_default();
        let plain = lz4_flex::block::decompress(compressed, length).ok().filter(|plain| plain.len() == length);
        let plain = plain.filter(|plain| crc32fast::hash(plain) == checksum).ok_or("its index record is damaged")?;
        Self::parse(&plain).ok_or("its index record makes no sense")
    }

    fn parse(plain: &[u8]) -> Option<Self> {
        let mut input = Input::new(plain);
        let (root, raw_bytes, stored_bytes, checksum) = (input.array()?, input.u32()?, input.u32()?, input.u32()?);
        let first_new_stream = input.u32()?;
        let names = usize::from(input.u16()?);
        let new_streams: Option<Vec<Arc<str>>> = (0..names).map(|_| parse_name(&mut input)).collect();
        let ids: Option<Vec<Uuid>> = (0..BLOCK_EVENTS).map(|_| input.array().map(Uuid::from_bytes)).collect();
        let streams: Option<Vec<u32>> = (0..BLOCK_EVENTS).map(|_| input.u32()).collect();
        let times: Option<Vec<Instant>> = (0..BLOCK_EVENTS).map(|_| Instant::from_micros(input.i64()?)).collect();
        let recorded_at = times?;
        let ordered = recorded_at.is_sorted() && input.is_empty();
        let possible = usize::try_from(raw_bytes).is_ok_and(|bytes| bytes <= MAX_RAW_BYTES);
        let meta = BlockMeta { root, raw_bytes, stored_bytes, checksum, last_recorded_at: *recorded_at.last()? };
        let record =
            Self { meta, first_new_stream, new_streams: new_streams?, ids: ids?, streams: streams?, recorded_at };
        (ordered && possible).then_some(record)
    }
}

fn parse_name(input: &mut Input) -> Option<Arc<str>> {
    let length = usize::from(input.u16()?);
    std::str::from_utf8(input.take(length)?).ok().map(Arc::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> IndexRecord {
        let times: Vec<Instant> = (0..256).filter_map(Instant::from_micros).collect();
        IndexRecord {
            meta: BlockMeta { root: [1; 32], raw_bytes: 2, stored_bytes: 3, checksum: 4, last_recorded_at: times[255] },
            first_new_stream: 5,
            new_streams: vec![Arc::from("account/acme"), Arc::from("")],
            ids: (0..256).map(Uuid::from_u128).collect(),
            streams: (0..256).collect(),
            recorded_at: times,
        }
    }

    #[test]
    fn an_index_record_reads_back() {
        assert_eq!(IndexRecord::decode(&record().encode()), Ok(record()));
    }

    #[test]
    fn a_cut_or_flipped_index_record_is_refused() {
        let stored = record().encode();
        for end in 0..stored.len() {
            assert!(IndexRecord::decode(&stored[..end]).is_err(), "cut at {end}");
            let mut flipped = stored.clone();
            flipped[end] ^= 0x10;
            // Some flips change how the record is compressed and not what it says.
            assert!(!IndexRecord::decode(&flipped).is_ok_and(|read| read != record()), "flipped at {end}");
        }
    }

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
