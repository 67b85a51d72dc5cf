//! How an account passes from one account manager to another in a governed way, step by step.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::demo::at;
use crate::demo::book::{Book, Why};
use crate::demo::dice::weekday;
use crate::demo::tape::{Fact, Tape};

/// One account on its way from one person to another.
pub(super) struct Handover<'a> {
    pub(super) id: String,
    pub(super) account: &'a str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) class: &'static str,
    pub(super) why: Why,
    pub(super) days: Days,
}

/// The days of a handover's steps.
#[derive(Clone, Copy)]
pub(super) struct Days {
    pub(super) started: Date,
    pub(super) briefed: Date,
    pub(super) introduced: Date,
    pub(super) accepted: Date,
    pub(super) transferred: Date,
    pub(super) completed: Date,
}

impl Days {
    /// So many days after `start` each, in the order of the fields.
    pub(super) fn after(start: Date, offsets: [i64; 6]) -> Self {
        let [started, briefed, introduced, accepted, transferred, completed] =
            offsets.map(|days| weekday(start.saturating_add(days.days())));
        Self { started, briefed, introduced, accepted, transferred, completed }
    }

    /// Those of a handover whose second half is known; the brief comes four days before the introduction.
    pub(super) fn known(started: Date, introduced: Date, accepted: Date, transferred: Date) -> Self {
        let briefed = weekday(introduced.saturating_sub(4.days()));
        let completed = weekday(transferred.saturating_add(2.days()));
        Self { started, briefed, introduced, accepted, transferred, completed }
    }
}

impl<'a> Handover<'a> {
    fn tell(&self, tape: &mut Tape, kind: &'static str, day: Date, hour: i64, by: &str, more: &[(&str, Value)]) {
        let mut payload = json!({"handover": self.id});
        if let Some(fields) = payload.as_object_mut() {
            fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        let fact = Fact::of(self.account, kind, at(day, hour, 0), payload).by(by).entered();
        tape.tell(fact.because(self.why.0, self.why.1));
    }

    /// The handover begins, and `asked` is to take over.
    pub(super) fn start(&self, tape: &mut Tape, asked: &str) {
        let more = [
            ("from", json!(self.from)),
            ("role", json!("primary")),
            ("to", json!(asked)),
            ("class", json!(self.class)),
            ("due", json!(self.days.transferred.saturating_add(5.days()).to_string())),
        ];
        self.tell(tape, "handover.started", self.days.started, 6, "p-01", &more);
    }

    /// The handover begins before anybody is found to take over, and then somebody is.
    pub(super) fn start_open(&self, tape: &mut Tape) {
        let more = [("from", json!(self.from)), ("role", json!("primary")), ("class", json!(self.class))];
        self.tell(tape, "handover.started", self.days.started, 6, "p-01", &more);
        self.name_successor(tape, weekday(self.days.started.saturating_add(1.days())));
    }

    /// `asked` does not take over, and somebody else is found.
    pub(super) fn decline(&self, tape: &mut Tape, asked: &str) {
        let declined = weekday(self.days.started.saturating_add(2.days()));
        self.tell(tape, "handover.declined", declined, 14, asked, &[("by", json!(asked))]);
        self.name_successor(tape, weekday(declined.saturating_add(1.days())));
    }

    fn name_successor(&self, tape: &mut Tape, day: Date) {
        self.tell(tape, "handover.successor_named", day, 9, "p-01", &[("to", json!(self.to))]);
    }

    /// The brief, a document that was written by hand: format 0, which Tenure does not render. The size of the ledger
    /// is filled in when it is recorded.
    fn brief(&self, tape: &mut Tape, completeness: u8) {
        let as_of = at(self.days.briefed, 9, 0);
        let document = format!("Handover {} of {} from {} to {}", self.id, self.account, self.from, self.to);
        let digest = Sha256::digest(document).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let brief = json!({"as_of": as_of, "size": 0, "format": 0, "model": "none", "digest": digest});
        let more = [("brief", brief), ("completeness", completeness.into())];
        self.tell(tape, "handover.briefed", self.days.briefed, 9, "p-01", &more);
    }

    /// The successor meets the client's people; with the leaver, where there is one who can come.
    fn introduce(&self, tape: &mut Tape, with_leaver: bool) {
        let persons: &[&str] = if with_leaver { &[self.from, self.to] } else { &[self.to] };
        let contacts = json!(["c-01", "c-02"]);
        let more = [("contacts", contacts.clone()), ("persons", json!(persons))];
        let when = at(self.days.introduced, 10, 0);
        let meeting = json!({
            "channel": "face_to_face", "direction": "mutual", "persons": persons, "contacts": contacts,
            "about": {"handover": self.id}, "subject": "Introduction of the new account manager",
            "duration_s": 3600, "sentiment": 1,
        });
        tape.tell(Fact::of(self.account, "interaction.logged", when, meeting).by(self.to));
        self.tell(tape, "handover.introduced", self.days.introduced, 11, self.to, &more);
    }

    fn accept(&self, tape: &mut Tape) {
        self.tell(tape, "handover.accepted", self.days.accepted, 11, self.to, &[("by", json!(self.to))]);
    }

    fn transfer(&self, tape: &mut Tape, book: &mut Book<'a>) {
        let moved = book.transfer(self.account, self.to, at(self.days.transferred, 6, 0), self.why, Some(&self.id));
        tape.tell(moved);
    }

    fn complete(&self, tape: &mut Tape) {
        self.tell(tape, "handover.completed", self.days.completed, 9, "p-01", &[]);
    }

    /// From the brief to the end, with the leaver's help.
    pub(super) fn finish(&self, tape: &mut Tape, book: &mut Book<'a>) {
        self.brief(tape, 85);
        self.introduce(tape, true);
        self.accept(tape);
        self.transfer(tape, book);
        self.complete(tape);
    }

    /// From the transfer to the end, without it: nobody is asked to accept before.
    pub(super) fn finish_in_emergency(&self, tape: &mut Tape, book: &mut Book<'a>) {
        self.transfer(tape, book);
        self.brief(tape, 40);
        self.introduce(tape, false);
        self.accept(tape);
        self.complete(tape);
    }

    /// It will not take place after all.
    pub(super) fn cancel(&self, tape: &mut Tape, day: Date) {
        self.tell(tape, "handover.cancelled", day, 16, "p-01", &[]);
    }
}
