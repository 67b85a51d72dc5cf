//! What the model proposes for each account, why, and whether people decided the same.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tenure_schemas::Name;
use utoipa::ToSchema;

use super::score::{Level, Score, shown};
use super::{Cap, Judged};

/// Whether to manage an account as a key account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PortfolioProposal)]
pub enum Proposal {
    /// Manage it as one.
    Key,
    /// Do not, or not as far as is known.
    NotKey,
}

/// Why an account is proposed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PortfolioReasonCode)]
pub enum ReasonCode {
    /// Proposed: it is surely attractive enough, and there is room.
    WithinCap,
    /// It is surely attractive enough, and others come before it.
    BeyondCap,
    /// It is surely not attractive enough.
    BelowCut,
    /// What was not assessed decides.
    Undecided,
    /// Nothing of its attractiveness was assessed.
    NotAssessed,
    /// It is closed.
    Closed,
}

/// Why an account is proposed or not, in words and as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioReason)]
pub struct Reason {
    /// Which rule.
    pub code: ReasonCode,
    /// The same in words.
    pub text: String,
    /// The criteria that were not assessed, the heaviest first, where they decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Name>,
    /// Its place among those that are surely attractive enough, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
    /// How many those are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
}

impl Reason {
    fn new(code: ReasonCode, text: String) -> Self {
        Self { code, text, missing: Vec::new(), place: None, of: None }
    }

    /// Of an account that is surely attractive enough.
    fn by_place(place: u32, of: u32, cap: &Cap) -> Self {
        let (code, but) =
            if place <= cap.accounts { (ReasonCode::WithinCap, ":") } else { (ReasonCode::BeyondCap, ", but") };
        let text = format!("attractive enough{but} number {place} of {of}, with room for {}", cap.accounts);
        Self { place: Some(place), of: Some(of), ..Self::new(code, text) }
    }

    fn below(score: &Score, cut: Decimal) -> Self {
        let at_most = if score.min == score.max { "" } else { "at most " };
        Self::new(ReasonCode::BelowCut, format!("{at_most}{}, below the cut of {cut}", shown(score.max)))
    }

    fn undecided(score: &Score, cut: Decimal) -> Self {
        let (min, max) = (shown(score.min), shown(score.max));
        let names: Vec<&str> = score.missing.iter().map(Name::as_str).collect();
        let names = names.join(", ");
        let text = format!("between {min} and {max}, with the cut of {cut} within: not assessed: {names}");
        Self { missing: score.missing.clone(), ..Self::new(ReasonCode::Undecided, text) }
    }
}

/// Why an account is proposed or not. `place` is its place among the `of` accounts that are surely attractive enough.
pub(super) fn reason(judged: &Judged, model: &str, cut: Decimal, cap: &Cap, place: u32, of: u32) -> Reason {
    if let Some(since) = &judged.closed_since {
        return Reason::new(ReasonCode::Closed, format!("closed since {since}"));
    }
    let Some(score) = &judged.attractiveness else {
        return Reason::new(ReasonCode::NotAssessed, format!("no criterion of {model} was assessed"));
    };
    match judged.level {
        Level::High => Reason::by_place(place, of, cap),
        Level::Low => Reason::below(score, cut),
        Level::Undecided => Reason::undecided(score, cut),
    }
}

impl ReasonCode {
    /// What the model proposes for this reason.
    pub fn proposal(self) -> Proposal {
        match self {
            Self::WithinCap => Proposal::Key,
            Self::BeyondCap | Self::BelowCut | Self::Undecided | Self::NotAssessed | Self::Closed => Proposal::NotKey,
        }
    }

    /// Whether that is the same as what people decided; `None` where the model cannot say, or nobody decided.
    pub(super) fn agrees(self, manage_as_key: Option<bool>) -> Option<bool> {
        match self {
            Self::WithinCap => manage_as_key,
            Self::BeyondCap | Self::BelowCut => manage_as_key.map(|key| !key),
            Self::Undecided | Self::NotAssessed | Self::Closed => None,
        }
    }
}
