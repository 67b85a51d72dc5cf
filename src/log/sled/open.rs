//! Opening a ledger's directory: make it when it is new, else hold what is there against what was acknowledged.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use super::block::BlockMeta;
use super::commit::{Commit, file_name};
use super::index_record::IndexRecord;
use super::scan::{self, Frame, Newest};
use super::seal::Pending;
use super::store::{self, DB_FILE, Store};
use super::{Options, SledLog};
use crate::log::ids::Ids;
use crate::log::index::Index;
use crate::log::merkle::{BLOCK_LEAVES, Frontier, Hash, leaf_hash};
use crate::log::{Head, LogError, Record};

/// Present from the first file to the last that a new ledger needs: while it is, nothing was acknowledged.
const CREATING: &str = "creating";

/// Opens the ledger in `dir`, or makes one there.
pub(super) fn open(dir: &Path, options: Options) -> Result<SledLog, LogError> {
    make_directory(dir)?;
    let creating = check_files(dir)?;
    let store = open_store(dir, creating)?;
    if creating {
        create(dir, &store, options)?;
    }
    let Some(newest) = scan::newest(dir)? else { return Err(unreadable(dir, &store)) };
    let rebuilt = Rebuilt::new(dir, &store, &newest)?;
    let cursor = newest.cursor;
    let commit = Commit::resume(dir, cursor, options.commit_capacity)
        .map_err(|source| LogError::Open { path: dir.join(file_name(cursor.generation)), source })?;
    let mut log = SledLog::assemble(dir, store, commit, rebuilt, options);
    log.seal_full()?;
    if newest.torn {
        tracing::warn!(
            size = newest.size(),
            dir = %dir.display(),
            "dropped a group that was being written when the ledger last stopped; it was never acknowledged"
        );
        log.rotate(0)?;
    }
    Ok(log)
}

fn make_directory(dir: &Path) -> Result<(), LogError> {
    if dir.is_dir() {
        return Ok(());
    }
    if fs::symlink_metadata(dir).is_ok() {
        return Err(LogError::NotADirectory { path: dir.to_path_buf() });
    }
    // A relative path has an empty ancestor, which is no directory that could be synced.
    let absolute = std::path::absolute(dir).map_err(|source| LogError::Create { path: dir.to_path_buf(), source })?;
    let dir = absolute.as_path();
    let existing = dir.ancestors().find(|ancestor| ancestor.is_dir()).map(Path::to_path_buf);
    fs::create_dir_all(dir).map_err(|source| LogError::Create { path: dir.to_path_buf(), source })?;
    // Each new name is in the directory above it.
    for ancestor in dir.ancestors() {
        store::sync_path(ancestor)?;
        if existing.as_deref() == Some(ancestor) {
            break;
        }
    }
    Ok(())
}

/// Whether the ledger is new or its making was interrupted; refuses one that lacks a file.
fn check_files(dir: &Path) -> Result<bool, LogError> {
    let marker = dir.join(CREATING);
    if marker.exists() {
        return Ok(true);
    }
    let files = [file_name(0), file_name(1), DB_FILE];
    let missing: Vec<&'static str> = files.into_iter().filter(|file| !dir.join(file).exists()).collect();
    if missing.len() == files.len() {
        fs::write(&marker, b"").map_err(|source| LogError::Create { path: marker, source })?;
        store::sync_path(dir)?;
        return Ok(true);
    }
    missing.first().map_or(Ok(false), |file| Err(LogError::MissingFile { path: dir.to_path_buf(), file }))
}

/// Opens the store; when it is damaged, says how much was acknowledged.
fn open_store(dir: &Path, creating: bool) -> Result<Store, LogError> {
    Store::open(dir).map_err(|error| {
        let acknowledged = if creating { None } else { scan::newest(dir).ok().flatten().map(|newest| newest.size()) };
        match acknowledged {
            Some(acknowledged) if is_damage(&error) => LogError::Damaged {
                path: dir.to_path_buf(),
                acknowledged,
                found: 0,
                what: "the block store cannot be opened".to_owned(),
                source: Some(Box::new(error)),
            },
            Some(_) | None => error,
        }
    })
}

