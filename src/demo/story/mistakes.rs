//! What goes wrong in the keeping of the records, and how it is put right.

use jiff::civil::date;
use serde_json::json;
use tenure_schemas::Instant;

use super::{WORKLOAD, morning};
use crate::demo::at;
use crate::demo::book::Book;
use crate::demo::firm::NEVER_LISTED;
use crate::demo::tape::{Fact, Tape};

/// Those mistakes that nothing else rests on.
pub(super) fn tell(tape: &mut Tape) {
    double_order(tape);
    wrong_correction(tape);
    never_listed(tape);
    ended_by_another(tape);
    forgotten_contact(tape);
    moved_issue(tape);
}

/// Three accounts move to somebody new; for one of them the date turns out to be wrong.
pub(super) fn wrong_date(tape: &mut Tape, book: &mut Book<'_>) {
    let told = morning(date(2024, 3, 18));
    for account in ["acct-zellbach-cheese", "acct-hohenrain-pharma"] {
        tape.tell(book.transfer(account, "p-11", told, WORKLOAD, None));
    }
    let account = "acct-grauwald-confectionery-austria";
    let wrong = tape.tell(book.transfer(account, "p-11", told, WORKLOAD, None));
    let really = morning(date(2024, 4, 1));
    let payload = json!({
        "target": wrong, "payload": {"from": "p-04", "to": "p-11", "role": "primary"}, "payload_schema": 1,
        "occurred_at": really,
    });
    let corrected = Fact::of(account, "event.corrected", at(date(2024, 5, 6), 9, 20), payload).by("p-01").entered();
    let why = "The commission run showed that the account changed hands on 1 April, not on 18 March.";
    tape.tell(corrected.because("error_fixed", why));
    book.correct(account, told, really);
}

/// A successor is entered beside the leaver instead of in the leaver's place.
pub(super) fn overlap(tape: &mut Tape, book: &mut Book<'_>) {
    let account = "acct-fjordline-seafood";
    let why = ("leaver", "Takes over from the account manager who leaves in March.");
    book.overlap(tape, account, "p-03", morning(date(2025, 2, 10)), why);
    let why = ("leaver", "The former account manager had not been taken off the account.");
    book.end(tape, account, "p-07", at(date(2025, 3, 5), 10, 0), why);
}

/// An order is entered twice, and one of the two is taken back.
fn double_order(tape: &mut Tape) {
    let account = "acct-hohenrain-pharma";
    let payload = json!({"order": "O-DOUBLE", "total": {"amount": "84500.00", "currency": "EUR"}, "sold_by": "p-11"});
    let placed = Fact::of(account, "order.placed", at(date(2025, 10, 7), 9, 41), payload).by_system("erp");
    let target = tape.tell(placed);
    let retracted = Fact::of(account, "event.retracted", at(date(2025, 10, 10), 8, 5), json!({"target": target}));
    tape.tell(retracted.by("p-11").entered().because("error_fixed", "The order had been entered twice."));
}

/// Somebody takes a large order for a slip of the keyboard and corrects it, and has to take the correction back.
fn wrong_correction(tape: &mut Tape) {
    let account = "acct-cedarfork-cereal";
    let order = |amount: &str| json!({"order": "O-LINE-3", "total": {"amount": amount, "currency": "USD"}, "sold_by": "p-09", "channel": "direct"});
    let placed = Fact::of(account, "order.placed", at(date(2025, 5, 6), 14, 12), order("128000.00")).by_system("erp");
    let target = tape.tell(placed);
    let payload = json!({"target": target, "payload": order("12800.00"), "payload_schema": 1});
    let corrected = Fact::of(account, "event.corrected", at(date(2025, 5, 12), 10, 30), payload).by("p-17").entered();
    let target = tape.tell(corrected.because("error_fixed", "One nought too many for an order of spare parts."));
    let retracted = Fact::of(account, "event.retracted", at(date(2025, 5, 20), 8, 45), json!({"target": target}));
    let why = "The order is for a palletiser: 128,000 was right.";
    tape.tell(retracted.by("p-09").entered().because("error_fixed", why));
    tape.tell(fulfilled(account, "O-LINE-3", at(date(2025, 8, 19), 11, 0)));
}

fn fulfilled(account: &str, order: &str, when: Instant) -> Fact {
    Fact::of(account, "order.fulfilled", when, json!({"order": order, "on_time": true})).by_system("erp")
}

/// One order names something that was never in the catalogue.
fn never_listed(tape: &mut Tape) {
    let payload = json!({
        "order": "O-LOAN", "total": {"amount": "1900.00", "currency": "USD"}, "sold_by": "p-09",
        "lines": [{"offering": NEVER_LISTED, "quantity": "1", "unit_price": "1900.00", "category": "services"}],
    });
    let account = "acct-pinemoor-coffee";
    let placed = Fact::of(account, "order.placed", at(date(2025, 3, 18), 13, 5), payload);
    tape.tell(placed.by_system("erp").contradicting());
    tape.tell(fulfilled(account, "O-LOAN", at(date(2025, 3, 24), 9, 30)));
}

/// Somebody is taken off an account that somebody else held: nothing changes, and the contradiction stays visible.
fn ended_by_another(tape: &mut Tape) {
    let payload = json!({"person": "p-15", "role": "primary"});
    let ended = Fact::of("acct-cedarfork-cereal", "ownership.ended", morning(date(2025, 9, 22)), payload);
    let why = "Taken off by mistake; the account of the same number in the old system was meant.";
    tape.tell(ended.by("p-02").entered().because("error_fixed", why).contradicting());
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
    tape.tell(Fact::of(account, "contact.left", at(date(2024, 11, 29), 9, 0), left).by("p-04"));
    let erased = json!({"contact": "c-90", "legal_basis": "Request under Art. 17 GDPR, received by letter."});
    tape.tell(Fact::of(account, "contact.erased", at(date(2025, 1, 14), 9, 0), erased).by("p-01").entered());
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
    let thanked = json!({"issue": "ISS-M1", "text": "Their shift leader called to thank us."});
    tape.tell(desk(plant, "issue.noted", at(date(2025, 6, 10), 7, 30), thanked));
}
