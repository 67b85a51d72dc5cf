//! What can go wrong with a log, by operation, and what to do about it.

use std::io;
use std::path::PathBuf;

use tenure_schemas::Instant;
use uuid::Uuid;

/// Why a log could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A directory or file of the log could not be opened or read.
    #[error("could not open {}", path.display())]
    Open {
        /// The directory or file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// A new log could not be made; nothing was recorded in it.
    #[error("could not make a new ledger: writing {} failed; make room there or choose another directory", path.display())]
    Create {
        /// The directory or file that could not be written.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// The path names a file.
    #[error("{} is not a directory; a ledger needs a directory of its own", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// Another process holds the ledger.
    #[error("the ledger in {} is in use by another process; stop that process, or ask it instead of opening the ledger", path.display())]
    InUse {
        /// The ledger's directory.
        path: PathBuf,
    },
    /// The files were written by a version that this one does not know.
    #[error("{} has format version {found}, but this program reads version {known}; use the program that wrote it", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that the file names.
        found: u16,
        /// The version that this program reads.
        known: u16,
    },
    /// A file without which a ledger cannot be is not there.
    #[error("the ledger in {} lacks its file {file}; nothing was changed; restore the directory from a backup", path.display())]
    MissingFile {
        /// The ledger's directory.
        path: PathBuf,
        /// The file, relative to the directory.
        file: &'static str,
    },
    /// What is there is not what was acknowledged. Nothing was changed.
    #[error(
        "the ledger in {} is damaged: {acknowledged} events were acknowledged, {found} are readable ({what}); \
         nothing was changed; restore the directory from a backup",
        path.display()
    )]
    Damaged {
        /// The ledger's directory.
        path: PathBuf,
        /// How many events were acknowledged, as far as can still be told.
        acknowledged: u64,
        /// How many of them, from the first on, are there.
        found: u64,
        /// What is missing or different.
        what: String,
        /// The error that showed it, if one did.
        #[source]
        source: Option<Box<LogError>>,
    },
    /// Neither commit file can be read, so that it is unknown how many events were acknowledged.
    #[error(
        "the ledger in {} is damaged: neither commit file is readable, so how many events were acknowledged is unknown, \
         {found} are in sealed blocks; nothing was changed; restore the directory from a backup",
        path.display()
    )]
    Unreadable {
        /// The ledger's directory.
        path: PathBuf,
        /// How many events the sealed blocks hold.
        found: u64,
    },
    /// sled failed.
    #[error("the block store in {} failed while {doing}", path.display())]
    Store {
        /// The ledger's directory.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What sled says.
        #[source]
        source: Box<::sled::Error>,
    },
    /// sled met stored bytes that it could not make sense of, and panicked.
    #[error(
        "the block store in {} broke down while {doing}: {message}; its file is most likely damaged; \
         restore the directory from a backup",
        path.display()
    )]
    StorePanicked {
        /// The ledger's directory.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The panic's message.
        message: String,
    },
    /// A group could not be made durable. Nothing of it is visible; what was acknowledged before is safe.
    #[error(
        "could not write the events from position {position} on to {}; none of them was recorded, and all events that were \
         acknowledged before are safe; make room or repair the disk, then open the ledger again",
        path.display()
    )]
    Append {
        /// The file.
        path: PathBuf,
        /// The position that the group's first event would have had.
        position: u64,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// An earlier failure stopped the log.
    #[error(
        "the ledger in {} takes no more events: {reason}; all acknowledged events are safe; \
         make room or repair the disk, then open the ledger again",
        path.display()
    )]
    Stopped {
        /// The ledger's directory.
        path: PathBuf,
        /// The earlier failure.
        reason: String,
    },
    /// Stored events are not what they were when they were sealed.
    #[error(
        "block {block} (positions {first} to {last}) of the ledger in {} is damaged: {what}; restore the directory from a backup",
        path.display()
    )]
    Corrupt {
        /// The ledger's directory.
        path: PathBuf,
        /// The block's number, from 0.
        block: u64,
        /// The position of its first event.
        first: u64,
        /// The position of its last event.
        last: u64,
        /// What is wrong.
        what: String,
    },
    /// All blocks are in order, and still the root differs from the one that was acknowledged.
    #[error(
        "the root over the {size} stored events is not the one that was acknowledged; restore the directory from a backup"
    )]
    RootDiffers {
        /// The number of events.
        size: u64,
    },
    /// An event of the group is in the log, or twice in the group.
    #[error("the event {id} is already recorded at position {position}")]
    DuplicateId {
        /// The event's id.
        id: Uuid,
        /// Where it is; in a group that names it twice, where its first occurrence would have been.
        position: u64,
    },
    /// An event would have been recorded before the event ahead of it.
    #[error(
        "the event for position {position} is recorded at {recorded_at}, before the event ahead of it at {previous}; \
         recorded_at must not go back"
    )]
    OutOfOrder {
        /// The position that it would have had.
        position: u64,
        /// Its time.
        recorded_at: Instant,
        /// The time of the event ahead of it.
        previous: Instant,
    },
    /// An event, a stream's name or the group is larger than the log takes.
    #[error("the {what} at position {position} has {bytes} bytes; at most {limit} are taken")]
    TooLarge {
        /// What is too large: an event, a stream name, a group.
        what: &'static str,
        /// The position that it would have had.
        position: u64,
        /// Its size.
        bytes: usize,
        /// The largest size.
        limit: usize,
    },
    /// The log has as many events as it can number.
    #[error("the log is full: it holds {size} events and can number no more")]
    Full {
        /// The number of events.
        size: u64,
    },
    /// A position at or beyond the size was asked for.
    #[error("there is no position {position}: the log holds {size} events, numbered from 0")]
    OutOfRange {
        /// The position.
        position: u64,
        /// The number of events.
        size: u64,
    },
    /// Positions were not ascending.
    #[error("position {position} was asked for after {previous}; give positions in ascending order")]
    NotAscending {
        /// The position.
        position: u64,
        /// The one before it.
        previous: u64,
    },
}
