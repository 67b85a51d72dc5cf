//! Small value types that payloads share: bounded whole numbers, quantities, patches and open words.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;

macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident($int:ty), $low:literal to $high:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name($int);

        impl $name {
            /// The number itself.
            pub fn get(self) -> $int {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = Invalid;

            fn try_from(number: i64) -> Result<Self, Invalid> {
                let within = ($low..=$high).contains(&number);
                let fits = <$int>::try_from(number).ok().filter(|_| within);
                fits.map(Self).ok_or_else(|| {
                    Invalid::new(format!(concat!("{} is out of range: give ", $low, " to ", $high), number))
                })
            }
        }

        impl From<$name> for i64 {
            fn from(number: $name) -> i64 {
                number.0.into()
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "integer", "minimum": $low, "maximum": $high})
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                i64::schema()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

bounded!(
    /// How a contact felt in an interaction, from −2 (hostile) to 2 (delighted).
    Sentiment(i8), -2 to 2
);
bounded!(
    /// A criterion's assessed value on its anchored scale, 0 to 10.
    Assessment(u8), 0 to 10
);
bounded!(
    /// A survey score; its instrument narrows the range further.
    Score(u8), 0 to 10
);
bounded!(
    /// A rating from 1 to 5.
    Rating(u8), 1 to 5
);
bounded!(
    /// A weight relative to its siblings, 0 to 1,000,000.
    Weight(u32), 0 to 1_000_000
);
impl Weight {
    /// A weight of this program's own, at most 1,000,000.
    pub(crate) const fn of(weight: u32) -> Self {
        Self(weight)
    }
}

bounded!(
    /// A number of days' notice, 0 to 36,500.
    NoticeDays(u32), 0 to 36_500
);
bounded!(
    /// A duration in seconds, up to ten years.
    Seconds(u32), 0 to 315_360_000
);
bounded!(
    /// How many accounts a person can hold, 0 to 100,000.
    Capacity(u32), 0 to 100_000
);
bounded!(
    /// A share in per cent, 0 to 100.
    Percent(u8), 0 to 100
);

/// What a change does to an optional field: leave it, clear it (`null`), or set it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field is not part of the change.
    #[default]
    Keep,
    /// The field becomes empty.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left alone.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new content of the field, if it is part of the change.
    pub fn as_change(&self) -> Option<Option<&T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Patch_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// Reads a field that may be left out but not emptied: `null` is refused instead of taken for absence.
pub(crate) fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A list that holds at least one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>", into = "Vec<T>")]
#[serde(bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct NonEmpty<T>(Vec<T>);

impl<T> NonEmpty<T> {
    /// The items in order.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> TryFrom<Vec<T>> for NonEmpty<T> {
    type Error = Invalid;

    fn try_from(items: Vec<T>) -> Result<Self, Invalid> {
        if items.is_empty() {
            return Err(Invalid::new("the list is empty: give at least one item"));
        }
        Ok(Self(items))
    }
}

impl<T> From<NonEmpty<T>> for Vec<T> {
    fn from(list: NonEmpty<T>) -> Self {
        list.0
    }
}

impl<T: JsonSchema> JsonSchema for NonEmpty<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("NonEmpty_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Vec::<T>::json_schema(generator);
        schema.insert("minItems".to_owned(), 1.into());
        schema
    }
}

/// Declares an enumeration whose JSON form is one snake-case word per variant.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)?
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema)]
        #[schemars(inline)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word as it is recorded.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            // The derived schema would show the variants, not the words: it cannot see through the macro's literals.
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .enum_values(Some(Self::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Invalid;

            fn from_str(text: &str) -> Result<Self, crate::Invalid> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    let all: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    crate::Invalid::new(format!("\"{text}\" is none of: {}", all.join(", ")))
                })
            }
        }
    )+};
}
pub(crate) use words;

/// A quantity: an exact decimal that is zero or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "crate::Amount", into = "crate::Amount")]
pub struct Quantity(crate::Amount);

impl Quantity {
    /// The number itself.
    pub fn get(self) -> crate::Amount {
        self.0
    }
}

impl TryFrom<crate::Amount> for Quantity {
    type Error = Invalid;

    fn try_from(amount: crate::Amount) -> Result<Self, Invalid> {
        if amount < crate::Amount::ZERO {
            return Err(Invalid::new(format!("{amount} is negative: a quantity is zero or more")));
        }
        Ok(Self(amount))
    }
}

impl From<Quantity> for crate::Amount {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl JsonSchema for Quantity {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"})
    }
}

impl utoipa::PartialSchema for Quantity {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

impl utoipa::ToSchema for Quantity {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_and_say_so() {
        let error = Sentiment::try_from(3).unwrap_err();
        assert_eq!(error.message, "3 is out of range: give -2 to 2");
        assert_eq!(Rating::try_from(5).unwrap().get(), 5);
        assert!(Weight::try_from(-1).is_err());
    }

    #[test]
    fn a_patch_tells_keeping_from_clearing() {
        #[derive(Serialize, Deserialize, PartialEq, Debug)]
        struct Changes {
            #[serde(default, skip_serializing_if = "Patch::is_keep")]
            region: Patch<String>,
        }
        for (json, patch) in [
            ("{}", Patch::Keep),
            (r#"{"region":null}"#, Patch::Clear),
            (r#"{"region":"north"}"#, Patch::Set("north".to_owned())),
        ] {
            let changes: Changes = serde_json::from_str(json).unwrap();
            assert_eq!(changes.region, patch);
            assert_eq!(serde_json::to_string(&changes).unwrap(), json);
        }
    }

    #[test]
    fn an_empty_list_and_a_negative_quantity_are_refused() {
        assert!(serde_json::from_str::<NonEmpty<u8>>("[]").is_err());
        assert!(serde_json::from_str::<Quantity>(r#""-1""#).is_err());
    }
}
