//! The portfolio over HTTP: which accounts are in it, by which model and cap, what filters leave, what is refused.

use axum::http::Method;
use serde_json::{Value, json};

use super::answers::column;
use super::pages::all;
use crate::http::testing::{Testbed, event, history};

const CRITERIA: [&str; 6] =
    ["revenue_potential", "growth", "margin_potential", "strategic_fit", "openness", "cost_to_serve"];
const STRENGTH: [&str; 5] = ["quality", "delivery", "price", "innovation", "relationship"];

fn assessed(account: &str, at: &str, criterion: &str, value: u8, subject: Option<&str>) -> Value {
    let mut says =
        json!({"model": "attractiveness/1", "criterion": criterion, "value": value, "rationale": "as agreed"});
    if let Some(subject) = subject {
        says["subject"] = json!(subject);
    }
    event(&format!("account/{account}"), "account.criterion_assessed", at, says)
}

fn tier(account: &str, tier: &str) -> Value {
    let says = json!({"tier": tier, "manage_as_key": tier == "key", "rationale": "-"});
    event(&format!("account/{account}"), "account.tier_decided", "2024-02-01", says)
}

/// The spec of the built-in model in which growth alone counts, from `cut` on.
fn growth_alone(cut: &str) -> Value {
    let mut spec = json!(tenure_schemas::models::built_in("attractiveness"));
    for (_, criterion) in spec["criteria"].as_object_mut().unwrap() {
        criterion["weight"] = 0.into();
    }
    spec["criteria"]["growth"]["weight"] = 100.into();
    spec["cuts"]["attractiveness"] = cut.into();
    spec
}

/// `acme` has 6.850 and is stronger than Globex by 1.022, `gap` has 4 and something missing, `twin` 3; a second version
/// of the model is in force from 2025 on.
fn testbed() -> Testbed {
    let worked = |account: &str, subject: Option<&str>, group: &[&str], values: &[u8]| -> Vec<Value> {
        let each = group.iter().zip(values);
        each.map(|(criterion, value)| assessed(account, "2024-03-01", criterion, *value, subject)).collect()
    };
    let publish = json!({"version": 2, "spec": growth_alone("3.5")});
    let joined = json!({"name": "Dee", "capacity": 2});
    Testbed::of(
        &[
            history(),
            worked("acme", None, &CRITERIA, &[8, 6, 7, 9, 5, 4]),
            worked("acme", Some("us"), &STRENGTH, &[7; 5]),
            worked("acme", Some("competitor:Globex"), &STRENGTH, &[9, 5, 5, 8, 7]),
            worked("gap", Some("account"), &CRITERIA[1..], &[4; 5]),
            worked("twin", None, &CRITERIA, &[3; 6]),
            vec![
                tier("acme", "key"),
                tier("twin", "key"),
                event("account/gone", "account.opened", "2023-01-01", json!({"name": "Gone"})),
                event("account/gone", "account.closed", "2024-05-01", json!({"reason": "ended"})),
                event("account/other", "account.opened", "2023-01-01", json!({"name": "Other"})),
                event("account/other", "account.merged", "2024-05-01", json!({"into": "acme"})),
                event("model/attractiveness", "model.published", "2024-12-01", publish),
                event("model/attractiveness", "model.activated", "2025-01-01", json!({"version": 2})),
                event("person/dee", "person.joined", "2024-09-01", joined),
            ],
        ]
        .concat(),
    )
}

