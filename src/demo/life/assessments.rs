//! How clients judge us, and how we judge them: surveys and criteria.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_schemas::Instant;

use super::Life;
use crate::demo::clients::Size;
use crate::demo::{at, words};

/// The days from which the surveys of half a year go out.
const SURVEYS: [Date; 6] =
    [date(2023, 10, 9), date(2024, 3, 11), date(2024, 10, 7), date(2025, 3, 10), date(2025, 10, 6), date(2026, 3, 9)];

/// What makes an account worth managing, and what makes us strong with it.
const ATTRACTIVENESS: [&str; 6] =
    ["revenue_potential", "growth", "margin_potential", "strategic_fit", "openness", "cost_to_serve"];
const STRENGTH: [&str; 5] = ["quality", "delivery", "price", "innovation", "relationship"];

impl Life<'_, '_> {
    /// Large accounts are asked twice a year, the others once, and half of those answer.
    pub(super) fn surveys(&mut self) {
        for (round, day) in SURVEYS.into_iter().enumerate() {
            let when = self.dice.days_after(at(day, 8, 0), 1, 12);
            let asked = self.is_large() || round % 2 == 1 && self.dice.chance(500);
            let Some(contact) = self.someone(when).filter(|_| asked && self.begins(when)) else { continue };
            let nps: &[u32] = if self.is_souring(when) { &[1, 2, 3, 5] } else { &[6, 7, 8, 8, 9, 10] };
            let score = self.dice.pick(nps);
            let payload = json!({"instrument": "nps", "score": score, "contact": contact});
            self.tell(self.fact("survey.responded", when, payload).by_system("survey"));
            let later = self.dice.minutes_after(when, 1, 9);
            if let Some(payload) = self.second_answer(later, &contact) {
                self.tell(self.fact("survey.responded", later, payload).by_system("survey"));
            }
        }
    }

    fn second_answer(&mut self, when: Instant, contact: &str) -> Option<Value> {
        let best = if self.is_souring(when) { 2 } else { 5 };
        let payload = match self.dice.between(0, 3) {
            0 => json!({"instrument": "csat", "score": self.dice.between(best - 1, best), "contact": contact}),
            1 => json!({"instrument": "ces", "score": self.dice.between(best - 1, best + 2), "contact": contact}),
            2 => json!({
                "instrument": "metric_gap", "score": self.dice.between(best - 1, best),
                "importance": self.dice.between(3, 5), "metric": self.dice.pick(&words::METRICS), "contact": contact,
            }),
            _ => return None,
        };
        Some(payload)
    }

    /// The yearly assessment by the model's criteria; of key accounts also of our strength against a competitor.
    pub(super) fn assessments(&mut self) {
        for year in [2024, 2025, 2026] {
            let when = self.dice.days_after(at(date(year, 1, 15), 8, 0), 1, 20);
            if !self.begins(when) {
                continue;
            }
            for criterion in ATTRACTIVENESS {
                self.assess(when, criterion, "account");
            }
            if self.client.size == Size::Key {
                let rival = format!("competitor:{}", self.dice.pick(&words::COMPETITORS));
                for criterion in STRENGTH {
                    self.assess(when, criterion, "us");
                    self.assess(when, criterion, &rival);
                }
            }
        }
    }

    fn assess(&mut self, when: Instant, criterion: &str, subject: &str) {
        let value = if subject == "us" { self.dice.between(4, 9) } else { self.dice.between(2, 9) };
        let payload = json!({
            "model": "attractiveness/1", "criterion": criterion, "value": value, "subject": subject,
            "rationale": self.dice.pick(&words::RATIONALES),
        });
        let by = self.responsible(when);
        self.tell(self.fact("account.criterion_assessed", when, payload).by(by));
    }
}
