//! The portfolio laid out for a terminal: the matrix, the proposed key accounts, and the others with reasons.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::cli::answer::{self, items, optional, text, thousandths};
use crate::cli::table;

/// Lays out the numbers and accounts as the read API answers them; those without a place only where `all` are wanted.
pub(super) fn lay_out(portfolio: &Value, all: bool, chosen: Option<&str>) -> String {
    let shown = items(portfolio, "/items").count();
    let chosen = chosen.map(|chosen| format!("\nshown below: {shown} accounts, with {chosen}")).unwrap_or_default();
    let (keys, others): (Vec<&Value>, Vec<&Value>) =
        items(portfolio, "/items").partition(|row| text(row, "/proposal") == "key");
    let (listed_ones, counted): (Vec<&Value>, Vec<&Value>) =
        others.into_iter().partition(|row| all || row.pointer("/place").is_some());
    let parts = [
        format!("{}{chosen}", headline(portfolio)),
        matrix(portfolio),
        listed("To manage as key accounts", &keys, false),
        listed("Not to manage as key accounts", &listed_ones, true),
    ];
    let counts = ["not_assessed", "closed"].into_iter().filter_map(|code| count(code, &counted));
    parts.into_iter().chain(counts).collect::<Vec<_>>().join("\n\n")
}

/// How many accounts are not listed for a reason, and which of them people decided to manage as key accounts.
fn count(code: &str, rows: &[&Value]) -> Option<String> {
    let of_code = |row: &&&Value| items(row, "/reasons").any(|reason| text(reason, "/code") == code);
    let rows: Vec<&&Value> = rows.iter().filter(of_code).collect();
    let as_key = rows.iter().filter(|row| row.pointer("/decided/manage_as_key") == Some(&Value::Bool(true)));
    let as_key: Vec<String> = as_key.map(|row| text(row, "/account")).collect();
    let named = if as_key.is_empty() { String::new() } else { format!(": {}", as_key.join(", ")) };
    let (what, number, keys) = (code.replace('_', " "), rows.len(), as_key.len());
    (number > 0).then(|| format!("{number} more are {what} (--all lists them), {keys} of them managed as key{named}"))
}

fn headline(portfolio: &Value) -> String {
    let of = |field: &str| text(portfolio, field);
    let source = match of("/cap/source").as_str() {
        "query" => "as asked".to_owned(),
        "capacities" => format!("the capacities of {} people", of("/cap/people")),
        "model_without_capacities" => "the model's, for nobody has a capacity".to_owned(),
        _ => "the model's".to_owned(),
    };
    format!(
        "{} of {} open accounts are proposed as key accounts by {}, with room for {} ({source})\n\
         {} more are attractive enough, {} are not, of {} what is missing decides, {} were not assessed\n\
         people decided the same for {}; otherwise for {} that are proposed and {} that are not\n{}",
        of("/keys"),
        of("/accounts"),
        of("/model"),
        of("/cap/accounts"),
        of("/beyond_cap"),
        of("/below_cut"),
        of("/attractiveness_undecided"),
        of("/quadrants/not_assessed"),
        of("/decisions/agree"),
        of("/decisions/proposed_only"),
        of("/decisions/decided_only"),
        answer::resolved(portfolio),
    )
}

/// The quadrants that an account may be in, by row and column of the matrix.
const GRID: [[&str; 2]; 2] = [["strategic", "star"], ["status", "streamline"]];

/// In which row or column of the matrix an account surely is; 2 where it may be in both.
fn line_of(row: &Value, is_in: impl Fn(usize, &str) -> bool) -> usize {
    let quadrant = text(row, "/quadrant");
    let possible: Vec<&str> = items(row, "/possible").filter_map(Value::as_str).collect();
    let quadrants = if possible.is_empty() { vec![quadrant.as_str()] } else { possible };
    (0..GRID.len()).find(|line| quadrants.iter().all(|quadrant| is_in(*line, quadrant))).unwrap_or(GRID.len())
}

