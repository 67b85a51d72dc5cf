//! What strict admission refuses: an event that contradicts the state just before its place in history.

use tenure_schemas::payload::OwnershipEvent;
use tenure_schemas::payload::{Family, Payload};
use tenure_schemas::{AccountId, Event, Instant, PersonId, StreamClass};

use crate::account::Account;
use crate::directory::Directory;
use crate::finding::{Finding, FindingCode};
use crate::history::{Entry, History};
use crate::live::Live;
use crate::moment::AsOf;
use crate::person::Person;

/// What the newest event of a stream contradicts.
///
/// `events` is the whole stream in the order of the ledger, the event to be admitted last. A
/// correction is judged by what its target would contradict with the new payload.
pub fn contradictions(events: &[Event], directory: &dyn Directory) -> Vec<Finding> {
    let Some(newest) = events.last() else { return Vec::new() };
    match newest.stream.class() {
        StreamClass::Account => {
            newest.stream.account_id().map(|id| in_account(id, events, newest, directory)).unwrap_or_default()
        }
        StreamClass::Person => newest.stream.person_id().map(|id| in_person(id, events, newest)).unwrap_or_default(),
        StreamClass::Catalogue | StreamClass::Model | StreamClass::Ledger => Vec::new(),
    }
}

/// What an event contradicts that comes after everything which a live account has folded; `None` where it does not
/// come last, so that the whole stream must be asked with [`contradictions`].
pub fn contradictions_of_next(live: &Live, next: &Event, directory: &dyn Directory) -> Option<Vec<Finding>> {
    let is_revision = matches!(next.payload(), Some(Payload::EventCorrected(_) | Payload::EventRetracted(_)));
    let account = live.as_of(&AsOf::Instant(next.when.at))?;
    if is_revision {
        return None;
    }
    let alone = std::slice::from_ref(next);
    let history = History::of(alone);
    let entry = history.recorded.first()?;
    Some(judge(account, entry, directory))
}

fn in_account(id: AccountId, events: &[Event], newest: &Event, directory: &dyn Directory) -> Vec<Finding> {
    let history = History::of(events);
    let judged = judged_position(events, newest);
    let Some(entry) = history.recorded.iter().find(|entry| entry.event.position == judged) else { return Vec::new() };
    if !entry.counts() {
        return Vec::new();
    }
    let mut state = Account::unknown(id);
    let place = (entry.when.at, entry.event.position);
    for earlier in history.as_of(&AsOf::Instant(entry.when.at)) {
        if (earlier.when.at, earlier.event.position) < place {
            state.fold_entry(earlier, &[], false);
        }
    }
    let mut found = judge(&state, entry, directory);
    found.extend(history.findings.into_iter().filter(|finding| finding.events.contains(&newest.position)));
    found
}

/// The position of the event whose place in history is judged: the newest one, or the target of a correction.
fn judged_position(events: &[Event], newest: &Event) -> u64 {
    let target = match newest.payload() {
        Some(Payload::EventCorrected(corrected)) => Some(corrected.target),
        Some(_) | None => None,
    };
    let target = target.and_then(|id| events.iter().find(|event| event.id == id));
    target.map_or(newest.position, |event| event.position)
}

fn judge(state: &Account, entry: &Entry<'_>, directory: &dyn Directory) -> Vec<Finding> {
    let mut found = state.contradictions(entry);
    let at = entry.when.at;
    found.extend(newcomer(entry.payload.as_deref()).and_then(|person| not_employed(person, at, entry, directory)));
    found
}

/// Who becomes responsible by an event.
fn newcomer(payload: Option<&Payload>) -> Option<&PersonId> {
    let Family::Ownership(event) = payload?.family() else { return None };
    match event {
        OwnershipEvent::Assigned(assigned) => Some(&assigned.person),
        OwnershipEvent::Transferred(transferred) => Some(&transferred.to),
        OwnershipEvent::CoverageStarted(started) => Some(&started.delegate),
        OwnershipEvent::Ended(_) | OwnershipEvent::CoverageEnded(_) => None,
    }
}

fn not_employed(person: &PersonId, at: Instant, entry: &Entry<'_>, directory: &dyn Directory) -> Option<Finding> {
    let known = directory.person(person);
    if known.as_ref().is_some_and(|known| known.is_employed(at)) {
        return None;
    }
    let had_joined = known.is_some_and(|known| known.employed.first().is_some_and(|span| span.from <= at));
    let (code, message) = match had_joined {
        true => (FindingCode::OwnerDeparted, format!("{person} had departed by {at}")),
        false => (FindingCode::OwnerNotJoined, format!("{person} had not joined by {at}")),
    };
    Some(Finding::at(code, at, entry.event.position, message))
}

fn in_person(id: PersonId, events: &[Event], newest: &Event) -> Vec<Finding> {
    let person = Person::fold(id, events, &AsOf::Instant(newest.when.at));
    person.findings.into_iter().filter(|finding| finding.events.contains(&newest.position)).collect()
}
