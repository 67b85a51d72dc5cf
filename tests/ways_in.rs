//! Appending and importing through the program: with and without a server, good input and bad.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};
use support::Ledger;

fn event(stream: &str, kind: &str, payload: &Value) -> Value {
    json!({
        "stream": stream, "kind": kind, "occurred_at": "2026-03-01T09:00:00Z",
        "actor": {"kind": "person", "id": "p-07"}, "payload": payload,
    })
}

fn opened(account: &str) -> Value {
    event(&format!("account/{account}"), "account.opened", &json!({"name": account}))
}

#[expect(clippy::needless_pass_by_value, reason = "the fields are written in place")]
fn with(mut event: Value, fields: Value) -> Value {
    event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    event
}

fn lines(events: &[Value]) -> String {
    events.iter().map(Value::to_string).chain([String::new()]).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_event_from_flags_is_recorded_and_found_again() {
    let ledger = Ledger::new();
    let flags = ["append", "--stream", "account/acme", "--kind", "account.opened", "--actor", "person:p-07"];
    let flags =
        [flags.as_slice(), &["--payload", r#"{"name":"Acme"}"#, "--occurred-at", "2026-03-01", "--id", "row-1"]]
            .concat();
    let first = ledger.run(&flags).ok();
    assert!(first.out.contains("recorded at position 1, revision 0"), "{first:?}");
    let again = ledger.run(&flags).ok();
    assert!(again.out.contains("already recorded at position 1"), "{again:?}");
    let other = [flags.as_slice(), &["--zone", "Europe/Rome"]].concat();
    ledger.run(&other).refused(&["taken by the event at position 1", "occurred_at", "id_conflict"]);
    let server = ledger.serve();
    assert_eq!(server.get("/v1/accounts/acme")["name"], "Acme");
}

#[test]
fn lines_from_standard_input_are_recorded_one_by_one_or_all_together() {
    let ledger = Ledger::new();
    let order = event("account/acme", "order.fulfilled", &json!({"order": "O-1"}));
    let input = lines(&[opened("acme"), order.clone(), opened("bolt")]);
    let ended = ledger.run_with_input(&["append", "--all-or-nothing"], input.as_bytes());
    ended.refused(&["line 2", "order O-1 was never placed", "order_unknown"]);
    let ended = ledger.run_with_input(&["append"], input.as_bytes()).refused(&["line 2"]);
    assert_eq!(ended.out.lines().count(), 2, "{ended:?}");
    ledger.run_with_input(&["append", "--lenient"], lines(&[order]).as_bytes()).ok();
    let server = ledger.serve();
    let findings = server.list("/v1/reports/findings");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((&findings[0]["code"], &findings[0]["events"]), (&json!("order_unknown"), &json!([3])));
}

#[test]
fn bad_events_are_refused_with_the_place_named() {
    let ledger = Ledger::new();
    let bad = |fields: Value| with(opened("acme"), fields);
    for (input, words) in [
        ("{\"stream\":".to_owned(), vec!["line 1", "no JSON"]),
        (bad(json!({"kind": "account.opend"})).to_string(), vec!["line 1", "kind", "account.opened"]),
        (bad(json!({"payload": {"name": 7}})).to_string(), vec!["payload.name"]),
        (bad(json!({"payload": {"name": "A", "colour": "red"}})).to_string(), vec!["payload", "colour"]),
        (bad(json!({"colour": "red"})).to_string(), vec!["colour"]),
        (bad(json!({"occurred_at": "2026-02-30"})).to_string(), vec!["occurred_at", "2026-02-30"]),
        (bad(json!({"occurred_at": "1899-12-31T00:00:00Z"})).to_string(), vec!["occurred_at", "before 1900"]),
        (bad(json!({"stream": "account/a\u{7}b"})).to_string(), vec!["stream", "control character"]),
        (bad(json!({"payload": {"name": "x".repeat(2_000)}})).to_string(), vec!["payload.name", "1000 bytes"]),
        (bad(json!({"expected_revision": 4})).to_string(), vec!["expected_revision", "0 events, not 4"]),
    ] {
        ledger.run_with_input(&["append"], format!("{input}\n").as_bytes()).refused(&words);
    }
    let long = vec![b'x'; 5 * 1024 * 1024];
    ledger.run_with_input(&["append"], &long).refused(&["line 1", "longer than"]);
    let marked = format!("\u{feff}{}\r\n\r\n", opened("acme"));
    ledger.run_with_input(&["append"], marked.as_bytes()).ok();
    let text = "x".repeat(70_000);
    let note = event("account/acme", "account.note_recorded", &json!({"topic": "other", "text": text}));
    ledger.run_with_input(&["append"], lines(&[note]).as_bytes()).refused(&["payload", "60000", "too_large"]);
}

/// An objective that is measured against `target`.
fn objective(id: &str, target: &str) -> Value {
    let measure = json!({"metric": "share", "baseline": "0", "target": target, "unit": "per cent"});
    json!({"objective": id, "text": "Grow the share of spend", "weight": 1, "measure": measure})
}

fn plan(objectives: &[Value]) -> Value {
    let says =
        json!({"plan": "p1", "kind": "joint", "from": "2026-01-01", "to": "2027-01-01", "objectives": objectives});
    event("account/acme", "plan.adopted", &says)
}

fn contract(from: &str, amount: &str) -> Value {
    let value = json!({"amount": amount, "currency": "EUR"});
    event(
        "account/acme",
        "contract.signed",
        &json!({"contract": "t1", "value": value, "from": from, "to": "2027-01-01"}),
    )
}

#[test]
fn bad_plans_and_promises_are_refused_with_the_field_named() {
    let ledger = Ledger::new();
    ledger.run_with_input(&["append"], lines(&[opened("acme")]).as_bytes()).ok();
    let digits = "1".repeat(30);
    let acme = |kind: &str, says: Value| event("account/acme", kind, &says);
    let many = |length: usize| {
        let one = |number| json!({"objective": format!("b{number}"), "text": "x".repeat(length), "weight": 1});
        plan(&(0..10_000).map(one).collect::<Vec<_>>())
    };
    for (input, words) in [
        (plan(&[objective("b1", "1"), objective("b1", "2")]), vec!["payload.objectives[1]", "named twice"]),
        (plan(&[objective("b1", &digits)]), vec!["payload.objectives[0].measure.target", "at most 28"]),
        (many(10), vec!["payload", "60000", "plan.objective_set", "too_large"]),
        (many(100), vec!["longer than", "60000", "plan.objective_set"]),
        (
            acme("plan.progress_recorded", json!({"plan": "p1", "objective": "b1", "value": digits})),
            vec!["payload.value", "at most 28"],
        ),
        (
            acme("plan.insight_recorded", json!({"plan": "p1", "text": "x", "evidence": []})),
            vec!["payload.evidence", "at least one"],
        ),
        (
            acme("plan.reviewed", json!({"plan": "p1", "mode": "mixed"})),
            vec!["plan p1 was never adopted", "plan_unknown"],
        ),
        (contract("2027-01-01", "5"), vec!["payload.to", "not after"]),
        (contract("2026-01-01", &digits), vec!["payload.value.amount", "at most 28"]),
        (
            acme("contract.ended", json!({"contract": "t1", "by": "client"})),
            vec!["contract t1 was never signed", "contract_unknown"],
        ),
        (
            acme(
                "commitment.made",
                json!({"commitment": "m1", "by": "us", "text": "x", "due": "2026-03-01T00:00:00Z"}),
            ),
            vec!["payload.due", "YYYY-MM-DD"],
        ),
        (
            acme("need.identified", json!({"need": "n1", "horizon": "medium", "statement": "x"})),
            vec!["payload.horizon", "short"],
        ),
        (acme("need.met", json!({"need": "n1"})), vec!["need n1 was never identified", "need_unknown"]),
        (acme("survey.responded", json!({"instrument": "nps", "score": 11})), vec!["payload.score", "0 to 10"]),
        (acme("survey.responded", json!({"instrument": "csat", "score": 0})), vec!["payload.score", "1 to 5"]),
        (
            acme("survey.responded", json!({"instrument": "metric_gap", "score": 3, "metric": "price"})),
            vec!["payload.importance", "metric_gap"],
        ),
    ] {
        ledger.run_with_input(&["append"], format!("{input}\n").as_bytes()).refused(&words);
    }
}

#[test]
fn ten_thousand_objectives_come_in_one_by_one() {
    let ledger = Ledger::new();
    let set = |number: u32| {
        let mut says = objective(&format!("b{number:05}"), "28");
        says["plan"] = json!("p1");
        event("account/acme", "plan.objective_set", &says)
    };
    let input: Vec<Value> = [opened("acme"), plan(&[])].into_iter().chain((0..10_000).map(set)).collect();
    for batch in input.chunks(6_000) {
        ledger.run_with_input(&["append", "--all-or-nothing"], lines(batch).as_bytes()).ok();
    }
    let progress = json!({"plan": "p1", "objective": "b09999", "value": "7"});
    ledger
        .run_with_input(&["append"], lines(&[event("account/acme", "plan.progress_recorded", &progress)]).as_bytes())
        .ok();
    let server = ledger.serve();
    let plan = server.get("/v1/accounts/acme/plans/p1");
    // A quarter of one in ten thousand is 2.5 milli-points, and halves go to the even neighbour.
    assert_eq!((&plan["counts"]["objectives"]["total"], &plan["attainment"]), (&json!(10_000), &json!(2)));
    let last = server.get("/v1/accounts/acme/plans/p1/objectives?limit=1000&status=open");
    assert_eq!(last["items"].as_array().map(Vec::len), Some(1_000));
}

#[test]
fn wrong_use_ends_with_two_and_a_missing_ledger_is_said() {
    let ledger = Ledger::new();
    for args in [&["append", "--colour"][..], &["destroy"], &["append", "--kind", "account.opened"], &["import"]] {
        assert_eq!(ledger.run(args).code, 2, "{args:?}");
    }
    ledger.run(&["verify"]).refused(&["there is no ledger in", "--data"]);
    ledger.run(&["serve", "--listen", "0.0.0.0:0"]).refused(&["0.0.0.0:0", "--allow-remote"]);
    assert!(!ledger.path().exists(), "a refused command made something");
}

#[test]
fn without_a_name_the_ledger_is_made_where_the_program_runs() {
    let dir = tempfile::tempdir().unwrap();
    let tenure = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tenure"));
        command.args(args).current_dir(dir.path()).env_remove("TENURE_DATA").output().unwrap()
    };
    let event = opened("acme").to_string();
    assert!(tenure(&["append", &event]).status.success());
    assert!(tenure(&["--data", "a/b", "append", &event]).status.success());
    assert!(tenure(&["verify"]).status.success());
    assert!(dir.path().join("tenure-data/db").exists() && dir.path().join("a/b/db").exists());
}

#[test]
fn what_cannot_be_imported_leaves_no_ledger_behind() {
    let ledger = Ledger::new();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("strange.csv"), "a,b\n1,2\n").unwrap();
    for (mapping, file, words) in [
        ("nowhere.toml", "strange.csv", vec!["nowhere.toml"]),
        ("adventureworks", "strange.csv", vec!["strange.csv", "orders.csv"]),
        ("adventureworks", "missing.csv", vec!["missing.csv"]),
    ] {
        ledger.run(&["import", "--mapping", mapping, &path(file)]).refused(&words);
        assert!(!ledger.path().exists(), "{mapping} {file}");
    }
}

#[test]
fn a_file_or_a_read_only_place_is_no_ledger() {
    let ledger = Ledger::new();
    std::fs::write(ledger.path(), "a file").unwrap();
    ledger.run_with_input(&["append"], b"").refused(&["not a directory"]);
    Ledger::at("/proc/ledger").run(&["append", "-"]).refused(&["/proc/ledger"]);
}

#[test]
fn appending_goes_through_a_running_server() {
    let ledger = Ledger::new();
    let server = ledger.serve();
    ledger.run_with_input(&["append"], lines(&[opened("acme")]).as_bytes()).ok();
    assert_eq!(server.get("/v1/accounts/acme")["name"], "acme");
    let second = ledger.run(&["serve", "--listen", "127.0.0.1:0"]);
    second.refused(&[&format!("process {}", server.pid()), &server.url]);
    assert_eq!(server.stop(), 0);
    assert!(!ledger.path().join("serve.json").exists());
    ledger.run_with_input(&["append"], lines(&[opened("bolt")]).as_bytes()).ok();
}

#[test]
fn what_a_killed_server_leaves_behind_is_no_hindrance() {
    let ledger = Ledger::new();
    let server = ledger.serve();
    ledger.run_with_input(&["append"], lines(&[opened("acme")]).as_bytes()).ok();
    server.kill();
    assert!(ledger.path().join("serve.json").exists());
    ledger.run_with_input(&["append"], lines(&[opened("bolt")]).as_bytes()).ok();
    let server = ledger.serve();
    assert_eq!(server.list("/v1/accounts").len(), 2);
}

#[test]
fn the_socket_answers_every_line_it_is_sent() {
    let ledger = Ledger::new();
    let server = ledger.serve();
    let whereabouts: Value = serde_json::from_slice(&std::fs::read(ledger.path().join("serve.json")).unwrap()).unwrap();
    let mut socket = UnixStream::connect(whereabouts["socket"].as_str().unwrap()).unwrap();
    let mut answers = BufReader::new(socket.try_clone().unwrap()).lines();
    let mut exchange = |line: &[u8]| -> Value {
        socket.write_all(line).unwrap();
        socket.write_all(b"\n").unwrap();
        serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap()
    };
    assert_eq!(exchange(b"{")["refused"]["code"], "malformed");
    assert_eq!(exchange(b"\xff\xfe")["refused"]["code"], "malformed");
    assert_eq!(exchange(&vec![b'x'; 100 * 1024 * 1024])["refused"]["code"], "line_too_long");
    let batch = json!({"events": [opened("acme"), opened("acme"), opened("bolt")], "strict": true});
    let refused = &exchange(batch.to_string().as_bytes())["refused"];
    assert_eq!((&refused["index"], &refused["code"]), (&json!(1), &json!("account_already_open")));
    let batch = json!({"events": [opened("acme"), opened("bolt")], "strict": true});
    let receipts = exchange(batch.to_string().as_bytes());
    assert_eq!(receipts["receipts"][1]["position"], 2, "{receipts}");
    drop(server);
}

#[test]
fn of_two_who_expect_the_same_revision_one_wins() {
    let ledger = Ledger::new();
    let server = ledger.serve();
    ledger.run_with_input(&["append"], lines(&[opened("acme")]).as_bytes()).ok();
    let renamed = |name: &str| {
        let event = event("account/acme", "account.renamed", &json!({"name": name}));
        lines(&[with(event, json!({"expected_revision": 1}))])
    };
    let contenders: Vec<_> = ["a", "b", "c", "d"].into_iter().map(renamed).collect();
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let running =
            contenders.iter().map(|input| scope.spawn(|| ledger.run_with_input(&["append"], input.as_bytes())));
        running.collect::<Vec<_>>().into_iter().map(|run| run.join().unwrap().code).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    drop(server);
}

#[test]
fn the_demo_answers_its_questions_and_goes_on_where_it_stopped() {
    let ledger = Ledger::new();
    let start =
        |until: &str| support::Server::start(ledger.tenure(&["demo", "--until", until, "--listen", "127.0.0.1:0"]));
    let first = start("2023-07-31");
    let size_of = |server: &support::Server| server.get("/v1/accounts?limit=1")["resolved"]["size"].as_u64().unwrap();
    let size = size_of(&first);
    assert!(size > 3_000, "{size}");
    let greeting = first.rest_of_output();
    let questions: Vec<&str> = greeting.lines().filter(|line| line.contains("curl")).collect();
    assert_eq!(questions.len(), 6, "{greeting}");
    let again = start("2023-07-31");
    assert_eq!(size_of(&again), size, "nothing is added twice");
    for question in questions {
        let path = question.split("127.0.0.1:").nth(1).and_then(|rest| rest.split_once('/')).unwrap().1;
        again.get(&format!("/{}", path.trim_end_matches('\'')));
    }
    assert_eq!(again.stop(), 0);
    // From here on the machine's clock counts, also for what is appended.
    ledger.run_with_input(&["append"], lines(&[opened("acme")]).as_bytes()).ok();
    let longer = start("2023-08-04");
    assert!(size_of(&longer) > size + 100);
    let last = &longer.list("/v1/events?account=acme")[0];
    assert!(last["recorded_at"].as_str().unwrap() > "2025", "{last}");
}

#[test]
fn the_demo_never_mixes_into_a_real_ledger() {
    let ledger = Ledger::new();
    ledger.run_with_input(&["append"], lines(&[opened("acme")]).as_bytes()).ok();
    ledger.run(&["demo", "--listen", "127.0.0.1:0"]).refused(&["holds a real ledger", "--data"]);
}

#[test]
fn contradictions_of_the_relationship_are_refused_when_strict_and_shown_when_not() {
    let ledger = Ledger::new();
    let acme = |kind: &str, payload: Value| event("account/acme", kind, &payload);
    let money = |amount: &str, currency: &str| json!({"amount": amount, "currency": currency});
    let line = json!({"offering": "ghost", "quantity": "1", "unit_price": "5"});
    let order = acme("order.placed", json!({"order": "O-1", "total": money("5", "EUR"), "lines": [line]}));
    let contact = acme("contact.added", json!({"contact": "c1", "name": "Cleo"}));
    let told = lines(&[opened("acme"), order, contact.clone()]);
    ledger.run_with_input(&["append"], told.as_bytes()).ok();
    let returned = acme("order.returned", json!({"order": "O-1", "value": money("1", "USD")}));
    let talk = json!({"channel": "phone", "direction": "mutual", "persons": ["p-07"], "contacts": ["c9"]});
    let cases = [
        (returned, "currency_mismatch"),
        (contact, "contact_contradicted"),
        (acme("interaction.logged", talk), "contact_unknown"),
        (acme("interaction.cancelled", json!({"interaction": "i1"})), "interaction_unknown"),
        (acme("saving.realised", json!({"saving": "s1", "amount": money("1", "EUR")})), "saving_unknown"),
    ];
    for (event, code) in &cases {
        let strict = ledger.run_with_input(&["append"], lines(std::slice::from_ref(event)).as_bytes());
        strict.refused(&["line 1", code]);
        ledger.run_with_input(&["append", "--lenient"], lines(std::slice::from_ref(event)).as_bytes()).ok();
    }
    let server = ledger.serve();
    let findings = server.list("/v1/accounts/acme/findings");
    let codes: Vec<_> = findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    // An offering that no catalogue lists was taken, and shows all the same.
    let mut expected: Vec<_> = cases.iter().map(|(_, code)| *code).chain(["offering_unknown"]).collect();
    expected.sort_unstable();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{codes:?}");
}

#[test]
fn the_tables_of_a_crm_are_imported_without_a_contradiction() {
    let ledger = Ledger::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/crm");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<String> = files.map(|path| path.to_string_lossy().into_owned()).collect();
    let import = ["import", "--mapping", "crm"].into_iter().chain(files.iter().map(String::as_str)).collect::<Vec<_>>();
    let first = ledger.run(&import).ok();
    assert!(first.out.contains("all events                         113           0"), "{first:?}");
    let second = ledger.run(&import).ok();
    assert!(second.out.contains("all events                           0         113"), "{second:?}");
    let server = ledger.serve();
    for account in ["halden", "halden-mill", "brightwell", "brightwell-2"] {
        assert_eq!(server.list(&format!("/v1/accounts/{account}/findings")), Vec::<Value>::new(), "{account}");
    }
    assert_eq!(server.get("/v1/accounts/halden")["name"], "Halden Paper & Board");
}
