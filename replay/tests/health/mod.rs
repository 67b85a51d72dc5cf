//! Health by the model: the worked example to the digit, and the corner cases of every dimension.

mod breadth;
mod commercial;
mod engagement;
mod explained;
mod ownership;
mod plan;
mod sentiment;
mod service;
mod waterfall;
mod whole;

use serde_json::Value;
use tenure_replay::health::{Dimension, DimensionScore, Health, HealthModel, Missing, health};
use tenure_schemas::{Event, Zone};

use crate::kit::*;

/// The date that most questions are about.
const ASKED: &str = "2024-06-30";

/// The date so many days before [`ASKED`].
pub(crate) fn ago(days: i64) -> String {
    (jiff::civil::date(2024, 6, 30) - jiff::Span::new().days(days)).to_string()
}

/// Events of `acme` in the order in which they are told, each so many days before [`ASKED`].
pub(crate) struct Told(pub(crate) Vec<Event>);

impl Told {
    /// An account that was opened so many days ago.
    pub(crate) fn opened(days: i64) -> Self {
        Self(vec![opened(0, &ago(days))])
    }

    pub(crate) fn and(self, days: i64, kind: &str, says: Value) -> Self {
        self.at(&ago(days), kind, says)
    }

    pub(crate) fn at(mut self, time: &str, kind: &str, says: Value) -> Self {
        let position = self.0.len() as u64;
        self.0.push(ev(position, time, kind, says));
        self
    }

    pub(crate) fn tier(self, days: i64, tier: &str) -> Self {
        let says = serde_json::json!({"tier": tier, "manage_as_key": tier == "key", "rationale": "as told"});
        self.and(days, "account.tier_decided", says)
    }
}

/// The health of `acme` by a model, as of a moment.
pub(crate) fn health_by(events: &[Event], model: &HealthModel, time: &str) -> Health {
    let as_of = as_of(time);
    let zone: Zone = time.split_once('@').map_or("UTC", |(_, zone)| zone).parse().unwrap();
    let firm = Firm::of(events, &as_of);
    let account = tenure_replay::Directory::account(&firm, &acme()).unwrap();
    health(&account, &firm, model, &as_of, &zone)
}

pub(crate) fn health_at(events: &[Event], time: &str) -> Health {
    health_by(events, &HealthModel::built_in(), time)
}

pub(crate) fn dimension(events: &[Event], dimension: Dimension, time: &str) -> DimensionScore {
    health_at(events, time).dimension(dimension).unwrap().clone()
}

/// The score of a dimension on [`ASKED`], or why there is none.
#[track_caller]
pub(crate) fn score(told: &Told, of: Dimension) -> Result<u32, Missing> {
    let score = dimension(&told.0, of, ASKED);
    score.score.ok_or_else(|| score.missing.unwrap())
}
