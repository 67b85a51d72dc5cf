//! Random small ledgers of a whole firm: a hierarchy of accounts, people, lanes, coverage and merges, reported late,
//! early, twice and wrongly.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use tenure_schemas::{Event, Instant, Payload, Source, When};

use crate::kit::*;

pub(crate) const ACCOUNTS: [&str; 4] = ["acme", "bolt", "crux", "dome"];
pub(crate) const PEOPLE: [&str; 4] = ["ana", "ben", "cy", "dee"];
/// Rome has no hour from two to three on the fourth day; a day of the last zone is over when the same one begins in the
/// third.
pub(crate) const ZONES: [&str; 5] = ["UTC", "Europe/Rome", "Pacific/Honolulu", "Asia/Tokyo", "Pacific/Kiritimati"];
const ROLES: [&str; 2] = ["primary", "secondary"];
const SCOPES: [&str; 3] = ["global", "region:north", "unit:u1"];
const START: &str = "2024-03-28T00:00:00Z";
const HOUR: i64 = 3_600;

/// A lane by the numbers of its role and scope.
type Lane = (usize, usize);

/// What an event says; accounts, people and earlier events by number.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Opened {
        account: usize,
        parent: Option<usize>,
    },
    ParentSet {
        account: usize,
        parent: Option<usize>,
    },
    Assigned {
        account: usize,
        person: usize,
        lane: Lane,
        hours: Option<i64>,
        inherit: bool,
    },
    /// Without a `from`, from whoever was named last in the lane.
    Transferred {
        account: usize,
        from: Option<usize>,
        to: usize,
        lane: Lane,
    },
    Ended {
        account: usize,
        person: Option<usize>,
        lane: Lane,
    },
    CoverageStarted {
        account: usize,
        owner: usize,
        delegate: usize,
        role: Option<usize>,
        scope: Option<usize>,
        hours: i64,
    },
    CoverageEnded {
        account: usize,
        owner: usize,
        delegate: usize,
    },
    Closed(usize),
    Reopened(usize),
    Merged {
        account: usize,
        into: usize,
    },
    MergeReverted(usize),
    Joined(usize),
    Departed(usize),
    Retracted(usize),
    Corrected {
        target: usize,
        person: usize,
        other: usize,
        lane: Lane,
        moved: Option<Time>,
        misfit: bool,
    },
}

/// When something happened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Time {
    Day { day: i64, zone: usize },
    Hour(i64),
}

impl Time {
    fn when(self) -> When {
        match self {
            Self::Day { day, zone } => When::day(civil(day), ZONES[zone].parse().unwrap()),
            Self::Hour(hour) => When::instant(hours(hour)),
        }
    }
}

/// One line of a ledger: what is said, when it happened, how long after the line before it was recorded, and how long
/// before that its source had learned of it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    said: Said,
    time: Time,
    waited: i64,
    learned: Option<i64>,
}

/// The instant so many hours after the start.
pub(crate) fn hours(hours: i64) -> Instant {
    instant(START).saturating_add_seconds(hours * HOUR)
}

/// The date so many days after the start.
pub(crate) fn civil(day: i64) -> Date {
    date(2024, 3, 28).checked_add(day.days()).unwrap()
}

fn time() -> impl Strategy<Value = Time> {
    // Few times, so that many things happen at once.
    let hour = (0i64..6, select(vec![0i64, 5, 10, 15, 22])).prop_map(|(day, hour)| Time::Hour(24 * day + hour));
    prop_oneof![hour, (0i64..6, 0..4usize).prop_map(|(day, zone)| Time::Day { day, zone })]
}

fn account() -> impl Strategy<Value = usize> {
    prop_oneof![5 => Just(0), 3 => Just(1), 1 => Just(2), 1 => Just(3)]
}

fn person() -> impl Strategy<Value = usize> {
    0..PEOPLE.len()
}

fn two_people() -> impl Strategy<Value = (usize, usize)> {
    (person(), 1..PEOPLE.len()).prop_map(|(one, step)| (one, (one + step) % PEOPLE.len()))
}

fn lane() -> impl Strategy<Value = Lane> {
    prop_oneof![6 => Just((0, 0)), 1 => Just((1, 0)), 1 => Just((0, 1)), 1 => Just((1, 2))]
}

/// An account above; most accounts are part of the last ones, now and then in a circle.
fn parent() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![1 => Just(None), 4 => (2..ACCOUNTS.len()).prop_map(Some), 1 => (0..ACCOUNTS.len()).prop_map(Some)]
}

fn of_lanes() -> impl Strategy<Value = Said> {
    let hours = prop::option::weighted(0.2, 1i64..60);
    let assigned = (account(), person(), lane(), hours, prop::bool::weighted(0.4))
        .prop_map(|(account, person, lane, hours, inherit)| Said::Assigned { account, person, lane, hours, inherit });
    let transferred = (account(), two_people(), prop::bool::weighted(0.6), lane()).prop_map(
        |(account, (from, to), from_last, lane)| Said::Transferred {
            account,
            from: (!from_last).then_some(from),
            to,
            lane,
        },
    );
    let ended = (account(), prop::option::weighted(0.4, person()), lane())
        .prop_map(|(account, person, lane)| Said::Ended { account, person, lane });
    prop_oneof![4 => assigned, 3 => transferred, 2 => ended]
}

