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

/// Who holds which lane of `acme` as of a moment: `ana secondary global top`, with the account above.
fn lanes(events: &[Event], time: &str) -> Vec<String> {
    let as_of = as_of(time);
    let firm = Firm::of(events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let owners = tenure_replay::ownership::owners(&account, &firm, &as_of).into_iter();
    let from = |owner: &tenure_replay::ownership::Owner| {
        owner.inherited_from.as_ref().map_or(String::new(), |id| format!(" {id}"))
    };
    owners.map(|owner| format!("{} {} {}{}", owner.person, owner.role, owner.scope, from(&owner))).collect()
}

fn lane_heir(id: &str, position: u64, person: &str, role: &str, scope: &str) -> Event {
    let says = json!({"person": person, "role": role, "scope": scope, "inherit": true});
    on(&format!("account/{id}"), position, "2024-02-01", "ownership.assigned", says)
}

#[test]
fn every_lane_is_inherited_on_its_own() {
    let events = family([
        lane_heir("top", 3, "ana", "primary", "global"),
        lane_heir("top", 4, "ben", "secondary", "global"),
        lane_heir("top", 5, "cy", "secondary", "region:emea"),
        lane_heir("mid", 6, "dee", "secondary", "global"),
        ev(7, "2024-02-01", "ownership.assigned", json!({"person": "eva", "role": "primary"})),
        ev(8, "2024-02-01", "ownership.assigned", json!({"person": "fay", "role": "secondary", "scope": "unit:7"})),
    ]);
    assert_eq!(
        lanes(&events, "2024-05-01"),
        ["eva primary global", "dee secondary global mid", "cy secondary region:emea top", "fay secondary unit:7"]
    );
}

#[test]
fn a_lane_is_inherited_exactly_while_nobody_nearer_holds_it() {
    let events = family([
        heir("top", 3, "2024-02-01", "ana"),
        heir("mid", 4, "2024-03-01", "ben"),
        at("mid", ended(5, "2024-04-01T12:00:00Z", "ben")),
        assigned(6, "2024-05-01T12:00:00Z", "cy"),
        ended(7, "2024-06-01", "cy"),
        closed(8, "2024-07-01T12:00:00Z"),
    ]);
    for (asked, expected) in [
        ("2024-01-31", vec![]),
        ("2024-02-01", vec!["ana primary global top"]),
        ("2024-03-01", vec!["ben primary global mid"]),
        ("2024-04-01", vec!["ben primary global mid", "ana primary global top"]),
        ("2024-04-01T12:00:00Z", vec!["ana primary global top"]),
        ("2024-05-01", vec!["ana primary global top", "cy primary global"]),
        ("2024-05-02", vec!["cy primary global"]),
        ("2024-06-01", vec!["ana primary global top"]),
        ("2024-07-01", vec!["ana primary global top"]),
        ("2024-07-01T12:00:00Z", vec![]),
        ("2024-07-02", vec![]),
    ] {
        assert_eq!(lanes(&events, asked), expected, "{asked}");
    }
}

#[test]
fn what_an_account_is_part_of_counts_as_it_was_then() {
    let set =
        |position, time, parent: serde_json::Value| ev(position, time, "account.parent_set", json!({"parent": parent}));
    let alone = |id: &str, position| root(id, position);
    let events = [
        opened(0, "2024-01-01"),
        alone("one", 1),
        alone("two", 2),
        heir("one", 3, "2024-01-01", "ana"),
        heir("two", 4, "2024-01-01", "ben"),
        set(5, "2024-02-01", json!("one")),
        set(6, "2024-04-01", json!("two")),
        set(7, "2024-06-01", serde_json::Value::Null),
    ];
    let as_of = as_of("2024-07-01");
    let firm = Firm::of(&events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let inherited = tenure_replay::ownership::inherited_owners(&account, &firm, &as_of).into_iter();
    let times: Vec<_> = inherited.map(|owner| (owner.person.to_string(), owner.from_date, owner.to_date)).collect();
    let date = |text: &str| Some(text.parse().unwrap());
    assert_eq!(
        times,
        [
            ("ana".to_owned(), date("2024-02-01"), date("2024-04-01")),
            ("ben".to_owned(), date("2024-04-01"), date("2024-06-01")),
        ]
    );
}

#[test]
fn where_an_account_stands_and_its_gaps_take_inheritance_into_account() {
    use tenure_replay::account::Status::{Closed, Orphaned, Owned, Unassigned, Unknown};
    let events = family([
        heir("top", 3, "2024-02-01", "ana"),
        at("top", ended(4, "2024-03-01", "ana")),
        assigned(5, "2024-04-01", "ben"),
        ended(6, "2024-05-01", "ben"),
        heir("mid", 7, "2024-06-01", "cy"),
        closed(8, "2024-07-01"),
        reopened(9, "2024-08-01"),
        at("mid", ended(10, "2024-09-01", "cy")),
    ]);
    let ask = |time: &str| {
        let as_of = as_of(time);
        let firm = Firm::of(&events, &as_of);
        let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
        let since = tenure_replay::ownership::orphaned_since(&account, &firm, &as_of);
        let status = tenure_replay::ownership::status(&account, &firm, &as_of);
        (status, since.and_then(|since| since.date).map(|date| date.to_string()))
    };
    for (asked, status, since) in [
        ("2023-12-31", Unknown, None),
        ("2024-01-31", Unassigned, None),
        ("2024-02-01", Owned, None),
        ("2024-02-29@Pacific/Honolulu", Owned, None),
        ("2024-03-01@Pacific/Kiritimati", Orphaned, Some("2024-03-01")),
        ("2024-04-01", Owned, None),
        ("2024-05-20", Orphaned, Some("2024-05-01")),
        ("2024-06-01", Owned, None),
        ("2024-07-01", Closed, None),
        ("2024-08-01", Owned, None),
        ("2024-10-01", Orphaned, Some("2024-09-01")),
    ] {
        assert_eq!(ask(asked), (status, since.map(str::to_owned)), "{asked}");
    }
    let as_of = as_of("2024-10-01");
    let firm = Firm::of(&events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let gaps = tenure_replay::ownership::gaps(&account, &firm, &as_of).into_iter();
    let gaps: Vec<_> =
        gaps.map(|gap| (gap.from_date.unwrap().to_string(), gap.to_date.map(|to| to.to_string()))).collect();
    let day = |text: &str| text.to_owned();
    assert_eq!(
        gaps,
        [
            (day("2024-03-01"), Some(day("2024-04-01"))),
            (day("2024-05-01"), Some(day("2024-06-01"))),
            (day("2024-09-01"), None)
        ]
    );
}

#[test]
fn a_book_names_what_is_inherited_and_tenures_leave_it_out() {
    let events =
        family([heir("top", 3, "2024-02-01", "ana"), assigned(4, "2024-03-01", "ben"), ended(5, "2024-04-01", "ben")]);
    let as_of = as_of("2024-04-11");
    let firm = Firm::of(&events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    let ana = person_id("ana");
    let book = tenure_replay::ownership::book(&account, &firm, &ana, &as_of, &day("2024-04-11"));
    let held: Vec<_> = book
        .iter()
        .map(|held| (held.inherited_from.clone(), held.from_date.unwrap().to_string(), held.tenure_days))
        .collect();
    assert_eq!(held, [(Some(account_id("top")), "2024-04-01".to_owned(), 10)]);
    assert_eq!(tenure_replay::ownership::tenures(&account, &ana, &day("2024-04-11")), []);
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
