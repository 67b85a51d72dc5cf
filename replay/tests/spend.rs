//! Spend, costs and savings by period and category, added up by hand.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{CurrencyMismatch, SavingContradicted, SavingUnknown};
use tenure_replay::spend::{Grain, spend};
use tenure_schemas::{Event, Zone};

use crate::kit::*;

fn money(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

fn order(position: u64, time: &str, order: &str, total: &str, lines: &[(&str, &str, Option<&str>)]) -> Event {
    let lines: Vec<_> = lines
        .iter()
        .map(|(quantity, price, category)| {
            let mut line = json!({"offering": "x", "quantity": quantity, "unit_price": price});
            if let Some(category) = category {
                line["category"] = json!(category);
            }
            line
        })
        .collect();
    let says = json!({"order": order, "total": money(total, "EUR"), "lines": lines});
    ev(position, time, "order.placed", says)
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn back(position: u64, time: &str, order: &str, value: Value) -> Event {
    ev(position, time, "order.returned", json!({"order": order, "value": value}))
}

fn amended(position: u64, time: &str, more: &[(&str, Value)]) -> Event {
    let mut says = json!({"order": "o1"});
    says.as_object_mut().unwrap().extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    ev(position, time, "order.amended", says)
}

/// `period kind category currency amount`, and what was cancelled and returned, where anything was.
fn rows(events: &[Event], time: &str, grain: Grain, zone: &str) -> Vec<String> {
    let zone: Zone = zone.parse().unwrap();
    let line = |row: &tenure_replay::spend::SpendRow| {
        let row = serde_json::to_value(row).unwrap();
        let text = |field: &str| row[field].as_str().unwrap_or("-").to_owned();
        let mut line = ["period", "kind", "category", "currency", "amount"].map(text).join(" ");
        for field in ["cancelled", "returned"] {
            if row[field].as_str().is_some_and(|figure| !figure.trim_matches(['0', '.']).is_empty()) {
                line = format!("{line} {field} {}", text(field));
            }
        }
        line
    };
    spend(&fold(events, time), grain, &zone).iter().map(line).collect()
}

fn firm() -> Vec<Event> {
    vec![
        opened(0, "2023-01-01"),
        order(1, "2024-02-10", "o1", "100.00", &[("2", "20.00", Some("parts")), ("1", "30", Some("service"))]),
        back(2, "2024-07-01", "o1", money("10", "EUR")),
        order(3, "2024-05-01", "o2", "50", &[]),
        order(4, "2024-05-02", "o3", "40", &[("4", "10", Some("parts"))]),
        back(5, "2024-05-03", "o3", money("15", "EUR")),
        order(6, "2024-05-03", "o4", "1000", &[]),
        back(7, "2024-05-04", "o4", money("200", "EUR")),
        ev(8, "2024-05-05", "order.cancelled", json!({"order": "o4", "by": "client"})),
        order(9, "2023-12-31T23:30:00Z", "o5", "7", &[]),
        ev(
            10,
            "2024-01-15",
            "cost.recorded",
            json!({
                "category": "travel", "amount": money("300", "EUR"), "period": {"from": "2023-10-01", "to": "2024-01-01"},
            }),
        ),
        ev(11, "2024-02-01", "cost.recorded", json!({"category": "team", "amount": money("50.5", "EUR")})),
        ev(12, "2024-02-02", "cost.recorded", json!({"category": "team", "amount": money("9", "USD")})),
        ev(
            13,
            "2024-03-01",
            "saving.identified",
            json!({"saving": "s1", "amount": money("90", "EUR"), "category": "film"}),
        ),
        ev(14, "2024-06-01", "saving.realised", json!({"saving": "s1", "amount": money("40", "EUR")})),
        ev(
            15,
            "2024-06-02",
            "saving.realised",
            json!({"saving": "s1", "amount": money("30", "EUR"), "category": "waste"}),
        ),
    ]
}

#[test]
fn figures_come_together_by_period_kind_category_and_currency() {
    assert_eq!(own_codes(&firm()), []);
    assert_eq!(
        rows(&firm(), "2024-12-31", Grain::Quarter, "UTC"),
        [
            "2023-Q4 order - EUR 7",
            "2023-Q4 cost travel EUR 300",
            "2024-Q1 order - EUR 20.00 returned 10",
            "2024-Q1 order parts EUR 40.00",
            "2024-Q1 order service EUR 30",
            "2024-Q1 cost team EUR 50.5",
            "2024-Q1 cost team USD 9",
            "2024-Q1 saving_identified film EUR 90",
            "2024-Q2 order - EUR 50 cancelled 1000",
            "2024-Q2 order parts EUR 25 returned 15",
            "2024-Q2 saving_realised film EUR 40",
            "2024-Q2 saving_realised waste EUR 30",
        ]
    );
}

#[test]
fn what_counts_is_what_is_known_at_the_moment() {
    let by = |time| rows(&firm(), time, Grain::Month, "UTC");
    assert!(by("2024-06-30").contains(&"2024-02 order - EUR 30.00".to_owned()), "before the return");
    assert!(by("2024-05-03").contains(&"2024-05 order - EUR 1050".to_owned()), "before the cancellation");
    assert!(by("2024-05-04").contains(&"2024-05 order - EUR 850 returned 200".to_owned()));
    assert!(by("2024-05-05").contains(&"2024-05 order - EUR 50 cancelled 1000".to_owned()));
}

#[test]
fn periods_are_those_of_the_zone() {
    let old_year = [opened(0, "2023-01-01"), order(1, "2023-12-31T23:30:00Z", "o1", "7", &[])];
    assert_eq!(rows(&old_year, "2024-12-31", Grain::Year, "UTC"), ["2023 order - EUR 7"]);
    assert_eq!(rows(&old_year, "2024-12-31", Grain::Year, "Europe/Rome"), ["2024 order - EUR 7"]);
    assert_eq!(rows(&old_year, "2024-12-31", Grain::Month, "Europe/Rome"), ["2024-01 order - EUR 7"]);
    let day = [opened(0, "2023-01-01"), order(1, "2024-01-01@Asia/Tokyo", "o1", "7", &[])];
    assert_eq!(rows(&day, "2024-12-31", Grain::Month, "UTC"), ["2024-01 order - EUR 7"], "a day is its own date");
    let row = spend(&fold_all(&day), Grain::Quarter, &Zone::utc()).remove(0);
    assert_eq!((row.from.to_string(), row.to.to_string()), ("2024-01-01".to_owned(), "2024-04-01".to_owned()));
}

#[test]
fn the_rows_of_an_order_add_up_to_its_total_whatever_its_lines_do() {
    let (parts, service) = (("1", "100.00", Some("parts")), ("2", "5", Some("service")));
    let unnamed = ("3", "5", None);
    for (case, total, lines, expected) in [
        ("exactly", "110", vec![parts, service], vec!["parts EUR 100.00", "service EUR 10"]),
        ("less", "130", vec![parts, service], vec!["- EUR 20.00", "parts EUR 100.00", "service EUR 10"]),
        ("more", "90", vec![parts, service], vec!["- EUR -20.00", "parts EUR 100.00", "service EUR 10"]),
        ("more, of one category", "90", vec![parts, parts], vec!["parts EUR 90"]),
        ("less, of one category", "130", vec![parts], vec!["- EUR 30.00", "parts EUR 100.00"]),
        ("more, and some without", "90", vec![parts, unnamed], vec!["- EUR -10.00", "parts EUR 100.00"]),
        ("without a category", "90", vec![unnamed], vec!["- EUR 90"]),
        ("without lines", "90", vec![], vec!["- EUR 90"]),
        ("nothing", "0", vec![], vec!["- EUR 0"]),
    ] {
        let events = [opened(0, "2023-01-01"), order(1, "2024-01-01", "o1", total, &lines)];
        let expected: Vec<_> = expected.into_iter().map(|row| format!("2024 order {row}")).collect();
        assert_eq!(rows(&events, "2024-12-31", Grain::Year, "UTC"), expected, "{case}");
    }
}

#[test]
fn sums_of_the_largest_amounts_are_exact() {
    let nines = "9".repeat(28);
    let lines = [(nines.as_str(), nines.as_str(), Some("parts")), ("0", "1", Some("service"))];
    let events = [
        opened(0, "2023-01-01"),
        order(1, "2024-01-01", "o1", &nines, &lines),
        order(2, "2024-01-01", "o2", "0.0000000000000000000000000001", &[]),
    ];
    // With N = 10^28 - 1: N² = 10^56 - 2·10^28 + 1, and N - N² + 10^-28 = -(10^56 - 3·10^28 + 2) + 10^-28.
    let product = format!("{}8{}1", "9".repeat(27), "0".repeat(27));
    let rest = format!("-{}7{}1.{}", "9".repeat(27), "0".repeat(27), "9".repeat(28));
    assert_eq!(
        rows(&events, "2024-12-31", Grain::Year, "UTC"),
        [
            format!("2024 order - EUR {rest}"),
            format!("2024 order parts EUR {product}"),
            "2024 order service EUR 0".to_owned(),
        ]
    );
}

#[test]
fn another_currency_is_a_finding_and_never_added() {
    let events = [
        opened(0, "2023-01-01"),
        order(1, "2024-01-01", "o1", "100", &[("1", "60", Some("parts"))]),
        back(2, "2024-02-01", "o1", money("10", "USD")),
    ];
    assert_eq!(own_findings(&events), [(CurrencyMismatch, vec![1, 2])]);
    assert_eq!(
        rows(&events, "2024-12-31", Grain::Year, "UTC"),
        ["2024 order - EUR 40", "2024 order - USD -10 returned 10", "2024 order parts EUR 60"]
    );
}

#[test]
fn an_amendment_into_another_currency_leaves_the_lines_in_theirs() {
    let lines = json!([{"offering": "x", "quantity": "1", "unit_price": "70", "category": "parts"}]);
    let placed = || vec![opened(0, "2023-01-01"), order(1, "2024-01-01", "o1", "100", &[("1", "60", Some("parts"))])];
    let with = |events: Vec<Event>| placed().into_iter().chain(events).collect::<Vec<_>>();
    let total = |amount, currency| ("total", money(amount, currency));
    for (case, events, findings, expected) in [
        (
            "without lines",
            with(vec![amended(2, "2024-02-01", &[total("110", "USD")])]),
            vec![(CurrencyMismatch, vec![1, 2])],
            vec!["2024 order - USD 110"],
        ),
        (
            "with lines",
            with(vec![amended(2, "2024-02-01", &[total("110", "USD"), ("lines", lines)])]),
            vec![(CurrencyMismatch, vec![1, 2])],
            vec!["2024 order - USD 40", "2024 order parts USD 70"],
        ),
        (
            "and back",
            with(vec![
                amended(2, "2024-02-01", &[total("110", "USD")]),
                amended(3, "2024-02-02", &[total("80", "EUR")]),
            ]),
            vec![(CurrencyMismatch, vec![1, 2]), (CurrencyMismatch, vec![1, 3])],
            vec!["2024 order - EUR 20", "2024 order parts EUR 60"],
        ),
        (
            "in its own",
            with(vec![amended(2, "2024-02-01", &[total("80", "EUR")])]),
            vec![],
            vec!["2024 order - EUR 20", "2024 order parts EUR 60"],
        ),
    ] {
        assert_eq!(own_findings(&events), findings, "{case}");
        assert_eq!(rows(&events, "2024-12-31", Grain::Year, "UTC"), expected, "{case}");
    }
}

/// A saving that came true without being found, was found twice, and in two currencies.
pub(crate) fn contradicted_savings() -> Vec<Event> {
    let says = |amount, currency| json!({"saving": "s1", "amount": money(amount, currency)});
    vec![
        opened(0, "2024-01-01"),
        ev(1, "2024-02-01", "saving.realised", says("10", "EUR")),
        ev(2, "2024-03-01", "saving.identified", says("20", "USD")),
        ev(3, "2024-04-01", "saving.identified", says("30", "EUR")),
    ]
}

#[test]
fn what_contradicts_a_saving() {
    let wanted = [(SavingUnknown, vec![1]), (CurrencyMismatch, vec![1, 2]), (SavingContradicted, vec![2, 3])];
    assert_eq!(own_findings(&contradicted_savings()), wanted);
    assert_eq!(
        rows(&contradicted_savings(), "2024-12-31", Grain::Year, "UTC"),
        ["2024 saving_identified - USD 20", "2024 saving_realised - EUR 10"]
    );
}
