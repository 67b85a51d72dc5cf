//! Who answers for an account, whom we know there, and how we are in touch.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tenure_schemas::payload::contact::ContactRole;
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::{ContactId, Instant, Name, PersonId, Zone};
use utoipa::ToSchema;

use crate::account::{Account, Planned, PlannedStatus, Status};
use crate::directory::Directory;
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
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// Whether the person works for us; absent where no event says who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_employed: Option<bool>,
    /// Who stands in at the moment.
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

pub(crate) fn owners(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<NamedOwner> {
    let owners = ownership::owners(account, directory, as_of).into_iter();
    owners.map(|owner| name_owner(account, directory, as_of, owner)).collect()
}

fn name_owner(account: &Account, directory: &dyn Directory, as_of: &AsOf, owner: Owner) -> NamedOwner {
    let at = as_of.instant();
    let person = directory.person(&owner.person);
    // Of several who stand in, the one who began last does.
    let covering = account.coverages().filter(|coverage| {
        let concerns = (coverage.roles.is_empty() || coverage.roles.contains(&owner.role))
            && (coverage.scopes.is_empty() || coverage.scopes.contains(&owner.scope));
        coverage.owner == owner.person && concerns && coverage.span().contains(at)
    });
    let covering = covering.max_by_key(|coverage| (coverage.from, coverage.event));
    let delegate = covering.and_then(|coverage| directory.person(&coverage.delegate));
    NamedOwner {
        person_name: person.as_ref().and_then(|person| person.name.clone()),
        is_employed: person.map(|person| person.is_employed(at)),
        covered_by: covering.map(|coverage| coverage.delegate.clone()),
        covered_by_name: delegate.and_then(|delegate| delegate.name.clone()),
        covered_until: covering.map(|coverage| coverage.to),
        owner,
    }
}

/// Since when an open account has been without the primary owner that it once had.
pub(super) fn orphaned_since(account: &Account, at: Instant) -> Option<Instant> {
    if account.status(at) != Status::Orphaned {
        return None;
    }
    let gaps = account.gaps(at).into_iter();
    gaps.filter(|gap| gap.role.is_primary() && gap.scope.is_global()).map(|gap| gap.from).max()
}

/// The contacts who are still there, the strongest relationships first.
pub(super) fn contacts(account: &Account, directory: &dyn Directory, as_of: &AsOf, zone: &Zone) -> Vec<KeyContact> {
    let by_contact = strongest(relationships::relations(account, directory, as_of, zone, By::Contact));
    let by_pair = strongest(relationships::relations(account, directory, as_of, zone, By::Pair));
    let here = account.contacts().filter(|contact| contact.left_at.is_none());
    let mut contacts: Vec<KeyContact> = here
        .map(|contact| {
            let (known, best) = (by_contact.get(&contact.contact), by_pair.get(&contact.contact));
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
        })
        .collect();
    contacts.sort_by(|one, other| other.share.cmp(&one.share).then_with(|| one.contact.cmp(&other.contact)));
    contacts
}

/// The strongest relation of each contact; relations come the strongest first.
fn strongest(relations: Vec<Relation>) -> BTreeMap<ContactId, Relation> {
    let mut best = BTreeMap::new();
    for relation in relations {
        if let Some(contact) = relation.contact.clone() {
            best.entry(contact).or_insert(relation);
        }
    }
    best
}

/// What was planned and neither held nor cancelled, by when.
pub(crate) fn planned(account: &Account, at: Instant) -> Vec<Planned> {
    let open = |planned: &&Planned| matches!(planned.status(at), PlannedStatus::Planned | PlannedStatus::Overdue);
    let mut planned: Vec<Planned> = account.planned().filter(open).cloned().collect();
    planned.sort_by(|one, other| (one.planned_for, &one.interaction).cmp(&(other.planned_for, &other.interaction)));
    planned
}

/// How often we were in touch lately, the channel used most first.
pub(super) fn touches(account: &Account, day: &Day) -> Vec<ChannelTouches> {
    let mut channels: BTreeMap<Channel, ChannelTouches> = BTreeMap::new();
    for held in account.held().rev() {
        if -day.days_until(held.when().date_in(&day.zone)) >= TOUCH_DAYS {
            break;
        }
        let none = ChannelTouches { channel: held.channel, touches: 0, last_at: held.held_at };
        channels.entry(held.channel).or_insert(none).touches += 1;
    }
    let mut channels: Vec<ChannelTouches> = channels.into_values().collect();
    channels.sort_by_key(|touched| (std::cmp::Reverse(touched.touches), touched.channel));
    channels
}
