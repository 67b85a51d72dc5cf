//! What every log demands of a group before it stores any of it.

use tenure_schemas::MAX_STORED_BYTES;
use uuid::Uuid;

use super::index::{Index, MAX_EVENTS};
use super::{Head, LogError, Record};

/// The most bytes in a stream's name.
pub const MAX_STREAM_BYTES: usize = 1_024;
/// The most bytes that the events of one group may take together, names and ids included.
pub const MAX_GROUP_BYTES: usize = 64 * 1024 * 1024;
/// What an event costs in a group besides its bytes and its stream's name.
pub(super) const RECORD_OVERHEAD: usize = 30;

/// Checks a group against the log that it would extend.
pub(super) fn check(head: &Head, index: &Index, group: &[Record]) -> Result<(), LogError> {
    check_room(head, group)?;
    let mut previous = head.recorded_at;
    let mut total = 0_usize;
    for (position, record) in (head.size..).zip(group) {
        total = total.saturating_add(check_size(position, record)?);
        if total > MAX_GROUP_BYTES {
            return Err(LogError::TooLarge { what: "group", position, bytes: total, limit: MAX_GROUP_BYTES });
        }
        if let Some(previous) = previous.filter(|previous| record.recorded_at < *previous) {
            return Err(LogError::OutOfOrder { position, recorded_at: record.recorded_at, previous });
        }
        previous = Some(record.recorded_at);
        if let Some(position) = index.find(record.id) {
            return Err(LogError::DuplicateId { id: record.id, position });
        }
    }
    check_distinct(head, group)
}

fn check_room(head: &Head, group: &[Record]) -> Result<(), LogError> {
    let size = u64::try_from(group.len()).ok().and_then(|count| head.size.checked_add(count));
    let fits = size.is_some_and(|size| size <= MAX_EVENTS);
    if fits { Ok(()) } else { Err(LogError::Full { size: head.size }) }
}

fn check_size(position: u64, record: &Record) -> Result<usize, LogError> {
    let (name, bytes) = (record.stream.len(), record.bytes.len());
    for (what, bytes, limit) in [("event", bytes, MAX_STORED_BYTES), ("stream name", name, MAX_STREAM_BYTES)] {
        if bytes > limit {
            return Err(LogError::TooLarge { what, position, bytes, limit });
        }
    }
    Ok(name.saturating_add(bytes).saturating_add(RECORD_OVERHEAD))
}

fn check_distinct(head: &Head, group: &[Record]) -> Result<(), LogError> {
    let mut ids: Vec<(Uuid, u64)> = group.iter().map(|record| record.id).zip(head.size..).collect();
    ids.sort_unstable();
    let twins = ids.iter().zip(ids.iter().skip(1)).find(|((id, _), (next, _))| id == next);
    twins.map_or(Ok(()), |((id, position), _)| Err(LogError::DuplicateId { id: *id, position: *position }))
}
