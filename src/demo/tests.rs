//! Holds the demo's history against what it promises: the same every time, well-formed, coherent, and true to the
//! questions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tenure_schemas::{Draft, DraftLimits, Instant, Kind};

use super::{FIRST_DAY, LAST_DAY, SEED, history, questions};

/// The digest of the history that the documentation speaks of. A change of the story changes it, knowingly.
const DIGEST: &str = "fa70eec9229da3311b39a7f2b2f5f872e31e65efff26d3c8b074509189912da3";

fn told(seed: u64, until: Date) -> Vec<Draft> {
    history(seed, until).unwrap().into_iter().flat_map(|batch| batch.drafts).collect()
}

/// The whole history, told once for all tests.
fn drafts() -> &'static [Draft] {
    static DRAFTS: LazyLock<Vec<Draft>> = LazyLock::new(|| told(SEED, LAST_DAY));
    &DRAFTS
}

fn digest(drafts: &[Draft]) -> String {
    use std::fmt::Write;
    let mut sha = Sha256::new();
    for draft in drafts {
        sha.update(draft.id.unwrap().as_bytes());
        sha.update(draft.to_json().to_string());
    }
    sha.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn learned(draft: &Draft) -> Instant {
    draft.source.as_ref().unwrap().recorded_at.unwrap()
}

#[test]
fn the_same_seed_tells_the_same_history() {
    assert_eq!(told(SEED, LAST_DAY), drafts());
    assert_eq!(digest(drafts()), DIGEST);
}

#[test]
fn a_shorter_history_is_the_beginning_of_the_whole() {
    let shorter = told(SEED, date(2024, 5, 31));
    assert!(shorter.len() > 1_000, "{}", shorter.len());
    assert_eq!(shorter, drafts()[..shorter.len()]);
    assert!(learned(&drafts()[shorter.len()]) >= instant("2024-06-01T00:00:00Z"));
}

#[test]
fn another_seed_tells_another_history_that_is_as_well_formed() {
    let limits = DraftLimits { now: instant("2026-07-01T00:00:00Z") };
    let other = told(SEED + 1, LAST_DAY);
    assert_ne!(digest(&other), DIGEST);
    assert!(other.iter().all(|draft| draft.check(limits).is_ok()));
    assert_coherent(&other);
}

#[test]
fn every_draft_passes_its_checks_and_ids_are_unique() {
    let drafts = drafts();
    let limits = DraftLimits { now: instant("2026-07-01T00:00:00Z") };
    for draft in drafts {
        draft.check(limits).unwrap_or_else(|error| panic!("{error}: {}", draft.to_json()));
    }
    let ids: BTreeSet<_> = drafts.iter().map(|draft| draft.id.unwrap()).collect();
    assert_eq!(ids.len(), drafts.len());
}

#[test]
fn events_come_in_the_order_in_which_they_became_known() {
    let drafts = drafts();
    assert!(drafts.is_sorted_by_key(learned));
    let late: Vec<_> = drafts.iter().filter(|draft| learned(draft) != draft.when.at).collect();
    assert_eq!(late.len(), 1, "one event is recorded late");
    let first = drafts.iter().find(|draft| draft.payload.kind() == Kind::AccountOpened).unwrap();
    assert_eq!(first.when.at.to_string(), format!("{FIRST_DAY}T07:00:00Z"));
}

#[test]
fn every_family_has_its_share() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for draft in drafts() {
        let family = draft.payload.kind().as_str().split('.').next().unwrap().to_owned();
        *counts.entry(family).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    assert!((8_000..=12_000).contains(&total), "{total}: {counts:?}");
    for (family, least) in [
        ("account", 120),
        ("competitor", 10),
        ("contact", 150),
        ("ownership", 100),
        ("coverage", 100),
        ("interaction", 2_500),
        ("order", 2_000),
        ("cost", 100),
        ("saving", 10),
        ("issue", 1_500),
        ("plan", 300),
        ("commitment", 100),
        ("contract", 40),
        ("need", 30),
        ("survey", 80),
        ("handover", 40),
        ("person", 60),
        ("offering", 10),
        ("event", 2),
    ] {
        let count = counts.get(family).copied().unwrap_or(0);
        assert!(count >= least, "{family}: {count} of at least {least}");
    }
}

#[test]
fn only_the_overlap_is_told_against_the_rules() {
    let batches = history(SEED, LAST_DAY).unwrap();
    assert!(batches.iter().all(|batch| (1..=500).contains(&batch.drafts.len())));
    let loose: Vec<_> = batches.iter().filter(|batch| !batch.strict).flat_map(|batch| &batch.drafts).collect();
    let kinds: Vec<_> = loose.iter().map(|draft| (draft.stream.id(), draft.payload.kind())).collect();
    assert_eq!(kinds, [("acct-fjordline-seafood", Kind::OwnershipAssigned)]);
}

#[test]
fn the_hierarchy_has_no_cycle_and_sixty_accounts() {
    let mut parents: BTreeMap<String, Option<String>> = BTreeMap::new();
    for draft in drafts() {
        let kind = draft.payload.kind();
        if matches!(kind, Kind::AccountOpened | Kind::AccountParentSet) {
            let parent = draft.payload.to_json()["parent"].as_str().map(str::to_owned);
            parents.insert(draft.stream.id().to_owned(), parent);
        }
    }
    assert_eq!(parents.len(), 60);
    for account in parents.keys() {
        let mut seen = vec![account];
        while let Some(parent) = seen.last().and_then(|last| parents[*last].as_ref()) {
            assert!(!seen.contains(&parent), "{account} is its own ancestor");
            seen.push(parent);
        }
    }
}

/// What has been said so far, as far as the rules care.
#[derive(Default)]
struct Said {
    people: BTreeMap<String, bool>,
    opened: BTreeSet<String>,
    /// The holders of each lane, by account, role and scope.
    lanes: BTreeMap<String, Vec<String>>,
    /// Orders, issues, plans and so on that can be acted on, by account, noun and id.
    open: BTreeSet<String>,
    accepted: BTreeSet<String>,
    transferred: BTreeSet<String>,
    away: BTreeSet<String>,
    /// Who is covered by whom, from when to when.
    covers: Vec<(String, String, Instant, Instant)>,
}

fn word<'v>(payload: &'v Value, name: &str) -> &'v str {
    payload[name].as_str().unwrap_or_default()
}

