//! What differs between two readings of an account: as of two moments, as it was known at two times, or both.
//!
//! A field differs with the events that make the difference: those that set it in one reading and not, or otherwise, in
//! the other, and the corrections and retractions by which they do. The way back is the same with the sides exchanged,
//! and there is no difference between a reading and itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use tenure_schemas::{AccountId, Event, Instant};
use utoipa::ToSchema;

use crate::account::{Account, Status};
use crate::audit::{AuditEntry, Standing, audit};
use crate::directory::{self, Directory};
use crate::finding::Finding;
use crate::fold::State as _;
use crate::history::History;
use crate::moment::AsOf;
use crate::ownership::{self, Owner};

/// One reading of an account.
pub struct Side<'a> {
    /// The account's stream as it is known, in the order of the ledger.
    pub events: &'a [Event],
    /// The moment.
    pub as_of: &'a AsOf,
    /// The account as it stands then; `None` where nothing is known of it.
    pub account: Option<&'a Account>,
    /// Whom else it needs to know, as of the moment.
    pub directory: &'a dyn Directory,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldDiff {
    /// The field, as the audit history names it, such as `name` or `orders.43659.total`.
    pub field: String,
    /// What it is in the first reading; `null` where there is nothing.
    pub from: Value,
    /// What it is in the second.
    pub to: Value,
    /// The positions of the events that make the difference.
    pub events: Vec<u64>,
}

/// Where the account stands in both readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Standings {
    /// In the first.
    pub from: Status,
    /// In the second.
    pub to: Status,
}

/// What is in one reading alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sides<T> {
    /// Only in the first.
    pub from: Vec<T>,
    /// Only in the second.
    pub to: Vec<T>,
}

impl<T: PartialEq> Sides<T> {
    fn of(from: Vec<T>, to: Vec<T>) -> Self {
        let (mut only_from, mut only_to) = (Vec::new(), to);
        for one in from {
            match only_to.iter().position(|other| *other == one) {
                Some(same) => drop(only_to.remove(same)),
                None => only_from.push(one),
            }
        }
        Self { from: only_from, to: only_to }
    }

    fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }
}

/// An event that counts in one reading and not, or otherwise, in the other. What one does not know, and the other expects
/// only later, is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EventDiff {
    /// Its place in the ledger.
    pub position: u64,
    /// What sort of event it is.
    pub kind: String,
    /// When it happened, as it was recorded.
    pub occurred_at: Instant,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
    /// What it is in the first reading; `null` where it is not known there.
    pub from: Option<Standing>,
    /// What it is in the second.
    pub to: Option<Standing>,
    /// The positions of the events that corrected, retracted or undid it in one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<u64>,
}

/// Everything that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Diff {
    /// Where the account stands, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Standings>,
    /// Who is accountable at the end of one of the moments and not, or otherwise, at the end of the other.
    pub owners: Sides<Owner>,
    /// The fields that differ, in the order of their names.
    pub fields: Vec<FieldDiff>,
    /// The findings that are in one of them alone.
    pub findings: Sides<Finding>,
    /// The events that count differently, in the order of the ledger.
    pub events: Vec<EventDiff>,
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.status.is_none()
            && self.owners.is_empty()
            && self.fields.is_empty()
            && self.findings.is_empty()
            && self.events.is_empty()
    }
}

/// What differs between two readings of an account.
pub fn diff(account: &AccountId, from: &Side<'_>, to: &Side<'_>) -> Diff {
    let (before, after) = (audited(account, from), audited(account, to));
    let (stood, stands) = (status(from), status(to));
    Diff {
        status: (stood != stands).then_some(Standings { from: stood, to: stands }),
        owners: Sides::of(owners(from), owners(to)),
        fields: fields(&Told::of(account, from), &Told::of(account, to), &revisions(&before, &after)),
        findings: Sides::of(findings(from), findings(to)),
        events: events(&before, &after),
    }
}

fn audited(account: &AccountId, side: &Side<'_>) -> BTreeMap<u64, AuditEntry> {
    let entries = audit(account, side.events, side.as_of).into_iter();
    entries.map(|entry| (entry.position, entry)).collect()
}

fn status(side: &Side<'_>) -> Status {
    side.account.map_or(Status::Unknown, |account| ownership::status(account, side.directory, side.as_of))
}

/// Who is accountable at the end of the moment.
fn owners(side: &Side<'_>) -> Vec<Owner> {
    let owners = side.account.map(|account| ownership::owners(account, side.directory, side.as_of));
    let mut owners: Vec<Owner> =
        owners.into_iter().flatten().filter(|owner| owner.stretch().reaches_end_of(side.as_of)).collect();
    for owner in &mut owners {
        owner.responsible.retain(|by| by.stretch().reaches_end_of(side.as_of));
    }
    owners
}

