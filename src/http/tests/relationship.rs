//! What the endpoints about the relationship answer: touches, graph, whitespace, spend, clocks, consents.

use axum::http::Method;
use serde_json::{Value, json};

use super::pages::all;
use crate::http::testing::{Testbed, event};

fn line(offering: &str, price: &str, category: &str) -> Value {
    json!({"offering": offering, "quantity": "2", "unit_price": price, "category": category})
}

fn touch(channel: &str, contacts: &[&str], offerings: &[&str]) -> Value {
    json!({
        "channel": channel, "direction": "mutual", "persons": ["bob"], "contacts": contacts,
        "offerings_presented": offerings,
    })
}

fn plan(interaction: &str, at: &str) -> Value {
    json!({"interaction": interaction, "at": at, "channel": "phone", "persons": ["bob"], "contacts": ["c1"]})
}

fn consent(channel: &str, consent: &str) -> Value {
    json!({"contact": "c1", "channel": channel, "consent": consent})
}

/// One account with something of everything; a request is made on 2025-06-01 at noon.
fn history() -> Vec<Value> {
    let eur = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    let acme = |kind: &str, at: &str, payload: Value| event("account/acme", kind, at, payload);
    let list = |offering: &str| {
        let says = json!({"offering": offering, "name": format!("The {offering}"), "category": "machines"});
        event("catalogue/main", "offering.listed", "2024-01-01", says)
    };
    vec![
        event("person/bob", "person.joined", "2020-01-01", json!({"name": "Bob Marsh"})),
        list("press"),
        list("saw"),
        event("catalogue/main", "offering.retired", "2025-01-01", json!({"offering": "saw"})),
        event("catalogue/main", "offering.retired", "2025-01-01", json!({"offering": "lathe"})),
        acme("account.opened", "2024-01-01", json!({"name": "Acme"})),
        acme("contact.added", "2024-01-01", json!({"contact": "c1", "name": "Cleo", "roles": ["champion"]})),
        acme("contact.added", "2024-01-01", json!({"contact": "c2", "name": "Dov"})),
        acme("contact.consent_changed", "2024-02-01", consent("phone", "given")),
        acme("contact.consent_changed", "2024-03-01", consent("phone", "withdrawn")),
        acme("interaction.planned", "2025-05-01", plan("i1", "2025-05-30T09:00:00Z")),
        acme("interaction.planned", "2025-05-01", plan("i2", "2025-06-10T09:00:00Z")),
        acme("interaction.logged", "2025-04-17", touch("video", &["c1"], &["press"])),
        acme("interaction.logged", "2025-06-01T08:00:00Z", touch("email", &["c1", "c2"], &[])),
        acme("interaction.logged", "2025-06-01T09:00:00Z", touch("chat", &[], &["ghost"])),
        acme("account.note_recorded", "2024-05-01", json!({"topic": "risk", "text": "=budget"})),
        acme(
            "competitor.observed",
            "2024-05-02",
            json!({"name": "Globex", "offering": "press", "strength": "cheaper"}),
        ),
        acme(
            "order.placed",
            "2024-03-31T23:00:00Z",
            json!({
                "order": "o1", "total": eur("50"), "lines": [line("press", "20.50", "machines")],
            }),
        ),
        acme("order.returned", "2024-06-01", json!({"order": "o1", "value": {"amount": "3", "currency": "USD"}})),
        acme("cost.recorded", "2024-07-01", json!({"category": "travel", "amount": eur("7.25")})),
        acme("saving.identified", "2024-07-02", json!({"saving": "s1", "amount": eur("9"), "category": "film"})),
        acme("issue.raised", "2025-05-31T12:00:00Z", json!({"issue": "x1", "resolve_by": "2025-06-01T00:00:00Z"})),
        acme("issue.raised", "2025-05-31T12:00:00Z", json!({"issue": "x2", "respond_by": "2025-06-02T00:00:00Z"})),
    ]
}

