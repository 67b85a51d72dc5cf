//! Departure impact: given events, what falls when somebody leaves, and who could take it.

use serde_json::json;
use tenure_replay::departure::{AtStake, at_stake, can_succeed, manages, successor, totals};
use tenure_replay::{Account, AsOf, Directory};
use tenure_schemas::{Event, Zone};

use crate::kit::*;

const ASKED: &str = "2024-06-30";

fn firm(events: &[Event]) -> (AsOf, Firm) {
    let as_of = as_of(ASKED);
    let firm = Firm::of(events, &as_of);
    (as_of, firm)
}

fn falls(events: &[Event], person: &str) -> Option<AtStake> {
    let (as_of, firm) = firm(events);
    let own: Vec<Event> = events.iter().filter(|event| event.stream.as_str() == "account/acme").cloned().collect();
    at_stake(&Account::fold(acme(), &own, &as_of), &firm, &person_id(person), &as_of, &Zone::utc())
}

fn order(position: u64, time: &str, id: &str, amount: &str, currency: &str) -> Event {
    ev(position, time, "order.placed", json!({"order": id, "total": {"amount": amount, "currency": currency}}))
}

#[test]
fn revenue_is_that_of_the_last_365_days_by_currency_net() {
    let events = [
        opened(0, "2020-01-01"),
        assigned(1, "2020-01-01", "ana"),
        order(2, "2023-07-01", "o1", "999", "EUR"),
        order(3, "2023-07-02", "o2", "10.5", "EUR"),
        order(4, "2024-06-30", "o3", "7", "USD"),
        order(5, "2024-01-01", "o4", "5", "USD"),
        ev(6, "2024-02-01", "order.cancelled", json!({"order": "o4", "by": "client"})),
        ev(7, "2024-02-01", "order.returned", json!({"order": "o2", "value": {"amount": "0.5", "currency": "EUR"}})),
    ];
    // 1 July 2023 is 365 days before 30 June 2024, which is one too many.
    let found = falls(&events, "ana").unwrap();
    let revenue: Vec<_> = found.revenue.iter().map(|figure| format!("{} {}", figure.amount, figure.currency)).collect();
    assert_eq!(revenue, ["10.0 EUR", "7 USD"]);
    let both = totals(&[found.clone(), found]);
    let revenue: Vec<_> = both.revenue.iter().map(|figure| format!("{} {}", figure.amount, figure.currency)).collect();
    assert_eq!((both.accounts, both.orphaned, revenue), (2, 2, vec!["20.0 EUR".to_owned(), "14 USD".to_owned()]));
}

#[test]
fn a_lane_is_left_empty_where_nobody_else_holds_it_or_would_inherit_it() {
    let lane = |position: u64, person: &str, role: &str| {
        ev(position, "2024-01-01", "ownership.assigned", json!({"person": person, "role": role}))
    };
    let alone = vec![
        opened(0, "2024-01-01"),
        lane(1, "ana", "primary"),
        lane(2, "ana", "secondary"),
        lane(3, "ben", "secondary"),
    ];
    let found = falls(&alone, "ana").unwrap();
    let empty: Vec<_> = found.left_empty.iter().map(|lane| lane.role.as_str()).collect();
    assert_eq!((found.orphaned, empty, found.held.len()), (true, vec!["primary"], 2));
    let above = [
        on("account/group", 4, "2024-01-01", "account.opened", json!({"name": "Group"})),
        on(
            "account/group",
            5,
            "2024-01-01",
            "ownership.assigned",
            json!({"person": "gus", "role": "primary", "inherit": true}),
        ),
        ev(6, "2024-01-01", "account.parent_set", json!({"parent": "group"})),
    ];
    let below = falls(&[alone.clone(), above.to_vec()].concat(), "ana").unwrap();
    assert_eq!((below.orphaned, below.left_empty.len()), (false, 0), "gus would inherit it");
    assert!(falls(&alone, "cy").is_none(), "who holds nothing");
    let closed = [alone, vec![closed(4, "2024-02-01")]].concat();
    assert!(falls(&closed, "ana").is_none(), "a closed account is in nobody's book");
}

#[test]
fn dependency_is_the_share_of_all_who_are_still_there() {
    let touch = |position: u64, person: &str| {
        let says = json!({"channel": "video", "direction": "mutual", "persons": [person], "contacts": ["c1"]});
        ev(position, "2024-06-30T09:00:00Z", "interaction.logged", says)
    };
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        contact(2, "2024-01-01", "c1"),
        touch(3, "ana"),
        touch(4, "ben"),
        touch(5, "cy"),
        joined("cy", 6, "2020-01-01"),
        departed("cy", 7, "2024-06-30T10:00:00Z"),
    ];
    assert_eq!(falls(&events, "ana").unwrap().dependency, 50_000);
}

#[test]
fn who_could_take_over_works_here_stays_and_has_so_much_room() {
    let events = [
        on("person/ben", 0, "2020-01-01", "person.joined", json!({"name": "Ben", "capacity": 3})),
        joined("cy", 1, "2020-01-01"),
        on("person/cy", 2, "2024-06-01", "person.departure_announced", json!({"last_day": "2024-09-30"})),
        opened(3, "2024-01-01"),
        assigned(4, "2024-01-01", "ben"),
        on("person/ben", 5, "2024-06-20", "person.absence_started", json!({})),
    ];
    let (as_of, firm) = firm(&events);
    let (ben, cy) = (firm.person(&person_id("ben")).unwrap(), firm.person(&person_id("cy")).unwrap());
    assert!(can_succeed(&ben, &as_of));
    assert!(!can_succeed(&cy, &as_of));
    let account = Account::fold(acme(), &events[3..5], &as_of);
    assert!(manages(&account, &person_id("ben"), &as_of));
    let ben = successor(&ben, 4, 1, &as_of);
    assert_eq!((ben.capacity, ben.spare, ben.is_absent), (Some(3), Some(-1), true));
}
