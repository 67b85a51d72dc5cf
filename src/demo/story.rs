//! What happens to the firm as a whole: territories, a sudden departure, mistakes, closings and a merger.

use jiff::civil::{Date, date};
use serde_json::json;
use tenure_schemas::Instant;

use super::book::{Book, Why};
use super::firm::{ABSENCES, Absence, SUDDENLY_ILL, staff};
use super::tape::{Fact, Tape};
use super::{at, handovers};

const TERRITORY: Why = ("territory_change", "Kressnau belongs to the German-speaking territory from this year on.");
const WORKLOAD: Why = ("workload", "The account manager held more accounts than one can look after.");
const SUDDEN: Why = ("leaver", "The account manager left without notice for reasons of health.");
const FILLED: Why = ("leaver", "A successor is found after the sudden departure.");

/// Tells the story in the order of time; the book then knows who held what when.
pub(super) fn tell(tape: &mut Tape, book: &mut Book) {
    territories(tape, book);
    workload(tape, book);
    sudden_departure(tape, book);
    accounts(tape);
    handovers::leaver_in_good_time(tape, book);
    overlap(tape, book);
    later_moves(tape, book);
    handovers::second_leaver(tape, book);
    double_order(tape);
    forgotten_contact(tape);
    moved_issue(tape);
    for absence in &ABSENCES {
        away(tape, book, absence);
    }
}

/// An account moves in January, and the ledger learns of it three weeks later.
fn territories(tape: &mut Tape, book: &mut Book) {
    let moved = book.transfer("acct-kressnau-cosmetics", "p-04", morning(date(2024, 1, 15)), TERRITORY, None);
    tape.tell(moved.learned(morning(date(2024, 2, 7))));
}

/// Three accounts move to somebody new; for one of them the date turns out to be wrong.
fn workload(tape: &mut Tape, book: &mut Book) {
    let told = morning(date(2024, 3, 18));
    for account in ["acct-zellbach-cheese", "acct-rietgarten-tea"] {
        tape.tell(book.transfer(account, "p-11", told, WORKLOAD, None));
    }
    let account = "acct-grauwald-confectionery-austria";
    let wrong = tape.tell(book.transfer(account, "p-11", told, WORKLOAD, None));
    let really = morning(date(2024, 4, 1));
    let payload = json!({
        "target": wrong, "payload": {"from": "p-04", "to": "p-11", "role": "primary"}, "payload_schema": 1,
        "occurred_at": really,
    });
    let corrected = Fact::of(account, "event.corrected", at(date(2024, 5, 6), 9, 20), payload);
    let why = "The commission run showed that the account changed hands on 1 April, not on 18 March.";
    tape.tell(corrected.by("p-01").because("error_fixed", why));
    book.correct(account, told, really);
}

/// Who takes over after the sudden departure, and on which day; until then nobody holds the account.
const SUCCESSORS: [(&str, &str, Date); 9] = [
    ("acct-tidemarsh-beverages-uk", "p-02", date(2024, 9, 16)),
    ("acct-thornbeck-pharma", "p-02", date(2024, 9, 30)),
    ("acct-pennyhollow-preserves", "p-12", date(2024, 10, 15)),
    ("acct-halloway-snacks-ireland", "p-12", date(2024, 10, 16)),
    ("acct-halloway-snacks-leeds", "p-12", date(2024, 10, 16)),
    ("acct-halloway-snacks", "p-12", date(2024, 10, 21)),
    ("acct-ashenholt-household", "p-12", date(2024, 10, 22)),
    ("acct-merrivale-biscuits", "p-12", date(2024, 10, 28)),
    ("acct-strandhollow-fish", "p-12", date(2024, 11, 4)),
];

fn sudden_departure(tape: &mut Tape, book: &mut Book) {
    let last = date(2024, 9, 9);
    tape.tell(staff("p-06", "person.absence_started", at(SUDDENLY_ILL, 6, 0), json!({"incapacitated": true})));
    for (account, _, _) in SUCCESSORS {
        book.end(tape, account, "p-06", at(last, 15, 0), SUDDEN);
    }
    tape.tell(staff("p-06", "person.departed", at(last, 16, 0), json!({})));
    handovers::emergency(tape, book);
    for (account, successor, day) in SUCCESSORS {
        book.assign(tape, account, successor, morning(day), FILLED);
    }
    for account in ["acct-calderwick-brewing", "acct-thornbeck-pharma"] {
        let moved = book.transfer(account, "p-12", morning(date(2025, 1, 20)), WORKLOAD, None);
        tape.tell(moved);
    }
}

