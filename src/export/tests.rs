//! What the declarations of the tables must be, and what becomes of an export that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::date;
use serde_json::{Value, json};
use tenure_replay::{AsOf, Clock};
use tenure_schemas::Zone;

use super::tables::{FIRST, OTHERS, Table};
use super::{Answer, Days, Format, Pinned, Source, Wanted, export};

fn tables() -> impl Iterator<Item = &'static Table> {
    const ALONE: &[Table] = &[FIRST];
    ALONE.iter().chain(OTHERS)
}

/// What a pointer leads to in a description, whichever of several shapes has it.
fn described<'a>(all: &'a Value, schema: &'a Value, pointer: &str) -> Option<&'a Value> {
    if let Some(named) = schema["$ref"].as_str() {
        return described(all, all.pointer(named.strip_prefix('#')?)?, pointer);
    }
    let Some(rest) = pointer.strip_prefix('/') else { return Some(schema) };
    let (field, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let own =
        schema["properties"].get(field).or_else(|| schema.get("additionalProperties").filter(|of| of.is_object()));
    let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|of| schema[of].as_array()).flatten();
    own.and_then(|own| described(all, own, rest))
        .or_else(|| parts.into_iter().find_map(|part| described(all, part, pointer)))
}

#[test]
fn every_column_stands_in_the_answer_to_its_question() {
    let all = serde_json::to_value(crate::http::openapi()).unwrap();
    for table in tables() {
        let path = table.path.replace('~', "~0").replace('/', "~1");
        let answer = format!("/paths/{path}/get/responses/200/content/application~1json/schema");
        let answer = all.pointer(&answer).unwrap_or_else(|| panic!("no {}", table.path));
        let lists = table.lists.iter().map(|list| {
            let list = described(&all, answer, list).unwrap_or_else(|| panic!("{}: no {list}", table.name));
            &list["items"]
        });
        let lists: Vec<&Value> = lists.collect();
        for column in table.columns {
            let (place, found) = match column.place() {
                (place, true) => (place, lists.iter().any(|item| described(&all, item, place).is_some())),
                (place, false) => (place, described(&all, answer, place).is_some()),
            };
            assert!(found, "{}.{}: {place} is in no answer to {}", table.name, column.name, table.path);
        }
    }
}

/// Words that SQL keeps for itself, of those that the ledger uses.
const RESERVED: [&str; 9] = ["order", "from", "to", "group", "all", "end", "user", "table", "column"];

#[test]
fn names_are_plain_and_each_says_what_it_means() {
    let mut names = BTreeSet::new();
    for table in tables() {
        assert!(names.insert(table.name), "{}", table.name);
        assert!(table.meaning.ends_with('.'), "{}", table.name);
        let mut columns = BTreeSet::new();
        for column in table.columns {
            let name = format!("{}.{}", table.name, column.name);
            assert!(columns.insert(column.name), "{name} is there twice");
            assert!(!RESERVED.contains(&column.name), "{name} is a word of SQL");
            assert!(column.name.chars().all(|one| one.is_ascii_lowercase() || one == '_'), "{name}");
            assert!(column.meaning.ends_with('.'), "{name}");
        }
    }
}

/// The tables as docs/export.md lists them.
fn listed() -> String {
    let mut text = String::new();
    for table in tables() {
        let query =
            table.query.iter().filter(|(name, _)| *name != "limit").map(|(name, value)| format!("{name}={value}"));
        let query = query.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        let _infallible = write!(
            text,
            "\n### `{}`\n\n{} From `{}{mark}{query}`.\n\n| column | type | |\n|---|---|---|\n",
            table.name, table.meaning, table.path
        );
        for column in table.columns {
            let _infallible = writeln!(text, "| `{}` | {} | {} |", column.name, column.kind.sql(), column.meaning);
        }
    }
    text
}

/// Run with `TENURE_UPDATE_SCHEMAS=1` to write the list anew after a change that is wanted.
#[test]
fn the_document_lists_every_table_and_column() {
    const BEGIN: &str = "<!-- The list of tables is made from their declarations. -->\n";
    const END: &str = "\n<!-- The end of the list of tables. -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/export.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(BEGIN).expect("a list begins");
    let (there, after) = rest.split_once(END).expect("the list ends");
    let listed = listed();
    if std::env::var_os("TENURE_UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{listed}{END}{after}")).unwrap();
        return;
    }
    assert!(there == listed, "{}: run the test with TENURE_UPDATE_SCHEMAS=1", path.display());
}

