//! A row of `/v1/replay`: an account at one step.

use std::collections::BTreeMap;

use serde::Serialize;
use tenure_replay::Account;
use tenure_replay::AsOf;
use tenure_replay::account::{CommitmentStatus, OrderStatus, Status};
use tenure_replay::health::{Band, Health};
use tenure_replay::merges::{Accounts as _, Whole};
use tenure_schemas::payload::account::{Stage, Tier};
use tenure_schemas::{AccountId, Name, PersonId};
use utoipa::ToSchema;

use crate::http::format::Row;
use crate::http::v1::health_history::Reading;

/// What is worked out of an account at a step.
pub(super) struct Scored {
    pub(super) reading: Reading,
    pub(super) status: Status,
    pub(super) owners: Vec<PersonId>,
    pub(super) health: Health,
    /// By the model that it is compared with.
    pub(super) compared: Option<Health>,
}

/// An account at one step.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ReplayRow {
    /// The account.
    account: AccountId,
    /// The step: a date, to its end, or the instant of an event.
    at: String,
    /// How the past is read.
    reading: Reading,
    /// Its name.
    #[schema(required = true)]
    name: Option<Name>,
    /// Where it stands.
    status: Status,
    /// Prospect or customer.
    #[schema(required = true)]
    stage: Option<Stage>,
    /// Its tier.
    #[schema(required = true)]
    tier: Option<Tier>,
    /// Its sales region.
    #[schema(required = true)]
    region: Option<Name>,
    /// The account that it is a part of.
    #[schema(required = true)]
    parent: Option<AccountId>,
    /// The account managers of record.
    owners: Vec<PersonId>,
    /// How many orders are not delivered.
    open_orders: u64,
    /// How many issues are open.
    open_issues: u64,
    /// How many promises are open, ours and theirs.
    open_commitments: u64,
    /// The health model with its version.
    model: String,
    /// The score in milli-points; `null` where every dimension is missing.
    #[schema(required = true)]
    overall: Option<u32>,
    /// How good that is.
    band: Band,
    /// The share of the weights whose dimensions are not missing, in milli-points.
    evidence_share: u32,
    /// The scores of the dimensions by name; `null` where one is missing.
    scores: BTreeMap<&'static str, Option<u32>>,
    /// The score by the model that it is compared with; absent without `compare`.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<Compared>,
}

/// The score of an account by another model.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Compared {
    /// The model with its version.
    model: String,
    /// The score in milli-points; `null` where every dimension is missing.
    #[schema(required = true)]
    overall: Option<u32>,
    /// How good that is.
    band: Band,
    /// The share of the weights whose dimensions are not missing, in milli-points.
    evidence_share: u32,
}

impl Row for ReplayRow {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "at",
        "reading",
        "name",
        "status",
        "stage",
        "tier",
        "region",
        "parent",
        "owners",
        "open_orders",
        "open_issues",
        "open_commitments",
        "model",
        "overall",
        "band",
        "evidence_share",
        "scores.engagement",
        "scores.sentiment",
        "scores.service",
        "scores.commercial",
        "scores.plan",
        "scores.breadth",
        "scores.ownership",
        "compared.model",
        "compared.overall",
        "compared.band",
        "compared.evidence_share",
    ];
}

impl ReplayRow {
    /// An account with those merged into it as of a step, read and scored.
    pub(super) fn of(whole: &Whole, as_of: &AsOf, worked_out: Scored) -> Self {
        let Scored { reading, status, owners, health, compared } = worked_out;
        let profile = whole.own().profile().clone();
        let count = |each: &dyn Fn(&Account) -> usize| whole.accounts().map(each).sum::<usize>() as u64;
        let scores = health.scores();
        let Health { account, model, overall, band, evidence_share, .. } = health;
        Self {
            account,
            at: as_of.to_string(),
            reading,
            name: profile.name,
            status,
            stage: profile.stage,
            tier: profile.tier,
            region: profile.region,
            parent: profile.parent,
            owners,
            open_orders: count(&|one| one.orders().filter(|order| order.status == OrderStatus::Placed).count()),
            open_issues: count(&|one| one.issues().filter(|issue| issue.is_open()).count()),
            open_commitments: count(&|one| {
                one.commitments().filter(|made| made.status == CommitmentStatus::Open).count()
            }),
            model,
            overall,
            band,
            evidence_share,
            scores,
            compared: compared.map(Compared::of),
        }
    }
}

impl Compared {
    fn of(health: Health) -> Self {
        let Health { model, overall, band, evidence_share, .. } = health;
        Self { model, overall, band, evidence_share }
    }
}
