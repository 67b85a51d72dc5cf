//! What strict admission refuses: exactly what would become a finding just then.

use proptest::prelude::*;
use serde_json::json;
use tenure_replay::FindingCode::{
    self, CorrectionUnread, EndedByNonHolder, OrderClosed, OwnerDeparted, OwnerNotJoined, PersonAlreadyJoined,
    SecondPrimary, TransferFromNonHolder,
};
use tenure_replay::admission::{contradictions, contradictions_of_next};
use tenure_replay::{Account, AsOf, Finding, Live};
use tenure_schemas::{Event, Payload};

use crate::kit::histories::{anything, cases, history, hour, now, plain, time};
use crate::kit::*;

fn refused(events: &[Event]) -> Vec<FindingCode> {
    contradictions(events, &EverybodyWorks).into_iter().map(|finding| finding.code).collect()
}

#[test]
fn what_the_state_before_its_place_contradicts_is_refused() {
    let base = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-02-01", "ana"),
        transferred(2, "2024-06-01", "ana", "ben"),
        crate::orders::placed(3, "2024-02-01", "o1"),
        crate::orders::cancelled(4, "2024-03-01", "o1"),
    ];
    let says = |person: &str| json!({"person": person, "role": "primary"});
    for (case, events, expected) in [
        ("a second primary", vec![assigned(5, "2024-07-01", "cy")], vec![SecondPrimary]),
        ("before there was one", vec![assigned(5, "2024-01-15", "cy")], vec![]),
        ("a late transfer, whatever it does to the later one", vec![transferred(5, "2024-03-01", "ana", "cy")], vec![]),
        (
            "a transfer from who holds it later",
            vec![transferred(5, "2024-03-01", "ben", "cy")],
            vec![TransferFromNonHolder],
        ),
        ("before the cancellation", vec![crate::orders::fulfilled(5, "2024-02-15", "o1")], vec![]),
        ("on the day of the cancellation", vec![crate::orders::fulfilled(5, "2024-03-01", "o1")], vec![]),
        ("after the cancellation", vec![crate::orders::fulfilled(5, "2024-03-02", "o1")], vec![OrderClosed]),
        ("a correction that fits", vec![corrected(5, 1, says("cy"), None)], vec![]),
        (
            "a correction that makes it contradict",
            vec![corrected(5, 2, json!({"from": "cy", "to": "ben", "role": "primary"}), None)],
            vec![TransferFromNonHolder],
        ),
        (
            "a correction that moves it",
            vec![corrected(5, 2, json!({"from": "ana", "to": "ben", "role": "primary"}), Some("2024-01-15T00:00:00Z"))],
            vec![TransferFromNonHolder],
        ),
        ("a correction that does not fit", vec![corrected(5, 1, json!({}), None)], vec![CorrectionUnread]),
        ("a retraction", vec![retracted(5, 1)], vec![]),
        (
            "a revival that contradicts",
            vec![retracted(5, 2), ended(6, "2024-05-01", "ana"), retracted(7, 5)],
            vec![TransferFromNonHolder],
        ),
        ("a revival that does not", vec![retracted(5, 2), retracted(6, 5)], vec![]),
        (
            "a correction undone",
            vec![corrected(5, 1, says("cy"), None), transferred(6, "2024-07-01", "ben", "dee"), retracted(7, 5)],
            vec![],
        ),
    ] {
        let events: Vec<_> = base.iter().cloned().chain(events).collect();
        assert_eq!(refused(&events), expected, "{case}");
    }
}

