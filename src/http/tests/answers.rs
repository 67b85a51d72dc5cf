//! What each endpoint answers on a small history.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::testing::{NOW, Testbed, event, history};

/// The values of a field of the items of a list.
pub(super) fn column(list: &Value, field: &str) -> Vec<String> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item[field].as_str().map_or_else(|| item[field].to_string(), str::to_owned)).collect()
}

#[tokio::test]
async fn lists_name_what_they_should() {
    let testbed = Testbed::of(&history());
    for (address, field, wanted) in [
        ("/v1/accounts", "account", "Müller & Söhne/50% x|acme|gap|twin"),
        ("/v1/accounts?as_of=2022-12-31", "account", ""),
        ("/v1/accounts?as_of=2026-01-01", "account", "Müller & Söhne/50% x|acme|gap|later|twin"),
        ("/v1/accounts?as_of=2022-12-31&status=unknown&q=", "account", ""),
        ("/v1/accounts?as_of=2022-12-31&status=unknown", "account", "Müller & Söhne/50% x|acme|gap|later|twin"),
        ("/v1/accounts?status=unassigned", "account", "Müller & Söhne/50% x"),
        ("/v1/accounts?status=orphaned&as_of=2023-07-01", "account", "gap"),
        ("/v1/accounts?owner=bob", "account", "acme|twin"),
        ("/v1/accounts?owner=ada&as_of=2024-02-29", "account", "acme|twin"),
        ("/v1/accounts?parent=acme", "account", "twin"),
        ("/v1/accounts?region=north", "account", "acme"),
        ("/v1/accounts?stage=customer", "account", "gap"),
        ("/v1/accounts?q=M%C3%9CLL", "account", "Müller & Söhne/50% x"),
        ("/v1/ownership", "person", "bob|cem|ada|bob"),
        ("/v1/ownership?person=bob", "account", "acme|twin"),
        ("/v1/ownership?role=secondary", "account", ""),
        ("/v1/ownership?as_of=2023-07-01&scope=global", "account", "acme|twin|twin"),
        ("/v1/orders", "account", "acme|acme|gap"),
        ("/v1/orders?sold_by=ada", "order", "o1"),
        ("/v1/orders?account=acme&placed_from=2024-02-01", "order", "o2"),
        ("/v1/orders?account=acme&placed_to=2024-01-31", "order", "o1"),
        ("/v1/orders?account=acme&placed_to=2024-01-31&tz=Asia/Tokyo", "order", ""),
        ("/v1/orders?placed_from=2024-05-01T10:00:00Z&placed_to=2024-05-01T10:00:00Z", "order", "o2"),
        ("/v1/orders?currency=EUR", "order", ""),
        ("/v1/orders?status=placed&as_of=2024-02-01", "order", "o1"),
        ("/v1/issues", "issue", "Case 1|Case 2"),
        ("/v1/issues?person=bob&status=open&severity=high&account=acme", "issue", "Case 1"),
        ("/v1/issues?severity=low", "issue", ""),
        ("/v1/people", "person", "ada|bob|cem"),
        ("/v1/people/bob/book", "account", "acme|twin"),
        ("/v1/people/ada/book?as_of=2023-03-01", "account", "acme|gap|twin"),
        ("/v1/people/ada/tenures", "account", "acme|gap|twin"),
        ("/v1/people/cem/tenures", "account", "gap"),
        ("/v1/accounts/acme/contacts", "contact", "c1"),
        ("/v1/accounts/acme/orders", "order", "o1|o2"),
        ("/v1/accounts/acme/orders?status=cancelled", "order", ""),
        ("/v1/accounts/acme/issues?status=open", "issue", "Case 1"),
        ("/v1/accounts/acme/timeline?family=order", "position", "15|16"),
        ("/v1/accounts/acme/timeline?kind=ownership.transferred", "position", "4"),
        ("/v1/accounts/acme/timeline?as_of=2023-01-31", "position", "2|3"),
        ("/v1/accounts/acme/audit?field=owners.", "position", "3|4"),
        ("/v1/accounts/later/audit", "standing", "waiting"),
        ("/v1/accounts/twin/findings", "code", "second_primary"),
        ("/v1/accounts/gap/findings", "code", "owner_not_joined"),
        ("/v1/reports/findings", "code", "owner_not_joined|second_primary"),
        ("/v1/reports/findings?person=cem", "account", "gap"),
        ("/v1/reports/findings?code=second_primary&account=acme", "code", ""),
        ("/v1/events?after=19", "position", "20|21"),
        ("/v1/events?kind=person.joined", "position", "0|1"),
        ("/v1/events?stream=person/bob", "position", "1"),
        ("/v1/events?account=twin&kind=ownership.assigned&after=6", "position", "7"),
        ("/v1/events?stream=account/nobody", "position", ""),
        ("/v1/schemas?limit=1", "kind", "account.opened"),
    ] {
        let list = testbed.found(address).await;
        assert_eq!(column(&list, field).join("|"), wanted, "{address}");
    }
}

