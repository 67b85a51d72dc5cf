//! What is under way with the account: needs, the plan, orders, issues and promises.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::order::Party;
use tenure_schemas::payload::plan::{Measure, ReviewMode};
use tenure_schemas::values::Weight;
use tenure_schemas::{Amount, ContactId, Instant, Money, Name, ObjectiveId, OrderId, PersonId, Text};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_LINES};
use crate::account::{Need, Objective, ObjectiveStatus, Order, OrderStatus, Plan};
use crate::overview::{OpenAction, OpenCommitment, OpenIssue, work};
use crate::plans::{self, PlanSummary};

/// Something that the client wants to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NeedLine {
    /// The need.
    #[serde(flatten)]
    pub need: Need,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// The plan that the account is managed by, against time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanSection {
    /// The plan in figures.
    #[serde(flatten)]
    pub summary: PlanSummary,
    /// Its open objectives, the next one due first, those without a due date last.
    pub objectives: Listed<ObjectiveLine>,
    /// Its open actions, the next one due first; what is overdue comes before.
    pub actions: Listed<ActionLine>,
    /// The last review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_review: Option<ReviewLine>,
    /// How many other plans are open.
    pub other_open_plans: usize,
    /// What the figures rest on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// An open objective of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObjectiveLine {
    /// The objective's id in the plan.
    pub objective: ObjectiveId,
    /// What is to be reached.
    pub text: Text,
    /// Its weight among the plan's objectives.
    pub weight: Weight,
    /// How it is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The value that was recorded last, in the measure's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
    /// How far it is reached, in milli-points; absent where its target is its baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<u32>,
    /// The last day on which reaching it is in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// By how many whole days it is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<u32>,
    /// Who of ours answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The name of who does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<Name>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// An open action of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionLine {
    /// The action.
    #[serde(flatten)]
    pub action: OpenAction,
    /// The name of who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<Name>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// A review of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewLine {
    /// When the plan was reviewed.
    pub reviewed_at: Instant,
    /// What the review was spent on.
    pub mode: ReviewMode,
    /// What was decided.
    pub decisions: Vec<Text>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// An order that is not delivered yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderLine {
    /// The order's id in the account.
    pub order: OrderId,
    /// When it was placed.
    pub placed_at: Instant,
    /// The civil date of the placing, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub placed_date: Option<Date>,
    /// What it is worth, net of tax and freight, amendments included.
    pub total: Money,
    /// What was ordered: the names of the offerings, or their ids where no catalogue lists them.
    pub offerings: Vec<String>,
    /// Who of ours sold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold_by: Option<PersonId>,
    /// Whole civil days since it was placed.
    pub days_open: i64,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// An issue that is not resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IssueLine {
    /// The issue with its clocks.
    #[serde(flatten)]
    pub issue: OpenIssue,
    /// The name of who is in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// Who raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The name of who did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<Name>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// Promises that are open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommitmentsSection {
    /// What we promised, soft promises included: the next one due first, those without a due date last.
    pub ours: Listed<CommitmentLine>,
    /// What the client promised, in the same order.
    pub theirs: Listed<CommitmentLine>,
}

/// A promise that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommitmentLine {
    /// The promise.
    #[serde(flatten)]
    pub commitment: OpenCommitment,
    /// Whole days to its due date; negative once that has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn needs(asked: &Asked<'_>) -> Listed<NeedLine> {
    let needs = work::needs(asked.account).into_iter().map(|entry| entry.item);
    Listed::cut(needs.map(|need| NeedLine { cited: asked.sources.cite([need.event]), need }).collect(), MAX_LINES)
}

pub(super) fn plan(asked: &Asked<'_>) -> Option<PlanSection> {
    let plan = plans::current(asked.account, &asked.day)?;
    let summary = plans::summary(plan, &asked.day);
    let measured = plan.objectives().filter_map(|objective| objective.value_event.or(objective.closed_event));
    let reviewed = plan.reviews().last().map(|review| review.event);
    let open = asked.account.plans().filter(|other| other.is_open()).count();
    Some(PlanSection {
        objectives: objectives(asked, plan),
        actions: actions(asked, plan),
        last_review: last_review(asked, plan),
        other_open_plans: open.saturating_sub(1),
        cited: asked.sources.cite(measured.chain(reviewed).chain([plan.event])),
        summary,
    })
}

fn objectives(asked: &Asked<'_>, plan: &Plan) -> Listed<ObjectiveLine> {
    let open = plan.objectives().filter(|objective| objective.status == ObjectiveStatus::Open);
    let mut lines: Vec<ObjectiveLine> = open.map(|objective| objective_line(asked, plan, objective)).collect();
    lines.sort_by(|one, other| {
        (one.due.is_none(), one.due, &one.objective).cmp(&(other.due.is_none(), other.due, &other.objective))
    });
    Listed::cut(lines, MAX_LINES)
}

