//! What has been told so far, and how it becomes batches of drafts.

use serde_json::{Value, json};
use tenure_schemas::{Draft, Instant, Invalid, parse_draft};
use uuid::Uuid;

use crate::appender::Batch;

/// The system that the demo's records come from.
const SYSTEM: &str = "demo";
/// How many events go into one batch.
const BATCH_EVENTS: usize = 500;

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
    strict: bool,
}

impl Fact {
    /// Something that happened at `at` and was known at once; the CRM reports it.
    pub(super) fn new(stream: &str, kind: &'static str, at: Instant, payload: Value) -> Self {
        let actor = json!({"kind": "system", "id": "crm"});
        let stream = stream.to_owned();
        let (reason, precision, cause) = (None, None, None);
        Self { stream, kind, at, payload, actor, reason, precision, cause, learned: at, strict: true }
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

    /// Another system reports it.
    pub(super) fn by_system(mut self, system: &str) -> Self {
        self.actor = json!({"kind": "system", "id": system});
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
    pub(super) fn on_that_day(mut self, date: jiff::civil::Date) -> Self {
        self.precision = Some(json!({"day": {"date": date.to_string(), "zone": "UTC"}}));
        self
    }

    /// When it happens.
    pub(super) fn happens(&self) -> Instant {
        self.at
    }

    /// It became known later than it happened.
    pub(super) fn learned(mut self, at: Instant) -> Self {
        self.learned = at;
        self
    }

    /// It contradicts what is known, and is to be recorded all the same.
    pub(super) fn contradicting(mut self) -> Self {
        self.strict = false;
        self
    }

    fn draft(self, record: &str) -> Result<Draft, Invalid> {
        let mut draft = json!({
            "stream": self.stream, "kind": self.kind, "occurred_at": self.at, "actor": self.actor,
            "source": {"system": SYSTEM, "record": record, "recorded_at": self.learned},
            "payload": self.payload,
        });
        let optional =
            [("reason", self.reason), ("precision", self.precision), ("causation_id", self.cause.map(|id| json!(id)))];
        if let Value::Object(fields) = &mut draft {
            fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        parse_draft(draft).map_err(|error| error.under(&format!("{record} ({}, {})", self.kind, self.stream)))
    }
}

/// Everything told so far, in the order of telling.
pub(super) struct Tape(Vec<Fact>);

impl Tape {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes a fact down; the answer is the id that its event will have.
    pub(super) fn tell(&mut self, fact: Fact) -> Uuid {
        let id = Draft::id_of_record(SYSTEM, &record(self.0.len()));
        self.0.push(fact);
        id
    }

    /// What became known before `end`, as batches in the order in which it became known.
    pub(super) fn batches(self, end: Instant) -> Result<Vec<Batch>, Invalid> {
        let mut facts: Vec<_> = self.0.into_iter().enumerate().filter(|(_, fact)| fact.learned < end).collect();
        facts.sort_by_key(|(number, fact)| (fact.learned, *number));
        let mut batches: Vec<Batch> = Vec::new();
        for (number, fact) in facts {
            let strict = fact.strict;
            let draft = fact.draft(&record(number))?;
            match batches.last_mut().filter(|batch| batch.strict == strict && batch.drafts.len() < BATCH_EVENTS) {
                Some(batch) => batch.drafts.push(draft),
                None => batches.push(Batch { drafts: vec![draft], strict }),
            }
        }
        Ok(batches)
    }
}

fn record(number: usize) -> String {
    format!("demo-{number:06}")
}
