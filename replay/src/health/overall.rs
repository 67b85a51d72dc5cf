//! One score out of the dimensions that are there: the weighted mean, its band, and what holds that down.

use std::num::NonZero;

use rust_decimal::Decimal;
use tenure_schemas::AccountId;
use tenure_schemas::models::HealthSpec;

use super::{Band, Dimension, DimensionScore, Health, HealthModel};
use crate::round::half_even;

/// All of something, in milli-points.
const WHOLE: i128 = 100_000;

/// The health that the dimensions' scores come to.
pub(super) fn sum_up(account: AccountId, model: &HealthModel, mut dimensions: Vec<DimensionScore>) -> Health {
    let spec = model.spec();
    let overall = contribute(&mut dimensions);
    let (present, all) = weights(&dimensions);
    let evidence_share = milli_points(i128::from(present) * WHOLE, all).unwrap_or(0);
    let (band, capped_by) = match overall {
        Some(overall) if Decimal::from(present) >= spec.min_evidence_share.decimal() * Decimal::from(all) => {
            cap(spec, &dimensions, band_of(spec, overall))
        }
        Some(_) | None => (Band::InsufficientData, Vec::new()),
    };
    Health { account, model: model.name(), overall, band, capped_by, evidence_share, dimensions }
}

/// The weights that are present, and all of them.
fn weights(dimensions: &[DimensionScore]) -> (u64, u64) {
    let weight = |score: &DimensionScore| u64::from(score.weight);
    let present = dimensions.iter().filter(|score| score.score.is_some()).map(weight).sum();
    (present, dimensions.iter().map(weight).sum())
}

fn milli_points(part: i128, of: u64) -> Option<u32> {
    u32::try_from(half_even(part, NonZero::new(i128::from(of))?)).ok()
}

/// The weighted mean of the scores that are there, rounded half to even; and to each its part of it.
///
/// What rounding down leaves goes to the largest remainders, of equal ones to the first.
fn contribute(dimensions: &mut [DimensionScore]) -> Option<u32> {
    let (present, _) = weights(dimensions);
    let products = dimensions.iter().map(|one| one.score.map(|score| i128::from(one.weight) * i128::from(score)));
    let products: Vec<Option<i128>> = products.collect();
    let overall = milli_points(products.iter().flatten().sum(), present)?;
    let mut left = i128::from(overall);
    let mut remainders: Vec<(i128, usize)> = Vec::new();
    for (at, (one, product)) in dimensions.iter_mut().zip(&products).enumerate() {
        let Some(product) = product else { continue };
        let whole = product.div_euclid(i128::from(present));
        one.contribution = u32::try_from(whole).ok();
        left -= whole;
        remainders.push((-product.rem_euclid(i128::from(present)), at));
    }
    remainders.sort_unstable();
    for (_, at) in remainders.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(contribution) = dimensions.get_mut(at).and_then(|one| one.contribution.as_mut()) {
            *contribution += 1;
        }
    }
    Some(overall)
}

/// The band of a score, before anything holds it down.
fn band_of(spec: &HealthSpec, overall: u32) -> Band {
    let reaches = |points: Decimal| Decimal::from(overall) >= points * Decimal::from(1_000);
    if reaches(spec.bands.green_from.decimal()) {
        Band::Green
    } else if reaches(spec.bands.yellow_from.decimal()) {
        Band::Yellow
    } else {
        Band::Red
    }
}

