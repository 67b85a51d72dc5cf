//! What moved a dimension most: shares where its score is a sum, else what leaving an event out changes.

use serde_json::json;
use tenure_replay::health::{Dimension, HealthModel, explained};

use super::*;

/// `event effect` of what moved a dimension on [`ASKED`].
fn moved(told: &Told, of: Dimension) -> Vec<(u64, Option<i64>)> {
    let as_of = as_of(ASKED);
    let firm = Firm::of(&told.0, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let health = explained(&account, &firm, &HealthModel::built_in(), &as_of, &Zone::utc());
    assert_eq!(health.overall, health_at(&told.0, ASKED).overall);
    let dimension = health.dimension(of).unwrap();
    dimension.moved_by.iter().map(|moved| (moved.event, moved.effect)).collect()
}

fn call(told: Told, days: i64, direction: &str) -> Told {
    told.and(days, "interaction.logged", json!({"channel": "video", "direction": direction, "persons": ["ana"]}))
}

fn answered(told: Told, days: i64, score: u8) -> Told {
    told.and(days, "survey.responded", json!({"instrument": "nps", "score": score}))
}

#[test]
fn engagement_is_shared_out() {
    let told = call(call(Told::opened(400), 0, "outbound"), 90, "mutual");
    // 0.5 and 0.25 of 4/3.
    assert_eq!(moved(&told, Dimension::Engagement), [(1, Some(37_500)), (2, Some(18_750))]);
    let full = call(call(Told::opened(400), 0, "mutual"), 0, "mutual");
    assert_eq!(moved(&full, Dimension::Engagement), [(1, Some(50_000)), (2, Some(50_000))], "of a full score");
}

#[test]
fn the_others_lose_what_leaving_out_changes() {
    // 80 and 20 of one weight each: the mean is 50.
    let told = answered(answered(Told::opened(400), 0, 8), 0, 2);
    assert_eq!(moved(&told, Dimension::Sentiment), [(1, Some(30_000)), (2, Some(-30_000))]);
    // Without the only one there would be no score.
    assert_eq!(moved(&answered(Told::opened(400), 0, 8), Dimension::Sentiment), [(1, None)]);
    let told = Told::opened(400).and(0, "issue.raised", json!({"issue": "i1", "severity": "high"}));
    // 100·0.5^0.4 = 75.786.
    assert_eq!(moved(&told, Dimension::Service), [(1, Some(-24_214))]);
    assert_eq!(moved(&Told::opened(400), Dimension::Service), []);
    // Two answers that say the same move nothing alone.
    assert_eq!(moved(&answered(answered(Told::opened(400), 0, 8), 0, 8), Dimension::Sentiment), []);
}

#[test]
fn the_ten_that_moved_it_most_are_named_in_order() {
    let told = (0..30).fold(Told::opened(400), |told, days| call(told, days * 10, "mutual"));
    let moved = moved(&told, Dimension::Engagement);
    assert_eq!(moved.iter().map(|(event, _)| *event).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    assert!(moved.is_sorted_by(|(_, one), (_, other)| one >= other));
}
