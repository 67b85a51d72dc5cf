//! Issues: who is in charge, what they wait for, where they go on.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{IssueClosed, IssueUnknown};
use tenure_replay::account::{Issue, IssueStatus};
use tenure_schemas::Event;

use crate::kit::*;

/// Events on issue `i1` of an open account, a day apart from 2024-02-01 on.
pub(crate) fn story(acts: &[(&str, Value)]) -> Vec<Event> {
    let mut events = vec![opened(0, "2024-01-01")];
    for ((kind, extra), position) in acts.iter().zip(1..) {
        let mut says = json!({"issue": "i1"});
        says.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        events.push(ev(position, &format!("2024-02-{position:02}"), &format!("issue.{kind}"), says));
    }
    events
}

fn issue(acts: &[(&str, Value)]) -> Issue {
    fold_all(&story(acts)).issues().next().unwrap().clone()
}

fn raised() -> (&'static str, Value) {
    ("raised", json!({"severity": "high"}))
}

fn to(person: &str) -> (&'static str, Value) {
    ("assigned", json!({"person": person}))
}

fn from_to(from: &str, person: &str) -> (&'static str, Value) {
    ("assigned", json!({"from": from, "person": person}))
}

#[test]
fn an_issue_goes_through_its_states() {
    let acts = [
        raised(),
        to("ana"),
        ("waiting", json!({"for": "client"})),
        ("resumed", json!({})),
        ("responded", json!({"by": "ana"})),
        ("responded", json!({"by": "ben"})),
        ("escalated", json!({"to": "cy"})),
        ("resolved", json!({})),
        ("reopened", json!({})),
        ("resolved", json!({})),
        ("closed", json!({"satisfaction": 4})),
        ("reopened", json!({})),
    ];
    let states = [
        IssueStatus::Open,
        IssueStatus::Open,
        IssueStatus::Waiting,
        IssueStatus::Open,
        IssueStatus::Open,
        IssueStatus::Open,
        IssueStatus::Open,
        IssueStatus::Resolved,
        IssueStatus::Open,
        IssueStatus::Resolved,
        IssueStatus::Closed,
        IssueStatus::Open,
    ];
    for (upto, expected) in states.iter().enumerate() {
        assert_eq!(issue(&acts[..=upto]).status, *expected, "{}", acts[upto].0);
    }
    let last = issue(&acts);
    assert_eq!((last.reopenings, last.escalations, last.resolved_at, last.closed_at), (2, 1, None, None));
    assert_eq!(last.responded_at, Some(instant("2024-02-05T00:00:00Z")));
    assert_eq!(last.escalated_to, Some(person_id("cy")));
    assert_eq!(own_codes(&story(&acts)), []);
}

#[test]
fn owner_changes_count_from_person_to_person() {
    for (case, acts, expected) in [
        ("the first is no change", vec![to("ana")], 0),
        ("again is no change", vec![to("ana"), to("ana")], 0),
        ("another is one", vec![to("ana"), to("ben"), to("ana")], 2),
        ("the first of this account may be one", vec![from_to("zoe", "ana")], 1),
        ("the first of this account may be none", vec![from_to("ana", "ana")], 0),
        (
            "back from another account that had changed it",
            vec![to("ana"), ("moved", json!({"to": "globex"})), raised(), from_to("ben", "ben")],
            0,
        ),
    ] {
        let acts: Vec<_> = std::iter::once(raised()).chain(acts).collect();
        assert_eq!(issue(&acts).owner_changes, expected, "{case}");
    }
}

#[test]
fn an_issue_moves_away_and_comes_back() {
    let away = [raised(), to("ana"), ("moved", json!({"to": "globex"}))];
    let moved = issue(&away);
    assert_eq!((moved.status, moved.moved_to), (IssueStatus::Moved, Some(account_id("globex"))));
    let back: Vec<_> = away.into_iter().chain([raised()]).collect();
    let returned = issue(&back);
    assert_eq!((returned.status, returned.moved_to, returned.event), (IssueStatus::Open, None, 1));
    let resolved = issue(&[raised(), ("resolved", json!({})), ("moved", json!({"to": "globex"})), raised()]);
    assert_eq!((resolved.status, resolved.resolved_at), (IssueStatus::Open, None), "it is open again");
    assert_eq!(own_codes(&story(&back)), []);
}

#[test]
fn changes_keep_set_and_empty() {
    let change = ("changed", json!({"changes": {"severity": "low", "subject": "slow"}}));
    assert_eq!(serde_json::to_value(issue(&[raised(), change.clone()]).severity).unwrap(), "low");
    let emptied = issue(&[raised(), change, ("changed", json!({"changes": {"severity": null}}))]);
    assert_eq!(emptied.severity, None);
    assert_eq!(emptied.subject.unwrap().as_str(), "slow");
}

#[test]
fn what_contradicts_an_issue() {
    let acts = [
        to("ana"),
        ("responded", json!({"by": "ana"})),
        ("noted", json!({"text": "called"})),
        ("changed", json!({"changes": {"severity": "low"}})),
        ("waiting", json!({})),
        ("resumed", json!({})),
        ("escalated", json!({})),
        ("resolved", json!({})),
        ("closed", json!({})),
        ("moved", json!({"to": "globex"})),
    ];
    for act in acts {
        assert_eq!(own_findings(&story(std::slice::from_ref(&act))), [(IssueUnknown, vec![1])], "{}", act.0);
        let after_close = [raised(), ("closed", json!({})), act.clone()];
        assert_eq!(own_findings(&story(&after_close)), [(IssueClosed, vec![1, 3])], "{}", act.0);
        let after_move = [raised(), ("moved", json!({"to": "globex"})), act.clone()];
        assert_eq!(own_findings(&story(&after_move)), [(IssueClosed, vec![1, 3])], "{}", act.0);
    }
    assert_eq!(own_findings(&story(&[("reopened", json!({}))])), [(IssueUnknown, vec![1])]);
    let moved = [raised(), ("moved", json!({"to": "globex"})), ("reopened", json!({}))];
    assert_eq!(own_findings(&story(&moved)), [(IssueClosed, vec![1, 3])]);
    assert_eq!(own_findings(&story(&[raised(), raised()])), [(IssueClosed, vec![1, 2])]);
}
