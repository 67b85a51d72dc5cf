//! On how few the relationship hangs, as [`crate::risk`] works it out.

use serde::Serialize;
use tenure_schemas::{ContactId, Name, PersonId};
use utoipa::ToSchema;

use super::Asked;
use super::cited::Cited;
use crate::relationships::{self, By};
use crate::risk;

/// On whom the relationship hangs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Threads {
    /// Whether it hangs on one of ours, or on one of theirs.
    pub single_threaded: bool,
    /// The effective number of our people, in thousandths.
    pub effective_persons: u32,
    /// The effective number of contacts, in thousandths.
    pub effective_contacts: u32,
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

/// On whom the relationship hangs; `None` where nobody who is still there carries any of it.
pub(super) fn threads(asked: &Asked<'_>) -> Option<Threads> {
    let risk = risk::risk(&asked.whole, asked.directory, &asked.as_of, asked.zone);
    let (ours, theirs) = (risk.internal?, risk.client?);
    let relations = |by| relationships::relations(&asked.whole, asked.directory, &asked.as_of, asked.zone, by);
    let last = [By::Person, By::Contact].into_iter().flat_map(relations).map(|relation| relation.last_event);
    Some(Threads {
        single_threaded: risk.is_single_threaded,
        effective_persons: ours.effective,
        effective_contacts: theirs.effective,
        person: risk.depends_on?,
        person_name: risk.depends_on_name,
        person_share: ours.largest_share,
        contact: risk.depends_on_contact?,
        contact_name: risk.depends_on_contact_name,
        contact_share: theirs.largest_share,
        cited: asked.sources.cite(last),
    })
}
