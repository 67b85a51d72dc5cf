//! The actions of a plan: set, done, dropped.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::plan::ActionSet;
use tenure_schemas::{ActionId, Instant, Name, ObjectiveId, PersonId, PlanId, Text};
use utoipa::ToSchema;

use super::Plan;
use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::civil_date;

/// What became of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionStatus {
    /// To be done.
    Open,
    /// Done.
    Done,
    /// Given up.
    Dropped,
}

/// An action as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Action {
    /// The action's id in the plan.
    pub action: ActionId,
    /// What became of it.
    pub status: ActionStatus,
    /// What is to be done.
    pub text: Text,
    /// Who of ours does it.
    pub owner: PersonId,
    /// The last day on which doing it is in time.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// The objective that it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective: Option<ObjectiveId>,
    /// The metric whose gap it closes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedies: Option<Name>,
    /// When it was first set.
    pub set_at: Instant,
    /// When it was done or dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ended_date: Option<Date>,
    /// The position of the event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_event: Option<u64>,
    /// The position of the event that first set it.
    pub event: u64,
}

/// The full name of an action's field.
fn field<'a>(plan: &'a PlanId, id: &'a ActionId, name: &'static str) -> impl FnOnce() -> String + 'a {
    move || format!("plans.{plan}.actions.{id}.{name}")
}

pub(super) fn set(plan: &mut Plan, said: &ActionSet, step: &mut Step<'_>) {
    if let Some(objective) = said.objective.as_ref().filter(|id| !plan.objectives.contains_key(*id)) {
        let message = format!("action {} serves objective {objective}, which plan {} has not", said.action, plan.plan);
        step.find_with(FindingCode::ObjectiveUnknown, &[plan.event], message);
    }
    if plan.actions.contains_key(&said.action) {
        replace(plan, said, step);
    } else {
        add(plan, said, step);
    }
}

fn add(plan: &mut Plan, said: &ActionSet, step: &mut Step<'_>) {
    let action = Action {
        action: said.action.clone(),
        status: ActionStatus::Open,
        text: said.text.clone(),
        owner: said.owner.clone(),
        due: said.due,
        objective: said.objective.clone(),
        remedies: said.remedies.clone(),
        set_at: step.at(),
        ended_at: None,
        ended_date: None,
        ended_event: None,
        event: step.position(),
    };
    step.note_new(|| format!("plans.{}.actions.{}", said.plan, said.action), &action);
    plan.actions.insert(said.action.clone(), Arc::new(action));
}

fn replace(plan: &mut Plan, said: &ActionSet, step: &mut Step<'_>) {
    let Some(action) = acted_on(plan, &said.action, step) else { return };
    let (of, id) = (&said.plan, &said.action);
    step.set(field(of, id, "text"), &mut action.text, said.text.clone());
    step.set(field(of, id, "owner"), &mut action.owner, said.owner.clone());
    step.set(field(of, id, "due"), &mut action.due, said.due);
    step.set(field(of, id, "objective"), &mut action.objective, said.objective.clone());
    step.set(field(of, id, "remedies"), &mut action.remedies, said.remedies.clone());
}

pub(super) fn end(plan: &mut Plan, id: &ActionId, outcome: ActionStatus, step: &mut Step<'_>) {
    let of = plan.plan.clone();
    let Some(action) = acted_on(plan, id, step) else { return };
    let (at, on, event) = (step.at(), civil_date(step.when), step.position());
    step.set(field(&of, id, "status"), &mut action.status, outcome);
    step.set(field(&of, id, "ended_at"), &mut action.ended_at, Some(at));
    step.set(field(&of, id, "ended_date"), &mut action.ended_date, on);
    step.set(field(&of, id, "ended_event"), &mut action.ended_event, Some(event));
}

/// The action that an event acts on; one that was done or dropped takes no more, which is a finding.
fn acted_on<'a>(plan: &'a mut Plan, id: &ActionId, step: &mut Step<'_>) -> Option<&'a mut Action> {
    let Some(action) = plan.actions.get_mut(id).map(Arc::make_mut) else {
        let message = format!("plan {} has no action {id}", plan.plan);
        step.find_with(FindingCode::ActionUnknown, &[plan.event], message);
        return None;
    };
    if let Some(ended) = action.ended_event {
        let message = format!("action {id} of plan {} had been done or dropped", plan.plan);
        step.find_with(FindingCode::ActionClosed, &[action.event, ended], message);
        return None;
    }
    Some(action)
}
