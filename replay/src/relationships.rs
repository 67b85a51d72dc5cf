//! The relationship graph of an account: who of ours knows whom of theirs, and how strongly by now.
//!
//! The strength between a person and a contact is the sum of what their interactions weigh ([`crate::engagement`]),
//! added in the order of the events' positions. An interaction's weight splits equally over its pairs of a person and
//! a contact; one that names no contact has none, and is not in the graph. Strengths describe accounts and how they
//! would stand a departure; they are no measure of a person. Of an account with others merged into it the graph is one:
//! a contact is one of one account, and a person of ours is the same person in all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tenure_schemas::payload::contact::ContactRole;
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::{AccountId, ContactId, Instant, Name, PersonId, Zone};
use utoipa::ToSchema;

use crate::account::{Contact, Held};
use crate::directory::Directory;
use crate::engagement::{self, Scale};
use crate::health::HealthModel;
use crate::merges::Accounts;
use crate::moment::AsOf;

/// All of an account's strength, in milli-points.
const WHOLE: u32 = 100_000;

/// What the strengths are summed up by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// One of ours and one of theirs.
    #[default]
    Pair,
    /// One of theirs, whoever of ours knows them.
    Contact,
    /// One of ours, whomever of theirs they know.
    Person,
}

/// How strong one part of the graph is: a pair, a contact or a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Relation {
    /// The account of the contact; where persons are summed up, the one that is asked about.
    pub account: AccountId,
    /// Where persons are summed up, the accounts merged into that one which are in the sum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged_from: Vec<AccountId>,
    /// Who of ours; absent where contacts are summed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// Whether the person works for us at the moment; absent where no event says who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_employed: Option<bool>,
    /// Who of theirs; absent where persons are summed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The contact's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<Name>,
    /// What the contact is to the relationship.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<ContactRole>,
    /// When the contact left the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_left_at: Option<Instant>,
    /// The strength in thousandths: a mutual video call today is 1,000.
    pub strength: i64,
    /// The share of the strength of the whole account in milli-points, which add up to 100,000.
    pub share: u32,
    /// In how many interactions.
    pub touches: u64,
    /// When the last one took place.
    pub last_touch_at: Instant,
    /// Through which channel.
    pub last_channel: Channel,
    /// The position of its event.
    pub last_event: u64,
}

/// One of ours, and one of theirs with the account that they are of.
type Key = (Option<PersonId>, Option<(AccountId, ContactId)>);

/// What is summed up of one key.
struct Edge {
    weight: f64,
    accounts: BTreeSet<AccountId>,
    touches: u64,
    last: (Instant, u64, Channel),
}

impl Edge {
    fn add(&mut self, weight: f64, account: &AccountId, held: &Held) {
        self.weight += weight;
        if !self.accounts.contains(account) {
            self.accounts.insert(account.clone());
        }
        self.touches += 1;
        self.last = self.last.max((held.held_at, held.event, held.channel));
    }
}

/// The graph of an account and those merged into it, which stand as of the moment, summed up as asked, the strongest
/// first, then by ids.
///
/// Days are civil days of `zone`. Shares are made whole by largest remainder.
pub fn relations(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    as_of: &AsOf,
    zone: &Zone,
    by: By,
) -> Vec<Relation> {
    let edges = edges(accounts, &scale_of(directory), as_of, zone, by);
    let weights: Vec<f64> = edges.values().map(|edge| edge.weight).collect();
    let parts = edges.into_iter().zip(shares(&weights));
    let mut relations: Vec<Relation> =
        parts.map(|((key, edge), share)| describe(accounts, directory, as_of, key, &edge, share)).collect();
    relations.sort_by_cached_key(Relation::key);
    relations
}

impl Relation {
    /// What the order of relations rests on: the strongest first, then by contact, person and account.
    pub fn key(&self) -> (i64, Option<ContactId>, Option<PersonId>, AccountId) {
        (-self.strength, self.contact.clone(), self.person.clone(), self.account.clone())
    }
}

/// How strong one of ours and one of theirs are, unrounded.
pub(crate) struct Strength {
    /// Who of ours.
    pub(crate) person: PersonId,
    /// Who of theirs, with the account that they are of.
    pub(crate) contact: (AccountId, ContactId),
    /// How strong.
    pub(crate) weight: f64,
    /// The position of their last interaction.
    pub(crate) last_event: u64,
}

/// The strengths of an account and those merged into it, by person and contact.
pub(crate) fn strengths(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    as_of: &AsOf,
    zone: &Zone,
) -> Vec<Strength> {
    let edges = edges(accounts, &scale_of(directory), as_of, zone, By::Pair);
    let strength = |((person, contact), edge): (Key, Edge)| {
        Some(Strength { person: person?, contact: contact?, weight: edge.weight, last_event: edge.last.1 })
    };
    edges.into_iter().filter_map(strength).collect()
}

