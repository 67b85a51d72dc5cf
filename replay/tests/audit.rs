//! The audit history: every event once, what became of it, and changes that add up to the state.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use tenure_replay::audit::{AuditEntry, Standing, audit};
use tenure_replay::{Account, Change};
use tenure_schemas::Event;

use crate::kit::histories::{anything, cases, history, now, time};
use crate::kit::*;

/// The fields of a document by their full names.
type Fields = BTreeMap<String, Value>;

fn flatten(field: &str, value: &Value, fields: &mut Fields) {
    match value {
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        Value::Object(parts) => parts.iter().for_each(|(name, part)| flatten(&format!("{field}.{name}"), part, fields)),
        whole @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            fields.insert(field.to_owned(), whole.clone());
        }
    }
}

/// Makes a change in a document; the document must hold what the change says was there.
fn apply(fields: &mut Fields, change: &Change) {
    let below = format!("{}.", change.field);
    let is_there = |name: &String| *name == change.field || name.starts_with(&below);
    let (there, kept): (Fields, Fields) = std::mem::take(fields).into_iter().partition(|(name, _)| is_there(name));
    let mut expected = Fields::new();
    flatten(&change.field, &change.before, &mut expected);
    assert_eq!(there, expected, "before {}", change.field);
    *fields = kept;
    flatten(&change.field, &change.after, fields);
}

/// The audited fields of a state.
fn fields_of(account: &Account) -> Fields {
    let mut fields = Fields::new();
    let profile = serde_json::to_value(account.profile()).unwrap();
    profile.as_object().unwrap().iter().for_each(|(name, value)| flatten(name, value, &mut fields));
    for order in account.orders() {
        flatten(&format!("orders.{}", order.order), &serde_json::to_value(order).unwrap(), &mut fields);
    }
    for issue in account.issues() {
        flatten(&format!("issues.{}", issue.issue), &serde_json::to_value(issue).unwrap(), &mut fields);
    }
    for contact in account.contacts() {
        flatten(&format!("contacts.{}", contact.contact), &serde_json::to_value(contact).unwrap(), &mut fields);
    }
    for plan in account.plans() {
        flatten(&format!("plans.{}", plan.plan), &serde_json::to_value(plan).unwrap(), &mut fields);
    }
    for commitment in account.commitments() {
        let name = format!("commitments.{}", commitment.commitment);
        flatten(&name, &serde_json::to_value(commitment).unwrap(), &mut fields);
    }
    for contract in account.contracts() {
        flatten(&format!("contracts.{}", contract.contract), &serde_json::to_value(contract).unwrap(), &mut fields);
    }
    for need in account.needs() {
        flatten(&format!("needs.{}", need.need), &serde_json::to_value(need).unwrap(), &mut fields);
    }
    for response in account.survey_responses() {
        flatten(&format!("surveys.{}", response.event), &serde_json::to_value(response).unwrap(), &mut fields);
    }
    relationship_of(account, &mut fields);
    fields
}

/// What is audited of the rest of the relationship.
fn relationship_of(account: &Account, fields: &mut Fields) {
    let mut put = |field: String, value: serde_json::Result<Value>| flatten(&field, &value.unwrap(), fields);
    for held in account.held() {
        put(format!("interactions.{}", held.event), serde_json::to_value(held));
    }
    for planned in account.planned() {
        put(format!("planned_interactions.{}", planned.interaction), serde_json::to_value(planned));
    }
    for cost in account.costs() {
        put(format!("costs.{}", cost.event), serde_json::to_value(cost));
    }
    for saving in account.savings() {
        put(format!("savings.{}", saving.saving), serde_json::to_value(saving));
    }
    for note in account.notes() {
        put(format!("notes.{}", note.event), serde_json::to_value(note));
    }
    for assessment in account.assessments() {
        put(format!("assessments.{}", assessment.event), serde_json::to_value(assessment));
    }
    for decision in account.tier_decisions() {
        put(format!("tier_decisions.{}", decision.event), serde_json::to_value(decision));
    }
    for competitor in account.competitors() {
        for seen in &competitor.observations {
            put(format!("competitors.{}.{}", competitor.competitor, seen.event), serde_json::to_value(seen.as_ref()));
        }
    }
}

