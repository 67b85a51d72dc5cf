//! The people on the client's side: their roles, who of ours knows them, when we were in touch, what they agreed to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tenure_schemas::payload::contact::{Consent, ContactRole};
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::{ContactId, Instant, Name, PersonId};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_CONTACTS, MAX_LINES};
use crate::account::Contact;
use crate::relationships::{self, By, Relation};

/// The most of our people who are named for one contact.
const MAX_KNOWN_BY: usize = 3;

/// Whom we know there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactsSection {
    /// Those who are still there, the strongest relationships first, then by id.
    pub here: Listed<ContactLine>,
    /// Those who left, the last first.
    pub left: Listed<LeftLine>,
}

/// A contact who is still at the client's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactLine {
    /// The contact.
    pub contact: ContactId,
    /// The name; absent once the contact's personal data were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What the contact is to the relationship.
    pub roles: BTreeSet<ContactRole>,
    /// How senior the contact is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Name>,
    /// The contact that this one reports to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<ContactId>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Name>,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Name>,
    /// The language to speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Name>,
    /// The IANA time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<Name>,
    /// The share of the account's relationship strength in milli-points; 0 where we never were in touch.
    pub share: u32,
    /// When we were last in touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_touch_at: Option<Instant>,
    /// Through which channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_channel: Option<Channel>,
    /// Who of ours knows the contact best, at most three.
    pub known_by: Vec<KnownBy>,
    /// What the contact said about being reached, by channel.
    pub consents: Vec<ConsentLine>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// One of ours who knows a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KnownBy {
    /// Who of ours.
    pub person: PersonId,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// Whether the person works for us at the moment; absent where no event says who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_employed: Option<bool>,
    /// The strength in thousandths: a mutual video call today is 1,000.
    pub strength: i64,
    /// In how many interactions.
    pub touches: u64,
    /// When the last one took place.
    pub last_touch_at: Instant,
    /// The position of its event.
    pub event: u64,
}

/// A contact's last word about being reached through a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsentLine {
    /// The channel.
    pub channel: Channel,
    /// Whether the contact agreed.
    pub consent: Consent,
    /// When the contact said so.
    pub at: Instant,
    /// The position of the event that reports it.
    pub event: u64,
}

/// A contact who left the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeftLine {
    /// The contact.
    pub contact: ContactId,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What the contact was to the relationship.
    pub roles: BTreeSet<ContactRole>,
    /// When the contact left.
    pub left_at: Instant,
    /// Who follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<ContactId>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// The fields of a contact that a brief shows.
const FIELDS: &[&str] = &[
    "name",
    "roles",
    "seniority",
    "reports_to",
    "email",
    "phone",
    "language",
    "timezone",
    "successor",
    "left_at",
    "erased_at",
];

pub(super) fn contacts(asked: &Asked<'_>) -> ContactsSection {
    let by_contact = relations(asked, By::Contact);
    let by_pair = relations(asked, By::Pair);
    let mut here = Vec::new();
    let mut left = Vec::new();
    for contact in asked.account.contacts() {
        match contact.left_at {
            None => here.push(line(asked, contact, &by_contact, &by_pair)),
            Some(left_at) => left.push(left_line(asked, contact, left_at)),
        }
    }
    here.sort_by(|one, other| (Reverse(one.share), &one.contact).cmp(&(Reverse(other.share), &other.contact)));
    left.sort_by(|one, other| (Reverse(one.left_at), &one.contact).cmp(&(Reverse(other.left_at), &other.contact)));
    ContactsSection { here: Listed::cut(here, MAX_CONTACTS), left: Listed::cut(left, MAX_LINES) }
}

type ByContact = BTreeMap<ContactId, Vec<Relation>>;

/// The relations of each contact, the strongest first.
fn relations(asked: &Asked<'_>, by: By) -> ByContact {
    let mut relations = ByContact::new();
    for relation in relationships::relations(asked.account, asked.directory, &asked.as_of, asked.zone, by) {
        if let Some(contact) = relation.contact.clone() {
            relations.entry(contact).or_default().push(relation);
        }
    }
    relations
}

fn line(asked: &Asked<'_>, contact: &Contact, by_contact: &ByContact, by_pair: &ByContact) -> ContactLine {
    let whole = by_contact.get(&contact.contact).and_then(|relations| relations.first());
    let pairs = by_pair.get(&contact.contact).map(Vec::as_slice).unwrap_or_default();
    let known_by: Vec<KnownBy> = pairs.iter().filter_map(known_by).take(MAX_KNOWN_BY).collect();
    let consents: Vec<ConsentLine> = contact.consent.iter().map(|(channel, said)| consent(*channel, said)).collect();
    let events = events_of(asked, contact).into_iter().chain(whole.map(|relation| relation.last_event));
    let events = events.chain(consents.iter().map(|said| said.event)).chain(known_by.iter().map(|known| known.event));
    ContactLine {
        contact: contact.contact.clone(),
        name: contact.name.clone(),
        roles: contact.roles.clone(),
        seniority: contact.seniority.clone(),
        reports_to: contact.reports_to.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        language: contact.language.clone(),
        timezone: contact.timezone.clone(),
        share: whole.map_or(0, |relation| relation.share),
        last_touch_at: whole.map(|relation| relation.last_touch_at),
        last_channel: whole.map(|relation| relation.last_channel),
        cited: asked.sources.cite(events),
        known_by,
        consents,
    }
}

fn known_by(relation: &Relation) -> Option<KnownBy> {
    Some(KnownBy {
        person: relation.person.clone()?,
        person_name: relation.person_name.clone(),
        is_employed: relation.is_employed,
        strength: relation.strength,
        touches: relation.touches,
        last_touch_at: relation.last_touch_at,
        event: relation.last_event,
    })
}

fn consent(channel: Channel, said: &crate::account::ConsentChange) -> ConsentLine {
    ConsentLine { channel, consent: said.consent, at: said.at, event: said.event }
}

fn left_line(asked: &Asked<'_>, contact: &Contact, left_at: Instant) -> LeftLine {
    LeftLine {
        contact: contact.contact.clone(),
        name: contact.name.clone(),
        roles: contact.roles.clone(),
        left_at,
        successor: contact.successor.clone(),
        cited: asked.sources.cite(events_of(asked, contact)),
    }
}

fn events_of(asked: &Asked<'_>, contact: &Contact) -> Vec<u64> {
    asked.sources.changes_of(&format!("contacts.{}", contact.contact), FIELDS)
}
