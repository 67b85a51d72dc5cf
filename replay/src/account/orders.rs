//! The orders of an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::order::{Amended, Cancelled, Fulfilled, OrderLine, Party, Placed, Returned};
use tenure_schemas::{Currency, Instant, Money, Name, OrderId, PersonId};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::exact::Exact;
use crate::finding::FindingCode;
use crate::moment::{Bound, civil_date};

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, not delivered yet.
    Placed,
    /// Delivered in full.
    Fulfilled,
    /// Will not be delivered.
    Cancelled,
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Order {
    /// The order's id in the account.
    pub order: OrderId,
    /// How far it has come.
    pub status: OrderStatus,
    /// When it was placed.
    pub placed_at: Instant,
    /// The civil date of the placing, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub placed_date: Option<Date>,
    /// What it is worth, net of tax and freight, amendments included.
    pub total: Money,
    /// The lines, amendments included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<OrderLine>,
    /// The currency of the lines' prices, where an amendment took the total into another one and gave no lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines_currency: Option<Currency>,
    /// Who of ours sold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold_by: Option<PersonId>,
    /// The sales channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Name>,
    /// When it was delivered in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilled_at: Option<Instant>,
    /// Whether it was delivered on time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_time: Option<bool>,
    /// When it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Instant>,
    /// Who cancelled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<Party>,
    /// What came back, return by return.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<Money>,
    /// How often it was amended.
    pub amendments: u32,
    /// The position of the event that placed it.
    pub event: u64,
}

impl Order {
    /// When it was placed, for comparing with moments and counting days.
    pub fn when(&self) -> Bound {
        Bound { at: self.placed_at, date: self.placed_date }
    }

    /// The currency of the lines' prices.
    pub fn lines_currency(&self) -> Currency {
        self.lines_currency.unwrap_or(self.total.currency)
    }

    /// What it comes to by currency, net of what came back. A cancelled one nets to nothing; a return in another
    /// currency than its order's stands in its own.
    pub fn net(&self) -> BTreeMap<Currency, Exact> {
        let own = self.total.currency;
        let mut nets: BTreeMap<Currency, Exact> = BTreeMap::from([(own, Exact::default())]);
        if !self.is_cancelled() {
            nets.insert(own, self.total.amount.into());
            for back in &self.returned {
                let net = nets.entry(back.currency).or_default();
                *net = net.minus(&back.amount.into());
            }
        }
        nets
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.status == OrderStatus::Cancelled
    }
}

/// The orders of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Orders = OrdMap<OrderId, Arc<Order>>;

pub(crate) fn place(orders: &mut Orders, placed: &Placed, step: &mut Step<'_>) {
    if let Some(known) = orders.get(&placed.order) {
        let message = format!("order {} was placed before", placed.order);
        return step.find_with(FindingCode::OrderClosed, &[known.event], message);
    }
    let order = Order {
        order: placed.order.clone(),
        status: OrderStatus::Placed,
        placed_at: step.at(),
        placed_date: civil_date(step.when),
        total: placed.total,
        lines: placed.lines.clone().unwrap_or_default(),
        lines_currency: None,
        sold_by: placed.sold_by.clone(),
        channel: placed.channel.clone(),
        fulfilled_at: None,
        on_time: None,
        cancelled_at: None,
        cancelled_by: None,
        returned: Vec::new(),
        amendments: 0,
        event: step.position(),
    };
    step.note_new(|| format!("orders.{}", placed.order), &order);
    orders.insert(placed.order.clone(), Arc::new(order));
}

/// Takes up an amendment. One into another currency is a finding; lines that it leaves alone keep theirs.
pub(crate) fn amend(orders: &mut Orders, amended: &Amended, step: &mut Step<'_>) {
    let Some(order) = acted_on(orders, &amended.order, step) else { return };
    let id = &amended.order;
    check_currency(order, amended.total.currency, step);
    let lines_currency = match &amended.lines {
        None if !order.lines.is_empty() => Some(order.lines_currency()).filter(|own| *own != amended.total.currency),
        None | Some(_) => None,
    };
    step.set(|| format!("orders.{id}.lines_currency"), &mut order.lines_currency, lines_currency);
    step.set(|| format!("orders.{id}.total"), &mut order.total, amended.total);
    if let Some(lines) = &amended.lines {
        step.set(|| format!("orders.{id}.lines"), &mut order.lines, lines.clone());
    }
    let count = order.amendments + 1;
    step.set(|| format!("orders.{id}.amendments"), &mut order.amendments, count);
}

pub(crate) fn fulfil(orders: &mut Orders, fulfilled: &Fulfilled, step: &mut Step<'_>) {
    let Some(order) = acted_on(orders, &fulfilled.order, step) else { return };
    let (id, at) = (&fulfilled.order, step.at());
    step.set(|| format!("orders.{id}.fulfilled_at"), &mut order.fulfilled_at, Some(at));
    step.set(|| format!("orders.{id}.on_time"), &mut order.on_time, fulfilled.on_time);
    step.set(|| format!("orders.{}.status", fulfilled.order), &mut order.status, OrderStatus::Fulfilled);
}

pub(crate) fn cancel(orders: &mut Orders, cancelled: &Cancelled, step: &mut Step<'_>) {
    let Some(order) = acted_on(orders, &cancelled.order, step) else { return };
    let (id, at) = (&cancelled.order, step.at());
    step.set(|| format!("orders.{id}.cancelled_at"), &mut order.cancelled_at, Some(at));
    step.set(|| format!("orders.{id}.cancelled_by"), &mut order.cancelled_by, Some(cancelled.by));
    step.set(|| format!("orders.{}.status", cancelled.order), &mut order.status, OrderStatus::Cancelled);
}

pub(crate) fn take_back(orders: &mut Orders, returned: &Returned, step: &mut Step<'_>) {
    let Some(order) = acted_on(orders, &returned.order, step) else { return };
    check_currency(order, returned.value.currency, step);
    let mut all = order.returned.clone();
    all.push(returned.value);
    step.set(|| format!("orders.{}.returned", returned.order), &mut order.returned, all);
}

/// Reports an amount in another currency than the order's.
fn check_currency(order: &Order, given: Currency, step: &mut Step<'_>) {
    let own = order.total.currency;
    if given != own {
        let message = format!("order {} is in {own}, not in {given}", order.order);
        step.find_with(FindingCode::CurrencyMismatch, &[order.event], message);
    }
}

/// The order that an event acts on; a cancelled one takes no more, which is a finding.
fn acted_on<'a>(orders: &'a mut Orders, id: &OrderId, step: &mut Step<'_>) -> Option<&'a mut Order> {
    let Some(order) = orders.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::OrderUnknown, format!("order {id} was never placed"));
        return None;
    };
    if order.status == OrderStatus::Cancelled {
        step.find_with(FindingCode::OrderClosed, &[order.event], format!("order {id} had been cancelled"));
        return None;
    }
    Some(order)
}
