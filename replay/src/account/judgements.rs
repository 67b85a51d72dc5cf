//! What people judged of an account: criteria that they assessed, and the tiers that they decided.

use std::sync::Arc;

use imbl::Vector;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::account::{CriterionAssessed, Tier, TierDecided};
use tenure_schemas::values::Assessment as Value;
use tenure_schemas::{Actor, Instant, Name, Text};
use utoipa::ToSchema;

use super::rare::Rare;
use crate::effects::Step;
use crate::moment::civil_date;

/// A criterion as it was assessed once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CriterionAssessment)]
pub struct Assessment {
    /// The position of the event that reports it.
    pub event: u64,
    /// When it was assessed.
    pub assessed_at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub assessed_date: Option<Date>,
    /// By which model, as it was reported, such as `attractiveness/1`.
    pub model: Name,
    /// The criterion's name in the model.
    pub criterion: Name,
    /// Who is assessed: `account`, `us` or `competitor:<name>`.
    pub subject: Name,
    /// The value on the criterion's anchored scale, from 0 to 10.
    pub value: Value,
    /// Why.
    pub rationale: Text,
    /// Who assessed it.
    pub by: Actor,
}

impl Assessment {
    /// The model's name, whatever the version.
    pub fn model_name(&self) -> &str {
        self.model.as_str().rsplit_once('/').map_or(self.model.as_str(), |(name, _)| name)
    }

    /// The competitor who is assessed, if one is.
    pub fn competitor(&self) -> Option<&str> {
        self.subject.as_str().strip_prefix("competitor:").map(str::trim)
    }
}

/// A tier as people decided it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TierDecision {
    /// The position of the event that reports it.
    pub event: u64,
    /// When it was decided.
    pub decided_at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub decided_date: Option<Date>,
    /// The tier.
    pub tier: Tier,
    /// Whether it is managed as a key account.
    pub manage_as_key: bool,
    /// Why.
    pub rationale: Text,
    /// The model that proposed it, as it was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Name>,
    /// Who reported the decision.
    pub by: Actor,
}

/// The assessments and decisions of one account, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Judgements {
    assessments: Vector<Arc<Assessment>>,
    tiers: Vector<Arc<TierDecision>>,
}

impl Judgements {
    pub(crate) fn assessments(&self) -> impl DoubleEndedIterator<Item = &Assessment> {
        self.assessments.iter().map(AsRef::as_ref)
    }

    pub(crate) fn tiers(&self) -> impl DoubleEndedIterator<Item = &TierDecision> {
        self.tiers.iter().map(AsRef::as_ref)
    }
}

pub(crate) fn assess(judgements: &mut Rare<Judgements>, said: &CriterionAssessed, step: &mut Step<'_>) {
    // The word is well-formed, so this is always somebody.
    let Some(subject) = said.subject.clone().or_else(|| Name::new("account").ok()) else { return };
    let assessment = Assessment {
        event: step.position(),
        assessed_at: step.at(),
        assessed_date: civil_date(step.when),
        model: said.model.clone(),
        criterion: said.criterion.clone(),
        subject,
        value: said.value,
        rationale: said.rationale.clone(),
        by: step.event.actor.clone(),
    };
    step.note_new(|| format!("assessments.{}", assessment.event), &assessment);
    judgements.write().assessments.push_back(Arc::new(assessment));
}

pub(crate) fn decide(judgements: &mut Rare<Judgements>, said: &TierDecided, step: &mut Step<'_>) {
    let decision = TierDecision {
        event: step.position(),
        decided_at: step.at(),
        decided_date: civil_date(step.when),
        tier: said.tier,
        manage_as_key: said.manage_as_key,
        rationale: said.rationale.clone(),
        model: said.model.clone(),
        by: step.event.actor.clone(),
    };
    step.note_new(|| format!("tier_decisions.{}", decision.event), &decision);
    judgements.write().tiers.push_back(Arc::new(decision));
}
