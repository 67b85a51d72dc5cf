//! Who is responsible while somebody stands in: by lane, by day, one hop, the latest of several.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{CoverageNotFound, CoverageOverlaps};
use tenure_replay::{Directory, ownership};
use tenure_schemas::Event;

use crate::kit::*;

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn covered(position: u64, time: &str, delegate: &str, more: Value) -> Event {
    let mut says = json!({"owner": "ana", "delegate": delegate, "until": "2024-03-20T00:00:00Z"});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ev(position, time, "coverage.started", says)
}

fn back(position: u64, time: &str, delegate: &str) -> Event {
    ev(position, time, "coverage.ended", json!({"owner": "ana", "delegate": delegate}))
}

fn lane(position: u64, time: &str, role: &str, scope: &str) -> Event {
    ev(position, time, "ownership.assigned", json!({"person": "ana", "role": role, "scope": scope}))
}

/// Whoever is accountable, in which lane, and who is responsible in their place by which event: `ana primary ben 2`.
fn responsible(events: &[Event], time: &str) -> Vec<String> {
    let moment = as_of(time);
    let firm = Firm::of(events, &moment);
    let owners = ownership::owners(&firm.account(&acme()).unwrap(), &firm, &moment);
    let line = |owner: &ownership::Owner| {
        let stand_ins = owner.responsible.iter().map(|one| format!(" {} {}", one.person, one.event));
        format!("{} {}{}", owner.person, owner.role, stand_ins.collect::<String>())
    };
    owners.iter().map(line).collect()
}

#[test]
fn the_delegate_is_responsible_while_the_coverage_and_the_ownership_run() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        covered(2, "2024-03-04T08:00:00Z", "ben", json!({})),
        back(3, "2024-03-10", "ben"),
    ];
    let cut = [&events[..3], &[transferred(3, "2024-03-08", "ana", "cy")]].concat();
    for (case, events, asked, expected) in [
        ("not yet", &events[..], "2024-03-04T07:59:59Z", "ana primary"),
        ("on its first day", &events, "2024-03-04", "ana primary ben 2"),
        ("in its course", &events, "2024-03-09T23:59:59Z", "ana primary ben 2"),
        ("on the day of the return", &events, "2024-03-10", "ana primary"),
        ("until the announced end", &events[..3], "2024-03-19", "ana primary ben 2"),
        ("not on that", &events[..3], "2024-03-20", "ana primary"),
        ("until the ownership ends", &cut, "2024-03-07", "ana primary ben 2"),
        ("and not for who follows", &cut, "2024-03-09", "cy primary"),
    ] {
        assert_eq!(responsible(events, asked), [expected], "{case}");
    }
}

#[test]
fn the_end_of_what_is_known_of_a_coverage_is_said() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        covered(2, "2024-03-04", "ben", json!({})),
        transferred(3, "2024-03-08@Asia/Tokyo", "ana", "cy"),
    ];
    let moment = as_of("2024-03-08T00:00:00+09:00");
    let firm = Firm::of(&events, &as_of("2024-03-07"));
    let owners = ownership::owners(&firm.account(&acme()).unwrap(), &firm, &as_of("2024-03-07"));
    assert_eq!(owners[0].responsible[0].until, Some(instant("2024-03-20T00:00:00Z")));
    let firm = Firm::of(&events, &moment);
    let later = ownership::owners(&firm.account(&acme()).unwrap(), &firm, &as_of("2024-03-07"));
    let until = &later[0].responsible[0];
    assert_eq!(
        (until.until, until.until_date),
        (Some(instant("2024-03-07T15:00:00Z")), Some("2024-03-08".parse().unwrap()))
    );
}

#[test]
fn a_coverage_is_about_the_lanes_that_it_lists() {
    let lanes = [
        opened(0, "2024-01-01"),
        lane(1, "2024-01-01", "primary", "global"),
        lane(2, "2024-01-01", "primary", "region:emea"),
        lane(3, "2024-01-01", "secondary", "global"),
    ];
    for (lists, expected) in [
        (json!({}), ["ana primary ben 4", "ana primary ben 4", "ana secondary ben 4"]),
        (json!({"roles": ["primary"]}), ["ana primary ben 4", "ana primary ben 4", "ana secondary"]),
        (json!({"scopes": ["global"]}), ["ana primary ben 4", "ana primary", "ana secondary ben 4"]),
        (
            json!({"roles": ["primary"], "scopes": ["region:emea"]}),
            ["ana primary", "ana primary ben 4", "ana secondary"],
        ),
    ] {
        let events = [&lanes[..], &[covered(4, "2024-03-04", "ben", lists.clone())]].concat();
        assert_eq!(responsible(&events, "2024-03-05"), expected, "{lists}");
    }
}

