//! The numbers that the demo promises, counted by folding its history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenure_replay::account::Interval;
use tenure_replay::{Account, AsOf, Person, ownership};
use tenure_schemas::payload::account::CloseReason;
use tenure_schemas::{AccountId, Event, Instant, Kind, Name, Payload, Stream};

use super::{MADE, instant};

/// Kinds that a demo has no use for, and why.
const ABSENT: [(Kind, &str); 3] = [
    (Kind::LedgerLossAccepted, "a demo that had lost events would be a bad one"),
    (Kind::ModelPublished, "what a specification holds is decided with the scores"),
    (Kind::ModelActivated, "there is no model to activate"),
];

fn end() -> AsOf {
    AsOf::Instant(instant(super::NOW))
}

fn accounts() -> Vec<Arc<Account>> {
    MADE.view.account_ids(None).map(|id| MADE.view.account(id, &end()).unwrap().unwrap()).collect()
}

fn people() -> Vec<Arc<Person>> {
    MADE.view.person_ids().map(|id| MADE.view.person(id, &end()).unwrap()).collect()
}

fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Event> {
    MADE.events.iter().filter(move |event| event.payload().is_some_and(|payload| payload.kind() == kind))
}

fn count(kind: Kind) -> usize {
    of_kind(kind).count()
}

fn field(event: &Event, name: &str) -> String {
    event.payload().map(|payload| payload.to_json()[name].to_string()).unwrap_or_default()
}

#[test]
fn every_kind_of_event_occurs() {
    let total = MADE.events.len();
    assert!((75_000..=85_000).contains(&total), "{total}");
    for kind in Kind::ALL {
        let absent = ABSENT.iter().any(|(absent, why)| absent == kind && !why.is_empty());
        assert_eq!(count(*kind) == 0, absent, "{kind}: {}", count(*kind));
    }
}

#[test]
fn three_hundred_accounts_form_a_hierarchy_over_three_regions() {
    let accounts = accounts();
    assert_eq!(accounts.len(), 300);
    let regions: BTreeSet<_> = accounts.iter().map(|account| account.profile().region.clone().unwrap()).collect();
    assert_eq!(regions.iter().map(Name::as_str).collect::<Vec<_>>(), ["americas", "asia-pacific", "europe"]);
    let names: BTreeSet<_> = accounts.iter().map(|account| account.profile().name.clone().unwrap()).collect();
    assert_eq!(names.len(), 300, "no name comes twice");
    let parents: BTreeMap<&AccountId, Option<&AccountId>> =
        accounts.iter().map(|account| (account.account(), account.profile().parent.as_ref())).collect();
    let level = |id: &AccountId| std::iter::successors(Some(id), |id| parents[id]).take(10).count();
    let mut levels: BTreeMap<usize, usize> = BTreeMap::new();
    for id in parents.keys() {
        *levels.entry(level(id)).or_default() += 1;
    }
    assert_eq!(levels.keys().copied().collect::<Vec<_>>(), [1, 2, 3], "global or alone, division, site: {levels:?}");
    assert!(levels[&2] >= 40 && levels[&3] >= 30, "{levels:?}");
    let abroad = |id: &AccountId| parents[id].is_some_and(|parent| region(&accounts, parent) != region(&accounts, id));
    assert!(parents.keys().filter(|id| abroad(id)).count() >= 16, "groups reach over regions");
}

fn region(accounts: &[Arc<Account>], id: &AccountId) -> String {
    let found = accounts.iter().find(|account| account.account() == id).unwrap();
    found.profile().region.clone().unwrap().to_string()
}

