//! What the ledger itself knows of an account, to stand beside what people assessed.
//!
//! Nothing of this is in the score: it is there for whoever assesses, and for whoever doubts an assessment.

use std::collections::BTreeMap;
use std::num::NonZero;

use serde::Serialize;
use tenure_schemas::Zone;
use tenure_schemas::payload::interaction::Direction;
use utoipa::ToSchema;

use crate::account::{Account, Held};
use crate::directory::Directory;
use crate::engagement::{age_days, asked_date};
use crate::health::{self, Dimension, HealthModel};
use crate::merges::{Accounts, Whole};
use crate::moment::AsOf;
use crate::round::half_even;

/// The days up to the asked one whose interactions are counted.
const DAYS: i32 = 365;

/// Who reached out, in the 365 days up to the asked one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reciprocity {
    /// How often the client did.
    pub inbound: u32,
    /// How often we did.
    pub outbound: u32,
    /// How often both met.
    pub mutual: u32,
    /// The client's share of what one side began, in milli-points; absent where neither did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbound_share: Option<u32>,
}

/// What the ledger knows of an account. Amounts and numbers are texts, rounded to six decimals where they are computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PortfolioEvidence)]
pub struct Evidence {
    /// The version of the health model whose periods and half-lives count, such as `health/1`.
    pub model: String,
    /// What was ordered in the last period (`recent`) and the one before (`earlier`), in which `currency`, and the
    /// `growth` where there was something to grow from: beside growth and revenue potential.
    #[schema(value_type = BTreeMap<String, String>)]
    pub growth: BTreeMap<&'static str, String>,
    /// How many contacts we know equally well (`effective_contacts`), how many that should be, and the share of the
    /// important roles that we are in touch with: beside relationship.
    #[schema(value_type = BTreeMap<String, String>)]
    pub breadth: BTreeMap<&'static str, String>,
    /// Who reached out: beside openness.
    pub reciprocity: Reciprocity,
}

/// The evidence of an account and those merged into it, which stand as of the moment. Days are civil days of `zone`.
pub fn evidence(accounts: &Whole, directory: &dyn Directory, as_of: &AsOf, zone: &Zone) -> Evidence {
    let model = HealthModel::active(&directory.models());
    let figures = |dimension| health::figures(dimension, accounts, directory, &model, as_of, zone);
    Evidence {
        model: model.name(),
        growth: figures(Dimension::Commercial),
        breadth: figures(Dimension::Breadth),
        reciprocity: reciprocity(accounts, as_of, zone),
    }
}

fn reciprocity(accounts: &Whole, as_of: &AsOf, zone: &Zone) -> Reciprocity {
    let asked = asked_date(as_of, zone);
    let is_recent = |held: &&Held| age_days(held.when().date_in(zone), asked) < DAYS;
    let mut found = Reciprocity::default();
    for held in accounts.accounts().flat_map(Account::held).filter(is_recent) {
        match held.direction {
            Direction::Inbound => found.inbound += 1,
            Direction::Outbound => found.outbound += 1,
            Direction::Mutual => found.mutual += 1,
        }
    }
    let begun = NonZero::new(i128::from(found.inbound) + i128::from(found.outbound));
    let share = begun.map(|begun| half_even(i128::from(found.inbound) * 100_000, begun));
    Reciprocity { inbound_share: share.and_then(|share| u32::try_from(share).ok()), ..found }
}
