//! What the ledger itself knows of an account, to stand beside what people assessed.
//!
//! Nothing of this is in the score: it is there for whoever assesses, and for whoever doubts an assessment.

use std::collections::BTreeMap;

use serde::Serialize;
use tenure_schemas::{Currency, Zone};
use utoipa::ToSchema;

use crate::directory::Directory;
use crate::engagement::Scale;
use crate::exact::Exact;
use crate::health::{self, Dimension, HealthModel};
use crate::merges::Whole;
use crate::metrics::{self, Assumptions, CurrencyMetrics, Question, Reciprocity};
use crate::moment::AsOf;

/// What an account earned us in one currency, over the period of the metrics. Shares are milli-points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Earned {
    /// The currency.
    pub currency: Currency,
    /// What was ordered, net.
    pub revenue: Exact,
    /// What serving it cost; absent where no cost was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Exact>,
    /// Revenue less cost; absent where no cost was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Exact>,
    /// The margin as a share of the revenue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin_share: Option<i64>,
}

impl Earned {
    fn of(known: CurrencyMetrics) -> Self {
        let CurrencyMetrics { currency, revenue, cost, margin, margin_share, .. } = known;
        Self { currency, revenue, cost, margin, margin_share }
    }
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
    /// What it earned us, by currency: beside margin potential and cost to serve.
    pub earned: Vec<Earned>,
    /// Who reached out: beside openness.
    pub reciprocity: Reciprocity,
}

/// The evidence of an account and those merged into it, which stand as of the moment. Days are civil days of `zone`.
pub fn evidence(accounts: &Whole, directory: &dyn Directory, as_of: &AsOf, zone: &Zone) -> Evidence {
    let models = directory.models();
    let model = HealthModel::active(&models);
    let figures = |dimension| health::figures(dimension, accounts, directory, &model, as_of, zone);
    let scale = Scale::of(&model.spec().dimensions.engagement);
    let known = metrics::metrics(accounts, &Question::new(as_of, zone, Assumptions::in_force(&models), scale));
    Evidence {
        model: model.name(),
        growth: figures(Dimension::Commercial),
        breadth: figures(Dimension::Breadth),
        earned: known.money.into_iter().map(Earned::of).collect(),
        reciprocity: known.reciprocity,
    }
}
