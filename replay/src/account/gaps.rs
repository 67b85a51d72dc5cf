//! Times in which a lane has nobody, and times in which it has several at once, worked out on finished intervals.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{Instant, PersonId};
use utoipa::ToSchema;

use super::lanes::Interval;
use crate::moment::Bound;
use crate::stretch::Stretch;

/// Several people in one lane at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overlap {
    /// The role.
    pub role: Role,
    /// The scope.
    pub scope: Scope,
    /// Since when.
    pub from: Instant,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// Who.
    pub persons: Vec<PersonId>,
    /// The positions of the events that began their intervals.
    pub events: Vec<u64>,
}

/// Nobody in a lane that somebody had held before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Gap {
    /// The role.
    pub role: Role,
    /// The scope.
    pub scope: Scope,
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The civil date of the end, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
}

impl Gap {
    /// The times in which a lane that somebody had held has nobody, and that are not `paused`: what is left between
    /// the first start in `held` and for ever.
    pub(crate) fn between(role: &Role, scope: &Scope, held: &[Stretch], paused: &[Stretch]) -> Vec<Self> {
        let Some(first) = held.iter().filter(|held| !held.is_empty()).map(|held| held.from).min_by_key(|from| from.at)
        else {
            return Vec::new();
        };
        let taken: Vec<Stretch> = held.iter().chain(paused).copied().collect();
        let left = Stretch::new(first, None).without(&taken, None).into_iter();
        left.map(|left| Self::of(role, scope, left)).collect()
    }

    fn of(role: &Role, scope: &Scope, left: Stretch) -> Self {
        Self {
            role: role.clone(),
            scope: scope.clone(),
            from: left.from.at,
            from_date: left.from.date,
            to: left.to.map(|to| to.at),
            to_date: left.to.and_then(|to| to.date),
        }
    }

    /// Since when, with the civil date where only the day is known.
    pub fn start(&self) -> Bound {
        Bound { at: self.from, date: self.from_date }
    }

    /// The time that it covers.
    pub fn stretch(&self) -> Stretch {
        Stretch::new(self.start(), self.to.map(|at| Bound { at, date: self.to_date }))
    }
}

impl Overlap {
    /// Cuts a lane at every start and end, and keeps the pieces with several holders.
    ///
    /// `intervals` are those of the lane that cover some time, in the order in which they began.
    pub(super) fn among(role: &Role, scope: &Scope, intervals: &[&Interval]) -> Vec<Self> {
        let mut bounds: BTreeMap<Instant, Vec<usize>> = BTreeMap::new();
        for (place, held) in intervals.iter().enumerate() {
            for at in [Some(held.from), held.to].into_iter().flatten() {
                bounds.entry(at).or_default().push(place);
            }
        }
        let ends: Vec<Option<Instant>> = bounds.keys().skip(1).copied().map(Some).chain([None]).collect();
        let mut running: BTreeSet<usize> = BTreeSet::new();
        let mut overlaps = Vec::new();
        for ((from, places), to) in bounds.into_iter().zip(ends) {
            for place in places {
                // The first bound of an interval is its start, the second its end.
                if !running.remove(&place) {
                    running.insert(place);
                }
            }
            if running.len() < 2 {
                continue;
            }
            let held = || running.iter().filter_map(|place| intervals.get(*place));
            let persons = held().map(|held| held.person.clone()).collect();
            let events = held().map(|held| held.event).collect();
            overlaps.push(Self { role: role.clone(), scope: scope.clone(), from, to, persons, events });
        }
        overlaps
    }
}
