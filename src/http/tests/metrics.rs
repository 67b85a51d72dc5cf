//! What the API says of metrics: of one account, by groups, under other assumptions, and what it refuses.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::http::testing::{Testbed, event, history};

fn testbed() -> Testbed {
    let order = |id: &str, amount: &str| json!({"order": id, "total": {"amount": amount, "currency": "EUR"}});
    let cost = json!({"category": "service", "amount": {"amount": "30000", "currency": "EUR"}});
    let mut all = history();
    all.extend([
        event("account/calm", "account.opened", "2023-01-01", json!({"name": "Calm", "region": "north"})),
        event("account/calm", "order.placed", "2023-06-01", order("o1", "100000")),
        event("account/calm", "order.placed", "2024-03-01", order("o2", "80000")),
        event("account/calm", "cost.recorded", "2024-03-01", cost),
    ]);
    Testbed::of(&all)
}

#[tokio::test]
async fn an_account_has_its_metrics_with_what_they_assume() {
    let testbed = testbed();
    let found = testbed.found("/v1/accounts/calm/metrics?as_of=2024-12-01").await;
    let money = &found["money"][0];
    assert_eq!((&money["margin"], &money["lifetime_value"]), (&json!("50000"), &json!("170000.00")));
    assert_eq!(found["assumptions"]["model"], "metrics/1");
    let other = testbed.found("/v1/accounts/calm/metrics?as_of=2024-12-01&retention=0.5&discount=0").await;
    assert_eq!(other["money"][0]["lifetime_value"], "50000.00");
    assert_eq!(other["assumptions"]["chosen"], json!(["retention", "discount"]));
}

#[tokio::test]
async fn assumptions_without_an_end_or_out_of_range_are_refused() {
    let testbed = testbed();
    for (query, wanted) in [
        ("retention=1&discount=0", "the lifetime value would have no end"),
        ("retention=1.2", "0 to 1"),
        ("discount=-0.1", "0 to 1"),
        ("discount=ten", "discount"),
    ] {
        let reply = testbed.ask(Method::GET, &format!("/v1/accounts/calm/metrics?{query}"), &[]).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(reply.text().contains(wanted), "{query}: {}", reply.text());
    }
}

#[tokio::test]
async fn groups_are_pages_in_the_order_of_their_keys() {
    let testbed = testbed();
    let all = testbed.found("/v1/metrics-report?as_of=2024-12-01").await;
    let accounts = all["items"].as_array().unwrap().len();
    for (by, key) in [("owner", "ada"), ("region", "north"), ("tier", "")] {
        let found = testbed.found(&format!("/v1/metrics-report?as_of=2024-12-01&by={by}")).await;
        let groups = found["items"].as_array().unwrap();
        let counted: u64 = groups.iter().map(|group| group["accounts"].as_u64().unwrap()).sum();
        assert_eq!(usize::try_from(counted).unwrap(), accounts, "{by}");
        assert!(key.is_empty() || groups.iter().any(|group| group["key"] == key), "{by}: {groups:?}");
    }
    let first = testbed.found("/v1/metrics-report?as_of=2024-12-01&by=region&limit=1").await;
    assert_eq!(first["items"][0]["key"], json!(null), "without a region first");
    let cursor = first["next"].as_str().unwrap();
    let next = testbed.found(&format!("/v1/metrics-report?by=region&limit=1&cursor={cursor}")).await;
    assert_eq!(next["items"][0]["key"], "north");
}

#[tokio::test]
async fn an_account_that_was_merged_says_where_its_figures_are() {
    let mut all = history();
    all.extend([
        event("account/calm", "account.opened", "2023-01-01", json!({"name": "Calm"})),
        event(
            "account/calm",
            "order.placed",
            "2024-03-01",
            json!({"order": "o", "total": {"amount": "5", "currency": "EUR"}}),
        ),
        event("account/calm", "account.merged", "2024-06-01", json!({"into": "acme"})),
    ]);
    let testbed = Testbed::of(&all);
    let merged = testbed.found("/v1/accounts/calm/metrics?as_of=2024-12-01").await;
    assert_eq!(merged["merged_into"], "acme");
    let survivor = testbed.found("/v1/accounts/acme/metrics?as_of=2024-12-01").await;
    assert_eq!((&survivor["merged_from"], &survivor["merged_into"]), (&json!(["calm"]), &json!(null)));
    let report = testbed.found("/v1/metrics-report?as_of=2024-12-01&limit=1000").await;
    assert!(report["items"].as_array().unwrap().iter().all(|group| group["key"] != "calm"));
}
