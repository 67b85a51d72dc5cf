//! `tenure model`: what scores and clocks are computed with, version by version; publishing, testing, putting in force.

mod backtest;
mod compare;

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

use super::answer::{self, items, text};
use super::moment::Moment;
use super::reader::Reader;
use super::record::{self, Saying};
use super::{Ending, table, terminal};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
#[command(after_help = "A model of your own begins with a copy of the one that is built in:
  tenure model show health 1 > mine.toml
  tenure model publish health 2 mine.toml --actor person:p-01
  tenure model diff health 2
  tenure health acme --model health/2          # before it is in force
  tenure model compare health 1 --with 2       # on every account, week by week
  tenure model backtest health 1 --against 2   # did it warn of the accounts that were lost?
  tenure model activate health 2 --occurred-at 2026-07-01 --actor person:p-01")]
pub(super) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// List the models, with the version in force.
    List {
        #[command(flatten)]
        moment: Moment,
    },
    /// Print the spec of a version: the numbers and words, as TOML that `publish` takes.
    Show {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        moment: Moment,
        /// As TOML, or as JSON with who published it and when it was in force.
        #[arg(long, value_enum, default_value_t = Format::Toml)]
        format: Format,
    },
    /// Show what a version has otherwise than another one.
    Diff {
        #[command(flatten)]
        which: Which,
        /// The version to compare with; the one before when absent.
        #[arg(long, value_name = "VERSION")]
        from: Option<u32>,
        #[command(flatten)]
        moment: Moment,
        /// For people, or for machines.
        #[arg(long, value_enum, default_value_t = answer::Format::Table)]
        format: answer::Format,
    },
    /// Walk history, and show where another version would have said something else.
    Compare(compare::Args),
    /// Put a version of the health model to the test: did its scores warn of the accounts that were lost?
    ///
    /// Accounts are lost when the client ends a contract or they are closed as lost. Refused under 20 of them.
    Backtest(backtest::Args),
    /// Publish a version from a TOML file; it is not in force yet.
    ///
    /// A version never changes. A spec that cannot be computed with is refused, with the field named.
    Publish {
        #[command(flatten)]
        which: Which,
        /// The file with the spec.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        saying: Saying,
    },
    /// Put a version in force from --occurred-at on.
    Activate {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        saying: Saying,
    },
}

/// A version of a model.
#[derive(Debug, clap::Args)]
struct Which {
    /// The model's name, such as health or handover.
    #[arg(value_name = "MODEL")]
    model: String,
    /// The number of the version.
    #[arg(value_name = "VERSION")]
    version: u32,
}

/// How a version is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Its spec as TOML.
    Toml,
    /// All that is known of it, as JSON.
    Json,
}

impl Which {
    fn path(&self) -> String {
        format!("/v1/models/{}/{}", escape(&self.model), self.version)
    }

    /// Records an event of the model that says something of this version.
    fn record(&self, dir: &Path, saying: &Saying, kind: &str, mut says: Value) -> anyhow::Result<Ending> {
        if let Some(fields) = says.as_object_mut() {
            fields.insert("version".to_owned(), json!(self.version));
        }
        let stream = json!(format!("model/{}", self.model));
        record::one(dir, saying.draft(kind, says, &[("stream", Some(stream))])?, true)
    }
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    match &args.act {
        Act::List { moment } => list(dir, moment),
        Act::Show { which, moment, format } => show(dir, &moment.ask(&which.path()), *format),
        Act::Diff { which, from, moment, format } => {
            let from = from.map(|from| from.to_string());
            let target = moment.ask_with(&format!("{}/diff", which.path()), &[("from", from.as_deref())]);
            answer::show(dir, &target, *format, changes)
        }
        Act::Compare(args) => compare::run(dir, args),
        Act::Backtest(args) => backtest::run(dir, args),
        Act::Publish { which, file, saying } => {
            which.record(dir, saying, "model.published", json!({"spec": spec_of(file)?}))
        }
        Act::Activate { which, saying } => which.record(dir, saying, "model.activated", json!({})),
    }
}

/// The spec that a file holds, as an event says it.
fn spec_of(file: &Path) -> anyhow::Result<Value> {
    let written = std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
    toml::from_str(&written).with_context(|| format!("{} is no TOML", file.display()))
}

fn list(dir: &Path, moment: &Moment) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let found = answer::all_items(&reader, &moment.ask_with("/v1/models", &[("limit", Some("1000"))]));
    reader.close();
    let mut models = table::new();
    models.set_header(["model", "in force", "newest", "versions"]);
    models.add_rows(
        found?.iter().map(|model| ["/model", "/active", "/newest", "/versions"].map(|field| text(model, field))),
    );
    terminal::say(&table::text_of(models))?;
    Ok(Ending::Done)
}

fn show(dir: &Path, target: &str, format: Format) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let version = answer::document(&reader, target);
    reader.close();
    let version = version?;
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&version)?,
        Format::Toml => toml::to_string_pretty(&version.get("spec")).context("the spec cannot be written as TOML")?,
    };
    terminal::say(text.trim_end())?;
    Ok(Ending::Done)
}

/// A line for each field that differs.
fn changes(diff: &Value) -> String {
    let head = format!("{}/{} → {0}/{}", text(diff, "/model"), text(diff, "/from"), text(diff, "/to"));
    let value = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let mut rows = table::new();
    rows.set_header(["field", "before", "after"]);
    let differ = items(diff, "/changes")
        .map(|change| [text(change, "/field"), value(change.get("before")), value(change.get("after"))]);
    rows.add_rows(differ);
    if items(diff, "/changes").next().is_none() {
        return format!("{head}\n\nnothing differs");
    }
    format!("{head}\n\n{}", table::text_of(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_has_a_line_each() {
        let diff = json!({"model": "health", "from": 1, "to": 2, "changes": [
            {"field": "bands.green_from", "before": "75", "after": "80"},
            {"field": "caps", "before": {"below": "25"}, "after": null},
        ]});
        let page = changes(&diff);
        assert!(page.starts_with("health/1 → health/2\n\n"), "{page}");
        let cells: Vec<Vec<&str>> = page.lines().skip(3).map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(cells, [vec!["bands.green_from", "75", "80"], vec!["caps", "{\"below\":\"25\"}", "–"]]);
        let same = json!({"model": "health", "from": 1, "to": 1, "changes": []});
        assert_eq!(changes(&same), "health/1 → health/1\n\nnothing differs");
    }
}
