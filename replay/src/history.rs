//! What remains of a stream's events when corrections and retractions are taken into account.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tenure_schemas::payload::revision::Corrected;
use tenure_schemas::{Body, Event, Instant, Invalid, Kind, Payload, Precision, When, models, upcast};
use uuid::Uuid;

use crate::finding::{Finding, FindingCode};
use crate::moment::AsOf;

/// What became of an event in the light of later corrections and retractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stands as it was recorded.
    Stands,
    /// It stands with the payload of the correction at this position.
    Corrected(u64),
    /// It was never said, by the retraction at this position.
    Retracted(u64),
    /// It is a correction or retraction that the one at this position undid.
    Undone(u64),
}

/// An event of a stream as history now reads it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The event as it was recorded.
    pub event: &'a Event,
    /// When it happened, corrections included.
    pub when: Cow<'a, When>,
    /// What it says, corrections included; `None` where this version cannot read it.
    pub payload: Option<Cow<'a, Payload>>,
    /// What became of it.
    pub fate: Fate,
}

impl<'a> Entry<'a> {
    /// An event that no correction or retraction is known of.
    pub(crate) fn as_recorded(event: &'a Event) -> Self {
        let payload = event.payload().map(Cow::Borrowed);
        Self { event, when: Cow::Borrowed(&event.when), payload, fate: Fate::Stands }
    }

    /// Whether the event is folded into a state: it stands, and is no correction or retraction itself.
    pub fn counts(&self) -> bool {
        let stands = matches!(self.fate, Fate::Stands | Fate::Corrected(_));
        stands && !is_revision(self.event)
    }
}

/// The events of one stream, read in the light of its corrections and retractions.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// Every event in the order of the ledger, revisions and retracted ones included.
    pub recorded: Vec<Entry<'a>>,
    /// The corrections that cannot be read.
    pub findings: Vec<Finding>,
}

fn is_revision(event: &Event) -> bool {
    target_of(event).is_some()
}

pub(crate) fn target_of(event: &Event) -> Option<Uuid> {
    match event.payload() {
        Some(Payload::EventCorrected(corrected)) => Some(corrected.target),
        Some(Payload::EventRetracted(retracted)) => Some(retracted.target),
        Some(_) | None => None,
    }
}

/// The event that a correction or retraction is about in the end; any other event itself.
///
/// `events` is the stream in the order of the ledger.
pub(crate) fn root<'a>(events: &'a [Event], event: &'a Event) -> &'a Event {
    let mut root = event;
    for earlier in events.iter().rev() {
        if target_of(root) == Some(earlier.id) && earlier.position < root.position {
            root = earlier;
        }
    }
    root
}

impl<'a> History<'a> {
    /// Reads the events of one stream, given in the order of the ledger.
    ///
    /// Corrections and retractions count by position. One that targets another undoes it, and
    /// revives what that one hid. Of several corrections the last one wins; a retraction that
    /// stands hides its target whatever corrections there are.
    pub fn of(events: &'a [Event]) -> Self {
        Self::read(events.iter())
    }

    /// As [`History::of`], of events that stand in different places.
    pub(crate) fn of_refs(events: &[&'a Event]) -> Self {
        Self::read(events.iter().copied())
    }

    fn read(events: impl DoubleEndedIterator<Item = &'a Event> + Clone) -> Self {
        let effects = Effects::of(events.clone());
        let mut findings = Vec::new();
        let recorded = events.map(|event| effects.apply(event, &mut findings)).collect();
        Self { recorded, findings }
    }

    /// The entries that count as of a moment, in the order (`occurred_at`, `position`).
    pub fn as_of(&self, as_of: &AsOf) -> Vec<&Entry<'a>> {
        let mut entries: Vec<_> =
            self.recorded.iter().filter(|entry| entry.counts() && as_of.includes(&entry.when)).collect();
        entries.sort_by_key(|entry| (entry.when.at, entry.event.position));
        entries
    }

