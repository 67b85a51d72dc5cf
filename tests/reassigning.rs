//! Reassigning a leaver's accounts where others recorded things before, beside and since.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use serde_json::{Value, json};
use support::{Ended, Ledger};

const UNDERTAKING: &str = "00000000-0000-4000-8000-000000000001";

fn event(stream: &str, kind: &str, on: &str, payload: &Value) -> Value {
    json!({
        "stream": stream, "kind": kind, "occurred_at": on, "actor": {"kind": "system", "id": "crm"},
        "reason": {"code": "reported", "text": "as told"}, "payload": payload,
    })
}

fn append(ledger: &Ledger, events: &[Value]) {
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    ledger.run_with_input(&["append"], lines.join("\n").as_bytes()).ok();
}

/// Xen holds three accounts; Ada and Bob could take them.
fn a_leaver() -> (Ledger, String) {
    let ledger = Ledger::new();
    let people = ["xen", "ada", "bob"];
    let people = people.map(|id| event(&format!("person/{id}"), "person.joined", "2024-01-01", &json!({"name": id})));
    append(&ledger, &people);
    for account in ["a1", "a2", "a3"] {
        let stream = format!("account/{account}");
        let owner = json!({"person": "xen", "role": "primary"});
        let opened = event(&stream, "account.opened", "2024-01-01", &json!({"name": account}));
        append(&ledger, &[opened, event(&stream, "ownership.assigned", "2024-01-02", &owner)]);
    }
    let rules = ledger.path().with_file_name("rules.toml");
    std::fs::write(&rules, "[default]\nto = \"bob\"\n").unwrap();
    (ledger, rules.to_str().unwrap().to_owned())
}

fn passes(account: &str, on: &str, from: &str, to: &str) -> Value {
    let says = json!({"from": from, "to": to, "role": "primary"});
    event(&format!("account/{account}"), "ownership.transferred", on, &says)
}

fn reassign(ledger: &Ledger, rules: &str, more: &[&str]) -> Ended {
    let flags = ["reassign", "--from", "xen", "--effective", "2024-03-31", "--zone", "Europe/Rome", "--rules", rules];
    ledger.run(&[&flags[..], &["--correlation", UNDERTAKING], more].concat())
}

fn undo(ledger: &Ledger) -> Ended {
    ledger.run(&["reassign", "--undo", UNDERTAKING, "--record", "--actor", "person:boss"])
}

const RECORD: [&str; 3] = ["--record", "--actor", "person:boss"];

/// Who is account manager of record of each account on a day.
fn owners(ledger: &Ledger, on: &str) -> [String; 3] {
    ["a1", "a2", "a3"].map(|account| {
        let ended = ledger.run(&["owners", account, "--as-of", on, "--format", "json"]).ok();
        let document: Value = serde_json::from_str(&ended.out).unwrap();
        document["owners"][0]["person"].as_str().unwrap_or_default().to_owned()
    })
}

#[test]
fn what_others_have_built_on_is_not_taken_back() {
    let (ledger, rules) = a_leaver();
    reassign(&ledger, &rules, &RECORD).ok();
    append(&ledger, &[passes("a1", "2024-05-01", "bob", "ada")]);
    let shown = ledger.run(&["reassign", "--undo", UNDERTAKING]).ok().out;
    assert_eq!(shown.lines().filter(|line| line.contains("rests on it")).count(), 1, "{shown}");
    let undone = undo(&ledger).refused(&["rests on it"]);
    assert!(undone.out.starts_with("2 of 3 events are taken back"), "{}", undone.out);
    assert_eq!(owners(&ledger, "2024-06-01"), ["ada", "xen", "xen"]);
    assert_eq!(ledger.run(&["get", "/v1/reports/findings"]).ok().out.trim(), "nothing");
    // Once nothing rests on it any more, it is taken back, too; the rest had been before.
    let found = ledger.run(&["get", "/v1/events?stream=account/a1", "--format", "ndjson"]).ok().out;
    let last: Value = serde_json::from_str(found.lines().last().unwrap()).unwrap();
    append(&ledger, &[event("account/a1", "event.retracted", "2024-05-02", &json!({"target": last["id"]}))]);
    assert!(undo(&ledger).ok().out.starts_with("3 of 3 events are taken back"));
    assert_eq!(owners(&ledger, "2024-06-01"), ["xen", "xen", "xen"]);
    // What happens to the lanes afterwards has nothing to do with what was taken back.
    append(&ledger, &[passes("a2", "2024-04-01", "xen", "bob"), passes("a2", "2024-05-01", "bob", "ada")]);
    assert!(undo(&ledger).ok().out.starts_with("3 of 3 events are taken back"));
    assert_eq!(owners(&ledger, "2024-06-01"), ["xen", "ada", "xen"]);
}

