//! A version of the health model, ready to compute with.

use tenure_schemas::models::{BUILT_IN_VERSION, HealthSpec, TypedSpec};
use tenure_schemas::payload::account::Tier;

use crate::models::Models;

/// A version of `model/health`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthModel {
    version: u32,
    spec: HealthSpec,
}

impl HealthModel {
    /// The version that Tenure brings along.
    pub fn built_in() -> Self {
        Self { version: BUILT_IN_VERSION, spec: HealthSpec::built_in() }
    }

    /// The version in force at the moment of `models`; the built-in one where none was activated.
    pub fn active(models: &Models) -> Self {
        let (version, spec) = models.active_spec();
        Self { version, spec }
    }

    /// A version that is known at the moment of `models`.
    pub fn version_of(models: &Models, version: u32) -> Option<Self> {
        let known = models.version(HealthSpec::MODEL, version)?;
        HealthSpec::read(&known.spec).ok().map(|spec| Self { version, spec })
    }

    /// A spec that no event published, under a version's number.
    pub fn of_spec(version: u32, spec: HealthSpec) -> Self {
        Self { version, spec }
    }

    /// The number of the version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its numbers.
    pub fn spec(&self) -> &HealthSpec {
        &self.spec
    }

    /// How often we mean to be in touch with an account of a tier: once in so many whole days.
    pub fn cadence_days(&self, tier: Option<Tier>) -> i64 {
        self.spec.dimensions.engagement.cadence_days.get(tier).rounded_up()
    }

    /// The model with its version, such as `health/1`.
    pub fn name(&self) -> String {
        format!("{}/{}", HealthSpec::MODEL, self.version)
    }
}
