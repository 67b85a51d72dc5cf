//! What falls when a person leaves: the book, what hangs on them in each account, and who could take it.
//!
//! As of any moment, whether or not the person's departure was announced. These figures are for handing accounts over;
//! they are no measure of a person.

use std::collections::BTreeMap;

use serde::Serialize;
use tenure_schemas::payload::account::Tier;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, ContractId, Currency, Instant, Name, PersonId, Zone};
use utoipa::ToSchema;

use crate::account::{Account, CommitmentStatus, PlannedStatus};
use crate::directory::Directory;
use crate::exact::Exact;
use crate::inheritance;
use crate::merges::Accounts;
use crate::moment::{AsOf, Day};
use crate::ownership::{self, Assignment};
use crate::person::Person;
use crate::relationships;
use crate::risk;

/// Orders of so many last days count as revenue at stake.
pub const REVENUE_DAYS: i64 = 365;

/// One role in one scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Lane {
    /// The role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
}

/// An amount of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figure {
    /// The currency.
    pub currency: Currency,
    /// The exact amount.
    pub amount: Exact,
}

/// What is at stake in one account that the person holds a lane of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AtStake {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The tier that people decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// The account it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<AccountId>,
    /// What the person holds in it.
    pub held: Vec<Assignment>,
    /// The lanes that nobody else holds, nor would inherit.
    pub left_empty: Vec<Lane>,
    /// Whether the account would be orphaned: nobody else is, nor would be by inheritance, account manager of record.
    pub orphaned: bool,
    /// The person's share of the strength of all that are still there, in milli-points: see `…/risk`.
    pub dependency: u32,
    /// What was ordered in the last 365 days, net of what was cancelled, amended and returned; per currency.
    pub revenue: Vec<Figure>,
    /// The contract that ends next, of those whose end is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// In how many whole days it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_end: Option<i64>,
    /// How many promises are open.
    pub open_commitments: u32,
    /// How many issues are open.
    pub open_issues: u32,
    /// The next interaction that is planned with the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_planned: Option<Instant>,
}

/// What is at stake in all of the person's accounts together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    /// How many accounts the person holds a lane of.
    pub accounts: u32,
    /// How many of them are key accounts.
    pub key_accounts: u32,
    /// How many would be orphaned.
    pub orphaned: u32,
    /// What was ordered in the last 365 days, per currency.
    pub revenue: Vec<Figure>,
    /// How many promises are open.
    pub open_commitments: u32,
    /// How many issues are open.
    pub open_issues: u32,
}

/// Somebody who could take accounts over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Successor {
    /// Who.
    pub person: PersonId,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// Whether the person is away at the moment.
    pub is_absent: bool,
    /// Of how many open accounts the person is account manager of record, not counting inherited ones.
    pub load: u32,
    /// How many accounts the person can hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// How many more that leaves; negative beyond the capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spare: Option<i64>,
    /// In how many of the leaver's accounts the person holds a lane, too.
    pub shares_accounts: u32,
}

/// What falls in one account; `None` where the person holds nothing in it at the moment, or it is not open.
pub fn at_stake(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    person: &PersonId,
    as_of: &AsOf,
    zone: &Zone,
) -> Option<AtStake> {
    let (account, day) = (accounts.own(), as_of.day_in(zone));
    let held = ownership::book(account, directory, person, as_of, &day);
    if held.is_empty() {
        return None;
    }
    let left_empty = left_empty(account, directory, person, as_of, &held);
    let contract = risk::next_end(accounts, &day);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let profile = account.profile();
    Some(AtStake {
        account: account.account().clone(),
        name: profile.name.clone(),
        tier: profile.tier,
        region: profile.region.clone(),
        parent: profile.parent.clone(),
        orphaned: left_empty.iter().any(|lane| lane.role.is_primary() && lane.scope.is_global()),
        held,
        left_empty,
        dependency: dependency(accounts, directory, person, as_of, zone),
        revenue: figures(revenue(accounts, &day)),
        days_to_end: contract.as_ref().map(|(days, _)| *days),
        contract: contract.map(|(_, contract)| contract),
        open_commitments: count(accounts.accounts().flat_map(open_commitments).count()),
        open_issues: count(accounts.accounts().flat_map(Account::issues).filter(|issue| issue.is_open()).count()),
        next_planned: next_planned(accounts, person, as_of),
    })
}

fn open_commitments(account: &Account) -> impl Iterator<Item = &crate::account::Commitment> {
    account.commitments().filter(|commitment| commitment.status == CommitmentStatus::Open)
}

