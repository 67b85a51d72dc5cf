//! What happens to the firm as a whole: territories, departures, newcomers, closings, mergers and mistakes.

mod accounts;
mod handovers;
mod leavers;
mod mistakes;

use jiff::civil::{Date, date};
use serde_json::json;
use tenure_schemas::Instant;

use super::at;
use super::book::{Book, Why};
use super::clients::{Client, Size};
use super::dice::Dice;
use super::firm::{Absence, SUDDENLY_ILL, absences, staff};
use super::tape::{Fact, Tape};

const TERRITORY: Why = ("territory_change", "The account belongs to another territory from this day on.");
const WORKLOAD: Why = ("workload", "The account manager held more accounts than one can look after.");
const SUDDEN: Why = ("leaver", "The account manager left without notice for reasons of health.");
const FILLED: Why = ("leaver", "A successor is found after the sudden departure.");

/// Tells the story in the order of time, as far as one thing rests on another; the book then knows who held what when.
pub(super) fn tell<'a>(tape: &mut Tape, book: &mut Book<'a>, clients: &'a [Client], mut dice: Dice) {
    territories(tape, book);
    mistakes::wrong_date(tape, book);
    sudden_departure(tape, book);
    leavers::leaver_in_good_time(tape, book);
    mistakes::overlap(tape, book);
    later_moves(tape, book);
    leavers::second_leaver(tape, book);
    leavers::leave(tape, book, clients, &mut dice);
    newcomers(tape, book, clients);
    accounts::tell(tape, clients);
    mistakes::tell(tape);
    for absence in &absences() {
        away(tape, book, clients, absence);
    }
}

/// Accounts move to other territories, and the ledger learns of it weeks later.
fn territories(tape: &mut Tape, book: &mut Book<'_>) {
    for (account, to, day, learned) in [
        ("acct-kressnau-cosmetics", "p-04", date(2024, 1, 15), date(2024, 2, 7)),
        ("acct-isvik-frozen", "p-07", date(2024, 3, 4), date(2024, 3, 25)),
        ("acct-rietgarten-tea", "p-26", date(2024, 7, 1), date(2024, 9, 2)),
        ("acct-redspruce-pet-nutrition", "p-02", date(2025, 1, 13), date(2025, 2, 18)),
        ("acct-granja-neverra", "p-26", date(2025, 10, 6), date(2025, 11, 17)),
    ] {
        tape.tell(book.transfer(account, to, morning(day), TERRITORY, None).learned(morning(learned)));
    }
    // When p-07 leaves, the account goes back where it came from.
    tape.tell(book.transfer("acct-isvik-frozen", "p-03", morning(date(2025, 3, 3)), TERRITORY, None));
}

/// Who takes over after the sudden departure, and on which day; until then nobody holds the account.
const SUCCESSORS: [(&str, &str, Date); 7] = [
    ("acct-pennyhollow-preserves", "p-12", date(2024, 10, 15)),
    ("acct-halloway-snacks-ireland", "p-12", date(2024, 10, 16)),
    ("acct-halloway-snacks-leeds", "p-12", date(2024, 10, 16)),
    ("acct-halloway-snacks", "p-12", date(2024, 10, 21)),
    ("acct-ashenholt-household", "p-12", date(2024, 10, 22)),
    ("acct-merrivale-biscuits", "p-12", date(2024, 10, 28)),
    ("acct-strandhollow-fish", "p-12", date(2024, 11, 4)),
];

fn sudden_departure(tape: &mut Tape, book: &mut Book<'_>) {
    let last = date(2024, 9, 9);
    tape.tell(staff("p-06", "person.absence_started", at(SUDDENLY_ILL, 6, 0), json!({"incapacitated": true})));
    for (account, _, _) in SUCCESSORS {
        book.end(tape, account, "p-06", at(last, 15, 0), SUDDEN);
    }
    tape.tell(staff("p-06", "person.departed", at(last, 16, 0), json!({})));
    leavers::emergencies(tape, book);
    for (account, successor, day) in SUCCESSORS {
        book.assign(tape, account, successor, morning(day), FILLED);
    }
    for account in ["acct-calderwick-brewing", "acct-thornbeck-pharma"] {
        tape.tell(book.transfer(account, "p-12", morning(date(2025, 1, 20)), WORKLOAD, None));
    }
}

