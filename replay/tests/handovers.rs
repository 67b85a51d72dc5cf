//! Handovers: given their events, how far they have come, how their clocks stand, and whether they worked.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_replay::account::{Handover, HandoverStatus};
use tenure_replay::handovers::measures::{Measures, Past, Question, measures};
use tenure_replay::handovers::{HandoverModel, LevelState, StepName};
use tenure_replay::{Account, AsOf, Directory, FindingCode};
use tenure_schemas::models::{HandoverSpec, TypedSpec};
use tenure_schemas::{AccountId, Event, HandoverId, Zone};

use crate::kit::*;

fn said(position: u64, time: &str, step: &str, says: Value) -> Event {
    let mut says = says;
    says["handover"] = json!("h1");
    ev(position, time, &format!("handover.{step}"), says)
}

fn brief(position: u64, time: &str) -> Event {
    let brief =
        json!({"as_of": "2024-03-04T00:00:00Z", "size": 3, "format": 1, "model": "health/1", "digest": "0".repeat(64)});
    said(position, time, "briefed", json!({"brief": brief, "completeness": 80}))
}

fn passed(position: u64, time: &str, to: &str) -> Event {
    let says = json!({"from": "ana", "to": to, "role": "primary", "handover": "h1"});
    ev(position, time, "ownership.transferred", says)
}

/// From Monday, 4 March 2024, on: planned, from ana to ben, who accepts after eight business days.
fn whole_way() -> Vec<Event> {
    vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        said(2, "2024-03-04", "started", json!({"from": "ana", "role": "primary", "class": "planned"})),
        said(3, "2024-03-06", "successor_named", json!({"to": "ben"})),
        brief(4, "2024-03-11"),
        said(5, "2024-03-12", "introduced", json!({"contacts": ["c1"], "persons": ["ana", "ben"]})),
        said(6, "2024-03-14", "accepted", json!({"by": "ben"})),
        passed(7, "2024-04-15", "ben"),
        said(8, "2024-04-16", "completed", json!({})),
    ]
}

fn handover(events: &[Event], moment: &str) -> Option<Handover> {
    fold(events, moment).handover(&HandoverId::new("h1").unwrap()).cloned()
}

