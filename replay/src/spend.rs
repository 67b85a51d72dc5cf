//! What an account spent, cost and saved, by period, category and currency.
//!
//! - An order counts in the period in which it was placed, at what it is worth as known at the moment: amendments
//!   included, less returns; a cancelled order nets to zero, whatever came back of it.
//! - Its lines give the categories, and what they leave of the total has none; so the rows of an order always add up to
//!   its total. Where lines come to more than the total, as after an amendment that gives none, one category takes the
//!   whole total, and of several each keeps its lines, with a negative rest that has no category. Lines without a
//!   category, and those whose prices are in another currency than the total, have none either.
//! - A return names no line: it is taken off the one category of the order where there is only one, else it stands
//!   without a category. A return in another currency than its order's stands in its own currency.
//! - A cost counts in the period in which the time that it is for begins, else in the one of its own date.
//! - Of an account with others merged into it, what is theirs is in the figures, which name them.
//! - Savings count twice, under two kinds: when they were identified, and when they came true; a part that came true
//!   without a category has that of its identification.
//!
//! Periods are civil ones in the asked zone. Amounts are exact, and never added across currencies.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use tenure_schemas::{AccountId, Currency, Money, Zone};
use utoipa::ToSchema;

use crate::account::{Account, Cost, Order, Saving, SavingStep};
use crate::exact::Exact;
use crate::merges::Accounts;

/// How long the periods are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Civil months.
    Month,
    /// Quarters of civil years.
    Quarter,
    /// Civil years.
    #[default]
    Year,
}

impl Grain {
    /// The first day of the period in which a date lies.
    fn start(self, of: Date) -> Date {
        let month = match self {
            Self::Month => of.month(),
            Self::Quarter => (of.month() - 1) / 3 * 3 + 1,
            Self::Year => 1,
        };
        date(of.year(), month, 1)
    }

    /// The first day after the period that begins on `start`.
    fn end(self, start: Date) -> Date {
        let length = match self {
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        };
        start.saturating_add(length)
    }

