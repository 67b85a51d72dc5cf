//! `/v1/reports/orphans`: open accounts that nobody answers for.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::reports::Reported;
use tenure_replay::reports::orphans::{Orphan, Orphans, Ownerless};
use tenure_schemas::PersonId;

use super::{Place, Wanting, Wish, answer};
use crate::http::ask::Ask;
use crate::http::call::Call;
use crate::http::format::Row;
use crate::http::params::{Dated, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::http::v1::accounts::wants;

/// Which accounts without an owner are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct OrphanFilter {
    /// Only accounts that had an account manager of record, or only those that never had one.
    #[param(inline)]
    status: Option<Ownerless>,
    /// Only accounts of which this person was the last account manager of record.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
}

impl Row for Reported<Orphan> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "tier",
        "region",
        "status",
        "since",
        "since_date",
        "days",
        "last_owner",
        "last_owner_name",
        "inherited_from",
        "ended_by",
        "reason.code",
        "reason.text",
        "events",
    ];
}

/// Open accounts that nobody answers for
///
/// Those without an account manager of record (`primary` of the whole account, inherited ones included): `orphaned` had
/// one, `unassigned` never had. `days` are counted while the account is open. In the order of the accounts' ids.
#[utoipa::path(get, path = "/v1/reports/orphans", tag = "across accounts", params(Place, OrphanFilter, Dated, Paged),
    responses((status = 200, description = "A page of accounts", body = List<Reported<Orphan>>)))]
pub(in crate::http) async fn orphans(call: Call) -> Response {
    answer::<OrphanFilter>(call).await
}

impl Wish for OrphanFilter {
    type Report = Orphans;

    fn report(&self) -> Result<Orphans, Problem> {
        Ok(Orphans)
    }

    /// None of them has one.
    fn owner(&self) -> Option<&PersonId> {
        None
    }

    fn takes(&self, row: &Orphan) -> bool {
        wants(self.status.as_ref(), Some(&row.status)) && wants(self.person.as_ref(), row.last_owner.as_ref())
    }

    fn complete(ask: &Ask<Wanting<Self>>, rows: &mut [Reported<Orphan>]) -> Result<(), Problem> {
        let mut positions: Vec<u64> = rows.iter().filter_map(|row| row.row.ended_by).collect();
        positions.sort_unstable();
        positions.dedup();
        let events = ask.view.events_at(&positions)?;
        for row in rows {
            let ended = events.iter().find(|event| Some(event.position) == row.row.ended_by);
            row.row.reason = ended.and_then(|event| event.reason.clone());
        }
        Ok(())
    }
}
