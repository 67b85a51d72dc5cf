//! Reading what payloads hold in plain form: civil dates to the letter, and data without a type of its own.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Invalid;

/// Reads a civil date written `YYYY-MM-DD` and nothing else: a time of day would be dropped unseen.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    crate::parse_date(&text).map_err(serde::de::Error::custom)
}

/// Reads a civil date as [`date`] does, or its absence.
pub(super) fn optional_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| crate::parse_date(&text).map_err(serde::de::Error::custom)).transpose()
}

/// How deep plain data in a payload may nest. Stored bytes are read to a depth of 64, the envelope included.
const MAX_PLAIN_DEPTH: usize = 32;

/// Refuses plain data that cannot be read back alike everywhere: numbers with a point, and deep nesting.
pub(super) fn plain(value: &Value) -> Result<(), Invalid> {
    plain_within(value, MAX_PLAIN_DEPTH)
}

fn plain_within(value: &Value, depth: usize) -> Result<(), Invalid> {
    let deeper = |item: &Value| {
        let left = depth.checked_sub(1);
        let left =
            left.ok_or_else(|| Invalid::new(format!("nests deeper than {MAX_PLAIN_DEPTH} levels: flatten it")))?;
        plain_within(item, left)
    };
    match value {
        Value::Number(number) if number.is_f64() => {
            Err(Invalid::new(format!("{number} has a point: write it as the string \"{number}\"")))
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(at, item)| deeper(item).map_err(|error| error.under(&format!("[{at}]"))))
        }
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| deeper(field).map_err(|error| error.under(name)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}
