//! When an event happened and when it was recorded, read from its stored bytes without the rest of it.

use serde::Deserialize;

use crate::codec::{self, CodecError};
use crate::{Event, Instant, Precision, When};

/// When an event happened and when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// Its place in the ledger.
    pub position: u64,
    /// When it happened or takes effect.
    pub when: When,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
    /// When the system that reported it learned it, where it says so.
    pub source_recorded_at: Option<Instant>,
}

/// The fields of the stored envelope that say so; all others are passed over.
#[derive(Deserialize)]
struct StoredTimes {
    position: u64,
    occurred_at: Instant,
    #[serde(default)]
    precision: Precision,
    recorded_at: Instant,
    #[serde(default)]
    source: Option<StoredSource>,
}

#[derive(Deserialize)]
struct StoredSource {
    #[serde(default)]
    recorded_at: Option<Instant>,
}

impl Times {
    /// Reads them from stored bytes; of anything but an event that is an error.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, CodecError> {
        let stored: StoredTimes = codec::from_bytes(bytes)?;
        Ok(Self {
            position: stored.position,
            when: When { at: stored.occurred_at, precision: stored.precision },
            recorded_at: stored.recorded_at,
            source_recorded_at: stored.source.and_then(|source| source.recorded_at),
        })
    }

    /// Those of an event.
    pub fn of(event: &Event) -> Self {
        Self {
            position: event.position,
            when: event.when.clone(),
            recorded_at: event.recorded_at,
            source_recorded_at: event.source.as_ref().and_then(|source| source.recorded_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{Body, parse_draft};

    #[test]
    fn they_are_those_of_the_whole_event() {
        let source = json!({"system": "crm", "record": "r1", "recorded_at": "2024-03-02T08:00:00Z"});
        for (occurred_at, source) in [
            (json!("2024-03-01"), json!(null)),
            (json!("2024-03-01T09:30:00Z"), source),
            (json!("2024-03-01"), json!({"system": "crm", "record": "r1"})),
        ] {
            let mut draft = json!({
                "stream": "account/acme", "kind": "account.renamed", "occurred_at": occurred_at,
                "actor": {"kind": "system", "id": "crm"}, "payload": {"name": "Acme"},
            });
            if !source.is_null() {
                draft["source"] = source;
            }
            let draft = parse_draft(draft).unwrap();
            let event = Event {
                position: 7,
                id: Uuid::from_u128(7),
                stream: draft.stream,
                revision: 3,
                when: draft.when,
                recorded_at: "2024-04-01T00:00:00Z".parse().unwrap(),
                actor: draft.actor,
                reason: draft.reason,
                source: draft.source,
                correlation_id: None,
                causation_id: None,
                body: Body::Known(draft.payload),
            };
            let read = Times::from_stored(&event.to_stored().unwrap()).unwrap();
            assert_eq!(read, Times::of(&event));
            assert_eq!((read.position, read.recorded_at), (7, event.recorded_at));
        }
        assert!(Times::from_stored(&[0xc1]).is_err());
    }
}
