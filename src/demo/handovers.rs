//! The handovers of the story: one leaver in good time, one with a client lost on the way, one emergency.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::json;

use super::at;
use super::book::{Book, Why};
use super::firm::staff;
use super::tape::{Fact, Tape};

const LEAVER: Why = ("leaver", "The account manager leaves the firm.");

/// One account on its way from a leaver to a successor.
struct Handover {
    id: &'static str,
    account: &'static str,
    from: &'static str,
    to: &'static str,
    introduced: Date,
    accepted: Date,
    transferred: Date,
}

impl Handover {
    fn step(&self, kind: &'static str, day: Date, hour: i64, more: &[(&str, serde_json::Value)]) -> Fact {
        let mut payload = json!({"handover": self.id});
        if let Some(fields) = payload.as_object_mut() {
            fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        Fact::of(self.account, kind, at(day, hour, 0), payload).by("p-01").because(LEAVER.0, LEAVER.1)
    }

    fn start(&self, tape: &mut Tape, day: Date, to: &str, class: &str) {
        let due = self.transferred.to_string();
        let more = [
            ("from", json!(self.from)),
            ("role", json!("primary")),
            ("to", json!(to)),
            ("class", json!(class)),
            ("due", json!(due)),
        ];
        tape.tell(self.step("handover.started", day, 9, &more));
    }

    /// From the introduction to the end; an emergency has nobody who could introduce.
    fn finish(&self, tape: &mut Tape, book: &mut Book, introducing: &[&str]) {
        let more = [("contacts", json!(["c-01", "c-02"])), ("persons", json!(introducing))];
        tape.tell(self.step("handover.introduced", self.introduced, 10, &more));
        tape.tell(self.step("handover.accepted", self.accepted, 11, &[("by", json!(self.to))]).by(self.to));
        let moved = book.transfer(self.account, self.to, at(self.transferred, 8, 0), LEAVER, Some(self.id));
        tape.tell(moved);
        let completed = self.transferred.saturating_add(2.days());
        tape.tell(self.step("handover.completed", completed, 9, &[]));
    }
}

#[rustfmt::skip]
const OF_P07: [Handover; 5] = [
    Handover { id: "h-2025-01", account: "acct-norden-dairy", from: "p-07", to: "p-03", introduced: date(2025, 2, 4), accepted: date(2025, 2, 18), transferred: date(2025, 3, 10) },
    Handover { id: "h-2025-02", account: "acct-norden-dairy-sweden", from: "p-07", to: "p-03", introduced: date(2025, 2, 5), accepted: date(2025, 2, 18), transferred: date(2025, 3, 10) },
    Handover { id: "h-2025-03", account: "acct-norden-dairy-malmo", from: "p-07", to: "p-03", introduced: date(2025, 2, 12), accepted: date(2025, 2, 19), transferred: date(2025, 3, 10) },
    Handover { id: "h-2025-04", account: "acct-skarholm-pharma", from: "p-07", to: "p-04", introduced: date(2025, 2, 10), accepted: date(2025, 2, 24), transferred: date(2025, 3, 3) },
    Handover { id: "h-2025-05", account: "acct-bjorkby-bakeries", from: "p-07", to: "p-11", introduced: date(2025, 2, 20), accepted: date(2025, 2, 25), transferred: date(2025, 3, 6) },
];

/// p-07 announces in January that 14 March is the last day; one of those asked declines.
pub(super) fn leaver_in_good_time(tape: &mut Tape, book: &mut Book) {
    announce(tape, "p-07", date(2025, 1, 13), date(2025, 3, 14));
    for handover in &OF_P07 {
        let declined = handover.to == "p-11";
        let asked = if declined { "p-05" } else { handover.to };
        handover.start(tape, date(2025, 1, 20), asked, "planned");
        if declined {
            let by = [("by", json!(asked))];
            tape.tell(handover.step("handover.declined", date(2025, 1, 29), 14, &by).by(asked));
            let to = [("to", json!(handover.to))];
            tape.tell(handover.step("handover.successor_named", date(2025, 2, 3), 9, &to));
        }
        handover.finish(tape, book, &[handover.from, handover.to]);
    }
}

#[rustfmt::skip]
const OF_P05: [Handover; 4] = [
    Handover { id: "h-2025-11", account: "acct-halloway-snacks-benelux", from: "p-05", to: "p-12", introduced: date(2025, 12, 2), accepted: date(2025, 12, 15), transferred: date(2026, 1, 19) },
    Handover { id: "h-2025-12", account: "acct-vandermeule-chocolate", from: "p-05", to: "p-11", introduced: date(2025, 12, 4), accepted: date(2025, 12, 15), transferred: date(2026, 1, 21) },
    Handover { id: "h-2025-13", account: "acct-maasoever-dairy", from: "p-05", to: "p-11", introduced: date(2025, 12, 9), accepted: date(2025, 12, 16), transferred: date(2026, 1, 21) },
    Handover { id: "h-2025-14", account: "acct-polderhof-vegetables", from: "p-05", to: "p-04", introduced: date(2025, 12, 11), accepted: date(2026, 1, 7), transferred: date(2026, 1, 26) },
];

/// p-05 announces in November; one of the five accounts is lost before anybody could take it.
pub(super) fn second_leaver(tape: &mut Tape, book: &mut Book) {
    announce(tape, "p-05", date(2025, 11, 3), date(2026, 1, 30));
    let started = date(2025, 11, 10);
    for handover in &OF_P05 {
        handover.start(tape, started, handover.to, "planned");
        handover.finish(tape, book, &[handover.from, handover.to]);
    }
    let lost = Handover {
        id: "h-2025-15",
        account: "acct-duinzicht-biscuits",
        from: "p-05",
        to: "p-04",
        introduced: started,
        accepted: started,
        transferred: date(2026, 1, 26),
    };
    lost.start(tape, started, lost.to, "planned");
    tape.tell(lost.step("handover.cancelled", date(2025, 12, 9), 16, &[]));
}

/// The largest account of the one who left without notice.
pub(super) fn emergency(tape: &mut Tape, book: &mut Book) {
    let handover = Handover {
        id: "h-2024-01",
        account: "acct-calderwick-brewing",
        from: "p-06",
        to: "p-02",
        introduced: date(2024, 9, 19),
        accepted: date(2024, 9, 20),
        transferred: date(2024, 9, 23),
    };
    handover.start(tape, date(2024, 9, 10), handover.to, "emergency");
    handover.finish(tape, book, &[handover.to]);
}

/// The announcement, and the departure at the end of the last day.
fn announce(tape: &mut Tape, person: &str, on: Date, last_day: Date) {
    let payload = json!({"last_day": last_day.to_string(), "class": "planned"});
    tape.tell(staff(person, "person.departure_announced", at(on, 9, 0), payload));
    tape.tell(staff(person, "person.departed", at(last_day.saturating_add(1.days()), 0, 0), json!({})));
}
