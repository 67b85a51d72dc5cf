//! What plans come to on a day: attainment, elapsed time, freshness, what is late, and how reviews are spent.
//!
//! Shares are milli-points: whole numbers from 0 to 100,000, of which 100,000 is all.

use std::num::NonZero;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::plan::{Measure, PlanKind, ReviewMode};
use tenure_schemas::{Amount, Instant, Name, PlanId, Text};
use utoipa::ToSchema;

use crate::account::{Account, Action, ActionStatus, Objective, ObjectiveStatus, Plan, Review};
use crate::moment::Day;
use crate::round::half_even;

/// All of something, in milli-points.
const ALL: i128 = 100_000;

/// The decimals to which one objective's progress is taken before it is weighed.
const DECIMALS: u32 = 12;

/// All of one objective, in units of its last decimal.
const WHOLE: i128 = 10_i128.pow(DECIMALS);

/// Where a plan stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Adopted, and its first day is to come.
    Upcoming,
    /// In force.
    Active,
    /// Past its last day, and nobody closed it.
    Lapsed,
    /// Closed.
    Closed,
}

/// How many objectives a plan has, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObjectiveCounts {
    /// All of them.
    pub total: u32,
    /// Pursued.
    pub open: u32,
    /// Reached.
    pub achieved: u32,
    /// Not reached.
    pub missed: u32,
    /// Given up.
    pub dropped: u32,
    /// Open past their due dates; none once the plan is closed.
    pub overdue: u32,
}

/// How many actions a plan has, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionCounts {
    /// All of them.
    pub total: u32,
    /// To be done.
    pub open: u32,
    /// Done.
    pub done: u32,
    /// Given up.
    pub dropped: u32,
    /// Open past their due dates; none once the plan is closed.
    pub overdue: u32,
}

/// How a plan's reviews were spent: telling what happened, or solving problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewCounts {
    /// All of them.
    pub total: u32,
    /// Spent on telling what happened.
    pub reporting: u32,
    /// Spent on solving problems.
    pub problem_solving: u32,
    /// Spent on both.
    pub mixed: u32,
    /// The share spent on telling what happened, in milli-points; absent without reviews. What `reporting_share` and
    /// `problem_solving_share` leave were mixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporting_share: Option<u32>,
    /// The share spent on solving problems, in milli-points; absent without reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem_solving_share: Option<u32>,
    /// How many problems were solved in all of them.
    pub problems_solved: u32,
}

/// What a plan has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanCounts {
    /// Its objectives.
    pub objectives: ObjectiveCounts,
    /// Its actions.
    pub actions: ActionCounts,
    /// Its reviews.
    pub reviews: ReviewCounts,
    /// How many insights were recorded.
    pub insights: u32,
}

/// A plan as it stands on a day, in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanSummary {
    /// The plan's id in the account.
    pub plan: PlanId,
    /// Where it stands.
    pub status: PlanStatus,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// What it is for.
    pub kind: PlanKind,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// When it was adopted.
    pub adopted_at: Instant,
    /// How far its objectives are reached, weighted, in milli-points; absent when no objective counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attainment: Option<u32>,
    /// The share of its time that has passed, or had when it was closed, in milli-points of whole civil days.
    pub elapsed: u32,
    /// When it was reviewed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_reviewed_at: Option<Instant>,
    /// Whole civil days since the last review, since its adoption when it never was reviewed; absent once it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_review: Option<u32>,
    /// The day of the next review, as the last one set it; absent once the plan is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub next_review: Option<Date>,
    /// By how many whole days that day has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_days_late: Option<u32>,
    /// What it has.
    pub counts: PlanCounts,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Text>,
    /// The position of the event that closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_event: Option<u64>,
    /// The position of the event that adopted it.
    pub event: u64,
}

