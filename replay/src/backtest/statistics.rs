//! How well scores told the lost accounts from those that stayed: AUC, Brier score, lift and lead time.
//!
//! Figures have four decimals, halves to even. They are computed from counts and sums of whole milli-points, so that
//! the order of the accounts does not matter.

use std::num::NonZero;

use rust_decimal::Decimal;
use serde::Serialize;
use tenure_schemas::Amount;
use utoipa::ToSchema;

use super::{Scored, is_red, is_yellow_or_red};
use crate::health::Band;
use crate::round::half_even;
use crate::surveys::Z_95;

/// The decimals of every figure.
const DECIMALS: u32 = 4;

/// The fewest numbers whose least and greatest hold the median in 95 of 100 cases: 1 − 2/2⁶ is 97 %.
const MIN_FOR_MEDIAN: usize = 6;

/// All of a score, in milli-points.
const ALL: f64 = 100_000.0;

/// Of how many accounts, the worst ones, the lift is taken: one of five.
const WORST: u64 = 5;

/// A figure with the interval that holds its true value in 95 of 100 cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Estimate {
    /// The figure, to four decimals.
    pub value: Amount,
    /// The lower end of the interval; absent where there are too few for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Amount>,
    /// The upper end of the interval; absent where there are too few for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Amount>,
}

impl Estimate {
    fn of(value: f64, low: f64, high: f64) -> Self {
        Self { value: decimal(value), low: Some(decimal(low)), high: Some(decimal(high)) }
    }
}

/// What a score's bands would have told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// The band that warns; a worse one does too.
    pub band: Band,
    /// Of the lost accounts, the share that was in it at the date of scoring. Wilson's interval.
    pub caught: Estimate,
    /// Of the accounts that stayed, the share that was in it. Wilson's interval.
    pub false_alarms: Estimate,
    /// How many lost accounts were in it the day before they were lost.
    pub warned: u64,
    /// For how many days these had been in it without a break, looked at week by week over a year: the median with
    /// its distribution-free interval, which fewer than six do not have; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<Estimate>,
}

/// How well scores told the lost accounts from those that stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verdict {
    /// How many lost accounts were scored.
    pub lost: u64,
    /// How many accounts that stayed were scored.
    pub stayed: u64,
    /// The area under the ROC curve: how often a lost account scored lower than one that stayed, a tie being half;
    /// 0.5 is chance. The interval is that of Hanley and McNeil (1982).
    pub auc: Estimate,
    /// The Brier score (1950): the mean square of what `1 − score/100`, read as the probability of a loss, was off; 0 is
    /// best. Health scores are not made as probabilities, so compare it between models, and with `brier_of_base_rate`.
    pub brier: Estimate,
    /// The Brier score of one who gives every account the share of lost ones as its probability.
    pub brier_of_base_rate: Amount,
    /// How many times as many of the worst fifth by score were lost as of all; accounts that tie at its edge share
    /// what is left of it. Wilson's interval, divided by the share of all.
    pub lift: Estimate,
    /// How many accounts the worst fifth holds.
    pub worst: u64,
    /// The mean score of the lost accounts, in milli-points.
    pub mean_lost: u64,
    /// The mean score of those that stayed, in milli-points.
    pub mean_stayed: u64,
    /// What the bands would have told: red, and yellow or worse.
    pub warnings: Vec<Warning>,
}

pub(super) fn verdict(scored: &[Scored]) -> Verdict {
    let sorted = |is_lost: bool| -> Vec<u32> {
        let mut all: Vec<u32> = scored.iter().filter(|one| one.is_lost == is_lost).map(|one| one.score).collect();
        all.sort_unstable();
        all
    };
    let (lost, stayed) = (sorted(true), sorted(false));
    let base = share(lost.len(), scored.len());
    let (lift, worst) = lift(scored, base);
    Verdict {
        lost: whole(lost.len()),
        stayed: whole(stayed.len()),
        auc: auc(&lost, &stayed),
        brier: brier(scored),
        brier_of_base_rate: decimal(base * (1.0 - base)),
        lift,
        worst,
        mean_lost: mean(&lost),
        mean_stayed: mean(&stayed),
        warnings: vec![
            warning(scored, Band::Red, is_red, |one| one.warned.red),
            warning(scored, Band::Yellow, is_yellow_or_red, |one| one.warned.yellow),
        ],
    }
}

/// The share of pairs in which the lost account scored lower, a tie counting half; both are sorted.
fn auc(lost: &[u32], stayed: &[u32]) -> Estimate {
    let halves = |score: &u32| {
        let lower = stayed.partition_point(|other| other < score);
        let not_higher = stayed.partition_point(|other| other <= score);
        2 * (stayed.len() - not_higher) + (not_higher - lower)
    };
    let wins: usize = lost.iter().map(halves).sum();
    let (number, other) = (float(lost.len()), float(stayed.len()));
    let area = float(wins) / (2.0 * number * other);
    let error = Z_95 * error_of_area(area, number, other);
    Estimate::of(area, (area - error).max(0.0), (area + error).min(1.0))
}

