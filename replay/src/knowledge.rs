//! What the ledger knew at a time: the second axis of every question, beside the moment that it is about.

use serde::{Deserialize, Serialize};
use tenure_schemas::{Event, Instant};
use utoipa::ToSchema;

/// Whose time of learning counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The ledger's: an event is known from `recorded_at` on.
    #[default]
    Ledger,
    /// The reporting system's: an event is known from `source.recorded_at` on; one that does not say it, from
    /// `recorded_at` on.
    Source,
}

impl Clock {
    /// Its name, as questions and answers have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Source => "source",
        }
    }
}

/// The events that are known: the first `size` of the ledger, and of those what had been learned by a time.
///
/// Corrections and retractions among them count by position, as always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// How many of the ledger's first events are looked at.
    pub size: u64,
    /// By when the reporting systems must have learned of an event for it to be known; `None` where the ledger's own
    /// clock counts, for then the size says it all.
    pub learned_by: Option<Instant>,
}

impl Knowledge {
    /// Everything that the ledger knew when it held so many events.
    pub fn of_size(size: u64) -> Self {
        Self { size, learned_by: None }
    }

    /// Whether an event is known.
    pub fn includes(&self, event: &Event) -> bool {
        let learned = || self.learned_by.is_none_or(|by| learned_at(event).0 <= by);
        event.position < self.size && learned()
    }
}

/// When the reporting system learned of an event, and whether it says so; when the ledger did, where it does not.
pub fn learned_at(event: &Event) -> (Instant, bool) {
    let stated = event.source.as_ref().and_then(|source| source.recorded_at);
    (stated.unwrap_or(event.recorded_at), stated.is_some())
}
