//! `tenure model compare`: what another version would have said of every account, over the whole history.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::Which;
use crate::cli::answer::{of_thousandths, text};
use crate::cli::moment::Moment;
use crate::cli::reader::Reader;
use crate::cli::{Ending, table, terminal};

/// How many steps are asked for at once.
const STEPS_AT_ONCE: &str = "1000";

/// How many of the largest differences are shown, an account once each.
const LARGEST: usize = 10;

/// The bands, the worst first.
const BANDS: [&str; 4] = ["red", "yellow", "green", "insufficient_data"];

/// What is compared, and over which steps.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// The version to compare with.
    #[arg(long = "with", value_name = "VERSION")]
    other: u32,
    /// The date of the first step; a year before --as-of when absent.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// How far the steps lie apart.
    #[arg(long, value_name = "STEP", default_value = "week", value_parser = ["day", "week", "month", "event"])]
    step: String,
    /// Only steps at which the account is in this sales region.
    #[arg(long)]
    region: Option<String>,
    /// Only steps at which the account is of this tier.
    #[arg(long)]
    tier: Option<String>,
    #[command(flatten)]
    moment: Moment,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let compared = walk(&reader, args);
    reader.close();
    terminal::say(&compared?.lay_out(args))?;
    Ok(Ending::Done)
}

/// Walks history page by page, keeping sums alone.
fn walk(reader: &Reader, args: &Args) -> anyhow::Result<Compared> {
    let (mut compared, mut next) = (Compared::default(), Some(args.target()));
    let progress = terminal::count("steps");
    while let Some(target) = next {
        let answer = reader.get(&target, "application/x-ndjson")?;
        let text = std::str::from_utf8(&answer.body).context("the answer is no text")?;
        for line in text.lines() {
            compared.add(&serde_json::from_str(line).context("the answer is no NDJSON")?);
        }
        progress.set_position(compared.steps);
        next = answer.next;
    }
    progress.finish_and_clear();
    Ok(compared)
}

impl Args {
    fn target(&self) -> String {
        let (model, other) = (self.name(self.which.version), self.name(self.other));
        let filter = [
            ("from", self.from.as_deref()),
            ("step", Some(self.step.as_str())),
            ("model", Some(model.as_str())),
            ("compare", Some(other.as_str())),
            ("region", self.region.as_deref()),
            ("tier", self.tier.as_deref()),
            ("limit", Some(STEPS_AT_ONCE)),
        ];
        self.moment.ask_with("/v1/replay", &filter)
    }

    fn name(&self, version: u32) -> String {
        format!("{}/{version}", self.which.model)
    }
}

/// What the steps come to.
#[derive(Default)]
struct Compared {
    steps: u64,
    /// Steps at which both versions have a score.
    scored: u64,
    accounts: BTreeSet<String>,
    sum: i64,
    absolute: i64,
    bands: BTreeMap<(String, String), u64>,
    /// The largest difference of each account, for the accounts with the largest ones.
    largest: BTreeMap<String, Difference>,
}

/// A step at which the versions differ.
struct Difference {
    by: i64,
    at: String,
    score: i64,
    other: i64,
}

impl Compared {
    fn add(&mut self, row: &Value) {
        let account = text(row, "/account");
        self.steps += 1;
        let bands = (text(row, "/band"), text(row, "/compared/band"));
        *self.bands.entry(bands).or_default() += 1;
        let overall = |field: &str| row.pointer(field).and_then(Value::as_i64);
        if let (Some(score), Some(other)) = (overall("/overall"), overall("/compared/overall")) {
            let by = other - score;
            self.scored += 1;
            self.sum += by;
            self.absolute += by.abs();
            self.note(&account, Difference { by, at: text(row, "/at"), score, other });
        }
        self.accounts.insert(account);
    }

    /// Keeps the largest difference of an account, and no more accounts than are shown.
    fn note(&mut self, account: &str, difference: Difference) {
        let known = self.largest.get(account).map_or(0, |known| known.by.abs());
        if difference.by.abs() <= known {
            return;
        }
        self.largest.insert(account.to_owned(), difference);
        if self.largest.len() > LARGEST {
            let least = self.largest.iter().min_by_key(|(id, known)| (known.by.abs(), std::cmp::Reverse(*id)));
            if let Some(least) = least.map(|(id, _)| id.clone()) {
                self.largest.remove(&least);
            }
        }
    }