fn of_coverage() -> impl Strategy<Value = Said> {
    let pair = || (account(), person(), person());
    let lists = (prop::option::weighted(0.3, 0..ROLES.len()), prop::option::weighted(0.3, 0..SCOPES.len()));
    let started = (pair(), lists, 1i64..80).prop_map(|((account, owner, delegate), (role, scope), hours)| {
        Said::CoverageStarted { account, owner, delegate, role, scope, hours }
    });
    let ended = pair().prop_map(|(account, owner, delegate)| Said::CoverageEnded { account, owner, delegate });
    prop_oneof![2 => started, 1 => ended]
}

fn of_life() -> impl Strategy<Value = Said> {
    prop_oneof![
        (account(), parent()).prop_map(|(account, parent)| Said::ParentSet { account, parent }),
        account().prop_map(Said::Closed),
        account().prop_map(Said::Reopened),
        (account(), 1..ACCOUNTS.len())
            .prop_map(|(account, step)| Said::Merged { account, into: (account + step) % ACCOUNTS.len() }),
        account().prop_map(Said::MergeReverted),
        person().prop_map(Said::Joined),
        person().prop_map(Said::Departed),
    ]
}

fn revision() -> impl Strategy<Value = Said> {
    let moved = prop::option::of(time());
    let corrected = (any::<usize>(), two_people(), lane(), moved, prop::bool::weighted(0.1)).prop_map(
        |(target, (person, other), lane, moved, misfit)| Said::Corrected { target, person, other, lane, moved, misfit },
    );
    prop_oneof![any::<usize>().prop_map(Said::Retracted), corrected]
}

fn line(said: impl Strategy<Value = Said>) -> impl Strategy<Value = Line> {
    let waited = prop_oneof![2 => Just(0i64), 3 => 1i64..8];
    (said, time(), waited, prop::option::of(0i64..72)).prop_map(|(said, time, waited, learned)| Line {
        said,
        time,
        waited,
        learned,
    })
}

fn opening(account: usize) -> impl Strategy<Value = Line> {
    line(parent().prop_map(move |parent| Said::Opened { account, parent }))
        .prop_map(|line| Line { time: Time::Hour(-24), ..line })
}

/// The lines of a ledger: most accounts are opened first, then anything.
pub(crate) fn lines(most: usize) -> impl Strategy<Value = Vec<Line>> {
    let opened: Vec<_> = (0..ACCOUNTS.len()).map(|account| prop::option::weighted(0.9, opening(account))).collect();
    let said = || prop_oneof![6 => of_lanes(), 2 => of_coverage(), 2 => of_life(), 2 => revision()];
    (opened, vec(line(said()), 1..most)).prop_map(|(opened, more)| opened.into_iter().flatten().chain(more).collect())
}

/// The events that the lines come to, in the order of the ledger.
pub(crate) fn build(lines: &[Line]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut recorded_at = hours(-48);
    for line in lines {
        recorded_at = recorded_at.saturating_add_seconds(line.waited * HOUR);
        let Some((stream, kind, says)) = written(line, &events) else { continue };
        let event = on(&stream, events.len() as u64, "2024-01-01", kind, says);
        let learned = line.learned.map(|before| recorded_at.saturating_add_seconds(-before * HOUR));
        let source = learned.map(|learned| Source {
            system: "crm".parse().unwrap(),
            record: "r".parse().unwrap(),
            sequence: None,
            recorded_at: Some(learned),
        });
        events.push(Event { when: line.time.when(), recorded_at, source, ..event });
    }
    events
}

