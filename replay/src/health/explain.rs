//! Which events moved a dimension most: in closed form where its score is a sum, else by leaving out one after another.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Moved;
use super::measure::{Measure, Part, milli};

/// How many of the heaviest events are left out one after another.
const LOOKED_AT: usize = 50;

/// How many events are named.
const NAMED: usize = 10;

/// The events that moved the score of a dimension most, by how much they did.
///
/// One that moved nothing is not named. An event without which there would be no score comes first; of equal ones the earlier does.
pub(super) fn moved_by(measure: &(dyn Measure + '_)) -> Vec<Moved> {
    let parts = measure.parts();
    let effects = match measure.shares() {
        Some(shares) => parts.iter().zip(shares).map(|(part, share)| (part.event, Some(signed(share)))).collect(),
        None => left_out(measure, &parts),
    };
    let mut moved = by_event(effects);
    moved.retain(|one| one.effect != Some(0));
    moved.sort_by_key(|one| (Reverse(one.effect.map_or(i64::MAX, i64::abs)), one.event));
    moved.truncate(NAMED);
    moved
}

/// What leaving out each of the heaviest parts changes.
fn left_out(measure: &(dyn Measure + '_), parts: &[Part]) -> Vec<(u64, Option<i64>)> {
    let Ok(score) = measure.score(None) else { return Vec::new() };
    let whole = i64::from(milli(score));
    let mut heaviest: Vec<(usize, &Part)> = parts.iter().enumerate().collect();
    heaviest
        .sort_by(|(_, one), (_, other)| other.heaviness.total_cmp(&one.heaviness).then(one.event.cmp(&other.event)));
    let effect = |at| measure.score(Some(at)).ok().map(|without| whole - i64::from(milli(without)));
    heaviest.into_iter().take(LOOKED_AT).map(|(at, part)| (part.event, effect(at))).collect()
}

/// What several parts of one event did, together.
fn by_event(effects: Vec<(u64, Option<i64>)>) -> Vec<Moved> {
    let mut moved: BTreeMap<u64, Option<i64>> = BTreeMap::new();
    for (event, effect) in effects {
        let known = moved.entry(event).or_insert(Some(0));
        *known = known.zip(effect).map(|(known, effect)| known + effect);
    }
    moved.into_iter().map(|(event, effect)| Moved { event, effect }).collect()
}

fn signed(share: f64) -> i64 {
    i64::from(milli(share))
}
