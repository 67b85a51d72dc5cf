//! The objectives of a plan: set, measured, closed.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::plan::{self, Measure, ObjectiveClosed, ObjectiveOutcome, ObjectiveSet, ProgressRecorded};
use tenure_schemas::values::Weight;
use tenure_schemas::{Amount, Instant, NeedId, ObjectiveId, PersonId, PlanId, Text};
use utoipa::ToSchema;

use super::Plan;
use crate::effects::Step;
use crate::finding::FindingCode;

/// What became of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectiveStatus {
    /// Pursued.
    Open,
    /// Reached.
    Achieved,
    /// Not reached.
    Missed,
    /// Given up.
    Dropped,
}

impl From<ObjectiveOutcome> for ObjectiveStatus {
    fn from(outcome: ObjectiveOutcome) -> Self {
        match outcome {
            ObjectiveOutcome::Achieved => Self::Achieved,
            ObjectiveOutcome::Missed => Self::Missed,
            ObjectiveOutcome::Dropped => Self::Dropped,
        }
    }
}

/// An objective as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Objective {
    /// The objective's id in the plan.
    pub objective: ObjectiveId,
    /// What became of it.
    pub status: ObjectiveStatus,
    /// What is to be reached.
    pub text: Text,
    /// Its weight among the plan's objectives.
    pub weight: Weight,
    /// How it is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The last day on which reaching it is in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// Who of ours answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The client's need that it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<NeedId>,
    /// The value that was recorded last, in the measure's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
    /// When the value was that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_at: Option<Instant>,
    /// The position of the event that recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_event: Option<u64>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// The position of the event that closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_event: Option<u64>,
    /// The position of the event that first set it.
    pub event: u64,
}

impl Objective {
    pub(super) fn new(stated: plan::Objective, step: &Step<'_>) -> Self {
        Self {
            objective: stated.objective,
            status: ObjectiveStatus::Open,
            text: stated.text,
            weight: stated.weight,
            measure: stated.measure,
            due: stated.due,
            owner: stated.owner,
            need: stated.need,
            value: None,
            value_at: None,
            value_event: None,
            closed_at: None,
            closed_event: None,
            event: step.position(),
        }
    }
}

/// The full name of an objective's field.
fn field<'a>(plan: &'a PlanId, id: &'a ObjectiveId, name: &'static str) -> impl FnOnce() -> String + 'a {
    move || format!("plans.{plan}.objectives.{id}.{name}")
}

pub(super) fn set(plan: &mut Plan, said: &ObjectiveSet, step: &mut Step<'_>) {
    if plan.objectives.contains_key(&said.objective) {
        replace(plan, said, step);
    } else {
        add(plan, said, step);
    }
}

fn add(plan: &mut Plan, said: &ObjectiveSet, step: &mut Step<'_>) {
    let stated = plan::Objective {
        objective: said.objective.clone(),
        text: said.text.clone(),
        weight: said.weight,
        measure: said.measure.clone(),
        due: said.due,
        owner: said.owner.clone(),
        need: said.need.clone(),
    };
    let objective = Objective::new(stated, step);
    step.note_new(|| format!("plans.{}.objectives.{}", said.plan, said.objective), &objective);
    plan.objectives.insert(said.objective.clone(), Arc::new(objective));
}

/// Replaces all that was stated of an objective. What was measured stays only while the metric and its unit do.
fn replace(plan: &mut Plan, said: &ObjectiveSet, step: &mut Step<'_>) {
    let Some(objective) = acted_on(plan, &said.objective, step) else { return };
    let (of, id) = (&said.plan, &said.objective);
    let scale = |measure: &Option<Measure>| measure.clone().map(|measure| (measure.metric, measure.unit));
    if scale(&objective.measure) != scale(&said.measure) {
        step.set(field(of, id, "value"), &mut objective.value, None);
        step.set(field(of, id, "value_at"), &mut objective.value_at, None);
        step.set(field(of, id, "value_event"), &mut objective.value_event, None);
    }
    step.set(field(of, id, "text"), &mut objective.text, said.text.clone());
    step.set(field(of, id, "weight"), &mut objective.weight, said.weight);
    step.set(field(of, id, "measure"), &mut objective.measure, said.measure.clone());
    step.set(field(of, id, "due"), &mut objective.due, said.due);
    step.set(field(of, id, "owner"), &mut objective.owner, said.owner.clone());
    step.set(field(of, id, "need"), &mut objective.need, said.need.clone());
}

pub(super) fn record_progress(plan: &mut Plan, said: &ProgressRecorded, step: &mut Step<'_>) {
    let Some(objective) = acted_on(plan, &said.objective, step) else { return };
    let (of, id, at, event) = (&said.plan, &said.objective, step.at(), step.position());
    step.set(field(of, id, "value"), &mut objective.value, Some(said.value));
    step.set(field(of, id, "value_at"), &mut objective.value_at, Some(at));
    step.set(field(of, id, "value_event"), &mut objective.value_event, Some(event));
}

pub(super) fn close(plan: &mut Plan, said: &ObjectiveClosed, step: &mut Step<'_>) {
    let Some(objective) = acted_on(plan, &said.objective, step) else { return };
    let (of, id, at, event) = (&said.plan, &said.objective, step.at(), step.position());
    step.set(field(of, id, "status"), &mut objective.status, said.outcome.into());
    step.set(field(of, id, "closed_at"), &mut objective.closed_at, Some(at));
    step.set(field(of, id, "closed_event"), &mut objective.closed_event, Some(event));
}

/// The objective that an event acts on; one that was closed takes no more, which is a finding.
fn acted_on<'a>(plan: &'a mut Plan, id: &ObjectiveId, step: &mut Step<'_>) -> Option<&'a mut Objective> {
    let Some(objective) = plan.objectives.get_mut(id).map(Arc::make_mut) else {
        let message = format!("plan {} has no objective {id}", plan.plan);
        step.find_with(FindingCode::ObjectiveUnknown, &[plan.event], message);
        return None;
    };
    if let Some(closed) = objective.closed_event {
        let message = format!("objective {id} of plan {} had been closed", plan.plan);
        step.find_with(FindingCode::ObjectiveClosed, &[objective.event, closed], message);
        return None;
    }
    Some(objective)
}
