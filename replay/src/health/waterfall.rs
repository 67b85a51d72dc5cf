//! What took an account's health from one date to another, step by step.
//!
//! First the same events on the new date; then each event that was learned of since, in the order of the ledger, late
//! words, corrections and retractions included; then what changed in other accounts that this one rests on; then the
//! model. Each step is the difference that it made when it came, so the steps add up exactly.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tenure_schemas::{AccountId, Event, Instant, Zone};
use utoipa::ToSchema;

use super::{Dimension, Health, HealthModel, health};
use crate::account::Account;
use crate::directory::Directory;
use crate::live::{Followed, Live};
use crate::merges::Whole;
use crate::moment::AsOf;

/// More steps than this are put together by kind and month.
const MAX_STEPS: usize = 200;

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Time passed: the same events, on the new date.
    Decay,
    /// An event was learned of.
    Event,
    /// Events of one kind and month were learned of.
    Events,
    /// Something changed in accounts that this one rests on: above it, or merged into it.
    Elsewhere,
    /// Another model is in force.
    Model,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthStep)]
pub struct Step {
    /// What it is.
    pub step: StepKind,
    /// By how many milli-points it moved the score; where there is no score, it counts as 0.
    pub moved: i64,
    /// How the parts of the dimensions moved, by name; they add up to `moved`.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub parts: BTreeMap<&'static str, i64>,
    /// The kind of the event or events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The position of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
    /// When it happened, as it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Instant>,
    /// Whether it had happened by the first date, and was learned of later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_late: Option<bool>,
    /// The month of events that were put together, such as `2024-03`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// How many events that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
}

/// The health at one end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthEnd)]
pub struct End {
    /// The date, or the instant.
    pub as_of: String,
    /// The model in force, with its version.
    pub model: String,
    /// The score in milli-points; absent where every dimension is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overall: Option<u32>,
}

/// What took an account's health from one date to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Waterfall {
    /// The account.
    pub account: AccountId,
    /// Where it began, with what was known then.
    pub from: End,
    /// Where it ended.
    pub to: End,
    /// The difference, which the steps add up to; where there is no score, it counts as 0.
    pub moved: i64,
    /// The steps in order. An event that moved nothing has none.
    pub steps: Vec<Step>,
    /// How many events of the account were learned of since.
    pub events: u64,
}

/// What a waterfall is computed from.
pub struct Course<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The first date.
    pub from: &'a AsOf,
    /// The last date.
    pub to: &'a AsOf,
    /// The zone of the days.
    pub zone: &'a Zone,
    /// The events of the account that were known at first, in the order of the ledger.
    pub known: &'a [Event],
    /// Those that are known at last, in the order of the ledger.
    pub all: &'a [Event],
    /// What was known of others at first, as of the first date.
    pub first: &'a dyn Directory,
    /// What was known of others at first, as of the last date.
    pub between: &'a dyn Directory,
    /// What is known of others at last, as of the last date.
    pub last: &'a dyn Directory,
    /// The model in force at first.
    pub before: &'a HealthModel,
    /// The model in force at last.
    pub after: &'a HealthModel,
}

/// What took an account's health from one date to another; `None` where `go_on` says that nobody waits any more.
pub fn waterfall(course: &Course<'_>, go_on: &dyn Fn() -> bool) -> Option<Waterfall> {
    let fold = |events: &[Event], as_of: &AsOf| Arc::new(Account::fold(course.account.clone(), events, as_of));
    let start = course.health(fold(course.known, course.from), course.first, course.from, course.before);
    let decayed = course.health(fold(course.known, course.to), course.between, course.to, course.before);
    let mut steps = vec![Step::between(StepKind::Decay, &start, &decayed)];
    let (learned, mut latest) = learn(course, decayed, go_on)?;
    steps.extend(together(learned, course.zone));
    let end = fold(course.all, course.to);
    for (kind, directory, model) in
        [(StepKind::Elsewhere, course.last, course.before), (StepKind::Model, course.last, course.after)]
    {
        let next = course.health(Arc::clone(&end), directory, course.to, model);
        steps.push(Step::between(kind, &latest, &next));
        latest = next;
    }
    steps.retain(|step| step.moved != 0 || !step.parts.is_empty());
    Some(Waterfall {
        account: course.account.clone(),
        moved: points(&latest) - points(&start),
        from: end_of(course.from, &start),
        to: end_of(course.to, &latest),
        steps,
        events: course.all.len().saturating_sub(course.known.len()) as u64,
    })
}

