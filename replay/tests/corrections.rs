//! Corrections, retractions and what undoes them: they count by position, the last one wins.

use serde_json::json;
use tenure_replay::FindingCode::CorrectionUnread;
use tenure_replay::History;
use tenure_replay::history::Fate;
use tenure_schemas::Event;

use crate::kit::*;

fn base() -> Vec<Event> {
    vec![opened(0, "2024-01-01"), assigned(1, "2024-02-01", "ana")]
}

fn with(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    base().into_iter().chain(events).collect()
}

fn says(person: &str) -> serde_json::Value {
    json!({"person": person, "role": "primary"})
}

#[test]
fn what_corrections_and_retractions_leave() {
    let none: [&str; 0] = [];
    for (case, events, expected) in [
        ("a correction replaces the payload", vec![corrected(2, 1, says("ben"), None)], vec!["ben"]),
        (
            "the last correction wins",
            vec![corrected(2, 1, says("ben"), None), corrected(3, 1, says("cy"), None)],
            vec!["cy"],
        ),
        (
            "undoing the last correction revives the one before",
            vec![corrected(2, 1, says("ben"), None), corrected(3, 1, says("cy"), None), retracted(4, 3)],
            vec!["ben"],
        ),
        ("a retraction hides its target", vec![retracted(2, 1)], none.to_vec()),
        ("a retraction hides a corrected target", vec![corrected(2, 1, says("ben"), None), retracted(3, 1)], vec![]),
        ("a correction does not revive", vec![retracted(2, 1), corrected(3, 1, says("ben"), None)], vec![]),
        (
            "a retraction that is undone revives target and correction",
            vec![retracted(2, 1), corrected(3, 1, says("ben"), None), retracted(4, 2)],
            vec!["ben"],
        ),
        ("undoing an undoing hides again", vec![retracted(2, 1), retracted(3, 2), retracted(4, 3)], vec![]),
        ("correcting a retraction undoes it", vec![retracted(2, 1), corrected(3, 2, json!({}), None)], vec!["ana"]),
        (
            "correcting a correction undoes it",
            vec![corrected(2, 1, says("ben"), None), corrected(3, 2, says("cy"), None)],
            vec!["ana"],
        ),
    ] {
        assert_eq!(who(&with(events), "2024-03-01"), expected, "{case}");
    }
}

#[test]
fn a_correction_keeps_id_kind_and_place() {
    let events = with([corrected(2, 1, says("ben"), None)]);
    assert_eq!(owners(&events, "2024-03-01"), ["ben primary global 1"]);
}

#[test]
fn a_correction_can_move_its_target_in_time() {
    let earlier = with([corrected(2, 1, says("ana"), Some("2024-01-15T08:00:00Z"))]);
    assert_eq!(who(&earlier, "2024-01-15"), ["ana"]);
    let later = with([corrected(2, 1, says("ana"), Some("2024-04-01T08:00:00Z"))]);
    let none: [&str; 0] = [];
    assert_eq!(who(&later, "2024-03-01"), none);
    assert_eq!(who(&later, "2024-04-01"), ["ana"]);
}

#[test]
fn a_moved_day_stays_a_day_when_the_start_of_one_is_given() {
    let rome = |position, person| assigned(position, "2024-02-01@Europe/Rome", person);
    let moved = |time| [opened(0, "2024-01-01"), rome(1, "ana"), corrected(2, 1, says("ana"), Some(time))];
    let day = moved("2024-07-01@Europe/Rome");
    assert_eq!(who(&day, "2024-07-01@Pacific/Honolulu"), ["ana"]);
    let none: [&str; 0] = [];
    assert_eq!(who(&day, "2024-06-30@Pacific/Honolulu"), none);
    let instant = moved("2024-07-01T09:00:00Z");
    assert_eq!(who(&instant, "2024-06-30@Pacific/Honolulu"), ["ana"]);
}

#[test]
fn corrections_count_by_position_whatever_their_own_time() {
    let late = with([corrected(2, 1, says("ben"), None)]);
    assert_eq!(late[2].when.at, instant("2030-01-01T00:00:00Z"));
    assert_eq!(who(&late, "2024-02-01"), ["ben"]);
    assert_eq!(who(&late[..2], "2024-02-01"), ["ana"]);
}

#[test]
fn retracting_a_future_event_cancels_it() {
    let events = with([transferred(2, "2025-01-01", "ana", "ben"), retracted(3, 2)]);
    assert_eq!(who(&events[..3], "2025-02-01"), ["ben"]);
    assert_eq!(who(&events, "2025-02-01"), ["ana"]);
}

#[test]
fn a_correction_that_does_not_fit_is_a_finding_and_its_target_stands() {
    let events = with([corrected(2, 1, json!({"person": "ben"}), None)]);
    assert_eq!(who(&events, "2024-03-01"), ["ana"]);
    assert_eq!(own_findings(&events), [(CorrectionUnread, vec![2])]);
    let newer = json!({"target": id(1), "payload": says("ben"), "payload_schema": 2});
    let events = with([ev(2, "2024-03-01", "event.corrected", newer)]);
    assert_eq!(own_findings(&events), [(CorrectionUnread, vec![2])]);
    let of_unread = [opened(0, "2024-01-01"), unread(1, "2024-02-01", "moon.landed"), corrected(2, 1, json!({}), None)];
    assert_eq!(own_findings(&of_unread).iter().filter(|(code, _)| *code == CorrectionUnread).count(), 1);
}

#[test]
fn every_event_has_its_fate() {
    let events =
        with([corrected(2, 1, says("ben"), None), retracted(3, 1), retracted(4, 3), retracted(5, 4), retracted(6, 5)]);
    let fates: Vec<Fate> = History::of(&events).recorded.iter().map(|entry| entry.fate).collect();
    assert_eq!(
        fates,
        [Fate::Stands, Fate::Corrected(2), Fate::Stands, Fate::Undone(4), Fate::Stands, Fate::Undone(6), Fate::Stands]
    );
}

#[test]
fn a_revision_without_its_target_changes_nothing() {
    let events = with([retracted(2, 77), corrected(3, 78, json!({}), None)]);
    assert_eq!(who(&events, "2024-03-01"), ["ana"]);
    assert_eq!(own_codes(&events), []);
}

#[test]
fn the_timeline_shows_what_counts_in_the_order_in_which_it_happened() {
    let events = with([
        transferred(2, "2024-01-20", "ana", "ben"),
        corrected(3, 1, says("cy"), Some("2024-01-10T00:00:00Z")),
        retracted(4, 2),
        assigned(5, "2025-01-01", "dee"),
    ]);
    let timeline = tenure_replay::audit::timeline(&events, &as_of("2024-12-31"));
    let shown: Vec<_> = timeline.iter().map(|entry| (entry.position, entry.corrected_by)).collect();
    assert_eq!(shown, [(0, None), (1, Some(3))]);
    assert_eq!(timeline[1].event.payload, says("cy"));
    assert_eq!(timeline[1].event.occurred_at, instant("2024-01-10T00:00:00Z"));
}
