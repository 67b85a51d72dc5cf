//! `commercial`: whether the client orders more than in the period before.
//!
//! `50 + 50·clamp(g/G, −1, 1)` with `g = (R−P)/P`, R the orders placed in the last period of days and P those of the
//! one before, net of what is known of cancellations, amendments and returns. In one currency: the account's, else the
//! one with most in both periods; the others are named and not added. Amounts are summed exactly.

use std::collections::{BTreeMap, BTreeSet};

use tenure_schemas::Currency;

use super::Missing;
use super::measure::{Context, Measure, Part, but, figure, float};
use crate::account::{Account, Order};
use crate::exact::Exact;

/// What an order is worth in one currency and one of the two periods.
struct Sale {
    event: u64,
    currency: Currency,
    is_recent: bool,
    net: Exact,
}

/// The orders of both periods in one currency, in the order of their events.
pub(super) struct Trade {
    sales: Vec<Sale>,
    currency: Option<Currency>,
    excluded: Vec<Currency>,
    full_growth: f64,
}

impl Trade {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let spec = &context.spec.dimensions.commercial;
        let mut sales: Vec<Sale> =
            context.accounts().flat_map(Account::orders).flat_map(|order| sales_of(context, order)).collect();
        sales.sort_by_key(|sale| sale.event);
        let all: BTreeSet<Currency> = sales.iter().map(|sale| sale.currency).collect();
        let currency = context.account.profile().currency.or_else(|| largest(&sales));
        sales.retain(|sale| Some(sale.currency) == currency);
        let excluded = all.into_iter().filter(|other| Some(*other) != currency).collect();
        Self { sales, currency, excluded, full_growth: float(spec.full_growth) }
    }

    fn sum(&self, is_recent: bool, without: Option<usize>) -> Exact {
        but(&self.sales, without).filter(|sale| sale.is_recent == is_recent).fold(Exact::default(), |mut sum, sale| {
            sum += &sale.net;
            sum
        })
    }

    fn growth(&self, without: Option<usize>) -> Option<f64> {
        let (recent, earlier) = (self.sum(true, without), self.sum(false, without));
        (earlier > Exact::default()).then(|| float(recent.minus(&earlier)) / float(&earlier))
    }
}

/// What an order comes to by currency, if it was placed in one of the two periods.
fn sales_of(context: &Context<'_>, order: &Order) -> Vec<Sale> {
    let (age, period) = (context.age(&order.when()), context.spec.dimensions.commercial.period_days.get());
    if age >= period.saturating_mul(2) {
        return Vec::new();
    }
    let sale = |(currency, net)| Sale { event: order.event, currency, is_recent: age < period, net };
    order.net().into_iter().map(sale).collect()
}

/// The currency with most in both periods together; of several the first in the alphabet.
fn largest(sales: &[Sale]) -> Option<Currency> {
    let mut sums: BTreeMap<Currency, Exact> = BTreeMap::new();
    for sale in sales {
        *sums.entry(sale.currency).or_default() += &sale.net;
    }
    let mut best: Option<(Currency, Exact)> = None;
    for (currency, sum) in sums {
        if best.as_ref().is_none_or(|(_, most)| sum > *most) {
            best = Some((currency, sum));
        }
    }
    best.map(|(currency, _)| currency)
}

impl Measure for Trade {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        let growth = self.growth(without).ok_or(Missing::NoEarlierOrders)?;
        Ok(50.0 + 50.0 * (growth / self.full_growth).clamp(-1.0, 1.0))
    }

    fn parts(&self) -> Vec<Part> {
        self.sales.iter().map(|sale| Part { event: sale.event, heaviness: float(&sale.net).abs() }).collect()
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        let mut figures = BTreeMap::from([
            ("recent", self.sum(true, None).to_string()),
            ("earlier", self.sum(false, None).to_string()),
        ]);
        figures.extend(self.currency.map(|currency| ("currency", currency.to_string())));
        figures.extend(self.growth(None).map(|growth| ("growth", figure(growth))));
        figures
    }

    fn excluded_currencies(&self) -> Vec<Currency> {
        self.excluded.clone()
    }
}
