//! The people who leave, and what becomes of their accounts.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::json;

use super::handovers::{Days, Handover};
use crate::demo::at;
use crate::demo::book::{Book, Why};
use crate::demo::clients::Client;
use crate::demo::dice::{Dice, weekday};
use crate::demo::firm::{after, staff};
use crate::demo::tape::Tape;

const LEAVER: Why = ("leaver", "The account manager leaves the firm.");
const POOL: Why = ("leaver", "The account manager leaves, and the pool serves the account until somebody is found.");
const FOUND: Why = ("leaver", "Nobody had been named when the account manager left.");
const CLOSED: Why = ("leaver", "The account is closed, and its account manager leaves.");

/// Somebody who leaves, and how their accounts find somebody else.
struct Leaver {
    person: &'static str,
    announced: Date,
    last_day: Date,
    class: &'static str,
    /// The days of a handover's steps after the announcement.
    steps: [i64; 6],
    /// Who takes over, in turn.
    successors: &'static [&'static str],
    /// How many accounts, the largest first, are handed over in a governed way.
    handovers: usize,
    /// How many of the others nobody holds for a while.
    orphans: usize,
    /// Which of the handovers the first one asked declines.
    declined: Option<usize>,
    /// Which of them is called off, and the account simply transferred.
    cancelled: Option<usize>,
}

const PLANNED: [i64; 6] = [4, 14, 24, 31, 45, 48];
const SHORT: [i64; 6] = [0, 2, 5, 6, 9, 11];
const POOLED: [i64; 6] = [1, 6, 9, 12, 16, 18];

#[rustfmt::skip]
const LEAVERS: [Leaver; 6] = [
    Leaver { person: "p-14", announced: date(2024, 4, 4), last_day: date(2024, 4, 19), class: "short_notice", steps: SHORT, successors: &["p-13", "p-15"], handovers: 5, orphans: 3, declined: None, cancelled: Some(4) },
    Leaver { person: "p-20", announced: date(2024, 9, 30), last_day: date(2024, 11, 29), class: "planned", steps: PLANNED, successors: &["p-19", "p-21"], handovers: 4, orphans: 2, declined: Some(1), cancelled: None },
    Leaver { person: "p-25", announced: date(2025, 4, 14), last_day: date(2025, 6, 13), class: "planned", steps: PLANNED, successors: &["p-30", "p-26", "p-24"], handovers: 5, orphans: 1, declined: Some(1), cancelled: None },
    Leaver { person: "p-16", announced: date(2025, 8, 28), last_day: date(2025, 9, 12), class: "short_notice", steps: SHORT, successors: &["p-28", "p-15"], handovers: 5, orphans: 3, declined: Some(3), cancelled: None },
    Leaver { person: "p-22", announced: date(2025, 10, 31), last_day: date(2025, 11, 21), class: "pooled", steps: POOLED, successors: &["p-23"], handovers: 5, orphans: 2, declined: None, cancelled: None },
    Leaver { person: "p-27", announced: date(2026, 2, 23), last_day: date(2026, 4, 24), class: "planned", steps: PLANNED, successors: &["p-30", "p-12", "p-26"], handovers: 3, orphans: 0, declined: None, cancelled: Some(2) },
];

/// Those of whom the story tells no more than that they leave.
pub(super) fn leave<'a>(tape: &mut Tape, book: &mut Book<'a>, clients: &'a [Client], dice: &mut Dice) {
    for leaver in &LEAVERS {
        announce(tape, leaver.person, leaver.class, leaver.announced, leaver.last_day);
        let (open, closed) = held(book, clients, leaver);
        for client in closed {
            book.end(tape, &client.id, leaver.person, at(leaver.last_day, 15, 0), CLOSED);
        }
        for (place, client) in open.into_iter().enumerate() {
            leaver.pass_on(tape, book, place, client, dice);
        }
    }
}

