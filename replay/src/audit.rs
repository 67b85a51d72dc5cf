//! The audit history of an account: every event ever recorded, what became of it, and which fields it changed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tenure_schemas::{AccountId, Event, EventView, Payload};
use utoipa::ToSchema;

use crate::account::Account;
use crate::effects::Change;
use crate::history::{Fate, History};
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
    /// The fields that it changed, as history now reads it; for a correction, the fields of its target's payload.
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
    let entries = history.recorded.iter().zip(0..).map(|(entry, index)| {
        let (standing, by) = match entry.fate {
            Fate::Retracted(by) => (Standing::Retracted, Some(by)),
            Fate::Undone(by) => (Standing::Undone, Some(by)),
            Fate::Stands | Fate::Corrected(_) if entry.payload.is_none() => (Standing::Unread, None),
            Fate::Stands | Fate::Corrected(_) if entry.counts() && !as_of.includes(&entry.when) => {
                (Standing::Waiting, None)
            }
            Fate::Corrected(by) => (Standing::Corrected, Some(by)),
            Fate::Stands => (Standing::Stands, None),
        };
        let position = entry.event.position;
        let changes = changes.remove(&position).unwrap_or_else(|| payload_changes(events, index));
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
    let mut state = Account::unknown(account.clone());
    let entries = history.as_of(as_of).into_iter();
    entries.map(|entry| (entry.event.position, state.fold_entry(entry, &[], true))).collect()
}

/// What a correction changed in its target's payload, as it stood just before; nothing for other events.
fn payload_changes(events: &[Event], index: usize) -> Vec<Change> {
    let (before, rest) = events.split_at(index.min(events.len()));
    let Some(Payload::EventCorrected(corrected)) = rest.first().and_then(Event::payload) else { return Vec::new() };
    let target = events.iter().take(index).find(|event| event.id == corrected.target);
    let history = History::of(before);
    let entry = target.and_then(|target| history.recorded.iter().find(|entry| entry.event.id == target.id));
    let Some(said) = entry.and_then(|entry| entry.payload.as_deref().map(Payload::to_json)) else { return Vec::new() };
    let says = Value::Object(corrected.payload.iter().map(|(name, value)| (name.clone(), value.clone())).collect());
    let mut changes = Vec::new();
    compare("payload", &said, &says, &mut changes);
    changes
}

fn compare(field: &str, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return changes.push(Change { field: field.to_owned(), before: before.clone(), after: after.clone() });
    };
    let added = new.keys().filter(|name| !old.contains_key(*name));
    for name in old.keys().chain(added) {
        let (old, new) = (old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null));
        compare(&format!("{field}.{name}"), old, new, changes);
    }
}
