//! The questions of an export: whom they are asked, and the moment, zone and size that all of them are pinned to.

use std::error::Error;

use serde_json::Value;
use tenure_replay::{AsOf, Clock};
use tenure_schemas::Zone;

use super::error::ExportError;
use crate::http::address::escape;

/// Who answers questions of the read API.
pub trait Source {
    /// Asks for a path with its query, as JSON.
    ///
    /// # Errors
    /// Where there is no answer.
    fn ask(&self, question: &str) -> Result<Answer, Box<dyn Error + Send + Sync>>;
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub body: Value,
    /// The question for the next page, where the list goes on.
    pub next: Option<String>,
    /// The Merkle root at the size that it rests on, in base64.
    pub root: String,
}

/// What all questions of an export are pinned to, so that it is about one moment and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The moment.
    pub as_of: AsOf,
    /// The zone in which dates are days.
    pub zone: Zone,
    /// How many of the ledger's first events count.
    pub size: u64,
    /// The Merkle root at that size, in base64.
    pub root: String,
    /// Whose time of learning counts.
    pub clock: Clock,
    /// The time up to which the reporting systems had learned what counts, where their clock does and a time was named.
    pub learned_by: Option<String>,
}

impl Pinned {
    /// What the answer to a question rests on.
    ///
    /// # Errors
    /// Where it does not say so.
    pub fn by(question: &str, answer: &Answer) -> Result<Self, ExportError> {
        let said = |field: &str| answer.body.get("resolved")?.get(field);
        let text = |field: &str| said(field).and_then(Value::as_str);
        let read = || {
            let zone: Zone = text("zone")?.parse().ok()?;
            let as_of = AsOf::parse(text("as_of")?, &zone).ok()?;
            let clock = if text("clock")? == Clock::Source.as_str() { Clock::Source } else { Clock::Ledger };
            // By the ledger's clock a time comes to the size, and an answer always says one.
            let is_named = clock == Clock::Source && question.contains("known_at=");
            let learned_by = text("known_at").filter(|_| is_named).map(str::to_owned);
            let (size, root) = (said("size")?.as_u64()?, answer.root.clone());
            Some(Self { as_of, zone, size, root, clock, learned_by })
        };
        read().ok_or_else(|| ExportError::Unresolved { question: question.to_owned() })
    }

    /// A path with a query that says all of this, and more.
    pub(super) fn ask(&self, path: &str, more: &[(&str, &str)]) -> String {
        let (as_of, zone, size) = (self.as_of.to_string(), self.zone.to_string(), self.size.to_string());
        let mut query = vec![("as_of", as_of.as_str()), ("tz", &zone), ("size", &size)];
        if let Some(learned_by) = &self.learned_by {
            query.push(("known_at", learned_by));
        }
        if self.clock == Clock::Source {
            query.push(("clock", self.clock.as_str()));
        }
        let query = query.iter().chain(more).map(|(name, value)| format!("{name}={}", escape(value)));
        format!("{path}?{}", query.collect::<Vec<_>>().join("&"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolved(clock: &str, asked: &str) -> Result<Pinned, ExportError> {
        let known_at = "2026-02-01T00:00:00Z";
        let resolved = json!({"as_of": "2026-03-01", "zone": "Europe/Rome", "size": 9, "clock": clock,
                              "known_at": known_at});
        let answer = Answer { body: json!({ "resolved": resolved }), next: None, root: "r".to_owned() };
        Pinned::by(asked, &answer)
    }

    #[test]
    fn a_question_is_pinned_to_what_the_first_answer_resolved() {
        let ledger = resolved("ledger", "/v1/accounts?known_at=2026-02-01T00:00:00Z").unwrap();
        let asked = "/v1/orders?as_of=2026-03-01&tz=Europe%2FRome&size=9";
        assert_eq!(ledger.ask("/v1/orders", &[("limit", "5")]), format!("{asked}&limit=5"));
        for (question, then) in [
            ("/v1/accounts?known_at=2026-02-01&clock=source", "&known_at=2026-02-01T00%3A00%3A00Z&clock=source"),
            ("/v1/accounts?clock=source", "&clock=source"),
        ] {
            let source = resolved("source", question).unwrap();
            assert_eq!(source.ask("/v1/orders", &[]), format!("{asked}{then}"), "{question}");
        }
    }

    #[test]
    fn an_answer_that_resolves_nothing_is_refused() {
        let refused = Pinned::by("/v1/accounts", &Answer::default()).unwrap_err();
        assert_eq!(refused.to_string(), "the answer to /v1/accounts does not say as of when it is, or at which size");
    }
}
