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

/// Declares the catalogue, family by family: the kinds with their payload types and natures, and the class of
/// streams that they belong in (`Any` for all). `checked` payloads have a [`Check`] of their own.
macro_rules! catalogue {
    ($(
        $(#[$doc:meta])*
        $family:ident($event:ident) = $module:ident in $class:ident {
            $($variant:ident = $kind:literal: $type:ident, $nature:ident $($check:ident)?;)+
        }
    )+) => {
        /// The kind of an event, as this version of the catalogue knows it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[doc = concat!("`", $kind, "`")] $variant,)+)+
        }

        /// What an event says, by kind.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Payload {
            $($(#[doc = concat!("`", $kind, "`")] $variant($module::$type),)+)+
        }

        /// What an event says, by family: a fold that cares about some families matches on those alone.
        #[derive(Clone, Copy, Debug)]
        pub enum Family<'a> {
            $($(#[$doc])* $family($event<'a>),)+
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $event<'a> {
                $(#[doc = concat!("`", $kind, "`")] $type(&'a $module::$type),)+
            }
        )+

        impl Kind {
            /// Every kind, in the order of the catalogue.
            pub const ALL: &[Self] = &[$($(Self::$variant),+),+];

            /// The kind as it is recorded, such as `account.opened`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$variant => $kind,)+)+
                }
            }

            /// Whether the kind needs a reason or states a fact.
            pub fn nature(self) -> Nature {
                match self {
                    $($(Self::$variant => Nature::$nature,)+)+
                }
            }

            /// Whether events of this kind belong in streams of `class`.
            pub fn belongs_in(self, class: StreamClass) -> bool {
                match self {
                    $($(Self::$variant)|+ => catalogue!(@class $class, class),)+
                }
            }

            /// The JSON Schema of the payload's current version.
            pub fn json_schema(self) -> Schema {
                match self {
                    $($(Self::$variant => schema_of::<$module::$type>($kind, self.version()),)+)+
                }
            }

            fn read_json(self, value: serde_json::Value) -> Result<Payload, Invalid> {
                match self {
                    $($(Self::$variant => from_json(value).map(Payload::$variant),)+)+
                }
            }

            fn read_bytes(self, bytes: &[u8]) -> Result<Payload, CodecError> {
                match self {
                    $($(Self::$variant => codec::from_bytes(bytes).map(Payload::$variant),)+)+
                }
            }
        }

        impl Payload {
            /// The kind of what is said.
            pub fn kind(&self) -> Kind {
                match self {
                    $($(Self::$variant(_) => Kind::$variant,)+)+
                }
            }

            /// The payload, by family.
            pub fn family(&self) -> Family<'_> {
                match self {
                    $($(Self::$variant(payload) => Family::$family($event::$type(payload)),)+)+
                }
            }

            /// Refuses values that contradict each other, naming the field.
            pub fn check(&self) -> Result<(), Invalid> {
                match self {
                    $($(Self::$variant(payload) => payload.check(),)+)+
                }
            }

            /// The payload as JSON.
            pub fn to_json(&self) -> serde_json::Value {
                let json = match self {
                    $($(Self::$variant(payload) => serde_json::to_value(payload),)+)+
                };
                // Payloads hold only text keys and finite numbers, which always have a JSON form.
                json.unwrap_or_default()
            }

            /// The payload as stored bytes.
            pub fn to_bytes(&self) -> Result<Vec<u8>, CodecError> {
                match self {
                    $($(Self::$variant(payload) => codec::to_bytes(payload),)+)+
                }
            }
        }

        $($(catalogue!(@check $module::$type $($check)?);)+)+
    };
    (@class Any, $given:ident) => {{ let _: StreamClass = $given; true }};
    (@class $class:ident, $given:ident) => { $given == StreamClass::$class };
    (@check $module:ident::$type:ident) => { impl Check for $module::$type {} };
    (@check $module:ident::$type:ident checked) => {};
}

