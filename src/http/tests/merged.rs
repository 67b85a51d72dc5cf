//! A merged account in the lists and figures of its survivor, page by page, and apart again after the reversal.

use serde_json::{Value, json};

use super::answers::column;
use super::pages::all;
use super::promises::promises;
use crate::http::testing::{Testbed, event, history};

/// The [`history`] and its [`promises`], `acme` having been merged into `gap` in April 2025; both have an order `o1`.
fn merged() -> Vec<Value> {
    let acme = |kind: &str, at: &str, payload: Value| event("account/acme", kind, at, payload);
    let gap = |kind: &str, at: &str, payload: Value| event("account/gap", kind, at, payload);
    let plan = json!({"interaction": "i1", "at": "2025-09-01T09:00:00Z", "channel": "phone", "persons": ["bob"]});
    let own = [
        acme("account.note_recorded", "2024-02-01", json!({"topic": "risk", "text": "acme's"})),
        gap("account.note_recorded", "2024-03-01", json!({"topic": "risk", "text": "gap's"})),
        acme("competitor.observed", "2024-02-01", json!({"name": "Globex"})),
        acme("contact.consent_changed", "2024-02-01", json!({"contact": "c1", "channel": "phone", "consent": "given"})),
        gap("contact.added", "2024-02-01", json!({"contact": "c1", "name": "Gil"})),
        acme("interaction.planned", "2024-02-01", plan.clone()),
        gap("interaction.planned", "2024-02-01", plan),
        acme("account.merged", "2025-04-15", json!({"into": "gap"})),
    ];
    history().into_iter().chain(promises()).chain(own).collect()
}

#[tokio::test]
async fn every_list_below_the_survivor_names_what_is_the_merged_accounts() {
    let testbed = Testbed::of(&merged());
    for (list, field, wanted) in [
        ("contacts", "account", "acme|gap"),
        ("contacts", "contact", "c1|c1"),
        ("consents", "account", "acme"),
        ("interactions", "account", "acme"),
        ("planned-interactions", "account", "acme|gap"),
        ("notes", "account", "acme|gap"),
        ("competitors", "account", "acme"),
        ("orders", "account", "acme|acme|gap"),
        ("issues", "issue", "Case 1|Case 2"),
        ("plans", "account", "acme|acme"),
        ("commitments", "account", "acme|acme|acme|gap"),
        ("contracts", "account", "acme|gap"),
        ("needs", "account", "acme|acme"),
        ("surveys", "account", "acme|acme|acme"),
        ("timeline?family=order", "account", "acme|acme|gap"),
        ("findings", "account", "gap"),
        ("audit?field=name", "position", "8"),
        ("orders?as_of=2025-04-14", "account", "gap"),
        ("timeline?family=order&as_of=2025-04-14", "account", "gap"),
        ("contacts?as_of=2025-04-14", "account", "gap"),
    ] {
        let address = format!("/v1/accounts/gap/{list}");
        let answer = testbed.found(&address).await;
        assert_eq!(column(&answer, field).join("|"), wanted, "{address}");
        let by_one = all(&testbed, &address, 1).await;
        assert_eq!(json!(by_one), answer["items"], "page by page: {address}");
    }
}

#[tokio::test]
async fn figures_of_the_survivor_add_up_and_each_account_answers_for_itself() {
    let testbed = Testbed::of(&merged());
    for (address, pointer, wanted) in [
        ("/v1/accounts/gap", "/merged_from", json!(["acme"])),
        ("/v1/accounts/gap", "/counts/orders", json!(3)),
        ("/v1/accounts/gap", "/counts/contacts", json!(2)),
        ("/v1/accounts/gap", "/counts/open_commitments", json!(3)),
        ("/v1/accounts/gap", "/interactions/count", json!(1)),
        ("/v1/accounts/gap", "/owners/0/person", json!("cem")),
        ("/v1/accounts/gap/owners", "/owners/1", Value::Null),
        ("/v1/accounts/gap/overview", "/counts/commitments", json!(3)),
        ("/v1/accounts/gap/overview", "/merged_from", json!(["acme"])),
        ("/v1/accounts/gap/surveys/summary", "/instruments/0/responses", json!(2)),
        ("/v1/accounts/gap/surveys/summary", "/merged_from", json!(["acme"])),
        ("/v1/accounts/gap/spend", "/items/0/amount", json!("20567.1206")),
        ("/v1/accounts/gap/spend", "/items/0/merged_from", json!(["acme"])),
        ("/v1/accounts/gap?as_of=2025-04-14", "/counts/orders", json!(1)),
        ("/v1/accounts/gap?as_of=2025-04-14", "/merged_from", Value::Null),
        ("/v1/accounts/acme", "/status", json!("merged")),
        ("/v1/accounts/acme", "/merged_into", json!("gap")),
        ("/v1/accounts/acme", "/counts/orders", json!(2)),
        ("/v1/accounts/acme/owners", "/merged_into", json!("gap")),
        ("/v1/accounts/acme/owners", "/owners", json!([])),
        ("/v1/accounts/acme/ownership", "/merged_into", json!("gap")),
        ("/v1/accounts/acme/ownership", "/lanes/1/person", json!("bob")),
        ("/v1/accounts?status=merged", "/items/0/merged_into", json!("gap")),
        ("/v1/orders?account=gap", "/items/1", Value::Null),
    ] {
        let answer = testbed.found(address).await;
        assert_eq!(*answer.pointer(pointer).unwrap_or(&Value::Null), wanted, "{address} {pointer} in {answer}");
    }
}

#[tokio::test]
async fn a_reversal_parts_them_from_then_on_and_a_list_that_was_begun_goes_on() {
    let mut testbed = Testbed::of(&merged());
    let first = testbed.found("/v1/accounts/gap/orders?limit=2").await;
    let cursor = first["next"].as_str().unwrap().to_owned();
    testbed.grow(&[
        event("account/acme", "account.merge_reverted", "2025-05-15", json!({})),
        event("account/twin", "account.merged", "2025-05-20", json!({"into": "acme"})),
    ]);
    for (address, field, wanted) in [
        ("/v1/accounts/gap/orders", "account", "gap"),
        ("/v1/accounts/gap/orders?as_of=2025-05-14", "account", "acme|acme|gap"),
        ("/v1/accounts/acme/orders", "account", "acme|acme"),
        ("/v1/people/bob/book", "account", "acme"),
        ("/v1/people/bob/book?as_of=2025-05-14", "account", "twin"),
    ] {
        assert_eq!(column(&testbed.found(address).await, field).join("|"), wanted, "{address}");
    }
    let rest = testbed.found(&format!("/v1/accounts/gap/orders?limit=2&cursor={cursor}")).await;
    assert_eq!((column(&rest, "account").join("|"), &rest["next"]), ("gap".to_owned(), &Value::Null));
}

#[tokio::test]
async fn a_merge_that_a_correction_redirects_is_found_where_it_leads() {
    let mut testbed = Testbed::of(&merged());
    let says =
        json!({"target": "00000000-0000-0000-0000-000000000031", "payload": {"into": "twin"}, "payload_schema": 1});
    testbed.grow(&[event("account/acme", "event.corrected", "2025-05-15", says)]);
    let (gap, twin) = (testbed.found("/v1/accounts/gap").await, testbed.found("/v1/accounts/twin").await);
    assert_eq!((gap.get("merged_from"), &twin["merged_from"]), (None, &json!(["acme"])));
}
