//! What a log knows about its events without reading them: ids, streams and positions, in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::ids::Ids;

/// Positions are kept in 32 bits: this many events, and no more, fit into one log.
pub(super) const MAX_EVENTS: u64 = u32::MAX as u64;

/// Where ids and streams are.
#[derive(Debug)]
pub(super) struct Index {
    ids: Ids,
    names: BTreeMap<Arc<str>, u32>,
    streams: Vec<Vec<u32>>,
}

impl Index {
    /// An index without events, with room for the ids of `events`.
    pub(super) fn with_capacity(events: usize) -> Self {
        Self { ids: Ids::with_capacity(events), names: BTreeMap::new(), streams: Vec::new() }
    }

    /// Notes the event at `position`, the next; `false`, and nothing noted, when its id is known or its
    /// stream's number is not.
    #[must_use]
    pub(super) fn add(&mut self, id: Uuid, stream: u32, position: u64) -> bool {
        let (Ok(position), Ok(stream)) = (u32::try_from(position), usize::try_from(stream)) else { return false };
        let Some(positions) = self.streams.get_mut(stream) else { return false };
        let new = self.ids.push(id);
        if new {
            positions.push(position);
        }
        new
    }

    /// Notes that the event at `position` belongs to a stream; `false` when the stream's number is not known.
    /// For opening only, where the ids are added aside, with [`Index::set_ids`].
    #[must_use]
    pub(super) fn add_to_stream(&mut self, stream: u32, position: u64) -> bool {
        let (Ok(position), Ok(stream)) = (u32::try_from(position), usize::try_from(stream)) else { return false };
        let positions = self.streams.get_mut(stream);
        positions.map(|positions| positions.push(position)).is_some()
    }

    /// Takes the ids of all events so far.
    pub(super) fn set_ids(&mut self, ids: Ids) {
        self.ids = ids;
    }

    /// The number of a stream: streams are numbered in the order of their first events.
    pub(super) fn number(&mut self, name: &Arc<str>) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = self.stream_count();
        self.names.insert(Arc::clone(name), number);
        self.streams.push(Vec::new());
        number
    }

    /// How many streams there are; the next stream's number.
    pub(super) fn stream_count(&self) -> u32 {
        // There are never more streams than events, and those fit.
        u32::try_from(self.streams.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn find(&self, id: Uuid) -> Option<u64> {
        self.ids.find(id)
    }

    pub(super) fn stream(&self, name: &str) -> Vec<u64> {
        let number = self.names.get(name).and_then(|number| usize::try_from(*number).ok());
        let positions = number.and_then(|number| self.streams.get(number));
        positions.into_iter().flatten().map(|position| u64::from(*position)).collect()
    }

    pub(super) fn streams(&self, prefix: &str) -> Vec<Arc<str>> {
        let from = (std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded);
        let names = self.names.range::<str, _>(from).map(|(name, _)| name);
        names.take_while(|name| name.starts_with(prefix)).cloned().collect()
    }
}
