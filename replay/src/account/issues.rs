//! The issues that a client raised.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::issue::{
    Assigned, Changed, Closed, Escalated, IssueType, Moved, Raised, Reopened, Resolved, Responded, Resumed, Severity,
    Waiting, WaitingFor,
};
use tenure_schemas::values::{Patch, Rating};
use tenure_schemas::{AccountId, ContactId, Instant, IssueId, Name, OrderId, PersonId, Text};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::Bound;

/// How far an issue has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueStatus {
    /// Raised, and worked on.
    Open,
    /// Waits for somebody.
    Waiting,
    /// Resolved, not closed yet.
    Resolved,
    /// Done.
    Closed,
    /// Goes on in another account.
    Moved,
}

/// A time in which an issue waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wait {
    /// For whom, where somebody said so.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub waiting_for: Option<WaitingFor>,
    /// Since when.
    pub from: Instant,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The position of the event that says so.
    pub event: u64,
}

/// An issue as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Issue {
    /// The issue's id in the account.
    pub issue: IssueId,
    /// How far it has come.
    pub status: IssueStatus,
    /// What kind of issue it is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub issue_type: Option<IssueType>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Text>,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Who raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// When it was raised.
    pub raised_at: Instant,
    /// The instant by which a first answer is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respond_by: Option<Instant>,
    /// The instant by which it is to be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve_by: Option<Instant>,
    /// Who is in charge; absent when nobody ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The team in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Name>,
    /// How often charge passed from one person to another.
    pub owner_changes: u32,
    /// When the client first got an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responded_at: Option<Instant>,
    /// For whom it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_for: Option<WaitingFor>,
    /// When it was last resolved, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Instant>,
    /// When it was last closed, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// The times in which it waited, in order; the last one may go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<Wait>,
    /// How often it came back.
    pub reopenings: u32,
    /// When it came back, each time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reopened_at: Vec<Instant>,
    /// How often it was brought to somebody higher up.
    pub escalations: u32,
    /// To whom it was last brought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<PersonId>,
    /// How content the client was at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Rating>,
    /// The account in which it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<AccountId>,
    /// When it moved there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Instant>,
    /// The position of the event that raised it.
    pub event: u64,
    /// When it was opened, each time: raised, raised again after it had moved away, reopened.
    #[serde(skip)]
    pub openings: Vec<Opening>,
}

/// A beginning of an issue's being open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// When.
    pub when: Bound,
    /// The position of the event that says so.
    pub event: u64,
    /// Whether the issue had been resolved or closed before.
    pub is_reopening: bool,
}

impl Opening {
    fn of(step: &Step<'_>, is_reopening: bool) -> Self {
        Self { when: Bound::of(step.when), event: step.position(), is_reopening }
    }
}

impl Issue {
    /// Whether it waits for a resolution.
    pub fn is_open(&self) -> bool {
        match self.status {
            IssueStatus::Open | IssueStatus::Waiting => true,
            IssueStatus::Resolved | IssueStatus::Closed | IssueStatus::Moved => false,
        }
    }
}

/// The issues of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Issues = OrdMap<IssueId, Arc<Issue>>;

pub(crate) fn raise(issues: &mut Issues, raised: &Raised, step: &mut Step<'_>) {
    if let Some(known) = issues.get_mut(&raised.issue).map(Arc::make_mut) {
        // An issue that had moved away comes back by being raised again.
        if known.status == IssueStatus::Moved {
            known.openings.push(Opening::of(step, false));
            step.set(|| field(&raised.issue, "moved_to"), &mut known.moved_to, None);
            step.set(|| field(&raised.issue, "moved_at"), &mut known.moved_at, None);
            step.set(|| field(&raised.issue, "resolved_at"), &mut known.resolved_at, None);
            step.set(|| field(&raised.issue, "closed_at"), &mut known.closed_at, None);
            return step.set(|| status_field(&raised.issue), &mut known.status, IssueStatus::Open);
        }
        let message = format!("issue {} was raised before", raised.issue);
        return step.find_with(FindingCode::IssueClosed, &[known.event], message);
    }
    let issue = Issue {
        issue: raised.issue.clone(),
        status: IssueStatus::Open,
        issue_type: raised.issue_type,
        severity: raised.severity,
        subject: raised.subject.clone(),
        order: raised.order.clone(),
        contact: raised.contact.clone(),
        raised_at: step.at(),
        respond_by: raised.respond_by,
        resolve_by: raised.resolve_by,
        person: None,
        team: None,
        owner_changes: 0,
        responded_at: None,
        waiting_for: None,
        resolved_at: None,
        closed_at: None,
        waits: Vec::new(),
        reopenings: 0,
        reopened_at: Vec::new(),
        escalations: 0,
        escalated_to: None,
        satisfaction: None,
        moved_to: None,
        moved_at: None,
        event: step.position(),
        openings: vec![Opening::of(step, false)],
    };
    step.note_new(|| format!("issues.{}", raised.issue), &issue);
    issues.insert(raised.issue.clone(), Arc::new(issue));
}

