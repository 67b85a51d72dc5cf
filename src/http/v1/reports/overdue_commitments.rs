//! `/v1/reports/overdue-commitments`: promises that are open past their due dates.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::reports::Reported;
use tenure_replay::reports::overdue_commitments::{OverdueCommitment, OverdueCommitments};
use tenure_schemas::PersonId;
use tenure_schemas::payload::order::Party;

use super::{Place, Wish, answer};
use crate::http::call::Call;
use crate::http::format::Row;
use crate::http::params::{Dated, Paged, flag};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::http::v1::accounts::wants;

/// Which overdue commitments are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct OverdueFilter {
    /// Only commitments that the clients made, or that we made.
    #[param(inline)]
    by: Option<Party>,
    /// Only what was said in passing, or only what was agreed.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    soft: Option<bool>,
    /// Only accounts of which this person is account manager of record, inherited ones included.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
}

impl Row for Reported<OverdueCommitment> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "tier",
        "region",
        "owners",
        "commitment",
        "by",
        "text",
        "due",
        "days_overdue",
        "soft",
        "made_at",
        "merged_from",
        "events",
    ];
}

/// Commitments that are open past their due dates
///
/// Ours and the clients', of open accounts and of those that were merged into them (`merged_from`). In the order of the
/// accounts' ids, the longest overdue of an account first.
#[utoipa::path(get, path = "/v1/reports/overdue-commitments", tag = "across accounts",
    params(Place, OverdueFilter, Dated, Paged),
    responses((status = 200, description = "A page of commitments", body = List<Reported<OverdueCommitment>>)))]
pub(in crate::http) async fn overdue_commitments(call: Call) -> Response {
    answer::<OverdueFilter>(call).await
}

impl Wish for OverdueFilter {
    type Report = OverdueCommitments;

    fn report(&self) -> Result<OverdueCommitments, Problem> {
        Ok(OverdueCommitments)
    }

    fn owner(&self) -> Option<&PersonId> {
        self.owner.as_ref()
    }

    fn takes(&self, row: &OverdueCommitment) -> bool {
        wants(self.by.as_ref(), Some(&row.by)) && wants(self.soft.as_ref(), Some(&row.soft))
    }
}
