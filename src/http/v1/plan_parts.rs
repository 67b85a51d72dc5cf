//! `/v1/accounts/{account}/plans/{plan}/…`: the objectives, actions, reviews and insights of one plan.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Action, ActionStatus, Insight, Objective, ObjectiveStatus, Plan, Review};
use tenure_replay::{Day, plans};
use tenure_schemas::payload::plan::ReviewMode;
use tenure_schemas::{Instant, PersonId, Text};
use utoipa::ToSchema;
use uuid::Uuid;

use super::accounts::wants;
use super::plans::read;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::params::{Dated, Filter, NoFilter, Paged, flag};
use crate::http::render::List;

/// Which objectives of a plan are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ObjectivesFilter {
    /// Only objectives in this status.
    #[param(inline)]
    status: Option<ObjectiveStatus>,
    /// Only objectives for which this person of ours answers.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
    /// Only objectives that are open past their due dates, or only the others.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
}

impl Filter for ObjectivesFilter {}

/// Which actions of a plan are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ActionsFilter {
    /// Only actions in this status.
    #[param(inline)]
    status: Option<ActionStatus>,
    /// Only actions of this person of ours.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
    /// Only actions that are open past their due dates, or only the others.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
}

impl Filter for ActionsFilter {}

/// Which reviews of a plan are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ReviewsFilter {
    /// Only reviews that were spent on this.
    #[param(inline)]
    mode: Option<ReviewMode>,
}

impl Filter for ReviewsFilter {}

/// An objective and how far it is reached.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ObjectiveItem {
    #[serde(flatten)]
    objective: Objective,
    /// How far it is reached, in milli-points; absent where it does not count: it was given up, or its target is its
    /// baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u32>,
    /// By how many whole days it is late; absent when it or its plan is not open, in time, and without a due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_late: Option<u32>,
}

impl ObjectiveItem {
    pub(super) fn of(plan: &Plan, objective: &Objective, day: &Day) -> Self {
        Self {
            objective: objective.clone(),
            progress: plans::progress(objective),
            days_late: plans::objective_days_late(plan, objective, day),
        }
    }
}

impl Row for ObjectiveItem {
    const COLUMNS: &'static [&'static str] = &[
        "objective",
        "status",
        "text",
        "weight",
        "progress",
        "measure.metric",
        "measure.baseline",
        "measure.target",
        "measure.unit",
        "value",
        "value_at",
        "value_event",
        "due",
        "days_late",
        "owner",
        "need",
        "closed_at",
        "closed_event",
        "event",
    ];
}

/// An action and how late it is.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PlanAction {
    #[serde(flatten)]
    action: Action,
    /// Whether it is open past its due date, in an open plan.
    overdue: bool,
    /// By how many whole days it is late, or was when it was done; absent in time, and for what was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_late: Option<u32>,
}

impl PlanAction {
    pub(super) fn of(plan: &Plan, action: &Action, day: &Day) -> Self {
        Self {
            action: action.clone(),
            overdue: plans::is_overdue(plan, action, day),
            days_late: plans::action_days_late(plan, action, day),
        }
    }
}

impl Row for PlanAction {
    const COLUMNS: &'static [&'static str] = &[
        "action",
        "status",
        "text",
        "owner",
        "due",
        "overdue",
        "days_late",
        "objective",
        "remedies",
        "set_at",
        "ended_at",
        "ended_date",
        "ended_event",
        "event",
    ];
}

impl Row for Review {
    const COLUMNS: &'static [&'static str] =
        &["reviewed_at", "reviewed_date", "mode", "decisions", "problems_solved", "next_review", "event"];
}

/// An event that an insight rests on.
#[derive(Serialize, ToSchema)]
struct Evidence {
    /// Its position; `null` where the ledger has no such event.
    event: Option<u64>,
    /// Its id, as the insight gives it.
    id: Uuid,
}

/// Something that was understood, with the events that show it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InsightItem {
    /// When it was recorded.
    recorded_at: Instant,
    /// What was understood.
    text: Text,
    /// The events that show it.
    evidence: Vec<Evidence>,
    /// The position of the event that says so.
    event: u64,
}

