//! What serving the account costs, and what it saves the client.

use jiff::civil::{Date, date};
use serde_json::json;
use tenure_schemas::Zone;

use super::Life;
use super::orders::UNIT;
use crate::demo::clients::Size;
use crate::demo::{LAST_DAY, at};

impl Life<'_, '_> {
    /// What the account costs by the quarter, and what we saved it by the year.
    pub(super) fn costs_and_savings(&mut self) {
        for quarter in quarters() {
            let booked = at(quarter.1, 6, 0);
            if self.begins(booked) {
                self.quarter(quarter);
            }
        }
        if self.client.size == Size::Key {
            self.savings();
        }
    }

    fn quarter(&mut self, (from, to): (Date, Date)) {
        let booked = at(to, 6, 0);
        let key = self.client.size == Size::Key;
        let costs: [(&str, u32, u32, u32); 5] = [
            ("travel", 1000, 200, 4_000),
            ("team", if key { 1000 } else { 0 }, 6_000, 24_000),
            ("goods", if key { 500 } else { 150 }, 8_000, 60_000),
            ("service", 200, 800, 6_000),
            ("discount", if key { 300 } else { 100 }, 500, 9_000),
        ];
        for (category, per_mille, low, high) in costs {
            if !self.dice.chance(per_mille) {
                continue;
            }
            let amount = u64::from(self.dice.between(low, high)) * UNIT;
            let period = json!({"from": from.to_string(), "to": to.to_string()});
            let payload = json!({"category": category, "amount": self.money(amount), "period": period});
            self.tell(self.fact("cost.recorded", booked, payload).by_system("erp"));
        }
    }

    fn savings(&mut self) {
        for year in [2023, 2024, 2025] {
            let found = self.dice.days_after(at(date(year, 9, 4), 8, 0), 1, 60);
            if !self.begins(found) {
                continue;
            }
            let saving = format!("s-{year}");
            let amount = u64::from(self.dice.between(8, 90)) * 1_000 * UNIT;
            let category = self.dice.pick(&["film consumption", "energy", "standstill"]);
            let payload = json!({"saving": saving, "amount": self.money(amount), "category": category});
            let by = self.responsible(found);
            self.tell(self.fact("saving.identified", found, payload).by(by));
            if self.dice.chance(600) {
                let realised = self.dice.days_after(found, 60, 200);
                let payload = json!({"saving": saving, "amount": self.money(amount * 9 / 10), "category": category});
                let by = self.responsible(realised);
                self.tell(self.fact("saving.realised", realised, payload).by(by));
            }
        }
    }
}

/// The quarters of the history, each with its first day and the day after its last.
fn quarters() -> Vec<(Date, Date)> {
    let starts: Vec<_> = (2023..=2026).flat_map(|year| [1, 4, 7, 10].map(|month| date(year, month, 1))).collect();
    let pairs = starts.iter().zip(starts.iter().skip(1)).map(|(from, to)| (*from, *to));
    pairs.filter(|(from, to)| *from >= date(2023, 7, 1) && at(*to, 0, 0) <= Zone::utc().end_of(LAST_DAY)).collect()
}
