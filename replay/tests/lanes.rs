//! Who held a lane when: two holders stay two, a vacancy is a gap, nothing is overwritten.

use serde_json::json;
use tenure_replay::FindingCode::{EndedByNonHolder, SecondPrimary, TransferFromNonHolder};
use tenure_replay::account::{Interval, Status};
use tenure_replay::ownership;
use tenure_schemas::{Event, Instant};

use crate::kit::*;

/// The intervals of every lane: who, from when, to when, by which event begun and ended.
fn intervals(events: &[Event]) -> Vec<String> {
    let show = |at: Option<Instant>| at.map_or("…".to_owned(), |at| at.to_string()[..10].to_owned());
    let line = |held: &Interval| {
        let by = held.ended_by.map_or("-".to_owned(), |by| by.to_string());
        format!("{} {}→{} {}/{by}", held.person, show(Some(held.from)), show(held.to), held.event)
    };
    fold_all(events).lanes().intervals().map(line).collect()
}

#[test]
fn two_holders_stay_two() {
    let events = [opened(0, "2024-01-01"), assigned(1, "2024-01-01", "ana"), assigned(2, "2024-03-01", "ben")];
    assert_eq!(who(&events, "2024-02-29"), ["ana"]);
    assert_eq!(who(&events, "2024-03-01"), ["ana", "ben"]);
    assert_eq!(own_findings(&events), [(SecondPrimary, vec![1, 2])]);
    let overlaps = fold_all(&events).lanes().overlaps();
    assert_eq!(overlaps.len(), 1);
    assert_eq!(overlaps[0].persons, [person_id("ana"), person_id("ben")]);
    assert_eq!((overlaps[0].from, overlaps[0].to), (instant("2024-03-01T00:00:00Z"), None));
    assert_eq!(overlaps[0].events, [1, 2]);
}

#[test]
fn overlaps_are_cut_at_every_change_of_holders() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        assigned(2, "2024-02-01", "ben"),
        assigned(3, "2024-03-01", "cy"),
        ended(4, "2024-04-01", "ana"),
        ended(5, "2024-05-01", "ben"),
    ];
    let overlaps = fold_all(&events).lanes().overlaps();
    let found: Vec<_> = overlaps.iter().map(|o| (o.from.to_string(), o.to.unwrap().to_string(), &o.events)).collect();
    let day = |month: u8| format!("2024-{month:02}-01T00:00:00Z");
    assert_eq!(found, [(day(2), day(3), &vec![1, 2]), (day(3), day(4), &vec![1, 2, 3]), (day(4), day(5), &vec![2, 3])]);
}

#[test]
fn a_finding_names_ten_of_many_holders() {
    let mut events = vec![opened(0, "2024-01-01")];
    events.extend((1..=13).map(|position| assigned(position, "2024-01-02T00:00:00Z", &format!("p{position:02}"))));
    let account = fold_all(&events);
    let last = account.findings().last().unwrap();
    assert_eq!(last.events, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    assert!(last.message.ends_with("p12, 2 others"), "{}", last.message);
}

#[test]
fn a_vacancy_is_a_gap_and_closing_stops_it() {
    let mut events = vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        ended(2, "2024-02-01", "ana"),
        assigned(3, "2024-03-01", "ben"),
    ];
    let gaps = |events: &[Event], until: &str| -> Vec<_> {
        let gaps = ownership::gaps(&fold(events, until), &EverybodyWorks, &as_of(until));
        gaps.iter().map(|gap| (gap.from.to_string(), gap.to.map(|to| to.to_string()))).collect()
    };
    let at = |text: &str| format!("{text}T00:00:00Z");
    assert_eq!(gaps(&events, "2024-02-10T00:00:00Z"), [(at("2024-02-01"), None)]);
    assert_eq!(gaps(&events, "2024-04-01T00:00:00Z"), [(at("2024-02-01"), Some(at("2024-03-01")))]);
    events.extend([closed(4, "2024-02-10"), reopened(5, "2024-02-20")]);
    assert_eq!(
        gaps(&events, "2024-04-01T00:00:00Z"),
        [(at("2024-02-01"), Some(at("2024-02-10"))), (at("2024-02-20"), Some(at("2024-03-01")))]
    );
    assert_eq!(gaps(&events[..1], "2024-04-01T00:00:00Z"), []);
}

