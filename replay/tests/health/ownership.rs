//! Ownership: tenure, changes, days without anybody.

use serde_json::json;
use tenure_replay::health::Dimension::Ownership;

use super::*;

fn assigned(told: Told, days: i64, person: &str) -> Told {
    told.and(days, "ownership.assigned", json!({"person": person, "role": "primary"}))
}

fn passed(told: Told, days: i64, from: &str, to: &str) -> Told {
    told.and(days, "ownership.transferred", json!({"from": from, "to": to, "role": "primary"}))
}

fn ended(told: Told, days: i64, person: &str) -> Told {
    told.and(days, "ownership.ended", json!({"person": person, "role": "primary"}))
}

#[test]
fn the_worked_example() {
    let told = ended(assigned(Told::opened(999), 999, "ana"), 219, "ana");
    let score = dimension(&assigned(told, 210, "ben").0, Ownership, ASKED);
    assert_eq!((score.score, score.evidence), (Some(54_088), 2));
    let names = ["tenure_days", "changes", "orphan_days", "days_open"];
    let figures = names.map(|name| score.figures[name].split('.').next().unwrap().to_owned());
    assert_eq!(figures, ["210", "1", "9", "365"]);
}

#[test]
fn without_a_primary_owner_there_are_no_points() {
    let secondary = json!({"person": "ana", "role": "secondary"});
    let north = json!({"person": "ana", "role": "primary", "scope": "region:north"});
    for (name, told) in [
        ("nobody", Told::opened(400)),
        ("another role", Told::opened(400).and(400, "ownership.assigned", secondary)),
        ("another scope", Told::opened(400).and(400, "ownership.assigned", north)),
        ("no more", ended(assigned(Told::opened(400), 400, "ana"), 1, "ana")),
        ("no more since today", ended(assigned(Told::opened(400), 400, "ana"), 0, "ana")),
        ("only from today on", assigned(Told::opened(400), 0, "ana")),
        ("closed", assigned(Told::opened(400), 400, "ana").and(1, "account.closed", json!({"reason": "lost"}))),
    ] {
        assert_eq!(score(&told, Ownership), Ok(0), "{name}");
    }
}

#[test]
fn tenure_grows_and_the_first_assignment_is_no_change() {
    for (days, expected) in [(180, 50_000), (210, 55_455), (360, 75_000)] {
        assert_eq!(score(&assigned(Told::opened(999), days, "ana"), Ownership), Ok(expected), "{days}");
    }
}

#[test]
fn of_several_the_longest_counts() {
    let told = assigned(assigned(Told::opened(999), 360, "ana"), 90, "ben");
    assert_eq!(score(&told, Ownership), Ok(75_000));
}

#[test]
fn changes_of_two_years_count_beyond_the_first() {
    // 360 days of tenure each time: 75, halved for every two changes beyond the first.
    let story = |changes: &[i64]| {
        let people = ["ana", "ben", "cy", "dee"];
        let told = assigned(Told::opened(2_000), 1_900, "ana");
        let moves = changes.iter().zip(people.iter().zip(people.iter().skip(1)));
        moves.fold(told, |told, (days, (from, to))| passed(told, *days, from, to))
    };
    for (changes, expected) in [
        (vec![360], 75_000),
        (vec![500, 360], 53_033),
        (vec![600, 500, 360], 37_500),
        // 731 days ago is 30 June 2022, 24 months before the asked date, and no more within them.
        (vec![730, 500, 360], 37_500),
        (vec![731, 500, 360], 53_033),
    ] {
        assert_eq!(score(&story(&changes), Ownership), Ok(expected), "{changes:?}");
    }
}

#[test]
fn coming_back_to_the_same_person_and_coverage_are_no_changes() {
    let told = assigned(ended(assigned(Told::opened(999), 900, "ana"), 400, "ana"), 360, "ana");
    let score_of = dimension(&told.0, Ownership, ASKED);
    // Of the 40 days without her, five are among the last 365.
    assert_eq!(
        (score_of.figures["changes"].as_str(), score_of.figures["orphan_days"].as_str()),
        ("0.000000", "5.000000")
    );
    let cover = json!({"owner": "ana", "delegate": "ben", "until": "2024-07-30T00:00:00Z"});
    let told = assigned(Told::opened(999), 360, "ana").and(30, "coverage.started", cover);
    assert_eq!(score(&told, Ownership), Ok(75_000));
}

#[test]
fn days_without_anybody_count_while_the_account_is_open() {
    let gap = |told: Told, from: i64, to: i64| assigned(ended(assigned(told, 999, "ana"), from, "ana"), to, "ana");
    let days = |told: &Told| {
        let score = dimension(&told.0, Ownership, ASKED);
        ["orphan_days", "days_open"].map(|name| score.figures[name].split('.').next().unwrap().parse::<u32>().unwrap())
    };
    assert_eq!(days(&gap(Told::opened(999), 30, 21)), [9, 365]);
    assert_eq!(days(&gap(Told::opened(999), 380, 360)), [5, 365], "only the last 365 days");
    // Closing stops the clocks.
    let closed = ended(assigned(Told::opened(999), 999, "ana"), 30, "ana");
    let closed = closed.and(28, "account.closed", json!({"reason": "ended"})).and(22, "account.reopened", json!({}));
    assert_eq!(days(&assigned(closed, 21, "ben")), [3, 365]);
    // Before there ever was an owner, none was lost.
    assert_eq!(days(&assigned(Told::opened(100), 50, "ana")), [0, 100]);
    assert_eq!(days(&assigned(Told::opened(0), 0, "ana")), [0, 1]);
}

#[test]
fn a_young_account_is_measured_by_its_own_days() {
    let told = passed(assigned(Told::opened(100), 100, "ana"), 60, "ana", "ben");
    let told = assigned(ended(told, 60, "ben"), 50, "ben");
    // 50 days, one change, 10 of 100 days: the transfer at the same day as its end covers no time.
    assert_eq!(score(&told, Ownership), Ok(15_763));
}

#[test]
fn a_day_counts_as_it_ended() {
    let told = passed(assigned(Told::opened(999), 360, "ana"), 10, "ana", "ben");
    // On the day of the transfer Ben has it, for no day yet.
    assert_eq!(dimension(&told.0, Ownership, &ago(10)).score, Some(0));
    assert_eq!(dimension(&told.0, Ownership, &ago(11)).figures["tenure_days"], "349.000000");
}

#[test]
fn an_owner_who_is_inherited_counts_as_one() {
    let above = |kind, time: &str, position, says| on("account/group", position, time, kind, says);
    let heir = json!({"person": "gil", "role": "primary", "inherit": true});
    let mut told = Told::opened(999).and(999, "account.parent_set", json!({"parent": "group"}));
    told.0.push(above("account.opened", &ago(999), 90, json!({"name": "Group"})));
    told.0.push(above("ownership.assigned", &ago(180), 91, heir));
    assert_eq!(score(&told, Ownership), Ok(50_000));
    // Nobody is missing while somebody above answers for it: of 200 days without an owner of its own, 20.
    told.0.push(ev(92, &ago(400), "ownership.assigned", json!({"person": "ana", "role": "primary"})));
    told.0.push(ev(93, &ago(200), "ownership.ended", json!({"person": "ana", "role": "primary"})));
    let score = dimension(&told.0, Ownership, ASKED);
    assert_eq!(
        (score.figures["orphan_days"].as_str(), score.figures["tenure_days"].as_str()),
        ("20.000000", "180.000000")
    );
}
