//! What a line of a brief rests on: the positions of the events that made its fields what they are.
//!
//! The audit of the account knows which event last changed which field; a correction that replaced what an event says
//! is cited beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tenure_schemas::{AccountId, Reason};
use utoipa::ToSchema;

use crate::audit;
use crate::history::{Fate, History};
use crate::moment::AsOf;

/// The most events that one line cites: the latest.
pub const MAX_CITED: usize = 12;

/// The events that a line rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cited {
    /// Their positions in order: the latest 12 where there are more. Empty for what no event says.
    pub events: Vec<u64>,
    /// How many earlier ones there are beside those.
    #[serde(skip_serializing_if = "is_none")]
    #[schema(required = false)]
    pub more_events: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_none(more: &u64) -> bool {
    *more == 0
}

impl Cited {
    pub(super) fn of(positions: &BTreeSet<u64>) -> Self {
        let more = positions.len().saturating_sub(MAX_CITED);
        Self { events: positions.iter().skip(more).copied().collect(), more_events: more as u64 }
    }
}

/// A list that is cut to a documented length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The first of them.
    pub items: Vec<T>,
    /// How many there are.
    pub count: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { items: Vec::new(), count: 0 }
    }
}

impl<T> Listed<T> {
    /// The first `most` of all.
    pub(super) fn cut(mut all: Vec<T>, most: usize) -> Self {
        let count = all.len();
        all.truncate(most);
        Self { items: all, count }
    }

    /// How many there are beside those that are named.
    pub fn more(&self) -> usize {
        self.count.saturating_sub(self.items.len())
    }
}

/// Where the fields of an account come from.
pub(super) struct Sources<'a> {
    fields: BTreeMap<String, Vec<u64>>,
    corrections: BTreeMap<u64, u64>,
    reasons: BTreeMap<u64, &'a Reason>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(account: &AccountId, history: &History<'a>, as_of: &AsOf) -> Self {
        let mut sources = Self {
            fields: audit::changes_by_field(account, history, as_of),
            corrections: BTreeMap::new(),
            reasons: BTreeMap::new(),
        };
        for entry in history.as_of(as_of) {
            let position = entry.event.position;
            if let Fate::Corrected(by) = entry.fate {
                sources.corrections.insert(position, by);
            }
            sources.reasons.extend(entry.event.reason.as_ref().map(|reason| (position, reason)));
        }
        sources
    }

    /// The events at these positions, with what corrected them.
    pub(super) fn cite(&self, positions: impl IntoIterator<Item = u64>) -> Cited {
        let mut all: BTreeSet<u64> = positions.into_iter().collect();
        let corrections: Vec<u64> = all.iter().filter_map(|position| self.corrections.get(position)).copied().collect();
        all.extend(corrections);
        Cited::of(&all)
    }

    /// Every event that changed a field, in the order of time.
    pub(super) fn history_of(&self, name: &str) -> &[u64] {
        self.fields.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The event that last changed a field.
    pub(super) fn field(&self, name: &str) -> Option<u64> {
        self.history_of(name).last().copied()
    }

    /// The events that last changed fields of a thing, the one that brought it into being included.
    pub(super) fn changes_of(&self, thing: &str, fields: &[&str]) -> Vec<u64> {
        let named = fields.iter().filter_map(|field| self.field(&format!("{thing}.{field}")));
        self.field(thing).into_iter().chain(named).collect()
    }

    /// Why the event at a position was said.
    pub(super) fn reason(&self, position: u64) -> Option<&'a Reason> {
        self.reasons.get(&position).copied()
    }
}