catalogue! {
    /// What happens to an account as such.
    Account(AccountEvent) = account in Account {
        AccountOpened = "account.opened": Opened, Plain;
        AccountRenamed = "account.renamed": Renamed, Plain;
        AccountProfileChanged = "account.profile_changed": ProfileChanged, Plain checked;
        AccountParentSet = "account.parent_set": ParentSet, Plain;
        AccountTierDecided = "account.tier_decided": TierDecided, Reasoned;
        AccountCriterionAssessed = "account.criterion_assessed": CriterionAssessed, Plain checked;
        AccountNoteRecorded = "account.note_recorded": NoteRecorded, Plain;
        AccountClosed = "account.closed": Closed, Plain;
        AccountReopened = "account.reopened": Reopened, Plain;
        AccountMerged = "account.merged": Merged, Plain;
        AccountMergeReverted = "account.merge_reverted": MergeReverted, Plain;
        CompetitorObserved = "competitor.observed": CompetitorObserved, Plain;
    }
    /// What happens to the people on the client's side.
    Contact(ContactEvent) = contact in Account {
        ContactAdded = "contact.added": Added, Plain;
        ContactChanged = "contact.changed": Changed, Plain checked;
        ContactConsentChanged = "contact.consent_changed": ConsentChanged, Plain;
        ContactLeft = "contact.left": Left, Plain;
        ContactErased = "contact.erased": Erased, Plain;
    }
    /// Who is accountable, and who stands in.
    Ownership(OwnershipEvent) = ownership in Account {
        OwnershipAssigned = "ownership.assigned": Assigned, Reasoned;
        OwnershipTransferred = "ownership.transferred": Transferred, Reasoned checked;
        OwnershipEnded = "ownership.ended": Ended, Reasoned;
        CoverageStarted = "coverage.started": CoverageStarted, Reasoned;
        CoverageEnded = "coverage.ended": CoverageEnded, Reasoned;
    }
    /// Contacts with the client.
    Interaction(InteractionEvent) = interaction in Account {
        InteractionLogged = "interaction.logged": Logged, Fact checked;
        InteractionPlanned = "interaction.planned": Planned, Fact checked;
        InteractionCancelled = "interaction.cancelled": Cancelled, Fact;
    }
    /// Orders, costs and savings.
    Order(OrderEvent) = order in Account {
        OrderPlaced = "order.placed": Placed, Fact;
        OrderAmended = "order.amended": Amended, Fact;
        OrderFulfilled = "order.fulfilled": Fulfilled, Fact;
        OrderCancelled = "order.cancelled": Cancelled, Fact;
        OrderReturned = "order.returned": Returned, Fact;
        CostRecorded = "cost.recorded": CostRecorded, Plain checked;
        SavingIdentified = "saving.identified": SavingIdentified, Plain;
        SavingRealised = "saving.realised": SavingRealised, Plain;
    }
    /// Issues that the client raised.
    Issue(IssueEvent) = issue in Account {
        IssueRaised = "issue.raised": Raised, Fact;
        IssueAssigned = "issue.assigned": Assigned, Fact;
        IssueResponded = "issue.responded": Responded, Fact;
        IssueNoted = "issue.noted": Noted, Fact;
        IssueChanged = "issue.changed": Changed, Fact checked;
        IssueWaiting = "issue.waiting": Waiting, Fact;
        IssueResumed = "issue.resumed": Resumed, Fact;
        IssueEscalated = "issue.escalated": Escalated, Fact;
        IssueResolved = "issue.resolved": Resolved, Fact;
        IssueReopened = "issue.reopened": Reopened, Fact;
        IssueClosed = "issue.closed": Closed, Fact;
        IssueMoved = "issue.moved": Moved, Fact;
    }
    /// Account plans.
    Plan(PlanEvent) = plan in Account {
        PlanAdopted = "plan.adopted": Adopted, Plain checked;
        PlanObjectiveSet = "plan.objective_set": ObjectiveSet, Plain;
        PlanProgressRecorded = "plan.progress_recorded": ProgressRecorded, Plain;
        PlanObjectiveClosed = "plan.objective_closed": ObjectiveClosed, Plain;
        PlanActionSet = "plan.action_set": ActionSet, Plain;
        PlanActionDone = "plan.action_done": ActionDone, Plain;
        PlanActionDropped = "plan.action_dropped": ActionDropped, Plain;
        PlanReviewed = "plan.reviewed": Reviewed, Plain;
        PlanInsightRecorded = "plan.insight_recorded": InsightRecorded, Plain;
        PlanClosed = "plan.closed": Closed, Plain;
    }
    /// Promises.
    Commitment(CommitmentEvent) = commitment in Account {
        CommitmentMade = "commitment.made": Made, Plain;
        CommitmentKept = "commitment.kept": Kept, Plain;
        CommitmentBroken = "commitment.broken": Broken, Plain;
        CommitmentWithdrawn = "commitment.withdrawn": Withdrawn, Plain;
    }
    /// Contracts.
    Contract(ContractEvent) = contract in Account {
        ContractSigned = "contract.signed": Signed, Plain checked;
        ContractRenewed = "contract.renewed": Renewed, Plain;
        ContractEnded = "contract.ended": Ended, Plain;
    }
    /// What the client wants to reach.
    Need(NeedEvent) = need in Account {
        NeedIdentified = "need.identified": Identified, Plain;
        NeedMet = "need.met": Met, Plain;
        NeedDropped = "need.dropped": Dropped, Plain;
    }
    /// Answers to surveys.
    Survey(SurveyEvent) = survey in Account {
        SurveyResponded = "survey.responded": Responded, Fact checked;
    }
    /// Handovers.
    Handover(HandoverEvent) = handover in Account {
        HandoverStarted = "handover.started": Started, Reasoned checked;
        HandoverSuccessorNamed = "handover.successor_named": SuccessorNamed, Reasoned;
        HandoverBriefed = "handover.briefed": Briefed, Reasoned checked;
        HandoverIntroduced = "handover.introduced": Introduced, Reasoned checked;
        HandoverAccepted = "handover.accepted": Accepted, Reasoned;
        HandoverDeclined = "handover.declined": Declined, Reasoned;
        HandoverCompleted = "handover.completed": Completed, Reasoned;
        HandoverCancelled = "handover.cancelled": Cancelled, Reasoned;
    }
    /// What happens to our own staff.
    Person(PersonEvent) = person in Person {
        PersonJoined = "person.joined": Joined, Plain;
        PersonChanged = "person.changed": Changed, Plain checked;
        PersonAbsenceStarted = "person.absence_started": AbsenceStarted, Plain;
        PersonAbsenceEnded = "person.absence_ended": AbsenceEnded, Plain;
        PersonDepartureAnnounced = "person.departure_announced": DepartureAnnounced, Plain;
        PersonDeparted = "person.departed": Departed, Plain;
    }
    /// What we can do for clients.
    Catalogue(CatalogueEvent) = catalogue in Catalogue {
        OfferingListed = "offering.listed": OfferingListed, Plain;
        OfferingRetired = "offering.retired": OfferingRetired, Plain;
    }
    /// Scoring models.
    Model(ModelEvent) = model in Model {
        ModelPublished = "model.published": Published, Plain checked;
        ModelActivated = "model.activated": Activated, Plain;
    }
    /// What the ledger says of itself.
    Ledger(LedgerEvent) = ledger in Ledger {
        LedgerOpened = "ledger.opened": Opened, Plain;
        LedgerLossAccepted = "ledger.loss_accepted": LossAccepted, Plain;
    }
    /// Corrections and retractions.
    Revision(RevisionEvent) = revision in Any {
        EventCorrected = "event.corrected": Corrected, Reasoned checked;
        EventRetracted = "event.retracted": Retracted, Reasoned;
    }
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
            let hint = if near.is_empty() {
                "/v1/schemas lists all of them".to_owned()
            } else {
                format!("did you mean one of: {}", near.join(", "))
            };
            Invalid::new(format!("\"{text}\" is no known kind of event; {hint}"))
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
