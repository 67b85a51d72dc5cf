//! Appending through a Unix socket, so that history grows while it is being read.
//!
//! One JSON object a line goes in, one comes out. In: an event as a producer states it, or
//! `{"events": [...], "strict": false}` for a batch. Out: `{"receipts": [...]}`, or one of
//! `{"refused": {...}}` and `{"unavailable": "..."}`.

mod client;
mod server;
mod whereabouts;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenure_schemas::{Invalid, parse_draft};

use crate::appender::{AppendError, Batch, Receipt, Refusal};

pub use client::SocketAppender;
pub use server::{SocketError, SocketServer};
pub use whereabouts::{Found, Whereabouts, WhereaboutsError};

/// The longest line, in bytes; a batch of the largest size fits.
pub const MAX_LINE_BYTES: usize = 32 * 1024 * 1024;

/// What comes back for one line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// One receipt per event, in order.
    Receipts(Vec<Receipt>),
    /// Nothing was written.
    Refused(Refusal),
    /// The ledger takes no events.
    Unavailable(String),
}

impl From<Result<Vec<Receipt>, AppendError>> for Reply {
    fn from(answer: Result<Vec<Receipt>, AppendError>) -> Self {
        match answer {
            Ok(receipts) => Self::Receipts(receipts),
            Err(AppendError::Refused(refusal)) => Self::Refused(refusal),
            Err(AppendError::Unavailable { reason }) => Self::Unavailable(reason),
            Err(lost @ AppendError::Lost { .. }) => Self::Unavailable(crate::chain(&lost)),
        }
    }
}

fn refused(code: &str, index: Option<usize>, error: Invalid) -> Refusal {
    Refusal { code: code.to_owned(), index, field: error.field, message: error.message }
}

/// Reads one line: an event, or a batch of them.
fn parse_line(line: &str) -> Result<Batch, Refusal> {
    let value: Value = serde_json::from_str(line)
        .map_err(|error| refused("malformed", None, Invalid::new(format!("the line is no JSON: {error}"))))?;
    let Some(events) = value.get("events") else { return parse_events(vec![value], true) };
    let unknown =
        value.as_object().and_then(|fields| fields.keys().find(|name| !matches!(name.as_str(), "events" | "strict")));
    if let Some(name) = unknown {
        return Err(refused("malformed", None, Invalid::at(name, "is no field of a batch: it has events and strict")));
    }
    let strict = match value.get("strict") {
        None => true,
        Some(Value::Bool(strict)) => *strict,
        Some(_) => return Err(refused("malformed", None, Invalid::at("strict", "is neither true nor false"))),
    };
    let Value::Array(events) = events else {
        return Err(refused("malformed", None, Invalid::at("events", "is no list")));
    };
    parse_events(events.clone(), strict)
}

fn parse_events(events: Vec<Value>, strict: bool) -> Result<Batch, Refusal> {
    let parsed = events
        .into_iter()
        .enumerate()
        .map(|(index, event)| parse_draft(event).map_err(|error| refused("invalid", Some(index), error)));
    Ok(Batch { drafts: parsed.collect::<Result<_, _>>()?, strict })
}

/// A batch as a line, without its end.
fn to_line(batch: &Batch) -> String {
    let events: Vec<Value> = batch.drafts.iter().map(tenure_schemas::Draft::to_json).collect();
    json!({"events": events, "strict": batch.strict}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"stream":"account/acme","kind":"account.renamed","occurred_at":"2024-03-01T09:00:00Z",
        "actor":{"kind":"system","id":"crm"},"payload":{"name":"Acme"}}"#;

    #[test]
    fn a_line_is_an_event_or_a_batch() {
        let alone = parse_line(EVENT).unwrap();
        assert_eq!((alone.drafts.len(), alone.strict), (1, true));
        let batch = parse_line(&format!(r#"{{"events":[{EVENT},{EVENT}],"strict":false}}"#)).unwrap();
        assert_eq!((batch.drafts.len(), batch.strict), (2, false));
        assert_eq!(parse_line(&to_line(&batch)).unwrap().drafts, batch.drafts);
    }

    #[test]
    fn a_bad_line_says_which_event_and_field() {
        for (line, code, index, field) in [
            ("", "malformed", None, ""),
            ("{", "malformed", None, ""),
            ("[]", "invalid", Some(0), ""),
            (r#"{"events":{}}"#, "malformed", None, "events"),
            (r#"{"events":[],"strict":1}"#, "malformed", None, "strict"),
            (r#"{"events":[],"stricter":true}"#, "malformed", None, "stricter"),
            (r#"{"stream":7}"#, "invalid", Some(0), "stream"),
        ] {
            let refusal = parse_line(line).unwrap_err();
            assert_eq!((refusal.code.as_str(), refusal.index, refusal.field.as_str()), (code, index, field), "{line}");
        }
    }
}
