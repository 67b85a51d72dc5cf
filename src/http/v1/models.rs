//! `/v1/models` and below: what scores and clocks are computed with, version by version.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::models::{Activation, Model, Published};
use tenure_replay::{Change, Models};
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::params::{Dated, Filter, NoFilter, Paged};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::{Answer, List};

/// A model in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ModelItem {
    /// The model's name.
    model: String,
    /// The version in force; `null` where none was activated.
    #[schema(required = true)]
    active: Option<u32>,
    /// The newest version.
    newest: Option<u32>,
    /// How many versions are known.
    versions: u64,
}

impl Row for ModelItem {
    const COLUMNS: &'static [&'static str] = &["model", "active", "newest", "versions"];
}

/// A version of a model, without its spec.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VersionItem {
    /// The number of the version.
    version: u32,
    /// Whether Tenure brings it along.
    is_built_in: bool,
    /// Whether it is in force.
    is_active: bool,
    /// Where its spec is.
    spec: String,
}

/// A model.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ModelBody {
    #[serde(flatten)]
    model: ModelItem,
    /// Which version was in force when, in order; what begins at `null` was built in.
    activations: Vec<Activation>,
    /// The versions, in order.
    all: Vec<VersionItem>,
}

/// A version of a model.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VersionBody {
    /// The model's name.
    model: String,
    /// Whether it is in force.
    is_active: bool,
    #[serde(flatten)]
    version: Published,
    /// When it was in force, in order; what begins at `null` was built in.
    activations: Vec<Activation>,
}

/// What scores and clocks are computed with
///
/// The models of which a version is known at the moment, in the order of their names. Version 1 of some is built in:
/// known without anybody's having published it, and in force until another version is activated.
#[utoipa::path(get, path = "/v1/models", tag = "ledger", params(Dated, Paged),
    responses((status = 200, description = "A page of models", body = List<ModelItem>)))]
pub(in crate::http) async fn models(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| {
        let models = ask.view.models(ask.as_of());
        ask.page(models.models().map(|model| (model.name().to_owned(), item(model))))
    })
    .await
}

/// A model with its versions
#[utoipa::path(get, path = "/v1/models/{model}", tag = "ledger",
    params(("model" = String, Path, description = "The model's name", example = "health"), Dated),
    responses((status = 200, description = "The model", body = Answer<ModelBody>)))]
pub(in crate::http) async fn model(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| {
        let models = ask.view.models(ask.as_of());
        find(ask, &models).map(describe)
    })
    .await
}

/// A version of a model
///
/// With its numbers and words, who published it when, and when it was in force.
#[utoipa::path(get, path = "/v1/models/{model}/{version}", tag = "ledger",
    params(("model" = String, Path, description = "The model's name", example = "health"),
        ("version" = u32, Path, description = "The number of the version", example = 1), Dated),
    responses((status = 200, description = "The version", body = Answer<VersionBody>)))]
pub(in crate::http) async fn model_version(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| {
        let models = ask.view.models(ask.as_of());
        let model = find(ask, &models)?;
        let version = version_of(model, ask.part("version"), ask.as_of())?;
        let is_of = |activation: &&Activation| activation.version == version.version;
        Ok(VersionBody {
            model: model.name().to_owned(),
            is_active: is_active(model, version),
            version: version.clone(),
            activations: model.activations().iter().filter(is_of).cloned().collect(),
        })
    })
    .await
}

/// Against which version.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ModelDiffFilter {
    /// The number of the version to compare with; the one before when absent.
    #[param(value_type = Option<u32>, example = 1)]
    from: Option<String>,
}

impl Filter for ModelDiffFilter {}

/// What differs between two versions of a model.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ModelDiffBody {
    /// The model's name.
    model: String,
    /// The version that is compared with.
    from: u32,
    /// The version.
    to: u32,
    /// The fields that differ: `before` in `from`, `after` in `to`.
    changes: Vec<Change>,
}

/// What differs between two versions of a model
///
/// Field by field. A version never changes, so neither does this.
#[utoipa::path(get, path = "/v1/models/{model}/{version}/diff", tag = "ledger",
    params(("model" = String, Path, description = "The model's name", example = "health"),
        ("version" = u32, Path, description = "The number of the version", example = 2), ModelDiffFilter, Dated),
    responses((status = 200, description = "What differs", body = Answer<ModelDiffBody>)))]
pub(in crate::http) async fn model_diff(call: Call) -> Response {
    call.document(Reach::One, compare).await
}

fn compare(ask: &Ask<ModelDiffFilter>) -> Result<ModelDiffBody, Problem> {
    let models = ask.view.models(ask.as_of());
    let model = find(ask, &models)?;
    let to = version_of(model, ask.part("version"), ask.as_of())?;
    let before = || model.versions().take_while(|version| version.version < to.version).last();
    let from = match &ask.filter.from {
        Some(text) => version_of(model, text, ask.as_of())?,
        None => before().unwrap_or(to),
    };
    let changes = from.changes_to(to);
    Ok(ModelDiffBody { model: model.name().to_owned(), from: from.version, to: to.version, changes })
}

fn find<'a, F>(ask: &Ask<F>, models: &'a Models) -> Result<&'a Model, Problem> {
    let name = ask.part("model");
    models.get(name).ok_or_else(|| {
        let detail = format!("no version of a model \"{name}\" is known as of {}: /v1/models lists all", ask.as_of());
        Problem::new(ProblemType::UnknownModel, detail)
    })
}

/// The version that a text names, if it is known.
fn version_of<'a>(model: &'a Model, text: &str, as_of: &tenure_replay::AsOf) -> Result<&'a Published, Problem> {
    let known = text.parse().ok().and_then(|version| model.version(version));
    known.ok_or_else(|| {
        let versions: Vec<_> = model.versions().map(|known| known.version.to_string()).collect();
        let (name, versions) = (model.name(), versions.join(", "));
        let detail = format!("model {name} has no version \"{text}\" as of {as_of}: it has {versions}");
        Problem::new(ProblemType::UnknownModel, detail)
    })
}

/// The version that the path names, whenever it was published.
pub(super) fn published<'a, F>(ask: &Ask<F>, models: &'a Models) -> Result<&'a Published, Problem> {
    version_of(find(ask, models)?, ask.part("version"), ask.as_of())
}

fn is_active(model: &Model, version: &Published) -> bool {
    model.active().is_some_and(|active| active.version == version.version)
}

fn item(model: &Model) -> ModelItem {
    ModelItem {
        model: model.name().to_owned(),
        active: model.active().map(|active| active.version),
        newest: model.versions().last().map(|newest| newest.version),
        versions: model.versions().count() as u64,
    }
}

fn describe(model: &Model) -> ModelBody {
    let version = |version: &Published| VersionItem {
        version: version.version,
        is_built_in: version.is_built_in,
        is_active: is_active(model, version),
        spec: format!("/v1/models/{}/{}", crate::http::address::escape(model.name()), version.version),
    };
    ModelBody {
        model: item(model),
        activations: model.activations().to_vec(),
        all: model.versions().map(version).collect(),
    }
}
