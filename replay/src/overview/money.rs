//! What an account ordered and cost, year by year.

use std::collections::BTreeMap;

use serde::Serialize;
use tenure_schemas::Currency;
use utoipa::ToSchema;

use crate::exact::Exact;
use crate::merges::Accounts;
use crate::moment::Day;
use crate::spend::{Grain, SpendKind, spend};

/// How many civil years are shown, the running one included.
const YEARS: i16 = 3;

/// What an account ordered and cost in one civil year and currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearFigures {
    /// The civil year; the running one up to the moment.
    pub year: String,
    /// The currency.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// What was ordered, net of what was cancelled and returned.
    pub ordered: Exact,
    /// What serving the account cost.
    pub cost: Exact,
}

/// The figures of the running year and those before, newest first, then by currency.
pub(crate) fn years(accounts: &impl Accounts, day: &Day) -> Vec<YearFigures> {
    let mut figures: BTreeMap<(std::cmp::Reverse<String>, Currency), (Exact, Exact)> = BTreeMap::new();
    let shown = |year: i16| (day.date.year() - YEARS + 1..=day.date.year()).contains(&year);
    for row in spend(accounts, Grain::Year, &day.zone).into_iter().filter(|row| shown(row.from.year())) {
        let (ordered, cost) = figures.entry((std::cmp::Reverse(row.period), row.currency)).or_default();
        match row.kind {
            SpendKind::Order => *ordered += &row.amount,
            SpendKind::Cost => *cost += &row.amount,
            SpendKind::SavingIdentified | SpendKind::SavingRealised => {}
        }
    }
    let figures = figures.into_iter();
    figures.map(|((year, currency), (ordered, cost))| YearFigures { year: year.0, currency, ordered, cost }).collect()
}
