//! Changes of ownership that are recorded and have not come yet: scheduled, until a retraction cancels them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::payload::{Family, OwnershipEvent};
use tenure_schemas::{Event, Instant, PersonId, Reason};
use utoipa::ToSchema;

use crate::account::{Account, Interval};
use crate::history::{Entry, Fate, History};
use crate::moment::{AsOf, Bound, civil_date};

/// What a scheduled change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledKind {
    /// Somebody becomes accountable.
    Assigned,
    /// Accountability passes from one person to another.
    Transferred,
    /// Somebody is accountable no more.
    Ended,
    /// Somebody begins to stand in for an owner.
    CoverageStarted,
    /// Somebody stands in no more.
    CoverageEnded,
}

/// A change of ownership that is recorded and lies beyond the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Scheduled {
    /// The position of the event that says it.
    pub event: u64,
    /// What it does.
    pub change: ScheduledKind,
    /// When it takes effect.
    pub at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
    /// The position of the correction whose payload it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<u64>,
    /// The role; absent for coverage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The scope; absent for coverage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Who gives the lane up; for coverage, who is away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<PersonId>,
    /// Who takes the lane; for coverage, who stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<PersonId>,
    /// The announced end, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The end of an interval that goes on at the moment, where it is scheduled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScheduledEnd {
    /// The first instant at which it will hold no more.
    pub at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The position of the event that ends it.
    pub event: u64,
}

/// What is recorded of an account's ownership and lies beyond a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The changes, in the order in which they take effect.
    pub changes: Vec<Scheduled>,
    /// The ends of intervals that lie beyond the moment, by the positions of the events that began the intervals.
    pub ends: BTreeMap<u64, ScheduledEnd>,
}

/// What counts in an account's stream and lies beyond a moment: what was retracted is not among it, and what was
/// corrected is there as corrected.
///
/// `account` is folded as of the moment from `events`, the stream in the order of the ledger; none need be given where
/// none lies beyond the moment. When intervals end is
/// what the fold of all that waits says, so that a transfer from a non-holder ends what it will end.
pub fn schedule(account: &Account, events: &[Event], moment: &AsOf) -> Schedule {
    let history = History::of(events);
    let waiting = history.recorded.iter().filter(|entry| entry.counts() && !moment.includes(&entry.when));
    let mut changes: Vec<Scheduled> = waiting.filter_map(change).collect();
    changes.sort_by_key(|change| (change.at, change.event));
    let ends = if changes.is_empty() {
        ends(account, moment)
    } else {
        let later = Account::fold_history(account.account().clone(), &history, &AsOf::Instant(Instant::MAX));
        ends(&later, moment)
    };
    Schedule { changes, ends }
}

fn ends(account: &Account, moment: &AsOf) -> BTreeMap<u64, ScheduledEnd> {
    let ended = account.lanes().intervals().filter_map(|held| Some((held.event, end(held)?)));
    ended.filter(|(_, end)| !Bound { at: end.at, date: end.date }.is_up_to(moment)).collect()
}

fn end(held: &Interval) -> Option<ScheduledEnd> {
    Some(ScheduledEnd { at: held.to?, date: held.to_date, event: held.ended_by.unwrap_or(held.event) })
}

fn change(entry: &Entry<'_>) -> Option<Scheduled> {
    let Family::Ownership(event) = entry.payload.as_deref()?.family() else { return None };
    let (change, role, scope, from, to, until) = match event {
        OwnershipEvent::Assigned(says) => {
            (ScheduledKind::Assigned, Some(&says.role), says.scope.as_ref(), None, Some(&says.person), says.until)
        }
        OwnershipEvent::Transferred(says) => {
            let (from, to) = (Some(&says.from), Some(&says.to));
            (ScheduledKind::Transferred, Some(&says.role), says.scope.as_ref(), from, to, None)
        }
        OwnershipEvent::Ended(says) => {
            (ScheduledKind::Ended, Some(&says.role), says.scope.as_ref(), Some(&says.person), None, None)
        }
        OwnershipEvent::CoverageStarted(says) => {
            let (from, to) = (Some(&says.owner), Some(&says.delegate));
            (ScheduledKind::CoverageStarted, None, None, from, to, Some(says.until))
        }
        OwnershipEvent::CoverageEnded(says) => {
            (ScheduledKind::CoverageEnded, None, None, Some(&says.owner), Some(&says.delegate), None)
        }
    };
    Some(Scheduled {
        event: entry.event.position,
        change,
        at: entry.when.at,
        date: civil_date(&entry.when),
        recorded_at: entry.event.recorded_at,
        corrected_by: match entry.fate {
            Fate::Corrected(by) => Some(by),
            Fate::Stands | Fate::Retracted(_) | Fate::Undone(_) => None,
        },
        role: role.cloned(),
        scope: role.map(|_| scope.cloned().unwrap_or_default()),
        from: from.cloned(),
        to: to.cloned(),
        until,
        reason: entry.event.reason.clone(),
    })
}
