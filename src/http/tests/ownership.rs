//! Ownership in full: every lane of the matrix, inheritance, who is responsible, what is scheduled, for how many days.

use serde_json::{Value, json};

use super::answers::column;
use crate::http::testing::{Testbed, event};

/// A group with two divisions: `north` without a manager of its own, `south` with one; `ana` is away in May 2025.
fn group() -> Vec<Value> {
    let on =
        |account: &str, kind: &str, at: &str, payload: Value| event(&format!("account/{account}"), kind, at, payload);
    let lane = |person: &str, role: &str, scope: &str, inherit: bool| json!({"person": person, "role": role, "scope": scope, "inherit": inherit});
    let join =
        |person: &str| event(&format!("person/{person}"), "person.joined", "2020-01-01", json!({"name": person}));
    let away = json!({"owner": "ana", "delegate": "ben", "roles": ["primary"], "until": "2025-06-02T08:00:00Z"});
    let mut events: Vec<Value> = ["ana", "ben", "cy", "dee"].map(join).to_vec();
    events.extend([
        on("group", "account.opened", "2024-01-01", json!({"name": "Group"})),
        on("north", "account.opened", "2024-01-01", json!({"name": "North", "parent": "group"})),
        on("south", "account.opened", "2024-01-01", json!({"name": "South", "parent": "group"})),
        on("group", "ownership.assigned", "2024-01-01", lane("ana", "primary", "global", true)),
        on("group", "ownership.assigned", "2024-01-01", lane("cy", "primary", "region:emea", false)),
        on("group", "ownership.assigned", "2024-02-01T10:00:00Z", lane("dee", "specialist", "unit:7", false)),
        on("group", "ownership.assigned", "2024-02-01T10:00:00Z", lane("dee", "specialist", "offering:press", true)),
        on("south", "ownership.assigned", "2024-03-01", lane("cy", "primary", "global", false)),
        on("group", "coverage.started", "2025-05-26T08:00:00Z", away),
        on("north", "ownership.assigned", "2025-07-01", lane("dee", "primary", "global", false)),
        on("south", "ownership.transferred", "2025-08-01", json!({"from": "cy", "to": "ben", "role": "primary"})),
    ]);
    events
}

#[tokio::test]
async fn the_matrix_shows_every_lane_and_from_where_it_is_held() {
    let testbed = Testbed::of(&group());
    let lanes = |answer: &Value, list: &str| -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let line = |one: &Value| ["person", "scope", "inherited_from"].map(|field| text(&one[field])).join(" ");
        answer[list].as_array().unwrap().iter().map(line).collect()
    };
    let owners = testbed.found("/v1/accounts/group/owners").await;
    assert_eq!(lanes(&owners, "owners"), ["ana global -", "cy region:emea -", "dee offering:press -", "dee unit:7 -"]);
    let north = testbed.found("/v1/accounts/north/owners").await;
    assert_eq!(lanes(&north, "owners"), ["ana global group", "dee offering:press group"]);
    let south = testbed.found("/v1/accounts/south/ownership").await;
    assert_eq!(lanes(&south, "lanes"), ["cy global -"]);
    assert_eq!(lanes(&south, "inherited"), ["ana global group", "dee offering:press group"]);
    assert_eq!(
        (&south["inherited"][0]["to_date"], &south["inherited"][0]["tenure_days"]),
        (&json!("2024-03-01"), &json!(60)),
        "until it had a manager of its own"
    );
}

