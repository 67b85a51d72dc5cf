//! Commercial: two periods, one currency, net of what came off.

use serde_json::json;
use tenure_replay::health::Dimension::Commercial;
use tenure_replay::health::Missing::NoEarlierOrders;

use super::*;

/// Orders, each so many days ago.
fn orders(orders: &[(i64, &str)]) -> Told {
    let mut told = Told::opened(999);
    for (number, (days, money)) in orders.iter().enumerate() {
        told = order(told, *days, &format!("o{number}"), money);
    }
    told
}

fn order(told: Told, days: i64, id: &str, money: &str) -> Told {
    let (amount, currency) = money.split_once(' ').unwrap();
    told.and(days, "order.placed", json!({"order": id, "total": {"amount": amount, "currency": currency}}))
}

fn in_currency(currency: &str, told: Told) -> Told {
    told.and(500, "account.profile_changed", json!({"changes": {"currency": currency}}))
}

#[test]
fn the_worked_example() {
    let told = orders(&[(500, "60000 EUR"), (400, "40000 EUR"), (100, "118000 EUR")]);
    let score = dimension(&told.0, Commercial, ASKED);
    assert_eq!((score.score, score.evidence), (Some(86_000), 3));
    let figures: Vec<_> = ["recent", "earlier", "growth", "currency"].map(|name| score.figures[name].clone()).into();
    assert_eq!(figures, ["118000", "100000", "0.180000", "EUR"]);
}

#[test]
fn growth_is_clamped() {
    for (recent, expected) in [
        ("100 EUR", 50_000),
        ("110 EUR", 70_000),
        ("125 EUR", 100_000),
        ("900 EUR", 100_000),
        ("90 EUR", 30_000),
        ("75 EUR", 0),
        ("1 EUR", 0),
    ] {
        assert_eq!(score(&orders(&[(500, "100 EUR"), (100, recent)]), Commercial), Ok(expected), "{recent}");
    }
    assert_eq!(score(&orders(&[(500, "100 EUR")]), Commercial), Ok(0), "no order any more");
}

#[test]
fn the_periods_end_with_the_asked_date_and_a_year_before() {
    for (days, expected) in [
        // Beside 100 in each period, one of 10 in the recent one, the earlier one (−10/110 of 25 %), or neither.
        (0, 70_000),
        (364, 70_000),
        (365, 31_818),
        (729, 31_818),
        (730, 50_000),
        (-1, 50_000),
    ] {
        let told = orders(&[(500, "100 EUR"), (100, "100 EUR"), (days, "10 EUR")]);
        assert_eq!(score(&told, Commercial), Ok(expected), "{days}");
    }
}

#[test]
fn without_anything_to_compare_with_it_is_missing() {
    assert_eq!(score(&orders(&[]), Commercial), Err(NoEarlierOrders));
    assert_eq!(score(&orders(&[(100, "100 EUR")]), Commercial), Err(NoEarlierOrders));
    assert_eq!(score(&orders(&[(500, "0 EUR"), (100, "100 EUR")]), Commercial), Err(NoEarlierOrders));
    assert_eq!(score(&orders(&[(500, "-5 EUR"), (100, "100 EUR")]), Commercial), Err(NoEarlierOrders));
}

#[test]
fn what_came_off_counts_in_the_period_of_its_order_once_it_is_known() {
    let told = orders(&[(500, "200 EUR"), (499, "50 EUR"), (100, "100 EUR")]);
    let told = told.and(90, "order.cancelled", json!({"order": "o1", "by": "client"}));
    let told = told.and(80, "order.amended", json!({"order": "o0", "total": {"amount": "120", "currency": "EUR"}}));
    let told = told.and(70, "order.returned", json!({"order": "o0", "value": {"amount": "20", "currency": "EUR"}}));
    // 100 against 250, 200, 120 and 100.
    for (days, expected) in [(91, 0), (90, 0), (80, 16_667), (70, 50_000)] {
        assert_eq!(dimension(&told.0, Commercial, &ago(days)).score, Some(expected), "{days} days ago");
    }
}

#[test]
fn one_currency_counts_and_the_others_are_named() {
    let both = || orders(&[(500, "100 EUR"), (100, "110 EUR"), (500, "500 USD"), (100, "500 USD"), (99, "9 CHF")]);
    let seen = |told: &Told| {
        let score = dimension(&told.0, Commercial, ASKED);
        let excluded: Vec<_> = score.excluded_currencies.iter().map(ToString::to_string).collect();
        (score.score, score.figures.get("currency").cloned(), excluded.join(" "))
    };
    let of = |score, currency: &str, excluded: &str| (score, Some(currency.to_owned()), excluded.to_owned());
    assert_eq!(seen(&both()), of(Some(50_000), "USD", "CHF EUR"), "the largest");
    assert_eq!(seen(&in_currency("EUR", both())), of(Some(70_000), "EUR", "CHF USD"), "the account's");
    assert_eq!(seen(&in_currency("GBP", both())), of(None, "GBP", "CHF EUR USD"), "the account's, though it has none");
    let tied = orders(&[(500, "100 USD"), (100, "110 USD"), (500, "105 EUR"), (100, "105 EUR")]);
    assert_eq!(seen(&tied), of(Some(50_000), "EUR", "USD"), "the first in the alphabet");
    assert_eq!(seen(&orders(&[])), (None, None, String::new()));
}

#[test]
fn a_return_in_another_currency_is_never_taken_off() {
    let told = orders(&[(500, "100 EUR"), (100, "100 EUR")]);
    let told = told.and(70, "order.returned", json!({"order": "o1", "value": {"amount": "50", "currency": "USD"}}));
    let score = dimension(&told.0, Commercial, ASKED);
    assert_eq!((score.score, score.excluded_currencies.len()), (Some(50_000), 1));
}
