//! The order of accounts by attractiveness, and how far each place rests on the weights and on what is missing.
//!
//! Each single weight w is raised to w·(1+s) and lowered to w·(1−s), at most to the whole, and the others are rescaled so
//! that all add up to 100 again. That is done in whole numbers: every score under one set of weights is multiplied by
//! the same denominator, which leaves their order alone. A weight of 0 or 100 moves nothing.

use std::cmp::Reverse;

use serde::Serialize;
use tenure_schemas::AccountId;
use utoipa::ToSchema;

/// What the weights add up to.
const WHOLE: i64 = 100;

/// Millionths, in which a share of a weight is a whole number.
const MILLION: i64 = 1_000_000;

/// The place of an account among those that were assessed, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioRank)]
pub struct Rank {
    /// By the least attractiveness, then by the least ratio of strength, then by id.
    pub rank: u32,
    /// The best place under any of the changed weights, with this account's missing criteria at 10 and everybody else's
    /// at 0.
    pub best: u32,
    /// The worst place, the other way round.
    pub worst: u32,
}

/// An account that is to have a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contender<'a> {
    /// Its id.
    pub account: &'a AccountId,
    /// The least and the most value of each criterion, in the order of the weights.
    pub values: Vec<(u8, u8)>,
    /// What goes before among equally attractive ones: the higher.
    pub strength: i64,
}

/// What accounts are put in order by.
type Key<'a> = (Reverse<i64>, Reverse<i64>, &'a AccountId);

impl<'a> Contender<'a> {
    fn key(&self, weights: &[i64], bound: fn(&(u8, u8)) -> u8) -> Key<'a> {
        let score = weights.iter().zip(&self.values).map(|(weight, value)| weight * i64::from(bound(value))).sum();
        (Reverse(score), Reverse(self.strength), self.account)
    }

    fn least(&self, weights: &[i64]) -> Key<'a> {
        self.key(weights, |(least, _)| *least)
    }

    fn most(&self, weights: &[i64]) -> Key<'a> {
        self.key(weights, |(_, most)| *most)
    }
}

/// The places of all contenders, in their order. `weights` add up to 100; `sensitivity` is s in millionths.
pub fn ranks(weights: &[u32], sensitivity: i64, contenders: &[Contender<'_>]) -> Vec<Rank> {
    let nominal: Vec<i64> = weights.iter().map(|weight| i64::from(*weight)).collect();
    let by_least = sorted(contenders, |contender| contender.least(&nominal));
    let place = |contender: &Contender<'_>| before(&by_least, &contender.least(&nominal)) + 1;
    let mut ranks: Vec<Rank> =
        contenders.iter().map(place).map(|rank| Rank { rank, best: rank, worst: rank }).collect();
    for weights in variants(&nominal, sensitivity).into_iter().chain([nominal]) {
        let by_least = sorted(contenders, |contender| contender.least(&weights));
        let by_most = sorted(contenders, |contender| contender.most(&weights));
        for (contender, rank) in contenders.iter().zip(&mut ranks) {
            let (least, most) = (contender.least(&weights), contender.most(&weights));
            rank.best = rank.best.min(before(&by_least, &most) + 1);
            // What it could be at most itself is not before it.
            let ahead = before(&by_most, &least) - u32::from(most < least);
            rank.worst = rank.worst.max(ahead + 1);
        }
    }
    ranks
}

fn sorted<'a>(contenders: &[Contender<'a>], key: impl Fn(&Contender<'a>) -> Key<'a>) -> Vec<Key<'a>> {
    let mut keys: Vec<Key<'a>> = contenders.iter().map(key).collect();
    keys.sort_unstable();
    keys
}

fn before(keys: &[Key<'_>], key: &Key<'_>) -> u32 {
    u32::try_from(keys.partition_point(|other| other < key)).unwrap_or(u32::MAX)
}

/// The weights with one of them raised or lowered and the others rescaled, each set up to a factor of its own.
fn variants(weights: &[i64], sensitivity: i64) -> Vec<Vec<i64>> {
    let movable = weights.iter().enumerate().filter(|(_, weight)| (1..WHOLE).contains(*weight));
    let both =
        movable.flat_map(|(at, weight)| [MILLION + sensitivity, MILLION - sensitivity].map(|by| (at, weight, by)));
    let variant = |(at, weight, by): (usize, &i64, i64)| {
        let moved = (weight * by).min(WHOLE * MILLION);
        // Each times 1,000,000 · (100 − weight), so that the rescaled ones are whole.
        let others = weights.iter().map(|other| other * (WHOLE * MILLION - moved));
        let mut variant: Vec<i64> = others.collect();
        if let Some(own) = variant.get_mut(at) {
            *own = moved * (WHOLE - weight);
        }
        variant
    };
    both.map(variant).collect()
}
