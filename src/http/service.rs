//! What the API says of itself: what there is, whether it lives, whether it is ready.

use std::sync::LazyLock;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tenure_schemas::Instant;
use utoipa::ToSchema;

use super::problem::{Problem, ProblemType};
use super::{HttpState, openapi};
use crate::view::View;

/// What there is.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Index {
    /// The name of the service.
    service: &'static str,
    /// Every endpoint.
    endpoints: Vec<Endpoint>,
}

/// One endpoint.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Endpoint {
    /// The path, with its variable parts in braces.
    path: String,
    /// What it answers.
    about: String,
}

/// The description as bytes; it depends on the code alone.
static OPENAPI: LazyLock<Bytes> = LazyLock::new(|| serde_json::to_vec(&openapi()).unwrap_or_default().into());

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let paths = openapi().paths.paths.into_iter();
    let endpoints =
        paths.map(|(path, item)| Endpoint { about: item.get.and_then(|get| get.summary).unwrap_or_default(), path });
    Index { service: "tenure", endpoints: endpoints.collect() }
});

/// Every endpoint and what it answers
#[utoipa::path(get, path = "/", tag = "service", responses((status = 200, description = "The index", body = Index)))]
pub(super) async fn index() -> Json<Index> {
    Json(INDEX.clone())
}

/// Whether the service lives.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// Whether questions are answered, and how far the answers are behind the ledger.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Always `ready`.
    status: &'static str,
    /// How many events of the ledger answers rest on.
    size: u64,
    /// How many events the ledger holds.
    log_size: u64,
    /// How many of them answers do not rest on yet.
    lag: u64,
    /// When the first of those was recorded; `null` while there are none, and where it cannot be read.
    behind_since: Option<Instant>,
}

/// Whether the process lives
#[utoipa::path(get, path = "/healthz", tag = "service",
    responses((status = 200, description = "It does", body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the ledger has been read, so that questions are answered, and how far answers are behind it
#[utoipa::path(get, path = "/readyz", tag = "service",
    responses((status = 200, description = "It has", body = Readiness)))]
pub(super) async fn readyz(State(state): State<HttpState>) -> Result<Json<Readiness>, Problem> {
    if !state.current.is_ready() {
        return Err(Problem::new(ProblemType::NotReady, "the ledger is still being read: ask again in a moment"));
    }
    let view = state.current.load();
    let found = tokio::task::spawn_blocking(move || readiness(&view)).await;
    Ok(Json(found.map_err(|_| Problem::internal())?))
}

fn readiness(view: &View) -> Readiness {
    let behind_since = view.behind_since().unwrap_or_else(|error| {
        // The lag itself says that something is the matter; what could be read is still answered.
        tracing::error!(reason = crate::chain(&error), "the first event that answers lack could not be read");
        None
    });
    let (size, log_size) = (view.head().size, view.log_size());
    Readiness { status: "ready", size, log_size, lag: log_size.saturating_sub(size), behind_since }
}

/// This description
#[utoipa::path(get, path = "/openapi.json", tag = "service",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(super) async fn openapi_json() -> Response {
    let mut response = OPENAPI.clone().into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
