//! Plan: pace, freshness, and which plan counts.

use serde_json::{Value, json};
use tenure_replay::health::Dimension::Plan;
use tenure_replay::health::Missing::{NoObjective, NoPlan};

use super::*;

/// A plan with objectives that runs from so many days ago to so many days ahead, adopted on its first day.
fn plan(told: Told, id: &str, from: i64, to: i64, objectives: &Value) -> Told {
    let says = json!({"plan": id, "kind": "success", "from": ago(from), "to": ago(-to), "objectives": objectives});
    told.and(from, "plan.adopted", says)
}

fn measured(id: &str, weight: u32, baseline: &str, target: &str) -> Value {
    let measure = json!({"metric": id, "baseline": baseline, "target": target, "unit": "per cent"});
    json!({"objective": id, "text": id, "weight": weight, "measure": measure})
}

fn plain(id: &str, weight: u32) -> Value {
    json!({"objective": id, "text": id, "weight": weight})
}

fn value(told: Told, objective: &str, value: &str) -> Told {
    told.and(0, "plan.progress_recorded", json!({"plan": "p1", "objective": objective, "value": value}))
}

fn ended(told: Told, objective: &str, outcome: &str) -> Told {
    told.and(0, "plan.objective_closed", json!({"plan": "p1", "objective": objective, "outcome": outcome}))
}

fn reviewed(told: Told, days: i64) -> Told {
    told.and(days, "plan.reviewed", json!({"plan": "p1", "mode": "reporting"}))
}

/// Half of its time has passed, it was reviewed today, and one objective has come so far.
fn halfway(value_now: &str) -> Told {
    let told = plan(Told::opened(400), "p1", 100, 100, &json!([measured("b1", 1, "0", "100")]));
    reviewed(value(told, "b1", value_now), 0)
}

#[test]
fn the_worked_example() {
    let told = plan(Told::opened(400), "p1", 100, 100, &json!([measured("b1", 1, "0", "100")]));
    let told = value(reviewed(told, 75), "b1", "42");
    let score = dimension(&told.0, Plan, ASKED);
    assert_eq!((score.score, score.evidence), (Some(47_143), 2));
    let figures = ["attained", "elapsed", "days_since_review"].map(|name| score.figures[name].clone());
    assert_eq!(figures, ["0.420000", "0.500000", "75.000000"]);
}

#[test]
fn without_a_plan_a_key_account_has_no_points_and_another_no_score() {
    for (tier, expected) in [("key", Ok(0)), ("developing", Err(NoPlan)), ("maintained", Err(NoPlan))] {
        assert_eq!(score(&Told::opened(400).tier(300, tier), Plan), expected, "{tier}");
        // A plan that lapsed, one to come and one that was closed are none.
        let lapsed = plan(Told::opened(400).tier(300, tier), "p1", 100, 0, &json!([plain("b1", 1)]));
        assert_eq!(score(&lapsed, Plan), expected, "{tier}");
        let says =
            json!({"plan": "p1", "kind": "success", "from": ago(-1), "to": ago(-9), "objectives": [plain("b1", 1)]});
        let to_come = Told::opened(400).tier(300, tier).and(5, "plan.adopted", says);
        assert_eq!(score(&to_come, Plan), expected, "{tier}");
        let closed = plan(Told::opened(400).tier(300, tier), "p1", 100, 100, &json!([plain("b1", 1)]));
        assert_eq!(score(&closed.and(1, "plan.closed", json!({"plan": "p1"})), Plan), expected, "{tier}");
    }
    assert_eq!(score(&Told::opened(400), Plan), Err(NoPlan));
}

#[test]
fn pace_is_what_is_attained_of_what_has_elapsed() {
    for (value, expected) in [("25", 50_000), ("42", 84_000), ("50", 100_000), ("90", 100_000), ("-5", 0), ("0", 0)] {
        assert_eq!(score(&halfway(value), Plan), Ok(expected), "{value}");
    }
    // On its first day the pace is kept, whatever is attained.
    let first = plan(Told::opened(400), "p1", 0, 100, &json!([measured("b1", 1, "0", "100")]));
    assert_eq!(score(&first, Plan), Ok(100_000));
    // On its last day nearly all has elapsed: 0.5 of 99/100.
    let last = plan(Told::opened(400), "p1", 99, 1, &json!([measured("b1", 1, "0", "100")]));
    assert_eq!(score(&reviewed(value(last, "b1", "49.5"), 0), Plan), Ok(50_000));
}

#[test]
fn objectives_count_by_weight_but_those_given_up() {
    let three = json!([measured("b1", 3, "10", "30"), plain("b2", 1), plain("b3", 4)]);
    let base = || reviewed(plan(Told::opened(400), "p1", 100, 100, &three), 0);
    for (name, told, expected) in [
        // (3·0.5 + 0 + 0)/8 of a half.
        ("one is half reached", value(base(), "b1", "20"), 37_500),
        ("one is achieved, one missed", ended(ended(base(), "b2", "achieved"), "b3", "missed"), 25_000),
        ("one is given up: 1 of 4", ended(ended(base(), "b2", "achieved"), "b3", "dropped"), 50_000),
        ("a measured value counts whatever was declared", ended(value(base(), "b1", "20"), "b1", "achieved"), 37_500),
        ("never measured, and achieved", ended(base(), "b1", "achieved"), 75_000),
    ] {
        assert_eq!(score(&told, Plan), Ok(expected), "{name}");
    }
}

#[test]
fn objectives_without_weight_weigh_the_same_and_without_any_it_is_missing() {
    let told = |objectives: Value| reviewed(plan(Told::opened(400).tier(9, "key"), "p1", 100, 100, &objectives), 0);
    let equal = ended(told(json!([plain("b1", 0), plain("b2", 0), plain("b3", 0), plain("b4", 0)])), "b2", "achieved");
    assert_eq!(score(&equal, Plan), Ok(50_000));
    assert_eq!(score(&told(json!([])), Plan), Err(NoObjective));
    assert_eq!(score(&ended(told(json!([plain("b1", 1)])), "b1", "dropped"), Plan), Err(NoObjective));
    let nowhere_to_go = told(json!([measured("b1", 9, "30", "30"), measured("b2", 1, "0", "4")]));
    assert_eq!(score(&value(nowhere_to_go, "b2", "1"), Plan), Ok(50_000), "a target that is the baseline is left out");
}

#[test]
fn freshness_counts_from_the_last_review_else_from_the_adoption() {
    let told = || value(plan(Told::opened(400), "p1", 180, 180, &json!([measured("b1", 1, "0", "100")])), "b1", "60");
    for (reviews, expected) in [(vec![], 25_000), (vec![180, 90], 50_000), (vec![90, 0, 100], 100_000)] {
        let told = reviews.iter().fold(told(), |told, days| reviewed(told, *days));
        assert_eq!(score(&told, Plan), Ok(expected), "{reviews:?}");
    }
}

#[test]
fn of_several_active_plans_the_one_that_began_last_counts() {
    let told = |second: i64| {
        let told = plan(Told::opened(400), "p2", second, 100, &json!([plain("c1", 1)]));
        reviewed(ended(plan(told, "p1", 100, 100, &json!([plain("b1", 1)])), "b1", "achieved"), 0)
    };
    for (second, expected) in [(101, 100_000), (100, 100_000), (99, 0)] {
        let told = told(second).and(0, "plan.reviewed", json!({"plan": "p2", "mode": "mixed"}));
        assert_eq!(score(&told, Plan), Ok(expected), "{second}");
    }
}
