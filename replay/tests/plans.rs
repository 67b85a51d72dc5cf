//! Plans: what becomes of objectives and actions, and what a plan comes to on a day.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{self, ActionClosed, ActionUnknown, ObjectiveClosed, ObjectiveUnknown};
use tenure_replay::account::{ActionStatus, ObjectiveStatus, Plan};
use tenure_replay::plans::{self, PlanStatus, PlanSummary};
use tenure_replay::{Account, Day, Live};
use tenure_schemas::{Event, PlanId};

use crate::kit::*;

type Act = (&'static str, Value);

/// An act on plan `p1`.
#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn on_p1(kind: &'static str, more: Value) -> Act {
    let mut says = json!({"plan": "p1"});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (kind, says)
}

/// Plan `p1` for 2024, a leap year of 366 days.
#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn adopted(objectives: Value) -> Act {
    let says = json!({"kind": "key_account", "from": "2024-01-01", "to": "2025-01-01", "objectives": objectives});
    on_p1("plan.adopted", says)
}

fn measured(id: &str, weight: u32, baseline: &str, target: &str) -> Value {
    let measure = json!({"metric": "share", "baseline": baseline, "target": target, "unit": "per cent"});
    json!({"objective": id, "text": "grow", "weight": weight, "measure": measure})
}

fn plain(id: &str, weight: u32) -> Value {
    json!({"objective": id, "text": "be trusted", "weight": weight})
}

fn progress(id: &str, value: &str) -> Act {
    on_p1("plan.progress_recorded", json!({"objective": id, "value": value}))
}

fn ended(id: &str, outcome: &str) -> Act {
    on_p1("plan.objective_closed", json!({"objective": id, "outcome": outcome}))
}

fn action(id: &str, due: &str) -> Act {
    on_p1("plan.action_set", json!({"action": id, "text": "call", "owner": "ana", "due": due}))
}

