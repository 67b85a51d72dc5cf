//! How many threads the relationship hangs on: on our side and on theirs.
//!
//! The effective number of persons or contacts is `N1 = exp(−Σ p ln p)` over their shares of the relationship's
//! strength. A relationship is single-threaded where `N1` of either is below 1.5, or one share is 80 per cent or more.

use serde::Serialize;
use tenure_schemas::{ContactId, Name, PersonId};
use utoipa::ToSchema;

use super::Asked;
use super::cited::Cited;
use crate::engagement;
use crate::relationships::{self, By, Relation};

/// The share, in milli-points, from which one person or contact is the whole relationship.
const WHOLE_RELATIONSHIP: u32 = 80_000;
/// The effective number, in thousandths, below which there is one thread.
const ONE_THREAD: i64 = 1_500;
const MILLI_POINTS: f64 = 100_000.0;

/// On whom the relationship hangs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Threads {
    /// Whether it hangs on one of ours, or on one of theirs.
    pub single_threaded: bool,
    /// The effective number of our people, in thousandths.
    pub effective_persons: i64,
    /// The effective number of contacts, in thousandths.
    pub effective_contacts: i64,
    /// Who of ours has the largest share.
    pub person: PersonId,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// That share in milli-points.
    pub person_share: u32,
    /// Who of theirs has the largest share.
    pub contact: ContactId,
    /// The contact's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<Name>,
    /// That share in milli-points.
    pub contact_share: u32,
    /// The last contacts with each of ours and theirs.
    #[serde(flatten)]
    pub cited: Cited,
}

/// On whom the relationship hangs; `None` where no interaction named a contact.
pub(super) fn threads(asked: &Asked<'_>) -> Option<Threads> {
    let relations = |by| relationships::relations(asked.account, asked.directory, &asked.as_of, asked.zone, by);
    let (persons, contacts) = (relations(By::Person), relations(By::Contact));
    let (person, contact) = (persons.first()?, contacts.first()?);
    let (effective_persons, effective_contacts) = (effective(&persons), effective(&contacts));
    let one_thread = effective_persons.min(effective_contacts) < ONE_THREAD;
    Some(Threads {
        single_threaded: one_thread || person.share.max(contact.share) >= WHOLE_RELATIONSHIP,
        effective_persons,
        effective_contacts,
        person: person.person.clone()?,
        person_name: person.person_name.clone(),
        person_share: person.share,
        contact: contact.contact.clone()?,
        contact_name: contact.contact_name.clone(),
        contact_share: contact.share,
        cited: asked.sources.cite(persons.iter().chain(&contacts).map(|relation| relation.last_event)),
    })
}

/// The effective number of what has these shares, in thousandths.
fn effective(relations: &[Relation]) -> i64 {
    let parts = relations.iter().filter(|relation| relation.share > 0);
    let entropy: f64 = parts
        .map(|relation| {
            let share = f64::from(relation.share) / MILLI_POINTS;
            -share * libm::log(share)
        })
        .sum();
    engagement::milli(libm::exp(entropy))
}