/// A plan as it stands on a day, in figures.
pub fn summary(plan: &Plan, day: &Day) -> PlanSummary {
    let reviews = plan.reviews();
    let last = reviews.last().copied();
    let next_review = last.and_then(|review| review.next_review).filter(|_| plan.is_open());
    PlanSummary {
        plan: plan.plan.clone(),
        status: status(plan, day),
        title: plan.title.clone(),
        kind: plan.kind,
        from: plan.from,
        to: plan.to,
        adopted_at: plan.adopted_at,
        attainment: attainment(plan.objectives()),
        elapsed: elapsed(plan, day),
        last_reviewed_at: last.map(|review| review.reviewed_at),
        days_since_review: plan.is_open().then(|| days_since_review(plan, day)),
        next_review,
        review_days_late: next_review.and_then(|next| day.days_past(next)),
        counts: PlanCounts {
            objectives: count_objectives(plan, day),
            actions: count_actions(plan, day),
            reviews: count_reviews(&reviews),
            insights: count(plan.insights().len()),
        },
        closed_at: plan.closed_at,
        outcome: plan.outcome.clone(),
        closed_event: plan.closed_event,
        event: plan.event,
    }
}

/// Where a plan stands on a day.
pub fn status(plan: &Plan, day: &Day) -> PlanStatus {
    if !plan.is_open() {
        PlanStatus::Closed
    } else if day.date < plan.from {
        PlanStatus::Upcoming
    } else if day.date < plan.to {
        PlanStatus::Active
    } else {
        PlanStatus::Lapsed
    }
}

/// The plan that an account is managed by on a day: of the active ones the one that began last, and of those that
/// began on one day the one that was recorded last.
pub fn current<'a>(account: &'a Account, day: &Day) -> Option<&'a Plan> {
    let active = account.plans().filter(|plan| status(plan, day) == PlanStatus::Active);
    active.max_by_key(|plan| (plan.from, plan.event))
}

/// How far objectives are reached, in milli-points: `Σ w·p / Σ w` over all but those given up, rounded half-even.
///
/// `p` is what [`progress`] says. Where all weights are 0, they are equal. `None` when no objective counts. Each `p`
/// is taken to 12 decimals; from there on everything is exact.
pub fn attainment<'a>(objectives: impl Iterator<Item = &'a Objective>) -> Option<u32> {
    let (mut weights, mut weighted, mut number, mut plain) = (0_i128, 0_i128, 0_i128, 0_i128);
    for objective in objectives {
        let Some(reached) = share_reached(objective) else { continue };
        let weight = i128::from(objective.weight.get());
        weights += weight;
        weighted += weight * reached;
        number += 1;
        plain += reached;
    }
    let (sum, of) = if weights == 0 { (plain, number) } else { (weighted, weights) };
    milli_points(sum, of * WHOLE)
}

/// How far one objective is reached, in milli-points.
///
/// With a value `clamp((value − baseline) / (target − baseline), 0, 1)`, whatever the outcome that was declared. What
/// has no measure, or was never measured, is reached when it was achieved, else not at all. `None` for what was given
/// up, and where the target is the baseline: neither counts.
pub fn progress(objective: &Objective) -> Option<u32> {
    milli_points(share_reached(objective)?, WHOLE)
}

fn milli_points(part: i128, of: i128) -> Option<u32> {
    let rounded = half_even(part * ALL, NonZero::new(of)?);
    u32::try_from(rounded).ok()
}

/// How far one objective is reached, from 0 to 1, to 12 decimals; as [`progress`] says it, and not rounded further.
pub(crate) fn reached(objective: &Objective) -> Option<Decimal> {
    share_reached(objective).map(|share| Decimal::from_i128_with_scale(share, DECIMALS))
}

/// How far an objective is reached, of [`WHOLE`].
fn share_reached(objective: &Objective) -> Option<i128> {
    let declared = match objective.status {
        ObjectiveStatus::Dropped => return None,
        ObjectiveStatus::Achieved => WHOLE,
        ObjectiveStatus::Open | ObjectiveStatus::Missed => 0,
    };
    match (&objective.measure, objective.value) {
        (Some(measure), _) if measure.target == measure.baseline => None,
        (Some(measure), Some(value)) => Some(share_measured(measure, value)),
        (Some(_), None) | (None, _) => Some(declared),
    }
}

