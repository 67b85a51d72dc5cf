//! How we stand with an account beside the best competitor, as far as both were assessed.
//!
//! The ratio of our score to the best competitor's, rounded half to even to thousandths. Where criteria are missing it
//! lies between our least over the most that any competitor can have, and our most over the least that the best can.

use std::collections::BTreeMap;
use std::num::NonZero;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tenure_schemas::Name;
use tenure_schemas::models::attractiveness::Criterion;
use utoipa::ToSchema;

use super::score::{Level, Score};
use crate::account::Assessment;
use crate::round::half_even;

/// Why there is no ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StrengthUnknown {
    /// Neither we nor a competitor were assessed.
    NothingAssessed,
    /// No competitor was assessed.
    NoCompetitorAssessed,
    /// We were not assessed.
    WeNotAssessed,
}

/// Our strength over the best competitor's, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StrengthRatio)]
pub struct Ratio {
    /// The least that it can be; `null` where it is beyond every number, because the best competitor surely has 0.
    #[schema(required = true)]
    pub min: Option<i64>,
    /// The most that it can be; `null` where it has no bound, because the best competitor may have 0.
    #[schema(required = true)]
    pub max: Option<i64>,
}

/// A competitor's strength with the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CompetitorScore {
    /// The competitor, as it was reported.
    pub competitor: String,
    /// The score.
    #[serde(flatten)]
    pub score: Score,
}

/// How we stand beside the best competitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RelativeStrength)]
pub struct Strength {
    /// Whether that is high; undecided where it is unknown.
    pub level: Level,
    /// Our strength over the best competitor's; absent where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// Why it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<StrengthUnknown>,
    /// Our own score; absent where we were not assessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub us: Option<Score>,
    /// The competitors who were assessed, by name.
    pub competitors: Vec<CompetitorScore>,
}

impl Ratio {
    /// Of our score and the competitors', of whom there is at least one.
    fn of(us: &Score, competitors: &[CompetitorScore]) -> Self {
        let best = |bound: fn(&Score) -> i64| competitors.iter().map(|rival| bound(&rival.score)).max().unwrap_or(0);
        let (least, most) = (best(|score| score.min), best(|score| score.max));
        // Nothing over nothing says nothing: 0 is all that is sure.
        let min = if us.min == 0 { Some(0) } else { over(us.min, most) };
        Self { min, max: over(us.max, least) }
    }

    /// The least of it, for putting accounts in order.
    pub(super) fn order(self) -> i64 {
        self.min.unwrap_or(i64::MAX)
    }
}

/// One score over another in thousandths; `None` over 0.
fn over(score: i64, best: i64) -> Option<i64> {
    let best = NonZero::new(i128::from(best))?;
    i64::try_from(half_even(i128::from(score) * 1_000, best)).ok()
}

impl Strength {
    /// By the latest assessments of us and of each competitor.
    pub(super) fn of(
        group: &BTreeMap<Name, Criterion>,
        cut: Decimal,
        us: &BTreeMap<&Name, &Assessment>,
        competitors: &BTreeMap<&str, BTreeMap<&Name, &Assessment>>,
    ) -> Self {
        let us = Score::of(group, us);
        let rival = |(name, latest): (&&str, &BTreeMap<&Name, &Assessment>)| {
            Some(CompetitorScore { competitor: (*name).to_owned(), score: Score::of(group, latest)? })
        };
        let competitors: Vec<CompetitorScore> = competitors.iter().filter_map(rival).collect();
        let unknown = match (&us, competitors.is_empty()) {
            (None, true) => Some(StrengthUnknown::NothingAssessed),
            (Some(_), true) => Some(StrengthUnknown::NoCompetitorAssessed),
            (None, false) => Some(StrengthUnknown::WeNotAssessed),
            (Some(_), false) => None,
        };
        let ratio = us.as_ref().filter(|_| unknown.is_none()).map(|us| Ratio::of(us, &competitors));
        let level = ratio.map_or(Level::Undecided, |ratio| Level::of(ratio.min, ratio.max, cut));
        Self { level, ratio, unknown, us, competitors }
    }
}
