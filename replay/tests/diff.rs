//! Differences: given two readings of an account, what changed, what was learned, and by which events.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use tenure_replay::account::Status;
use tenure_replay::audit::Standing;
use tenure_replay::diff::{Diff, Side, Sides, diff};
use tenure_replay::{AsOf, Directory as _, ownership};
use tenure_schemas::Event;

use crate::kit::histories::{ZONES, anything, cases, history, time};
use crate::kit::*;

/// How many events are known, and as of when.
type Point = (usize, AsOf);

fn between(events: &[Event], from: &Point, to: &Point) -> Diff {
    let known = |point: &Point| events[..point.0].to_vec();
    let (before, after) = (known(from), known(to));
    let (then, now) = (Firm::of(&before, &from.1), Firm::of(&after, &to.1));
    let (account, own) = (acme(), |events: &[Event]| -> Vec<Event> {
        events.iter().filter(|event| event.stream.as_str() == "account/acme").cloned().collect()
    });
    let (before, after) = (own(&before), own(&after));
    let (old, new) = (then.account(&account), now.account(&account));
    let first = Side { events: &before, as_of: &from.1, account: old.as_deref(), directory: &then };
    let second = Side { events: &after, as_of: &to.1, account: new.as_deref(), directory: &now };
    diff(&account, &first, &second)
}

fn fields(diff: &Diff) -> Vec<(&str, String, String, &[u64])> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    diff.fields.iter().map(|it| (it.field.as_str(), text(&it.from), text(&it.to), it.events.as_slice())).collect()
}

/// Ana, then Ben from March on; in April it is learned that it was Cy, and later that this was wrong.
fn story() -> Vec<Event> {
    vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        transferred(2, "2024-03-01", "ana", "ben"),
        corrected(3, 2, json!({"from": "ana", "to": "cy", "role": "primary"}), None),
        retracted(4, 3),
        ev(5, "2024-04-01", "account.renamed", json!({"name": "Acme SpA"})),
    ]
}

fn at(size: usize, time: &str) -> Point {
    (size, as_of(time))
}

#[test]
fn between_two_dates_is_what_happened_in_between() {
    let moved = between(&story(), &at(3, "2024-02-01"), &at(3, "2024-03-31"));
    let owners = |list: &[ownership::Owner]| -> Vec<String> {
        list.iter().map(|owner| format!("{} {}", owner.person, owner.event)).collect()
    };
    assert_eq!((owners(&moved.owners.from), owners(&moved.owners.to)), (vec!["ana 1".into()], vec!["ben 2".into()]));
    assert_eq!(moved.status, None, "it was owned and is");
    let [event] = moved.events.as_slice() else { panic!("{:?}", moved.events) };
    assert_eq!((event.position, event.from, event.to), (2, Some(Standing::Waiting), Some(Standing::Stands)));
    let told: BTreeSet<u64> = moved.fields.iter().flat_map(|field| field.events.clone()).collect();
    assert_eq!(told, BTreeSet::from([2]));
    let first = between(&story(), &at(6, "2023-12-31"), &at(6, "2024-04-01"));
    assert_eq!(first.status.map(|it| (it.from, it.to)), Some((Status::Unknown, Status::Owned)));
    assert!(fields(&first).contains(&("name", "null".into(), "Acme SpA".into(), &[0, 5])), "{:?}", fields(&first));
}

#[test]
fn between_two_sizes_is_what_was_learned() {
    let learned = between(&story(), &at(3, "2024-06-01"), &at(4, "2024-06-01"));
    let who = |list: &[ownership::Owner]| list[0].person.to_string();
    assert_eq!((who(&learned.owners.from), who(&learned.owners.to)), ("ben".into(), "cy".into()));
    let events: Vec<_> = learned.events.iter().map(|it| (it.position, it.from, it.to, it.by.clone())).collect();
    let stands = Some(Standing::Stands);
    assert_eq!(events, [(2, stands, Some(Standing::Corrected), vec![3]), (3, None, stands, vec![])]);
    assert!(
        learned.fields.iter().all(|field| field.events.contains(&3)),
        "the correction is why: {:?}",
        learned.fields
    );
    let back = between(&story(), &at(3, "2024-06-01"), &at(5, "2024-06-01"));
    assert!(back.owners.from.is_empty() && back.fields.is_empty(), "taken back, as if never said: {back:?}");
    assert_eq!(back.events.iter().map(|it| it.position).collect::<Vec<_>>(), [3, 4], "but it was said");
}

