//! Which events the list of events gives for which filters, and which filters it refuses.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::testing::{Testbed, event, history};

/// The history, one event of another actor in an undertaking, and two events of a later version.
fn testbed() -> Testbed {
    let mut testbed = Testbed::of(&history());
    let mut other = event(
        "account/acme",
        "cost.recorded",
        "2024-08-01T10:00:00Z",
        json!({"category": "travel", "amount": {"amount": "5", "currency": "EUR"}}),
    );
    other["actor"] = json!({"kind": "person", "id": "p-07"});
    other["correlation_id"] = json!("00000000-0000-4000-8000-000000000001");
    testbed.grow(&[other]);
    let unread = event("account/acme", "account.opened", "2024-09-01", json!({"name": "x"}));
    testbed.grow_by_unread(&unread, "order.bundled");
    testbed.grow_by_unread(&unread, "orderly.kept");
    testbed
}

#[tokio::test]
async fn filters_give_what_they_name() {
    let testbed = testbed();
    for (query, wanted) in [
        ("kind=person.joined,contact.added", "0|1|14"),
        ("kind=order.*", "15|16|17|23"),
        ("kind=order.*,%20cost.*,person.joined", "0|1|15|16|17|22|23"),
        ("kind=order.placed&after=15", "16|17"),
        ("kind=unread", "23|24"),
        ("kind=unread,issue.assigned", "19|23|24"),
        ("person=bob", "1"),
        ("person=bob&kind=order.*", ""),
        ("account=acme&kind=issue.*", "18|19"),
        ("actor=p-07", "22"),
        ("actor=nobody", ""),
        ("actor=crm&after=21", "23|24"),
        ("correlation_id=00000000-0000-4000-8000-000000000001", "22"),
        ("correlation_id=00000000-0000-4000-8000-000000000002", ""),
        ("recorded_from=2025-01-01T00:00:23Z", "23|24"),
        ("recorded_from=2025-01-01T00:00:22.000001Z", "23|24"),
        ("recorded_to=2025-01-01T00:00:01Z", "0|1"),
        ("recorded_to=2025-01-01T00:00:00.999999Z", "0"),
        ("recorded_from=2025-01-01&recorded_to=2025-01-01&after=23", "24"),
        ("recorded_from=2025-01-02", ""),
        ("recorded_to=2024-12-31", ""),
        ("recorded_to=2024-12-31&tz=America/Lima&after=23", "24"),
        ("recorded_from=2025-01-01&tz=America/Lima", ""),
        ("recorded_from=2025-01-01T00:00:02Z&recorded_to=2025-01-01T00:00:14Z&account=acme", "2|3|4|14"),
        ("occurred_from=2024-06-01&occurred_to=2024-06-01", "18|20"),
        ("occurred_from=2024-05-01T10:00:00Z&occurred_to=2024-05-02&kind=order.*", "16|17"),
        ("occurred_from=2024-05-01T10:00:00.000001Z&occurred_to=2024-05-02&kind=order.*", "17"),
        // What is known to the day is found by its date, wherever that is.
        ("occurred_from=2023-02-01&occurred_to=2023-02-01&tz=Asia/Tokyo", "7|14"),
        ("occurred_from=2024-02-01&occurred_to=2024-02-01&tz=Asia/Tokyo", "15"),
        ("occurred_from=0001-01-01&occurred_to=9999-12-31&after=22", "23|24"),
    ] {
        let list = testbed.found(&format!("/v1/events?{query}")).await;
        let positions: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|item| item["position"].to_string()).collect();
        assert_eq!(positions.join("|"), wanted, "{query}");
    }
}

#[tokio::test]
async fn pages_end_where_the_filters_end() {
    let testbed = testbed();
    for query in ["recorded_to=2025-01-01T00:00:03Z", "recorded_from=2025-01-01T00:00:21Z", "occurred_to=2020-01-01"] {
        let mut address = format!("/v1/events?{query}&limit=2");
        let mut pages: Vec<Value> = Vec::new();
        loop {
            let page = testbed.found(&address).await;
            pages.push(page["items"].clone());
            let Some(next) = page["next"].as_str() else { break };
            address = format!("/v1/events?{query}&limit=2&cursor={next}");
        }
        let counts: Vec<_> = pages.iter().map(|page| page.as_array().unwrap().len()).collect();
        let wanted: &[usize] = if query.starts_with("occurred") { &[2] } else { &[2, 2] };
        assert_eq!(counts, wanted, "{query}");
    }
}

#[tokio::test]
async fn filters_that_can_find_nothing_are_refused() {
    let testbed = testbed();
    for (query, field) in [
        ("kind=order.dreamt", "kind"),
        ("kind=order", "kind"),
        ("kind=", "kind"),
        ("kind=order.placed,,order.amended", "kind"),
        ("kind=ordr.*", "kind"),
        ("kind=*", "kind"),
        ("kind=.*", "kind"),
        ("kind=order.placed.*", "kind"),
        ("account=a&person=b", "person"),
        ("stream=account/a&account=b", "account"),
        ("stream=person/a&person=a", "person"),
        ("actor=%20", "actor"),
        ("correlation_id=7", "correlation_id"),
        ("after=%2B1", "after"),
        ("after=1.5", "after"),
        ("after=99999999999999999999", "after"),
        ("recorded_from=soon", "recorded_from"),
        ("recorded_to=2025-01-01T24:00:00", "recorded_to"),
        ("recorded_from=2025-01-02&recorded_to=2025-01-01", "recorded_to"),
        ("occurred_from=2025-01-01T10:00:00Z&occurred_to=2025-01-01T09:00:00Z", "occurred_to"),
        ("occurred_from=31.12.2024", "occurred_from"),
        ("tz=Mars/Olympus", "tz"),
    ] {
        for path in ["/v1/events", "/v1/events/stream"] {
            let reply = testbed.get(&format!("{path}?{query}")).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path} {query}: {}", reply.text());
            assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{path} {query}");
        }
    }
    let detail = testbed.get("/v1/events?kind=order.dreamt").await.json()["detail"].to_string();
    assert!(detail.contains("order.placed") && detail.contains("unread"), "{detail}");
}

#[tokio::test]
async fn how_far_answers_are_behind_is_said() {
    let mut testbed = Testbed::of(&history());
    assert_eq!(testbed.get("/v1/people").await.header("ledger-lag"), "0");
    let ready = |size: u64, log: u64, since: Value| json!({"status": "ready", "size": size, "log_size": log, "lag": log - size, "behind_since": since});
    assert_eq!(testbed.found("/readyz").await, ready(22, 22, Value::Null));
    testbed.record(&history()[..2]);
    assert_eq!(testbed.found("/readyz").await, ready(22, 24, json!("2025-01-01T00:00:22Z")));
    let reply = testbed.get("/v1/people").await;
    assert_eq!((reply.header("ledger-size"), reply.header("ledger-lag")), ("22", "2"));
    testbed.grow(&[]);
    assert_eq!(testbed.found("/readyz").await, ready(24, 24, Value::Null));
    testbed.damage(24);
    testbed.record(&history()[..1]);
    assert_eq!(testbed.found("/readyz").await, ready(24, 25, Value::Null));
    testbed.grow(&[]);
    assert_eq!(testbed.get("/v1/accounts/nobody").await.header("ledger-lag"), "0");
}
