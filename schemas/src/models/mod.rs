//! The models whose numbers Tenure computes with: one type per model, and the one place that checks their specs.

pub mod attractiveness;
pub mod handover;
pub mod health;
mod metrics;
mod number;

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use attractiveness::AttractivenessSpec;
pub use handover::HandoverSpec;
pub use health::HealthSpec;
pub use metrics::MetricsSpec;
pub use number::{Factor, Fraction, Grade, Points, Positive, Whole};

use crate::values::words;
use crate::{Invalid, Name, Payload, Stream, StreamClass};

/// A model's numbers and words, as an event has them.
pub type Spec = BTreeMap<Name, Value>;

/// The version of a model that is known without having been published, and in force until another is activated.
pub const BUILT_IN_VERSION: u32 = 1;

words! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

/// A model whose spec has a type of its own.
pub trait TypedSpec: Serialize + DeserializeOwned {
    /// The model's name, which its stream has after `model/`.
    const MODEL: &'static str;

    /// The spec of [`BUILT_IN_VERSION`].
    fn built_in() -> Self;

    /// Refuses numbers that contradict each other; errors name the field.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }

    /// Reads and checks a spec; errors name the field.
    fn read(spec: &Spec) -> Result<Self, Invalid> {
        let fields = spec.iter().map(|(name, value)| (name.to_string(), value.clone()));
        let read: Self =
            serde_path_to_error::deserialize(Value::Object(fields.collect())).map_err(Invalid::of_shape)?;
        read.check()?;
        Ok(read)
    }

    /// The spec as an event has it.
    fn to_spec(&self) -> Spec {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else { return Spec::new() };
        fields.into_iter().filter_map(|(name, value)| Some((Name::new(&name).ok()?, value))).collect()
    }
}

/// A typed spec, for asking it without knowing its type.
struct Typed {
    model: &'static str,
    check: fn(&Spec) -> Result<(), Invalid>,
    built_in: fn() -> Spec,
}

impl Typed {
    const fn of<T: TypedSpec>() -> Self {
        Self { model: T::MODEL, check: |spec| T::read(spec).map(drop), built_in: || T::built_in().to_spec() }
    }
}

/// Every model whose spec has a type of its own, by name.
const TYPED: &[Typed] = &[
    Typed::of::<AttractivenessSpec>(),
    Typed::of::<HandoverSpec>(),
    Typed::of::<HealthSpec>(),
    Typed::of::<MetricsSpec>(),
];

fn typed(model: &str) -> Option<&'static Typed> {
    TYPED.iter().find(|typed| typed.model == model)
}

/// Refuses a spec with which the model of this name cannot be computed; errors name the field. Of a model that this
/// version does not compute, the spec may say anything.
pub fn check(model: &str, spec: &Spec) -> Result<(), Invalid> {
    typed(model).map_or(Ok(()), |typed| (typed.check)(spec))
}

/// Refuses what the stream of a model cannot say; errors name the field in the payload.
pub fn check_payload(stream: &Stream, payload: &Payload) -> Result<(), Invalid> {
    let Payload::ModelPublished(published) = payload else { return Ok(()) };
    if stream.class() != StreamClass::Model {
        return Ok(());
    }
    check(stream.id(), &published.spec).map_err(|error| error.under("spec"))
}

/// The names of the models that are known without having been published, in order.
pub fn built_in_models() -> impl Iterator<Item = &'static str> {
    TYPED.iter().map(|typed| typed.model)
}

/// The spec of [`BUILT_IN_VERSION`] of a model, if it has one.
pub fn built_in(model: &str) -> Option<Spec> {
    typed(model).map(|typed| (typed.built_in)())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_specs_pass_their_own_check() {
        let names: Vec<_> = built_in_models().collect();
        assert!(names.is_sorted() && !names.is_empty(), "{names:?}");
        for model in names {
            let spec = built_in(model).unwrap();
            assert!(!spec.is_empty(), "{model}");
            assert_eq!(check(model, &spec), Ok(()), "{model}");
        }
    }

    #[test]
    fn a_model_that_is_not_computed_may_say_anything() {
        let spec = Spec::from([(Name::new("colour").unwrap(), Value::from("red"))]);
        assert_eq!(check("astrology", &spec), Ok(()));
        assert_eq!(check("health", &spec).unwrap_err().field, "colour");
    }
}
