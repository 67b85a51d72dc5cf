//! Where each id is: a hash table of positions beside the ids themselves, 28 to 48 bytes per event.
//!
//! A general map keyed by id moves three times the memory, which is what opening a large ledger waits for.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use uuid::Uuid;

/// A slot holds the upper half of the id's hash, and the position plus one in the lower half; 0 is free.
#[derive(Debug)]
pub(super) struct Ids {
    /// Seeded anew in each process, so that nobody can choose ids that collide.
    hasher: RandomState,
    held: Vec<Uuid>,
    /// A power of two of them, at most seven in eight in use.
    slots: Vec<u64>,
}

const LOW: u64 = u32::MAX as u64;

impl Ids {
    /// An empty table with room for so many ids.
    pub(super) fn with_capacity(ids: usize) -> Self {
        let slots = ids.saturating_add(ids / 7).saturating_add(8).next_power_of_two();
        Self { hasher: RandomState::default(), held: Vec::with_capacity(ids), slots: vec![0; slots] }
    }

    /// Adds the id of the next position; `false`, and nothing added, when it is there or the table is full.
    #[must_use]
    pub(super) fn push(&mut self, id: Uuid) -> bool {
        if self.held.len() >= self.slots.len() / 8 * 7 {
            self.grow();
        }
        let hash = self.hash(id);
        let Some(entry) = self.entry(hash) else { return false };
        let mut at = self.home(hash);
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == 0 {
                *slot = entry;
                self.held.push(id);
                return true;
            }
            if *slot & !LOW == entry & !LOW && held(&self.held, *slot) == Some(id) {
                return false;
            }
            at = self.after(at);
        }
        false
    }

    /// Adds the ids of the next positions, faster than one by one; `false` when one of them cannot be added.
    #[must_use]
    pub(super) fn extend(&mut self, ids: impl Iterator<Item = Uuid> + Clone) -> bool {
        // Each place is far from the last. Looking at all of them first lets the processor fetch them at once,
        // where adding waits for one after the other.
        let homes = ids.clone().filter_map(|id| self.slots.get(self.home(self.hash(id))));
        std::hint::black_box(homes.fold(0, |seen, slot| seen ^ slot));
        ids.into_iter().all(|id| self.push(id))
    }

    /// The position of an id.
    pub(super) fn find(&self, id: Uuid) -> Option<u64> {
        let hash = self.hash(id);
        let mut at = self.home(hash);
        loop {
            let slot = *self.slots.get(at)?;
            if slot == 0 {
                return None;
            }
            if slot & !LOW == hash & !LOW && held(&self.held, slot) == Some(id) {
                return (slot & LOW).checked_sub(1);
            }
            at = self.after(at);
        }
    }

    /// The slot's content for the next position.
    fn entry(&self, hash: u64) -> Option<u64> {
        let next = u64::try_from(self.held.len()).ok()?.checked_add(1)?;
        (next <= LOW).then_some(hash & !LOW | next)
    }

    fn hash(&self, id: Uuid) -> u64 {
        self.hasher.hash_one(id.as_u128())
    }

    /// Where an id with this hash belongs: the lower half decides, the upper half tells neighbours apart.
    fn home(&self, hash: u64) -> usize {
        usize::try_from(hash & LOW).unwrap_or(0) & self.slots.len().wrapping_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.slots.len().wrapping_sub(1)
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len().saturating_mul(2)];
        for (position, id) in (1_u64..).zip(&self.held) {
            let hash = self.hasher.hash_one(id.as_u128());
            let mut at = self.home(hash);
            while self.slots.get(at).is_some_and(|slot| *slot != 0) {
                at = self.after(at);
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = hash & !LOW | position;
            }
        }
    }
}

fn held(ids: &[Uuid], slot: u64) -> Option<Uuid> {
    ids.get(usize::try_from((slot & LOW).checked_sub(1)?).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_where_it_was_added_and_no_other_is() {
        let mut ids = Ids::with_capacity(3);
        for number in 0..20_000_u64 {
            assert_eq!(ids.find(Uuid::from_u128(u128::from(number))), None);
            assert!(ids.push(Uuid::from_u128(u128::from(number))));
        }
        for number in 0..20_000_u64 {
            assert_eq!(ids.find(Uuid::from_u128(u128::from(number))), Some(number));
            assert!(!ids.push(Uuid::from_u128(u128::from(number))), "{number} is there already");
        }
        assert_eq!(ids.find(Uuid::from_u128(20_000)), None);
    }

    #[test]
    fn ids_added_together_are_found_and_a_repeated_one_stops_them() {
        let of = |numbers: std::ops::Range<u128>| numbers.map(Uuid::from_u128);
        let mut ids = Ids::with_capacity(0);
        assert!(ids.extend(of(0..300)) && ids.extend(of(300..5_000)));
        assert!((0..5_000).all(|number| ids.find(Uuid::from_u128(number)) == u64::try_from(number).ok()));
        assert!(!ids.extend(of(4_999..5_001)));
    }
}