/// What interactions weigh by the model in force.
fn scale_of(directory: &dyn Directory) -> Scale {
    Scale::of(&HealthModel::active(&directory.models()).spec().dimensions.engagement)
}

fn edges(accounts: &impl Accounts, scale: &Scale, as_of: &AsOf, zone: &Zone, by: By) -> BTreeMap<Key, Edge> {
    let asked = engagement::asked_date(as_of, zone);
    let touches = accounts.accounts().flat_map(|account| account.held().map(move |held| (account.account(), held)));
    let mut touches: Vec<(&AccountId, &Held)> = touches.filter(|(_, held)| !held.contacts.is_empty()).collect();
    touches.sort_unstable_by_key(|(_, held)| held.event);
    let mut edges: BTreeMap<Key, Edge> = BTreeMap::new();
    for (account, held) in touches {
        let keys = keys(account, held, by);
        #[expect(clippy::cast_precision_loss, reason = "an event of at most 60,000 bytes names far fewer than 2^52")]
        let part = scale.weight(held, asked, zone) / keys.len() as f64;
        for key in keys {
            let last = (held.held_at, held.event, held.channel);
            let none = || Edge { weight: 0.0, accounts: BTreeSet::new(), touches: 0, last };
            edges.entry(key).or_insert_with(none).add(part, account, held);
        }
    }
    edges
}

/// Over what an interaction's weight splits.
fn keys(account: &AccountId, held: &Held, by: By) -> Vec<Key> {
    let contacts = || held.contacts.iter().map(|contact| Some((account.clone(), contact.clone())));
    let persons = || held.persons.iter().cloned().map(Some);
    match by {
        By::Pair => persons().flat_map(|person| contacts().map(move |contact| (person.clone(), contact))).collect(),
        By::Contact => contacts().map(|contact| (None, contact)).collect(),
        By::Person => persons().map(|person| (person, None)).collect(),
    }
}

fn describe(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    as_of: &AsOf,
    (person, contact): Key,
    edge: &Edge,
    share: u32,
) -> Relation {
    let ours = person.as_ref().and_then(|person| directory.person(person));
    let theirs = contact.as_ref().and_then(|(account, contact)| contact_of(accounts, account, contact));
    let (last_touch_at, last_event, last_channel) = edge.last;
    let own = accounts.own().account();
    let (account, contact) = contact.unzip();
    let merged = edge.accounts.iter().filter(|id| account.is_none() && *id != own);
    Relation {
        merged_from: merged.cloned().collect(),
        account: account.unwrap_or_else(|| own.clone()),
        person_name: ours.as_ref().and_then(|ours| ours.name.clone()),
        is_employed: ours.map(|ours| ours.is_employed(as_of.instant())),
        contact_name: theirs.and_then(|theirs| theirs.name.clone()),
        roles: theirs.map(|theirs| theirs.roles.clone()).unwrap_or_default(),
        contact_left_at: theirs.and_then(|theirs| theirs.left_at),
        person,
        contact,
        strength: engagement::milli(edge.weight),
        share,
        touches: edge.touches,
        last_touch_at,
        last_channel,
        last_event,
    }
}

/// The contact of an account or one merged into it.
pub(crate) fn contact_of<'a>(
    accounts: &'a impl Accounts,
    account: &AccountId,
    contact: &ContactId,
) -> Option<&'a Contact> {
    accounts.accounts().find(|one| one.account() == account)?.contact(contact)
}

/// Each weight's share of all in milli-points. What rounding down leaves goes to the largest remainders, of equal ones
/// to the first.
fn shares(weights: &[f64]) -> Vec<u32> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact = weights.iter().map(|weight| weight / total * f64::from(WHOLE));
    let mut parts: Vec<(u32, f64)> = exact.map(|exact| (whole(exact), exact.fract())).collect();
    let given: u32 = parts.iter().map(|(whole, _)| whole).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |parts: &[(u32, f64)], at: usize| parts.get(at).map_or(0.0, |(_, remainder)| *remainder);
    order.sort_by(|one, other| remainder(&parts, *other).total_cmp(&remainder(&parts, *one)));
    for index in order.into_iter().take(WHOLE.saturating_sub(given) as usize) {
        if let Some((whole, _)) = parts.get_mut(index) {
            *whole += 1;
        }
    }
    parts.into_iter().map(|(whole, _)| whole).collect()
}

fn whole(part: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of 100,000")]
    let whole = part.floor() as u32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        for (weights, expected) in [
            (vec![], vec![]),
            (vec![0.0, 0.0], vec![0, 0]),
            (vec![0.7], vec![100_000]),
            (vec![1.0, 1.0, 1.0], vec![33_334, 33_333, 33_333]),
            (vec![1.0, 2.0, 4.0], vec![14_286, 28_571, 57_143]),
        ] {
            assert_eq!(shares(&weights), expected, "{weights:?}");
        }
    }
}