fn is_damage(error: &LogError) -> bool {
    let LogError::Store { source, .. } = error else { return matches!(error, LogError::StorePanicked { .. }) };
    !matches!(**source, ::sled::Error::Io(_))
}

/// Finishes the making of a ledger, from wherever it was interrupted.
fn create(dir: &Path, store: &Store, options: Options) -> Result<(), LogError> {
    let has_files = dir.join(file_name(0)).exists() && dir.join(file_name(1)).exists();
    let begun = has_files && scan::newest(dir)?.is_some();
    if !begun {
        if store.scan_index(|_| Ok(()))? > 0 {
            return Err(unreadable(dir, store));
        }
        let root = Frontier::new().root();
        Commit::create(dir, options.commit_capacity, root)
            .map_err(|source| LogError::Create { path: dir.to_path_buf(), source })?;
    }
    store.sync_new()?;
    let marker = dir.join(CREATING);
    fs::remove_file(&marker).map_err(|source| LogError::Create { path: marker, source })?;
    store::sync_path(dir)
}

fn unreadable(dir: &Path, store: &Store) -> LogError {
    let blocks = store.scan_index(|_| Ok(())).unwrap_or(0);
    LogError::Unreadable { path: dir.to_path_buf(), found: blocks.saturating_mul(BLOCK_LEAVES) }
}

/// What a log keeps in memory, built anew from the store's index and the newest generation.
pub(super) struct Rebuilt {
    pub(super) head: Head,
    pub(super) frontier: Frontier,
    pub(super) index: Index,
    pub(super) blocks: Vec<BlockMeta>,
    /// How many streams the blocks name.
    pub(super) sealed_streams: u32,
    /// The events after the blocks.
    pub(super) pending: VecDeque<Pending>,
    /// Index records of blocks that the generation's events make anew.
    pub(super) resealed: VecDeque<IndexRecord>,
    dir: PathBuf,
    acknowledged: u64,
}

impl Rebuilt {
    fn new(dir: &Path, store: &Store, newest: &Newest) -> Result<Self, LogError> {
        let frontier = Frontier::new();
        let head = Head { size: 0, root: frontier.root(), recorded_at: None };
        let acknowledged = newest.size();
        let mut rebuilt = Self {
            head,
            frontier,
            index: Index::with_capacity(0),
            blocks: Vec::new(),
            sealed_streams: 0,
            pending: VecDeque::new(),
            resealed: VecDeque::new(),
            dir: dir.to_path_buf(),
            acknowledged,
        };
        // A hint, and limited, so that no number on the disk decides how much memory is taken.
        let filler = Filler::start(usize::try_from(acknowledged).unwrap_or(0).min(1 << 24));
        let needed = newest.base.header.first / BLOCK_LEAVES;
        let blocks = rebuilt.take_blocks(store, needed, &filler)?;
        rebuilt.check_blocks(blocks, needed)?;
        // The filler goes on while the events that no block holds are hashed.
        let frames: Vec<_> = newest.frames().map(|frame| (frame, leaves(frame))).collect();
        let Some(ids) = filler.finish() else {
            return Err(rebuilt.damaged(0, "the index of the block store repeats an id"));
        };
        rebuilt.index.set_ids(ids);
        for (frame, leaves) in frames {
            rebuilt.take_frame(frame, leaves)?;
        }
        Ok(rebuilt)
    }

    /// Takes the index of the blocks before the generation; keeps that of later ones aside.
    fn take_blocks(&mut self, store: &Store, needed: u64, filler: &Filler) -> Result<u64, LogError> {
        let mut blocks = 0_u64;
        let scanned = store.scan_index(|record| {
            if blocks < needed {
                self.take_block(&record)?;
                filler.take(record);
            } else {
                self.resealed.push_back(record);
            }
            blocks = blocks.saturating_add(1);
            Ok(())
        });
        self.sealed_streams = self.index.stream_count();
        scanned.map_err(|error| self.damaged_index(error))
    }

