//! Answers about ownership: who is responsible at a moment, and what a person holds.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Instant, Name, PersonId};
use utoipa::ToSchema;

use crate::account::{Account, Closure, Interval};
use crate::directory::{self, Directory};
use crate::moment::AsOf;

/// A holder of a lane at the moment that was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// Who.
    pub person: PersonId,
    /// In which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The civil date of the end, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// The position of the event that says so.
    pub event: u64,
    /// The account above from which the ownership is inherited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<AccountId>,
}

impl Owner {
    fn of(interval: &Interval, inherited_from: Option<AccountId>) -> Self {
        Self {
            person: interval.person.clone(),
            role: interval.role.clone(),
            scope: interval.scope.clone(),
            from: interval.from,
            from_date: interval.from_date,
            to: interval.to,
            to_date: interval.to_date,
            event: interval.event,
            inherited_from,
        }
    }
}

/// Whether an interval holds at an instant, or at some moment of a day.
pub fn holds(interval: &Interval, as_of: &AsOf) -> bool {
    match as_of {
        AsOf::Instant(instant) => interval.span().contains(*instant),
        AsOf::Day { date, zone } => interval.touches_day(*date, zone),
    }
}

/// The intervals that hold at a moment in which the account is open; for a day, those that held while it was open.
pub fn holding<'a>(account: &'a Account, as_of: &'a AsOf) -> impl Iterator<Item = &'a Interval> {
    let closure = account.lifecycle().closed_now();
    let open_before = closure.map(|closure| closure.from);
    let closed = closure.is_some_and(|closure| !was_open(closure, as_of));
    let intervals = account.lanes().intervals().filter(move |_| !closed);
    intervals.filter(move |held| holds(held, as_of) && open_before.is_none_or(|end| held.from < end))
}

/// Whether the account was open at some moment of the day on which it was closed.
fn was_open(closure: &Closure, as_of: &AsOf) -> bool {
    match as_of {
        AsOf::Instant(_) => false,
        AsOf::Day { date, zone } => match closure.from_date {
            Some(from) => *date < from,
            None => zone.start_of(*date) < closure.from,
        },
    }
}

/// Everybody who held a lane of the account at the moment; for a day, everybody who held it in that day.
///
/// An account without a primary of its own has those of the nearest open account above that lets it inherit.
/// Nobody owns an account while it is closed or merged; on the day of closing, those who owned it until then did.
pub fn owners(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<Owner> {
    let mut owners: Vec<Owner> = holding(account, as_of).map(|interval| Owner::of(interval, None)).collect();
    let is_open = account.lifecycle().first_event_at.is_some() && account.lifecycle().closed_now().is_none();
    if is_open && !owners.iter().any(|owner| owner.role.is_primary() && owner.scope.is_global()) {
        let inherited = directory::inherited_primaries(account, directory, as_of).into_iter();
        owners.extend(inherited.map(|inherited| Owner::of(&inherited.interval, Some(inherited.from))));
    }
    owners.sort_by(|a, b| (&a.role, &a.scope, a.from, a.event).cmp(&(&b.role, &b.scope, b.from, b.event)));
    owners
}

/// One lane that a person holds or held in some account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignment {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// In which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Since when.
    pub from: Instant,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The position of the event that began it.
    pub event: u64,
    /// The position of the event that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
}

/// What a person ever held in an account, by start.
pub fn tenures(account: &Account, person: &PersonId) -> Vec<Assignment> {
    let held = account.lanes().intervals().filter(|interval| interval.person == *person);
    let mut tenures: Vec<_> = held.map(|interval| assignment(account, interval)).collect();
    tenures.sort_by_key(|tenure| (tenure.from, tenure.event));
    tenures
}

/// What a person holds in an account at a moment; nothing in one that is closed.
pub fn book(account: &Account, person: &PersonId, as_of: &AsOf) -> Vec<Assignment> {
    let held = holding(account, as_of).filter(|interval| interval.person == *person);
    held.map(|interval| assignment(account, interval)).collect()
}

fn assignment(account: &Account, interval: &Interval) -> Assignment {
    Assignment {
        account: account.account().clone(),
        name: account.profile().name.clone(),
        role: interval.role.clone(),
        scope: interval.scope.clone(),
        from: interval.from,
        to: interval.to,
        event: interval.event,
        ended_by: interval.ended_by,
    }
}
