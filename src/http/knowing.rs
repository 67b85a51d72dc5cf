//! What counts as known, as the parameters `known_at`, `size` and `clock` of a question say it.

use serde::{Deserialize, Serialize};
use tenure_replay::{Clock, Knowledge};
use tenure_schemas::{Instant, Zone};

use super::params::{parse_moment, parse_whole};
use super::problem::Problem;
use crate::view::{View, ViewError};

/// What a question takes as known; all that is known now where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Knowing {
    /// Up to when; of a day, to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) known_at: Option<Instant>,
    /// The number of first events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<u64>,
    /// Whose time of learning counts.
    #[serde(default)]
    pub(super) clock: Clock,
}

impl Knowing {
    /// Reads the three parameters. A time and a size are one too many, unless the time is that of the sources.
    pub(super) fn parse(
        known_at: Option<&str>,
        size: Option<&str>,
        clock: Option<&str>,
        zone: &Zone,
    ) -> Result<Self, Problem> {
        let clock = match clock {
            None | Some("ledger") => Clock::Ledger,
            Some("source") => Clock::Source,
            Some(other) => {
                return Err(Problem::bad("clock", format!("\"{other}\" is no clock: give `ledger` or `source`")));
            }
        };
        if known_at.is_some() && size.is_some() && clock == Clock::Ledger {
            let detail = "`known_at` comes to a size by itself: give it or `size`, not both; with `clock=source` both \
                          may be given";
            return Err(Problem::bad("size", detail));
        }
        let known_at = known_at.map(|text| parse_moment("known_at", text, zone)).transpose()?;
        let size = size.map(|text| parse_whole("size", "size", text)).transpose()?;
        Ok(Self { known_at: known_at.map(|known_at| known_at.instant()), size, clock })
    }

    /// Whether anything is left out, or may be.
    pub(super) fn is_named(&self) -> bool {
        *self != Self::default()
    }

    /// The part of a ledger that is known.
    pub(super) fn limit(&self, view: &View) -> Result<View, Problem> {
        if !self.is_named() {
            return Ok(view.clone());
        }
        let all = view.head().size;
        if let Some(size) = self.size.filter(|size| *size > all) {
            let detail = format!("{size} lies beyond the ledger, which holds {all} events: give a size up to that");
            return Err(Problem::bad("size", detail));
        }
        Ok(view.knowing(self.knowledge(view)?)?)
    }

    /// What of a part of a ledger that this limited was known at a time already.
    pub(super) fn then(&self, view: &View, at: Instant) -> Result<View, ViewError> {
        match self.clock {
            Clock::Ledger => view.knowing(Knowledge::of_size(view.size_at(at)?)),
            Clock::Source => {
                let learned_by = self.known_at.map_or(at, |known_at| known_at.min(at));
                view.knowing(Knowledge { size: view.head().size, learned_by: Some(learned_by) })
            }
        }
    }

    fn knowledge(&self, view: &View) -> Result<Knowledge, ViewError> {
        let all = self.size.unwrap_or(view.head().size);
        match (self.clock, self.known_at) {
            (Clock::Ledger, Some(known_at)) => Ok(Knowledge::of_size(view.size_at(known_at)?)),
            (Clock::Ledger, None) => Ok(Knowledge::of_size(all)),
            (Clock::Source, known_at) => Ok(Knowledge { size: all, learned_by: known_at.or(Some(Instant::MAX)) }),
        }
    }

    /// What a problem says of the part of the ledger that was looked at.
    pub(super) fn in_words(&self) -> String {
        match (self.size, self.known_at) {
            (Some(size), None) => format!(", as it was at size {size},"),
            (None | Some(_), Some(known_at)) => format!(", as it was known at {known_at},"),
            (None, None) => String::new(),
        }
    }
}
