//! The plans of an account: what each wants to reach, by which actions, and how it is reviewed.

mod actions;
mod objectives;

use std::sync::Arc;

use imbl::OrdMap;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::PlanEvent;
use tenure_schemas::payload::plan::{Adopted, Closed, InsightRecorded, PlanKind, ReviewMode, Reviewed};
use tenure_schemas::{ActionId, Instant, Name, ObjectiveId, PlanId, Text};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::actions::{Action, ActionStatus};
pub use self::objectives::{Objective, ObjectiveStatus};

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::civil_date;

/// A plan as it stands. What it holds is shared piece by piece, so that a plan of thousands of objectives changes by
/// one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The plan's id in the account.
    pub plan: PlanId,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// What it is for.
    pub kind: PlanKind,
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub to: Date,
    /// When it was adopted.
    pub adopted_at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted_date: Option<Date>,
    #[serde(skip_serializing_if = "OrdMap::is_empty")]
    objectives: OrdMap<ObjectiveId, Arc<Objective>>,
    #[serde(skip_serializing_if = "OrdMap::is_empty")]
    actions: OrdMap<ActionId, Arc<Action>>,
    #[serde(skip_serializing_if = "OrdMap::is_empty")]
    reviews: OrdMap<u64, Arc<Review>>,
    #[serde(skip_serializing_if = "OrdMap::is_empty")]
    insights: OrdMap<u64, Arc<Insight>>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_date: Option<Date>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Text>,
    /// The position of the event that closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_event: Option<u64>,
    /// The position of the event that adopted it.
    pub event: u64,
}

/// One review of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Review {
    /// When the plan was reviewed.
    pub reviewed_at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub reviewed_date: Option<Date>,
    /// What the review was spent on.
    pub mode: ReviewMode,
    /// What was decided.
    pub decisions: Vec<Text>,
    /// The problems that were solved.
    pub problems_solved: Vec<Text>,
    /// The day of the next review.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub next_review: Option<Date>,
    /// The position of the event that says so.
    pub event: u64,
}

/// Something that was understood, on evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Insight {
    /// When it was recorded.
    pub recorded_at: Instant,
    /// What was understood.
    pub text: Text,
    /// The ids of the events that show it.
    pub evidence: Vec<Uuid>,
    /// The position of the event that says so.
    pub event: u64,
}

impl Plan {
    /// Whether nobody has closed it.
    pub fn is_open(&self) -> bool {
        self.closed_event.is_none()
    }

    /// The objectives, by id.
    pub fn objectives(&self) -> impl Iterator<Item = &Objective> {
        self.objectives.values().map(AsRef::as_ref)
    }

    /// The actions, by id.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.values().map(AsRef::as_ref)
    }

    /// The reviews, in the order in which they were held.
    pub fn reviews(&self) -> Vec<&Review> {
        let mut reviews: Vec<&Review> = self.reviews.values().map(AsRef::as_ref).collect();
        reviews.sort_by_key(|review| (review.reviewed_at, review.event));
        reviews
    }

    /// What was understood, in the order in which it was recorded.
    pub fn insights(&self) -> Vec<&Insight> {
        let mut insights: Vec<&Insight> = self.insights.values().map(AsRef::as_ref).collect();
        insights.sort_by_key(|insight| (insight.recorded_at, insight.event));
        insights
    }
}

/// The plans of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Plans = OrdMap<PlanId, Arc<Plan>>;

pub(crate) fn apply(plans: &mut Plans, event: PlanEvent<'_>, step: &mut Step<'_>) {
    match event {
        PlanEvent::Adopted(adopted) => adopt(plans, adopted, step),
        PlanEvent::ObjectiveSet(set) => on(plans, &set.plan, step, |plan, step| objectives::set(plan, set, step)),
        PlanEvent::ProgressRecorded(said) => {
            on(plans, &said.plan, step, |plan, step| objectives::record_progress(plan, said, step));
        }
        PlanEvent::ObjectiveClosed(said) => {
            on(plans, &said.plan, step, |plan, step| objectives::close(plan, said, step));
        }
        PlanEvent::ActionSet(set) => on(plans, &set.plan, step, |plan, step| actions::set(plan, set, step)),
        PlanEvent::ActionDone(done) => {
            on(plans, &done.plan, step, |plan, step| actions::end(plan, &done.action, ActionStatus::Done, step));
        }
        PlanEvent::ActionDropped(gone) => {
            on(plans, &gone.plan, step, |plan, step| actions::end(plan, &gone.action, ActionStatus::Dropped, step));
        }
        PlanEvent::Reviewed(reviewed) => on(plans, &reviewed.plan, step, |plan, step| review(plan, reviewed, step)),
        PlanEvent::InsightRecorded(said) => {
            on(plans, &said.plan, step, |plan, step| record_insight(plan, said, step));
        }
        PlanEvent::Closed(closed) => on(plans, &closed.plan, step, |plan, step| close(plan, closed, step)),
    }
}

