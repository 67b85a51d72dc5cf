//! The spec of `model/attractiveness`: by which criteria accounts are judged worth managing as key accounts.
//!
//! McDonald's directional policy matrix: what an account could be for us, against how we stand with it beside the best
//! competitor. Which criteria there are is the model's own: people assess each on an anchored scale from 0 to 10.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TypedSpec;
use super::number::{Fraction, Grade, Positive, Whole};
use crate::values::Weight;
use crate::{Invalid, Name, Text};

/// What the weights of each group add up to.
pub const WEIGHTS: u32 = 100;

/// The most criteria in a group.
const MAX_CRITERIA: usize = 50;

/// A version of `model/attractiveness`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttractivenessSpec {
    /// What makes an account attractive to us, by name; the weights add up to 100.
    pub criteria: BTreeMap<Name, Criterion>,
    /// What makes a supplier strong in the client's eyes, by name; the weights add up to 100.
    pub strength: BTreeMap<Name, Criterion>,
    /// From where on the two are high.
    pub cuts: Cuts,
    /// By which share each single weight is raised and lowered to see how far a rank rests on it.
    pub sensitivity: Fraction,
    /// How many accounts are proposed to be managed as key accounts, at most.
    pub cap: Whole,
}

/// One criterion, assessed from 0 to 10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// What it weighs in its group, in hundredths of the whole.
    pub weight: Weight,
    /// What 0 means.
    pub low: Text,
    /// What 10 means.
    pub high: Text,
}

/// From where on attractiveness and strength are high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cuts {
    /// The least attractiveness, from 0 to 10, that is high.
    pub attractiveness: Grade,
    /// The least ratio of our strength to the best competitor's that is high.
    pub strength: Positive,
}

/// The criteria of attractiveness with their weights, and what 0 and 10 mean.
const CRITERIA: [(&str, u32, &str, &str); 6] = [
    ("revenue_potential", 25, "no more to sell than today", "among the largest clients that we could have"),
    ("growth", 20, "its business shrinks", "its business grows far faster than its market"),
    ("margin_potential", 20, "sells only below our cost", "pays for value, at our best margins"),
    ("strategic_fit", 15, "needs nothing that we mean to be good at", "needs exactly what we mean to be best at"),
    ("openness", 10, "buys from whoever is cheapest today", "plans and invests together with suppliers"),
    ("cost_to_serve", 10, "so costly to serve that nothing is left", "cheap to serve: few exceptions, few visits"),
];

/// The criteria of strength, as the client sees them, with their weights, and what 0 and 10 mean.
const STRENGTH: [(&str, u32, &str, &str); 5] = [
    ("quality", 30, "fails what was agreed", "the best that can be had"),
    ("delivery", 25, "late and incomplete", "always on time and in full"),
    ("price", 20, "dearer than it is worth", "the best value that can be had"),
    ("innovation", 15, "brings nothing new", "leads, and brings ideas unasked"),
    ("relationship", 10, "unknown to those who decide", "trusted by everybody who decides"),
];

impl TypedSpec for AttractivenessSpec {
    const MODEL: &'static str = "attractiveness";