impl Course<'_> {
    fn health(&self, account: Arc<Account>, directory: &dyn Directory, as_of: &AsOf, model: &HealthModel) -> Health {
        health(&Whole::of(account, directory), directory, model, as_of, self.zone)
    }
}

/// The steps of the events that were learned of, and the health after the last of them.
fn learn(course: &Course<'_>, decayed: Health, go_on: &dyn Fn() -> bool) -> Option<(Vec<Step>, Health)> {
    let mut known: Vec<Event> = course.known.to_vec();
    let mut live = Live::fold(course.account.clone(), &known, course.to.instant());
    let (mut steps, mut latest) = (Vec::new(), decayed);
    for event in learned(course) {
        if !go_on() {
            return None;
        }
        // By the clock of the sources an earlier position can be learned of later.
        let place = known.partition_point(|other| other.position < event.position);
        let comes_last = place == known.len();
        known.insert(place, event.clone());
        if !comes_last || live.follow(event, course.to.instant()) == Followed::FoldAnew {
            live = Live::fold(course.account.clone(), &known, course.to.instant());
        }
        let account = live.as_of(course.to).cloned();
        let account = account.unwrap_or_else(|| Arc::new(Account::fold(course.account.clone(), &known, course.to)));
        let next = course.health(account, course.between, course.to, course.before);
        steps.push(Step::of(event, course.from, &latest, &next));
        latest = next;
    }
    steps.retain(|step| step.moved != 0 || !step.parts.is_empty());
    Some((steps, latest))
}

/// The events that are known at last and were not at first, in the order of the ledger.
fn learned<'a>(course: &Course<'a>) -> impl Iterator<Item = &'a Event> {
    let known = course.known;
    course.all.iter().filter(|event| known.binary_search_by_key(&event.position, |one| one.position).is_err())
}

/// Too many steps are put together by month and kind.
fn together(steps: Vec<Step>, zone: &Zone) -> Vec<Step> {
    if steps.len() <= MAX_STEPS {
        return steps;
    }
    let mut groups: BTreeMap<(String, String), Step> = BTreeMap::new();
    for step in steps {
        let month = step.occurred_at.map(|at| at.date_in(zone).strftime("%Y-%m").to_string()).unwrap_or_default();
        let kind = step.kind.clone().unwrap_or_default();
        match groups.entry((month.clone(), kind)) {
            std::collections::btree_map::Entry::Vacant(new) => {
                let first = Step { step: StepKind::Events, event: None, occurred_at: None, is_late: None, ..step };
                new.insert(Step { month: Some(month), events: Some(1), ..first });
            }
            std::collections::btree_map::Entry::Occupied(mut group) => group.get_mut().add(&step),
        }
    }
    groups.into_values().collect()
}

impl Step {
    /// The difference between two scores, by the parts of the dimensions.
    fn between(step: StepKind, before: &Health, after: &Health) -> Self {
        let part = |health: &Health, dimension: Dimension| {
            i64::from(health.dimension(dimension).and_then(|one| one.contribution).unwrap_or(0))
        };
        let parts = Dimension::ALL.iter().map(|one| (one.as_str(), part(after, *one) - part(before, *one)));
        Self {
            step,
            moved: points(after) - points(before),
            parts: parts.filter(|(_, moved)| *moved != 0).collect(),
            kind: None,
            event: None,
            occurred_at: None,
            is_late: None,
            month: None,
            events: None,
        }
    }

    fn of(event: &Event, from: &AsOf, before: &Health, after: &Health) -> Self {
        Self {
            kind: Some(event.kind_name().to_owned()),
            event: Some(event.position),
            occurred_at: Some(event.when.at),
            is_late: Some(from.includes(&event.when)),
            ..Self::between(StepKind::Event, before, after)
        }
    }

    fn add(&mut self, other: &Self) {
        self.moved += other.moved;
        for (name, moved) in &other.parts {
            *self.parts.entry(name).or_default() += moved;
        }
        self.parts.retain(|_, moved| *moved != 0);
        self.events = self.events.map(|events| events + 1);
    }
}

fn points(health: &Health) -> i64 {
    i64::from(health.overall.unwrap_or(0))
}

fn end_of(as_of: &AsOf, health: &Health) -> End {
    End { as_of: as_of.to_string(), model: health.model.clone(), overall: health.overall }
}
