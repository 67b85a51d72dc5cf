//! Reports: which accounts, promises, plans and events are in them, with values worked out by hand.

use serde_json::{Value, json};
use tenure_replay::merges::Whole;
use tenure_replay::reports::late_recorded::{lag_days, late};
use tenure_replay::reports::orphans::Orphans;
use tenure_replay::reports::overdue_commitments::OverdueCommitments;
use tenure_replay::reports::owner_departed::OwnersDeparted;
use tenure_replay::reports::owner_turnover::OwnerTurnover;
use tenure_replay::reports::single_threaded::SingleThreads;
use tenure_replay::reports::stale_plans::StalePlans;
use tenure_replay::reports::{self, Asked, Report, Reported, Selection};
use tenure_replay::{Clock, Directory};
use tenure_schemas::{Event, Instant, Times, Zone};

use crate::kit::*;

/// The rows of a report about `acme`.
fn rows<P: Report<Row: Clone>>(report: &P, events: &[Event], time: &str) -> Vec<Reported<P::Row>> {
    selected(report, events, time, &Selection::default())
}

fn selected<P: Report<Row: Clone>>(
    report: &P,
    events: &[Event],
    time: &str,
    selection: &Selection,
) -> Vec<Reported<P::Row>> {
    of_account("acme", report, events, time, selection)
}

fn of_account<P: Report<Row: Clone>>(
    id: &str,
    report: &P,
    events: &[Event],
    time: &str,
    selection: &Selection,
) -> Vec<Reported<P::Row>> {
    let as_of = as_of(time);
    let firm = Firm::of(events, &as_of);
    let whole = Whole::of(firm.account(&account_id(id)).unwrap(), &firm);
    let day = as_of.day_in(&Zone::utc());
    let asked = Asked { directory: &firm, as_of: &as_of, day: &day };
    reports::of(report, &whole, selection, &asked).into_iter().map(|(_, row)| row).collect()
}

/// Which events of the ledger were known when it held so many.
fn known(events: &[Event], size: u64) -> Vec<Event> {
    events.iter().filter(|event| event.position < size).cloned().collect()
}

fn tier(position: u64, time: &str, tier: &str, manage_as_key: bool) -> Event {
    let says = json!({"tier": tier, "manage_as_key": manage_as_key, "rationale": "-"});
    ev(position, time, "account.tier_decided", says)
}

fn with(mut event: Event, stream: &str, payload: Option<Value>) -> Event {
    if let Some(payload) = payload {
        event.body = on(stream, 0, "2024-01-01", event.kind_name(), payload).body;
    }
    event.stream = stream.parse().unwrap();
    event
}

/// Status, days, last owner, what ended it, and the events.
fn orphan(events: &[Event], time: &str) -> Option<String> {
    let rows = rows(&Orphans, events, time);
    let row = rows.first()?;
    let said = &row.row;
    let last = said.last_owner.as_ref().map_or("-", |person| person.as_str());
    let since = said.since_date.map_or_else(|| said.since.to_string(), |date| date.to_string());
    Some(format!("{:?} {since} {} {last} {:?} {:?}", said.status, said.days, said.ended_by, row.events))
}

