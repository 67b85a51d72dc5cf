//! What we know of a client: needs, notes, competitors.

use jiff::civil::date;
use serde_json::json;

use super::Life;
use crate::demo::firm::MACHINES;
use crate::demo::{at, words};

impl Life<'_, '_> {
    pub(super) fn needs(&mut self) {
        for year in [2023, 2024, 2025] {
            let when = self.dice.days_after(at(date(year, 8, 1), 8, 0), 1, 120);
            if !self.begins(when) {
                continue;
            }
            let need = format!("n-{year}");
            let by = self.responsible(when);
            let payload = json!({
                "need": need, "horizon": self.dice.pick(&["short", "short", "long"]),
                "statement": self.dice.pick(&words::NEEDS), "offering": self.dice.pick(&MACHINES),
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

    pub(super) fn notes(&mut self) {
        let count = if self.is_large() { 3 } else { 1 };
        for _ in 0..count {
            let when = self.dice.days_after(self.start, 3, 700);
            let (topic, text) = self.dice.pick(&words::NOTES);
            let by = self.responsible(when);
            self.tell(self.fact("account.note_recorded", when, json!({"topic": topic, "text": text})).by(by));
        }
        if !self.is_large() && self.dice.chance(600) {
            return;
        }
        let when = self.dice.days_after(self.start, 30, 800);
        let (name, offering) = (self.dice.pick(&words::COMPETITORS), self.dice.pick(&MACHINES));
        let payload = json!({"name": name, "offering": offering, "strength": self.dice.pick(&words::STRENGTHS)});
        let by = self.responsible(when);
        self.tell(self.fact("competitor.observed", when, payload).by(by));
    }
}