    /// Says how much of what was acknowledged is lost with a block whose index record is.
    fn damaged_index(&self, error: LogError) -> LogError {
        let LogError::Corrupt { first, .. } = error else { return error };
        LogError::Damaged {
            path: self.dir.clone(),
            acknowledged: self.acknowledged,
            found: first,
            what: "the index of the block store is damaged".to_owned(),
            source: Some(Box::new(error)),
        }
    }

    fn take_block(&mut self, record: &IndexRecord) -> Result<(), String> {
        if record.first_new_stream != self.index.stream_count() {
            return Err("its streams are not numbered on from the block before it".to_owned());
        }
        for name in &record.new_streams {
            self.index.number(name);
        }
        for stream in record.streams() {
            if !self.index.add_to_stream(stream) {
                return Err(format!("an event of it names stream {stream}, which is not known"));
            }
        }
        if !self.frontier.push_block(record.meta.root) {
            return Err("it is not the next block".to_owned());
        }
        self.blocks.push(record.meta);
        self.head.recorded_at = Some(record.meta.last_recorded_at);
        Ok(())
    }

    fn check_blocks(&self, blocks: u64, needed: u64) -> Result<(), LogError> {
        let held = blocks.saturating_mul(BLOCK_LEAVES);
        if blocks < needed {
            return Err(self.damaged(held, "the block store lacks blocks"));
        }
        if held > self.acknowledged {
            return Err(self.damaged(held, "the block store holds more than the commit files, which must be older"));
        }
        Ok(())
    }

    /// Adds a frame's events and holds the size and root that come of it against those of the frame.
    fn take_frame(&mut self, frame: &Frame, leaves: Vec<Hash>) -> Result<(), LogError> {
        for (record, leaf) in frame.records.iter().zip(leaves) {
            self.take_record(record, leaf)?;
        }
        self.head.size = self.frontier.size();
        self.head.root = self.frontier.root();
        if (self.head.size, self.head.root) != (frame.header.size, frame.header.root) {
            let what = "the stored events have another size or root than was acknowledged";
            return Err(self.damaged(self.head.size, what));
        }
        Ok(())
    }

    fn take_record(&mut self, record: &Record, leaf: Hash) -> Result<(), LogError> {
        let stream = self.index.number(&record.stream);
        if !self.index.add(record.id, stream) {
            return Err(self.damaged(self.frontier.size(), "an id is recorded twice"));
        }
        self.frontier.push(leaf);
        self.head.recorded_at = Some(record.recorded_at);
        self.pending.push_back(Pending { record: record.clone(), stream, leaf });
        Ok(())
    }

    fn damaged(&self, found: u64, what: &str) -> LogError {
        LogError::Damaged {
            path: self.dir.clone(),
            acknowledged: self.acknowledged,
            found,
            what: what.to_owned(),
            source: None,
        }
    }
}

fn leaves(frame: &Frame) -> Vec<Hash> {
    frame.records.iter().map(|record| leaf_hash(&record.bytes)).collect()
}

/// Puts ids into their table on a thread of its own: finding a place for each takes as long as reading the index does.
struct Filler {
    records: mpsc::SyncSender<IndexRecord>,
    thread: thread::JoinHandle<Option<Ids>>,
}

impl Filler {
    /// How many records may wait to be taken.
    const WAITING: usize = 256;

    fn start(capacity: usize) -> Self {
        let (records, received) = mpsc::sync_channel::<IndexRecord>(Self::WAITING);
        let thread = thread::spawn(move || {
            let mut ids = Ids::with_capacity(capacity);
            let new = received.into_iter().all(|record| ids.extend(record.ids()));
            new.then_some(ids)
        });
        Self { records, thread }
    }

    fn take(&self, record: IndexRecord) {
        // The thread stops at the first repeated id, and then gives no ids.
        let _stopped = self.records.send(record);
    }

    /// The ids of all records, in order; `None` where one is repeated.
    fn finish(self) -> Option<Ids> {
        drop(self.records);
        self.thread.join().ok().flatten()
    }
}
