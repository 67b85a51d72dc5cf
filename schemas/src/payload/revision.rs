//! Corrections and retractions: events about events. Nothing recorded is ever changed.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::plain;
use super::shape::payload;
use crate::{Check, Instant, Invalid};

payload! {
    /// An earlier event of the same stream should have said something else.
    Corrected {
        /// The id of the event that is corrected; it keeps its id, kind and place.
        target: Uuid,
        /// The payload that replaces the target's, by the schema of its kind; what is personal there is personal here.
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

impl Check for Corrected {
    fn check(&self) -> Result<(), Invalid> {
        let mut fields = self.payload.iter();
        fields.try_for_each(|(name, value)| plain(value).map_err(|error| error.under(&format!("payload.{name}"))))
    }
}
