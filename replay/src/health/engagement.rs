//! `engagement`: what being in touch weighs by now, against what it would weigh on cadence.
//!
//! `100·min(1, E/E*)` with `E = Σ channel·direction·0.5^(age/H)`, and `E* = 1/(1−0.5^(c/H))` for one touch of weight 1
//! every c days. Only interactions that took place count.

use std::collections::BTreeMap;

use super::Missing;
use super::measure::{Context, FULL, Measure, Part, but, figure, float};
use crate::engagement::Scale;

/// The interactions with what each weighs, in the order of their events.
pub(super) struct Touches {
    weights: Vec<(u64, f64)>,
    cadence_days: f64,
    on_cadence: f64,
}

impl Touches {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let spec = &context.spec.dimensions.engagement;
        let scale = Scale::of(spec);
        let held = context.held();
        let mut weights: Vec<(u64, f64)> =
            held.map(|held| (held.event, scale.weight(held, context.asked, context.zone))).collect();
        weights.sort_unstable_by_key(|(event, _)| *event);
        let cadence_days = float(spec.cadence_days.get(context.account.profile().tier));
        let on_cadence = 1.0 / (1.0 - libm::exp2(-cadence_days / float(spec.half_life_days)));
        Self { weights, cadence_days, on_cadence }
    }

    fn level(&self, without: Option<usize>) -> f64 {
        but(&self.weights, without).map(|(_, weight)| weight).sum()
    }
}

impl Measure for Touches {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        if but(&self.weights, without).next().is_none() {
            return Err(Missing::NoInteraction);
        }
        Ok(FULL * (self.level(without) / self.on_cadence).min(1.0))
    }

    fn parts(&self) -> Vec<Part> {
        self.weights.iter().map(|(event, weight)| Part { event: *event, heaviness: *weight }).collect()
    }

    fn shares(&self) -> Option<Vec<f64>> {
        let (score, level) = (self.score(None).ok()?, self.level(None));
        let share = |weight: f64| if level > 0.0 { score * weight / level } else { 0.0 };
        Some(self.weights.iter().map(|(_, weight)| share(*weight)).collect())
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("level", figure(self.level(None))),
            ("on_cadence_level", figure(self.on_cadence)),
            ("cadence_days", figure(self.cadence_days)),
        ])
    }
}