#[tokio::test]
async fn documents_say_who_is_responsible_for_how_long_and_what_is_to_come() {
    let testbed = Testbed::of(&group());
    let covered = json!([{
        "person": "ben", "from": "2025-05-26T08:00:00Z", "until": "2025-06-02T08:00:00Z", "event": 12,
    }]);
    for (address, pointer, wanted) in [
        ("/v1/accounts/group/owners", "/owners/0/responsible", covered.clone()),
        ("/v1/accounts/group/owners", "/owners/1/responsible", Value::Null),
        ("/v1/accounts/group/owners?as_of=2025-05-25", "/owners/0/responsible", Value::Null),
        ("/v1/accounts/group/owners?as_of=2025-05-26", "/owners/0/responsible", covered.clone()),
        ("/v1/accounts/north/owners", "/owners/0/responsible", covered),
        ("/v1/accounts/north/owners", "/status", json!("owned")),
        ("/v1/accounts/group/owners?as_of=2024-03-01", "/owners/0/tenure_days", json!(60)),
        ("/v1/accounts/group/owners?as_of=2024-03-01", "/owners/3/tenure_days", json!(29)),
        ("/v1/accounts/group/owners?as_of=2024-02-01T22:00:00Z&tz=Asia/Tokyo", "/owners/3/tenure_days", json!(1)),
        ("/v1/accounts/south/ownership", "/scheduled/0/change", json!("transferred")),
        ("/v1/accounts/south/ownership", "/scheduled/0/to", json!("ben")),
        ("/v1/accounts/south/ownership", "/scheduled/0/date", json!("2025-08-01")),
        ("/v1/accounts/south/ownership", "/lanes/0/scheduled_end/event", json!(14)),
        ("/v1/accounts/south/ownership?as_of=2025-08-01", "/scheduled", json!([])),
        ("/v1/accounts/north/ownership", "/scheduled/0/event", json!(13)),
        ("/v1/accounts/north/ownership", "/gaps", json!([])),
        ("/v1/accounts/north/overview", "/status", json!("owned")),
        ("/v1/accounts/north/overview", "/owners/0/covered_by", json!("ben")),
    ] {
        let answer = testbed.found(address).await;
        assert_eq!(*answer.pointer(pointer).unwrap_or(&Value::Null), wanted, "{address} {pointer} in {answer}");
    }
}

#[tokio::test]
async fn lists_name_whom_an_account_is_inherited_by() {
    let testbed = Testbed::of(&group());
    for (address, field, wanted) in [
        ("/v1/accounts?status=owned", "account", "group|north|south"),
        ("/v1/accounts?status=unassigned", "account", ""),
        ("/v1/accounts?owner=ana", "account", "group|north"),
        ("/v1/accounts?owner=ana&as_of=2024-02-29", "account", "group|north|south"),
        ("/v1/accounts?owner=ana&as_of=2025-07-01", "account", "group"),
        ("/v1/ownership?person=dee&scope=offering:press", "account", "group|north|south"),
        ("/v1/ownership?person=dee&scope=offering:press", "inherited_from", "null|group|group"),
        ("/v1/ownership?role=primary&scope=global", "responsible", ""),
        ("/v1/people/ana/book", "account", "group|north"),
        ("/v1/people/ana/book", "inherited_from", "null|group"),
        ("/v1/people/dee/book", "account", "group|group|north|south"),
        ("/v1/people/ana/tenures", "account", "group"),
        ("/v1/people/ana/tenures", "from_date", "2024-01-01"),
        ("/v1/people/cy/tenures?as_of=2025-09-01", "tenure_days", "609|518"),
    ] {
        let list = testbed.found(address).await;
        if field == "responsible" {
            let people: Vec<_> =
                list["items"].as_array().unwrap().iter().map(|item| &item[field][0]["person"]).collect();
            assert_eq!(people, [&json!("ben"), &json!("ben"), &Value::Null], "{address}");
            continue;
        }
        assert_eq!(column(&list, field).join("|"), wanted, "{address}");
    }
}

#[tokio::test]
async fn what_is_scheduled_is_gone_once_it_is_retracted() {
    let mut testbed = Testbed::of(&group());
    let says = json!({"target": "00000000-0000-0000-0000-00000000000e"});
    testbed.grow(&[event("account/south", "event.retracted", "2025-05-15", says)]);
    let ownership = testbed.found("/v1/accounts/south/ownership").await;
    assert_eq!((&ownership["scheduled"], ownership["lanes"][0].get("scheduled_end")), (&json!([]), None));
    let before = testbed.found("/v1/accounts/south/ownership?size=15").await;
    assert_eq!(before["scheduled"][0]["event"], 14);
    let audit = testbed.found("/v1/accounts/south/audit").await;
    assert_eq!(column(&audit, "standing").join("|"), "stands|stands|retracted|stands");
}
