//! What is kept about a block's events beside the block itself, so that opening reads no event.

use std::sync::Arc;

use tenure_schemas::Instant;
use uuid::Uuid;

use super::block::{BLOCK_EVENTS, BlockMeta, MAX_RAW_BYTES};
use super::input::Input;

/// The most bytes that an index record can take uncompressed.
const MAX_INDEX_BYTES: usize = BLOCK_EVENTS * (64 + crate::log::MAX_STREAM_BYTES) + 4_096;
/// What ends a record: each event's id, its stream's number, and when it was recorded.
const ENTRIES_BYTES: usize = BLOCK_EVENTS * (ID_BYTES + NUMBER_BYTES + TIME_BYTES);
const ID_BYTES: usize = 16;
const NUMBER_BYTES: usize = 4;
const TIME_BYTES: usize = 8;

/// An index record in its plain form, of which only what is asked for is read: opening a large ledger reads
/// thousands of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexRecord {
    pub(super) meta: BlockMeta,
    /// The number of the first stream in `new_streams`.
    pub(super) first_new_stream: u32,
    /// The names of the streams whose first event is in the block.
    pub(super) new_streams: Vec<Arc<str>>,
    plain: Vec<u8>,
}

/// An event as an index record knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) id: Uuid,
    /// Its stream's number.
    pub(super) stream: u32,
    pub(super) recorded_at: Instant,
}

impl IndexRecord {
    /// Describes a block of `entries`, of which there are 256.
    pub(super) fn new(
        meta: BlockMeta,
        first_new_stream: u32,
        new_streams: Vec<Arc<str>>,
        entries: impl Iterator<Item = Entry> + Clone,
    ) -> Self {
        let names: usize = new_streams.iter().map(|name| 2 + name.len()).sum();
        let mut plain = Vec::with_capacity(64 + names + ENTRIES_BYTES);
        plain.extend_from_slice(&meta.root);
        for number in [meta.raw_bytes, meta.stored_bytes, meta.checksum, first_new_stream] {
            plain.extend_from_slice(&number.to_le_bytes());
        }
        plain.extend_from_slice(&u16::try_from(new_streams.len()).unwrap_or(u16::MAX).to_le_bytes());
        for name in &new_streams {
            plain.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
            plain.extend_from_slice(name.as_bytes());
        }
        entries.clone().for_each(|entry| plain.extend_from_slice(entry.id.as_bytes()));
        entries.clone().for_each(|entry| plain.extend_from_slice(&entry.stream.to_le_bytes()));
        entries.for_each(|entry| plain.extend_from_slice(&entry.recorded_at.as_micros().to_le_bytes()));
        Self { meta, first_new_stream, new_streams, plain }
    }

    /// The stored form: length and checksum of the plain form, then that, compressed.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut stored = u32::try_from(self.plain.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        stored.extend_from_slice(&crc32fast::hash(&self.plain).to_le_bytes());
        stored.extend_from_slice(&lz4_flex::block::compress(&self.plain));
        stored
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
        Self::parse(plain).ok_or("its index record makes no sense")
    }

    fn parse(plain: Vec<u8>) -> Option<Self> {
        let head = plain.len().checked_sub(ENTRIES_BYTES)?;
        let mut input = Input::new(plain.get(..head)?);
        let (root, raw_bytes, stored_bytes, checksum) = (input.array()?, input.u32()?, input.u32()?, input.u32()?);
        let first_new_stream = input.u32()?;
        let names = usize::from(input.u16()?);
        let new_streams: Option<Vec<Arc<str>>> = (0..names).map(|_| parse_name(&mut input)).collect();
        let times = times(&plain);
        // What lies between a first and a last time that are possible is possible too.
        let (_first, last_recorded_at) = (time(*times.first()?)?, time(*times.last()?)?);
        let ordered = times.is_sorted_by_key(|time| micros(*time)) && input.is_empty();
        let possible = usize::try_from(raw_bytes).is_ok_and(|bytes| bytes <= MAX_RAW_BYTES);
        let meta = BlockMeta { root, raw_bytes, stored_bytes, checksum, last_recorded_at };
        let record = Self { meta, first_new_stream, new_streams: new_streams?, plain };
        (ordered && possible).then_some(record)
    }

    /// The ids of the block's events.
    pub(super) fn ids(&self) -> impl Iterator<Item = Uuid> + Clone {
        entries(&self.plain, 0, BLOCK_EVENTS * ID_BYTES).as_chunks().0.iter().map(|id| Uuid::from_bytes(*id))
    }

    /// The numbers of their streams.
    pub(super) fn streams(&self) -> impl Iterator<Item = u32> {
        let numbers = entries(&self.plain, BLOCK_EVENTS * ID_BYTES, BLOCK_EVENTS * NUMBER_BYTES);
        numbers.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number))
    }

    /// How many of the events were recorded at or before `known_at`.
    pub(super) fn known_at(&self, known_at: Instant) -> usize {
        times(&self.plain).partition_point(|time| micros(*time) <= known_at.as_micros())
    }
}

/// A part of what ends a plain record.
fn entries(plain: &[u8], from: usize, length: usize) -> &[u8] {
    let from = plain.len().saturating_sub(ENTRIES_BYTES).saturating_add(from);
    plain.get(from..from.saturating_add(length)).unwrap_or_default()
}

fn times(plain: &[u8]) -> &[[u8; TIME_BYTES]] {
    entries(plain, BLOCK_EVENTS * (ID_BYTES + NUMBER_BYTES), BLOCK_EVENTS * TIME_BYTES).as_chunks().0
}

fn micros(time: [u8; TIME_BYTES]) -> i64 {
    i64::from_le_bytes(time)
}

fn time(time: [u8; TIME_BYTES]) -> Option<Instant> {
    Instant::from_micros(micros(time))
}

fn parse_name(input: &mut Input) -> Option<Arc<str>> {
    let length = usize::from(input.u16()?);
    std::str::from_utf8(input.take(length)?).ok().map(Arc::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> IndexRecord {
        let time = |number: u32| Instant::from_micros(i64::from(number)).unwrap();
        let meta = BlockMeta { root: [1; 32], raw_bytes: 2, stored_bytes: 3, checksum: 4, last_recorded_at: time(255) };
        let names = vec![Arc::from("account/acme"), Arc::from("")];
        let entries = (0..256).map(|n| Entry { id: Uuid::from_u128(u128::from(n)), stream: n, recorded_at: time(n) });
        IndexRecord::new(meta, 5, names, entries)
    }

    #[test]
    fn an_index_record_reads_back() {
        let read = IndexRecord::decode(&record().encode()).unwrap();
        assert_eq!(read, record());
        assert_eq!(read.ids().collect::<Vec<_>>(), (0..256).map(Uuid::from_u128).collect::<Vec<_>>());
        assert_eq!(read.streams().collect::<Vec<_>>(), (0..256).collect::<Vec<_>>());
        assert_eq!(read.known_at(Instant::from_micros(41).unwrap()), 42);
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
    fn times_that_run_backwards_are_refused() {
        let mut plain = record().plain;
        let last = plain.len() - TIME_BYTES;
        plain[last..].copy_from_slice(&0_i64.to_le_bytes());
        assert_eq!(IndexRecord::parse(plain), None);
    }
}
