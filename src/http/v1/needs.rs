//! `/v1/accounts/{account}/needs`: what the client wants to reach.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::account::{Need, NeedStatus};
use tenure_schemas::payload::need::Horizon;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::render::List;

/// Which needs are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct NeedsFilter {
    /// Only needs in this status.
    #[param(inline)]
    status: Option<NeedStatus>,
    /// Only needs that the client wants met this soon.
    #[param(inline)]
    horizon: Option<Horizon>,
}

impl Filter for NeedsFilter {}

impl Row for Need {
    const COLUMNS: &'static [&'static str] =
        &["need", "status", "horizon", "statement", "offering", "identified_at", "ended_at", "ended_event", "event"];
}

/// What the client wants to reach
///
/// In the order of the needs' ids, those that were met or dropped included.
#[utoipa::path(get, path = "/v1/accounts/{account}/needs", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), NeedsFilter, Dated, Paged),
    responses((status = 200, description = "A page of needs", body = List<Need>)))]
pub(in crate::http) async fn needs(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NeedsFilter>| {
        let account = ask.account()?;
        let wanted = |need: &&Need| {
            wants(ask.filter.status.as_ref(), Some(&need.status))
                && wants(ask.filter.horizon.as_ref(), Some(&need.horizon))
        };
        ask.page(account.needs().filter(wanted).map(|need| (need.need.clone(), need.clone())))
    })
    .await
}
