//! Findings: contradictions in what was reported, shown and never repaired.

use serde::{Deserialize, Serialize};
use tenure_schemas::{AccountId, Instant, PersonId};
use utoipa::ToSchema;

/// The rule that what was reported contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// An account got events before it was opened, or without ever being opened.
    AccountNotOpened,
    /// An account that is open was opened or reopened.
    AccountAlreadyOpen,
    /// An account that is closed was closed.
    AccountAlreadyClosed,
    /// A merge was reverted that had not taken place.
    MergeNotFound,
    /// Following the parents of an account leads back to it.
    ParentCycle,
    /// A second `primary` in one scope.
    SecondPrimary,
    /// A transfer from somebody who did not hold the lane.
    TransferFromNonHolder,
    /// Ownership ended of somebody who did not hold it.
    EndedByNonHolder,
    /// Somebody owned an account before joining, or without being known at all.
    OwnerNotJoined,
    /// Somebody owned an account after having departed.
    OwnerDeparted,
    /// The holder of an account is not the one who would inherit it.
    OwnersDisagree,
    /// Coverage of an owner by the owner.
    CoverageByOwner,
    /// Coverage by somebody who is being covered.
    CoverageChained,
    /// Coverage of an owner for whom somebody else stands in already, in the same lane.
    CoverageOverlaps,
    /// Coverage for more than 90 days.
    CoverageTooLong,
    /// Coverage ended that had not started.
    CoverageNotFound,
    /// A contact that is not known.
    ContactUnknown,
    /// A contact that had left, or was added twice.
    ContactContradicted,
    /// A planned interaction that is not known.
    InteractionUnknown,
    /// A planned interaction that was held or cancelled.
    InteractionClosed,
    /// An order that is not known.
    OrderUnknown,
    /// An order that was cancelled, or placed twice.
    OrderClosed,
    /// A saving that came true and was never identified.
    SavingUnknown,
    /// A saving that was identified twice.
    SavingContradicted,
    /// Amounts of one order or saving in different currencies.
    CurrencyMismatch,
    /// An offering that is in no catalogue.
    OfferingUnknown,
    /// An offering that was retired before, or is in two catalogues at once.
    OfferingContradicted,
    /// An issue that is not known.
    IssueUnknown,
    /// An issue that was closed or moved, or raised twice.
    IssueClosed,
    /// A plan that is not known.
    PlanUnknown,
    /// A plan that was closed, or adopted twice.
    PlanClosed,
    /// An objective that its plan does not have.
    ObjectiveUnknown,
    /// An objective that was closed.
    ObjectiveClosed,
    /// An action that its plan does not have.
    ActionUnknown,
    /// An action that was done or dropped.
    ActionClosed,
    /// A commitment that is not known.
    CommitmentUnknown,
    /// A commitment that had come to its end, or was made twice.
    CommitmentClosed,
    /// A contract that is not known.
    ContractUnknown,
    /// A contract that was ended, or signed twice.
    ContractClosed,
    /// A contract renewed up to a day that is no later than the end it had.
    ContractNotExtended,
    /// A need that is not known.
    NeedUnknown,
    /// A need that was met or dropped, or identified twice.
    NeedClosed,
    /// A handover that is not known.
    HandoverUnknown,
    /// A handover that had come to its end, or was started twice.
    HandoverClosed,
    /// A handover completed without acceptance.
    HandoverNotAccepted,
    /// A handover completed without its transfer.
    HandoverNotTransferred,
    /// An answer or a transfer that does not fit its handover: by or to another person, or of another lane.
    HandoverMismatch,
    /// A version of a model that is not known was activated.
    ModelUnknown,
    /// A version of a model was published again, with another spec.
    ModelContradicted,
    /// A version of a model that cannot be computed with; it is kept, and is no version.
    ModelUnread,
    /// A person joined who had joined.
    PersonAlreadyJoined,
    /// A person who never joined, or has departed, is said to do something.
    PersonNotEmployed,
    /// An event that this version of Tenure cannot read; it is folded nowhere.
    EventUnread,
    /// A correction whose payload does not fit its target.
    CorrectionUnread,
}

/// One contradiction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// The rule.
    pub code: FindingCode,
    /// The account it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The person it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Since when it holds.
    pub from: Instant,
    /// Until when it held; absent for what happens at one instant and for what goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// What contradicts what, in words.
    pub message: String,
    /// The positions of the events that it rests on, in order.
    pub events: Vec<u64>,
}

impl Finding {
    /// A finding about what one event says.
    pub fn at(code: FindingCode, from: Instant, event: u64, message: impl Into<String>) -> Self {
        Self { code, account: None, person: None, from, to: None, message: message.into(), events: vec![event] }
    }
}
