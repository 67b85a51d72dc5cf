//! What is promised, wanted, signed and answered: commitments, needs, contracts, surveys, notes and competitors.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_schemas::{Instant, Zone};

use super::clients::Size;
use super::life::{Life, lost};
use super::{LAST_DAY, at, words};

impl Life<'_> {
    /// All of it for one span of the account's life, but for commitments, which come with interactions.
    pub(super) fn promises(&mut self) {
        let with_contract = self.is_large() || self.client.size == Size::Maintained && self.dice.chance(400);
        if with_contract {
            self.contract();
        }
        if self.is_large() {
            self.costs_and_savings();
            self.needs();
            self.surveys();
            self.notes();
        }
    }

    /// A promise made at `when`, and what becomes of it.
    pub(super) fn promise(&mut self, when: Instant) {
        let commitment = format!("cm-{}", self.number());
        let made = self.dice.minutes_after(when, 2, 20);
        let due = self.dice.days_after(made, 14, 60);
        let by = self.responsible(made);
        let payload = json!({
            "commitment": commitment, "by": self.dice.pick(&["us", "us", "client"]),
            "text": self.dice.pick(&words::PROMISES), "due": due.date_in(&Zone::utc()).to_string(),
            "soft": self.dice.chance(300),
        });
        self.tell(self.fact("commitment.made", made, payload).by(by));
        let over = self.dice.days_after(made, 7, 65);
        let kind = match self.dice.between(1, 100) {
            1..=72 => "commitment.kept",
            73..=84 => "commitment.broken",
            85..=90 => "commitment.withdrawn",
            _ => return,
        };
        let by = self.responsible(over);
        self.tell(self.fact(kind, over, json!({"commitment": commitment})).by(by));
    }

    /// A service contract, renewed year by year, and ended by the client that leaves.
    fn contract(&mut self) {
        let contract = format!("ct-{}", self.number());
        let value = self.dice.between(8, 60) * 1_000;
        let money = json!({"amount": format!("{value}.00"), "currency": self.client.currency()});
        let signed = self.dice.days_after(self.start, 20, 180).date_in(&Zone::utc());
        let from = signed.last_of_month().saturating_add(1.days());
        let mut to = from.saturating_add(1.years());
        let payload = json!({
            "contract": contract, "value": money, "from": from.to_string(), "to": to.to_string(),
            "auto_renew": self.dice.chance(500), "notice_days": 90,
        });
        self.on_day("contract.signed", signed, payload);
        while to < LAST_DAY {
            let renewed = to.saturating_sub(30.days());
            to = to.saturating_add(1.years());
            let payload = json!({"contract": contract, "value": money, "to": to.to_string()});
            self.on_day("contract.renewed", renewed, payload);
        }
        if let Some(lost) = lost(self.client.id) {
            let day = lost.date_in(&Zone::utc()).saturating_sub(4.days());
            let payload = json!({"contract": contract, "by": "client", "reason": "They go to another maker."});
            self.on_day("contract.ended", day, payload);
        }
    }

    /// A fact of which only the day is known.
    fn on_day(&mut self, kind: &'static str, day: Date, payload: Value) {
        let when = at(day, 0, 0);
        if when >= self.start {
            self.tell(self.fact(kind, when, payload).on_that_day(day));
        }
    }

    fn needs(&mut self) {
        for year in [2023, 2024, 2025] {
            let when = self.dice.days_after(at(date(year, 8, 1), 8, 0), 1, 120);
            if when < self.start {
                continue;
            }
            let need = format!("n-{year}");
            let by = self.responsible(when);
            let payload = json!({
                "need": need, "horizon": self.dice.pick(&["short", "short", "long"]),
                "statement": self.dice.pick(&words::NEEDS), "offering": self.dice.pick(&super::firm::MACHINES),
            });
            self.tell(self.fact("need.identified", when, payload).by(by));
            let over = self.dice.days_after(when, 60, 300);
            let by = self.responsible(over);
            match self.dice.between(1, 10) {
                1..=5 => self.tell(self.fact("need.met", over, json!({"need": need})).by(by)),
                6 => self.tell(self.fact("need.dropped", over, json!({"need": need})).by(by)),
                _ => None,
            };
        }
    }

    fn surveys(&mut self) {
        for day in [
            date(2023, 10, 9),
            date(2024, 3, 11),
            date(2024, 10, 7),
            date(2025, 3, 10),
            date(2025, 10, 6),
            date(2026, 3, 9),
        ] {
            let when = self.dice.days_after(at(day, 8, 0), 1, 12);
            let Some(contact) = self.someone(when).filter(|_| when >= self.start) else { continue };
            let nps: &[u32] = if self.is_souring(when) { &[2, 3, 5] } else { &[6, 7, 8, 8, 9, 10] };
            let score = self.dice.pick(nps);
            let payload = json!({"instrument": "nps", "score": score, "contact": contact});
            self.tell(self.fact("survey.responded", when, payload).by_system("survey"));
            let later = self.dice.minutes_after(when, 1, 9);
            let payload = match self.dice.between(0, 3) {
                0 => json!({"instrument": "csat", "score": self.dice.between(3, 5), "contact": contact}),
                1 => json!({"instrument": "ces", "score": self.dice.between(3, 7), "contact": contact}),
                2 => json!({
                    "instrument": "metric_gap", "score": self.dice.between(2, 5), "importance": self.dice.between(3, 5),
                    "metric": "spare part delivery", "contact": contact,
                }),
                _ => continue,
            };
            self.tell(self.fact("survey.responded", later, payload).by_system("survey"));
        }
    }

    fn notes(&mut self) {
        for _ in 0..2 {
            let when = self.dice.days_after(self.start, 3, 700);
            let (topic, text) = self.dice.pick(&words::NOTES);
            let by = self.responsible(when);
            self.tell(self.fact("account.note_recorded", when, json!({"topic": topic, "text": text})).by(by));
        }
        let when = self.dice.days_after(self.start, 30, 800);
        let (name, offering) = (self.dice.pick(&words::COMPETITORS), self.dice.pick(&super::firm::MACHINES));
        let payload = json!({"name": name, "offering": offering, "strength": "Quoted on the last tender."});
        let by = self.responsible(when);
        self.tell(self.fact("competitor.observed", when, payload).by(by));
    }
}
