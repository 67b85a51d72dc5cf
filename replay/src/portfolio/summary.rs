//! The portfolio in a few numbers: how many accounts are where, and how many decisions differ from the proposals.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AttractivenessModel, Cap, PortfolioRow, Proposal, Quadrant, ReasonCode};

/// How many open accounts are in each quadrant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioQuadrants)]
pub struct Quadrants {
    /// Attractive, and we are strong.
    pub strategic: u32,
    /// Attractive, and we are weak.
    pub star: u32,
    /// Not attractive, and we are strong.
    pub status: u32,
    /// Not attractive, and we are weak.
    pub streamline: u32,
    /// What is missing could put them into several.
    pub undecided: u32,
    /// Nothing of their attractiveness was assessed.
    pub not_assessed: u32,
}

/// What people decided beside what is proposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioDecisions)]
pub struct Decisions {
    /// Accounts on which both say the same.
    pub agree: u32,
    /// Proposed, and people decided not to manage them as key accounts.
    pub proposed_only: u32,
    /// Managed as key accounts by decision, and surely not proposed.
    pub decided_only: u32,
    /// Open accounts on which nobody decided, or the model cannot say.
    pub open: u32,
}

/// The portfolio in a few numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioSummary)]
pub struct Summary {
    /// The model with its version, such as `attractiveness/1`.
    pub model: String,
    /// The least attractiveness that is high, from 0 to 10.
    pub attractiveness_cut: String,
    /// The least ratio of our strength to the best competitor's that is high.
    pub strength_cut: String,
    /// By which share each single weight is changed for the best and worst places.
    pub sensitivity: String,
    /// How many accounts are proposed at most.
    pub cap: Cap,
    /// How many accounts are open.
    pub accounts: u32,
    /// How many accounts are closed.
    pub closed: u32,
    /// How many of the open ones are where.
    pub quadrants: Quadrants,
    /// How many are proposed.
    pub keys: u32,
    /// How many are attractive enough and beyond the cap.
    pub beyond_cap: u32,
    /// How many are surely not attractive enough.
    pub below_cut: u32,
    /// How many are between the two because criteria were not assessed.
    pub attractiveness_undecided: u32,
    /// What people decided beside that.
    pub decisions: Decisions,
}

impl Summary {
    /// Sums up the rows of a portfolio.
    pub fn of(rows: &[PortfolioRow], model: &AttractivenessModel, cap: &Cap) -> Self {
        let spec = model.spec();
        let reasons = |code| count(rows, |row| row.reasons.iter().any(|reason| reason.code == code));
        Self {
            model: model.name(),
            attractiveness_cut: spec.cuts.attractiveness.to_string(),
            strength_cut: spec.cuts.strength.to_string(),
            sensitivity: spec.sensitivity.to_string(),
            cap: *cap,
            accounts: count(rows, |row| row.quadrant.is_some()),
            closed: count(rows, |row| row.quadrant.is_none()),
            quadrants: Quadrants::of(rows),
            keys: count(rows, |row| row.proposal == Proposal::Key),
            beyond_cap: reasons(ReasonCode::BeyondCap),
            below_cut: reasons(ReasonCode::BelowCut),
            attractiveness_undecided: reasons(ReasonCode::Undecided),
            decisions: Decisions::of(rows),
        }
    }
}

impl Quadrants {
    fn of(rows: &[PortfolioRow]) -> Self {
        let of = |quadrant| count(rows, |row| row.quadrant == Some(quadrant));
        Self {
            strategic: of(Quadrant::Strategic),
            star: of(Quadrant::Star),
            status: of(Quadrant::Status),
            streamline: of(Quadrant::Streamline),
            undecided: of(Quadrant::Undecided),
            not_assessed: of(Quadrant::NotAssessed),
        }
    }
}

impl Decisions {
    fn of(rows: &[PortfolioRow]) -> Self {
        let differs = |row: &PortfolioRow, proposal| row.agrees == Some(false) && row.proposal == proposal;
        Self {
            agree: count(rows, |row| row.agrees == Some(true)),
            proposed_only: count(rows, |row| differs(row, Proposal::Key)),
            decided_only: count(rows, |row| differs(row, Proposal::NotKey)),
            open: count(rows, |row| row.agrees.is_none() && row.quadrant.is_some()),
        }
    }
}

fn count(rows: &[PortfolioRow], is_counted: impl Fn(&PortfolioRow) -> bool) -> u32 {
    u32::try_from(rows.iter().filter(|row| is_counted(row)).count()).unwrap_or(u32::MAX)
}
