//! The people on the client's side, as they come, change and go.

use jiff::civil::date;
use serde_json::{Value, json};
use tenure_schemas::Instant;

use super::Life;
use crate::demo::clients::Size;
use crate::demo::words::names;
use crate::demo::{at, with};

/// A contact, and when it is there.
pub(super) struct Contact {
    id: String,
    from: Instant,
    to: Instant,
}

const ROLES: [&[&str]; 7] = [
    &["decision_maker"],
    &["day_to_day", "user"],
    &["procurement"],
    &["champion", "influencer"],
    &["economic_buyer"],
    &["gatekeeper"],
    &["executive_sponsor"],
];

impl Life<'_, '_> {
    /// The people whom we know at the opening, and what becomes of some of them.
    pub(super) fn meet(&mut self) {
        let known = match self.client.size {
            Size::Key => 7,
            Size::Developing => 4,
            Size::Maintained => 3,
            Size::Streamlined => 2,
        };
        for number in 1..=known {
            let when = self.start.saturating_add_seconds(3 * 3600 + i64::from(number) * 60);
            self.contact(number, when);
        }
        // The first two stay; they are whom a successor is introduced to. An account that is shut or lost keeps all.
        let may_leave = known > 2 && self.client.loss.is_none() && self.client.shut.is_none();
        if may_leave && self.dice.chance(600) {
            self.replace(known, known + 1);
        }
        if may_leave && known > 3 && self.dice.chance(500) {
            self.go(known - 1);
        }
        if self.dice.chance(400) {
            self.consent();
        }
    }

    /// One of those who are there at `when`.
    pub(super) fn someone(&mut self, when: Instant) -> Option<String> {
        let present: Vec<_> =
            self.contacts.iter().filter(|contact| contact.from <= when && when < contact.to).collect();
        let last = u32::try_from(present.len()).ok()?.checked_sub(1)?;
        let index = usize::try_from(self.dice.between(0, last)).ok()?;
        present.get(index).map(|contact| contact.id.clone())
    }

    /// Whether a contact is there at `when`.
    pub(super) fn is_there(&self, id: &str, when: Instant) -> bool {
        self.contacts.iter().any(|contact| contact.id == id && contact.from <= when && when < contact.to)
    }

    fn contact(&mut self, number: u32, when: Instant) -> String {
        let id = format!("c-{number:02}");
        let (firsts, lasts) = names::of(self.client.region);
        let (first, last) = (self.dice.pick(firsts), self.dice.pick(lasts));
        let place = usize::try_from(number).unwrap_or(1).saturating_sub(1);
        let roles = ROLES.iter().cycle().nth(place).copied().unwrap_or_default();
        let domain = self.client.id.trim_start_matches("acct-");
        let mailbox = format!("{first}.{last}").to_lowercase().replace(' ', "");
        let payload = json!({
            "contact": id, "name": format!("{first} {last}"), "roles": roles,
            "email": format!("{mailbox}@{domain}.example"),
        });
        let more = [
            ("language", self.dice.chance(300).then(|| Value::from("en"))),
            ("reports_to", (number == 2).then(|| Value::from("c-01"))),
        ];
        let by = self.responsible(when);
        self.tell(self.fact("contact.added", when, with(payload, more)).by(by));
        self.contacts.push(Contact { id: id.clone(), from: when, to: Instant::MAX });
        id
    }

    fn farewell(&mut self, number: u32, left: Instant) -> String {
        let leaver = format!("c-{number:02}");
        if let Some(contact) = self.contacts.iter_mut().find(|contact| contact.id == leaver) {
            contact.to = left;
        }
        leaver
    }

    /// One of those known leaves, and another follows.
    fn replace(&mut self, known: u32, next: u32) {
        let when = self.dice.days_after(self.start, 200, 900);
        let successor = self.contact(next, when);
        let left = when.saturating_add_seconds(3600);
        let leaver = self.farewell(known, left);
        let by = self.responsible(left);
        self.tell(self.fact("contact.left", left, json!({"contact": leaver, "successor": successor})).by(by));
        let later = self.dice.days_after(left, 5, 60);
        let by = self.responsible(later);
        let changes = json!({"contact": successor, "changes": {"seniority": "head of department", "language": "en"}});
        self.tell(self.fact("contact.changed", later, changes).by(by));
    }

    /// One of those known leaves, and nobody follows; some ask to be forgotten.
    fn go(&mut self, known: u32) {
        let left = self.dice.days_after(self.start, 150, 950);
        let leaver = self.farewell(known, left);
        let by = self.responsible(left);
        self.tell(self.fact("contact.left", left, json!({"contact": leaver})).by(by));
        if self.dice.chance(150) {
            let erased = self.dice.days_after(left, 10, 60);
            let payload = json!({"contact": leaver, "legal_basis": "Request under Art. 17 GDPR, received by e-mail."});
            self.tell(self.fact("contact.erased", erased, payload).by("p-01").entered());
        }
    }

    fn consent(&mut self) {
        let given = self.dice.days_after(self.start, 5, 120);
        let channel = self.dice.pick(&["phone", "email", "email", "postal", "event"]);
        let payload = |consent: &str| json!({"contact": "c-01", "channel": channel, "consent": consent});
        self.tell(self.fact("contact.consent_changed", given, payload("given")));
        if self.dice.chance(250) {
            let withdrawn = self.dice.days_after(at(date(2025, 1, 6), 8, 0), 1, 400);
            let withdrawn = withdrawn.max(self.dice.days_after(given, 10, 90));
            self.tell(self.fact("contact.consent_changed", withdrawn, payload("withdrawn")));
        }
    }
}
