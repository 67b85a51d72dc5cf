//! A version of the attractiveness model, ready to compute with.

use rust_decimal::Decimal;
use tenure_schemas::models::{AttractivenessSpec, BUILT_IN_VERSION, TypedSpec};

use crate::models::Models;

/// A version of `model/attractiveness`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttractivenessModel {
    version: u32,
    spec: AttractivenessSpec,
}

impl AttractivenessModel {
    /// The version that Tenure brings along.
    pub fn built_in() -> Self {
        Self { version: BUILT_IN_VERSION, spec: AttractivenessSpec::built_in() }
    }

    /// The version in force at the moment of `models`; the built-in one where none was activated.
    pub fn active(models: &Models) -> Self {
        let (version, spec) = models.active_spec();
        Self { version, spec }
    }

    /// A version that is known at the moment of `models`.
    pub fn version_of(models: &Models, version: u32) -> Option<Self> {
        let known = models.version(AttractivenessSpec::MODEL, version)?;
        AttractivenessSpec::read(&known.spec).ok().map(|spec| Self { version, spec })
    }

    /// A spec that no event published, under a version's number.
    pub fn of_spec(version: u32, spec: AttractivenessSpec) -> Self {
        Self { version, spec }
    }

    /// The number of the version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its numbers.
    pub fn spec(&self) -> &AttractivenessSpec {
        &self.spec
    }

    /// By which share each single weight is changed, in millionths.
    pub fn sensitivity(&self) -> i64 {
        // A share from 0 to 1 with at most six decimals is a whole number of them.
        i64::try_from(self.spec.sensitivity.decimal() * Decimal::from(1_000_000)).unwrap_or(0)
    }

    /// The model with its version, such as `attractiveness/1`.
    pub fn name(&self) -> String {
        format!("{}/{}", AttractivenessSpec::MODEL, self.version)
    }
}
