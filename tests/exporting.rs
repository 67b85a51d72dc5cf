//! The export from outside: tables that say what the API says, in two formats that say the same, whole or not at all.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Ended, Ledger, Server};

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

fn money(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

/// Acme, whose owner left it for a while; Beta, merged into it; Cora below it, owned from above.
fn a_firm() -> Ledger {
    let ledger = Ledger::new();
    let people = ["ana", "ben"];
    let people = people.map(|id| event(&format!("person/{id}"), "person.joined", "2020-01-01", &json!({"name": id})));
    append(&ledger, &people);
    for account in ["acme", "beta", "cora"] {
        let opened = json!({"name": account.to_uppercase()});
        append(&ledger, &[event(&format!("account/{account}"), "account.opened", "2024-01-01", &opened)]);
    }
    append(
        &ledger,
        &[
            event(
                "account/acme",
                "ownership.assigned",
                "2024-01-01",
                &json!({"person": "ana", "role": "primary", "inherit": true}),
            ),
            event("account/acme", "ownership.ended", "2024-02-01", &json!({"person": "ana", "role": "primary"})),
            event(
                "account/acme",
                "ownership.assigned",
                "2024-02-11T08:00:00.000001Z",
                &json!({"person": "ben", "role": "primary", "inherit": true}),
            ),
            event("account/beta", "ownership.assigned", "2024-01-01", &json!({"person": "ben", "role": "primary"})),
            event("account/cora", "account.parent_set", "2024-01-02", &json!({"parent": "acme"})),
        ],
    );
    append(&ledger, &what_was_done());
    append(&ledger, &[event("account/beta", "account.merged", "2024-05-01", &json!({"into": "acme"}))]);
    ledger
}

fn what_was_done() -> Vec<Value> {
    let call = json!({"channel": "video", "direction": "mutual", "persons": ["ana", "ben"], "sentiment": -1,
                      "duration_s": 60, "subject": "Film, \"thin\"\nand =torn; naïve"});
    let order = |id: &str, total: Value| json!({"order": id, "total": total, "sold_by": "ana", "channel": "portal"});
    vec![
        event("account/acme", "interaction.logged", "2024-03-01T09:30:00.25Z", &call),
        event(
            "account/acme",
            "interaction.logged",
            "2024-03-02",
            &json!({"channel": "email", "direction": "inbound", "persons": ["ana"]}),
        ),
        event("account/beta", "interaction.logged", "2024-03-03", &call),
        event("account/acme", "order.placed", "2024-03-01", &order("1", money("298440.49995", "EUR"))),
        event(
            "account/acme",
            "order.placed",
            "2024-03-02T10:00:00Z",
            &order("2", money("9999999999999999999999999999", "USD")),
        ),
        event("account/beta", "order.placed", "2024-03-03", &order("1", money("0.10", "EUR"))),
        event("account/acme", "order.fulfilled", "2024-03-09", &json!({"order": "1", "on_time": false})),
        event("account/acme", "order.returned", "2024-03-10", &json!({"order": "1", "value": money("960.33", "EUR")})),
        event(
            "account/acme",
            "contract.signed",
            "2024-01-05",
            &json!({"contract": "c1", "value": money("216000.00", "EUR"), "from": "2024-02-01", "to": "2025-02-01", "auto_renew": true, "notice_days": 90}),
        ),
        event(
            "account/acme",
            "issue.raised",
            "2024-03-04T08:00:00Z",
            &json!({"issue": "i1", "subject": "Film breaks", "severity": "high"}),
        ),
        event(
            "account/acme",
            "plan.adopted",
            "2024-01-10",
            &json!({"plan": "p1", "title": "Acme 2024", "kind": "key_account", "from": "2024-01-01", "to": "2025-01-01", "objectives": [{"objective": "o1", "text": "Grow", "weight": 1}]}),
        ),
        event(
            "account/acme",
            "handover.started",
            "2024-04-02",
            &json!({"handover": "h1", "from": "ben", "role": "primary", "scope": "global", "to": "ana", "class": "planned"}),
        ),
    ]
}

/// Exports what was so by the end of June, with three days of health.
fn run(ledger: &Ledger, out: &Path, more: &[&str]) -> Ended {
    let days = ["--as-of", "2024-06-30", "--from", "2024-03-01", "--to", "2024-03-03"];
    ledger.run(&[&["export", out.to_str().unwrap()][..], &days, more].concat())
}

fn beside(ledger: &Ledger, name: &str) -> PathBuf {
    ledger.path().with_file_name(name)
}

fn manifest(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap()
}

fn list<'a>(value: &'a Value, field: &str) -> &'a Vec<Value> {
    value[field].as_array().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn of_table<'a>(manifest: &'a Value, name: &str) -> &'a Value {
    list(manifest, "tables").iter().find(|table| table["name"] == name).unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The files of an export with their bytes.
fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    names(out).into_iter().map(|name| (name.clone(), fs::read(out.join(name)).unwrap())).collect()
}

/// The cells of a row by column.
type Row = BTreeMap<String, String>;

/// The rows of a CSV file.
fn csv_of(out: &Path, table: &str) -> Vec<Row> {
    support::csv_rows(out.join(format!("{table}.csv")).to_str().unwrap())
}

/// A column's type as the manifest calls it.
#[expect(clippy::wildcard_enum_match_arm, reason = "a type that no table has must fail")]
fn sql(of: &DataType) -> String {
    match of {
        DataType::Utf8 => "VARCHAR".to_owned(),
        DataType::List(item) => format!("{}[]", sql(item.data_type())),
        DataType::Int64 => "BIGINT".to_owned(),
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Date32 => "DATE".to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => {
            "TIMESTAMP WITH TIME ZONE".to_owned()
        }
        DataType::Decimal128(digits, scale) => format!("DECIMAL({digits},{scale})"),
        other => panic!("{other} is no type of a table"),
    }
}

/// A value of a Parquet column as CSV writes it, decimals with all their digits.
#[expect(clippy::wildcard_enum_match_arm, reason = "a type that no table has must fail")]
fn text(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            json!(items.as_string::<i32>().iter().map(Option::unwrap).collect::<Vec<_>>()).to_string()
        }
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => (date(1970, 1, 1) + array.as_primitive::<Date32Type>().value(row).days()).to_string(),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Timestamp(..) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            Timestamp::from_microsecond(micros).unwrap().to_string()
        }
        other => panic!("{other} is no type of a table"),
    }
}

/// The rows of a Parquet file, by column, and the types of the columns.
fn parquet_of(out: &Path, table: &str) -> (Vec<Row>, Vec<(String, String)>) {
    let file = File::open(out.join(format!("{table}.parquet"))).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(builder.metadata().file_metadata().created_by(), Some("tenure"));
    let types = builder.schema().fields().iter().map(|field| (field.name().clone(), sql(field.data_type()))).collect();
    let mut rows = Vec::new();
    for batch in builder.build().unwrap() {
        let batch = batch.unwrap();
        let names = batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
        rows.extend(
            (0..batch.num_rows())
                .map(|row| names.iter().cloned().zip(batch.columns().iter().map(|column| text(column, row))).collect()),
        );
    }
    (rows, types)
}