/// Closings, a reopening, a merger and changes of profile.
fn accounts(tape: &mut Tape) {
    let noon = |day| at(day, 12, 0);
    let facts = [
        ("acct-ostervik-paper", "account.closed", noon(date(2024, 6, 14)), json!({"reason": "ended"})),
        ("acct-tallgren-coffee", "account.renamed", noon(date(2024, 8, 26)), json!({"name": "Tallgren Coffee & Tea"})),
        (
            "acct-verdant-oat-drinks",
            "account.profile_changed",
            noon(date(2024, 11, 4)),
            json!({"changes": {"stage": "customer"}}),
        ),
        (
            "acct-costamora-sauces",
            "account.parent_set",
            noon(date(2024, 11, 18)),
            json!({"parent": "acct-valdelora-foods"}),
        ),
        ("acct-ostervik-paper", "account.reopened", morning(date(2025, 1, 27)), json!({})),
        (
            "acct-merrivale-biscuits",
            "account.closed",
            noon(date(2025, 4, 22)),
            json!({"reason": "lost", "lost_to": "Ostrava Verpak"}),
        ),
        (
            "acct-brightmere-bottling",
            "account.merged",
            morning(date(2025, 5, 12)),
            json!({"into": "acct-lakemere-foods-midwest"}),
        ),
        (
            "acct-duinzicht-biscuits",
            "account.closed",
            noon(date(2025, 12, 10)),
            json!({"reason": "lost", "lost_to": "Kaltenbrunn Packtechnik"}),
        ),
    ];
    for (account, kind, when, payload) in facts {
        tape.tell(Fact::of(account, kind, when, payload).by("p-01"));
    }
}

/// A successor is entered beside the leaver instead of in the leaver's place.
fn overlap(tape: &mut Tape, book: &mut Book) {
    let account = "acct-fjordline-seafood";
    let why = ("leaver", "Takes over from the account manager who leaves in March.");
    book.overlap(tape, account, "p-03", morning(date(2025, 2, 10)), why);
    let why = ("leaver", "The former account manager had not been taken off the account.");
    book.end(tape, account, "p-07", at(date(2025, 3, 5), 10, 0), why);
}

fn later_moves(tape: &mut Tape, book: &mut Book) {
    let asked = ("client_request", "The plant manager asked for somebody with experience in tenders.");
    let promoted = ("promotion", "The account manager leads the south from September on.");
    let segment = ("segment_change", "The account moves to the segment that is served with little effort.");
    let passing = [
        ("acct-lakemere-foods-texas", "p-02", date(2025, 6, 2), asked),
        ("acct-bodegas-torrezal", "p-11", date(2025, 9, 1), promoted),
        ("acct-costamora-sauces", "p-11", date(2025, 9, 1), promoted),
    ];
    for (account, to, day, why) in passing {
        let moved = book.transfer(account, to, morning(day), why, None);
        tape.tell(moved);
    }
    let changes = json!({"changes": {"title": "lead, south", "capacity": 8}});
    tape.tell(staff("p-08", "person.changed", at(date(2025, 9, 1), 6, 0), changes));
    for account in ["acct-pinemoor-coffee", "acct-prairiemont-flour"] {
        let day = date(2026, 2, 2);
        let tier = json!({
            "tier": "streamlined", "manage_as_key": false, "rationale": "Orders parts twice a year and wants no visits.",
        });
        let decided = Fact::of(account, "account.tier_decided", at(day, 7, 30), tier).by("p-01");
        tape.tell(decided.because("segment_change", "Yearly sorting of the portfolio."));
        let moved = book.transfer(account, "p-02", morning(day), segment, None);
        tape.tell(moved);
    }
    tape.tell(Fact::new(
        "catalogue/main",
        "offering.retired",
        at(date(2025, 12, 31), 17, 0),
        json!({
            "offering": "shrink-tunnel",
        }),
    ));
}

