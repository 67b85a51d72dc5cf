//! A view limited to what was known earlier: to a size, and to what the reporting systems had learned by a time.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use tenure_replay::{Knowledge, knowledge};
use tenure_schemas::{Event, Stream};

use super::{View, ViewError};
use crate::log::Head;
use crate::log::merkle::{BLOCK_LEAVES, Frontier, leaf_hash};

/// How many events are read at once to find whether a stream has any that is known.
const CHUNK: usize = 256;

/// What a limited view knows.
#[derive(Debug)]
pub(super) struct Limits {
    knowledge: Knowledge,
    /// Which of the events that were looked at do not say when their source learned of them, a bit for each position.
    without_source_time: Mutex<Vec<u64>>,
}

impl Limits {
    fn new(knowledge: Knowledge) -> Self {
        Self { knowledge, without_source_time: Mutex::default() }
    }

    fn includes(&self, event: &Event) -> bool {
        if self.knowledge.learned_by.is_some() && event.position < self.knowledge.size {
            self.note(event);
        }
        self.knowledge.includes(event)
    }

    fn note(&self, event: &Event) {
        if knowledge::learned_at(event).1 {
            return;
        }
        let word = usize::try_from(event.position / 64).unwrap_or(usize::MAX);
        let mut words = self.without_source_time.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() <= word {
            words.resize(word + 1, 0);
        }
        if let Some(word) = words.get_mut(word) {
            *word |= 1 << (event.position % 64);
        }
    }

    fn fell_back(&self) -> u64 {
        let words = self.without_source_time.lock().unwrap_or_else(PoisonError::into_inner);
        words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

impl View {
    /// The same ledger with less knowledge: as it was at a size, which is at most this view's; under the clock of the
    /// sources only what they had learned by a time.
    pub fn knowing(&self, knowledge: Knowledge) -> Result<Self, ViewError> {
        let knowledge = Knowledge { size: knowledge.size.min(self.head.size), ..knowledge };
        let is_all = knowledge.size == self.head.size && knowledge.learned_by.is_none();
        if is_all && self.limits.is_none() {
            return Ok(self.clone());
        }
        Ok(Self { head: self.head_at(knowledge.size)?, limits: Some(Arc::new(Limits::new(knowledge))), ..self.clone() })
    }

    /// Whether anything is left out, or may be.
    pub(super) fn is_limited(&self) -> bool {
        self.limits.is_some()
    }

    /// Whether a stream is known from its start up to some event, without gaps.
    pub(super) fn knows_whole_streams(&self) -> bool {
        self.limits.as_ref().is_none_or(|limits| limits.knowledge.learned_by.is_none())
    }

    /// For how many of the events that were looked at so far the ledger's time of recording stood in for the source's;
    /// `None` where the ledger's own clock counts.
    pub fn fell_back(&self) -> Option<u64> {
        let limits = self.limits.as_ref().filter(|limits| limits.knowledge.learned_by.is_some())?;
        Some(limits.fell_back())
    }

    /// The size, root and time of the ledger when it held `size` events.
    fn head_at(&self, size: u64) -> Result<Head, ViewError> {
        if size == self.head.size {
            return Ok(self.head);
        }
        let whole = size / BLOCK_LEAVES;
        let mut frontier = Frontier::new();
        for root in self.log.block_roots(0, usize::try_from(whole).unwrap_or(usize::MAX)) {
            // Blocks come first, so the tree is at a block's edge each time.
            let _at_edge = frontier.push_block(root);
        }
        // Blocks that are not sealed yet have no root of their own.
        let left = usize::try_from(size - frontier.size()).unwrap_or(usize::MAX);
        let rest = self.log.read(frontier.size(), left)?;
        for stored in &rest {
            frontier.push(leaf_hash(&stored.bytes));
        }
        let last = size.checked_sub(1).map(|last| self.log.read(last, 1)).transpose()?.unwrap_or_default();
        let recorded_at = last.first().map(|last| super::decode(last.position, &last.bytes)).transpose()?;
        Ok(Head { size, root: frontier.root(), recorded_at: recorded_at.map(|event| event.recorded_at) })
    }

    /// What of these events is known.
    pub fn known<'a>(&self, events: &'a [Event]) -> Cow<'a, [Event]> {
        match &self.limits {
            None => Cow::Borrowed(events),
            Some(limits) => Cow::Owned(events.iter().filter(|event| limits.includes(event)).cloned().collect()),
        }
    }

    pub(super) fn only_known(&self, mut events: Vec<Event>) -> Vec<Event> {
        if let Some(limits) = &self.limits {
            events.retain(|event| limits.includes(event));
        }
        events
    }

    /// Whether any event of a stream is known.
    pub(super) fn has_any(&self, stream: &Stream) -> Result<bool, ViewError> {
        for positions in self.stream_positions(stream.as_str(), 0).chunks(CHUNK) {
            if !self.events_at(positions)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
