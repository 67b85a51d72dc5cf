//! `/v1/schemas`: what may be recorded, kind by kind.

use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use tenure_schemas::payload::Nature;
use tenure_schemas::{Kind, StreamClass};
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::params::{Paged, Undated};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::List;

/// One version of one kind of event.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SchemaItem {
    /// The kind, such as `order.placed`.
    kind: &'static str,
    /// The version of the payload's schema.
    version: u32,
    /// The classes of streams that events of the kind belong in.
    streams: Vec<StreamClass>,
    /// Whether events of the kind must say why.
    needs_reason: bool,
    /// Where the JSON Schema of the payload is.
    schema: String,
}

impl Row for SchemaItem {
    const COLUMNS: &'static [&'static str] = &["kind", "version", "streams", "needs_reason", "schema"];
}

/// Every kind of event and its versions
///
/// In the order of the catalogue.
#[utoipa::path(get, path = "/v1/schemas", tag = "ledger", params(Paged),
    responses((status = 200, description = "A page of kinds", body = List<SchemaItem>)))]
pub(in crate::http) async fn schemas(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<Undated>| {
        ask.page(Kind::ALL.iter().zip(0_u32..).map(|(kind, at)| (at, item(*kind))))
    })
    .await
}

fn item(kind: Kind) -> SchemaItem {
    let version = kind.version();
    SchemaItem {
        kind: kind.as_str(),
        version,
        streams: StreamClass::ALL.iter().copied().filter(|class| kind.belongs_in(*class)).collect(),
        needs_reason: kind.nature() == Nature::Reasoned,
        schema: format!("/v1/schemas/{kind}/{version}"),
    }
}

/// The JSON Schema of a payload
#[utoipa::path(get, path = "/v1/schemas/{kind}/{version}", tag = "ledger",
    params(("kind" = String, Path, description = "The kind", example = "order.placed"),
        ("version" = u32, Path, description = "The version", example = 1)),
    responses((status = 200, description = "JSON Schema, draft 2020-12", body = Object)))]
pub(in crate::http) async fn schema(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<Undated>| find(ask)).await
}

fn find(ask: &Ask<Undated>) -> Result<Value, Problem> {
    let (kind, version) = (ask.part("kind"), ask.part("version"));
    let unknown = |detail: String| Problem::new(ProblemType::UnknownSchema, detail);
    let kind: Kind = kind.parse().map_err(|error: tenure_schemas::Invalid| unknown(error.message))?;
    if version.parse() != Ok(kind.version()) {
        return Err(unknown(format!("{kind} has no version \"{version}\": its version is {}", kind.version())));
    }
    Ok(kind.json_schema().to_value())
}
