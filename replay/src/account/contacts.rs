//! The people on the client's side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;
use serde::Serialize;
use tenure_schemas::payload::contact::{Added, Changed, Consent, ConsentChanged, ContactRole, Erased, Left};
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::values::Patch;
use tenure_schemas::{ContactId, Instant, Name};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;

/// A contact's word about being reached through a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsentChange {
    /// Whether the contact agreed.
    pub consent: Consent,
    /// When the contact said so.
    pub at: Instant,
    /// The position of the event that reports it.
    pub event: u64,
}

/// A contact as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contact {
    /// The contact's id in the account.
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
    /// What the contact last said about being reached, by channel.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub consent: BTreeMap<Channel, ConsentChange>,
    /// What the contact said before, in the order of time.
    #[serde(skip)]
    pub consent_before: Vec<(Channel, ConsentChange)>,
    /// Since when the contact is known.
    pub added_at: Instant,
    /// When the contact left the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Instant>,
    /// Who follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<ContactId>,
    /// When the contact's personal data were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Instant>,
    /// The position of the event that added the contact.
    pub event: u64,
}

impl Contact {
    /// All that the contact said about being reached, by channel and time, each with when the next word followed.
    pub fn consents(&self) -> Vec<(Channel, ConsentChange, Option<Instant>)> {
        let now = self.consent.iter().map(|(channel, said)| (*channel, *said));
        let mut all: Vec<_> = self.consent_before.iter().copied().chain(now).collect();
        all.sort_by_key(|(channel, said)| (*channel, said.at, said.event));
        let following = all.iter().skip(1).map(Some).chain([None]);
        let next = |channel: Channel, after: Option<&(Channel, ConsentChange)>| {
            after.filter(|(other, _)| *other == channel).map(|(_, said)| said.at)
        };
        all.iter().zip(following).map(|((channel, said), after)| (*channel, *said, next(*channel, after))).collect()
    }
}

/// The contacts of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Contacts = OrdMap<ContactId, Arc<Contact>>;

pub(crate) fn add(contacts: &mut Contacts, added: &Added, step: &mut Step<'_>) {
    if let Some(known) = contacts.get(&added.contact) {
        let message = format!("contact {} was added before", added.contact);
        return step.find_with(FindingCode::ContactContradicted, &[known.event], message);
    }
    let contact = Contact {
        contact: added.contact.clone(),
        name: Some(added.name.clone()),
        roles: added.roles.clone().unwrap_or_default(),
        seniority: added.seniority.clone(),
        reports_to: added.reports_to.clone(),
        email: added.email.clone(),
        phone: added.phone.clone(),
        language: added.language.clone(),
        timezone: added.timezone.clone(),
        consent: BTreeMap::new(),
        consent_before: Vec::new(),
        added_at: step.at(),
        left_at: None,
        successor: None,
        erased_at: None,
        event: step.position(),
    };
    step.note_new(|| format!("contacts.{}", added.contact), &contact);
    contacts.insert(added.contact.clone(), Arc::new(contact));
}

pub(crate) fn change(contacts: &mut Contacts, said: &Changed, step: &mut Step<'_>) {
    let Some(contact) = acted_on(contacts, &said.contact, step) else { return };
    let (id, changes) = (&said.contact, &said.changes);
    if let Some(name) = &changes.name {
        step.set(|| format!("contacts.{id}.name"), &mut contact.name, Some(name.clone()));
    }
    if let Some(roles) = &changes.roles {
        step.set(|| format!("contacts.{id}.roles"), &mut contact.roles, roles.clone());
    }
    patch(step, id, "seniority", &mut contact.seniority, &changes.seniority);
    patch(step, id, "reports_to", &mut contact.reports_to, &changes.reports_to);
    patch(step, id, "email", &mut contact.email, &changes.email);
    patch(step, id, "phone", &mut contact.phone, &changes.phone);
    patch(step, id, "language", &mut contact.language, &changes.language);
    patch(step, id, "timezone", &mut contact.timezone, &changes.timezone);
}

fn patch<T: Clone + PartialEq + Serialize>(
    step: &mut Step<'_>,
    id: &ContactId,
    field: &str,
    slot: &mut Option<T>,
    patch: &Patch<T>,
) {
    if let Some(value) = patch.as_change() {
        step.set(|| format!("contacts.{id}.{field}"), slot, value.cloned());
    }
}

pub(crate) fn consent(contacts: &mut Contacts, changed: &ConsentChanged, step: &mut Step<'_>) {
    let Some(contact) = acted_on(contacts, &changed.contact, step) else { return };
    let new = ConsentChange { consent: changed.consent, at: step.at(), event: step.position() };
    let before = contact.consent.insert(changed.channel, new);
    contact.consent_before.extend(before.map(|before| (changed.channel, before)));
    step.note(|| format!("contacts.{}.consent.{}", changed.contact, changed.channel), &before, &Some(new));
}

pub(crate) fn leave(contacts: &mut Contacts, left: &Left, step: &mut Step<'_>) {
    let Some(contact) = acted_on(contacts, &left.contact, step) else { return };
    let at = step.at();
    step.set(|| format!("contacts.{}.successor", left.contact), &mut contact.successor, left.successor.clone());
    step.set(|| format!("contacts.{}.left_at", left.contact), &mut contact.left_at, Some(at));
}

pub(crate) fn erase(contacts: &mut Contacts, erased: &Erased, step: &mut Step<'_>) {
    let Some(contact) = contacts.get_mut(&erased.contact).map(Arc::make_mut) else {
        return step.find(FindingCode::ContactUnknown, format!("contact {} was never added", erased.contact));
    };
    let (id, at) = (&erased.contact, step.at());
    step.set(|| format!("contacts.{id}.name"), &mut contact.name, None);
    step.set(|| format!("contacts.{id}.email"), &mut contact.email, None);
    step.set(|| format!("contacts.{id}.phone"), &mut contact.phone, None);
    step.set(|| format!("contacts.{}.erased_at", erased.contact), &mut contact.erased_at, Some(at));
}

/// The contact that an event acts on; one that had left is a finding, and is acted on all the same.
fn acted_on<'a>(contacts: &'a mut Contacts, id: &ContactId, step: &mut Step<'_>) -> Option<&'a mut Contact> {
    let Some(contact) = contacts.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::ContactUnknown, format!("contact {id} was never added"));
        return None;
    };
    if contact.left_at.is_some() {
        step.find_with(FindingCode::ContactContradicted, &[contact.event], format!("contact {id} had left"));
    }
    Some(contact)
}

/// Reports those among the contacts of an interaction who are not known, or had left the client by then.
pub(crate) fn check_there(known: &Contacts, named: &[ContactId], step: &mut Step<'_>) {
    let unknown: Vec<_> = named.iter().filter(|id| !known.contains_key(*id)).map(ContactId::as_str).collect();
    if !unknown.is_empty() {
        step.find(FindingCode::ContactUnknown, format!("never added as a contact: {}", unknown.join(", ")));
    }
    let gone: Vec<_> =
        named.iter().filter_map(|id| known.get(id)).filter(|contact| contact.left_at.is_some()).collect();
    if !gone.is_empty() {
        let ids: Vec<_> = gone.iter().map(|contact| contact.contact.as_str()).collect();
        let events: Vec<_> = gone.iter().map(|contact| contact.event).collect();
        let message = format!("had left the client: {}", ids.join(", "));
        step.find_with(FindingCode::ContactContradicted, &events, message);
    }
}
