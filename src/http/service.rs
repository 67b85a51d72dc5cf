//! What the API says of itself: what there is, whether it lives, whether it is ready.

use std::sync::LazyLock;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Problem, ProblemType};
use super::{HttpState, openapi};

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

/// Whether the service lives or is ready.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `ready`.
    status: &'static str,
    /// The size of the ledger that is answered from.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

/// Whether the process lives
#[utoipa::path(get, path = "/healthz", tag = "service",
    responses((status = 200, description = "It does", body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", size: None })
}

/// Whether the ledger has been read, so that questions are answered
#[utoipa::path(get, path = "/readyz", tag = "service",
    responses((status = 200, description = "It has", body = Health)))]
pub(super) async fn readyz(State(state): State<HttpState>) -> Result<Json<Health>, Problem> {
    if !state.current.is_ready() {
        return Err(Problem::new(ProblemType::NotReady, "the ledger is still being read: ask again in a moment"));
    }
    Ok(Json(Health { status: "ready", size: Some(state.current.load().head().size) }))
}

/// This description
#[utoipa::path(get, path = "/openapi.json", tag = "service",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(super) async fn openapi_json() -> Response {
    let mut response = OPENAPI.clone().into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
