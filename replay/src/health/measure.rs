//! What every dimension is asked, and what it is asked about.

use std::collections::BTreeMap;

use tenure_schemas::Currency;

use super::{Account, Accounts, AsOf, Date, Directory, HealthSpec, Missing, Zone, asked_date};
use crate::account::Held;
use crate::engagement::age_days;
pub(super) use crate::engagement::float;
use crate::moment::Bound;

/// All points of a dimension.
pub(super) const FULL: f64 = 100.0;

/// The question: which account, by which numbers, on which date.
pub(super) struct Context<'a> {
    pub(super) account: &'a Account,
    /// The account and those that are merged into it.
    accounts: Vec<&'a Account>,
    pub(super) directory: &'a dyn Directory,
    pub(super) spec: &'a HealthSpec,
    pub(super) as_of: &'a AsOf,
    pub(super) zone: &'a Zone,
    pub(super) asked: Date,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        accounts: &'a impl Accounts,
        directory: &'a dyn Directory,
        spec: &'a HealthSpec,
        as_of: &'a AsOf,
        zone: &'a Zone,
    ) -> Self {
        let (account, all) = (accounts.own(), accounts.accounts().collect());
        Self { account, accounts: all, directory, spec, as_of, zone, asked: asked_date(as_of, zone) }
    }

    /// The account and those that are merged into it.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &'a Account> + '_ {
        self.accounts.iter().copied()
    }

    /// The interactions of all of them that took place.
    pub(super) fn held(&self) -> impl Iterator<Item = &'a Held> + '_ {
        self.accounts().flat_map(Account::held)
    }

    /// Whole civil days from a time to the asked date.
    pub(super) fn age(&self, when: &Bound) -> i32 {
        age_days(when.date_in(self.zone), self.asked)
    }
}

/// One event that a dimension rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    /// Its position.
    pub(super) event: u64,
    /// How much it counts beside the others, for choosing those that are looked at one by one.
    pub(super) heaviness: f64,
}

/// One dimension of one account, gathered and ready to be computed.
pub(super) trait Measure {
    /// The score from 0 to 100, leaving out one part where one is named; or why there is none.
    fn score(&self, without: Option<usize>) -> Result<f64, Missing>;

    /// What it rests on.
    fn parts(&self) -> Vec<Part>;

    /// On how many things of its kind it rests.
    fn evidence(&self) -> usize {
        self.parts().len()
    }

    /// The figures that the score is computed from, by name.
    fn figures(&self) -> BTreeMap<&'static str, String>;

    /// What falls to each part of the score, where the score is their sum; `None` where it is not.
    fn shares(&self) -> Option<Vec<f64>> {
        None
    }

    /// The currencies whose orders are left out.
    fn excluded_currencies(&self) -> Vec<Currency> {
        Vec::new()
    }
}

/// The items but the one at `without`.
pub(super) fn but<T>(items: &[T], without: Option<usize>) -> impl Iterator<Item = &T> {
    items.iter().enumerate().filter(move |(at, _)| Some(*at) != without).map(|(_, item)| item)
}

/// A score in milli-points, rounded half to even.
pub(super) fn milli(score: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is between 0 and 100")]
    let rounded = (score.clamp(0.0, FULL) * 1_000.0).round_ties_even() as u32;
    rounded
}

/// A figure as it is shown.
pub(super) fn figure(number: f64) -> String {
    format!("{number:.6}")
}

/// How many there are, in floating point.
pub(super) fn count(items: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an account has far fewer than 2^52 of anything")]
    let count = items as f64;
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_rounded_half_to_even() {
        for (score, rounded) in
            [(0.0005, 0), (0.0015, 2), (75.762_4, 75_762), (99.999_6, 100_000), (-1.0, 0), (101.0, 100_000)]
        {
            assert_eq!(milli(score), rounded, "{score}");
        }
    }

    #[test]
    fn figures_have_six_decimals() {
        assert_eq!(figure(2.702_413_9), "2.702414");
        assert_eq!(figure(float("0.25")), "0.250000");
    }
}
