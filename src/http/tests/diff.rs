//! What the API says of the difference between two readings of an account.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::testing::{Testbed, event, history};

/// Bob holds `acme` from March 2024 on; last it is learned that Ada went on until April.
fn testbed() -> Testbed {
    let corrected = json!({
        "target": uuid::Uuid::from_u128(4), "occurred_at": "2024-04-01T00:00:00Z", "payload_schema": 1,
        "payload": {"from": "ada", "to": "bob", "role": "primary"},
    });
    Testbed::of(&[history(), vec![event("account/acme", "event.corrected", "2024-05-01", corrected)]].concat())
}

fn people(answer: &Value, side: &str) -> Vec<String> {
    let owners = answer["owners"][side].as_array().unwrap().iter();
    owners.map(|owner| owner["person"].as_str().unwrap().to_owned()).collect()
}

fn positions(answer: &Value) -> Vec<u64> {
    answer["events"].as_array().unwrap().iter().map(|event| event["position"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn both_axes_are_told_apart() {
    let testbed = testbed();
    let happened = testbed.found("/v1/accounts/acme/diff?from_as_of=2024-03-15&as_of=2024-04-15").await;
    assert_eq!((people(&happened, "from"), people(&happened, "to")), (vec!["ada".into()], vec!["bob".into()]));
    assert_eq!(
        (&happened["from"]["as_of"], &happened["resolved"]["as_of"]),
        (&json!("2024-03-15"), &json!("2024-04-15"))
    );
    assert_eq!(happened["from"]["size"], happened["resolved"]["size"]);
    let learned = testbed.found("/v1/accounts/acme/diff?from_size=22&as_of=2024-03-15").await;
    assert_eq!((people(&learned, "from"), people(&learned, "to")), (vec!["bob".into()], vec!["ada".into()]));
    assert_eq!(positions(&learned), [4, 22]);
    assert_eq!((&learned["from"]["as_of"], &learned["from"]["size"]), (&json!("2024-03-15"), &json!(22)));
    let by_time = testbed.found("/v1/accounts/acme/diff?from_known_at=2025-01-01T00:00:21Z&as_of=2024-03-15").await;
    assert_eq!((&by_time["owners"], &by_time["events"]), (&learned["owners"], &learned["events"]));
    let both = testbed.found("/v1/accounts/acme/diff?from_size=22&from_as_of=2024-03-15&as_of=2024-04-15").await;
    assert_eq!((people(&both, "from"), people(&both, "to")), (vec!["bob".into()], vec!["bob".into()]));
    let before = testbed.found("/v1/accounts/acme/diff?as_of=2024-04-01").await;
    assert_eq!(before["from"]["as_of"], "2024-03-31", "a day before, where nothing is said");
    assert_eq!(people(&before, "to"), ["bob"]);
    let same = testbed.found("/v1/accounts/acme/diff?from_as_of=2024-04-15&as_of=2024-04-15").await;
    assert_eq!((&same["fields"], &same["events"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn bad_questions_name_their_parameter() {
    let testbed = testbed();
    for (question, problem, field) in [
        ("acme/diff?from_size=24", "bad-parameter", "from_size"),
        ("acme/diff?from_size=23&size=22", "bad-parameter", "from_size"),
        ("acme/diff?from_size=-1", "bad-parameter", "from_size"),
        ("acme/diff?from_size=3&from_known_at=2025-01-01", "bad-parameter", "from_size"),
        ("acme/diff?from_known_at=2025-02-01&known_at=2025-01-01", "bad-parameter", "from_known_at"),
        ("acme/diff?from_known_at=yesterday", "bad-parameter", "from_known_at"),
        ("acme/diff?from_as_of=2024-13-01", "bad-parameter", "from_as_of"),
        ("acme/diff?since=2024-01-01", "unknown-parameter", "since"),
    ] {
        let reply = testbed.get(&format!("/v1/accounts/{question}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{question}: {}", reply.text());
        assert_eq!(reply.problem(), (problem.to_owned(), field.to_owned()), "{question}");
    }
    assert_eq!(testbed.get("/v1/accounts/nobody/diff").await.problem().0, "unknown-account");
    assert_eq!(testbed.get("/v1/accounts/acme/diff?from_size=0&as_of=2024-06-01").await.status, StatusCode::OK);
}