/// An order is entered twice, and one of the two is taken back.
fn double_order(tape: &mut Tape) {
    let account = "acct-hohenrain-pharma";
    let payload = json!({"order": "O-DOUBLE", "total": {"amount": "84500.00", "currency": "EUR"}, "sold_by": "p-04"});
    let placed = Fact::of(account, "order.placed", at(date(2025, 10, 7), 9, 41), payload).by_system("erp");
    let target = tape.tell(placed);
    let retracted = Fact::of(account, "event.retracted", at(date(2025, 10, 10), 8, 5), json!({"target": target}));
    tape.tell(retracted.by("p-04").because("error_fixed", "The order had been entered twice."));
}

/// A contact leaves the client and asks to be forgotten.
fn forgotten_contact(tape: &mut Tape) {
    let account = "acct-thornbeck-pharma";
    let added = json!({
        "contact": "c-90", "name": "Edmund Tarrowby", "roles": ["procurement"],
        "email": "e.tarrowby@thornbeck.example",
    });
    tape.tell(Fact::of(account, "contact.added", at(date(2023, 9, 11), 9, 0), added).by("p-06"));
    let left = json!({"contact": "c-90"});
    tape.tell(Fact::of(account, "contact.left", at(date(2024, 11, 29), 9, 0), left).by("p-02"));
    let erased = json!({"contact": "c-90", "legal_basis": "Request under Art. 17 GDPR, received by letter."});
    tape.tell(Fact::of(account, "contact.erased", at(date(2025, 1, 14), 9, 0), erased).by("p-01"));
}

/// An issue that the head office raised belongs to the plant, and goes on there.
fn moved_issue(tape: &mut Tape) {
    let (office, plant) = ("acct-halloway-snacks", "acct-halloway-snacks-leeds");
    let day = date(2025, 6, 3);
    let raised = json!({"issue": "ISS-M1", "type": "problem", "severity": "high", "subject": "Cartons jam after a format change"});
    let desk = |account, kind, when, payload| Fact::of(account, kind, when, payload).by_system("helpdesk");
    tape.tell(desk(office, "issue.raised", at(day, 8, 12), raised.clone()));
    let moved = tape.tell(desk(office, "issue.moved", at(day, 9, 2), json!({"issue": "ISS-M1", "to": plant})));
    tape.tell(desk(plant, "issue.raised", at(day, 9, 2), raised).caused_by(moved));
    let person = json!({"issue": "ISS-M1", "person": "p-10"});
    tape.tell(desk(plant, "issue.assigned", at(day, 9, 30), person));
    let cause = json!({"issue": "ISS-M1", "cause": "A worn guide rail."});
    tape.tell(desk(plant, "issue.resolved", at(date(2025, 6, 6), 13, 45), cause));
    tape.tell(desk(plant, "issue.closed", at(date(2025, 6, 10), 8, 0), json!({"issue": "ISS-M1", "satisfaction": 4})));
}

/// Somebody is away, and somebody stands in for every account that the one who is away holds.
fn away(tape: &mut Tape, book: &Book, absence: &Absence) {
    let (start, until, end) = (absence.starts(), absence.until(), absence.ends());
    let (owner, delegate) = (absence.person, absence.delegate);
    tape.tell(staff(owner, "person.absence_started", start, json!({"until": until})));
    for account in book.held_by(owner, start) {
        let payload = json!({"owner": owner, "delegate": delegate, "until": until});
        let covered = Fact::of(account, "coverage.started", start, payload).by("p-01");
        tape.tell(covered.because("absence", "Leave, agreed with the one who stands in."));
        if end < until {
            let payload = json!({"owner": owner, "delegate": delegate});
            let ended = Fact::of(account, "coverage.ended", end, payload).by("p-01");
            tape.tell(ended.because("absence", "Back before the announced day."));
        }
    }
    tape.tell(staff(owner, "person.absence_ended", end, json!({})));
}

fn morning(day: Date) -> Instant {
    at(day, 8, 0)
}