    /// The earliest time of what counts but lies beyond the moment.
    pub fn waiting_from(&self, as_of: &AsOf) -> Option<&When> {
        let waiting = self.recorded.iter().filter(|entry| entry.counts() && !as_of.includes(&entry.when));
        waiting.map(|entry| entry.when.as_ref()).min_by_key(|when| when.at)
    }
}

/// What the standing revisions of a stream do to their targets.
#[derive(Default)]
struct Effects<'a> {
    corrected: BTreeMap<Uuid, &'a Event>,
    retracted: BTreeMap<Uuid, u64>,
    undone: BTreeMap<Uuid, u64>,
}

impl<'a> Effects<'a> {
    /// From the last revision to the first, since only a later one can undo an earlier one.
    fn of(events: impl DoubleEndedIterator<Item = &'a Event> + Clone) -> Self {
        let revisions: BTreeSet<Uuid> =
            events.clone().filter(|event| is_revision(event)).map(|event| event.id).collect();
        let mut effects = Self::default();
        for event in events.rev() {
            let Some(target) = target_of(event) else { continue };
            if effects.undone.contains_key(&event.id) {
                continue;
            }
            if revisions.contains(&target) {
                effects.undone.entry(target).or_insert(event.position);
            } else if matches!(event.payload(), Some(Payload::EventRetracted(_))) {
                effects.retracted.entry(target).or_insert(event.position);
            } else {
                effects.corrected.entry(target).or_insert(event);
            }
        }
        effects
    }

    fn apply(&self, event: &'a Event, findings: &mut Vec<Finding>) -> Entry<'a> {
        let as_recorded = |fate| Entry { fate, ..Entry::as_recorded(event) };
        if let Some(by) = self.undone.get(&event.id) {
            return as_recorded(Fate::Undone(*by));
        }
        if let Some(by) = self.retracted.get(&event.id) {
            return as_recorded(Fate::Retracted(*by));
        }
        let Some(correction) = self.corrected.get(&event.id) else { return as_recorded(Fate::Stands) };
        let Some(Payload::EventCorrected(corrected)) = correction.payload() else { return as_recorded(Fate::Stands) };
        match corrected_payload(event, corrected) {
            Ok(payload) => Entry {
                event,
                when: corrected
                    .occurred_at
                    .map_or(Cow::Borrowed(&event.when), |at| Cow::Owned(corrected_time(event, at))),
                payload: Some(Cow::Owned(payload)),
                fate: Fate::Corrected(correction.position),
            },
            Err(why) => {
                let message = format!("the correction cannot be applied, its target stands as recorded: {why}");
                let at = correction.when.at;
                findings.push(Finding::at(FindingCode::CorrectionUnread, at, correction.position, message));
                as_recorded(Fate::Stands)
            }
        }
    }
}

/// The corrected time of an event; one that is known to the day stays so when a day's start is given.
fn corrected_time(target: &Event, at: Instant) -> When {
    let Precision::Day { zone, .. } = &target.when.precision else { return When::instant(at) };
    let day = When::day(at.date_in(zone), zone.clone());
    if day.at == at { day } else { When::instant(at) }
}

/// What a correction makes its target say, or why it does not fit.
pub fn corrected_payload(target: &Event, corrected: &Corrected) -> Result<Payload, String> {
    let kind: Kind = match &target.body {
        Body::Known(payload) => payload.kind(),
        Body::Unread(unread) => return Err(unread.why.clone()),
    };
    let fields = corrected.payload.iter().map(|(name, value)| (name.clone(), value.clone()));
    let plain = Value::Object(fields.collect());
    let lifted = upcast::current().lift(kind.as_str(), corrected.payload_schema, plain)?;
    let in_place = |error: Invalid| error.under("payload.payload").to_string();
    let payload = kind.payload_from_json(lifted).map_err(in_place)?;
    models::check_payload(&target.stream, &payload).map_err(in_place)?;
    Ok(payload)
}
