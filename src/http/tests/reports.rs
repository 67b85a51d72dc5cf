//! The reports over HTTP: what filters leave, how pages go on, what is refused.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::answers::column;
use super::pages::all;
use super::promises::promises;
use crate::http::testing::{Testbed, event, history};

/// What needs attention beside [`history`] and [`promises`], from position 42 on.
fn troubles() -> Vec<Value> {
    let primary = |person: &str| json!({"person": person, "role": "primary"});
    let tier = |tier: &str| json!({"tier": tier, "manage_as_key": tier == "key", "rationale": "-"});
    let call = json!({"channel": "video", "direction": "mutual", "persons": ["ada"], "contacts": ["c1"]});
    let mut late = event("account/lost", "account.renamed", "2024-12-01", json!({"name": "Lost Ltd"}));
    late["source"] = json!({"system": "crm", "record": "r1", "recorded_at": "2024-12-03T08:00:00Z"});
    vec![
        event("account/lost", "account.opened", "2024-01-01", json!({"name": "Lost", "region": "south"})),
        event("account/lost", "ownership.assigned", "2024-01-01", primary("ada")),
        event("account/lost", "ownership.ended", "2025-05-01", primary("ada")),
        event("account/lost", "account.tier_decided", "2024-02-01", tier("key")),
        late,
        event("account/acme", "interaction.logged", "2025-06-01T09:00:00Z", call),
        event("account/acme", "account.tier_decided", "2024-02-01", tier("developing")),
        event("person/bob", "person.departed", "2025-05-22", json!({})),
    ]
}

fn testbed() -> Testbed {
    Testbed::of(&[history(), promises(), troubles()].concat())
}

#[tokio::test]
async fn filters_leave_what_they_should() {
    let testbed = testbed();
    for (address, field, wanted) in [
        ("orphans", "account", "Müller & Söhne/50% x|lost"),
        ("orphans?status=orphaned", "account", "lost"),
        ("orphans?status=unassigned", "days", "882"),
        ("orphans?region=south&tier=key&person=ada", "days", "31"),
        ("orphans?person=bob", "account", ""),
        ("orphans?region=north", "account", ""),
        ("orphans?as_of=2023-07-01", "account", "Müller & Söhne/50% x|gap"),
        ("orphans?as_of=2023-07-01&size=10", "account", ""),
        ("owner-turnover", "account", "acme|gap"),
        ("owner-turnover?months=12", "account", ""),
        ("owner-turnover?months=12&at_least=0&tier=key", "changes", "0"),
        ("owner-turnover?owner=bob", "account", "acme"),
        ("owner-departed", "account", "acme|twin"),
        ("owner-departed?person=ada", "account", ""),
        ("owner-departed?role=secondary", "account", ""),
        ("owner-departed?gone=last_day_passed", "account", ""),
        ("owner-departed?gone=departed&region=north", "days", "10"),
        ("owner-departed?as_of=2025-05-21", "account", ""),
        ("overdue-commitments", "commitment", "m1"),
        ("overdue-commitments?by=us&soft=false&owner=bob&region=north&tier=developing", "days_overdue", "31"),
        ("overdue-commitments?soft=true", "commitment", ""),
        ("overdue-commitments?by=client", "commitment", ""),
        ("overdue-commitments?owner=ada", "commitment", ""),
        ("overdue-commitments?as_of=2026-06-01", "account", "acme|gap"),
        ("stale-plans", "neglect", "no_plan"),
        ("stale-plans?days=60", "account", "acme|lost"),
        ("stale-plans?days=61&neglect=not_reviewed", "account", ""),
        ("stale-plans?days=0&neglect=not_reviewed&owner=bob", "days_since_review", "60"),
        ("single-threaded", "depends_on_contact", "c1"),
        ("single-threaded?level=red&person=ada&owner=bob", "days_to_end", "30"),
        ("single-threaded?level=amber", "account", ""),
        ("single-threaded?person=bob", "account", ""),
        ("single-threaded?as_of=2025-05-01", "account", ""),
        ("late-recorded?account=lost", "event", "42|43|45|46"),
        ("late-recorded?account=lost&days=336", "event", "42|43"),
        ("late-recorded?account=lost&order=lag", "event", "42|43|45|46"),
        ("late-recorded?kind=account.*,plan.adopted&order=lag&days=600", "event", "2|5|8|12"),
        ("late-recorded?account=lost&clock=source&kind=account.renamed&days=1", "lag_days", "2"),
        ("late-recorded?account=lost&clock=source&kind=account.renamed&days=2", "event", ""),
        ("late-recorded?account=lost&kind=account.renamed", "ledger_lag_days", "31"),
        ("late-recorded?actor=nobody", "event", ""),
        ("late-recorded?as_of=2023-01-01&kind=account.opened", "event", "2|5|8|12"),
        ("late-recorded?kind=account.opened&size=6", "event", "2|5"),
    ] {
        let address = format!("/v1/reports/{address}");
        assert_eq!(column(&testbed.found(&address).await, field).join("|"), wanted, "{address}");
    }
}

