//! The people on the client's side, as they come, change and go.

use jiff::civil::date;
use serde_json::json;
use tenure_schemas::Instant;

use super::clients::Size;
use super::life::{Life, lost};
use super::words;

/// A contact, and when it is there.
pub(super) struct Contact {
    pub(super) id: String,
    from: Instant,
    to: Instant,
}

const ROLES: [&[&str]; 6] = [
    &["decision_maker"],
    &["day_to_day", "user"],
    &["procurement"],
    &["champion", "influencer"],
    &["economic_buyer"],
    &["gatekeeper"],
];

impl Life<'_> {
    /// The people whom we know at the opening, and what becomes of some of them.
    pub(super) fn meet(&mut self) {
        let known = match self.client.size {
            Size::Key => 6,
            Size::Developing => 4,
            Size::Maintained => 3,
            Size::Streamlined => 2,
        };
        for number in 1..=known {
            let when = self.start.saturating_add_seconds(3 * 3600 + i64::from(number) * 60);
            self.contact(number, when);
        }
        // The first two stay; they are whom a successor is introduced to. An account with a closing keeps all.
        let may_leave = known > 2 && lost(self.client.id).is_none() && self.client.id != "acct-brightmere-bottling";
        if may_leave && self.dice.chance(450) {
            self.replace(known);
        }
        if self.dice.chance(300) {
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
        let (first, last) = (self.dice.pick(&words::FIRST_NAMES), self.dice.pick(&words::LAST_NAMES));
        let place = usize::try_from(number).unwrap_or(1).saturating_sub(1) % ROLES.len();
        let roles = ROLES.get(place).copied().unwrap_or_default();
        let domain = self.client.id.trim_start_matches("acct-");
        let payload = json!({
            "contact": id, "name": format!("{first} {last}"), "roles": roles,
            "email": format!("{}.{}@{domain}.example", first.to_lowercase(), last.to_lowercase()),
        });
        let by = self.responsible(when);
        self.tell(self.fact("contact.added", when, payload).by(by));
        self.contacts.push(Contact { id: id.clone(), from: when, to: Instant::MAX });
        id
    }

    /// The last of those known leaves, and another follows.
    fn replace(&mut self, known: u32) {
        let when = self.dice.days_after(self.start, 200, 900);
        let successor = self.contact(known + 1, when);
        let leaver = format!("c-{known:02}");
        let left = when.saturating_add_seconds(3600);
        if let Some(contact) = self.contacts.iter_mut().find(|contact| contact.id == leaver) {
            contact.to = left;
        }
        let by = self.responsible(left);
        self.tell(self.fact("contact.left", left, json!({"contact": leaver, "successor": successor})).by(by));
        let later = self.dice.days_after(left, 5, 60);
        let by = self.responsible(later);
        let changes = json!({"contact": successor, "changes": {"seniority": "head of department", "language": "en"}});
        self.tell(self.fact("contact.changed", later, changes).by(by));
    }

    fn consent(&mut self) {
        let given = self.dice.days_after(self.start, 5, 120);
        let payload = |consent: &str| json!({"contact": "c-01", "channel": "phone", "consent": consent});
        self.tell(self.fact("contact.consent_changed", given, payload("given")));
        if self.client.id == "acct-halloway-snacks" || self.dice.chance(200) {
            let withdrawn = self.dice.days_after(super::at(date(2025, 1, 6), 8, 0), 1, 400);
            let withdrawn = withdrawn.max(self.dice.days_after(given, 10, 90));
            self.tell(self.fact("contact.consent_changed", withdrawn, payload("withdrawn")));
        }
    }
}
