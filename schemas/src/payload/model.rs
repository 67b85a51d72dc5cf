//! Scoring models, service levels and calendars: whatever shapes an answer, as events.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shape::payload;
use crate::{Check, Invalid, Name};

payload! {
    /// A version of a model is known from here on; a version never changes.
    Published {
        /// The version in its model.
        version: u32,
        /// The model's numbers and words; whole numbers, or decimals as strings.
        spec: BTreeMap<Name, Value>,
    }
    /// A version of a model is the one in force from here on.
    Activated {
        /// The version in its model.
        version: u32,
    }
}

impl Check for Published {
    fn check(&self) -> Result<(), Invalid> {
        self.spec
            .iter()
            .try_for_each(|(name, value)| no_floats(value).map_err(|error| error.under(&format!("spec.{name}"))))
    }
}

/// Refuses numbers with a point: two machines may read them differently, so they are written as strings.
fn no_floats(value: &Value) -> Result<(), Invalid> {
    match value {
        Value::Number(number) if number.is_f64() => {
            Err(Invalid::new(format!("{number} has a point: write it as the string \"{number}\"")))
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| no_floats(item).map_err(|error| error.under(&format!("[{at}]")))),
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| no_floats(field).map_err(|error| error.under(name)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}
