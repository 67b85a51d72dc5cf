//! `/v1/replay`: history walked in steps, account by account: state, ownership and scores, for analysis.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{CommitmentStatus, OrderStatus, Status};
use tenure_replay::health::{Band, Health, HealthModel, health};
use tenure_replay::merges::{Accounts as _, Whole};
use tenure_replay::{Account, AsOf, Directory as _, ownership};
use tenure_schemas::payload::account::{Stage, Tier};
use tenure_schemas::{AccountId, Instant, Name, PersonId, Stream};
use utoipa::ToSchema;

use super::accounts::wants;
use super::health::named;
use super::health_history::{Every, Reading, dates};
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::view::View;

/// How far the steps lie apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// A day.
    Day,
    /// A week.
    #[default]
    Week,
    /// A civil month.
    Month,
    /// From one event of the account to the next.
    Event,
}

impl Step {
    /// The distance of dates; `None` for events.
    fn every(self) -> Option<Every> {
        match self {
            Self::Day => Some(Every::Day),
            Self::Week => Some(Every::Week),
            Self::Month => Some(Every::Month),
            Self::Event => None,
        }
    }
}

/// Which part of history is walked, and how.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ReplayFilter {
    /// The date of the first step; a year before the moment when absent. The last one is the moment.
    #[param(example = "2024-01-01")]
    from: Option<String>,
    /// How far the steps lie apart; `week` when absent.
    #[param(inline)]
    step: Option<Step>,
    /// How the past is read: `restated` with all that is known, or `reported` with what was known then; `restated` when
    /// absent.
    #[param(inline)]
    reading: Option<Reading>,
    /// The version of the health model to restate by; the one in force at the moment when absent.
    #[param(example = "health/1")]
    model: Option<String>,
    /// Only this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only steps at which the account is in this sales region.
    #[param(value_type = Option<String>)]
    region: Option<Name>,
    /// Only steps at which the account is of this tier.
    #[param(inline)]
    tier: Option<Tier>,
}

impl Filter for ReplayFilter {}

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
    ];
}

/// History walked in steps
///
/// Account by account in the order of their ids, and in each from `from` to the moment: what state it was in, who
/// answered for it, and how it scored. An account has steps from its first event on. Follow `next` to the end: a page is
/// made from no more than its steps need, however long the history.
///
/// Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/replay", tag = "accounts", params(ReplayFilter, Dated, Paged),
    responses((status = 200, description = "A page of steps", body = List<ReplayRow>)))]
pub(in crate::http) async fn replay(call: Call) -> Response {
    call.list(Reach::All, page).await
}

type Key = (AccountId, Instant);

fn page(ask: &Ask<ReplayFilter>) -> Result<Page<Key, ReplayRow>, Problem> {
    let model = match &ask.filter.model {
        Some(name) => named(ask, "model", name)?,
        None => HealthModel::active(&ask.view.models(ask.as_of())),
    };
    let mut pager: Pager<Key, ReplayRow> = ask.pager()?;
    let after = pager.after().cloned();
    let from = after.as_ref().map(|(account, _)| account);
    let one = ask.filter.account.as_ref();
    let all = from.into_iter().chain(ask.view.account_ids(from));
    for id in all.filter(|id| wants(one, Some(id))) {
        for as_of in steps(ask, id)? {
            let key = (id.clone(), as_of.instant());
            if after.as_ref().is_some_and(|after| key <= *after) {
                continue;
            }
            ask.go_on()?;
            let Some(row) = row(ask, id, &as_of, &model)? else { continue };
            if pager.offer(key, || row).is_break() {
                return Ok(pager.finish());
            }
        }
    }
    Ok(pager.finish())
}

/// The moments of the steps in an account.
fn steps(ask: &Ask<ReplayFilter>, id: &AccountId) -> Result<Vec<AsOf>, Problem> {
    let filter = &ask.filter;
    let dates = dates(ask, filter.from.as_ref(), filter.step.unwrap_or_default().every().unwrap_or(Every::Day))?;
    let zone = &ask.moment.zone;
    if filter.step.unwrap_or_default().every().is_some() {
        return Ok(dates.map(|date| ask.at_the_end_of(date)).collect());
    }
    let Some(first) = dates.take(1).next().map(|date| zone.start_of(date)) else { return Ok(Vec::new()) };
    let history = tenure_replay::audit::timeline(&ask.view.stream(&Stream::account(id))?, ask.as_of());
    let times: BTreeSet<Instant> = history.into_iter().map(|entry| entry.event.occurred_at).collect();
    Ok(times.into_iter().filter(|at| (first..=ask.instant()).contains(at)).map(AsOf::Instant).collect())
}

/// An account at a step; `None` before its first event, and where it is filtered out.
fn row(
    ask: &Ask<ReplayFilter>,
    id: &AccountId,
    as_of: &AsOf,
    model: &HealthModel,
) -> Result<Option<ReplayRow>, Problem> {
    match ask.filter.reading.unwrap_or(Reading::Restated) {
        Reading::Restated => row_in(ask, &ask.view, id, as_of, Some(model)),
        Reading::Reported => {
            let then = ask.moment.knowing.then(&ask.view, as_of.instant())?;
            row_in(ask, &then, id, as_of, None)
        }
    }
}

fn row_in(
    ask: &Ask<ReplayFilter>,
    view: &View,
    id: &AccountId,
    as_of: &AsOf,
    model: Option<&HealthModel>,
) -> Result<Option<ReplayRow>, Problem> {
    let directory = view.directory(as_of);
    let Some(own) = view.account(id, as_of)? else { return Ok(None) };
    let status = ownership::status(&own, &directory, as_of);
    let profile = own.profile();
    let is_wanted = wants(ask.filter.region.as_ref(), profile.region.as_ref())
        && wants(ask.filter.tier.as_ref(), profile.tier.as_ref());
    if status == Status::Unknown || !is_wanted {
        return Ok(None);
    }
    let owners = ownership::managers(&own, &directory, as_of);
    let whole = Whole::of(own, &directory);
    let in_force = HealthModel::active(&directory.models());
    let health = health(&whole, &directory, model.unwrap_or(&in_force), as_of, &ask.moment.zone);
    directory.finish()?;
    let reading = if model.is_some() { Reading::Restated } else { Reading::Reported };
    Ok(Some(ReplayRow::of(&whole, as_of, reading, status, owners, health)))
}

impl ReplayRow {
    fn of(
        whole: &Whole,
        as_of: &AsOf,
        reading: Reading,
        status: Status,
        owners: Vec<PersonId>,
        health: Health,
    ) -> Self {
        let profile = whole.own().profile().clone();
        let count = |each: &dyn Fn(&Account) -> usize| whole.accounts().map(each).sum::<usize>() as u64;
        let scores = health.dimensions.iter().map(|one| (one.dimension.as_str(), one.score)).collect();
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
        }
    }
}