/// The standard error of an area from so many of either sort (Hanley and McNeil 1982, formula 1).
fn error_of_area(area: f64, number: f64, other: f64) -> f64 {
    let (q1, q2) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let square = area * area;
    let spread = area * (1.0 - area) + (number - 1.0) * (q1 - square) + (other - 1.0) * (q2 - square);
    libm::sqrt((spread / (number * other)).max(0.0))
}

/// The mean of the squares, with the normal interval of a mean.
fn brier(scored: &[Scored]) -> Estimate {
    let mut squares: Vec<f64> = scored.iter().map(square_off).collect();
    squares.sort_unstable_by(f64::total_cmp);
    let number = float(squares.len());
    let mean = squares.iter().sum::<f64>() / number;
    let variance = squares.iter().map(|square| (square - mean) * (square - mean)).sum::<f64>() / (number - 1.0);
    let error = Z_95 * libm::sqrt(variance / number);
    Estimate::of(mean, (mean - error).max(0.0), (mean + error).min(1.0))
}

fn square_off(scored: &Scored) -> f64 {
    let probability = 1.0 - f64::from(scored.score) / ALL;
    let outcome = if scored.is_lost { 1.0 } else { 0.0 };
    (probability - outcome) * (probability - outcome)
}

/// How many times as many of the worst were lost as of all, and how many the worst are.
fn lift(scored: &[Scored], base: f64) -> (Estimate, u64) {
    let worst = whole(scored.len()).div_ceil(WORST);
    let mut all: Vec<&Scored> = scored.iter().collect();
    all.sort_unstable_by_key(|one| one.score);
    let edge = usize::try_from(worst - 1).ok().and_then(|last| all.get(last)).map_or(0, |one| one.score);
    let below: Vec<&&Scored> = all.iter().filter(|one| one.score < edge).collect();
    let tied: Vec<&&Scored> = all.iter().filter(|one| one.score == edge).collect();
    let lost = |some: &[&&Scored]| some.iter().filter(|one| one.is_lost).count();
    let left = worst.saturating_sub(whole(below.len()));
    let shared = share(lost(&tied), tied.len()) * float_of(left);
    let caught = float(lost(&below)) + shared;
    let (low, high) = wilson(caught, float_of(worst));
    (Estimate::of(caught / float_of(worst) / base, low / base, high / base), worst)
}

fn warning(scored: &[Scored], band: Band, is_in: fn(Band) -> bool, lead: impl Fn(&Scored) -> Option<u32>) -> Warning {
    let in_band = |is_lost: bool| {
        let all: Vec<&Scored> = scored.iter().filter(|one| one.is_lost == is_lost).collect();
        proportion(all.iter().filter(|one| is_in(one.band)).count(), all.len())
    };
    let mut days: Vec<u32> = scored.iter().filter(|one| one.is_lost).filter_map(lead).collect();
    days.sort_unstable();
    Warning {
        band,
        caught: in_band(true),
        false_alarms: in_band(false),
        warned: whole(days.len()),
        lead_days: median(&days),
    }
}

/// The median of sorted numbers, with the order statistics that hold it in 95 of 100 cases by the normal approximation
/// to the binomial.
fn median(sorted: &[u32]) -> Option<Estimate> {
    let last = sorted.len().checked_sub(1)?;
    let at = |index: usize| sorted.get(index.min(last)).copied().map_or(0.0, f64::from);
    let middle = f64::midpoint(at(last / 2), at(sorted.len() / 2));
    if sorted.len() < MIN_FOR_MEDIAN {
        return Some(Estimate { value: decimal(middle), low: None, high: None });
    }
    let (half, spread) = (float(sorted.len()) / 2.0, Z_95 * libm::sqrt(float(sorted.len())) / 2.0);
    let (low, high) = (libm::floor(half - spread), libm::ceil(half + spread));
    Some(Estimate::of(middle, at(index(low)), at(index(high))))
}

fn proportion(part: usize, of: usize) -> Estimate {
    let (low, high) = wilson(float(part), float(of));
    Estimate::of(share(part, of), low, high)
}