#[tokio::test]
async fn lists_name_what_they_should() {
    let testbed = Testbed::of(&history());
    for (path, field, wanted) in [
        ("interactions", "event", "12|13|14"),
        ("interactions?channel=email", "event", "13"),
        ("interactions?direction=inbound", "event", ""),
        ("interactions?person=bob&contact=c1", "event", "12|13"),
        ("interactions?from=2025-04-18", "event", "13|14"),
        ("interactions?to=2025-04-17", "event", "12"),
        ("interactions?to=2025-04-16&tz=America/Lima", "event", ""),
        ("interactions?from=2025-06-01T09:00:00Z&as_of=2025-06-01T08:30:00Z", "event", ""),
        ("planned-interactions", "interaction", "i1|i2"),
        ("planned-interactions", "status", "overdue|planned"),
        ("planned-interactions?status=overdue", "interaction", "i1"),
        ("planned-interactions?as_of=2025-05-30T08:00:00Z", "status", "planned|planned"),
        ("planned-interactions?from=2025-06-01&contact=c1&person=bob", "interaction", "i2"),
        ("planned-interactions?as_of=2025-04-30", "interaction", ""),
        ("relationships", "strength", "700|200"),
        ("relationships", "contact", "c1|c2"),
        ("relationships", "share", "77778|22222"),
        ("relationships?by=person", "person", "bob"),
        ("relationships?by=person", "strength", "900"),
        ("relationships?by=contact&contact=c2", "share", "22222"),
        ("relationships?as_of=2025-04-17", "strength", "1000"),
        ("whitespace", "status", "unlisted|used|retired"),
        ("whitespace?status=used", "offering", "press"),
        ("whitespace?never_presented=true", "offering", "saw"),
        ("whitespace?category=machines&never_presented=false", "offering", "press"),
        ("whitespace?as_of=2024-03-01", "status", "whitespace|whitespace"),
        ("whitespace?as_of=2023-12-31", "status", ""),
        ("notes", "text", "=budget"),
        ("notes?topic=politics", "text", ""),
        ("notes?as_of=2024-04-30", "text", ""),
        ("competitors", "competitor", "Globex"),
        ("competitors?as_of=2024-05-01", "competitor", ""),
        ("consents", "consent", "given|withdrawn"),
        ("consents?current=true", "event", "9"),
        ("consents?as_of=2024-02-15", "current", "true"),
        ("consents?channel=email", "event", ""),
        ("consents?contact=c1&consent=given", "to", "2024-03-01T00:00:00Z"),
        ("issues?overdue=true", "issue", "x1"),
        ("issues?overdue=false", "issue", "x2"),
        ("issues?overdue=true&as_of=2025-05-31", "issue", ""),
        ("issues?overdue=true&as_of=2025-06-02", "issue", "x1|x2"),
        ("findings", "code", "currency_mismatch|offering_unknown"),
    ] {
        let list = testbed.found(&format!("/v1/accounts/acme/{path}")).await;
        let items = list["items"].as_array().unwrap().iter();
        let values: Vec<_> =
            items.map(|item| item[field].as_str().map_or_else(|| item[field].to_string(), str::to_owned)).collect();
        assert_eq!(values.join("|"), wanted, "{path} {field}");
    }
}

#[tokio::test]
async fn across_accounts() {
    let testbed = Testbed::of(&history());
    for (address, pointer, wanted) in [
        ("/v1/offerings", "/items/0/name", json!("The press")),
        ("/v1/offerings?for_sale=false", "/items/0/offering", json!("saw")),
        ("/v1/offerings?for_sale=true&category=machines", "/items/1", Value::Null),
        ("/v1/offerings?as_of=2024-12-31&for_sale=false", "/items", json!([])),
        ("/v1/offerings?as_of=2023-12-31", "/items", json!([])),
        ("/v1/issues?overdue=true", "/items/0/issue", json!("x1")),
        ("/v1/reports/findings?code=offering_unknown", "/items/0/account", json!("acme")),
        ("/v1/reports/findings?code=offering_unknown", "/items/0/events", json!([14])),
        ("/v1/reports/findings?code=offering_unknown", "/items/1/account", Value::Null),
        ("/v1/reports/findings?code=offering_unknown", "/items/1/events", json!([4])),
        ("/v1/reports/findings?code=offering_unknown&account=acme", "/items/1", Value::Null),
        ("/v1/accounts/acme", "/counts/planned_interactions", json!(2)),
        ("/v1/accounts/acme", "/counts/overdue_interactions", json!(1)),
        ("/v1/accounts/acme", "/counts/overdue_issues", json!(1)),
        ("/v1/accounts/acme", "/counts/notes", json!(1)),
        ("/v1/accounts/acme", "/counts/competitors", json!(1)),
        ("/v1/accounts/acme", "/interactions/last_channel", json!("chat")),
        ("/v1/accounts/acme/contacts", "/items/0/consent/phone/event", json!(9)),
        ("/v1/accounts/acme/competitors", "/items/0/observations/0/by/id", json!("crm")),
        ("/v1/accounts/acme/relationships", "/items/0/is_employed", json!(true)),
        ("/v1/accounts/acme/relationships", "/items/0/roles", json!(["champion"])),
        ("/v1/accounts/acme/issues", "/items/0/clocks/resolve/elapsed_s", json!(86_400)),
        ("/v1/accounts/acme/issues", "/items/0/clocks/respond/state", json!("not_set")),
        ("/v1/accounts/acme/issues?as_of=2025-05-31", "/items/0/clocks/resolve/elapsed_s", json!(43_200)),
    ] {
        let answer = testbed.found(address).await;
        assert_eq!(*answer.pointer(pointer).unwrap_or(&Value::Null), wanted, "{address} {pointer} in {answer}");
    }
}

