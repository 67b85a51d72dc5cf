//! Key-person risk: how an account would stand the loss of the people who carry it, on our side and on the client's.
//!
//! All of it rests on the strengths between our persons and the client's contacts ([`crate::relationships`]). Who of
//! ours has departed and who of theirs has left carries nothing any more: what was strength with them is told as lost,
//! and counts nowhere else. These figures describe accounts; they are no measure of a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenure_schemas::payload::account::Tier;
use tenure_schemas::{AccountId, ContactId, ContractId, Name, PersonId, Zone};
use utoipa::ToSchema;

use crate::account::{Account, ContractStatus};
use crate::directory::Directory;
use crate::health::effective_number;
use crate::merges::Accounts;
use crate::moment::{AsOf, Day};
use crate::relationships::{self, Strength};

/// Fewer people than this, counted by how evenly they carry it, are too few.
const FEW: f64 = 1.5;

/// A share of this much or more is too much for one.
const LARGE_SHARE: f64 = 0.8;

/// Within so many days of a contract's end it is the most urgent.
const RED_DAYS: i64 = 90;

/// Within so many days of a contract's end it is urgent.
const AMBER_DAYS: i64 = 180;

/// How urgent it is that an account hangs on one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// It does not, or nothing is known.
    None,
    /// It does, and no contract ends soon.
    Low,
    /// It does, and a contract ends within 180 days.
    Amber,
    /// It does, and a contract ends within 90 days, or it is a key account.
    Red,
}

/// Why an account counts as hanging on one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Thread {
    /// Fewer than 1.5 of our persons carry it, counted by how evenly they do.
    FewPersons,
    /// Fewer than 1.5 of the client's contacts do.
    FewContacts,
    /// One of our persons has 80 % of it or more.
    OnePerson,
    /// One of the client's contacts has 80 % of it or more.
    OneContact,
}

/// The people of one side, by how strong they are in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Side {
    /// How many there are.
    pub count: u32,
    /// How many equally strong ones would be as varied, in thousandths.
    pub effective: u32,
    /// The fewest whose loss would take more than half of the strength.
    pub bus_factor: u32,
    /// The share of the strongest, in milli-points.
    pub largest_share: u32,
}

/// How an account would stand the loss of the people who carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Risk {
    /// The account.
    pub account: AccountId,
    /// How urgent it is that it hangs on one person.
    pub level: RiskLevel,
    /// Whether it does.
    pub is_single_threaded: bool,
    /// Why it counts as that.
    pub because: Vec<Thread>,
    /// All the strength that there is, in thousandths: a mutual video call today is 1,000.
    pub strength: i64,
    /// What there would be beside, if those who are gone were still there.
    pub lost: i64,
    /// Our side; absent without any strength.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal: Option<Side>,
    /// The client's side; absent without any strength.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Side>,
    /// Who of ours has the largest share, which is the account's dependency: `internal.largest_share`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<PersonId>,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on_name: Option<Name>,
    /// Who of theirs has the largest share: `client.largest_share`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on_contact: Option<ContactId>,
    /// The contact's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on_contact_name: Option<Name>,
    /// The contract that ends next, of those whose end is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// In how many whole days it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_end: Option<i64>,
}

/// What the strongest of one side has, and the figures of the side.
struct Weighed<K> {
    side: Side,
    strongest: K,
    is_few: bool,
    is_large: bool,
}

/// How an account that stands as of the moment would stand the loss of the people who carry it; with those merged into
/// it. Days are civil days of `zone`.
pub fn risk(accounts: &impl Accounts, directory: &dyn Directory, as_of: &AsOf, zone: &Zone) -> Risk {
    let all = relationships::strengths(accounts, directory, as_of, zone);
    let (there, gone): (Vec<Strength>, Vec<Strength>) =
        all.into_iter().partition(|strength| is_there(strength, accounts, directory, as_of));
    let sum = |some: &[Strength]| crate::engagement::milli(some.iter().map(|one| one.weight).sum());
    let persons = weigh(there.iter().map(|one| (one.person.clone(), one.weight)));
    let contacts = weigh(there.iter().map(|one| (one.contact.clone(), one.weight)));
    let because = threads(persons.as_ref(), contacts.as_ref());
    let ending = next_end(accounts, &as_of.day_in(zone));
    let depends_on = persons.as_ref().map(|persons| persons.strongest.clone());
    let depends_on_contact = contacts.as_ref().map(|contacts| contacts.strongest.clone());
    let contact_name = |(account, contact): &(AccountId, ContactId)| {
        relationships::contact_of(accounts, account, contact)?.name.clone()
    };
    Risk {
        account: accounts.own().account().clone(),
        level: level(!because.is_empty(), accounts.own().profile().tier, ending.as_ref().map(|(days, _)| *days)),
        is_single_threaded: !because.is_empty(),
        because,
        strength: sum(&there),
        lost: sum(&gone),
        internal: persons.map(|persons| persons.side),
        client: contacts.map(|contacts| contacts.side),
        depends_on_name: depends_on.as_ref().and_then(|id| directory.person(id)?.name.clone()),
        depends_on,
        depends_on_contact_name: depends_on_contact.as_ref().and_then(contact_name),
        depends_on_contact: depends_on_contact.map(|(_, contact)| contact),
        days_to_end: ending.as_ref().map(|(days, _)| *days),
        contract: ending.map(|(_, contract)| contract),
    }
}

