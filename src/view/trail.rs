//! Which streams answers were made from: a view that is asked to leave a trail notes each stream that it looks at.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tenure_schemas::StreamClass;

use super::{View, ViewError};
use crate::log::Stored;

/// What a view and all views made of it have looked at.
#[derive(Debug, Default)]
pub struct Trail {
    streams: Mutex<BTreeSet<String>>,
    /// Whether all of the ledger was looked at, event by event.
    whole: AtomicBool,
}

impl Trail {
    fn note(&self, stream: &str) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if !streams.contains(stream) {
            streams.insert(stream.to_owned());
        }
    }
}

impl View {
    /// The same view, and the trail that it and what is made of it leave from now on.
    pub fn trailing(&self) -> (Self, Arc<Trail>) {
        let trail = Arc::<Trail>::default();
        (Self { trail: Some(Arc::clone(&trail)), ..self.clone() }, trail)
    }

    /// Notes that a stream is looked at.
    pub(super) fn note(&self, stream: &str) {
        if let Some(trail) = &self.trail {
            trail.note(stream);
        }
    }

    /// Notes that the ledger is looked at event by event, whatever their streams.
    pub(super) fn note_whole(&self) {
        if let Some(trail) = &self.trail {
            trail.whole.store(true, Ordering::Relaxed);
        }
    }

    /// The names of the streams that a trail of this ledger names, in order.
    pub fn streams_of(&self, trail: &Trail) -> Vec<String> {
        if trail.whole.load(Ordering::Relaxed) {
            let all = StreamClass::ALL.iter().flat_map(|class| self.log.streams(class.as_str()));
            let mut all: Vec<String> = all.map(|stream| stream.to_string()).collect();
            all.sort_unstable();
            return all;
        }
        trail.streams.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Notes that all streams of a class are looked at.
    pub(super) fn note_class(&self, class: StreamClass) {
        if let Some(trail) = &self.trail {
            self.log.streams(class.as_str()).iter().for_each(|stream| trail.note(stream));
        }
    }

    /// How many events a stream has that this view may know.
    pub fn stream_len(&self, stream: &str) -> usize {
        self.log.stream(stream).partition_point(|position| *position < self.head.size)
    }

    /// The events of a stream as they are stored, as far as they are known.
    pub fn stored_stream(&self, stream: &str) -> Result<Vec<Stored>, ViewError> {
        let stored = self.log.read_at(&self.stream_positions(stream, 0))?;
        if self.knows_whole_streams() {
            return Ok(stored);
        }
        let events = stored.iter().map(|stored| super::decode(stored.position, &stored.bytes));
        let known: BTreeSet<u64> =
            self.only_known(events.collect::<Result<_, _>>()?).iter().map(|event| event.position).collect();
        Ok(stored.into_iter().filter(|stored| known.contains(&stored.position)).collect())
    }
}
