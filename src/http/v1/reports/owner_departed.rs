//! `/v1/reports/owner-departed`: lanes of open accounts whose holder is not there any more.

use std::collections::BTreeSet;

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::Person;
use tenure_replay::reports::Reported;
use tenure_replay::reports::owner_departed::{DepartedOwner, Gone, OwnersDeparted};
use tenure_schemas::PersonId;
use tenure_schemas::payload::ownership::Role;

use super::{Place, Wanting, Wish, answer};
use crate::http::ask::{Among, Ask};
use crate::http::call::Call;
use crate::http::format::Row;
use crate::http::params::{Dated, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::http::v1::accounts::wants;

/// Which lanes are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct DepartedFilter {
    /// Only lanes that this person holds.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only lanes of this role, such as `primary`.
    #[param(value_type = Option<String>)]
    role: Option<Role>,
    /// Only holders whose departure was recorded, or only those whose announced last day has passed without it.
    #[param(inline)]
    gone: Option<Gone>,
}

impl Row for Reported<DepartedOwner> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "tier",
        "region",
        "owners",
        "person",
        "person_name",
        "role",
        "scope",
        "gone",
        "since",
        "since_date",
        "days",
        "events",
    ];
}

/// Lanes of open accounts whose holder is not there any more
///
/// Who has departed, or whose announced last day has passed, and holds a lane all the same: the finding
/// `owner_departed`, as far as it goes on. Lanes that others inherit are listed with the account above. In the order of the
/// accounts' ids, then by role, scope and start.
#[utoipa::path(get, path = "/v1/reports/owner-departed", tag = "across accounts", params(Place, DepartedFilter, Dated, Paged),
    responses((status = 200, description = "A page of lanes", body = List<Reported<DepartedOwner>>)))]
pub(in crate::http) async fn owner_departed(call: Call) -> Response {
    answer::<DepartedFilter>(call).await
}

impl Wish for DepartedFilter {
    type Report = OwnersDeparted;

    fn report(&self) -> Result<OwnersDeparted, Problem> {
        Ok(OwnersDeparted)
    }

    fn owner(&self) -> Option<&PersonId> {
        None
    }

    fn takes(&self, row: &DepartedOwner) -> bool {
        wants(self.person.as_ref(), Some(&row.person))
            && wants(self.role.as_ref(), Some(&row.role))
            && wants(self.gone.as_ref(), Some(&row.gone))
    }

    /// Only the accounts that ever named somebody who is gone.
    fn among(&self, ask: &Ask<Wanting<Self>>) -> Result<Among, Problem> {
        let is_gone = |person: &Person| {
            let now = ask.instant();
            !person.is_employed(now) || person.leaves_at.is_some_and(|at| at <= now)
        };
        let named = ask.view.owner_ids().filter(|id| wants(self.person.as_ref(), Some(*id)));
        let gone = named.filter(|id| ask.view.person(id, ask.as_of()).is_some_and(|person| is_gone(&person)));
        let accounts: BTreeSet<_> = gone.flat_map(|id| ask.view.accounts_of_owner(id).cloned()).collect();
        Ok(Among::These(accounts.into_iter().collect()))
    }
}
