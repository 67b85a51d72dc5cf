//! Events of one civil date, one of them day-precise, give no findings about their order; real contradictions do.

use serde_json::json;
use tenure_replay::FindingCode::{
    self, AccountAlreadyClosed, AccountNotOpened, EndedByNonHolder, EventUnread, OrderClosed, OrderUnknown,
    SecondPrimary, TransferFromNonHolder,
};
use tenure_schemas::Event;

use crate::kit::*;
use crate::orders::{amended, cancelled, fulfilled, placed};

const DAY: &str = "2024-03-01";

fn after_start(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let start = [opened(0, "2024-01-01"), assigned(1, "2024-01-01T00:00:00Z", "ana"), placed(2, "2024-01-02", "o1")];
    start.into_iter().chain(events).collect()
}

#[test]
fn the_order_of_a_day_is_no_contradiction() {
    let noon = "2024-03-01T12:00:00Z";
    let none: Vec<FindingCode> = vec![];
    for (case, events) in [
        ("assigned before the other ended", vec![assigned(3, DAY, "ben"), ended(4, DAY, "ana")]),
        (
            "a day's end before its assignment at noon",
            vec![ended(3, DAY, "zoe"), assigned(4, noon, "zoe"), ended(5, DAY, "ana")],
        ),
        (
            "a day's transfer before its assignment at noon",
            vec![transferred(3, DAY, "zoe", "cy"), ended(4, "2024-02-01", "ana"), assigned(5, noon, "zoe")],
        ),
        ("cancelled before fulfilled", vec![cancelled(3, DAY, "o1"), fulfilled(4, DAY, "o1")]),
        ("cancelled on the day, fulfilled at noon", vec![cancelled(3, DAY, "o1"), fulfilled(4, noon, "o1")]),
        ("fulfilled on the day, placed at noon", vec![fulfilled(3, DAY, "o2"), placed(4, noon, "o2")]),
        ("placed last", vec![amended(3, DAY, "o2"), fulfilled(4, DAY, "o2"), placed(5, DAY, "o2")]),
        (
            "two transfers recorded in the wrong order",
            vec![transferred(3, DAY, "ben", "cy"), transferred(4, DAY, "ana", "ben")],
        ),
        (
            "one date in two zones",
            vec![cancelled(3, "2024-03-01@Asia/Tokyo", "o1"), fulfilled(4, "2024-03-01@America/Lima", "o1")],
        ),
        (
            "with another day's start between",
            vec![
                fulfilled(3, "2024-03-01@America/Lima", "o2"),
                opened_note(4, "2024-03-02@Asia/Tokyo"),
                placed(5, "2024-03-01T20:00:00Z", "o2"),
            ],
        ),
    ] {
        let codes: Vec<_> = own_codes(&after_start(events));
        assert_eq!(codes, none, "{case}");
    }
}

fn opened_note(position: u64, time: &str) -> Event {
    ev(position, time, "account.note_recorded", json!({"topic": "risk", "text": "thin"}))
}

#[test]
fn a_real_contradiction_stays_one_on_its_day() {
    let noon = "2024-03-01T12:00:00Z";
    for (case, events, expected) in [
        ("two become primary", vec![assigned(3, DAY, "ben")], vec![SecondPrimary]),
        ("ended twice", vec![ended(3, DAY, "ana"), ended(4, DAY, "ana")], vec![EndedByNonHolder]),
        (
            "ended and handed on",
            vec![ended(3, DAY, "ana"), transferred(4, DAY, "ana", "ben")],
            vec![TransferFromNonHolder],
        ),
        (
            "handed to two",
            vec![transferred(3, DAY, "ana", "ben"), transferred(4, DAY, "ana", "cy")],
            vec![TransferFromNonHolder],
        ),
        ("closed twice", vec![closed(3, DAY), closed(4, DAY)], vec![AccountAlreadyClosed]),
        ("cancelled twice", vec![cancelled(3, DAY, "o1"), cancelled(4, DAY, "o1")], vec![OrderClosed]),
        ("never placed", vec![fulfilled(3, DAY, "o9"), placed(4, DAY, "o8")], vec![OrderUnknown]),
        (
            "known order of instants",
            vec![cancelled(3, "2024-03-01T11:00:00Z", "o1"), fulfilled(4, noon, "o1")],
            vec![OrderClosed],
        ),
        ("the day before", vec![fulfilled(3, "2024-02-29", "o2"), placed(4, DAY, "o2")], vec![OrderUnknown]),
        ("not understood", vec![unread(3, DAY, "moon.landed"), placed(4, DAY, "o2")], vec![EventUnread]),
    ] {
        assert_eq!(own_codes(&after_start(events)), expected, "{case}");
    }
}

#[test]
fn what_comes_on_the_day_of_opening_is_no_finding() {
    assert_eq!(own_codes(&[assigned(0, DAY, "ana"), opened(1, DAY)]), []);
    assert_eq!(own_codes(&[assigned(0, DAY, "ana"), opened(1, "2024-03-01T12:00:00Z")]), []);
    assert_eq!(own_codes(&[assigned(0, "2024-02-29", "ana"), opened(1, DAY)]), [AccountNotOpened]);
}

#[test]
fn later_events_of_a_day_settle_what_seemed_contradictory() {
    let events = after_start([
        fulfilled(3, DAY, "o2"),
        opened_note(4, "2024-03-01T08:00:00Z"),
        placed(5, "2024-03-01T09:00:00Z", "o2"),
    ]);
    assert_eq!(own_codes(&events[..4]), [OrderUnknown]);
    assert_eq!(own_codes(&events[..5]), [OrderUnknown]);
    assert_eq!(own_codes(&events), []);
}

#[test]
fn a_crowded_day_looks_at_its_neighbours() {
    let near = |others: u64| {
        let mut events = after_start([fulfilled(3, DAY, "o2")]);
        events.extend((4..4 + others).map(|position| opened_note(position, DAY)));
        events.push(placed(100, DAY, "o2"));
        own_codes(&events)
    };
    assert_eq!(near(31), []);
    assert_eq!(near(32), [OrderUnknown]);
}
