//! The group that is being formed: events that have a place already and are not durable yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenure_schemas::{Event, Stream, StreamClass};
use uuid::Uuid;

use crate::log::{LogReader, Record};
use crate::view::{ViewError, decode};

/// Events that are staged on top of a log.
pub(super) struct Stage {
    log: Arc<dyn LogReader>,
    events: Vec<Event>,
    records: Vec<Record>,
    bytes: usize,
    by_id: BTreeMap<Uuid, usize>,
    by_stream: BTreeMap<Arc<str>, Vec<usize>>,
}

impl Stage {
    pub(super) fn on(log: Arc<dyn LogReader>) -> Self {
        Self {
            log,
            events: Vec::new(),
            records: Vec::new(),
            bytes: 0,
            by_id: BTreeMap::new(),
            by_stream: BTreeMap::new(),
        }
    }

    /// The position of the next event.
    pub(super) fn next_position(&self) -> u64 {
        self.log.head().size + self.events.len() as u64
    }

    /// The revision of the next event of a stream, which is the number of events in it.
    pub(super) fn next_revision(&self, stream: &Stream) -> u64 {
        let staged = self.by_stream.get(stream.as_str()).map_or(0, Vec::len);
        self.log.stream_len(stream.as_str()) + staged as u64
    }

    /// The event with this id, staged or stored.
    pub(super) fn find(&self, id: Uuid) -> Result<Option<Event>, ViewError> {
        if let Some(event) = self.by_id.get(&id).and_then(|index| self.events.get(*index)) {
            return Ok(Some(event.clone()));
        }
        let Some(position) = self.log.find(id) else { return Ok(None) };
        let stored = self.log.read_at(&[position])?;
        stored.first().map(|stored| decode(stored.position, &stored.bytes)).transpose()
    }

    /// The events of a stream, stored ones first.
    pub(super) fn stream(&self, stream: &Stream) -> Result<Vec<Event>, ViewError> {
        let positions = self.log.stream(stream.as_str());
        let stored = self.log.read_at(&positions)?;
        let mut events = Vec::with_capacity(stored.len());
        for stored in &stored {
            events.push(decode(stored.position, &stored.bytes)?);
        }
        let staged = self.by_stream.get(stream.as_str()).into_iter().flatten();
        events.extend(staged.filter_map(|index| self.events.get(*index)).cloned());
        Ok(events)
    }

    /// The streams of a class, stored and staged ones.
    pub(super) fn streams(&self, class: StreamClass) -> BTreeSet<Stream> {
        let names = self.log.streams(class.as_str()).into_iter().chain(self.by_stream.keys().cloned());
        names.filter_map(|name| name.parse().ok()).filter(|stream: &Stream| stream.class() == class).collect()
    }

    /// Puts an event at the end.
    pub(super) fn push(&mut self, event: Event, record: Record) {
        let index = self.events.len();
        self.by_id.insert(event.id, index);
        self.by_stream.entry(event.stream.name()).or_default().push(index);
        self.bytes += record.bytes.len();
        self.events.push(event);
        self.records.push(record);
    }

    /// How many events are staged.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// How many bytes the staged events take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The staged events as they are to be stored.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Takes back every event from the `len`-th on; says whose streams they were.
    pub(super) fn truncate(&mut self, len: usize) -> Vec<Stream> {
        let mut streams = Vec::new();
        while self.events.len() > len {
            let Some(event) = self.events.pop() else { break };
            if let Some(record) = self.records.pop() {
                self.bytes -= record.bytes.len();
            }
            self.by_id.remove(&event.id);
            if let Some(indexes) = self.by_stream.get_mut(event.stream.as_str()) {
                indexes.pop();
            }
            streams.push(event.stream);
        }
        streams
    }

    /// Forgets the staged events: they are in the log now, or will never be.
    pub(super) fn clear(&mut self) {
        self.truncate(0);
    }
}