#[test]
fn a_handover_that_went_on_is_not_taken_back() {
    let (ledger, rules) = a_leaver();
    std::fs::write(&rules, "mode = \"handover\"\n[default]\nto = \"bob\"\n").unwrap();
    reassign(&ledger, &rules, &RECORD).ok();
    let started = ledger.run(&["get", "/v1/events?kind=handover.started", "--format", "ndjson"]).ok().out;
    let started: Value = serde_json::from_str(started.lines().next().unwrap()).unwrap();
    let says = json!({"handover": started["payload"]["handover"], "by": "bob"});
    append(&ledger, &[event("account/a1", "handover.accepted", "2024-04-02", &says)]);
    let undone = undo(&ledger).refused(&["rests on it"]);
    assert!(undone.out.starts_with("2 of 3 events are taken back"), "{}", undone.out);
}

#[test]
fn other_events_of_the_undertaking_are_left_alone() {
    let (ledger, rules) = a_leaver();
    let mut other = passes("a1", "2024-02-01", "xen", "ada");
    other["correlation_id"] = json!(UNDERTAKING);
    append(&ledger, &[other]);
    undo(&ledger).refused(&["no reassignment", UNDERTAKING]);
    assert_eq!(owners(&ledger, "2024-03-01"), ["ada", "xen", "xen"]);
    // Nothing of the reassignment is recorded, so it is planned from what is known now: a1 is Ada's.
    reassign(&ledger, &rules, &RECORD).ok();
    assert_eq!(owners(&ledger, "2024-04-01"), ["ada", "bob", "bob"]);
    undo(&ledger).ok();
    assert_eq!(owners(&ledger, "2024-04-01"), ["ada", "xen", "xen"]);
}

#[test]
fn what_ends_on_the_day_or_before_is_not_passed_on() {
    let (ledger, rules) = a_leaver();
    let ends = json!({"person": "xen", "role": "primary"});
    append(
        &ledger,
        &[
            event("account/a1", "ownership.ended", "2024-03-31", &ends),
            event("account/a2", "ownership.ended", "2024-03-31T12:00:00Z", &ends),
            event("account/a3", "ownership.ended", "2024-04-01", &ends),
        ],
    );
    let planned: Value = serde_json::from_str(&reassign(&ledger, &rules, &["--format", "json"]).ok().out).unwrap();
    let assigned = planned["plan"]["assigned"].as_array().unwrap();
    let found: Vec<&str> = assigned.iter().map(|lane| lane["account"].as_str().unwrap()).collect();
    assert_eq!(found, ["a3"], "{planned}");
}

#[test]
fn the_plan_that_was_seen_is_the_one_that_is_recorded() {
    let (ledger, rules) = a_leaver();
    std::fs::write(&rules, "[default]\npool = [\"ada\", \"bob\"]\nby = \"round_robin\"\n").unwrap();
    let shown = reassign(&ledger, &rules, &[]).ok().out;
    assert!(shown.contains("with --size 10 exactly so"), "{shown}");
    // The first lane goes elsewhere meanwhile, so everybody's turn would be another one.
    append(&ledger, &[passes("a1", "2024-02-01", "xen", "ada")]);
    let ended = reassign(&ledger, &rules, &[&RECORD[..], &["--size", "10"]].concat());
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("2 recorded, 0 already recorded, 1 refused"), "{}", ended.out);
    assert_eq!(owners(&ledger, "2024-04-01"), ["ada", "bob", "ada"]);
}
