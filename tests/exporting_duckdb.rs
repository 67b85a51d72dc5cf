//! The export in DuckDB: every file opens as it is, and the queries of docs/export.md find what the document shows.
//!
//! `TENURE_DUCKDB_PYTHON` names a Python that has DuckDB; `.ci/run` makes one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Ledger, Server};

const DOCUMENT: &str = include_str!("../docs/export.md");

fn python() -> String {
    std::env::var("TENURE_DUCKDB_PYTHON").expect("TENURE_DUCKDB_PYTHON names a Python that has DuckDB")
}

/// What DuckDB finds, as an aligned table with a header.
fn query(place: &Path, sql: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/query.py");
    let mut command = Command::new(python());
    command.arg(script).current_dir(place).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{sql}");
    String::from_utf8(output.stdout).unwrap()
}

/// The one value that a query finds.
fn value(place: &Path, sql: &str) -> String {
    let found = query(place, sql);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), 2, "{sql}\n{found}");
    lines[1].to_owned()
}

fn of<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// A table's files have the declared types and as many rows as the manifest says, and hold the same.
fn check_table(place: &Path, table: &Value) {
    let name = of(table, "name");
    let columns = table["columns"].as_array().unwrap();
    let types: Vec<String> = columns.iter().map(|one| format!("{} {}", of(one, "name"), of(one, "type"))).collect();
    let described = format!(
        "SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE FROM 'tables/{name}.parquet')"
    );
    assert_eq!(value(place, &described), types.join(", "), "{name}");
    for end in ["parquet", "csv"] {
        let rows = value(place, &format!("SELECT count(*) FROM 'tables/{name}.{end}'"));
        assert_eq!(rows, table["rows"].to_string(), "{name}.{end}");
    }
    let types: Vec<String> =
        columns.iter().map(|one| format!("'{}': '{}'", of(one, "name"), of(one, "type"))).collect();
    let csv = format!("read_csv('tables/{name}.csv', header = true, types = {{{}}})", types.join(", "));
    let parquet = format!("'tables/{name}.parquet'");
    for (one, other) in [(&csv, &parquet), (&parquet, &csv)] {
        let differ = format!("SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})");
        assert_eq!(value(place, &differ), "0", "rows of {one} are not in {other}");
    }
}

/// Figures that the API says itself.
fn check_totals(place: &Path, server: &Server) {
    let orders = server.list("/v1/orders?as_of=2026-06-30&currency=USD&status=fulfilled");
    // In ten-thousandths, as precise as the demo is.
    let amount = |order: &Value| -> i128 {
        let (whole, behind) = order["total"]["amount"].as_str().unwrap().split_once('.').unwrap();
        format!("{whole}{behind:0<4}").parse().unwrap()
    };
    let total: i128 = orders.iter().map(amount).sum();
    let fulfilled = "currency = 'USD' AND status = 'fulfilled'";
    let sql = format!("SELECT (sum(amount) * 10000)::HUGEINT FROM 'tables/orders.parquet' WHERE {fulfilled}");
    assert_eq!(value(place, &sql), total.to_string());
    let owners = server.get("/v1/accounts/acct-norden-dairy/owners?as_of=2026-06-30");
    let owners = owners["owners"].as_array().unwrap().iter().filter(|owner| owner["role"] == "primary");
    let sql = "SELECT string_agg(person) FROM 'tables/ownership_intervals.parquet' \
               WHERE account = 'acct-norden-dairy' AND role = 'primary' AND to_at IS NULL";
    assert_eq!(value(place, sql), owners.map(|owner| of(owner, "person")).collect::<Vec<_>>().join(","));
    let health = server.get("/v1/accounts/acct-norden-dairy/health?as_of=2026-06-30");
    let sql = "SELECT (overall * 1000)::BIGINT FROM 'tables/health_by_day.parquet' WHERE account = 'acct-norden-dairy'";
    assert_eq!(value(place, sql), health["overall"].to_string());
}

/// The queries of the document, each with what it finds there.
fn shown() -> Vec<(&'static str, &'static str)> {
    let fenced = |text: &'static str, sort: &str| {
        let (_, rest) = text.split_once(&format!("```{sort}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let blocks = DOCUMENT.split("```sql\n").skip(1);
    blocks.map(|block| (block.split_once("```").unwrap().0, fenced(block, "text"))).collect()
}

#[test]
#[ignore = "needs DuckDB from PyPI"]
fn the_export_of_the_demo_opens_in_duckdb_and_answers_what_the_document_shows() {
    // Without one there is nothing to wait for.
    assert_eq!(value(Path::new("."), "SELECT 1"), "1", "{}", python());
    let ledger = Ledger::new();
    let server = Server::start(ledger.tenure(&["demo", "--listen", "127.0.0.1:0"]));
    let place = ledger.path().parent().unwrap();
    let command = DOCUMENT.lines().find_map(|line| line.strip_prefix("tenure ")).unwrap();
    let mut words: Vec<&str> = command.split(' ').collect();
    let out = place.join("tables");
    assert_eq!(words[..2], ["export", "tables"]);
    words[1] = out.to_str().unwrap();
    ledger.run(&words).ok();
    let manifest: Value = serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    for table in manifest["tables"].as_array().unwrap() {
        check_table(place, table);
    }
    check_totals(place, &server);
    let shown = shown();
    assert!(shown.len() >= 5, "{}", shown.len());
    for (sql, told) in shown {
        assert_eq!(query(place, sql), told, "{sql}");
    }
}