/// How far a value is from the baseline to another target, of [`WHOLE`].
fn share_measured(measure: &Measure, value: Amount) -> i128 {
    let baseline = measure.baseline.decimal();
    let whole = measure.target.decimal().saturating_sub(baseline);
    let done = value.decimal().saturating_sub(baseline);
    if done.is_zero() || done.is_sign_negative() != whole.is_sign_negative() {
        return 0;
    }
    if done.abs() >= whole.abs() {
        return WHOLE;
    }
    let mut share = done.checked_div(whole).unwrap_or_default().round_dp(DECIMALS);
    share.rescale(DECIMALS);
    share.mantissa()
}

/// The share of a plan's days that lie before a day, in milli-points: 0 on its first day, all from its end on. Of a
/// closed plan, before the day on which it was closed.
fn elapsed(plan: &Plan, day: &Day) -> u32 {
    let days = |from: Date, to: Date| i128::from((to - from).get_days());
    let whole = days(plan.from, plan.to);
    let last = plan.closed_at.map_or(day.date, |at| day.of(at, plan.closed_date).date);
    let passed = days(plan.from, last).min(whole).max(0);
    milli_points(passed, whole).unwrap_or(0)
}

fn days_since_review(plan: &Plan, day: &Day) -> u32 {
    let last = plan.reviews().last().map(|review| day.of(review.reviewed_at, review.reviewed_date));
    let since = last.unwrap_or_else(|| day.of(plan.adopted_at, plan.adopted_date));
    day.days_past(since.date).unwrap_or(0)
}

/// By how many whole days an objective is late that is open in an open plan.
pub fn objective_days_late(plan: &Plan, objective: &Objective, day: &Day) -> Option<u32> {
    let is_pursued = plan.is_open() && objective.status == ObjectiveStatus::Open;
    objective.due.filter(|_| is_pursued).and_then(|due| day.days_past(due))
}

/// By how many whole days an action is late that is open in an open plan, or was late when it was done.
pub fn action_days_late(plan: &Plan, action: &Action, day: &Day) -> Option<u32> {
    match action.status {
        ActionStatus::Open => day.days_past(action.due).filter(|_| plan.is_open()),
        ActionStatus::Done => day.of(action.ended_at?, action.ended_date).days_past(action.due),
        ActionStatus::Dropped => None,
    }
}

/// Whether an action is open past its due date, in an open plan.
pub fn is_overdue(plan: &Plan, action: &Action, day: &Day) -> bool {
    action.status == ActionStatus::Open && action_days_late(plan, action, day).is_some()
}

fn count_objectives(plan: &Plan, day: &Day) -> ObjectiveCounts {
    let mut counts = ObjectiveCounts::default();
    for objective in plan.objectives() {
        counts.total += 1;
        *match objective.status {
            ObjectiveStatus::Open => &mut counts.open,
            ObjectiveStatus::Achieved => &mut counts.achieved,
            ObjectiveStatus::Missed => &mut counts.missed,
            ObjectiveStatus::Dropped => &mut counts.dropped,
        } += 1;
        counts.overdue += u32::from(objective_days_late(plan, objective, day).is_some());
    }
    counts
}

fn count_actions(plan: &Plan, day: &Day) -> ActionCounts {
    let mut counts = ActionCounts::default();
    for action in plan.actions() {
        counts.total += 1;
        *match action.status {
            ActionStatus::Open => &mut counts.open,
            ActionStatus::Done => &mut counts.done,
            ActionStatus::Dropped => &mut counts.dropped,
        } += 1;
        counts.overdue += u32::from(is_overdue(plan, action, day));
    }
    counts
}

fn count_reviews(reviews: &[&Review]) -> ReviewCounts {
    let of_mode = |mode: ReviewMode| count(reviews.iter().filter(|review| review.mode == mode).count());
    let total = count(reviews.len());
    let (reporting, problem_solving) = (of_mode(ReviewMode::Reporting), of_mode(ReviewMode::ProblemSolving));
    ReviewCounts {
        total,
        reporting,
        problem_solving,
        mixed: of_mode(ReviewMode::Mixed),
        reporting_share: milli_points(reporting.into(), total.into()),
        problem_solving_share: milli_points(problem_solving.into(), total.into()),
        problems_solved: reviews.iter().map(|review| count(review.problems_solved.len())).sum(),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