/// Lets an event act on its plan; one that is not known or was closed takes no more, which is a finding.
fn on(plans: &mut Plans, id: &PlanId, step: &mut Step<'_>, act: impl FnOnce(&mut Plan, &mut Step<'_>)) {
    let Some(plan) = plans.get_mut(id).map(Arc::make_mut) else {
        return step.find(FindingCode::PlanUnknown, format!("plan {id} was never adopted"));
    };
    match plan.closed_event {
        None => act(plan, step),
        Some(closed) => {
            step.find_with(FindingCode::PlanClosed, &[plan.event, closed], format!("plan {id} had been closed"));
        }
    }
}

fn adopt(plans: &mut Plans, adopted: &Adopted, step: &mut Step<'_>) {
    if let Some(known) = plans.get(&adopted.plan) {
        let message = format!("plan {} was adopted before", adopted.plan);
        return step.find_with(FindingCode::PlanClosed, &[known.event], message);
    }
    let objectives = adopted.objectives.iter().map(|stated| Arc::new(Objective::new(stated.clone(), step)));
    let plan = Plan {
        plan: adopted.plan.clone(),
        title: adopted.title.clone(),
        kind: adopted.kind,
        from: adopted.from,
        to: adopted.to,
        adopted_at: step.at(),
        adopted_date: civil_date(step.when),
        objectives: objectives.map(|objective| (objective.objective.clone(), objective)).collect(),
        actions: OrdMap::new(),
        reviews: OrdMap::new(),
        insights: OrdMap::new(),
        closed_at: None,
        closed_date: None,
        outcome: None,
        closed_event: None,
        event: step.position(),
    };
    step.note_new(|| format!("plans.{}", adopted.plan), &plan);
    plans.insert(adopted.plan.clone(), Arc::new(plan));
}

fn review(plan: &mut Plan, reviewed: &Reviewed, step: &mut Step<'_>) {
    let review = Review {
        reviewed_at: step.at(),
        reviewed_date: civil_date(step.when),
        mode: reviewed.mode,
        decisions: reviewed.decisions.clone().unwrap_or_default(),
        problems_solved: reviewed.problems_solved.clone().unwrap_or_default(),
        next_review: reviewed.next_review,
        event: step.position(),
    };
    step.note_new(|| format!("plans.{}.reviews.{}", plan.plan, review.event), &review);
    plan.reviews.insert(review.event, Arc::new(review));
}

fn record_insight(plan: &mut Plan, said: &InsightRecorded, step: &mut Step<'_>) {
    let insight = Insight {
        recorded_at: step.at(),
        text: said.text.clone(),
        evidence: said.evidence.as_slice().to_vec(),
        event: step.position(),
    };
    step.note_new(|| format!("plans.{}.insights.{}", plan.plan, insight.event), &insight);
    plan.insights.insert(insight.event, Arc::new(insight));
}

fn close(plan: &mut Plan, closed: &Closed, step: &mut Step<'_>) {
    let (id, at, event) = (&closed.plan, step.at(), step.position());
    let on = civil_date(step.when);
    step.set(|| format!("plans.{id}.closed_at"), &mut plan.closed_at, Some(at));
    step.set(|| format!("plans.{id}.closed_date"), &mut plan.closed_date, on);
    step.set(|| format!("plans.{id}.outcome"), &mut plan.outcome, closed.outcome.clone());
    step.set(|| format!("plans.{id}.closed_event"), &mut plan.closed_event, Some(event));
}
