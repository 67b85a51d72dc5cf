//! Breadth: contacts by their weights, roles, and who counts.

use serde_json::{Value, json};
use tenure_replay::health::Dimension::Breadth;
use tenure_replay::health::Missing::NoContact;

use super::*;

/// An account that has contacts with roles: `c1`, `c2` and so on.
fn contacts(roles: &[&str]) -> Told {
    roles.iter().zip(1..).fold(Told::opened(999), |told, (roles, number)| {
        let id = format!("c{number}");
        let roles: Vec<&str> = roles.split_whitespace().collect();
        told.and(999, "contact.added", json!({"contact": id, "name": id, "roles": roles}))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn touched(told: Told, days: i64, channel: &str, direction: &str, contacts: Value) -> Told {
    let says = json!({"channel": channel, "direction": direction, "persons": ["ana"], "contacts": contacts});
    told.and(days, "interaction.logged", says)
}

fn today(told: Told, contacts: Value) -> Told {
    touched(told, 0, "video", "mutual", contacts)
}

#[test]
fn the_worked_example() {
    let told = contacts(&["decision_maker", "champion", "user", "user"]).tier(9, "developing");
    // 1.2 + 0.7, 0.5 + 0.1, 0.1 + 0.1, 0.1.
    let told = touched(told, 0, "face_to_face", "mutual", json!(["c1"]));
    let told = touched(told, 0, "phone", "mutual", json!(["c1"]));
    let told = touched(told, 0, "video", "outbound", json!(["c2"]));
    let told = touched(told, 0, "email", "outbound", json!(["c2", "c3"]));
    let told = touched(told, 0, "email", "outbound", json!(["c3", "c4"]));
    let score = dimension(&told.0, Breadth, ASKED);
    assert_eq!((score.score, score.evidence), (Some(64_101), 5));
    let figures = ["effective_contacts", "wanted_contacts", "roles"].map(|name| score.figures[name].clone());
    assert_eq!(figures, ["2.461408", "4.000000", "0.666667"]);
}

#[test]
fn the_number_of_contacts_is_held_against_the_tier() {
    for (tier, expected) in [("key", 16_667), ("developing", 25_000), ("maintained", 50_000), ("streamlined", 50_000)] {
        let told = today(contacts(&["", "", "", ""]).tier(9, tier), json!(["c1", "c2"]));
        assert_eq!(score(&told, Breadth), Ok(expected), "{tier}");
    }
    let many = today(contacts(&["", "", ""]), json!(["c1", "c2", "c3"]));
    assert_eq!(score(&many, Breadth), Ok(50_000));
}

#[test]
fn one_of_three_roles_is_a_third() {
    for (roles, expected) in [
        ("", 25_000),
        ("decision_maker", 41_667),
        ("economic_buyer", 41_667),
        ("decision_maker economic_buyer", 41_667),
        ("executive_sponsor", 41_667),
        ("influencer user gatekeeper procurement day_to_day", 25_000),
        ("economic_buyer champion", 58_333),
        ("decision_maker executive_sponsor champion", 75_000),
    ] {
        assert_eq!(score(&today(contacts(&[roles]), json!(["c1"])), Breadth), Ok(expected), "{roles}");
    }
}

#[test]
fn a_role_counts_while_its_holder_was_touched_of_late() {
    for (days, expected) in [(179, 41_667), (180, 25_000)] {
        let told = touched(contacts(&["champion"]), days, "video", "mutual", json!(["c1"]));
        assert_eq!(score(&told, Breadth), Ok(expected), "{days}");
    }
    // c2 holds the role, and only c1 was touched.
    assert_eq!(score(&today(contacts(&["", "champion"]), json!(["c1"])), Breadth), Ok(25_000));
}

#[test]
fn without_contacts_it_is_missing_and_without_touches_it_is_nothing() {
    assert_eq!(score(&Told::opened(400), Breadth), Err(NoContact));
    assert_eq!(score(&today(Told::opened(400), json!([])), Breadth), Err(NoContact));
    assert_eq!(score(&contacts(&["champion"]), Breadth), Ok(0));
    // A name that nobody introduced is somebody all the same.
    assert_eq!(score(&today(Told::opened(400), json!(["c9"])), Breadth), Ok(25_000));
}

#[test]
fn who_left_counts_no_more() {
    let told = today(contacts(&["champion", "decision_maker"]), json!(["c1", "c2"]));
    assert_eq!(score(&told, Breadth), Ok(83_333));
    let left = told.and(0, "contact.left", json!({"contact": "c1"}));
    assert_eq!(score(&left, Breadth), Ok(41_667));
    let nobody = left.and(0, "contact.left", json!({"contact": "c2"}));
    assert_eq!(score(&nobody, Breadth), Ok(0));
}

#[test]
fn a_model_whose_channels_weigh_nothing_gives_no_points_for_contacts() {
    use tenure_replay::health::HealthModel;
    let mut spec = json!(tenure_schemas::models::built_in("health"));
    spec["dimensions"]["engagement"]["channels"]["video"] = "0".into();
    let spec = serde_json::from_value(spec).unwrap();
    let told = today(contacts(&["champion"]), json!(["c1"]));
    let health = health_by(&told.0, &HealthModel::of_spec(2, spec), ASKED);
    assert_eq!(health.dimension(Breadth).unwrap().score, Some(16_667));
    assert_eq!(health.dimension(Dimension::Engagement).unwrap().score, Some(0));
    assert_eq!(health.model, "health/2");
}
