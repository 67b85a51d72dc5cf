//! Changes of ownership that are recorded and have not come yet, and what becomes of them.

use serde_json::json;
use tenure_replay::schedule::{Schedule, ScheduledKind, schedule};
use tenure_schemas::{Event, Instant};

use crate::kit::*;

fn scheduled(events: &[Event], time: &str) -> Schedule {
    schedule(&fold(events, time), events, &as_of(time))
}

/// What comes when: `transferred 2024-03-01 ana→ben by 2`.
fn changes(events: &[Event], time: &str) -> Vec<String> {
    let line = |change: &tenure_replay::schedule::Scheduled| {
        let who =
            |person: &Option<tenure_schemas::PersonId>| person.as_ref().map_or("…".to_owned(), ToString::to_string);
        let word = serde_json::to_value(change.change).unwrap();
        let (from, to) = (who(&change.from), who(&change.to));
        format!("{} {} {from}→{to} by {}", word.as_str().unwrap(), &change.at.to_string()[..10], change.event)
    };
    scheduled(events, time).changes.iter().map(line).collect()
}

/// The scheduled ends of what runs: the event of the start, the end, the event that ends it.
fn ends(events: &[Event], time: &str) -> Vec<(u64, Instant, u64)> {
    scheduled(events, time).ends.into_iter().map(|(event, end)| (event, end.at, end.event)).collect()
}

#[test]
fn what_is_to_come_is_listed_until_it_has_come() {
    let covered = json!({"owner": "ben", "delegate": "cy", "until": "2024-04-20T00:00:00Z"});
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        transferred(2, "2024-03-01", "ana", "ben"),
        ended(3, "2024-05-01", "ben"),
        ev(4, "2024-04-10", "coverage.started", covered),
        ev(5, "2024-04-15", "coverage.ended", json!({"owner": "ben", "delegate": "cy"})),
        ev(6, "2024-06-01", "ownership.assigned", json!({"person": "dee", "role": "secondary"})),
        closed(7, "2024-07-01"),
    ];
    let all = [
        "transferred 2024-03-01 ana→ben by 2",
        "coverage_started 2024-04-10 ben→cy by 4",
        "coverage_ended 2024-04-15 ben→cy by 5",
        "ended 2024-05-01 ben→… by 3",
        "assigned 2024-06-01 …→dee by 6",
    ];
    assert_eq!(changes(&events, "2024-02-01"), all);
    assert_eq!(changes(&events, "2024-03-01"), all[1..]);
    assert_eq!(changes(&events, "2024-06-01"), [] as [&str; 0]);
    let first = &scheduled(&events, "2024-02-01").changes[0];
    assert_eq!((first.change, first.date), (ScheduledKind::Transferred, Some("2024-03-01".parse().unwrap())));
    assert_eq!((first.role.as_ref().unwrap().as_str(), first.recorded_at), ("primary", events[2].recorded_at));
    assert_eq!(ends(&events, "2024-02-01")[0], (1, instant("2024-03-01T00:00:00Z"), 2));
    assert_eq!(ends(&events, "2024-03-01"), [(2, instant("2024-05-01T00:00:00Z"), 3)]);
}

#[test]
fn a_retraction_cancels_and_a_correction_moves_what_is_scheduled() {
    let start = [opened(0, "2024-01-01"), assigned(1, "2024-01-01", "ana"), transferred(2, "2024-06-01", "ana", "ben")];
    let with = |event: Event| [&start[..], &[event]].concat();
    let cancelled = with(retracted(3, 2));
    assert_eq!(changes(&cancelled, "2024-02-01"), [] as [&str; 0]);
    assert_eq!(ends(&cancelled, "2024-02-01"), []);
    assert_eq!(who(&cancelled, "2024-07-01"), ["ana"]);
    let audit = tenure_replay::audit::audit(&acme(), &cancelled, &as_of("2024-02-01"));
    assert_eq!((audit[2].standing, audit[2].by), (tenure_replay::audit::Standing::Retracted, Some(3)));
    let moved = with(corrected(3, 2, json!({"from": "ana", "to": "cy", "role": "primary"}), Some("2024-05-01")));
    assert_eq!(changes(&moved, "2024-02-01"), ["transferred 2024-05-01 ana→cy by 2"]);
    assert_eq!(scheduled(&moved, "2024-02-01").changes[0].corrected_by, Some(3));
    assert_eq!(ends(&moved, "2024-02-01"), [(1, instant("2024-05-01T00:00:00Z"), 2)]);
}

#[test]
fn an_end_is_what_the_fold_of_all_that_waits_says() {
    let until = json!({"person": "ana", "role": "primary", "until": "2024-09-01T00:00:00Z"});
    let announced = [opened(0, "2024-01-01"), ev(1, "2024-01-01", "ownership.assigned", until)];
    assert_eq!(ends(&announced, "2024-02-01"), [(1, instant("2024-09-01T00:00:00Z"), 1)]);
    assert_eq!(ends(&announced, "2024-09-01"), []);
    // Who gives it up is not who holds it, so it ends the interval that began last.
    let other = [&announced[..], &[transferred(2, "2024-05-01", "zoe", "ben")]].concat();
    assert_eq!(ends(&other, "2024-02-01"), [(1, instant("2024-05-01T00:00:00Z"), 2)]);
}
