//! Our own staff: joining, absences, departures.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::handover::HandoverClass;
use super::shape::payload;
use super::{DateSchema, date};
use crate::values::{Capacity, Patch, not_null};
use crate::{Check, Instant, Invalid, Name, PersonId};

payload! {
    /// A person works for us from here on.
    Joined {
        /// The name.
        #[schemars(extend("x-personal" = "person"))]
        name: Name,
        /// The e-mail address.
        #[schemars(extend("x-personal" = "person"))]
        email?: Name,
        /// The job title.
        title?: Name,
        /// The sales region.
        region?: Name,
        /// Who the person reports to.
        manager?: PersonId,
        /// How many accounts the person can hold.
        capacity?: Capacity,
    }
    /// Parts of what is known about a person changed.
    Changed {
        /// The fields that changed; `null` empties one.
        changes: PersonChanges,
    }
    /// The person is away from here on.
    AbsenceStarted {
        /// The instant from which the person is expected back.
        until?: Instant,
        /// Whether the person cannot be asked for anything.
        incapacitated?: bool,
    }
    /// The person is back.
    AbsenceEnded {}
    /// The person is to leave.
    DepartureAnnounced {
        /// The last day; the whole of it still counts.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        last_day: Date,
        /// How much time there is for handing over.
        class?: HandoverClass,
    }
    /// The person works for us no more.
    Departed {}
}

/// What changed about a person: absent is kept, `null` is emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline, extend("minProperties" = 1))]
pub struct PersonChanges {
    /// The name, which cannot be emptied.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_null")]
    #[schemars(with = "Name")]
    #[schemars(extend("x-personal" = "person"))]
    pub name: Option<Name>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(extend("x-personal" = "person"))]
    pub email: Patch<Name>,
    /// The job title.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub title: Patch<Name>,
    /// The sales region.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub region: Patch<Name>,
    /// Who the person reports to.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub manager: Patch<PersonId>,
    /// How many accounts the person can hold.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub capacity: Patch<Capacity>,
}

impl Check for Changed {
    fn check(&self) -> Result<(), Invalid> {
        if self.changes == PersonChanges::default() {
            return Err(Invalid::at("changes", "names no change"));
        }
        Ok(())
    }
}