#[tokio::test]
async fn owners_by_day() {
    let testbed = Testbed::of(&history());
    for (account, as_of, status, wanted) in [
        ("acme", "2022-12-31", "unknown", ""),
        ("acme", "2023-01-01", "owned", "ada"),
        ("acme", "2024-02-29", "owned", "ada"),
        ("acme", "2024-03-01", "owned", "bob"),
        ("acme", "2024-02-29T23:59:59Z", "owned", "ada"),
        ("acme", "2024-03-01T00:00:00Z", "owned", "bob"),
        ("acme", "9999-12-31", "owned", "bob"),
        ("acme", "9999-12-30T20:00:00Z", "owned", "bob"),
        ("acme", "0001-01-01", "unknown", ""),
        ("twin", "2023-02-01", "owned", "ada|bob"),
        ("gap", "2023-05-31", "owned", "ada"),
        ("gap", "2023-06-01", "orphaned", ""),
        ("gap", "2023-09-01", "owned", "cem"),
        ("M%C3%BCller%20%26%20S%C3%B6hne%2F50%25%20x", "2024-01-01", "unassigned", ""),
        ("later", "2025-12-31", "unknown", ""),
        ("later", "2026-01-01", "unassigned", ""),
    ] {
        let answer = testbed.found(&format!("/v1/accounts/{account}/owners?as_of={as_of}")).await;
        let owners: Vec<_> =
            answer["owners"].as_array().unwrap().iter().map(|owner| owner["person"].as_str().unwrap()).collect();
        assert_eq!(owners.join("|"), wanted, "{account} {as_of}");
        assert_eq!(answer["status"], status, "{account} {as_of}");
        assert_eq!(answer["resolved"]["as_of"], as_of);
    }
}

#[tokio::test]
async fn an_answer_says_what_it_rests_on() {
    let testbed = Testbed::of(&history());
    let resolved = |as_of: &str, zone: &str| json!({"as_of": as_of, "zone": zone, "known_at": "2025-01-01T00:00:21Z", "size": 22, "clock": "ledger"});
    for (query, as_of, zone) in [
        ("", NOW, "UTC"),
        ("?as_of=2024-03-01&tz=Europe/Rome", "2024-03-01", "Europe/Rome"),
        ("?as_of=2024-03-01T10:00:00%2B01:00", "2024-03-01T09:00:00Z", "UTC"),
    ] {
        for path in ["/v1/accounts", "/v1/accounts/acme", "/v1/accounts/acme/ownership", "/v1/people/ada"] {
            let reply = testbed.get(&format!("{path}{query}")).await;
            assert_eq!(reply.json()["resolved"], resolved(as_of, zone), "{path}{query}");
            assert_eq!(reply.header("ledger-size"), "22");
            assert_eq!(reply.header("ledger-root").len(), 44);
            assert_eq!(reply.header("ledger-as-of"), as_of);
            assert_eq!(reply.header("ledger-zone"), zone);
            assert_eq!(reply.header("cache-control"), "no-cache");
            assert!(reply.header("vary").contains("accept"), "{:?}", reply.headers);
        }
    }
}

