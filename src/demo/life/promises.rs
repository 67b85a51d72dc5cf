//! What is promised and signed: commitments and contracts.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use tenure_schemas::{Instant, Zone};

use super::Life;
use crate::demo::clients::Size;
use crate::demo::{LAST_DAY, at, words};

impl Life<'_, '_> {
    /// What comes once in a while in one span of the account's life, week or no week.
    pub(super) fn promises(&mut self) {
        let with_contract = self.is_large() || self.client.size == Size::Maintained && self.dice.chance(700);
        if with_contract && self.buys(self.start) {
            self.contract();
        }
        self.surveys();
        self.notes();
        if self.is_large() {
            self.costs_and_savings();
            self.needs();
            self.assessments();
        }
    }

    /// A promise made at `when`, and what becomes of it.
    pub(super) fn promise(&mut self, when: Instant) {
        let commitment = format!("cm-{}", self.number());
        let made = self.dice.minutes_after(when, 2, 20);
        let due = self.dice.days_after(made, 14, 60);
        let by = self.responsible(made);
        let party = self.dice.pick(&["us", "us", "client"]);
        let texts: &[&str] = if party == "us" { &words::OUR_PROMISES } else { &words::THEIR_PROMISES };
        let payload = json!({
            "commitment": commitment, "by": party, "text": self.dice.pick(texts), "due": due.date_in(&Zone::utc()).to_string(),
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
        let (by, reason, day) = match &self.client.loss {
            Some(loss) => {
                ("client", "They go to another maker.", loss.at.date_in(&Zone::utc()).saturating_sub(4.days()))
            }
            // One contract in twelve is given up by us, shortly before the next year would begin.
            None if self.dice.chance(80) => ("us", "Too little work for a contract.", to.saturating_sub(380.days())),
            None => return,
        };
        if day > from {
            self.on_day("contract.ended", day, json!({"contract": contract, "by": by, "reason": reason}));
        }
    }

    /// A fact of which only the day is known.
    fn on_day(&mut self, kind: &'static str, day: Date, payload: Value) {
        let when = at(day, 0, 0);
        if when >= self.start {
            self.tell(self.fact(kind, when, payload).on_that_day(day));
        }
    }
}