fn written(line: &Line, events: &[Event]) -> Option<(String, &'static str, Value)> {
    let in_account = |account: &usize| format!("account/{}", ACCOUNTS[*account]);
    let until = |hours: i64| line.time.when().at.saturating_add_seconds(hours * HOUR);
    let (stream, kind, says) = match &line.said {
        Said::Opened { account, parent } => {
            (in_account(account), "account.opened", json!({"name": "A", "parent": above(*account, *parent)}))
        }
        Said::ParentSet { account, parent } => {
            (in_account(account), "account.parent_set", json!({"parent": above(*account, *parent)}))
        }
        Said::Assigned { account, person, lane, hours, inherit } => {
            let says = json!({"person": PEOPLE[*person], "until": hours.map(until), "inherit": inherit});
            (in_account(account), "ownership.assigned", in_lane(*lane, says))
        }
        Said::Transferred { account, from, to, lane } => {
            let from = from.or_else(|| named_last(events, *account, *lane)).filter(|from| from != to);
            let says = json!({"from": PEOPLE[from.unwrap_or((to + 1) % PEOPLE.len())], "to": PEOPLE[*to]});
            (in_account(account), "ownership.transferred", in_lane(*lane, says))
        }
        Said::Ended { account, person, lane } => {
            let person = person.or_else(|| named_last(events, *account, *lane)).unwrap_or_default();
            (in_account(account), "ownership.ended", in_lane(*lane, json!({"person": PEOPLE[person]})))
        }
        Said::CoverageStarted { account, owner, delegate, role, scope, hours } => {
            let (roles, scopes) = (role.map(|role| [ROLES[role]]), scope.map(|scope| [SCOPES[scope]]));
            let says = json!({"owner": PEOPLE[*owner], "delegate": PEOPLE[*delegate], "until": until(*hours)});
            (in_account(account), "coverage.started", with(says, json!({"roles": roles, "scopes": scopes})))
        }
        Said::CoverageEnded { account, owner, delegate } => {
            let says = json!({"owner": PEOPLE[*owner], "delegate": PEOPLE[*delegate]});
            (in_account(account), "coverage.ended", says)
        }
        Said::Closed(account) => (in_account(account), "account.closed", json!({"reason": "ended"})),
        Said::Reopened(account) => (in_account(account), "account.reopened", json!({})),
        Said::Merged { account, into } => (in_account(account), "account.merged", json!({"into": ACCOUNTS[*into]})),
        Said::MergeReverted(account) => (in_account(account), "account.merge_reverted", json!({})),
        Said::Joined(person) => (format!("person/{}", PEOPLE[*person]), "person.joined", json!({"name": "P"})),
        Said::Departed(person) => (format!("person/{}", PEOPLE[*person]), "person.departed", json!({})),
        Said::Retracted(_) | Said::Corrected { .. } => return revised(&line.said, events),
    };
    Some((stream, kind, without_nulls(says, kind)))
}

fn above(account: usize, parent: Option<usize>) -> Option<&'static str> {
    parent.filter(|parent| *parent != account || account == 2).map(|parent| ACCOUNTS[parent])
}

fn in_lane((role, scope): Lane, says: Value) -> Value {
    with(says, json!({"role": ROLES[role], "scope": SCOPES[scope]}))
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn with(mut says: Value, more: Value) -> Value {
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    says
}

/// Optional fields are left out rather than empty; that an account has no parent is said by `null`.
fn without_nulls(says: Value, kind: &str) -> Value {
    let Value::Object(fields) = says else { return says };
    let keeps = kind == "account.parent_set";
    Value::Object(fields.into_iter().filter(|(_, value)| keeps || !value.is_null()).collect::<Map<_, _>>())
}

/// The person whom the latest line about a lane names.
fn named_last(events: &[Event], account: usize, (role, scope): Lane) -> Option<usize> {
    let of_lane = |event: &&Event| {
        let says = event.payload().map(Payload::to_json).unwrap_or_default();
        event.stream.as_str() == format!("account/{}", ACCOUNTS[account])
            && says["role"] == ROLES[role]
            && says["scope"] == SCOPES[scope]
    };
    let says = events.iter().rev().find(of_lane)?.payload()?.to_json();
    let name = says["to"].as_str().or_else(|| says["person"].as_str())?;
    PEOPLE.iter().position(|person| *person == name)
}

fn revised(said: &Said, events: &[Event]) -> Option<(String, &'static str, Value)> {
    let pick = |target: usize| events.get(target.checked_rem(events.len())?);
    match said {
        Said::Retracted(target) => {
            let target = pick(*target)?;
            Some((target.stream.to_string(), "event.retracted", json!({"target": target.id})))
        }
        Said::Corrected { target, person, other, lane, moved, misfit } => {
            let target = pick(*target)?;
            let payload = if *misfit { json!({"what": 1}) } else { instead(target, *person, *other, *lane) };
            let mut says = json!({"target": target.id, "payload": payload, "payload_schema": 1});
            if let Some(moved) = moved {
                says["occurred_at"] = json!(moved.when().at);
            }
            Some((target.stream.to_string(), "event.corrected", says))
        }
        _ => None,
    }
}

/// What a correction makes its target say: the same about other people, another lane or another account.
fn instead(target: &Event, person: usize, other: usize, lane: Lane) -> Value {
    let says = target.payload().map(Payload::to_json).unwrap_or(json!({}));
    let own = target.stream.account_id().map(|id| id.to_string()).unwrap_or_default();
    let elsewhere = ACCOUNTS.iter().find(|id| **id != own && **id != ACCOUNTS[person]).copied();
    match target.kind_name() {
        "ownership.assigned" => with(in_lane(lane, says), json!({"person": PEOPLE[person], "inherit": other == 0})),
        "ownership.ended" => in_lane(lane, json!({"person": PEOPLE[person]})),
        "ownership.transferred" => in_lane(lane, json!({"from": PEOPLE[person], "to": PEOPLE[other]})),
        "coverage.started" => with(says, json!({"owner": PEOPLE[person], "delegate": PEOPLE[other]})),
        "account.opened" => json!({"name": "B", "parent": elsewhere}),
        "account.parent_set" => json!({"parent": elsewhere}),
        "account.merged" => json!({"into": elsewhere}),
        _ => says,
    }
}
