//! Reading from the command line: the same answers with and without a running server.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use support::Ledger;

fn a_small_ledger() -> Ledger {
    let ledger = Ledger::new();
    let events = concat!(
        r#"{"stream": "account/acme", "kind": "account.opened", "occurred_at": "2024-01-01", "payload": {"name": "Acme"}, "actor": {"kind": "system", "id": "crm"}}"#,
        "\n",
        r#"{"stream": "account/beta", "kind": "account.opened", "occurred_at": "2024-01-02", "payload": {"name": "Beta"}, "actor": {"kind": "system", "id": "crm"}}"#,
        "\n",
    );
    ledger.run_with_input(&["append"], events.as_bytes()).ok();
    ledger
}

#[test]
fn get_answers_the_same_with_and_without_a_server() {
    let ledger = a_small_ledger();
    let questions: [&[&str]; 5] = [
        &["get", "/v1/accounts?as_of=2024-06-01"],
        &["get", "/v1/accounts?as_of=2024-06-01", "--format", "csv"],
        &["get", "/v1/accounts?as_of=2024-06-01", "--format", "ndjson"],
        &["get", "/v1/accounts?as_of=2024-06-01&limit=1", "--format", "csv", "--all"],
        &["get", "/v1/accounts/acme?as_of=2024-06-01"],
    ];
    let alone: Vec<String> = questions.iter().map(|question| ledger.run(question).ok().out).collect();
    let server = ledger.serve();
    for (question, alone) in questions.iter().zip(&alone) {
        assert_eq!(ledger.run(question).ok().out, *alone, "{question:?}");
    }
    drop(server);
    assert!(alone[0].starts_with("account"), "{}", alone[0]);
    assert_eq!(alone[1], alone[3], "all pages together are the whole list, with one header");
    assert_eq!(alone[2].lines().count(), 2);
    assert!(alone[4].contains("\"name\": \"Acme\""), "{}", alone[4]);
}

#[test]
fn show_lays_out_the_same_page_with_and_without_a_server() {
    let ledger = a_small_ledger();
    let (page, json) = (["show", "acme", "--as-of", "2024-06-01"], ["show", "acme", "--format", "json"]);
    let alone = ledger.run(&page).ok().out;
    assert!(alone.starts_with("Acme (acme)\nunassigned, since 2024-01-01\n"), "{alone}");
    assert!(alone.contains("\nWHO ANSWERS\nnobody\n"), "{alone}");
    let document: serde_json::Value = serde_json::from_str(&ledger.run(&json).ok().out).unwrap();
    assert_eq!(document["name"], "Acme");
    let server = ledger.serve();
    assert_eq!(ledger.run(&page).ok().out, alone);
    drop(server);
}

