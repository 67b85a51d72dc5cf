//! Half-open spans of time and what can be computed on them: gaps, overlaps, what remains.

use serde::{Deserialize, Serialize};
use tenure_schemas::Instant;
use utoipa::ToSchema;

/// The time from `from` to, and without, `to`; without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// The first instant.
    pub from: Instant,
    /// The first instant after it; `null` when it goes on.
    pub to: Option<Instant>,
}

impl Span {
    /// The span between two instants.
    pub fn new(from: Instant, to: Option<Instant>) -> Self {
        Self { from, to }
    }

    /// Whether the span covers no time at all.
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }

    /// Whether `instant` lies in the span.
    pub fn contains(&self, instant: Instant) -> bool {
        self.from <= instant && self.to.is_none_or(|to| instant < to)
    }

    /// What both spans cover.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (end, None) | (None, end) => end,
        };
        Some(Self { from, to }).filter(|span| !span.is_empty())
    }
}

/// The spans in order, those that touch or overlap made one, empty ones left out.
pub fn union(spans: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans.iter().copied().filter(|span| !span.is_empty()).collect();
    sorted.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if last.to.is_none_or(|to| span.from <= to) => {
                last.to = last.to.zip(span.to).map(|(a, b)| a.max(b));
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// What `spans` cover and `removed` do not.
pub fn subtract(spans: &[Span], removed: &[Span]) -> Vec<Span> {
    let removed = union(removed);
    union(spans).into_iter().flat_map(|span| subtract_from_one(span, &removed)).collect()
}

fn subtract_from_one(span: Span, removed: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut from = Some(span.from);
    for hole in removed.iter().filter_map(|hole| hole.intersect(&span)) {
        if let Some(start) = from {
            left.push(Span::new(start, Some(hole.from)));
        }
        from = hole.to;
    }
    if let Some(start) = from {
        left.push(Span::new(start, span.to));
    }
    left.retain(|span| !span.is_empty());
    left
}

/// What both lists cover.
pub fn intersection(left: &[Span], right: &[Span]) -> Vec<Span> {
    let pairs = left.iter().flat_map(|a| right.iter().filter_map(move |b| a.intersect(b)));
    union(&pairs.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Instant {
        Instant::from_micros(second * 1_000_000).unwrap()
    }

    fn span(from: i64, to: i64) -> Span {
        Span::new(at(from), Some(at(to)))
    }

    #[test]
    fn touching_spans_become_one() {
        assert_eq!(union(&[span(5, 7), span(1, 3), span(3, 5), span(9, 9)]), [span(1, 7)]);
        assert_eq!(union(&[Span::new(at(4), None), span(1, 5)]), [Span::new(at(1), None)]);
    }

    #[test]
    fn what_remains_keeps_its_open_end() {
        let open = Span::new(at(1), None);
        assert_eq!(subtract(&[open], &[span(3, 4)]), [span(1, 3), Span::new(at(4), None)]);
        assert_eq!(subtract(&[open], &[Span::new(at(0), None)]), []);
    }

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        let one = (0i64..20, proptest::option::of(0i64..20));
        proptest::collection::vec(one.prop_map(|(from, to)| Span::new(at(from), to.map(at))), 0..8)
    }

    fn covers(spans: &[Span], second: i64) -> bool {
        spans.iter().any(|span| span.contains(at(second)))
    }

    proptest! {
        #[test]
        fn algebra_agrees_with_asking_every_second(left in spans(), right in spans()) {
            for second in 0..25 {
                let (in_left, in_right) = (covers(&left, second), covers(&right, second));
                prop_assert_eq!(covers(&union(&left), second), in_left);
                prop_assert_eq!(covers(&subtract(&left, &right), second), in_left && !in_right);
                prop_assert_eq!(covers(&intersection(&left, &right), second), in_left && in_right);
            }
        }
    }
}