#[test]
fn a_swap_by_day_is_right_on_its_day_in_every_zone() {
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Rome", "America/Lima"] {
        for asked in ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Rome", "America/Lima"] {
            let events = [
                opened(0, "2024-01-01"),
                assigned(1, &format!("2024-02-01@{zone}"), "ana"),
                transferred(2, &format!("2024-03-01@{zone}"), "ana", "ben"),
            ];
            let ask = |day: &str| who(&events, &format!("{day}@{asked}"));
            let none: [&str; 0] = [];
            assert_eq!(ask("2024-01-31"), none, "{zone} asked in {asked}");
            assert_eq!(ask("2024-02-01"), ["ana"], "{zone} asked in {asked}");
            assert_eq!(ask("2024-02-29"), ["ana"], "{zone} asked in {asked}");
            assert_eq!(ask("2024-03-01"), ["ben"], "{zone} asked in {asked}");
            assert_eq!(ask("2024-03-02"), ["ben"], "{zone} asked in {asked}");
            let swap = format!("2024-03-01@{asked}");
            assert_eq!(status(&events, &swap), Status::Owned, "{zone} asked in {asked}");
            assert_eq!(status(&events, &format!("2024-02-01@{asked}")), Status::Owned, "{zone} asked in {asked}");
        }
    }
}

#[test]
fn an_end_at_the_very_end_of_a_day_is_none_on_that_day() {
    // The day ends at 10:00Z in Kiritimati; in Honolulu the same date begins then, and what happened on it has happened.
    let until = json!({"person": "ana", "role": "primary", "until": "2024-03-29T10:00:00Z"});
    let cover = json!({"owner": "ana", "delegate": "ben", "until": "2024-03-29T11:00:00Z"});
    let events = [
        ev(0, "2024-03-28T05:00:00Z", "ownership.assigned", until),
        ev(1, "2024-03-29@Pacific/Honolulu", "coverage.started", cover),
    ];
    for (asked, stands) in [
        ("2024-03-29@Pacific/Kiritimati", Status::Owned),
        ("2024-03-30@Pacific/Kiritimati", Status::Orphaned),
        ("2024-03-29T09:59:59.999999Z", Status::Owned),
        ("2024-03-29T10:00:00Z", Status::Orphaned),
    ] {
        assert_eq!(status(&events, asked), stands, "{asked}");
    }
}

#[test]
fn a_swap_at_an_instant_shows_both_on_its_day_and_one_at_each_instant() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-02-01", "ana"),
        transferred(2, "2024-03-01T22:30:00Z", "ana", "ben"),
    ];
    for (asked, expected) in [
        ("2024-02-29", vec!["ana"]),
        ("2024-03-01", vec!["ana", "ben"]),
        ("2024-03-02", vec!["ben"]),
        ("2024-03-01@Europe/Rome", vec!["ana", "ben"]),
        ("2024-03-02@Europe/Rome", vec!["ben"]),
        ("2024-03-01@Asia/Tokyo", vec!["ana"]),
        ("2024-03-02@Asia/Tokyo", vec!["ana", "ben"]),
        ("2024-03-03@Asia/Tokyo", vec!["ben"]),
        ("2024-03-01T22:29:59.999999Z", vec!["ana"]),
        ("2024-03-01T22:30:00Z", vec!["ben"]),
    ] {
        assert_eq!(who(&events, asked), expected, "{asked}");
    }
}

#[test]
fn a_late_recorded_transfer_slots_in_up_to_the_next_one() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        transferred(2, "2024-06-01", "ana", "cy"),
        transferred(3, "2024-03-01", "ana", "ben"),
    ];
    assert_eq!(
        intervals(&events),
        ["ana 2024-01-01→2024-03-01 1/3", "ben 2024-03-01→2024-06-01 3/2", "cy 2024-06-01→… 2/-"]
    );
    assert_eq!(own_findings(&events), [(TransferFromNonHolder, vec![2, 3])]);
}

