//! Accounts that were merged: what the survivor's lists and figures are made from, and merges that lead in circles.

use serde_json::{Value, json};
use tenure_replay::merges::{Accounts, Whole, merged_into};
use tenure_replay::relationships::{By, relations};
use tenure_replay::spend::{Grain, spend};
use tenure_replay::{Directory, cycles, offerings, overview, ownership};
use tenure_schemas::{Event, Zone};

use crate::kit::*;

fn at(id: &str, position: u64, time: &str, kind: &str, says: Value) -> Event {
    on(&format!("account/{id}"), position, time, kind, says)
}

fn merge(id: &str, position: u64, time: &str, into: &str) -> Event {
    at(id, position, time, "account.merged", json!({"into": into}))
}

fn reverted(id: &str, position: u64, time: &str) -> Event {
    at(id, position, time, "account.merge_reverted", json!({}))
}

/// `a`, `b` and `c`, opened on the first day of 2024.
fn three() -> Vec<Event> {
    let open = |(id, position): (&str, u64)| at(id, position, "2024-01-01", "account.opened", json!({"name": id}));
    [("a", 0), ("b", 1), ("c", 2)].map(open).to_vec()
}

fn with(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    three().into_iter().chain(events).collect()
}

fn whole(events: &[Event], id: &str, time: &str) -> Whole {
    let firm = Firm::of(events, &as_of(time));
    Whole::of(firm.account(&account_id(id)).unwrap(), &firm)
}

