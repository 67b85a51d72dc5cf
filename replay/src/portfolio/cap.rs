//! How many accounts may be proposed, and who said so.

use serde::{Deserialize, Serialize};
use tenure_schemas::Instant;
use utoipa::ToSchema;

use super::AttractivenessModel;
use crate::person::Person;

/// What the cap comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapSource {
    /// The model.
    Model,
    /// Who asks.
    Query,
    /// The capacities of our people.
    Capacities,
    /// The model, because no person who works for us has a capacity.
    ModelWithoutCapacities,
}

/// How many accounts are proposed at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioCap)]
pub struct Cap {
    /// How many.
    pub accounts: u32,
    /// What that comes from.
    pub source: CapSource,
    /// Of how many people the capacities were added up, where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
}

impl Cap {
    /// The cap of the model.
    pub fn of_model(model: &AttractivenessModel) -> Self {
        let accounts = u32::try_from(model.spec().cap.get()).unwrap_or(0);
        Self { accounts, source: CapSource::Model, people: None }
    }

    /// What somebody asks for.
    pub fn asked(accounts: u32) -> Self {
        Self { accounts, source: CapSource::Query, people: None }
    }

    /// The sum of the capacities of those who work for us at an instant; the model's cap where nobody has one.
    pub fn of_capacities<'a>(
        people: impl Iterator<Item = &'a Person>,
        at: Instant,
        model: &AttractivenessModel,
    ) -> Self {
        let capacities: Vec<u32> = people
            .filter(|person| person.is_employed(at))
            .filter_map(|person| person.capacity.map(tenure_schemas::values::Capacity::get))
            .collect();
        if capacities.is_empty() {
            return Self { source: CapSource::ModelWithoutCapacities, ..Self::of_model(model) };
        }
        let accounts = capacities.iter().fold(0, |sum: u32, capacity| sum.saturating_add(*capacity));
        let people = u32::try_from(capacities.len()).ok();
        Self { accounts, source: CapSource::Capacities, people }
    }
}