#[test]
fn thirty_people_of_whom_nine_leave_and_one_without_notice() {
    let people = people();
    assert_eq!(people.len(), 30);
    let gone: Vec<_> = people.iter().filter(|person| !person.is_employed(instant(super::NOW))).collect();
    let gone: Vec<_> = gone.iter().map(|person| person.person.as_str()).collect();
    assert_eq!(gone, ["p-05", "p-06", "p-07", "p-14", "p-16", "p-20", "p-22", "p-25", "p-27"]);
    let sudden = people.iter().filter(|person| person.absences.iter().any(|absence| absence.incapacitated));
    assert_eq!(sudden.map(|person| person.person.as_str()).collect::<Vec<_>>(), ["p-06"]);
    assert_eq!(count(Kind::PersonDepartureAnnounced), 8, "nobody announced the ninth departure");
}

#[test]
fn forty_handovers_of_all_classes_take_every_course() {
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for started in of_kind(Kind::HandoverStarted) {
        *classes.entry(field(started, "class")).or_default() += 1;
    }
    let of = |class: &str, count: usize| (format!("\"{class}\""), count);
    let expected = [of("emergency", 3), of("planned", 22), of("pooled", 5), of("short_notice", 10)];
    assert_eq!(classes.into_iter().collect::<Vec<_>>(), expected);
    let (completed, cancelled) = (count(Kind::HandoverCompleted), count(Kind::HandoverCancelled));
    assert_eq!((completed, cancelled, count(Kind::HandoverDeclined)), (37, 3, 4));
    assert_eq!(of_kind(Kind::OwnershipTransferred).filter(|event| field(event, "handover") != "null").count(), 37);
}

#[test]
fn a_brief_names_the_size_of_the_ledger_that_it_was_made_at() {
    for briefed in of_kind(Kind::HandoverBriefed) {
        let Some(Payload::HandoverBriefed(said)) = briefed.payload() else { continue };
        assert_eq!(said.brief.size, briefed.position);
        assert_eq!(said.brief.as_of, briefed.recorded_at);
    }
}

/// The contacts of an account in the half years before and after a moment.
fn talks(account: &AccountId, from: Instant, to: Instant) -> usize {
    let events = MADE.view.stream(&Stream::account(account)).unwrap();
    let is_talk = |event: &&Event| matches!(event.payload(), Some(Payload::InteractionLogged(_)));
    events.iter().filter(is_talk).filter(|event| from <= event.when.at && event.when.at < to).count()
}

#[test]
fn thirty_five_clients_are_lost_and_some_show_it_before() {
    let half_a_year = -180 * 24 * 3600;
    let (mut warned, mut silent, mut total) = (0, 0, 0);
    for account in accounts() {
        let closures = &account.lifecycle().closed;
        let Some(lost) = closures.iter().find(|closure| closure.reason == Some(CloseReason::Lost)) else { continue };
        total += 1;
        let turn = lost.from.saturating_add_seconds(half_a_year);
        let before = talks(account.account(), turn.saturating_add_seconds(half_a_year), turn);
        let after = talks(account.account(), turn, lost.from);
        if before >= 3 && after * 2 < before {
            warned += 1;
        }
        if before >= 3 && after * 4 >= before * 3 {
            silent += 1;
        }
    }
    assert_eq!(total, 35);
    assert!(warned >= 12 && silent >= 8, "{warned} called less before, {silent} did not");
    let by_client = of_kind(Kind::ContractEnded).filter(|event| field(event, "by") == "\"client\"").count();
    assert!(by_client >= 15, "{by_client} contracts were ended by the client");
}

#[test]
fn each_tier_has_accounts_to_compare_with() {
    let mut unchanged: BTreeMap<&str, usize> = BTreeMap::new();
    for account in accounts() {
        let primary: Vec<&Interval> = account.lanes().primary().collect();
        let open = account.lifecycle().closed.is_empty();
        let since = account.lifecycle().opened.map(|(at, _)| at).unwrap();
        if open && primary.len() == 1 && primary[0].to.is_none() && since < instant("2023-07-04T00:00:00Z") {
            *unchanged.entry(account.profile().tier.unwrap().as_str()).or_default() += 1;
        }
    }
    assert_eq!(unchanged.len(), 4, "{unchanged:?}");
    assert!(unchanged.values().all(|count| *count >= 10), "{unchanged:?}");
}

