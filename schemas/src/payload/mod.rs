//! The event catalogue: every kind, its payload, its stream and its version.

pub mod account;
pub mod catalogue;
pub mod commitment;
pub mod contact;
pub mod contract;
pub mod handover;
pub mod interaction;
pub mod issue;
pub mod ledger;
pub mod model;
pub mod need;
pub mod order;
pub mod ownership;
pub mod person;
mod plain;
pub mod plan;
pub mod revision;
mod shape;
pub mod survey;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use self::plain::{date, optional_date, plain};
use crate::codec::{self, CodecError};
use crate::{Invalid, StreamClass};

/// What a payload must satisfy beyond the shape of its fields.
pub trait Check {
    /// Refuses values that contradict each other, naming the field.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// Whether a kind needs somebody's reason, and whether it states a fact that cannot lie in the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Neither.
    Plain,
    /// A decision that must say why: ownership, handovers, tiers, corrections.
    Reasoned,
    /// Something that happened: interactions, orders, issues, surveys.
    Fact,
}

/// Declares the catalogue: kind, payload type, stream class (`Any` for all) and nature; `plain` payloads have
/// no check of their own.
macro_rules! catalogue {
    ($($variant:ident = $kind:literal: $module:ident::$type:ident in $class:ident, $nature:ident $($check:ident)?;)+) => {
        /// The kind of an event, as this version of the catalogue knows it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", $kind, "`")] $variant,)+
        }

        /// What an event says, by kind.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Payload {
            $(#[doc = concat!("`", $kind, "`")] $variant($module::$type),)+
        }

        impl Kind {
            /// Every kind, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The kind as it is recorded, such as `account.opened`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $kind,)+
                }
            }

            /// Whether the kind needs a reason or states a fact.
            pub fn nature(self) -> Nature {
                match self {
                    $(Self::$variant => Nature::$nature,)+
                }
            }

            /// Whether events of this kind belong in streams of `class`.
            pub fn belongs_in(self, class: StreamClass) -> bool {
                match self {
                    $(Self::$variant => catalogue!(@class $class, class),)+
                }
            }

            /// The JSON Schema of the payload's current version.
            pub fn json_schema(self) -> Schema {
                match self {
                    $(Self::$variant => schema_of::<$module::$type>($kind, self.version()),)+
                }
            }

            fn read_json(self, value: serde_json::Value) -> Result<Payload, Invalid> {
                match self {
                    $(Self::$variant => from_json(value).map(Payload::$variant),)+
                }
            }

            fn read_bytes(self, bytes: &[u8]) -> Result<Payload, CodecError> {
                match self {
                    $(Self::$variant => codec::from_bytes(bytes).map(Payload::$variant),)+
                }
            }
        }

        impl Payload {
            /// The kind of what is said.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Self::$variant(_) => Kind::$variant,)+
                }
            }

            /// Refuses values that contradict each other, naming the field.
            pub fn check(&self) -> Result<(), Invalid> {
                match self {
                    $(Self::$variant(payload) => payload.check(),)+
                }
            }

            /// The payload as JSON.
            pub fn to_json(&self) -> serde_json::Value {
                let json = match self {
                    $(Self::$variant(payload) => serde_json::to_value(payload),)+
                };
                // Payloads hold only text keys and finite numbers, which always have a JSON form.
                json.unwrap_or_default()
            }

            /// The payload as stored bytes.
            pub fn to_bytes(&self) -> Result<Vec<u8>, CodecError> {
                match self {
                    $(Self::$variant(payload) => codec::to_bytes(payload),)+
                }
            }
        }

        $(catalogue!(@check $module::$type $($check)?);)+
    };
    (@class Any, $given:ident) => {{ let _: StreamClass = $given; true }};
    (@class $class:ident, $given:ident) => { $given == StreamClass::$class };
    (@check $module:ident::$type:ident) => { impl Check for $module::$type {} };
    (@check $module:ident::$type:ident checked) => {};
}

