//! Interactions: held, planned and cancelled.

use serde_json::{Value, json};
use tenure_schemas::Instant;

use super::Life;
use crate::demo::firm::{MACHINES, presentable, success_manager_of};
use crate::demo::{with, words};

const CHANNELS: [&str; 16] = [
    "email",
    "email",
    "email",
    "email",
    "phone",
    "phone",
    "phone",
    "phone",
    "video",
    "video",
    "video",
    "face_to_face",
    "face_to_face",
    "portal",
    "chat",
    "event",
];
const DIRECTIONS: [&str; 5] = ["inbound", "inbound", "outbound", "outbound", "mutual"];

impl Life<'_, '_> {
    /// A contact at `when`; one in five had been planned, and some of those do not take place.
    pub(super) fn talk(&mut self, when: Instant) {
        let channel = if self.dice.chance(15) { "postal" } else { self.dice.pick(&CHANNELS) };
        let person = self.responsible(when);
        let contact = self.someone(when);
        let planned = if self.dice.chance(200) { self.plan_talk(when, channel, contact.as_deref()) } else { None };
        if let Some(interaction) = planned.as_deref().filter(|_| self.dice.chance(120)) {
            let before = when.saturating_add_seconds(-5 * 3600);
            self.tell(self.fact("interaction.cancelled", before, json!({"interaction": interaction})).by(person));
            return;
        }
        let contacts = contact.map(|id| json!([id]));
        let given = [("contacts", contacts), ("interaction", planned.map(Value::from))];
        let payload = with(self.what_was_said(when, channel, person), given);
        let logged = self.fact("interaction.logged", when, payload.clone()).by(person);
        if self.dice.chance(2) {
            let told = self.tell(logged);
            return self.retract(told, when, "Logged with the wrong client.");
        }
        let logged = self.sometimes_late(logged, 5);
        let told = self.tell(logged);
        if self.dice.chance(3) {
            let right = with(payload, [("sentiment", Some(json!(-1)))]);
            self.correct(told, when, &right, "The summary said one thing and the mark another.");
        }
        if let Some(evidence) = told.filter(|_| self.dice.chance(20)) {
            self.insight(when, evidence);
        }
        if self.dice.chance(40) {
            self.promise(when);
        }
    }

    fn plan_talk(&mut self, when: Instant, channel: &str, contact: Option<&str>) -> Option<String> {
        let days = self.dice.between(3, 10);
        let before = when.saturating_add_seconds(-i64::from(days) * 24 * 3600);
        if before < self.start {
            return None;
        }
        let interaction = format!("i-{}", self.number());
        let person = self.responsible(before);
        let payload = json!({
            "interaction": interaction, "at": when, "channel": channel, "persons": [person],
            "subject": self.dice.pick(&words::SUBJECTS),
        });
        let invited = contact.filter(|contact| self.is_there(contact, before)).map(|contact| json!([contact]));
        let payload = with(payload, [("contacts", invited)]);
        self.tell(self.fact("interaction.planned", before, payload).by(person)).map(|_| interaction)
    }

    fn what_was_said(&mut self, when: Instant, channel: &str, person: &str) -> Value {
        let desk = success_manager_of(self.client.region);
        let together = self.is_large() && person != desk && self.dice.chance(120);
        let persons = if together { json!([person, desk]) } else { json!([person]) };
        let payload = json!({
            "channel": channel, "direction": self.dice.pick(&DIRECTIONS), "persons": persons,
            "subject": self.dice.pick(&words::SUBJECTS), "summary": self.dice.pick(&words::SUMMARIES),
        });
        let written = matches!(channel, "email" | "postal" | "chat" | "portal");
        let more = [
            ("duration_s", (!written).then(|| (self.dice.between(1, 24) * 300).into())),
            ("sentiment", self.dice.chance(450).then(|| self.sentiment(when).into())),
            ("offerings_presented", self.dice.chance(120).then(|| json!([self.presented(when)]))),
        ];
        with(payload, more)
    }

    fn sentiment(&mut self, when: Instant) -> i64 {
        let moods: &[i64] = if self.is_souring(when) { &[-2, -1, -1, 0] } else { &[-1, 0, 0, 1, 1, 1, 2] };
        self.dice.pick(moods)
    }

    fn presented(&mut self, when: Instant) -> &'static str {
        if self.dice.chance(400) { self.dice.pick(presentable(when)) } else { self.dice.pick(&MACHINES) }
    }
}