#[test]
fn a_transfer_from_a_non_holder_ends_the_interval_that_began_last() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        assigned(2, "2024-02-01", "ben"),
        transferred(3, "2024-03-01", "zoe", "cy"),
    ];
    assert_eq!(intervals(&events), ["ana 2024-01-01→… 1/-", "ben 2024-02-01→2024-03-01 2/3", "cy 2024-03-01→… 3/-"]);
    assert_eq!(own_codes(&events), [SecondPrimary, TransferFromNonHolder]);
}

#[test]
fn a_transfer_from_a_non_holder_to_the_holder_confirms_the_holder() {
    let events =
        [opened(0, "2024-01-01"), assigned(1, "2024-01-01", "ana"), transferred(2, "2024-03-01", "zoe", "ana")];
    let account = fold_all(&events);
    let held: Vec<_> = account.lanes().intervals().map(|held| (held.to, held.confirmed_by.clone())).collect();
    assert_eq!(held, [(None, vec![2])]);
    assert_eq!(own_codes(&events), [TransferFromNonHolder]);
    assert_eq!(
        own_codes(&[opened(0, "2024-01-01"), transferred(1, "2024-02-01", "ana", "ben")]),
        [TransferFromNonHolder]
    );
}

#[test]
fn repeating_what_holds_confirms_it() {
    let events = [opened(0, "2024-01-01"), assigned(1, "2024-01-01", "ana"), assigned(2, "2024-03-01", "ana")];
    let account = fold_all(&events);
    let held: Vec<_> = account.lanes().intervals().map(|held| (held.event, held.confirmed_by.clone())).collect();
    assert_eq!(held, [(1, vec![2])]);
    assert_eq!(own_codes(&events), []);
}

#[test]
fn ending_by_a_non_holder_changes_nothing() {
    let events = [opened(0, "2024-01-01"), assigned(1, "2024-01-01", "ana"), ended(2, "2024-03-01", "ben")];
    assert_eq!(intervals(&events), ["ana 2024-01-01→… 1/-"]);
    assert_eq!(own_codes(&events), [EndedByNonHolder]);
}

#[test]
fn an_assignment_with_an_end_ends_without_an_event() {
    let until = json!({"person": "ana", "role": "primary", "until": "2024-03-01T00:00:00Z"});
    let events = [
        opened(0, "2024-01-01"),
        ev(1, "2024-01-01", "ownership.assigned", until),
        assigned(2, "2024-03-01T00:00:00Z", "ben"),
    ];
    assert_eq!(intervals(&events), ["ana 2024-01-01→2024-03-01 1/-", "ben 2024-03-01→… 2/-"]);
    assert_eq!(own_codes(&events), []);
    assert_eq!(status(&events[..2], "2024-04-01"), Status::Orphaned);
    let late = [events[0].clone(), events[1].clone(), ended(3, "2024-04-01", "ana")];
    assert_eq!(own_codes(&late), [EndedByNonHolder]);
}

#[test]
fn intervals_without_length_are_shown_in_the_audit_only() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        transferred(2, "2024-03-01", "ana", "ben"),
        transferred(3, "2024-03-01", "ben", "cy"),
    ];
    assert_eq!(intervals(&events), ["ana 2024-01-01→2024-03-01 1/2", "cy 2024-03-01→… 3/-"]);
    assert_eq!(who(&events, "2024-03-01"), ["cy"]);
    let audit = tenure_replay::audit::audit(&acme(), &events, &as_of("2024-04-01"));
    assert_eq!(audit[2].changes[0].after, json!(["ben"]));
    assert_eq!(fold_all(&events).lanes().overlaps(), []);
}

#[test]
fn lanes_do_not_touch_each_other() {
    let scoped = |position, person: &str, role: &str, scope: &str| {
        let says = json!({"person": person, "role": role, "scope": scope});
        ev(position, "2024-01-01", "ownership.assigned", says)
    };
    let events = [
        opened(0, "2024-01-01"),
        scoped(1, "ana", "primary", "global"),
        scoped(2, "ben", "primary", "region:emea"),
        scoped(3, "cy", "secondary", "global"),
        ended(4, "2024-02-01", "ana"),
    ];
    assert_eq!(
        owners(&events, "2024-01-15"),
        ["ana primary global 1", "ben primary region:emea 2", "cy secondary global 3"]
    );
    assert_eq!(owners(&events, "2024-02-15"), ["ben primary region:emea 2", "cy secondary global 3"]);
    assert_eq!(status(&events, "2024-02-15"), Status::Orphaned);
    assert_eq!(own_codes(&events), []);
}

