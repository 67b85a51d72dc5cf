//! Metrics: worked figures, currencies apart, what is missing, and groups that add up to all.

use serde_json::{Value, json};
use tenure_replay::engagement::Scale;
use tenure_replay::merges::{Accounts, Whole};
use tenure_replay::metrics::{self, Assumptions, Chosen, Group, Groups, MetricsBy, Question};
use tenure_replay::{AsOf, Directory, Models};
use tenure_schemas::models::{Fraction, HealthSpec, TypedSpec};
use tenure_schemas::{Event, Zone};

use crate::kit::{Firm, account_id, as_of, contact, ev, on, opened};

const DATE: &str = "2024-12-31";

fn fraction(text: &str) -> Fraction {
    serde_json::from_value(text.into()).unwrap()
}

fn question(time: &AsOf, chosen: Chosen) -> Question {
    let assumptions = Assumptions::of(&Models::default(), chosen).unwrap();
    Question::new(time, &Zone::utc(), assumptions, Scale::of(&HealthSpec::built_in().dimensions.engagement))
}

/// The metrics of `acme` as JSON.
fn of_acme(events: &[Event], time: &str) -> Value {
    let time = as_of(time);
    let firm = Firm::of(events, &time);
    let whole = Whole::of(firm.account(&account_id("acme")).unwrap(), &firm);
    serde_json::to_value(metrics::metrics(&whole, &question(&time, Chosen::default()))).unwrap()
}

fn order(stream: &str, position: u64, time: &str, amount: &str, currency: &str) -> Event {
    let total = json!({"amount": amount, "currency": currency});
    let lines = json!([{"offering": "o", "quantity": "1", "unit_price": amount, "category": "tools"}]);
    on(stream, position, time, "order.placed", json!({"order": format!("o{position}"), "total": total, "lines": lines}))
}

fn placed(position: u64, time: &str, amount: &str, currency: &str) -> Event {
    order("account/acme", position, time, amount, currency)
}

fn cost(position: u64, time: &str, amount: &str) -> Event {
    let amount = json!({"amount": amount, "currency": "EUR"});
    ev(position, time, "cost.recorded", json!({"category": "service", "amount": amount}))
}

#[test]
fn a_margin_of_50_000_is_worth_170_000() {
    let found =
        of_acme(&[opened(0, "2024-01-01"), placed(1, "2024-06-01", "80000", "EUR"), cost(2, DATE, "30000")], DATE);
    let money = &found["money"][0];
    assert_eq!((&money["margin"], &money["lifetime_value"]), (&json!("50000"), &json!("170000.00")));
    assert_eq!(money["margin_share"], 62_500);
    assert_eq!(found["assumptions"]["model"], "metrics/1");
    assert_eq!(
        (&found["assumptions"]["retention"], &found["assumptions"]["discount"]),
        (&json!("0.85"), &json!("0.10"))
    );
    assert_eq!((&found["from"], &found["to"]), (&json!("2024-01-02"), &json!("2025-01-01")));
}

#[test]
fn a_question_may_assume_otherwise_and_the_answer_says_so() {
    let chosen = Chosen { retention: Some(fraction("0.5")), discount: None };
    let assumptions = Assumptions::of(&Models::default(), chosen).unwrap();
    assert_eq!((assumptions.retention.to_string(), &assumptions.chosen[..]), ("0.5".to_owned(), &["retention"][..]));
    let endless = Chosen { retention: Some(fraction("1")), discount: Some(fraction("0")) };
    assert_eq!(Assumptions::of(&Models::default(), endless), None);
}

#[test]
fn without_costs_there_is_no_margin() {
    let found = of_acme(&[opened(0, "2024-01-01"), placed(1, "2024-06-01", "80000", "EUR")], DATE);
    let money = &found["money"][0];
    for absent in ["cost", "margin", "margin_share", "lifetime_value"] {
        assert_eq!(money[absent], Value::Null, "{absent}");
    }
    assert_eq!(money["accounts_without_costs"], 1);
    let missing = json!(["earlier_orders", "costs", "interactions", "surveys", "plans", "share_of_wallet"]);
    assert_eq!(found["missing"], missing);
}