/// What somebody holds at the announcement, the largest first: what is open up to a month after the last day, and
/// what is closed by then.
fn held<'a>(book: &Book<'a>, clients: &'a [Client], leaver: &Leaver) -> (Vec<&'a Client>, Vec<&'a Client>) {
    let ids = book.held_by(leaver.person, at(leaver.announced, 6, 0));
    let mut held: Vec<_> = clients.iter().filter(|client| ids.contains(&client.id.as_str())).collect();
    held.sort_by_key(|client| client.size);
    held.into_iter().partition(|client| client.is_served(after(leaver.last_day)))
}

impl Leaver {
    fn pass_on<'a>(&self, tape: &mut Tape, book: &mut Book<'a>, place: usize, client: &'a Client, dice: &mut Dice) {
        let to = self.successors.iter().cycle().nth(place).copied().unwrap_or("p-01");
        if place < self.handovers {
            return self.hand_over(tape, book, place, client, to);
        }
        if place < self.handovers + self.orphans {
            book.end(tape, &client.id, self.person, at(self.last_day, 15, 0), LEAVER);
            let weeks = i64::from(dice.between(2, 8));
            let found = weekday(self.last_day.saturating_add(weeks.weeks()));
            if client.is_served(at(found, 6, 0)) {
                book.assign(tape, &client.id, to, at(found, 6, 0), FOUND);
            }
            return;
        }
        let days = i64::from(dice.between(1, 8));
        // At short notice not everything moves in time.
        let too_late = self.class == "short_notice" && place.is_multiple_of(3);
        let day = if too_late {
            self.last_day.saturating_add(days.days())
        } else {
            self.last_day.saturating_sub(days.days())
        };
        let day = weekday(day);
        tape.tell(book.transfer(&client.id, to, at(day, 6, 0), LEAVER, None));
    }

    fn hand_over<'a>(&self, tape: &mut Tape, book: &mut Book<'a>, place: usize, client: &'a Client, to: &'static str) {
        let handover = Handover {
            id: format!("h-{}-{}{}", self.last_day.year(), self.person.trim_start_matches("p-"), place + 1),
            account: &client.id,
            from: self.person,
            to,
            class: self.class,
            why: if self.class == "pooled" { POOL } else { LEAVER },
            days: Days::after(self.announced, self.steps),
        };
        if self.declined == Some(place) {
            let asked = self.successors.iter().cycle().nth(place + 1).copied().unwrap_or("p-01");
            handover.start(tape, asked);
            handover.decline(tape, asked);
        } else if place.is_multiple_of(2) {
            handover.start_open(tape);
        } else {
            handover.start(tape, to);
        }
        if self.cancelled != Some(place) {
            return handover.finish(tape, book);
        }
        handover.cancel(tape, handover.days.introduced);
        tape.tell(book.transfer(&client.id, to, at(handover.days.transferred, 6, 0), LEAVER, None));
    }
}

/// The announcement, and the departure at the end of the last day.
pub(super) fn announce(tape: &mut Tape, person: &str, class: &str, on: Date, last_day: Date) {
    let payload = json!({"last_day": last_day.to_string(), "class": class});
    tape.tell(staff(person, "person.departure_announced", at(on, 5, 0), payload));
    tape.tell(staff(person, "person.departed", after(last_day), json!({})));
}

