//! What is under way with an account: contracts, the plan's actions, promises, needs, issues, competitors.

use std::cmp::Reverse;

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::issue::Severity;
use tenure_schemas::payload::order::Party;
use tenure_schemas::{ActionId, CommitmentId, ContractId, Instant, IssueId, Money, Name, PersonId, Text};
use utoipa::ToSchema;

use super::{Entry, entries};
use crate::account::{
    ActionStatus, Clocks, Commitment, CommitmentStatus, Competitor, Contract, ContractStatus, Issue, IssueStatus, Need,
    NeedStatus, Plan,
};
use crate::merges::Accounts;
use crate::moment::Day;
use crate::plans;

/// A contract that runs or is about to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RunningContract {
    /// The contract's id in the account.
    pub contract: ContractId,
    /// Where it stands.
    pub status: ContractStatus,
    /// What its term is worth.
    pub value: Money,
    /// The day after the last of the last term that was agreed.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Whole days to that; absent where it goes on by renewing itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_end: Option<i64>,
    /// Whether it renews itself.
    pub auto_renew: bool,
    /// The day by which notice is to be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub notice_deadline: Option<Date>,
    /// The position of the event that signed it.
    pub event: u64,
}

/// An open action of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenAction {
    /// The action's id in the plan.
    pub action: ActionId,
    /// What is to be done.
    pub text: Text,
    /// Who of ours does it.
    pub owner: PersonId,
    /// The last day on which doing it is in time.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// By how many whole days it is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<u32>,
}

/// An open promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenCommitment {
    /// The commitment's id in the account.
    pub commitment: CommitmentId,
    /// Whose promise it is.
    pub by: Party,
    /// What was promised.
    pub text: Text,
    /// The day by which it is to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// Whether it was said in passing rather than agreed.
    pub soft: bool,
    /// By how many whole days it is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<u32>,
    /// The position of the event that made it.
    pub event: u64,
}

/// An open issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenIssue {
    /// The issue's id in the account.
    pub issue: IssueId,
    /// How far it has come.
    pub status: IssueStatus,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Text>,
    /// Who is in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// When it was raised.
    pub raised_at: Instant,
    /// Its clocks.
    pub clocks: Clocks,
    /// Whether a clock is past what is due.
    pub overdue: bool,
    /// The position of the event that raised it.
    pub event: u64,
}

/// A competitor as last seen at the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CompetitorSeen {
    /// The competitor's name.
    pub competitor: Name,
    /// When last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_observed_at: Option<Instant>,
    /// What it is good at, as last reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Text>,
}

/// The contracts of the wanted statuses, the next to end first; those that renew themselves last.
pub(crate) fn contracts(
    accounts: &impl Accounts,
    day: &Day,
    wanted: fn(ContractStatus) -> bool,
) -> Vec<Entry<RunningContract>> {
    let describe = |contract: &Contract| RunningContract {
        contract: contract.contract.clone(),
        status: contract.status(day),
        value: contract.term_on(day).value,
        to: contract.last_term().to,
        days_to_end: contract.days_to_end(day),
        auto_renew: contract.auto_renew,
        notice_deadline: contract.notice_deadline(day),
        event: contract.event,
    };
    let mut contracts = entries(accounts, |account| {
        account.contracts().filter(|contract| wanted(contract.status(day))).map(describe).collect()
    });
    contracts.sort_by_key(|contract| (contract.days_to_end.is_none(), contract.to, contract.event));
    contracts
}

pub(crate) fn actions(plan: &Plan, day: &Day) -> Vec<OpenAction> {
    let open = plan.actions().filter(|action| action.status == ActionStatus::Open);
    let mut actions: Vec<OpenAction> = open
        .map(|action| OpenAction {
            action: action.action.clone(),
            text: action.text.clone(),
            owner: action.owner.clone(),
            due: action.due,
            days_late: plans::action_days_late(plan, action, day),
        })
        .collect();
    actions.sort_by(|one, other| (one.due, &one.action).cmp(&(other.due, &other.action)));
    actions
}

pub(crate) fn commitments(accounts: &impl Accounts, day: &Day) -> Vec<Entry<OpenCommitment>> {
    let describe = |made: &Commitment| OpenCommitment {
        commitment: made.commitment.clone(),
        by: made.by,
        text: made.text.clone(),
        due: made.due,
        soft: made.soft,
        days_late: made.days_late(day),
        event: made.event,
    };
    let mut commitments = entries(accounts, |account| {
        account.commitments().filter(|made| made.status == CommitmentStatus::Open).map(describe).collect()
    });
    commitments.sort_by_key(|made| (made.due.is_none(), made.due, made.event));
    commitments
}

/// The oldest first.
pub(crate) fn needs(accounts: &impl Accounts) -> Vec<Entry<Need>> {
    let open = |need: &&Need| need.status == NeedStatus::Open;
    let mut needs = entries(accounts, |account| account.needs().filter(open).cloned().collect());
    needs.sort_by_key(|need| (need.identified_at, need.event));
    needs
}

pub(crate) fn issues(accounts: &impl Accounts, at: Instant) -> Vec<Entry<OpenIssue>> {
    let open = |issue: &&Issue| matches!(issue.status, IssueStatus::Open | IssueStatus::Waiting);
    let mut issues =
        entries(accounts, |account| account.issues().filter(open).map(|issue| describe(issue, at)).collect());
    // An issue of unknown severity counts as medium.
    issues.sort_by_key(|issue| (issue.severity.unwrap_or(Severity::Medium), issue.raised_at, issue.event));
    issues
}

fn describe(issue: &Issue, at: Instant) -> OpenIssue {
    let clocks = Clocks::of(issue, at);
    OpenIssue {
        issue: issue.issue.clone(),
        status: issue.status,
        severity: issue.severity,
        subject: issue.subject.clone(),
        person: issue.person.clone(),
        raised_at: issue.raised_at,
        overdue: clocks.is_overdue(),
        clocks,
        event: issue.event,
    }
}

pub(super) fn competitors(accounts: &impl Accounts) -> Vec<Entry<CompetitorSeen>> {
    let describe = |competitor: &Competitor| CompetitorSeen {
        competitor: competitor.competitor.clone(),
        last_observed_at: competitor.observations.last().map(|observation| observation.observed_at),
        strength: competitor.strength().cloned(),
    };
    let mut seen = entries(accounts, |account| account.competitors().map(describe).collect());
    seen.sort_by(|one, other| {
        (Reverse(one.last_observed_at), &one.competitor).cmp(&(Reverse(other.last_observed_at), &other.competitor))
    });
    seen
}
