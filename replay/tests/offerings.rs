//! The catalogue, and what an account uses of it, was shown, and lacks.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{self, OfferingContradicted, OfferingUnknown};
use tenure_replay::admission::contradictions;
use tenure_replay::offerings::{OfferingUse, uses};
use tenure_schemas::Event;

use crate::interactions::logged;
use crate::kit::*;

fn in_catalogue(name: &str, position: u64, time: &str, offering: &str) -> Event {
    let says = json!({"offering": offering, "name": format!("{offering} of {name}"), "category": "machines"});
    on(&format!("catalogue/{name}"), position, time, "offering.listed", says)
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
fn ordered(position: u64, time: &str, order: &str, lines: Value) -> Event {
    let total = json!({"amount": "100", "currency": "EUR"});
    ev(position, time, "order.placed", json!({"order": order, "total": total, "lines": lines}))
}

fn line(offering: &str, quantity: &str, price: &str) -> Value {
    json!({"offering": offering, "quantity": quantity, "unit_price": price})
}

fn findings(events: &[Event]) -> Vec<(FindingCode, Vec<u64>)> {
    let catalogue = catalogue(events, &as_of("2100-01-01"));
    catalogue.findings().iter().map(|finding| (finding.code, finding.events.clone())).collect()
}

#[test]
fn an_offering_is_listed_renamed_retired_and_brought_back() {
    let events = [
        listed(0, "2024-01-01", "press"),
        in_catalogue("main", 1, "2024-02-01", "press"),
        retired(2, "2024-03-01", "press"),
        listed(3, "2024-04-01", "press"),
    ];
    for (time, wanted) in [
        ("2023-12-31", None),
        ("2024-01-01", Some(("press", "2024-01-01T00:00:00Z", None))),
        ("2024-02-01", Some(("press of main", "2024-01-01T00:00:00Z", None))),
        ("2024-03-01", Some(("press of main", "2024-01-01T00:00:00Z", Some("2024-03-01T00:00:00Z")))),
        ("2024-04-01", Some(("press", "2024-04-01T00:00:00Z", None))),
    ] {
        let catalogue = catalogue(&events, &as_of(time));
        let found = catalogue.offerings().next();
        let found = found.map(|found| (found.name.to_string(), found.listed_at.to_string(), found.retired_at));
        let wanted = wanted.map(|(name, from, to)| (name.to_owned(), from.to_owned(), to.map(instant)));
        assert_eq!(found, wanted, "{time}");
    }
    assert_eq!(findings(&events), []);
}

/// Catalogues that contradict each other and themselves.
pub(crate) fn contradicted() -> Vec<Event> {
    vec![
        listed(0, "2024-01-01", "press"),
        in_catalogue("spare", 1, "2024-02-01", "press"),
        retired(2, "2024-03-01", "lathe"),
        listed(3, "2024-01-01", "saw"),
        retired(4, "2024-03-02", "saw"),
        retired(5, "2024-03-03", "saw"),
    ]
}

#[test]
fn what_contradicts_a_catalogue() {
    let wanted = [(OfferingContradicted, vec![0, 1]), (OfferingUnknown, vec![2]), (OfferingContradicted, vec![3, 5])];
    assert_eq!(findings(&contradicted()), wanted);
    let moved = [
        listed(0, "2024-01-01", "press"),
        retired(1, "2024-02-01", "press"),
        in_catalogue("spare", 2, "2024-02-02", "press"),
    ];
    assert_eq!(findings(&moved), []);
    let offering = catalogue(&moved, &as_of("2025-01-01")).offerings().next().unwrap().clone();
    assert_eq!((offering.catalogue.as_str(), offering.retired_at), ("spare", None));
    let gone = on("catalogue/spare", 3, "2024-03-01", "offering.retired", json!({"offering": "press"}));
    let offering = catalogue(&[moved.as_slice(), &[gone]].concat(), &as_of("2025-01-01"));
    assert_eq!(offering.offerings().next().unwrap().catalogue.as_str(), "main", "of two retired, the first");
}

#[test]
fn strict_admission_asks_the_same_step() {
    let codes = |events: &[Event]| -> Vec<FindingCode> {
        contradictions(events, &EverybodyWorks).into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(&[listed(0, "2024-01-01", "press"), retired(1, "2024-02-01", "lathe")]), [OfferingUnknown]);
    assert_eq!(codes(&[listed(0, "2024-01-01", "press"), retired(1, "2024-02-01", "press")]), []);
    let twice =
        [listed(0, "2024-01-01", "press"), retired(1, "2024-02-01", "press"), retired(2, "2024-02-03", "press")];
    assert_eq!(codes(&twice), [OfferingContradicted]);
}

fn of(events: &[Event], time: &str) -> Vec<OfferingUse> {
    uses(&fold(events, time), &catalogue(events, &as_of(time)))
}

fn firm() -> Vec<Event> {
    let cancelled = |position, time| ev(position, time, "order.cancelled", json!({"order": "o2", "by": "us"}));
    vec![
        opened(0, "2024-01-01"),
        listed(1, "2024-01-01", "press"),
        listed(2, "2024-01-01", "saw"),
        listed(3, "2024-01-01", "lathe"),
        listed(4, "2024-01-01", "drill"),
        retired(5, "2024-06-01", "drill"),
        ordered(
            6,
            "2024-02-01",
            "o1",
            json!([line("press", "2", "10.50"), line("press", "1", "0.25"), line("ghost", "1", "3")]),
        ),
        ordered(7, "2024-03-01", "o2", json!([line("saw", "1", "5")])),
        cancelled(8, "2024-03-02"),
        ordered(9, "2024-04-01", "o3", json!([line("press", "1", "1")])),
        logged(10, "2024-05-01", "video", json!({"offerings_presented": ["saw", "saw", "spirit"]})),
        logged(11, "2024-05-02", "video", json!({"offerings_presented": ["saw"]})),
    ]
}

#[test]
fn what_an_account_uses_was_shown_and_lacks() {
    let line = |used: &OfferingUse| {
        let used = serde_json::to_value(used).unwrap();
        let text = |field: &str| used[field].as_str().map_or_else(|| used[field].to_string(), str::to_owned);
        let sums = used["ordered"].as_array().unwrap().iter().map(|sum| sum["amount"].as_str().unwrap().to_owned());
        let sums: Vec<_> = sums.collect();
        format!(
            "{} {} {} {} {} {}",
            text("offering"),
            text("status"),
            text("listed"),
            text("orders"),
            sums.join("+"),
            text("presented")
        )
    };
    let all: Vec<_> = of(&firm(), "2024-12-31").iter().map(line).collect();
    assert_eq!(
        all,
        [
            "drill retired true 0  0",
            "ghost used false 1 3 0",
            "lathe whitespace true 0  0",
            "press used true 2 22.25 0",
            "saw whitespace true 0  2",
            "spirit unlisted false 0  1",
        ]
    );
    let press = of(&firm(), "2024-12-31").into_iter().find(|used| used.offering.as_str() == "press").unwrap();
    assert_eq!(press.first_ordered_at, Some(instant("2024-02-01T00:00:00Z")));
    assert_eq!(press.last_ordered_at, Some(instant("2024-04-01T00:00:00Z")));
    let before: Vec<_> = of(&firm(), "2024-03-01").iter().map(line).collect();
    assert_eq!(before[0], "drill whitespace true 0  0");
    assert_eq!(before[4], "saw used true 1 5 0", "the order is cancelled a day later");
}

#[test]
fn open_needs_point_at_what_could_serve_them() {
    let need = |position, id: &str, offering: &str| {
        let says = json!({"need": id, "horizon": "short", "statement": "faster", "offering": offering});
        ev(position, "2024-05-03", "need.identified", says)
    };
    let events: Vec<_> = firm()
        .into_iter()
        .chain([
            need(12, "n1", "lathe"),
            need(13, "n2", "lathe"),
            need(14, "n3", "wish"),
            ev(15, "2024-05-04", "need.met", json!({"need": "n1"})),
        ])
        .collect();
    let needs = |time: &str| -> Vec<String> {
        let named = of(&events, time).into_iter().filter(|used| !used.needs.is_empty());
        named.map(|used| format!("{} {:?} {:?}", used.offering, used.status, used.needs)).collect()
    };
    assert_eq!(needs("2024-12-31"), ["lathe Whitespace [\"n2\"]", "wish Unlisted [\"n3\"]"]);
    assert_eq!(needs("2024-05-03")[0], "lathe Whitespace [\"n1\", \"n2\"]");
    let unlisted = all_findings(&events, "2024-12-31");
    assert!(unlisted.iter().all(|finding| finding.events != [14]), "a need may name what we do not offer yet");
}

#[test]
fn what_no_catalogue_lists_is_a_finding_and_nothing_else() {
    let unlisted: Vec<_> = all_findings(&firm(), "2024-12-31");
    let found: Vec<_> = unlisted.iter().map(|finding| (finding.code, finding.events.clone())).collect();
    assert_eq!(found, [(OfferingUnknown, vec![6]), (OfferingUnknown, vec![10])]);
    assert!(unlisted[0].message.contains("ghost"), "{}", unlisted[0].message);
    let later: Vec<_> =
        firm().into_iter().chain([listed(12, "2024-08-01", "ghost"), listed(13, "2024-08-01", "spirit")]).collect();
    assert_eq!(all_findings(&later, "2024-12-31"), []);
    assert_eq!(all_findings(&later, "2024-07-31").len(), 2);
    let acme: Vec<_> = firm().into_iter().filter(|event| event.stream.as_str() == "account/acme").collect();
    assert_eq!(contradictions(&acme[..2], &EverybodyWorks), [], "never refused");
}