pub(crate) fn assign(issues: &mut Issues, assigned: &Assigned, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &assigned.issue, step) else { return };
    // The producer may know of an assignment in another account, to which the issue had moved.
    let before = assigned.from.as_ref().or(issue.person.as_ref());
    if before.is_some_and(|before| *before != assigned.person) {
        let changes = issue.owner_changes + 1;
        step.set(|| field(&assigned.issue, "owner_changes"), &mut issue.owner_changes, changes);
    }
    step.set(|| format!("issues.{}.person", assigned.issue), &mut issue.person, Some(assigned.person.clone()));
    if assigned.team.is_some() {
        step.set(|| format!("issues.{}.team", assigned.issue), &mut issue.team, assigned.team.clone());
    }
}

pub(crate) fn respond(issues: &mut Issues, responded: &Responded, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &responded.issue, step) else { return };
    let first = issue.responded_at.unwrap_or_else(|| step.at());
    step.set(|| format!("issues.{}.responded_at", responded.issue), &mut issue.responded_at, Some(first));
}

/// Checks that the issue is one to act on; what is noted or said about it is read from the timeline.
pub(crate) fn touch(issues: &mut Issues, id: &IssueId, step: &mut Step<'_>) {
    acted_on(issues, id, step);
}

pub(crate) fn change(issues: &mut Issues, said: &Changed, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &said.issue, step) else { return };
    let (id, changes) = (&said.issue, &said.changes);
    patch(step, id, "type", &mut issue.issue_type, &changes.issue_type);
    patch(step, id, "severity", &mut issue.severity, &changes.severity);
    patch(step, id, "subject", &mut issue.subject, &changes.subject);
    patch(step, id, "order", &mut issue.order, &changes.order);
    patch(step, id, "contact", &mut issue.contact, &changes.contact);
    patch(step, id, "respond_by", &mut issue.respond_by, &changes.respond_by);
    patch(step, id, "resolve_by", &mut issue.resolve_by, &changes.resolve_by);
}

fn patch<T: Clone + PartialEq + Serialize>(
    step: &mut Step<'_>,
    id: &IssueId,
    field: &str,
    slot: &mut Option<T>,
    patch: &Patch<T>,
) {
    if let Some(value) = patch.as_change() {
        step.set(|| format!("issues.{id}.{field}"), slot, value.cloned());
    }
}

pub(crate) fn wait(issues: &mut Issues, waiting: &Waiting, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &waiting.issue, step) else { return };
    let (id, waiting_for) = (&waiting.issue, waiting.waiting_for);
    let goes_on = issue.waits.last().is_some_and(|wait| wait.to.is_none() && wait.waiting_for == waiting_for);
    if !goes_on {
        let mut waits = ended_waits(issue, step);
        waits.push(Wait { waiting_for, from: step.at(), to: None, event: step.position() });
        step.set(|| field(id, "waits"), &mut issue.waits, waits);
    }
    step.set(|| field(id, "waiting_for"), &mut issue.waiting_for, waiting_for);
    if issue.status == IssueStatus::Open {
        step.set(|| status_field(id), &mut issue.status, IssueStatus::Waiting);
    }
}

pub(crate) fn resume(issues: &mut Issues, resumed: &Resumed, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &resumed.issue, step) else { return };
    let id = &resumed.issue;
    // Some producers say only at the end for whom an issue had waited.
    let mut waits = issue.waits.clone();
    if let Some(wait) = waits.last_mut().filter(|wait| wait.to.is_none()) {
        wait.waiting_for = wait.waiting_for.or(resumed.waiting_for);
    }
    step.set(|| field(id, "waits"), &mut issue.waits, waits);
    stop_waiting(issue, id, step);
    if issue.status == IssueStatus::Waiting {
        step.set(|| status_field(id), &mut issue.status, IssueStatus::Open);
    }
}

/// The issue waits no more, for whomever it did.
fn stop_waiting(issue: &mut Issue, id: &IssueId, step: &mut Step<'_>) {
    let waits = ended_waits(issue, step);
    step.set(|| field(id, "waits"), &mut issue.waits, waits);
    step.set(|| field(id, "waiting_for"), &mut issue.waiting_for, None);
}

