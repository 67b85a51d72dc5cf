//! `/v1/accounts/{account}/needs`: what the client wants to reach.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Need, NeedStatus};
use tenure_schemas::payload::need::Horizon;
use tenure_schemas::{AccountId, NeedId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
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

/// A need of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountNeed {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    need: Need,
}

impl Row for AccountNeed {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "need",
        "status",
        "horizon",
        "statement",
        "offering",
        "identified_at",
        "ended_at",
        "ended_event",
        "event",
    ];
}

/// What the client wants to reach
///
/// In the order of the needs' ids, those that were met or dropped included; those of accounts merged into it are listed
/// under their own `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/needs", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), NeedsFilter, Dated, Paged),
    responses((status = 200, description = "A page of needs", body = List<AccountNeed>)))]
pub(in crate::http) async fn needs(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<NeedsFilter>) -> Result<Page<(AccountId, NeedId), AccountNeed>, Problem> {
    let wanted = |need: &&Need| {
        wants(ask.filter.status.as_ref(), Some(&need.status)) && wants(ask.filter.horizon.as_ref(), Some(&need.horizon))
    };
    ask.across(&ask.below()?, |account, pager: &mut Pager<(AccountId, NeedId), AccountNeed>| {
        let id = account.account();
        for need in account.needs().filter(wanted) {
            let item = || AccountNeed { account: id.clone(), need: need.clone() };
            if pager.offer((id.clone(), need.need.clone()), item).is_break() {
                break;
            }
        }
    })
}
