//! Exact rounding of ratios of whole numbers.

use std::cmp::Ordering;
use std::num::NonZero;

/// `numerator / denominator` as a whole number, halves to the even neighbour; the denominator is positive.
pub(crate) fn half_even(numerator: i128, denominator: NonZero<i128>) -> i128 {
    let denominator = denominator.get();
    let (whole, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    match (2 * rest).cmp(&denominator) {
        Ordering::Less => whole,
        Ordering::Equal => whole + whole.rem_euclid(2),
        Ordering::Greater => whole + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (numerator, denominator, rounded) in [
            (1, 2, 0),
            (3, 2, 2),
            (5, 2, 2),
            (-1, 2, 0),
            (-3, 2, -2),
            (-5, 2, -2),
            (1, 3, 0),
            (2, 3, 1),
            (-2, 3, -1),
            (7, 1, 7),
        ] {
            assert_eq!(half_even(numerator, NonZero::new(denominator).unwrap()), rounded, "{numerator}/{denominator}");
        }
    }
}
