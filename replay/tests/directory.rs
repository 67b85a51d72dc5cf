//! Findings that rest on people: owners who had not joined, or had departed, with the days of it.

use tenure_replay::FindingCode::{self, OwnerDeparted, OwnerNotJoined};
use tenure_schemas::Event;

use crate::kit::*;

/// Code, start, end and person of the findings about employment.
fn employment(events: Vec<Event>, until: &str) -> Vec<(FindingCode, String, String)> {
    let events: Vec<_> = std::iter::once(opened(90, "2020-01-01")).chain(events).collect();
    let findings = all_findings(&events, until);
    let show = |at: Option<tenure_schemas::Instant>| at.map_or("…".to_owned(), |at| at.to_string());
    findings.into_iter().map(|f| (f.code, show(Some(f.from)), show(f.to))).collect()
}

fn found(code: FindingCode, from: &str, to: &str) -> (FindingCode, String, String) {
    (code, from.to_owned(), to.to_owned())
}

#[test]
fn the_days_of_an_owner_who_did_not_work_for_us() {
    let day = |text: &str| format!("{text}T00:00:00Z");
    let owner = |from, to| vec![assigned(1, from, "ana"), ended(2, to, "ana"), joined("ana", 3, "2021-01-01")];
    assert_eq!(employment(owner("2021-01-01", "2022-01-01"), "2025-01-01"), []);
    assert_eq!(
        employment(owner("2020-06-01", "2022-01-01"), "2025-01-01"),
        [found(OwnerNotJoined, &day("2020-06-01"), &day("2021-01-01"))]
    );
    let left = |from, to| owner(from, to).into_iter().chain([departed("ana", 4, "2023-01-01")]).collect();
    assert_eq!(
        employment(left("2021-01-01", "2023-02-01"), "2025-01-01"),
        [found(OwnerDeparted, &day("2023-01-01"), &day("2023-02-01"))]
    );
    let mut back: Vec<Event> = left("2021-01-01", "2024-06-01");
    back.push(joined("ana", 5, "2024-01-01"));
    assert_eq!(employment(back, "2025-01-01"), [found(OwnerDeparted, &day("2023-01-01"), &day("2024-01-01"))]);
    assert_eq!(
        employment(vec![assigned(1, "2021-01-01", "zoe")], "2025-01-01"),
        [found(OwnerNotJoined, &day("2021-01-01"), "…")]
    );
}

#[test]
fn what_has_not_come_yet_is_no_finding() {
    let until = "2024-06-01T00:00:00Z";
    let says = serde_json::json!({"person": "ana", "role": "primary", "until": "2026-01-01T00:00:00Z"});
    let events = [
        ev(1, "2024-01-01", "ownership.assigned", says),
        joined("ana", 2, "2020-01-01"),
        departed("ana", 3, "2025-01-01"),
    ];
    assert_eq!(employment(events.to_vec(), until), []);
}

#[test]
fn the_day_of_joining_or_departing_is_no_finding() {
    for (case, events) in [
        ("joined further west", vec![assigned(1, "2021-01-01", "ana"), joined("ana", 2, "2021-01-01@America/Lima")]),
        ("joined at noon", vec![assigned(1, "2021-01-01", "ana"), joined("ana", 2, "2021-01-01T12:00:00Z")]),
        (
            "ended at noon of the day of departure",
            vec![
                assigned(1, "2021-01-01", "ana"),
                joined("ana", 2, "2021-01-01"),
                departed("ana", 3, "2022-01-01"),
                ended(4, "2022-01-01T12:00:00Z", "ana"),
            ],
        ),
        (
            "departed further east",
            vec![
                assigned(1, "2021-01-01", "ana"),
                joined("ana", 2, "2021-01-01"),
                departed("ana", 3, "2022-01-01@Asia/Tokyo"),
                ended(4, "2022-01-01", "ana"),
            ],
        ),
    ] {
        assert_eq!(employment(events, "2025-01-01"), [], "{case}");
    }
    let noon = vec![assigned(1, "2021-01-01T08:00:00Z", "ana"), joined("ana", 2, "2021-01-01T12:00:00Z")];
    assert_eq!(employment(noon, "2025-01-01").len(), 1);
}