#[test]
fn an_account_is_an_orphan_while_it_is_open_and_nobody_has_it() {
    let base = || vec![opened(0, "2024-01-01"), assigned(1, "2024-01-10", "ana"), ended(2, "2024-02-01", "ana")];
    let and = |more: Vec<Event>| base().into_iter().chain(more).collect::<Vec<_>>();
    let until = json!({"person": "ana", "role": "primary", "until": "2024-01-20T00:00:00Z"});
    let north = json!({"person": "ana", "role": "primary", "scope": "region:north"});
    for (name, events, time, wanted) in [
        ("never had one", vec![opened(0, "2024-01-01")], "2024-01-31", Some("Unassigned 2024-01-01 30 - None [0]")),
        (
            "of another scope",
            vec![opened(0, "2024-01-01"), ev(1, "2024-01-02", "ownership.assigned", north)],
            "2024-01-03",
            Some("Unassigned 2024-01-01 2 - None [0]"),
        ),
        ("before its first event", base(), "2023-12-31", None),
        ("owned", base(), "2024-01-31", None),
        ("on the first day", base(), "2024-02-01", Some("Orphaned 2024-02-01 0 ana Some(2) [1, 2]")),
        ("29 days on, 2024 being a leap year", base(), "2024-03-01", Some("Orphaned 2024-02-01 29 ana Some(2) [1, 2]")),
        (
            "its term ran out",
            vec![opened(0, "2024-01-01"), ev(1, "2024-01-10", "ownership.assigned", until)],
            "2024-01-25",
            Some("Orphaned 2024-01-20T00:00:00Z 5 ana None [1]"),
        ),
        ("given to another", and(vec![assigned(3, "2024-02-10", "ben")]), "2024-03-01", None),
        (
            "before that",
            and(vec![assigned(3, "2024-02-10", "ben")]),
            "2024-02-09",
            Some("Orphaned 2024-02-01 8 ana Some(2) [1, 2]"),
        ),
        ("closed", and(vec![closed(3, "2024-02-05")]), "2024-03-01", None),
        (
            "before it was closed",
            and(vec![closed(3, "2024-02-05")]),
            "2024-02-04",
            Some("Orphaned 2024-02-01 3 ana Some(2) [1, 2]"),
        ),
        (
            "opened again",
            and(vec![closed(3, "2024-02-05"), reopened(4, "2024-03-01")]),
            "2024-03-11",
            Some("Orphaned 2024-03-01 10 ana Some(2) [1, 2]"),
        ),
        (
            "never assigned, and opened again",
            vec![opened(0, "2024-01-01"), closed(1, "2024-02-05"), reopened(2, "2024-03-01")],
            "2024-03-11",
            Some("Unassigned 2024-03-01 10 - None [0]"),
        ),
        ("merged", and(vec![ev(3, "2024-02-05", "account.merged", json!({"into": "globex"}))]), "2024-03-01", None),
        ("the end taken back", and(vec![retracted(3, 2)]), "2024-03-01", None),
        (
            "a day of another zone",
            vec![opened(0, "2024-01-01"), assigned(1, "2024-01-10", "ana"), ended(2, "2024-02-01@Asia/Tokyo", "ana")],
            "2024-02-03",
            Some("Orphaned 2024-02-01 2 ana Some(2) [1, 2]"),
        ),
    ] {
        assert_eq!(orphan(&events, time).as_deref(), wanted, "{name}");
    }
}

#[test]
fn what_was_known_then_decides() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-10", "ana"),
        ended(2, "2024-02-01", "ana"),
        // Said late: Ben had it from the same day on.
        assigned(3, "2024-02-01", "ben"),
    ];
    assert_eq!(orphan(&events, "2024-02-20"), None);
    let then = orphan(&known(&events, 3), "2024-02-20");
    assert_eq!(then.as_deref(), Some("Orphaned 2024-02-01 19 ana Some(2) [1, 2]"));
}

#[test]
fn an_inherited_owner_is_an_owner_and_may_be_the_last() {
    let globex = |event: Event, payload: Option<Value>| with(event, "account/globex", payload);
    let inherit = json!({"person": "gil", "role": "primary", "inherit": true});
    let events = [
        globex(opened(0, "2024-01-01"), None),
        globex(assigned(1, "2024-01-01", "gil"), Some(inherit)),
        ev(2, "2024-01-05", "account.opened", json!({"name": "Acme", "parent": "globex"})),
        globex(ended(3, "2024-02-01", "gil"), None),
    ];
    assert_eq!(orphan(&events, "2024-01-31"), None);
    assert_eq!(orphan(&events, "2024-02-11").as_deref(), Some("Orphaned 2024-02-01 10 gil Some(3) [1, 3]"));
    assert_eq!(rows(&Orphans, &events, "2024-02-11")[0].row.inherited_from, Some(account_id("globex")));
    // Without the account above nobody has it any more, and no event about the lane says so.
    let mut left = events[..3].to_vec();
    left.push(ev(3, "2024-01-20", "account.parent_set", json!({"parent": null})));
    assert_eq!(orphan(&left, "2024-01-22").as_deref(), Some("Orphaned 2024-01-20 2 gil None [1]"));
    // Nor is it why, when the lane above ended later.
    left.push(globex(ended(4, "2024-02-01", "gil"), None));
    assert_eq!(orphan(&left, "2024-02-11").as_deref(), Some("Orphaned 2024-01-20 22 gil None [1]"));
}