#[test]
fn accounts_are_covered_orphaned_merged_and_put_right() {
    let accounts = accounts();
    let covered: usize = accounts.iter().map(|account| account.coverages().count()).sum();
    assert!((1_000..3_500).contains(&covered), "{covered} times somebody stood in");
    let now = AsOf::Instant(instant(super::NOW));
    let directory = MADE.view.directory(&now);
    let orphaned = accounts.iter().filter(|account| {
        let gaps = ownership::gaps(account, &directory, &now);
        gaps.iter().any(|gap| gap.role.is_primary() && gap.to.is_some())
    });
    assert_eq!(orphaned.count(), 18, "accounts had nobody for a while");
    let merged = accounts
        .iter()
        .filter(|account| account.lifecycle().closed.iter().any(|closure| closure.merged_into.is_some()));
    assert_eq!((merged.count(), count(Kind::AccountMergeReverted)), (3, 1));
    let (corrected, retracted) = (count(Kind::EventCorrected), count(Kind::EventRetracted));
    assert!((80..250).contains(&corrected) && (60..250).contains(&retracted), "{corrected}, {retracted}");
    let corrections: BTreeSet<_> = of_kind(Kind::EventCorrected).map(|event| format!("\"{}\"", event.id)).collect();
    let undone = of_kind(Kind::EventRetracted).filter(|event| corrections.contains(&field(event, "target"))).count();
    assert!(undone >= 5, "{undone} corrections were taken back");
}

#[test]
fn clients_order_in_two_currencies_and_their_people_come_and_go() {
    let accounts = accounts();
    let currencies: BTreeSet<_> =
        accounts.iter().flat_map(|account| account.orders()).map(|order| order.total.currency.to_string()).collect();
    assert_eq!(currencies.into_iter().collect::<Vec<_>>(), ["EUR", "USD"]);
    let contacts = || accounts.iter().flat_map(|account| account.contacts());
    let left = contacts().filter(|contact| contact.left_at.is_some()).count();
    let followed = contacts().filter(|contact| contact.successor.is_some()).count();
    assert!(followed >= 60 && left > followed, "{left} left, {followed} of them with a successor");
    assert!(contacts().any(|contact| contact.erased_at.is_some()));
    let consents: BTreeSet<_> = of_kind(Kind::ContactConsentChanged).map(|event| field(event, "consent")).collect();
    assert_eq!(consents.len(), 2);
}

#[test]
fn words_of_every_list_are_used() {
    for (kind, name, expected) in [
        (Kind::InteractionLogged, "channel", 8),
        (Kind::SurveyResponded, "instrument", 4),
        (Kind::PlanReviewed, "mode", 3),
        (Kind::PlanAdopted, "kind", 4),
        (Kind::CostRecorded, "category", 5),
        (Kind::AccountNoteRecorded, "topic", 5),
        (Kind::CommitmentMade, "soft", 2),
        (Kind::CommitmentMade, "by", 2),
    ] {
        let used: BTreeSet<_> = of_kind(kind).map(|event| field(event, name)).collect();
        assert_eq!(used.len(), expected, "{kind} {name}: {used:?}");
    }
    let never_listed: Vec<_> =
        of_kind(Kind::OrderPlaced).filter(|event| field(event, "lines").contains("labeller")).collect();
    assert_eq!(never_listed.len(), 1);
}

#[test]
fn a_lifelike_firm_has_some_findings_and_not_many() {
    let directory = MADE.view.directory(&end());
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for account in accounts() {
        for finding in tenure_replay::directory::findings(&account, &directory, instant(super::NOW)) {
            *codes.entry(serde_json::to_string(&finding.code).unwrap()).or_default() += 1;
        }
    }
    directory.finish().unwrap();
    let total: usize = codes.values().sum();
    assert!((5..40).contains(&total), "{codes:?}");
}
