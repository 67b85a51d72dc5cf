//! Interactions: held, planned, cancelled, and who took part.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{ContactContradicted, ContactUnknown, InteractionClosed, InteractionUnknown};
use tenure_replay::account::{Planned, PlannedStatus};
use tenure_schemas::Event;

use crate::kit::*;

/// An interaction of ana's through a channel, with more fields.
#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
pub(crate) fn logged(position: u64, time: &str, channel: &str, more: Value) -> Event {
    let mut says = json!({"channel": channel, "direction": "mutual", "persons": ["ana"]});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ev(position, time, "interaction.logged", says)
}

fn planned(position: u64, time: &str, at: &str) -> Event {
    let says = json!({"interaction": "i1", "at": at, "channel": "video", "persons": ["ana"]});
    ev(position, time, "interaction.planned", says)
}

fn cancelled(position: u64, time: &str) -> Event {
    ev(position, time, "interaction.cancelled", json!({"interaction": "i1"}))
}

fn held(position: u64, time: &str) -> Event {
    logged(position, time, "video", json!({"interaction": "i1"}))
}

fn i1(events: &[Event], time: &str) -> Planned {
    fold(events, time).planned().next().unwrap().clone()
}

#[test]
fn what_took_place_is_kept_in_the_order_of_time() {
    let events = [
        opened(0, "2024-01-01"),
        logged(
            1,
            "2024-03-01T10:00:00Z",
            "phone",
            json!({"sentiment": -1, "duration_s": 600, "subject": "Late again"}),
        ),
        logged(2, "2024-02-01", "email", json!({"about": {"order": "o1"}, "offerings_presented": ["press"]})),
    ];
    let account = fold_all(&events);
    let kept: Vec<_> = account.held().map(|held| serde_json::to_value(held).unwrap()).collect();
    let email = json!({
        "event": 2, "held_at": "2024-02-01T00:00:00Z", "held_date": "2024-02-01", "channel": "email",
        "direction": "mutual", "persons": ["ana"], "about": {"order": "o1"}, "offerings_presented": ["press"],
    });
    let phone = json!({
        "event": 1, "held_at": "2024-03-01T10:00:00Z", "channel": "phone", "direction": "mutual", "persons": ["ana"],
        "subject": "Late again", "duration_s": 600, "sentiment": -1,
    });
    assert_eq!(kept, [email, phone]);
    let interactions = serde_json::to_value(account.interactions()).unwrap();
    assert_eq!(interactions, json!({"count": 2, "last_at": "2024-03-01T10:00:00Z", "last_channel": "phone"}));
    assert_eq!(fold(&events, "2024-02-15").interactions().count, 1);
    assert_eq!(fold(&events, "2024-01-15").interactions().last_at, None);
}

#[test]
fn a_planned_interaction_goes_through_its_states() {
    let events = [opened(0, "2024-01-01"), planned(1, "2024-02-01", "2024-02-10T09:00:00Z"), held(2, "2024-02-12")];
    for (time, status) in [
        ("2024-02-01", PlannedStatus::Planned),
        ("2024-02-10T09:00:00Z", PlannedStatus::Planned),
        ("2024-02-10T09:00:01Z", PlannedStatus::Overdue),
        ("2024-02-11", PlannedStatus::Overdue),
        ("2024-02-12", PlannedStatus::Held),
    ] {
        assert_eq!(i1(&events, time).status(as_of(time).instant()), status, "{time}");
    }
    let ended = i1(&events, "2024-03-01");
    assert_eq!((ended.ended_by, ended.event, ended.changes), (Some(2), 1, 0));
    assert_eq!(own_codes(&events), []);
    let gone = [events[0].clone(), events[1].clone(), cancelled(2, "2024-02-03")];
    assert_eq!(i1(&gone, "2024-03-01").status(instant("2024-03-01T00:00:00Z")), PlannedStatus::Cancelled);
}

#[test]
fn planning_anew_moves_what_is_still_planned() {
    let events = [
        opened(0, "2024-01-01"),
        planned(1, "2024-02-01", "2024-02-10T09:00:00Z"),
        planned(2, "2024-02-03", "2024-02-20T09:00:00Z"),
    ];
    let moved = i1(&events, "2024-03-01");
    assert_eq!((moved.planned_for, moved.changes, moved.event), (instant("2024-02-20T09:00:00Z"), 1, 1));
    assert_eq!(own_codes(&events), []);
}

