//! `tenure health`: how an account is doing, dimension by dimension, laid out for a terminal.

use std::path::Path;

use serde_json::Value;

use super::answer::{items, of_thousandths, text, thousandths};
use super::moment::Moment;
use super::{Ending, answer, table};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    #[command(flatten)]
    moment: Moment,
    /// The version of the model, such as health/1; the one in force at the moment when absent.
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    answer::show(dir, &args.target(), args.format, lay_out)
}

impl Args {
    fn target(&self) -> String {
        let path = format!("/v1/accounts/{}/health", escape(&self.account));
        self.moment.ask_with(&path, &[("model", self.model.as_deref())])
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
    let score = thousandths(health, "/overall").unwrap_or_else(|| "no score".to_owned());
    let (account, model) = (text(health, "/account"), text(health, "/model"));
    let band = text(health, "/band").replace('_', " ");
    let share = thousandths(health, "/evidence_share").unwrap_or_default();
    let resolved = answer::resolved(health);
    format!("{account}: {score}, {band}{capped}\nby {model}, with {share} % of the weights present\n{resolved}")
}

fn row(dimension: &Value) -> Vec<String> {
    let missing = format!("missing: {}", text(dimension, "/missing").replace('_', " "));
    let moved: Vec<_> = items(dimension, "/moved_by").take(3).map(moved).collect();
    vec![
        text(dimension, "/dimension"),
        text(dimension, "/weight"),
        thousandths(dimension, "/score").unwrap_or(missing),
        thousandths(dimension, "/contribution").unwrap_or_default(),
        text(dimension, "/evidence"),
        moved.join(", "),
    ]
}

/// An event with what it did; one without which there would be no score is named alone.
fn moved(moved: &Value) -> String {
    let event = text(moved, "/event");
    match moved.pointer("/effect").and_then(Value::as_i64) {
        Some(effect) => format!("{event} ({}{})", if effect < 0 { "" } else { "+" }, of_thousandths(effect)),
        None => event,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_there_is_and_what_is_missing_has_a_line_each() {
        let health = json!({
            "account": "acme", "model": "health/1", "overall": 65_169, "band": "yellow", "capped_by": ["service"],
            "evidence_share": 85_000, "resolved": {"as_of": "2026-03-01", "zone": "UTC", "size": 9},
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
            "as of 2026-03-01 (UTC), from a ledger of 9 events",
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
            moment: Moment::default(),
            model: Some("health/2".to_owned()),
            format: answer::Format::Table,
        };
        assert_eq!(args.target(), "/v1/accounts/a%2Fb%20c/health?model=health%2F2");
    }
}
