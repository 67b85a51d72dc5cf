//! Exact sums: amounts added and multiplied without ever losing a digit, however many there are.

use std::fmt;
use std::ops::AddAssign;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
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

    /// This without `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }
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
