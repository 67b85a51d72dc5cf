//! The port behind which a log keeps events: append a group, read from a position, read a stream.

#[cfg(test)]
mod conformance;
mod error;
mod group;
mod ids;
mod index;
pub mod memory;
pub mod merkle;
pub mod sled;

use std::sync::Arc;

use bytes::Bytes;
use tenure_schemas::Instant;
use uuid::Uuid;

pub use error::LogError;
pub use group::{MAX_GROUP_BYTES, MAX_STREAM_BYTES};

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

/// What a full check of a log found.
#[derive(Debug)]
pub struct Verification {
    /// The head that was checked.
    pub head: Head,
    /// What is not as it was acknowledged; empty when all is well.
    pub problems: Vec<LogError>,
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

    /// How many events a stream has; none for an unknown one.
    fn stream_len(&self, name: &str) -> u64;

    /// The names of all streams of a class, such as `catalogue`, in the order of their first events.
    fn streams(&self, class: &str) -> Vec<Arc<str>>;

    /// The position of the event with this id.
    fn find(&self, id: Uuid) -> Option<u64>;

    /// The number of the first events that were recorded at or before `known_at`.
    fn size_at(&self, known_at: Instant) -> Result<u64, LogError>;

    /// The Merkle roots over each full 256 events from block `from` on, at most `limit`: what proofs
    /// and tiles are made of without hashing every event again.
    fn block_roots(&self, from: u64, limit: usize) -> Vec<merkle::Hash>;

    /// Reads every event as it is stored, computes every hash and the root anew, and says what differs.
    /// `progress` is told how many events have been checked.
    fn verify(&self, progress: &mut dyn FnMut(u64)) -> Verification;
}

/// The half of a log that appends. There is one.
pub trait LogWriter: Send {
    /// Stores a group at the next positions, all or nothing. When this returns `Ok`, the group
    /// is durable and readers see it; when it returns an error, nothing of it is in the log.
    fn append(&mut self, group: &[Record]) -> Result<Head, LogError>;

    /// The reading half of the same log.
    fn reader(&self) -> Arc<dyn LogReader>;
}

/// Refuses positions that are not ascending or not below `size`.
fn check_positions(positions: &[u64], size: u64) -> Result<(), LogError> {
    for (previous, position) in positions.iter().zip(positions.iter().skip(1)) {
        if position <= previous {
            return Err(LogError::NotAscending { position: *position, previous: *previous });
        }
    }
    positions
        .last()
        .filter(|last| **last >= size)
        .map_or(Ok(()), |last| Err(LogError::OutOfRange { position: *last, size }))
}
