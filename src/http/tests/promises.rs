//! What the API says of plans, commitments, contracts, needs and surveys.

use axum::http::Method;
use serde_json::{Value, json};

use super::answers::column;
use super::pages::all;
use crate::http::testing::{Testbed, event, history};

/// What an account manager planned, promised, signed and was told at `acme`; a little of it at `gap` too.
pub(super) fn promises() -> Vec<Value> {
    let acme = |kind: &str, at: &str, payload: Value| event("account/acme", kind, at, payload);
    let measure = json!({"metric": "share", "baseline": "10", "target": "30", "unit": "per cent"});
    let first = json!({
        "objective": "b1", "text": "Grow", "weight": 3, "measure": measure, "due": "2025-03-31", "owner": "bob",
    });
    let second = json!({"objective": "b2", "text": "Be trusted", "weight": 1});
    let plan = |id: &str, from: &str, to: &str, objectives: Value| json!({"plan": id, "title": "Acme", "kind": "key_account", "from": from, "to": to, "objectives": objectives});
    let term = |value: &str, from: &str, to: &str| {
        let value = json!({"amount": value, "currency": "EUR"});
        json!({"contract": "t1", "value": value, "from": from, "to": to, "notice_days": 30})
    };
    let evidence = json!(["00000000-0000-0000-0000-000000000015", "00000000-0000-0000-0000-00000000ffff"]);
    vec![
        acme("plan.adopted", "2024-01-10", plan("p1", "2024-01-01", "2025-01-01", json!([]))),
        acme("plan.closed", "2024-12-20", json!({"plan": "p1", "outcome": "Half of it"})),
        acme("plan.adopted", "2025-01-10", plan("p2", "2025-01-01", "2026-01-01", json!([first, second]))),
        acme("plan.progress_recorded", "2025-02-01", json!({"plan": "p2", "objective": "b1", "value": "20"})),
        acme(
            "plan.action_set",
            "2025-02-01",
            json!({"plan": "p2", "action": "a1", "text": "Visit", "owner": "bob", "due": "2025-05-30"}),
        ),
        acme("plan.reviewed", "2025-04-02", json!({"plan": "p2", "mode": "reporting", "next_review": "2025-05-22"})),
        acme("plan.insight_recorded", "2025-04-02", json!({"plan": "p2", "text": "They wait", "evidence": evidence})),
        acme(
            "commitment.made",
            "2025-04-01",
            json!({"commitment": "m1", "by": "us", "text": "A quote", "due": "2025-05-01"}),
        ),
        acme(
            "commitment.made",
            "2025-04-01",
            json!({"commitment": "m2", "by": "client", "text": "A list", "soft": true}),
        ),
        acme(
            "commitment.made",
            "2025-04-01",
            json!({"commitment": "m3", "by": "us", "text": "-", "due": "2025-04-10"}),
        ),
        acme("commitment.kept", "2025-04-12", json!({"commitment": "m3"})),
        acme("contract.signed", "2024-06-01", term("100", "2024-07-01", "2025-07-01")),
        event("account/gap", "contract.signed", "2024-06-01", term("50.25", "2024-07-01", "2026-07-01")),
        event(
            "account/gap",
            "commitment.made",
            "2025-04-01",
            json!({"commitment": "m1", "by": "us", "text": "A call", "due": "2025-12-01"}),
        ),
        acme("need.identified", "2025-01-05", json!({"need": "n1", "horizon": "short", "statement": "Less waste"})),
        acme("need.identified", "2025-01-06", json!({"need": "n2", "horizon": "long", "statement": "A second plant"})),
        acme("need.met", "2025-05-01", json!({"need": "n1"})),
        acme("survey.responded", "2025-05-02", json!({"instrument": "nps", "score": 6})),
        acme("survey.responded", "2024-05-02", json!({"instrument": "nps", "score": 9, "contact": "c1"})),
        acme(
            "survey.responded",
            "2025-05-03",
            json!({"instrument": "metric_gap", "score": 2, "importance": 5, "metric": "delivery"}),
        ),
    ]
}

