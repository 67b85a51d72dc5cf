//! `tenure model backtest`: whether a model's scores warned of lost accounts, beside those of another version.

use std::path::Path;

use serde_json::Value;

use super::Which;
use crate::cli::answer::{self, of_thousandths, text};
use crate::cli::moment::Moment;
use crate::cli::reader::Reader;
use crate::cli::{Ending, table, terminal};

/// What is tested, against what, and on which losses.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// Another version to test beside it, on the same accounts.
    #[arg(long, value_name = "VERSION")]
    against: Option<u32>,
    /// How many days before its loss an account is scored; 90 when absent.
    #[arg(long)]
    days: Option<String>,
    /// Only losses on this date or later.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// How the past is read: with what was known then, or with all that is known.
    #[arg(long, value_name = "READING", default_value = "reported", value_parser = ["reported", "restated"])]
    reading: String,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let tested: anyhow::Result<Vec<Value>> =
        args.targets().iter().map(|target| answer::document(&reader, target)).collect();
    reader.close();
    let tested = tested?;
    let text = match args.format {
        answer::Format::Table => lay_out(&tested),
        answer::Format::Json => serde_json::to_string_pretty(&tested)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}

impl Args {
    fn targets(&self) -> Vec<String> {
        let filter =
            [("days", self.days.as_deref()), ("from", self.from.as_deref()), ("reading", Some(self.reading.as_str()))];
        let versions = std::iter::once(self.which.version).chain(self.against);
        let path = |version| format!("{}/backtest", Which { model: self.which.model.clone(), version }.path());
        versions.map(|version| self.moment.ask_with(&path(version), &filter)).collect()
    }
}

/// Lays out one test or two side by side, as the read API answers them.
fn lay_out(tested: &[Value]) -> String {
    let head = tested.first().map(headline).unwrap_or_default();
    let mut rows = table::new();
    rows.set_header(std::iter::once(String::new()).chain(tested.iter().map(|one| text(one, "/model"))));
    for (label, figure) in FIGURES {
        rows.add_row(std::iter::once((*label).to_owned()).chain(tested.iter().map(figure)));
    }
    for (number, band) in ["red", "yellow or red"].iter().enumerate() {
        for (label, field) in [
            ("caught", "caught"),
            ("false alarms", "false_alarms"),
            ("warned the day before", "warned"),
            ("days ahead", "lead_days"),
        ] {
            let at = format!("/verdict/warnings/{number}/{field}");
            let figure = |one: &Value| if field == "warned" { text(one, &at) } else { estimate(one, &at) };
            rows.add_row(std::iter::once(format!("{band}: {label}")).chain(tested.iter().map(figure)));
        }
    }
    format!("{head}\n\n{}\n\n{NOTE}", table::text_of(rows))
}

/// A line of the table: what it is, and where it stands.
type Figure = (&'static str, fn(&Value) -> String);

const FIGURES: &[Figure] = &[
    ("lost / stayed", |one| format!("{} / {}", text(one, "/verdict/lost"), text(one, "/verdict/stayed"))),
    ("mean score", |one| format!("{} / {}", mean(one, "mean_lost"), mean(one, "mean_stayed"))),
    ("AUC", |one| estimate(one, "/verdict/auc")),
    ("Brier score", |one| estimate(one, "/verdict/brier")),
    ("by the base rate", |one| text(one, "/verdict/brier_of_base_rate")),
    ("lift of the worst fifth", |one| estimate(one, "/verdict/lift")),
];

const NOTE: &str = "in brackets: 95 % intervals; AUC 0.5 is chance; a Brier score of 0 is best";

fn headline(tested: &Value) -> String {
    let of = |field: &str| text(tested, &format!("/outcomes/{field}"));
    format!(
        "scored {} days before the loss, as {}\n{}\n{} lost ({} contracts ended by the client, {} closed as lost), {} \
         stayed; too young: {} and {}, without a score: {} and {}, closed otherwise: {}",
        text(tested, "/horizon_days"),
        text(tested, "/reading"),
        answer::resolved(tested),
        of("lost"),
        of("by_contract_ended"),
        of("by_account_closed"),
        of("stayed"),
        of("lost_too_young"),
        of("stayed_too_young"),
        of("lost_unscored"),
        of("stayed_unscored"),
        of("stayed_closed"),
    )
}

fn mean(tested: &Value, field: &str) -> String {
    let score = tested.pointer(&format!("/verdict/{field}")).and_then(Value::as_i64);
    score.map(of_thousandths).unwrap_or_default()
}

fn estimate(tested: &Value, at: &str) -> String {
    if tested.pointer(at).is_none() {
        return "-".to_owned();
    }
    let of = |field: &str| text(tested, &format!("{at}/{field}"));
    if tested.pointer(&format!("{at}/low")).is_none() {
        return of("value");
    }
    format!("{} [{}, {}]", of("value"), of("low"), of("high"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_versions_stand_side_by_side() {
        let estimate = |value: &str| json!({"value": value, "low": "0.5000", "high": "0.9000"});
        let one = |model: &str, auc: &str| {
            json!({
                "model": model, "horizon_days": 90, "reading": "reported",
                "outcomes": {"lost": 30, "by_contract_ended": 10, "by_account_closed": 20, "stayed": 40,
                    "lost_too_young": 1, "lost_unscored": 2, "stayed_too_young": 3, "stayed_unscored": 4, "stayed_closed": 5},
                "verdict": {"lost": 27, "stayed": 33, "auc": estimate(auc), "brier": estimate("0.2"),
                    "brier_of_base_rate": "0.2475", "lift": estimate("1.5"), "worst": 12,
                    "mean_lost": 40_123, "mean_stayed": 60_000,
                    "warnings": [{"band": "red", "caught": estimate("0.6"), "false_alarms": estimate("0.1"), "warned": 5}]},
                "resolved": {"as_of": "2026-06-30", "zone": "UTC", "size": 9, "clock": "ledger"},
            })
        };
        let page = lay_out(&[one("health/1", "0.7000"), one("health/2", "0.8000")]);
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        let lines: Vec<String> = page.lines().map(cells).collect();
        for wanted in [
            "scored 90 days before the loss, as reported",
            "30 lost (10 contracts ended by the client, 20 closed as lost), 40 stayed; too young: 1 and 3, without a \
             score: 2 and 4, closed otherwise: 5",
            "health/1|health/2",
            "lost / stayed|27 / 33|27 / 33",
            "mean score|40.123 / 60.000|40.123 / 60.000",
            "AUC|0.7000 [0.5000, 0.9000]|0.8000 [0.5000, 0.9000]",
            "red: caught|0.6 [0.5000, 0.9000]|0.6 [0.5000, 0.9000]",
            "red: warned the day before|5|5",
            "red: days ahead|-|-",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
    }

    #[test]
    fn both_versions_are_asked_the_same() {
        let args = Args {
            which: Which { model: "health".to_owned(), version: 1 },
            against: Some(2),
            days: Some("30".to_owned()),
            from: None,
            reading: "restated".to_owned(),
            moment: Moment::default(),
            format: answer::Format::Table,
        };
        let targets = args.targets();
        assert_eq!(
            targets,
            [1, 2].map(|version| { format!("/v1/models/health/{version}/backtest?days=30&reading=restated") })
        );
    }
}