fn done(id: &str) -> Act {
    on_p1("plan.action_done", json!({"action": id}))
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn reviewed(spent_on: &str, more: Value) -> Act {
    let mut says = json!({"mode": spent_on});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    on_p1("plan.reviewed", says)
}

/// The acts a day apart, from 2024-02-01 on, after the opening on 2024-01-01.
fn story(acts: &[Act]) -> Vec<Event> {
    let first = jiff::civil::date(2024, 1, 31);
    let later = acts.iter().zip(1..).map(|((kind, says), position)| {
        let day = first.checked_add(jiff::Span::new().days(i64::try_from(position).unwrap())).unwrap();
        ev(position, &day.to_string(), kind, says.clone())
    });
    std::iter::once(opened(0, "2024-01-01")).chain(later).collect()
}

fn day(date: &str) -> Day {
    as_of(date).day_in(&"UTC".parse().unwrap())
}

fn p1(account: &Account) -> &Plan {
    account.plan(&PlanId::new("p1").unwrap()).unwrap()
}

fn summary(acts: &[Act], date: &str) -> PlanSummary {
    plans::summary(p1(&fold(&story(acts), date)), &day(date))
}

/// Everything that can happen to a plan, each of it once or more, without contradictions.
pub(crate) fn whole_life() -> Vec<Act> {
    let changed =
        json!({"objective": "b2", "text": "be liked", "weight": 5, "due": "2024-06-01", "owner": "ana", "need": "n1"});
    let other_unit = json!({"metric": "share", "baseline": "1", "target": "2", "unit": "points"});
    vec![
        adopted(json!([measured("b1", 50, "0", "10"), plain("b2", 30)])),
        on_p1("plan.objective_set", plain("b3", 20)),
        on_p1("plan.objective_set", changed),
        progress("b1", "4"),
        progress("b1", "4.0"),
        progress("b1", "5"),
        on_p1("plan.objective_set", json!({"objective": "b1", "text": "grow", "weight": 50, "measure": other_unit})),
        ended("b2", "achieved"),
        action("a1", "2024-03-01"),
        action("a1", "2024-04-01"),
        action("a2", "2024-04-01"),
        done("a1"),
        on_p1("plan.action_dropped", json!({"action": "a2"})),
        reviewed("reporting", json!({})),
        reviewed("mixed", json!({"decisions": ["go on"], "problems_solved": ["delay"], "next_review": "2024-09-01"})),
        on_p1("plan.insight_recorded", json!({"text": "They wait", "evidence": [id(0), id(1)]})),
        on_p1("plan.closed", json!({"outcome": "good"})),
    ]
}

/// Histories of plan `p1` by the findings that they bring about, in order.
pub(crate) fn contradicted() -> Vec<(&'static str, Vec<Event>, Vec<FindingCode>)> {
    let set = |id: &str| on_p1("plan.objective_set", plain(id, 1));
    let serving = json!({"action": "a1", "text": "call", "owner": "ana", "due": "2024-03-01", "objective": "b9"});
    let cases: Vec<(&str, Vec<Act>, Vec<FindingCode>)> = vec![
        ("no such objective", vec![progress("b1", "1"), ended("b1", "missed")], vec![ObjectiveUnknown; 2]),
        (
            "a closed objective",
            vec![set("b1"), ended("b1", "missed"), set("b1"), progress("b1", "1"), ended("b1", "achieved")],
            vec![ObjectiveClosed; 3],
        ),
        ("an action for no objective", vec![on_p1("plan.action_set", serving)], vec![ObjectiveUnknown]),
        (
            "no such action",
            vec![done("a1"), on_p1("plan.action_dropped", json!({"action": "a1"}))],
            vec![ActionUnknown; 2],
        ),
        (
            "an action done before",
            vec![action("a1", "2024-03-01"), done("a1"), done("a1"), action("a1", "2024-04-01")],
            vec![ActionClosed; 2],
        ),
        ("an objective set twice", vec![set("b1"), set("b1"), progress("b1", "1")], vec![]),
    ];
    let after_adoption = |acts: Vec<Act>| story(&std::iter::once(adopted(json!([]))).chain(acts).collect::<Vec<_>>());
    cases.into_iter().map(|(case, acts, codes)| (case, after_adoption(acts), codes)).collect()
}

#[test]
fn what_contradicts_a_plan() {
    for (case, events, codes) in contradicted() {
        assert_eq!(own_codes(&events), codes, "{case}");
    }
    let life = story(&whole_life());
    assert_eq!(own_findings(&life), []);
    let after: Vec<_> = whole_life().into_iter().chain([progress("b1", "1")]).collect();
    assert_eq!(own_findings(&story(&after)), [(FindingCode::PlanClosed, vec![1, 17, 18])]);
}

#[test]
fn what_was_contradicted_changes_nothing() {
    let acts = [adopted(json!([plain("b1", 1)])), ended("b1", "missed"), ended("b1", "achieved"), progress("b1", "7")];
    let account = fold_all(&story(&acts));
    let objective = p1(&account).objectives().next().unwrap();
    assert_eq!((objective.status, objective.value, objective.closed_event), (ObjectiveStatus::Missed, None, Some(2)));
}

#[test]
fn attainment_is_the_weighted_share_of_what_counts() {
    // 50 × 0.4 + 30 × 0.5 + 20 × p of 100.
    let three = json!([measured("b1", 50, "35", "60"), measured("b2", 30, "5.5", "2.5"), plain("b3", 20)]);
    let base = [adopted(three), progress("b1", "45"), progress("b2", "4.0")];
    let one = |objective: Value, value: &str| vec![adopted(json!([objective])), progress("b1", value)];
    for (case, acts, expected) in [
        ("open, not measured", vec![], Some(35_000)),
        ("achieved", vec![ended("b3", "achieved")], Some(55_000)),
        ("missed", vec![ended("b3", "missed")], Some(35_000)),
        ("dropped: 35 of 80", vec![ended("b3", "dropped")], Some(43_750)),
        ("measured though closed", vec![ended("b1", "achieved")], Some(35_000)),
        ("the last value counts", vec![progress("b1", "47.5")], Some(40_000)),
    ] {
        let acts: Vec<_> = base.iter().cloned().chain(acts).collect();
        assert_eq!(summary(&acts, "2024-12-01").attainment, expected, "{case}");
    }
    for (case, acts, expected) in [
        ("no objectives", vec![adopted(json!([]))], None),
        ("all dropped", vec![adopted(json!([plain("b1", 1)])), ended("b1", "dropped")], None),
        ("the target is the baseline", one(measured("b1", 9, "5", "5.0"), "7"), None),
        ("nothing recorded", vec![adopted(json!([measured("b1", 1, "5", "6")]))], Some(0)),
        (
            "achieved, and never measured",
            vec![adopted(json!([measured("b1", 1, "5", "6")])), ended("b1", "achieved")],
            Some(100_000),
        ),
        ("beyond the target", one(measured("b1", 1, "0", "10"), "11"), Some(100_000)),
        ("behind the baseline", one(measured("b1", 1, "0", "10"), "-1"), Some(0)),
        ("downwards, beyond", one(measured("b1", 1, "10", "0"), "-1"), Some(100_000)),
        ("a third", one(measured("b1", 1, "0", "3"), "1"), Some(33_333)),
        ("two thirds", one(measured("b1", 1, "0", "3"), "2"), Some(66_667)),
        ("a half to even, down", one(measured("b1", 1, "0", "200000"), "1"), Some(0)),
        ("a half to even, up", one(measured("b1", 1, "0", "200000"), "3"), Some(2)),
        (
            "28 digits",
            one(measured("b1", 1, "0", "9999999999999999999999999999"), "5000000000000000000000000000"),
            Some(50_000),
        ),
        (
            "all weights 0: they are equal",
            vec![adopted(json!([plain("b1", 0), plain("b2", 0), plain("b3", 0)])), ended("b2", "achieved")],
            Some(33_333),
        ),
        (
            "a weight of 0 among others",
            vec![adopted(json!([plain("b1", 0), plain("b2", 3)])), ended("b1", "achieved")],
            Some(0),
        ),
    ] {
        assert_eq!(summary(&acts, "2024-12-01").attainment, expected, "{case}");
    }
}

#[test]
fn another_unit_empties_what_was_measured() {
    let again = |unit: &str, target: &str| {
        let measure = json!({"metric": "share", "baseline": "0", "target": target, "unit": unit});
        on_p1("plan.objective_set", json!({"objective": "b1", "text": "grow", "weight": 1, "measure": measure}))
    };
    let base = [adopted(json!([measured("b1", 1, "0", "10")])), progress("b1", "5")];
    for (act, expected) in [(again("per cent", "20"), 25_000), (again("points", "20"), 0)] {
        let acts: Vec<_> = base.iter().cloned().chain([act]).collect();
        assert_eq!(summary(&acts, "2024-12-01").attainment, Some(expected));
    }
}

#[test]
fn time_passes_in_whole_days() {
    let acts = [adopted(json!([]))];
    for (date, status, elapsed) in [
        ("2024-02-01", PlanStatus::Active, 8_470),  // 31 of 366
        ("2024-07-02", PlanStatus::Active, 50_000), // 183 of 366
        ("2024-12-31", PlanStatus::Active, 99_727), // 365 of 366
        ("2025-01-01", PlanStatus::Lapsed, 100_000),
        ("2026-01-01", PlanStatus::Lapsed, 100_000),
    ] {
        let summary = summary(&acts, date);
        assert_eq!((summary.status, summary.elapsed), (status, elapsed), "{date}");
    }
    let closed = [acts[0].clone(), on_p1("plan.closed", json!({}))];
    // Closed on 2024-02-02, after 32 of 366 days.
    assert_eq!(
        (summary(&closed, "2024-07-02").status, summary(&closed, "2024-07-02").elapsed),
        (PlanStatus::Closed, 8_743)
    );
    let ahead = json!({"kind": "joint", "from": "2024-04-01", "to": "2024-05-01", "objectives": []});
    let acts = [on_p1("plan.adopted", ahead)];
    assert_eq!((summary(&acts, "2024-02-01").status, summary(&acts, "2024-03-31").elapsed), (PlanStatus::Upcoming, 0));
    let instant = as_of("2024-12-31T23:30:00Z");
    assert_eq!(instant.day_in(&"Europe/Rome".parse().unwrap()).date.to_string(), "2025-01-01");
}

#[test]
fn freshness_counts_from_the_last_review_or_the_adoption() {
    let never = [adopted(json!([]))];
    let once = [never[0].clone(), reviewed("reporting", json!({"next_review": "2024-02-10"}))];
    let twice = [once[0].clone(), once[1].clone(), reviewed("reporting", json!({}))];
    let closed = [once[0].clone(), once[1].clone(), on_p1("plan.closed", json!({}))];
    for (case, acts, date, since, next, late) in [
        ("since the adoption", never.as_slice(), "2024-02-11", Some(10), None, None),
        ("since the review", &once, "2024-02-10", Some(8), Some("2024-02-10"), None),
        ("the next is late", &once, "2024-02-13", Some(11), Some("2024-02-10"), Some(3)),
        ("the last one set none", &twice, "2024-02-13", Some(10), None, None),
        ("on the day itself", &twice, "2024-02-03", Some(0), None, None),
        ("closed", &closed, "2024-02-13", None, None, None),
    ] {
        let found = summary(acts, date);
        let next: Option<jiff::civil::Date> = next.map(|date: &str| date.parse().unwrap());
        assert_eq!((found.days_since_review, found.next_review, found.review_days_late), (since, next, late), "{case}");
    }
}

#[test]
fn the_last_review_is_the_one_that_was_held_last() {
    let mut events = story(&[adopted(json!([])), reviewed("mixed", json!({}))]);
    let earlier = reviewed("reporting", json!({"next_review": "2024-02-10"}));
    events.push(ev(7, "2024-02-01T10:00:00Z", earlier.0, earlier.1));
    let account = fold(&events, "2024-03-01");
    let positions: Vec<_> = p1(&account).reviews().iter().map(|review| review.event).collect();
    assert_eq!(positions, [7, 2]);
    assert_eq!(plans::summary(p1(&account), &day("2024-03-01")).next_review, None);
}

#[test]
fn reviews_tell_reporting_from_problem_solving() {
    let mut acts = vec![adopted(json!([]))];
    assert_eq!(summary(&acts, "2024-12-01").counts.reviews.problem_solving_share, None);
    acts.extend([
        reviewed("reporting", json!({})),
        reviewed("problem_solving", json!({"problems_solved": ["delay", "price"]})),
        reviewed("mixed", json!({"problems_solved": ["access"]})),
    ]);
    let reviews = summary(&acts, "2024-12-01").counts.reviews;
    assert_eq!((reviews.total, reviews.reporting, reviews.problem_solving, reviews.mixed), (3, 1, 1, 1));
    assert_eq!((reviews.reporting_share, reviews.problem_solving_share), (Some(33_333), Some(33_333)));
    assert_eq!(reviews.problems_solved, 3);
}

#[test]
fn late_is_what_is_open_past_its_due_date() {
    let due = |id: &str, due: &str| json!({"objective": id, "text": "grow", "weight": 1, "due": due});
    let acts = [
        adopted(json!([due("b1", "2024-03-01"), due("b2", "2024-03-02"), due("b3", "2024-03-01"), plain("b4", 1)])),
        ended("b3", "missed"),
        action("a1", "2024-03-01"),
        action("a2", "2024-02-01"),
        done("a2"),
    ];
    for (date, objectives, actions) in [("2024-03-01", 0, 0), ("2024-03-02", 1, 1), ("2024-03-03", 2, 1)] {
        let summary = summary(&acts, date);
        assert_eq!(
            (summary.counts.objectives.overdue, summary.counts.actions.overdue),
            (objectives, actions),
            "{date}"
        );
    }
    let account = fold_all(&story(&acts));
    let late: Vec<_> = p1(&account)
        .objectives()
        .map(|one| plans::objective_days_late(p1(&account), one, &day("2024-03-11")))
        .collect();
    assert_eq!(late, [Some(10), Some(9), None, None]);
    let far = day("2024-03-11");
    let actions: Vec<_> = p1(&account)
        .actions()
        .map(|one| (one.status, one.ended_event, plans::action_days_late(p1(&account), one, &far)))
        .collect();
    // Done on 2024-02-05, due on 2024-02-01.
    assert_eq!(actions, [(ActionStatus::Open, None, Some(10)), (ActionStatus::Done, Some(5), Some(4))]);
    let closed: Vec<_> = acts.iter().cloned().chain([on_p1("plan.closed", json!({}))]).collect();
    let counts = summary(&closed, "2024-03-11").counts;
    assert_eq!((counts.objectives.open, counts.objectives.overdue, counts.actions.overdue), (3, 0, 0));
}

#[test]
fn the_current_plan_began_last_of_the_active_ones() {
    let plan = |position, id: &str, from: &str, to: &str| {
        let says = json!({"plan": id, "kind": "success", "from": from, "to": to, "objectives": []});
        ev(position, "2023-12-01", "plan.adopted", says)
    };
    let events = [
        opened(0, "2023-01-01"),
        plan(1, "half", "2024-07-01", "2025-01-01"),
        plan(2, "whole", "2024-01-01", "2025-01-01"),
        plan(3, "again", "2024-07-01", "2024-10-01"),
        plan(4, "next", "2025-01-01", "2026-01-01"),
        ev(5, "2025-03-01", "plan.closed", json!({"plan": "next"})),
    ];
    for (date, expected) in [
        ("2023-12-31", None),
        ("2024-01-01", Some("whole")),
        ("2024-07-01", Some("again")),
        ("2024-10-01", Some("half")),
        ("2025-01-01", Some("next")),
        ("2025-03-01", None),
    ] {
        let account = fold(&events, date);
        let current = plans::current(&account, &day(date)).map(|plan| plan.plan.as_str());
        assert_eq!(current, expected, "{date}");
    }
}

#[test]
fn ten_thousand_objectives_are_followed_and_folded_one_by_one() {
    const MANY: u64 = 10_000;
    let mut events = story(&[adopted(json!([]))]);
    for number in 0..MANY {
        let says = on_p1("plan.objective_set", measured(&format!("b{number:05}"), 1, "0", "2"));
        events.push(ev(events.len() as u64, "2024-03-01T09:00:00Z", says.0, says.1));
    }
    let value = progress("b00007", "1");
    events.push(ev(events.len() as u64, "2024-03-02", value.0, value.1));
    let now = instant("2024-06-01T00:00:00Z");
    let mut live = Live::unknown(acme());
    // A reader keeps every state that was ever published.
    let kept: Vec<Live> = events
        .iter()
        .map(|event| {
            assert_eq!(live.follow(event, now), tenure_replay::Followed::Yes);
            live.clone()
        })
        .collect();
    let folded = Live::fold(acme(), &events, now);
    assert_eq!(live, folded);
    assert_eq!(p1(kept[5_001].account()).objectives().count(), 5_000);
    let summary = plans::summary(p1(folded.account()), &day("2024-06-01"));
    assert_eq!((summary.counts.objectives.total, summary.attainment), (10_000, Some(5)));
}
