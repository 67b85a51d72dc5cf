//! Paging: all pages together are the whole list, whatever happens in between.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::testing::{Testbed, event, history};

/// Every item, page by page.
pub(super) async fn all(testbed: &Testbed, address: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let joint = if address.contains('?') { '&' } else { '?' };
        let page = testbed.found(&format!("{address}{joint}limit={limit}{cursor}")).await;
        let some = page["items"].as_array().unwrap();
        assert!(some.len() <= limit);
        items.extend(some.clone());
        let Some(next) = page["next"].as_str() else { return items };
        assert_eq!(some.len(), limit, "a page that is not the last is full");
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn all_pages_together_are_the_whole_list() {
    let testbed = Testbed::of(&history());
    for address in [
        "/v1/accounts",
        "/v1/accounts?as_of=2023-02-01&tz=Europe/Rome",
        "/v1/accounts?owner=bob",
        "/v1/ownership",
        "/v1/ownership?as_of=2023-02-01",
        "/v1/orders",
        "/v1/issues",
        "/v1/people",
        "/v1/people/ada/tenures",
        "/v1/people/bob/book",
        "/v1/events",
        "/v1/events?kind=account.opened",
        "/v1/events?account=acme",
        "/v1/reports/findings",
        "/v1/reports/findings?as_of=2019-01-01",
        "/v1/schemas",
        "/v1/accounts/acme/timeline",
        "/v1/accounts/acme/audit",
        "/v1/accounts/acme/orders",
        "/v1/accounts/acme/contacts",
        "/v1/accounts/twin/findings",
    ] {
        let whole = testbed.found(address).await;
        assert_eq!(whole["next"], Value::Null, "{address}");
        for limit in [1, 2, 3] {
            assert_eq!(all(&testbed, address, limit).await, *whole["items"].as_array().unwrap(), "{address}");
        }
    }
}

#[tokio::test]
async fn later_pages_are_about_the_moment_of_the_first() {
    let mut testbed = Testbed::of(&history());
    let first = testbed.found("/v1/ownership?limit=1&as_of=2024-02-29&tz=Europe/Rome").await;
    testbed.grow(&[event("account/zoo", "account.opened", "2023-05-01", json!({"name": "Zoo"}))]);
    let second = testbed.found(&format!("/v1/ownership?limit=9&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(first["items"][0]["person"], "ada");
    assert_eq!(second["resolved"]["as_of"], "2024-02-29");
    assert_eq!(second["resolved"]["zone"], "Europe/Rome");
    assert_eq!(second["resolved"]["size"], 23);
}

#[tokio::test]
async fn the_next_page_is_a_link_in_every_format() {
    let testbed = Testbed::of(&history());
    for accept in ["application/json", "application/x-ndjson", "text/csv"] {
        let mut address = "/v1/accounts?q=&limit=1&tz=Europe/Rome".to_owned();
        let mut pages = 0;
        loop {
            let reply = testbed.ask(Method::GET, &address, &[("accept", accept)]).await;
            assert_eq!(reply.status, StatusCode::OK, "{address}: {}", reply.text());
            pages += 1;
            let Some(next) = reply.header("link").strip_prefix('<') else { break };
            address = next.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        }
        assert_eq!(pages, 4, "{accept}");
    }
}

#[tokio::test]
async fn cursors_fit_their_own_list_only() {
    let testbed = Testbed::of(&history());
    let next = |page: &Value| page["next"].as_str().unwrap().to_owned();
    let accounts = next(&testbed.found("/v1/accounts?limit=1&as_of=2024-01-01").await);
    let filtered = next(&testbed.found("/v1/accounts?limit=1&owner=bob").await);
    let orders = next(&testbed.found("/v1/orders?limit=1").await);
    for (address, field) in [
        (format!("/v1/accounts?cursor={orders}"), "cursor"),
        (format!("/v1/accounts?cursor={filtered}"), "cursor"),
        (format!("/v1/accounts?owner=ada&cursor={filtered}"), "cursor"),
        (format!("/v1/accounts?as_of=2024-01-02&cursor={accounts}"), "cursor"),
        (format!("/v1/accounts?tz=Europe/Rome&cursor={accounts}"), "cursor"),
        ("/v1/accounts?cursor=garbage".to_owned(), "cursor"),
        ("/v1/accounts?cursor=".to_owned(), "cursor"),
        (format!("/v1/accounts?cursor={}", &accounts[..20]), "cursor"),
    ] {
        let reply = testbed.get(&address).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{address}");
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{address}");
    }
    let again = format!("/v1/accounts?as_of=2024-01-01&tz=UTC&cursor={accounts}");
    assert_eq!(testbed.get(&again).await.status, StatusCode::OK);
}
