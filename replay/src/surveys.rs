//! What answers to surveys come to: means, the net promoter score, and the gaps between importance and performance.
//!
//! All answers weigh the same, and whoever answered twice counts twice.

use std::collections::BTreeMap;
use std::num::NonZero;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::survey::Instrument;
use tenure_schemas::values::{Rating, Score};
use tenure_schemas::{Amount, Instant, Name};
use utoipa::ToSchema;

use crate::account::SurveyResponse;
use crate::round::half_even;

/// The decimals of a mean.
const DECIMALS: u32 = 3;

/// How many standard deviations to either side hold 95 of 100 cases of a normal distribution.
pub(crate) const Z_95: f64 = 1.96;

/// The least score of `csat` that counts as satisfied.
const SATISFIED: u8 = 4;

/// The middle of the scale of importance and performance, 1 to 5.
const MIDDLE: i128 = 3;

/// What the answers to one instrument come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InstrumentSummary {
    /// The question that was asked.
    pub instrument: Instrument,
    /// How many answered.
    pub responses: u32,
    /// The mean score, to three decimals.
    pub mean: Amount,
    /// The net promoter score, of `nps` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_promoter: Option<NetPromoter>,
    /// Who is satisfied, of `csat` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
    /// When the last answer was given.
    pub last_at: Instant,
    /// The last score.
    pub last_score: Score,
    /// The position of the event of the last answer.
    pub last_event: u64,
}

/// The net promoter score: the share of promoters less that of detractors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NetPromoter {
    /// The score in per cent, from -100 to 100, to three decimals.
    pub score: Amount,
    /// Half the width of the interval around it that holds the score of all whom one could ask in 95 of 100 cases:
    /// `1.96·√((p + d − (p − d)²) / n)` in per cent, to three decimals, with the shares p of promoters and d of
    /// detractors among the n who answered. It says little under some 30 answers.
    pub margin_95: Amount,
    /// How many answered 9 or 10.
    pub promoters: u32,
    /// How many answered 7 or 8.
    pub passives: u32,
    /// How many answered 0 to 6.
    pub detractors: u32,
}

/// The share of those who are satisfied: the answers 4 and 5 to `csat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Satisfaction {
    /// The share in per cent, to three decimals.
    pub share: Amount,
    /// How many answered 4 or 5.
    pub satisfied: u32,
}

/// What to do about a metric, by its mean importance and performance; high is above 3, the middle of the scale.
///
/// The four quadrants are those of the importance-performance analysis of Martilla and James (1977).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quadrant {
    /// Important, and we do not do well.
    ConcentrateHere,
    /// Important, and we do well.
    KeepUp,
    /// Not important, and we do not do well.
    LowPriority,
    /// Not important, and we do well.
    PossibleOverkill,
}

/// What the client says of one metric: how important it is, and how well we do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MetricGap {
    /// The metric.
    pub metric: Name,
    /// How many answered.
    pub responses: u32,
    /// The mean importance, to three decimals.
    pub importance: Amount,
    /// The mean performance, to three decimals.
    pub performance: Amount,
    /// Mean importance less mean performance, to three decimals: above 0 we fall short.
    pub gap: Amount,
    /// What to do about it.
    pub quadrant: Quadrant,
    /// When the last answer was given.
    pub last_at: Instant,
    /// Importance less performance in the last answer.
    pub last_gap: i8,
    /// The position of the event of the last answer.
    pub last_event: u64,
}

/// What all answers come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SurveySummary {
    /// By instrument, those without answers left out.
    pub instruments: Vec<InstrumentSummary>,
    /// By metric, from the answers to `metric_gap`.
    pub metrics: Vec<MetricGap>,
}

/// What answers come to, whatever their order.
pub fn summary<'a>(responses: impl Iterator<Item = &'a SurveyResponse>) -> SurveySummary {
    let mut all: Vec<&SurveyResponse> = responses.collect();
    all.sort_by_key(|response| (response.responded_at, response.event));
    let mut metrics: BTreeMap<&Name, Vec<&SurveyResponse>> = BTreeMap::new();
    for response in &all {
        if let Some(metric) = response.metric.as_ref().filter(|_| response.instrument == Instrument::MetricGap) {
            metrics.entry(metric).or_default().push(response);
        }
    }
    let of_instrument = |instrument: &Instrument| {
        let own: Vec<_> = all.iter().copied().filter(|response| response.instrument == *instrument).collect();
        instrument_summary(*instrument, &own)
    };
    SurveySummary {
        instruments: Instrument::ALL.iter().filter_map(of_instrument).collect(),
        metrics: metrics.into_iter().filter_map(|(metric, responses)| metric_gap(metric, &responses)).collect(),
    }
}

