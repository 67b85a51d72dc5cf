//! Ownership that holds for child accounts, findings where it is contested, and hierarchies that lead in circles.

use serde_json::json;
use tenure_replay::FindingCode::{OwnersDisagree, ParentCycle};
use tenure_replay::directory;
use tenure_schemas::Event;

use crate::kit::*;

fn child_of(id: &str, parent: &str, position: u64) -> Event {
    on(&format!("account/{id}"), position, "2024-01-01", "account.opened", json!({"name": id, "parent": parent}))
}

fn root(id: &str, position: u64) -> Event {
    on(&format!("account/{id}"), position, "2024-01-01", "account.opened", json!({"name": id}))
}

fn heir(id: &str, position: u64, time: &str, person: &str) -> Event {
    let says = json!({"person": person, "role": "primary", "inherit": true});
    on(&format!("account/{id}"), position, time, "ownership.assigned", says)
}

fn at(id: &str, event: Event) -> Event {
    Event { stream: format!("account/{id}").parse().unwrap(), ..event }
}

/// `acme` under `mid` under `top`.
fn family(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    [child_of("acme", "mid", 0), child_of("mid", "top", 1), root("top", 2)].into_iter().chain(events).collect()
}

/// The primary of `acme` is not who would inherit it.
pub(crate) fn disagreeing() -> Vec<Event> {
    family([heir("mid", 3, "2024-02-01", "ana"), assigned(4, "2024-03-01", "ben"), ended(5, "2024-04-01", "ben")])
}

#[test]
fn who_holds_a_child_account() {
    let none: Vec<&str> = vec![];
    let plain = |position, person| at("mid", assigned(position, "2024-02-01", person));
    for (case, events, expected) in [
        (
            "from the nearest",
            vec![heir("mid", 3, "2024-02-01", "ana"), heir("top", 4, "2024-02-01", "ben")],
            vec!["ana"],
        ),
        ("from further up", vec![heir("top", 3, "2024-02-01", "ben")], vec!["ben"]),
        ("past one who does not let inherit", vec![plain(3, "ana"), heir("top", 4, "2024-02-01", "ben")], vec!["ben"]),
        ("only where allowed", vec![plain(3, "ana")], none.clone()),
        ("its own first", vec![heir("mid", 3, "2024-02-01", "ana"), assigned(4, "2024-02-01", "ben")], vec!["ben"]),
        (
            "past one whose time is over",
            vec![
                heir("mid", 3, "2024-02-01", "ana"),
                at("mid", ended(4, "2024-03-01", "ana")),
                heir("top", 5, "2024-02-01", "ben"),
            ],
            vec!["ben"],
        ),
        (
            "not from one that is closed",
            vec![heir("mid", 3, "2024-02-01", "ana"), at("mid", closed(4, "2024-03-01"))],
            none.clone(),
        ),
        ("not while closed itself", vec![heir("mid", 3, "2024-02-01", "ana"), closed(4, "2024-03-01")], none.clone()),
        ("not before it began", vec![heir("mid", 3, "2024-06-01", "ana")], none.clone()),
        (
            "a transfer hands the inheritance on",
            vec![heir("mid", 3, "2024-02-01", "ana"), at("mid", transferred(4, "2024-03-01", "ana", "ben"))],
            vec!["ben"],
        ),
    ] {
        assert_eq!(who(&family(events), "2024-05-01"), expected, "{case}");
    }
}

#[test]
fn an_inherited_owner_says_from_where() {
    let events = family([heir("top", 3, "2024-02-01", "ana")]);
    let as_of = as_of("2024-05-01");
    let firm = Firm::of(&events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let owners = tenure_replay::ownership::owners(&account, &firm, &as_of);
    assert_eq!(owners[0].inherited_from, Some(account_id("top")));
}

#[test]
fn the_times_in_which_owners_disagree() {
    let found = |events: Vec<Event>| -> Vec<_> {
        let findings = all_findings(&family(events), "2025-01-01");
        let disagree = findings.into_iter().filter(|finding| finding.code == OwnersDisagree);
        disagree
            .map(|f| (f.from.to_string()[..10].to_owned(), f.to.map(|to| to.to_string()[..10].to_owned()), f.events))
            .collect()
    };
    let day = |text: &str| text.to_owned();
    let own = |position| [assigned(position, "2024-03-01", "ben"), ended(position + 1, "2024-06-01", "ben")];
    let with = |event: Event| [event].into_iter().chain(own(5)).collect::<Vec<_>>();
    assert_eq!(
        found(with(heir("mid", 3, "2024-02-01", "ana"))),
        [(day("2024-03-01"), Some(day("2024-06-01")), vec![3, 5])]
    );
    assert_eq!(
        found(with(heir("mid", 3, "2024-04-01", "ana"))),
        [(day("2024-04-01"), Some(day("2024-06-01")), vec![3, 5])]
    );
    assert_eq!(found(with(heir("mid", 3, "2024-02-01", "ben"))), []);
    assert_eq!(found(with(heir("mid", 3, "2024-06-01", "ana"))), []);
    let nearer: Vec<_> =
        [heir("mid", 3, "2024-02-01", "ben"), heir("top", 4, "2024-02-01", "ana")].into_iter().chain(own(5)).collect();
    assert_eq!(found(nearer), []);
    let mut closing = with(heir("mid", 3, "2024-02-01", "ana"));
    closing.push(at("mid", closed(9, "2024-05-01")));
    assert_eq!(found(closing), [(day("2024-03-01"), Some(day("2024-05-01")), vec![3, 5])]);
}

#[test]
fn hierarchies_that_lead_in_circles_come_to_an_end() {
    let cycle = |events: &[Event]| -> Vec<_> {
        let findings = all_findings(events, "2025-01-01");
        findings.into_iter().filter(|f| f.code == ParentCycle).map(|f| f.events).collect()
    };
    assert_eq!(cycle(&[child_of("acme", "acme", 0)]), [[0]]);
    assert_eq!(cycle(&[child_of("acme", "mid", 0), child_of("mid", "acme", 1)]), [[0]]);
    let above = [child_of("acme", "mid", 0), child_of("mid", "top", 1), child_of("top", "mid", 2)];
    assert_eq!(cycle(&above), [] as [Vec<u64>; 0]);
    let firm = Firm::of(&above, &as_of("2025-01-01"));
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let chain: Vec<_> = directory::ancestors(&account, &firm).iter().map(|above| above.account().clone()).collect();
    assert_eq!(chain, [account_id("mid"), account_id("top")]);
}

#[test]
fn a_hierarchy_is_followed_so_far_and_no_further() {
    let mut events = vec![child_of("acme", "a1", 0)];
    events.extend((1..100).map(|level| child_of(&format!("a{level}"), &format!("a{}", level + 1), level)));
    let firm = Firm::of(&events, &as_of("2025-01-01"));
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    assert_eq!(directory::ancestors(&account, &firm).len(), directory::MAX_LEVELS);
}
