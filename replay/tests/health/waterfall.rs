//! What took the score from one date to another: decay, events as they were learned of, the model; exactly added up.

use proptest::prelude::*;
use serde_json::json;
use tenure_replay::health::HealthModel;
use tenure_replay::health::waterfall::{Course, StepKind, Waterfall, waterfall};

use super::whole::rich;
use super::*;
use crate::models::{activated, health_spec, published};

/// From a date, with what the first `known` events say, to another with all of them.
fn between(events: &[Event], known: usize, from: &str, to: &str) -> Waterfall {
    let (from, to) = (as_of(from), as_of(to));
    let (old, new) = (&events[..known], events);
    let of_acme = |events: &[Event]| -> Vec<Event> {
        events.iter().filter(|event| event.stream.as_str() == "account/acme").cloned().collect()
    };
    let (first, between, last) = (Firm::of(old, &from), Firm::of(old, &to), Firm::of(new, &to));
    let (before, after) = (HealthModel::active(&models(old, &from)), HealthModel::active(&models(new, &to)));
    let course = Course {
        account: &acme(),
        from: &from,
        to: &to,
        zone: &Zone::utc(),
        known: &of_acme(old),
        all: &of_acme(new),
        first: &first,
        between: &between,
        last: &last,
        before: &before,
        after: &after,
    };
    waterfall(&course, &|| true).unwrap()
}

/// `step event kind moved` of each.
fn lines(waterfall: &Waterfall) -> Vec<String> {
    let line = |step: &tenure_replay::health::waterfall::Step| {
        let event = step.event.map_or("-".to_owned(), |event| event.to_string());
        format!("{:?} {event} {} {}", step.step, step.kind.as_deref().unwrap_or("-"), step.moved)
    };
    waterfall.steps.iter().map(line).collect()
}

#[track_caller]
fn adds_up(waterfall: &Waterfall) {
    let moved: i64 = waterfall.steps.iter().map(|step| step.moved).sum();
    assert_eq!(moved, waterfall.moved);
    let score = |end: Option<u32>| i64::from(end.unwrap_or(0));
    assert_eq!(moved, score(waterfall.to.overall) - score(waterfall.from.overall));
    for step in &waterfall.steps {
        assert_eq!(step.parts.values().sum::<i64>(), step.moved, "{step:?}");
    }
}

fn call(position: u64, days: i64) -> Event {
    let says = json!({"channel": "video", "direction": "mutual", "persons": ["ana"]});
    ev(position, &ago(days), "interaction.logged", says)
}

#[test]
fn decay_comes_first_then_events_as_they_were_learned_of_then_the_model() {
    let mut events = vec![opened(0, &ago(400)), call(1, 45)];
    events.extend([
        call(2, 0),
        call(3, 90),
        retracted(4, 3),
        published(5, &ago(1), "health", 2, &health_spec("90")),
        activated(6, &ago(0), "health", 2),
    ]);
    // 20 of 28 weights are engagement, the others ownership without points.
    let told = between(&events, 2, &ago(45), ASKED);
    adds_up(&told);
    assert_eq!(told.from.overall, Some(53_571));
    // 75 fall to 37.5; a call today makes that more than 100, so a word of long ago moves no more; by a half-life of 90
    // days it is 1 + 0.707107 of 2.
    assert_eq!(lines(&told), ["Decay - - -26785", "Event 2 interaction.logged 44643", "Model - - -10461",]);
    assert_eq!((told.from.model.as_str(), told.to.model.as_str(), told.events), ("health/1", "health/2", 3));
}

#[test]
fn late_words_and_corrections_are_steps() {
    let mut events = vec![opened(0, &ago(400)), call(1, 45), call(2, 90), retracted(3, 1)];
    events.push(ev(4, &ago(300), "contact.added", json!({"contact": "c1", "name": "Cleo"})));
    let told = between(&events, 2, &ago(45), ASKED);
    adds_up(&told);
    let late: Vec<_> = told.steps.iter().map(|step| (step.event, step.is_late)).collect();
    assert_eq!(late, [(None, None), (Some(2), Some(true)), (Some(3), Some(false)), (Some(4), Some(true))]);
    let parts: Vec<_> = told.steps[3].parts.keys().copied().collect();
    assert_eq!(parts, ["engagement"], "another dimension without points takes weight from this one");
}

#[test]
fn an_account_that_was_not_known_begins_at_nothing() {
    let events = rich().0;
    let told = between(&events, 0, &ago(1_500), ASKED);
    adds_up(&told);
    assert_eq!((told.from.overall, told.to.overall, told.events), (None, Some(60_579), 9));
    let same = between(&events, events.len(), ASKED, ASKED);
    assert_eq!((same.moved, same.steps, same.events), (0, vec![], 0));
}

#[test]
fn what_changes_above_is_a_step_of_its_own() {
    let above = |position, kind, time: &str, says| on("account/group", position, time, kind, says);
    let heir = json!({"person": "gil", "role": "primary", "inherit": true});
    let mut events = Told::opened(999).and(999, "account.parent_set", json!({"parent": "group"})).0;
    events.push(above(2, "account.opened", &ago(999), json!({"name": "Group"})));
    events.push(above(3, "ownership.assigned", &ago(180), heir));
    let told = between(&events, 3, ASKED, ASKED);
    adds_up(&told);
    assert_eq!(lines(&told), ["Elsewhere - - 50000"]);
}

#[test]
fn many_steps_are_put_together_by_month_and_kind() {
    let told = (0..260).fold(Told::opened(999), |told, days| {
        let says = json!({"channel": "email", "direction": "mutual", "persons": ["ana"], "sentiment": days % 5 - 2});
        told.and(260 - days, "interaction.logged", says)
    });
    let told = between(&told.0, 1, &ago(270), ASKED);
    adds_up(&told);
    let groups: Vec<_> = told.steps.iter().filter(|step| step.step == StepKind::Events).collect();
    let months: Vec<_> = groups.iter().map(|step| step.month.clone().unwrap()).collect();
    assert_eq!(months.first().map(String::as_str), Some("2023-10"));
    assert!(months.is_sorted() && months.len() <= 10, "{months:?}");
    assert!(groups.iter().all(|step| step.event.is_none() && step.events.is_some()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Wherever a history is cut, the steps add up to the scores that are asked for one by one.
    #[test]
    fn steps_always_add_up(known in 0_usize..=12, from in 0_i64..200, span in 0_i64..200) {
        let mut events = rich().0;
        events.extend([call(9, 100), retracted(10, 3), call(11, 5)]);
        let (from, to) = (ago(from + span), ago(from));
        let told = between(&events, known, &from, &to);
        adds_up(&told);
        prop_assert_eq!(told.to.overall, health_at(&events, &to).overall);
        if known > 0 {
            prop_assert_eq!(told.from.overall, health_at(&events[..known], &from).overall);
        }
    }
}
