//! What strict admission refuses: an event that contradicts the state just before its place in history.

use tenure_schemas::payload::OwnershipEvent;
use tenure_schemas::payload::{Family, Payload};
use tenure_schemas::{AccountId, Event, Instant, PersonId, StreamClass};

use crate::account::Account;
use crate::directory::Directory;
use crate::finding::{Finding, FindingCode};
use crate::fold::{self, Fold};
use crate::history::{self, Entry, History};
use crate::live::Live;
use crate::models;
use crate::moment::AsOf;
use crate::offerings;
use crate::person::Person;

/// What the newest event of a stream contradicts.
///
/// `events` is the whole stream in the order of the ledger, the event to be admitted last. What is
/// only a matter of order within one civil day is no contradiction. A correction is judged by what
/// its target would contradict with the new payload, and what undoes a correction or retraction by
/// what it revives.
pub fn contradictions(events: &[Event], directory: &dyn Directory) -> Vec<Finding> {
    let Some(newest) = events.last() else { return Vec::new() };
    match newest.stream.class() {
        StreamClass::Account => {
            newest.stream.account_id().map(|id| in_account(id, events, newest, directory)).unwrap_or_default()
        }
        StreamClass::Person => newest.stream.person_id().map(|id| in_person(id, events, newest)).unwrap_or_default(),
        StreamClass::Catalogue => in_catalogue(events, newest),
        StreamClass::Model => in_model(events, newest),
        StreamClass::Ledger => Vec::new(),
    }
}

/// What an event contradicts that comes after everything which a live account has folded; `None` where it does not
/// come last, or may do so in another order of its day, so that the whole stream must be asked with [`contradictions`].
pub fn contradictions_of_next(live: &Live, next: &Event, directory: &dyn Directory) -> Option<Vec<Finding>> {
    if matches!(next.payload(), Some(Payload::EventCorrected(_) | Payload::EventRetracted(_))) {
        return None;
    }
    let account = live.as_of(&AsOf::Instant(next.when.at))?;
    let entry = Entry::as_recorded(next);
    let mut found = account.contradictions(&entry)?;
    if !found.is_empty() && live.waits_for(fold::after_its_day(&next.when)) {
        return None;
    }
    found.extend(of_newcomer(&entry, directory));
    Some(found)
}

fn in_account(id: AccountId, events: &[Event], newest: &Event, directory: &dyn Directory) -> Vec<Finding> {
    let history = History::of(events);
    let unread = history.findings.iter().filter(|finding| finding.events.contains(&newest.position));
    let mut found: Vec<Finding> = unread.cloned().collect();
    let root = history::root(events, newest);
    let judged = history.recorded.iter().find(|entry| entry.event.position == root.position);
    let Some(entry) = judged.filter(|entry| entry.counts()) else { return found };
    let entries = history.as_of(&AsOf::Instant(fold::after_its_day(&entry.when)));
    let mut fold = Fold::new(Account::unknown(id), &entries);
    for other in &entries {
        let contradicts = fold.advance().unwrap_or_default();
        if other.event.position == root.position {
            found.extend(contradicts);
            break;
        }
    }
    found.extend(of_newcomer(entry, directory));
    found
}

/// What makes it contradictory that somebody becomes responsible, if somebody does.
fn of_newcomer(entry: &Entry<'_>, directory: &dyn Directory) -> Option<Finding> {
    newcomer(entry.payload.as_deref()).and_then(|person| not_employed(person, entry, directory))
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

fn not_employed(person: &PersonId, entry: &Entry<'_>, directory: &dyn Directory) -> Option<Finding> {
    let at = entry.when.at;
    let known = directory.person(person);
    if known.as_ref().is_some_and(|known| known.is_employed_at(&entry.when)) {
        return None;
    }
    let had_joined = known.is_some_and(|known| known.employed.first().is_some_and(|span| span.from <= at));
    let (code, message) = if had_joined {
        (FindingCode::OwnerDeparted, format!("{person} had departed by {at}"))
    } else {
        (FindingCode::OwnerNotJoined, format!("{person} had not joined by {at}"))
    };
    Some(Finding::at(code, at, entry.event.position, message))
}

fn in_person(id: PersonId, events: &[Event], newest: &Event) -> Vec<Finding> {
    resting_on(newest, events, Person::fold(id, events, &AsOf::Instant(Instant::MAX)).findings)
}

fn in_catalogue(events: &[Event], newest: &Event) -> Vec<Finding> {
    resting_on(newest, events, offerings::findings_of_stream(events, &AsOf::Instant(Instant::MAX)))
}

fn in_model(events: &[Event], newest: &Event) -> Vec<Finding> {
    resting_on(newest, events, models::findings_of_stream(events, &AsOf::Instant(Instant::MAX)))
}

/// The findings of a stream that rest on its newest event, or on what that one is about.
fn resting_on(newest: &Event, events: &[Event], findings: Vec<Finding>) -> Vec<Finding> {
    let root = history::root(events, newest);
    let rests_on = |finding: &Finding| {
        let position = if finding.code == FindingCode::CorrectionUnread { newest.position } else { root.position };
        finding.events.contains(&position)
    };
    findings.into_iter().filter(rests_on).collect()
}
