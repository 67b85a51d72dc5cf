//! `tenure health`: how an account is doing, dimension by dimension, laid out for a terminal.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::reader::Reader;
use super::{Ending, table, terminal};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// The moment: a date such as 2026-03-01, or an instant such as 2026-03-01T09:30:00Z; now when absent.
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
    /// What was known at this moment counts; all that is known now when absent.
    #[arg(long, value_name = "MOMENT")]
    known_at: Option<String>,
    /// The version of the model, such as health/1; the one in force at the moment when absent.
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// The IANA time zone in which dates are days; UTC when absent.
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Laid out on a page.
    Table,
    /// Indented JSON.
    Json,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let answer = reader.get(&args.target(), "application/json");
    reader.close();
    let health: Value = serde_json::from_slice(&answer?.body).context("the answer is no JSON")?;
    let text = match args.format {
        Format::Table => lay_out(&health),
        Format::Json => serde_json::to_string_pretty(&health)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}

impl Args {
    fn target(&self) -> String {
        let given = [("as_of", &self.as_of), ("known_at", &self.known_at), ("model", &self.model), ("tz", &self.tz)];
        let given = given.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", escape(value.as_ref()?))));
        let query: Vec<String> = given.collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/v1/accounts/{}/health{mark}{}", escape(&self.account), query.join("&"))
    }
}

/// Lays out an account's health as the read API answers it.
fn lay_out(health: &Value) -> String {
    let rows = items(health, "/dimensions").map(row);
    let mut table = table::new();
    table.set_header(["dimension", "weight", "score", "part", "rests on", "moved most by events"]);
    table.add_rows(rows);
    format!("{}\n\n{}", headline(health), table::text_of(table))
}

fn headline(health: &Value) -> String {
    let capped: Vec<&str> = items(health, "/capped_by").filter_map(Value::as_str).collect();
    let capped = if capped.is_empty() { String::new() } else { format!(", held down by {}", capped.join(" and ")) };
    let score = points(health, "/overall").unwrap_or_else(|| "no score".to_owned());
    let (account, model) = (text(health, "/account"), text(health, "/model"));
    let band = text(health, "/band").replace('_', " ");
    let share = points(health, "/evidence_share").unwrap_or_default();
    let (as_of, size) = (text(health, "/resolved/as_of"), text(health, "/resolved/size"));
    format!(
        "{account}: {score}, {band}{capped}\nby {model}, with {share} % of the weights present\nas of {as_of}, from a \
         ledger of {size} events"
    )
}

fn row(dimension: &Value) -> Vec<String> {
    let missing = format!("missing: {}", text(dimension, "/missing").replace('_', " "));
    let moved: Vec<_> = items(dimension, "/moved_by").take(3).map(moved).collect();
    vec![
        text(dimension, "/dimension"),
        text(dimension, "/weight"),
        points(dimension, "/score").unwrap_or(missing),
        points(dimension, "/contribution").unwrap_or_default(),
        text(dimension, "/evidence"),
        moved.join(", "),
    ]
}

/// An event with what it did; one without which there would be no score is named alone.
fn moved(moved: &Value) -> String {
    let event = text(moved, "/event");
    match moved.pointer("/effect").and_then(Value::as_i64) {
        Some(effect) => format!("{event} ({}{})", if effect < 0 { "-" } else { "+" }, of_milli(effect.unsigned_abs())),
        None => event,
    }
}

fn items<'a>(value: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(list).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, field: &str) -> String {
    match value.pointer(field) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

/// Milli-points as points.
fn points(value: &Value, field: &str) -> Option<String> {
    value.pointer(field).and_then(Value::as_u64).map(of_milli)
}

fn of_milli(milli: u64) -> String {
    format!("{}.{:03}", milli / 1_000, milli % 1_000)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_there_is_and_what_is_missing_has_a_line_each() {
        let health = json!({
            "account": "acme", "model": "health/1", "overall": 65_169, "band": "yellow", "capped_by": ["service"],
            "evidence_share": 85_000, "resolved": {"as_of": "2026-03-01", "size": 9},
            "dimensions": [
                {"dimension": "engagement", "weight": 20, "score": 75_762, "contribution": 15_153, "evidence": 5,
                    "moved_by": [{"event": 4, "effect": 3_021}, {"event": 2, "effect": -7}, {"event": 1}]},
                {"dimension": "sentiment", "weight": 15, "missing": "no_answer", "evidence": 0},
            ],
        });
        let page = lay_out(&health);
        for line in [
            "acme: 65.169, yellow, held down by service",
            "by health/1, with 85.000 % of the weights present",
            "as of 2026-03-01, from a ledger of 9 events",
            "engagement  20      75.762              15.153  5         4 (+3.021), 2 (-0.007), 1",
            "sentiment   15      missing: no answer          0",
        ] {
            assert!(page.lines().any(|found| found == line), "no \"{line}\" in\n{page}");
        }
    }

    #[test]
    fn the_question_is_escaped() {
        let args = Args {
            account: "a/b c".to_owned(),
            as_of: Some("2026-03-01".to_owned()),
            known_at: None,
            model: Some("health/2".to_owned()),
            tz: None,
            format: Format::Table,
        };
        assert_eq!(args.target(), "/v1/accounts/a%2Fb%20c/health?as_of=2026-03-01&model=health%2F2");
    }
}
