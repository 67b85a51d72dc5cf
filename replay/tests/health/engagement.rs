//! Engagement: channels, directions, ages, cadence.

use serde_json::json;
use tenure_replay::health::Dimension::Engagement;
use tenure_replay::health::Missing::{AccountUnknown, NoInteraction};

use super::*;

fn touched(told: Told, days: i64, channel: &str, direction: &str) -> Told {
    told.and(days, "interaction.logged", json!({"channel": channel, "direction": direction, "persons": ["ana"]}))
}

#[test]
fn the_worked_example() {
    let mut told = Told::opened(400).tier(400, "developing");
    for (days, channel, direction) in [
        (95, "event", "mutual"),
        (41, "email", "outbound"),
        (40, "email", "inbound"),
        (17, "phone", "mutual"),
        (3, "video", "inbound"),
    ] {
        told = touched(told, days, channel, direction);
    }
    let score = dimension(&told.0, Engagement, ASKED);
    assert_eq!((score.score, score.evidence), (Some(75_762), 5));
    assert_eq!(score.figures["on_cadence_level"], "2.702414");
    assert_eq!(score.figures["level"], "2.047413");
}

#[test]
fn cadence_goes_by_tier() {
    // One video call today against 1/(1−0.5^(c/45)) for c of 14, 30 and 90 days.
    for (tier, expected) in
        [("key", 19_398), ("developing", 37_004), ("maintained", 75_000), ("streamlined", 75_000), ("", 75_000)]
    {
        let told = Told::opened(400);
        let told = if tier.is_empty() { told } else { told.tier(9, tier) };
        assert_eq!(score(&touched(told, 0, "video", "mutual"), Engagement), Ok(expected), "{tier}");
    }
}

#[test]
fn channels_and_directions_weigh_what_the_model_says() {
    for (channel, direction, expected) in [
        ("face_to_face", "mutual", 90_000),
        ("video", "inbound", 75_000),
        ("event", "mutual", 75_000),
        ("phone", "mutual", 52_500),
        ("email", "inbound", 30_000),
        ("email", "outbound", 15_000),
        ("portal", "mutual", 22_500),
        ("chat", "mutual", 22_500),
        ("postal", "mutual", 22_500),
    ] {
        let told = touched(Told::opened(400), 0, channel, direction);
        assert_eq!(score(&told, Engagement), Ok(expected), "{channel} {direction}");
    }
}

#[test]
fn only_what_took_place_counts() {
    let planned = json!({"interaction": "i1", "at": "2024-07-05T09:00:00Z", "channel": "video", "persons": ["ana"]});
    let told = Told::opened(400).and(3, "interaction.planned", planned);
    assert_eq!(score(&told, Engagement), Err(NoInteraction));
    // Tomorrow's call has not been held.
    assert_eq!(score(&touched(Told::opened(400), -1, "video", "mutual"), Engagement), Err(NoInteraction));
    // Long ago is little, and is not never: 0.5^10 of 4/3.
    assert_eq!(score(&touched(Told::opened(999), 450, "video", "mutual"), Engagement), Ok(73));
    assert_eq!(score(&touched(Told::opened(9_999), 9_000, "video", "mutual"), Engagement), Ok(0));
}

#[test]
fn more_than_enough_is_all() {
    let told = (0..3).fold(Told::opened(400), |told, days| touched(told, days, "video", "mutual"));
    assert_eq!(score(&told, Engagement), Ok(100_000));
}

#[test]
fn days_are_civil_days_of_the_zone() {
    let told = |time: &str| {
        let says = json!({"channel": "video", "direction": "mutual", "persons": ["ana"]});
        Told::opened(400).at(time, "interaction.logged", says)
    };
    for (time, asked, expected) in [
        ("2024-06-30T23:59:59Z", "2024-06-30", Some(75_000)),
        ("2024-06-30T23:00:00Z", "2024-07-01", Some(73_854)),
        ("2024-06-30T23:00:00Z", "2024-07-01@Europe/Rome", Some(75_000)),
        ("2024-06-30@Asia/Tokyo", "2024-06-30@America/Lima", Some(75_000)),
        ("2024-06-30T12:00:00Z", "2024-06-30T11:59:59Z", None),
    ] {
        assert_eq!(dimension(&told(time).0, Engagement, asked).score, expected, "{time} {asked}");
    }
}

#[test]
fn before_the_first_event_there_is_no_figure() {
    let told = touched(Told::opened(400), 3, "video", "mutual");
    let health = health_at(&told.0, &ago(401));
    assert_eq!((health.overall, health.evidence_share), (None, 0));
    assert!(health.dimensions.iter().all(|one| one.missing == Some(AccountUnknown)), "{health:?}");
}