/// Holds a band down while dimensions are bad: one of them to yellow, two to red.
fn cap(spec: &HealthSpec, dimensions: &[DimensionScore], band: Band) -> (Band, Vec<Dimension>) {
    let below = spec.caps.below.decimal() * Decimal::from(1_000);
    let is_low = |one: &&DimensionScore| {
        spec.caps.dimensions.contains(&one.dimension) && one.score.is_some_and(|score| Decimal::from(score) < below)
    };
    let low: Vec<Dimension> = dimensions.iter().filter(is_low).map(|one| one.dimension).collect();
    let most = match low.len() {
        0 => Band::Green,
        1 => Band::Yellow,
        _ => Band::Red,
    };
    if band <= most { (band, Vec::new()) } else { (most, low) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn dimensions(scores: [Option<u32>; 7]) -> Vec<DimensionScore> {
        let weight = |dimension| HealthModel::built_in().spec().weight(dimension);
        let one = |(dimension, score): (&Dimension, Option<u32>)| DimensionScore {
            dimension: *dimension,
            weight: weight(*dimension),
            score,
            missing: None,
            contribution: None,
            evidence: 0,
            figures: BTreeMap::new(),
            excluded_currencies: Vec::new(),
            moved_by: Vec::new(),
        };
        Dimension::ALL.iter().zip(scores).map(one).collect()
    }

    fn sum(scores: [Option<u32>; 7]) -> Health {
        sum_up(AccountId::new("acme").unwrap(), &HealthModel::built_in(), dimensions(scores))
    }

    /// The scores of the worked example.
    const WORKED: [Option<u32>; 7] =
        [Some(75_762), Some(71_247), Some(35_973), Some(86_000), Some(47_143), Some(64_101), Some(54_088)];

    #[test]
    fn the_worked_example() {
        let health = sum(WORKED);
        // 6,516,886 of 100 weights: 65,168.86.
        assert_eq!((health.overall, health.band, health.evidence_share), (Some(65_169), Band::Yellow, 100_000));
        assert_eq!(health.capped_by, []);
        let mut without = WORKED;
        without[1] = None;
        let health = sum(without);
        // 5,448,181 of 85 weights: 64,096.25.
        assert_eq!((health.overall, health.evidence_share), (Some(64_096), 85_000));
        assert_eq!(health.dimension(Dimension::Sentiment).unwrap().contribution, None);
    }

    #[test]
    fn contributions_add_up_to_the_score() {
        for scores in [WORKED, [Some(1); 7], [Some(33_333), None, Some(1), Some(99_999), None, Some(50_001), None]] {
            let health = sum(scores);
            let added: u32 = health.dimensions.iter().filter_map(|one| one.contribution).sum();
            assert_eq!(Some(added), health.overall, "{scores:?}");
        }
        // 15152.4, 10687.05, 5395.95, 17200, 4714.3, 7692.12, 4327.04: rounding down leaves two, for .95 and .4.
        let parts: Vec<_> = sum(WORKED).dimensions.iter().map(|one| one.contribution.unwrap()).collect();
        assert_eq!(parts, [15_153, 10_687, 5_396, 17_200, 4_714, 7_692, 4_327]);
    }

    #[test]
    fn bands_compare_milli_points() {
        for (score, band) in [
            (0, Band::Red),
            (49_999, Band::Red),
            (50_000, Band::Yellow),
            (74_999, Band::Yellow),
            (75_000, Band::Green),
            (100_000, Band::Green),
        ] {
            assert_eq!(
                sum([None, None, None, Some(score), Some(score), Some(score), Some(score)]).band,
                band,
                "{score}"
            );
        }
    }

    #[test]
    fn bad_service_or_sentiment_holds_the_band_down() {
        let good = Some(100_000);
        for (sentiment, service, band, capped_by) in [
            (Some(25_000), Some(25_000), Band::Green, vec![]),
            (Some(24_999), good, Band::Yellow, vec![Dimension::Sentiment]),
            (None, Some(0), Band::Yellow, vec![Dimension::Service]),
            (Some(0), Some(24_999), Band::Red, vec![Dimension::Sentiment, Dimension::Service]),
        ] {
            let health = sum([good, sentiment, service, good, good, good, good]);
            assert_eq!((health.band, health.capped_by), (band, capped_by), "{sentiment:?} {service:?}");
        }
        // A band that is no better anyway is not said to be capped.
        let health = sum([Some(60_000), Some(0), Some(80_000), Some(80_000), Some(80_000), Some(80_000), Some(80_000)]);
        assert_eq!((health.band, health.capped_by), (Band::Yellow, vec![]));
    }

    #[test]
    fn below_half_of_the_weights_there_is_no_band() {
        // Engagement and commercial, and breadth: 52 of 100.
        let enough = sum([Some(1), None, None, Some(1), None, Some(1), None]);
        assert_eq!((enough.band, enough.evidence_share), (Band::Red, 52_000));
        let little = sum([Some(100_000), None, None, Some(100_000), None, None, Some(100_000)]);
        assert_eq!(
            (little.overall, little.band, little.evidence_share),
            (Some(100_000), Band::InsufficientData, 48_000)
        );
        let exactly = sum([Some(0), Some(0), Some(0), None, None, None, None]);
        assert_eq!((exactly.band, exactly.evidence_share), (Band::Red, 50_000));
        let nothing = sum([None; 7]);
        assert_eq!((nothing.overall, nothing.band, nothing.evidence_share), (None, Band::InsufficientData, 0));
    }
}
