//! Plans that nobody looks at: active ones that were not reviewed for long, and key accounts that have none.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::account::Tier;
use tenure_schemas::payload::plan::PlanKind;
use tenure_schemas::{AccountId, ActionId, Instant, Name, PersonId, PlanId};
use utoipa::ToSchema;

use super::{Asked, Line, Report, merged_from};
use crate::account::{Account, Plan};
use crate::merges::{Accounts, Whole};
use crate::plans::{self, PlanStatus};

/// What is wrong with the planning of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Neglect {
    /// An active plan was not reviewed for long.
    NotReviewed,
    /// A key account has no active plan.
    NoPlan,
}

/// An action that is open past its due date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverdueAction {
    /// The action's id in the plan.
    pub action: ActionId,
    /// Who of ours is to do it.
    pub owner: PersonId,
    /// The last day on which doing it was in time.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// By how many whole civil days that has passed.
    pub days_overdue: u32,
}

/// A plan that is neglected, or one that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StalePlan {
    /// What is wrong.
    pub neglect: Neglect,
    /// The account that the plan was recorded for, where that is merged into this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_from: Option<AccountId>,
    /// The plan; where there is no active one, the one that ended last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<PlanKind>,
    /// The day after its last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// When it was reviewed last; absent where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_reviewed_at: Option<Instant>,
    /// Whole civil days since then, or since it was adopted where it never was reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_review: Option<u32>,
    /// The actions of the plan that are open past their due dates, by id.
    pub overdue_actions: Vec<OverdueAction>,
}

/// The account and the plan; neither where there is no plan.
type Key = (Option<AccountId>, Option<PlanId>);

/// The report.
pub struct StalePlans {
    /// How many whole civil days without a review are too many, at least so many.
    pub days: u32,
}

impl Report for StalePlans {
    type Row = StalePlan;
    type Key = Key;

    /// The line of a key account without a plan leaves the events that made it one to whoever can read its history.
    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<Key, StalePlan>> {
        let plans = || accounts.accounts().flat_map(|account| account.plans().map(move |plan| (account, plan)));
        let active: Vec<_> = plans().filter(|(_, plan)| plans::status(plan, asked.day) == PlanStatus::Active).collect();
        if active.is_empty() && is_key(accounts.own()) {
            let last = plans().max_by_key(|(_, plan)| (plan.to, plan.event));
            return vec![without_plan(accounts, last)];
        }
        active.into_iter().filter_map(|(account, plan)| self.not_reviewed(accounts, account, plan, asked)).collect()
    }
}

impl StalePlans {
    fn not_reviewed(
        &self,
        accounts: &Whole,
        account: &Account,
        plan: &Plan,
        asked: &Asked<'_>,
    ) -> Option<Line<Key, StalePlan>> {
        let summary = plans::summary(plan, asked.day);
        let days_since_review = summary.days_since_review.filter(|days| *days >= self.days)?;
        let overdue = || plan.actions().filter(|action| plans::is_overdue(plan, action, asked.day));
        let overdue_actions = overdue().filter_map(|action| {
            let days_overdue = plans::action_days_late(plan, action, asked.day)?;
            let (id, owner) = (action.action.clone(), action.owner.clone());
            Some(OverdueAction { action: id, owner, due: action.due, days_overdue })
        });
        let row = StalePlan {
            last_reviewed_at: summary.last_reviewed_at,
            days_since_review: Some(days_since_review),
            overdue_actions: overdue_actions.collect(),
            ..row_of(Neglect::NotReviewed, accounts, Some((account, plan)))
        };
        let review = plan.reviews().last().map(|review| review.event);
        let events = overdue().map(|action| action.event).chain(review).chain([plan.event]).collect();
        Some(Line { key: (Some(account.account().clone()), Some(plan.plan.clone())), row, events })
    }
}

/// Whether people decided that it is a key account, or to manage it as one.
pub fn is_key(account: &Account) -> bool {
    account.profile().tier == Some(Tier::Key) || account.profile().manage_as_key == Some(true)
}

fn without_plan(accounts: &Whole, last: Option<(&Account, &Plan)>) -> Line<Key, StalePlan> {
    let row = row_of(Neglect::NoPlan, accounts, last);
    let events = last.iter().flat_map(|(_, plan)| [Some(plan.event), plan.closed_event]).flatten().collect();
    Line { key: (None, None), row, events }
}

fn row_of(neglect: Neglect, accounts: &Whole, plan: Option<(&Account, &Plan)>) -> StalePlan {
    StalePlan {
        neglect,
        merged_from: plan.and_then(|(account, _)| merged_from(accounts, account)),
        plan: plan.map(|(_, plan)| plan.plan.clone()),
        title: plan.and_then(|(_, plan)| plan.title.clone()),
        kind: plan.map(|(_, plan)| plan.kind),
        to: plan.map(|(_, plan)| plan.to),
        last_reviewed_at: None,
        days_since_review: None,
        overdue_actions: Vec::new(),
    }
}
