//! The clocks of an issue: what runs, what stops it, what waiting takes off, worked out by hand.

use serde_json::{Value, json};
use tenure_replay::account::{ClockState, Clocks, Waited};
use tenure_schemas::Event;

use crate::kit::*;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn on_issue(position: u64, time: &str, kind: &str, more: Value) -> Event {
    let mut says = json!({"issue": "i1"});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ev(position, time, &format!("issue.{kind}"), says)
}

/// Raised on 1 March, answered an hour late, resolved in time, reopened after that and resolved late.
fn story() -> Vec<Event> {
    let due = json!({"respond_by": "2024-03-01T04:00:00Z", "resolve_by": "2024-03-05T00:00:00Z"});
    let at = |position, time: &str, kind, more| on_issue(position, &format!("2024-03-{time}:00:00Z"), kind, more);
    vec![
        opened(0, "2024-01-01"),
        at(1, "01T00", "raised", due),
        at(2, "01T05", "responded", json!({"by": "ana"})),
        at(3, "02T00", "waiting", json!({"for": "client"})),
        at(4, "02T06", "waiting", json!({"for": "client"})),
        at(5, "02T12", "resumed", json!({})),
        at(6, "03T00", "waiting", json!({"for": "third_party"})),
        at(7, "03T06", "waiting", json!({"for": "client"})),
        at(8, "03T10", "resumed", json!({"for": "client"})),
        at(9, "03T12", "waiting", json!({"for": "us"})),
        at(10, "04T00", "resolved", json!({})),
        at(11, "06T00", "reopened", json!({})),
        at(12, "07T00", "resolved", json!({})),
        at(13, "08T00", "closed", json!({})),
    ]
}

fn clocks(events: &[Event], time: &str) -> Clocks {
    let account = fold(events, time);
    Clocks::of(account.issues().next().unwrap(), as_of(time).instant())
}

#[test]
fn the_respond_clock_runs_until_the_first_answer() {
    for (time, state, elapsed) in [
        ("2024-03-01T00:00:00Z", ClockState::Running, 0),
        ("2024-03-01T04:00:00Z", ClockState::Running, 4 * HOUR),
        ("2024-03-01T04:00:01Z", ClockState::Overdue, 4 * HOUR + 1),
        ("2024-03-01T05:00:00Z", ClockState::Late, 5 * HOUR),
        ("2024-12-31", ClockState::Late, 5 * HOUR),
    ] {
        let respond = clocks(&story(), time).respond;
        assert_eq!((respond.state, respond.elapsed_s), (state, elapsed), "{time}");
        assert_eq!(respond.due, Some(instant("2024-03-01T04:00:00Z")));
    }
}

#[test]
fn a_resolution_stays_an_answer_when_the_issue_comes_back() {
    let events = [
        opened(0, "2024-01-01"),
        on_issue(1, "2024-03-01T00:00:00Z", "raised", json!({"respond_by": "2024-03-03T00:00:00Z"})),
        on_issue(2, "2024-03-02T00:00:00Z", "resolved", json!({})),
        on_issue(3, "2024-03-04T00:00:00Z", "reopened", json!({})),
    ];
    let respond = clocks(&events, "2024-03-10").respond;
    assert_eq!((respond.state, respond.elapsed_s), (ClockState::Met, DAY));
}

#[test]
fn the_resolve_clock_runs_on_over_a_reopening() {
    for (time, state, elapsed, stopped) in [
        ("2024-03-01", ClockState::Running, DAY, None),
        ("2024-03-04T12:00:00Z", ClockState::Met, 3 * DAY, Some("2024-03-04T00:00:00Z")),
        ("2024-03-06T12:00:00Z", ClockState::Overdue, 5 * DAY + 12 * HOUR, None),
        ("2024-03-07T12:00:00Z", ClockState::Late, 6 * DAY, Some("2024-03-07T00:00:00Z")),
        ("2024-12-31", ClockState::Late, 6 * DAY, Some("2024-03-07T00:00:00Z")),
    ] {
        let resolve = clocks(&story(), time).resolve;
        assert_eq!((resolve.state, resolve.elapsed_s), (state, elapsed), "{time}");
        assert_eq!(resolve.stopped_at, stopped.map(instant), "{time}");
    }
    assert!(clocks(&story(), "2024-03-06T12:00:00Z").is_overdue());
    assert!(!clocks(&story(), "2024-03-07T12:00:00Z").is_overdue());
}