#[test]
fn accounts_are_selected_by_region_tier_and_owner() {
    let promise = json!({"commitment": "m1", "by": "us", "text": "-", "due": "2024-02-01"});
    let events = [
        ev(0, "2024-01-01", "account.opened", json!({"name": "Acme", "region": "north"})),
        assigned(1, "2024-01-01", "ana"),
        tier(2, "2024-01-02", "key", false),
        ev(3, "2024-01-03", "commitment.made", promise),
    ];
    let select = |region: Option<&str>, tier: Option<&str>, owner: Option<&str>| Selection {
        region: region.map(|region| tenure_schemas::Name::new(region).unwrap()),
        tier: tier.map(|tier| serde_json::from_value(json!(tier)).unwrap()),
        owner: owner.map(person_id),
    };
    for (selection, wanted) in [
        (select(None, None, None), 1),
        (select(Some("north"), Some("key"), Some("ana")), 1),
        (select(Some("south"), None, None), 0),
        (select(None, Some("maintained"), None), 0),
        (select(None, None, Some("ben")), 0),
    ] {
        let found = selected(&OverdueCommitments, &events, "2024-03-01", &selection);
        assert_eq!(found.len(), wanted, "{selection:?}");
    }
    let row = &rows(&OverdueCommitments, &events, "2024-03-01")[0];
    assert_eq!((row.owners.as_slice(), row.name.as_ref().unwrap().as_str()), ([person_id("ana")].as_slice(), "Acme"));
}

/// Each overdue commitment: id, who promised, days, whether soft, where from, events.
fn overdue(events: &[Event], time: &str) -> Vec<String> {
    let said = |row: Reported<reports::overdue_commitments::OverdueCommitment>| {
        let from = row.row.merged_from.as_ref().map_or("-", |from| from.as_str()).to_owned();
        let soft = if row.row.soft { "soft" } else { "firm" };
        format!("{} {:?} {} {soft} {from} {:?}", row.row.commitment, row.row.by, row.row.days_overdue, row.events)
    };
    rows(&OverdueCommitments, events, time).into_iter().map(said).collect()
}

#[test]
fn promises_are_overdue_from_the_day_after_they_were_due() {
    let made = |position: u64, id: &str, by: &str, more: Value| {
        let mut says = json!({"commitment": id, "by": by, "text": "-"});
        says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ev(position, "2024-01-02", "commitment.made", says)
    };
    let ends = |position: u64, kind: &str, id: &str| ev(position, "2024-02-10", kind, json!({"commitment": id}));
    let mut events = vec![
        opened(0, "2024-01-01"),
        made(1, "m1", "us", json!({"due": "2024-02-01"})),
        made(2, "m2", "client", json!({"due": "2024-01-15", "soft": true})),
        made(3, "m3", "us", json!({})),
        made(4, "m4", "us", json!({"due": "2024-01-20"})),
        made(5, "m5", "us", json!({"due": "2024-01-20"})),
        made(6, "m6", "us", json!({"due": "2024-01-20"})),
        ends(7, "commitment.kept", "m4"),
        ends(8, "commitment.broken", "m5"),
        ends(9, "commitment.withdrawn", "m6"),
    ];
    assert_eq!(overdue(&events, "2024-03-01"), ["m2 Client 46 soft - [2]", "m1 Us 29 firm - [1]"]);
    assert_eq!(
        overdue(&events, "2024-02-01"),
        ["m2 Client 17 soft - [2]", "m4 Us 12 firm - [4]", "m5 Us 12 firm - [5]", "m6 Us 12 firm - [6]"]
    );
    assert_eq!(overdue(&events, "2024-01-15"), Vec::<String>::new());
    events.push(closed(10, "2024-02-15"));
    assert_eq!(overdue(&events, "2024-03-01"), Vec::<String>::new(), "closed");
    assert_eq!(overdue(&events, "2024-02-14").len(), 2, "before it was closed");
}

