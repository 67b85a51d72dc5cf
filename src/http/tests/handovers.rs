//! What the API says of handovers and of what falls when a person leaves.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::answers::column;
use crate::http::testing::{Testbed, event, history};

/// Ada hands a part of `acme` over to Bob, all the way; a second handover of it has only begun.
pub(super) fn handed_over() -> Vec<Value> {
    let acme = |kind: &str, at: &str, says: Value| event("account/acme", kind, at, says);
    let lane = |mut says: Value| {
        says["role"] = json!("secondary");
        says["handover"] = json!("h1");
        says
    };
    let brief = json!({"as_of": "2024-02-05T00:00:00Z", "size": 25, "format": 1, "model": "health/1", "digest": "0".repeat(64)});
    let next = json!({"handover": "h2", "from": "bob", "to": "ada", "role": "primary", "class": "planned", "due": "2025-06-30"});
    vec![
        acme("ownership.assigned", "2024-01-15", json!({"person": "ada", "role": "secondary"})),
        acme("handover.started", "2024-02-01", lane(json!({"from": "ada", "class": "short_notice"}))),
        acme("handover.successor_named", "2024-02-02", json!({"handover": "h1", "to": "bob"})),
        acme("handover.briefed", "2024-02-06", json!({"handover": "h1", "completeness": 60, "brief": brief})),
        acme("handover.accepted", "2024-02-20", json!({"handover": "h1", "by": "bob"})),
        acme("ownership.transferred", "2024-02-21", lane(json!({"from": "ada", "to": "bob"}))),
        acme("handover.started", "2025-05-20", next),
        acme("handover.accepted", "2025-05-21", json!({"handover": "h2", "by": "bob"})),
    ]
}

fn testbed() -> Testbed {
    Testbed::of(&[history(), handed_over()].concat())
}

#[tokio::test]
async fn the_board_lists_what_is_asked_for() {
    let testbed = testbed();
    for (filter, handovers) in [
        ("", "h1|h2"),
        ("as_of=2024-06-30", "h1"),
        ("as_of=2024-01-31", ""),
        ("open=true", "h1|h2"),
        ("status=accepted", "h2"),
        ("status=transferred", "h1"),
        ("class=short_notice", "h1"),
        ("from=ada", "h1"),
        ("to=ada", "h2"),
        ("overdue=true&as_of=2025-05-22", "h1"),
        ("overdue=false&as_of=2025-05-22", "h2"),
        ("account=acme", "h1|h2"),
        ("account=gap", ""),
        ("size=23", ""),
    ] {
        let list = testbed.found(&format!("/v1/handovers?{filter}")).await;
        assert_eq!(column(&list, "handover").join("|"), handovers, "{filter}");
    }
    let first = testbed.found("/v1/handovers?limit=1").await;
    let second = testbed.found(&format!("/v1/handovers?cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(column(&second, "handover").join("|"), "h2");
}

#[tokio::test]
async fn a_handover_says_how_far_it_is_and_who_is_late() {
    let testbed = testbed();
    let body = testbed.found("/v1/handovers/acme/h1?as_of=2024-02-20").await;
    assert_eq!((body["status"].as_str(), body["next_step"].as_str()), (Some("accepted"), Some("introduced")));
    assert_eq!(body["model"], "handover/1");
    assert_eq!(body["findings"], json!([]));
    let address = body["brief_address"].as_str().unwrap();
    assert_eq!(testbed.get(address).await.status, StatusCode::OK, "{address}");
    let odd = testbed.found("/v1/handovers/acme/h2?as_of=2025-05-31").await;
    assert_eq!(odd["findings"][0]["code"], "handover_mismatch");
    assert_eq!(odd["due_on"], "2025-06-30");
}

#[tokio::test]
async fn what_is_not_there_is_said_with_where_to_look() {
    let testbed = testbed();
    for (address, problem) in [
        ("/v1/handovers/acme/h9", "unknown-handover"),
        ("/v1/handovers/acme/h1?as_of=2024-01-31", "unknown-handover"),
        ("/v1/handovers/acme/h1?size=23", "unknown-handover"),
        ("/v1/handovers/acme/h1/measures?as_of=2024-02-20", "unknown-handover"),
        ("/v1/handovers/nobody/h1", "unknown-account"),
        ("/v1/people/nobody/departure-impact", "unknown-person"),
    ] {
        let reply = testbed.get(address).await;
        assert_eq!((reply.status, reply.problem().0.as_str()), (StatusCode::NOT_FOUND, problem), "{address}");
    }
    assert_eq!(testbed.get("/v1/handovers?status=lost").await.problem(), ("bad-parameter".into(), "status".into()));
}

#[tokio::test]
async fn whether_it_worked_is_told_as_far_as_time_has_passed() {
    let testbed = testbed();
    let early = testbed.found("/v1/handovers/acme/h1/measures?as_of=2024-03-01").await;
    assert_eq!((&early["to"], &early["transferred_on"]), (&json!("bob"), &json!("2024-02-21")));
    assert_eq!((&early["days_to_acceptance"], &early["business_days_to_acceptance"]), (&json!(19), &json!(13)));
    assert!(early.get("commitments").is_none(), "not yet 90 days: {early}");
    let later = testbed.found("/v1/handovers/acme/h1/measures?as_of=2024-06-30").await;
    assert!(later["commitments"].is_object(), "{later}");
    let days: Vec<&Value> = later["health"].as_array().unwrap().iter().map(|at| &at["offset_days"]).collect();
    assert_eq!(days, [-30, 0, 30, 60, 90]);
}

#[tokio::test]
async fn a_departure_says_what_falls_and_who_could_take_it() {
    let testbed = testbed();
    let impact = testbed.found("/v1/people/bob/departure-impact?as_of=2024-06-30").await;
    assert_eq!(column(&json!({"items": impact["accounts"]}), "account").join("|"), "acme|twin");
    let (first, second) = (&impact["accounts"][0], &impact["accounts"][1]);
    assert_eq!((&first["orphaned"], &first["left_empty"].as_array().unwrap().len()), (&json!(true), &2));
    assert_eq!((&second["orphaned"], &second["left_empty"]), (&json!(false), &json!([])), "ada holds it too");
    assert_eq!(impact["totals"]["accounts"], 2);
    assert_eq!(column(&json!({"items": impact["successors"]}), "person").join("|"), "ada");
    let none = testbed.found("/v1/people/cem/departure-impact?as_of=2022-06-30").await;
    assert_eq!(none["accounts"], json!([]));
}
