//! What a log knows about its events without reading them: ids, streams and positions, in memory.

#![expect(clippy::disallowed_types, reason = "the map of names is asked by name and never iterated")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use uuid::Uuid;

use super::ids::Ids;

/// Positions are kept in 32 bits: this many events, and no more, fit into one log.
pub(super) const MAX_EVENTS: u64 = u32::MAX as u64;

/// Where ids and streams are. A stream is a chain from its last event back to its first, so that a new
/// stream costs no list of its own: a ledger may have as many streams as events.
#[derive(Debug)]
pub(super) struct Index {
    ids: Ids,
    names: HashMap<Arc<str>, u32, RandomState>,
    streams: Vec<Chain>,
    /// The names by class, which is what stands before the slash, in the order of their numbers.
    classes: BTreeMap<Box<str>, Vec<Arc<str>>>,
    /// For each position, the position before it in the same stream; of no meaning at the start of one.
    before: Vec<u32>,
}

/// The events of one stream.
#[derive(Clone, Copy, Debug, Default)]
struct Chain {
    last: u32,
    length: u32,
}

impl Index {
    /// An index without events, with room for `events`.
    pub(super) fn with_capacity(events: usize) -> Self {
        Self {
            ids: Ids::with_capacity(events),
            names: HashMap::default(),
            streams: Vec::new(),
            classes: BTreeMap::new(),
            before: Vec::with_capacity(events),
        }
    }

    /// Notes the next event; `false`, and nothing noted, when its id is known or its stream's number is not.
    #[must_use]
    pub(super) fn add(&mut self, id: Uuid, stream: u32) -> bool {
        self.has_stream(stream) && self.ids.push(id) && self.add_to_stream(stream)
    }

    /// Notes that the next event belongs to a stream; `false` when the stream's number is not known.
    /// For opening only, where the ids are added aside, with [`Index::set_ids`].
    #[must_use]
    pub(super) fn add_to_stream(&mut self, stream: u32) -> bool {
        let Ok(position) = u32::try_from(self.before.len()) else { return false };
        let chain = usize::try_from(stream).ok().and_then(|stream| self.streams.get_mut(stream));
        let Some(chain) = chain else { return false };
        self.before.push(chain.last);
        *chain = Chain { last: position, length: chain.length.saturating_add(1) };
        true
    }

    fn has_stream(&self, stream: u32) -> bool {
        stream < self.stream_count()
    }

    /// Takes the ids of all events so far.
    pub(super) fn set_ids(&mut self, ids: Ids) {
        self.ids = ids;
    }

    /// The number of a stream: streams are numbered in the order of their first events.
    pub(super) fn number(&mut self, name: &Arc<str>) -> u32 {
        let next = self.stream_count();
        let number = *self.names.entry(Arc::clone(name)).or_insert(next);
        if number == next {
            self.streams.push(Chain::default());
            self.add_to_class(name);
        }
        number
    }

    fn add_to_class(&mut self, name: &Arc<str>) {
        let class = class_of(name);
        match self.classes.get_mut(class) {
            Some(names) => names.push(Arc::clone(name)),
            None => drop(self.classes.insert(class.into(), vec![Arc::clone(name)])),
        }
    }

    /// The names of the streams of a class, in the order of their first events.
    pub(super) fn streams(&self, class: &str) -> Vec<Arc<str>> {
        self.classes.get(class).cloned().unwrap_or_default()
    }

    /// How many streams there are; the next stream's number.
    pub(super) fn stream_count(&self) -> u32 {
        // There are never more streams than events, and those fit.
        u32::try_from(self.streams.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn find(&self, id: Uuid) -> Option<u64> {
        self.ids.find(id)
    }

    /// The positions of a stream's events, in order.
    pub(super) fn stream(&self, name: &str) -> Vec<u64> {
        let chain = self.chain(name);
        let last = (chain.length > 0).then_some(chain.last);
        let back = |at: &u32| usize::try_from(*at).ok().and_then(|at| self.before.get(at)).copied();
        let length = usize::try_from(chain.length).unwrap_or(usize::MAX);
        let mut positions: Vec<u64> = std::iter::successors(last, back).take(length).map(u64::from).collect();
        positions.reverse();
        positions
    }

    /// How many events a stream has.
    pub(super) fn stream_len(&self, name: &str) -> u64 {
        u64::from(self.chain(name).length)
    }

    fn chain(&self, name: &str) -> Chain {
        let number = self.names.get(name).and_then(|number| usize::try_from(*number).ok());
        number.and_then(|number| self.streams.get(number)).copied().unwrap_or_default()
    }
}

fn class_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(class, _)| class)
}
