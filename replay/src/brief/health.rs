//! How the account is doing, and what moves that.

use serde::Serialize;
use utoipa::ToSchema;

use super::Asked;
use super::cited::Cited;
use crate::health::{self, Health};

/// The health of the account with what moved each dimension most, by the model in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HealthSection {
    /// The score, its band, what is missing, and each dimension with the events that moved it.
    #[serde(flatten)]
    pub health: Health,
    /// The events that moved it, of all dimensions.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn health(asked: &Asked<'_>) -> HealthSection {
    let health = health::explained(&asked.whole, asked.directory, &asked.model, &asked.as_of, asked.zone);
    let moved = health.dimensions.iter().flat_map(|dimension| &dimension.moved_by).map(|moved| moved.event);
    HealthSection { cited: asked.sources.cite(moved), health }
}
