//! `tenure owners`: who is accountable and who is responsible for an account, at any moment, as known at any time.

use std::path::Path;

use serde_json::Value;

use super::answer::{date_or_instant, items, optional, text};
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
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let target = args.moment.ask(&format!("/v1/accounts/{}/owners", escape(&args.account)));
    answer::show(dir, &target, args.format, lay_out)
}

/// Lays out the owners as the read API answers them: where the account stands, what that rests on, a line for each.
fn lay_out(body: &Value) -> String {
    let into = optional(body, "/merged_into").map(|into| format!(" into {into}")).unwrap_or_default();
    let head = format!("{}: {}{into}\n{}", text(body, "/account"), text(body, "/status"), answer::resolved(body));
    let rows: Vec<_> = items(body, "/owners").map(row).collect();
    if rows.is_empty() {
        return format!("{head}\n\nnobody");
    }
    let mut lanes = table::new();
    lanes.set_header(["role", "scope", "accountable", "since", "until", "days", "responsible", ""]);
    lanes.add_rows(rows);
    format!("{head}\n\n{}", table::text_of(lanes))
}

fn row(owner: &Value) -> Vec<String> {
    let standing_in = |one: &Value| format!("{} until {}", text(one, "/person"), date_or_instant(one, "until"));
    let responsible: Vec<_> = items(owner, "/responsible").map(standing_in).collect();
    let person = text(owner, "/person");
    vec![
        text(owner, "/role"),
        text(owner, "/scope"),
        person.clone(),
        date_or_instant(owner, "from"),
        date_or_instant(owner, "to"),
        text(owner, "/tenure_days"),
        if responsible.is_empty() { person } else { responsible.join(", ") },
        optional(owner, "/inherited_from").map(|from| format!("inherited from {from}")).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_for_each_lane_says_who_is_accountable_and_who_responsible() {
        let body = json!({
            "account": "acme", "status": "owned",
            "owners": [
                {"person": "ana", "role": "primary", "scope": "global", "from": "2024-01-01T00:00:00Z",
                 "from_date": "2024-01-01", "to": null, "event": 1, "tenure_days": 60,
                 "responsible": [{"person": "ben", "until": "2024-03-04T08:00:00Z", "event": 7}]},
                {"person": "cy", "role": "secondary", "scope": "region:emea", "from": "2024-02-01T08:00:00Z",
                 "to": "2024-04-01T08:00:00Z", "event": 2, "tenure_days": 29, "inherited_from": "globe"}
            ],
            "resolved": {"as_of": "2024-03-01", "zone": "UTC", "size": 9, "known_at": "2024-05-01T00:00:00Z",
                         "clock": "ledger"},
        });
        let lines: Vec<String> = lay_out(&body).lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "acme: owned");
        assert_eq!(lines[1], "as of 2024-03-01 (UTC), from a ledger of 9 events, known by 2024-05-01T00:00:00Z");
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        assert_eq!(cells(&lines[4]), "primary|global|ana|2024-01-01|60|ben until 2024-03-04T08:00:00Z");
        let second = "secondary|region:emea|cy|2024-02-01T08:00:00Z|2024-04-01T08:00:00Z|29|cy|inherited from globe";
        assert_eq!(cells(&lines[5]), second);
    }

    #[test]
    fn an_account_without_owners_says_so() {
        let body = json!({"account": "b", "status": "merged", "merged_into": "a", "owners": [],
                          "resolved": {"as_of": "2024-03-01", "zone": "UTC", "size": 9, "clock": "ledger"}});
        assert_eq!(lay_out(&body), "b: merged into a\nas of 2024-03-01 (UTC), from a ledger of 9 events\n\nnobody");
    }
}