fn findings(side: &Side<'_>) -> Vec<Finding> {
    let findings = side.account.map(|account| directory::findings(account, side.directory, side.as_of.instant()));
    findings.unwrap_or_default()
}

/// What each field came to, and the events that set it, each with what it set, in the order of time.
struct Told(BTreeMap<String, Vec<(u64, Value)>>);

impl Told {
    fn of(account: &AccountId, side: &Side<'_>) -> Self {
        let mut state = Account::unknown(account.clone());
        let mut fields: BTreeMap<String, Vec<(u64, Value)>> = BTreeMap::new();
        for entry in History::of(side.events).as_of(side.as_of) {
            for change in state.step(entry, &entry.when, true).changes.unwrap_or_default() {
                fields.entry(change.field).or_default().push((entry.event.position, change.after));
            }
        }
        Self(fields)
    }

    fn value(&self, field: &str) -> Value {
        self.0.get(field).and_then(|set| set.last()).map_or(Value::Null, |(_, value)| value.clone())
    }

    fn set(&self, field: &str) -> &[(u64, Value)] {
        self.0.get(field).map(Vec::as_slice).unwrap_or_default()
    }
}

/// By the position of an event that counts differently: what corrected, retracted or undid it.
fn revisions(before: &BTreeMap<u64, AuditEntry>, after: &BTreeMap<u64, AuditEntry>) -> BTreeMap<u64, BTreeSet<u64>> {
    let mut revisions: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for (position, entry) in before.iter().chain(after) {
        let other = (before.get(position), after.get(position));
        let differs =
            other.0.map(|entry| (entry.standing, entry.by)) != other.1.map(|entry| (entry.standing, entry.by));
        if let Some(by) = entry.by.filter(|_| differs) {
            revisions.entry(*position).or_default().insert(by);
        }
    }
    revisions
}

fn fields(from: &Told, to: &Told, revisions: &BTreeMap<u64, BTreeSet<u64>>) -> Vec<FieldDiff> {
    let names: BTreeSet<&String> = from.0.keys().chain(to.0.keys()).collect();
    let differ = names.into_iter().filter_map(|field| {
        let (before, after) = (from.value(field), to.value(field));
        (before != after).then(|| FieldDiff {
            field: field.clone(),
            from: before,
            to: after,
            events: because(from.set(field), to.set(field), revisions),
        })
    });
    differ.collect()
}

/// The events that set a field in one reading and not, or otherwise, in the other, and what made them.
fn because(from: &[(u64, Value)], to: &[(u64, Value)], revisions: &BTreeMap<u64, BTreeSet<u64>>) -> Vec<u64> {
    fn only(one: &[(u64, Value)], other: &[(u64, Value)]) -> Vec<u64> {
        let other: BTreeMap<u64, &Value> = other.iter().map(|(position, value)| (*position, value)).collect();
        let differ = one.iter().filter(|(position, value)| other.get(position).is_none_or(|other| *other != value));
        differ.map(|(position, _)| *position).collect()
    }
    let mut events: BTreeSet<u64> = only(from, to).into_iter().chain(only(to, from)).collect();
    if events.is_empty() {
        // The same events said the same in another order, as a question about a day may take them: the last ones count.
        events.extend([from, to].into_iter().filter_map(|set| set.last()).map(|(position, _)| *position));
    }
    let by: Vec<u64> = events.iter().filter_map(|position| revisions.get(position)).flatten().copied().collect();
    events.extend(by);
    events.into_iter().collect()
}

/// Whether an event is known, and does not only wait for its time.
fn has_come(standing: Option<(Standing, Option<u64>)>) -> bool {
    standing.is_some_and(|(standing, _)| standing != Standing::Waiting)
}

fn events(before: &BTreeMap<u64, AuditEntry>, after: &BTreeMap<u64, AuditEntry>) -> Vec<EventDiff> {
    let all: BTreeMap<u64, &AuditEntry> =
        before.iter().chain(after).map(|(position, entry)| (*position, entry)).collect();
    let standing = |side: &BTreeMap<u64, AuditEntry>, position: u64| side.get(&position).map(|it| (it.standing, it.by));
    let differ = all.into_iter().filter_map(|(position, entry)| {
        let (from, to) = (standing(before, position), standing(after, position));
        let by: BTreeSet<u64> = [from, to].into_iter().flatten().filter_map(|(_, by)| by).collect();
        (from != to && (has_come(from) || has_come(to))).then(|| EventDiff {
            position,
            kind: entry.event.kind.clone(),
            occurred_at: entry.event.occurred_at,
            recorded_at: entry.event.recorded_at,
            from: from.map(|(standing, _)| standing),
            to: to.map(|(standing, _)| standing),
            by: by.into_iter().collect(),
        })
    });
    differ.collect()
}
