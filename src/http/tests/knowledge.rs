//! What was known earlier: the same questions at another size, by another clock.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tenure_schemas::models::TypedSpec as _;

use super::answers::column;
use super::formats::addresses;
use super::handovers::handed_over;
use super::promises::promises;
use crate::http::testing::{Testbed, event, history};

/// An event that a system learned of long before the ledger did.
fn learned(mut draft: Value, at: &str) -> Value {
    draft["source"] = json!({"system": "crm", "record": at, "recorded_at": at});
    draft
}

/// Who held Vantor is told in January, in February, and corrected in March by the CRM's clock; all in the ledger at once.
fn told_late() -> Vec<Value> {
    let mut drafts = history();
    let primary = |person: &str| json!({"person": person, "role": "primary"});
    let moved = json!({"from": "ada", "to": "bob", "role": "primary"});
    drafts.push(event("account/vantor", "account.opened", "2024-01-01", json!({"name": "Vantor"})));
    drafts.push(learned(
        event("account/vantor", "ownership.assigned", "2024-01-01", primary("ada")),
        "2024-01-10T00:00:00Z",
    ));
    drafts.push(learned(event("account/vantor", "ownership.transferred", "2024-02-01", moved), "2024-03-20T00:00:00Z"));
    drafts
}

async fn owners(testbed: &Testbed, question: &str) -> String {
    let answer = testbed.found(question).await;
    let owners = answer["owners"].as_array().unwrap().iter();
    owners.map(|owner| owner["person"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("|")
}

#[tokio::test]
async fn an_earlier_size_knows_less() {
    let testbed = Testbed::of(&history());
    for (question, wanted) in [
        ("/v1/accounts/acme/owners?as_of=2024-06-01&size=22", "bob"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&size=5", "bob"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&size=4", "ada"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&size=3", ""),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&known_at=2025-01-01T00:00:03Z", "ada"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&known_at=2025-01-01T00:00:03.999999Z", "ada"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&known_at=2025-01-01", "bob"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&known_at=9999-12-31", "bob"),
        ("/v1/accounts/acme/owners?as_of=2024-06-01&known_at=2025-01-01&tz=Asia/Tokyo", "bob"),
    ] {
        assert_eq!(owners(&testbed, question).await, wanted, "{question}");
    }
}

#[tokio::test]
async fn lists_hold_what_was_known() {
    let testbed = Testbed::of(&history());
    for (address, field, wanted) in [
        ("/v1/accounts?size=0", "account", ""),
        ("/v1/accounts?size=3", "account", "acme"),
        ("/v1/accounts?size=9", "account", "acme|gap|twin"),
        ("/v1/accounts?size=9&owner=bob", "account", "acme|twin"),
        ("/v1/accounts?size=7&owner=bob", "account", "acme"),
        ("/v1/ownership?size=10", "person", "bob|ada|ada|bob"),
        ("/v1/people?size=1", "person", "ada"),
        ("/v1/people?size=11", "person", "ada|bob"),
        ("/v1/people?size=12", "person", "ada|bob|cem"),
        ("/v1/people/ada/book?size=9", "account", "twin"),
        ("/v1/orders?size=16", "order", "o1"),
        ("/v1/accounts/acme/timeline?size=4", "position", "2|3"),
        ("/v1/accounts/acme/audit?size=4", "position", "2|3"),
        ("/v1/reports/findings?size=8", "code", "second_primary"),
        ("/v1/reports/findings?size=7", "code", ""),
    ] {
        let list = testbed.found(address).await;
        assert_eq!(column(&list, field).join("|"), wanted, "{address}");
    }
}

#[tokio::test]
async fn the_clock_of_the_sources_knows_what_they_knew() {
    let testbed = Testbed::of(&told_late());
    for (known_at, wanted, fell_back) in [
        ("2024-01-09", "", 1),
        ("2024-01-10", "ada", 1),
        ("2024-03-19", "ada", 1),
        ("2024-03-20", "bob", 1),
        ("2025-02-01", "bob", 1),
    ] {
        let question = format!("/v1/accounts/vantor/owners?as_of=2024-12-31&clock=source&known_at={known_at}");
        let reply = testbed.get(&question).await;
        if wanted.is_empty() {
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{question}");
            continue;
        }
        assert_eq!(owners(&testbed, &question).await, wanted, "{question}");
        let resolved = &reply.json()["resolved"];
        assert_eq!(resolved["clock"], "source");
        assert_eq!(resolved["fell_back"], fell_back, "{question}");
        assert_eq!(resolved["size"], 25);
        assert_eq!(reply.header("ledger-clock"), "source");
    }
    // With both, the size says which ledger and the time says what its sources had learned.
    let both = "/v1/accounts/vantor/owners?as_of=2024-12-31&clock=source&known_at=2024-04-01&size=24";
    assert_eq!(owners(&testbed, both).await, "ada");
}

#[tokio::test]
async fn an_answer_says_what_it_took_as_known() {
    let testbed = Testbed::of(&history());
    let small = Testbed::of(&history()[..5]);
    let question = "/v1/accounts/acme/ownership?as_of=2024-06-01";
    let (then, at_the_time) = (testbed.get(&format!("{question}&size=5")).await, small.get(question).await);
    assert_eq!(then.json(), at_the_time.json(), "the ledger of that size said the same");
    assert_eq!(then.header("ledger-size"), "5");
    assert_eq!(then.header("ledger-root"), at_the_time.header("ledger-root"));
    let known = testbed.found(&format!("{question}&known_at=2025-01-01T00:00:04.5Z")).await;
    assert_eq!(known["resolved"]["size"], 5);
    assert_eq!(known["resolved"]["known_at"], "2025-01-01T00:00:04.5Z");
}

#[tokio::test]
async fn an_answer_at_a_size_keeps_its_tag_and_its_bytes() {
    let mut testbed = Testbed::of(&history());
    let question = "/v1/accounts/acme/ownership?as_of=2024-06-01&size=22";
    let before = testbed.get(question).await;
    let closed = event("account/acme", "account.closed", "2024-02-01", json!({"reason": "lost"}));
    testbed.grow(&[closed]);
    let after = testbed.get(question).await;
    assert_eq!(before.body, after.body);
    assert_eq!(before.header("etag"), after.header("etag"));
    let again = testbed.ask(axum::http::Method::GET, question, &[("if-none-match", before.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_pages_of_a_list_rest_on_one_knowledge() {
    let testbed = Testbed::of(&history());
    let first = testbed.found("/v1/accounts?size=9&limit=1&as_of=2024-06-01").await;
    let next = first["next"].as_str().unwrap();
    let second = testbed.found(&format!("/v1/accounts?limit=10&cursor={next}")).await;
    assert_eq!(column(&second, "account").join("|"), "gap|twin");
    assert_eq!(second["resolved"]["size"], 9);
    let other = testbed.get(&format!("/v1/accounts?limit=10&size=8&cursor={next}")).await;
    assert_eq!(other.problem(), ("bad-parameter".to_owned(), "cursor".to_owned()));
}

/// Everything that is answered about a moment at a size.
fn dated() -> Vec<String> {
    let takes_size = |parameters: &[String]| parameters.iter().any(|name| name == "size");
    let dated = addresses().into_iter().filter(|(_, parameters)| takes_size(parameters));
    dated.map(|(path, _)| path).collect()
}

/// What is told later of what was before: late, corrected, retracted, taken back, merged, moved, and by another model.
fn afterwards() -> Vec<Value> {
    let about = |account: &str, kind: &str, at: &str, says| event(&format!("account/{account}"), kind, at, says);
    let id = |position: u128| uuid::Uuid::from_u128(position);
    let moved = json!({"from": "bob", "to": "ada", "role": "primary"});
    let spec = tenure_schemas::models::HealthSpec::built_in().to_spec();
    let order = json!({"order": "o1", "total": {"amount": "1", "currency": "USD"}});
    let corrected = json!({"target": id(15), "payload": order, "payload_schema": 1});
    let call = json!({"channel": "video", "direction": "mutual", "persons": ["ada"], "contacts": ["c1"]});
    let mut drafts = vec![
        about("acme", "ownership.transferred", "2024-04-01", moved),
        about("acme", "interaction.logged", "2024-05-30T08:00:00Z", call),
        about("acme", "event.corrected", "2024-08-01", corrected),
        about("acme", "event.retracted", "2024-08-01", json!({"target": id(18)})),
        about("gap", "account.merged", "2024-02-01", json!({"into": "acme"})),
        about("acme", "account.parent_set", "2023-02-01", json!({"parent": "twin"})),
        about(
            "acme",
            "coverage.started",
            "2024-06-29",
            json!({"owner": "bob", "delegate": "ada", "until": "2024-07-09T00:00:00Z"}),
        ),
        event("person/bob", "person.departed", "2024-06-01", json!({})),
        event("catalogue/main", "offering.listed", "2023-01-01", json!({"offering": "press", "name": "Press"})),
        event("model/health", "model.published", "2023-01-01", json!({"version": 2, "spec": spec})),
        event("model/health", "model.activated", "2023-01-01", json!({"version": 2})),
    ];
    drafts.push(event("account/brandnew", "account.opened", "2023-01-01", json!({"name": "New", "parent": "acme"})));
    drafts
}

/// Whatever is appended later: the same bytes at the same size, and those that a ledger of that size gave.
#[tokio::test]
async fn no_answer_about_a_moment_at_a_size_ever_changes() {
    let before = [history(), promises(), handed_over()].concat();
    let mut grown = Testbed::of(&before);
    grown.grow(&afterwards());
    let paths = dated();
    assert!(paths.len() > 35, "{}", paths.len());
    for size in [0, 5, 16, 22, before.len() - 3, before.len()] {
        let then = Testbed::of(&before[..size]);
        for as_of in ["2023-02-01", "2024-06-30", "2024-05-01T10:00:00Z", "2030-01-01"] {
            for path in &paths {
                let question = format!("{path}?as_of={as_of}&size={size}");
                let (now, then) = (grown.get(&question).await, then.get(&question).await);
                assert_eq!((now.status, now.text()), (then.status, then.text()), "{question}");
                assert_eq!(now.header("ledger-root"), then.header("ledger-root"), "{question}");
            }
        }
    }
}
