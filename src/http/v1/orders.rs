//! `/v1/orders` and `/v1/accounts/{account}/orders`: what clients ordered.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Order, OrderStatus};
use tenure_schemas::{AccountId, Currency, Name, OrderId, PersonId, Zone};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged, Range};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which orders of an account are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AccountOrdersFilter {
    /// Only orders in this status.
    #[param(inline)]
    status: Option<OrderStatus>,
}

impl Filter for AccountOrdersFilter {}

/// Which orders are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct OrdersFilter {
    /// Only orders of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only orders that this person of ours sold.
    #[param(value_type = Option<String>)]
    sold_by: Option<PersonId>,
    /// Only orders in this status.
    #[param(inline)]
    status: Option<OrderStatus>,
    /// Only orders through this sales channel.
    #[param(value_type = Option<String>)]
    channel: Option<Name>,
    /// Only orders placed on this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2024-01-01")]
    placed_from: Option<String>,
    /// Only orders placed on this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2024-12-31")]
    placed_to: Option<String>,
    /// Only orders in this currency.
    #[param(value_type = Option<String>, example = "EUR")]
    currency: Option<Currency>,
}

impl Filter for OrdersFilter {}

/// An order of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountOrder {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    order: Order,
}

impl Row for AccountOrder {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "order",
        "status",
        "placed_at",
        "placed_date",
        "total.amount",
        "total.currency",
        "sold_by",
        "channel",
        "fulfilled_at",
        "on_time",
        "cancelled_at",
        "cancelled_by",
        "amendments",
        "returned",
        "lines",
        "lines_currency",
        "event",
    ];
}

/// The orders of an account
///
/// In the order of their ids; those of accounts merged into it are listed under their own `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/orders", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), AccountOrdersFilter, Dated, Paged),
    responses((status = 200, description = "A page of orders", body = List<AccountOrder>)))]
pub(in crate::http) async fn account_orders(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<AccountOrdersFilter>| {
        let status = ask.filter.status;
        page(ask, &ask.below()?, |order| status.is_none_or(|status| order.status == status))
    })
    .await
}

/// The orders of all accounts
///
/// In the order of the accounts' ids, then of the orders'.
#[utoipa::path(get, path = "/v1/orders", tag = "across accounts", params(OrdersFilter, Dated, Paged),
    responses((status = 200, description = "A page of orders", body = List<AccountOrder>)))]
pub(in crate::http) async fn orders(call: Call) -> Response {
    call.list(Reach::All, |ask: &Ask<OrdersFilter>| {
        let placed = ask.filter.placed(&ask.moment.zone)?;
        page(ask, &Among::only(ask.filter.account.as_ref()), |order| ask.filter.matches(order, &placed))
    })
    .await
}

impl OrdersFilter {
    fn placed(&self, zone: &Zone) -> Result<Range, Problem> {
        Range::parse(("placed_from", self.placed_from.as_deref()), ("placed_to", self.placed_to.as_deref()), zone)
    }

    fn matches(&self, order: &Order, placed: &Range) -> bool {
        wants(self.status.as_ref(), Some(&order.status))
            && wants(self.sold_by.as_ref(), order.sold_by.as_ref())
            && wants(self.channel.as_ref(), order.channel.as_ref())
            && wants(self.currency.as_ref(), Some(&order.total.currency))
            && placed.contains(&order.when())
    }
}

fn page<F>(
    ask: &Ask<F>,
    among: &Among,
    wanted: impl Fn(&Order) -> bool,
) -> Result<Page<(AccountId, OrderId), AccountOrder>, Problem> {
    ask.across(among, |account, pager: &mut Pager<(AccountId, OrderId), AccountOrder>| {
        let id = account.account();
        for order in account.orders().filter(|order| wanted(order)) {
            let item = || AccountOrder { account: id.clone(), order: order.clone() };
            if pager.offer((id.clone(), order.order.clone()), item).is_break() {
                break;
            }
        }
    })
}
