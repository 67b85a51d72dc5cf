//! `/v1/accounts/{account}/competitors`: who competes for an account.

use axum::response::Response;
use serde::Serialize;
use tenure_replay::account::{Competitor, Observation};
use tenure_schemas::{AccountId, Instant, Name, OfferingId, Text};
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// The most observations that are named here, the latest ones; the timeline has all.
const MAX_OBSERVATIONS: usize = 100;

/// A competitor who was seen at an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountCompetitor {
    /// The account at which they were seen.
    account: AccountId,
    /// The competitor's name, as it was reported.
    competitor: Name,
    /// The offerings they were seen to compete with, the latest first.
    offerings: Vec<OfferingId>,
    /// How strongly they stand, as last said.
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<Text>,
    /// When they were first seen.
    first_observed_at: Option<Instant>,
    /// When they were last seen.
    last_observed_at: Option<Instant>,
    /// How often they were seen.
    times: usize,
    /// How they were seen, the latest first; at most the 100 latest times.
    observations: Vec<Observation>,
}

impl Row for AccountCompetitor {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "competitor",
        "offerings",
        "strength",
        "first_observed_at",
        "last_observed_at",
        "times",
        "observations",
    ];
}

/// Who competes for an account
///
/// In the order of their names, as they were reported; those at accounts merged into it are listed under their own
/// `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/competitors", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated, Paged),
    responses((status = 200, description = "A page of competitors", body = List<AccountCompetitor>)))]
pub(in crate::http) async fn competitors(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| page(ask)).await
}

fn page(ask: &Ask<NoFilter>) -> Result<Page<(AccountId, Name), AccountCompetitor>, Problem> {
    ask.across(&ask.below()?, |account, pager: &mut Pager<(AccountId, Name), AccountCompetitor>| {
        let id = account.account();
        for competitor in account.competitors() {
            if pager.offer((id.clone(), competitor.competitor.clone()), || item(id, competitor)).is_break() {
                break;
            }
        }
    })
}

fn item(account: &AccountId, competitor: &Competitor) -> AccountCompetitor {
    let seen = &competitor.observations;
    AccountCompetitor {
        account: account.clone(),
        competitor: competitor.competitor.clone(),
        offerings: competitor.offerings(),
        strength: competitor.strength().cloned(),
        first_observed_at: seen.front().map(|first| first.observed_at),
        last_observed_at: seen.back().map(|last| last.observed_at),
        times: seen.len(),
        observations: seen.iter().rev().take(MAX_OBSERVATIONS).map(|seen| seen.as_ref().clone()).collect(),
    }
}
