//! The model, first part: which events are known, and what of them stands.

use tenure_schemas::{Event, Instant, Payload, Precision, When};
use uuid::Uuid;

/// What is known of a ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Known {
    /// Everything.
    Now,
    /// The first so many events.
    Size(u64),
    /// What was recorded by then.
    At(Instant),
    /// What its source, or else the ledger, had learned by then.
    LearnedBy(Instant),
}

/// The events that are known.
pub(crate) fn known(events: &[Event], known: Known) -> Vec<&Event> {
    let is_known = |event: &&Event| match known {
        Known::Now => true,
        Known::Size(size) => event.position < size,
        Known::At(at) => event.recorded_at <= at,
        Known::LearnedBy(at) => match event.source.as_ref().and_then(|source| source.recorded_at) {
            Some(learned) => learned <= at,
            None => event.recorded_at <= at,
        },
    };
    events.iter().filter(is_known).collect()
}

/// What stands of what was said: when it happened and what it says, all things considered.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) when: When,
    pub(crate) says: Payload,
    pub(crate) position: u64,
}

/// What stands of a stream, given what is known of it, in the order (`occurred_at`, `position`).
pub(crate) fn facts(stream: &[&Event]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = (0..stream.len()).filter_map(|index| fact(stream, index)).collect();
    facts.sort_by_key(|fact| (fact.when.at, fact.position));
    facts
}

fn target(event: &Event) -> Option<Uuid> {
    match event.payload() {
        Some(Payload::EventCorrected(corrected)) => Some(corrected.target),
        Some(Payload::EventRetracted(retracted)) => Some(retracted.target),
        _ => None,
    }
}

/// What is about the event at `index` and stands itself.
fn revisions<'a>(stream: &[&'a Event], index: usize) -> Vec<&'a Event> {
    let later = index + 1..stream.len();
    let about = later.filter(|later| target(stream[*later]) == Some(stream[index].id));
    about.filter(|later| revisions(stream, *later).is_empty()).map(|later| stream[later]).collect()
}

/// `None` where it was never said, or is only about what others say.
fn fact(stream: &[&Event], index: usize) -> Option<Fact> {
    let event = stream[index];
    let revisions = revisions(stream, index);
    if target(event).is_some() || revisions.iter().any(|later| later.kind_name() == "event.retracted") {
        return None;
    }
    let says = event.payload()?.clone();
    let recorded = Fact { when: event.when.clone(), says, position: event.position };
    let Some(Payload::EventCorrected(corrected)) = revisions.last().and_then(|last| last.payload()) else {
        return Some(recorded);
    };
    let instead = serde_json::to_value(&corrected.payload).unwrap();
    // What does not fit its target changes nothing.
    let Ok(says) = recorded.says.kind().payload_from_json(instead) else { return Some(recorded) };
    let when = corrected.occurred_at.map_or(recorded.when, |at| moved(&event.when, at));
    Some(Fact { when, says, position: event.position })
}

/// A day stays one where it is moved to the start of another one in its zone.
fn moved(when: &When, at: Instant) -> When {
    match &when.precision {
        Precision::Day { zone, .. } if zone.start_of(at.date_in(zone)) == at => {
            When::day(at.date_in(zone), zone.clone())
        }
        Precision::Day { .. } | Precision::Instant => When::instant(at),
    }
}
