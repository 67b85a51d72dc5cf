//! Chance, seeded: the same seed and stream give the same throws on every machine.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tenure_schemas::{Instant, Zone};

use super::at;

/// A source of throws. Ranges are computed here, so that a newer random library changes no history.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(stream);
        Self(source)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        let scaled = (u64::from(self.0.next_u32()) * span) >> 32;
        low + u32::try_from(scaled).unwrap_or(0)
    }

    /// Whether something happens that does in so many of a thousand cases.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.between(1, 1000) <= per_mille
    }

    /// One of the items; the type's default where there are none.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let last = u32::try_from(items.len()).unwrap_or(u32::MAX).saturating_sub(1);
        let index = usize::try_from(self.between(0, last)).unwrap_or(0);
        items.get(index).copied().unwrap_or_default()
    }

    /// A moment of a working day, on `date` or, at a weekend, on the Monday after it.
    pub(super) fn at_work(&mut self, date: Date) -> Instant {
        let (hour, minute) = (self.between(7, 15), self.between(0, 59));
        at(weekday(date), hour.into(), minute.into())
    }

    /// A working moment so many days after `from`, at least one.
    pub(super) fn days_after(&mut self, from: Instant, low: u32, high: u32) -> Instant {
        let days = self.between(low.max(1), high);
        self.at_work(from.date_in(&Zone::utc()).saturating_add(i64::from(days).days()))
    }

    /// A moment so many minutes after `from`.
    pub(super) fn minutes_after(&mut self, from: Instant, low: u32, high: u32) -> Instant {
        from.saturating_add_seconds(i64::from(self.between(low.max(1), high)) * 60)
    }
}

/// The date itself, or the Monday after the weekend that it falls on.
pub(super) fn weekday(date: Date) -> Date {
    match date.weekday() {
        Weekday::Saturday => date.saturating_add(2.days()),
        Weekday::Sunday => date.saturating_add(1.days()),
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Friday => date,
    }
}
