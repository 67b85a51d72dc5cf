//! `/v1/reports/…`: what of all accounts needs somebody's attention, one file each.
//!
//! A report of accounts is a [`Wish`]: its own parameters, and the rule in [`tenure_replay::reports`] that they come to.
//! [`answer`] does the rest: region and tier, the walk over the accounts, and the page.

pub(in crate::http) mod late_recorded;
pub(in crate::http) mod orphans;
pub(in crate::http) mod overdue_commitments;
pub(in crate::http) mod owner_departed;
pub(in crate::http) mod owner_turnover;
pub(in crate::http) mod single_threaded;
pub(in crate::http) mod stale_plans;

use std::sync::Arc;

use axum::response::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tenure_replay::merges::Whole;
use tenure_replay::reports::{self, Asked, Report, Reported, Selection};
use tenure_schemas::payload::account::Tier;
use tenure_schemas::{AccountId, Name, PersonId};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::book::held_or_below;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::Filter;
use crate::http::problem::Problem;

/// Which accounts a report is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Place {
    /// Only accounts of this region.
    #[param(value_type = Option<String>)]
    region: Option<Name>,
    /// Only accounts of this tier.
    #[param(inline)]
    tier: Option<Tier>,
}

/// What a report of accounts takes beside [`Place`], and what it does with it.
pub(in crate::http) trait Wish: DeserializeOwned + IntoParams + Send + 'static {
    /// The rule.
    type Report: Report<Key: Serialize + DeserializeOwned + Send + 'static, Row: Send + 'static>;

    /// The rule with its numbers, read and checked.
    fn report(&self) -> Result<Self::Report, Problem>;

    /// The account manager of record whose accounts alone are wanted.
    fn owner(&self) -> Option<&PersonId>;

    /// Whether a row is wanted.
    fn takes(&self, _row: &RowOf<Self>) -> bool {
        true
    }

    /// The accounts in which rows may lie, where the ledger knows that beforehand.
    fn among(&self, ask: &Ask<Wanting<Self>>) -> Result<Among, Problem> {
        self.owner().map_or(Ok(Among::All), |owner| Ok(Among::These(held_or_below(ask, owner)?)))
    }

    /// Adds to the rows of a page what only the events themselves say.
    fn complete(_ask: &Ask<Wanting<Self>>, _rows: &mut [Reported<RowOf<Self>>]) -> Result<(), Problem> {
        Ok(())
    }
}

/// The row of a report.
type RowOf<W> = <<W as Wish>::Report as Report>::Row;

/// The key of a report's rows in the account.
type KeyOf<W> = <<W as Wish>::Report as Report>::Key;

/// The parameters of a report of accounts.
#[derive(Deserialize)]
pub(in crate::http) struct Wanting<W> {
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    wish: W,
}

impl<W: IntoParams> IntoParams for Wanting<W> {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [Place::into_params(&parameter_in), W::into_params(&parameter_in)].concat()
    }
}

impl<W: Wish> Filter for Wanting<W> {}

/// Answers with a page of a report, in the order of the accounts' ids, then of the report's own keys.
async fn answer<W: Wish>(call: Call) -> Response
where
    Reported<RowOf<W>>: Row,
{
    call.list(Reach::All, page::<W>).await
}

type PageOf<W> = Page<(AccountId, KeyOf<W>), Reported<RowOf<W>>>;

fn page<W: Wish>(ask: &Ask<Wanting<W>>) -> Result<PageOf<W>, Problem> {
    let Wanting { place, wish } = &ask.filter;
    let report = wish.report()?;
    let selection = Selection { region: place.region.clone(), tier: place.tier, owner: wish.owner().cloned() };
    let (directory, day) = (ask.directory(), ask.day());
    let asked = Asked { directory: &directory, as_of: ask.as_of(), day: &day };
    let mut pager: Pager<(AccountId, KeyOf<W>), Reported<RowOf<W>>> = ask.pager()?;
    let from = pager.after().map(|(account, _)| account.clone());
    ask.each_account(&wish.among(ask)?, from.as_ref(), |account| {
        let whole = Whole::of(Arc::clone(account), &directory);
        let rows = reports::of(&report, &whole, &selection, &asked).into_iter();
        for (key, row) in rows.filter(|(_, row)| wish.takes(&row.row)) {
            if pager.offer((account.account().clone(), key), || row).is_break() {
                break;
            }
        }
        !pager.is_done()
    })?;
    directory.finish()?;
    let mut page = pager.finish();
    W::complete(ask, &mut page.items)?;
    Ok(page)
}
