//! How much being in touch weighs: by channel, by who reached out, and less the longer ago it was.
//!
//! The numbers are the defaults of the model `health/1`. Work is done in 64-bit floating point with the functions of
//! `libm`, which give the same bits on every machine; what leaves this crate is rounded to whole milli-units.

use jiff::civil::Date;
use tenure_schemas::Zone;
use tenure_schemas::payload::interaction::{Channel, Direction};

use crate::account::Held;
use crate::moment::AsOf;

/// The days after which a contact weighs half.
pub const HALF_LIFE_DAYS: f64 = 45.0;

/// What a contact through the channel weighs.
pub fn channel_weight(channel: Channel) -> f64 {
    match channel {
        Channel::FaceToFace => 1.2,
        Channel::Video | Channel::Event => 1.0,
        Channel::Phone => 0.7,
        Channel::Email => 0.4,
        Channel::Portal | Channel::Chat | Channel::Postal => 0.3,
    }
}

/// How much that counts, by who reached out.
pub fn direction_weight(direction: Direction) -> f64 {
    match direction {
        Direction::Mutual | Direction::Inbound => 1.0,
        Direction::Outbound => 0.5,
    }
}

/// What is left of a weight after so many days: a half after each half-life.
pub fn decay(age_days: i32, half_life_days: f64) -> f64 {
    libm::exp2(-f64::from(age_days) / half_life_days)
}

/// The civil date that a question is about.
pub fn asked_date(as_of: &AsOf, zone: &Zone) -> Date {
    match as_of {
        AsOf::Instant(instant) => instant.date_in(zone),
        AsOf::Day { date, .. } => *date,
    }
}

/// Whole civil days from one date to another; none where it lies behind, which days of different zones can bring about.
pub fn age_days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days()).max(0)
}

/// What an interaction weighs on the asked date, civil days being those of `zone`.
pub fn weight(held: &Held, asked: Date, zone: &Zone) -> f64 {
    let age = age_days(held.when().date_in(zone), asked);
    channel_weight(held.channel) * direction_weight(held.direction) * decay(age, HALF_LIFE_DAYS)
}

/// A weight in thousandths, rounded half to even.
pub fn milli(weight: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "weights are sums of at most some millions, far from the limit"
    )]
    let whole = (weight * 1_000.0).round_ties_even() as i64;
    whole
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_half_is_left_after_each_half_life() {
        for (age, left) in [(0, 1_000), (45, 500), (90, 250), (450, 1)] {
            assert_eq!(milli(decay(age, HALF_LIFE_DAYS)), left, "{age} days");
        }
    }

    #[test]
    fn ages_are_whole_civil_days() {
        assert_eq!(age_days(date(2024, 2, 28), date(2024, 3, 1)), 2);
        assert_eq!(age_days(date(2020, 1, 1), date(2024, 1, 1)), 1_461);
        assert_eq!(age_days(date(2024, 3, 2), date(2024, 3, 1)), 0);
    }

    #[test]
    fn halves_go_to_the_even_number() {
        for (weight, rounded) in [(0.0005, 0), (0.0015, 2), (2.047_413, 2_047), (1.999_6, 2_000)] {
            assert_eq!(milli(weight), rounded, "{weight}");
        }
    }
}
