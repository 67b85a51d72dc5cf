//! Account plans of the key accounts: one a year, with objectives, actions, progress, reviews and an insight.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_schemas::{Instant, Zone};
use uuid::Uuid;

use super::clients::Size;
use super::life::Life;
use super::{at, words};

const WEIGHTS: [u32; 3] = [50, 30, 20];
const BASELINES: [&str; 3] = ["35", "5.5", "2"];
const TARGETS: [&str; 3] = ["60", "2.5", "6"];

impl Life<'_> {
    /// The plans of the account, if it is one that gets plans.
    pub(super) fn plans(&mut self) {
        if self.client.size != Size::Key {
            return;
        }
        let firsts = [date(2023, 9, 1), date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)];
        for from in firsts {
            self.plan(from, date(from.year() + 1, 1, 1));
        }
    }

    fn plan(&mut self, from: Date, to: Date) {
        let plan = format!("plan-{}", from.year());
        let adopted = self.dice.days_after(at(from, 8, 0), 5, 15);
        let owner = self.responsible(adopted);
        let objectives: Vec<_> = (0..3).map(|number| objective(number, owner)).collect();
        let kind = match (self.client.id, from.year()) {
            ("acct-halloway-snacks" | "acct-calderwick-brewing", 2025) => "recovery",
            ("acct-lakemere-foods", 2026) => "joint",
            _ => "key_account",
        };
        let payload = json!({
            "plan": plan, "title": format!("Account plan {}", from.year()), "kind": kind, "from": from.to_string(),
            "to": to.to_string(), "objectives": objectives,
        });
        self.tell(self.fact("plan.adopted", adopted, payload).by(owner));
        self.actions(&plan, adopted);
        self.follow_up(&plan, from.year(), adopted);
        self.close_plan(&plan, from.year());
    }

    fn planned(&mut self, plan: &str, kind: &'static str, when: Instant, more: &[(&str, Value)]) {
        let mut payload = json!({"plan": plan});
        if let Some(fields) = payload.as_object_mut() {
            fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        let by = self.responsible(when);
        self.tell(self.fact(kind, when, payload).by(by));
    }

    fn actions(&mut self, plan: &str, adopted: Instant) {
        for number in 1..=3 {
            let action = json!(format!("a-{number}"));
            let set = self.dice.minutes_after(adopted, 5, 90);
            let due = self.dice.days_after(set, 40, 80);
            let more = [
                ("action", action.clone()),
                ("text", self.dice.pick(&words::ACTIONS).into()),
                ("owner", self.responsible(set).into()),
                ("due", due.date_in(&Zone::utc()).to_string().into()),
                ("objective", json!(format!("o-{number}"))),
            ];
            self.planned(plan, "plan.action_set", set, &more);
            let over = self.dice.days_after(set, 20, 85);
            match self.dice.between(1, 10) {
                1..=7 => self.planned(plan, "plan.action_done", over, &[("action", action)]),
                8 => self.planned(plan, "plan.action_dropped", over, &[("action", action)]),
                _ => {}
            }
        }
    }

    /// Progress, reviews and an insight, by the quarter.
    fn follow_up(&mut self, plan: &str, year: i16, adopted: Instant) {
        let days = [date(year, 4, 8), date(year, 7, 8), date(year, 10, 8)].map(|day| at(day, 8, 0));
        for (done, day) in (1..).zip(days.into_iter().filter(|day| *day > adopted)) {
            let when = self.dice.days_after(day, 1, 10);
            let value = 35 + done * self.dice.between(2, 9);
            let progress = [("objective", json!("o-1")), ("value", json!(value.to_string()))];
            self.planned(plan, "plan.progress_recorded", when, &progress);
            let style = self.dice.pick(&["reporting", "problem_solving", "mixed"]);
            let more = [("mode", style.into()), ("decisions", json!([self.dice.pick(&words::ACTIONS)]))];
            let reviewed = self.dice.minutes_after(when, 5, 60);
            self.planned(plan, "plan.reviewed", reviewed, &more);
            if done == 1 && self.dice.chance(400) {
                let revised = self.dice.days_after(reviewed, 1, 5);
                let owner = self.responsible(revised);
                let fields = objective(1, owner);
                let more: Vec<_> = fields
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| (name.as_str(), value.clone()))
                    .collect();
                self.planned(plan, "plan.objective_set", revised, &more);
            }
        }
    }

    /// Something that the talk at `when` showed, if a plan is running then.
    pub(super) fn insight(&mut self, when: Instant, evidence: Uuid) {
        let noted = self.dice.minutes_after(when, 5, 50);
        let day = noted.date_in(&Zone::utc());
        let first = if day.year() == 2023 { date(2023, 9, 20) } else { date(day.year(), 1, 20) };
        if self.client.size != Size::Key || day < first || day > date(day.year(), 12, 5) {
            return;
        }
        let text = self.dice.pick(&words::SUMMARIES);
        let more = [("text", text.into()), ("evidence", json!([evidence]))];
        self.planned(&format!("plan-{}", day.year()), "plan.insight_recorded", noted, &more);
    }

    fn close_plan(&mut self, plan: &str, year: i16) {
        let when = self.dice.days_after(at(date(year, 12, 8), 8, 0), 1, 6);
        for number in 1..=3 {
            let outcome = self.dice.pick(&["achieved", "achieved", "missed", "dropped"]);
            let more = [("objective", json!(format!("o-{number}"))), ("outcome", outcome.into())];
            self.planned(plan, "plan.objective_closed", when, &more);
        }
        let closed = self.dice.days_after(when, 1, 3);
        self.planned(
            plan,
            "plan.closed",
            closed,
            &[("outcome", "Reviewed with the head of account management.".into())],
        );
    }
}

fn objective(number: usize, owner: &str) -> Value {
    let (text, metric, unit) = words::OBJECTIVES.get(number).copied().unwrap_or_default();
    let weight = WEIGHTS.get(number).copied().unwrap_or_default();
    let (baseline, target) = (BASELINES.get(number).copied(), TARGETS.get(number).copied());
    json!({
        "objective": format!("o-{}", number + 1), "text": text, "weight": weight, "owner": owner,
        "measure": {"metric": metric, "baseline": baseline, "target": target, "unit": unit},
    })
}
