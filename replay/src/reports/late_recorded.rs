//! Events that were recorded long after they happened: how late each was, by the ledger's clock and by its source's.
//!
//! Every event counts as it was recorded, whatever corrected or retracted it later: this is about how reports come in.
//! Imported history is late by nature, so both lags are shown beside each other.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::{AccountId, Actor, Event, Instant, PersonId, ReasonCode, Source, Times};
use utoipa::ToSchema;

use crate::knowledge::Clock;
use crate::moment::{Bound, Day};

/// What late events are listed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateOrder {
    /// By their places in the ledger.
    #[default]
    Position,
    /// The latest first, then by their places in the ledger.
    Lag,
}

/// An event that was recorded late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LateEvent {
    /// The position of the event.
    pub event: u64,
    /// What sort of event it is.
    pub kind: String,
    /// The account that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The person of ours that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// When it happened or takes effect.
    pub occurred_at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub occurred_date: Option<Date>,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
    /// By how many whole civil days it is late, by the clock that was asked for.
    pub lag_days: i64,
    /// By how many whole civil days the ledger recorded it later than it happened; negative when before.
    pub ledger_lag_days: i64,
    /// When the system that reported it learned it, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_recorded_at: Option<Instant>,
    /// By how many whole civil days that was later than it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_lag_days: Option<i64>,
    /// Who reported it.
    pub actor: Actor,
    /// Why, where that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonCode>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// By how many whole civil days of the day's zone an event is late, by a clock: from the date on which it happened, its
/// own where only the day is known, to the date on which it was recorded or, under the clock of the sources, learned.
pub fn lag_days(times: &Times, day: &Day, clock: Clock) -> i64 {
    let recorded = match clock {
        Clock::Ledger => times.recorded_at,
        Clock::Source => times.source_recorded_at.unwrap_or(times.recorded_at),
    };
    days_late(times, recorded, day)
}

fn days_late(times: &Times, recorded: Instant, day: &Day) -> i64 {
    let happened = Bound::of(&times.when).date_in(&day.zone);
    -day.of(recorded, None).days_until(happened)
}

/// An event as the report shows it; days are those of the day's zone.
pub fn late(event: &Event, day: &Day, clock: Clock) -> LateEvent {
    let times = Times::of(event);
    LateEvent {
        event: event.position,
        kind: event.kind_name().to_owned(),
        account: event.stream.account_id(),
        person: event.stream.person_id(),
        occurred_at: event.when.at,
        occurred_date: Bound::of(&event.when).date,
        recorded_at: event.recorded_at,
        lag_days: lag_days(&times, day, clock),
        ledger_lag_days: lag_days(&times, day, Clock::Ledger),
        source_recorded_at: times.source_recorded_at,
        source_lag_days: times.source_recorded_at.map(|learned| days_late(&times, learned, day)),
        actor: event.actor.clone(),
        reason: event.reason.as_ref().map(|reason| reason.code),
        source: event.source.clone(),
    }
}