/// Wilson's score interval (1927) of a share.
fn wilson(part: f64, of: f64) -> (f64, f64) {
    if of <= 0.0 {
        return (0.0, 1.0);
    }
    let (share, square) = (part / of, Z_95 * Z_95);
    let middle = (share + square / (2.0 * of)) / (1.0 + square / of);
    let spread = libm::sqrt(share * (1.0 - share) / of + square / (4.0 * of * of));
    let half = Z_95 * spread / (1.0 + square / of);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The mean in milli-points, halves to even.
fn mean(scores: &[u32]) -> u64 {
    let sum = scores.iter().map(|score| i128::from(*score)).sum();
    let number = NonZero::new(i128::from(whole(scores.len())));
    number.and_then(|number| half_even(sum, number).try_into().ok()).unwrap_or_default()
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { float(part) / float(of) }
}

fn whole(number: usize) -> u64 {
    number as u64
}

fn float(number: usize) -> f64 {
    float_of(whole(number))
}

#[expect(clippy::cast_precision_loss, reason = "pairs of accounts are far fewer than 2^52")]
fn float_of(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list of accounts")]
fn index(place: f64) -> usize {
    place.max(0.0) as usize
}

fn decimal(number: f64) -> Amount {
    #[expect(clippy::cast_possible_truncation, reason = "figures are far below 2^50")]
    let parts = (number * 10_f64.powi(DECIMALS.cast_signed())).round_ties_even() as i64;
    Decimal::new(parts, DECIMALS).into()
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::super::Warned;
    use super::*;

    fn scored(is_lost: bool, score: u32) -> Scored {
        let band = if score < 50_000 { Band::Red } else { Band::Green };
        Scored { is_lost, score, band, warned: Warned::default() }
    }

    fn text(estimate: Estimate) -> [String; 3] {
        let end = |end: Option<Amount>| end.map(|end| end.to_string()).unwrap_or_default();
        [estimate.value.to_string(), end(estimate.low), end(estimate.high)]
    }

    /// Every pair looked at, ties half.
    fn auc_by_pairs(lost: &[u32], stayed: &[u32]) -> f64 {
        let pairs = lost.iter().flat_map(|one| stayed.iter().map(move |other| (one, other)));
        let wins: f64 = pairs
            .map(|(one, other): (&u32, &u32)| match one.cmp(other) {
                Ordering::Less => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Greater => 0.0,
            })
            .sum();
        wins / (float(lost.len()) * float(stayed.len()))
    }

    #[test]
    fn the_area_is_that_of_all_pairs() {
        for (lost, stayed) in [
            (vec![1, 2, 3], vec![4, 5]),
            (vec![4, 5], vec![1, 2, 3]),
            (vec![1, 3, 3, 7], vec![2, 3, 3, 3, 9]),
            (vec![5], vec![5]),
        ] {
            assert_eq!(auc(&lost, &stayed).value, decimal(auc_by_pairs(&lost, &stayed)), "{lost:?} {stayed:?}");
        }
    }

    /// Their example: an area of 0.893 from 51 and 58, for which they give 0.032 from the counts themselves.
    #[test]
    fn the_area_has_the_error_of_hanley_and_mcneil() {
        assert_eq!(decimal(error_of_area(0.893, 51.0, 58.0)).to_string(), "0.0325");
    }

    #[test]
    fn a_perfect_score_has_nothing_to_be_mended() {
        let all: Vec<Scored> =
            (0..20).map(|_| scored(true, 0)).chain((0..80).map(|_| scored(false, 100_000))).collect();
        let verdict = verdict(&all);
        assert_eq!(text(verdict.auc), ["1.0000", "1.0000", "1.0000"]);
        assert_eq!(text(verdict.brier), ["0.0000", "0.0000", "0.0000"]);
        assert_eq!((verdict.lift.value.to_string().as_str(), verdict.worst), ("5.0000", 20));
        assert_eq!(verdict.brier_of_base_rate.to_string(), "0.1600");
        assert_eq!(verdict.warnings[0].caught.value.to_string(), "1.0000");
        assert_eq!(verdict.warnings[0].false_alarms.value.to_string(), "0.0000");
    }

    #[test]
    fn a_score_that_says_nothing_is_chance() {
        let all: Vec<Scored> =
            (0..20).map(|_| scored(true, 60_000)).chain((0..80).map(|_| scored(false, 60_000))).collect();
        let verdict = verdict(&all);
        assert_eq!(verdict.auc.value.to_string(), "0.5000");
        assert_eq!(verdict.lift.value.to_string(), "1.0000", "ties at the edge share what is left");
        assert_eq!((verdict.mean_lost, verdict.mean_stayed), (60_000, 60_000));
        // (0.4 − 1)² for 20 and 0.4² for 80.
        assert_eq!(verdict.brier.value.to_string(), "0.2000");
    }

    /// Wilson's interval of 8 of 10 is 0.490 to 0.943.
    #[test]
    fn shares_have_wilsons_interval() {
        assert_eq!(text(proportion(8, 10)), ["0.8000", "0.4902", "0.9433"]);
        assert_eq!(text(proportion(0, 10)), ["0.0000", "0.0000", "0.2775"]);
    }

    #[test]
    fn the_median_has_an_interval_of_order_statistics() {
        assert_eq!(median(&[]), None);
        assert_eq!(text(median(&[7]).unwrap()), ["7.0000", "", ""]);
        let days: Vec<u32> = (1..=20).collect();
        assert_eq!(text(median(&days).unwrap()), ["10.5000", "6.0000", "16.0000"]);
    }

    #[test]
    fn a_warning_lasts_up_to_the_loss() {
        use Band::{Green, InsufficientData, Red, Yellow};
        for (bands, red, yellow) in [
            (vec![Red, Red, Yellow, Green, Red], Some(8), Some(15)),
            (vec![Yellow, Red, Red], None, Some(15)),
            (vec![Green, Red], None, None),
            (vec![InsufficientData], None, None),
            (vec![], None, None),
        ] {
            assert_eq!(Warned::of(&bands, 7), Warned { red, yellow }, "{bands:?}");
        }
    }
}
