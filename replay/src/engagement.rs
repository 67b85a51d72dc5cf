//! How much being in touch weighs: by channel, by who reached out, and less the longer ago it was.
//!
//! The numbers are those of the health model that is in force. Work is done in 64-bit floating point with the functions
//! of `libm`, which give the same bits on every machine; what leaves this crate is rounded to whole milli-units.

use jiff::civil::Date;
use tenure_schemas::Zone;
use tenure_schemas::models::health::{Channels, Directions, Engagement};
use tenure_schemas::payload::interaction::{Channel, Direction};

use crate::account::Held;
use crate::moment::AsOf;

/// What interactions weigh by a model: a number by channel and direction, and a half-life.
#[derive(Clone, Debug)]
pub struct Scale {
    /// By channel, in the order of [`Channel::ALL`].
    channels: Vec<f64>,
    /// By direction, in the order of [`Direction::ALL`].
    directions: Vec<f64>,
    half_life_days: f64,
}

impl Scale {
    /// The numbers of a model.
    pub fn of(spec: &Engagement) -> Self {
        let Engagement { channels, directions, half_life_days, .. } = spec;
        Self {
            channels: Channel::ALL.iter().map(|channel| float(Channels::get(channels, *channel))).collect(),
            directions: Direction::ALL.iter().map(|one| float(Directions::get(directions, *one))).collect(),
            half_life_days: float(half_life_days),
        }
    }

    /// What an interaction weighs on the asked date, civil days being those of `zone`.
    pub fn weight(&self, held: &Held, asked: Date, zone: &Zone) -> f64 {
        let age = age_days(held.when().date_in(zone), asked);
        let channel = self.channels.get(held.channel as usize).copied().unwrap_or_default();
        let direction = self.directions.get(held.direction as usize).copied().unwrap_or_default();
        channel * direction * decay(age, self.half_life_days)
    }
}

/// A decimal number as the nearest one in floating point.
pub(crate) fn float(number: impl std::fmt::Display) -> f64 {
    // A decimal's text is always read, and to the nearest number on every machine.
    number.to_string().parse().unwrap_or_default()
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

    use tenure_schemas::models::{HealthSpec, TypedSpec};

    use super::*;

    #[test]
    fn a_half_is_left_after_each_half_life() {
        for (age, left) in [(0, 1_000), (45, 500), (90, 250), (450, 1)] {
            assert_eq!(milli(decay(age, 45.0)), left, "{age} days");
        }
    }

    #[test]
    fn channels_and_directions_are_in_their_order() {
        let scale = Scale::of(&HealthSpec::built_in().dimensions.engagement);
        for (channel, weight) in [(Channel::FaceToFace, 1.2), (Channel::Email, 0.4), (Channel::Portal, 0.3)] {
            assert_eq!(milli(scale.channels[channel as usize]), milli(weight), "{channel}");
        }
        for (direction, weight) in [(Direction::Outbound, 0.5), (Direction::Mutual, 1.0)] {
            assert_eq!(milli(scale.directions[direction as usize]), milli(weight), "{direction}");
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
