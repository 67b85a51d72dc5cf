//! A folded account that follows its stream: event by event where that is exact, anew where it is not.

use std::sync::Arc;

use tenure_schemas::{AccountId, Event, Instant, Payload, When};

use crate::account::Account;
use crate::history::{Entry, History};
use crate::moment::AsOf;

/// An account folded up to some moment, and what is known of its future.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    account: Arc<Account>,
    /// The earliest event that was not folded, because it lies in the future.
    waiting: Option<When>,
}

/// What came of following one more event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The account includes it, or knows that it waits.
    Yes,
    /// The event changes the past: the account is to be folded anew from its stream.
    FoldAnew,
}

impl Live {
    /// The account before its first event.
    pub fn unknown(account: AccountId) -> Self {
        Self { account: Arc::new(Account::unknown(account)), waiting: None }
    }

    /// Folds the whole stream as of `now`.
    pub fn fold(account: AccountId, events: &[Event], now: Instant) -> Self {
        let history = History::of(events);
        let as_of = AsOf::Instant(now);
        let account = Arc::new(Account::fold_history(account, &history, &as_of));
        Self { account, waiting: history.waiting_from(&as_of).cloned() }
    }

    /// Follows the next event of the stream.
    pub fn follow(&mut self, event: &Event, now: Instant) -> Followed {
        if matches!(event.payload(), Some(Payload::EventCorrected(_) | Payload::EventRetracted(_))) {
            return Followed::FoldAnew;
        }
        if self.waiting.as_ref().is_some_and(|waiting| waiting.at <= now) {
            return Followed::FoldAnew;
        }
        // The clock was set back, and what was folded now lies in the future.
        if self.account.folded_to().is_some_and(|last| last.at > now) {
            return Followed::FoldAnew;
        }
        if event.when.at > now {
            let earlier = self.waiting.as_ref().is_some_and(|waiting| waiting.at <= event.when.at);
            if !earlier {
                self.waiting = Some(event.when.clone());
            }
            return Followed::Yes;
        }
        let exact = Arc::make_mut(&mut self.account).append(&Entry::as_recorded(event));
        if exact { Followed::Yes } else { Followed::FoldAnew }
    }

    /// The account as of a moment, if this fold answers for it; otherwise its stream must be folded anew.
    pub fn as_of(&self, as_of: &AsOf) -> Option<&Arc<Account>> {
        // Days of different zones overlap; two days cover every difference.
        const MARGIN: i64 = 2 * 24 * 60 * 60;
        let margin = match as_of {
            AsOf::Instant(_) => 0,
            AsOf::Day { .. } => MARGIN,
        };
        let covers_past =
            self.account.folded_to().is_none_or(|last| last.at.saturating_add_seconds(margin) <= as_of.instant());
        let before_future =
            self.waiting.as_ref().is_none_or(|next| as_of.instant() < next.at.saturating_add_seconds(-margin));
        (covers_past && before_future).then_some(&self.account)
    }

    /// Whether this fold answers for a moment, and nothing is recorded that lies beyond it.
    pub fn has_all_up_to(&self, as_of: &AsOf) -> bool {
        self.waiting.is_none() && self.as_of(as_of).is_some()
    }

    /// Whether an event that was not folded lies before an instant.
    pub(crate) fn waits_for(&self, before: Instant) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.at < before)
    }

    /// The account as it was folded, whatever the moment.
    pub fn account(&self) -> &Account {
        &self.account
    }
}
