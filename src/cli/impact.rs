//! `tenure impact`: what falls when a person leaves, laid out for a terminal.

use std::path::Path;

use serde_json::Value;

use super::answer::{items, of_thousandths, optional, text};
use super::moment::Moment;
use super::{Ending, answer, table};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The person's id.
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let target = args.moment.ask(&format!("/v1/people/{}/departure-impact", escape(&args.person)));
    answer::show(dir, &target, args.format, lay_out)
}

/// Lays out what falls as the read API answers it: the totals, the accounts, who could take them.
fn lay_out(impact: &Value) -> String {
    let mut accounts = table::new();
    accounts.set_header([
        "account",
        "tier",
        "holds",
        "hangs on them",
        "ordered in 365 days",
        "contract ends in",
        "promises",
        "issues",
        "",
    ]);
    accounts.add_rows(items(impact, "/accounts").map(account));
    let mut successors = table::new();
    successors.set_header(["could take over", "region", "load", "capacity", "room", "of these accounts", ""]);
    successors.add_rows(items(impact, "/successors").map(successor));
    format!("{}\n\n{}\n\n{}", headline(impact), table::text_of(accounts), table::text_of(successors))
}

fn headline(impact: &Value) -> String {
    let person = text(impact, "/person");
    let name = optional(impact, "/name").map_or_else(|| person.clone(), |name| format!("{name} ({person})"));
    let employed = impact.pointer("/is_employed").and_then(Value::as_bool).unwrap_or_default();
    let leaves = match (employed, optional(impact, "/leaves_at")) {
        (false, _) => ", does not work for us".to_owned(),
        (true, Some(at)) => format!(", leaves at {at}"),
        (true, None) => String::new(),
    };
    let total = |field: &str| text(impact, &format!("/totals/{field}"));
    format!(
        "{name}{leaves}\n{}\n{} accounts, {} of them key; {} would have no account manager; {} promises and {} issues \
         open; ordered in 365 days: {}",
        answer::resolved(impact),
        total("accounts"),
        total("key_accounts"),
        total("orphaned"),
        total("open_commitments"),
        total("open_issues"),
        money(impact, "/totals/revenue"),
    )
}

fn account(account: &Value) -> Vec<String> {
    let held: Vec<_> = items(account, "/held").map(lane).collect();
    let share = account.pointer("/dependency").and_then(Value::as_i64).unwrap_or_default();
    let orphaned = account.pointer("/orphaned").and_then(Value::as_bool).unwrap_or_default();
    vec![
        text(account, "/account"),
        text(account, "/tier"),
        held.join(", "),
        format!("{} %", of_thousandths(share)),
        money(account, "/revenue"),
        optional(account, "/days_to_end").map(|days| format!("{days} days")).unwrap_or_default(),
        text(account, "/open_commitments"),
        text(account, "/open_issues"),
        if orphaned { "would be orphaned".to_owned() } else { String::new() },
    ]
}

fn lane(held: &Value) -> String {
    let (role, scope) = (text(held, "/role").replace('_', " "), text(held, "/scope"));
    if scope == "global" { role } else { format!("{role} ({scope})") }
}

fn successor(successor: &Value) -> Vec<String> {
    let person = text(successor, "/person");
    let absent = successor.pointer("/is_absent").and_then(Value::as_bool).unwrap_or_default();
    vec![
        optional(successor, "/name").map_or_else(|| person.clone(), |name| format!("{name} ({person})")),
        text(successor, "/region"),
        text(successor, "/load"),
        text(successor, "/capacity"),
        text(successor, "/spare"),
        text(successor, "/shares_accounts"),
        if absent { "away".to_owned() } else { String::new() },
    ]
}

/// Figures, one a currency.
fn money(value: &Value, list: &str) -> String {
    let figures: Vec<_> =
        items(value, list).map(|figure| format!("{} {}", text(figure, "/amount"), text(figure, "/currency"))).collect();
    if figures.is_empty() { "nothing".to_owned() } else { figures.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_falls_and_who_could_take_it_have_a_line_each() {
        let impact = json!({
            "person": "p-1", "name": "Ana", "is_employed": true, "leaves_at": "2026-03-31T22:00:00Z",
            "totals": {"accounts": 1, "key_accounts": 1, "orphaned": 1, "open_commitments": 2, "open_issues": 0,
                       "revenue": [{"currency": "EUR", "amount": "10.5"}, {"currency": "USD", "amount": "3"}]},
            "accounts": [{"account": "acme", "tier": "key", "held": [{"role": "primary", "scope": "global"}],
                          "dependency": 91_000, "orphaned": true, "revenue": [], "days_to_end": 40,
                          "open_commitments": 2, "open_issues": 0}],
            "successors": [{"person": "p-2", "is_absent": true, "load": 4, "capacity": 10, "spare": 6,
                            "shares_accounts": 1}],
            "resolved": {"as_of": "2026-03-01", "zone": "UTC", "size": 9, "clock": "ledger"},
        });
        let page = lay_out(&impact);
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        let lines: Vec<String> = page.lines().map(cells).collect();
        for wanted in [
            "Ana (p-1), leaves at 2026-03-31T22:00:00Z",
            "1 accounts, 1 of them key; 1 would have no account manager; 2 promises and 0 issues open; ordered in 365 \
             days: 10.5 EUR, 3 USD",
            "acme|key|primary|91.000 %|nothing|40 days|2|0|would be orphaned",
            "p-2|4|10|6|1|away",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
    }
}
