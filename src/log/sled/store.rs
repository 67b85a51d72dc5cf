//! The block store: sled behind a guard, values split so small that sled never makes a file of one.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::block::{Block, BlockMeta};
use super::index_record::IndexRecord;
use crate::log::LogError;

/// The most bytes in one value of sled. sled writes a whole leaf of up to 17 values at once, and puts
/// what exceeds a quarter of a segment into a file of its own that it never syncs; 19 of these fit.
const PART_BYTES: usize = 24 * 1024;
/// How many values may be on sled's last page, or on the two that it becomes.
pub(super) const PAGE_PARTS: u32 = 34;
const SEGMENT_BYTES: usize = 2 * 1024 * 1024;
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// sled's directory in the ledger's.
pub(super) const DB_DIR: &str = "db";
/// sled's one file that matters, in the ledger's directory.
pub(super) const DB_FILE: &str = "db/db";

const DATA: u8 = b'd';
const INDEX: u8 = b'i';

pub(super) struct Store {
    dir: PathBuf,
    db: ::sled::Db,
    /// A second descriptor of sled's file, open from the start, so that a failed write-back that sled's
    /// own descriptor has already reported is still reported to us.
    file: File,
}

impl Store {
    /// Opens or makes the store in a ledger's directory.
    pub(super) fn open(dir: &Path) -> Result<Self, LogError> {
        let config = ::sled::Config::new()
            .path(dir.join(DB_DIR))
            .segment_size(SEGMENT_BYTES)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None)
            .use_compression(false);
        let db = Self::open_locked(dir, &config)?;
        let path = dir.join(DB_FILE);
        let file = File::open(&path).map_err(|source| LogError::Open { path, source })?;
        Ok(Self { dir: dir.to_path_buf(), db, file })
    }

    /// A log that was just closed in this process gives its lock back a moment later, so one try is not enough.
    fn open_locked(dir: &Path, config: &::sled::Config) -> Result<::sled::Db, LogError> {
        let mut tries_left = 20;
        loop {
            let opened = guarded(dir, "opening", || config.open());
            let Err(LogError::Store { source, .. }) = &opened else { return opened };
            if !is_lock_conflict(source) {
                return opened;
            }
            if tries_left == 0 {
                return Err(LogError::InUse { path: dir.to_path_buf() });
            }
            tries_left -= 1;
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stores a block. The index record is written last: where it is, the block's parts are.
    pub(super) fn put(&self, block: u64, compressed: &[u8], record: &IndexRecord) -> Result<(), LogError> {
        guarded(&self.dir, "sealing a block", || {
            self.put_parts(DATA, block, compressed)?;
            self.put_parts(INDEX, block, &record.encode())
        })
    }

    fn put_parts(&self, kind: u8, block: u64, value: &[u8]) -> Result<(), ::sled::Error> {
        for (part, bytes) in (0_u16..).zip(value.chunks(PART_BYTES)) {
            self.db.insert(key(kind, block, part), bytes)?;
        }
        Ok(())
    }

    /// Reads a block's bytes and checks them against `meta`.
    pub(super) fn block(&self, block: u64, meta: &BlockMeta) -> Result<Block, LogError> {
        let stored = self.parts(DATA, block)?;
        let raw_bytes = usize::try_from(meta.raw_bytes).unwrap_or(usize::MAX);
        if u32::try_from(stored.len()) != Ok(meta.stored_bytes) {
            let what = format!("{} of its {} stored bytes are there", stored.len(), meta.stored_bytes);
            return Err(corrupt(&self.dir, block, what));
        }
        let raw = lz4_flex::block::decompress(&stored, raw_bytes).ok().filter(|raw| raw.len() == raw_bytes);
        let raw = raw.filter(|raw| crc32fast::hash(raw) == meta.checksum);
        raw.and_then(Block::parse).ok_or_else(|| corrupt(&self.dir, block, "its checksum differs".to_owned()))
    }

    /// Reads a block's index record.
    pub(super) fn index_record(&self, block: u64) -> Result<IndexRecord, LogError> {
        let stored = self.parts(INDEX, block)?;
        if stored.is_empty() {
            return Err(corrupt(&self.dir, block, "its index record is missing".to_owned()));
        }
        IndexRecord::decode(&stored).map_err(|what| corrupt(&self.dir, block, what.to_owned()))
    }

    fn parts(&self, kind: u8, block: u64) -> Result<Vec<u8>, LogError> {
        guarded(&self.dir, "reading a block", || {
            let mut value = Vec::new();
            for part in 0..=u16::MAX {
                let Some(bytes) = self.db.get(key(kind, block, part))? else { break };
                value.extend_from_slice(&bytes);
                if bytes.len() < PART_BYTES {
                    break;
                }
            }
            Ok(value)
        })
    }

    /// Hands every index record to `take`, from block 0 on without a gap, and gives the number of blocks.
    pub(super) fn scan_index(&self, mut take: impl FnMut(IndexRecord) -> Result<(), String>) -> Result<u64, LogError> {
        let mut entries = self.db.scan_prefix([INDEX]);
        let mut scan = Scan::default();
        loop {
            let entry = guarded(&self.dir, "reading the index", || entries.next().transpose())?;
            let complete = match &entry {
                Some((key, value)) => scan.add(key, value),
                None => Ok(scan.finish()),
            };
            let complete = complete.map_err(|what| corrupt(&self.dir, scan.block, what.to_owned()))?;
            if let Some((block, stored)) = complete {
                let record = IndexRecord::decode(&stored).map_err(str::to_owned);
                record.and_then(&mut take).map_err(|what| corrupt(&self.dir, block, what))?;
            }
            if entry.is_none() {
                return Ok(scan.blocks);
            }
        }
    }

    /// Makes everything that was put durable: sled's own flush only starts the write-back.
    pub(super) fn sync(&self) -> Result<(), LogError> {
        guarded(&self.dir, "syncing", || {
            self.db.flush()?;
            self.file.sync_data()?;
            Ok(())
        })
    }

    /// Makes the files that sled has just created durable, with the directory entries that name them.
    pub(super) fn sync_new(&self) -> Result<(), LogError> {
        self.sync()?;
        let db = self.dir.join(DB_DIR);
        for path in [db.join("conf"), db.join("db"), db.join("blobs"), db.clone(), self.dir.clone()] {
            sync_path(&path)?;
        }
        Ok(())
    }
}

/// How many values of sled a block takes.
pub(super) fn part_count(meta: &BlockMeta) -> u32 {
    meta.stored_bytes.div_ceil(u32::try_from(PART_BYTES).unwrap_or(u32::MAX))
}

/// Fsyncs a file or a directory.
pub(super) fn sync_path(path: &Path) -> Result<(), LogError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|source| LogError::Create { path: path.to_path_buf(), source })
}

