//! Our own people: joining, leaving, coming back, absences, and what contradicts that.

use serde_json::json;
use tenure_replay::FindingCode::{self, CorrectionUnread, EventUnread, PersonAlreadyJoined, PersonNotEmployed};
use tenure_replay::Person;
use tenure_schemas::Event;

use crate::kit::*;

fn ana(position: u64, time: &str, kind: &str, payload: serde_json::Value) -> Event {
    on("person/ana", position, time, &format!("person.{kind}"), payload)
}

fn person(events: &[Event], time: &str) -> Person {
    Person::fold(person_id("ana"), events, &as_of(time))
}

fn codes(events: &[Event]) -> Vec<FindingCode> {
    person(events, "2100-01-01").findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn employment_has_its_times() {
    let events = [joined("ana", 0, "2020-01-01"), departed("ana", 1, "2022-01-01"), joined("ana", 2, "2024-01-01")];
    for (asked, expected) in [("2019-12-31", 0), ("2020-01-01", 1), ("2022-06-01", 1), ("2024-01-01", 2)] {
        assert_eq!(person(&events, asked).employed.len(), expected, "{asked}");
    }
    let now = person(&events, "2025-01-01");
    assert!(now.is_employed(instant("2021-12-31T23:59:59Z")));
    assert!(!now.is_employed(instant("2022-01-01T00:00:00Z")));
    assert!(now.is_employed(instant("2024-06-01T00:00:00Z")));
    assert_eq!(codes(&events), []);
}

#[test]
fn the_announced_last_day_counts_as_a_whole() {
    let announced = |time: &str| {
        let says = json!({"last_day": "2024-06-30"});
        let events = [joined("ana", 0, "2020-01-01"), ana(1, time, "departure_announced", says)];
        person(&events, "2024-06-01").leaves_at.unwrap()
    };
    assert_eq!(announced("2024-05-01"), instant("2024-07-01T00:00:00Z"));
    assert_eq!(announced("2024-05-01@Europe/Rome"), instant("2024-06-30T22:00:00Z"));
    assert_eq!(announced("2024-05-01T10:00:00Z"), instant("2024-07-01T00:00:00Z"));
}

#[test]
fn profile_and_absences_are_kept() {
    let events = [
        joined("ana", 0, "2020-01-01"),
        ana(1, "2020-02-01", "changed", json!({"changes": {"title": "AM", "manager": "ben"}})),
        ana(2, "2020-03-01", "changed", json!({"changes": {"manager": null}})),
        ana(3, "2020-04-01", "absence_started", json!({"until": "2020-05-01T00:00:00Z", "incapacitated": true})),
        ana(4, "2020-04-20", "absence_ended", json!({})),
    ];
    let ana = person(&events, "2021-01-01");
    assert_eq!((ana.title.unwrap().as_str(), ana.manager), ("AM", None));
    assert_eq!(ana.absences.len(), 1);
    assert_eq!(ana.absences[0].to, Some(instant("2020-04-20T00:00:00Z")));
    assert!(ana.absences[0].incapacitated);
}

#[test]
fn what_contradicts_a_person() {
    let change = |position, time| ana(position, time, "changed", json!({"changes": {"title": "AM"}}));
    let unread = Event { stream: "person/ana".parse().unwrap(), ..unread(1, "2021-01-01", "person.cloned") };
    let misfit = Event { stream: "person/ana".parse().unwrap(), ..corrected(1, 0, json!({"x": 1}), None) };
    let start = joined("ana", 0, "2020-01-01");
    for (case, events, expected) in [
        ("joined twice", vec![start.clone(), joined("ana", 1, "2021-01-01")], vec![PersonAlreadyJoined]),
        ("changed before joining", vec![change(0, "2019-01-01")], vec![PersonNotEmployed]),
        ("departed before joining", vec![departed("ana", 0, "2019-01-01")], vec![PersonNotEmployed]),
        (
            "departed twice",
            vec![start.clone(), departed("ana", 1, "2021-01-01"), departed("ana", 2, "2022-01-01")],
            vec![PersonNotEmployed],
        ),
        ("not understood", vec![start.clone(), unread], vec![EventUnread]),
        ("a correction that does not fit", vec![start.clone(), misfit], vec![CorrectionUnread]),
        ("the order of one day", vec![change(0, "2020-01-01"), joined("ana", 1, "2020-01-01")], vec![]),
    ] {
        assert_eq!(codes(&events), expected, "{case}");
    }
}
