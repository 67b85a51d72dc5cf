//! How handovers are laid out for a terminal.

use comfy_table::Table;
use serde_json::Value;

use crate::cli::answer::{self, items, of_thousandths, optional, text, thousandths};
use crate::cli::table;

/// The board: a line for each handover.
pub(super) fn board(handovers: &[Value]) -> Table {
    let mut board = table::new();
    board.set_header(["account", "handover", "class", "lane", "from", "to", "status", "next", "by", "due", ""]);
    board.add_rows(handovers.iter().map(|handover| {
        let [account, id, class, from, to, status, next, by, due] =
            ["account", "handover", "class", "from", "to", "status", "next_step", "next_due", "due_on"]
                .map(|field| words(&text(handover, &format!("/{field}")), field));
        [account, id, class, lane(handover), from, to, status, next, by, due, lateness(handover)]
    }));
    board
}

/// The words of the API for people; ids and dates stay as they are.
fn words(value: &str, field: &str) -> String {
    match field {
        "class" | "status" | "next_step" | "step" | "state" => value.replace('_', " "),
        _ => value.to_owned(),
    }
}

fn lane(handover: &Value) -> String {
    let (role, scope) = (text(handover, "/role").replace('_', " "), text(handover, "/scope"));
    if scope == "global" { role } else { format!("{role} ({scope})") }
}

fn lateness(handover: &Value) -> String {
    let overdue = handover.pointer("/overdue").and_then(Value::as_bool).unwrap_or_default();
    if overdue { "overdue".to_owned() } else { String::new() }
}

/// One handover: who hands what to whom, its steps with their clocks, what contradicts it.
pub(super) fn one(handover: &Value) -> String {
    let to = optional(handover, "/to").unwrap_or_else(|| "nobody yet".to_owned());
    let field = |field: &str| words(&text(handover, &format!("/{field}")), field);
    let mut lines = vec![
        format!("handover {} of {}", field("handover"), field("account")),
        format!("{} from {} to {to}, {}", lane(handover), field("from"), field("class")),
        format!("{}; due on {}{}", field("status"), field("due_on"), next(handover)),
        answer::resolved(handover),
    ];
    let mut clocks = table::new();
    clocks.set_header(["step", "due", "taken", "business days", "", "event"]);
    clocks.add_rows(items(handover, "/clocks").map(|clock| step(handover, clock)));
    if items(handover, "/clocks").next().is_some() {
        lines.push(format!("\n{}", table::text_of(clocks)));
        lines.push(format!("\nservice levels and calendar: {}", field("model")));
    }
    lines.extend(items(handover, "/findings").map(|finding| format!("contradicted: {}", text(finding, "/message"))));
    lines.extend(optional(handover, "/brief_address").map(|address| format!("the brief: tenure get '{address}'")));
    lines.join("\n")
}

fn next(handover: &Value) -> String {
    let step = optional(handover, "/next_step").map(|step| words(&step, "step"));
    step.map(|step| format!("; next: {step}, by {}", text(handover, "/next_due"))).unwrap_or_default()
}

fn step(handover: &Value, clock: &Value) -> Vec<String> {
    let step = text(clock, "/step");
    let event = optional(handover, &format!("/{step}/event"));
    let event = event.or_else(|| optional(handover, &format!("/{step}/0/event")));
    let late = text(clock, "/days_late");
    let state = words(&text(clock, "/state"), "state");
    vec![
        words(&step, "step"),
        text(clock, "/due"),
        text(clock, "/done"),
        text(clock, "/days"),
        if late == "0" { state } else { format!("{state} by {late}") },
        event.unwrap_or_default(),
    ]
}

/// Whether it worked: a line for each measure, and the account's health around the transfer.
pub(super) fn measures(measures: &Value) -> String {
    let days = |field: &str| optional(measures, field).map(|days| format!("{days} days"));
    let accepted = days("/days_to_acceptance");
    let accepted = accepted
        .map(|days| format!("{days}, {} of them business days", text(measures, "/business_days_to_acceptance")));
    let touch =
        days("/days_to_first_touch").map(|days| format!("{days} (event {})", text(measures, "/first_touch_event")));
    let carried = thousandths(measures, "/strength_carried").map(|share| format!("{share} %"));
    let missing = || "not yet".to_owned();
    let none_to_carry = || if has_come(measures, 60) { "there was none".to_owned() } else { missing() };
    let mut lines = table::new();
    lines.add_rows([
        ["without anybody, from start to transfer".to_owned(), days("/orphan_days").unwrap_or_default()],
        ["from start to acceptance".to_owned(), accepted.unwrap_or_else(missing)],
        ["from transfer to the successor's first interaction".to_owned(), touch.unwrap_or_else(missing)],
        ["strength carried over in 60 days".to_owned(), carried.unwrap_or_else(none_to_carry)],
        ["promises open at the transfer, after 90 days".to_owned(), promises(measures).unwrap_or_else(missing)],
    ]);
    let mut health = table::new();
    health.set_header(["days", "date", "health", "change", "of controls", "n"]);
    health.add_rows(items(measures, "/health").map(health_at));
    format!(
        "handover {} of {}, to {}, transferred on {}\n{}\n\n{}\n\nhealth around the transfer, beside {} accounts of \
         the same tier{} whose account manager stayed\n{}",
        text(measures, "/handover"),
        text(measures, "/account"),
        text(measures, "/to"),
        text(measures, "/transferred_on"),
        answer::resolved(measures),
        table::text_of(lines),
        text(measures, "/controls"),
        optional(measures, "/tier").map(|tier| format!(" ({tier})")).unwrap_or_default(),
        table::text_of(health),
    )
}

