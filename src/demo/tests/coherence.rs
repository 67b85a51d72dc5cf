//! What the ledger's rules do not ask for: everybody who acts works here, every contact who is met is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tenure_schemas::{Draft, Instant, Kind};
use uuid::Uuid;

use super::{MADE, drafts};

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
fn assert_coherent(drafts: &[Draft], meant: &BTreeSet<Uuid>) {
    let mut said = Said::default();
    // Rules read histories in the order of what happened, not of when it was learned.
    let taken_back = taken_back(drafts);
    let mut ordered: Vec<_> = drafts.iter().filter(|draft| !taken_back.contains(&draft.id.unwrap())).collect();
    ordered.sort_by_key(|draft| draft.when.at);
    for draft in ordered {
        let (kind, payload) = (draft.payload.kind().as_str(), draft.payload.to_json());
        let taken = said.take(kind, draft, &payload);
        if let Err(problem) = taken {
            assert!(meant.contains(&draft.id.unwrap()), "{problem}: {}", draft.to_json());
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
        let new = if to.is_empty() { person } else { to };
        ensure(verb == "ended" || self.is_here(new), "the new owner does not work here")?;
        let holders = self.lanes.entry(lane).or_default();
        let leaver = if from.is_empty() { person } else { from };
        let second = verb == "assigned" && !holders.is_empty();
        if verb != "assigned" {
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
        ensure(!second, "a second holder")
    }

    fn coverage(&mut self, account: &str, draft: &Draft, payload: &Value) -> Result<(), String> {
        let (owner, delegate) = (word(payload, "owner"), word(payload, "delegate"));
        ensure(owner != delegate && self.is_here(delegate), "the delegate cannot stand in")?;
        let (from, until) = (draft.when.at, super::instant(word(payload, "until")));
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
                if word(payload, "class") == "emergency" {
                    // Nobody is asked to accept before the transfer.
                    self.accepted.insert(id);
                }
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
        if (family, verb) == ("contact", "erased") {
            return Ok(());
        }
        let opens = ["placed", "raised", "adopted", "made", "signed", "identified", "added", "planned"];
        // A fulfilled order may still come back, and a resolved issue be closed or reopened.
        let ends =
            ["cancelled", "closed", "moved", "kept", "broken", "withdrawn", "ended", "met", "dropped", "returned"];
        if opens.contains(&verb) {
            return ensure(self.open.insert(thing), "begun twice");
        }
        if verb == "left" || ends.contains(&verb) || (family, verb) == ("interaction", "logged") {
            return ensure(self.open.remove(&thing), "ended, but not open");
        }
        ensure(self.open.contains(&thing), "not open")
    }
}

/// The events that others take back.
fn taken_back(drafts: &[Draft]) -> BTreeSet<Uuid> {
    let retractions = drafts.iter().filter(|draft| draft.payload.kind() == Kind::EventRetracted);
    retractions.map(|draft| word(&draft.payload.to_json(), "target").parse().unwrap()).collect()
}

#[test]
fn nothing_contradicts_itself_but_what_is_meant_to() {
    let loose = MADE.history.iter().filter(|recording| !recording.batch.strict);
    let meant = loose.flat_map(|recording| &recording.batch.drafts).map(|draft| draft.id.unwrap()).collect();
    assert_coherent(&drafts(), &meant);
}