#[test]
fn promises_of_a_merged_account_are_the_survivors() {
    let promise = json!({"commitment": "g1", "by": "us", "text": "-", "due": "2024-02-01"});
    let events = [
        opened(0, "2024-01-01"),
        on("account/globex", 1, "2024-01-01", "account.opened", json!({"name": "Globex"})),
        on("account/globex", 2, "2024-01-02", "commitment.made", promise),
        on("account/globex", 3, "2024-02-05", "account.merged", json!({"into": "acme"})),
    ];
    assert_eq!(overdue(&events, "2024-02-11"), ["g1 Us 10 firm globex [2]"]);
    assert_eq!(overdue(&events, "2024-02-04"), Vec::<String>::new());
    let of_merged = |time: &str| of_account("globex", &OverdueCommitments, &events, time, &Selection::default()).len();
    assert_eq!((of_merged("2024-02-04"), of_merged("2024-02-11")), (1, 0));
}

/// What is wrong, the plan, days since the review, overdue actions with their days, events.
fn stale(events: &[Event], time: &str, days: u32) -> Vec<String> {
    let said = |row: Reported<reports::stale_plans::StalePlan>| {
        let late: Vec<_> =
            row.row.overdue_actions.iter().map(|late| format!("{}+{}", late.action, late.days_overdue)).collect();
        let plan = row.row.plan.as_ref().map_or("-", |plan| plan.as_str()).to_owned();
        let days = row.row.days_since_review.map_or("-".to_owned(), |days| days.to_string());
        format!("{:?} {plan} {days} {late:?} {:?}", row.row.neglect, row.events)
    };
    rows(&StalePlans { days }, events, time).into_iter().map(said).collect()
}

