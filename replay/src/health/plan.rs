//! `plan`: whether the account plan keeps pace with its time, and is looked after.
//!
//! `100·min(1, attained/elapsed)·0.5^(days since review/h)`, of the plan that the account is managed by. A key account
//! without one has no points; of others it is missing. A plan that was never reviewed counts from its adoption.

use std::collections::BTreeMap;

use tenure_schemas::payload::account::Tier;

use super::Missing;
use super::measure::{Context, FULL, Measure, Part, but, count, figure, float};
use crate::account::{Objective, Plan};
use crate::moment::{Bound, Day};
use crate::plans;

/// One objective that counts.
struct Aim {
    event: u64,
    weight: f64,
    reached: f64,
}

/// A plan: its objectives and its reviews, each with the days since, in the order of their events.
struct Course {
    aims: Vec<Aim>,
    reviews: Vec<(u64, i32)>,
    adopted_days_ago: i32,
    elapsed: f64,
}

/// How far an account's plan has come.
pub(super) struct Progress {
    course: Option<Course>,
    is_key: bool,
    review_half_life: f64,
}

impl Progress {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let day = Day { date: context.asked, zone: context.zone.clone() };
        let plan = plans::current(context.account, &day);
        Self {
            course: plan.map(|plan| Course::of(context, plan)),
            is_key: context.account.profile().tier == Some(Tier::Key),
            review_half_life: float(context.spec.dimensions.plan.review_half_life_days),
        }
    }
}

impl Course {
    fn of(context: &Context<'_>, plan: &Plan) -> Self {
        let mut aims: Vec<Aim> = plan.objectives().filter_map(aim).collect();
        aims.sort_by_key(|aim| aim.event);
        let days_since = |at, date| context.age(&Bound { at, date });
        let mut reviews: Vec<(u64, i32)> = plan
            .reviews()
            .into_iter()
            .map(|review| (review.event, days_since(review.reviewed_at, review.reviewed_date)))
            .collect();
        reviews.sort_unstable();
        let (passed, whole) = ((context.asked - plan.from).get_days(), (plan.to - plan.from).get_days());
        Self {
            aims,
            reviews,
            adopted_days_ago: days_since(plan.adopted_at, plan.adopted_date),
            elapsed: (f64::from(passed) / f64::from(whole)).clamp(0.0, 1.0),
        }
    }

    /// The weighted share of the objectives that is reached; where all weigh nothing, they weigh the same.
    fn attained(&self, without: Option<usize>) -> Option<f64> {
        let weights: f64 = but(&self.aims, without).map(|aim| aim.weight).sum();
        let number = count(but(&self.aims, without).count());
        if number <= 0.0 {
            return None;
        }
        if weights <= 0.0 {
            return Some(but(&self.aims, without).map(|aim| aim.reached).sum::<f64>() / number);
        }
        Some(but(&self.aims, without).map(|aim| aim.weight * aim.reached).sum::<f64>() / weights)
    }

    /// Days since the last review, else since the adoption.
    fn days_since_review(&self, without: Option<usize>) -> i32 {
        let reviews = but(&self.reviews, without.and_then(|at| at.checked_sub(self.aims.len())));
        reviews.map(|(_, days)| *days).min().unwrap_or(self.adopted_days_ago)
    }
}

/// An objective, if it counts; its event is the last that moved it.
fn aim(objective: &Objective) -> Option<Aim> {
    let event = objective.value_event.max(objective.closed_event).unwrap_or(objective.event);
    let reached = plans::reached(objective)?;
    Some(Aim { event, weight: f64::from(objective.weight.get()), reached: float(reached) })
}

impl Measure for Progress {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        let Some(course) = &self.course else {
            return if self.is_key { Ok(0.0) } else { Err(Missing::NoPlan) };
        };
        let attained = course.attained(without).ok_or(Missing::NoObjective)?;
        let pace = if course.elapsed <= 0.0 { 1.0 } else { (attained / course.elapsed).min(1.0) };
        let days = f64::from(course.days_since_review(without));
        Ok(FULL * pace * libm::exp2(-days / self.review_half_life))
    }

    fn parts(&self) -> Vec<Part> {
        let Some(course) = &self.course else { return Vec::new() };
        let aims = course.aims.iter().map(|aim| Part { event: aim.event, heaviness: aim.weight });
        let newest = |days: i32| 1.0 / (1.0 + f64::from(days));
        let reviews = course.reviews.iter().map(|(event, days)| Part { event: *event, heaviness: newest(*days) });
        aims.chain(reviews).collect()
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        let Some(course) = &self.course else { return BTreeMap::new() };
        let mut figures = BTreeMap::from([
            ("elapsed", figure(course.elapsed)),
            ("days_since_review", figure(f64::from(course.days_since_review(None)))),
        ]);
        figures.extend(course.attained(None).map(|attained| ("attained", figure(attained))));
        figures
    }
}
