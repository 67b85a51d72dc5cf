//! The bytes of the commit files: frames that carry events, and the marks that say a frame was acknowledged.

use std::sync::Arc;

use bytes::Bytes;
use tenure_schemas::Instant;
use uuid::Uuid;

use super::input::Input;
use crate::log::Record;
use crate::log::group::RECORD_OVERHEAD;
use crate::log::merkle::Hash;

/// The version of the whole ledger directory's format.
pub(super) const FORMAT_VERSION: u16 = 1;
/// How many bytes a frame has before its events.
pub(super) const HEADER_BYTES: usize = 128;
/// How many bytes a mark has.
pub(super) const MARK_BYTES: usize = 40;
/// Frames and marks begin at multiples of this.
pub(super) const ALIGNMENT: usize = 8;

const FRAME_MAGIC: [u8; 8] = *b"TNRframe";
const MARK_MAGIC: [u8; 8] = *b"TNRacked";
/// Where in the header its own checksum is.
const CHECKED_BYTES: usize = 120;

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// Begins a generation, with the events that no sealed block holds yet.
    Base,
    /// Holds one group.
    Group,
}

/// What a frame says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: FrameKind,
    /// The number of events.
    pub(super) count: u32,
    /// Which use of the commit files the frame belongs to.
    pub(super) generation: u64,
    /// Where in the file the frame begins.
    pub(super) offset: u64,
    /// The length of the events, without padding.
    pub(super) body_bytes: u64,
    /// The position of the first event.
    pub(super) first: u64,
    /// The size of the log with these events.
    pub(super) size: u64,
    /// The root of the log with these events.
    pub(super) root: Hash,
    /// How many bytes the file has for frames.
    pub(super) capacity: u64,
    /// How many bytes the other commit file has at least.
    pub(super) other_capacity: u64,
    /// The ledger's own random number, so that no event can be made to look like a frame or a mark.
    pub(super) salt: u64,
    /// The checksum of the header of the frame before, so that frames form a chain.
    pub(super) previous: u32,
    /// The checksum of the events.
    pub(super) body_checksum: u32,
}

/// Why bytes are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    /// They do not begin like one.
    Absent,
    /// They begin like one and have another checksum than they say, or make no sense.
    Broken,
    /// They begin like one of another format version.
    Version(u16),
}

impl Header {
    /// The header's bytes, and its checksum, which the next frame names.
    pub(super) fn encode(&self) -> ([u8; HEADER_BYTES], u32) {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(&FRAME_MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&(self.kind as u16).to_le_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        for number in [self.generation, self.offset, self.body_bytes, self.first, self.size] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.root);
        for number in [self.capacity, self.other_capacity, self.salt] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.previous.to_le_bytes());
        bytes.extend_from_slice(&self.body_checksum.to_le_bytes());
        let checksum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes.resize(HEADER_BYTES, 0);
        let mut header = [0; HEADER_BYTES];
        header.copy_from_slice(&bytes);
        (header, checksum)
    }

    /// Reads a header from the start of `bytes`; also gives its checksum.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, u32), NoHeader> {
        let mut input = Input::new(bytes);
        if input.array() != Some(FRAME_MAGIC) {
            return Err(NoHeader::Absent);
        }
        match input.u16() {
            Some(FORMAT_VERSION) => {}
            Some(version) => return Err(NoHeader::Version(version)),
            None => return Err(NoHeader::Broken),
        }
        let header = Self::decode_fields(&mut input).ok_or(NoHeader::Broken)?;
        let checked = bytes.get(..CHECKED_BYTES).map(crc32fast::hash).ok_or(NoHeader::Broken)?;
        let padding_is_zero = input.u32_pair() == Some((checked, 0));
        if padding_is_zero { Ok((header, checked)) } else { Err(NoHeader::Broken) }
    }

    fn decode_fields(input: &mut Input) -> Option<Self> {
        Some(Self {
            kind: match input.u16()? {
                0 => FrameKind::Base,
                1 => FrameKind::Group,
                _ => return None,
            },
            count: input.u32()?,
            generation: input.u64()?,
            offset: input.u64()?,
            body_bytes: input.u64()?,
            first: input.u64()?,
            size: input.u64()?,
            root: input.array()?,
            capacity: input.u64()?,
            other_capacity: input.u64()?,
            salt: input.u64()?,
            previous: input.u32()?,
            body_checksum: input.u32()?,
        })
    }

    /// How many bytes the frame takes, padding included; `None` if that cannot be.
    pub(super) fn frame_bytes(&self) -> Option<usize> {
        usize::try_from(self.body_bytes).ok()?.checked_add(HEADER_BYTES)?.checked_next_multiple_of(ALIGNMENT)
    }
}

/// Says that the frame before it was made durable and acknowledged. It is written after the frame's
/// sync and not synced itself: where it is, the frame must be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The ledger's own random number.
    pub(super) salt: u64,
    /// The generation that the frame belongs to.
    pub(super) generation: u64,
    /// The size that was acknowledged.
    pub(super) size: u64,
    /// The checksum of the acknowledged frame's header.
    pub(super) frame: u32,
}