    /// The period that begins on `start`, as people write it: `2024-03`, `2024-Q1`, `2024`.
    fn label(self, start: Date) -> String {
        match self {
            Self::Month => format!("{:04}-{:02}", start.year(), start.month()),
            Self::Quarter => format!("{:04}-Q{}", start.year(), (start.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", start.year()),
        }
    }
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpendKind {
    /// What the client ordered.
    Order,
    /// What serving the account cost.
    Cost,
    /// What we found could be saved.
    SavingIdentified,
    /// What was saved.
    SavingRealised,
}

/// What came together in one period, kind, category and currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpendRow {
    /// The period: `2024-03`, `2024-Q1` or `2024`.
    pub period: String,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The day after its last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What the row is about.
    pub kind: SpendKind,
    /// The category; `null` for what has none.
    #[schema(required = true)]
    pub category: Option<String>,
    /// The currency of the row.
    pub currency: Currency,
    /// The figure of the row; of orders, what was ordered without what was cancelled and returned.
    pub amount: Exact,
    /// What was ordered, cancelled and returned orders included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordered: Option<Exact>,
    /// What of it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Exact>,
    /// What of it came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Exact>,
    /// How many orders, costs or savings have a part in it.
    pub count: u64,
    /// The accounts merged into the one that is asked about whose orders, costs or savings have a part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged_from: Vec<AccountId>,
}

/// What one row is told from the others by, in the order of the list.
pub type SpendKey = (Date, SpendKind, Option<String>, Currency);

impl SpendRow {
    /// What the row is told from others by.
    pub fn key(&self) -> SpendKey {
        (self.from, self.kind, self.category.clone(), self.currency)
    }
}

/// What comes together in one row.
#[derive(Clone, Default)]
struct Figures {
    amount: Exact,
    cancelled: Exact,
    returned: Exact,
    count: u64,
    merged: BTreeSet<AccountId>,
}

impl AddAssign<&Self> for Figures {
    fn add_assign(&mut self, other: &Self) {
        self.amount += &other.amount;
        self.cancelled += &other.cancelled;
        self.returned += &other.returned;
        self.count += other.count;
    }
}

/// The rows while they come together.
struct Book {
    grain: Grain,
    rows: BTreeMap<SpendKey, Figures>,
    /// The merged account of which figures are added.
    merged: Option<AccountId>,
}

impl Book {
    fn add(&mut self, day: Date, kind: SpendKind, category: Option<String>, currency: Currency, figures: &Figures) {
        let key = (self.grain.start(day), kind, category, currency);
        let row = self.rows.entry(key).or_default();
        *row += figures;
        row.merged.extend(self.merged.clone());
    }
}

/// What an account spent, cost and saved, by period, kind, category and currency; what has no category comes first.
pub fn spend(accounts: &impl Accounts, grain: Grain, zone: &Zone) -> Vec<SpendRow> {
    let mut book = Book { grain, rows: BTreeMap::new(), merged: None };
    add_account(&mut book, accounts.own(), zone);
    for account in accounts.merged() {
        book.merged = Some(account.account().clone());
        add_account(&mut book, account, zone);
    }
    book.rows.into_iter().map(|(key, figures)| row(grain, key, figures)).collect()
}

fn add_account(book: &mut Book, account: &Account, zone: &Zone) {
    for order in account.orders() {
        add_order(book, order, zone);
    }
    for cost in account.costs() {
        add_cost(book, cost, zone);
    }
    for saving in account.savings() {
        add_saving(book, saving, zone);
    }
}

fn add_order(book: &mut Book, order: &Order, zone: &Zone) {
    let day = order.when().date_in(zone);
    let parts = categories(order);
    let only = only_category(&parts);
    for (category, amount) in parts {
        let cancelled = if order.is_cancelled() { amount.clone() } else { Exact::default() };
        let figures = Figures { amount, cancelled, count: 1, ..Figures::default() };
        book.add(day, SpendKind::Order, category, order.total.currency, &figures);
    }
    if order.is_cancelled() {
        return;
    }
    for back in &order.returned {
        let category = only.clone().filter(|_| back.currency == order.total.currency);
        let figures = Figures { returned: back.amount.into(), ..Figures::default() };
        book.add(day, SpendKind::Order, category, back.currency, &figures);
    }
}

/// What an order comes to by category and currency, net of what came back; nothing where it was cancelled.
pub(crate) fn net_by_category(order: &Order) -> Vec<(Option<String>, Currency, Exact)> {
    if order.is_cancelled() {
        return Vec::new();
    }
    let own = order.total.currency;
    let parts = categories(order);
    let only = only_category(&parts);
    let back = order.returned.iter().map(|back| {
        let category = only.clone().filter(|_| back.currency == own);
        (category, back.currency, Exact::default().minus(&back.amount.into()))
    });
    let back: Vec<_> = back.collect();
    parts.into_iter().map(|(category, amount)| (category, own, amount)).chain(back).collect()
}

/// The one category of an order; none where it has several.
fn only_category(parts: &[(Option<String>, Exact)]) -> Option<String> {
    match parts {
        [(category, _)] => category.clone(),
        [] | [_, _, ..] => None,
    }
}

/// The categories of an order with what falls to each; together they are its total.
fn categories(order: &Order) -> Vec<(Option<String>, Exact)> {
    let mut parts: BTreeMap<Option<String>, Exact> = BTreeMap::new();
    let lines = order.lines.iter().filter(|_| order.lines_currency() == order.total.currency);
    for line in lines {
        let category = line.category.as_ref().map(ToString::to_string);
        *parts.entry(category).or_default() += &Exact::product(line.quantity, line.unit_price);
    }
    let total = Exact::from(order.total.amount);
    let sum = parts.values().fold(Exact::default(), |mut sum, part| {
        sum += part;
        sum
    });
    if let (1, true, Some(only)) = (parts.len(), sum > total, parts.values_mut().next()) {
        *only = total;
    } else if sum != total || parts.is_empty() {
        *parts.entry(None).or_default() += &total.minus(&sum);
    }
    parts.into_iter().collect()
}

fn add_cost(book: &mut Book, cost: &Cost, zone: &Zone) {
    let category = Some(cost.category.to_string());
    book.add(cost.counts_on(zone), SpendKind::Cost, category, cost.amount.currency, &Figures::of(cost.amount));
}

fn add_saving(book: &mut Book, saving: &Saving, zone: &Zone) {
    let known = saving.identified.as_ref().and_then(|identified| identified.category.as_ref());
    let mut add = |kind, part: &SavingStep| {
        let category = part.category.as_ref().or(known).map(ToString::to_string);
        let day = part.when().date_in(zone);
        book.add(day, kind, category, part.amount.currency, &Figures::of(part.amount));
    };
    if let Some(identified) = &saving.identified {
        add(SpendKind::SavingIdentified, identified);
    }
    for realised in &saving.realised {
        add(SpendKind::SavingRealised, realised);
    }
}

impl Figures {
    fn of(money: Money) -> Self {
        Self { amount: money.amount.into(), count: 1, ..Self::default() }
    }
}

fn row(grain: Grain, (from, kind, category, currency): SpendKey, figures: Figures) -> SpendRow {
    let Figures { amount, cancelled, returned, count, merged } = figures;
    let of_orders = |figure: Exact| (kind == SpendKind::Order).then_some(figure);
    SpendRow {
        period: grain.label(from),
        from,
        to: grain.end(from),
        kind,
        category,
        currency,
        amount: amount.minus(&cancelled).minus(&returned),
        ordered: of_orders(amount),
        cancelled: of_orders(cancelled),
        returned: of_orders(returned),
        count,
        merged_from: merged.into_iter().collect(),
    }
}
