//! The audit history of an account: every event ever recorded, what became of it, and which fields it changed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tenure_schemas::{AccountId, Event, EventView, Payload};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::account::Account;
use crate::effects::Change;
use crate::fold::State as _;
use crate::history::{self, Fate, History};
use crate::moment::AsOf;

/// What became of a recorded event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It counts as it was recorded.
    Stands,
    /// It counts with a later correction's payload.
    Corrected,
    /// It was taken back: never said.
    Retracted,
    /// It is a correction or retraction that a later one undid.
    Undone,
    /// It lies beyond the moment that was asked about.
    Waiting,
    /// This version of Tenure cannot read it; it counts nowhere.
    Unread,
}

/// One recorded event in the audit history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its place in the ledger.
    pub position: u64,
    /// What became of it.
    pub standing: Standing,
    /// The position of the event that corrected, retracted or undid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<u64>,
    /// The fields that it changed, as history now reads it; for a correction or retraction `occurred_at` and the
    /// fields of `payload` of the event that it is about, which are `null` while that counts as never said.
    pub changes: Vec<Change>,
    /// The event exactly as it was recorded.
    pub event: EventView,
}

/// One event of an account's history, in the order in which things happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Its place in the ledger.
    pub position: u64,
    /// The position of the correction whose payload it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<u64>,
    /// The event, corrections included.
    pub event: EventView,
}

/// The audit history as of a moment, in the order of the ledger.
pub fn audit(account: &AccountId, events: &[Event], as_of: &AsOf) -> Vec<AuditEntry> {
    let history = History::of(events);
    let mut changes = field_changes(account, &history, as_of);
    let revisions = Revisions::of(events);
    let entries = history.recorded.iter().map(|entry| {
        let (standing, by) = match entry.fate {
            Fate::Retracted(by) => (Standing::Retracted, Some(by)),
            Fate::Undone(by) => (Standing::Undone, Some(by)),
            Fate::Stands | Fate::Corrected(_) if entry.payload.is_none() => (Standing::Unread, None),
            Fate::Corrected(by) if entry.counts() && !as_of.includes(&entry.when) => (Standing::Waiting, Some(by)),
            Fate::Stands if entry.counts() && !as_of.includes(&entry.when) => (Standing::Waiting, None),
            Fate::Corrected(by) => (Standing::Corrected, Some(by)),
            Fate::Stands => (Standing::Stands, None),
        };
        let position = entry.event.position;
        let changes = changes.remove(&position).unwrap_or_else(|| revisions.changes(position));
        AuditEntry { position, standing, by, changes, event: entry.event.view() }
    });
    entries.collect()
}

/// The timeline as of a moment: what counts, in the order in which it happened.
pub fn timeline(events: &[Event], as_of: &AsOf) -> Vec<TimelineEntry> {
    let history = History::of(events);
    let entries = history.as_of(as_of).into_iter().map(|entry| {
        let mut event = entry.event.view();
        event.occurred_at = entry.when.at;
        event.precision = entry.when.precision.clone();
        if let Some(payload) = &entry.payload {
            event.payload = payload.to_json();
        }
        let corrected_by = match entry.fate {
            Fate::Corrected(by) => Some(by),
            Fate::Stands | Fate::Retracted(_) | Fate::Undone(_) => None,
        };
        TimelineEntry { position: entry.event.position, corrected_by, event }
    });
    entries.collect()
}

fn field_changes(account: &AccountId, history: &History<'_>, as_of: &AsOf) -> BTreeMap<u64, Vec<Change>> {
    let entries = history.as_of(as_of);
    let mut state = Account::unknown(account.clone());
    let changes = entries.iter().map(|entry| {
        let step = state.step(entry, &entry.when, true);
        (entry.event.position, step.changes.unwrap_or_default())
    });
    changes.collect()
}

/// The positions of the events that changed fields last as of a moment, of those that ever changed.
///
/// `events` are the account's stream in the order of the ledger, `fields` names as the audit has them.
pub fn last_change(account: &AccountId, events: &[Event], as_of: &AsOf, fields: &[&str]) -> Vec<u64> {
    let changes = changes_by_field(account, &History::of(events), as_of);
    fields.iter().filter_map(|field| changes.get(*field)?.last().copied()).collect()
}

/// The positions of the events that changed each field as of a moment, in the order of time.
pub(crate) fn changes_by_field(account: &AccountId, history: &History<'_>, as_of: &AsOf) -> BTreeMap<String, Vec<u64>> {
    let mut state = Account::unknown(account.clone());
    let mut fields: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for entry in history.as_of(as_of) {
        for change in state.step(entry, &entry.when, true).changes.unwrap_or_default() {
            fields.entry(change.field).or_default().push(entry.event.position);
        }
    }
    fields
}

/// The revisions of a stream, each with the event that it is about in the end and what was said of that before.
struct Revisions<'a> {
    /// By the position of that event: the event itself and its revisions, in the order of the ledger.
    about: BTreeMap<u64, Vec<&'a Event>>,
    /// By the position of a revision: the position of that event.
    roots: BTreeMap<u64, u64>,
}

impl<'a> Revisions<'a> {
    fn of(events: &'a [Event]) -> Self {
        let by_id: BTreeMap<Uuid, &Event> = events.iter().map(|event| (event.id, event)).collect();
        let mut found = Self { about: BTreeMap::new(), roots: BTreeMap::new() };
        for event in events {
            let target = history::target_of(event).and_then(|target| by_id.get(&target));
            let Some(target) = target.filter(|target| target.position < event.position) else { continue };
            let root = found.roots.get(&target.position).copied().unwrap_or(target.position);
            found.roots.insert(event.position, root);
            found.about.entry(root).or_insert_with(|| vec![*target]).push(event);
        }
        found
    }

    /// What a revision changed in the event that it is about; nothing for other events.
    fn changes(&self, position: u64) -> Vec<Change> {
        let about = self.roots.get(&position).and_then(|root| self.about.get(root));
        let Some(about) = about else { return Vec::new() };
        let upto = about.partition_point(|event| event.position < position);
        let (before, after) = (about.get(..upto).unwrap_or(about), about.get(..=upto).unwrap_or(about));
        let mut changes = Vec::new();
        let ((old_time, old), (new_time, new)) = (as_said(before), as_said(after));
        Change::compare("occurred_at", &old_time, &new_time, &mut changes);
        Change::compare("payload", &old, &new, &mut changes);
        changes
    }
}

/// When the first of the events happened and what it says in the light of the others; `null` where it was never said.
fn as_said(events: &[&Event]) -> (Value, Value) {
    let history = History::of_refs(events);
    let said = history.recorded.first().filter(|entry| entry.counts());
    let time = said.and_then(|entry| serde_json::to_value(entry.when.at).ok());
    let payload = said.and_then(|entry| entry.payload.as_deref().map(Payload::to_json));
    (time.unwrap_or_default(), payload.unwrap_or_default())
}
