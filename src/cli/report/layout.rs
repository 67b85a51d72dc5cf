//! How each report is laid out for people: its line in the list of reports, and its columns.

use serde_json::Value;

use super::super::{answer, table};
use crate::cli::answer::{date_or_instant, items, text};

/// A report as the command line knows it.
pub(super) struct Report {
    /// The last part of its path in the read API.
    pub(super) name: &'static str,
    /// What it lists.
    about: &'static str,
    columns: &'static [(&'static str, Cell)],
}

/// Where the text of a cell comes from.
enum Cell {
    /// A field of the row.
    Text(&'static str),
    /// A field without its underscores.
    Words(&'static str),
    /// A time whose civil date is shown where only the day is known.
    Time(&'static str),
    /// Thousandths with their point.
    Thousandths(&'static str),
    /// A list of texts or numbers.
    List(&'static str),
    /// How many there are in a list.
    Number(&'static str),
    /// `yes`, or nothing.
    Flag(&'static str),
    /// Who handed over to whom, and when.
    Handed,
}

use Cell::{Flag, Handed, List, Number, Text, Thousandths, Time, Words};

/// Every report there is.
pub(super) const REPORTS: &[Report] = &[
    Report {
        name: "orphans",
        about: "open accounts that nobody answers for: orphaned, or never assigned",
        columns: &[
            ("account", Text("/account")),
            ("name", Text("/name")),
            ("tier", Text("/tier")),
            ("region", Text("/region")),
            ("status", Text("/status")),
            ("since", Time("since")),
            ("days", Text("/days")),
            ("last owner", Text("/last_owner")),
            ("inherited from", Text("/inherited_from")),
            ("why it ended", Words("/reason/code")),
            ("events", List("/events")),
        ],
    },
    Report {
        name: "owner-turnover",
        about: "accounts that changed hands in a period, and how long nobody had them",
        columns: &[
            ("account", Text("/account")),
            ("name", Text("/name")),
            ("tier", Text("/tier")),
            ("region", Text("/region")),
            ("owner", List("/owners")),
            ("changes", Text("/changes")),
            ("persons", Text("/persons")),
            ("days held", Text("/tenure_days")),
            ("longest vacancy", Text("/longest_vacancy_days")),
            ("changed hands", Handed),
            ("events", List("/events")),
        ],
    },
    Report {
        name: "owner-departed",
        about: "lanes of open accounts whose holder has departed, or is past the announced last day",
        columns: &[
            ("account", Text("/account")),
            ("name", Text("/name")),
            ("tier", Text("/tier")),
            ("region", Text("/region")),
            ("role", Text("/role")),
            ("scope", Text("/scope")),
            ("holder", Text("/person")),
            ("name of holder", Text("/person_name")),
            ("gone", Words("/gone")),
            ("since", Time("since")),
            ("days", Text("/days")),
            ("events", List("/events")),
        ],
    },
    Report {
        name: "overdue-commitments",
        about: "promises, ours and the clients', that are open past their due dates",
        columns: &[
            ("account", Text("/account")),
            ("name", Text("/name")),
            ("owner", List("/owners")),
            ("commitment", Text("/commitment")),
            ("by", Text("/by")),
            ("text", Text("/text")),
            ("due", Text("/due")),
            ("days overdue", Text("/days_overdue")),
            ("soft", Flag("/soft")),
            ("merged from", Text("/merged_from")),
            ("events", List("/events")),
        ],
    },
    Report {
        name: "stale-plans",
        about: "active plans that were not reviewed for long, and key accounts without a plan",
        columns: &[
            ("account", Text("/account")),
            ("name", Text("/name")),
            ("owner", List("/owners")),
            ("what", Words("/neglect")),
            ("plan", Text("/plan")),
            ("kind", Words("/kind")),
            ("ends", Text("/to")),
            ("last review", Text("/last_reviewed_at")),
            ("days since", Text("/days_since_review")),
            ("overdue actions", Number("/overdue_actions")),
            ("merged from", Text("/merged_from")),
            ("events", List("/events")),
        ],
    },
    Report {
        name: "single-threaded",
        about: "accounts that hang on one person, ours or the client's",
        columns: &[
            ("account", Text("/account")),
            ("name", Text("/name")),
            ("owner", List("/owners")),
            ("level", Text("/level")),
            ("depends on", Text("/depends_on")),
            ("% of strength", Thousandths("/dependency")),
            ("contact", Text("/depends_on_contact_name")),
            ("% of strength", Thousandths("/contact_share")),
            ("because", List("/because")),
            ("contract", Text("/contract")),
            ("ends", Text("/contract_end")),
            ("in days", Text("/days_to_end")),
        ],
    },
    Report {
        name: "late-recorded",
        about: "events that were recorded long after they happened",
        columns: &[
            ("event", Text("/event")),
            ("kind", Text("/kind")),
            ("account", Text("/account")),
            ("person", Text("/person")),
            ("happened", Time("occurred")),
            ("recorded", Text("/recorded_at")),
            ("days late", Text("/lag_days")),
            ("source's days", Text("/source_lag_days")),
            ("by", Text("/actor/id")),
            ("source", Text("/source/system")),
        ],
    },
    Report {
        name: "findings",
        about: "contradictions in what was reported",
        columns: &[
            ("code", Words("/code")),
            ("account", Text("/account")),
            ("person", Text("/person")),
            ("from", Text("/from")),
            ("to", Text("/to")),
            ("what", Text("/message")),
            ("events", List("/events")),
        ],
    },
];

/// The names of the reports.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    REPORTS.iter().map(|report| report.name)
}

/// The reports, a line each.
pub(super) fn list() -> String {
    let widest = names().map(str::len).max().unwrap_or(0);
    let lines: Vec<_> = REPORTS.iter().map(|report| format!("{:widest$}  {}", report.name, report.about)).collect();
    lines.join("\n")
}

impl Report {
    /// The report as the read API answers it: what it rests on, a line for each row; columns without text are left out.
    pub(super) fn lay_out(&self, document: &Value) -> String {
        let head = format!("{}: {}\n{}", self.name, self.about, answer::resolved(document));
        let rows: Vec<Vec<String>> =
            items(document, "/items").map(|row| self.columns.iter().map(|(_, cell)| cell.of(row)).collect()).collect();
        if rows.is_empty() {
            return format!("{head}\n\nnothing");
        }
        let is_used = |at: usize| rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()));
        let used: Vec<usize> = (0..self.columns.len()).filter(|at| is_used(*at)).collect();
        let mut lines = table::new();
        lines.set_header(used.iter().filter_map(|at| self.columns.get(*at)).map(|(heading, _)| *heading));
        lines.add_rows(rows.iter().map(|row| used.iter().filter_map(|at| row.get(*at)).collect::<Vec<_>>()));
        format!("{head}\n\n{}", table::text_of(lines))
    }
}

impl Cell {
    fn of(&self, row: &Value) -> String {
        match self {
            Text(field) => text(row, field),
            Words(field) => text(row, field).replace('_', " "),
            Time("occurred") => answer::optional(row, "/occurred_date").unwrap_or_else(|| text(row, "/occurred_at")),
            Time(bound) => date_or_instant(row, bound),
            Thousandths(field) => answer::thousandths(row, field).unwrap_or_default(),
            List(field) => items(row, field).map(one).collect::<Vec<_>>().join(", "),
            Number(field) => match items(row, field).count() {
                0 => String::new(),
                number => number.to_string(),
            },
            Flag(field) => match row.pointer(field).and_then(Value::as_bool) {
                Some(true) => "yes".to_owned(),
                Some(false) | None => String::new(),
            },
            Handed => items(row, "/handed").map(handed).collect::<Vec<_>>().join(", "),
        }
    }
}

fn one(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.replace('_', " "))
}

fn handed(handed: &Value) -> String {
    format!("{} {} to {}", text(handed, "/on"), text(handed, "/from"), text(handed, "/to"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(name: &str, items: Value) -> String {
        let report = REPORTS.iter().find(|report| report.name == name).unwrap();
        let mut document = json!({"resolved": {"as_of": "2024-03-01", "zone": "UTC", "size": 9, "clock": "ledger"}});
        document["items"] = items;
        report.lay_out(&document)
    }

    fn cells(line: &str) -> String {
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_row_is_a_line_and_empty_columns_are_left_out() {
        let row = json!({
            "account": "gap", "owners": ["ana", "ben"], "changes": 1, "persons": 2, "tenure_days": 9,
            "longest_vacancy_days": 0, "handed": [{"on": "2024-02-01", "from": "ana", "to": "ben"}], "events": [1, 4],
        });
        let page = page("owner-turnover", json!([row]));
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines[1], "as of 2024-03-01 (UTC), from a ledger of 9 events");
        assert_eq!(cells(lines[3]), "account|owner|changes|persons|days held|longest vacancy|changed hands|events");
        assert_eq!(cells(lines[4]), "gap|ana, ben|1|2|9|0|2024-02-01 ana to ben|1, 4");
    }

    #[test]
    fn times_shares_and_words_are_written_for_people() {
        let single = json!({"account": "a", "level": "red", "dependency": 80_500, "because": ["one_person"]});
        assert!(page("single-threaded", json!([single])).contains("80.500"));
        let late = json!({"event": 3, "occurred_at": "2024-01-01T00:00:00Z", "occurred_date": "2024-01-01",
                          "lag_days": 9, "kind": "order.placed"});
        assert!(
            cells(page("late-recorded", json!([late])).lines().last().unwrap())
                .starts_with("3|order.placed|2024-01-01|9")
        );
        let plan = json!({"account": "a", "neglect": "no_plan", "overdue_actions": [], "owners": [], "events": [3]});
        assert_eq!(cells(page("stale-plans", json!([plan])).lines().last().unwrap()), "a|no plan|3");
        let soft = json!({"account": "a", "soft": true, "events": [3]});
        assert_eq!(cells(page("overdue-commitments", json!([soft])).lines().last().unwrap()), "a|yes|3");
    }

    #[test]
    fn a_report_without_rows_says_so() {
        assert!(page("orphans", json!([])).ends_with("events\n\nnothing"));
    }

    #[test]
    fn the_reports_are_those_of_the_read_api() {
        let description = serde_json::to_value(crate::http::openapi()).unwrap();
        let paths = description["paths"].as_object().unwrap().keys();
        let mut there: Vec<&str> = paths.filter_map(|path| path.strip_prefix("/v1/reports/")).collect();
        let mut known: Vec<&str> = names().collect();
        there.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, there);
        assert_eq!(list().lines().count(), there.len());
    }

    #[test]
    fn every_filter_of_a_report_has_a_flag() {
        let description = serde_json::to_value(crate::http::openapi()).unwrap();
        let flags = super::super::Filters::default().given().map(|(name, _)| name);
        for report in REPORTS {
            let get = &description["paths"][format!("/v1/reports/{}", report.name)]["get"];
            for parameter in get["parameters"].as_array().unwrap() {
                let name = parameter["name"].as_str().unwrap();
                let common = ["as_of", "tz", "known_at", "size", "clock", "limit", "cursor"];
                assert!(common.contains(&name) || flags.contains(&name), "{}: {name}", report.name);
            }
        }
    }
}