/// Whether both are still there at the end of the moment; who is not known to have gone is.
pub(crate) fn is_there(one: &Strength, accounts: &impl Accounts, directory: &dyn Directory, as_of: &AsOf) -> bool {
    let employed = directory.person(&one.person).is_none_or(|person| person.is_employed(as_of.instant()));
    let (account, contact) = &one.contact;
    let left = relationships::contact_of(accounts, account, contact).is_some_and(|contact| contact.left_at.is_some());
    employed && !left
}

/// One side by the strengths of its people; `None` without any.
fn weigh<K: Ord + Clone>(strengths: impl Iterator<Item = (K, f64)>) -> Option<Weighed<K>> {
    let mut people: BTreeMap<K, f64> = BTreeMap::new();
    for (one, weight) in strengths {
        *people.entry(one).or_default() += weight;
    }
    people.retain(|_, weight| *weight > 0.0);
    let weights: Vec<f64> = people.values().copied().collect();
    let total: f64 = weights.iter().sum();
    let mut sorted: Vec<(K, f64)> = people.into_iter().collect();
    // Of equally strong ones the first by id, for the sort keeps their order.
    sorted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let (strongest, largest) = sorted.first().cloned()?;
    let (effective, share) = (effective_number(&weights), largest / total);
    let side = Side {
        count: u32::try_from(sorted.len()).unwrap_or(u32::MAX),
        effective: whole(effective * 1_000.0),
        bus_factor: bus_factor(sorted.iter().map(|(_, weight)| *weight), total),
        largest_share: whole(share * 100_000.0),
    };
    Some(Weighed { side, strongest, is_few: effective < FEW, is_large: share >= LARGE_SHARE })
}

/// The fewest, the strongest first, that have more than half of all.
fn bus_factor(weights: impl Iterator<Item = f64>, total: f64) -> u32 {
    let (mut taken, mut number) = (0.0, 0);
    for weight in weights {
        taken += weight;
        number += 1;
        if taken > total / 2.0 {
            break;
        }
    }
    number
}

fn threads(persons: Option<&Weighed<PersonId>>, contacts: Option<&Weighed<(AccountId, ContactId)>>) -> Vec<Thread> {
    let found = [
        (persons.is_some_and(|persons| persons.is_few), Thread::FewPersons),
        (contacts.is_some_and(|contacts| contacts.is_few), Thread::FewContacts),
        (persons.is_some_and(|persons| persons.is_large), Thread::OnePerson),
        (contacts.is_some_and(|contacts| contacts.is_large), Thread::OneContact),
    ];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, thread)| thread).collect()
}

/// The contract in force that ends next, and in how many days.
pub(crate) fn next_end(accounts: &impl Accounts, day: &Day) -> Option<(i64, ContractId)> {
    let contracts = accounts.accounts().flat_map(Account::contracts);
    let running = contracts.filter(|contract| contract.status(day) == ContractStatus::Running);
    running.filter_map(|contract| Some((contract.days_to_end(day)?, contract.contract.clone()))).min()
}

fn level(is_single_threaded: bool, tier: Option<Tier>, days_to_end: Option<i64>) -> RiskLevel {
    let ends_within = |days: i64| days_to_end.is_some_and(|left| left <= days);
    if !is_single_threaded {
        RiskLevel::None
    } else if tier == Some(Tier::Key) || ends_within(RED_DAYS) {
        RiskLevel::Red
    } else if ends_within(AMBER_DAYS) {
        RiskLevel::Amber
    } else {
        RiskLevel::Low
    }
}

/// The nearest whole number, halves to even.
fn whole(number: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share, or a number of people")]
    let whole = number.round_ties_even() as u32;
    whole
}
