//! `model/metrics`: over which time metrics are taken, and what is assumed where they look ahead.

use serde::{Deserialize, Serialize};

use super::TypedSpec;
use super::number::{Fraction, Whole};
use crate::Invalid;

/// A version of `model/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsSpec {
    /// Over how many days, up to the date, orders, costs, answers and interactions count; growth and retention compare
    /// with as many days before.
    pub period_days: Whole,
    /// The share of clients who stay from one year to the next, for the customer lifetime value.
    pub retention: Fraction,
    /// The rate at which a later year's margin is discounted, for the customer lifetime value.
    pub discount: Fraction,
}

impl TypedSpec for MetricsSpec {
    const MODEL: &'static str = "metrics";

    fn built_in() -> Self {
        Self { period_days: Whole::of(365, 0), retention: Fraction::of(85, 2), discount: Fraction::of(10, 2) }
    }

    /// Clients who all stay are worth no finite sum without a discount.
    fn check(&self) -> Result<(), Invalid> {
        if self.retention == Fraction::of(1, 0) && self.discount == Fraction::of(0, 0) {
            return Err(Invalid::at("discount", "is 0 while retention is 1: the lifetime value would have no end"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bad_spec_is_refused_with_its_field() {
        let spec = |retention: &str, discount: &str| {
            let spec = json!({"period_days": "365", "retention": retention, "discount": discount});
            MetricsSpec::read(&serde_json::from_value(spec).unwrap())
        };
        assert_eq!(spec("0.85", "0.10").unwrap(), MetricsSpec::built_in());
        assert_eq!(spec("1.0", "0.00").unwrap_err().field, "discount");
        assert_eq!(spec("1.1", "0.10").unwrap_err().field, "retention");
        assert_eq!(spec("0.9", "-0.1").unwrap_err().field, "discount");
        assert!(spec("1", "0.01").is_ok());
    }
}