#[tokio::test]
async fn filters_leave_what_they_should() {
    let testbed = testbed();
    for (query, field, wanted) in [
        ("", "account", "acme|gap|twin|Müller & Söhne/50% x|gone"),
        ("model=attractiveness/1", "account", "acme|gap|twin|Müller & Söhne/50% x|gone"),
        ("proposal=key", "account", "acme|gap"),
        ("proposal=key&as_of=2024-12-31", "account", "acme"),
        ("proposal=key&cap=1", "account", "acme"),
        ("proposal=key&cap=0", "account", ""),
        ("proposal=not_key&model=attractiveness/1", "account", "gap|twin|Müller & Söhne/50% x|gone"),
        ("quadrant=strategic", "account", "acme"),
        ("quadrant=undecided", "account", "gap|twin"),
        ("quadrant=not_assessed", "account", "Müller & Söhne/50% x"),
        ("quadrant=star", "account", ""),
        ("tier=key", "account", "acme|twin"),
        ("owner=ada", "account", "twin"),
        ("owner=bob&tier=key", "account", "acme|twin"),
        ("region=north", "account", "acme"),
        ("agrees=true", "account", "acme"),
        ("agrees=false", "account", "twin"),
        (
            "as_of=2024-02-29",
            "quadrant",
            "not_assessed|not_assessed|not_assessed|not_assessed|not_assessed|not_assessed",
        ),
        ("as_of=2024-02-29", "account", "Müller & Söhne/50% x|acme|gap|gone|other|twin"),
        ("as_of=2024-06-01&size=20", "quadrant", "not_assessed|not_assessed|not_assessed|not_assessed"),
    ] {
        let address = format!("/v1/portfolio?{query}");
        assert_eq!(column(&testbed.found(&address).await, field).join("|"), wanted, "{address}");
    }
}

#[tokio::test]
async fn a_row_says_everything_that_it_rests_on() {
    let testbed = testbed();
    let list = testbed.found("/v1/portfolio?as_of=2024-12-31&limit=1").await;
    let row = &list["items"][0];
    let pick = |pointers: &[&str]| -> Value { pointers.iter().map(|at| row.pointer(at).cloned()).collect() };
    assert_eq!(
        pick(&["/account", "/model", "/proposal", "/quadrant", "/place", "/agrees", "/owners/0"]),
        json!(["acme", "attractiveness/1", "key", "strategic", {"rank": 1, "best": 1, "worst": 1}, true, "bob"])
    );
    assert_eq!(
        pick(&["/attractiveness/min", "/attractiveness/max", "/strength/ratio/min", "/strength/competitors/0/min"]),
        json!([6_850, 6_850, 1_022, 6_850])
    );
    assert_eq!(row["reasons"][0]["text"], "attractive enough: number 1 of 1, with room for 20");
    let assessment = &row["attractiveness"]["criteria"][0]["assessment"];
    assert_eq!((&assessment["criterion"], &assessment["value"]), (&json!("revenue_potential"), &json!(8)));
    assert_eq!(assessment["model"], "attractiveness/1");
    assert_eq!((&row["decided"]["tier"], &row["decided"]["by"]["id"]), (&json!("key"), &json!("crm")));
    assert_eq!(row["evidence"]["reciprocity"]["mutual"], 0);
    // What cites an event cites the one that says so.
    let cited = format!("/v1/events/{}", row["decided"]["event"]);
    assert_eq!(testbed.found(&cited).await["kind"], "account.tier_decided");
    let gap = testbed.found("/v1/portfolio?as_of=2024-12-31&quadrant=undecided&limit=1").await["items"][0].clone();
    // 4 of 75 weights is 3, and revenue potential may add 2.5.
    assert_eq!((&gap["attractiveness"]["min"], &gap["attractiveness"]["max"]), (&json!(3_000), &json!(5_500)));
    let missing = (&gap["reasons"][0]["missing"], &gap["possible"]);
    assert_eq!(missing, (&json!(["revenue_potential"]), &json!(["strategic", "star", "status", "streamline"])));
    assert_eq!(gap["agrees"], Value::Null);
}