/// Answers that are there from the start, by the path that is asked for.
struct Told(BTreeMap<&'static str, Value>);

impl Source for Told {
    fn ask(&self, question: &str) -> Result<Answer, Box<dyn Error + Send + Sync>> {
        let path = question.split('?').next().unwrap();
        let body = self.0.get(path).cloned().ok_or_else(|| format!("nobody answers {path}"))?;
        Ok(Answer { body, next: None, root: String::new() })
    }
}

fn two_accounts() -> Told {
    let interaction = |account: &str, event: u64| json!({"account": account, "event": event});
    let none = json!({"items": []});
    Told(BTreeMap::from([
        ("/v1/accounts", json!({"items": [{"account": "a"}, {"account": "b"}]})),
        ("/v1/accounts/a", json!({"first_event_at": "2024-01-01T00:00:00Z"})),
        ("/v1/accounts/b", json!({"first_event_at": "2024-03-01T00:00:00Z"})),
        ("/v1/accounts/a/ownership", json!({"account": "a", "lanes": [], "inherited": [], "gaps": []})),
        ("/v1/accounts/b/ownership", json!({"account": "b", "lanes": [], "inherited": [], "gaps": []})),
        // b is merged into a, and listed with it.
        ("/v1/accounts/a/interactions", json!({"items": [interaction("a", 1), interaction("b", 2)]})),
        ("/v1/accounts/b/interactions", json!({"items": [interaction("b", 2)]})),
        ("/v1/accounts/a/plans", none.clone()),
        ("/v1/accounts/b/plans", none.clone()),
        ("/v1/orders", json!({"items": [{"total": {"amount": "1.5"}}, {"total": {"amount": "2"}}]})),
        ("/v1/contracts", none.clone()),
        ("/v1/issues", none.clone()),
        ("/v1/handovers", none.clone()),
        (
            "/v1/accounts/a/health/history",
            json!({"items": [{"date": "2024-02-01", "model": "health/1"}, {"date": "2024-02-02", "model": "health/2"},
                             {"date": "2024-02-03", "model": "health/3"}]}),
        ),
        (
            "/v1/events",
            json!({"items": [{"position": 0, "payload": {"origin": "tenure/x"}},
                                        {"position": 9, "payload": {"origin": "tenure/later"}}]}),
        ),
    ]))
}

fn wanted(formats: &[Format]) -> Wanted {
    let zone = Zone::utc();
    let as_of = AsOf::parse("2024-06-30", &zone).unwrap();
    let pinned = Pinned { as_of, zone, size: 9, root: "r".to_owned(), clock: Clock::Ledger, learned_by: None };
    let days = Days { from: date(2024, 1, 1), to: date(2024, 2, 2) };
    Wanted { pinned, days, formats: formats.to_vec() }
}

#[test]
fn each_row_is_there_once_and_days_end_where_they_are_to() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let mut said = Vec::new();
    let manifest =
        export(&two_accounts(), &wanted(&[Format::Csv]), &out, &mut |table, rows| said.push((table, rows))).unwrap();
    let rows: BTreeMap<_, _> = manifest.tables.iter().map(|table| (table.name, table.rows)).collect();
    assert_eq!((rows["accounts"], rows["interactions"], rows["orders"], rows["health_by_day"]), (2, 2, 2, 2));
    assert_eq!(manifest.health_models, ["health/1", "health/2"]);
    assert_eq!(manifest.ledger.as_deref(), Some("tenure/x"), "the later one lies beyond the size");
    assert!(said.contains(&("interactions", 2)), "{said:?}");
    let orders = std::fs::read_to_string(out.join("orders.csv")).unwrap();
    assert_eq!(orders.split("\r\n").nth(1), Some(",,,,,1.5,,,,,,,,,[],"));
}

#[test]
fn what_fails_is_named_and_leaves_nothing() {
    for (path, answer, says) in [
        ("/v1/orders", None, "could not ask /v1/orders?as_of=2024-06-30&tz=UTC&size=9&limit=1000: nobody answers"),
        (
            "/v1/orders",
            Some(json!({"items": [{}, {"total": {"amount": "0.00000000001"}}]})),
            "table orders, row 2, column amount: \"0.00000000001\" has more than 10 digits behind the point",
        ),
        ("/v1/issues", Some(json!({})), "table issues: the answer to /v1/issues?"),
        ("/v1/accounts/a", Some(json!({})), "the answer to /v1/accounts/a?"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut told = two_accounts();
        told.0.remove(path);
        told.0.extend(answer.map(|answer| (path, answer)));
        let failed = export(&told, &wanted(Format::ALL), &dir.path().join("out"), &mut |_, _| ()).unwrap_err();
        let said = crate::chain(&failed);
        assert!(said.starts_with(says), "{said}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{says}");
    }
}
