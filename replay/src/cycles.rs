//! Merges that would lead back to where they start: refused, whichever event would bring them about.

use tenure_schemas::payload::{AccountEvent, Family};
use tenure_schemas::{AccountId, Event, Instant, Payload};

use crate::account::Account;
use crate::directory::Directory;
use crate::moment::AsOf;
use crate::span::Span;

/// Whether an event of this kind can make a merge count, or can keep one from counting.
///
/// Beside the merge itself and its reversal these are closing and reopening: what is closed cannot be merged.
pub fn concerns_merges(payload: &Payload) -> bool {
    let Family::Account(event) = payload.family() else { return false };
    match event {
        AccountEvent::Merged(_)
        | AccountEvent::MergeReverted(_)
        | AccountEvent::Closed(_)
        | AccountEvent::Reopened(_) => true,
        AccountEvent::Opened(_)
        | AccountEvent::Renamed(_)
        | AccountEvent::ProfileChanged(_)
        | AccountEvent::ParentSet(_)
        | AccountEvent::TierDecided(_)
        | AccountEvent::CriterionAssessed(_)
        | AccountEvent::NoteRecorded(_)
        | AccountEvent::CompetitorObserved(_) => false,
    }
}

/// The account into which the newest event of a stream would let an account be merged although following the merges
/// from there leads back, at whatever time; `None` where it does not.
///
/// `events` is the stream of the account in the order of the ledger, the event to be admitted last; the directory knows
/// the other accounts as of the last instant there is, so that merges that are to come count too. A circle that was
/// there before is not held against the event.
pub fn merge_cycle(account: &AccountId, events: &[Event], directory: &dyn Directory) -> Option<AccountId> {
    let fold = |events: &[Event]| Account::fold(account.clone(), events, &AsOf::Instant(Instant::MAX));
    let (_, before) = events.split_last()?;
    let found = leads_back(&fold(events), directory)?;
    leads_back(&fold(before), directory).is_none().then_some(found)
}

/// The account that is merged into first on a way of merges that hold at one time and lead back to the account.
fn leads_back(account: &Account, directory: &dyn Directory) -> Option<AccountId> {
    merges(account).find_map(|(into, time)| leads_to(account.account(), &into, time, directory).then_some(into))
}

/// Whether merges that hold at one time lead from an account to another.
fn leads_to(goal: &AccountId, from: &AccountId, time: Span, directory: &dyn Directory) -> bool {
    let mut ways = vec![(from.clone(), time, Vec::new())];
    while let Some((id, time, mut path)) = ways.pop() {
        if id == *goal {
            return true;
        }
        // A circle further on that does not touch the account is somebody else's.
        if path.contains(&id) {
            continue;
        }
        let Some(account) = directory.account(&id) else { continue };
        path.push(id);
        let on = merges(&account).filter_map(|(into, held)| Some((into, held.intersect(&time)?, path.clone())));
        ways.extend(on);
    }
    false
}

/// What an account is merged into, and when.
fn merges(account: &Account) -> impl Iterator<Item = (AccountId, Span)> {
    let closed = account.lifecycle().closed.iter();
    closed.filter_map(|closure| Some((closure.merged_into.clone()?, Span::new(closure.from, closure.to))))
}
