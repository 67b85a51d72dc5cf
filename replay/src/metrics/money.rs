//! What accounts bring in, currency by currency: revenue, margin, lifetime value, retention by revenue, categories.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use tenure_schemas::Currency;
use utoipa::ToSchema;

use super::{Assumptions, Period, Question};
use crate::account::Account;
use crate::exact::Exact;
use crate::merges::Accounts;
use crate::spend::net_by_category;

/// The decimals of a lifetime value.
const DECIMALS: u32 = 2;

/// What a category of orders comes to in the two periods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategorySpend {
    /// The category of the orders' lines; `null` for what has none.
    #[schema(required = true)]
    pub category: Option<String>,
    /// What was ordered in the period, net of cancellations, amendments and returns.
    pub revenue: Exact,
    /// The same in the period before.
    pub earlier_revenue: Exact,
}

/// What accounts come to in one currency. Shares are milli-points, of which 100,000 is all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CurrencyMetrics {
    /// The currency.
    pub currency: Currency,
    /// What was ordered in the period, net of cancellations, amendments and returns.
    pub revenue: Exact,
    /// The same in the period before.
    pub earlier_revenue: Exact,
    /// `(R − P) / P`: by what share of the earlier revenue it grew; absent where that is not above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<i64>,
    /// What serving the accounts cost in the period; absent where no cost was recorded. A cost counts whole on the first
    /// day of the time that it is for, else on its own date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Exact>,
    /// The revenue of the accounts of which a cost was recorded in the period, on which the margin rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_with_costs: Option<Exact>,
    /// The revenue of the accounts with costs, less their costs; absent where no cost was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Exact>,
    /// The margin as a share of the revenue that it rests on; absent where there is no margin, or that is not above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin_share: Option<i64>,
    /// How many accounts ordered in the period without a cost recorded; neither their revenue nor what they would cost
    /// is in the margin.
    pub accounts_without_costs: u64,
    /// What the margin is worth over the life of the relationship, `m·r/(1+d−r)` with the retention r and the discount
    /// d of the assumptions, to two decimals; absent without a margin.
    ///
    /// After Gupta and Lehmann, *Customers as Assets* (2003); a constant margin is assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_value: Option<Exact>,
    /// Gross revenue retention: what accounts that ordered in the period before ordered again, each at most as much as
    /// before, of all that they ordered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gross_revenue_retention: Option<i64>,
    /// Net revenue retention: what those accounts ordered in the period, growth included, of all that they ordered
    /// before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_revenue_retention: Option<i64>,
    /// What was ordered in both periods, by category; what has no category comes first.
    pub spend: Vec<CategorySpend>,
}

/// What comes together in one currency.
#[derive(Clone, Default)]
struct Sums {
    revenue: Exact,
    earlier: Exact,
    cost: Option<Exact>,
    /// What the accounts with costs ordered.
    covered: Exact,
    without_costs: u64,
    /// Of the accounts that ordered before: what they ordered before, kept at most as much, and ordered now.
    base: Exact,
    kept: Exact,
    renewed: Exact,
    categories: BTreeMap<Option<String>, (Exact, Exact)>,
}

/// What comes together, by currency.
#[derive(Clone, Default)]
pub(super) struct Purse {
    sums: BTreeMap<Currency, Sums>,
}

impl Purse {
    /// Adds what an account and those merged into it ordered and cost in the two periods.
    pub(super) fn add(&mut self, accounts: &impl Accounts, question: &Question) {
        let mut own = Self::default();
        for account in accounts.accounts() {
            own.add_orders(account, question);
            own.add_costs(account, question);
        }
        for (currency, sums) in own.sums {
            self.sums.entry(currency).or_default().add_account(sums);
        }
    }

    fn add_orders(&mut self, account: &Account, question: &Question) {
        for order in account.orders() {
            let Some(period) = question.period(&order.when()) else { continue };
            for (category, currency, net) in net_by_category(order) {
                self.sums.entry(currency).or_default().add_net(period, category, &net);
            }
        }
    }

    fn add_costs(&mut self, account: &Account, question: &Question) {
        for cost in account.costs().filter(|cost| question.is_in_last(cost.counts_on(&question.zone))) {
            let sums = self.sums.entry(cost.amount.currency).or_default();
            *sums.cost.get_or_insert_default() += &cost.amount.amount.into();
        }
    }

    /// Whether any cost was recorded in the period.
    pub(super) fn knows_costs(&self) -> bool {
        self.sums.values().any(|sums| sums.cost.is_some())
    }

    /// What came together, by currency; a currency in which nothing was ordered or spent is left out.
    pub(super) fn finish(self, assumptions: &Assumptions) -> Vec<CurrencyMetrics> {
        self.sums.into_iter().map(|(currency, sums)| sums.finish(currency, assumptions)).collect()
    }
}

impl Sums {
    fn add_net(&mut self, period: Period, category: Option<String>, net: &Exact) {
        let (recent, earlier) = self.categories.entry(category).or_default();
        match period {
            Period::Last => {
                *recent += net;
                self.revenue += net;
            }
            Period::Before => {
                *earlier += net;
                self.earlier += net;
            }
        }
    }

    /// Adds the sums of one account.
    fn add_account(&mut self, account: Self) {
        let zero = Exact::default();
        if account.earlier > zero {
            let recent = if account.revenue > zero { &account.revenue } else { &zero };
            self.base += &account.earlier;
            self.kept += recent.min(&account.earlier);
            self.renewed += &account.revenue;
        }
        self.without_costs += u64::from(account.cost.is_none() && account.revenue > zero);
        self.revenue += &account.revenue;
        self.earlier += &account.earlier;
        if let Some(cost) = &account.cost {
            *self.cost.get_or_insert_default() += cost;
            self.covered += &account.revenue;
        }
        for (category, (recent, earlier)) in account.categories {
            let both = self.categories.entry(category).or_default();
            both.0 += &recent;
            both.1 += &earlier;
        }
    }

    fn finish(self, currency: Currency, assumptions: &Assumptions) -> CurrencyMetrics {
        let covered = self.cost.is_some().then_some(self.covered);
        let margin = self.cost.as_ref().zip(covered.as_ref()).map(|(cost, covered)| covered.minus(cost));
        let spend = self.categories.into_iter();
        CurrencyMetrics {
            currency,
            growth: self.revenue.minus(&self.earlier).milli_points_of(&self.earlier),
            margin_share: margin.as_ref().zip(covered.as_ref()).and_then(|(part, of)| part.milli_points_of(of)),
            lifetime_value: margin.as_ref().and_then(|margin| lifetime_value(margin, assumptions)),
            margin,
            revenue_with_costs: covered,
            cost: self.cost,
            accounts_without_costs: self.without_costs,
            gross_revenue_retention: self.kept.milli_points_of(&self.base),
            net_revenue_retention: self.renewed.milli_points_of(&self.base),
            revenue: self.revenue,
            earlier_revenue: self.earlier,
            spend: spend
                .map(|(category, (revenue, earlier_revenue))| CategorySpend { category, revenue, earlier_revenue })
                .collect(),
        }
    }
}

/// `m·r/(1+d−r)`, to two decimals.
fn lifetime_value(margin: &Exact, assumptions: &Assumptions) -> Option<Exact> {
    let (retention, discount) = (assumptions.retention.decimal(), assumptions.discount.decimal());
    margin.times(retention).divided_by(Decimal::ONE + discount - retention, DECIMALS)
}
