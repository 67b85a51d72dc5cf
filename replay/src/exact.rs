//! Exact sums: amounts added and multiplied without ever losing a digit, however many there are.

use std::cmp::Ordering;
use std::fmt;
use std::ops::AddAssign;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use tenure_schemas::Amount;
use tenure_schemas::values::Quantity;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A sum of amounts, exact, written as a string such as `"20565.6206"`; it may have more digits than one amount can.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(BigDecimal);

impl Exact {
    /// What a quantity of something costs at a price. Has the decimals of the price, and more only where they count.
    pub fn product(quantity: Quantity, price: Amount) -> Self {
        let price = Self::from(price);
        let decimals = price.0.fractional_digit_count();
        let product = (Self::from(quantity.get()).0 * price.0).normalized();
        let decimals = product.fractional_digit_count().max(decimals);
        Self(product.with_scale(decimals))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// This times a number, exactly.
    #[must_use]
    pub fn times(&self, number: Decimal) -> Self {
        Self(&self.0 * Self::from(Amount::from(number)).0)
    }

    /// This divided by a number, to so many decimals, halves to even; `None` where the number is not above zero.
    #[must_use]
    pub fn divided_by(&self, number: Decimal, decimals: u32) -> Option<Self> {
        divide(&self.0, &Self::from(Amount::from(number)).0, decimals).map(Self)
    }

    /// How many milli-points this is of `whole`, halves to even: 100,000 where both are the same. `None` where `whole`
    /// is not above zero, or the number would be absurd.
    pub fn milli_points_of(&self, whole: &Self) -> Option<i64> {
        let share = divide(&self.0, &whole.0, 5)?;
        let (digits, _) = share.with_scale(5).into_bigint_and_exponent();
        digits.try_into().ok()
    }

    /// This without `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }
}

/// `numerator / denominator` to so many decimals, halves to even; `None` where the denominator is not above zero.
fn divide(numerator: &BigDecimal, denominator: &BigDecimal, decimals: u32) -> Option<BigDecimal> {
    let (above, above_scale) = numerator.as_bigint_and_exponent();
    let (below, below_scale) = denominator.as_bigint_and_exponent();
    if below.sign() != Sign::Plus {
        return None;
    }
    let shift = below_scale + i64::from(decimals) - above_scale;
    let power = BigInt::from(10).pow(u32::try_from(shift.unsigned_abs()).ok()?);
    let (above, below) = if shift >= 0 { (above * power, below) } else { (above, below * power) };
    let (sign, size) = above.into_parts();
    let (size, below) = (BigInt::from(size), below);
    let (whole, rest) = (&size / &below, &size % &below);
    let is_odd = &whole % 2 == BigInt::from(1);
    let doubled: BigInt = rest * 2;
    let up = match doubled.cmp(&below) {
        Ordering::Less => false,
        Ordering::Equal => is_odd,
        Ordering::Greater => true,
    };
    let rounded = whole + i32::from(up);
    let signed = if sign == Sign::Minus { -rounded } else { rounded };
    Some(BigDecimal::new(signed, i64::from(decimals)))
}

impl From<Amount> for Exact {
    fn from(amount: Amount) -> Self {
        let decimal = amount.decimal();
        Self(BigDecimal::new(BigInt::from(decimal.mantissa()), i64::from(decimal.scale())))
    }
}

impl AddAssign<&Self> for Exact {
    fn add_assign(&mut self, other: &Self) {
        self.0 += &other.0;
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.to_plain_string())
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for Exact {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
        text.description(Some("An exact sum; it may have more digits than one amount can.")).into()
    }
}

impl ToSchema for Exact {}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        text.parse::<Amount>().unwrap().into()
    }

    #[test]
    fn sums_lose_no_digit() {
        let mut sum = exact("9999999999999999999999999999");
        for text in ["0.0000000000000000000000000001", "9999999999999999999999999999", "-0.50"] {
            sum += &exact(text);
        }
        assert_eq!(sum.to_string(), "19999999999999999999999999997.5000000000000000000000000001");
        assert_eq!(exact("1.50").minus(&exact("1.5")).to_string(), "0.00");
        assert!(exact("0.00").is_zero());
    }

    #[test]
    fn quotients_are_rounded_half_to_even() {
        for (above, below, quotient) in [
            ("42500.00", "0.25", Some("170000.00")),
            ("0.125", "1", Some("0.12")),
            ("0.375", "1", Some("0.38")),
            ("-0.125", "1", Some("-0.12")),
            ("-2", "3", Some("-0.67")),
            ("1", "0.003", Some("333.33")),
            ("1", "0", None),
            ("1", "-1", None),
        ] {
            let divided = exact(above).divided_by(below.parse().unwrap(), 2);
            assert_eq!(divided.map(|quotient| quotient.to_string()).as_deref(), quotient, "{above}/{below}");
        }
        for (part, whole, share) in [("1", "3", Some(33_333)), ("-18.0", "100", Some(-18_000)), ("5", "0", None)] {
            assert_eq!(exact(part).milli_points_of(&exact(whole)), share, "{part}/{whole}");
        }
    }

    #[test]
    fn products_have_the_decimals_of_the_price() {
        for (quantity, price, product) in [
            ("2", "10.50", "21.00"),
            ("2.000", "10.5", "21.0"),
            ("0.333", "12.3456", "4.1110848"),
            ("3", "-7", "-21"),
            ("0", "1.99", "0.00"),
            (
                "9999999999999999999999999999",
                "9999999999999999999999999999",
                "99999999999999999999999999980000000000000000000000000001",
            ),
        ] {
            let quantity = Quantity::try_from(quantity.parse::<Amount>().unwrap()).unwrap();
            assert_eq!(Exact::product(quantity, price.parse().unwrap()).to_string(), product);
        }
    }
}