#[test]
fn what_contradicts_a_planned_interaction() {
    let plan = || planned(1, "2024-02-01", "2024-02-10T09:00:00Z");
    let open = || opened(0, "2024-01-01");
    for (case, events, expected) in [
        ("never planned, held", vec![open(), held(1, "2024-02-02")], vec![(InteractionUnknown, vec![1])]),
        ("never planned, cancelled", vec![open(), cancelled(1, "2024-02-02")], vec![(InteractionUnknown, vec![1])]),
        (
            "cancelled, held",
            vec![open(), plan(), cancelled(2, "2024-02-02"), held(3, "2024-02-10")],
            vec![(InteractionClosed, vec![1, 2, 3])],
        ),
        (
            "held, cancelled",
            vec![open(), plan(), held(2, "2024-02-10"), cancelled(3, "2024-02-11")],
            vec![(InteractionClosed, vec![1, 2, 3])],
        ),
        (
            "cancelled, planned anew",
            vec![open(), plan(), cancelled(2, "2024-02-02"), planned(3, "2024-02-03", "2024-03-01T00:00:00Z")],
            vec![(InteractionClosed, vec![1, 2, 3])],
        ),
    ] {
        assert_eq!(own_findings(&events), expected, "{case}");
    }
    let cancelled_first = [open(), plan(), cancelled(2, "2024-02-02"), held(3, "2024-02-10")];
    let account = fold_all(&cancelled_first);
    assert_eq!(account.held().count(), 1, "what took place is kept whatever was said of its plan");
    assert_eq!(account.planned().next().unwrap().held_at, None);
}

/// A planned interaction that is held without being known, and again after it was held.
pub(crate) fn contradicted() -> Vec<Event> {
    let plan = planned(2, "2024-02-03", "2024-02-10T09:00:00Z");
    vec![opened(0, "2024-01-01"), held(1, "2024-02-02"), plan, held(3, "2024-02-10"), held(4, "2024-02-12")]
}

#[test]
fn contacts_must_be_there() {
    let left = |position, time| ev(position, time, "contact.left", json!({"contact": "c1"}));
    let with = |position, time: &str, contacts: Value| logged(position, time, "phone", json!({"contacts": contacts}));
    let open = || opened(0, "2024-01-01");
    for (case, events, expected) in [
        ("known", vec![open(), contact(1, "2024-01-02", "c1"), with(2, "2024-01-03", json!(["c1"]))], vec![]),
        (
            "added on that day",
            vec![open(), with(1, "2024-01-03", json!(["c1"])), contact(2, "2024-01-03", "c1")],
            vec![],
        ),
        (
            "never added",
            vec![open(), contact(1, "2024-01-02", "c1"), with(2, "2024-01-03", json!(["c1", "x", "y"]))],
            vec![(ContactUnknown, vec![2])],
        ),
        (
            "had left",
            vec![open(), contact(1, "2024-01-02", "c1"), left(2, "2024-01-03"), with(3, "2024-01-04", json!(["c1"]))],
            vec![(ContactContradicted, vec![1, 3])],
        ),
        (
            "leaves on that day",
            vec![open(), contact(1, "2024-01-02", "c1"), left(2, "2024-01-03"), with(3, "2024-01-03", json!(["c1"]))],
            vec![],
        ),
    ] {
        assert_eq!(own_findings(&events), expected, "{case}");
        assert_eq!(fold_all(&events).held().count(), 1, "{case}");
    }
}

#[test]
fn very_many_interactions_are_followed_while_others_still_read_earlier_ones() {
    const MANY: u64 = 20_000;
    let mut live = tenure_replay::Live::unknown(acme());
    let now = instant("2030-01-01T00:00:00Z");
    live.follow(&opened(0, "2024-01-01"), now);
    let mut snapshots = Vec::new();
    for position in 1..=MANY {
        let at = instant("2024-01-02T00:00:00Z").saturating_add_seconds(i64::try_from(position).unwrap());
        let followed = live.follow(&logged(position, &at.to_string(), "chat", json!({})), now);
        assert_eq!(followed, tenure_replay::Followed::Yes);
        if position % 1_000 == 0 {
            snapshots.push(live.clone());
        }
    }
    let counts: Vec<_> = snapshots.iter().map(|live| live.account().interactions().count).collect();
    assert_eq!(counts, (1..=MANY / 1_000).map(|thousand| thousand * 1_000).collect::<Vec<_>>());
}
