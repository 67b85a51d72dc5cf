//! Orders and their course, what serving the account costs and what it saves.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_schemas::{Instant, Zone};

use super::clients::Size;
use super::firm::{MACHINES, PARTS};
use super::life::Life;
use super::{LAST_DAY, at};

/// Prices are counted in ten-thousandths of the currency, as real order systems keep them.
const UNIT: u64 = 10_000;

fn written(amount: u64) -> String {
    let (whole, rest) = (amount / UNIT, amount % UNIT);
    if rest % 100 == 0 { format!("{whole}.{:02}", rest / 100) } else { format!("{whole}.{rest:04}") }
}

impl Life<'_> {
    fn money(&self, amount: u64) -> Value {
        json!({"amount": written(amount), "currency": self.client.currency()})
    }

    /// An order placed at `when`, and what becomes of it.
    pub(super) fn order(&mut self, when: Instant) {
        let order = format!("O-{}", self.number());
        let lines = self.lines();
        let total: u64 = lines.iter().map(|(_, sum)| sum).sum();
        let written: Vec<_> = lines.into_iter().map(|(line, _)| line).collect();
        let payload = json!({
            "order": order, "total": self.money(total), "lines": written, "sold_by": self.responsible(when),
            "channel": self.dice.pick(&["direct", "direct", "portal", "tender"]),
        });
        self.tell(self.fact("order.placed", when, payload).by_system("erp"));
        self.last_order = Some(order.clone());
        let mut last = when;
        if self.dice.chance(70) {
            last = self.dice.days_after(last, 1, 4);
            let amended = json!({"order": order, "total": self.money(total / 2)});
            self.tell(self.fact("order.amended", last, amended).by_system("erp"));
        }
        if self.dice.chance(50) {
            let by = self.dice.pick(&["client", "client", "us"]);
            last = self.dice.days_after(last, 2, 10);
            self.tell(self.fact("order.cancelled", last, json!({"order": order, "by": by})).by_system("erp"));
            return;
        }
        self.deliver(&order, total, last);
    }

    fn deliver(&mut self, order: &str, total: u64, placed: Instant) {
        let fulfilled = self.dice.days_after(placed, 8, 60);
        let late = if self.is_souring(fulfilled) { 500 } else { 140 };
        let payload = json!({"order": order, "on_time": !self.dice.chance(late)});
        self.tell(self.fact("order.fulfilled", fulfilled, payload).by_system("erp"));
        if self.dice.chance(30) {
            let returned = self.dice.days_after(fulfilled, 5, 30);
            let payload = json!({"order": order, "value": self.money(total / 10)});
            self.tell(self.fact("order.returned", returned, payload).by_system("erp"));
        }
    }

    /// The lines of an order, each with its sum: now and then a machine, otherwise parts and services.
    fn lines(&mut self) -> Vec<(Value, u64)> {
        if self.dice.chance(110) {
            let offering = self.dice.pick(&MACHINES);
            let price = u64::from(self.dice.between(380, 2600)) * 100 * UNIT;
            return vec![line(offering, 1, price, "machines")];
        }
        let count = self.dice.between(1, 3);
        let mut lines = Vec::new();
        for _ in 0..count {
            let offering = self.dice.pick(&PARTS);
            let quantity = u64::from(self.dice.between(1, 12));
            let whole = u64::from(self.dice.between(20, 900)) * UNIT;
            // Wear parts are priced to four decimals.
            let price = if offering == "wear-parts" { whole + u64::from(self.dice.between(0, 9999)) } else { whole };
            let category = if matches!(offering, "training" | "remote-service") { "services" } else { "spare parts" };
            lines.push(line(offering, quantity, price, category));
        }
        lines
    }

    /// What the account costs by the quarter, and what we saved it by the year.
    pub(super) fn costs_and_savings(&mut self) {
        for quarter in quarters() {
            let booked = at(quarter.1, 6, 0);
            if booked < self.start {
                continue;
            }
            let travel = u64::from(self.dice.between(200, 4_000)) * UNIT;
            let period = json!({"from": quarter.0.to_string(), "to": quarter.1.to_string()});
            let payload = json!({"category": "travel", "amount": self.money(travel), "period": period});
            self.tell(self.fact("cost.recorded", booked, payload).by_system("erp"));
            if self.client.size == Size::Key {
                let team = u64::from(self.dice.between(6_000, 24_000)) * UNIT;
                let payload = json!({"category": "team", "amount": self.money(team), "period": period});
                self.tell(self.fact("cost.recorded", booked, payload).by_system("erp"));
            }
        }
        if self.client.size == Size::Key {
            self.savings();
        }
    }

    fn savings(&mut self) {
        for year in [2023, 2024, 2025] {
            let found = self.dice.days_after(at(date(year, 9, 4), 8, 0), 1, 60);
            let saving = format!("s-{year}");
            let amount = u64::from(self.dice.between(8, 90)) * 1_000 * UNIT;
            let payload = json!({"saving": saving, "amount": self.money(amount), "category": "film consumption"});
            let by = self.responsible(found);
            self.tell(self.fact("saving.identified", found, payload).by(by));
            if self.dice.chance(600) {
                let realised = self.dice.days_after(found, 60, 200);
                let payload = json!({"saving": saving, "amount": self.money(amount * 9 / 10)});
                let by = self.responsible(realised);
                self.tell(self.fact("saving.realised", realised, payload).by(by));
            }
        }
    }
}

fn line(offering: &str, quantity: u64, price: u64, category: &str) -> (Value, u64) {
    let line = json!({
        "offering": offering, "quantity": quantity.to_string(), "unit_price": written(price), "category": category,
    });
    (line, quantity * price)
}

/// The quarters of the history, each with its first day and the day after its last.
fn quarters() -> Vec<(Date, Date)> {
    let starts: Vec<_> = (2023..=2026).flat_map(|year| [1, 4, 7, 10].map(|month| date(year, month, 1))).collect();
    let pairs = starts.iter().zip(starts.iter().skip(1)).map(|(from, to)| (*from, *to));
    pairs.filter(|(from, to)| *from >= date(2023, 7, 1) && at(*to, 0, 0) <= Zone::utc().end_of(LAST_DAY)).collect()
}
