//! Metrics of accounts as of a date: what they bring in, whether they stay, what they say, how well we know them.
//!
//! They are taken over the model's period, the n dates that end with the asked date, and compared with as many dates
//! before. Several accounts come together as if they were one, except that retention by revenue looks at each. Money is
//! summed exactly and never across currencies. What cannot be told is `missing` with its reason, and is never guessed.

mod assumptions;
mod groups;
mod money;
mod people;

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::Zone;
use utoipa::ToSchema;

pub use self::assumptions::{Assumptions, Chosen};
pub use self::groups::{Group, Groups, MetricsBy};
pub use self::money::{CategorySpend, CurrencyMetrics};
pub use self::people::{PlanAttainment, Reciprocity, RelationshipGrowth};

use self::money::Purse;
use self::people::Ties;
use crate::account::{Account, Order, SurveyResponse};
use crate::engagement::{Scale, age_days, asked_date};
use crate::merges::Accounts;
use crate::moment::{AsOf, Bound};
use crate::surveys::{self, SurveySummary};

/// Something that metrics would tell if the ledger told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingMetric {
    /// No order was ever placed.
    Orders,
    /// No order was placed in the period before, so that there is no growth and no retention.
    EarlierOrders,
    /// No cost was recorded in the period, so that there is no margin and no lifetime value.
    Costs,
    /// No interaction was ever logged.
    Interactions,
    /// No survey was answered in the period.
    Surveys,
    /// No plan is in force, or none has an objective that counts.
    Plans,
    /// No event of the catalogue says what a client buys from others.
    ShareOfWallet,
}

/// How many accounts that ordered in the period before ordered again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Retention {
    /// How many ordered in the period before.
    pub ordered_before: u64,
    /// How many of them ordered again in the period, and are open.
    pub retained: u64,
    /// The share in milli-points; absent where none ordered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<u64>,
}

/// What the accounts of a group come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Metrics {
    /// How many accounts they are, closed ones included; those merged into others count as a part of these.
    pub accounts: u64,
    /// How many of them are open.
    pub open_accounts: u64,
    /// The first day of the period.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The day after its last: the asked date is the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What was assumed.
    pub assumptions: Assumptions,
    /// Money, currency by currency.
    pub money: Vec<CurrencyMetrics>,
    /// Retention by count.
    pub retention: Retention,
    /// What was answered in the period: NPS with its interval, CSAT, CES, and metric gaps with their quadrants.
    pub surveys: SurveySummary,
    /// How many of the clients' people we know, and whether they become more.
    pub relationships: RelationshipGrowth,
    /// Who reached out in the period.
    pub reciprocity: Reciprocity,
    /// How far the plans in force are reached.
    pub plans: PlanAttainment,
    /// What the ledger does not tell of these accounts.
    pub missing: BTreeSet<MissingMetric>,
}

/// What is asked about accounts: as of when, in which zone, under which assumptions.
#[derive(Clone, Debug)]
pub struct Question {
    as_of: AsOf,
    zone: Zone,
    asked: Date,
    period_days: i32,
    scale: Scale,
    assumptions: Assumptions,
}

impl Question {
    /// The metrics as of a moment, days being civil days of `zone`; interactions weigh what `scale` says.
    pub fn new(as_of: &AsOf, zone: &Zone, assumptions: Assumptions, scale: Scale) -> Self {
        let (asked, period_days) = (asked_date(as_of, zone), assumptions.period_days);
        Self { as_of: as_of.clone(), zone: zone.clone(), asked, period_days, scale, assumptions }
    }

    /// In which of the two periods something lies.
    fn period(&self, when: &Bound) -> Option<Period> {
        let age = age_days(when.date_in(&self.zone), self.asked);
        if age < self.period_days {
            Some(Period::Last)
        } else if age < self.period_days.saturating_mul(2) {
            Some(Period::Before)
        } else {
            None
        }
    }

    /// Whether a date lies in the last period; one after the asked date does not, as that of a cost for a time to come.
    fn is_in_last(&self, date: Date) -> bool {
        date <= self.asked && age_days(date, self.asked) < self.period_days
    }

    /// The last date of the period before.
    fn before(&self) -> Date {
        self.asked.saturating_sub(self.period_days.days())
    }
}

/// One of the two periods that are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Period {
    Last,
    Before,
}

/// What accounts come to, while one after the other is added.
#[derive(Clone, Default)]
pub struct Tally {
    accounts: u64,
    open: u64,
    ever_ordered: bool,
    purse: Purse,
    ordered_before: u64,
    retained: u64,
    answers: Vec<SurveyResponse>,
    ties: Ties,
}

impl Tally {
    /// Adds an account with those that are merged into it, as they stand as of the question's moment.
    pub fn add(&mut self, accounts: &impl Accounts, question: &Question) {
        let is_open = accounts.own().lifecycle().closed_now().is_none();
        self.accounts += 1;
        self.open += u64::from(is_open);
        self.purse.add(accounts, question);
        self.add_retention(accounts, question, is_open);
        let answers = accounts.accounts().flat_map(Account::survey_responses);
        self.answers.extend(answers.filter(|answer| question.period(&answer.when()) == Some(Period::Last)).cloned());
        self.ties.add(accounts, question);
    }

    fn add_retention(&mut self, accounts: &impl Accounts, question: &Question, is_open: bool) {
        let orders = || accounts.accounts().flat_map(Account::orders).filter(|order| !order.is_cancelled());
        let ordered_in = |period| orders().map(Order::when).any(|placed| question.period(&placed) == Some(period));
        self.ever_ordered |= orders().next().is_some();
        let (before, again) = (ordered_in(Period::Before), ordered_in(Period::Last));
        self.ordered_before += u64::from(before);
        self.retained += u64::from(before && again && is_open);
    }

    /// What all of them come to.
    pub fn finish(self, question: &Question) -> Metrics {
        let missing = self.missing();
        let share = |part: u64, of: u64| (of > 0).then(|| people::milli_points(part, of));
        Metrics {
            accounts: self.accounts,
            open_accounts: self.open,
            from: question.before().saturating_add(1.day()),
            to: question.asked.saturating_add(1.day()),
            assumptions: question.assumptions.clone(),
            money: self.purse.finish(&question.assumptions),
            retention: Retention {
                ordered_before: self.ordered_before,
                retained: self.retained,
                share: share(self.retained, self.ordered_before),
            },
            surveys: surveys::summary(self.answers.iter()),
            relationships: self.ties.growth(),
            reciprocity: self.ties.reciprocity(),
            plans: self.ties.plans(),
            missing,
        }
    }

    fn missing(&self) -> BTreeSet<MissingMetric> {
        let all = [
            (MissingMetric::Orders, !self.ever_ordered),
            (MissingMetric::EarlierOrders, self.ordered_before == 0),
            (MissingMetric::Costs, !self.purse.knows_costs()),
            (MissingMetric::Interactions, !self.ties.was_ever_in_touch()),
            (MissingMetric::Surveys, self.answers.is_empty()),
            (MissingMetric::Plans, self.ties.plans().attainment.is_none()),
            (MissingMetric::ShareOfWallet, true),
        ];
        all.into_iter().filter(|(_, is_missing)| *is_missing).map(|(metric, _)| metric).collect()
    }
}

/// The metrics of one account and those that are merged into it.
pub fn metrics(accounts: &impl Accounts, question: &Question) -> Metrics {
    let mut tally = Tally::default();
    tally.add(accounts, question);
    tally.finish(question)
}