    fn lay_out(&self, args: &Args) -> String {
        let (one, other) = (args.name(args.which.version), args.name(args.other));
        let head = format!(
            "{one} → {other}: {} steps of {} accounts, {} with both scores",
            self.steps,
            self.accounts.len(),
            self.scored
        );
        let Ok(scored @ 1..) = i64::try_from(self.scored) else { return head };
        format!(
            "{head}\nmean difference {}, mean size of it {}; in another band at {} of {} steps\n\n{}\n\n{}",
            of_thousandths(self.sum / scored),
            of_thousandths(self.absolute / scored),
            self.moved(),
            self.steps,
            self.matrix(&one, &other),
            self.differences(&one, &other),
        )
    }

    /// At how many steps the band is another one.
    fn moved(&self) -> u64 {
        self.bands.iter().filter(|((one, other), _)| one != other).map(|(_, steps)| steps).sum()
    }

    /// How many steps have which bands: a line for the one, a column for the other.
    fn matrix(&self, one: &str, other: &str) -> String {
        let mut rows = table::new();
        let columns = BANDS.iter().map(|band| format!("{other} {}", band.replace('_', " ")));
        rows.set_header(std::iter::once("steps".to_owned()).chain(columns));
        for band in BANDS {
            let steps = |column: &str| self.bands.get(&(band.to_owned(), column.to_owned())).copied().unwrap_or(0);
            let counts = BANDS.iter().map(|column| steps(column).to_string());
            rows.add_row(std::iter::once(format!("{one} {}", band.replace('_', " "))).chain(counts));
        }
        table::text_of(rows)
    }

    fn differences(&self, one: &str, other: &str) -> String {
        let mut largest: Vec<_> = self.largest.iter().collect();
        largest.sort_by_key(|(account, difference)| (std::cmp::Reverse(difference.by.abs()), *account));
        let mut rows = table::new();
        rows.set_header(["differs most", "at", one, other, "difference"]);
        for (account, Difference { by, at, score, other }) in largest {
            let figures = [*score, *other, *by].map(of_thousandths);
            rows.add_row([account.clone(), at.clone()].into_iter().chain(figures));
        }
        if rows.is_empty() { "no score differs".to_owned() } else { table::text_of(rows) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn args() -> Args {
        Args {
            which: Which { model: "health".to_owned(), version: 1 },
            other: 2,
            from: None,
            step: "week".to_owned(),
            region: None,
            tier: Some("key".to_owned()),
            moment: Moment::default(),
        }
    }

    fn row(account: &str, score: Option<i64>, other: Option<i64>) -> Value {
        let band = |score: Option<i64>| match score {
            None => "insufficient_data",
            Some(..50_000) => "red",
            Some(_) => "green",
        };
        json!({
            "account": account, "at": "2024-01-01", "overall": score, "band": band(score),
            "compared": {"overall": other, "band": band(other)},
        })
    }

    #[test]
    fn steps_are_summed_up_and_the_largest_differences_kept() {
        let mut compared = Compared::default();
        for row in [
            row("a", Some(40_000), Some(60_000)),
            row("a", Some(80_000), Some(70_000)),
            row("b", None, Some(10_000)),
            row("c", Some(30_000), Some(30_000)),
        ] {
            compared.add(&row);
        }
        let page = compared.lay_out(&args());
        for wanted in [
            "health/1 → health/2: 4 steps of 3 accounts, 3 with both scores",
            "mean difference 3.333, mean size of it 10.000; in another band at 2 of 4 steps",
            "health/1 red                1             0                1               0",
            "a             2024-01-01  40.000    60.000    20.000",
        ] {
            assert!(page.lines().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
    }

    #[test]
    fn no_more_differences_are_kept_than_are_shown() {
        let mut compared = Compared::default();
        for number in 0..100_i64 {
            compared.add(&row(&format!("a{number}"), Some(0), Some(number)));
        }
        assert_eq!(compared.largest.len(), LARGEST);
        assert!(compared.largest.values().all(|difference| difference.by >= 90));
    }

    #[test]
    fn both_versions_are_asked_for() {
        let asked = "/v1/replay?step=week&model=health%2F1&compare=health%2F2&tier=key&limit=1000";
        assert_eq!(args().target(), asked);
    }
}
