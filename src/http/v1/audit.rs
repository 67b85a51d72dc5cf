//! `/v1/accounts/{account}/audit`: every event ever recorded about an account, and what became of it.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::audit::{self, AuditEntry};
use tenure_schemas::Stream;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which events are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AuditFilter {
    /// Only events that changed a field whose name begins with this.
    #[param(example = "owners.primary")]
    field: Option<String>,
}

impl Filter for AuditFilter {}

impl Row for AuditEntry {
    const COLUMNS: &'static [&'static str] = &[
        "position",
        "standing",
        "by",
        "changes",
        "event.kind",
        "event.occurred_at",
        "event.precision",
        "event.recorded_at",
        "event.actor.kind",
        "event.actor.id",
        "event.reason.code",
        "event.reason.text",
        "event.source.system",
        "event.source.record",
        "event.id",
        "event.revision",
        "event.schema",
        "event.payload",
    ];
}

/// Every event ever recorded about an account, and what became of it
///
/// In the order of the ledger: corrections, retractions and what they hid included, each with the fields it changed.
/// What was recorded for accounts that were merged into this one is in their own audit history.
#[utoipa::path(get, path = "/v1/accounts/{account}/audit", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), AuditFilter, Dated, Paged),
    responses((status = 200, description = "A page of the audit history", body = List<AuditEntry>)))]
pub(in crate::http) async fn audit(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<AuditFilter>) -> Result<Page<u64, AuditEntry>, Problem> {
    let account = ask.account_id()?;
    let events = ask.view.stream(&Stream::account(&account))?;
    ask.go_on()?;
    let field = ask.filter.field.as_deref();
    let changed = |entry: &AuditEntry, field: &str| entry.changes.iter().any(|change| change.field.starts_with(field));
    let entries = audit::audit(&account, &events, ask.as_of()).into_iter();
    let wanted = entries.filter(|entry| field.is_none_or(|field| changed(entry, field)));
    ask.page(wanted.map(|entry| (entry.position, entry)))
}
