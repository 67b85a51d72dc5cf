//! `/v1/reports/owner-turnover`: how often accounts changed hands of late.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::reports::Reported;
use tenure_replay::reports::owner_turnover::{OwnerTurnover, Turnover};
use tenure_schemas::PersonId;

use super::{Place, Wish, answer};
use crate::http::call::Call;
use crate::http::format::Row;
use crate::http::params::{Dated, Paged, parse_up_to};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which accounts are wanted, and over which period.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TurnoverFilter {
    /// The length of the period that ends with the moment, in months; 24 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1200, example = 24)]
    months: Option<String>,
    /// Only accounts with at least so many changes in it; 1 when absent.
    #[param(value_type = Option<u32>, example = 1)]
    at_least: Option<String>,
    /// Only accounts of which this person is account manager of record, inherited ones included.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
}

impl Row for Reported<Turnover> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "tier",
        "region",
        "owners",
        "changes",
        "persons",
        "tenure_days",
        "longest_vacancy_days",
        "vacant_from",
        "vacant_to",
        "handed",
        "events",
    ];
}

/// How often accounts changed hands of late
///
/// Changes of the account manager of record, as the dimension `ownership` of health counts them: a beginning by another
/// person than before; the first beginning, inheritance and coverage are none. A vacancy counts while the account is open,
/// not inherited, and had somebody before. In the order of the accounts' ids.
#[utoipa::path(get, path = "/v1/reports/owner-turnover", tag = "across accounts", params(Place, TurnoverFilter, Dated, Paged),
    responses((status = 200, description = "A page of accounts", body = List<Reported<Turnover>>)))]
pub(in crate::http) async fn owner_turnover(call: Call) -> Response {
    answer::<TurnoverFilter>(call).await
}

impl Wish for TurnoverFilter {
    type Report = OwnerTurnover;

    fn report(&self) -> Result<OwnerTurnover, Problem> {
        Ok(OwnerTurnover {
            months: parse_up_to("months", "number of months", self.months.as_ref(), 1..=1_200)?.unwrap_or(24),
            at_least: parse_up_to("at_least", "number of changes", self.at_least.as_ref(), 0..=u32::MAX)?.unwrap_or(1),
        })
    }

    fn owner(&self) -> Option<&PersonId> {
        self.owner.as_ref()
    }
}
