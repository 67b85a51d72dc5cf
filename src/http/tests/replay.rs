//! What walking history says, against the answers about each moment.

use serde_json::{Value, json};

use super::answers::column;
use super::pages::all;
use super::promises::promises;
use crate::http::testing::{Testbed, event, history};

fn testbed() -> Testbed {
    let corrected = json!({
        "target": uuid::Uuid::from_u128(4), "occurred_at": "2024-04-01T00:00:00Z", "payload_schema": 1,
        "payload": {"from": "ada", "to": "bob", "role": "primary"},
    });
    let corrected = event("account/acme", "event.corrected", "2024-05-01", corrected);
    Testbed::of(&[history(), promises(), vec![corrected]].concat())
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn each_step_is_what_the_account_answers_for_that_moment() {
    let testbed = testbed();
    for (step, from) in
        [("day", "2024-03-25"), ("week", "2024-02-20"), ("month", "2023-12-31"), ("event", "2023-01-01")]
    {
        let list = testbed.found(&format!("/v1/replay?from={from}&as_of=2024-04-10&step={step}&limit=1000")).await;
        let rows = items(&list);
        assert!(rows.len() > 3, "{step}: {}", rows.len());
        for row in rows {
            let (account, at) = (row["account"].as_str().unwrap(), row["at"].as_str().unwrap());
            let health = testbed
                .found(&format!("/v1/accounts/{}/health?as_of={at}", crate::http::address::escape(account)))
                .await;
            assert_eq!(
                (&row["overall"], &row["band"], &row["model"]),
                (&health["overall"], &health["band"], &health["model"])
            );
            let list = testbed.found(&format!("/v1/accounts?as_of={at}&limit=1000")).await;
            let stands = items(&list).into_iter().find(|one| one["account"] == account).unwrap();
            for field in ["name", "status", "tier", "region", "parent", "owners"] {
                let of_list = stands.get(field).cloned().unwrap_or_default();
                assert_eq!(row[field], of_list, "{account} at {at}: {field}");
            }
        }
    }
}

#[tokio::test]
async fn steps_are_dates_or_the_events_of_an_account() {
    let testbed = testbed();
    let at = async |query: &str| -> String {
        column(&testbed.found(&format!("/v1/replay?account=acme&{query}")).await, "at").join("|")
    };
    assert_eq!(at("from=2024-03-01&as_of=2024-03-15").await, "2024-03-01|2024-03-08|2024-03-15");
    assert_eq!(at("from=2024-01-31&as_of=2024-04-01&step=month").await, "2024-01-31|2024-02-29|2024-03-31");
    assert_eq!(
        at("from=2024-03-30&as_of=2024-04-01T10:00:00Z&step=day").await,
        "2024-03-30|2024-03-31|2024-04-01T10:00:00Z"
    );
    assert_eq!(at("from=2024-02-20&as_of=2024-04-10&step=event").await, "2024-04-01T00:00:00Z");
    assert_eq!(at("from=2000-01-01&as_of=2000-06-01").await, "", "there was no account yet");
    let one = testbed.found("/v1/replay?from=2024-06-01&as_of=2024-06-01&region=north").await;
    assert_eq!(column(&one, "account").join("|"), "acme");
}

#[tokio::test]
async fn what_was_reported_is_by_what_was_known_then() {
    let testbed = testbed();
    let owners = async |reading: &str| {
        let query = format!("/v1/replay?account=acme&from=2024-03-15&as_of=2024-03-15&reading={reading}");
        items(&testbed.found(&query).await).first().map_or_else(String::new, |row| row["owners"].to_string())
    };
    assert_eq!(owners("restated").await, "[\"ada\"]", "the correction counts");
    assert_eq!(owners("reported").await, "", "all of it was recorded in 2025");
}

#[tokio::test]
async fn pages_are_the_whole_and_bad_questions_name_their_parameter() {
    let testbed = testbed();
    let query = "/v1/replay?from=2024-05-01&as_of=2024-06-30&step=week";
    let whole = items(&testbed.found(&format!("{query}&limit=1000")).await);
    assert_eq!(all(&testbed, query, 3).await, whole);
    for (query, field) in [
        ("step=hour", "step"),
        ("reading=guessed", "reading"),
        ("from=2024-07-01&as_of=2024-06-30", "from"),
        ("model=health/9", "model"),
        ("tier=gold", "tier"),
    ] {
        let reply = testbed.get(&format!("/v1/replay?{query}")).await;
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn another_model_stands_beside_and_is_what_it_says_alone() {
    let mut spec = json!(tenure_schemas::models::built_in("health"));
    spec["dimensions"]["ownership"]["weight"] = 80.into();
    let publish = json!({"version": 2, "spec": spec});
    let mut events = [history(), promises()].concat();
    events.push(event("model/health", "model.published", "2024-06-01", publish));
    let testbed = Testbed::of(&events);
    let walk = "/v1/replay?from=2024-01-01&as_of=2024-04-10&limit=1000";
    let both = items(&testbed.found(&format!("{walk}&compare=health/2")).await);
    let alone = items(&testbed.found(&format!("{walk}&model=health/2")).await);
    assert!(both.iter().any(|row| row["compared"]["overall"] != row["overall"]));
    for (row, other) in both.iter().zip(&alone) {
        for field in ["model", "overall", "band", "evidence_share"] {
            assert_eq!(row["compared"][field], other[field], "{row}");
        }
    }
    assert_eq!(both.len(), alone.len());
    assert_eq!(testbed.get(&format!("{walk}&compare=health/9")).await.problem().0, "bad-parameter");
}

#[tokio::test]
async fn a_walk_of_more_than_a_century_of_days_is_refused() {
    let testbed = testbed();
    for address in [
        "/v1/replay?from=1900-01-01&as_of=2024-04-10&step=day",
        "/v1/accounts/acme/health/history?from=1900-01-01&as_of=2024-04-10&every=day",
    ] {
        let reply = testbed.get(address).await;
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), "from".to_owned()));
        assert!(reply.text().contains("more than 36600 points: give a later date, or wider steps"), "{}", reply.text());
    }
    let monthly = "/v1/replay?from=1900-01-01&as_of=2024-04-10&step=month&account=acme&limit=1000";
    assert_eq!(items(&testbed.found(monthly).await)[0]["at"], "2023-01-01", "from the first event on");
}