#[test]
fn waiting_is_counted_by_whom_it_is_for_and_taken_off() {
    // For the client 12 and 4 hours, for a third party 6, for us 12 until the resolution.
    let (client, third) = (16 * HOUR, 6 * HOUR);
    let resolve = clocks(&story(), "2024-03-07T12:00:00Z").resolve;
    assert_eq!(resolve.waited, Waited { client_s: client, third_party_s: third, us_s: 12 * HOUR, unstated_s: 0 });
    assert_eq!(resolve.net_s, 6 * DAY - client - third);
    let running = clocks(&story(), "2024-03-02T03:00:00Z").resolve;
    assert_eq!((running.elapsed_s, running.waited.client_s, running.net_s), (27 * HOUR, 3 * HOUR, DAY));
    assert_eq!(running.due, Some(instant("2024-03-05T00:00:00Z")), "waiting moves nothing that is due");
}

#[test]
fn a_wait_of_which_only_the_end_says_for_whom() {
    let story = |more| {
        vec![
            opened(0, "2024-01-01"),
            on_issue(1, "2024-03-01T00:00:00Z", "raised", json!({})),
            on_issue(2, "2024-03-01T01:00:00Z", "waiting", json!({})),
            on_issue(3, "2024-03-01T03:00:00Z", "resumed", more),
        ]
    };
    let unstated = clocks(&story(json!({})), "2024-03-01T04:00:00Z").resolve;
    assert_eq!((unstated.state, unstated.waited.unstated_s, unstated.net_s), (ClockState::NotSet, 2 * HOUR, 4 * HOUR));
    let said = clocks(&story(json!({"for": "client"})), "2024-03-01T04:00:00Z").resolve;
    assert_eq!((said.waited.client_s, said.waited.unstated_s, said.net_s), (2 * HOUR, 0, 2 * HOUR));
}

#[test]
fn what_is_due_moves_when_it_is_changed_only() {
    let mut events = story();
    events.truncate(3);
    let later = json!({"changes": {"respond_by": "2024-03-01T06:00:00Z", "resolve_by": null}});
    events.push(on_issue(3, "2024-03-02T00:00:00Z", "changed", later));
    assert_eq!(clocks(&events, "2024-03-01T12:00:00Z").respond.state, ClockState::Late);
    let changed = clocks(&events, "2024-03-02");
    assert_eq!((changed.respond.state, changed.resolve.state), (ClockState::Met, ClockState::NotSet));
    assert_eq!(changed.resolve.due, None);
}

#[test]
fn an_issue_that_moves_away_stops_its_clocks_here() {
    let mut events = story();
    events.truncate(2);
    events.push(on_issue(2, "2024-03-01T02:00:00Z", "moved", json!({"to": "globex"})));
    let away = clocks(&events, "2024-03-09");
    assert_eq!((away.respond.state, away.respond.elapsed_s), (ClockState::Moved, 2 * HOUR));
    assert_eq!((away.resolve.state, away.resolve.stopped_at), (ClockState::Moved, None));
    assert!(!away.is_overdue());
    events.push(on_issue(3, "2024-03-10T00:00:00Z", "raised", json!({})));
    assert_eq!(clocks(&events, "2024-03-10").resolve.state, ClockState::Overdue, "it came back");
}

#[test]
fn closing_stops_the_clocks_where_nobody_answered_or_resolved() {
    let mut events = story();
    events.truncate(2);
    events.push(on_issue(2, "2024-03-02T00:00:00Z", "closed", json!({})));
    let closed = clocks(&events, "2024-03-09");
    assert_eq!((closed.resolve.state, closed.resolve.elapsed_s), (ClockState::Met, DAY));
    assert_eq!((closed.respond.state, closed.respond.elapsed_s), (ClockState::Late, DAY));
    events.push(on_issue(3, "2024-03-03T00:00:00Z", "reopened", json!({})));
    assert_eq!(clocks(&events, "2024-03-09").respond.state, ClockState::Overdue, "nobody has answered still");
}