fn later_moves(tape: &mut Tape, book: &mut Book<'_>) {
    let asked = ("client_request", "The plant manager asked for somebody with experience in tenders.");
    let promoted = ("promotion", "The account manager leads the south from September on.");
    let segment = ("segment_change", "The account moves to the segment that is served with little effort.");
    for (account, to, day, why) in [
        ("acct-lakemere-foods-texas", "p-02", date(2025, 6, 2), asked),
        ("acct-bodegas-torrezal", "p-11", date(2025, 9, 1), promoted),
        ("acct-costamora-sauces", "p-11", date(2025, 9, 1), promoted),
        ("acct-pinemoor-coffee", "p-02", date(2026, 2, 2), segment),
        ("acct-prairiemont-flour", "p-02", date(2026, 2, 2), segment),
    ] {
        tape.tell(book.transfer(account, to, morning(day), why, None));
    }
    let changes = json!({"changes": {"title": "lead, south", "capacity": 16}});
    tape.tell(staff("p-08", "person.changed", at(date(2025, 9, 1), 5, 0), changes));
}

/// Newcomers take smaller accounts from those who hold many, and somebody is found for what the pool had served.
fn newcomers<'a>(tape: &mut Tape, book: &mut Book<'a>, clients: &'a [Client]) {
    let found = ("absence", "The pool hands the account to an account manager of its own.");
    for (from, to, day, count, why) in [
        ("p-13", "p-28", date(2024, 8, 5), 4, WORKLOAD),
        ("p-15", "p-28", date(2024, 8, 5), 4, WORKLOAD),
        ("p-19", "p-29", date(2025, 2, 3), 3, WORKLOAD),
        ("p-21", "p-29", date(2025, 2, 3), 3, WORKLOAD),
        ("p-24", "p-30", date(2025, 7, 28), 3, WORKLOAD),
        ("p-26", "p-30", date(2025, 7, 28), 3, WORKLOAD),
        ("p-23", "p-29", date(2026, 2, 9), 8, found),
        ("p-23", "p-18", date(2026, 2, 16), usize::MAX, found),
    ] {
        for client in smaller(book, clients, from, morning(day), count) {
            tape.tell(book.transfer(&client.id, to, morning(day), why, None));
        }
    }
}

/// Up to `count` accounts of a person that are served, and small where the person is not the pool.
fn smaller<'a>(book: &Book<'a>, clients: &'a [Client], person: &str, at: Instant, count: usize) -> Vec<&'a Client> {
    let held = book.held_by(person, at);
    let passes_on = |client: &&Client| {
        let small = client.size > Size::Developing || person == "p-23";
        small && held.contains(&client.id.as_str()) && client.is_served(at)
    };
    clients.iter().filter(passes_on).take(count).collect()
}

/// Somebody is away, and somebody stands in for every account that the one who is away holds.
fn away(tape: &mut Tape, book: &Book<'_>, clients: &[Client], absence: &Absence) {
    let (start, until, end) = (absence.starts(), absence.until(), absence.ends());
    let (owner, delegate) = (absence.person, absence.delegate);
    tape.tell(staff(owner, "person.absence_started", start, json!({"until": until})));
    let held = book.held_by(owner, start);
    for client in clients.iter().filter(|client| held.contains(&client.id.as_str()) && client.is_served(end)) {
        let payload = json!({"owner": owner, "delegate": delegate, "until": until});
        let covered = Fact::of(&client.id, "coverage.started", start, payload).by(owner).entered();
        tape.tell(covered.because("absence", "Leave, agreed with the one who stands in."));
        if end < until {
            let payload = json!({"owner": owner, "delegate": delegate});
            let ended = Fact::of(&client.id, "coverage.ended", end, payload).by(owner).entered();
            tape.tell(ended.because("absence", "Back before the announced day."));
        }
    }
    tape.tell(staff(owner, "person.absence_ended", end, json!({})));
}

fn morning(day: Date) -> Instant {
    at(day, 6, 0)
}