#[test]
fn an_account_goes_through_its_states() {
    let events = [
        opened(0, "2024-01-02"),
        assigned(1, "2024-02-01", "ana"),
        ended(2, "2024-03-01", "ana"),
        closed(3, "2024-04-01"),
        reopened(4, "2024-05-01"),
        assigned(5, "2024-06-01", "ben"),
        ev(6, "2024-07-01", "account.merged", json!({"into": "globex"})),
        ev(7, "2024-08-01", "account.merge_reverted", json!({})),
    ];
    for (asked, expected) in [
        ("2024-01-01", Status::Unknown),
        ("2024-01-02", Status::Unassigned),
        ("2024-02-01", Status::Owned),
        ("2024-03-01", Status::Orphaned),
        ("2024-04-01", Status::Closed),
        ("2024-05-01", Status::Orphaned),
        ("2024-06-01", Status::Owned),
        ("2024-07-01", Status::Merged),
        ("2024-08-01", Status::Owned),
    ] {
        assert_eq!(status(&events, asked), expected, "{asked}");
        let owned = expected == Status::Owned;
        assert_eq!(!who(&events, asked).is_empty(), owned, "{asked}");
    }
    assert_eq!(own_codes(&events), []);
    let merged = fold(&events, "2024-07-15");
    assert_eq!(merged.lifecycle().closed_now().unwrap().merged_into, Some(account_id("globex")));
}

#[test]
fn on_the_day_of_closing_those_who_owned_it_until_then_are_listed() {
    let none: [&str; 0] = [];
    let start = [opened(0, "2024-01-01"), assigned(1, "2024-01-01", "ana")];
    let with = |event: Event| [start[0].clone(), start[1].clone(), event];
    let at_three = with(closed(2, "2024-03-01T15:00:00Z"));
    assert_eq!(who(&at_three, "2024-03-01"), ["ana"]);
    assert_eq!(who(&at_three, "2024-03-01T15:00:00Z"), none);
    assert_eq!(who(&at_three, "2024-03-02"), none);
    let by_day = with(closed(2, "2024-03-01@America/Lima"));
    assert_eq!(who(&by_day, "2024-02-29"), ["ana"]);
    assert_eq!(who(&by_day, "2024-03-01"), none);
}

#[test]
fn books_and_tenures_list_what_a_person_holds_and_held() {
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        transferred(2, "2024-02-01", "ana", "ben"),
        transferred(3, "2024-03-01", "ben", "ana"),
        closed(4, "2024-04-01"),
    ];
    let held = |time: &str, person: &str| -> Vec<_> {
        let account = fold(&events, time);
        let (moment, day) = (as_of(time), day(time));
        let book = ownership::book(&account, &EverybodyWorks, &person_id(person), &moment, &day);
        book.iter().map(|held| held.event).collect()
    };
    assert_eq!(held("2024-01-15", "ana"), [1]);
    assert_eq!(held("2024-02-15", "ana"), [] as [u64; 0]);
    assert_eq!(held("2024-03-15", "ana"), [3]);
    assert_eq!(held("2024-04-15", "ana"), [] as [u64; 0]);
    let tenures = ownership::tenures(&fold_all(&events), &person_id("ana"), &day("2024-04-15"));
    let shown: Vec<_> = tenures.iter().map(|held| (held.event, held.ended_by, held.tenure_days)).collect();
    assert_eq!(shown, [(1, Some(2), 31), (3, None, 45)]);
    let dates: Vec<_> = tenures.iter().map(|held| (held.from_date, held.to_date)).collect();
    let date = |text: &str| Some(text.parse().unwrap());
    assert_eq!(dates, [(date("2024-01-01"), date("2024-02-01")), (date("2024-03-01"), None)]);
}
