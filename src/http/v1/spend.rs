//! `/v1/accounts/{account}/spend`: what an account spent, cost and saved, by period and category.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::merges::Accounts;
use tenure_replay::spend::{self, Grain, SpendKey, SpendKind, SpendRow};
use tenure_schemas::{AccountId, Currency};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which figures are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct SpendFilter {
    /// How long the periods are; `year` when absent.
    #[param(inline)]
    by: Option<Grain>,
    /// Only figures of this kind.
    #[param(inline)]
    kind: Option<SpendKind>,
    /// Only figures in this currency.
    #[param(value_type = Option<String>, example = "EUR")]
    currency: Option<Currency>,
    /// Only figures of this category.
    category: Option<String>,
}

impl Filter for SpendFilter {}

/// What came together in one period, kind, category and currency of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountSpend {
    /// The account.
    account: AccountId,
    #[serde(flatten)]
    row: SpendRow,
}

impl Row for AccountSpend {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "period",
        "from",
        "to",
        "kind",
        "category",
        "currency",
        "amount",
        "ordered",
        "cancelled",
        "returned",
        "count",
        "merged_from",
    ];
}

/// What an account spent, cost and saved, by period and category
///
/// In the order of the periods, then by kind, category and currency; what has no category comes first. Periods are
/// civil ones in `tz`. An order counts in the period in which it was placed, at what it is worth as known at the
/// moment: amendments included, without what was cancelled and returned. Its lines give the categories, and what they
/// leave of its total has none, so that its rows add up to its total; where lines of several categories come to more
/// than the total, that is negative. A return is taken off the order's one category, or has none. A cost counts in the
/// period in which the time that it is for begins. What is of accounts merged into it is in the figures; `merged_from`
/// names them. Amounts are exact and never added across currencies.
#[utoipa::path(get, path = "/v1/accounts/{account}/spend", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), SpendFilter, Dated, Paged),
    responses((status = 200, description = "A page of figures", body = List<AccountSpend>)))]
pub(in crate::http) async fn spend(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<SpendFilter>) -> Result<Page<SpendKey, AccountSpend>, Problem> {
    let whole = ask.whole()?;
    let rows = spend::spend(&whole, ask.filter.by.unwrap_or_default(), &ask.moment.zone);
    let wanted = rows.into_iter().filter(|row| ask.filter.matches(row));
    let item = |row| AccountSpend { account: whole.own().account().clone(), row };
    ask.page(wanted.map(|row| (row.key(), item(row))))
}

impl SpendFilter {
    fn matches(&self, row: &SpendRow) -> bool {
        wants(self.kind.as_ref(), Some(&row.kind))
            && wants(self.currency.as_ref(), Some(&row.currency))
            && wants(self.category.as_ref(), row.category.as_ref())
    }
}