/// How many of the shown accounts are in each quadrant, and between which.
fn matrix(portfolio: &Value) -> String {
    let mut counts = [[0_u32; 3]; 3];
    let is_assessed = |row: &&Value| optional(row, "/quadrant").is_some_and(|quadrant| quadrant != "not_assessed");
    for row in items(portfolio, "/items").filter(is_assessed) {
        let across = line_of(row, |line, quadrant| GRID.get(line).is_some_and(|line| line.contains(&quadrant)));
        let down = line_of(row, |line, quadrant| GRID.iter().any(|row| row.get(line) == Some(&quadrant)));
        if let Some(count) = counts.get_mut(across).and_then(|counts| counts.get_mut(down)) {
            *count += 1;
        }
    }
    let cut = |field: &str| text(portfolio, field);
    let (attractive, strong) = (cut("/attractiveness_cut"), cut("/strength_cut"));
    let mut grid = table::new();
    grid.set_header([
        String::new(),
        format!("we are strong (from {strong})"),
        "we are weak".to_owned(),
        "undecided".to_owned(),
    ]);
    let heads = [format!("attractive (from {attractive})"), "not attractive".to_owned(), "undecided".to_owned()];
    for ((across, head), counts) in heads.into_iter().enumerate().zip(counts) {
        let name =
            |down: usize| GRID.get(across).and_then(|row| row.get(down)).map_or(String::new(), |n| format!("{n} "));
        let cells = counts.iter().enumerate().map(|(down, count)| format!("{}{count}", name(down)));
        grid.add_row(std::iter::once(head).chain(cells));
    }
    table::text_of(grid)
}

fn listed(title: &str, rows: &[&Value], with_reasons: bool) -> String {
    if rows.is_empty() {
        return format!("{title}: none");
    }
    let mut list = table::new();
    let why_not = with_reasons.then_some("why not");
    let heads = ["place", "best to worst", "account", "attractiveness", "strength", "quadrant"];
    list.set_header(heads.into_iter().chain(why_not).chain(["orders grew", "people decided", ""]));
    for row in rows {
        let why_not = with_reasons.then(|| items(row, "/reasons").map(short).collect::<Vec<_>>().join("; "));
        list.add_row(figures(row).into_iter().chain(why_not).chain([growth(row), decided(row), differs(row)]));
    }
    format!("{title}\n{}", table::text_of(list))
}

/// A reason without the figures that stand in other columns, or in the headline.
fn short(reason: &Value) -> String {
    let missing: Vec<&str> = items(reason, "/missing").filter_map(Value::as_str).collect();
    match text(reason, "/code").as_str() {
        "beyond_cap" => "beyond the cap".to_owned(),
        "below_cut" => "below the cut".to_owned(),
        "undecided" => format!("not assessed: {}", missing.join(", ")),
        _ => text(reason, "/text"),
    }
}

/// By how much more or less was ordered than in the period before, in whole per cent.
fn growth(row: &Value) -> String {
    let share = optional(row, "/evidence/growth/growth").and_then(|share| share.parse::<Decimal>().ok());
    share.map_or(String::new(), |share| format!("{:+} %", (share * Decimal::ONE_HUNDRED).round().normalize()))
}

fn figures(row: &Value) -> [String; 6] {
    [
        text(row, "/place/rank"),
        optional(row, "/place/best").map_or(String::new(), |best| {
            let worst = text(row, "/place/worst");
            if best == worst { best } else { format!("{best} to {worst}") }
        }),
        text(row, "/account"),
        between(row, "/attractiveness").unwrap_or_default(),
        between(row, "/strength/ratio").unwrap_or_else(|| "unknown".to_owned()),
        quadrant(row),
    ]
}

/// A figure, or its bounds; without a bound above where there is none.
fn between(row: &Value, figure: &str) -> Option<String> {
    row.pointer(figure)?;
    match (thousandths(row, &format!("{figure}/min")), thousandths(row, &format!("{figure}/max"))) {
        (Some(min), Some(max)) if min == max => Some(min),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("{min} or more")),
        (None, _) => Some("beyond all bounds".to_owned()),
    }
}

fn quadrant(row: &Value) -> String {
    let possible: Vec<&str> = items(row, "/possible").filter_map(Value::as_str).collect();
    match possible.as_slice() {
        [] => text(row, "/quadrant").replace('_', " "),
        [_, _, _, _, ..] => "any".to_owned(),
        some => some.join(" or "),
    }
}

/// What people decided, when, who said so, and by which event.
fn decided(row: &Value) -> String {
    let Some(tier) = optional(row, "/decided/tier") else { return String::new() };
    let as_key = row.pointer("/decided/manage_as_key").and_then(Value::as_bool).unwrap_or_default();
    let what = match (tier == "key", as_key) {
        (true, false) => "key, not managed as one".to_owned(),
        (false, true) => format!("{tier}, managed as key"),
        (true, true) | (false, false) => tier,
    };
    let at = optional(row, "/decided/decided_date").unwrap_or_else(|| text(row, "/decided/decided_at"));
    // The day is enough here; the answer has the instant.
    let on = at.split('T').next().unwrap_or_default();
    format!("{what} ({on}, {}, {})", text(row, "/decided/by/id"), text(row, "/decided/event"))
}

