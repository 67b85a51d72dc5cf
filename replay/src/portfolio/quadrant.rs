//! The four quadrants of the matrix, and which of them an account may be in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::score::Level;

/// A quadrant of the matrix, or why an account is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quadrant {
    /// Attractive, and we are strong: keep and deepen.
    Strategic,
    /// Attractive, and we are weak: invest to become strong.
    Star,
    /// Not attractive, and we are strong: keep with less effort.
    Status,
    /// Not attractive, and we are weak: serve at little cost.
    Streamline,
    /// What is missing could put it into several of them.
    Undecided,
    /// Nothing of its attractiveness was assessed.
    NotAssessed,
}

impl Quadrant {
    /// The quadrant of two levels, and those that are possible where it is undecided.
    pub(super) fn of(attractiveness: Level, strength: Level) -> (Self, Vec<Self>) {
        let may_be = |level: Level, wanted: Level| level == wanted || level == Level::Undecided;
        let quadrants = [
            (Self::Strategic, Level::High, Level::High),
            (Self::Star, Level::High, Level::Low),
            (Self::Status, Level::Low, Level::High),
            (Self::Streamline, Level::Low, Level::Low),
        ];
        let possible = quadrants
            .into_iter()
            .filter(|(_, attractive, strong)| may_be(attractiveness, *attractive) && may_be(strength, *strong));
        let possible: Vec<Self> = possible.map(|(quadrant, _, _)| quadrant).collect();
        match possible.as_slice() {
            [only] => (*only, Vec::new()),
            _ => (Self::Undecided, possible),
        }
    }
}