#[track_caller]
fn assert_coherent(drafts: &[Draft]) {
    let mut said = Said::default();
    // Rules read histories in the order of what happened, not of when it was learned.
    let mut ordered: Vec<_> = drafts.iter().collect();
    ordered.sort_by_key(|draft| draft.when.at);
    for draft in ordered {
        let (kind, payload) = (draft.payload.kind().as_str(), draft.payload.to_json());
        if let Err(problem) = said.take(kind, draft, &payload) {
            panic!("{problem}: {}", draft.to_json());
        }
    }
}

fn ensure(holds: bool, problem: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem.to_owned()) }
}

impl Said {
    fn take(&mut self, kind: &str, draft: &Draft, payload: &Value) -> Result<(), String> {
        let account = draft.stream.account_id().map(|id| id.to_string());
        let (family, verb) = kind.split_once('.').unwrap();
        let actor = draft.actor.id.as_str();
        ensure(!actor.starts_with("p-") || self.is_here(actor), "the actor does not work here")?;
        for person in payload["persons"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            ensure(self.is_here(person), "one of ours does not work here")?;
        }
        match account {
            Some(account) if kind == "account.opened" => ensure(self.opened.insert(account), "opened twice"),
            Some(account) => {
                ensure(self.opened.contains(&account), "the account was never opened")?;
                match family {
                    "ownership" => self.ownership(verb, &account, payload),
                    "coverage" if verb == "started" => self.coverage(&account, draft, payload),
                    "handover" => self.handover(verb, &account, payload),
                    _ => self.thing(family, verb, &account, payload),
                }
            }
            None => self.person(verb, family, draft.stream.id(), payload),
        }
    }

    fn is_here(&self, person: &str) -> bool {
        self.people.get(person) == Some(&true)
    }

    fn person(&mut self, verb: &str, family: &str, person: &str, payload: &Value) -> Result<(), String> {
        if family != "person" {
            return Ok(());
        }
        match verb {
            "joined" => {
                let manager = payload["manager"].as_str();
                ensure(manager.is_none_or(|manager| self.is_here(manager)), "the manager is not here")?;
                ensure(self.people.insert(person.to_owned(), true).is_none(), "joined twice")
            }
            "departed" => ensure(self.people.insert(person.to_owned(), false) == Some(true), "was not here"),
            "absence_started" => ensure(self.away.insert(person.to_owned()), "is away already"),
            "absence_ended" => ensure(self.away.remove(person), "was not away"),
            _ => ensure(self.is_here(person), "was not here"),
        }
    }

