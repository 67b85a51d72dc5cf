//! Who answers for an account, whom we know there, and how we are in touch.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tenure_schemas::payload::contact::ContactRole;
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::{AccountId, ContactId, Instant, Name, PersonId, Zone};
use utoipa::ToSchema;

use super::{Entry, entries};
use crate::account::{Account, Contact, Held, Planned, PlannedStatus};
use crate::directory::Directory;
use crate::merges::Accounts;
use crate::moment::{AsOf, Day};
use crate::ownership::{self, Owner};
use crate::relationships::{self, By, Relation};

/// How many days back touches are counted.
pub(super) const TOUCH_DAYS: i64 = 90;

/// An owner with what a reader wants to know of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedOwner {
    /// Who, in which lane, since when.
    #[serde(flatten)]
    pub owner: Owner,
    /// Whole civil days for which the lane has been held; 0 on the first day.
    pub tenure_days: i64,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// Whether the person works for us; absent where no event says who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_employed: Option<bool>,
    /// Who stands in at the end of the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered_by: Option<PersonId>,
    /// The name of who stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered_by_name: Option<Name>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered_until: Option<Instant>,
}

/// A contact who is still at the client's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyContact {
    /// The contact.
    pub contact: ContactId,
    /// The name; absent once the contact's personal data were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What the contact is to the relationship.
    pub roles: BTreeSet<ContactRole>,
    /// The language to speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Name>,
    /// The share of the account's relationship strength in milli-points; 0 where we never were in touch.
    pub share: u32,
    /// When we were last in touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_touch_at: Option<Instant>,
    /// Through which channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_channel: Option<Channel>,
    /// Who of ours knows the contact best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_known_by: Option<PersonId>,
    /// The name of who does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_known_by_name: Option<Name>,
}

/// How often we were in touch through one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChannelTouches {
    /// The channel.
    pub channel: Channel,
    /// How often in the last 90 days.
    pub touches: u64,
    /// When last.
    pub last_at: Instant,
}

pub(crate) fn owners(account: &Account, directory: &dyn Directory, as_of: &AsOf, day: &Day) -> Vec<NamedOwner> {
    let owners = ownership::owners(account, directory, as_of).into_iter();
    owners.map(|owner| name_owner(directory, as_of, day, owner)).collect()
}

fn name_owner(directory: &dyn Directory, as_of: &AsOf, day: &Day, owner: Owner) -> NamedOwner {
    let person = directory.person(&owner.person);
    let covering = owner.responsible.iter().find(|responsible| responsible.stretch().reaches_end_of(as_of)).cloned();
    let delegate = covering.as_ref().and_then(|covering| directory.person(&covering.person));
    NamedOwner {
        tenure_days: owner.tenure_days(day),
        person_name: person.as_ref().and_then(|person| person.name.clone()),
        is_employed: person.map(|person| person.is_employed(as_of.instant())),
        covered_by_name: delegate.and_then(|delegate| delegate.name.clone()),
        covered_until: covering.as_ref().and_then(|covering| covering.until),
        covered_by: covering.map(|covering| covering.person),
        owner,
    }
}

/// The contacts who are still there, the strongest relationships first.
pub(super) fn contacts(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    as_of: &AsOf,
    zone: &Zone,
) -> Vec<Entry<KeyContact>> {
    let by_contact = strongest(relationships::relations(accounts, directory, as_of, zone, By::Contact));
    let by_pair = strongest(relationships::relations(accounts, directory, as_of, zone, By::Pair));
    let describe = |account: &Account, contact: &Contact| {
        let id = (account.account().clone(), contact.contact.clone());
        key_contact(contact, by_contact.get(&id), by_pair.get(&id))
    };
    let mut contacts = entries(accounts, |account| {
        let here = account.contacts().filter(|contact| contact.left_at.is_none());
        here.map(|contact| describe(account, contact)).collect()
    });
    contacts.sort_by(|one, other| other.share.cmp(&one.share).then_with(|| one.contact.cmp(&other.contact)));
    contacts
}

fn key_contact(contact: &Contact, known: Option<&Relation>, best: Option<&Relation>) -> KeyContact {
    KeyContact {
        contact: contact.contact.clone(),
        name: contact.name.clone(),
        roles: contact.roles.clone(),
        language: contact.language.clone(),
        share: known.map_or(0, |relation| relation.share),
        last_touch_at: known.map(|relation| relation.last_touch_at),
        last_channel: known.map(|relation| relation.last_channel),
        best_known_by: best.and_then(|relation| relation.person.clone()),
        best_known_by_name: best.and_then(|relation| relation.person_name.clone()),
    }
}

/// The strongest relation of each contact; relations come the strongest first.
fn strongest(relations: Vec<Relation>) -> BTreeMap<(AccountId, ContactId), Relation> {
    let mut best = BTreeMap::new();
    for relation in relations {
        if let Some(contact) = relation.contact.clone() {
            best.entry((relation.account.clone(), contact)).or_insert(relation);
        }
    }
    best
}

/// The last contact with the client.
pub(super) fn last_held(accounts: &impl Accounts) -> Option<Entry<Held>> {
    let last = entries(accounts, |account| account.held().next_back().cloned().into_iter().collect());
    last.into_iter().max_by_key(|held| (held.held_at, held.event))
}

/// What was planned and neither held nor cancelled, by when.
pub(crate) fn planned(accounts: &impl Accounts, at: Instant) -> Vec<Entry<Planned>> {
    let open = |planned: &&Planned| matches!(planned.status(at), PlannedStatus::Planned | PlannedStatus::Overdue);
    let mut planned = entries(accounts, |account| account.planned().filter(open).cloned().collect());
    planned.sort_by(|one, other| (one.planned_for, &one.interaction).cmp(&(other.planned_for, &other.interaction)));
    planned
}

/// How often we were in touch lately, the channel used most first.
pub(super) fn touches(accounts: &impl Accounts, day: &Day) -> Vec<ChannelTouches> {
    let is_late = |held: &&Held| -day.days_until(held.when().date_in(&day.zone)) < TOUCH_DAYS;
    let mut channels: BTreeMap<Channel, ChannelTouches> = BTreeMap::new();
    for held in accounts.accounts().flat_map(|account| account.held().rev().take_while(is_late)) {
        let none = ChannelTouches { channel: held.channel, touches: 0, last_at: held.held_at };
        let touched = channels.entry(held.channel).or_insert(none);
        touched.touches += 1;
        touched.last_at = touched.last_at.max(held.held_at);
    }
    let mut channels: Vec<ChannelTouches> = channels.into_values().collect();
    channels.sort_by_key(|touched| (std::cmp::Reverse(touched.touches), touched.channel));
    channels
}
