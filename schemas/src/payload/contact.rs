//! The people on the client's side: who they are, what they agreed to, when they left.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::interaction::Channel;
use super::shape::payload;
use crate::values::{Patch, not_null, words};
use crate::{Check, ContactId, Invalid, Name, Text};

words! {
    /// What a contact is to the relationship.
    ContactRole {
        /// Decides.
        DecisionMaker = "decision_maker",
        /// Holds the budget.
        EconomicBuyer = "economic_buyer",
        /// Stands behind the relationship at the top.
        ExecutiveSponsor = "executive_sponsor",
        /// Argues for us.
        Champion = "champion",
        /// Is listened to.
        Influencer = "influencer",
        /// Uses what we deliver.
        User = "user",
        /// Controls who gets through.
        Gatekeeper = "gatekeeper",
        /// Buys.
        Procurement = "procurement",
        /// Is who we talk to every day.
        DayToDay = "day_to_day",
    }
    /// Whether a contact agreed to be reached.
    Consent {
        /// Agreed.
        Given = "given",
        /// Agreed no longer.
        Withdrawn = "withdrawn",
    }
}

payload! {
    /// A person on the client's side is known from here on.
    Added {
        /// The contact's id; it must not identify anyone.
        contact: ContactId,
        /// The name.
        #[schemars(extend("x-personal" = "contact"))]
        name: Name,
        /// What the contact is to the relationship.
        roles?: BTreeSet<ContactRole>,
        /// How senior the contact is, in the firm's own words.
        seniority?: Name,
        /// The contact that this one reports to.
        reports_to?: ContactId,
        /// The e-mail address.
        #[schemars(extend("x-personal" = "contact"))]
        email?: Name,
        /// The telephone number.
        #[schemars(extend("x-personal" = "contact"))]
        phone?: Name,
        /// The language to speak, as a BCP 47 tag.
        language?: Name,
        /// The IANA time zone.
        timezone?: Name,
    }
    /// Parts of what is known about a contact changed.
    Changed {
        /// The contact.
        contact: ContactId,
        /// The fields that changed; `null` empties one.
        changes: ContactChanges,
    }
    /// A contact agreed, or no longer agrees, to be reached through a channel.
    ConsentChanged {
        /// The contact.
        contact: ContactId,
        /// The channel.
        channel: Channel,
        /// What the contact said.
        consent: Consent,
    }
    /// A contact left the client.
    Left {
        /// The contact.
        contact: ContactId,
        /// Who follows.
        successor?: ContactId,
    }
    /// A contact's personal data are to be forgotten.
    Erased {
        /// The contact.
        contact: ContactId,
        /// On what ground.
        legal_basis: Text,
    }
}

/// What changed about a contact: absent is kept, `null` is emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline, extend("minProperties" = 1))]
pub struct ContactChanges {
    /// The name, which cannot be emptied.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_null")]
    #[schemars(with = "Name")]
    #[schemars(extend("x-personal" = "contact"))]
    pub name: Option<Name>,
    /// All roles that the contact has from here on.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_null")]
    #[schemars(with = "BTreeSet<ContactRole>")]
    pub roles: Option<BTreeSet<ContactRole>>,
    /// How senior the contact is.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub seniority: Patch<Name>,
    /// The contact that this one reports to.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub reports_to: Patch<ContactId>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(extend("x-personal" = "contact"))]
    pub email: Patch<Name>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(extend("x-personal" = "contact"))]
    pub phone: Patch<Name>,
    /// The language to speak.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub language: Patch<Name>,
    /// The IANA time zone.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub timezone: Patch<Name>,
}

impl Check for Changed {
    fn check(&self) -> Result<(), Invalid> {
        if self.changes == ContactChanges::default() {
            return Err(Invalid::at("changes", "names no change"));
        }
        Ok(())
    }
}