fn objective_line(asked: &Asked<'_>, plan: &Plan, objective: &Objective) -> ObjectiveLine {
    let thing = format!("plans.{}.objectives.{}", plan.plan, objective.objective);
    let events = asked.sources.changes_of(&thing, &["text", "weight", "measure", "due", "owner", "value"]);
    ObjectiveLine {
        objective: objective.objective.clone(),
        text: objective.text.clone(),
        weight: objective.weight,
        measure: objective.measure.clone(),
        value: objective.value,
        progress: plans::progress(objective),
        due: objective.due,
        days_late: plans::objective_days_late(plan, objective, &asked.day),
        owner: objective.owner.clone(),
        owner_name: objective.owner.as_ref().and_then(|owner| asked.name_of(owner)),
        cited: asked.sources.cite(events.into_iter().chain([objective.event])),
    }
}

fn actions(asked: &Asked<'_>, plan: &Plan) -> Listed<ActionLine> {
    let events: BTreeMap<_, u64> = plan.actions().map(|action| (&action.action, action.event)).collect();
    let line = |action: OpenAction| {
        let thing = format!("plans.{}.actions.{}", plan.plan, action.action);
        let changes = asked.sources.changes_of(&thing, &["text", "owner", "due"]);
        let set = events.get(&action.action).copied();
        ActionLine {
            owner_name: asked.name_of(&action.owner),
            cited: asked.sources.cite(changes.into_iter().chain(set)),
            action,
        }
    };
    Listed::cut(work::actions(plan, &asked.day).into_iter().map(line).collect(), MAX_LINES)
}

fn last_review(asked: &Asked<'_>, plan: &Plan) -> Option<ReviewLine> {
    let reviews = plan.reviews();
    let last = reviews.last()?;
    Some(ReviewLine {
        reviewed_at: last.reviewed_at,
        mode: last.mode,
        decisions: last.decisions.clone(),
        cited: asked.sources.cite([last.event]),
    })
}

/// The oldest first.
pub(super) fn orders(asked: &Asked<'_>) -> Listed<OrderLine> {
    let open = asked.account.orders().filter(|order| order.status == OrderStatus::Placed);
    let mut lines: Vec<OrderLine> = open.map(|order| order_line(asked, order)).collect();
    lines.sort_by(|one, other| (one.placed_at, &one.order).cmp(&(other.placed_at, &other.order)));
    Listed::cut(lines, MAX_LINES)
}

fn order_line(asked: &Asked<'_>, order: &Order) -> OrderLine {
    let catalogue = asked.directory.catalogue();
    let mut offerings: Vec<String> = Vec::new();
    for line in &order.lines {
        let name =
            catalogue.get(&line.offering).map_or_else(|| line.offering.to_string(), |known| known.name.to_string());
        if !offerings.contains(&name) {
            offerings.push(name);
        }
    }
    let events = asked.sources.changes_of(&format!("orders.{}", order.order), &["total", "lines"]);
    OrderLine {
        order: order.order.clone(),
        placed_at: order.placed_at,
        placed_date: order.placed_date,
        total: order.total,
        offerings,
        sold_by: order.sold_by.clone(),
        days_open: -asked.day.days_until(order.when().date_in(asked.zone)),
        cited: asked.sources.cite(events),
    }
}

pub(super) fn issues(asked: &Asked<'_>) -> Listed<IssueLine> {
    let issues = work::issues(asked.account, asked.at).into_iter().map(|entry| entry.item);
    Listed::cut(issues.map(|issue| issue_line(asked, issue)).collect(), MAX_LINES)
}

fn issue_line(asked: &Asked<'_>, issue: OpenIssue) -> IssueLine {
    const FIELDS: &[&str] = &[
        "status",
        "severity",
        "subject",
        "contact",
        "respond_by",
        "resolve_by",
        "person",
        "responded_at",
        "reopened_at",
    ];
    let thing = format!("issues.{}", issue.issue);
    let waits = asked.sources.history_of(&format!("{thing}.waits")).iter().copied();
    let contact = asked.account.issue(&issue.issue).and_then(|known| known.contact.clone());
    let known = contact.as_ref().and_then(|contact| asked.account.contact(contact));
    IssueLine {
        person_name: issue.person.as_ref().and_then(|person| asked.name_of(person)),
        contact_name: known.and_then(|contact| contact.name.clone()),
        contact,
        cited: asked.sources.cite(asked.sources.changes_of(&thing, FIELDS).into_iter().chain(waits)),
        issue,
    }
}

pub(super) fn commitments(asked: &Asked<'_>) -> CommitmentsSection {
    let all = work::commitments(asked.account, &asked.day).into_iter().map(|entry| entry.item);
    let (ours, theirs) = all.partition::<Vec<_>, _>(|made| made.by == Party::Us);
    let lines = |made: Vec<OpenCommitment>| {
        let lines = made.into_iter().map(|commitment| CommitmentLine {
            days_left: commitment.due.map(|due| asked.day.days_until(due)),
            cited: asked.sources.cite([commitment.event]),
            commitment,
        });
        Listed::cut(lines.collect(), MAX_LINES)
    };
    CommitmentsSection { ours: lines(ours), theirs: lines(theirs) }
}
