//! Service: what is open, for how long, against which agreement, and what came back.

use serde_json::{Value, json};
use tenure_replay::health::Dimension::Service;
use tenure_replay::health::Missing::NoIssue;

use super::*;

/// An issue that was raised so many days ago, and what happened to it since.
fn issue(days: i64, more: Value, acts: &[(i64, &str)]) -> Told {
    with_issue(Told::opened(400), "i1", days, more, acts)
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn with_issue(told: Told, id: &str, days: i64, more: Value, acts: &[(i64, &str)]) -> Told {
    let mut says = json!({"issue": id});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    acts.iter().fold(told.and(days, "issue.raised", says), |told, (days, kind)| {
        let says = match *kind {
            "issue.moved" => json!({"issue": id, "to": "globex"}),
            _ => json!({"issue": id}),
        };
        told.and(*days, kind, says)
    })
}

#[test]
fn the_worked_example() {
    let told = issue(12, json!({"severity": "high"}), &[]);
    let told = with_issue(told, "i2", 3, json!({"severity": "low"}), &[]);
    let score = dimension(&told.0, Service, ASKED);
    assert_eq!((score.score, score.evidence), (Some(35_973), 2));
    assert_eq!((score.figures["burden"].as_str(), score.figures["open_issues"].as_str()), ("14.750000", "2.000000"));
}

#[test]
fn without_any_issue_it_is_missing_and_without_a_burden_it_is_full() {
    assert_eq!(score(&Told::opened(400), Service), Err(NoIssue));
    for end in ["issue.resolved", "issue.closed", "issue.moved"] {
        assert_eq!(score(&issue(12, json!({}), &[(3, end)]), Service), Ok(100_000), "{end}");
    }
}

#[test]
fn an_open_issue_burdens_by_severity_age_and_agreement() {
    for (name, days, more, acts, expected) in [
        ("high today: 4", 0, json!({"severity": "high"}), vec![], 75_786),
        ("critical after 4 of 2 days: 24", 4, json!({"severity": "critical"}), vec![], 18_946),
        ("unknown counts as medium, 5 of 10: 3", 5, json!({}), vec![], 81_225),
        ("waiting is open: 3", 5, json!({}), vec![(3, "issue.waiting")], 81_225),
        ("low after 10 of 20: 1.5", 10, json!({"severity": "low"}), vec![], 90_125),
        ("10 of 20 agreed: 6", 10, json!({"severity": "high", "resolve_by": ago(-10) + "T09:00:00Z"}), vec![], 65_975),
        (
            "agreed for the same day, as if nothing: 12",
            10,
            json!({"severity": "high", "resolve_by": ago(10) + "T23:00:00Z"}),
            vec![],
            43_528,
        ),
        (
            "agreed for before, as if nothing: 12",
            10,
            json!({"severity": "high", "resolve_by": ago(20) + "T09:00:00Z"}),
            vec![],
            43_528,
        ),
    ] {
        assert_eq!(score(&issue(days, more, &acts), Service), Ok(expected), "{name}");
    }
}

#[test]
fn a_reopening_burdens_for_ninety_days_and_counts_once_each() {
    let (resolved, reopened) = ("issue.resolved", "issue.reopened");
    for (name, acts, expected) in [
        ("open since 3 of 5 days, and reopened: 6.4 + 2", vec![(9, resolved), (3, reopened)], 55_864),
        ("reopened and resolved again: 2", vec![(9, resolved), (8, reopened), (2, resolved)], 87_055),
        ("twice: 4", vec![(9, resolved), (8, reopened), (7, resolved), (6, reopened), (5, resolved)], 75_786),
        ("89 days ago: 2", vec![(95, resolved), (89, reopened), (80, resolved)], 87_055),
        ("90 days ago", vec![(95, resolved), (90, reopened), (80, resolved)], 100_000),
        ("reopened while open, 3 of 5 days: 8.4", vec![(3, reopened)], 55_864),
    ] {
        assert_eq!(score(&issue(100, json!({"severity": "high"}), &acts), Service), Ok(expected), "{name}");
    }
}

#[test]
fn an_issue_that_comes_back_from_another_account_is_open_from_then_on() {
    let told = issue(50, json!({"severity": "high"}), &[(40, "issue.moved")]);
    let told = told.and(0, "issue.raised", json!({"issue": "i1", "severity": "high"}));
    assert_eq!(score(&told, Service), Ok(75_786));
}

#[test]
fn it_is_as_of_the_date_asked() {
    let told = issue(50, json!({"severity": "high"}), &[(10, "issue.resolved")]);
    let at = |days| dimension(&told.0, Service, &ago(days)).score;
    assert_eq!((at(50), at(11), at(10), at(51)), (Some(75_786), Some(8_717), Some(100_000), None));
}
