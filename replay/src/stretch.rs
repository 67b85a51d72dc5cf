//! Times of which either bound may be known to the day alone, and what is left of one when others are taken from it.
//!
//! About an instant, bounds lie where their instants do. About a day of some zone, what is known to the day alone begins
//! with its date in that zone, in every step of the computation, so that a day is one day wherever it was reported. What
//! is left of a stretch keeps the dates of the bounds that cut it.

use tenure_schemas::{Instant, Zone};

use crate::moment::{AsOf, Bound};
use crate::span::Span;

/// The time from one bound to, and without, another; without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its start.
    pub from: Bound,
    /// Its end; `None` while it goes on.
    pub to: Option<Bound>,
}

impl Stretch {
    /// The time between two bounds.
    pub fn new(from: Bound, to: Option<Bound>) -> Self {
        Self { from, to }
    }

    /// The instants that it covers.
    pub fn span(&self) -> Span {
        Span::new(self.from.at, self.to.map(|to| to.at))
    }

    /// Whether it covers no time at all.
    pub fn is_empty(&self) -> bool {
        self.span().is_empty()
    }

    /// Whether it covers an instant, or some moment of a day.
    pub fn touches(&self, moment: &AsOf) -> bool {
        match moment {
            AsOf::Instant(at) => self.span().contains(*at),
            AsOf::Day { date, zone } => {
                let (from, to) = self.seen_in(Some(zone));
                let from = from.max(zone.start_of(*date));
                self.from.is_up_to(moment) && to.is_none_or(|to| from < to)
            }
        }
    }

    /// Whether it covers the last instant of a moment.
    pub fn reaches_end_of(&self, moment: &AsOf) -> bool {
        self.touches(moment) && self.to.is_none_or(|to| !to.is_up_to(moment))
    }

    /// Its bounds as a question about a day of `zone` sees them.
    fn seen_in(&self, zone: Option<&Zone>) -> (Instant, Option<Instant>) {
        (self.from.seen_in(zone), self.to.map(|to| to.seen_in(zone)))
    }

    /// What both cover, as a question about a day of `zone` sees it, or else by instants.
    pub fn intersect(&self, other: &Self, zone: Option<&Zone>) -> Option<Self> {
        let seen = |bound: &Bound| bound.seen_in(zone);
        let from = std::cmp::max_by_key(self.from, other.from, seen);
        let to = match (self.to, other.to) {
            (Some(one), Some(other)) => Some(std::cmp::min_by_key(one, other, seen)),
            (end, None) | (None, end) => end,
        };
        let both = Self { from, to };
        let (from, to) = both.seen_in(zone);
        to.is_none_or(|to| from < to).then_some(both)
    }

    /// What is left of it without those that are taken, in the order of time; zone as in [`Stretch::intersect`].
    pub fn without(&self, taken: &[Self], zone: Option<&Zone>) -> Vec<Self> {
        let mut holes: Vec<Self> = taken.iter().filter_map(|hole| hole.intersect(self, zone)).collect();
        holes.sort_by_key(|hole| hole.from.seen_in(zone));
        let mut left = Vec::new();
        let mut from = Some(self.from);
        for hole in holes {
            let Some(start) = from else { break };
            left.push(Self::new(start, Some(hole.from)));
            from = hole.to.map(|to| std::cmp::max_by_key(start, to, |bound| bound.seen_in(zone)));
        }
        left.extend(from.map(|start| Self::new(start, self.to)));
        left.retain(|part| part.intersect(self, zone).is_some());
        left
    }
}

/// What is left of each without those that are taken, in their order; zone as in [`Stretch::intersect`].
pub fn without(stretches: &[Stretch], taken: &[Stretch], zone: Option<&Zone>) -> Vec<Stretch> {
    stretches.iter().flat_map(|stretch| stretch.without(taken, zone)).collect()
}

/// What each of some has in common with each of others; zone as in [`Stretch::intersect`].
pub fn common(some: &[Stretch], others: &[Stretch], zone: Option<&Zone>) -> Vec<Stretch> {
    some.iter().flat_map(|one| others.iter().filter_map(|other| one.intersect(other, zone))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span;
    use proptest::prelude::*;

    fn at(second: i64) -> Bound {
        Bound { at: Instant::from_micros(second * 1_000_000).unwrap(), date: None }
    }

    fn day(text: &str, zone: &str) -> Bound {
        let (date, zone): (jiff::civil::Date, Zone) = (text.parse().unwrap(), zone.parse().unwrap());
        Bound { at: zone.start_of(date), date: Some(date) }
    }

    #[test]
    fn what_is_known_to_the_day_touches_days_by_its_date() {
        let held = Stretch::new(day("2024-03-01", "America/Lima"), Some(day("2024-03-04", "Asia/Tokyo")));
        for (asked, zone, touches, reaches) in [
            ("2024-02-29", "Pacific/Honolulu", false, false),
            ("2024-03-01", "Asia/Tokyo", true, true),
            ("2024-03-03", "Pacific/Kiritimati", true, true),
            ("2024-03-03", "Pacific/Honolulu", true, true),
            ("2024-03-04", "UTC", false, false),
        ] {
            let moment = AsOf::parse(asked, &zone.parse().unwrap()).unwrap();
            assert_eq!((held.touches(&moment), held.reaches_end_of(&moment)), (touches, reaches), "{asked} {zone}");
        }
        let noon = Bound { at: "2024-03-02T12:00:00Z".parse().unwrap(), date: None };
        let ended = Stretch::new(day("2024-03-01", "UTC"), Some(noon));
        let moment = AsOf::parse("2024-03-02", &Zone::utc()).unwrap();
        assert_eq!((ended.touches(&moment), ended.reaches_end_of(&moment)), (true, false));
        assert_eq!(ended.without(&[held], None)[0].to, Some(held.from), "the cut keeps its date");
    }

    fn stretches() -> impl Strategy<Value = Vec<Stretch>> {
        let one = (0i64..20, proptest::option::of(0i64..20));
        proptest::collection::vec(one.prop_map(|(from, to)| Stretch::new(at(from), to.map(at))), 0..8)
    }

    fn spans(stretches: &[Stretch]) -> Vec<Span> {
        span::union(&stretches.iter().map(Stretch::span).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn the_instants_are_those_of_spans(some in stretches(), taken in stretches()) {
            prop_assert_eq!(spans(&without(&some, &taken, None)), span::subtract(&spans(&some), &spans(&taken)));
            prop_assert_eq!(spans(&common(&some, &taken, None)), span::intersection(&spans(&some), &spans(&taken)));
        }
    }
}