/// The ledger of [`history`] with the [`promises`] behind it, from position 22 on.
fn testbed() -> Testbed {
    let all: Vec<Value> = history().into_iter().chain(promises()).collect();
    Testbed::of(&all)
}

#[tokio::test]
async fn lists_name_what_they_should() {
    let testbed = testbed();
    for (address, field, wanted) in [
        ("/v1/accounts/acme/plans", "plan", "p1|p2"),
        ("/v1/accounts/acme/plans?as_of=2024-06-01", "plan", "p1"),
        ("/v1/accounts/acme/plans?status=active", "plan", "p2"),
        ("/v1/accounts/acme/plans?as_of=2026-01-01", "status", "closed|lapsed"),
        ("/v1/accounts/acme/plans?kind=recovery", "plan", ""),
        ("/v1/accounts/acme/plans", "current", "false|true"),
        ("/v1/accounts/acme/plans/p2/objectives", "progress", "50000|0"),
        ("/v1/accounts/acme/plans/p2/objectives?overdue=true", "objective", "b1"),
        ("/v1/accounts/acme/plans/p2/objectives?overdue=false", "objective", "b2"),
        ("/v1/accounts/acme/plans/p2/objectives?overdue=true&as_of=2025-03-31", "objective", ""),
        ("/v1/accounts/acme/plans/p2/objectives?owner=bob&status=open", "days_late", "62"),
        ("/v1/accounts/acme/plans/p2/actions?overdue=true", "days_late", "2"),
        ("/v1/accounts/acme/plans/p2/actions?owner=ada", "action", ""),
        ("/v1/accounts/acme/plans/p2/actions?status=done", "action", ""),
        ("/v1/accounts/acme/plans/p2/reviews?mode=reporting", "event", "27"),
        ("/v1/accounts/acme/plans/p2/reviews?mode=mixed", "event", ""),
        ("/v1/accounts/acme/plans/p2/insights", "event", "28"),
        ("/v1/accounts/acme/commitments", "commitment", "m1|m2|m3"),
        ("/v1/accounts/acme/commitments", "status", "open|open|kept"),
        ("/v1/accounts/acme/commitments", "days_late", "31|null|2"),
        ("/v1/accounts/acme/commitments?overdue=true", "commitment", "m1"),
        ("/v1/accounts/acme/commitments?soft=true&by=client", "commitment", "m2"),
        ("/v1/accounts/acme/commitments?soft=false", "commitment", "m1|m3"),
        ("/v1/commitments", "account", "acme|acme|acme|gap"),
        ("/v1/commitments?overdue=true", "commitment", "m1"),
        ("/v1/commitments?status=open&due_from=2025-05-02", "account", "gap"),
        ("/v1/commitments?status=open&due_to=2025-05-01", "account", "acme"),
        ("/v1/commitments?account=gap&by=us", "commitment", "m1"),
        ("/v1/accounts/acme/contracts?status=running", "days_to_end", "30"),
        ("/v1/accounts/acme/contracts?as_of=2024-06-15", "status", "upcoming"),
        ("/v1/contracts", "account", "acme|gap"),
        ("/v1/contracts?ends_within=30", "account", "acme"),
        ("/v1/contracts?ends_within=29", "account", ""),
        ("/v1/contracts?notice_within=0", "notice_deadline", "2025-06-01"),
        ("/v1/contracts?notice_within=0&as_of=2025-06-02", "account", ""),
        ("/v1/contracts?status=expired&as_of=2025-07-01", "account", "acme"),
        ("/v1/contracts?account=gap", "notice_deadline", "2026-06-01"),
        ("/v1/accounts/acme/needs", "status", "met|open"),
        ("/v1/accounts/acme/needs?status=open", "need", "n2"),
        ("/v1/accounts/acme/needs?horizon=short", "need", "n1"),
        ("/v1/accounts/acme/needs?status=open&as_of=2025-04-30", "need", "n1|n2"),
        ("/v1/accounts/acme/surveys", "score", "9|6|2"),
        ("/v1/accounts/acme/surveys?instrument=nps", "score", "9|6"),
        ("/v1/accounts/acme/surveys?contact=c1", "score", "9"),
        ("/v1/accounts/acme/surveys?metric=delivery", "score", "2"),
        ("/v1/accounts/acme/surveys?responded_from=2025-05-02&responded_to=2025-05-02", "score", "6"),
    ] {
        let list = testbed.found(address).await;
        assert_eq!(column(&list, field).join("|"), wanted, "{address}");
    }
}

