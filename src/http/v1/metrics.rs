//! `/v1/accounts/{account}/metrics` and `/v1/metrics-report`: what accounts bring in, whether they stay, what they say.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::Directory;
use tenure_replay::engagement::Scale;
use tenure_replay::health::HealthModel;
use tenure_replay::merges::{Accounts, Whole};
use tenure_replay::metrics::{self, Assumptions, Chosen, Group, Groups, Metrics, MetricsBy, Question};
use tenure_schemas::models::Fraction;
use tenure_schemas::{AccountId, Name};
use utoipa::ToSchema;

use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::{Answer, List};

/// What is assumed.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct MetricsFilter {
    /// The share of clients who stay from one period to the next, 0 to 1, for the lifetime value; that of
    /// `model/metrics` when absent.
    #[param(value_type = Option<String>, example = "0.85")]
    retention: Option<Fraction>,
    /// The rate at which a later period's margin is discounted, 0 to 1, for the lifetime value; that of
    /// `model/metrics` when absent.
    #[param(value_type = Option<String>, example = "0.10")]
    discount: Option<Fraction>,
}

impl Filter for MetricsFilter {}

/// How accounts come together, and what is assumed.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct GroupFilter {
    /// What accounts come together by; each on its own when absent.
    #[param(inline)]
    by: Option<MetricsBy>,
    /// The share of clients who stay from one period to the next, 0 to 1, for the lifetime value; that of
    /// `model/metrics` when absent.
    #[param(value_type = Option<String>, example = "0.85")]
    retention: Option<Fraction>,
    /// The rate at which a later period's margin is discounted, 0 to 1, for the lifetime value; that of
    /// `model/metrics` when absent.
    #[param(value_type = Option<String>, example = "0.10")]
    discount: Option<Fraction>,
}

impl Filter for GroupFilter {}

/// The metrics of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountMetrics {
    /// The account.
    account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    /// The account that it is merged into, whose figures its own are a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<AccountId>,
    /// The accounts merged into it whose figures are in these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged_from: Vec<AccountId>,
    #[serde(flatten)]
    metrics: Metrics,
}

impl Row for Group {
    const COLUMNS: &'static [&'static str] = &[
        "by",
        "key",
        "accounts",
        "open_accounts",
        "from",
        "to",
        "money",
        "retention",
        "surveys",
        "relationships",
        "reciprocity",
        "plans",
        "assumptions",
        "missing",
    ];
}

/// What an account brings in, whether it stays, what it says, and how well we know it
///
/// Over the 365 dates that end with the asked one, or as many as `model/metrics` says, compared with as many before.
/// Shares are milli-points, of which 100,000 is all. Money is exact, by currency, and never added across currencies.
/// The lifetime value is `m·r/(1+d−r)` of the margin m, with the retention r and the discount d that `assumptions`
/// states. The net promoter score has the half-width of its 95 % interval. Relationship growth is in thousandths of
/// an effective contact. `missing` lists what the ledger does not tell; nothing is guessed. Accounts merged into it
/// are in the figures. `…/spend` has what was spent by category and civil period.
#[utoipa::path(get, path = "/v1/accounts/{account}/metrics", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), MetricsFilter, Dated),
    responses((status = 200, description = "The metrics", body = Answer<AccountMetrics>)))]
pub(in crate::http) async fn metrics(call: Call) -> Response {
    call.document(Reach::One, read).await
}

/// The metrics of accounts by account, manager, tier or region
///
/// By key, what has none first. Every account that is known at the moment is in exactly one group: under `by=owner`
/// that of the account manager of record at the end of the moment, of several the one who held it longest, and of a
/// closed account the last one, so that retention counts what was lost. Accounts merged into others are a part of
/// these. Figures are those of `/v1/accounts/{account}/metrics`, taken over all accounts of the group together;
/// retention by revenue looks at each account.
#[utoipa::path(get, path = "/v1/metrics-report", tag = "across accounts", params(GroupFilter, Dated, Paged),
    responses((status = 200, description = "A page of groups", body = List<Group>)))]
pub(in crate::http) async fn metrics_report(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn read(ask: &Ask<MetricsFilter>) -> Result<AccountMetrics, Problem> {
    let MetricsFilter { retention, discount } = ask.filter;
    let whole = ask.whole()?;
    let question = question(ask, Chosen { retention, discount })?;
    Ok(AccountMetrics {
        account: whole.own().account().clone(),
        name: whole.own().profile().name.clone(),
        merged_into: whole.own().lifecycle().merged_into().cloned(),
        merged_from: whole.merged_ids(),
        metrics: metrics::metrics(&whole, &question),
    })
}

fn page(ask: &Ask<GroupFilter>) -> Result<Page<Option<String>, Group>, Problem> {
    let GroupFilter { by, retention, discount } = ask.filter;
    let question = question(ask, Chosen { retention, discount })?;
    let directory = ask.directory();
    let mut groups = Groups::new(by.unwrap_or_default(), &question);
    ask.each_account(&Among::All, None, |account| {
        groups.add(&Whole::of(account.clone(), &directory), &directory);
        true
    })?;
    directory.finish()?;
    ask.page(groups.finish().map(|group| (group.key.clone(), group)))
}

/// What is asked, by the models that are in force at the moment.
fn question<F>(ask: &Ask<F>, chosen: Chosen) -> Result<Question, Problem> {
    let directory = ask.directory();
    let models = directory.models();
    directory.finish()?;
    let endless = || {
        let says = "is 0 while retention is 1: the lifetime value would have no end; give a discount above 0";
        Problem::bad("discount", says)
    };
    let assumptions = Assumptions::of(&models, chosen).ok_or_else(endless)?;
    let scale = Scale::of(&HealthModel::active(&models).spec().dimensions.engagement);
    Ok(Question::new(ask.as_of(), &ask.moment.zone, assumptions, scale))
}