#[tokio::test]
async fn spend_as_an_analyst_reads_it() {
    let testbed = Testbed::of(&history());
    let csv = async |query: &str| {
        let address = format!("/v1/accounts/acme/spend{query}");
        testbed.ask(Method::GET, &address, &[("accept", "text/csv")]).await.text().to_owned()
    };
    let head = "account,period,from,to,kind,category,currency,amount,ordered,cancelled,returned,count,merged_from\n";
    assert_eq!(
        csv("?by=quarter").await,
        format!(
            "{head}acme,2024-Q1,2024-01-01,2024-04-01,order,,EUR,9.00,9.00,0,0,1,\n\
             acme,2024-Q1,2024-01-01,2024-04-01,order,,USD,-3,0,0,3,0,\n\
             acme,2024-Q1,2024-01-01,2024-04-01,order,machines,EUR,41.00,41.00,0,0,1,\n\
             acme,2024-Q3,2024-07-01,2024-10-01,cost,travel,EUR,7.25,,,,1,\n\
             acme,2024-Q3,2024-07-01,2024-10-01,saving_identified,film,EUR,9,,,,1,\n"
        )
    );
    let april = csv("?by=month&tz=Europe/Rome&kind=order&currency=EUR&category=machines").await;
    assert_eq!(april, format!("{head}acme,2024-04,2024-04-01,2024-05-01,order,machines,EUR,41.00,41.00,0,0,1,\n"));
    assert_eq!(csv("?as_of=2024-03-30").await, head);
    let years = testbed.found("/v1/accounts/acme/spend").await;
    assert_eq!((&years["items"][0]["period"], &years["items"][0]["category"]), (&json!("2024"), &Value::Null));
}

#[tokio::test]
async fn all_pages_together_are_the_whole_list() {
    let testbed = Testbed::of(&history());
    for address in [
        "/v1/accounts/acme/interactions",
        "/v1/accounts/acme/planned-interactions",
        "/v1/accounts/acme/relationships",
        "/v1/accounts/acme/relationships?by=contact",
        "/v1/accounts/acme/whitespace",
        "/v1/accounts/acme/spend?by=quarter",
        "/v1/accounts/acme/notes",
        "/v1/accounts/acme/competitors",
        "/v1/accounts/acme/consents",
        "/v1/offerings",
        "/v1/reports/findings",
    ] {
        let whole = testbed.found(address).await;
        assert_ne!(whole["items"], json!([]), "{address}");
        for limit in [1, 2] {
            assert_eq!(all(&testbed, address, limit).await, *whole["items"].as_array().unwrap(), "{address}");
        }
    }
}

#[tokio::test]
async fn bad_questions_name_the_field() {
    let testbed = Testbed::of(&history());
    for (path, field) in [
        ("interactions?channel=fax", "channel"),
        ("interactions?from=soon", "from"),
        ("interactions?to=2024-02-30", "to"),
        ("planned-interactions?status=late", "status"),
        ("relationships?by=team", "by"),
        ("whitespace?never_presented=yes", "never_presented"),
        ("spend?by=week", "by"),
        ("spend?currency=euro", "currency"),
        ("consents?current=1", "current"),
        ("issues?overdue=maybe", "overdue"),
    ] {
        let reply = testbed.get(&format!("/v1/accounts/acme/{path}")).await;
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{path}");
    }
    let detail = testbed.get("/v1/accounts/acme/interactions?channel=fax").await.json()["detail"].to_string();
    assert!(detail.contains("face_to_face"), "{detail}");
    for path in [
        "interactions",
        "planned-interactions",
        "relationships",
        "whitespace",
        "spend",
        "notes",
        "competitors",
        "consents",
    ] {
        let reply = testbed.get(&format!("/v1/accounts/nobody/{path}")).await;
        assert_eq!(reply.problem().0, "unknown-account", "{path}");
    }
}

#[tokio::test]
async fn every_change_shows_in_the_audit() {
    let testbed = Testbed::of(&history());
    for (field, positions) in [
        ("interactions.", "12|13|14"),
        ("planned_interactions.i1", "10"),
        ("notes.", "15"),
        ("competitors.Globex", "16"),
        ("costs.", "19"),
        ("savings.s1", "20"),
        ("contacts.c1.consent.phone", "8|9"),
    ] {
        let list = testbed.found(&format!("/v1/accounts/acme/audit?field={field}")).await;
        let found: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["position"].to_string()).collect();
        assert_eq!(found.join("|"), positions, "{field}");
    }
}
