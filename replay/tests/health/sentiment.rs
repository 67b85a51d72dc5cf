//! Sentiment: scales, decay, and when there is too little.

use serde_json::{Value, json};
use tenure_replay::health::Dimension::Sentiment;
use tenure_replay::health::Missing::{AnswersTooOld, NoAnswer};

use super::*;

fn answered(told: Told, days: i64, instrument: &str, score: u8) -> Told {
    told.and(days, "survey.responded", json!({"instrument": instrument, "score": score}))
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn felt(told: Told, days: i64, sentiment: Value) -> Told {
    let says = json!({"channel": "video", "direction": "mutual", "persons": ["ana"], "sentiment": sentiment});
    told.and(days, "interaction.logged", says)
}

#[test]
fn the_worked_example() {
    let told = answered(Told::opened(400), 300, "nps", 4);
    let told = answered(answered(told, 200, "csat", 4), 20, "nps", 8);
    let score = dimension(&told.0, Sentiment, ASKED);
    assert_eq!((score.score, score.evidence), (Some(71_247), 3));
    assert_eq!(score.figures["evidence_weight"], "1.703792");
}

#[test]
fn answers_are_put_on_one_scale() {
    for (instrument, given, expected) in [
        ("nps", 0, 0),
        ("nps", 10, 100_000),
        ("csat", 1, 0),
        ("csat", 5, 100_000),
        ("ces", 1, 0),
        ("ces", 3, 33_333),
        ("ces", 7, 100_000),
    ] {
        let told = answered(Told::opened(400), 5, instrument, given);
        assert_eq!(score(&told, Sentiment), Ok(expected), "{instrument} {given}");
    }
    for (sentiment, expected) in [(-2, 0), (-1, 25_000), (0, 50_000), (2, 100_000)] {
        assert_eq!(score(&felt(Told::opened(400), 5, json!(sentiment)), Sentiment), Ok(expected), "{sentiment}");
    }
}

#[test]
fn what_says_nothing_of_contentment_does_not_count() {
    let gap = json!({"instrument": "metric_gap", "score": 2, "importance": 5, "metric": "delivery"});
    let told = felt(Told::opened(400).and(5, "survey.responded", gap), 5, Value::Null);
    assert_eq!(score(&told, Sentiment), Err(NoAnswer));
    assert_eq!(score(&Told::opened(400), Sentiment), Err(NoAnswer));
}

#[test]
fn below_a_quarter_of_an_answer_there_is_no_score() {
    // After two half-lives of 180 days an answer weighs exactly a quarter.
    assert_eq!(score(&answered(Told::opened(999), 360, "nps", 7), Sentiment), Ok(70_000));
    assert_eq!(score(&answered(Told::opened(999), 361, "nps", 7), Sentiment), Err(AnswersTooOld));
    let two = answered(answered(Told::opened(999), 361, "nps", 7), 361, "nps", 9);
    assert_eq!(score(&two, Sentiment), Ok(80_000));
}
