//! One account walked through history: its states as of moment after moment, each stream folded once.

use std::collections::VecDeque;

use tenure_schemas::{AccountId, Event, Instant};

use crate::account::Account;
use crate::checkpoints::MARGIN_SECONDS;
use crate::fold::{Fold, WINDOW};
use crate::history::{Entry, History};
use crate::moment::AsOf;

/// What an account's stream tells, read once for many moments.
#[derive(Debug)]
pub struct Told<'a> {
    account: AccountId,
    history: History<'a>,
}

impl<'a> Told<'a> {
    /// Reads the events of the account's stream, given in the order of the ledger.
    pub fn of(account: AccountId, events: &'a [Event]) -> Self {
        Self { account, history: History::of(events) }
    }

    /// The instant of the earliest thing that was ever said, corrected or not; `None` where nothing was.
    pub fn begins(&self) -> Option<Instant> {
        self.history.recorded.iter().map(|entry| entry.when.at.min(entry.event.when.at)).min()
    }

    /// Calls `visit` with the account as of each of the moments, which are in the order of time, until it fails.
    ///
    /// Each is what folding the whole stream as of that moment gives.
    pub fn walk<E>(
        &self,
        moments: impl IntoIterator<Item = AsOf>,
        mut visit: impl FnMut(&AsOf, Account) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut entries: Vec<&Entry<'a>> = self.history.recorded.iter().filter(|entry| entry.counts()).collect();
        entries.sort_by_key(|entry| (entry.when.at, entry.event.position));
        let mut walk = Walk::new(Account::before(self.account.clone(), &self.history), &entries);
        for as_of in moments {
            walk.settle(as_of.instant().saturating_add_seconds(-MARGIN_SECONDS));
            let account = walk.account(&as_of);
            visit(&as_of, account)?;
        }
        Ok(())
    }
}

/// How far a walk has come: what certainly precedes the moments to come is folded.
struct Walk<'e, 'a> {
    entries: &'e [&'e Entry<'a>],
    fold: Fold<'e, 'a, Account>,
    folded: usize,
    /// The states before each of the last entries that were folded, [`WINDOW`] at most.
    earlier: VecDeque<Account>,
}

impl<'e, 'a> Walk<'e, 'a> {
    fn new(first: Account, entries: &'e [&'e Entry<'a>]) -> Self {
        Self { entries, fold: Fold::new(first, entries), folded: 0, earlier: VecDeque::new() }
    }

    /// Folds what lies at or before an instant.
    fn settle(&mut self, until: Instant) {
        while self.entries.get(self.folded).is_some_and(|next| next.when.at <= until) {
            if self.earlier.len() == WINDOW {
                self.earlier.pop_front();
            }
            self.earlier.push_back(self.fold.state().clone());
            self.fold.advance();
            self.folded += 1;
        }
    }

    /// The account as of a moment before which everything is settled but for the margin.
    fn account(&self, as_of: &AsOf) -> Account {
        let latest = as_of.instant().saturating_add_seconds(MARGIN_SECONDS);
        let before = self.folded - self.earlier.len();
        let rest = self.entries.get(self.folded..).unwrap_or_default().iter().copied();
        let near = rest.take_while(|entry| entry.when.at <= latest).filter(|entry| as_of.includes(&entry.when));
        let settled = self.entries.get(before..self.folded).unwrap_or_default().iter().copied();
        let entries: Vec<&Entry<'a>> = settled.chain(near).collect();
        let state = self.fold.state();
        let earlier = self.earlier.front().unwrap_or(state).clone();
        Fold::go_on(state.clone(), earlier, &entries, self.folded - before).into_end()
    }
}
