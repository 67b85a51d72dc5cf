//! The commit files, written: each group in one frame, synced before it counts, two files in turn.

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::frame::{ALIGNMENT, FrameKind, HEADER_BYTES, Header, MARK_BYTES, Mark, body_bytes, encode_record};
use crate::log::Record;
use crate::log::merkle::Hash;

/// The least room for frames that a commit file is made with.
pub(super) const MIN_CAPACITY: u64 = 16 * 1024;
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// The name of the commit file of a generation.
pub(super) fn file_name(generation: u64) -> &'static str {
    if generation.is_multiple_of(2) { "commit.0" } else { "commit.1" }
}

/// What a frame says about its events and the log with them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    pub(super) first: u64,
    pub(super) size: u64,
    pub(super) root: Hash,
}

/// Where the next frame goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    pub(super) generation: u64,
    pub(super) offset: u64,
    pub(super) capacity: u64,
    pub(super) other_capacity: u64,
    /// The checksum of the last frame's header.
    pub(super) chain: u32,
    pub(super) salt: u64,
}

/// The pair of commit files, open for writing.
#[derive(Debug)]
pub(super) struct Commit {
    dir: PathBuf,
    current: File,
    other: File,
    cursor: Cursor,
    least_capacity: u64,
    frame: Vec<u8>,
}

impl Commit {
    /// Makes both files in an empty ledger, durably, and begins generation 0.
    pub(super) fn create(dir: &Path, least_capacity: u64, empty_root: Hash) -> io::Result<Self> {
        let salt = RandomState::new().hash_one(dir);
        let cursor = Cursor { generation: 1, offset: 0, capacity: 0, other_capacity: 0, chain: 0, salt };
        let mut commit = Self::with_files(dir, cursor, least_capacity, true)?;
        commit.cursor.capacity = fill(&commit.current, commit.least_capacity)?;
        // Generation 0 begins after a generation that never was, so that there is one way to begin.
        commit.cursor.generation = u64::MAX;
        commit.begin(Content { first: 0, size: 0, root: empty_root }, &[], 0)?;
        Ok(commit)
    }

    /// Opens both files to go on at `cursor`, after making durable what was read from the current one.
    pub(super) fn resume(dir: &Path, cursor: Cursor, least_capacity: u64) -> io::Result<Self> {
        let commit = Self::with_files(dir, cursor, least_capacity, false)?;
        commit.current.sync_data()?;
        Ok(commit)
    }

    fn with_files(dir: &Path, cursor: Cursor, least_capacity: u64, create: bool) -> io::Result<Self> {
        let open = |generation: u64| {
            OpenOptions::new().read(true).write(true).create(create).open(dir.join(file_name(generation)))
        };
        let (current, other) = (open(cursor.generation)?, open(cursor.generation.wrapping_add(1))?);
        let least_capacity = least_capacity.max(MIN_CAPACITY);
        Ok(Self { dir: dir.to_path_buf(), current, other, cursor, least_capacity, frame: Vec::new() })
    }

    /// The current file's path.
    pub(super) fn path(&self) -> PathBuf {
        self.dir.join(file_name(self.cursor.generation))
    }

    /// Whether a frame with these events fits into the current file.
    pub(super) fn has_room(&self, group: &[Record]) -> bool {
        let needed = taken_by(body_bytes(group)).saturating_add(to_u64(MARK_BYTES));
        self.cursor.offset.saturating_add(needed) <= self.cursor.capacity
    }

    /// Writes a group and syncs it. On an error the frame is wiped as well as that can be.
    pub(super) fn append(&mut self, content: Content, group: &[Record]) -> io::Result<()> {
        let written = self.write_frame(FrameKind::Group, content, group.iter());
        if written.is_err() {
            self.wipe();
        }
        written
    }

    /// Begins the next generation in the other file, with the events that no sealed block holds, and
    /// room for a frame with `room` bytes of events. Everything before them must be durable in the store.
    pub(super) fn begin(&mut self, base: Content, tail: &[&Record], room: usize) -> io::Result<()> {
        let ends = [taken_by(body_bytes(tail.iter().copied())), taken_by(room), to_u64(MARK_BYTES)];
        let needed = ends.iter().fold(0_u64, |sum, bytes| sum.saturating_add(*bytes));
        let capacity = fill(&self.other, needed.next_multiple_of(4_096).max(self.least_capacity))?;
        let previous = self.cursor;
        std::mem::swap(&mut self.current, &mut self.other);
        let generation = previous.generation.wrapping_add(1);
        self.cursor = Cursor { generation, offset: 0, capacity, other_capacity: previous.capacity, ..previous };
        self.write_frame(FrameKind::Base, base, tail.iter().copied())?;
        self.leave(previous, base.size);
        Ok(())
    }

