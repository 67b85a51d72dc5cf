//! Scoring models, service levels and calendars: whatever shapes an answer, as events.

use std::collections::BTreeMap;

use serde_json::Value;

use super::plain;
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
            .try_for_each(|(name, value)| plain(value).map_err(|error| error.under(&format!("spec.{name}"))))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Kind;

    #[test]
    fn the_deepest_spec_that_is_taken_can_be_read_back() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        let read =
            |levels| Kind::ModelPublished.payload_from_json(json!({"version": 1, "spec": {"deep": nested(levels)}}));
        let deepest = read(32).unwrap();
        let bytes = deepest.to_bytes().unwrap();
        assert_eq!(Kind::ModelPublished.payload_from_bytes(&bytes).unwrap(), deepest);
        assert!(read(33).unwrap_err().message.contains("deeper than 32 levels"));
    }
}