    fn built_in() -> Self {
        Self {
            criteria: group(&CRITERIA),
            strength: group(&STRENGTH),
            cuts: Cuts { attractiveness: Grade::of(50, 1), strength: Positive::of(10, 1) },
            sensitivity: Fraction::of(2, 1),
            cap: Whole::of(20, 0),
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        check_group("criteria", &self.criteria)?;
        check_group("strength", &self.strength)
    }
}

/// A group of this program's own; that every name and text may be written is held by a test.
fn group(criteria: &[(&str, u32, &str, &str)]) -> BTreeMap<Name, Criterion> {
    let criterion = |(name, weight, low, high): &(&str, u32, &str, &str)| {
        let (low, high) = (Text::new(low).ok()?, Text::new(high).ok()?);
        Some((Name::new(name).ok()?, Criterion { weight: Weight::of(*weight), low, high }))
    };
    criteria.iter().filter_map(criterion).collect()
}

/// A group has criteria, not too many, and their weights add up to 100.
fn check_group(field: &str, criteria: &BTreeMap<Name, Criterion>) -> Result<(), Invalid> {
    if criteria.is_empty() {
        return Err(Invalid::at(field, "names no criterion: give at least one"));
    }
    if criteria.len() > MAX_CRITERIA {
        let message = format!("names {} criteria: give at most {MAX_CRITERIA}", criteria.len());
        return Err(Invalid::at(field, message));
    }
    let sum: u64 = criteria.values().map(|criterion| u64::from(criterion.weight.get())).sum();
    match sum {
        0 => Err(Invalid::at(field, format!("every criterion weighs 0: let the weights add up to {WEIGHTS}"))),
        sum if sum == u64::from(WEIGHTS) => Ok(()),
        sum => Err(Invalid::at(field, format!("the weights add up to {sum}: let them add up to {WEIGHTS}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::models::Spec;

    /// The built-in spec with the value at a pointer replaced.
    fn changed(pointer: &str, value: Value) -> Spec {
        let mut json = serde_json::to_value(AttractivenessSpec::built_in()).unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(field.to_owned(), value);
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_is_built_in_has_every_criterion_and_is_read_as_it_is_written() {
        let spec = AttractivenessSpec::built_in();
        let weights = |group: &BTreeMap<Name, Criterion>| -> Vec<(String, u32)> {
            group.iter().map(|(name, criterion)| (name.to_string(), criterion.weight.get())).collect()
        };
        let named = |of: &[(&str, u32)]| of.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
        let criteria: Vec<_> = named(&[
            ("cost_to_serve", 10),
            ("growth", 20),
            ("margin_potential", 20),
            ("openness", 10),
            ("revenue_potential", 25),
            ("strategic_fit", 15),
        ]);
        assert_eq!(weights(&spec.criteria), criteria);
        let strength: Vec<_> =
            named(&[("delivery", 25), ("innovation", 15), ("price", 20), ("quality", 30), ("relationship", 10)]);
        assert_eq!(weights(&spec.strength), strength);
        assert_eq!(AttractivenessSpec::read(&spec.to_spec()).unwrap(), spec);
    }

    #[test]
    fn a_model_may_have_criteria_of_its_own() {
        let own = json!({
            "size": {"weight": 70, "low": "one site", "high": "many sites"},
            "Nähe zu uns": {"weight": 30, "low": "far", "high": "near"},
        });
        let spec = AttractivenessSpec::read(&changed("/criteria", own)).unwrap();
        assert_eq!(spec.criteria.len(), 2);
    }

    #[test]
    fn a_bad_spec_is_refused_with_its_field() {
        let at = |weight: i64| json!({"a": {"weight": weight, "low": "-", "high": "+"}});
        let many: serde_json::Map<_, _> =
            (0..51).map(|at| (format!("c{at}"), json!({"weight": 2, "low": "-", "high": "+"}))).collect();
        for (pointer, value, field, message) in [
            ("/criteria/growth/weight", json!(-20), "criteria.growth.weight", "-20 is out of range"),
            ("/criteria/growth/weight", json!(20.5), "criteria.growth.weight", "invalid type: floating point"),
            ("/criteria/growth/weight", json!(15), "criteria", "the weights add up to 95: let them add up to 100"),
            ("/criteria/growth/low", json!(""), "criteria.growth.low", ""),
            ("/criteria/growth", json!({"weight": 20, "low": "-"}), "criteria.growth.high", "is missing"),
            ("/criteria", at(0), "criteria", "every criterion weighs 0: let the weights add up to 100"),
            ("/criteria", json!({}), "criteria", "names no criterion: give at least one"),
            ("/criteria", json!(many), "criteria", "names 51 criteria: give at most 50"),
            ("/strength", at(0), "strength", "every criterion weighs 0: let the weights add up to 100"),
            ("/strength", at(101), "strength", "the weights add up to 101: let them add up to 100"),
            ("/strength/price/weight", json!(-1), "strength.price.weight", "-1 is out of range"),
            ("/cuts/attractiveness", json!("10.1"), "cuts.attractiveness", "10.1 is out of range: give 0 to 10"),
            ("/cuts/strength", json!("0"), "cuts.strength", "0 is out of range: give more than 0"),
            ("/sensitivity", json!("1.5"), "sensitivity", "1.5 is out of range: give 0 to 1"),
            ("/cap", json!("0"), "cap", "0 is out of range: give a whole number"),
            ("/colour", json!("red"), "colour", "unknown field"),
        ] {
            let error = AttractivenessSpec::read(&changed(pointer, value)).unwrap_err();
            assert_eq!(error.field, field, "{pointer}: {error}");
            assert!(error.message.starts_with(message), "{pointer}: {error}");
        }
    }
}
