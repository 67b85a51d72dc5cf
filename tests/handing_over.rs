//! Handing an account over from the command line, step by step, with and without a running server.

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

/// Ana looks after Acme; Ben works for us too.
fn a_firm() -> Ledger {
    let ledger = Ledger::new();
    let said = |stream: &str, kind: &str, at: &str, payload: Value| {
        json!({"stream": stream, "kind": kind, "occurred_at": at, "payload": payload,
               "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "new_account", "text": "won"}})
    };
    let events = [
        said("person/ana", "person.joined", "2020-01-01", json!({"name": "Ana Ruiz"})),
        said("person/ben", "person.joined", "2020-01-01", json!({"name": "Ben Ode"})),
        said("account/acme", "account.opened", "2024-01-01", json!({"name": "Acme"})),
        said("account/acme", "ownership.assigned", "2024-01-01", json!({"person": "ana", "role": "primary"})),
        said("account/acme", "contact.added", "2024-01-01", json!({"contact": "c1", "name": "Cleo"})),
    ];
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    ledger.run_with_input(&["append"], lines.as_bytes()).ok();
    ledger
}

/// A step of handover h1 of Acme on a day.
fn step(ledger: &Ledger, name: &str, day: &str, more: &[&str]) -> Ended {
    let given = ["handover", name, "acme", "h1", "--occurred-at", day, "--actor", "person:ana"];
    ledger.run(&[&given, more].concat())
}

fn json_of(ended: Ended) -> Value {
    serde_json::from_str(&ended.ok().out).unwrap()
}

#[test]
fn a_handover_goes_its_whole_way_with_and_without_a_server() {
    let ledger = a_firm();
    let reason = ["--from", "ana", "--reason", "leaver:Ana leaves"];
    step(&ledger, "start", "2024-03-04", &reason).ok();
    step(&ledger, "name", "2024-03-06", &["--to", "ben"]).ok();
    let page = ledger.path().with_extension("html");
    step(&ledger, "brief", "2024-03-06", &["--output", page.to_str().unwrap()]).ok();
    assert!(std::fs::read_to_string(&page).unwrap().contains("<html"));
    let verify = ["brief", "acme", "--verify", "h1"];
    let same = ledger.run(&verify).ok().out;
    assert!(same.contains("is the same when it is rendered again"), "{same}");
    let server = ledger.serve();
    step(&ledger, "introduce", "2024-03-08", &["--contact", "c1", "--person", "ben", "--person", "ana"]).ok();
    let status = |ledger: &Ledger| {
        json_of(ledger.run(&["handover", "show", "acme", "h1", "--as-of", "2024-03-20", "--format", "json"]))["status"]
            .clone()
    };
    assert_eq!(status(&ledger), "introduced");
    step(&ledger, "accept", "2024-03-09", &["--by", "ben"]).ok();
    let late = json_of(ledger.run(&["handover", "list", "--overdue", "--as-of", "2024-04-09", "--format", "json"]));
    assert_eq!((late[0]["handover"].as_str(), late[0]["next_step"].as_str()), (Some("h1"), Some("transferred")));
    step(&ledger, "transfer", "2024-03-15", &[]).ok();
    drop(server);
    step(&ledger, "complete", "2024-03-16", &[]).ok();
    assert_eq!(status(&ledger), "completed");
    let owners = json_of(ledger.run(&["owners", "acme", "--as-of", "2024-03-16", "--format", "json"]));
    assert_eq!(owners["owners"][0]["person"], "ben");
    let measures = json_of(ledger.run(&["handover", "measures", "acme", "h1", "--format", "json"]));
    assert_eq!((&measures["days_to_acceptance"], &measures["to"]), (&json!(5), &json!("ben")));
    // Each step has the reason for which the handover was begun.
    let events = json_of(ledger.run(&["get", "/v1/events?kind=handover.*", "--format", "json"]));
    let reasons: Vec<&Value> = events["items"].as_array().unwrap().iter().map(|one| &one["reason"]["text"]).collect();
    assert_eq!(reasons, [&json!("Ana leaves"); 6]);
    assert_eq!(ledger.run(&verify).ok().out, same);
}

#[test]
fn what_a_handover_does_not_allow_is_refused_and_nothing_is_recorded() {
    let ledger = a_firm();
    step(&ledger, "start", "2024-03-04", &["--from", "ana"]).refused(&["reason: is missing"]);
    let start = ["--from", "ana", "--reason", "leaver:Ana leaves"];
    step(&ledger, "name", "2024-03-04", &["--to", "ben"]).refused(&["account acme has no handover \"h1\""]);
    step(&ledger, "start", "2024-03-04", &[start.as_slice(), &["--class", "soon"]].concat())
        .refused(&["payload.class: \"soon\" is none of: planned"]);
    ledger
        .run(&["handover", "start", "acme", "h1", "--from", "ana", "--reason", "leaver:x"])
        .refused(&["--actor is missing"]);
    step(&ledger, "start", "2024-03-04", &start).ok();
    step(&ledger, "transfer", "2024-03-05", &[]).refused(&["has no successor: name one first"]);
    step(&ledger, "name", "2024-03-05", &["--to", "ben"]).ok();
    step(&ledger, "transfer", "2024-03-06", &[]).refused(&["ownership passed before handover h1 was accepted"]);
    step(&ledger, "accept", "2024-03-06", &["--by", "ana"]).refused(&["while ben is to take over"]);
    step(&ledger, "complete", "2024-03-06", &[]).refused(&["handover h1 was never accepted"]);
    step(&ledger, "brief", "2024-03-06", &["--output", "/nowhere/at/all.html"]).refused(&["could not write /nowhere"]);
    let events = json_of(ledger.run(&["get", "/v1/events?kind=handover.*", "--format", "json"]));
    assert_eq!(events["items"].as_array().unwrap().len(), 2);
}
