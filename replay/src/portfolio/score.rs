//! What the assessments of one subject come to: a weighted mean, between bounds where criteria are missing.
//!
//! `Σ w·v / 100` over the criteria, with the weights w adding up to 100 and the values v whole, is a whole number of
//! hundredths: in thousandths nothing is ever rounded. A missing criterion counts 0 for the least and 10 for the most.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tenure_schemas::Name;
use tenure_schemas::models::attractiveness::Criterion;
use utoipa::ToSchema;

use crate::account::Assessment;

/// The largest value of a criterion.
const TOP: u8 = 10;

/// What a value weighed with 1 of 100 adds to a score, in thousandths.
const PER_WEIGHT: i64 = 10;

/// Where a figure stands beside the model's cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PortfolioLevel)]
pub enum Level {
    /// Surely at the cut or above.
    High,
    /// Surely below.
    Low,
    /// The cut lies within the bounds, or there is no figure.
    Undecided,
}

impl Level {
    /// Where thousandths between two bounds stand; `None` is a bound beyond every number.
    pub(super) fn of(min: Option<i64>, max: Option<i64>, cut: Decimal) -> Self {
        let reaches = |bound: Option<i64>| bound.is_none_or(|bound| Decimal::from(bound) >= cut * Decimal::from(1_000));
        match (reaches(min), reaches(max)) {
            (true, _) => Self::High,
            (false, true) => Self::Undecided,
            (false, false) => Self::Low,
        }
    }
}

/// A criterion of the model, and how it was assessed last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CriterionScore {
    /// The criterion.
    pub criterion: Name,
    /// What it weighs, of 100.
    pub weight: u32,
    /// The latest assessment, under whichever version of the model; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
}

impl CriterionScore {
    /// The least and the most that the value can be, from 0 to 10.
    pub(super) fn bounds(&self) -> (u8, u8) {
        self.assessment.as_ref().map_or((0, TOP), |known| (known.value.get(), known.value.get()))
    }

    fn is_missing(&self) -> bool {
        self.weight > 0 && self.assessment.is_none()
    }
}

/// A score from 0 to 10 in thousandths, with what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioScore)]
pub struct Score {
    /// The least that it can be, with every missing criterion at 0.
    pub min: i64,
    /// The most that it can be, with every missing criterion at 10; the same where none is missing.
    pub max: i64,
    /// The criteria that weigh something and were never assessed, the heaviest first.
    pub missing: Vec<Name>,
    /// Every criterion of the model, the heaviest first, then by name.
    pub criteria: Vec<CriterionScore>,
    /// Criteria that were assessed and that this version of the model does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_in_model: Vec<Name>,
}

impl Score {
    /// The score by a group of criteria, from the latest assessment of each; `None` where nothing that weighs was
    /// assessed.
    pub(super) fn of(group: &BTreeMap<Name, Criterion>, latest: &BTreeMap<&Name, &Assessment>) -> Option<Self> {
        let criterion = |(name, of): (&Name, &Criterion)| CriterionScore {
            criterion: name.clone(),
            weight: of.weight.get(),
            assessment: latest.get(name).map(|known| (*known).clone()),
        };
        let mut criteria: Vec<CriterionScore> = group.iter().map(criterion).collect();
        criteria.sort_by_key(|one| Reverse(one.weight));
        if criteria.iter().all(|one| one.weight == 0 || one.is_missing()) {
            return None;
        }
        let sum = |bound: fn((u8, u8)) -> u8| -> i64 {
            criteria.iter().map(|one| PER_WEIGHT * i64::from(one.weight) * i64::from(bound(one.bounds()))).sum()
        };
        let (min, max) = (sum(|(least, _)| least), sum(|(_, most)| most));
        let missing = criteria.iter().filter(|one| one.is_missing()).map(|one| one.criterion.clone()).collect();
        let not_in_model = latest.keys().filter(|name| !group.contains_key(**name)).map(|name| (*name).clone());
        Some(Self { min, max, missing, not_in_model: not_in_model.collect(), criteria })
    }
}

/// Thousandths with their point, for people.
pub(super) fn shown(thousandths: i64) -> String {
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}
