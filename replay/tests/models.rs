//! Models as events: versions, what is in force when, and what contradicts itself.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{self, CorrectionUnread, ModelContradicted, ModelUnknown, ModelUnread};
use tenure_replay::admission::contradictions;
use tenure_schemas::Event;
use tenure_schemas::models::{HealthSpec, built_in};

use crate::kit::*;

/// The spec of `health/1` with another half-life of engagement.
pub(crate) fn health_spec(half_life: &str) -> Value {
    let mut spec = json!(built_in("health"));
    spec["dimensions"]["engagement"]["half_life_days"] = half_life.into();
    spec
}

pub(crate) fn published(position: u64, time: &str, model: &str, version: u32, spec: &Value) -> Event {
    on(&format!("model/{model}"), position, time, "model.published", json!({"version": version, "spec": spec}))
}

pub(crate) fn activated(position: u64, time: &str, model: &str, version: u32) -> Event {
    on(&format!("model/{model}"), position, time, "model.activated", json!({"version": version}))
}

fn findings(events: &[Event]) -> Vec<(FindingCode, Vec<u64>)> {
    let models = models(events, &as_of("2100-01-01"));
    models.findings().iter().map(|finding| (finding.code, finding.events.clone())).collect()
}

fn active(events: &[Event], time: &str, model: &str) -> Option<u32> {
    models(events, &as_of(time)).active(model).map(|version| version.version)
}

/// A model that contradicts itself.
pub(crate) fn contradicted() -> Vec<Event> {
    vec![
        activated(0, "2024-01-01", "health", 2),
        published(1, "2024-02-01", "health", 1, &health_spec("30")),
        published(2, "2024-02-01", "health", 3, &json!({})),
    ]
}

#[test]
fn the_built_in_version_is_in_force_until_another_is_activated() {
    let events = [
        published(0, "2024-01-01", "health", 2, &health_spec("30")),
        activated(1, "2024-02-01", "health", 2),
        activated(2, "2024-03-01T12:00:00Z", "health", 1),
        activated(3, "2024-04-01", "health", 1),
    ];
    for (time, version) in [
        ("2023-12-31", 1),
        ("2024-01-31", 1),
        ("2024-02-01", 2),
        ("2024-03-01T11:59:59Z", 2),
        ("2024-03-01", 1),
        ("2024-05-01", 1),
    ] {
        assert_eq!(active(&events, time, "health"), Some(version), "{time}");
    }
    assert_eq!(findings(&events), []);
    let all = models(&events, &as_of("2024-05-01"));
    let health = all.get("health").unwrap();
    let spans: Vec<_> = health.activations().iter().map(|one| (one.version, one.from, one.to, one.event)).collect();
    let (february, march) = (Some(instant("2024-02-01T00:00:00Z")), Some(instant("2024-03-01T12:00:00Z")));
    assert_eq!(spans, [(1, None, february, None), (2, february, march, Some(1)), (1, march, None, Some(2))]);
    assert_eq!(active(&events, "2024-05-01", "weather"), None);
}

#[test]
fn the_active_spec_is_read_with_its_version() {
    let events = [published(0, "2024-01-01", "health", 2, &health_spec("30")), activated(1, "2024-02-01", "health", 2)];
    for (time, expected) in [("2024-01-15", (1, "45")), ("2024-02-01", (2, "30"))] {
        let (version, spec) = models(&events, &as_of(time)).active_spec::<HealthSpec>();
        assert_eq!((version, spec.dimensions.engagement.half_life_days.to_string().as_str()), expected, "{time}");
    }
}

#[test]
fn a_version_says_who_published_it_when() {
    let events = [published(7, "2024-01-01", "weather", 1, &json!({"sun": 1}))];
    let all = models(&events, &as_of("2024-01-01"));
    let version = all.version("weather", 1).unwrap();
    let publication = version.publication.as_ref().unwrap();
    assert!(!version.is_built_in);
    assert_eq!((publication.event, publication.published_at), (7, instant("2024-01-01T00:00:00Z")));
    assert_eq!(publication.published_date.map(|date| date.to_string()).as_deref(), Some("2024-01-01"));
    assert_eq!(publication.actor.id.as_str(), "test");
    assert!(all.version("health", 1).unwrap().publication.is_none(), "built in");
    assert_eq!(active(&events, "2024-01-01", "weather"), None, "published is not activated");
    assert!(models(&events, &as_of("2023-12-31")).get("weather").is_none());
    let names: Vec<_> = all.models().map(|model| model.name().to_owned()).collect();
    assert_eq!(names, ["attractiveness", "handover", "health", "metrics", "weather"]);
}

#[test]
fn what_contradicts_itself_is_found_and_changes_nothing() {
    let (spec, other) = (health_spec("30"), health_spec("60"));
    let base = published(0, "2024-01-01", "health", 2, &spec);
    for (next, found) in [
        (published(1, "2024-02-01", "health", 2, &spec), None),
        (published(1, "2024-02-01", "health", 2, &other), Some((ModelContradicted, vec![0, 1]))),
        (published(1, "2024-02-01", "health", 1, &other), Some((ModelContradicted, vec![1]))),
        (published(1, "2024-02-01", "health", 1, &json!(built_in("health"))), None),
        (published(1, "2024-02-01", "health", 3, &json!({"luck": 7})), Some((ModelUnread, vec![1]))),
        (activated(1, "2024-02-01", "health", 3), Some((ModelUnknown, vec![1]))),
        (activated(1, "2023-12-31", "health", 2), Some((ModelUnknown, vec![1]))),
        (activated(1, "2024-02-01", "health", 2), None),
        (activated(1, "2024-02-01", "weather", 1), Some((ModelUnknown, vec![1]))),
    ] {
        let (what, is_weather) = (format!("{:?}", next.body), next.stream.id() == "weather");
        let events = [base.clone(), next];
        assert_eq!(findings(&events), found.clone().into_iter().collect::<Vec<_>>(), "{what}");
        let after = models(&events, &as_of("2024-03-01"));
        assert_eq!(json!(after.version("health", 2).unwrap().spec), spec, "{what}");
        assert!(after.version("health", 3).is_none());
        // Strict admission asks the same rule.
        if !is_weather {
            let codes: Vec<_> = contradictions(&events, &EverybodyWorks).iter().map(|found| found.code).collect();
            assert_eq!(codes, found.into_iter().map(|(code, _)| code).collect::<Vec<_>>(), "{what}");
        }
    }
}

#[test]
fn a_correction_is_held_against_the_same_rule() {
    let correction = |spec: &Value| {
        let says = json!({"target": id(0), "payload_schema": 1, "payload": {"version": 2, "spec": spec}});
        on("model/health", 1, "2030-01-01T00:00:00Z", "event.corrected", says)
    };
    let base = published(0, "2024-01-01", "health", 2, &health_spec("30"));
    let good = [base.clone(), correction(&health_spec("60"))];
    let half_life = |events: &[Event]| {
        let all = models(events, &as_of("2024-03-01"));
        all.version("health", 2).unwrap().spec["dimensions"]["engagement"]["half_life_days"].clone()
    };
    assert_eq!((half_life(&good), findings(&good)), (json!("60"), vec![]));
    let bad = [base, correction(&health_spec("-60"))];
    assert_eq!((half_life(&bad), findings(&bad)), (json!("30"), vec![(CorrectionUnread, vec![1])]));
    let all = models(&bad, &as_of("2024-03-01"));
    let message = &all.findings()[0].message;
    assert!(message.contains("payload.payload.spec.dimensions.engagement.half_life_days: -60 is out"), "{message}");
}