#[tokio::test]
async fn every_link_of_an_account_leads_somewhere() {
    let testbed = Testbed::of(&history());
    for account in ["acme", "M%C3%BCller%20%26%20S%C3%B6hne%2F50%25%20x"] {
        let body = testbed.get(&format!("/v1/accounts/{account}")).await.json();
        let links = body["links"].as_array().unwrap();
        assert!(links.len() > 20 && links.contains(&json!(format!("/v1/accounts/{account}/plans"))), "{links:?}");
        for link in links {
            assert_eq!(testbed.get(link.as_str().unwrap()).await.status, 200, "{link}");
        }
    }
}

#[tokio::test]
async fn documents_say_what_they_should() {
    let testbed = Testbed::of(&history());
    for (address, pointer, wanted) in [
        ("/v1/accounts/acme", "/name", json!("Acme")),
        ("/v1/accounts/acme", "/opened_at", json!("2023-01-01T00:00:00Z")),
        ("/v1/accounts/acme", "/children", json!(["twin"])),
        ("/v1/accounts/acme?as_of=2022-01-01", "/status", json!("unknown")),
        ("/v1/accounts/acme?as_of=2022-01-01", "/children", json!([])),
        (
            "/v1/accounts/acme",
            "/counts",
            json!({
                "children": 1, "contacts": 1, "orders": 2, "issues": 1, "open_issues": 1, "overdue_issues": 0,
                "plans": 0, "open_commitments": 0, "running_contracts": 0, "open_needs": 0, "survey_responses": 0,
                "planned_interactions": 0, "overdue_interactions": 0, "notes": 0, "competitors": 0, "events": 9,
            }),
        ),
        ("/v1/accounts/acme", "/interactions/count", json!(1)),
        ("/v1/accounts/gap/ownership", "/gaps/0/from", json!("2023-06-01T00:00:00Z")),
        ("/v1/accounts/gap/ownership", "/gaps/0/to", json!("2023-09-01T00:00:00Z")),
        ("/v1/accounts/gap/ownership", "/lanes/0/to_date", json!("2023-06-01")),
        ("/v1/accounts/twin/ownership", "/overlaps/0/persons", json!(["ada", "bob"])),
        ("/v1/accounts/twin/ownership", "/findings/0/code", json!("second_primary")),
        ("/v1/people/ada", "/name", json!("Ada Byron")),
        ("/v1/people/ada", "/is_employed", json!(true)),
        ("/v1/people/ada?as_of=2019-12-31", "/is_employed", json!(false)),
        ("/v1/people/cem", "/employed", json!([])),
        ("/v1/events/4", "/kind", json!("ownership.transferred")),
        ("/v1/events/00000000-0000-0000-0000-000000000004", "/position", json!(4)),
        ("/v1/schemas/order.placed/1", "/title", json!("order.placed, version 1")),
        ("/v1/accounts/acme/orders", "/items/0/total/amount", json!("20565.6206")),
        ("/healthz", "/status", json!("ok")),
        ("/readyz", "/size", json!(22)),
        ("/", "/endpoints/0/path", json!("/")),
        ("/openapi.json", "/info/title", json!("Tenure")),
    ] {
        let answer = testbed.found(address).await;
        assert_eq!(answer.pointer(pointer), Some(&wanted), "{address} {pointer} in {answer}");
    }
}

#[tokio::test]
async fn head_says_what_get_says_without_the_body() {
    let testbed = Testbed::of(&history());
    for address in ["/v1/accounts", "/v1/accounts/acme?as_of=2024-01-01", "/v1/events/0", "/healthz", "/v1/accounts/no"]
    {
        let (get, head) = (testbed.get(address).await, testbed.ask(Method::HEAD, address, &[]).await);
        assert_eq!(get.status, head.status, "{address}");
        assert_eq!(get.header("etag"), head.header("etag"), "{address}");
        assert_eq!(get.header("content-type"), head.header("content-type"), "{address}");
        assert!(head.body.is_empty(), "{address}");
    }
}

