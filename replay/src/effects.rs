//! What folding one event brings about beside the new state: findings, and field-level changes for the audit.

use serde::Serialize;
use serde_json::Value;
use tenure_schemas::{Event, Instant, When};
use utoipa::ToSchema;

use crate::finding::{Finding, FindingCode};

/// One field that an event changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Change {
    /// The field, such as `name` or `orders.43659.total`.
    pub field: String,
    /// What it was; `null` when there was nothing.
    pub before: Value,
    /// What it is from then on; `null` when there is nothing.
    pub after: Value,
}

impl Change {
    /// Notes what differs between two values of a field: of two objects field by field, at any depth.
    pub(crate) fn compare(field: &str, before: &Value, after: &Value, changes: &mut Vec<Self>) {
        if before == after {
            return;
        }
        let (Value::Object(old), Value::Object(new)) = (before, after) else {
            return changes.push(Self { field: field.to_owned(), before: before.clone(), after: after.clone() });
        };
        let added = new.keys().filter(|name| !old.contains_key(*name));
        for name in old.keys().chain(added) {
            let (old, new) = (old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null));
            let field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
            Self::compare(&field, old, new, changes);
        }
    }
}

/// The event that is being folded, and what it brings about.
pub(crate) struct Step<'a> {
    /// The event as it was recorded.
    pub(crate) event: &'a Event,
    /// When it happened, corrections included.
    pub(crate) when: &'a When,
    /// What it contradicts.
    pub(crate) findings: Vec<Finding>,
    /// What it changes; `None` where nobody asks.
    pub(crate) changes: Option<Vec<Change>>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(event: &'a Event, when: &'a When, audited: bool) -> Self {
        Self { event, when, findings: Vec::new(), changes: audited.then(Vec::new) }
    }

    /// The instant of the event.
    pub(crate) fn at(&self) -> Instant {
        self.when.at
    }

    /// The place of the event.
    pub(crate) fn position(&self) -> u64 {
        self.event.position
    }

    /// Reports a contradiction.
    pub(crate) fn find(&mut self, code: FindingCode, message: impl Into<String>) {
        self.findings.push(Finding::at(code, self.at(), self.position(), message));
    }

    /// Reports a contradiction that rests on another event too.
    pub(crate) fn find_with(&mut self, code: FindingCode, others: &[u64], message: impl Into<String>) {
        let mut finding = Finding::at(code, self.at(), self.position(), message);
        finding.events.extend(others);
        finding.events.sort_unstable();
        finding.events.dedup();
        self.findings.push(finding);
    }

    /// Puts a new value in its place, and notes the change for the audit.
    pub(crate) fn set<T: PartialEq + Serialize>(&mut self, field: impl FnOnce() -> String, slot: &mut T, value: T) {
        if *slot == value {
            return;
        }
        self.note(field, &*slot, &value);
        *slot = value;
    }

    /// Notes a change that was made elsewhere.
    pub(crate) fn note<T: Serialize + ?Sized>(&mut self, field: impl FnOnce() -> String, before: &T, after: &T) {
        if let Some(changes) = &mut self.changes {
            changes.push(Change { field: field(), before: plain(before), after: plain(after) });
        }
    }

    /// Notes that something new came into being.
    pub(crate) fn note_new<T: Serialize + ?Sized>(&mut self, field: impl FnOnce() -> String, after: &T) {
        if let Some(changes) = &mut self.changes {
            changes.push(Change { field: field(), before: Value::Null, after: plain(after) });
        }
    }
}

/// Read models hold text keys and exact values only, which always have a JSON form.
fn plain<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
