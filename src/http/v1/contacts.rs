//! `/v1/accounts/{account}/contacts`: the people on the client's side.

use axum::response::Response;
use tenure_replay::account::Contact;
use tenure_schemas::ContactId;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

impl Row for Contact {
    const COLUMNS: &'static [&'static str] = &[
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
/// In the order of their ids, those who left included.
#[utoipa::path(get, path = "/v1/accounts/{account}/contacts", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated, Paged),
    responses((status = 200, description = "A page of contacts", body = List<Contact>)))]
pub(in crate::http) async fn contacts(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| page(ask)).await
}

fn page(ask: &Ask<NoFilter>) -> Result<Page<ContactId, Contact>, Problem> {
    let account = ask.account()?;
    let mut pager = ask.pager()?;
    for contact in account.contacts() {
        if pager.offer(contact.contact.clone(), || contact.clone()).is_break() {
            break;
        }
    }
    Ok(pager.finish())
}
