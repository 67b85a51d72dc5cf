//! `/v1/accounts/{account}/health`: how an account is doing, by a model, and what moved that.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::health::{Health, HealthModel, explained};
use tenure_replay::models::Model;
use tenure_replay::{AsOf, Directory};
use tenure_schemas::Instant;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::params::{Dated, Filter};
use crate::http::problem::Problem;
use crate::http::render::Answer;

/// By which model.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct HealthFilter {
    /// The version of the health model, such as `health/1`; the one in force at the moment when absent. Any version
    /// that is known may be asked for, also one that was published after the moment.
    #[param(example = "health/1")]
    model: Option<String>,
}

impl Filter for HealthFilter {}

/// The health of an account, explained
///
/// Scores are milli-points, of which 100,000 is all. Each dimension says its weight, its score or why it is missing,
/// its contribution (they add up to `overall` exactly), on how much it rests, the figures it was computed from, and in
/// `moved_by` the events that moved it most. `capped_by` names the dimensions that hold the band down. Below the model's
/// least share of evidence the band is `insufficient_data`.
///
/// Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/accounts/{account}/health", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), HealthFilter, Dated),
    responses((status = 200, description = "The health", body = Answer<Health>)))]
pub(in crate::http) async fn health(call: Call) -> Response {
    call.document(Reach::One, read).await
}

fn read(ask: &Ask<HealthFilter>) -> Result<Health, Problem> {
    let (account, directory) = (ask.whole()?, ask.directory());
    let model = match &ask.filter.model {
        Some(name) => named(ask, "model", name)?,
        None => HealthModel::active(&directory.models()),
    };
    let health = explained(&account, &directory, &model, ask.as_of(), &ask.moment.zone);
    directory.finish()?;
    Ok(health)
}

/// The version of the health model that a parameter names, whenever it was published.
pub(super) fn named<F>(ask: &Ask<F>, field: &str, name: &str) -> Result<HealthModel, Problem> {
    let models = ask.view.models(&AsOf::Instant(Instant::MAX));
    let version = name.strip_prefix("health/").and_then(|version| version.parse().ok());
    version.and_then(|version| HealthModel::version_of(&models, version)).ok_or_else(|| {
        let known = models.get("health").into_iter().flat_map(Model::versions);
        let known: Vec<_> = known.map(|version| format!("health/{}", version.version)).collect();
        Problem::bad(field, format!("\"{name}\" is no known version of the health model: give {}", known.join(" or ")))
    })
}
