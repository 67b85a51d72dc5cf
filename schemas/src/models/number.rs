//! The numbers of models: decimals as strings, each within bounds that computing with them can stand.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Amount, Invalid};

/// The most decimals of a model's number.
const MAX_DECIMALS: u32 = 6;

/// The largest number of a model that is no share.
const MAX: i64 = 1_000_000;

/// Declares decimals within bounds, written as strings.
macro_rules! decimals {
    ($($(#[$doc:meta])* $name:ident: $bounds:expr, $says:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "Amount", into = "Amount")]
        pub struct $name(Decimal);

        impl $name {
            /// The number itself.
            pub fn decimal(self) -> Decimal {
                self.0
            }

            /// A number of this program's own: `mantissa` with so many decimals.
            pub(super) fn of(mantissa: i64, decimals: u32) -> Self {
                Self(Decimal::new(mantissa, decimals))
            }
        }

        impl TryFrom<Amount> for $name {
            type Error = Invalid;

            fn try_from(amount: Amount) -> Result<Self, Invalid> {
                let (number, is_within): (Decimal, fn(Decimal) -> bool) = (amount.decimal(), $bounds);
                if !is_within(number) {
                    return Err(Invalid::new(format!("{number} is out of range: give {}", $says)));
                }
                if number.normalize().scale() > MAX_DECIMALS {
                    return Err(Invalid::new(format!("{number} is too fine: give at most {MAX_DECIMALS} decimals")));
                }
                Ok(Self(number))
            }
        }

        impl From<$name> for Amount {
            fn from(number: $name) -> Self {
                number.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    )+};
}

decimals! {
    /// What something counts, from 0 to 1,000,000.
    Factor: |number| (Decimal::ZERO..=Decimal::from(MAX)).contains(&number), "0 to 1000000";
    /// A share of something, from 0 to 1.
    Fraction: |number| (Decimal::ZERO..=Decimal::ONE).contains(&number), "0 to 1";
    /// A value on the anchored scale of a criterion, from 0 to 10.
    Grade: |number| (Decimal::ZERO..=Decimal::TEN).contains(&number), "0 to 10";
    /// A score in points, from 0 to 100.
    Points: |number| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&number), "0 to 100";
    /// A number above 0, up to 1,000,000: a half-life, a cadence, a level.
    Positive: |number| number > Decimal::ZERO && number <= Decimal::from(MAX), "more than 0, up to 1000000";
    /// A whole number of days or months, from 1 to 36,500.
    Whole: |number| (Decimal::ONE..=Decimal::from(36_500)).contains(&number) && number.is_integer(),
        "a whole number from 1 to 36500";
}

impl Positive {
    /// The number rounded up to a whole one, of days say.
    pub fn rounded_up(self) -> i64 {
        // Its bounds let every one fit.
        self.0.ceil().try_into().unwrap_or(i64::MAX)
    }
}

impl Whole {
    /// The number of days or months.
    pub fn get(self) -> i32 {
        // Its bounds let every one fit.
        self.0.try_into().unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
        serde_json::from_value(text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_out_of_bounds_are_refused_with_the_bounds() {
        assert_eq!(read::<Positive>("-45").unwrap_err(), "-45 is out of range: give more than 0, up to 1000000");
        assert_eq!(read::<Whole>("1.5").unwrap_err(), "1.5 is out of range: give a whole number from 1 to 36500");
        assert_eq!(read::<Factor>("0.0000001").unwrap_err(), "0.0000001 is too fine: give at most 6 decimals");
        for text in ["0", "1000000.1", "NaN", "1e3", ""] {
            assert!(read::<Positive>(text).is_err(), "{text}");
        }
        for text in ["-0.1", "1.01"] {
            assert!(read::<Fraction>(text).is_err(), "{text}");
        }
        assert!(read::<Points>("100.1").is_err());
        assert_eq!(read::<Grade>("10.5").unwrap_err(), "10.5 is out of range: give 0 to 10");
        assert!(serde_json::from_value::<Positive>(45.into()).is_err(), "numbers are strings");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let half_life: Positive = read("45.50").unwrap();
        assert_eq!(serde_json::to_value(half_life).unwrap(), "45.50");
        assert_eq!(read::<Whole>("365").unwrap().get(), 365);
        assert_eq!(read::<Factor>("0").unwrap(), Factor::of(0, 0));
    }
}