pub(super) fn corrupt(dir: &Path, block: u64, what: String) -> LogError {
    let first = block.saturating_mul(256);
    LogError::Corrupt { path: dir.to_path_buf(), block, first, last: first.saturating_add(255), what }
}

fn key(kind: u8, block: u64, part: u16) -> [u8; 11] {
    let mut key = [kind; 11];
    let (_, numbers) = key.split_at_mut(1);
    let (first, second) = numbers.split_at_mut(8);
    first.copy_from_slice(&block.to_be_bytes());
    second.copy_from_slice(&part.to_be_bytes());
    key
}

fn is_lock_conflict(error: &::sled::Error) -> bool {
    matches!(error, ::sled::Error::Io(error) if error.to_string().contains("could not acquire lock"))
}

/// Runs a call into sled, which may panic when its file is damaged, and makes an error of either outcome.
fn guarded<T>(dir: &Path, doing: &'static str, call: impl FnOnce() -> Result<T, ::sled::Error>) -> Result<T, LogError> {
    let path = || dir.to_path_buf();
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|source| LogError::Store { path: path(), doing, source: Box::new(source) }),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            let message = text.chars().take(200).collect();
            Err(LogError::StorePanicked { path: path(), doing, message })
        }
    }
}

/// Puts index records together from their parts, and sees to it that none is left out.
#[derive(Default)]
struct Scan {
    /// The block whose parts are being put together.
    block: u64,
    parts: u16,
    value: Vec<u8>,
    /// How many blocks are complete.
    blocks: u64,
}

type Complete = Option<(u64, Vec<u8>)>;

impl Scan {
    fn add(&mut self, key: &[u8], value: &[u8]) -> Result<Complete, &'static str> {
        let split = key.split_first().and_then(|(_, rest)| rest.split_first_chunk::<8>());
        let Some((block, part)) = split else { return Err("the index has a key of the wrong length") };
        let block = u64::from_be_bytes(*block);
        let part = part.try_into().map(u16::from_be_bytes).map_err(|_| "the index has a key of the wrong length")?;
        let complete = if part == 0 { self.finish() } else { None };
        if part == 0 {
            self.block = block;
        }
        if block != self.blocks || block != self.block || part != self.parts {
            self.block = self.blocks;
            return Err("its index record is missing");
        }
        self.parts = self.parts.saturating_add(1);
        self.value.extend_from_slice(value);
        Ok(complete)
    }

    fn finish(&mut self) -> Complete {
        if self.parts == 0 {
            return None;
        }
        self.parts = 0;
        self.blocks = self.blocks.saturating_add(1);
        Some((self.block, std::mem::take(&mut self.value)))
    }
}