#[test]
fn plans_are_stale_when_nobody_reviewed_them_for_long() {
    let plan = json!({"plan": "p1", "kind": "success", "from": "2024-01-01", "to": "2024-12-31", "objectives": []});
    let action = |position: u64, id: &str, due: &str| {
        let says = json!({"plan": "p1", "action": id, "text": "-", "owner": "ana", "due": due});
        ev(position, "2024-01-05", "plan.action_set", says)
    };
    let mut events = vec![
        opened(0, "2024-01-01"),
        ev(1, "2024-01-02", "plan.adopted", plan),
        action(2, "a1", "2024-03-01"),
        action(3, "a2", "2024-03-02"),
        ev(4, "2024-03-03", "plan.action_done", json!({"plan": "p1", "action": "a2"})),
    ];
    // 90 days after 2 January is 1 April: January has 29 days left, February 29, March 31, and one more.
    assert_eq!(stale(&events, "2024-03-31", 90), Vec::<String>::new());
    assert_eq!(stale(&events, "2024-04-01", 90), [r#"NotReviewed p1 90 ["a1+31"] [1, 2]"#]);
    events.push(ev(5, "2024-03-11", "plan.reviewed", json!({"plan": "p1", "mode": "mixed"})));
    assert_eq!(stale(&events, "2024-04-01", 90), Vec::<String>::new());
    assert_eq!(stale(&events, "2024-04-01", 21), [r#"NotReviewed p1 21 ["a1+31"] [1, 2, 5]"#]);
    assert_eq!(stale(&events, "2024-04-01", 22), Vec::<String>::new());
    let before = known(&events, 5);
    assert_eq!(stale(&before, "2025-01-05", 0), Vec::<String>::new(), "over");
    events.push(ev(6, "2024-03-20", "plan.closed", json!({"plan": "p1"})));
    assert_eq!(stale(&events, "2024-04-01", 0), Vec::<String>::new(), "closed");
}

#[test]
fn a_key_account_without_a_plan_is_told() {
    let plan = |position: u64, id: &str, from: &str, to: &str| {
        let says = json!({"plan": id, "kind": "key_account", "from": from, "to": to, "objectives": []});
        ev(position, "2024-01-01", "plan.adopted", says)
    };
    let base = |decided: Event| vec![opened(0, "2024-01-01"), decided];
    let key = || base(tier(1, "2024-01-02", "key", true));
    let and = |more: Vec<Event>| key().into_iter().chain(more).collect::<Vec<_>>();
    let none = || vec!["NoPlan - - [] []".to_owned()];
    for (name, events, wanted) in [
        ("no tier", vec![opened(0, "2024-01-01")], vec![]),
        ("a key account", key(), none()),
        ("managed as one", base(tier(1, "2024-01-02", "developing", true)), none()),
        ("of that tier", base(tier(1, "2024-01-02", "key", false)), none()),
        ("no more", and(vec![tier(2, "2024-01-03", "maintained", false)]), vec![]),
        ("with a plan", and(vec![plan(2, "p1", "2024-01-01", "2025-01-01")]), vec![]),
        (
            "with one that is over",
            and(vec![plan(2, "p1", "2023-01-01", "2024-02-01")]),
            vec!["NoPlan p1 - [] [2]".to_owned()],
        ),
        (
            "with two that are over",
            and(vec![plan(2, "p1", "2023-01-01", "2024-02-01"), plan(3, "p0", "2023-01-01", "2024-01-15")]),
            vec!["NoPlan p1 - [] [2]".to_owned()],
        ),
        (
            "with one to come",
            and(vec![plan(2, "p1", "2024-06-01", "2025-01-01")]),
            vec!["NoPlan p1 - [] [2]".to_owned()],
        ),
        ("closed", and(vec![closed(2, "2024-02-15")]), vec![]),
    ] {
        assert_eq!(stale(&events, "2024-03-01", 90), wanted, "{name}");
    }
}

/// Changes, persons, days held, the longest vacancy with its first day, events.
fn turnover(events: &[Event], time: &str, months: u32, at_least: u32) -> Option<String> {
    let rows = rows(&OwnerTurnover { months, at_least }, events, time);
    let row = rows.first()?;
    let said = &row.row;
    let vacant = said.vacant_from.map_or("-".to_owned(), |from| from.to_string());
    let (held, longest) = (said.tenure_days, said.longest_vacancy_days);
    Some(format!("{} {} {held:?} {longest} {vacant} {:?}", said.changes, said.persons, row.events))
}

#[test]
fn turnover_counts_changes_persons_tenure_and_vacancies_of_the_period() {
    let events = [
        opened(0, "2020-01-01"),
        assigned(1, "2020-01-01", "ana"),
        transferred(2, "2021-06-01", "ana", "ben"),
        ended(3, "2023-03-01", "ben"),
        // After 31 days, and to the same person as before: a vacancy, no change.
        assigned(4, "2023-04-01", "ben"),
        ended(5, "2023-09-01", "ben"),
        assigned(6, "2023-09-11", "cy"),
    ];
    for (name, time, months, at_least, wanted) in [
        ("two years", "2023-12-31", 24, 1, Some("1 2 Some(111) 31 2023-03-01 [2, 4, 6]")),
        ("three years", "2023-12-31", 36, 1, Some("2 3 Some(111) 31 2023-03-01 [1, 2, 4, 6]")),
        ("none of late", "2023-08-31", 24, 1, None),
        ("none of late, told", "2023-08-31", 24, 0, Some("0 1 Some(152) 31 2023-03-01 [2, 4]")),
        ("not so many", "2023-12-31", 24, 2, None),
        ("a vacancy that goes on", "2023-09-08", 3, 0, Some("0 1 None 7 2023-09-01 [4]")),
        ("a vacancy cut by the period", "2023-04-10", 1, 0, Some("0 1 Some(9) 22 2023-03-10 [4]")),
        ("before anything", "2019-12-31", 24, 0, None),
    ] {
        assert_eq!(turnover(&events, time, months, at_least).as_deref(), wanted, "{name}");
    }
    let mut then = events.to_vec();
    then.push(closed(7, "2023-12-01"));
    assert_eq!(turnover(&then, "2023-12-31", 24, 1), None, "closed");
    then.push(reopened(8, "2024-01-01"));
    // The month in which it was closed is no vacancy, and Cy's time went on.
    let wanted = Some("1 2 Some(123) 31 2023-03-01 [2, 4, 6]".to_owned());
    assert_eq!(turnover(&then, "2024-01-12", 24, 1), wanted, "opened again");
}

/// Lane, how it is known, since when, days, events.
fn gone(events: &[Event], time: &str) -> Vec<String> {
    let said = |row: Reported<reports::owner_departed::DepartedOwner>| {
        let it = &row.row;
        let since = it.since_date.map_or_else(|| it.since.to_string(), |date| date.to_string());
        format!("{} {} {:?} {since} {} {:?}", it.person, it.role, it.gone, it.days, row.events)
    };
    rows(&OwnersDeparted, events, time).into_iter().map(said).collect()
}

#[test]
fn who_departed_and_holds_a_lane_all_the_same() {
    let announced = |position: u64, time: &str, last: &str| {
        on("person/ana", position, time, "person.departure_announced", json!({"last_day": last}))
    };
    let base = |more: Vec<Event>| -> Vec<Event> {
        let first = [joined("ana", 0, "2020-01-01"), opened(1, "2024-01-01"), assigned(2, "2024-01-01", "ana")];
        first.into_iter().chain(more).collect()
    };
    let leaves = || vec![announced(3, "2024-01-10", "2024-02-29"), departed("ana", 4, "2024-03-05")];
    let and = |more: Vec<Event>| base(leaves().into_iter().chain(more).collect());
    for (name, events, time, wanted) in [
        ("still there", base(leaves()), "2024-02-29", vec![]),
        (
            "past the last day",
            base(leaves()),
            "2024-03-02",
            vec!["ana primary LastDayPassed 2024-03-01T00:00:00Z 1 [2, 3]"],
        ),
        ("departed", base(leaves()), "2024-03-15", vec!["ana primary Departed 2024-03-05 10 [2, 4]"]),
        (
            "handed over",
            and(vec![transferred(5, "2024-03-08", "ana", "ben"), joined("ben", 6, "2020-01-01")]),
            "2024-03-15",
            vec![],
        ),
        (
            "before that",
            and(vec![transferred(5, "2024-03-08", "ana", "ben"), joined("ben", 6, "2020-01-01")]),
            "2024-03-07",
            vec!["ana primary Departed 2024-03-05 2 [2, 4]"],
        ),
        ("closed", and(vec![closed(5, "2024-03-08")]), "2024-03-15", vec![]),
        ("back again", and(vec![joined("ana", 5, "2024-03-10")]), "2024-03-15", vec![]),
        (
            "assigned afterwards",
            and(vec![ended(5, "2024-03-05", "ana"), assigned(6, "2024-03-12", "ana")]),
            "2024-03-15",
            vec!["ana primary Departed 2024-03-12 3 [4, 6]"],
        ),
        (
            "handed over on that day",
            base(vec![announced(3, "2024-01-10", "2024-02-29"), transferred(4, "2024-03-08T15:00:00Z", "ana", "ben")]),
            "2024-03-08",
            vec![],
        ),
        ("nobody of that name", vec![opened(1, "2024-01-01"), assigned(2, "2024-01-01", "ana")], "2024-03-15", vec![]),
        (
            "the departure taken back",
            and(vec![on("person/ana", 5, "2024-03-06", "event.retracted", json!({"target": id(4)}))]),
            "2024-03-15",
            vec!["ana primary LastDayPassed 2024-03-01T00:00:00Z 14 [2, 3]"],
        ),
    ] {
        assert_eq!(gone(&events, time), wanted, "{name}");
    }
}

#[test]
fn accounts_that_hang_on_one_person() {
    let call = |position: u64, stream: &str, person: &str, contact: &str| {
        let says = json!({"channel": "video", "direction": "mutual", "persons": [person], "contacts": [contact]});
        on(stream, position, "2024-06-30", "interaction.logged", says)
    };
    let contract = json!({"contract": "k1", "value": {"amount": "1", "currency": "EUR"}, "from": "2024-01-01",
                          "to": "2024-09-28"});
    let mut events = vec![
        opened(0, "2024-01-01"),
        contact(1, "2024-01-01", "c1"),
        contact(2, "2024-01-01", "c2"),
        call(3, "account/acme", "ana", "c1"),
        ev(4, "2024-01-01", "contract.signed", contract),
    ];
    let threads = |events: &[Event], time: &str| rows(&SingleThreads, events, time);
    let row = threads(&events, "2024-06-30").remove(0);
    assert_eq!((row.row.depends_on.unwrap(), row.row.dependency), (person_id("ana"), Some(100_000)));
    assert_eq!((row.row.contract_end.unwrap().to_string(), row.row.days_to_end), ("2024-09-28".to_owned(), Some(90)));
    assert_eq!(
        format!("{:?} {:?} {:?}", row.row.level, row.row.effective_persons, row.events),
        "Red Some(1000) [3, 4]"
    );
    assert!(threads(&events, "2024-06-29").is_empty(), "before anybody met");
    let mut merged = events.clone();
    merged.push(on("account/globex", 5, "2024-01-01", "account.opened", json!({"name": "Globex"})));
    merged.push(with(contact(6, "2024-01-01", "g1"), "account/globex", None));
    merged.push(call(7, "account/globex", "ben", "g1"));
    assert_eq!(threads(&merged, "2024-06-30").len(), 1);
    merged.push(on("account/globex", 8, "2024-06-30", "account.merged", json!({"into": "acme"})));
    assert!(threads(&merged, "2024-06-30").is_empty(), "two carry what was merged");
    events.push(closed(5, "2024-06-30T12:00:00Z"));
    assert!(threads(&events, "2024-06-30").is_empty(), "closed");
}

#[test]
fn lags_are_whole_days_by_the_ledger_and_by_the_source() {
    let at = |occurred: &str, recorded: &str, learned: Option<&str>| {
        let mut event = ev(7, occurred, "account.renamed", json!({"name": "Acme"}));
        event.recorded_at = instant(recorded);
        event.source = learned.map(|learned: &str| tenure_schemas::Source {
            system: tenure_schemas::Name::new("crm").unwrap(),
            record: "r1".parse().unwrap(),
            sequence: None,
            recorded_at: Some(learned.parse::<Instant>().unwrap()),
        });
        event
    };
    for (name, event, zone, ledger, source) in [
        ("by dates", at("2024-03-01T23:00:00Z", "2024-03-02T01:00:00Z", None), "UTC", 1, 1),
        ("in another zone", at("2024-03-01T23:00:00Z", "2024-03-02T01:00:00Z", None), "Asia/Tokyo", 0, 0),
        ("a day", at("2024-03-01", "2024-03-09T00:00:00Z", None), "UTC", 8, 8),
        ("a day elsewhere", at("2024-03-01@Asia/Tokyo", "2024-03-09T00:00:00Z", None), "UTC", 8, 8),
        ("the source knew", at("2024-03-01", "2026-03-01T00:00:00Z", Some("2024-03-03T08:00:00Z")), "UTC", 730, 2),
        ("said beforehand", at("2024-03-10", "2024-03-09T00:00:00Z", None), "UTC", -1, -1),
    ] {
        let day = day(&format!("2026-01-01@{zone}"));
        let lags = [Clock::Ledger, Clock::Source].map(|clock| lag_days(&Times::of(&event), &day, clock));
        assert_eq!(lags, [ledger, source], "{name}");
        let shown = late(&event, &day, Clock::Source);
        assert_eq!((shown.lag_days, shown.ledger_lag_days), (source, ledger), "{name}");
        assert_eq!(shown.source_lag_days, event.source.is_some().then_some(source), "{name}");
    }
}
