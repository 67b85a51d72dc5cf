//! The commit files, read: which generation is the newest, what it holds, and whether anything acknowledged is missing.

use std::fs;
use std::path::Path;

use super::commit::{Cursor, file_name};
use super::frame::{ALIGNMENT, FORMAT_VERSION, FrameKind, Header, MARK_BYTES, Mark, NoHeader, decode_records};
use crate::log::{LogError, Record};

/// A frame and its events.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) header: Header,
    pub(super) records: Vec<Record>,
}

/// The newest generation.
#[derive(Debug)]
pub(super) struct Newest {
    /// The base frame and the groups after it; never empty.
    pub(super) base: Frame,
    pub(super) groups: Vec<Frame>,
    pub(super) cursor: Cursor,
    /// A frame was begun after the last one and never acknowledged.
    pub(super) torn: bool,
}

impl Newest {
    /// The base frame, then the groups.
    pub(super) fn frames(&self) -> impl Iterator<Item = &Frame> {
        std::iter::once(&self.base).chain(&self.groups)
    }

    /// How many events were acknowledged.
    pub(super) fn size(&self) -> u64 {
        self.groups.last().unwrap_or(&self.base).header.size
    }
}

/// Reads both commit files. `None` when neither begins with a whole base frame.
pub(super) fn newest(dir: &Path) -> Result<Option<Newest>, LogError> {
    let (first, second) = (read(dir, 0)?, read(dir, 1)?);
    let files = [(0, &first, &second), (1, &second, &first)];
    let mut candidates = Vec::new();
    for (number, bytes, other) in files {
        match Header::decode(bytes) {
            Ok((header, _)) => candidates.push((header.generation, number, bytes, other)),
            Err(NoHeader::Version(found)) => {
                let path = dir.join(file_name(number));
                return Err(LogError::Version { path, found, known: FORMAT_VERSION });
            }
            Err(NoHeader::Absent | NoHeader::Broken) => {}
        }
    }
    candidates.sort_unstable_by_key(|(generation, ..)| std::cmp::Reverse(*generation));
    for (_, number, bytes, other) in candidates {
        if let Some((newest, end)) = walk(number, bytes) {
            check(dir, &newest, bytes, end, other)?;
            return Ok(Some(newest));
        }
    }
    Ok(None)
}

fn read(dir: &Path, generation: u64) -> Result<Vec<u8>, LogError> {
    let path = dir.join(file_name(generation));
    fs::read(&path).map_err(|source| LogError::Open { path, source })
}

/// Follows the chain of frames from the start of a file; also gives where it ends.
fn walk(number: u64, bytes: &[u8]) -> Option<(Newest, usize)> {
    let (header, mut chain) = Header::decode(bytes).ok()?;
    let misplaced = header.kind != FrameKind::Base || header.offset != 0 || header.generation % 2 != number;
    let records = if misplaced { None } else { events(bytes, 0, &header) }?;
    let mut end = after(0, &header)?;
    let base = Frame { header, records };
    let mut groups = Vec::new();
    let mut size = base.header.size;
    while let Some((frame, checksum)) = next_group(bytes, end, &base.header, chain, size) {
        end = after(end, &frame.header)?;
        (chain, size) = (checksum, frame.header.size);
        groups.push(frame);
    }
    let torn = begins_frame(bytes, end, &base.header);
    let Header { generation, capacity, other_capacity, salt, .. } = base.header;
    let offset = u64::try_from(end).ok()?;
    let cursor = Cursor { generation, offset, capacity, other_capacity, chain, salt };
    Some((Newest { base, groups, cursor, torn }, end))
}

fn next_group(bytes: &[u8], at: usize, base: &Header, chain: u32, size: u64) -> Option<(Frame, u32)> {
    let (header, checksum) = Header::decode(bytes.get(at..)?).ok()?;
    let follows = header.kind == FrameKind::Group
        && header.generation == base.generation
        && header.salt == base.salt
        && u64::try_from(at) == Ok(header.offset)
        && header.previous == chain
        && header.first == size
        && size.checked_add(u64::from(header.count)) == Some(header.size);
    let records = if follows { events(bytes, at, &header) } else { None }?;
    Some((Frame { header, records }, checksum))
}

/// The events of the frame at `at`, if they are whole.
fn events(bytes: &[u8], at: usize, header: &Header) -> Option<Vec<Record>> {
    let from = at.checked_add(super::frame::HEADER_BYTES)?;
    let body = bytes.get(from..from.checked_add(usize::try_from(header.body_bytes).ok()?)?)?;
    if crc32fast::hash(body) != header.body_checksum {
        return None;
    }
    decode_records(body, header.count)
}

/// Where the frame after the one at `at` begins.
fn after(at: usize, header: &Header) -> Option<usize> {
    at.checked_add(header.frame_bytes()?)?.checked_add(MARK_BYTES)
}

/// Whether a frame of this generation was begun at `at`: stale ones of older generations do not count.
fn begins_frame(bytes: &[u8], at: usize, base: &Header) -> bool {
    match Header::decode(bytes.get(at..).unwrap_or_default()) {
        Ok((header, _)) => header.generation == base.generation,
        Err(NoHeader::Absent) => false,
        Err(NoHeader::Broken | NoHeader::Version(_)) => true,
    }
}

/// Refuses when anything shows that more was acknowledged than the newest generation holds.
fn check(dir: &Path, newest: &Newest, bytes: &[u8], end: usize, other: &[u8]) -> Result<(), LogError> {
    let size = newest.size();
    let generation = newest.cursor.generation;
    let damaged = |acknowledged: u64, what: String| {
        Err(LogError::Damaged { path: dir.to_path_buf(), acknowledged, found: size, what, source: None })
    };
    let evidence = proof_of_more(bytes, end, newest.cursor.salt).max(proof_of_more(other, 0, newest.cursor.salt));
    if let Some((newer, acknowledged)) = evidence.filter(|evidence| *evidence > (generation, size)) {
        return damaged(acknowledged, format!("{} has unreadable parts", file_name(newer)));
    }
    let expected = [
        (generation, bytes, newest.cursor.capacity),
        (generation.wrapping_add(1), other, newest.cursor.other_capacity),
    ];
    for (generation, bytes, capacity) in expected {
        if u64::try_from(bytes.len()).is_ok_and(|length| length < capacity) {
            let name = file_name(generation);
            return damaged(size, format!("{name} has {} bytes and should have {capacity}", bytes.len()));
        }
    }
    Ok(())
}

/// The highest generation and size, in this order, that a mark from `from` on, or a group after it, speaks of.
fn proof_of_more(bytes: &[u8], from: usize, salt: u64) -> Option<(u64, u64)> {
    let places = (from..bytes.len()).step_by(ALIGNMENT);
    places.filter_map(|at| proof_at(bytes.get(at..)?, at, from, salt)).max()
}

fn proof_at(bytes: &[u8], at: usize, from: usize, salt: u64) -> Option<(u64, u64)> {
    if let Some(mark) = Mark::decode(bytes) {
        return (mark.salt == salt).then_some((mark.generation, mark.size));
    }
    let (header, _) = Header::decode(bytes).ok()?;
    let later = header.kind == FrameKind::Group && at > from && u64::try_from(at) == Ok(header.offset);
    (later && header.salt == salt).then_some((header.generation, header.size))
}
