//! Which accounts ever named a person as an owner, or an account as their parent: where to look before folding.

use imbl::{OrdMap, OrdSet};
use tenure_schemas::payload::{AccountEvent, Family, OwnershipEvent, RevisionEvent};
use tenure_schemas::{AccountId, Event, PersonId};

/// Accounts by what their events name. Once named stays named, whatever is corrected later: the
/// fold says what holds, this only says where it can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mentions {
    owners: OrdMap<PersonId, OrdSet<AccountId>>,
    parents: OrdMap<AccountId, OrdSet<AccountId>>,
}

impl Mentions {
    /// What the events of one account name.
    pub(super) fn of(account: &AccountId, events: &[Event]) -> Self {
        let mut mentions = Self::default();
        for event in events {
            mentions.include(account, event);
        }
        mentions
    }

    /// Notes what an event of an account names.
    pub(super) fn include(&mut self, account: &AccountId, event: &Event) {
        match event.payload().map(tenure_schemas::Payload::family) {
            Some(Family::Ownership(OwnershipEvent::Assigned(assigned))) => self.owner(&assigned.person, account),
            Some(Family::Ownership(OwnershipEvent::Transferred(transferred))) => {
                self.owner(&transferred.from, account);
                self.owner(&transferred.to, account);
            }
            Some(Family::Ownership(OwnershipEvent::Ended(ended))) => self.owner(&ended.person, account),
            Some(Family::Account(AccountEvent::Opened(opened))) => self.parent(opened.parent.as_ref(), account),
            Some(Family::Account(AccountEvent::ParentSet(set))) => self.parent(set.parent.as_ref(), account),
            Some(Family::Revision(RevisionEvent::Corrected(corrected))) => {
                let named = |field: &str| corrected.payload.get(field).and_then(serde_json::Value::as_str);
                for person in ["person", "from", "to"].into_iter().filter_map(named) {
                    if let Ok(person) = PersonId::new(person) {
                        self.owner(&person, account);
                    }
                }
                self.parent(named("parent").and_then(|parent| AccountId::new(parent).ok()).as_ref(), account);
            }
            Some(_) | None => {}
        }
    }

    fn owner(&mut self, person: &PersonId, account: &AccountId) {
        self.owners.entry(person.clone()).or_default().insert(account.clone());
    }

    fn parent(&mut self, parent: Option<&AccountId>, account: &AccountId) {
        if let Some(parent) = parent {
            self.parents.entry(parent.clone()).or_default().insert(account.clone());
        }
    }

    /// The people who were ever named as owners, in order.
    pub(super) fn people(&self) -> impl Iterator<Item = &PersonId> {
        self.owners.keys()
    }

    /// The accounts that ever named the person as an owner, in order.
    pub(super) fn of_owner(&self, person: &PersonId) -> impl Iterator<Item = &AccountId> {
        self.owners.get(person).into_iter().flatten()
    }

    /// The accounts that ever named the account as their parent, in order.
    pub(super) fn of_parent(&self, parent: &AccountId) -> impl Iterator<Item = &AccountId> {
        self.parents.get(parent).into_iter().flatten()
    }
}
