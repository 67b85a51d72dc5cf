//! Former states of an account with a long stream, so that a question about its past need not fold all of it again.

use tenure_schemas::{AccountId, Event, Instant};

use crate::account::Account;
use crate::fold::{Fold, WINDOW};
use crate::history::{Entry, Fate, History};
use crate::moment::AsOf;

/// Seconds by which an entry must precede a moment so that all before it counts, and nothing after the moment shares a
/// civil day with it, in whatever zones.
pub(crate) const MARGIN_SECONDS: i64 = 6 * 24 * 60 * 60;

/// The states of one stream at intervals, in the order of time. It answers for the events it was made from, no others.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    places: Vec<Place>,
    marks: Vec<Mark>,
    events: usize,
}

/// Where an entry that counts stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: Instant,
    position: u64,
    corrected_by: Option<u64>,
}

/// What the first `folded` entries came to, and what all of them but the last ones did.
#[derive(Clone, Debug)]
struct Mark {
    folded: usize,
    state: Account,
    /// The state [`WINDOW`] entries before, from which the order of a day can be questioned.
    earlier: Account,
}

/// Which events must be read to answer for a moment, and the mark to go on from.
#[derive(Clone, Debug)]
pub struct Needed {
    mark: usize,
    /// The positions of the events, ascending.
    pub positions: Vec<u64>,
}

impl Checkpoints {
    /// From all events of an account's stream in the order of the ledger, with a state after every `stride` entries,
    /// which is at least 32.
    pub fn of(account: AccountId, events: &[Event], stride: usize) -> Self {
        let stride = stride.max(WINDOW);
        let history = History::of(events);
        let mut entries: Vec<&Entry<'_>> = history.recorded.iter().filter(|entry| entry.counts()).collect();
        entries.sort_by_key(|entry| (entry.when.at, entry.event.position));
        let first = Account::before(account, &history);
        let mut marks = vec![Mark { folded: 0, state: first.clone(), earlier: first.clone() }];
        let mut fold = Fold::new(first.clone(), &entries);
        let mut earlier = first;
        for folded in 1..=entries.len() {
            fold.advance();
            if folded % stride == stride - WINDOW {
                earlier = fold.state().clone();
            }
            if folded.is_multiple_of(stride) {
                marks.push(Mark { folded, state: fold.state().clone(), earlier: earlier.clone() });
            }
        }
        Self { places: entries.iter().map(|entry| Place::of(entry)).collect(), marks, events: events.len() }
    }

    /// How many events of the stream it was made from.
    pub fn events(&self) -> usize {
        self.events
    }

    /// What must be read to answer for a moment.
    pub fn needed(&self, as_of: &AsOf) -> Needed {
        let settled = as_of.instant().saturating_add_seconds(-MARGIN_SECONDS);
        let is_settled = |mark: &Mark| {
            let last = mark.folded.checked_sub(1).and_then(|last| self.places.get(last));
            last.is_none_or(|last| last.at <= settled)
        };
        let mark = self.marks.partition_point(is_settled).saturating_sub(1);
        let from = self.marks.get(mark).map_or(0, |mark| mark.folded.saturating_sub(WINDOW));
        let latest = as_of.instant().saturating_add_seconds(MARGIN_SECONDS);
        let to = self.places.partition_point(|place| place.at <= latest).max(from);
        let places = self.places.get(from..to).unwrap_or_default().iter();
        let mut positions: Vec<u64> =
            places.flat_map(|place| [Some(place.position), place.corrected_by]).flatten().collect();
        positions.sort_unstable();
        positions.dedup();
        Needed { mark, positions }
    }

    /// The account as of the moment, from the events at the positions that are needed for it.
    pub fn account(&self, needed: &Needed, events: &[Event], as_of: &AsOf) -> Option<Account> {
        let mark = self.marks.get(needed.mark)?;
        let history = History::of(events);
        let entries = history.as_of(as_of);
        let folded = mark.folded.min(WINDOW);
        Some(Fold::go_on(mark.state.clone(), mark.earlier.clone(), &entries, folded).into_end())
    }
}

impl Place {
    fn of(entry: &Entry<'_>) -> Self {
        let corrected_by = match entry.fate {
            Fate::Corrected(by) => Some(by),
            Fate::Stands | Fate::Retracted(_) | Fate::Undone(_) => None,
        };
        Self { at: entry.when.at, position: entry.event.position, corrected_by }
    }
}