#[test]
fn who_takes_over_must_work_for_us_then() {
    let people = [joined("ana", 10, "2024-02-01"), departed("ana", 11, "2024-06-01")];
    let firm = Firm::of(&people, &as_of("2025-01-01"));
    let cover = |position, time, delegate| {
        let says = json!({"owner": "zoe", "delegate": delegate, "until": "2024-07-01T00:00:00Z"});
        ev(position, time, "coverage.started", says)
    };
    for (case, event, expected) in [
        ("before joining", assigned(1, "2024-01-15", "ana"), vec![OwnerNotJoined]),
        ("on the day of joining", assigned(1, "2024-02-01@Asia/Tokyo", "ana"), vec![]),
        ("while working", assigned(1, "2024-03-01", "ana"), vec![]),
        ("on the day of departing", assigned(1, "2024-06-01", "ana"), vec![]),
        ("after departing", assigned(1, "2024-06-02", "ana"), vec![OwnerDeparted]),
        ("nobody knows them", assigned(1, "2024-03-01", "zoe"), vec![OwnerNotJoined]),
        ("as a delegate", cover(1, "2024-06-02", "ana"), vec![OwnerDeparted]),
        ("the one who goes need not", ended(1, "2024-06-02", "ana"), vec![EndedByNonHolder]),
    ] {
        let events = [opened(0, "2024-01-01"), event];
        let codes: Vec<_> = contradictions(&events, &firm).into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, expected, "{case}");
        let live = Live::fold(acme(), &events[..1], instant("2024-12-01T00:00:00Z"));
        assert_eq!(contradictions_of_next(&live, &events[1], &firm), Some(contradictions(&events, &firm)), "{case}");
    }
}

#[test]
fn people_are_admitted_by_their_own_stream() {
    assert_eq!(refused(&[joined("ana", 0, "2024-01-01"), joined("ana", 1, "2024-02-01")]), [PersonAlreadyJoined]);
    assert_eq!(refused(&[joined("ana", 0, "2024-01-01"), departed("ana", 1, "2024-02-01")]), []);
    let early = [joined("ana", 0, "2024-01-01"), departed("ana", 1, "2023-02-01")];
    assert_eq!(refused(&early), [FindingCode::PersonNotEmployed]);
    let offering = on("catalogue/main", 0, "2024-01-01", "offering.listed", json!({"offering": "x", "name": "X"}));
    assert_eq!(refused(&[offering]), []);
    assert_eq!(refused(&[]), []);
}

fn is_revision(event: &Event) -> bool {
    matches!(event.payload(), Some(Payload::EventCorrected(_) | Payload::EventRetracted(_)))
}

fn findings(events: &[Event], as_of: &AsOf) -> Vec<Finding> {
    Account::fold(acme(), events, as_of).findings().map(|f| Finding { account: None, ..f.clone() }).collect()
}

fn plainly(found: Vec<Finding>) -> Vec<Finding> {
    found.into_iter().map(|finding| Finding { account: None, ..finding }).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    /// The naive way: the findings as of the event's own instant, less those that were there without it.
    #[test]
    fn refused_is_what_the_event_adds_to_the_findings_of_its_moment(events in history(anything(), hour(), 24)) {
        for upto in 1..=events.len() {
            let newest = &events[upto - 1];
            if is_revision(newest) {
                continue;
            }
            let as_of = AsOf::Instant(newest.when.at);
            let before = findings(&events[..upto - 1], &as_of);
            let mut added = findings(&events[..upto], &as_of);
            added.retain(|finding| !before.contains(finding));
            prop_assert_eq!(plainly(contradictions(&events[..upto], &EverybodyWorks)), added);
        }
    }

    /// With days among the times: an event that is admitted alone is in no finding of its own afterwards.
    #[test]
    fn what_comes_last_is_refused_exactly_when_it_becomes_a_finding(events in history(plain(), time(), 24)) {
        let far = as_of("2100-01-01T00:00:00Z");
        for upto in 1..=events.len() {
            let newest = &events[upto - 1];
            let comes_last = events[..upto - 1].iter().all(|other| other.when.at <= newest.when.at);
            if !comes_last {
                continue;
            }
            let found = findings(&events[..upto], &far).into_iter().filter(|f| f.events.contains(&newest.position));
            prop_assert_eq!(plainly(contradictions(&events[..upto], &EverybodyWorks)), found.collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_quick_answer_is_the_whole_answer(events in history(anything(), time(), 24), folded_at in now()) {
        for upto in 1..events.len() {
            let live = Live::fold(acme(), &events[..upto], folded_at);
            if let Some(quick) = contradictions_of_next(&live, &events[upto], &EverybodyWorks) {
                prop_assert_eq!(quick, contradictions(&events[..=upto], &EverybodyWorks));
            }
        }
    }
}