#[test]
fn a_cost_counts_on_the_first_day_of_the_time_that_it_is_for() {
    let of_time = |position: u64, from: &str, amount: &str| {
        let amount = json!({"amount": amount, "currency": "EUR"});
        let period = json!({"from": from, "to": "2026-01-01"});
        let said = json!({"category": "service", "amount": amount, "period": period});
        ev(position, "2024-06-01", "cost.recorded", said)
    };
    let events = [
        opened(0, "2023-01-01"),
        placed(1, "2024-06-01", "100", "EUR"),
        of_time(2, "2024-01-01", "1"),
        of_time(3, "2024-01-02", "10"),
        of_time(4, DATE, "20"),
        of_time(5, "2025-01-01", "40"),
    ];
    let found = of_acme(&events, DATE);
    assert_eq!(found["money"][0]["cost"], "30", "neither what came before nor what is to come");
}

#[test]
fn currencies_are_never_mixed() {
    let events = [
        opened(0, "2023-01-01"),
        placed(1, "2023-06-01", "100", "EUR"),
        placed(2, "2024-06-01", "118", "EUR"),
        placed(3, "2024-06-02", "5000", "USD"),
    ];
    let found = of_acme(&events, DATE);
    let figures: Vec<_> = found["money"]
        .as_array()
        .unwrap()
        .iter()
        .map(|money| json!([money["currency"], money["revenue"], money["earlier_revenue"], money["growth"]]))
        .collect();
    assert_eq!(figures, [json!(["EUR", "118", "100", 18_000]), json!(["USD", "5000", "0", null])]);
}

#[test]
fn an_order_counts_net_in_the_period_of_its_placing() {
    let events = [
        opened(0, "2022-01-01"),
        // 2024-01-01 is 365 days before the date, so the day after begins the period.
        placed(1, "2024-01-01", "10", "EUR"),
        placed(2, "2024-01-02", "20", "EUR"),
        placed(3, "2024-03-01", "40", "EUR"),
        ev(4, "2024-03-02", "order.cancelled", json!({"order": "o3", "by": "client"})),
        ev(5, "2024-03-03", "order.returned", json!({"order": "o2", "value": {"amount": "5", "currency": "EUR"}})),
        placed(6, "2023-01-01", "1000", "EUR"),
    ];
    let money = &of_acme(&events, DATE)["money"][0];
    assert_eq!((&money["revenue"], &money["earlier_revenue"]), (&json!("15"), &json!("10")));
    assert_eq!(money["spend"], json!([{"category": "tools", "revenue": "15", "earlier_revenue": "10"}]));
}

#[test]
fn relationship_growth_is_that_of_the_effective_contacts() {
    let talk = |position: u64, time: &str, contacts: &[&str]| {
        let logged = json!({"channel": "video", "direction": "mutual", "persons": ["ada"], "contacts": contacts});
        ev(position, time, "interaction.logged", logged)
    };
    let events = [
        opened(0, "2023-01-01"),
        contact(1, "2023-01-01", "c1"),
        contact(2, "2023-01-01", "c2"),
        talk(3, "2023-12-01", &["c1"]),
        talk(4, "2024-12-01", &["c1", "c2"]),
    ];
    let found = of_acme(&events, DATE);
    let growth = &found["relationships"];
    assert_eq!((&growth["earlier_effective_contacts"], &growth["growth"]), (&json!(1_000), &json!(1_000)));
    let gone = [&events[..], &[ev(5, "2024-12-02", "contact.left", json!({"contact": "c2"}))]].concat();
    assert_eq!(of_acme(&gone, DATE)["relationships"]["growth"], 0);
    assert_eq!(found["reciprocity"], json!({"inbound": 0, "outbound": 0, "mutual": 1, "share": 100_000}));
}

/// Four accounts: one grows, one shrinks, one is lost, one is new; three of one manager, one of nobody.
fn firm() -> Vec<Event> {
    let mut events = Vec::new();
    for (account, before, now) in [("a", "100", "150"), ("b", "100", "60"), ("c", "100", "0"), ("d", "0", "40")] {
        let stream = format!("account/{account}");
        let mut next = u64::try_from(events.len()).unwrap();
        let mut push = |event: Event| events.push(event);
        push(on(&stream, next, "2023-01-01", "account.opened", json!({"name": account, "region": "north"})));
        if account != "d" {
            next += 1;
            push(on(&stream, next, "2023-01-01", "ownership.assigned", json!({"person": "ada", "role": "primary"})));
        }
        for (time, amount) in [("2023-06-01", before), ("2024-06-01", now)] {
            if amount != "0" {
                next += 1;
                push(order(&stream, next, time, amount, "EUR"));
            }
        }
        if account == "c" {
            let closed = json!({"reason": "lost"});
            push(on(&stream, next + 1, "2024-09-01", "account.closed", closed));
        }
    }
    events
}