    /// Syncs what marks are still on their way, so that a clean end is known for one.
    pub(super) fn close(&self) -> io::Result<()> {
        self.current.sync_data()?;
        self.other.sync_data()
    }

    fn write_frame<'a>(
        &mut self,
        kind: FrameKind,
        content: Content,
        records: impl Iterator<Item = &'a Record>,
    ) -> io::Result<()> {
        let mut frame = std::mem::take(&mut self.frame);
        frame.clear();
        frame.resize(HEADER_BYTES, 0);
        let mut count = 0_u32;
        for record in records {
            encode_record(&mut frame, record);
            count = count.saturating_add(1);
        }
        let header = self.header(kind, content, count, frame.get(HEADER_BYTES..).unwrap_or_default());
        let (head, checksum) = header.encode();
        frame.get_mut(..HEADER_BYTES).unwrap_or_default().copy_from_slice(&head);
        frame.resize(frame.len().next_multiple_of(ALIGNMENT), 0);
        let written = self.current.write_all_at(&frame, self.cursor.offset).and_then(|()| self.current.sync_data());
        let frame_bytes = to_u64(frame.len());
        self.frame = frame;
        written?;
        let mark = Mark { salt: header.salt, generation: header.generation, size: header.size, frame: checksum };
        let mark_at = self.cursor.offset.saturating_add(frame_bytes);
        // The frame is durable: a mark that cannot be written takes nothing from that.
        if let Err(error) = self.current.write_all_at(&mark.encode(), mark_at) {
            tracing::warn!(%error, size = header.size, "could not mark a durable frame as acknowledged");
        }
        self.cursor.offset = mark_at.saturating_add(to_u64(MARK_BYTES));
        self.cursor.chain = checksum;
        Ok(())
    }

    fn header(&self, kind: FrameKind, content: Content, count: u32, body: &[u8]) -> Header {
        Header {
            kind,
            count,
            generation: self.cursor.generation,
            offset: self.cursor.offset,
            body_bytes: to_u64(body.len()),
            first: content.first,
            size: content.size,
            root: content.root,
            capacity: self.cursor.capacity,
            other_capacity: self.cursor.other_capacity,
            salt: self.cursor.salt,
            previous: self.cursor.chain,
            body_checksum: crc32fast::hash(body),
        }
    }

    /// Notes in the file that was left that a newer generation has begun: without that file, this one is not enough.
    fn leave(&self, left: Cursor, size: u64) {
        let mark = Mark { salt: left.salt, generation: self.cursor.generation, size, frame: self.cursor.chain };
        if let Err(error) = self.other.write_all_at(&mark.encode(), left.offset) {
            tracing::warn!(%error, "could not note in the commit file that a newer one is in use");
        }
    }

    /// Takes a frame back whose sync failed, so that it is not found on opening. The descriptor that
    /// failed may have forgotten its error, hence a new one.
    fn wipe(&self) {
        let zeros = [0; HEADER_BYTES];
        let wiped = OpenOptions::new().write(true).open(self.path()).and_then(|file| {
            file.write_all_at(&zeros, self.cursor.offset)?;
            file.sync_data()
        });
        if let Err(error) = wiped {
            tracing::warn!(%error, "could not wipe a group that failed; it may be found when the ledger is opened again");
        }
    }
}

/// How many bytes of a file a frame with `body` bytes of events takes, its mark included.
fn taken_by(body: usize) -> u64 {
    let frame = body.saturating_add(HEADER_BYTES).checked_next_multiple_of(ALIGNMENT).unwrap_or(usize::MAX);
    to_u64(frame.saturating_add(MARK_BYTES))
}

/// Sees to it that a file has `capacity` bytes on the disk, and gives its length: writing into them
/// later needs no room and changes nothing about the file that a sync would have to record.
fn fill(file: &File, capacity: u64) -> io::Result<u64> {
    let mut length = file.metadata()?.len();
    if length >= capacity {
        return Ok(length);
    }
    while length < capacity {
        let missing = usize::try_from(capacity - length).unwrap_or(usize::MAX);
        let zeros = ZEROS.get(..missing).unwrap_or(&ZEROS);
        file.write_all_at(zeros, length)?;
        length = length.saturating_add(to_u64(zeros.len()));
    }
    file.sync_all()?;
    Ok(length)
}

fn to_u64(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