/// The times in which the issue waited, none of them going on.
fn ended_waits(issue: &Issue, step: &Step<'_>) -> Vec<Wait> {
    let mut waits = issue.waits.clone();
    if let Some(wait) = waits.last_mut().filter(|wait| wait.to.is_none()) {
        wait.to = Some(step.at());
    }
    waits
}

pub(crate) fn escalate(issues: &mut Issues, escalated: &Escalated, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &escalated.issue, step) else { return };
    let count = issue.escalations + 1;
    step.set(|| format!("issues.{}.escalations", escalated.issue), &mut issue.escalations, count);
    step.set(|| field(&escalated.issue, "escalated_to"), &mut issue.escalated_to, escalated.to.clone());
}

pub(crate) fn resolve(issues: &mut Issues, resolved: &Resolved, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &resolved.issue, step) else { return };
    let at = step.at();
    stop_waiting(issue, &resolved.issue, step);
    step.set(|| field(&resolved.issue, "resolved_at"), &mut issue.resolved_at, Some(at));
    step.set(|| status_field(&resolved.issue), &mut issue.status, IssueStatus::Resolved);
}

pub(crate) fn reopen(issues: &mut Issues, reopened: &Reopened, step: &mut Step<'_>) {
    let Some(issue) = issues.get_mut(&reopened.issue).map(Arc::make_mut) else {
        return step.find(FindingCode::IssueUnknown, format!("issue {} was never raised", reopened.issue));
    };
    let (id, reopenings) = (&reopened.issue, issue.reopenings + 1);
    if issue.status == IssueStatus::Moved {
        let message = format!("issue {id} had moved to another account");
        step.find_with(FindingCode::IssueClosed, &[issue.event], message);
    }
    issue.openings.push(Opening::of(step, true));
    step.set(|| field(id, "reopenings"), &mut issue.reopenings, reopenings);
    stop_waiting(issue, id, step);
    let reopened_at = issue.reopened_at.iter().copied().chain([step.at()]).collect();
    step.set(|| field(id, "reopened_at"), &mut issue.reopened_at, reopened_at);
    // A resolution was an answer, though it was not the end.
    let answered_at = issue.responded_at.or(issue.resolved_at);
    step.set(|| field(id, "responded_at"), &mut issue.responded_at, answered_at);
    step.set(|| field(id, "resolved_at"), &mut issue.resolved_at, None);
    step.set(|| field(id, "closed_at"), &mut issue.closed_at, None);
    step.set(|| field(id, "moved_to"), &mut issue.moved_to, None);
    step.set(|| field(id, "moved_at"), &mut issue.moved_at, None);
    step.set(|| status_field(id), &mut issue.status, IssueStatus::Open);
}

pub(crate) fn close(issues: &mut Issues, closed: &Closed, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &closed.issue, step) else { return };
    let (id, at) = (&closed.issue, step.at());
    stop_waiting(issue, id, step);
    step.set(|| field(id, "closed_at"), &mut issue.closed_at, Some(at));
    step.set(|| field(id, "satisfaction"), &mut issue.satisfaction, closed.satisfaction);
    step.set(|| status_field(&closed.issue), &mut issue.status, IssueStatus::Closed);
}

pub(crate) fn move_away(issues: &mut Issues, moved: &Moved, step: &mut Step<'_>) {
    let Some(issue) = acted_on(issues, &moved.issue, step) else { return };
    let at = step.at();
    stop_waiting(issue, &moved.issue, step);
    step.set(|| field(&moved.issue, "moved_to"), &mut issue.moved_to, Some(moved.to.clone()));
    step.set(|| field(&moved.issue, "moved_at"), &mut issue.moved_at, Some(at));
    step.set(|| status_field(&moved.issue), &mut issue.status, IssueStatus::Moved);
}

fn field(id: &IssueId, name: &str) -> String {
    format!("issues.{id}.{name}")
}

fn status_field(id: &IssueId) -> String {
    field(id, "status")
}

/// The issue that an event acts on; a closed or moved one is a finding, and is acted on all the same.
fn acted_on<'a>(issues: &'a mut Issues, id: &IssueId, step: &mut Step<'_>) -> Option<&'a mut Issue> {
    let Some(issue) = issues.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::IssueUnknown, format!("issue {id} was never raised"));
        return None;
    };
    match issue.status {
        IssueStatus::Closed => {
            step.find_with(FindingCode::IssueClosed, &[issue.event], format!("issue {id} had been closed"));
        }
        IssueStatus::Moved => {
            step.find_with(
                FindingCode::IssueClosed,
                &[issue.event],
                format!("issue {id} had moved to another account"),
            );
        }
        IssueStatus::Open | IssueStatus::Waiting | IssueStatus::Resolved => {}
    }
    Some(issue)
}
