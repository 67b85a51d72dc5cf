//! An account on one page: what comes first in each list, and what is left out.

use serde_json::{Value, json};
use tenure_replay::account::{Account, Status};
use tenure_replay::overview::{MAX_ENTRIES, Overview, overview};
use tenure_schemas::Event;

use crate::kit::*;

const DAY: &str = "2024-06-01";

/// The page as of the day; people and the account above are looked up among the same events.
fn page(events: &[Event]) -> Overview {
    let moment = as_of(DAY);
    let own: Vec<Event> = events.iter().filter(|event| event.stream.as_str() == "account/acme").cloned().collect();
    let account = Account::fold(acme(), &own, &moment);
    overview(&account, &Firm::of(events, &moment), &moment, &"UTC".parse().unwrap())
}

/// Parts of the page as JSON, by pointer.
#[track_caller]
fn check(events: &[Event], expected: &[(&str, Value)]) {
    let page = serde_json::to_value(page(events)).unwrap();
    for (pointer, value) in expected {
        assert_eq!(page.pointer(pointer), Some(value), "{pointer} of {page:#}");
    }
}

fn column(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_account_that_was_only_opened_has_an_empty_page() {
    let page = page(&[opened(0, "2024-01-01")]);
    assert_eq!(page.status, Status::Unassigned);
    assert_eq!(
        (page.counts, page.owners.len(), page.plan),
        (tenure_replay::overview::OverviewCounts::default(), 0, None)
    );
}

#[test]
fn owners_are_named_with_who_stands_in_and_who_is_gone() {
    let covered = json!({"owner": "ana", "delegate": "ben", "until": "2024-06-10T00:00:00Z"});
    check(
        &[
            joined("ana", 0, "2020-01-01"),
            joined("ben", 1, "2020-01-01"),
            opened(2, "2024-01-01"),
            assigned(3, "2024-01-02", "ana"),
            ev(4, "2024-05-30", "coverage.started", covered),
        ],
        &[
            ("/owners/0/person", json!("ana")),
            ("/owners/0/person_name", json!("ana")),
            ("/owners/0/is_employed", json!(true)),
            ("/owners/0/covered_by", json!("ben")),
            ("/owners/0/covered_until", json!("2024-06-10T00:00:00Z")),
        ],
    );
    let over = json!({"owner": "ana", "delegate": "ben", "until": "2024-05-31T00:00:00Z"});
    let page = page(&[
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-02", "ana"),
        ev(2, "2024-05-30", "coverage.started", over),
    ]);
    assert_eq!(page.owners[0].covered_by, None, "the coverage is over");
    let gone = [
        joined("ana", 0, "2020-01-01"),
        opened(1, "2024-01-01"),
        assigned(2, "2024-01-02", "ana"),
        departed("ana", 3, "2024-03-01"),
    ];
    check(&gone, &[("/owners/0/is_employed", json!(false)), ("/counts/findings", json!(1))]);
}

#[test]
fn an_orphan_says_since_when() {
    let events = [opened(0, "2024-01-01"), assigned(1, "2024-01-02", "ana"), ended(2, "2024-04-05", "ana")];
    check(&events, &[("/status", json!("orphaned")), ("/orphaned_since", json!("2024-04-05T00:00:00Z"))]);
}

#[test]
fn what_is_closed_says_since_when_while_it_is() {
    let events = [opened(0, "2024-01-01"), closed(1, "2024-04-05"), reopened(2, "2024-07-01")];
    check(&events, &[("/status", json!("closed")), ("/closure/from", json!("2024-04-05T00:00:00Z"))]);
    let open_again = [opened(0, "2024-01-01"), closed(1, "2024-04-05"), reopened(2, "2024-05-01")];
    assert_eq!(page(&open_again).closure, None);
}

#[test]
fn contacts_come_by_strength_without_those_who_left() {
    let talk = |position, time, contact: &str, channel: &str| {
        let says = json!({"channel": channel, "direction": "mutual", "persons": ["ana"], "contacts": [contact]});
        ev(position, time, "interaction.logged", says)
    };
    let events = [
        opened(0, "2024-01-01"),
        contact(1, "2024-01-02", "c1"),
        contact(2, "2024-01-02", "c2"),
        contact(3, "2024-01-02", "c3"),
        contact(4, "2024-01-02", "c4"),
        talk(5, "2024-02-01", "c2", "email"),
        talk(6, "2024-05-20", "c3", "face_to_face"),
        talk(7, "2024-05-21", "c4", "video"),
        ev(8, "2024-05-22", "contact.left", json!({"contact": "c4"})),
    ];
    let page = serde_json::to_value(page(&events)).unwrap();
    assert_eq!(column(&page["contacts"], "contact"), ["c3", "c2", "c1"]);
    assert_eq!(page["contacts"][0]["best_known_by"], "ana");
    assert_eq!(page["contacts"][2].get("last_touch_at"), None, "never in touch");
    // The e-mail was 121 days ago, which is too long.
    assert_eq!(column(&page["touches"], "channel"), ["video", "face_to_face"]);
    assert_eq!(page["last_interaction"]["event"], 7);
}

#[test]
fn what_is_late_or_due_next_comes_first() {
    let promised = |position, id: &str, due: Option<&str>| {
        let mut says = json!({"commitment": id, "by": "us", "text": "x"});
        if let Some(due) = due {
            says["due"] = json!(due);
        }
        ev(position, "2024-02-01", "commitment.made", says)
    };
    let issue = |position, id: &str, severity: &str| {
        ev(position, "2024-03-01", "issue.raised", json!({"issue": id, "severity": severity}))
    };
    let signed = |position, id: &str, to: &str| {
        let value = json!({"amount": "10", "currency": "EUR"});
        ev(
            position,
            "2024-01-05",
            "contract.signed",
            json!({"contract": id, "value": value, "from": "2024-01-05", "to": to}),
        )
    };
    let events = [
        opened(0, "2024-01-01"),
        promised(1, "open-ended", None),
        promised(2, "next-week", Some("2024-06-08")),
        promised(3, "late", Some("2024-05-22")),
        promised(4, "kept", Some("2024-05-01")),
        ev(5, "2024-04-30", "commitment.kept", json!({"commitment": "kept"})),
        issue(6, "low", "low"),
        issue(7, "critical", "critical"),
        ev(8, "2024-03-02", "issue.raised", json!({"issue": "unsaid"})),
        signed(9, "long", "2025-01-05"),
        signed(10, "short", "2024-07-05"),
        signed(11, "over", "2024-05-05"),
    ];
    let page = serde_json::to_value(page(&events)).unwrap();
    assert_eq!(column(&page["commitments"], "commitment"), ["late", "next-week", "open-ended"]);
    assert_eq!(page["commitments"][0]["days_late"], 10);
    assert_eq!(column(&page["issues"], "issue"), ["critical", "unsaid", "low"]);
    assert_eq!(column(&page["contracts"], "contract"), ["short", "long"]);
}

#[test]
fn years_are_the_last_three_and_never_mix_currencies() {
    let order = |position, time, id: &str, amount: &str, currency: &str| {
        let total = json!({"amount": amount, "currency": currency});
        ev(position, time, "order.placed", json!({"order": id, "total": total}))
    };
    let cost = json!({"category": "travel", "amount": {"amount": "3", "currency": "EUR"}});
    let events = [
        opened(0, "2020-01-01"),
        order(1, "2021-12-31", "o1", "1", "EUR"),
        order(2, "2022-01-01", "o2", "2", "EUR"),
        order(3, "2024-02-01", "o3", "4", "USD"),
        order(4, "2024-03-01", "o4", "8.5", "EUR"),
        ev(5, "2024-03-02", "cost.recorded", cost),
    ];
    let figures = |year: &str, currency: &str, ordered: &str, cost: &str| json!({"year": year, "currency": currency, "ordered": ordered, "cost": cost});
    let years =
        [figures("2024", "EUR", "8.5", "3"), figures("2024", "USD", "4", "0"), figures("2022", "EUR", "2", "0")];
    check(&events, &[("/years", json!(years))]);
}

#[test]
fn long_lists_are_cut_and_counted() {
    let note = |position: u64| {
        let time = format!("2024-02-{position:02}");
        ev(position, &time, "account.note_recorded", json!({"topic": "risk", "text": format!("n{position}")}))
    };
    let events: Vec<Event> = std::iter::once(opened(0, "2024-01-01")).chain((1..=15).map(note)).collect();
    let page = serde_json::to_value(page(&events)).unwrap();
    assert_eq!(page["notes"].as_array().unwrap().len(), MAX_ENTRIES);
    assert_eq!((&page["notes"][0]["text"], &page["counts"]["notes"]), (&json!("n15"), &json!(15)));
}