fn differs(row: &Value) -> String {
    if row.pointer("/agrees") == Some(&Value::Bool(false)) { "otherwise".to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn portfolio() -> Value {
        let decided = |tier: &str, key: bool| {
            json!({"tier": tier, "manage_as_key": key, "decided_at": "2024-02-01T00:00:00Z",
                   "decided_date": "2024-02-01", "by": {"id": "p-01"}, "event": 7})
        };
        json!({
            "model": "attractiveness/1", "attractiveness_cut": "5.0", "strength_cut": "1.0",
            "cap": {"accounts": 1, "source": "query"}, "accounts": 4, "closed": 1, "keys": 1, "beyond_cap": 1,
            "below_cut": 0, "attractiveness_undecided": 1, "quadrants": {"not_assessed": 1},
            "decisions": {"agree": 1, "proposed_only": 0, "decided_only": 1, "open": 2},
            "resolved": {"as_of": "2026-03-01", "zone": "UTC", "size": 9, "clock": "ledger"},
            "items": [
                {"account": "acme", "proposal": "key", "place": {"rank": 1, "best": 1, "worst": 2},
                 "attractiveness": {"min": 6_850, "max": 6_850}, "strength": {"ratio": {"min": 1_022, "max": 1_022}},
                 "quadrant": "strategic", "reasons": [{"code": "within_cap", "text": "in"}],
                 "evidence": {"growth": {"growth": "0.180000"}}, "decided": decided("key", true), "agrees": true},
                {"account": "beta", "proposal": "not_key", "place": {"rank": 2, "best": 2, "worst": 2},
                 "attractiveness": {"min": 5_000, "max": 6_000}, "strength": {"ratio": {"min": 900, "max": null}},
                 "quadrant": "undecided", "possible": ["strategic", "star"], "reasons": [{"code": "beyond_cap", "text": "beyond"}],
                 "evidence": {"growth": {"growth": "-0.404000"}},
                 "decided": decided("developing", true), "agrees": false},
                {"account": "gamma", "proposal": "not_key", "place": {"rank": 3, "best": 3, "worst": 3},
                 "attractiveness": {"min": 3_000, "max": 6_000}, "strength": {}, "quadrant": "undecided",
                 "possible": ["strategic", "star", "status", "streamline"],
                 "reasons": [{"code": "undecided", "text": "perhaps", "missing": ["growth"]}],
                 "agrees": null},
                {"account": "delta", "proposal": "not_key", "strength": {}, "quadrant": "not_assessed",
                 "reasons": [{"code": "not_assessed", "text": "nothing"}], "agrees": null},
                {"account": "old", "proposal": "not_key", "strength": {}, "reasons": [{"code": "closed", "text": "closed"}],
                 "decided": decided("key", true),
                 "agrees": null},
            ],
        })
    }

    #[test]
    fn the_matrix_the_keys_and_the_others_have_a_line_each() {
        let page = lay_out(&portfolio(), true, None);
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        let lines: Vec<String> = page.lines().map(cells).collect();
        for wanted in [
            "1 of 4 open accounts are proposed as key accounts by attractiveness/1, with room for 1 (as asked)",
            "people decided the same for 1; otherwise for 0 that are proposed and 1 that are not",
            "we are strong (from 1.0)|we are weak|undecided",
            "attractive (from 5.0)|strategic 1|star 0|1",
            "not attractive|status 0|streamline 0|0",
            "undecided|0|0|1",
            "1|1 to 2|acme|6.850|1.022|strategic|+18 %|key (2024-02-01, p-01, 7)",
            "2|2|beta|5.000 to 6.000|0.900 or more|strategic or star|beyond the cap|-40 %|developing, managed as key|otherwise",
            "3|3|gamma|3.000 to 6.000|unknown|any|not assessed: growth",
            "delta|unknown|not assessed|nothing",
            "old|unknown|closed|key (2024-02-01, p-01, 7)",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
    }

    #[test]
    fn accounts_without_a_place_are_counted_where_not_all_are_wanted() {
        let page = lay_out(&portfolio(), false, None);
        let parts: Vec<&str> = page.split("\n\n").collect();
        let counts = [
            "1 more are not assessed (--all lists them), 0 of them managed as key",
            "1 more are closed (--all lists them), 1 of them managed as key: old",
        ];
        assert_eq!(parts[4..], counts);
        assert!(!page.contains("delta"), "{page}");
    }

    #[test]
    fn a_cap_says_where_it_comes_from() {
        for (source, wanted) in [
            ("model", "(the model's)"),
            ("capacities", "(the capacities of 3 people)"),
            ("model_without_capacities", "(the model's, for nobody has a capacity)"),
        ] {
            let mut said = portfolio();
            said["cap"] = json!({"accounts": 20, "source": source, "people": 3});
            assert!(lay_out(&said, true, None).lines().next().unwrap().ends_with(wanted), "{source}");
        }
    }
}
