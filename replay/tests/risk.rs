//! Key-person risk: who carries an account, on how few it hangs, and how urgent that is.

use serde_json::{Value, json};
use tenure_replay::risk::{Risk, RiskLevel, Side, Thread, risk};
use tenure_schemas::{Event, Zone};

use crate::kit::*;

const ASKED: &str = "2024-06-30";

/// A mutual video call today, which weighs 1 and splits over its pairs.
#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn call(position: u64, persons: Value, contacts: Value) -> Event {
    let says = json!({"channel": "video", "direction": "mutual", "persons": persons, "contacts": contacts});
    ev(position, ASKED, "interaction.logged", says)
}

fn of(events: &[Event], time: &str) -> Risk {
    let as_of = as_of(time);
    let firm = Firm::of(events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    risk(&account, &firm, &as_of, &Zone::utc())
}

fn base() -> Vec<Event> {
    vec![opened(0, "2024-01-01"), contact(1, "2024-01-01", "c1"), contact(2, "2024-01-01", "c2")]
}

fn with(more: impl IntoIterator<Item = Event>) -> Vec<Event> {
    base().into_iter().chain(more).collect()
}

#[test]
fn bus_factors_shares_and_numbers_of_both_sides() {
    // Ana 3 of 6, Ben 2, Cy 1: half is not more than half. The contacts have 3.5 and 2.5.
    let events = with([
        call(3, json!(["ana"]), json!(["c1"])),
        call(4, json!(["ana"]), json!(["c1"])),
        call(5, json!(["ana"]), json!(["c1", "c2"])),
        call(6, json!(["ben"]), json!(["c1"])),
        call(7, json!(["ben"]), json!(["c2"])),
        call(8, json!(["cy"]), json!(["c2"])),
    ]);
    let risk = of(&events, ASKED);
    assert_eq!((risk.strength, risk.lost, risk.depends_on.unwrap().as_str()), (6_000, 0, "ana"));
    // exp(-(1/2 ln 1/2 + 1/3 ln 1/3 + 1/6 ln 1/6)) = 2.749; exp of 7/12 and 5/12: 1.972.
    let (ours, theirs) = (risk.internal.unwrap(), risk.client.unwrap());
    assert_eq!(ours, Side { count: 3, effective: 2_749, bus_factor: 2, largest_share: 50_000 });
    assert_eq!(theirs, Side { count: 2, effective: 1_972, bus_factor: 1, largest_share: 58_333 });
    assert_eq!((risk.level, risk.is_single_threaded, risk.because), (RiskLevel::None, false, vec![]));
}

#[test]
fn an_account_hangs_on_one_where_few_carry_it_or_one_has_most() {
    use Thread::{FewContacts, FewPersons, OneContact, OnePerson};
    let times = |number: u64, from: u64, persons: &str, contacts: &str| -> Vec<Event> {
        (from..from + number).map(|at| call(at, json!([persons]), json!([contacts]))).collect()
    };
    for (name, more, because) in [
        ("one of each", times(1, 3, "ana", "c1"), vec![FewPersons, FewContacts, OnePerson, OneContact]),
        (
            "two persons, one contact",
            [times(1, 3, "ana", "c1"), times(1, 4, "ben", "c1")].concat(),
            vec![FewContacts, OneContact],
        ),
        ("two and two", [times(1, 3, "ana", "c1"), times(1, 4, "ben", "c2")].concat(), vec![]),
        // Four fifths: exactly 80 %, and 1.649 would be enough by number.
        ("four of five", [times(4, 3, "ana", "c1"), times(1, 9, "ben", "c2")].concat(), vec![OnePerson, OneContact]),
        ("seven of nine", [times(7, 3, "ana", "c1"), times(2, 10, "ben", "c2")].concat(), vec![]),
    ] {
        let risk = of(&with(more), ASKED);
        assert_eq!(risk.because, because, "{name}");
        assert_eq!(risk.is_single_threaded, !risk.because.is_empty(), "{name}");
    }
}

#[test]
fn it_is_urgent_before_a_contract_ends_and_for_key_accounts() {
    let contract = |days: i64, more: Value| {
        let end = jiff::civil::date(2024, 6, 30) + jiff::Span::new().days(days);
        let value = json!({"amount": "1", "currency": "EUR"});
        let mut says = json!({"contract": "k1", "value": value, "from": "2024-01-01", "to": end.to_string()});
        says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ev(9, "2024-01-01", "contract.signed", says)
    };
    let key =
        ev(9, "2024-01-01", "account.tier_decided", json!({"tier": "key", "manage_as_key": true, "rationale": "-"}));
    let lonely = || call(3, json!(["ana"]), json!(["c1"]));
    for (name, more, level) in [
        ("nothing else", vec![lonely()], RiskLevel::Low),
        ("in 90 days", vec![lonely(), contract(90, json!({}))], RiskLevel::Red),
        ("in 91 days", vec![lonely(), contract(91, json!({}))], RiskLevel::Amber),
        ("in 180 days", vec![lonely(), contract(180, json!({}))], RiskLevel::Amber),
        ("in 181 days", vec![lonely(), contract(181, json!({}))], RiskLevel::Low),
        ("renews itself in 30 days", vec![lonely(), contract(30, json!({"auto_renew": true}))], RiskLevel::Red),
        ("over", vec![lonely(), contract(0, json!({}))], RiskLevel::Low),
        ("a key account", vec![lonely(), key.clone()], RiskLevel::Red),
        ("a key account that two carry", vec![lonely(), call(4, json!(["ben"]), json!(["c2"])), key], RiskLevel::None),
    ] {
        assert_eq!(of(&with(more), ASKED).level, level, "{name}");
    }
}

#[test]
fn who_is_gone_carries_nothing() {
    let mut events = with([
        call(3, json!(["ana"]), json!(["c1"])),
        call(4, json!(["ben"]), json!(["c1"])),
        call(5, json!(["ben"]), json!(["c2"])),
    ]);
    events.extend([joined("ana", 6, "2020-01-01"), departed("ana", 7, "2024-06-30T09:00:00Z")]);
    let risk = of(&events, ASKED);
    assert_eq!((risk.strength, risk.lost, risk.depends_on.as_ref().unwrap().as_str()), (2_000, 1_000, "ben"));
    assert_eq!(risk.internal.unwrap().largest_share, 100_000);
    // Before she departed, and with a contact less.
    assert_eq!(of(&events, "2024-06-30T08:00:00Z").lost, 0);
    events.push(ev(8, "2024-06-30", "contact.left", json!({"contact": "c2"})));
    let risk = of(&events, ASKED);
    assert_eq!((risk.strength, risk.lost), (1_000, 2_000));
}

#[test]
fn without_any_strength_there_are_no_figures() {
    for events in [vec![opened(0, "2024-01-01")], with([]), with([call(3, json!(["ana"]), json!([]))])] {
        let risk = of(&events, ASKED);
        assert_eq!((risk.level, risk.strength, risk.internal, risk.client), (RiskLevel::None, 0, None, None));
        assert_eq!(risk.depends_on, None);
    }
}