    fn ownership(&mut self, verb: &str, account: &str, payload: &Value) -> Result<(), String> {
        let lane = format!("{account} {} {}", word(payload, "role"), word(payload, "scope"));
        let (person, from, to) = (word(payload, "person"), word(payload, "from"), word(payload, "to"));
        let known_overlap = account == "acct-fjordline-seafood" && person == "p-03";
        let new = if to.is_empty() { person } else { to };
        ensure(verb == "ended" || self.is_here(new), "the new owner does not work here")?;
        let holders = self.lanes.entry(lane).or_default();
        let leaver = if from.is_empty() { person } else { from };
        if verb == "assigned" {
            ensure(holders.is_empty() || known_overlap, "a second holder")?;
        } else {
            let at = holders.iter().position(|holder| holder == leaver).ok_or("does not hold the lane")?;
            holders.remove(at);
        }
        if verb != "ended" {
            holders.push(new.to_owned());
        }
        if let Some(handover) = payload["handover"].as_str() {
            ensure(self.accepted.contains(&format!("{account} {handover}")), "transferred before acceptance")?;
            self.transferred.insert(format!("{account} {handover}"));
        }
        Ok(())
    }

    fn coverage(&mut self, account: &str, draft: &Draft, payload: &Value) -> Result<(), String> {
        let (owner, delegate) = (word(payload, "owner"), word(payload, "delegate"));
        ensure(owner != delegate && self.is_here(delegate), "the delegate cannot stand in")?;
        let (from, until) = (draft.when.at, instant(word(payload, "until")));
        ensure(until.as_micros() - from.as_micros() <= 90 * 24 * 3600 * 1_000_000, "longer than 90 days")?;
        let chained = |cover: &(String, String, Instant, Instant)| {
            (cover.0 == delegate || cover.1 == owner) && cover.2 < until && from < cover.3
        };
        ensure(!self.covers.iter().any(chained), "the one who stands in is away, too")?;
        self.covers.push((owner.to_owned(), delegate.to_owned(), from, until));
        let holds = self.lanes.iter().any(|(lane, holders)| {
            lane.starts_with(&format!("{account} ")) && holders.iter().any(|holder| holder == owner)
        });
        ensure(holds, "the owner holds nothing here")
    }

    fn handover(&mut self, verb: &str, account: &str, payload: &Value) -> Result<(), String> {
        let id = format!("{account} {}", word(payload, "handover"));
        let thing = format!("handover {id}");
        match verb {
            "started" => {
                let lane = self.lanes.get(&format!("{account} primary ")).into_iter().flatten();
                ensure(lane.into_iter().any(|holder| holder == word(payload, "from")), "from holds nothing")?;
                ensure(self.open.insert(thing), "started twice")
            }
            "accepted" => {
                self.accepted.insert(id);
                ensure(self.open.contains(&thing), "accepted, but not open")
            }
            "completed" => {
                ensure(self.accepted.contains(&id) && self.transferred.contains(&id), "completed too early")?;
                ensure(self.open.remove(&thing), "completed, but not open")
            }
            "cancelled" => ensure(self.open.remove(&thing), "cancelled, but not open"),
            _ => ensure(self.open.contains(&thing), "not open"),
        }
    }

    /// Orders, issues, plans, commitments, contracts, needs, contacts and planned interactions.
    fn thing(&mut self, family: &str, verb: &str, account: &str, payload: &Value) -> Result<(), String> {
        for contact in payload["contacts"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            ensure(self.open.contains(&format!("contact {account} {contact}")), "the contact is not there")?;
        }
        if let Some(issue) = payload["about"]["issue"].as_str() {
            ensure(self.open.contains(&format!("issue {account} {issue}")), "about an unknown issue")?;
        }
        let Some(id) = payload[family].as_str() else { return Ok(()) };
        let thing = format!("{family} {account} {id}");
        let opens = ["placed", "raised", "adopted", "made", "signed", "identified", "added", "planned"];
        // A fulfilled order may still come back, and a resolved issue be closed or reopened.
        let ends =
            ["cancelled", "closed", "moved", "kept", "broken", "withdrawn", "ended", "met", "dropped", "returned"];
        if opens.contains(&verb) {
            return ensure(self.open.insert(thing), "begun twice");
        }
        if verb == "left" || ends.contains(&verb) || (family, verb) == ("interaction", "logged") {
            let erased_later = family == "contact" && id == "c-90";
            return ensure(if erased_later { true } else { self.open.remove(&thing) }, "ended, but not open");
        }
        ensure(self.open.contains(&thing), "not open")
    }
}

#[test]
fn nothing_contradicts_itself_but_the_overlap() {
    assert_coherent(drafts());
}

