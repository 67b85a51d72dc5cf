//! The graph of persons and contacts: strengths worked out by hand, splits, shares, days.

use serde_json::{Value, json};
use tenure_replay::relationships::{By, Relation, relations};
use tenure_schemas::{Event, Zone};

use crate::interactions::logged;
use crate::kit::*;

fn graph(events: &[Event], time: &str, by: By) -> Vec<Relation> {
    let as_of = as_of(time);
    let zone: Zone = time.split_once('@').map_or("UTC", |(_, zone)| zone).parse().unwrap();
    let firm = Firm::of(events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    relations(&account, &firm, &as_of, &zone, by)
}

/// `person contact strength share touches` of each.
fn lines(events: &[Event], time: &str, by: By) -> Vec<String> {
    let part = |id: Option<&str>| id.unwrap_or("-").to_owned();
    let line = |relation: &Relation| {
        let (person, contact) = (&relation.person, &relation.contact);
        format!(
            "{} {} {} {} {}",
            part(person.as_ref().map(tenure_schemas::PersonId::as_str)),
            part(contact.as_ref().map(tenure_schemas::ContactId::as_str)),
            relation.strength,
            relation.share,
            relation.touches
        )
    };
    graph(events, time, by).iter().map(line).collect()
}

fn touch(position: u64, time: &str, channel: &str, direction: &str) -> Event {
    logged(position, time, channel, json!({"direction": direction, "contacts": ["c1"]}))
}

#[test]
fn the_worked_example_of_the_model() {
    // Ages 3, 17, 40, 41 and 95 days on 30 June.
    let events = [
        opened(0, "2024-01-01"),
        contact(1, "2024-01-01", "c1"),
        touch(2, "2024-06-27", "video", "inbound"),
        touch(3, "2024-06-13T23:59:59Z", "phone", "mutual"),
        touch(4, "2024-05-21", "email", "inbound"),
        touch(5, "2024-05-20", "email", "outbound"),
        touch(6, "2024-03-27", "event", "mutual"),
    ];
    assert_eq!(lines(&events, "2024-06-30", By::Pair), ["ana c1 2047 100000 5"]);
    assert_eq!(lines(&events, "2024-06-30T00:00:00Z", By::Pair), ["ana c1 2047 100000 5"]);
    assert_eq!(lines(&events, "2024-06-30T23:59:59Z", By::Contact), ["- c1 2047 100000 5"]);
    let pair = &graph(&events, "2024-06-30", By::Pair)[0];
    assert_eq!((pair.last_touch_at, pair.last_event), (instant("2024-06-27T00:00:00Z"), 2));
    // Only what had occurred counts, at ages 10, 11 and 65: 0.342898 + 0.168828 + 0.367460.
    assert_eq!(lines(&events, "2024-05-31", By::Pair)[0], "ana c1 879 100000 3");
}

#[test]
fn a_weight_splits_over_pairs() {
    let both = json!({"persons": ["ana", "ben"], "contacts": ["c1", "c2", "c3"]});
    let events = [opened(0, "2024-01-01"), logged(1, "2024-06-30", "face_to_face", both)];
    let pairs = lines(&events, "2024-06-30", By::Pair);
    assert_eq!(
        pairs,
        [
            "ana c1 200 16667 1",
            "ben c1 200 16667 1",
            "ana c2 200 16667 1",
            "ben c2 200 16666 1",
            "ana c3 200 16667 1",
            "ben c3 200 16666 1"
        ]
    );
    assert_eq!(lines(&events, "2024-06-30", By::Contact), ["- c1 400 33334 1", "- c2 400 33333 1", "- c3 400 33333 1"]);
    assert_eq!(lines(&events, "2024-06-30", By::Person), ["ana - 600 50000 1", "ben - 600 50000 1"]);
}

#[test]
fn the_strongest_come_first_and_what_names_no_contact_is_left_out() {
    let with = |contacts: Value| json!({"contacts": contacts});
    let events = [
        opened(0, "2024-01-01"),
        logged(1, "2024-06-30", "email", with(json!(["c1"]))),
        logged(2, "2024-06-30", "video", with(json!(["c2"]))),
        logged(3, "2024-06-30", "video", json!({})),
        logged(4, "2024-06-30", "portal", with(json!([]))),
    ];
    // 0.4 and 1.0 of 1.4.
    assert_eq!(lines(&events, "2024-06-30", By::Pair), ["ana c2 1000 71429 1", "ana c1 400 28571 1"]);
    assert_eq!(lines(&events, "2024-08-14", By::Person), ["ana - 700 100000 2"], "half is left after 45 days");
    assert_eq!(lines(&events, "2024-06-29", By::Pair), Vec::<String>::new());
}

#[test]
fn days_are_those_of_the_zone() {
    let day = [opened(0, "2024-01-01"), touch(1, "2024-06-30@Asia/Tokyo", "video", "mutual")];
    for (time, strength) in [
        ("2024-06-30", 1_000),
        ("2024-06-30T15:00:00Z", 1_000),
        // Its day has not come in Lima; none is not less than none.
        ("2024-06-29T20:00:00Z", 1_000),
        ("2024-07-01T00:00:00Z", 985),
    ] {
        assert_eq!(graph(&day, time, By::Pair)[0].strength, strength, "{time}");
    }
    let late = [opened(0, "2024-01-01"), touch(1, "2024-06-30T23:00:00Z", "video", "mutual")];
    assert_eq!(graph(&late, "2024-07-01", By::Pair)[0].strength, 985);
    assert_eq!(graph(&late, "2024-07-01@Europe/Rome", By::Pair)[0].strength, 1_000);
}

#[test]
fn who_they_are_is_said() {
    let events = [
        opened(0, "2024-01-01"),
        joined("ana", 1, "2024-01-01"),
        departed("ana", 2, "2024-05-01"),
        ev(3, "2024-01-01", "contact.added", json!({"contact": "c1", "name": "Cleo", "roles": ["champion"]})),
        touch(4, "2024-02-01", "video", "mutual"),
        ev(5, "2024-03-01", "contact.left", json!({"contact": "c1"})),
        logged(6, "2024-02-01", "video", json!({"persons": ["zed"], "contacts": ["x"]})),
    ];
    let known = serde_json::to_value(&graph(&events, "2024-06-01", By::Pair)[0]).unwrap();
    assert_eq!(known["person_name"], "ana");
    assert_eq!(known["is_employed"], false);
    assert_eq!(known["contact_name"], "Cleo");
    assert_eq!(known["roles"], json!(["champion"]));
    assert_eq!(known["contact_left_at"], "2024-03-01T00:00:00Z");
    let strange = serde_json::to_value(&graph(&events, "2024-06-01", By::Pair)[1]).unwrap();
    assert_eq!((&strange["person"], &strange["contact"]), (&json!("zed"), &json!("x")));
    assert!(["person_name", "is_employed", "contact_name", "roles"].iter().all(|field| strange.get(field).is_none()));
    assert_eq!(graph(&events, "2024-04-01", By::Pair)[0].is_employed, Some(true));
}