#[test]
fn owners_are_told_as_of_any_moment_and_as_known_then() {
    let ledger = a_small_ledger();
    let owned = concat!(
        r#"{"stream": "account/acme", "kind": "ownership.assigned", "occurred_at": "2024-02-01", "payload": {"person": "ana", "role": "primary"}, "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "reported", "text": "as told"}}"#,
        "\n",
    );
    ledger.run_with_input(&["append", "--lenient"], owned.as_bytes()).ok();
    let questions: [&[&str]; 4] = [
        &["owners", "acme", "--as-of", "2024-03-01", "--tz", "Europe/Rome"],
        &["owners", "acme", "--as-of", "2024-01-31"],
        &["owners", "acme", "--as-of", "2024-03-01", "--size", "3"],
        &["owners", "acme", "--as-of", "2024-03-01", "--format", "json"],
    ];
    let alone: Vec<String> = questions.iter().map(|question| ledger.run(question).ok().out).collect();
    assert!(
        alone[0].starts_with("acme: owned\nas of 2024-03-01 (Europe/Rome), from a ledger of 4 events"),
        "{}",
        alone[0]
    );
    let line = alone[0].lines().last().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(line, "primary global ana 2024-02-01 29 ana");
    assert!(alone[1].starts_with("acme: unassigned\n") && alone[1].ends_with("\nnobody\n"), "{}", alone[1]);
    assert!(alone[2].contains("from a ledger of 3 events") && alone[2].ends_with("\nnobody\n"), "{}", alone[2]);
    let document: serde_json::Value = serde_json::from_str(&alone[3]).unwrap();
    assert_eq!(document["owners"][0]["tenure_days"], 29);
    ledger.run(&["owners", "nobody"]).refused(&["nobody"]);
    ledger.run(&["owners", "acme", "--size", "99"]).refused(&["size", "99"]);
    let server = ledger.serve();
    for (question, alone) in questions.iter().zip(&alone) {
        assert_eq!(ledger.run(question).ok().out, *alone, "{question:?}");
    }
    drop(server);
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let ledger = a_small_ledger();
    let mut child = ledger.tenure(&["get", "/v1/schemas"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_not_there_is_said_and_nothing_is_made() {
    let ledger = a_small_ledger();
    ledger.run(&["get", "/v1/accounts/nobody"]).refused(&["nobody"]);
    ledger.run(&["get", "/v1/accounts?as_of=soon"]).refused(&["as_of", "soon"]);
    ledger.run(&["get", "/v1/accounts/acme", "--format", "csv"]).refused(&["application/json"]);
    ledger.run(&["show", "nobody"]).refused(&["nobody"]);
    ledger.run(&["show", "acme", "--as-of", "soon"]).refused(&["as_of", "soon"]);
    ledger.run(&["show", "acme", "--tz", "Mars"]).refused(&["tz", "Mars"]);
    ledger.run(&["get", "/v1/accounts/acme/timeline?kind=order.plced"]).refused(&["kind", "order.placed"]);
    ledger.run(&["get", "/v1/accounts/acme/timeline?family=oder"]).refused(&["family", "oder"]);
    ledger.run(&["get", "no path"]).refused(&["no path"]);
    let absent = Ledger::new();
    absent.run(&["get", "/v1/accounts"]).refused(&["there is no ledger in", "--data"]);
    assert!(!absent.path().exists(), "asking made a ledger");
}

#[test]
fn evidence_is_written_whole_and_checked_by_itself_and_against_the_ledger() {
    let ledger = a_small_ledger();
    let file = ledger.path().with_extension("json");
    let name = file.to_str().unwrap();
    let question = "/v1/accounts/acme?as_of=2024-06-01";
    let said = ledger.run(&["evidence", question, "--output", name]).ok().out;
    assert!(said.contains("1 events of 1 streams, at size 3"), "{said}");
    ledger.run(&["evidence", question, "--output", name]).refused(&["is there already", "--force"]);
    let server = ledger.serve();
    let alone = std::fs::read(&file).unwrap();
    ledger.run(&["evidence", question, "--output", name, "--force"]).ok();
    assert_eq!(std::fs::read(&file).unwrap(), alone, "the same with and without a server");
    ledger.run(&["evidence", "--check", name]).ok();
    ledger.run(&["evidence", "--check", name, "--ledger"]).ok();
    drop(server);
    let changed = String::from_utf8(alone).unwrap().replacen("\"Acme\"", "\"Acne\"", 1);
    std::fs::write(&file, changed).unwrap();
    let checked = ledger.run(&["evidence", "--check", name]);
    assert!(checked.code == 1 && checked.out.contains("`answer_sha256` is not that of `answer`"), "{checked:?}");
    std::fs::write(&file, "{").unwrap();
    ledger.run(&["evidence", "--check", name]).refused(&["is no evidence file"]);
    ledger.run(&["evidence", question, "--output", "/nowhere/at/all.json"]).refused(&["could not write /nowhere"]);
    assert_eq!(ledger.run(&["evidence", question]).code, 2, "no file is named");
}

#[test]
fn a_model_of_ones_own_is_copied_changed_published_compared_and_put_in_force() {
    let ledger = a_small_ledger();
    let file = ledger.path().with_extension("toml");
    let name = file.to_str().unwrap();
    let spec = ledger.run(&["model", "show", "health", "1"]).ok().out;
    let write = |from: &str, to: &str| {
        assert!(spec.contains(from), "{spec}");
        std::fs::write(&file, spec.replacen(from, to, 1)).unwrap();
    };
    let publish = ["model", "publish", "health", "2", name, "--actor", "person:ana", "--occurred-at", "2024-02-01"];
    for (to, words) in [
        ("half_life_days = \"-1\"", "dimensions.engagement.half_life_days: -1 is out of range"),
        ("half_life_days = 1.5", "half_life_days: 1.5 has a point: write it as the string"),
        ("half_life = \"45\"", "unknown field `half_life`"),
        ("half_life_days = ", "is no TOML"),
    ] {
        write("half_life_days = \"45\"", to);
        ledger.run(&publish).refused(&[words]);
    }
    write("half_life_days = \"45\"", "half_life_days = \"60\"");
    ledger.run(&publish).ok();
    let diff = ledger.run(&["model", "diff", "health", "2"]).ok().out;
    assert!(diff.contains("dimensions.engagement.half_life_days  45      60"), "{diff}");
    let activate = ["model", "activate", "health", "2", "--actor", "person:ana", "--occurred-at"];
    ledger.run(&[&activate[..], &["2024-01-15"]].concat()).refused(&["health/2 was not published by then"]);
    ledger.run(&[&activate[..], &["2024-03-01"]].concat()).ok();
    let in_force = |as_of: &str| {
        let health = ledger.run(&["health", "acme", "--as-of", as_of, "--format", "json"]).ok().out;
        serde_json::from_str::<serde_json::Value>(&health).unwrap()["model"].clone()
    };
    assert_eq!((in_force("2024-02-29"), in_force("2024-03-01")), ("health/1".into(), "health/2".into()));
    assert!(ledger.run(&["model", "list"]).ok().out.contains("health          2         2       2"));
}

#[test]
fn history_is_written_step_by_step_to_a_file_or_to_the_terminal() {
    let ledger = a_small_ledger();
    let replay = ["replay", "--from", "2024-01-01", "--as-of", "2024-01-03", "--step", "day"];
    let told = ledger.run(&replay).ok().out;
    let steps: Vec<String> =
        told.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>().join(" ")).collect();
    let wanted = ["acme 2024-01-01", "acme 2024-01-02", "acme 2024-01-03", "beta 2024-01-02", "beta 2024-01-03"];
    assert_eq!(steps, wanted);
    let file = ledger.path().with_extension("csv");
    ledger.run(&[&replay[..], &["--output", file.to_str().unwrap()]].concat()).ok();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), told);
    let lines = ledger.run(&[&replay[..], &["--format", "ndjson"]].concat()).ok().out;
    assert_eq!(lines.lines().count(), 5);
    ledger.run(&[&replay[..], &["--output", "/nowhere/at/all.csv"]].concat()).refused(&["could not create /nowhere"]);
    assert_eq!(ledger.run(&["replay", "--step", "hour"]).code, 2);
}