/// Who held the primary lane of an account at `when`, from what is known to `known`.
fn primaries(account: &str, when: &str, known: &str) -> Vec<String> {
    let (when, known) = (instant(when), instant(known));
    let drafts = drafts();
    let stream = drafts.iter().filter(|draft| draft.stream.id() == account && learned(draft) <= known);
    let moved: BTreeMap<_, _> = stream
        .clone()
        .filter(|draft| draft.payload.kind() == Kind::EventCorrected)
        .map(|draft| draft.payload.to_json())
        .map(|payload| (word(&payload, "target").to_owned(), instant(word(&payload, "occurred_at"))))
        .collect();
    let at = |draft: &Draft| moved.get(&draft.id.unwrap().to_string()).copied().unwrap_or(draft.when.at);
    let mut holders: Vec<String> = Vec::new();
    for draft in stream.filter(|draft| at(draft) <= when) {
        let payload = draft.payload.to_json();
        if !draft.payload.kind().as_str().starts_with("ownership.") || word(&payload, "role") != "primary" {
            continue;
        }
        let gone = [word(&payload, "from"), word(&payload, "person")];
        holders.retain(|holder| !gone.contains(&holder.as_str()));
        if draft.payload.kind() != Kind::OwnershipEnded {
            holders.push(gone[1].to_owned() + word(&payload, "to"));
        }
    }
    holders
}

#[test]
fn the_five_questions_have_the_answers_that_they_promise() {
    let now = "2026-07-01T00:00:00Z";
    let primary = |account: &str, when: &str| primaries(account, when, now);
    assert_eq!(questions().len(), 5);

    assert_eq!(primary("acct-norden-dairy", "2025-03-09T12:00:00Z"), ["p-07"]);
    assert_eq!(primary("acct-norden-dairy", "2025-03-14T12:00:00Z"), ["p-03"]);
    let others: Vec<_> = drafts()
        .iter()
        .filter(|draft| draft.stream.id() == "acct-norden-dairy" && draft.payload.kind() == Kind::OwnershipAssigned)
        .map(|draft| draft.payload.to_json())
        .filter(|payload| word(payload, "role") != "primary")
        .map(|payload| format!("{} {}", word(&payload, "person"), word(&payload, "role")))
        .collect();
    assert_eq!(others, ["p-04 secondary", "p-01 executive_sponsor", "p-10 customer_success_manager"]);

    let halloway = |when: &str| primary("acct-halloway-snacks", when);
    assert_eq!(halloway("2024-09-09T14:59:00Z"), ["p-06"]);
    assert!(halloway("2024-09-09T15:00:00Z").is_empty());
    assert!(halloway("2024-10-21T07:59:00Z").is_empty());
    assert_eq!(halloway("2024-10-21T08:00:00Z"), ["p-12"]);

    let drafts = drafts();
    let accounts: BTreeSet<_> = drafts.iter().filter_map(|draft| draft.stream.account_id()).collect();
    let held = |id: &str| primary(id, "2025-01-13T12:00:00Z").iter().any(|holder| holder == "p-07");
    let book: Vec<_> = accounts
        .iter()
        .map(|id| id.as_str().trim_start_matches("acct-"))
        .filter(|id| held(&format!("acct-{id}")))
        .collect();
    let six = ["bjorkby-bakeries", "fjordline-seafood", "norden-dairy", "norden-dairy-malmo", "norden-dairy-sweden"];
    assert_eq!(book, [&six[..], &["skarholm-pharma"]].concat());
    let only_primary = drafts.iter().filter(|draft| draft.payload.kind() == Kind::OwnershipAssigned);
    let only_primary = only_primary.map(|draft| draft.payload.to_json()).filter(|payload| payload["person"] == "p-07");
    assert!(only_primary.into_iter().all(|payload| payload["role"] == "primary"));

    let austria = |known: &str| primaries("acct-grauwald-confectionery-austria", "2024-03-25T12:00:00Z", known);
    assert_eq!(austria("2024-04-30T00:00:00Z"), ["p-11"]);
    assert_eq!(austria(now), ["p-04"]);

    let fjordline = |when: &str| primary("acct-fjordline-seafood", when);
    assert_eq!(fjordline("2025-02-09T12:00:00Z"), ["p-07"]);
    assert_eq!(fjordline("2025-02-10T12:00:00Z"), ["p-07", "p-03"]);
    assert_eq!(fjordline("2025-03-05T12:00:00Z"), ["p-03"]);
}

#[test]
fn questions_name_accounts_and_people_that_exist() {
    let drafts = drafts();
    let known: BTreeSet<_> = drafts.iter().map(|draft| draft.stream.id().to_owned()).collect();
    for question in questions() {
        assert!(question.path.starts_with("/v1/") && question.title.ends_with('?') && question.shows.ends_with('.'));
        let segments: Vec<_> = question.path.split('/').collect();
        if ["accounts", "people"].contains(&segments[2]) {
            assert!(known.contains(segments[3]), "{}", question.path);
        }
    }
}