/// Whether so many days after the transfer have passed.
fn has_come(measures: &Value, days: i64) -> bool {
    let at = items(measures, "/health").find(|at| at.get("offset_days").and_then(Value::as_i64) == Some(days));
    at.and_then(|at| at.get("is_to_come")).and_then(Value::as_bool) == Some(false)
}

fn promises(measures: &Value) -> Option<String> {
    let of = |field: &str| optional(measures, &format!("/commitments/{field}"));
    Some(format!(
        "{}: {} kept, {} broken, {} withdrawn, {} still open",
        of("open_at_transfer")?,
        of("kept")?,
        of("broken")?,
        of("withdrawn")?,
        of("still_open")?
    ))
}

fn health_at(at: &Value) -> Vec<String> {
    let is_to_come = at.pointer("/is_to_come").and_then(Value::as_bool).unwrap_or_default();
    let score = thousandths(at, "/overall");
    let signed = |field: &str| {
        let change = at.pointer(field).and_then(Value::as_i64);
        change.map(|change| format!("{}{}", if change > 0 { "+" } else { "" }, of_thousandths(change)))
    };
    vec![
        text(at, "/offset_days"),
        text(at, "/date"),
        if is_to_come { "to come".to_owned() } else { score.unwrap_or_else(|| "no data".to_owned()) },
        signed("/change").unwrap_or_default(),
        signed("/controls_change").unwrap_or_default(),
        text(at, "/controls"),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The lines with their cells apart.
    fn cells(page: &str) -> Vec<String> {
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        page.lines().map(cells).collect()
    }

    fn handover() -> Value {
        json!({
            "account": "acme", "handover": "h1", "from": "ana", "to": "ben", "role": "primary", "scope": "region:emea",
            "class": "short_notice", "status": "successor_named", "due_on": "2024-03-20", "overdue": true,
            "next_step": "briefed", "next_due": "2024-03-08", "model": "handover/1",
            "successor_named": {"at": "2024-03-05T00:00:00Z", "event": 7},
            "clocks": [
                {"step": "successor_named", "state": "met", "due": "2024-03-06", "done": "2024-03-05", "days": 1,
                 "days_late": 0},
                {"step": "briefed", "state": "overdue", "due": "2024-03-08", "days": 6, "days_late": 2},
            ],
            "findings": [{"message": "handover h1 was accepted by cy, while ben is to take over"}],
            "resolved": {"as_of": "2024-03-12", "zone": "UTC", "size": 9, "clock": "ledger"},
        })
    }

    #[test]
    fn a_handover_says_what_is_next_and_which_step_is_late() {
        let page = one(&handover());
        let lines = cells(&page);
        for wanted in [
            "primary (region:emea) from ana to ben, short notice",
            "successor named; due on 2024-03-20; next: briefed, by 2024-03-08",
            "successor named|2024-03-06|2024-03-05|1|met|7",
            "briefed|2024-03-08|6|overdue by 2",
            "contradicted: handover h1 was accepted by cy, while ben is to take over",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
        let lines = cells(&table::text_of(board(&[handover()])));
        let row =
            "acme|h1|short notice|primary (region:emea)|ana|ben|successor named|briefed|2024-03-08|2024-03-20|overdue";
        assert_eq!(lines[1], row);
    }

    #[test]
    fn what_cannot_be_measured_yet_is_told_from_what_is_nothing() {
        let at = |days: i64, is_to_come: bool| {
            json!({"offset_days": days, "date": "2024-05-01", "is_to_come": is_to_come, "overall": 65_169, "change": 500,
                   "controls": 3})
        };
        let told = |sixty_is_to_come: bool| {
            cells(&measures(&json!({
                "account": "acme", "handover": "h1", "to": "ben", "transferred_on": "2024-03-02", "orphan_days": 0,
                "health": [at(0, false), at(60, sixty_is_to_come)], "controls": 3,
                "resolved": {"as_of": "2024-03-12", "zone": "UTC", "size": 9, "clock": "ledger"},
            })))
        };
        assert!(told(true).contains(&"strength carried over in 60 days|not yet".to_owned()));
        assert!(told(true).contains(&"60|2024-05-01|to come|+0.500|3".to_owned()));
        assert!(told(false).contains(&"strength carried over in 60 days|there was none".to_owned()));
        assert!(told(false).contains(&"60|2024-05-01|65.169|+0.500|3".to_owned()));
    }
}
