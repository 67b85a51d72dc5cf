//! Which accounts a test of scores looks at, and when: losses, dates in turn, and what is too young.

use jiff::civil::Date;
use serde_json::{Value, json};
use tenure_replay::backtest::{
    Candidate, Loss, Lost, MIN_OUTCOMES, Scored, TooFew, Warned, first_closed, first_loss, plan, verdict,
};
use tenure_replay::health::Band;
use tenure_schemas::{Event, Zone};

use crate::kit::{account_id, ev, fold_all, opened};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn contract(position: u64, ended_by: &str) -> [Event; 2] {
    let signed = json!({
        "contract": format!("k{position}"), "from": "2024-01-01", "to": "2025-01-01",
        "value": {"amount": "1", "currency": "EUR"},
    });
    let ended = json!({"contract": format!("k{position}"), "by": ended_by, "reason": "as told"});
    [
        ev(position, "2024-01-01", "contract.signed", signed),
        ev(position + 1, &format!("2024-06-{:02}", position + 1), "contract.ended", ended),
    ]
}

fn closed_as(position: u64, time: &str, reason: &str) -> Event {
    ev(position, time, "account.closed", json!({"reason": reason}))
}

fn loss(events: &[Event]) -> Option<(String, Loss)> {
    first_loss(&fold_all(events), &Zone::utc()).map(|lost| (lost.date.to_string(), lost.how))
}

#[test]
fn an_account_is_lost_by_its_client_or_when_it_is_closed_as_lost_and_once() {
    let open = [opened(0, "2023-01-01")];
    let with = |more: &[Event]| [&open[..], more].concat();
    assert_eq!(loss(&open), None);
    assert_eq!(loss(&with(&contract(1, "us"))), None, "we ended it");
    assert_eq!(loss(&with(&contract(1, "client"))), Some(("2024-06-02".to_owned(), Loss::ContractEnded)));
    assert_eq!(loss(&with(&[closed_as(1, "2024-02-01", "ended")])), None);
    let both = [&contract(1, "client")[..], &[closed_as(3, "2024-07-01", "lost")]].concat();
    assert_eq!(loss(&with(&both)), Some(("2024-06-02".to_owned(), Loss::ContractEnded)), "the first counts");
    let again = [closed_as(1, "2024-02-01", "lost"), ev(2, "2024-03-01", "account.reopened", json!({}))];
    assert_eq!(loss(&with(&again)), Some(("2024-02-01".to_owned(), Loss::AccountClosed)), "it was lost all the same");
}

fn candidate(account: &str, since: &str, lost: Option<&str>) -> Candidate {
    let lost = lost.map(|on| Lost { date: date(on), how: Loss::AccountClosed, event: 9 });
    Candidate { account: account_id(account), since: date(since), lost, closed: None }
}

#[test]
fn accounts_that_stayed_are_scored_at_the_dates_of_the_lost_in_turn() {
    let all = [
        candidate("a", "2020-01-01", Some("2024-06-29")),
        candidate("b", "2020-01-01", Some("2024-03-31")),
        candidate("c", "2024-06-01", Some("2024-07-01")),
        candidate("d", "2020-01-01", None),
        candidate("e", "2020-01-01", None),
        candidate("f", "2020-01-01", None),
        candidate("g", "2024-02-01", None),
        candidate("h", "2024-02-01", None),
        candidate("i", "2024-04-01", None),
    ];
    let found = plan(&all, 90);
    let cases: Vec<_> = found.cases.iter().map(|case| (case.account.as_str(), case.scored_on.to_string())).collect();
    let expected = [
        ("b", "2024-01-01"),
        ("a", "2024-03-31"),
        ("d", "2024-01-01"),
        ("e", "2024-03-31"),
        ("f", "2024-01-01"),
        ("g", "2024-03-31"),
        ("h", "2024-03-31"),
    ];
    assert_eq!(cases, expected.map(|(account, on)| (account, on.to_owned())));
    assert_eq!((found.lost_too_young, found.stayed_too_young), (1, 1), "c was opened too late, and i");
}

#[test]
fn what_was_closed_for_another_reason_takes_no_part_from_then_on() {
    let closed =
        |account: &str, on: &str| Candidate { closed: Some(date(on)), ..candidate(account, "2020-01-01", None) };
    let all = [candidate("a", "2020-01-01", Some("2024-06-29")), closed("b", "2024-06-29"), closed("c", "2024-06-30")];
    let found = plan(&all, 90);
    let cases: Vec<_> = found.cases.iter().map(|case| case.account.as_str()).collect();
    assert_eq!((cases, found.stayed_closed), (vec!["a", "c"], 1));
    let events = [opened(0, "2023-01-01"), closed_as(1, "2024-02-01", "ended")];
    assert_eq!(first_closed(&fold_all(&events), &Zone::utc()), Some(date("2024-02-01")));
    let events = [opened(0, "2023-01-01"), closed_as(1, "2024-02-01", "lost")];
    assert_eq!(first_closed(&fold_all(&events), &Zone::utc()), None);
}

#[test]
fn without_losses_there_are_no_dates() {
    let found = plan(&[candidate("d", "2020-01-01", None)], 90);
    assert_eq!((found.cases.len(), found.stayed_too_young), (0, 1));
}

#[test]
fn figures_are_refused_under_20_of_either_sort() {
    let some = |lost: usize, stayed: usize| {
        let one = |is_lost| Scored { is_lost, score: 50_000, band: Band::Yellow, warned: Warned::default() };
        let all = std::iter::repeat_n(one(true), lost).chain(std::iter::repeat_n(one(false), stayed));
        verdict(&all.collect::<Vec<_>>())
    };
    assert_eq!(some(19, 400).unwrap_err(), TooFew { lost: 19, stayed: 400 });
    assert_eq!(some(400, 19).unwrap_err(), TooFew { lost: 400, stayed: 19 });
    assert!(some(MIN_OUTCOMES, MIN_OUTCOMES).is_ok());
    let says = TooFew { lost: 3, stayed: 50 }.to_string();
    assert_eq!(says, "3 lost and 50 stayed accounts have a score: a test needs 20 of each");
    let _: Value = serde_json::to_value(some(20, 20).unwrap()).unwrap();
}