fn merged(events: &[Event], id: &str, time: &str) -> String {
    let firm = Firm::of(events, &as_of(time));
    let ids = merged_into(&account_id(id), &firm).into_iter().map(|account| account.account().to_string());
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn who_is_merged_into_whom_at_a_moment() {
    let chain = with([merge("a", 3, "2024-02-01", "b"), merge("b", 4, "2024-03-01", "c")]);
    let undone = with([merge("a", 3, "2024-02-01", "b"), reverted("a", 4, "2024-03-01T12:00:00Z")]);
    let moved =
        with([merge("a", 3, "2024-02-01", "b"), reverted("a", 4, "2024-03-01"), merge("a", 5, "2024-04-01", "c")]);
    let retracted =
        with([merge("a", 3, "2024-02-01", "b"), at("a", 4, "2024-03-01", "event.retracted", json!({"target": id(3)}))]);
    for (case, events, asked, of, expected) in [
        ("before", &chain, "2024-01-31", "b", ""),
        ("from the day on", &chain, "2024-02-01", "b", "a"),
        ("a chain leads to its end", &chain, "2024-03-01", "c", "a b"),
        ("and what is in its middle keeps its own", &chain, "2024-03-01", "b", "a"),
        ("not the other way round", &chain, "2024-03-01", "a", ""),
        ("before the reversal", &undone, "2024-03-01T11:59:59Z", "b", "a"),
        ("from the reversal on", &undone, "2024-03-01T12:00:00Z", "b", ""),
        ("where it was first", &moved, "2024-05-01", "b", ""),
        ("where it is now", &moved, "2024-05-01", "c", "a"),
        ("what was never said", &retracted, "2024-05-01", "b", ""),
    ] {
        assert_eq!(merged(events, of, asked), expected, "{case}");
    }
}

#[test]
fn merges_of_the_past_that_lead_in_a_circle_come_to_an_end() {
    let circle = with([merge("a", 3, "2024-02-01", "b"), merge("b", 4, "2024-03-01", "a")]);
    assert_eq!((merged(&circle, "a", "2024-04-01"), merged(&circle, "b", "2024-04-01")), ("b".into(), "a".into()));
}

/// Whether the last of the events would make merges lead in a circle, whatever the others were.
fn is_circle(events: &[Event]) -> bool {
    let newest = events.last().unwrap();
    let account = newest.stream.account_id().unwrap();
    let firm = Firm::of(&events[..events.len() - 1], &as_of("2100-01-01T00:00:00Z"));
    let own: Vec<Event> = events.iter().filter(|event| event.stream == newest.stream).cloned().collect();
    cycles::merge_cycle(&account, &own, &firm).is_some()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of histories, one case after the other")]
fn a_circle_of_merges_is_found_whichever_event_closes_it() {
    let correct = |id_: &str, position, target, into: &str, time: Option<&str>| {
        let mut says = json!({"target": id(target), "payload": {"into": into}, "payload_schema": 1});
        if let Some(time) = time {
            says["occurred_at"] = json!(time);
        }
        at(id_, position, "2024-09-01", "event.corrected", says)
    };
    let retract =
        |id_: &str, position, target| at(id_, position, "2024-09-01", "event.retracted", json!({"target": id(target)}));
    let closed = |id_: &str, position, time| at(id_, position, time, "account.closed", json!({"reason": "other"}));
    let reopened = |id_: &str, position, time| at(id_, position, time, "account.reopened", json!({}));
    let ab = || merge("a", 3, "2024-02-01", "b");
    for (case, expected, events) in [
        ("into itself", true, vec![merge("a", 3, "2024-02-01", "a")]),
        ("back", true, vec![ab(), merge("b", 4, "2024-03-01", "a")]),
        ("back before the other came", true, vec![ab(), merge("b", 4, "2024-01-15", "a")]),
        ("back through a third", true, vec![ab(), merge("b", 4, "2024-03-01", "c"), merge("c", 5, "2024-04-01", "a")]),
        ("on to a third", false, vec![ab(), merge("b", 4, "2024-03-01", "c")]),
        (
            "back after the reversal",
            false,
            vec![ab(), reverted("a", 4, "2024-03-01"), merge("b", 5, "2024-03-01", "a")],
        ),
        ("back before it", true, vec![ab(), reverted("a", 4, "2024-03-01"), merge("b", 5, "2024-02-20", "a")]),
        (
            "a correction of the target",
            true,
            vec![ab(), merge("b", 4, "2024-03-01", "c"), correct("b", 5, 4, "a", None)],
        ),
        (
            "a correction of the date",
            true,
            vec![
                ab(),
                reverted("a", 4, "2024-03-01"),
                merge("b", 5, "2024-04-01", "a"),
                correct("b", 6, 5, "a", Some("2024-02-10T00:00:00Z")),
            ],
        ),
        (
            "a correction undone",
            true,
            vec![
                merge("b", 3, "2024-03-01", "a"),
                correct("b", 4, 3, "c", None),
                merge("a", 5, "2024-04-01", "b"),
                retract("b", 6, 4),
            ],
        ),
        (
            "a reversal retracted",
            true,
            vec![ab(), reverted("a", 4, "2024-03-01"), merge("b", 5, "2024-04-01", "a"), retract("a", 6, 4)],
        ),
        (
            "a closing retracted that had kept a merge from counting",
            true,
            vec![
                closed("b", 3, "2024-01-05"),
                merge("b", 4, "2024-03-01", "a"),
                merge("a", 5, "2024-04-01", "b"),
                retract("b", 6, 3),
            ],
        ),
        (
            "a reopening told late",
            true,
            vec![
                closed("b", 3, "2024-01-05"),
                merge("b", 4, "2024-03-01", "a"),
                merge("a", 5, "2024-04-01", "b"),
                reopened("b", 6, "2024-02-01"),
            ],
        ),
        (
            "what takes a circle of the past back",
            false,
            vec![ab(), merge("b", 4, "2024-03-01", "a"), retract("b", 5, 4)],
        ),
        (
            "what has nothing to do with a circle of the past",
            false,
            vec![ab(), merge("b", 4, "2024-03-01", "a"), reverted("a", 5, "2024-05-01")],
        ),
    ] {
        assert_eq!(is_circle(&with(events)), expected, "{case}");
    }
}

fn eur(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

fn talk(id: &str, position: u64, person: &str) -> Event {
    let says = json!({"channel": "video", "direction": "mutual", "persons": [person], "contacts": ["c1"]});
    at(id, position, "2024-06-01", "interaction.logged", says)
}

/// `a` is merged into `b`; both have an order `o1`, a contact `c1` and a touch with it, and `a` an open promise.
fn told() -> Vec<Event> {
    let order = |id: &str, position, total: &str| {
        let line = json!({"offering": format!("of-{id}"), "quantity": "1", "unit_price": total});
        at(id, position, "2024-01-10", "order.placed", json!({"order": "o1", "total": eur(total), "lines": [line]}))
    };
    let contact =
        |id: &str, position| at(id, position, "2024-01-05", "contact.added", json!({"contact": "c1", "name": id}));
    with([
        order("a", 3, "40"),
        order("b", 4, "2.50"),
        contact("a", 5),
        contact("b", 6),
        talk("a", 7, "ana"),
        talk("b", 8, "ana"),
        talk("b", 9, "ben"),
        at("a", 10, "2024-01-10", "commitment.made", json!({"commitment": "m1", "by": "us", "text": "call"})),
        at("a", 11, "2024-01-01", "ownership.assigned", json!({"person": "ana", "role": "primary"})),
        merge("a", 12, "2024-03-01", "b"),
    ])
}

const DAY: &str = "2024-06-01";

#[test]
fn figures_of_the_survivor_include_the_merged_and_name_it() {
    let (events, zone) = (told(), Zone::utc());
    let figures = |time: &str| -> Vec<_> {
        let rows = spend(&whole(&events, "b", time), Grain::Year, &zone).into_iter();
        rows.map(|row| (row.amount.to_string(), row.count, row.merged_from)).collect()
    };
    assert_eq!(figures("2024-02-28"), [("2.50".to_owned(), 1, vec![])]);
    assert_eq!(figures(DAY), [("42.50".to_owned(), 2, vec![account_id("a")])]);
    let uses = offerings::uses(&whole(&events, "b", DAY), &catalogue(&[], &as_of(DAY)));
    let uses: Vec<_> = uses.iter().map(|used| (used.offering.as_str(), used.merged_from.len())).collect();
    assert_eq!(uses, [("of-a", 1), ("of-b", 0)]);
}

#[test]
fn contacts_are_of_one_account_and_our_people_of_all() {
    let events = told();
    let firm = Firm::of(&events, &as_of(DAY));
    let lines = |by: By| -> Vec<String> {
        let found = relations(&whole(&events, "b", DAY), &firm, &as_of(DAY), &Zone::utc(), by).into_iter();
        let line = |r: tenure_replay::relationships::Relation| {
            let (person, contact) = (r.person.map(|p| p.to_string()), r.contact_name.map(|c| c.to_string()));
            let who = [person, contact].into_iter().flatten().collect::<Vec<_>>().join(" ");
            format!("{} {who} {} {}", r.account, r.strength, r.merged_from.len())
        };
        found.map(line).collect()
    };
    assert_eq!(lines(By::Contact), ["b b 2000 0", "a a 1000 0"]);
    assert_eq!(lines(By::Person), ["b ana 2000 1", "b ben 1000 0"]);
    assert_eq!(lines(By::Pair), ["a ana a 1000 0", "b ana b 1000 0", "b ben b 1000 0"]);
}

#[test]
fn the_page_of_the_survivor_says_what_is_the_merged_accounts_and_lanes_stay_apart() {
    let events = told();
    let firm = Firm::of(&events, &as_of(DAY));
    let page = |id: &str| {
        let page = overview::overview(&whole(&events, id, DAY), &firm, &as_of(DAY), &Zone::utc());
        serde_json::to_value(page).unwrap()
    };
    let survivor = page("b");
    assert_eq!(survivor["merged_from"], json!(["a"]));
    assert_eq!(
        (&survivor["commitments"][0]["account"], &survivor["commitments"][0]["text"]),
        (&json!("a"), &json!("call"))
    );
    assert_eq!((&survivor["counts"]["contacts"], &survivor["touches"][0]["touches"]), (&json!(2), &json!(3)));
    assert_eq!(survivor["contacts"][0].get("account"), None, "its own");
    assert_eq!((&survivor["owners"], &survivor["status"]), (&json!([]), &json!("unassigned")));
    let own = page("a");
    assert_eq!((&own["status"], &own["closure"]["merged_into"]), (&json!("merged"), &json!("b")));
    assert_eq!((&own["commitments"][0]["text"], &own["counts"]["contacts"]), (&json!("call"), &json!(1)));
    let a = firm.account(&account_id("a")).unwrap();
    assert_eq!(ownership::owners(&a, &firm, &as_of(DAY)), []);
    assert_eq!(whole(&events, "a", DAY).merged_ids(), []);
}
