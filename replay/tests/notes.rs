//! Notes, competitors and consents: what was said, when, by whom.

use serde_json::{Value, json};
use tenure_schemas::Event;

use crate::kit::*;

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn seen(position: u64, time: &str, more: Value) -> Event {
    let mut says = json!({"name": "Globex"});
    says.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ev(position, time, "competitor.observed", says)
}

#[test]
fn notes_are_kept_in_the_order_of_time() {
    let events = [
        opened(0, "2024-01-01"),
        ev(1, "2024-03-01", "account.note_recorded", json!({"topic": "risk", "text": "budget cut"})),
        ev(2, "2024-02-01", "account.note_recorded", json!({"topic": "preference", "text": "no calls before ten"})),
        retracted(3, 1),
    ];
    let texts = |events: &[Event], time| -> Vec<String> {
        fold(events, time).notes().map(|note| format!("{} {}", note.event, note.text)).collect()
    };
    assert_eq!(texts(&events[..3], "2024-12-31"), ["2 no calls before ten", "1 budget cut"]);
    assert_eq!(texts(&events[..3], "2024-02-28"), ["2 no calls before ten"]);
    assert_eq!(texts(&events, "2024-12-31"), ["2 no calls before ten"]);
    let account = fold_all(&events[..3]);
    assert_eq!(account.notes().next().unwrap().by.id.as_str(), "test");
}

#[test]
fn a_competitor_is_what_was_last_said_of_each_thing() {
    let events = [
        opened(0, "2024-01-01"),
        seen(1, "2024-02-01", json!({"offering": "press", "strength": "cheaper"})),
        seen(2, "2024-03-01", json!({"offering": "saw"})),
        seen(3, "2024-04-01", json!({"offering": "press"})),
        seen(4, "2024-05-01", json!({"name": "Initech", "strength": "there before us"})),
    ];
    let account = fold_all(&events);
    let names: Vec<_> = account.competitors().map(|rival| rival.competitor.to_string()).collect();
    assert_eq!(names, ["Globex", "Initech"]);
    let globex = account.competitors().next().unwrap();
    let offerings: Vec<_> = globex.offerings().iter().map(ToString::to_string).collect();
    assert_eq!(
        (offerings, globex.strength().unwrap().as_str()),
        (vec!["press".to_owned(), "saw".to_owned()], "cheaper")
    );
    assert_eq!(globex.observations.iter().map(|seen| seen.event).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(fold(&events, "2024-02-15").competitors().next().unwrap().observations.len(), 1);
}

#[test]
fn each_consent_has_its_event_and_its_time() {
    let says = |position, time, channel, consent| {
        let payload = json!({"contact": "c1", "channel": channel, "consent": consent});
        ev(position, time, "contact.consent_changed", payload)
    };
    let events = [
        opened(0, "2024-01-01"),
        contact(1, "2024-01-01", "c1"),
        says(2, "2024-02-01", "phone", "given"),
        says(3, "2024-02-02", "email", "given"),
        says(4, "2024-03-01", "phone", "withdrawn"),
    ];
    let account = fold_all(&events);
    let said = account.contacts().next().unwrap();
    let lines: Vec<_> = said
        .consents()
        .into_iter()
        .map(|(channel, said, to)| {
            format!("{channel} {} {} {}", said.consent, said.event, to.map(|to| to.to_string()).unwrap_or_default())
        })
        .collect();
    assert_eq!(lines, ["email given 3 ", "phone given 2 2024-03-01T00:00:00Z", "phone withdrawn 4 "]);
    let now = serde_json::to_value(&said.consent).unwrap();
    assert_eq!(now["phone"], json!({"consent": "withdrawn", "at": "2024-03-01T00:00:00Z", "event": 4}));
    assert_eq!(fold(&events, "2024-02-15").contacts().next().unwrap().consents().len(), 2);
}