catalogue! {
    AccountOpened = "account.opened": account::Opened in Account, Plain;
    AccountRenamed = "account.renamed": account::Renamed in Account, Plain;
    AccountProfileChanged = "account.profile_changed": account::ProfileChanged in Account, Plain checked;
    AccountParentSet = "account.parent_set": account::ParentSet in Account, Plain;
    AccountTierDecided = "account.tier_decided": account::TierDecided in Account, Reasoned;
    AccountCriterionAssessed = "account.criterion_assessed": account::CriterionAssessed in Account, Plain checked;
    AccountNoteRecorded = "account.note_recorded": account::NoteRecorded in Account, Plain;
    AccountClosed = "account.closed": account::Closed in Account, Plain;
    AccountReopened = "account.reopened": account::Reopened in Account, Plain;
    AccountMerged = "account.merged": account::Merged in Account, Plain;
    AccountMergeReverted = "account.merge_reverted": account::MergeReverted in Account, Plain;
    CompetitorObserved = "competitor.observed": account::CompetitorObserved in Account, Plain;

    ContactAdded = "contact.added": contact::Added in Account, Plain;
    ContactChanged = "contact.changed": contact::Changed in Account, Plain checked;
    ContactConsentChanged = "contact.consent_changed": contact::ConsentChanged in Account, Plain;
    ContactLeft = "contact.left": contact::Left in Account, Plain;
    ContactErased = "contact.erased": contact::Erased in Account, Plain;

    OwnershipAssigned = "ownership.assigned": ownership::Assigned in Account, Reasoned;
    OwnershipTransferred = "ownership.transferred": ownership::Transferred in Account, Reasoned checked;
    OwnershipEnded = "ownership.ended": ownership::Ended in Account, Reasoned;
    CoverageStarted = "coverage.started": ownership::CoverageStarted in Account, Reasoned;
    CoverageEnded = "coverage.ended": ownership::CoverageEnded in Account, Reasoned;

    InteractionLogged = "interaction.logged": interaction::Logged in Account, Fact checked;
    InteractionPlanned = "interaction.planned": interaction::Planned in Account, Fact checked;
    InteractionCancelled = "interaction.cancelled": interaction::Cancelled in Account, Fact;

    OrderPlaced = "order.placed": order::Placed in Account, Fact;
    OrderAmended = "order.amended": order::Amended in Account, Fact;
    OrderFulfilled = "order.fulfilled": order::Fulfilled in Account, Fact;
    OrderCancelled = "order.cancelled": order::Cancelled in Account, Fact;
    OrderReturned = "order.returned": order::Returned in Account, Fact;
    CostRecorded = "cost.recorded": order::CostRecorded in Account, Plain checked;
    SavingIdentified = "saving.identified": order::SavingIdentified in Account, Plain;
    SavingRealised = "saving.realised": order::SavingRealised in Account, Plain;

    IssueRaised = "issue.raised": issue::Raised in Account, Fact;
    IssueAssigned = "issue.assigned": issue::Assigned in Account, Fact;
    IssueResponded = "issue.responded": issue::Responded in Account, Fact;
    IssueNoted = "issue.noted": issue::Noted in Account, Fact;
    IssueChanged = "issue.changed": issue::Changed in Account, Fact checked;
    IssueWaiting = "issue.waiting": issue::Waiting in Account, Fact;
    IssueResumed = "issue.resumed": issue::Resumed in Account, Fact;
    IssueEscalated = "issue.escalated": issue::Escalated in Account, Fact;
    IssueResolved = "issue.resolved": issue::Resolved in Account, Fact;
    IssueReopened = "issue.reopened": issue::Reopened in Account, Fact;
    IssueClosed = "issue.closed": issue::Closed in Account, Fact;
    IssueMoved = "issue.moved": issue::Moved in Account, Fact;

    PlanAdopted = "plan.adopted": plan::Adopted in Account, Plain checked;
    PlanObjectiveSet = "plan.objective_set": plan::ObjectiveSet in Account, Plain;
    PlanProgressRecorded = "plan.progress_recorded": plan::ProgressRecorded in Account, Plain;
    PlanObjectiveClosed = "plan.objective_closed": plan::ObjectiveClosed in Account, Plain;
    PlanActionSet = "plan.action_set": plan::ActionSet in Account, Plain;
    PlanActionDone = "plan.action_done": plan::ActionDone in Account, Plain;
    PlanActionDropped = "plan.action_dropped": plan::ActionDropped in Account, Plain;
    PlanReviewed = "plan.reviewed": plan::Reviewed in Account, Plain;
    PlanInsightRecorded = "plan.insight_recorded": plan::InsightRecorded in Account, Plain;
    PlanClosed = "plan.closed": plan::Closed in Account, Plain;

    CommitmentMade = "commitment.made": commitment::Made in Account, Plain;
    CommitmentKept = "commitment.kept": commitment::Kept in Account, Plain;
    CommitmentBroken = "commitment.broken": commitment::Broken in Account, Plain;
    CommitmentWithdrawn = "commitment.withdrawn": commitment::Withdrawn in Account, Plain;
    ContractSigned = "contract.signed": contract::Signed in Account, Plain checked;
    ContractRenewed = "contract.renewed": contract::Renewed in Account, Plain;
    ContractEnded = "contract.ended": contract::Ended in Account, Plain;
    NeedIdentified = "need.identified": need::Identified in Account, Plain;
    NeedMet = "need.met": need::Met in Account, Plain;
    NeedDropped = "need.dropped": need::Dropped in Account, Plain;
    SurveyResponded = "survey.responded": survey::Responded in Account, Fact checked;

    HandoverStarted = "handover.started": handover::Started in Account, Reasoned checked;
    HandoverSuccessorNamed = "handover.successor_named": handover::SuccessorNamed in Account, Reasoned;
    HandoverBriefed = "handover.briefed": handover::Briefed in Account, Reasoned checked;
    HandoverIntroduced = "handover.introduced": handover::Introduced in Account, Reasoned checked;
    HandoverAccepted = "handover.accepted": handover::Accepted in Account, Reasoned;
    HandoverDeclined = "handover.declined": handover::Declined in Account, Reasoned;
    HandoverCompleted = "handover.completed": handover::Completed in Account, Reasoned;
    HandoverCancelled = "handover.cancelled": handover::Cancelled in Account, Reasoned;

    PersonJoined = "person.joined": person::Joined in Person, Plain;
    PersonChanged = "person.changed": person::Changed in Person, Plain checked;
    PersonAbsenceStarted = "person.absence_started": person::AbsenceStarted in Person, Plain;
    PersonAbsenceEnded = "person.absence_ended": person::AbsenceEnded in Person, Plain;
    PersonDepartureAnnounced = "person.departure_announced": person::DepartureAnnounced in Person, Plain;
    PersonDeparted = "person.departed": person::Departed in Person, Plain;

    OfferingListed = "offering.listed": catalogue::OfferingListed in Catalogue, Plain;
    OfferingRetired = "offering.retired": catalogue::OfferingRetired in Catalogue, Plain;
    ModelPublished = "model.published": model::Published in Model, Plain checked;
    ModelActivated = "model.activated": model::Activated in Model, Plain;
    LedgerOpened = "ledger.opened": ledger::Opened in Ledger, Plain;
    LedgerLossAccepted = "ledger.loss_accepted": ledger::LossAccepted in Ledger, Plain;

    EventCorrected = "event.corrected": revision::Corrected in Any, Reasoned checked;
    EventRetracted = "event.retracted": revision::Retracted in Any, Reasoned;
}

