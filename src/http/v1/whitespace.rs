//! `/v1/accounts/{account}/whitespace`: what an account could use of what we offer, and what it was shown.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::merges::Accounts;
use tenure_replay::offerings::{self, OfferingStatus, OfferingUse};
use tenure_schemas::{AccountId, Name, OfferingId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, flag};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which offerings are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct WhitespaceFilter {
    /// Only offerings with which the account stands like this.
    #[param(inline)]
    status: Option<OfferingStatus>,
    /// Only offerings that the account was never shown, or only those that it was.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    never_presented: Option<bool>,
    /// Only offerings of this category.
    #[param(value_type = Option<String>)]
    category: Option<Name>,
}

impl Filter for WhitespaceFilter {}

/// An offering as far as an account is concerned.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountOffering {
    /// The account.
    account: AccountId,
    #[serde(flatten)]
    used: OfferingUse,
}

impl Row for AccountOffering {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "offering",
        "status",
        "name",
        "category",
        "listed",
        "retired_at",
        "orders",
        "first_ordered_at",
        "last_ordered_at",
        "ordered",
        "presented",
        "last_presented_at",
        "never_presented",
        "needs",
        "merged_from",
    ];
}

/// What an account could use of what we offer, and what it was shown
///
/// Every offering of the catalogue and every other one that the account ordered, was shown or could need, in the order
/// of their ids. `whitespace` is what is for sale and in no order of the account that was not cancelled; `unlisted` is
/// what it does not use and no catalogue ever listed. What accounts merged into it ordered, were shown and need counts
/// too; `merged_from` names them.
#[utoipa::path(get, path = "/v1/accounts/{account}/whitespace", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), WhitespaceFilter, Dated, Paged),
    responses((status = 200, description = "A page of offerings", body = List<AccountOffering>)))]
pub(in crate::http) async fn whitespace(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<WhitespaceFilter>) -> Result<Page<OfferingId, AccountOffering>, Problem> {
    let whole = ask.whole()?;
    let uses = offerings::uses(&whole, &ask.view.catalogue(ask.as_of()));
    let wanted = uses.into_iter().filter(|used| ask.filter.matches(used));
    let item = |used| AccountOffering { account: whole.own().account().clone(), used };
    ask.page(wanted.map(|used| (used.offering.clone(), item(used))))
}

impl WhitespaceFilter {
    fn matches(&self, used: &OfferingUse) -> bool {
        wants(self.status.as_ref(), Some(&used.status))
            && wants(self.never_presented.as_ref(), Some(&used.never_presented))
            && wants(self.category.as_ref(), used.category.as_ref())
    }
}
