//! Answers about ownership: who is responsible at a moment, and what a person holds.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Instant, Name, PersonId};
use utoipa::ToSchema;

use crate::account::{Account, Interval, Status};
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

/// Everybody who held a lane of the account at the moment; for a day, everybody who held it in that day.
///
/// An account without a primary of its own has those of the nearest account above that lets it inherit.
/// Nobody owns an account that is closed or merged at the moment.
pub fn owners(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<Owner> {
    if matches!(account.status(as_of.instant()), Status::Closed | Status::Merged | Status::Unknown) {
        return Vec::new();
    }
    let holding = account.lanes().intervals().filter(|interval| holds(interval, as_of));
    let mut owners: Vec<Owner> = holding.map(|interval| Owner::of(interval, None)).collect();
    if !owners.iter().any(|owner| owner.role.is_primary() && owner.scope.is_global()) {
        let inherited = directory::inherited_primaries(account, directory).into_iter();
        let holding = inherited.filter(|inherited| holds(&inherited.interval, as_of));
        owners.extend(holding.map(|inherited| Owner::of(&inherited.interval, Some(inherited.from))));
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
    if matches!(account.status(as_of.instant()), Status::Closed | Status::Merged | Status::Unknown) {
        return Vec::new();
    }
    let held = account.lanes().intervals().filter(|interval| interval.person == *person && holds(interval, as_of));
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
