//! What a producer hands in: an event before the ledger has given it a place and a time of recording.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::payload::{Nature, Payload};
use crate::{Actor, Instant, Invalid, Kind, Precision, Reason, Source, Stream, When, Zone, models, parse_date};

/// The most bytes that one stored event may take.
pub const MAX_STORED_BYTES: usize = 60_000;

/// The namespace of ids that are made from a producer's own: the v5 UUID of these words in the URL namespace.
const PRODUCER_IDS: &str = "urn:tenure:producer-id";

/// What admission holds a draft against, whatever the ledger contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftLimits {
    /// The moment of admission.
    pub now: Instant,
}

impl DraftLimits {
    /// How far ahead of `now` a fact may be dated, in seconds: clocks differ.
    pub const FACT_TOLERANCE_SECONDS: i64 = 300;
    /// The start of 1900 in UTC, in microseconds since 1970; nothing can have happened before it.
    const EARLIEST_MICROS: i64 = -2_208_988_800_000_000;
}

/// An event as its producer states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id; the ledger makes one where it is absent.
    pub id: Option<Uuid>,
    /// Whose history it belongs to.
    pub stream: Stream,
    /// When it happened or takes effect.
    pub when: When,
    /// Who reports it.
    pub actor: Actor,
    /// Why, where that is asked.
    pub reason: Option<Reason>,
    /// Where it comes from.
    pub source: Option<Source>,
    /// The undertaking that it is a part of.
    pub correlation_id: Option<Uuid>,
    /// The event that brought it about.
    pub causation_id: Option<Uuid>,
    /// The revision that the stream must have before it, that is the number of events in it.
    pub expected_revision: Option<u64>,
    /// What it says.
    pub payload: Payload,
}

/// A draft as it is written: the fields of the envelope that are a producer's to fill.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDraft {
    id: Option<String>,
    stream: Stream,
    kind: String,
    schema: Option<u32>,
    occurred_at: String,
    zone: Option<Zone>,
    precision: Option<Precision>,
    actor: Actor,
    reason: Option<Reason>,
    source: Option<Source>,
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
    expected_revision: Option<u64>,
    payload: Value,
}

/// Reads a draft from JSON; errors name the field.
///
/// `occurred_at` is an RFC 3339 instant, or a civil date that stands for a day in `zone` (UTC
/// where none is named). An `id` that is no UUID becomes the v5 UUID of the source system and
/// that id; without an `id`, the source's record takes its place.
pub fn parse_draft(value: Value) -> Result<Draft, Invalid> {
    let raw: RawDraft = serde_path_to_error::deserialize(value).map_err(Invalid::of_shape)?;
    let kind: Kind = raw.kind.parse().map_err(|error: Invalid| error.under("kind"))?;
    if let Some(schema) = raw.schema.filter(|schema| *schema != kind.version()) {
        let message = format!("version {schema} of {kind} cannot be recorded: write version {}", kind.version());
        return Err(Invalid::at("schema", message));
    }
    let id = producer_id(raw.id.as_deref(), raw.source.as_ref(), &raw.actor);
    Ok(Draft {
        id,
        when: when(&raw.occurred_at, raw.zone, raw.precision)?,
        payload: kind.payload_from_json(raw.payload).map_err(|error| error.under("payload"))?,
        stream: raw.stream,
        actor: raw.actor,
        reason: raw.reason,
        source: raw.source,
        correlation_id: raw.correlation_id,
        causation_id: raw.causation_id,
        expected_revision: raw.expected_revision,
    })
}

fn when(occurred_at: &str, zone: Option<Zone>, precision: Option<Precision>) -> Result<When, Invalid> {
    let given = When::parse(occurred_at, &zone.unwrap_or_default()).map_err(|error| error.under("occurred_at"))?;
    let Some(Precision::Day { date, zone }) = precision else { return Ok(given) };
    let day = When::day(date, zone);
    if given.at == day.at || parse_date(occurred_at).is_ok_and(|given| given == date) {
        return Ok(day);
    }
    let message = format!("{} is not the start of {date} in the zone of the precision, {}", given.at, day.at);
    Err(Invalid::at("occurred_at", message))
}

fn producer_id(id: Option<&str>, source: Option<&Source>, actor: &Actor) -> Option<Uuid> {
    let system = source.map_or(actor.id.as_str(), |source| source.system.as_str());
    let own = id.or_else(|| source.map(|source| source.record.as_str()))?;
    Some(Uuid::parse_str(own).unwrap_or_else(|_| Draft::id_of_record(system, own)))
}

