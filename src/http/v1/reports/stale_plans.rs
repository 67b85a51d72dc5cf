//! `/v1/reports/stale-plans`: plans that nobody looks at, and key accounts that have none.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::audit::last_change;
use tenure_replay::reports::Reported;
use tenure_replay::reports::stale_plans::{Neglect, StalePlan, StalePlans};
use tenure_schemas::{PersonId, Stream};

use super::{Place, Wanting, Wish, answer};
use crate::http::ask::Ask;
use crate::http::call::Call;
use crate::http::format::Row;
use crate::http::params::{Dated, Paged, parse_up_to};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::http::v1::accounts::wants;

/// Which neglected plans are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct StaleFilter {
    /// How many whole days without a review are too many, from so many on; 90 when absent.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 36_500, example = 90)]
    days: Option<String>,
    /// Only plans that were not reviewed, or only key accounts that have none.
    #[param(inline)]
    neglect: Option<Neglect>,
    /// Only accounts of which this person is account manager of record, inherited ones included.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
}

impl Row for Reported<StalePlan> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "tier",
        "region",
        "owners",
        "neglect",
        "plan",
        "title",
        "kind",
        "to",
        "last_reviewed_at",
        "days_since_review",
        "overdue_actions",
        "merged_from",
        "events",
    ];
}

/// Plans that nobody looks at, and key accounts that have none
///
/// Active plans that were not reviewed for `days` days or more, since their adoption where they never were, with their
/// overdue actions (`not_reviewed`); and accounts of tier `key`, or managed as key accounts, without an active plan
/// (`no_plan`, with the plan that ended last). In the order of the accounts' ids, then of the plans'.
#[utoipa::path(get, path = "/v1/reports/stale-plans", tag = "across accounts", params(Place, StaleFilter, Dated, Paged),
    responses((status = 200, description = "A page of plans", body = List<Reported<StalePlan>>)))]
pub(in crate::http) async fn stale_plans(call: Call) -> Response {
    answer::<StaleFilter>(call).await
}

impl Wish for StaleFilter {
    type Report = StalePlans;

    fn report(&self) -> Result<StalePlans, Problem> {
        let days = parse_up_to("days", "number of days", self.days.as_ref(), 0..=36_500)?;
        Ok(StalePlans { days: days.unwrap_or(90) })
    }

    fn owner(&self) -> Option<&PersonId> {
        self.owner.as_ref()
    }

    fn takes(&self, row: &StalePlan) -> bool {
        wants(self.neglect.as_ref(), Some(&row.neglect))
    }

    /// Cites what made an account without a plan a key account.
    fn complete(ask: &Ask<Wanting<Self>>, rows: &mut [Reported<StalePlan>]) -> Result<(), Problem> {
        for row in rows.iter_mut().filter(|row| row.row.neglect == Neglect::NoPlan) {
            ask.go_on()?;
            let events = ask.view.stream(&Stream::account(&row.account))?;
            row.events.extend(last_change(&row.account, &events, ask.as_of(), &["tier", "manage_as_key"]));
            row.events.sort_unstable();
            row.events.dedup();
        }
        Ok(())
    }
}