#[tokio::test]
async fn documents_say_what_they_should() {
    let testbed = testbed();
    let plan = "/v1/accounts/acme/plans/p2";
    for (address, pointer, wanted) in [
        ("/v1/accounts/acme", "/current_plan", json!("p2")),
        ("/v1/accounts/acme", "/counts/plans", json!(2)),
        ("/v1/accounts/acme", "/counts/open_commitments", json!(2)),
        ("/v1/accounts/acme", "/counts/running_contracts", json!(1)),
        ("/v1/accounts/acme", "/counts/open_needs", json!(1)),
        ("/v1/accounts/acme", "/counts/survey_responses", json!(3)),
        ("/v1/accounts/acme?as_of=2024-06-15", "/current_plan", json!("p1")),
        (plan, "/account", json!("acme")),
        (plan, "/current", json!(true)),
        // 3 × 0.5 of 4.
        (plan, "/attainment", json!(37_500)),
        // 151 of 365 days.
        (plan, "/elapsed", json!(41_370)),
        (plan, "/days_since_review", json!(60)),
        (plan, "/review_days_late", json!(10)),
        (plan, "/counts/reviews/reporting_share", json!(100_000)),
        (plan, "/counts/objectives/overdue", json!(1)),
        (plan, "/objectives/0/value_event", json!(25)),
        (plan, "/objectives/0/measure/target", json!("30")),
        (plan, "/actions/0/days_late", json!(2)),
        (plan, "/reviews/0/next_review", json!("2025-05-22")),
        (plan, "/insights/0/evidence/0/event", json!(21)),
        (plan, "/insights/0/evidence/1/event", Value::Null),
        ("/v1/accounts/acme/plans/p1", "/outcome", json!("Half of it")),
        ("/v1/accounts/acme/surveys/summary", "/instruments/0/net_promoter/score", json!("0.000")),
        ("/v1/accounts/acme/surveys/summary", "/instruments/0/mean", json!("7.500")),
        ("/v1/accounts/acme/surveys/summary", "/metrics/0/quadrant", json!("concentrate_here")),
        ("/v1/accounts/acme/surveys/summary?responded_from=2025-01-01", "/instruments/0/mean", json!("6.000")),
        ("/v1/accounts/acme/surveys/summary?as_of=2024-12-31", "/metrics", json!([])),
        ("/v1/accounts/acme/contracts", "/items/0/value/amount", json!("100")),
    ] {
        let answer = testbed.found(address).await;
        assert_eq!(answer.pointer(pointer), Some(&wanted), "{address} {pointer} in {answer}");
    }
    let early = testbed.get("/v1/accounts/acme/plans/p2?as_of=2025-01-09").await;
    assert_eq!(early.problem().0, "unknown-plan");
}

