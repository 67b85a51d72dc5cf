//! The governed transfer of an ownership role from one person to another.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ownership::{Role, Scope};
use super::shape::payload;
use super::{DateSchema, no_duplicates, optional_date};
use crate::values::{NonEmpty, Percent, words};
use crate::{Check, ContactId, HandoverId, Instant, Invalid, Name, PersonId};

words! {
    /// How a handover came about.
    HandoverClass {
        /// In good time.
        Planned = "planned",
        /// In a hurry.
        ShortNotice = "short_notice",
        /// Without the owner's help.
        Emergency = "emergency",
        /// To a team instead of a person, for now.
        Pooled = "pooled",
    }
}

payload! {
    /// A handover begins.
    Started {
        /// The handover's id in the account.
        handover: HandoverId,
        /// Who hands over.
        from: PersonId,
        /// Which role.
        role: Role,
        /// For which part of the account; the whole of it when absent.
        scope?: Scope,
        /// Who takes over, if that is known.
        to?: PersonId,
        /// How it came about.
        class: HandoverClass,
        /// The day by which it is to be complete.
        #[serde(deserialize_with = "optional_date")]
        #[schemars(with = "Option<DateSchema>")]
        due?: Date,
    }
    /// The successor is known.
    SuccessorNamed {
        /// The handover.
        handover: HandoverId,
        /// Who takes over.
        to: PersonId,
    }
    /// The successor got the brief.
    Briefed {
        /// The handover.
        handover: HandoverId,
        /// Which brief, so that it can be rendered again.
        brief: Brief,
        /// How much of the brief was filled, in per cent.
        completeness: Percent,
    }
    /// The successor met the client's people.
    Introduced {
        /// The handover.
        handover: HandoverId,
        /// Whom of theirs.
        contacts: NonEmpty<ContactId>,
        /// Who of ours was there.
        persons: NonEmpty<PersonId>,
    }
    /// The successor takes the relationship.
    Accepted {
        /// The handover.
        handover: HandoverId,
        /// Who accepts.
        by: PersonId,
    }
    /// The successor does not take the relationship.
    Declined {
        /// The handover.
        handover: HandoverId,
        /// Who declines.
        by: PersonId,
    }
    /// The handover is done.
    Completed {
        /// The handover.
        handover: HandoverId,
    }
    /// The handover will not take place.
    Cancelled {
        /// The handover.
        handover: HandoverId,
    }
}

/// What identifies a brief: the question it answers, its format and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Brief {
    /// The moment that it speaks of.
    pub as_of: Instant,
    /// The size of the ledger that it was made at.
    pub size: u64,
    /// The version of its format.
    pub format: u32,
    /// The health model that it used, such as `health/1`.
    pub model: Name,
    /// The SHA-256 of its bytes, in hexadecimal.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub digest: Name,
}

impl Check for Started {
    fn check(&self) -> Result<(), Invalid> {
        if self.to.as_ref() == Some(&self.from) {
            return Err(Invalid::at("to", "is the same person as from: a handover needs two"));
        }
        Ok(())
    }
}

impl Check for Briefed {
    fn check(&self) -> Result<(), Invalid> {
        let digest = self.brief.digest.as_str();
        let is_hex = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_hex {
            return Ok(());
        }
        Err(Invalid::at("brief.digest", "is no SHA-256: write 64 hexadecimal digits in lower case"))
    }
}

impl Check for Introduced {
    fn check(&self) -> Result<(), Invalid> {
        no_duplicates("contacts", self.contacts.as_slice())?;
        no_duplicates("persons", self.persons.as_slice())
    }
}
