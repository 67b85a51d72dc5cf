//! What evidence holds, for every answer about a moment; and what of a file is named that somebody has changed.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tenure_schemas::models::TypedSpec as _;

use super::formats::addresses;
use super::handovers::handed_over;
use super::promises::promises;
use crate::evidence::{Evidence, digest};
use crate::http::address::escape;
use crate::http::testing::{Testbed, event, history};

async fn evidence(testbed: &Testbed, target: &str) -> Evidence {
    let reply = testbed.get(&format!("/v1/evidence?target={}", escape(target))).await;
    assert_eq!(reply.status, StatusCode::OK, "{target}: {}", reply.text());
    assert_eq!(reply.header("content-type"), "application/vnd.tenure.evidence+json");
    serde_json::from_slice(&reply.body).unwrap()
}

/// Every position that an answer cites.
fn cited(value: &Value, found: &mut BTreeSet<u64>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "event" | "position" | "by" | "ended_by" | "first_touch_event" => found.extend(value.as_u64()),
                    "events" | "confirmed_by" => {
                        found.extend(value.as_array().into_iter().flatten().filter_map(Value::as_u64));
                    }
                    _ => {}
                }
                cited(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| cited(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What somebody does to a file.
type Change = Box<dyn Fn(&mut Evidence)>;

/// What is cited of people, models and the catalogue.
fn others() -> Vec<Value> {
    let spec = serde_json::to_value(tenure_schemas::models::HealthSpec::built_in().to_spec()).unwrap();
    vec![
        event("person/ada", "person.absence_started", "2024-06-20", json!({"until": "2024-07-20T00:00:00Z"})),
        event("model/health", "model.published", "2024-04-01", json!({"version": 2, "spec": spec})),
        event("model/health", "model.activated", "2024-05-01", json!({"version": 2})),
        event("catalogue/main", "offering.listed", "2023-01-01", json!({"offering": "press", "name": "Press"})),
    ]
}

#[tokio::test]
async fn every_answer_about_a_moment_has_evidence_that_holds_together() {
    let mut testbed = Testbed::of(&[history(), promises(), handed_over(), others()].concat());
    let about = |parameters: &[String]| parameters.iter().any(|name| name == "as_of");
    let targets: Vec<String> =
        addresses().into_iter().filter(|(_, parameters)| about(parameters)).map(|(path, _)| path).collect();
    assert!(targets.len() > 40, "{}", targets.len());
    let mut all = Vec::new();
    for target in targets.iter().flat_map(|path| [path.clone(), format!("{path}?as_of=2024-06-30&known_at=2025-01-01")])
    {
        let file = evidence(&testbed, &target).await;
        assert_eq!(file.findings(), [] as [&str; 0], "{target}");
        assert_eq!(testbed.get(&file.question).await.text(), file.answer.to_string(), "{target}");
        let (mut says, there) = (BTreeSet::new(), file.events.iter().map(|leaf| leaf.position).collect());
        cited(&file.answer, &mut says);
        let missing: Vec<&u64> = says.difference(&there).collect();
        assert_eq!(missing, [] as [&u64; 0], "{target} cites what the evidence leaves out");
        all.push(file);
    }
    testbed.grow(&[event("account/acme", "account.renamed", "2023-05-01", json!({"name": "Other"}))]);
    for file in all {
        let again = evidence(&testbed, &file.question).await;
        assert_eq!(file.against(&again), [] as [&str; 0], "{}", file.question);
    }
}

#[tokio::test]
async fn what_somebody_changed_is_named() {
    let testbed = Testbed::of(&history());
    let file = evidence(&testbed, "/v1/accounts/acme/owners?as_of=2024-06-01").await;
    let (fourth, sixth) = (file.events[2].position, file.events[4].position);
    let tampered: Vec<(&str, Change, String)> = vec![
        ("answer", Box::new(|file| file.answer["owners"][0]["person"] = json!("ada")), "`answer_sha256`".into()),
        ("digest", Box::new(|file| file.answer_sha256 = "0".repeat(64)), "`answer_sha256`".into()),
        (
            "readable event",
            Box::new(|file| file.events[2].event["payload"] = json!({})),
            format!("event {fourth}: `event` is not what `stored` says"),
        ),
        (
            "stored bytes",
            Box::new(|file| {
                let mut bytes = STANDARD.decode(&file.events[2].stored).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                file.events[2].stored = STANDARD.encode(bytes);
            }),
            format!("event {fourth}: `leaf_hash` is not that of `stored`"),
        ),
        (
            "hash",
            Box::new(|file| file.events[2].leaf_hash = STANDARD.encode([0; 32])),
            format!("event {fourth}: `leaf_hash` is not that of `stored`"),
        ),
        ("no base64", Box::new(|file| file.events[2].stored = "§".into()), format!("event {fourth}: `stored`")),
        ("position", Box::new(|file| file.events[2].position += 1), "`event` has another position".into()),
        ("order", Box::new(|file| file.events.swap(2, 4)), format!("event {fourth}: it stands behind")),
        ("an event less", Box::new(|file| drop(file.events.remove(4))), "events are there, and `streams` says".into()),
        ("size", Box::new(move |file| file.size = sixth), format!("event {sixth}: it lies beyond the size")),
        ("format", Box::new(|file| file.format = 2), "the format is 2".into()),
    ];
    for (what, change, wanted) in tampered {
        let mut changed = file.clone();
        change(&mut changed);
        let found = changed.findings();
        assert!(found.iter().any(|line| line.contains(&wanted)), "{what}: no \"{wanted}\" in {found:?}");
    }
    let last = file.events.len() - 1;
    let forged: Vec<(&str, Change, &str)> = vec![
        ("root", Box::new(|file| file.root = "AAAA".into()), "the ledger has the root"),
        (
            "the answer with its digest",
            Box::new(|file| {
                file.answer["owners"] = json!([]);
                file.answer_sha256 = digest(&file.answer);
            }),
            "the ledger answers something else",
        ),
        (
            "an event less, and its count",
            Box::new(move |file| {
                let stream = file.events.remove(last).event["stream"].as_str().unwrap().to_owned();
                *file.streams.get_mut(&stream).unwrap() -= 1;
            }),
            "the file leaves it out",
        ),
    ];
    for (what, change, wanted) in forged {
        let mut changed = file.clone();
        change(&mut changed);
        assert_eq!(changed.findings(), [] as [&str; 0], "{what}: only the ledger can tell");
        let found = changed.against(&file);
        assert!(found.iter().any(|line| line.contains(wanted)), "{what}: no \"{wanted}\" in {found:?}");
    }
}

#[tokio::test]
async fn what_has_no_evidence_is_refused_with_the_reason() {
    let testbed = Testbed::of(&history());
    for (target, problem) in [
        ("", "bad-parameter"),
        ("/", "bad-parameter"),
        ("/v1/nothing", "bad-parameter"),
        ("/v1/events/4", "bad-parameter"),
        ("/v1/evidence?target=/v1/accounts", "bad-parameter"),
        ("/v1/events/stream", "bad-parameter"),
        ("not a path", "bad-parameter"),
        ("/v1/accounts/nobody", "unknown-account"),
        ("/v1/accounts?colour=red", "unknown-parameter"),
        ("/v1/accounts/acme/owners?size=999", "bad-parameter"),
    ] {
        let reply = testbed.get(&format!("/v1/evidence?target={}", escape(target))).await;
        assert_eq!(reply.problem().0, problem, "{target}");
    }
    assert_eq!(testbed.get("/v1/evidence").await.problem(), ("bad-parameter".to_owned(), "target".to_owned()));
}

#[tokio::test]
async fn evidence_of_what_sources_knew_holds_only_what_they_knew() {
    let mut late = event("account/acme", "account.renamed", "2024-01-05", json!({"name": "Late"}));
    late["source"] = json!({"system": "crm", "record": "9", "recorded_at": "2026-09-01T00:00:00Z"});
    let testbed = Testbed::of(&[history(), vec![late]].concat());
    let target = |known_at: &str| format!("/v1/accounts/acme?as_of=2024-06-01&clock=source&known_at={known_at}");
    let (before, after) = (target("2026-09-01"), target("2026-08-31"));
    let (all, less) = (evidence(&testbed, &before).await, evidence(&testbed, &after).await);
    assert_eq!((all.findings(), less.findings()), (vec![], vec![]));
    let has = |file: &Evidence| file.events.iter().any(|leaf| leaf.event["payload"]["name"] == "Late");
    assert_eq!((has(&all), has(&less)), (true, false));
}
