//! Dated contacts with the client, held and planned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::payload;
use crate::values::{NonEmpty, Seconds, Sentiment, words};
use crate::{
    Check, ContactId, HandoverId, Instant, InteractionId, Invalid, IssueId, OfferingId, OrderId, PersonId, PlanId, Text,
};

words! {
    /// How we were in touch.
    Channel {
        /// E-mail.
        Email = "email",
        /// Telephone.
        Phone = "phone",
        /// Video call.
        Video = "video",
        /// In one room.
        FaceToFace = "face_to_face",
        /// Chat.
        Chat = "chat",
        /// Letter or parcel.
        Postal = "postal",
        /// A web portal.
        Portal = "portal",
        /// A fair, a dinner, a seminar.
        Event = "event",
    }
    /// Who reached out.
    Direction {
        /// The client.
        Inbound = "inbound",
        /// We.
        Outbound = "outbound",
        /// Both, as in a meeting.
        Mutual = "mutual",
    }
}

payload! {
    /// A contact with the client took place.
    Logged {
        /// How we were in touch.
        channel: Channel,
        /// Who reached out.
        direction: Direction,
        /// Who of ours took part.
        persons: NonEmpty<PersonId>,
        /// Who of theirs took part.
        contacts?: Vec<ContactId>,
        /// The planned interaction that this was.
        interaction?: InteractionId,
        /// What it was about.
        about?: About,
        /// The subject line.
        #[schemars(extend("x-personal" = "account"))]
        subject?: Text,
        /// What was said.
        #[schemars(extend("x-personal" = "account"))]
        summary?: Text,
        /// How long it took, in seconds.
        duration_s?: Seconds,
        /// How the client felt.
        sentiment?: Sentiment,
        /// The offerings that were shown.
        offerings_presented?: Vec<OfferingId>,
    }
    /// A contact with the client is to take place.
    Planned {
        /// The interaction's id in the account.
        interaction: InteractionId,
        /// When it is to take place.
        at: Instant,
        /// How we will be in touch.
        channel: Channel,
        /// Who of ours takes part.
        persons: NonEmpty<PersonId>,
        /// Who of theirs takes part.
        contacts?: Vec<ContactId>,
        /// The subject line.
        #[schemars(extend("x-personal" = "account"))]
        subject?: Text,
    }
    /// A planned contact will not take place.
    Cancelled {
        /// The planned interaction.
        interaction: InteractionId,
    }
}

/// What an interaction was about; exactly one field is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum About {
    /// An order.
    Order(OrderId),
    /// An issue.
    Issue(IssueId),
    /// A plan.
    Plan(PlanId),
    /// A handover.
    Handover(HandoverId),
}

/// The most pairs of a person and a contact that one interaction can bring together: a hundred of each.
const MAX_PAIRS: usize = 10_000;

fn check_parties(persons: &NonEmpty<PersonId>, contacts: Option<&[ContactId]>) -> Result<(), Invalid> {
    let (persons, contacts) = (persons.as_slice(), contacts.unwrap_or_default());
    super::no_duplicates("persons", persons)?;
    super::no_duplicates("contacts", contacts)?;
    let pairs = persons.len().saturating_mul(contacts.len());
    if pairs <= MAX_PAIRS {
        return Ok(());
    }
    let what = format!(
        "brings {} of our people together with {} of theirs, {pairs} pairs, of which one interaction takes {MAX_PAIRS}: \
         name those who spoke with each other, in several interactions if need be",
        persons.len(),
        contacts.len()
    );
    Err(Invalid::at("contacts", what))
}

impl Check for Planned {
    fn check(&self) -> Result<(), Invalid> {
        check_parties(&self.persons, self.contacts.as_deref())
    }
}

impl Check for Logged {
    fn check(&self) -> Result<(), Invalid> {
        check_parties(&self.persons, self.contacts.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Kind;

    #[test]
    fn an_interaction_brings_only_so_many_pairs_together() {
        let ids = |letter: &str, count: usize| (0..count).map(|at| json!(format!("{letter}{at}"))).collect::<Value>();
        let logged = |persons, contacts| {
            let says = json!({"channel": "event", "direction": "mutual", "persons": ids("p", persons), "contacts": ids("c", contacts)});
            Kind::InteractionLogged.payload_from_json(says)
        };
        assert!(logged(100, 100).is_ok());
        assert!(logged(1_000, 10).is_ok());
        let error = logged(101, 100).unwrap_err();
        assert_eq!(error.field, "contacts");
        assert!(error.message.contains("10100 pairs"), "{}", error.message);
    }
}