impl Kind {
    /// The current version of the payload's schema.
    pub fn version(self) -> u32 {
        1
    }

    /// Reads and checks a payload of the current version from JSON; errors name the field.
    pub fn payload_from_json(self, value: serde_json::Value) -> Result<Payload, Invalid> {
        let payload = self.read_json(value)?;
        payload.check()?;
        Ok(payload)
    }

    /// Reads a payload of the current version from stored bytes.
    pub fn payload_from_bytes(self, bytes: &[u8]) -> Result<Payload, CodecError> {
        self.read_bytes(bytes)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.iter().copied().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let family = text.split('.').next().unwrap_or_default();
            let near: Vec<_> =
                Self::ALL.iter().map(|kind| kind.as_str()).filter(|kind| related(kind, family)).collect();
            let hint = if near.is_empty() { "see /v1/schemas for all kinds".to_owned() } else { near.join(", ") };
            Invalid::new(format!("\"{text}\" is no known kind of event; did you mean one of: {hint}"))
        })
    }
}

fn related(kind: &str, family: &str) -> bool {
    kind.split('.').next() == Some(family)
}

fn from_json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(value).map_err(Invalid::of_shape)
}

fn schema_of<T: JsonSchema>(kind: &str, version: u32) -> Schema {
    let mut schema = schemars::schema_for!(T);
    schema.insert("$id".to_owned(), format!("/v1/schemas/{kind}/{version}").into());
    schema.insert("title".to_owned(), format!("{kind}, version {version}").into());
    schema
}

/// The JSON Schema of a civil date.
struct DateSchema;

impl JsonSchema for DateSchema {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
}

/// Refuses a period that is empty or runs backwards.
fn ordered(from: Date, to: Date) -> Result<(), Invalid> {
    if from < to {
        return Ok(());
    }
    Err(Invalid::at("to", format!("{to} is not after {from}: the period is empty, for `to` is the day after the last")))
}

/// Refuses a list that names the same thing twice.
fn no_duplicates<T: Ord + fmt::Display>(field: &str, items: &[T]) -> Result<(), Invalid> {
    let mut seen = BTreeSet::new();
    match items.iter().enumerate().find(|(_, item)| !seen.insert(*item)) {
        Some((at, item)) => Err(Invalid::at(format!("{field}[{at}]"), format!("\"{item}\" is named twice"))),
        None => Ok(()),
    }
}
