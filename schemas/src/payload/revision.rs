//! Corrections and retractions: events about events. Nothing recorded is ever changed.

use std::collections::BTreeMap;

use super::shape::payload;
use crate::Instant;
use uuid::Uuid;

payload! {
    /// An earlier event of the same stream should have said something else.
    Corrected {
        /// The id of the event that is corrected; it keeps its id, kind and place.
        target: Uuid,
        /// The payload that replaces the target's.
        payload: BTreeMap<String, serde_json::Value>,
        /// The version of that payload.
        payload_schema: u32,
        /// When the target really happened, if that was wrong too.
        occurred_at?: Instant,
    }
    /// An earlier event of the same stream should never have been said.
    Retracted {
        /// The id of the event that is taken back.
        target: Uuid,
    }
}
