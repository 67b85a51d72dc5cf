//! What is refused, and with which problem.

use std::time::Duration;

use axum::http::{Method, StatusCode};

use crate::http::Limits;
use crate::http::testing::{Testbed, history};

#[tokio::test]
async fn bad_questions_get_problems_that_name_the_field() {
    let testbed = Testbed::of(&history());
    let long = format!("/v1/accounts?q={}", "x".repeat(9_000));
    for (address, status, slug, field) in [
        ("/v1/accounts?as_of=yesterday", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?as_of=2024-13-01", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?as_of=2024-03-31T02:30:00&tz=Europe/Rome", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?as_of=2024-10-27T02:30:00&tz=Europe/Rome", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?as_of=2024-03-01T10:00:00+01:00", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?as_of=10000-01-01", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?as_of=", 400, "bad-parameter", "as_of"),
        ("/v1/accounts?tz=Mars/Olympus", 400, "bad-parameter", "tz"),
        ("/v1/accounts?limit=0", 400, "bad-parameter", "limit"),
        ("/v1/accounts?limit=1001", 400, "bad-parameter", "limit"),
        ("/v1/accounts?limit=-1", 400, "bad-parameter", "limit"),
        ("/v1/accounts?limit=99999999999999999999999", 400, "bad-parameter", "limit"),
        ("/v1/accounts?limit=ten", 400, "bad-parameter", "limit"),
        ("/v1/accounts?status=sleeping", 400, "bad-parameter", "status"),
        ("/v1/accounts?tier=key&stage=x", 400, "bad-parameter", "stage"),
        ("/v1/accounts?owner=%20ada", 400, "bad-parameter", "owner"),
        ("/v1/accounts?q=a&q=b", 400, "bad-parameter", "q"),
        ("/v1/accounts?q=%ff", 400, "bad-parameter", "q"),
        ("/v1/accounts?known_at=tomorrow", 400, "bad-parameter", "known_at"),
        ("/v1/accounts?known_at=2024-10-27T02:30&tz=Europe/Rome", 400, "bad-parameter", "known_at"),
        ("/v1/accounts?known_at=2025-01-01&size=3", 400, "bad-parameter", "size"),
        ("/v1/accounts?size=23", 400, "bad-parameter", "size"),
        ("/v1/accounts?size=-1", 400, "bad-parameter", "size"),
        ("/v1/accounts?clock=wall", 400, "bad-parameter", "clock"),
        ("/v1/accounts/acme?known_at=2024-12-31", 404, "unknown-account", ""),
        ("/v1/accounts/gap/owners?size=8", 404, "unknown-account", ""),
        ("/v1/people/cem?size=11", 404, "unknown-person", ""),
        ("/v1/events?known_at=2025-01-01", 400, "unknown-parameter", "known_at"),
        ("/v1/accounts?colour=red", 400, "unknown-parameter", "colour"),
        ("/v1/accounts/acme?limit=1", 400, "unknown-parameter", "limit"),
        ("/v1/events?as_of=2024-01-01", 400, "unknown-parameter", "as_of"),
        ("/v1/events?after=-1", 400, "bad-parameter", "after"),
        ("/v1/events?stream=nowhere", 400, "bad-parameter", "stream"),
        ("/v1/events?stream=account/a&account=a", 400, "bad-parameter", "account"),
        ("/v1/orders?placed_from=soon", 400, "bad-parameter", "placed_from"),
        ("/v1/orders?currency=euro", 400, "bad-parameter", "currency"),
        ("/v1/ownership?scope=everything", 400, "bad-parameter", "scope"),
        ("/v1/reports/findings?code=bad_luck", 400, "bad-parameter", "code"),
        ("/v1/accounts/nobody", 404, "unknown-account", ""),
        ("/v1/accounts/%20", 404, "unknown-account", ""),
        ("/v1/accounts/nobody/owners", 404, "unknown-account", ""),
        ("/v1/accounts/nobody/orders", 404, "unknown-account", ""),
        ("/v1/accounts/nobody/timeline", 404, "unknown-account", ""),
        ("/v1/people/nobody", 404, "unknown-person", ""),
        ("/v1/people/nobody/book", 404, "unknown-person", ""),
        ("/v1/events/22", 404, "unknown-event", ""),
        ("/v1/events/x", 404, "unknown-event", ""),
        ("/v1/events/-1", 404, "unknown-event", ""),
        ("/v1/schemas/order.dreamt/1", 404, "unknown-schema", ""),
        ("/v1/schemas/order.placed/2", 404, "unknown-schema", ""),
        ("/v1/accounts/acme/nothing", 404, "unknown-path", ""),
        ("/v1/accounts/", 404, "unknown-path", ""),
        ("/v1/accounts/%ff", 404, "unknown-path", ""),
        ("/v2/accounts", 404, "unknown-path", ""),
        (&long, 414, "uri-too-long", ""),
    ] {
        let reply = testbed.get(address).await;
        assert_eq!(reply.status.as_u16(), status, "{address}: {}", reply.text());
        assert_eq!(reply.problem(), (slug.to_owned(), field.to_owned()), "{address}");
        assert!(!reply.json()["detail"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_told_the_known_ones() {
    let testbed = Testbed::of(&history());
    let detail = testbed.get("/v1/issues?colour=red").await.json()["detail"].to_string();
    assert!(
        detail.contains("account, person, status, severity, overdue, as_of, tz, known_at, size, clock, limit, cursor"),
        "{detail}"
    );
}

#[tokio::test]
async fn only_reading_is_allowed() {
    let testbed = Testbed::of(&history());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        for address in ["/v1/accounts", "/v1/accounts/acme", "/", "/nowhere"] {
            let reply = testbed.ask(method.clone(), address, &[]).await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {address}");
            assert_eq!(reply.header("allow"), "GET, HEAD");
            assert_eq!(reply.problem().0, "method-not-allowed");
        }
    }
}

#[tokio::test]
async fn formats_that_are_not_there_are_not_acceptable() {
    let testbed = Testbed::of(&history());
    for (address, accept, status) in [
        ("/v1/accounts", "application/xml", 406),
        ("/v1/accounts", "text/csv", 200),
        ("/v1/accounts/acme", "text/csv", 406),
        ("/v1/accounts/acme", "application/*", 200),
    ] {
        let reply = testbed.ask(Method::GET, address, &[("accept", accept)]).await;
        assert_eq!(reply.status.as_u16(), status, "{address} {accept}");
        if status == 406 {
            assert_eq!(reply.problem().0, "not-acceptable");
            assert!(reply.text().contains("application/json"), "{}", reply.text());
        }
    }
    let rows = testbed.ask(Method::GET, "/v1/accounts?limit=10000", &[("accept", "text/csv")]).await;
    assert_eq!(rows.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_answered_before_the_ledger_was_read() {
    let testbed = Testbed::unread();
    for (address, status) in [
        ("/v1/accounts", 503),
        ("/v1/accounts/acme", 503),
        ("/v1/schemas", 503),
        ("/readyz", 503),
        ("/healthz", 200),
        ("/", 200),
        ("/openapi.json", 200),
    ] {
        let reply = testbed.get(address).await;
        assert_eq!(reply.status.as_u16(), status, "{address}");
        if status == 503 {
            assert_eq!(reply.problem().0, "not-ready");
            assert_eq!(reply.header("retry-after"), "1");
        }
    }
}

#[tokio::test]
async fn damage_is_reported_and_not_described() {
    let mut testbed = Testbed::of(&history());
    testbed.damage(3);
    for address in
        ["/v1/accounts/acme?as_of=2023-06-01", "/v1/ownership?as_of=2023-06-01", "/v1/events", "/v1/events/3"]
    {
        let reply = testbed.get(address).await;
        assert_eq!((reply.status.as_u16(), reply.problem().0.as_str()), (500, "damaged-ledger"), "{address}");
    }
    // What is asked about now is answered from memory, and reads no event.
    for address in ["/v1/accounts/acme", "/v1/accounts", "/v1/ownership", "/v1/orders", "/v1/people/bob/book"] {
        assert_eq!(testbed.get(address).await.status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn too_many_heavy_questions_are_turned_away() {
    let limits = Limits { heavy_at_once: 0, heavy_waiting: 0, ..Limits::default() };
    let testbed = Testbed::of(&history()).within(limits);
    let reply = testbed.get("/v1/ownership?as_of=2024-01-01").await;
    assert_eq!((reply.status.as_u16(), reply.problem().0.as_str()), (503, "busy"));
    assert_eq!(reply.header("retry-after"), "1");
    assert_eq!(testbed.get("/v1/ownership").await.status, StatusCode::OK);
    assert_eq!(testbed.get("/v1/accounts/acme/owners?as_of=2024-01-01").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    // Nobody is ever let in, so the time is up for certain.
    let limits = Limits { time: Duration::from_millis(5), at_once: 0, ..Limits::default() };
    let testbed = Testbed::of(&history()).within(limits);
    let reply = testbed.get("/v1/accounts").await;
    assert_eq!((reply.status.as_u16(), reply.problem().0.as_str()), (504, "too-slow"));
}

#[tokio::test]
async fn a_panic_is_a_problem_without_its_words() {
    let response = crate::http::layers::panicked(Box::new("secret".to_owned()));
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
}