/// What the answers to one instrument come to, in the order in which they were given; `None` without any.
fn instrument_summary(instrument: Instrument, responses: &[&SurveyResponse]) -> Option<InstrumentSummary> {
    let last = responses.last()?;
    let sum = responses.iter().map(|response| i128::from(response.score.get())).sum();
    Some(InstrumentSummary {
        instrument,
        responses: count(responses.len()),
        mean: ratio(sum, responses.len())?,
        net_promoter: if instrument == Instrument::Nps { net_promoter(responses) } else { None },
        satisfaction: if instrument == Instrument::Csat { satisfaction(responses) } else { None },
        last_at: last.responded_at,
        last_score: last.score,
        last_event: last.event,
    })
}

fn net_promoter(responses: &[&SurveyResponse]) -> Option<NetPromoter> {
    let within = |low: u8, high: u8| {
        count(responses.iter().filter(|response| (low..=high).contains(&response.score.get())).count())
    };
    let (detractors, passives, promoters) = (within(0, 6), within(7, 8), within(9, 10));
    let balance = i128::from(promoters) - i128::from(detractors);
    let score = ratio(balance * 100, responses.len())?;
    Some(NetPromoter { score, margin_95: margin(promoters, passives, detractors), promoters, passives, detractors })
}

/// Half the width of the 95 % interval around a net promoter score, in per cent.
fn margin(promoters: u32, passives: u32, detractors: u32) -> Amount {
    let number = f64::from(promoters) + f64::from(passives) + f64::from(detractors);
    let (promoters, detractors) = (f64::from(promoters) / number, f64::from(detractors) / number);
    let balance = promoters - detractors;
    let variance = (promoters + detractors - balance * balance).max(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most 196 per cent, in thousandths")]
    let thousandths = (Z_95 * libm::sqrt(variance / number) * 100_000.0).round_ties_even() as i64;
    Decimal::new(thousandths, DECIMALS).into()
}

/// What share of those who were asked for their satisfaction answered 4 or 5.
fn satisfaction(responses: &[&SurveyResponse]) -> Option<Satisfaction> {
    let satisfied = responses.iter().filter(|response| response.score.get() >= SATISFIED).count();
    Some(Satisfaction {
        share: ratio(i128::try_from(satisfied).ok()? * 100, responses.len())?,
        satisfied: count(satisfied),
    })
}

fn metric_gap(metric: &Name, responses: &[&SurveyResponse]) -> Option<MetricGap> {
    let rated = |response: &SurveyResponse| response.importance.map(Rating::get);
    let (last, number) = (responses.last()?, responses.len());
    let important: i128 = responses.iter().filter_map(|response| rated(response)).map(i128::from).sum();
    let performed: i128 = responses.iter().map(|response| i128::from(response.score.get())).sum();
    let is_high = |sum: i128| i128::try_from(number).is_ok_and(|number| sum > MIDDLE * number);
    Some(MetricGap {
        metric: metric.clone(),
        responses: count(number),
        importance: ratio(important, number)?,
        performance: ratio(performed, number)?,
        gap: ratio(important - performed, number)?,
        quadrant: quadrant(is_high(important), is_high(performed)),
        last_at: last.responded_at,
        last_gap: rated(last)?.cast_signed() - last.score.get().cast_signed(),
        last_event: last.event,
    })
}

fn quadrant(is_important: bool, does_well: bool) -> Quadrant {
    match (is_important, does_well) {
        (true, false) => Quadrant::ConcentrateHere,
        (true, true) => Quadrant::KeepUp,
        (false, false) => Quadrant::LowPriority,
        (false, true) => Quadrant::PossibleOverkill,
    }
}

/// `sum / number` to three decimals, halves to the even neighbour.
fn ratio(sum: i128, number: usize) -> Option<Amount> {
    let number = NonZero::new(i128::try_from(number).ok()?)?;
    let thousandths = half_even(sum * 10_i128.pow(DECIMALS), number);
    Decimal::try_from_i128_with_scale(thousandths, DECIMALS).ok().map(Amount::from)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
