//! `/v1/accounts/{account}/notes`: what is worth knowing about an account.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::Note;
use tenure_schemas::payload::account::NoteTopic;
use tenure_schemas::{AccountId, Instant};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which notes are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct NoteFilter {
    /// Only notes about this.
    #[param(inline)]
    topic: Option<NoteTopic>,
}

impl Filter for NoteFilter {}

/// A note about an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountNote {
    /// The account.
    account: AccountId,
    #[serde(flatten)]
    note: Note,
}

impl Row for AccountNote {
    const COLUMNS: &'static [&'static str] =
        &["account", "event", "noted_at", "topic", "text", "by.kind", "by.id", "by.name", "by.on_behalf_of"];
}

/// What is worth knowing about an account
///
/// In the order of time.
#[utoipa::path(get, path = "/v1/accounts/{account}/notes", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), NoteFilter, Dated, Paged),
    responses((status = 200, description = "A page of notes", body = List<AccountNote>)))]
pub(in crate::http) async fn notes(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<NoteFilter>) -> Result<Page<(Instant, u64), AccountNote>, Problem> {
    let account = ask.account()?;
    let mut pager = ask.pager()?;
    for note in account.notes().filter(|note| wants(ask.filter.topic.as_ref(), Some(&note.topic))) {
        let item = || AccountNote { account: account.account().clone(), note: note.clone() };
        if pager.offer((note.noted_at, note.event), item).is_break() {
            break;
        }
    }
    Ok(pager.finish())
}
