//! Handing an account over from the command line, step by step, with and without a running server.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::{Ended, Ledger, Server};

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
    let lines = events.map(|event| event.to_string()).join("\n");
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
    let soon = step(&ledger, "start", "2024-03-04", &[start.as_slice(), &["--class", "soon"]].concat());
    assert!(soon.code == 2 && soon.err.contains("[possible values: planned, short_notice"), "{soon:?}");
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

/// Ana leaves; what she has goes to Ben, but for a secondary lane that no rule is about.
fn a_leaver() -> (Ledger, String) {
    let ledger = a_firm();
    let said = |account: &str, kind: &str, payload: Value| {
        json!({"stream": format!("account/{account}"), "kind": kind, "occurred_at": "2024-01-01", "payload": payload,
               "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "new_account", "text": "won"}})
    };
    let lane = |role: &str| json!({"person": "ana", "role": role});
    let events = [
        said("beta", "account.opened", json!({"name": "Beta"})),
        said("beta", "ownership.assigned", lane("secondary")),
        said("cora", "account.opened", json!({"name": "Cora"})),
        said("cora", "ownership.assigned", lane("primary")),
    ];
    let lines = events.map(|event| event.to_string()).join("\n");
    ledger.run_with_input(&["append"], lines.as_bytes()).ok();
    let rules = ledger.path().with_extension("toml");
    std::fs::write(&rules, "[[rule]]\nrole = [\"primary\"]\npool = [\"ben\"]\n").unwrap();
    (ledger, rules.to_str().unwrap().to_owned())
}

fn owner(ledger: &Ledger, account: &str) -> String {
    let owners = json_of(ledger.run(&["owners", account, "--as-of", "2024-04-01", "--format", "json"]));
    owners["owners"][0]["person"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_leavers_accounts_pass_on_in_one_go_once_and_come_back() {
    let (ledger, rules) = a_leaver();
    let reassign = ["reassign", "--from", "ana", "--effective", "2024-04-01", "--rules", &rules, "--format", "json"];
    let planned = json_of(ledger.run(&reassign));
    assert_eq!(planned["plan"]["left"][0]["account"], "beta");
    assert_eq!((owner(&ledger, "acme").as_str(), owner(&ledger, "cora").as_str()), ("ana", "ana"), "only planned");
    let outcomes = ledger.path().with_extension("ndjson");
    let record = ["--record", "--actor", "person:ana", "--outcomes", outcomes.to_str().unwrap()];
    let recorded = json_of(ledger.run(&[&reassign[..], &record].concat()));
    assert_eq!(recorded["correlation_id"], planned["correlation_id"]);
    assert_eq!((owner(&ledger, "acme").as_str(), owner(&ledger, "cora").as_str()), ("ben", "ben"));
    let lines = std::fs::read_to_string(&outcomes).unwrap();
    let came: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| format!("{} {}", line["account"].as_str().unwrap(), line["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(came, ["acme recorded", "cora recorded", "beta left"]);
    let server = ledger.serve();
    let again = json_of(ledger.run(&[&reassign[..], &record].concat()));
    assert_eq!(again["outcomes"][1]["outcome"], "already_recorded", "{again}");
    let undo = ["reassign", "--undo", planned["correlation_id"].as_str().unwrap()];
    assert!(ledger.run(&undo).ok().out.contains("nothing was recorded"));
    for _ in 0..2 {
        let undone = ledger.run(&[&undo[..], &["--record", "--actor", "person:ana"]].concat()).ok().out;
        assert!(undone.starts_with("2 of 2 events are taken back"), "{undone}");
    }
    assert_eq!((owner(&ledger, "acme").as_str(), owner(&ledger, "cora").as_str()), ("ana", "ana"));
    ledger.run(&reassign).refused(&["and taken back", "--correlation"]);
    drop(server);
    let events = json_of(ledger.run(&["get", "/v1/events?kind=ownership.*,event.*", "--format", "json"]));
    assert_eq!(events["items"].as_array().unwrap().len(), 3 + 2 + 2, "nothing was deleted, nothing recorded twice");
}

#[test]
fn handovers_begin_in_one_go_and_rules_to_a_leaver_are_refused() {
    let (ledger, rules) = a_leaver();
    let write = |text: &str| std::fs::write(&rules, text).unwrap();
    let reassign = ["reassign", "--from", "ana", "--effective", "2024-04-01", "--rules", &rules];
    for (text, words) in [
        ("[default]\nto = \"ana\"", "default.to: ana cannot take accounts over on 2024-04-01: that is who leaves"),
        ("[default]\nto = \"zoe\"", "nobody of that id is known"),
        ("[default]\npool = []", "default.pool: is empty"),
        ("[[rule]]\nteir = [\"key\"]", "unknown field `teir`"),
        ("[[rule]]\nto = \"ben\"", "rule 1: has no condition"),
    ] {
        write(text);
        ledger.run(&reassign).refused(&[words]);
    }
    write("mode = \"handover\"\nclass = \"short_notice\"\n[default]\nto = \"ben\"");
    let leaves = json!({"stream": "person/ben", "kind": "person.departure_announced", "occurred_at": "2024-01-01",
                        "payload": {"last_day": "2024-06-30"}, "actor": {"kind": "system", "id": "hr"}});
    let given = [&reassign[..], &["--record", "--actor", "person:ana"]].concat();
    ledger.run(&given).ok();
    let board = json_of(ledger.run(&["handover", "list", "--as-of", "2024-04-02", "--format", "json"]));
    let board: Vec<String> = board
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["account"], one["class"], one["to"]).replace('"', ""))
        .collect();
    assert_eq!(board, ["acme short_notice ben", "beta short_notice ben", "cora short_notice ben"]);
    assert_eq!(owner(&ledger, "acme"), "ana", "a handover that begins moves nothing");
    ledger.run_with_input(&["append"], leaves.to_string().as_bytes()).ok();
    let other = [&reassign[..], &["--correlation", "7c7d9b2e-1f9a-4f57-9b0c-7f1f6a2b9a10"]].concat();
    ledger.run(&other).refused(&["ben cannot take accounts over on 2024-04-01: they leave at"]);
}

/// The documents with commands that are run on the demo, and what they answer: those that only read it first.
const DOCUMENTS: [&str; 5] = [
    include_str!("../docs/then.md"),
    include_str!("../docs/portfolio.md"),
    include_str!("../docs/metrics.md"),
    HANDOVER,
    include_str!("../docs/scores.md"),
];

/// The one with the rules that its commands read.
const HANDOVER: &str = include_str!("../docs/handover.md");

/// Whether a text is another one in which `…` stands for whatever is there.
fn fits(text: &str, told: &str) -> bool {
    let mut parts = told.split('…');
    let Some(rest) = text.strip_prefix(parts.next().unwrap()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    let rest = between.iter().try_fold(rest, |rest, part| rest.split_once(part).map(|(_, rest)| rest));
    rest.is_some_and(|rest| rest.ends_with(last))
}

/// The parts of a document in fences of a sort.
fn fenced<'d>(document: &'d str, sort: &str) -> Vec<&'d str> {
    let fence = format!("```{sort}\n");
    document.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

#[test]
fn the_documents_show_what_the_demo_answers() {
    let ledger = Ledger::new();
    let server = Server::start(ledger.tenure(&["demo", "--listen", "127.0.0.1:0"]));
    let place = ledger.path().parent().unwrap();
    std::fs::write(place.join("rules.toml"), format!("{}\n", fenced(HANDOVER, "toml")[0])).unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_tenure")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut run = 0;
    let blocks = DOCUMENTS.iter().flat_map(|document| fenced(document, "console"));
    for told in blocks.flat_map(|block| block.split("$ ").skip(1)) {
        let (command, told) = told.split_once('\n').unwrap_or((told, ""));
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).env("PATH", &path).env("TENURE_DATA", ledger.path()).current_dir(place);
        let output = shell.stdin(Stdio::null()).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        let said: Vec<&str> = said.lines().map(str::trim_end).collect();
        let said = said.join("\n");
        assert!(fits(said.trim_end(), told.trim_end()), "{command}\n{said}\n--- but the document says\n{told}");
        run += 1;
    }
    assert!(run >= 20, "{run}");
    drop(server);
}
