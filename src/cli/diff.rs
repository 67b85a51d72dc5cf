//! `tenure diff`: what changed in an account between two dates, and what was learned since, laid out for a terminal.

use std::path::Path;

use serde_json::Value;

use super::answer::{items, optional, text};
use super::moment::Moment;
use super::{Ending, answer, table};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tenure diff acme --from-as-of 2026-01-01 --as-of 2026-03-31      # what changed in a quarter
  tenure diff acme --from-known-at 2026-03-31 --as-of 2026-03-31   # what was learned since about that day")]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// The first moment; a day before --as-of where nothing else tells the two apart.
    #[arg(long, value_name = "MOMENT")]
    from_as_of: Option<String>,
    /// The time up to which knowledge counts first.
    #[arg(long, value_name = "MOMENT")]
    from_known_at: Option<String>,
    /// The same by size: how many of the ledger's first events count first.
    #[arg(long, value_name = "EVENTS")]
    from_size: Option<String>,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let first = [
        ("from_as_of", args.from_as_of.as_deref()),
        ("from_known_at", args.from_known_at.as_deref()),
        ("from_size", args.from_size.as_deref()),
    ];
    let target = args.moment.ask_with(&format!("/v1/accounts/{}/diff", escape(&args.account)), &first);
    answer::show(dir, &target, args.format, lay_out)
}

/// Lays out the difference as the read API answers it.
fn lay_out(diff: &Value) -> String {
    let mut blocks = vec![format!(
        "{}\nfrom  {}\nto    {}",
        text(diff, "/account"),
        answer::rests_on(diff, "/from"),
        answer::rests_on(diff, "/resolved")
    )];
    blocks.extend(standing(diff));
    blocks.extend(owners(diff));
    blocks.extend(listed(fields(diff), items(diff, "/fields").count(), &text(diff, "/more_fields"), "fields"));
    blocks.extend(findings(diff));
    blocks.extend(listed(events(diff), items(diff, "/events").count(), &text(diff, "/more_events"), "events"));
    if blocks.len() == 1 {
        blocks.push("nothing differs".to_owned());
    }
    blocks.join("\n\n")
}

fn standing(diff: &Value) -> Option<String> {
    Some(format!("{} → {}", optional(diff, "/status/from")?, optional(diff, "/status/to")?))
}

/// A table with at least one row, and how much more there would be.
fn listed(table: comfy_table::Table, rows: usize, more: &str, what: &str) -> Option<String> {
    let more = if more == "0" { String::new() } else { format!("\nand {more} more {what}") };
    (rows > 0).then(|| format!("{}{more}", table::text_of(table)))
}

fn owners(diff: &Value) -> Option<String> {
    let mut rows = table::new();
    rows.set_header(["", "who", "lane", "since", "until", "responsible", "event"]);
    for (side, mark) in [("/owners/from", "-"), ("/owners/to", "+")] {
        rows.add_rows(items(diff, side).map(|owner| {
            let (role, scope) = (text(owner, "/role").replace('_', " "), text(owner, "/scope"));
            let by: Vec<String> = items(owner, "/responsible").map(|by| text(by, "/person")).collect();
            vec![
                mark.to_owned(),
                text(owner, "/person"),
                if scope == "global" { role } else { format!("{role} ({scope})") },
                answer::date_or_instant(owner, "from"),
                answer::date_or_instant(owner, "to"),
                by.join(", "),
                text(owner, "/event"),
            ]
        }));
    }
    let count = items(diff, "/owners/from").chain(items(diff, "/owners/to")).count();
    listed(rows, count, "0", "owners")
}

/// A value on one line: texts as they are, everything else as JSON, nothing as a dash.
fn value(of: Option<&Value>) -> String {
    match of {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Positions, one after the other.
fn positions(of: &Value, list: &str) -> String {
    items(of, list).map(Value::to_string).collect::<Vec<_>>().join(" ")
}

fn fields(diff: &Value) -> comfy_table::Table {
    let mut rows = table::new();
    rows.set_header(["field", "from", "to", "events"]);
    rows.add_rows(items(diff, "/fields").map(|field| {
        [text(field, "/field"), value(field.get("from")), value(field.get("to")), positions(field, "/events")]
    }));
    rows
}

fn findings(diff: &Value) -> Option<String> {
    let side = |list: &str, mark: &str| -> Vec<String> {
        items(diff, list).map(|finding| format!("{mark} contradicted: {}", text(finding, "/message"))).collect()
    };
    let lines = [side("/findings/from", "-"), side("/findings/to", "+")].concat();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn events(diff: &Value) -> comfy_table::Table {
    let mut rows = table::new();
    rows.set_header(["event", "kind", "happened", "recorded", "was", "is", "by"]);
    rows.add_rows(items(diff, "/events").map(|event| {
        let standing = |side: &str| optional(event, side).unwrap_or_else(|| "unknown".to_owned());
        [
            text(event, "/position"),
            text(event, "/kind"),
            text(event, "/occurred_at"),
            text(event, "/recorded_at"),
            standing("/from"),
            standing("/to"),
            positions(event, "/by"),
        ]
    }));
    rows
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body() -> Value {
        let side = |size: u64| json!({"as_of": "2024-03-01", "zone": "UTC", "size": size, "clock": "ledger"});
        json!({
            "account": "acme", "from": side(5), "resolved": side(9), "status": {"from": "owned", "to": "orphaned"},
            "owners": {"from": [{"person": "ana", "role": "primary", "scope": "global", "from": "2024-01-01T00:00:00Z",
                                 "from_date": "2024-01-01", "to": null, "event": 1}], "to": []},
            "fields": [{"field": "name", "from": null, "to": "Acme", "events": [0, 7]},
                       {"field": "tags", "from": ["a"], "to": null, "events": [7]}],
            "findings": {"from": [], "to": [{"message": "nobody held it"}]},
            "events": [{"position": 7, "kind": "event.corrected", "occurred_at": "2024-03-01T00:00:00Z",
                        "recorded_at": "2024-03-02T00:00:00Z", "from": null, "to": "stands", "by": [8]}],
            "more_fields": 0, "more_events": 12,
        })
    }

    #[test]
    fn what_differs_has_a_line_each_with_its_events() {
        let page = lay_out(&body());
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        let lines: Vec<String> = page.lines().map(cells).collect();
        for wanted in [
            "from|as of 2024-03-01 (UTC), from a ledger of 5 events",
            "to|as of 2024-03-01 (UTC), from a ledger of 9 events",
            "owned → orphaned",
            "-|ana|primary|2024-01-01|1",
            "name|–|Acme|0 7",
            "tags|[\"a\"]|–|7",
            "+ contradicted: nobody held it",
            "7|event.corrected|2024-03-01T00:00:00Z|2024-03-02T00:00:00Z|unknown|stands|8",
            "and 12 more events",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
        let none = json!({"account": "acme", "from": body()["from"], "resolved": body()["from"],
                          "more_fields": 0, "more_events": 0});
        assert!(lay_out(&none).ends_with("\n\nnothing differs"));
    }
}