fn groups(by: MetricsBy, time: &str) -> Vec<Group> {
    let time = as_of(time);
    let firm = Firm::of(&firm(), &time);
    let question = question(&time, Chosen::default());
    let mut groups = Groups::new(by, &question);
    for id in ["a", "b", "c", "d"] {
        groups.add(&Whole::of(firm.account(&account_id(id)).unwrap(), &firm), &firm);
    }
    groups.finish().collect()
}

#[test]
fn retention_is_told_by_count_and_by_revenue() {
    let all = serde_json::to_value(groups(MetricsBy::All, DATE)).unwrap();
    let found = &all[0];
    assert_eq!((&found["accounts"], &found["open_accounts"], &found["key"]), (&json!(4), &json!(3), &Value::Null));
    assert_eq!(found["retention"], json!({"ordered_before": 3, "retained": 2, "share": 66_667}));
    let money = &found["money"][0];
    assert_eq!(money["gross_revenue_retention"], 53_333, "(100 + 60) of 300");
    assert_eq!(money["net_revenue_retention"], 70_000, "(150 + 60) of 300: what is new does not count");
    assert_eq!(money["growth"], -16_667, "250 after 300");
}

#[test]
fn groups_add_up_to_all_and_a_lost_account_stays_with_its_last_manager() {
    for by in [MetricsBy::Account, MetricsBy::Owner, MetricsBy::Tier, MetricsBy::Region] {
        assert_eq!(groups(by, DATE).iter().map(|group| group.metrics.accounts).sum::<u64>(), 4, "{by:?}");
    }
    let owners = groups(MetricsBy::Owner, DATE);
    let found: Vec<_> = owners.iter().map(|group| (group.key.as_deref(), group.metrics.accounts)).collect();
    assert_eq!(found, [(None, 1), (Some("ada"), 3)]);
    assert_eq!(owners[1].metrics.retention.share, Some(66_667));
}

#[test]
fn a_margin_rests_on_the_accounts_with_costs_alone() {
    let amount = json!({"amount": "30", "currency": "EUR"});
    let cost = on("account/a", 90, "2024-06-02", "cost.recorded", json!({"category": "service", "amount": amount}));
    let time = as_of(DATE);
    let firm = Firm::of(&[firm(), vec![cost]].concat(), &time);
    let question = question(&time, Chosen::default());
    let mut groups = Groups::new(MetricsBy::All, &question);
    for id in ["a", "b", "c", "d"] {
        groups.add(&Whole::of(firm.account(&account_id(id)).unwrap(), &firm), &firm);
    }
    let all = serde_json::to_value(groups.finish().collect::<Vec<_>>()).unwrap();
    let money = &all[0]["money"][0];
    assert_eq!((&money["revenue"], &money["revenue_with_costs"]), (&json!("250"), &json!("150")));
    assert_eq!((&money["margin"], &money["margin_share"]), (&json!("120"), &json!(80_000)));
    assert_eq!(money["accounts_without_costs"], 2);
}

#[test]
fn before_the_first_event_there_are_no_groups() {
    assert_eq!(groups(MetricsBy::All, "2020-01-01"), []);
}

#[test]
fn merged_accounts_are_a_part_of_those_they_are_merged_into() {
    let events = [
        opened(0, "2023-01-01"),
        on("account/beta", 0, "2023-01-01", "account.opened", json!({"name": "Beta"})),
        order("account/beta", 1, "2024-06-01", "40", "EUR"),
        on("account/beta", 2, "2024-07-01", "account.merged", json!({"into": "acme"})),
    ];
    let time = as_of(DATE);
    let firm = Firm::of(&events, &time);
    let question = question(&time, Chosen::default());
    let mut groups = Groups::new(MetricsBy::Account, &question);
    for id in ["acme", "beta"] {
        groups.add(&Whole::of(firm.account(&account_id(id)).unwrap(), &firm), &firm);
    }
    let found: Vec<Group> = groups.finish().collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].metrics.money[0].revenue.to_string(), "40");
    let whole = Whole::of(firm.account(&account_id("acme")).unwrap(), &firm);
    assert_eq!(whole.merged_ids(), [account_id("beta")]);
}