#[test]
fn what_is_moved_by_a_correction_cites_it_and_what_is_only_expected_is_not_told() {
    let mut events = story();
    events.truncate(3);
    let says = json!({"from": "ana", "to": "ben", "role": "primary"});
    events.push(corrected(3, 2, says, Some("2024-04-01")));
    events.push(ev(4, "2024-09-01", "account.renamed", json!({"name": "Later"})));
    let moved = between(&events, &at(3, "2024-03-15"), &at(5, "2024-03-15"));
    assert_eq!(fields(&moved), [("owners.primary.global", "[\"ben\"]".into(), "[\"ana\"]".into(), [2, 3].as_slice())]);
    let events: Vec<_> = moved.events.iter().map(|it| (it.position, it.to, it.by.clone())).collect();
    assert_eq!(events, [(2, Some(Standing::Waiting), vec![3]), (3, Some(Standing::Stands), vec![])]);
}

#[test]
fn a_time_that_ends_by_itself_is_a_difference_too() {
    let until = json!({"person": "ana", "role": "primary", "until": "2024-03-01T00:00:00Z"});
    let events = vec![opened(0, "2024-01-01"), ev(1, "2024-01-01", "ownership.assigned", until)];
    let ended = between(&events, &at(2, "2024-02-28"), &at(2, "2024-03-02"));
    assert_eq!(ended.status.map(|it| (it.from, it.to)), Some((Status::Owned, Status::Orphaned)));
    assert_eq!((ended.owners.from.len(), ended.owners.to.len(), ended.events.len()), (1, 0, 0));
}

fn point() -> impl Strategy<Value = (prop::sample::Index, AsOf)> {
    let moment = prop_oneof![
        time().prop_map(|time| as_of(&time.text())),
        (1u8..9, 0..ZONES.len()).prop_map(|(day, zone)| as_of(&format!("2024-01-{day:02}@{}", ZONES[zone]))),
    ];
    (any::<prop::sample::Index>(), moment)
}

fn turned(diff: Diff) -> Diff {
    let turn_fields = |mut field: tenure_replay::diff::FieldDiff| {
        std::mem::swap(&mut field.from, &mut field.to);
        field
    };
    let turn_events = |mut event: tenure_replay::diff::EventDiff| {
        std::mem::swap(&mut event.from, &mut event.to);
        event
    };
    Diff {
        status: diff.status.map(|it| tenure_replay::diff::Standings { from: it.to, to: it.from }),
        owners: Sides { from: diff.owners.to, to: diff.owners.from },
        fields: diff.fields.into_iter().map(turn_fields).collect(),
        findings: Sides { from: diff.findings.to, to: diff.findings.from },
        events: diff.events.into_iter().map(turn_events).collect(),
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_way_back_is_the_same_turned_round_and_nothing_differs_from_itself(
        events in history(anything(), time(), 20),
        first in point(),
        second in point(),
    ) {
        let known = |point: &(prop::sample::Index, AsOf)| (point.0.index(events.len() + 1), point.1.clone());
        let (one, other) = (known(&first), known(&second));
        prop_assert!(between(&events, &one, &one).is_empty());
        let there = between(&events, &one, &other);
        prop_assert_eq!(&turned(between(&events, &other, &one)), &there);
        for field in &there.fields {
            prop_assert!(!field.events.is_empty(), "{:?}", field);
        }
        let (before, after) = (Firm::of(&events[..one.0], &one.1), Firm::of(&events[..other.0], &other.1));
        let read = |firm: &Firm, point: &Point| {
            let account = firm.account(&acme());
            let name = account.as_ref().and_then(|account| account.profile().name.clone());
            let orders: Vec<_> = account.iter().flat_map(|it| it.orders()).map(|order| format!("{order:?}")).collect();
            (name, orders, account.map(|it| ownership::status(&it, firm, &point.1)))
        };
        let (was, is) = (read(&before, &one), read(&after, &other));
        let told = |name: &str| there.fields.iter().any(|field| field.field.starts_with(name));
        prop_assert_eq!(was.0 != is.0, told("name"));
        prop_assert_eq!(was.1 != is.1, told("orders."), "{:?}\n{:?}", was.1, is.1);
        prop_assert_eq!(was.2.unwrap_or(Status::Unknown) != is.2.unwrap_or(Status::Unknown), there.status.is_some());
    }
}
