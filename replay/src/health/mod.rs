//! The health of an account: seven dimensions, each with what it rests on, and one score out of those that are there.
//!
//! Scores are functions of the ledger by a model that is data ([`tenure_schemas::models::HealthSpec`]). Work is done in
//! 64-bit floating point with the functions of `libm`, summing in the order of the events' positions, so that every
//! machine gets the same bits; a dimension is rounded once to milli-points, halves to even, and the overall score is
//! rounded once from those. Ages are whole civil days from an event's date to the asked date in the asked zone, and a
//! time of n days up to a date is the n dates that end with it.
//!
//! Scores describe accounts. They are not made for judging employees.

mod breadth;
mod commercial;
mod engagement;
mod explain;
mod measure;
mod model;
mod overall;
mod ownership;
mod plan;
mod sentiment;
mod service;
pub mod waterfall;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::models::HealthSpec;
use tenure_schemas::{AccountId, Currency, Zone};
use utoipa::ToSchema;

pub(crate) use self::breadth::{effective_contacts, effective_number};
use self::measure::{Context, Measure};
pub use self::model::HealthModel;
pub(crate) use self::ownership::Tenures;
use crate::account::Account;
use crate::directory::Directory;
use crate::engagement::asked_date;
use crate::merges::Accounts;
use crate::moment::AsOf;
pub use tenure_schemas::models::health::Dimension;

/// How good a score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthBand)]
pub enum Band {
    /// Too much is missing to say.
    InsufficientData,
    /// Bad.
    Red,
    /// To be watched.
    Yellow,
    /// Good.
    Green,
}

/// Why a dimension has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The account has no event at the moment.
    AccountUnknown,
    /// We were never in touch.
    NoInteraction,
    /// The client never said how content it is.
    NoAnswer,
    /// What the client said is so old that it says too little.
    AnswersTooOld,
    /// No issue was ever raised.
    NoIssue,
    /// The period to compare with has no orders, or they net to nothing.
    NoEarlierOrders,
    /// The account has no active plan.
    NoPlan,
    /// The plan has no objective that counts.
    NoObjective,
    /// No contact was ever known.
    NoContact,
}

/// One dimension of an account's health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DimensionScore {
    /// Which.
    pub dimension: Dimension,
    /// What it weighs in the model.
    pub weight: u32,
    /// The score in milli-points, from 0 to 100,000; absent where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<u32>,
    /// Why there is no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Its part of the overall score in milli-points; the parts add up to it exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contribution: Option<u32>,
    /// On how many interactions, answers, issues, orders, objectives, contacts or assignments it rests.
    pub evidence: u64,
    /// The figures that it was computed from, by name, rounded to six decimals.
    #[schema(value_type = BTreeMap<String, String>)]
    pub figures: BTreeMap<&'static str, String>,
    /// The currencies whose orders are not in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_currencies: Vec<Currency>,
    /// The events that moved it most, where an explanation was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved_by: Vec<Moved>,
}

/// An event that a dimension rests on, and by how much it moved its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MovedBy)]
pub struct Moved {
    /// The position of the event.
    pub event: u64,
    /// By how many milli-points the score would be lower without it, negative where it would be higher; of engagement
    /// its part of the score. Absent where there would be no score without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<i64>,
}

/// The health of an account at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccountHealth)]
pub struct Health {
    /// The account.
    pub account: AccountId,
    /// The model with its version, such as `health/1`.
    pub model: String,
    /// The score in milli-points, from 0 to 100,000; absent where every dimension is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overall: Option<u32>,
    /// How good that is.
    pub band: Band,
    /// The dimensions that hold the band down; empty where the band is that of the score.
    pub capped_by: Vec<Dimension>,
    /// The share of the weights whose dimensions are not missing, in milli-points.
    pub evidence_share: u32,
    /// Every dimension, in the order of the model.
    pub dimensions: Vec<DimensionScore>,
}

impl Health {
    /// The scores of the dimensions by name; `None` where one is missing.
    pub fn scores(&self) -> BTreeMap<&'static str, Option<u32>> {
        self.dimensions.iter().map(|one| (one.dimension.as_str(), one.score)).collect()
    }

    /// One dimension.
    pub fn dimension(&self, dimension: Dimension) -> Option<&DimensionScore> {
        self.dimensions.iter().find(|score| score.dimension == dimension)
    }
}

/// The health of an account that stands as of the moment, by a model. Days are civil days of `zone`.
///
/// What happened in accounts that are merged into it counts too; who owns it, its tier and its plan are its own.
/// An account without any event at the moment has no figure: every dimension is missing.
pub fn health(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    model: &HealthModel,
    as_of: &AsOf,
    zone: &Zone,
) -> Health {
    let context = Context::new(accounts, directory, model.spec(), as_of, zone);
    let scores = Dimension::ALL.iter().map(|dimension| score(*dimension, &context)).collect();
    overall::sum_up(context.account.account().clone(), model, scores)
}

/// As [`health`], with the events that moved each dimension most.
pub fn explained(
    accounts: &impl Accounts,
    directory: &dyn Directory,
    model: &HealthModel,
    as_of: &AsOf,
    zone: &Zone,
) -> Health {
    let context = Context::new(accounts, directory, model.spec(), as_of, zone);
    let explained = Dimension::ALL.iter().map(|dimension| {
        let measure = measure_of(*dimension, &context);
        let score = score_of(*dimension, &context, measure.as_ref());
        let moved_by = if score.score.is_some() { explain::moved_by(measure.as_ref()) } else { Vec::new() };
        DimensionScore { moved_by, ..score }
    });
    overall::sum_up(context.account.account().clone(), model, explained.collect())
}

/// The figures that one dimension is computed from, by name, rounded to six decimals.
pub(crate) fn figures(
    dimension: Dimension,
    accounts: &impl Accounts,
    directory: &dyn Directory,
    model: &HealthModel,
    as_of: &AsOf,
    zone: &Zone,
) -> BTreeMap<&'static str, String> {
    measure_of(dimension, &Context::new(accounts, directory, model.spec(), as_of, zone)).figures()
}

fn score(dimension: Dimension, context: &Context<'_>) -> DimensionScore {
    score_of(dimension, context, measure_of(dimension, context).as_ref())
}

fn score_of(dimension: Dimension, context: &Context<'_>, measure: &(dyn Measure + '_)) -> DimensionScore {
    let is_known = context.account.lifecycle().first_event_at.is_some();
    let outcome = if is_known { measure.score(None) } else { Err(Missing::AccountUnknown) };
    DimensionScore {
        dimension,
        weight: context.spec.weight(dimension),
        score: outcome.ok().map(measure::milli),
        missing: outcome.err(),
        contribution: None,
        evidence: measure.evidence() as u64,
        figures: measure.figures(),
        excluded_currencies: measure.excluded_currencies(),
        moved_by: Vec::new(),
    }
}

fn measure_of<'a>(dimension: Dimension, context: &Context<'a>) -> Box<dyn Measure + 'a> {
    match dimension {
        Dimension::Engagement => Box::new(engagement::Touches::of(context)),
        Dimension::Sentiment => Box::new(sentiment::Answers::of(context)),
        Dimension::Service => Box::new(service::Load::of(context)),
        Dimension::Commercial => Box::new(commercial::Trade::of(context)),
        Dimension::Plan => Box::new(plan::Progress::of(context)),
        Dimension::Breadth => Box::new(breadth::Circle::of(context)),
        Dimension::Ownership => Box::new(ownership::Accountability::of(context)),
    }
}