impl Draft {
    /// The id of a producer's record that has no UUID of its own: the v5 UUID of the system and the record's id.
    pub fn id_of_record(system: &str, record: &str) -> Uuid {
        static NAMESPACE: LazyLock<Uuid> =
            LazyLock::new(|| Uuid::new_v5(&Uuid::NAMESPACE_URL, PRODUCER_IDS.as_bytes()));
        Uuid::new_v5(&NAMESPACE, format!("{system}\u{1f}{record}").as_bytes())
    }

    /// The draft as JSON that [`parse_draft`] reads back to an equal one.
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "stream": self.stream,
            "kind": self.payload.kind().as_str(),
            "occurred_at": self.when.at,
            "actor": self.actor,
            "payload": self.payload.to_json(),
        });
        let optional = [
            ("id", self.id.map(|id| json!(id))),
            ("precision", self.when.is_day().then(|| json!(self.when.precision))),
            ("reason", self.reason.as_ref().map(|reason| json!(reason))),
            ("source", self.source.as_ref().map(|source| json!(source))),
            ("correlation_id", self.correlation_id.map(|id| json!(id))),
            ("causation_id", self.causation_id.map(|id| json!(id))),
            ("expected_revision", self.expected_revision.map(|revision| json!(revision))),
        ];
        if let Value::Object(fields) = &mut json {
            let given = optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
            fields.extend(given);
        }
        json
    }

    /// Refuses what may never be recorded, whatever the ledger contains; errors name the field.
    pub fn check(&self, limits: DraftLimits) -> Result<(), Invalid> {
        self.payload.check().map_err(|error| error.under("payload"))?;
        self.check_stream()?;
        models::check_payload(&self.stream, &self.payload).map_err(|error| error.under("payload"))?;
        self.check_reason()?;
        check_time(self.payload.kind(), self.when.at, limits)?;
        check_until(&self.payload, self.when.at)
    }

    fn check_stream(&self) -> Result<(), Invalid> {
        let kind = self.payload.kind();
        if kind.belongs_in(self.stream.class()) {
            return Ok(());
        }
        Err(Invalid::at("stream", format!("{kind} does not belong in a stream of class {}", self.stream.class())))
    }

    fn check_reason(&self) -> Result<(), Invalid> {
        let kind = self.payload.kind();
        if kind.nature() != Nature::Reasoned || self.reason.is_some() {
            return Ok(());
        }
        Err(Invalid::at("reason", format!("is missing: {kind} needs a reason with code and text")))
    }
}

/// Refuses a time before 1900, and a fact from the future.
pub fn check_time(kind: Kind, at: Instant, limits: DraftLimits) -> Result<(), Invalid> {
    if at.as_micros() < DraftLimits::EARLIEST_MICROS {
        return Err(Invalid::at("occurred_at", format!("{at} is before 1900")));
    }
    let latest = limits.now.saturating_add_seconds(DraftLimits::FACT_TOLERANCE_SECONDS);
    if kind.nature() == Nature::Fact && at > latest {
        let message = format!("{at} lies in the future: {kind} states a fact, and it is {} now", limits.now);
        return Err(Invalid::at("occurred_at", message));
    }
    Ok(())
}