/// A number without the zeros at its end.
fn plain(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// Compares the formats of a table value by value, and with what the manifest says of it.
fn check_formats(out: &Path, table: &Value) {
    let name = table["name"].as_str().unwrap();
    let declared: Vec<(String, String)> = list(table, "columns")
        .iter()
        .map(|column| (column["name"].as_str().unwrap().to_owned(), column["type"].as_str().unwrap().to_owned()))
        .collect();
    let (rows, types) = parquet_of(out, name);
    assert_eq!(types, declared, "{name}");
    assert_eq!(rows.len() as u64, table["rows"].as_u64().unwrap(), "{name}");
    let lines = csv_of(out, name);
    assert_eq!(rows.len(), lines.len(), "{name}");
    for (at, (row, line)) in rows.iter().zip(&lines).enumerate() {
        for (column, kind) in &declared {
            let (value, cell) = (&row[column], &line[column]);
            let same = if kind.starts_with("DECIMAL") { plain(value) == plain(cell) } else { value == cell };
            assert!(same, "{name}, row {at}, {column}: {value:?} in Parquet, {cell:?} in CSV");
        }
    }
}

fn check_files(out: &Path, manifest: &Value) {
    let mut named = vec!["manifest.json".to_owned()];
    for file in list(manifest, "tables").iter().flat_map(|table| list(table, "files")) {
        let name = file["name"].as_str().unwrap();
        let bytes = fs::read(out.join(name)).unwrap();
        assert_eq!(file["bytes"], bytes.len(), "{name}");
        assert_eq!(file["sha256"], format!("{:x}", Sha256::digest(&bytes)), "{name}");
        named.push(name.to_owned());
    }
    named.sort();
    assert_eq!(names(out), named, "nothing else is there");
}

/// How many rows the API has for a table's question.
fn asked_again(server: &Server, table: &Value) -> usize {
    let question = table["question"].as_str().unwrap();
    let (path, query) = question.split_once('?').unwrap();
    let query: Vec<&str> = query.split('&').filter(|part| !part.starts_with("limit=")).collect();
    let query = query.join("&");
    if !path.contains("{account}") {
        return server.list(&format!("{path}?{query}")).len();
    }
    let each = ["acme", "beta", "cora"].map(|account| {
        let asked = format!("{}?{query}", path.replace("{account}", account));
        match table["name"].as_str().unwrap() {
            "ownership_intervals" => {
                let answer = server.get(&asked);
                list(&answer, "lanes").len() + list(&answer, "inherited").len()
            }
            "ownership_gaps" => list(&server.get(&asked), "gaps").len(),
            "health_by_day" => {
                server.list(&asked).iter().filter(|point| point["date"].as_str() <= Some("2024-03-03")).count()
            }
            _ => server.list(&asked).iter().filter(|item| item["account"] == account).count(),
        }
    });
    each.iter().sum()
}

#[test]
fn an_export_says_what_the_api_says_in_both_formats() {
    let ledger = a_firm();
    let out = beside(&ledger, "tables");
    let said = run(&ledger, &out, &[]).ok().out;
    let manifest = manifest(&out);
    check_files(&out, &manifest);
    let server = ledger.serve();
    let verified = server.get("/v1/accounts/acme?as_of=2024-06-30");
    assert_eq!((&manifest["size"], &manifest["as_of"]), (&verified["resolved"]["size"], &json!("2024-06-30")));
    assert_eq!((&manifest["zone"], &manifest["health_models"]), (&json!("UTC"), &json!(["health/1"])));
    let first = server.get("/v1/events/0");
    assert_eq!(manifest["ledger"], first["payload"]["origin"]);
    let evidence = server.get("/v1/evidence?target=%2Fv1%2Faccounts%3Fas_of%3D2024-06-30");
    assert_eq!(manifest["root"], evidence["root"]);
    for table in list(&manifest, "tables") {
        check_formats(&out, table);
        assert_eq!(table["rows"], asked_again(&server, table), "{}", table["name"]);
        let line = said.lines().find(|line| line.starts_with(table["name"].as_str().unwrap())).unwrap();
        assert!(line.contains(&format!(" {} ", table["rows"])), "{line}");
        assert_ne!(table["rows"], 0, "{}: nothing was tested", table["name"]);
    }
}

#[test]
fn values_stand_where_they_belong() {
    let ledger = a_firm();
    let out = beside(&ledger, "tables");
    run(&ledger, &out, &[]).ok();
    let pick = |table: &str, row: usize, columns: &[&str]| -> Vec<String> {
        let rows = csv_of(&out, table);
        columns.iter().map(|column| rows[row][*column].clone()).collect()
    };
    assert_eq!(pick("accounts", 1, &["account", "status", "merged_into", "owners"]), ["beta", "merged", "acme", "[]"]);
    let held = ["account", "held_at", "held_date", "persons", "contacts", "subject", "sentiment"];
    let subject = "Film, \"thin\"\nand =torn; naïve";
    assert_eq!(
        pick("interactions", 0, &held),
        ["acme", "2024-03-01T09:30:00.25Z", "", "[\"ana\",\"ben\"]", "[]", subject, "-1"]
    );
    assert_eq!(pick("interactions", 2, &held[..3]), ["beta", "2024-03-03T00:00:00Z", "2024-03-03"]);
    let placed = ["account", "order_id", "amount", "currency", "on_time", "returned"];
    assert_eq!(pick("orders", 0, &placed), ["acme", "1", "298440.49995", "EUR", "false", "[\"960.33 EUR\"]"]);
    assert_eq!(pick("orders", 1, &placed)[2..5], ["9999999999999999999999999999", "USD", ""]);
    let lane = ["account", "person", "from_at", "to_date", "inherit", "inherited_from"];
    assert_eq!(
        pick("ownership_intervals", 0, &lane),
        ["acme", "ana", "2024-01-01T00:00:00Z", "2024-02-01", "true", ""]
    );
    assert_eq!(pick("ownership_intervals", 1, &lane)[2], "2024-02-11T08:00:00.000001Z");
    assert_eq!(
        pick("ownership_intervals", 3, &lane),
        ["cora", "ana", "2024-01-02T00:00:00Z", "2024-02-01", "false", "acme"]
    );
    assert_eq!(pick("ownership_gaps", 0, &["account", "role", "from_date"]), ["acme", "primary", "2024-02-01"]);
    let points = ["account", "date", "model", "ownership"];
    assert_eq!(pick("health_by_day", 0, &points)[..3], ["acme", "2024-03-01", "health/1"]);
    assert_eq!(pick("plans", 0, &["plan", "elapsed", "is_current"]), ["p1", "49.454", "true"]);
    assert_eq!(pick("handovers", 0, &["handover", "from_person", "to_person"]), ["h1", "ben", "ana"]);
    let bytes = fs::read(out.join("orders.csv")).unwrap();
    let lines = String::from_utf8(bytes).unwrap();
    assert!(lines.starts_with("account,order_id,") && lines.ends_with("\r\n"), "{lines}");
}

#[test]
fn the_same_ledger_size_and_moment_give_the_same_bytes() {
    let ledger = a_firm();
    let outs = ["one", "two", "three", "later"].map(|name| beside(&ledger, name));
    run(&ledger, &outs[0], &[]).ok();
    let first = files(&outs[0]);
    run(&ledger, &outs[1], &[]).ok();
    assert!(files(&outs[1]) == first, "a second export differs");
    let server = ledger.serve();
    run(&ledger, &outs[2], &[]).ok();
    assert!(files(&outs[2]) == first, "through a server it differs");
    let size = manifest(&outs[0])["size"].to_string();
    append(&ledger, &[event("account/dora", "account.opened", "2024-01-01", &json!({"name": "Dora"}))]);
    run(&ledger, &outs[3], &["--size", &size]).ok();
    assert!(files(&outs[3]) == first, "at its size the ledger says the same for ever");
    drop(server);
    let grown = beside(&ledger, "grown");
    run(&ledger, &grown, &[]).ok();
    assert!(files(&grown)["accounts.parquet"] != first["accounts.parquet"], "Dora is missing");
}

#[test]
fn an_export_by_the_clock_of_the_sources_says_so() {
    let ledger = a_firm();
    let outs = ["all", "named", "plain"].map(|name| beside(&ledger, name));
    run(&ledger, &outs[0], &["--clock", "source"]).ok();
    run(&ledger, &outs[1], &["--clock", "source", "--known-at", "9000-01-01"]).ok();
    run(&ledger, &outs[2], &["--format", "csv"]).ok();
    let said = outs.clone().map(|out| {
        let manifest = manifest(&out);
        let question = of_table(&manifest, "orders")["question"].as_str().unwrap().to_owned();
        (manifest["clock"].clone(), manifest["learned_by"].clone(), question.contains("&clock=source"))
    });
    let until = json!("9000-01-01T23:59:59.999999Z");
    let expected = [("source", Value::Null, true), ("source", until, true), ("ledger", Value::Null, false)];
    assert_eq!(said, expected.map(|(clock, until, is_asked)| (json!(clock), until, is_asked)));
    // None of these events says when its source learned of it, so all of them are known either way.
    assert!(files(&outs[0])["orders.csv"] == files(&outs[2])["orders.csv"]);
}

#[test]
fn nothing_is_written_over_and_nothing_is_left_of_what_fails() {
    let ledger = a_firm();
    let place = ledger.path().parent().unwrap().to_owned();
    let taken = place.join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("mine"), "mine").unwrap();
    run(&ledger, &taken, &[])
        .refused(&["taken is there already: name a directory that is not there yet, or an empty one"]);
    run(&ledger, &taken.join("mine"), &[]).refused(&["mine is there already"]);
    run(&ledger, &place.join("no/where"), &[]).refused(&["there is no directory", "/no to put the export in"]);
    let out = place.join("out");
    run(&ledger, &out, &["--size", "99999"]).refused(&["size: 99999 lies beyond the ledger"]);
    let days = |from: &str, to: &str| {
        ledger.run(&["export", out.to_str().unwrap(), "--as-of", "2024-06-30", "--from", from, "--to", to])
    };
    days("2024-03-02", "2024-03-01").refused(&["2024-03-02 lies after 2024-03-01: give days in their order"]);
    days("2024-03-02", "2024-07-01").refused(&["2024-07-01 lies after 2024-06-30"]);
    assert_eq!(days("soon", "2024-07-01").code, 2);
    let tiny = json!({"order": "9", "total": money("0.000000000001", "EUR")});
    append(&ledger, &[event("account/acme", "order.placed", "2024-03-01", &tiny)]);
    run(&ledger, &out, &[])
        .refused(&["table orders, row 3, column amount: \"0.000000000001\" has more than 10 digits"]);
    assert_eq!(names(&place), ["ledger", "taken"]);
    assert_eq!(names(&taken), ["mine"]);
}

