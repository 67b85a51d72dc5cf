//! Issues: raised, taken in charge, answered, resolved, and sometimes back again.

use serde_json::{Value, json};
use tenure_schemas::Instant;

use super::Life;
use crate::demo::firm::{lead_of, success_manager_of};
use crate::demo::{with, words};

/// A severity, and the hours within which it is to be answered and resolved.
const SEVERITIES: [(&str, i64, i64); 4] = [("critical", 2, 24), ("high", 4, 72), ("medium", 8, 168), ("low", 24, 336)];

impl Life<'_, '_> {
    /// An issue raised at `when`, and its course.
    pub(super) fn issue(&mut self, when: Instant) {
        let issue = format!("ISS-{}", self.number());
        self.raise(&issue, when);
        let owner = if self.dice.chance(500) { self.desk_head() } else { self.responsible(when) };
        let assigned = self.dice.minutes_after(when, 10, 240);
        self.desk(&issue, "issue.assigned", assigned, [("person", owner.into())]);
        let responded = self.dice.minutes_after(assigned, 15, 400);
        self.desk(&issue, "issue.responded", responded, [("by", owner.into())]);
        if self.dice.chance(350) {
            self.call_about(&issue, responded, owner);
        }
        let worked = self.work_on(&issue, responded, owner);
        self.settle(&issue, worked);
    }

    /// Who sees to issues in the region.
    fn desk_head(&self) -> &'static str {
        success_manager_of(self.client.region)
    }

    fn raise(&mut self, issue: &str, when: Instant) {
        let pick = if self.is_souring(when) { self.dice.between(0, 1) } else { self.dice.between(1, 3) };
        let place = usize::try_from(pick).unwrap_or(0);
        let (severity, respond, resolve) = SEVERITIES.get(place).copied().unwrap_or(("low", 24, 336));
        let payload = json!({
            "issue": issue, "type": self.dice.pick(&["problem", "problem", "request", "question"]),
            "severity": severity, "subject": self.dice.pick(&words::ISSUES),
            "respond_by": when.saturating_add_seconds(respond * 3600),
            "resolve_by": when.saturating_add_seconds(resolve * 3600),
        });
        let (contact, about_order) = (self.someone(when), self.dice.chance(250));
        let order = self.last_order.clone().filter(|_| about_order);
        let payload = with(payload, [("contact", contact.map(Value::from)), ("order", order.map(Value::from))]);
        self.tell(self.fact("issue.raised", when, payload).by_system("helpdesk"));
    }

    /// What the help desk says about an issue.
    fn desk<const N: usize>(&mut self, issue: &str, kind: &'static str, when: Instant, more: [(&str, Value); N]) {
        let payload = with(json!({"issue": issue}), more.map(|(name, value)| (name, Some(value))));
        self.tell(self.fact(kind, when, payload).by_system("helpdesk"));
    }

    fn call_about(&mut self, issue: &str, when: Instant, person: &str) {
        let call = self.dice.minutes_after(when, 1, 30);
        let payload = json!({
            "channel": "phone", "direction": "outbound", "persons": [person], "about": {"issue": issue},
            "duration_s": self.dice.between(2, 30) * 60,
        });
        self.tell(self.fact("interaction.logged", call, payload).by(person));
    }

    /// What happens between the answer and the resolution; the moment at which it is over.
    fn work_on(&mut self, issue: &str, responded: Instant, owner: &str) -> Instant {
        let mut last = responded;
        if self.dice.chance(300) {
            last = self.dice.minutes_after(last, 30, 300);
            let text = self.dice.pick(&words::CAUSES);
            self.desk(issue, "issue.noted", last, [("text", format!("Suspicion: {text}").into())]);
        }
        if self.dice.chance(200) {
            let waiting = self.dice.pick(&["client", "client", "third_party"]);
            last = self.dice.minutes_after(last, 10, 120);
            self.desk(issue, "issue.waiting", last, [("for", waiting.into())]);
            last = self.dice.days_after(last, 1, 6);
            self.desk(issue, "issue.resumed", last, [("for", waiting.into())]);
        }
        if self.dice.chance(100) {
            last = self.dice.minutes_after(last, 10, 120);
            self.desk(issue, "issue.changed", last, [("changes", json!({"severity": "high"}))]);
        }
        let desk = self.desk_head();
        if owner != desk && self.dice.chance(80) {
            last = self.dice.minutes_after(last, 10, 120);
            self.desk(issue, "issue.assigned", last, [("person", desk.into()), ("from", owner.into())]);
        }
        if self.is_souring(last) || self.dice.chance(70) {
            last = self.dice.minutes_after(last, 10, 120);
            self.desk(issue, "issue.escalated", last, [("to", lead_of(self.client.region).into())]);
        }
        last
    }

    fn settle(&mut self, issue: &str, last: Instant) {
        let cause = self.dice.pick(&words::CAUSES);
        let mut last = self.dice.days_after(last, 1, 14);
        self.desk(issue, "issue.resolved", last, [("cause", cause.into())]);
        if self.dice.chance(60) {
            last = self.dice.days_after(last, 1, 10);
            self.desk(issue, "issue.reopened", last, []);
            last = self.dice.days_after(last, 1, 7);
            self.desk(issue, "issue.resolved", last, [("cause", cause.into())]);
        }
        if self.dice.chance(850) {
            let closed = self.dice.days_after(last, 1, 10);
            let ratings: &[u32] = if self.is_souring(closed) { &[1, 2, 2, 3] } else { &[3, 4, 4, 5, 5] };
            let rating = self.dice.pick(ratings);
            let rated = self.dice.chance(600);
            let satisfaction = [("satisfaction", rated.then(|| rating.into()))];
            let payload = with(json!({"issue": issue}), satisfaction);
            self.tell(self.fact("issue.closed", closed, payload).by_system("helpdesk"));
            if self.dice.chance(6) {
                self.write_on(issue, closed);
            }
        }
    }

    /// The help desk goes on writing about an issue that it has closed.
    fn write_on(&mut self, issue: &str, closed: Instant) {
        let when = self.dice.days_after(closed, 2, 20);
        let payload = json!({"issue": issue, "text": "The same again? Please open a new issue."});
        self.tell(self.fact("issue.noted", when, payload).by_system("helpdesk").contradicting());
    }
}
