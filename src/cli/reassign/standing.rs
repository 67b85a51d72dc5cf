//! What the ledger has of a reassignment: its own events, whether they stand, and what was built on them since.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use tenure_schemas::payload::ownership::Scope;
use uuid::Uuid;

use super::recording;
use crate::cli::answer::{all_items, optional, text};
use crate::cli::reader::Reader;
use crate::http::address::escape;

/// An event of a reassignment.
#[derive(Debug, Serialize)]
pub(super) struct Recorded {
    pub(super) position: u64,
    pub(super) stream: String,
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) occurred_at: String,
    /// The position of a later event that rests on it; of one that was taken back, nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rested_on_by: Option<u64>,
    #[serde(skip)]
    learned_at: String,
    /// The lane, and who has it by the event.
    #[serde(skip)]
    lane: Lane,
    #[serde(skip)]
    handover: Option<String>,
}

/// The stream, role and scope of a lane, and a person.
type Lane = (String, String, String, String);

/// The events under a correlation id that record lanes, by position. Whatever else is under it is not a reassignment's:
/// the ids of its events are made from the correlation id and the lane.
pub(super) fn of_reassignment(reader: &Reader, correlation: Uuid) -> anyhow::Result<Vec<Recorded>> {
    let kinds = "ownership.transferred,handover.started";
    let found = all_items(reader, &format!("/v1/events?correlation_id={correlation}&kind={kinds}&limit=1000"))?;
    Ok(found.iter().filter_map(recorded).filter(|event| event.is_of(correlation)).collect())
}

impl Recorded {
    fn is_of(&self, correlation: Uuid) -> bool {
        let (stream, role, scope, _) = &self.lane;
        let account = stream.strip_prefix("account/").unwrap_or_default();
        recording::id_of_lane(correlation, account, role, scope).to_string() == self.id
    }
}

fn recorded(event: &Value) -> Option<Recorded> {
    Some(Recorded {
        position: event.pointer("/position")?.as_u64()?,
        stream: text(event, "/stream"),
        kind: text(event, "/kind"),
        id: text(event, "/id"),
        occurred_at: text(event, "/occurred_at"),
        rested_on_by: None,
        learned_at: text(event, "/recorded_at"),
        lane: lane_of(event, text(event, "/payload/to")),
        handover: optional(event, "/payload/handover"),
    })
}

fn lane_of(event: &Value, person: String) -> Lane {
    let scope = optional(event, "/payload/scope").unwrap_or_else(|| Scope::global().to_string());
    (text(event, "/stream"), text(event, "/payload/role"), scope, person)
}

/// Finds for each event the first one since that rests on it: who got the lane passed it on or gave it up, or the
/// handover went on.
pub(super) fn find_resting(reader: &Reader, events: &mut [Recorded]) -> anyhow::Result<()> {
    let Some(first) = events.iter().min_by_key(|event| event.position) else { return Ok(()) };
    let kinds = "ownership.transferred,ownership.ended,handover.*";
    let since = escape(&first.learned_at);
    let later = all_items(reader, &format!("/v1/events?kind={kinds}&recorded_from={since}&limit=1000"))?;
    let taken_back = taken_back(reader, &since)?;
    let standing = || events.iter().enumerate().filter(|(_, event)| !taken_back.contains(&event.id));
    // A handover that starts gives nobody the lane.
    let passed_on = standing().filter(|(_, event)| event.handover.is_none());
    let by_lane: BTreeMap<Lane, usize> = passed_on.map(|(index, event)| (event.lane.clone(), index)).collect();
    let by_handover: BTreeMap<String, usize> =
        standing().filter_map(|(index, event)| Some((event.handover.clone()?, index))).collect();
    for other in later.iter().filter(|other| !taken_back.contains(&text(other, "/id"))) {
        let position = other.pointer("/position").and_then(Value::as_u64).unwrap_or_default();
        let leaver = optional(other, "/payload/from").unwrap_or_else(|| text(other, "/payload/person"));
        let handover = optional(other, "/payload/handover").and_then(|handover| by_handover.get(&handover));
        let rests = handover.or_else(|| by_lane.get(&lane_of(other, leaver)));
        if let Some(event) = rests.and_then(|index| events.get_mut(*index)).filter(|event| event.position < position) {
            event.rested_on_by = event.rested_on_by.or(Some(position));
        }
    }
    Ok(())
}

/// The ids of what was taken back since a time, by retractions that were not taken back themselves.
fn taken_back(reader: &Reader, since: &str) -> anyhow::Result<BTreeSet<String>> {
    let retractions = all_items(reader, &format!("/v1/events?kind=event.retracted&recorded_from={since}&limit=1000"))?;
    let mut taken_back = BTreeSet::new();
    // A retraction is taken back by a later one, so the last one comes first.
    for retraction in retractions.iter().rev() {
        if !taken_back.contains(&text(retraction, "/id")) {
            taken_back.insert(text(retraction, "/payload/target"));
        }
    }
    Ok(taken_back)
}