impl InsightItem {
    pub(super) fn of<F>(insight: &Insight, ask: &Ask<F>) -> Self {
        let evidence = insight.evidence.iter().map(|id| Evidence { event: ask.view.find(*id), id: *id });
        let Insight { recorded_at, text, event, .. } = insight;
        Self { recorded_at: *recorded_at, text: text.clone(), evidence: evidence.collect(), event: *event }
    }
}

impl Row for InsightItem {
    const COLUMNS: &'static [&'static str] = &["recorded_at", "text", "evidence", "event"];
}

/// The objectives of a plan
///
/// In the order of their ids.
#[utoipa::path(get, path = "/v1/accounts/{account}/plans/{plan}/objectives", tag = "accounts",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("plan" = String, Path, description = "The plan's id in the account"),
        ObjectivesFilter, Dated, Paged
    ),
    responses((status = 200, description = "A page of objectives", body = List<ObjectiveItem>)))]
pub(in crate::http) async fn objectives(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<ObjectivesFilter>| {
        let (filter, day) = (&ask.filter, ask.day());
        read(ask, |_, plan| {
            let wanted = |objective: &&Objective| {
                let is_late = plans::objective_days_late(plan, objective, &day).is_some();
                wants(filter.status.as_ref(), Some(&objective.status))
                    && wants(filter.owner.as_ref(), objective.owner.as_ref())
                    && wants(filter.overdue.as_ref(), Some(&is_late))
            };
            let item = |objective: &Objective| (objective.objective.clone(), ObjectiveItem::of(plan, objective, &day));
            ask.page(plan.objectives().filter(wanted).map(item))
        })
    })
    .await
}

/// The actions of a plan
///
/// In the order of their ids.
#[utoipa::path(get, path = "/v1/accounts/{account}/plans/{plan}/actions", tag = "accounts",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("plan" = String, Path, description = "The plan's id in the account"),
        ActionsFilter, Dated, Paged
    ),
    responses((status = 200, description = "A page of actions", body = List<PlanAction>)))]
pub(in crate::http) async fn actions(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<ActionsFilter>| {
        let (filter, day) = (&ask.filter, ask.day());
        read(ask, |_, plan| {
            let wanted = |action: &&Action| {
                wants(filter.status.as_ref(), Some(&action.status))
                    && wants(filter.owner.as_ref(), Some(&action.owner))
                    && wants(filter.overdue.as_ref(), Some(&plans::is_overdue(plan, action, &day)))
            };
            let item = |action: &Action| (action.action.clone(), PlanAction::of(plan, action, &day));
            ask.page(plan.actions().filter(wanted).map(item))
        })
    })
    .await
}

/// The reviews of a plan
///
/// In the order in which they were held.
#[utoipa::path(get, path = "/v1/accounts/{account}/plans/{plan}/reviews", tag = "accounts",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("plan" = String, Path, description = "The plan's id in the account"),
        ReviewsFilter, Dated, Paged
    ),
    responses((status = 200, description = "A page of reviews", body = List<Review>)))]
pub(in crate::http) async fn reviews(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<ReviewsFilter>| {
        let wanted = |review: &&Review| wants(ask.filter.mode.as_ref(), Some(&review.mode));
        let item = |review: &Review| ((review.reviewed_at, review.event), review.clone());
        read(ask, |_, plan| ask.page(plan.reviews().into_iter().filter(wanted).map(item)))
    })
    .await
}

/// What was understood in the course of a plan
///
/// In the order in which it was recorded, with the events that show it.
#[utoipa::path(get, path = "/v1/accounts/{account}/plans/{plan}/insights", tag = "accounts",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("plan" = String, Path, description = "The plan's id in the account"),
        Dated, Paged
    ),
    responses((status = 200, description = "A page of insights", body = List<InsightItem>)))]
pub(in crate::http) async fn insights(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| {
        let item = |insight: &Insight| ((insight.recorded_at, insight.event), InsightItem::of(insight, ask));
        read(ask, |_, plan| ask.page(plan.insights().into_iter().map(item)))
    })
    .await
}
