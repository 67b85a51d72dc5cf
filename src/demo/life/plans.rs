//! Account plans of the key accounts: one a year, with objectives, actions, progress, reviews and an insight.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_schemas::{Instant, Zone};
use uuid::Uuid;

use super::Life;
use crate::demo::clients::Size;
use crate::demo::{at, with, words};

const WEIGHTS: [u32; 3] = [50, 30, 20];
const BASELINES: [&str; 3] = ["35", "5.5", "2"];
const TARGETS: [&str; 3] = ["60", "2.5", "6"];

impl Life<'_, '_> {
    /// The plans of the account, if it is one that gets plans: every key account, and some that could become one.
    pub(super) fn plans(&mut self) {
        let gets_plans = self.client.size == Size::Key || self.client.size == Size::Developing && self.dice.chance(300);
        if !gets_plans {
            return;
        }
        let firsts = [date(2023, 9, 1), date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)];
        for from in firsts {
            if self.begins(at(from, 8, 0)) {
                self.plan(from, date(from.year() + 1, 1, 1));
            }
        }
    }

    fn plan(&mut self, from: Date, to: Date) {
        let plan = format!("plan-{}", from.year());
        let adopted = self.dice.days_after(at(from, 8, 0), 5, 15);
        let owner = self.responsible(adopted);
        let objectives: Vec<_> = (0..3).map(|number| objective(number, owner)).collect();
        let kind = match (self.client.id.as_str(), from.year()) {
            ("acct-halloway-snacks" | "acct-calderwick-brewing", 2025) => "recovery",
            ("acct-lakemere-foods", 2026) => "joint",
            _ if self.client.size == Size::Key => "key_account",
            _ => "success",
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

    fn planned<const N: usize>(&mut self, plan: &str, kind: &'static str, when: Instant, more: [(&str, Value); N]) {
        let payload = with(json!({"plan": plan}), more.map(|(name, value)| (name, Some(value))));
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
            let remedies = (number == 2).then(|| json!("spare part delivery"));
            let payload = with(
                with(json!({"plan": plan}), more.map(|(name, value)| (name, Some(value)))),
                [("remedies", remedies)],
            );
            let by = self.responsible(set);
            self.tell(self.fact("plan.action_set", set, payload).by(by));
            let over = self.dice.days_after(set, 20, 85);
            match self.dice.between(1, 10) {
                1..=7 => self.planned(plan, "plan.action_done", over, [("action", action)]),
                8 => self.planned(plan, "plan.action_dropped", over, [("action", action)]),
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
            self.planned(plan, "plan.progress_recorded", when, progress);
            self.other_progress(plan, when);
            let style = self.dice.pick(&["reporting", "problem_solving", "mixed"]);
            let reviewed = self.dice.minutes_after(when, 5, 60);
            self.review(plan, style, reviewed);
            if done == 1 && self.dice.chance(400) {
                let revised = self.dice.days_after(reviewed, 1, 5);
                self.revise(plan, year, revised);
            }
        }
    }

    /// What was measured of the other two objectives.
    fn other_progress(&mut self, plan: &str, when: Instant) {
        let measured = when.saturating_add_seconds(120);
        let standstill = json!(format!("{}.{}", self.dice.between(2, 5), self.dice.between(0, 9)));
        let met = json!(self.dice.between(2, 7).to_string());
        for (objective, value) in [("o-2", standstill), ("o-3", met)] {
            let progress = [("objective", json!(objective)), ("value", value)];
            self.planned(plan, "plan.progress_recorded", measured, progress);
        }
    }

    fn review(&mut self, plan: &str, style: &str, reviewed: Instant) {
        let next = self.dice.days_after(reviewed, 80, 100).date_in(&Zone::utc()).to_string();
        let decided = self.dice.pick(&words::ACTIONS);
        let payload = json!({"plan": plan, "mode": style, "decisions": [decided], "next_review": next});
        let fixed = (style != "reporting").then(|| json!([self.dice.pick(&words::CAUSES)]));
        let by = self.responsible(reviewed);
        self.tell(self.fact("plan.reviewed", reviewed, with(payload, [("problems_solved", fixed)])).by(by));
    }

    /// An objective gets other words, and serves a need of the year before where one is known.
    fn revise(&mut self, plan: &str, year: i16, revised: Instant) {
        let need = (year > 2023).then(|| json!(format!("n-{}", year - 1)));
        let objective = objective(1, self.responsible(revised));
        let payload = with(objective, [("plan", Some(plan.into())), ("need", need)]);
        let by = self.responsible(revised);
        self.tell(self.fact("plan.objective_set", revised, payload).by(by));
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
        self.planned(&format!("plan-{}", day.year()), "plan.insight_recorded", noted, more);
    }

    fn close_plan(&mut self, plan: &str, year: i16) {
        let when = self.dice.days_after(at(date(year, 12, 8), 8, 0), 1, 6);
        for number in 1..=3 {
            let outcome = self.dice.pick(&["achieved", "achieved", "missed", "dropped"]);
            let more = [("objective", json!(format!("o-{number}"))), ("outcome", outcome.into())];
            self.planned(plan, "plan.objective_closed", when, more);
        }
        let closed = self.dice.days_after(when, 1, 3);
        let outcome = [("outcome", "Reviewed with the head of account management.".into())];
        self.planned(plan, "plan.closed", closed, outcome);
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
