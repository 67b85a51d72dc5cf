//! Folding entries one after another, and telling contradictions from what is merely a matter of order in one day.
//!
//! Events of one civil date, one of them known to the day alone, have no known order. What such an
//! event contradicts is no finding where it would not contradict it in another order of that day.

use tenure_schemas::{Instant, Precision, When};

use crate::effects::Step;
use crate::finding::{Finding, FindingCode};
use crate::history::Entry;

/// How many entries before and after one are looked at for others of its day.
pub(crate) const WINDOW: usize = 32;

/// Seconds within which everything lies that can share a civil date, in whatever zones.
const SHARED_DATE_SECONDS: i64 = 3 * 24 * 60 * 60;

/// What is folded from a stream.
pub(crate) trait State: Clone {
    /// Folds one entry as of `when`, and says what it contradicts and changes.
    fn step<'s>(&mut self, entry: &'s Entry<'_>, when: &'s When, audited: bool) -> Step<'s>;

    /// Keeps a finding.
    fn report(&mut self, finding: Finding);

    /// Notes that an entry was folded, and whether it seemed to contradict something.
    fn note_folded(&mut self, entry: &Entry<'_>, doubtful: bool);
}

/// A fold over entries in the order of time.
pub(crate) struct Fold<'e, 'a, S> {
    entries: &'e [&'e Entry<'a>],
    next: usize,
    state: S,
    /// Former states to start from when the order of a day is in question: at least [`WINDOW`] entries ago, and later.
    older: Option<(usize, S)>,
    newer: (usize, S),
}

impl<'e, 'a, S: State> Fold<'e, 'a, S> {
    pub(crate) fn new(state: S, entries: &'e [&'e Entry<'a>]) -> Self {
        Self { entries, next: 0, newer: (0, state.clone()), older: None, state }
    }

    /// A fold that goes on after entries that were folded before: `state` is what they came to, `earlier` what all of
    /// them but the `folded` ones at the head of `entries` did.
    pub(crate) fn go_on(state: S, earlier: S, entries: &'e [&'e Entry<'a>], folded: usize) -> Self {
        Self { entries, next: folded, newer: (0, earlier), older: None, state }
    }

    /// The state so far.
    pub(crate) fn state(&self) -> &S {
        &self.state
    }

    /// Folds every entry.
    pub(crate) fn into_end(mut self) -> S {
        while self.advance().is_some() {}
        self.state
    }

    /// Folds the next entry, and says what it contradicts; `None` after the last one.
    pub(crate) fn advance(&mut self) -> Option<Vec<Finding>> {
        let index = self.next;
        let entry = *self.entries.get(index)?;
        if index - self.newer.0 >= WINDOW {
            self.older = Some(std::mem::replace(&mut self.newer, (index, self.state.clone())));
        }
        let mut findings = self.state.step(entry, &entry.when, false).findings;
        self.state.note_folded(entry, !findings.is_empty());
        if !findings.is_empty() {
            let others = self.in_other_orders(index, entry);
            findings.retain(|finding| others.iter().all(|codes| codes.contains(&finding.code)));
        }
        for finding in &findings {
            self.state.report(finding.clone());
        }
        self.next += 1;
        Some(findings)
    }

    /// What an entry contradicts when it comes first or last among what shares its day.
    fn in_other_orders(&self, index: usize, entry: &Entry<'a>) -> Vec<Vec<FindingCode>> {
        let (from, to) = (index.saturating_sub(WINDOW), (index + WINDOW + 1).min(self.entries.len()));
        let shares_day = |at: &usize| self.entries.get(*at).is_some_and(|other| in_one_day(&entry.when, &other.when));
        let first = (from..index).find(shares_day).and_then(|first| self.codes_if_first(first, index, entry));
        let last = (index + 1..to).rev().find(shares_day).map(|last| self.codes_if_last(last, index, entry));
        [first, last].into_iter().flatten().collect()
    }