/// An account that is handed over: its id, the account, who takes it, and the days of the last three steps.
type Passing = (&'static str, &'static str, &'static str, Date, Date, Date);

#[rustfmt::skip]
const OF_P07: [Passing; 5] = [
    ("h-2025-01", "acct-norden-dairy", "p-03", date(2025, 2, 4), date(2025, 2, 18), date(2025, 3, 10)),
    ("h-2025-02", "acct-norden-dairy-sweden", "p-03", date(2025, 2, 5), date(2025, 2, 18), date(2025, 3, 10)),
    ("h-2025-03", "acct-norden-dairy-malmo", "p-03", date(2025, 2, 12), date(2025, 2, 19), date(2025, 3, 10)),
    ("h-2025-04", "acct-skarholm-pharma", "p-04", date(2025, 2, 10), date(2025, 2, 24), date(2025, 3, 3)),
    ("h-2025-05", "acct-bjorkby-bakeries", "p-11", date(2025, 2, 20), date(2025, 2, 25), date(2025, 3, 6)),
];

#[rustfmt::skip]
const OF_P05: [Passing; 4] = [
    ("h-2025-11", "acct-halloway-snacks-benelux", "p-12", date(2025, 12, 2), date(2025, 12, 15), date(2026, 1, 19)),
    ("h-2025-12", "acct-vandermeule-chocolate", "p-11", date(2025, 12, 4), date(2025, 12, 15), date(2026, 1, 21)),
    ("h-2025-13", "acct-maasoever-dairy", "p-11", date(2025, 12, 9), date(2025, 12, 16), date(2026, 1, 21)),
    ("h-2025-14", "acct-polderhof-vegetables", "p-04", date(2025, 12, 11), date(2026, 1, 7), date(2026, 1, 26)),
];

fn passing(of: Passing, from: &'static str, started: Date) -> Handover<'static> {
    let (id, account, to, introduced, accepted, transferred) = of;
    let days = Days::known(started, introduced, accepted, transferred);
    Handover { id: id.to_owned(), account, from, to, class: "planned", why: LEAVER, days }
}

/// p-07 announces in January that 14 March is the last day; one of those asked declines.
pub(super) fn leaver_in_good_time(tape: &mut Tape, book: &mut Book<'_>) {
    announce(tape, "p-07", "planned", date(2025, 1, 13), date(2025, 3, 14));
    for of in OF_P07 {
        let handover = passing(of, "p-07", date(2025, 1, 20));
        if handover.to == "p-11" {
            handover.start(tape, "p-05");
            handover.decline(tape, "p-05");
        } else {
            handover.start(tape, handover.to);
        }
        handover.finish(tape, book);
    }
}

/// p-05 announces in November; one of the five accounts is lost before anybody could take it.
pub(super) fn second_leaver(tape: &mut Tape, book: &mut Book<'_>) {
    let (announced, last_day, started) = (date(2025, 11, 3), date(2026, 1, 30), date(2025, 11, 10));
    announce(tape, "p-05", "planned", announced, last_day);
    for of in OF_P05 {
        let handover = passing(of, "p-05", started);
        handover.start(tape, handover.to);
        handover.finish(tape, book);
    }
    let account = "acct-duinzicht-biscuits";
    let lost = passing(("h-2025-15", account, "p-04", started, started, date(2026, 1, 26)), "p-05", started);
    lost.start(tape, lost.to);
    lost.cancel(tape, date(2025, 12, 9));
    book.end(tape, account, "p-05", at(last_day, 15, 0), CLOSED);
}

/// The largest accounts of the one who left without notice: the transfer comes first, acceptance after.
pub(super) fn emergencies(tape: &mut Tape, book: &mut Book<'_>) {
    for (number, account, to, transferred) in [
        (1, "acct-calderwick-brewing", "p-01", date(2024, 9, 23)),
        (2, "acct-thornbeck-pharma", "p-04", date(2024, 9, 12)),
        (3, "acct-tidemarsh-beverages-uk", "p-04", date(2024, 9, 16)),
    ] {
        let days = Days {
            started: date(2024, 9, 10),
            briefed: transferred.saturating_add(1.days()),
            introduced: weekday(transferred.saturating_add(8.days())),
            accepted: weekday(transferred.saturating_add(9.days())),
            transferred,
            completed: weekday(transferred.saturating_add(15.days())),
        };
        let id = format!("h-2024-0{number}");
        let handover = Handover { id, account, from: "p-06", to, class: "emergency", why: super::SUDDEN, days };
        handover.start(tape, to);
        handover.finish_in_emergency(tape, book);
    }
}
