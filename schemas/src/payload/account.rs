//! What happens to an account as such: opening, profile, hierarchy, tier, notes, closing, merging.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::payload;
use crate::values::{Assessment, Patch, words};
use crate::{AccountId, Check, Currency, Invalid, Name, OfferingId, Text};

words! {
    /// How far the relationship has come.
    Stage {
        /// Not a client yet.
        Prospect = "prospect",
        /// A client.
        Customer = "customer",
    }
    /// How much the account is worth managing, as people decided.
    Tier {
        /// A key account.
        Key = "key",
        /// Could become one.
        Developing = "developing",
        /// Kept as it is.
        Maintained = "maintained",
        /// Served with little effort.
        Streamlined = "streamlined",
    }
    /// What a note is about.
    NoteTopic {
        /// How the client likes things done.
        Preference = "preference",
        /// What not to touch.
        Sensitivity = "sensitivity",
        /// Who stands where on the client's side.
        Politics = "politics",
        /// What may go wrong.
        Risk = "risk",
        /// Anything else.
        Other = "other",
    }
    /// Why an account was closed.
    CloseReason {
        /// The client left.
        Lost = "lost",
        /// The business came to its end.
        Ended = "ended",
        /// Anything else.
        Other = "other",
    }
}

payload! {
    /// An account is known from here on.
    Opened {
        /// The client organisation's name.
        name: Name,
        /// How far the relationship has come.
        stage?: Stage,
        /// The currency that its figures are in.
        currency?: Currency,
        /// The sales region.
        region?: Name,
        /// The industry.
        industry?: Name,
        /// The account it is a part of.
        parent?: AccountId,
        /// Its ids in other systems, by system.
        external_ids?: BTreeMap<Name, Name>,
    }
    /// The client organisation goes by another name.
    Renamed {
        /// The new name.
        name: Name,
    }
    /// Parts of the profile changed.
    ProfileChanged {
        /// The fields that changed; `null` empties one.
        changes: ProfileChanges,
    }
    /// The account moved in the hierarchy.
    ParentSet {
        /// The account it is a part of; `null` makes it stand alone.
        // Named here, for an Option alone would let the field be left out.
        #[serde(deserialize_with = "Option::deserialize")]
        #[schemars(with = "Patch<AccountId>")]
        parent: Option<AccountId>,
    }
    /// People decided how much the account is worth managing.
    TierDecided {
        /// The tier.
        tier: Tier,
        /// Whether it is managed as a key account.
        manage_as_key: bool,
        /// Why.
        #[schemars(extend("x-personal" = "account"))]
        rationale: Text,
        /// The model that proposed it, such as `attractiveness/1`.
        model?: Name,
    }
    /// A person assessed one criterion of a model.
    CriterionAssessed {
        /// The model, such as `attractiveness/1`.
        model: Name,
        /// The criterion's name in the model.
        criterion: Name,
        /// The assessed value on the criterion's anchored scale.
        value: Assessment,
        /// Why.
        #[schemars(extend("x-personal" = "account"))]
        rationale: Text,
        /// Who is assessed: `account` (default), `us` or `competitor:<name>`.
        subject?: Name,
    }
    /// Something worth knowing about the account.
    NoteRecorded {
        /// What it is about.
        topic: NoteTopic,
        /// The note.
        #[schemars(extend("x-personal" = "account"))]
        text: Text,
    }
    /// The relationship ended.
    Closed {
        /// Why.
        reason: CloseReason,
        /// The competitor who won it.
        lost_to?: Name,
    }
    /// A closed account is served again.
    Reopened {}
    /// The account turned out to be the same as another; its history goes on there.
    Merged {
        /// The surviving account.
        into: AccountId,
    }
    /// The merge was wrong; the account stands on its own again.
    MergeReverted {}
    /// A competitor was seen at the client.
    CompetitorObserved {
        /// The competitor.
        name: Name,
        /// The offering they compete with.
        offering?: OfferingId,
        /// How strongly they stand.
        #[schemars(extend("x-personal" = "account"))]
        strength?: Text,
    }
}

/// The parts of a profile that changed: absent is kept, `null` is emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline, extend("minProperties" = 1))]
pub struct ProfileChanges {
    /// How far the relationship has come.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub stage: Patch<Stage>,
    /// The currency that its figures are in.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub currency: Patch<Currency>,
    /// The sales region.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub region: Patch<Name>,
    /// The industry.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub industry: Patch<Name>,
    /// Ids in other systems, by system; those named are replaced.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub external_ids: BTreeMap<Name, Name>,
}

impl Check for ProfileChanged {
    fn check(&self) -> Result<(), Invalid> {
        if self.changes == ProfileChanges::default() {
            return Err(Invalid::at("changes", "names no change"));
        }
        Ok(())
    }
}

impl Check for CriterionAssessed {
    fn check(&self) -> Result<(), Invalid> {
        let Some(subject) = &self.subject else { return Ok(()) };
        let competitor = subject.as_str().strip_prefix("competitor:").is_some_and(|name| !name.trim().is_empty());
        if competitor || matches!(subject.as_str(), "account" | "us") {
            return Ok(());
        }
        Err(Invalid::at("subject", format!("\"{subject}\" is none of: account, us, competitor:<name>")))
    }
}
