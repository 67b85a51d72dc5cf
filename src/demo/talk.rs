//! Interactions: held, planned and cancelled.

use jiff::civil::date;
use serde_json::{Value, json};
use tenure_schemas::Instant;

use super::firm::MACHINES;
use super::life::Life;
use super::{at, words};

const CHANNELS: [&str; 10] =
    ["email", "email", "email", "phone", "phone", "phone", "video", "video", "face_to_face", "portal"];
const DIRECTIONS: [&str; 5] = ["inbound", "inbound", "outbound", "outbound", "mutual"];

impl Life<'_> {
    /// A contact at `when`; one in five had been planned, and some of those do not take place.
    pub(super) fn talk(&mut self, when: Instant) {
        let channel = self.dice.pick(&CHANNELS);
        let person = self.responsible(when);
        let contact = self.someone(when);
        let planned = if self.dice.chance(200) { self.plan_talk(when, channel, contact.as_deref()) } else { None };
        if let Some(interaction) = planned.as_deref().filter(|_| self.dice.chance(120)) {
            let before = when.saturating_add_seconds(-5 * 3600);
            self.tell(self.fact("interaction.cancelled", before, json!({"interaction": interaction})).by(person));
            return;
        }
        let mut payload = self.what_was_said(when, channel, person);
        if let Some(fields) = payload.as_object_mut() {
            let given = [("contacts", contact.map(|id| json!([id]))), ("interaction", planned.map(Value::from))];
            fields.extend(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        let told = self.tell(self.fact("interaction.logged", when, payload).by(person));
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
        let mut payload = json!({
            "interaction": interaction, "at": when, "channel": channel, "persons": [person],
            "subject": self.dice.pick(&words::SUBJECTS),
        });
        let invited = contact.filter(|contact| self.is_there(contact, before));
        if let (Some(contact), Some(fields)) = (invited, payload.as_object_mut()) {
            fields.insert("contacts".to_owned(), json!([contact]));
        }
        self.tell(self.fact("interaction.planned", before, payload).by(person)).map(|_| interaction)
    }

    fn what_was_said(&mut self, when: Instant, channel: &str, person: &str) -> Value {
        let mut payload = json!({
            "channel": channel, "direction": self.dice.pick(&DIRECTIONS), "persons": [person],
            "subject": self.dice.pick(&words::SUBJECTS), "summary": self.dice.pick(&words::SUMMARIES),
        });
        let Some(fields) = payload.as_object_mut() else { return payload };
        if self.is_large() && self.dice.chance(120) {
            fields.insert("persons".to_owned(), json!([person, "p-10"]));
        }
        if channel != "email" {
            fields.insert("duration_s".to_owned(), (self.dice.between(1, 24) * 300).into());
        }
        if self.dice.chance(450) {
            fields.insert("sentiment".to_owned(), self.sentiment(when).into());
        }
        if self.dice.chance(120) {
            fields.insert("offerings_presented".to_owned(), json!([self.presented(when)]));
        }
        payload
    }

    fn sentiment(&mut self, when: Instant) -> i64 {
        let moods: &[i64] = if self.is_souring(when) { &[-2, -1, -1, 0] } else { &[-1, 0, 0, 1, 1, 1, 2] };
        self.dice.pick(moods)
    }

    fn presented(&mut self, when: Instant) -> &'static str {
        if when >= at(date(2024, 9, 3), 0, 0) && self.dice.chance(400) {
            return "film-inspection";
        }
        self.dice.pick(&MACHINES)
    }
}