/// Refuses an interval that ends before it begins.
pub fn check_until(payload: &Payload, from: Instant) -> Result<(), Invalid> {
    let until = if let Payload::OwnershipAssigned(assigned) = payload {
        assigned.until
    } else if let Payload::CoverageStarted(started) = payload {
        Some(started.until)
    } else if let Payload::PersonAbsenceStarted(started) = payload {
        started.until
    } else {
        None
    };
    match until.filter(|until| *until <= from) {
        Some(until) => Err(Invalid::at("payload.until", format!("{until} is not after the start, {from}"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(change: impl FnOnce(&mut Value)) -> Result<Draft, Invalid> {
        let mut value = json!({
            "stream": "account/acme", "kind": "order.placed", "occurred_at": "2024-03-01T09:00:00Z",
            "actor": {"kind": "system", "id": "shop"},
            "payload": {"order": "O-1", "total": {"amount": "10.50", "currency": "EUR"}},
        });
        change(&mut value);
        let limits = DraftLimits { now: "2024-03-01T09:00:00Z".parse().unwrap() };
        parse_draft(value).and_then(|draft| draft.check(limits).map(|()| draft))
    }

    #[track_caller]
    fn refused(field: &str, change: impl FnOnce(&mut Value)) {
        let error = draft(change).unwrap_err();
        assert_eq!(error.field, field, "{error}");
    }

    #[test]
    fn a_draft_of_known_shape_is_taken() {
        let draft = draft(|_| {}).unwrap();
        assert_eq!(draft.payload.kind(), Kind::OrderPlaced);
        assert_eq!(draft.id, None);
    }

    #[test]
    fn refusals_name_the_field() {
        refused("kind", |d| d["kind"] = "order.plcaed".into());
        refused("schema", |d| d["schema"] = 2.into());
        refused("occurred_at", |d| d["occurred_at"] = "2024-02-30".into());
        refused("occurred_at", |d| d["occurred_at"] = "1899-12-31T23:59:59Z".into());
        refused("occurred_at", |d| d["occurred_at"] = "2024-03-01T09:05:00.000001Z".into());
        refused("stream", |d| d["stream"] = "person/ann".into());
        refused("stream", |d| d["stream"] = "acme".into());
        refused("payload.total.amount", |d| d["payload"]["total"]["amount"] = 10.5.into());
        refused("payload.total.currency", |d| d["payload"]["total"]["currency"] = "EURO".into());
        refused("payload.lines[0].unit_price", |d| {
            d["payload"]["lines"] = json!([{"offering": "x", "quantity": "1", "unit_price": "1".repeat(30)}]);
        });
        refused("payload.lines[0].quantity", |d| {
            d["payload"]["lines"] = json!([{"offering": "x", "quantity": "-1", "unit_price": "1"}]);
        });
        refused("payload.channel", |d| {
            d["kind"] = "interaction.logged".into();
            d["payload"] = json!({"channel": "fax", "direction": "mutual", "persons": ["ana"]});
        });
        refused("payload.contacts[1]", |d| {
            d["kind"] = "interaction.logged".into();
            d["payload"] =
                json!({"channel": "chat", "direction": "mutual", "persons": ["ana"], "contacts": ["c1", "c1"]});
        });
        refused("payload.colour", |d| d["payload"]["colour"] = "red".into());
        refused("colour", |d| d["colour"] = "red".into());
        refused("actor.kind", |d| d["actor"]["kind"] = "robot".into());
        refused("zone", |d| d["zone"] = "Mars".into());
        refused("payload.total", |d| d["payload"] = json!({"order": "O-1"}));
        refused("payload.total.currency", |d| d["payload"]["total"] = json!({"amount": "1"}));
        refused("actor", |d| {
            d.as_object_mut().unwrap().remove("actor");
        });
    }

    #[test]
    fn decisions_need_a_reason_and_intervals_an_extent() {
        let assigned = |until: &str| json!({"person": "ann", "role": "primary", "until": until});
        refused("reason", |d| {
            d["kind"] = "ownership.assigned".into();
            d["payload"] = assigned("2025-01-01T00:00:00Z");
        });
        refused("payload.until", |d| {
            d["kind"] = "ownership.assigned".into();
            d["reason"] = json!({"code": "new_account", "text": "won"});
            d["payload"] = assigned("2024-03-01T09:00:00Z");
        });
    }

    #[test]
    fn a_model_that_cannot_be_computed_is_refused() {
        let publish = |d: &mut Value, stream: &str| {
            d["stream"] = stream.into();
            d["kind"] = "model.published".into();
            let mut spec = json!(models::built_in("health"));
            spec["dimensions"]["engagement"]["half_life_days"] = "-45".into();
            d["payload"] = json!({"version": 2, "spec": spec});
        };
        refused("payload.spec.dimensions.engagement.half_life_days", |d| publish(d, "model/health"));
        assert!(draft(|d| publish(d, "model/weather")).is_ok(), "nothing computes with it");
    }

    #[test]
    fn a_date_is_a_day_in_the_zone() {
        let draft = draft(|d| {
            d["occurred_at"] = "2024-02-29".into();
            d["zone"] = "Europe/Rome".into();
        });
        let when = draft.unwrap().when;
        assert_eq!(when.at.to_string(), "2024-02-28T23:00:00Z");
        assert!(when.is_day());
    }

    #[test]
    fn a_draft_survives_its_json() {
        let draft = draft(|d| {
            d["id"] = "row-7".into();
            d["occurred_at"] = "2024-02-29".into();
            d["zone"] = "Europe/Rome".into();
            d["reason"] = json!({"code": "other", "text": "why"});
            d["source"] = json!({"system": "shop", "record": "7", "sequence": 7});
            d["expected_revision"] = 3.into();
        });
        let draft = draft.unwrap();
        assert_eq!(parse_draft(draft.to_json()).unwrap(), draft);
    }

    #[test]
    fn a_producers_id_becomes_a_stable_uuid() {
        let by_id = draft(|d| d["id"] = "row-7".into()).unwrap().id;
        assert_eq!(by_id, Some(Draft::id_of_record("shop", "row-7")));
        let source = json!({"system": "shop", "record": "row-7"});
        assert_eq!(draft(|d| d["source"] = source.clone()).unwrap().id, by_id);
        let uuid = "018f2f6e-1b3a-7c00-8000-000000000001";
        assert_eq!(draft(|d| d["id"] = uuid.into()).unwrap().id, uuid.parse().ok());
    }
}