/// The lanes that the person holds and nobody else does at the end of the moment, nor would by inheritance.
fn left_empty(
    account: &Account,
    directory: &dyn Directory,
    person: &PersonId,
    as_of: &AsOf,
    held: &[Assignment],
) -> Vec<Lane> {
    let others = ownership::owners(account, directory, as_of);
    let others: Vec<_> = others.into_iter().filter(|owner| owner.person != *person).collect();
    let heirs = inheritance::primary_heirs(account, directory);
    let is_inherited = heirs.iter().any(|heir| heir.interval.person != *person && heir.time.reaches_end_of(as_of));
    let mut lanes: Vec<Lane> = held
        .iter()
        .map(|held| Lane { role: held.role.clone(), scope: held.scope.clone() })
        .filter(|lane| !others.iter().any(|owner| owner.role == lane.role && owner.scope == lane.scope))
        .filter(|lane| !(is_inherited && lane.role.is_primary() && lane.scope.is_global()))
        .collect();
    lanes.sort();
    lanes.dedup();
    lanes
}

/// The person's share of the strength of all of ours who still work for us, in milli-points.
fn dependency(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    person: &PersonId,
    as_of: &AsOf,
    zone: &Zone,
) -> u32 {
    let strengths = relationships::strengths(accounts, directory, as_of, zone);
    let is_there = |one: &PersonId| directory.person(one).is_none_or(|one| one.is_employed(as_of.instant()));
    let (mut own, mut all) = (0.0, 0.0);
    for strength in strengths.iter().filter(|strength| strength.person == *person || is_there(&strength.person)) {
        all += strength.weight;
        own += if strength.person == *person { strength.weight } else { 0.0 };
    }
    if all <= 0.0 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
    let share = (own / all * 100_000.0_f64).round_ties_even() as u32;
    share
}

/// What the orders of the last days come to, per currency.
fn revenue(accounts: &impl Accounts, day: &Day) -> BTreeMap<Currency, Exact> {
    let mut sums: BTreeMap<Currency, Exact> = BTreeMap::new();
    for order in accounts.accounts().flat_map(Account::orders) {
        let age = -day.days_until(order.when().date_in(&day.zone));
        if (0..REVENUE_DAYS).contains(&age) {
            for (currency, net) in order.net() {
                *sums.entry(currency).or_default() += &net;
            }
        }
    }
    sums
}

fn figures(sums: BTreeMap<Currency, Exact>) -> Vec<Figure> {
    let some = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
    some.map(|(currency, amount)| Figure { currency, amount }).collect()
}

fn next_planned(accounts: &impl Accounts, person: &PersonId, as_of: &AsOf) -> Option<Instant> {
    let planned = accounts.accounts().flat_map(Account::planned);
    let with_person = planned.filter(|planned| planned.persons.contains(person));
    let coming = with_person.filter(|planned| planned.status(as_of.instant()) == PlannedStatus::Planned);
    coming.map(|planned| planned.planned_for).min()
}

/// What is at stake in several accounts together.
pub fn totals(accounts: &[AtStake]) -> Totals {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut revenue: BTreeMap<Currency, Exact> = BTreeMap::new();
    for figure in accounts.iter().flat_map(|account| &account.revenue) {
        *revenue.entry(figure.currency).or_default() += &figure.amount;
    }
    Totals {
        accounts: count(accounts.len()),
        key_accounts: count(accounts.iter().filter(|account| account.tier == Some(Tier::Key)).count()),
        orphaned: count(accounts.iter().filter(|account| account.orphaned).count()),
        revenue: figures(revenue),
        open_commitments: accounts.iter().map(|account| account.open_commitments).sum(),
        open_issues: accounts.iter().map(|account| account.open_issues).sum(),
    }
}

/// Whether somebody could take accounts over at the end of a moment: works for us, and is not known to leave.
pub fn can_succeed(person: &Person, as_of: &AsOf) -> bool {
    person.is_employed(as_of.instant()) && person.leaves_at.is_none()
}

/// Somebody as a successor, with the number of accounts that they manage already, and of the leaver's in which they
/// hold a lane.
pub fn successor(person: &Person, load: u32, shares_accounts: u32, as_of: &AsOf) -> Successor {
    let at = as_of.instant();
    let capacity = person.capacity.map(tenure_schemas::values::Capacity::get);
    let is_absent = person.absences.iter().any(|away| away.from <= at && away.to.is_none_or(|to| at < to));
    Successor {
        person: person.person.clone(),
        name: person.name.clone(),
        title: person.title.clone(),
        region: person.region.clone(),
        is_absent,
        load,
        capacity,
        spare: capacity.map(|capacity| i64::from(capacity) - i64::from(load)),
        shares_accounts,
    }
}

/// Whether a person manages an account of their own, not by inheritance, at a moment.
pub fn manages(account: &Account, person: &PersonId, as_of: &AsOf) -> bool {
    let mut held = ownership::holding(account, as_of).filter(|held| held.person == *person);
    held.any(|held| held.role.is_primary() && held.scope.is_global() && held.stretch().reaches_end_of(as_of))
}