/// The changes of an audit history, made one after another in the order in which things happened.
fn replayed(entries: &[AuditEntry], order: &[u64]) -> Fields {
    let mut fields = Fields::new();
    for position in order {
        let entry = entries.iter().find(|entry| entry.position == *position).unwrap();
        let seen = |change: &&Change| {
            ["status", "owners", "coverage", "handovers"]
                .iter()
                .all(|prefix| change.field != *prefix && !change.field.starts_with(&format!("{prefix}.")))
        };
        entry.changes.iter().filter(seen).for_each(|change| apply(&mut fields, change));
    }
    fields
}

fn check(events: &[Event], time: &str) {
    let as_of = as_of(time);
    let order: Vec<u64> = tenure_replay::audit::timeline(events, &as_of).iter().map(|entry| entry.position).collect();
    let entries = audit(&acme(), events, &as_of);
    assert_eq!(replayed(&entries, &order), fields_of(&Account::fold(acme(), events, &as_of)));
}

#[test]
fn changes_add_up_to_the_state() {
    let acts = [
        ("account.opened", json!({"name": "Acme", "stage": "prospect", "external_ids": {"crm": "7"}})),
        ("account.renamed", json!({"name": "Acme SpA"})),
        (
            "account.profile_changed",
            json!({"changes": {"stage": "customer", "region": "emea", "external_ids": {"erp": "9"}}}),
        ),
        ("account.profile_changed", json!({"changes": {"region": null}})),
        ("account.parent_set", json!({"parent": "globex"})),
        ("account.parent_set", json!({"parent": null})),
        ("account.tier_decided", json!({"tier": "key", "manage_as_key": true, "rationale": "size"})),
        ("account.criterion_assessed", json!({"model": "m/1", "criterion": "growth", "value": 7, "rationale": "-"})),
        ("contact.added", json!({"contact": "c1", "name": "Cleo", "roles": ["champion"], "email": "c@x.org"})),
        ("contact.changed", json!({"contact": "c1", "changes": {"phone": "1", "email": null}})),
        ("contact.consent_changed", json!({"contact": "c1", "channel": "email", "consent": "given"})),
        ("contact.consent_changed", json!({"contact": "c1", "channel": "email", "consent": "withdrawn"})),
        ("contact.left", json!({"contact": "c1", "successor": "c2"})),
        ("contact.erased", json!({"contact": "c1", "legal_basis": "request"})),
        ("order.placed", json!({"order": "o1", "total": crate::orders::eur("9")})),
        (
            "order.amended",
            json!({"order": "o1", "total": crate::orders::eur("9"), "lines": [{"offering": "x", "quantity": "1", "unit_price": "9"}]}),
        ),
        ("order.fulfilled", json!({"order": "o1", "on_time": true})),
        ("order.returned", json!({"order": "o1", "value": crate::orders::eur("3")})),
        ("order.cancelled", json!({"order": "o1", "by": "us"})),
        ("issue.raised", json!({"issue": "i1", "severity": "low"})),
        ("issue.assigned", json!({"issue": "i1", "person": "ana", "team": "north"})),
        ("issue.assigned", json!({"issue": "i1", "person": "ben"})),
        ("issue.changed", json!({"issue": "i1", "changes": {"severity": null, "subject": "slow"}})),
        ("issue.waiting", json!({"issue": "i1", "for": "client"})),
        ("issue.resumed", json!({"issue": "i1"})),
        ("issue.responded", json!({"issue": "i1", "by": "ana"})),
        ("issue.escalated", json!({"issue": "i1", "to": "cy"})),
        ("issue.resolved", json!({"issue": "i1"})),
        ("issue.closed", json!({"issue": "i1", "satisfaction": 3})),
        ("issue.reopened", json!({"issue": "i1"})),
        ("issue.moved", json!({"issue": "i1", "to": "globex"})),
        ("issue.raised", json!({"issue": "i1"})),
    ];
    check_all(&acts);
}

/// Checks the state after each act; the acts are a minute apart.
fn check_all(acts: &[(&str, Value)]) {
    let minutes = acts.iter().zip(0..);
    let event = |((kind, says), position): (&(&str, Value), u64)| {
        ev(position, &format!("2024-01-01T00:{position:02}:00Z"), kind, says.clone())
    };
    let events: Vec<Event> = minutes.map(event).collect();
    for minute in 0..acts.len() {
        check(&events, &format!("2024-01-01T00:{minute:02}:30Z"));
    }
}

#[test]
fn changes_of_plans_and_promises_add_up_to_the_state() {
    let opened = ("account.opened", json!({"name": "Acme"}));
    let acts: Vec<_> =
        std::iter::once(opened).chain(crate::plans::whole_life()).chain(crate::promises::whole_life()).collect();
    check_all(&acts);
}

