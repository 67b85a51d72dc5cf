//! `/v1/accounts/{account}/plans` and `…/plans/{plan}`: what accounts are managed by.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::Account;
use tenure_replay::account::{Plan, Review};
use tenure_replay::plans::{self, PlanStatus, PlanSummary};
use tenure_schemas::payload::plan::PlanKind;
use tenure_schemas::{AccountId, PlanId};
use utoipa::ToSchema;

use super::accounts::wants;
use super::plan_parts::{InsightItem, ObjectiveItem, PlanAction};
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, NoFilter, Paged};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::{Answer, List};

/// The most objectives, actions, reviews and insights that a plan's own answer names, each.
const MAX_PARTS: usize = 100;

/// Which plans are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PlansFilter {
    /// Only plans in this status.
    #[param(inline)]
    status: Option<PlanStatus>,
    /// Only plans of this kind.
    #[param(inline)]
    kind: Option<PlanKind>,
}

impl Filter for PlansFilter {}

/// A plan in a list, in figures.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PlanItem {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    summary: PlanSummary,
    /// Whether it is the one that the account is managed by: of the active plans the one that began last.
    current: bool,
}

impl Row for PlanItem {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "plan",
        "status",
        "current",
        "title",
        "kind",
        "from",
        "to",
        "adopted_at",
        "attainment",
        "elapsed",
        "last_reviewed_at",
        "days_since_review",
        "next_review",
        "review_days_late",
        "counts.objectives.total",
        "counts.objectives.open",
        "counts.objectives.overdue",
        "counts.actions.total",
        "counts.actions.open",
        "counts.actions.overdue",
        "counts.reviews.total",
        "counts.reviews.reporting",
        "counts.reviews.problem_solving",
        "counts.reviews.mixed",
        "counts.reviews.problems_solved",
        "counts.insights",
        "closed_at",
        "outcome",
        "closed_event",
        "event",
    ];
}

/// A plan with what it holds.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PlanBody {
    #[serde(flatten)]
    plan: PlanItem,
    /// The objectives in the order of their ids, at most 100 of them; `…/objectives` lists all.
    objectives: Vec<ObjectiveItem>,
    /// The actions in the order of their ids, at most 100 of them; `…/actions` lists all.
    actions: Vec<PlanAction>,
    /// The reviews, the last one first, at most 100 of them; `…/reviews` lists all.
    reviews: Vec<Review>,
    /// What was understood, the last insight first, at most 100 of them; `…/insights` lists all.
    insights: Vec<InsightItem>,
}

/// The plans of an account
///
/// In the order of their ids, in figures. Shares are milli-points, of which 100,000 is all. `attainment` is the
/// weighted share of the objectives that is reached, those given up left out; `elapsed` the share of the plan's days
/// that has passed. Those of accounts merged into it are listed under their own `account`, account by account, and each
/// answers below that account.
#[utoipa::path(get, path = "/v1/accounts/{account}/plans", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), PlansFilter, Dated, Paged),
    responses((status = 200, description = "A page of plans", body = List<PlanItem>)))]
pub(in crate::http) async fn plans(call: Call) -> Response {
    call.list(Reach::One, page).await
}

/// A plan of an account
///
/// With its first objectives and actions and its last reviews and insights; each has a list of its own.
#[utoipa::path(get, path = "/v1/accounts/{account}/plans/{plan}", tag = "accounts",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("plan" = String, Path, description = "The plan's id in the account"),
        Dated
    ),
    responses((status = 200, description = "The plan", body = Answer<PlanBody>)))]
pub(in crate::http) async fn plan(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| read(ask, |account, plan| Ok(body(ask, account, plan)))).await
}

fn page(ask: &Ask<PlansFilter>) -> Result<Page<(AccountId, PlanId), PlanItem>, Problem> {
    let day = ask.day();
    let wanted = |plan: &&Plan| {
        wants(ask.filter.status.as_ref(), Some(&plans::status(plan, &day)))
            && wants(ask.filter.kind.as_ref(), Some(&plan.kind))
    };
    ask.across(&ask.below()?, |account, pager: &mut Pager<(AccountId, PlanId), PlanItem>| {
        for plan in account.plans().filter(wanted) {
            let key = (account.account().clone(), plan.plan.clone());
            if pager.offer(key, || item(ask, account, plan)).is_break() {
                break;
            }
        }
    })
}

fn item<F>(ask: &Ask<F>, account: &Account, plan: &Plan) -> PlanItem {
    let day = ask.day();
    let current = plans::current(account, &day).is_some_and(|current| current.plan == plan.plan);
    PlanItem { account: account.account().clone(), summary: plans::summary(plan, &day), current }
}

fn body(ask: &Ask<NoFilter>, account: &Account, plan: &Plan) -> PlanBody {
    let day = ask.day();
    PlanBody {
        plan: item(ask, account, plan),
        objectives: plan.objectives().take(MAX_PARTS).map(|one| ObjectiveItem::of(plan, one, &day)).collect(),
        actions: plan.actions().take(MAX_PARTS).map(|one| PlanAction::of(plan, one, &day)).collect(),
        reviews: plan.reviews().into_iter().rev().take(MAX_PARTS).cloned().collect(),
        insights: plan.insights().into_iter().rev().take(MAX_PARTS).map(|one| InsightItem::of(one, ask)).collect(),
    }
}

/// Answers from the plan that the path names, if the account has it at the moment.
pub(super) fn read<F, T>(
    ask: &Ask<F>,
    answer: impl FnOnce(&Account, &Plan) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let (account, text) = (ask.account()?, ask.part("plan"));
    let plan = PlanId::new(text).ok();
    let Some(plan) = plan.as_ref().and_then(|id| account.plan(id)) else {
        let detail = format!(
            "account {} has no plan \"{text}\" as of {}: the list of its plans names those it has, and a plan is there \
             from its adoption on",
            account.account(),
            ask.as_of()
        );
        return Err(Problem::new(ProblemType::UnknownPlan, detail));
    };
    answer(&account, plan)
}