#[tokio::test]
async fn a_row_says_of_whom_it_is_and_cites_its_events() {
    let testbed = testbed();
    let report = async |name: &str| testbed.found(&format!("/v1/reports/{name}")).await["items"].clone();
    let orphan = report("orphans?status=orphaned").await;
    let reason = json!({"code": "reported", "text": "as reported"});
    assert_eq!(
        orphan,
        json!([{
            "account": "lost", "name": "Lost Ltd", "tier": "key", "region": "south", "owners": [],
            "status": "orphaned", "since": "2025-05-01T00:00:00Z", "since_date": "2025-05-01", "days": 31,
            "last_owner": "ada", "last_owner_name": "Ada Byron", "ended_by": 44, "reason": reason, "events": [43, 44],
        }])
    );
    let turnover = report("owner-turnover?owner=bob").await;
    let handed = json!([{"on": "2024-03-01", "from": "ada", "to": "bob"}]);
    assert_eq!((&turnover[0]["handed"], &turnover[0]["events"]), (&handed, &json!([3, 4])));
    // The tier was decided by event 45.
    let without = report("stale-plans?neglect=no_plan").await;
    assert_eq!((&without[0]["account"], &without[0]["events"]), (&json!("lost"), &json!([45])));
    let stale = report("stale-plans?days=60&neglect=not_reviewed").await;
    let action = json!([{"action": "a1", "owner": "bob", "due": "2025-05-30", "days_overdue": 2}]);
    assert_eq!((&stale[0]["overdue_actions"], &stale[0]["events"]), (&action, &json!([24, 26, 27])));
    let departed = report("owner-departed?region=north").await;
    assert_eq!((&departed[0]["since_date"], &departed[0]["events"]), (&json!("2025-05-22"), &json!([4, 49])));
    let late = report("late-recorded?account=lost&kind=account.renamed").await;
    assert_eq!(
        (&late[0]["source_lag_days"], &late[0]["lag_days"], &late[0]["event"]),
        (&json!(2), &json!(31), &json!(46))
    );
}

#[tokio::test]
async fn pages_are_the_whole_and_stay_so_while_the_ledger_grows() {
    let mut testbed = testbed();
    let addresses = [
        "orphans",
        "owner-turnover?at_least=0",
        "owner-departed",
        "overdue-commitments?as_of=2026-06-01",
        "stale-plans?days=0",
        "single-threaded",
        "late-recorded",
        "late-recorded?order=lag",
        "late-recorded?account=acme&order=lag",
    ]
    .map(|address| format!("/v1/reports/{address}"));
    for address in &addresses {
        let whole = testbed.found(address).await["items"].as_array().unwrap().clone();
        for limit in [1, 2, 3] {
            assert_eq!(all(&testbed, address, limit).await, whole, "{address}");
        }
    }
    let first = testbed.found("/v1/reports/orphans?limit=1").await;
    let lag = testbed.found("/v1/reports/late-recorded?order=lag&days=600&limit=1").await;
    testbed.grow(&[event("account/A", "account.opened", "2020-01-01", json!({"name": "A"}))]);
    let next = |page: &Value| page["next"].as_str().unwrap().to_owned();
    let second = testbed.found(&format!("/v1/reports/orphans?limit=9&cursor={}", next(&first))).await;
    assert_eq!(column(&second, "account"), ["lost"]);
    let rest = format!("/v1/reports/late-recorded?order=lag&days=600&limit=9&cursor={}", next(&lag));
    let rest = column(&testbed.found(&rest).await, "event");
    assert!(!rest.contains(&column(&lag, "event")[0]), "{rest:?}");
}

