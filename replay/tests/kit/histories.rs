//! Random histories of one account: late, future-dated, corrected, undone, retracted, by day and by instant.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tenure_schemas::{Event, Instant};

use super::{ev, id, instant, unread};

pub(crate) const ZONES: [&str; 3] = ["UTC", "Asia/Tokyo", "Pacific/Honolulu"];
const PEOPLE: [&str; 3] = ["ana", "ben", "cy"];
const ROLES: [&str; 2] = ["primary", "secondary"];
const ORDERS: [&str; 2] = ["o1", "o2"];
const PROMISED: [&str; 20] = [
    "plan.adopted",
    "plan.objective_set",
    "plan.progress_recorded",
    "plan.objective_closed",
    "plan.action_set",
    "plan.action_done",
    "plan.reviewed",
    "plan.insight_recorded",
    "plan.closed",
    "commitment.made",
    "commitment.kept",
    "commitment.broken",
    "contract.signed",
    "contract.renewed",
    "contract.ended",
    "need.identified",
    "need.met",
    "survey.responded",
    "handover.started",
    "handover.accepted",
];

/// What else is said of a relationship: a kind, and its payload as JSON.
const TOLD: [(&str, &str); 29] = [
    ("contact.added", r#"{"contact": "c1", "name": "Cleo"}"#),
    ("contact.left", r#"{"contact": "c1"}"#),
    ("contact.consent_changed", r#"{"contact": "c1", "channel": "email", "consent": "given"}"#),
    ("contact.consent_changed", r#"{"contact": "c1", "channel": "email", "consent": "withdrawn"}"#),
    ("interaction.logged", r#"{"channel": "phone", "direction": "outbound", "persons": ["ana"], "interaction": "i1"}"#),
    (
        "interaction.logged",
        r#"{"channel": "video", "direction": "mutual", "persons": ["ben"], "contacts": ["c1", "c2"]}"#,
    ),
    (
        "interaction.planned",
        r#"{"interaction": "i1", "at": "2024-01-05T10:00:00Z", "channel": "video", "persons": ["ana"]}"#,
    ),
    (
        "interaction.planned",
        r#"{"interaction": "i1", "at": "2024-01-06T10:00:00Z", "channel": "phone", "persons": ["cy"]}"#,
    ),
    ("interaction.cancelled", r#"{"interaction": "i1"}"#),
    ("account.note_recorded", r#"{"topic": "politics", "text": "two camps"}"#),
    ("competitor.observed", r#"{"name": "Globex", "strength": "cheaper"}"#),
    ("account.tier_decided", r#"{"tier": "key", "manage_as_key": true, "rationale": "size"}"#),
    (
        "account.criterion_assessed",
        r#"{"model": "attractiveness/1", "criterion": "growth", "value": 7, "rationale": "-"}"#,
    ),
    ("cost.recorded", r#"{"category": "travel", "amount": {"amount": "3", "currency": "EUR"}}"#),
    ("saving.identified", r#"{"saving": "s1", "amount": {"amount": "5", "currency": "EUR"}}"#),
    ("saving.realised", r#"{"saving": "s1", "amount": {"amount": "4", "currency": "USD"}}"#),
    ("order.returned", r#"{"order": "o1", "value": {"amount": "2", "currency": "USD"}}"#),
    ("order.amended", r#"{"order": "o1", "total": {"amount": "12", "currency": "USD"}}"#),
    ("issue.raised", r#"{"issue": "x", "respond_by": "2024-01-03T00:00:00Z"}"#),
    ("issue.changed", r#"{"issue": "x", "changes": {"resolve_by": "2024-01-04T00:00:00Z", "respond_by": null}}"#),
    ("issue.waiting", r#"{"issue": "x", "for": "client"}"#),
    ("issue.waiting", r#"{"issue": "x"}"#),
    ("issue.resumed", r#"{"issue": "x", "for": "third_party"}"#),
    ("issue.responded", r#"{"issue": "x", "by": "ana"}"#),
    ("issue.resolved", r#"{"issue": "x"}"#),
    ("issue.reopened", r#"{"issue": "x"}"#),
    ("issue.closed", r#"{"issue": "x"}"#),
    ("issue.moved", r#"{"issue": "x", "to": "globex"}"#),
    ("order.amended", r#"{"order": "o1", "total": {"amount": "9", "currency": "EUR"}, "lines": []}"#),
];

/// A time in January 2024, as the kit writes it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Time {
    Day { day: u8, zone: usize },
    Hour { day: u8, hour: u8 },
}

impl Time {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Day { day, zone } => format!("2024-01-{day:02}@{}", ZONES[zone]),
            Self::Hour { day, hour } => format!("2024-01-{day:02}T{hour:02}:00:00Z"),
        }
    }
}

pub(crate) fn hour() -> impl Strategy<Value = Time> {
    (1u8..8, 0u8..5).prop_map(|(day, quarter)| Time::Hour { day, hour: [0, 6, 10, 15, 23][usize::from(quarter)] })
}

pub(crate) fn time() -> impl Strategy<Value = Time> {
    prop_oneof![hour(), (1u8..8, 0..ZONES.len()).prop_map(|(day, zone)| Time::Day { day, zone })]
}

/// What an event says; people, roles, orders and earlier events by number.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Assigned { person: usize, role: usize, until: Option<u8> },
    Transferred { from: usize, step: usize, role: usize },
    Ended { person: usize, role: usize },
    Account(&'static str),
    Order { kind: &'static str, order: usize },
    Promised { kind: &'static str, thing: u8 },
    Told(usize),
    Unread,
    Retracted { target: usize },
    Corrected { target: usize, person: usize, role: usize, moved: Option<Time>, misfit: bool },
}

fn lane_event() -> impl Strategy<Value = Said> {
    let (person, role) = (0..PEOPLE.len(), 0..ROLES.len());
    prop_oneof![
        3 => (person.clone(), role.clone(), prop::option::weighted(0.2, 1u8..6))
            .prop_map(|(person, role, until)| Said::Assigned { person, role, until }),
        3 => (person.clone(), 1usize..3, role.clone()).prop_map(|(from, step, role)| Said::Transferred { from, step, role }),
        2 => (person, role).prop_map(|(person, role)| Said::Ended { person, role }),
        1 => prop::sample::select(vec!["account.closed", "account.reopened"]).prop_map(Said::Account),
    ]
}

fn revision() -> impl Strategy<Value = Said> {
    let corrected =
        (any::<usize>(), 0..PEOPLE.len(), 0..ROLES.len(), prop::option::of(time()), prop::bool::weighted(0.1));
    prop_oneof![
        any::<usize>().prop_map(|target| Said::Retracted { target }),
        corrected.prop_map(|(target, person, role, moved, misfit)| Said::Corrected {
            target,
            person,
            role,
            moved,
            misfit
        }),
    ]
}

/// What is said about ownership, corrections included.
pub(crate) fn ownership() -> impl Strategy<Value = Said> {
    prop_oneof![3 => lane_event(), 1 => revision()]
}

/// What is said about ownership, orders and the rest of the relationship, without corrections.
pub(crate) fn plain() -> impl Strategy<Value = Said> {
    let kinds = vec!["order.placed", "order.fulfilled", "order.cancelled"];
    let order = (prop::sample::select(kinds), 0..ORDERS.len()).prop_map(|(kind, order)| Said::Order { kind, order });
    let promised =
        (prop::sample::select(&PROMISED[..]), 0u8..2).prop_map(|(kind, thing)| Said::Promised { kind, thing });
    prop_oneof![
        6 => lane_event(),
        4 => order,
        4 => promised,
        6 => (0..TOLD.len()).prop_map(Said::Told),
        1 => Just(Said::Account("account.opened")),
        1 => Just(Said::Unread),
    ]
}

/// Anything.
pub(crate) fn anything() -> impl Strategy<Value = Said> {
    prop_oneof![4 => plain(), 1 => revision()]
}

/// Events in the order of the ledger; one in ten accounts is never opened.
pub(crate) fn history(
    said: impl Strategy<Value = Said>,
    time: impl Strategy<Value = Time>,
    most: usize,
) -> impl Strategy<Value = Vec<Event>> {
    (vec((said, time), 1..most), prop::bool::weighted(0.9)).prop_map(|(said, opens)| build(&said, opens))
}

/// Gives what was said its places; corrections and retractions are about earlier events.
pub(crate) fn build(said: &[(Said, Time)], opens: bool) -> Vec<Event> {
    let mut events = Vec::new();
    if opens {
        events.push(ev(0, "2023-12-31T00:00:00Z", "account.opened", json!({"name": "Acme"})));
    }
    for (said, time) in said {
        let event = event(said, &time.text(), &events);
        events.extend(event);
    }
    if events.is_empty() {
        return build(said, true);
    }
    events
}

/// So many cases; a failure is to be kept as an example of its own, not in a file.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn event(said: &Said, time: &str, events: &[Event]) -> Option<Event> {
    let position = events.len() as u64;
    let make = |kind: &str, payload| Some(ev(position, time, kind, payload));
    match said {
        Said::Assigned { person, role, until } => {
            let mut says = json!({"person": PEOPLE[*person], "role": ROLES[*role]});
            if let Some(days) = until {
                let from = super::when(time).at;
                says["until"] = json!(from.saturating_add_seconds(i64::from(*days) * 36_000));
            }
            make("ownership.assigned", says)
        }
        Said::Transferred { from, step, role } => make("ownership.transferred", handed(*from, *step, *role)),
        Said::Ended { person, role } => {
            make("ownership.ended", json!({"person": PEOPLE[*person], "role": ROLES[*role]}))
        }
        Said::Account("account.closed") => make("account.closed", json!({"reason": "ended"})),
        Said::Account("account.opened") => make("account.opened", json!({"name": "Acme"})),
        Said::Account(kind) => make(kind, json!({})),
        Said::Order { kind, order } => make(kind, order_says(kind, ORDERS[*order])),
        Said::Promised { kind, thing } => make(kind, promised_says(kind, *thing)),
        Said::Told(told) => {
            let (kind, says) = TOLD[*told];
            make(kind, serde_json::from_str(says).unwrap())
        }
        Said::Unread => Some(unread(position, time, "moon.landed")),
        Said::Retracted { target } => {
            let target = events.get(target % events.len().max(1))?;
            make("event.retracted", json!({"target": target.id}))
        }
        Said::Corrected { target, person, role, moved, misfit } => {
            let target = events.get(target % events.len().max(1))?;
            let payload = if *misfit { json!({"what": 1}) } else { instead(target, *person, *role) };
            let mut says = json!({"target": id(target.position), "payload": payload, "payload_schema": 1});
            if let Some(moved) = moved {
                says["occurred_at"] = json!(super::when(&moved.text()).at);
            }
            make("event.corrected", says)
        }
    }
}

fn handed(from: usize, step: usize, role: usize) -> Value {
    json!({"from": PEOPLE[from], "to": PEOPLE[(from + step) % PEOPLE.len()], "role": ROLES[role]})
}

fn order_says(kind: &str, order: &str) -> Value {
    match kind {
        "order.placed" => json!({"order": order, "total": price()}),
        "order.cancelled" => json!({"order": order, "by": "us"}),
        _ => json!({"order": order}),
    }
}

fn promised_says(kind: &str, thing: u8) -> Value {
    let name = kind.split('.').next().unwrap_or_default();
    let mut says = json!({name: format!("{name}{thing}")});
    let more = match kind {
        "plan.adopted" => json!({"kind": "success", "from": "2024-01-01", "to": "2024-02-01", "objectives": []}),
        "plan.objective_set" => json!({"objective": "b1", "text": "grow", "weight": thing}),
        "plan.progress_recorded" => json!({"objective": "b1", "value": thing.to_string()}),
        "plan.objective_closed" => json!({"objective": "b1", "outcome": "missed"}),
        "plan.action_set" => json!({"action": "a1", "text": "call", "owner": "ana", "due": "2024-01-03"}),
        "plan.action_done" => json!({"action": "a1"}),
        "plan.reviewed" => json!({"mode": "mixed"}),
        "plan.insight_recorded" => json!({"text": "late", "evidence": [id(0)]}),
        "commitment.made" => json!({"by": "us", "text": "call back"}),
        "contract.signed" => json!({"value": price(), "from": "2024-01-01", "to": "2024-01-05"}),
        "contract.renewed" => json!({"value": price(), "to": format!("2024-01-{:02}", 4 + 2 * thing)}),
        "contract.ended" => json!({"by": "us"}),
        "need.identified" => json!({"horizon": "short", "statement": "less waste"}),
        "survey.responded" => return json!({"instrument": "nps", "score": 9 + thing}),
        "handover.started" => json!({"from": "ana", "role": "primary", "class": "planned"}),
        "handover.accepted" => json!({"by": "ben"}),
        _ => json!({}),
    };
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    says
}

fn price() -> Value {
    json!({"amount": "10", "currency": "EUR"})
}

/// What a correction makes its target say.
fn instead(target: &Event, person: usize, role: usize) -> Value {
    match target.kind_name() {
        "ownership.assigned" | "ownership.ended" => json!({"person": PEOPLE[person], "role": ROLES[role]}),
        "ownership.transferred" => handed(person, 1 + role, role),
        _ => target.payload().map(tenure_schemas::Payload::to_json).unwrap_or(json!({})),
    }
}

/// Instants around the histories, early to late.
pub(crate) fn now() -> impl Strategy<Value = Instant> {
    (0i64..260).prop_map(|hours| instant("2023-12-31T00:00:00Z").saturating_add_seconds(hours * 3_600))
}