#[tokio::test]
async fn bad_questions_get_problems_that_name_the_field() {
    let testbed = testbed();
    for (address, status, slug, field) in [
        ("/v1/accounts/nobody/plans", 404, "unknown-account", ""),
        ("/v1/accounts/nobody/plans/p1", 404, "unknown-account", ""),
        ("/v1/accounts/acme/plans/p9", 404, "unknown-plan", ""),
        ("/v1/accounts/acme/plans/%20", 404, "unknown-plan", ""),
        ("/v1/accounts/acme/plans/p9/objectives", 404, "unknown-plan", ""),
        ("/v1/accounts/acme/plans/p9/insights", 404, "unknown-plan", ""),
        ("/v1/accounts/acme/plans?status=asleep", 400, "bad-parameter", "status"),
        ("/v1/accounts/acme/commitments?by=them", 400, "bad-parameter", "by"),
        ("/v1/accounts/acme/commitments?overdue=yes", 400, "bad-parameter", "overdue"),
        ("/v1/commitments?due_from=2024-02-30", 400, "bad-parameter", "due_from"),
        ("/v1/commitments?due_to=2024-03-01T10:00:00Z", 400, "bad-parameter", "due_to"),
        ("/v1/contracts?ends_within=-1", 400, "bad-parameter", "ends_within"),
        ("/v1/contracts?notice_within=soon", 400, "bad-parameter", "notice_within"),
        ("/v1/accounts/acme/needs?horizon=medium", 400, "bad-parameter", "horizon"),
        ("/v1/accounts/acme/surveys?instrument=smile", 400, "bad-parameter", "instrument"),
        ("/v1/accounts/acme/surveys/summary?responded_from=once", 400, "bad-parameter", "responded_from"),
    ] {
        let reply = testbed.get(address).await;
        assert_eq!(reply.status.as_u16(), status, "{address}: {}", reply.text());
        assert_eq!(reply.problem(), (slug.to_owned(), field.to_owned()), "{address}");
    }
}

#[tokio::test]
async fn all_pages_together_are_the_whole_list() {
    let testbed = testbed();
    for address in [
        "/v1/accounts/acme/plans",
        "/v1/accounts/acme/plans/p2/objectives",
        "/v1/accounts/acme/commitments",
        "/v1/commitments",
        "/v1/contracts",
        "/v1/accounts/acme/needs",
        "/v1/accounts/acme/surveys",
    ] {
        let whole = testbed.found(address).await;
        assert!(whole["items"].as_array().unwrap().len() > 1, "{address}");
        for limit in [1, 2] {
            assert_eq!(all(&testbed, address, limit).await, *whole["items"].as_array().unwrap(), "{address}");
        }
    }
}

#[tokio::test]
async fn rows_as_csv() {
    let testbed = testbed();
    for (address, row) in [
        (
            "/v1/accounts/acme/plans",
            "acme,p2,active,true,Acme,key_account,2025-01-01,2026-01-01,2025-01-10T00:00:00Z,37500,41370,\
             2025-04-02T00:00:00Z,60,2025-05-22,10,2,2,1,1,1,1,1,1,0,0,0,1,,,,24",
        ),
        ("/v1/commitments", "acme,m1,open,us,A quote,2025-05-01,true,31,false,2025-04-01T00:00:00Z,,,,29"),
        ("/v1/accounts/acme/needs", "acme,n2,open,long,A second plant,,2025-01-06T00:00:00Z,,,37"),
    ] {
        let csv = testbed.ask(Method::GET, address, &[("accept", "text/csv")]).await;
        assert!(csv.text().lines().any(|line| line == row), "{address}: {}", csv.text());
    }
}

#[tokio::test]
async fn a_plan_of_ten_thousand_objectives_is_read_page_by_page() {
    let adopted = json!({"plan": "p1", "kind": "joint", "from": "2025-01-01", "to": "2026-01-01", "objectives": []});
    let mut events = vec![
        event("account/acme", "account.opened", "2024-01-01", json!({"name": "Acme"})),
        event("account/acme", "plan.adopted", "2025-01-01", adopted),
    ];
    events.extend((0..10_000).map(|number| {
        let says = json!({"plan": "p1", "objective": format!("b{number:05}"), "text": "x".repeat(100), "weight": 1});
        event("account/acme", "plan.objective_set", "2025-01-02", says)
    }));
    let testbed = Testbed::of(&events);
    let plan = testbed.get("/v1/accounts/acme/plans/p1").await;
    assert_eq!(plan.json()["counts"]["objectives"]["total"], 10_000);
    assert_eq!(plan.json()["objectives"].as_array().unwrap().len(), 100);
    let list = testbed.get("/v1/accounts/acme/plans").await;
    assert!(plan.body.len() < 50_000 && list.body.len() < 2_000, "{} {}", plan.body.len(), list.body.len());
    let objectives = all(&testbed, "/v1/accounts/acme/plans/p1/objectives", 1_000).await;
    assert_eq!((objectives.len(), &objectives[9_999]["objective"]), (10_000, &json!("b09999")));
}