#[tokio::test]
async fn rows_as_csv_and_lines() {
    let testbed = Testbed::of(&history());
    let csv = testbed.ask(Method::GET, "/v1/accounts?parent=acme", &[("accept", "text/csv")]).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    let wanted = "account,name,status,owners,stage,tier,region,industry,currency,parent,merged_into\n\
                  twin,'=Twin,owned,\"[\"\"ada\"\",\"\"bob\"\"]\",,,,,,acme,\n";
    assert_eq!(csv.text(), wanted);
    let csv = testbed.ask(Method::GET, "/v1/accounts/acme/orders", &[("accept", "text/csv")]).await;
    assert!(csv.text().contains("acme,o2,placed,2024-05-01T10:00:00Z,,-5.5,USD,"), "{}", csv.text());
    let lines = testbed.ask(Method::GET, "/v1/people", &[("accept", "application/x-ndjson")]).await;
    let people: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(people.len(), 3);
    assert_eq!(people[0]["person"], "ada");
}

#[tokio::test]
async fn an_answer_that_the_reader_has_is_not_sent_again() {
    let mut testbed = Testbed::of(&history());
    let addresses = ["/v1/accounts", "/v1/accounts/acme/owners?as_of=2024-03-01", "/v1/events", "/v1/schemas"];
    let mut tags = Vec::new();
    for address in addresses {
        let tag = testbed.get(address).await.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let offered = format!("W/\"other\", {tag}");
        let reply = testbed.ask(Method::GET, address, &[("if-none-match", &offered)]).await;
        assert_eq!((reply.status, reply.body.len()), (StatusCode::NOT_MODIFIED, 0), "{address}");
        assert_eq!(reply.header("etag"), tag);
        assert_eq!(reply.header("ledger-size"), "22");
        let csv =
            testbed.ask(Method::GET, address, &[("if-none-match", &tag), ("accept", "text/csv, */*;q=0.1")]).await;
        assert_eq!(csv.status == StatusCode::NOT_MODIFIED, address.contains("owners"), "{address}");
        tags.push(tag);
    }
    testbed.grow(&history()[..1]);
    for (address, tag) in addresses.iter().zip(&tags) {
        let reply = testbed.ask(Method::GET, address, &[("if-none-match", tag)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn what_a_correction_names_is_found_too() {
    let mut testbed = Testbed::of(&history());
    let correct = |target: u64, kind_payload: Value| {
        let target = format!("00000000-0000-0000-0000-0000000000{target:02x}");
        json!({"target": target, "payload": kind_payload, "payload_schema": 1})
    };
    testbed.grow(&[
        event("account/gap", "event.corrected", "2025-02-01", correct(11, json!({"person": "dee", "role": "primary"}))),
        event("account/gap", "event.corrected", "2025-02-01", correct(8, json!({"name": "Gap", "parent": "twin"}))),
    ]);
    for (address, field, wanted) in [
        ("/v1/people/dee/book", "account", "gap"),
        ("/v1/people/dee/book?as_of=2023-09-01", "account", "gap"),
        ("/v1/people/cem/book", "account", ""),
        ("/v1/accounts?parent=twin&as_of=2023-02-01", "account", "gap"),
        ("/v1/accounts/gap/audit?field=payload.person", "position", "22"),
        ("/v1/accounts/gap/audit?field=owners", "standing", "stands|stands|corrected"),
        ("/v1/accounts/gap/timeline?kind=account.opened", "corrected_by", "23"),
    ] {
        let list = testbed.found(address).await;
        assert_eq!(column(&list, field).join("|"), wanted, "{address}");
    }
}