#[tokio::test]
async fn the_summary_counts_what_the_list_has() {
    let testbed = testbed();
    let summary = testbed.found("/v1/portfolio/summary?as_of=2024-12-31").await;
    let quadrants = json!({"strategic": 1, "star": 0, "status": 0, "streamline": 0, "undecided": 2, "not_assessed": 1});
    assert_eq!(summary["quadrants"], quadrants);
    let pick = |names: &[&str]| -> Value { names.iter().map(|name| summary[*name].clone()).collect() };
    assert_eq!(
        pick(&[
            "model",
            "attractiveness_cut",
            "strength_cut",
            "sensitivity",
            "accounts",
            "closed",
            "keys",
            "below_cut"
        ]),
        json!(["attractiveness/1", "5.0", "1.0", "0.2", 4, 1, 1, 1])
    );
    assert_eq!(summary["cap"], json!({"accounts": 20, "source": "model"}));
    assert_eq!(summary["decisions"], json!({"agree": 1, "proposed_only": 0, "decided_only": 1, "open": 2}));
    // Under the second version, growth alone counts: acme has 6, gap 4, twin 3, of which 3.5 is enough.
    for (query, wanted) in [
        ("", json!(["attractiveness/2", 2, {"accounts": 20, "source": "model"}])),
        (
            "model=attractiveness/2&as_of=2024-06-01",
            json!(["attractiveness/2", 2, {"accounts": 20, "source": "model"}]),
        ),
        ("cap=1", json!(["attractiveness/2", 1, {"accounts": 1, "source": "query"}])),
        ("cap=capacities", json!(["attractiveness/2", 2, {"accounts": 2, "source": "capacities", "people": 1}])),
        (
            "cap=capacities&as_of=2024-06-01",
            json!(["attractiveness/1", 1, {"accounts": 20, "source": "model_without_capacities"}]),
        ),
    ] {
        let summary = testbed.found(&format!("/v1/portfolio/summary?{query}")).await;
        assert_eq!(json!([summary["model"], summary["keys"], summary["cap"]]), wanted, "{query}");
    }
}

#[tokio::test]
async fn pages_are_the_whole_and_stay_so_while_the_ledger_grows() {
    let mut testbed = testbed();
    let address = "/v1/portfolio?cap=1";
    let whole = testbed.found(address).await["items"].as_array().unwrap().clone();
    for limit in [1, 2, 3] {
        assert_eq!(all(&testbed, address, limit).await, whole, "{limit}");
    }
    let first = testbed.found("/v1/portfolio?limit=2").await;
    assert_eq!(column(&first, "account"), ["acme", "gap"]);
    // One that comes before all others pushes nobody onto the next page again.
    testbed.grow(&[
        event("account/best", "account.opened", "2023-01-01", json!({"name": "Best"})),
        assessed("best", "2024-03-01", "growth", 10, None),
    ]);
    let rest = format!("/v1/portfolio?limit=9&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(column(&testbed.found(&rest).await, "account"), ["twin", "Müller & Söhne/50% x", "gone"]);
    assert_eq!(column(&testbed.found("/v1/portfolio?limit=1").await, "account"), ["best"]);
}

#[tokio::test]
async fn what_is_no_model_cap_or_quadrant_is_refused() {
    let testbed = testbed();
    for (query, field) in [
        ("model=attractiveness/3", "model"),
        ("model=health/1", "model"),
        ("cap=-1", "cap"),
        ("cap=many", "cap"),
        ("cap=4294967296", "cap"),
        ("quadrant=best", "quadrant"),
        ("proposal=maybe", "proposal"),
        ("agrees=null", "agrees"),
    ] {
        let problem = testbed.get(&format!("/v1/portfolio?{query}")).await.problem();
        assert_eq!(problem, ("bad-parameter".to_owned(), field.to_owned()), "{query}");
    }
    let problem = testbed.get("/v1/portfolio/summary?quadrant=star").await.problem();
    assert_eq!(problem, ("unknown-parameter".to_owned(), "quadrant".to_owned()));
}

#[tokio::test]
async fn as_csv_a_row_has_its_figures_in_columns() {
    let testbed = testbed();
    let reply = testbed.ask(Method::GET, "/v1/portfolio?as_of=2024-12-31&limit=1", &[("accept", "text/csv")]).await;
    let text = reply.text();
    let row = text.lines().nth(1).unwrap();
    assert!(row.starts_with("1,1,1,acme,Acme,north,"), "{row}");
    assert!(row.contains(",strategic,,6850,6850,[],1022,1022,,key,true,"), "{row}");
}
