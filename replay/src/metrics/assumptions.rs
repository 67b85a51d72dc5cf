//! What metrics assume where they look ahead, and over which time they look back.

use serde::Serialize;
use tenure_schemas::Amount;
use tenure_schemas::models::{Fraction, MetricsSpec, TypedSpec};
use utoipa::ToSchema;

use crate::models::Models;

/// What metrics were computed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assumptions {
    /// The model with its version, such as `metrics/1`.
    pub model: String,
    /// Over how many days, up to the date, things count; growth and retention compare with as many days before.
    pub period_days: i32,
    /// The share of clients who stay from one period to the next.
    pub retention: Amount,
    /// The rate at which a later period's margin is discounted.
    pub discount: Amount,
    /// Which of these the question chose in place of the model's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<&'static str>,
}

/// What a question may choose in place of the model's assumptions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// In place of the model's `retention`.
    pub retention: Option<Fraction>,
    /// In place of the model's `discount`.
    pub discount: Option<Fraction>,
}

impl Assumptions {
    /// Those of the version of `model/metrics` that is in force.
    pub fn in_force(models: &Models) -> Self {
        let (version, spec) = models.active_spec::<MetricsSpec>();
        Self::with(version, spec, Chosen::default())
    }

    /// Those of the version of `model/metrics` that is in force, but for what the question chose.
    ///
    /// `None` where nobody leaves and nothing is discounted, so that a client would be worth no finite sum.
    pub fn of(models: &Models, chosen: Chosen) -> Option<Self> {
        let (version, spec) = models.active_spec::<MetricsSpec>();
        let assumed = MetricsSpec {
            retention: chosen.retention.unwrap_or(spec.retention),
            discount: chosen.discount.unwrap_or(spec.discount),
            ..spec
        };
        assumed.check().ok()?;
        Some(Self::with(version, assumed, chosen))
    }

    fn with(version: u32, spec: MetricsSpec, chosen: Chosen) -> Self {
        let named = [("retention", chosen.retention.is_some()), ("discount", chosen.discount.is_some())];
        Self {
            model: format!("{}/{version}", MetricsSpec::MODEL),
            period_days: spec.period_days.get(),
            retention: spec.retention.into(),
            discount: spec.discount.into(),
            chosen: named.into_iter().filter(|(_, is_chosen)| *is_chosen).map(|(name, _)| name).collect(),
        }
    }
}
