//! `/v1/accounts/{account}/notes`: what is worth knowing about an account.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::Note;
use tenure_replay::merges::Accounts;
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
    /// The account that it was recorded for.
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
/// In the order of time; those of accounts merged into it stand under their own `account`.
#[utoipa::path(get, path = "/v1/accounts/{account}/notes", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), NoteFilter, Dated, Paged),
    responses((status = 200, description = "A page of notes", body = List<AccountNote>)))]
pub(in crate::http) async fn notes(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<NoteFilter>) -> Result<Page<(Instant, u64), AccountNote>, Problem> {
    let whole = ask.whole()?;
    let wanted = |note: &&Note| wants(ask.filter.topic.as_ref(), Some(&note.topic));
    let mut notes: Vec<(&AccountId, &Note)> = Vec::new();
    for account in whole.accounts() {
        notes.extend(account.notes().filter(wanted).map(|note| (account.account(), note)));
    }
    notes.sort_by_key(|(_, note)| (note.noted_at, note.event));
    let item = |account: &AccountId, note: &Note| AccountNote { account: account.clone(), note: note.clone() };
    ask.page(notes.into_iter().map(|(account, note)| ((note.noted_at, note.event), item(account, note))))
}