#[test]
fn one_format_alone_and_a_ledger_with_nothing_in_it() {
    let ledger = Ledger::new();
    ledger.run_with_input(&["append"], b"").ok();
    let outs = ["csv", "parquet", "both"].map(|name| beside(&ledger, name));
    run(&ledger, &outs[0], &["--format", "csv"]).ok();
    run(&ledger, &outs[1], &["--format", "parquet"]).ok();
    // An empty directory is as good as none.
    fs::create_dir(&outs[2]).unwrap();
    run(&ledger, &outs[2], &[]).ok();
    let (csv, parquet, both) = (files(&outs[0]), files(&outs[1]), files(&outs[2]));
    let tables = manifest(&outs[2])["tables"].as_array().unwrap().len();
    assert_eq!((csv.len(), parquet.len(), both.len()), (tables + 1, tables + 1, 2 * tables + 1));
    for (name, bytes) in csv.iter().chain(&parquet).filter(|(name, _)| *name != "manifest.json") {
        assert!(both[name] == *bytes, "{name}");
    }
    let manifest = manifest(&outs[2]);
    check_files(&outs[2], &manifest);
    assert_eq!((&manifest["size"], &manifest["health_models"]), (&json!(1), &json!([])));
    for table in list(&manifest, "tables") {
        check_formats(&outs[2], table);
        assert_eq!(table["rows"], 0, "{}", table["name"]);
        let csv = &csv[&format!("{}.csv", table["name"].as_str().unwrap())];
        let header: Vec<_> = list(table, "columns").iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(String::from_utf8(csv.clone()).unwrap(), format!("{}\r\n", header.join(",")));
    }
}