#[test]
fn ownership_and_status_show_before_and_after() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-02", "ana"),
        assigned(2, "2024-01-03", "ben"),
        transferred(3, "2024-01-04", "ana", "cy"),
        ended(4, "2024-01-05", "zoe"),
        closed(5, "2024-01-06"),
        reopened(6, "2024-01-07"),
    ];
    let entries = audit(&acme(), &events, &as_of("2025-01-01"));
    let shown: Vec<_> = entries[1..]
        .iter()
        .map(|entry| entry.changes.iter().map(|c| json!([c.field, c.before, c.after])).collect::<Vec<_>>())
        .collect();
    let lane = "owners.primary.global";
    assert_eq!(
        shown,
        [
            vec![json!([lane, [], ["ana"]])],
            vec![json!([lane, ["ana"], ["ana", "ben"]])],
            vec![json!([lane, ["ana", "ben"], ["ben", "cy"]])],
            vec![],
            vec![json!(["status", "open", "closed"])],
            vec![json!(["status", "closed", "open"])],
        ]
    );
}

#[test]
fn revisions_show_what_they_change_in_their_target() {
    let says = |person: &str| json!({"person": person, "role": "primary"});
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-02T00:00:00Z", "ana"),
        corrected(2, 1, says("ben"), None),
        corrected(3, 1, says("cy"), Some("2024-01-05T00:00:00Z")),
        retracted(4, 3),
        retracted(5, 1),
        retracted(6, 5),
        corrected(7, 2, json!({}), None),
    ];
    let entries = audit(&acme(), &events, &as_of("2025-01-01"));
    let shown: Vec<_> = entries[2..]
        .iter()
        .map(|entry| entry.changes.iter().map(|c| json!([c.field, c.before, c.after])).collect::<Vec<_>>())
        .collect();
    let (early, late) = ("2024-01-02T00:00:00Z", "2024-01-05T00:00:00Z");
    assert_eq!(
        shown,
        [
            vec![json!(["payload.person", "ana", "ben"])],
            vec![json!(["occurred_at", early, late]), json!(["payload.person", "ben", "cy"])],
            vec![json!(["occurred_at", late, early]), json!(["payload.person", "cy", "ben"])],
            vec![json!(["occurred_at", early, null]), json!(["payload", says("ben"), null])],
            vec![json!(["occurred_at", null, early]), json!(["payload", null, says("ben")])],
            vec![json!(["payload.person", "ben", "ana"])],
        ]
    );
    let standing: Vec<_> = entries.iter().map(|entry| (entry.standing, entry.by)).collect();
    assert_eq!(standing[1], (Standing::Stands, None));
    assert_eq!(standing[2], (Standing::Undone, Some(7)));
    assert_eq!(standing[3], (Standing::Undone, Some(4)));
    assert_eq!(standing[5], (Standing::Undone, Some(6)));
}

#[test]
fn every_standing_is_told() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-02", "ana"),
        assigned(2, "2024-01-03", "ben"),
        corrected(3, 1, json!({"person": "cy", "role": "primary"}), None),
        retracted(4, 2),
        unread(5, "2024-01-04", "moon.landed"),
        assigned(6, "2026-01-01", "dee"),
        retracted(7, 0),
        retracted(8, 7),
    ];
    let entries = audit(&acme(), &events, &as_of("2025-01-01"));
    let told: Vec<_> = entries.iter().map(|entry| (entry.standing, entry.by)).collect();
    assert_eq!(
        told,
        [
            (Standing::Stands, None),
            (Standing::Corrected, Some(3)),
            (Standing::Retracted, Some(4)),
            (Standing::Stands, None),
            (Standing::Stands, None),
            (Standing::Unread, None),
            (Standing::Waiting, None),
            (Standing::Undone, Some(8)),
            (Standing::Stands, None),
        ]
    );
    assert_eq!(entries[5].event.unread.as_deref(), Some("from a newer version"));
    assert_eq!(entries[1].event.payload["person"], "ana");
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn every_event_appears_once_and_the_changes_add_up(events in history(anything(), time(), 24), now in now()) {
        let entries = audit(&acme(), &events, &as_of(&now.to_string()));
        let positions: Vec<_> = entries.iter().map(|entry| entry.position).collect();
        prop_assert_eq!(positions, events.iter().map(|event| event.position).collect::<Vec<_>>());
        prop_assert!(entries.iter().zip(&events).all(|(entry, event)| entry.event == event.view()));
        check(&events, &now.to_string());
    }
}