#[test]
fn a_handover_comes_step_by_step_to_its_end() {
    use HandoverStatus::{Accepted, Briefed, Completed, Introduced, Started, SuccessorNamed, Transferred};
    assert!(handover(&whole_way(), "2024-03-03").is_none());
    for (moment, status) in [
        ("2024-03-04", Started),
        ("2024-03-06", SuccessorNamed),
        ("2024-03-11", Briefed),
        ("2024-03-12", Introduced),
        ("2024-03-14", Accepted),
        ("2024-04-15", Transferred),
        ("2024-04-16", Completed),
    ] {
        assert_eq!(handover(&whole_way(), moment).unwrap().status(), status, "{moment}");
    }
    assert!(own_codes(&whole_way()).is_empty());
    assert_eq!(handover(&whole_way(), "2024-12-31").unwrap().events(), [2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn who_declines_takes_it_back_to_the_start() {
    let mut events = whole_way();
    events.truncate(6);
    events.push(said(6, "2024-03-13", "declined", json!({"by": "ben"})));
    let back = handover(&events, "2024-03-13").unwrap();
    assert_eq!((back.status(), back.to, back.declined[0].by.as_str()), (HandoverStatus::Started, None, "ben"));
    events.push(said(7, "2024-03-14", "successor_named", json!({"to": "cy"})));
    let again = handover(&events, "2024-03-14").unwrap();
    assert_eq!((again.status(), again.to.unwrap().as_str()), (HandoverStatus::SuccessorNamed, "cy"));
}

#[test]
fn what_does_not_fit_is_a_finding() {
    use FindingCode::{HandoverClosed, HandoverMismatch, HandoverNotAccepted, HandoverNotTransferred, HandoverUnknown};
    let begun = |more: Vec<Event>| -> Vec<FindingCode> {
        let mut events = whole_way();
        events.truncate(4);
        events.extend(more);
        own_codes(&events)
    };
    assert_eq!(begun(vec![said(4, "2024-03-07", "accepted", json!({"by": "cy"}))]), [HandoverMismatch]);
    assert_eq!(begun(vec![said(4, "2024-03-07", "declined", json!({"by": "cy"}))]), [HandoverMismatch]);
    assert_eq!(begun(vec![passed(4, "2024-03-07", "ben")]), [HandoverNotAccepted]);
    assert_eq!(
        begun(vec![said(4, "2024-03-07", "completed", json!({}))]),
        [HandoverNotAccepted, HandoverNotTransferred]
    );
    let accepted = said(4, "2024-03-07", "accepted", json!({"by": "ben"}));
    assert_eq!(begun(vec![accepted.clone(), passed(5, "2024-03-08", "cy")]), [HandoverMismatch]);
    let other = json!({"from": "ana", "to": "ben", "role": "primary", "scope": "region:emea", "handover": "h1"});
    let lane = json!({"person": "ana", "role": "primary", "scope": "region:emea"});
    let lane = ev(5, "2024-03-07", "ownership.assigned", lane);
    assert_eq!(begun(vec![accepted, lane, ev(6, "2024-03-08", "ownership.transferred", other)]), [HandoverMismatch]);
    let off = said(4, "2024-03-07", "cancelled", json!({}));
    assert_eq!(begun(vec![off, said(5, "2024-03-08", "accepted", json!({"by": "ben"}))]), [HandoverClosed]);
    let unknown = ev(4, "2024-03-07", "handover.completed", json!({"handover": "h2"}));
    assert_eq!(begun(vec![unknown]), [HandoverUnknown]);
}

#[test]
fn of_an_emergency_ownership_may_pass_first() {
    let events = vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        said(2, "2024-03-04", "started", json!({"from": "ana", "role": "primary", "class": "emergency", "to": "ben"})),
        passed(3, "2024-03-05", "ben"),
    ];
    assert!(own_codes(&events).is_empty());
    let tracked = track(&events, "2024-03-05", HandoverSpec::built_in());
    assert_eq!(tracked.next_step, Some(StepName::Briefed));
}

fn track(events: &[Event], moment: &str, spec: HandoverSpec) -> tenure_replay::handovers::Tracked {
    HandoverModel::of_spec(1, spec).track(&acme(), &handover(events, moment).unwrap(), &day(moment))
}

/// A step's state, due date, days and days late.
fn clock(events: &[Event], moment: &str, step: StepName) -> (LevelState, Date, i64, i64) {
    let tracked = track(events, moment, HandoverSpec::built_in());
    let clock = tracked.clocks.into_iter().find(|clock| clock.step == step).unwrap();
    (clock.state, clock.due, clock.days, clock.days_late)
}

#[test]
fn clocks_run_in_business_days_from_the_start() {
    use LevelState::{Late, Met, Overdue, Running};
    let all = whole_way();
    // Five business days after Monday the 4th is Monday the 11th, twenty-five Monday, 8 April.
    assert_eq!(clock(&all, "2024-12-31", StepName::SuccessorNamed), (Met, date(2024, 3, 11), 2, 0));
    assert_eq!(clock(&all, "2024-12-31", StepName::Accepted), (Met, date(2024, 4, 1), 8, 0));
    assert_eq!(clock(&all, "2024-12-31", StepName::Transferred), (Late, date(2024, 4, 8), 30, 5));
    assert_eq!(clock(&all, "2024-04-08", StepName::Transferred), (Running, date(2024, 4, 8), 25, 0));
    assert_eq!(clock(&all, "2024-04-10", StepName::Transferred), (Overdue, date(2024, 4, 8), 27, 2));
    let late = track(&all, "2024-04-10", HandoverSpec::built_in());
    assert_eq!((late.overdue, late.next_step, late.due_on), (true, Some(StepName::Transferred), date(2024, 4, 15)));
    let done = track(&all, "2024-04-16", HandoverSpec::built_in());
    assert_eq!((done.overdue, done.next_step, done.model.as_str()), (false, None, "handover/1"));
}

#[test]
fn a_given_day_and_days_off_move_what_is_due() {
    let mut events = whole_way();
    events.truncate(4);
    let says = json!({"from": "ana", "role": "primary", "class": "planned", "due": "2024-03-15"});
    events[2] = said(2, "2024-03-04", "started", says);
    assert_eq!(
        clock(&events, "2024-03-10", StepName::Transferred).1,
        date(2024, 3, 15),
        "no step is due after the whole"
    );
    let mut spec = HandoverSpec::built_in();
    spec.calendar.holidays.insert(date(2024, 3, 11));
    let moved = track(&whole_way(), "2024-03-05", spec);
    assert_eq!(moved.next_due, Some(date(2024, 3, 12)));
}

#[test]
fn what_was_called_off_has_no_clocks_and_what_was_left_out_is_said() {
    let mut events = whole_way();
    events.truncate(4);
    events.push(said(4, "2024-03-08", "cancelled", json!({})));
    let tracked = track(&events, "2025-01-01", HandoverSpec::built_in());
    assert_eq!((tracked.status, tracked.overdue, tracked.clocks.len()), (HandoverStatus::Cancelled, false, 0));
    let without_brief: Vec<Event> = whole_way().into_iter().filter(|event| event.position != 4).collect();
    assert_eq!(clock(&without_brief, "2024-12-31", StepName::Briefed).0, LevelState::Skipped);
}

/// The events of several accounts, looked at as of any moment.
struct Ledger(Vec<Event>);

impl Ledger {
    fn account(&self, id: &AccountId, as_of: &AsOf) -> Account {
        let stream = format!("account/{id}");
        let own: Vec<Event> = self.0.iter().filter(|event| event.stream.as_str() == stream).cloned().collect();
        Account::fold(id.clone(), &own, as_of)
    }

    fn measure(&self, moment: &str) -> Option<Measures> {
        let as_of = as_of(moment);
        let (account, firm) = (self.account(&acme(), &as_of), Firm::of(&self.0, &as_of));
        let handover = account.handover(&HandoverId::new("h1").unwrap())?;
        let day = as_of.day_in(&Zone::utc());
        measures(&Question { account: &account, directory: &firm, handover, past: self, day: &day })
    }
}

impl Past for Ledger {
    fn look(&self, account: &AccountId, as_of: &AsOf, see: &mut dyn FnMut(&Account, &dyn Directory)) {
        see(&self.account(account, as_of), &Firm::of(&self.0, as_of));
    }

    fn accounts(&self) -> Vec<AccountId> {
        let ids = self.0.iter().filter_map(|event| event.stream.as_str().strip_prefix("account/").map(account_id));
        ids.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    fn goes_on(&self) -> bool {
        true
    }
}

fn talk(position: u64, time: &str, person: &str, contact: &str) -> Event {
    let says = json!({"channel": "video", "direction": "mutual", "persons": [person], "contacts": [contact]});
    ev(position, time, "interaction.logged", says)
}

/// The whole way, with ana's two contacts of equal strength, one of whom ben calls; and promises.
fn worked() -> Vec<Event> {
    let promise = |position: u64, id: &str| {
        ev(position, "2024-02-01", "commitment.made", json!({"commitment": id, "by": "us", "text": "t"}))
    };
    let mut events = whole_way();
    events.extend([
        contact(10, "2024-01-01", "c1"),
        contact(11, "2024-01-01", "c2"),
        talk(12, "2024-04-01T09:00:00Z", "ana", "c1"),
        talk(13, "2024-04-01T09:00:00Z", "ana", "c2"),
        talk(14, "2024-04-20T09:00:00Z", "ben", "c1"),
        talk(15, "2024-07-01T09:00:00Z", "ben", "c2"),
        promise(16, "k1"),
        promise(17, "k2"),
        ev(18, "2024-06-01", "commitment.kept", json!({"commitment": "k1"})),
        ev(19, "2024-04-15", "account.tier_decided", json!({"tier": "key", "manage_as_key": true, "rationale": "r"})),
    ]);
    events
}

#[test]
fn measures_are_counted_from_the_transfer() {
    let ledger = Ledger(worked());
    assert!(ledger.measure("2024-04-14").is_none(), "nothing to measure before the transfer");
    let found = ledger.measure("2024-12-31").unwrap();
    assert_eq!((found.to.as_str(), found.transferred_on), ("ben", date(2024, 4, 15)));
    assert_eq!((found.days_to_acceptance, found.business_days_to_acceptance), (Some(10), Some(8)));
    assert_eq!((found.days_to_first_touch, found.first_touch_event), (Some(5), Some(14)));
    // c2 was called too late, on 1 July.
    assert_eq!((found.strength_carried, found.orphan_days), (Some(50_000), 0));
    let promises = found.commitments.unwrap();
    assert_eq!((promises.open_at_transfer, promises.kept, promises.still_open), (2, 1, 1));
    let dates: Vec<_> = found.health.iter().map(|at| (at.offset_days, at.date, at.is_to_come)).collect();
    assert_eq!(dates[0], (-30, date(2024, 3, 16), false));
    assert_eq!(dates[4], (90, date(2024, 7, 14), false));
    assert_eq!(found.health[1].change, Some(0));
}

#[test]
fn what_lies_ahead_is_not_told() {
    let found = Ledger(worked()).measure("2024-05-20").unwrap();
    assert_eq!((found.strength_carried, found.commitments), (None, None));
    let to_come: Vec<bool> = found.health.iter().map(|at| at.is_to_come).collect();
    assert_eq!(to_come, [false, false, false, true, true]);
    assert_eq!(found.health[3].overall, None);
}

#[test]
fn days_without_anybody_count_between_start_and_transfer() {
    let mut events = whole_way();
    events.insert(3, ev(20, "2024-04-05", "ownership.ended", json!({"person": "ana", "role": "primary"})));
    events.sort_by_key(|event| event.position);
    let found = Ledger(events).measure("2024-12-31").unwrap();
    assert_eq!(found.orphan_days, 10);
}

#[test]
fn controls_share_the_tier_and_kept_their_manager_and_are_ten_at_least() {
    let mut events = worked();
    let other = |index: u64, number: usize| -> Vec<Event> {
        let stream = format!("account/c{number:02}");
        let on = |offset: u64, time: &str, kind: &str, says: Value| on(&stream, index + offset, time, kind, says);
        vec![
            on(0, "2023-01-01", "account.opened", json!({"name": "C"})),
            on(
                1,
                "2023-01-01",
                "account.tier_decided",
                json!({"tier": "key", "manage_as_key": true, "rationale": "r"}),
            ),
            on(2, "2023-01-01", "ownership.assigned", json!({"person": "gus", "role": "primary"})),
        ]
    };
    let moved = |position: u64, number: usize, time: &str| {
        let says = json!({"from": "gus", "to": "hal", "role": "primary"});
        on(&format!("account/c{number:02}"), position, time, "ownership.transferred", says)
    };
    for number in 0..11 {
        events.extend(other(100 + 10 * number as u64, number));
    }
    // One moved long after, which is no matter; one moved within the ninety days.
    events.push(moved(500, 0, "2024-09-01"));
    let ten = Ledger([events.clone(), vec![moved(501, 1, "2024-06-01")]].concat()).measure("2024-12-31").unwrap();
    assert_eq!((ten.controls, ten.health[2].controls), (10, 10));
    assert!(ten.health[2].controls_change.is_some());
    let nine = vec![moved(501, 1, "2024-06-01"), moved(502, 2, "2024-03-20")];
    let nine = Ledger([events, nine].concat()).measure("2024-12-31").unwrap();
    assert_eq!((nine.controls, nine.health[2].controls_change), (9, None));
}
