//! The port behind which a log keeps events: append a group, read from a position, read a stream.

mod error;

use std::sync::Arc;

use bytes::Bytes;
use tenure_schemas::Instant;
use uuid::Uuid;

pub use error::LogError;

/// How far a log reaches: what every acknowledged append and every answer can be held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of events; the next position.
    pub size: u64,
    /// The RFC 6962 Merkle tree hash (SHA-256) over the stored bytes of the events in order.
    pub root: [u8; 32],
    /// When the last event was recorded; `None` while there is none.
    pub recorded_at: Option<Instant>,
}

/// The root of an empty log: the SHA-256 of nothing.
pub const EMPTY_ROOT: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// One event, encoded and numbered, ready to be stored at the next position.
#[derive(Clone, Debug)]
pub struct Record {
    /// The event's id, unique in the log.
    pub id: Uuid,
    /// The stream it belongs to, such as `account/acme`.
    pub stream: Arc<str>,
    /// When it was recorded; never before that of the record ahead of it.
    pub recorded_at: Instant,
    /// The stored bytes of the whole envelope; also the Merkle leaf.
    pub bytes: Bytes,
}

/// An event as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the log, from 0.
    pub position: u64,
    /// The stored bytes of the whole envelope.
    pub bytes: Bytes,
}

/// The half of a log that reads. Cheap to share; never waits for an append.
pub trait LogReader: Send + Sync {
    /// The size and root of what is durable.
    fn head(&self) -> Head;

    /// Up to `limit` events from position `from`, in order; empty at the end.
    fn read(&self, from: u64, limit: usize) -> Result<Vec<Stored>, LogError>;

    /// The events at these positions, which must be ascending and below the size.
    fn read_at(&self, positions: &[u64]) -> Result<Vec<Stored>, LogError>;

    /// The positions of a stream's events in order; empty for an unknown stream.
    fn stream(&self, name: &str) -> Vec<u64>;

    /// The names of all streams that start with `prefix`, in alphabetical order.
    fn streams(&self, prefix: &str) -> Vec<Arc<str>>;

    /// The position of the event with this id.
    fn find(&self, id: Uuid) -> Option<u64>;

    /// The number of the first events that were recorded at or before `known_at`.
    fn size_at(&self, known_at: Instant) -> Result<u64, LogError>;
}

/// The half of a log that appends. There is one.
pub trait LogWriter: Send {
    /// Stores a group at the next positions, all or nothing. When this returns `Ok`, the group
    /// is durable and readers see it; when it returns an error, nothing of it is in the log.
    fn append(&mut self, group: &[Record]) -> Result<Head, LogError>;

    /// The reading half of the same log.
    fn reader(&self) -> Arc<dyn LogReader>;
}
