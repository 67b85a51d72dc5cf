//! What has been told so far, and how it becomes batches of drafts, each with the moment of its recording.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use tenure_schemas::{Draft, Instant, Invalid, Zone, parse_draft};
use uuid::Uuid;

use super::{at, opening};
use crate::appender::Batch;

/// The system under which the ids are made of what is entered by hand.
const BY_HAND: &str = "demo";
/// The hour at which the night's import runs, in UTC.
const IMPORT_HOUR: i64 = 2;

/// Events that become known together, and when the ledger records them.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The moment of recording; never before that of the recording ahead of it.
    pub at: Instant,
    /// What is recorded.
    pub batch: Batch,
}

/// How a fact gets into the ledger.
#[derive(Clone, Copy)]
enum Way {
    /// Somebody enters it as soon as it is known.
    Entered,
    /// A system knows it, and the next night's import brings it.
    Imported(&'static str),
}

/// One thing to tell, with what is usual filled in.
pub(super) struct Fact {
    stream: String,
    kind: &'static str,
    at: Instant,
    payload: Value,
    actor: Value,
    reason: Option<Value>,
    precision: Option<Value>,
    cause: Option<Uuid>,
    learned: Instant,
    way: Way,
    strict: bool,
}

impl Fact {
    /// Something that happened at `at` and was known at once; the CRM reports it.
    pub(super) fn new(stream: &str, kind: &'static str, at: Instant, payload: Value) -> Self {
        let actor = json!({"kind": "system", "id": "crm"});
        let stream = stream.to_owned();
        let (reason, precision, cause, way) = (None, None, None, Way::Imported("crm"));
        Self { stream, kind, at, payload, actor, reason, precision, cause, learned: at, way, strict: true }
    }

    /// Something about an account.
    pub(super) fn of(account: &str, kind: &'static str, at: Instant, payload: Value) -> Self {
        Self::new(&format!("account/{account}"), kind, at, payload)
    }

    /// One of our people reports it.
    pub(super) fn by(mut self, person: &str) -> Self {
        self.actor = json!({"kind": "person", "id": person});
        self
    }

    /// Another system reports it, night by night.
    pub(super) fn by_system(mut self, system: &'static str) -> Self {
        self.actor = json!({"kind": "system", "id": system});
        self.way = Way::Imported(system);
        self
    }

    /// It is entered by hand and at once, not imported at night.
    pub(super) fn entered(mut self) -> Self {
        self.way = Way::Entered;
        self
    }

    pub(super) fn because(mut self, code: &str, text: &str) -> Self {
        self.reason = Some(json!({"code": code, "text": text}));
        self
    }

    pub(super) fn caused_by(mut self, event: Uuid) -> Self {
        self.cause = Some(event);
        self
    }

    /// Only the day is known, in UTC; `at` must be its first moment.
    pub(super) fn on_that_day(mut self, date: Date) -> Self {
        self.precision = Some(json!({"day": {"date": date.to_string(), "zone": "UTC"}}));
        self
    }

    /// When it happens.
    pub(super) fn happens(&self) -> Instant {
        self.at
    }

    /// It became known at another time than it happened.
    pub(super) fn learned(mut self, at: Instant) -> Self {
        self.learned = at;
        self
    }

    /// It contradicts what is known, and is to be recorded all the same.
    pub(super) fn contradicting(mut self) -> Self {
        self.strict = false;
        self
    }

    /// When the ledger records it: nothing before its opening.
    fn recorded(&self) -> Instant {
        let known = self.learned.max(opening());
        match self.way {
            Way::Entered => known,
            Way::Imported(_) => night_after(known.date_in(&Zone::utc())),
        }
    }

    /// The id that the event of this record will have.
    fn id(&self, record: &str) -> Uuid {
        let system = match self.way {
            Way::Entered => BY_HAND,
            Way::Imported(system) => system,
        };
        Draft::id_of_record(system, record)
    }

    /// The draft of a fact that is to be recorded in a ledger of `size` events.
    fn draft(mut self, id: Uuid, record: &str, size: u64) -> Result<Draft, Invalid> {
        if let Some(brief) = self.payload.get_mut("brief").and_then(Value::as_object_mut) {
            brief.insert("size".to_owned(), size.into());
        }
        let source = match self.way {
            Way::Entered => None,
            Way::Imported(system) => Some(json!({"system": system, "record": record, "recorded_at": self.learned})),
        };
        let mut draft = json!({
            "id": id, "stream": self.stream, "kind": self.kind, "occurred_at": self.at,
            "actor": self.actor, "payload": self.payload,
        });
        let optional = [
            ("source", source),
            ("reason", self.reason),
            ("precision", self.precision),
            ("causation_id", self.cause.map(|id| json!(id))),
        ];
        if let Value::Object(fields) = &mut draft {
            fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        parse_draft(draft).map_err(|error| error.under(&format!("{record} ({}, {})", self.kind, self.stream)))
    }
}

/// Everything told so far, in the order of telling.
pub(super) struct Tape(Vec<(Uuid, Fact)>);

impl Tape {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes a fact down; the answer is the id that its event will have.
    pub(super) fn tell(&mut self, fact: Fact) -> Uuid {
        let id = fact.id(&record(self.0.len()));
        self.0.push((id, fact));
        id
    }

    /// What the ledger records up to the night after `until`, in the order of recording.
    pub(super) fn recordings(self, until: Date) -> Result<Vec<Recording>, Invalid> {
        let end = night_after(until);
        let numbered = self.0.into_iter().enumerate().map(|(number, (id, fact))| (fact.recorded(), number, id, fact));
        let mut facts: Vec<_> = numbered.filter(|(recorded, ..)| *recorded <= end).collect();
        facts.sort_by_key(|(recorded, number, _, fact)| (*recorded, fact.at, *number));
        let mut recordings: Vec<Recording> = Vec::new();
        // The ledger's own opening comes first.
        for (size, (at, number, id, fact)) in (1..).zip(facts) {
            let strict = fact.strict;
            let draft = fact.draft(id, &record(number), size)?;
            match recordings.last_mut().filter(|last| last.at == at && last.batch.strict == strict) {
                Some(last) => last.batch.drafts.push(draft),
                None => recordings.push(Recording { at, batch: Batch { drafts: vec![draft], strict } }),
            }
        }
        Ok(recordings)
    }
}

fn record(number: usize) -> String {
    format!("{number:06}")
}

fn night_after(date: Date) -> Instant {
    at(date.saturating_add(1.days()), IMPORT_HOUR, 0)
}
