//! `/v1/accounts/{account}/contacts`: the people on the client's side.

use axum::response::Response;
use serde::Serialize;
use tenure_replay::account::Contact;
use tenure_schemas::{AccountId, ContactId};
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// A contact of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountContact {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    contact: Contact,
}

impl Row for AccountContact {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "contact",
        "name",
        "roles",
        "seniority",
        "reports_to",
        "email",
        "phone",
        "language",
        "timezone",
        "consent",
        "added_at",
        "left_at",
        "successor",
        "erased_at",
        "event",
    ];
}

/// The people on the client's side
///
/// In the order of their ids, those who left included; those of accounts merged into it are listed under their own
/// `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/contacts", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated, Paged),
    responses((status = 200, description = "A page of contacts", body = List<AccountContact>)))]
pub(in crate::http) async fn contacts(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| page(ask)).await
}

fn page(ask: &Ask<NoFilter>) -> Result<Page<(AccountId, ContactId), AccountContact>, Problem> {
    ask.across(&ask.below()?, |account, pager: &mut Pager<(AccountId, ContactId), AccountContact>| {
        let id = account.account();
        for contact in account.contacts() {
            let item = || AccountContact { account: id.clone(), contact: contact.clone() };
            if pager.offer((id.clone(), contact.contact.clone()), item).is_break() {
                break;
            }
        }
    })
}
