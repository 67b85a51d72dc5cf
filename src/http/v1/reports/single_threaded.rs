//! `/v1/reports/single-threaded`: accounts that hang on one person.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::reports::Reported;
use tenure_replay::reports::single_threaded::{SingleThreaded, SingleThreads};
use tenure_replay::risk::RiskLevel;
use tenure_schemas::PersonId;

use super::{Place, Wish, answer};
use crate::http::call::Call;
use crate::http::format::Row;
use crate::http::params::{Dated, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::http::v1::accounts::wants;

/// Which accounts that hang on one person are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ThreadFilter {
    /// Only those that are so urgent.
    #[param(inline)]
    level: Option<RiskLevel>,
    /// Only accounts that depend on this person of ours most.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only accounts of which this person is account manager of record, inherited ones included.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
}

impl Row for Reported<SingleThreaded> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "tier",
        "region",
        "owners",
        "level",
        "because",
        "depends_on",
        "depends_on_name",
        "dependency",
        "effective_persons",
        "depends_on_contact",
        "depends_on_contact_name",
        "contact_share",
        "effective_contacts",
        "contract",
        "contract_end",
        "days_to_end",
        "events",
    ];
}

/// Accounts that hang on one person
///
/// Those that fewer than 1.5 people carry, counted by how evenly they do, or of which one has 80 % or more, on our side
/// or the client's; `level` as in `/v1/accounts/{account}/risk`: `red` for a key account or within 90 days of a
/// contract's end, `amber` within 180, else `low`. In the order of the accounts' ids. These figures describe accounts;
/// they are no measure of a person.
#[utoipa::path(get, path = "/v1/reports/single-threaded", tag = "across accounts", params(Place, ThreadFilter, Dated, Paged),
    responses((status = 200, description = "A page of accounts", body = List<Reported<SingleThreaded>>)))]
pub(in crate::http) async fn single_threaded(call: Call) -> Response {
    answer::<ThreadFilter>(call).await
}

impl Wish for ThreadFilter {
    type Report = SingleThreads;

    fn report(&self) -> Result<SingleThreads, Problem> {
        Ok(SingleThreads)
    }

    fn owner(&self) -> Option<&PersonId> {
        self.owner.as_ref()
    }

    fn takes(&self, row: &SingleThreaded) -> bool {
        wants(self.level.as_ref(), Some(&row.level)) && wants(self.person.as_ref(), row.depends_on.as_ref())
    }
}
