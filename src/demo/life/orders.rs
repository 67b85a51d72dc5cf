//! Orders and their course.

use serde_json::{Value, json};
use tenure_schemas::Instant;

use super::Life;
use crate::demo::clients::Size;
use crate::demo::firm::{MACHINES, PARTS};
use crate::demo::with;

/// Prices are counted in ten-thousandths of the currency, as real order systems keep them.
pub(super) const UNIT: u64 = 10_000;

fn sum(lines: &[(Value, u64)]) -> u64 {
    lines.iter().map(|(_, sum)| sum).sum()
}

fn written(lines: &[(Value, u64)]) -> Vec<&Value> {
    lines.iter().map(|(line, _)| line).collect()
}

fn decimal(amount: u64) -> String {
    let (whole, rest) = (amount / UNIT, amount % UNIT);
    if rest % 100 == 0 { format!("{whole}.{:02}", rest / 100) } else { format!("{whole}.{rest:04}") }
}

impl Life<'_, '_> {
    pub(super) fn money(&self, amount: u64) -> Value {
        json!({"amount": decimal(amount), "currency": self.client.currency()})
    }

    /// An order placed at `when`, and what becomes of it.
    pub(super) fn order(&mut self, when: Instant) {
        let order = format!("O-{}", self.number());
        let lines = self.lines();
        let total = sum(&lines);
        let payload = json!({
            "order": order, "total": self.money(total), "lines": written(&lines), "sold_by": self.responsible(when),
            "channel": self.dice.pick(&["direct", "direct", "portal", "tender"]),
        });
        let told = self.tell(self.fact("order.placed", when, payload.clone()).by_system("erp"));
        if self.dice.chance(5) {
            let right = with(payload.clone(), [("total", Some(self.money(total + total / 100)))]);
            self.correct(told, when, &right, "The price list of the year before had been applied.");
        }
        if self.dice.chance(4) {
            self.twice(&order, payload, when);
        }
        self.last_order = Some(order.clone());
        self.course(&order, lines, when);
    }

    /// The same order is entered again under another number, and taken back.
    fn twice(&mut self, order: &str, payload: Value, when: Instant) {
        let payload = with(payload, [("order", Some(format!("{order}-B").into()))]);
        let again = when.saturating_add_seconds(900);
        let told = self.tell(self.fact("order.placed", again, payload).by_system("erp"));
        self.retract(told, again, "The order had been entered twice.");
    }

    /// What becomes of an order.
    fn course(&mut self, order: &str, mut lines: Vec<(Value, u64)>, when: Instant) {
        let mut last = when;
        if self.dice.chance(70) {
            last = self.dice.days_after(last, 1, 4);
            // The client wants less: one line, where there are more.
            lines.truncate(1);
            let amended = json!({"order": order, "total": self.money(sum(&lines)), "lines": written(&lines)});
            self.tell(self.fact("order.amended", last, amended).by_system("erp"));
        }
        if self.dice.chance(50) {
            let by = self.dice.pick(&["client", "client", "us"]);
            last = self.dice.days_after(last, 2, 10);
            self.tell(self.fact("order.cancelled", last, json!({"order": order, "by": by})).by_system("erp"));
            return;
        }
        self.deliver(order, sum(&lines), last);
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
        let machines = match self.client.size {
            Size::Key => 110,
            Size::Developing => 80,
            Size::Maintained => 50,
            Size::Streamlined => 20,
        };
        if self.dice.chance(machines) {
            let offering = self.dice.pick(&MACHINES);
            let price = u64::from(self.dice.between(380, 2600)) * 100 * UNIT;
            return vec![line(offering, 1, price, "machines")];
        }
        let count = self.dice.between(1, 3);
        (0..count).map(|_| self.part()).collect()
    }

    fn part(&mut self) -> (Value, u64) {
        let offering = self.dice.pick(&PARTS);
        let quantity = u64::from(self.dice.between(1, 12));
        let whole = u64::from(self.dice.between(20, 900)) * UNIT;
        // Wear parts are priced to four decimals.
        let price = if offering == "wear-parts" { whole + u64::from(self.dice.between(0, 9999)) } else { whole };
        let category = if matches!(offering, "training" | "remote-service") { "services" } else { "spare parts" };
        line(offering, quantity, price, category)
    }
}

fn line(offering: &str, quantity: u64, price: u64, category: &str) -> (Value, u64) {
    let line = json!({
        "offering": offering, "quantity": quantity.to_string(), "unit_price": decimal(price), "category": category,
    });
    (line, quantity * price)
}