#[test]
fn a_coverage_goes_no_further_than_its_delegate() {
    let of_ben = json!({"owner": "ben", "delegate": "cy", "until": "2024-03-20T00:00:00Z"});
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        covered(2, "2024-03-04", "ben", json!({})),
        ev(3, "2024-03-05", "coverage.started", of_ben),
    ];
    assert_eq!(responsible(&events, "2024-03-06"), ["ana primary ben 2"]);
}

#[test]
fn of_several_the_latest_started_answers_and_the_one_before_again_after_it() {
    let short = json!({"until": "2024-03-08T00:00:00Z"});
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        covered(2, "2024-03-04", "ben", json!({})),
        covered(3, "2024-03-06T12:00:00Z", "cy", short),
    ];
    assert_eq!(responsible(&events, "2024-03-06T11:59:59Z"), ["ana primary ben 2"]);
    assert_eq!(responsible(&events, "2024-03-06T12:00:00Z"), ["ana primary cy 3"]);
    assert_eq!(responsible(&events, "2024-03-06"), ["ana primary ben 2 cy 3"], "a day names both");
    assert_eq!(responsible(&events, "2024-03-09"), ["ana primary ben 2"]);
    assert_eq!(own_findings(&events), [(CoverageOverlaps, vec![2, 3])]);
    let elsewhere = [
        &events[..2],
        &[
            covered(2, "2024-03-04", "ben", json!({"roles": ["secondary"]})),
            covered(3, "2024-03-05", "cy", json!({"roles": ["primary"]})),
        ],
    ];
    assert_eq!(own_codes(&elsewhere.concat()), [], "no lane is covered twice");
}

#[test]
fn the_return_ends_all_that_run_between_the_two() {
    let events = [
        opened(0, "2024-01-01"),
        lane(1, "2024-01-01", "primary", "global"),
        lane(2, "2024-01-01", "secondary", "global"),
        covered(3, "2024-03-04", "ben", json!({"roles": ["primary"]})),
        covered(4, "2024-03-04", "ben", json!({"roles": ["secondary"]})),
        back(5, "2024-03-10", "ben"),
        back(6, "2024-03-11", "ben"),
    ];
    assert_eq!(responsible(&events, "2024-03-09"), ["ana primary ben 3", "ana secondary ben 4"]);
    assert_eq!(responsible(&events, "2024-03-10"), ["ana primary", "ana secondary"]);
    let ended: Vec<_> = fold_all(&events).coverages().map(|coverage| (coverage.to_date, coverage.ended_by)).collect();
    assert_eq!(ended, [(Some("2024-03-10".parse().unwrap()), Some(5)); 2]);
    assert_eq!(own_codes(&events), [CoverageNotFound]);
}

#[test]
fn who_inherits_is_covered_by_what_was_said_above_and_here() {
    let at = |id: &str, event: Event| Event { stream: format!("account/{id}").parse().unwrap(), ..event };
    let family = [
        ev(0, "2024-01-01", "account.opened", json!({"name": "Acme", "parent": "top"})),
        at("top", opened(1, "2024-01-01")),
        at(
            "top",
            ev(2, "2024-01-01", "ownership.assigned", json!({"person": "ana", "role": "primary", "inherit": true})),
        ),
    ];
    let above = at("top", covered(3, "2024-03-04", "ben", json!({})));
    let here = covered(4, "2024-03-06", "cy", json!({}));
    assert_eq!(responsible(&[&family[..], std::slice::from_ref(&above)].concat(), "2024-03-05"), ["ana primary ben 3"]);
    assert_eq!(responsible(&[&family[..], std::slice::from_ref(&here)].concat(), "2024-03-07"), ["ana primary cy 4"]);
    assert_eq!(responsible(&[&family[..], &[above, here]].concat(), "2024-03-07"), ["ana primary cy 4"]);
}