    /// What an entry contradicts when it follows what came after it, up to `last`.
    fn codes_if_last(&self, last: usize, index: usize, entry: &Entry<'a>) -> Vec<FindingCode> {
        let mut state = self.before(index);
        let mut at = entry.when.at;
        for other in self.slice(index + 1, last + 1) {
            state.step(other, &other.when, false);
            at = at.max(other.when.at);
        }
        codes(state.step(entry, &raised(&entry.when, at), false))
    }

    /// What an entry contradicts when it precedes what shares its day, from `first` on; `None` when that makes
    /// the others contradict something new.
    fn codes_if_first(&self, first: usize, index: usize, entry: &Entry<'a>) -> Option<Vec<FindingCode>> {
        let mut usual = self.before(first);
        let mut other = usual.clone();
        let mut passed = Vec::new();
        for earlier in self.slice(first, index) {
            let found = codes(usual.step(earlier, &earlier.when, false));
            if in_one_day(&entry.when, &earlier.when) {
                passed.push((earlier, found));
            } else {
                other.step(earlier, &earlier.when, false);
            }
        }
        let moved = codes(other.step(entry, &entry.when, false));
        let gains = passed.into_iter().any(|(earlier, found)| {
            let codes = codes(other.step(earlier, &raised(&earlier.when, entry.when.at), false));
            codes.iter().any(|code| !found.contains(code))
        });
        (!gains).then_some(moved)
    }

    /// The state before the entry at `index`, which lies at most [`WINDOW`] before the next one.
    fn before(&self, index: usize) -> S {
        let older = self.older.as_ref().filter(|_| self.newer.0 > index);
        let (from, state) = older.unwrap_or(&self.newer);
        let mut state = state.clone();
        for entry in self.slice(*from, index) {
            state.step(entry, &entry.when, false);
        }
        state
    }

    fn slice(&self, from: usize, to: usize) -> &'e [&'e Entry<'a>] {
        self.entries.get(from..to).unwrap_or_default()
    }
}

fn codes(step: Step<'_>) -> Vec<FindingCode> {
    step.findings.into_iter().map(|finding| finding.code).collect()
}

/// The same day, at a later instant of it.
fn raised(when: &When, at: Instant) -> When {
    When { at: when.at.max(at), precision: when.precision.clone() }
}

/// Whether both fall on one civil day and one of them is known to the day alone, so that their order is not known.
pub(crate) fn in_one_day(one: &When, other: &When) -> bool {
    let date_of = |day: &When, other: &When| match &day.precision {
        Precision::Day { date, zone } => other.date_in(zone) == *date,
        Precision::Instant => false,
    };
    date_of(one, other) || date_of(other, one)
}

/// The earliest instant that is too late for sharing a civil date with `when`.
pub(crate) fn after_its_day(when: &When) -> Instant {
    when.at.saturating_add_seconds(SHARED_DATE_SECONDS)
}

/// The times that may share a civil date with what is folded next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recent {
    times: Vec<(When, bool)>,
}

impl Recent {
    /// Notes a folded time, and whether what happened then seemed to contradict something.
    pub(crate) fn note(&mut self, when: &When, doubtful: bool) {
        // An instant can precede a day of its date only where that day begins with it.
        self.times.retain(
            |(earlier, _)| if earlier.is_day() { when.at < after_its_day(earlier) } else { earlier.at == when.at },
        );
        match self.times.iter_mut().find(|(known, _)| known == when) {
            Some((_, doubt)) => *doubt |= doubtful,
            None => self.times.push((when.clone(), doubtful)),
        }
    }

    /// Whether anything shares its civil date with `when`, without a known order.
    pub(crate) fn shares_day(&self, when: &When) -> bool {
        self.times.iter().any(|(earlier, _)| in_one_day(earlier, when))
    }

    /// Whether anything that does seemed to contradict something.
    pub(crate) fn has_doubt(&self, when: &When) -> bool {
        self.times.iter().any(|(earlier, doubtful)| *doubtful && in_one_day(earlier, when))
    }
}