#[tokio::test]
async fn every_report_has_a_column_for_each_field() {
    let testbed = testbed();
    for (name, fields) in [
        ("orphans", "account,name,tier,region,status,since"),
        ("owner-turnover", "account,name,tier,region,owners,changes"),
        ("owner-departed", "account,name,tier,region,owners,person"),
        ("overdue-commitments", "account,name,tier,region,owners,commitment"),
        ("stale-plans", "account,name,tier,region,owners,neglect"),
        ("single-threaded", "account,name,tier,region,owners,level"),
        ("late-recorded", "event,kind,account,person,occurred_at"),
    ] {
        let address = format!("/v1/reports/{name}");
        let csv = testbed.ask(Method::GET, &address, &[("accept", "text/csv")]).await.text().to_owned();
        assert!(csv.starts_with(fields), "{name}: {csv}");
        let items = testbed.found(&address).await["items"].as_array().unwrap().clone();
        let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        for field in items.iter().flat_map(|item| item.as_object().unwrap().keys()) {
            let has = |column: &&str| column.split('.').next() == Some(field);
            // Nobody owns an orphan.
            assert!(header.iter().any(has) || name == "orphans" && field == "owners", "{name} has no column {field}");
        }
        let lines = testbed.ask(Method::GET, &address, &[("accept", "application/x-ndjson")]).await.text().to_owned();
        assert_eq!(lines.lines().count(), items.len(), "{name}");
    }
}

#[tokio::test]
async fn what_no_report_takes_is_refused() {
    let testbed = testbed();
    for (address, slug, field) in [
        ("orphans?tier=gold", "bad-parameter", "tier"),
        ("orphans?status=owned", "bad-parameter", "status"),
        ("orphans?region=", "bad-parameter", "region"),
        ("orphans?owner=bob", "unknown-parameter", "owner"),
        ("owner-turnover?months=0", "bad-parameter", "months"),
        ("owner-turnover?months=-1", "bad-parameter", "months"),
        ("owner-turnover?months=1201", "bad-parameter", "months"),
        ("owner-turnover?at_least=some", "bad-parameter", "at_least"),
        ("owner-departed?gone=fishing", "bad-parameter", "gone"),
        ("overdue-commitments?by=me", "bad-parameter", "by"),
        ("overdue-commitments?soft=perhaps", "bad-parameter", "soft"),
        ("stale-plans?days=-1", "bad-parameter", "days"),
        ("stale-plans?days=36501", "bad-parameter", "days"),
        ("stale-plans?neglect=x", "bad-parameter", "neglect"),
        ("single-threaded?level=purple", "bad-parameter", "level"),
        ("late-recorded?days=-1", "bad-parameter", "days"),
        ("late-recorded?kind=order.dreamt", "bad-parameter", "kind"),
        ("late-recorded?order=size", "bad-parameter", "order"),
        ("late-recorded?region=north", "unknown-parameter", "region"),
        ("late-recorded?size=99", "bad-parameter", "size"),
        ("nothing", "unknown-path", ""),
    ] {
        let reply = testbed.get(&format!("/v1/reports/{address}")).await;
        assert_ne!(reply.status, StatusCode::OK, "{address}");
        assert_eq!(reply.problem(), (slug.to_owned(), field.to_owned()), "{address}: {}", reply.text());
    }
}