impl Mark {
    pub(super) fn encode(&self) -> [u8; MARK_BYTES] {
        let mut bytes = Vec::with_capacity(MARK_BYTES);
        bytes.extend_from_slice(&MARK_MAGIC);
        bytes.extend_from_slice(&self.salt.to_le_bytes());
        bytes.extend_from_slice(&self.generation.to_le_bytes());
        bytes.extend_from_slice(&self.size.to_le_bytes());
        bytes.extend_from_slice(&self.frame.to_le_bytes());
        let checksum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        let mut mark = [0; MARK_BYTES];
        mark.copy_from_slice(&bytes);
        mark
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Input::new(bytes);
        if input.array() != Some(MARK_MAGIC) {
            return None;
        }
        let mark = Self { salt: input.u64()?, generation: input.u64()?, size: input.u64()?, frame: input.u32()? };
        (input.u32()? == crc32fast::hash(bytes.get(..36)?)).then_some(mark)
    }
}

/// Adds a record to a frame's body.
pub(super) fn encode_record(body: &mut Vec<u8>, record: &Record) {
    body.extend_from_slice(record.id.as_bytes());
    body.extend_from_slice(&record.recorded_at.as_micros().to_le_bytes());
    // Both lengths were checked against their limits, which are far smaller.
    body.extend_from_slice(&u16::try_from(record.stream.len()).unwrap_or(u16::MAX).to_le_bytes());
    body.extend_from_slice(&u32::try_from(record.bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    body.extend_from_slice(record.stream.as_bytes());
    body.extend_from_slice(&record.bytes);
}

/// How many bytes the records take in a body.
pub(super) fn body_bytes<'a>(records: impl IntoIterator<Item = &'a Record>) -> usize {
    records.into_iter().map(|record| RECORD_OVERHEAD + record.stream.len() + record.bytes.len()).sum()
}

/// Reads a frame's body, which must hold `count` records and nothing else.
pub(super) fn decode_records(body: &[u8], count: u32) -> Option<Vec<Record>> {
    let mut input = Input::new(body);
    let records: Vec<Record> = (0..count).map_while(|_| decode_record(&mut input)).collect();
    let whole = input.is_empty() && u32::try_from(records.len()) == Ok(count);
    whole.then_some(records)
}

fn decode_record(input: &mut Input) -> Option<Record> {
    let id = Uuid::from_bytes(input.array()?);
    let recorded_at = Instant::from_micros(input.i64()?)?;
    let (name, bytes) = (input.u16()?, input.u32()?);
    let stream = Arc::from(std::str::from_utf8(input.take(usize::from(name))?).ok()?);
    let bytes = Bytes::copy_from_slice(input.take(usize::try_from(bytes).ok()?)?);
    Some(Record { id, stream, recorded_at, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            kind: FrameKind::Group,
            count: 2,
            generation: 3,
            offset: 4096,
            body_bytes: 77,
            first: 5,
            size: 7,
            root: [8; 32],
            capacity: 1 << 20,
            other_capacity: 1 << 21,
            salt: 11,
            previous: 9,
            body_checksum: 10,
        }
    }

    #[test]
    fn a_header_reads_back() {
        let (bytes, checksum) = header().encode();
        assert_eq!(Header::decode(&bytes), Ok((header(), checksum)));
        assert_eq!(header().frame_bytes(), Some(208));
    }

    #[test]
    fn no_flipped_bit_of_a_header_goes_unseen() {
        let (bytes, _) = header().encode();
        for place in 0..bytes.len() * 8 {
            let mut flipped = bytes;
            flipped[place / 8] ^= 1 << (place % 8);
            assert!(Header::decode(&flipped).is_err(), "bit {place}");
        }
    }

    #[test]
    fn a_header_of_another_version_names_it() {
        let (mut bytes, _) = header().encode();
        bytes[8..10].copy_from_slice(&9_u16.to_le_bytes());
        assert_eq!(Header::decode(&bytes), Err(NoHeader::Version(9)));
    }

    #[test]
    fn a_mark_reads_back_and_no_flipped_bit_goes_unseen() {
        let mark = Mark { salt: 4, generation: 1, size: 2, frame: 3 };
        let bytes = mark.encode();
        assert_eq!(Mark::decode(&bytes), Some(mark));
        for place in 0..bytes.len() * 8 {
            let mut flipped = bytes;
            flipped[place / 8] ^= 1 << (place % 8);
            assert_eq!(Mark::decode(&flipped), None, "bit {place}");
        }
    }

    #[test]
    fn records_read_back_and_a_cut_body_is_refused() {
        let record = Record {
            id: Uuid::from_u128(7),
            stream: Arc::from("account/acme"),
            recorded_at: Instant::EPOCH,
            bytes: Bytes::from_static(b"event"),
        };
        let mut body = Vec::new();
        encode_record(&mut body, &record);
        assert_eq!(body.len(), body_bytes([&record]));
        let read = decode_records(&body, 1).unwrap();
        assert_eq!((read[0].id, &read[0].stream, &read[0].bytes), (record.id, &record.stream, &record.bytes));
        assert!(decode_records(&body, 2).is_none());
        assert!(decode_records(&body[..body.len() - 1], 1).is_none());
        body.push(0);
        assert!(decode_records(&body, 1).is_none());
    }
}
