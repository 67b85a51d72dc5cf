//! Surveys: means, the net promoter score and metric gaps.

use serde_json::{Value, json};
use tenure_replay::surveys::{self, SurveySummary};
use tenure_schemas::Event;

use crate::kit::*;

fn summary(answers: &[Value]) -> Value {
    let asked =
        answers.iter().zip(1..).map(|(says, position)| ev(position, "2024-02-01", "survey.responded", says.clone()));
    let events: Vec<Event> = std::iter::once(opened(0, "2024-01-01")).chain(asked).collect();
    let account = fold_all(&events);
    serde_json::to_value(surveys::summary(account.survey_responses())).unwrap()
}

fn nps(scores: &[u8]) -> Value {
    let answers: Vec<_> = scores.iter().map(|score| json!({"instrument": "nps", "score": score})).collect();
    summary(&answers)["instruments"][0].clone()
}

#[test]
fn without_answers_there_is_nothing() {
    assert_eq!(surveys::summary(std::iter::empty()), SurveySummary::default());
}

#[test]
fn the_net_promoter_score_is_promoters_less_detractors() {
    for (scores, score, margin, groups, mean) in [
        (vec![9, 10], "100.000", "0.000", [2, 0, 0], "9.500"),
        (vec![7, 8], "0.000", "0.000", [0, 2, 0], "7.500"),
        (vec![0, 6], "-100.000", "0.000", [0, 0, 2], "3.000"),
        (vec![6, 7, 9, 10], "25.000", "81.257", [2, 1, 1], "8.000"),
        (vec![6, 6, 9], "-33.333", "106.689", [1, 0, 2], "7.000"),
        (vec![6, 7, 7], "-33.333", "53.344", [0, 2, 1], "6.667"),
    ] {
        let found = nps(&scores);
        let [promoters, passives, detractors] = groups;
        let expected = json!({
            "score": score, "margin_95": margin,
            "promoters": promoters, "passives": passives, "detractors": detractors,
        });
        assert_eq!(found["net_promoter"], expected, "{scores:?}");
        assert_eq!((&found["mean"], &found["responses"]), (&json!(mean), &json!(scores.len())), "{scores:?}");
    }
}

/// 55 % promoters and 15 % detractors among 40: 40 ± 22.8.
#[test]
fn the_net_promoter_score_has_its_interval() {
    let scores: Vec<u8> = [vec![9; 22], vec![8; 12], vec![3; 6]].concat();
    let found = nps(&scores);
    assert_eq!(found["net_promoter"]["score"], "40.000");
    assert_eq!(found["net_promoter"]["margin_95"], "22.773");
}

#[test]
fn the_satisfied_are_those_who_answered_4_or_5() {
    let answers: Vec<_> = [3, 4, 5].iter().map(|score| json!({"instrument": "csat", "score": score})).collect();
    let found = summary(&answers);
    assert_eq!(found["instruments"][0]["satisfaction"], json!({"share": "66.667", "satisfied": 2}));
}

#[test]
fn instruments_are_kept_apart() {
    let answer = |instrument: &str, score: u8| json!({"instrument": instrument, "score": score});
    let found = summary(&[answer("ces", 7), answer("csat", 4), answer("csat", 5), answer("nps", 8)]);
    let means: Vec<_> = found["instruments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["instrument"], one["mean"], one["last_score"], one["last_event"]]))
        .collect();
    let expected = [json!(["nps", "8.000", 8, 4]), json!(["csat", "4.500", 5, 3]), json!(["ces", "7.000", 7, 1])];
    assert_eq!(means, expected);
    assert_eq!(found["instruments"][1]["net_promoter"], Value::Null);
    assert_eq!(found["metrics"], json!([]));
}

#[test]
fn a_metric_says_what_to_do_about_it() {
    let answer = |metric: &str, importance: u8, score: u8| json!({"instrument": "metric_gap", "metric": metric, "importance": importance, "score": score});
    let found = summary(&[
        answer("delivery", 5, 3),
        answer("delivery", 4, 2),
        answer("price", 4, 4),
        answer("brochures", 3, 3),
        answer("lunches", 1, 5),
    ]);
    let gaps: Vec<_> = found["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            json!([one["metric"], one["importance"], one["performance"], one["gap"], one["last_gap"], one["quadrant"]])
        })
        .collect();
    let expected = [
        json!(["brochures", "3.000", "3.000", "0.000", 0, "low_priority"]),
        json!(["delivery", "4.500", "2.500", "2.000", 2, "concentrate_here"]),
        json!(["lunches", "1.000", "5.000", "-4.000", -4, "possible_overkill"]),
        json!(["price", "4.000", "4.000", "0.000", 0, "keep_up"]),
    ];
    assert_eq!(gaps, expected);
}

#[test]
fn the_last_answer_is_the_one_that_was_given_last() {
    let answer = |position, time: &str, score: u8| {
        ev(position, time, "survey.responded", json!({"instrument": "csat", "score": score}))
    };
    let events = [opened(0, "2024-01-01"), answer(1, "2024-03-01", 2), answer(2, "2024-02-01", 5)];
    let account = fold_all(&events);
    let found = surveys::summary(account.survey_responses());
    assert_eq!((found.instruments[0].last_score.get(), found.instruments[0].last_event), (2, 1));
}
