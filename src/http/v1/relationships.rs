//! `/v1/accounts/{account}/relationships` and `…/risk`: who of ours knows whom of theirs, how strongly by now, and what
//! would be lost with them.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::relationships::{self, By, Relation};
use tenure_replay::risk::{self, Risk};
use tenure_schemas::{AccountId, ContactId, PersonId};

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::{Answer, List};

/// Which relationships are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct RelationshipFilter {
    /// What strengths are summed up by; `pair` when absent.
    #[param(inline)]
    by: Option<By>,
    /// Only those of this person of ours; shares stay those of the whole account.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only those with this contact; shares stay those of the whole account.
    #[param(value_type = Option<String>)]
    contact: Option<ContactId>,
}

impl Filter for RelationshipFilter {}

impl Row for Relation {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "person",
        "person_name",
        "is_employed",
        "contact",
        "contact_name",
        "roles",
        "contact_left_at",
        "strength",
        "share",
        "touches",
        "last_touch_at",
        "last_channel",
        "last_event",
        "merged_from",
    ];
}

/// Who of ours knows whom of theirs, and how strongly by now
///
/// The strongest first, then in the order of ids. Strength is the sum of what interactions weigh by the health model in
/// force; in `health/1` by channel (`face_to_face` 1.2, video and event 1.0, phone 0.7, email 0.4, others 0.3) and
/// direction (outbound half), a half after each 45 days, split equally over an interaction's pairs of a person and a
/// contact. Interactions that name no contact are not in the graph. Accounts merged into it are in the graph: a contact
/// is under its own `account`, a person of ours is summed up over all of them. Strengths describe accounts; they are no
/// measure of a person.
#[utoipa::path(get, path = "/v1/accounts/{account}/relationships", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), RelationshipFilter, Dated, Paged),
    responses((status = 200, description = "A page of relationships", body = List<Relation>)))]
pub(in crate::http) async fn relationships(call: Call) -> Response {
    call.list(Reach::One, page).await
}

/// How the account would stand the loss of the people who carry it
///
/// By the strengths of the graph. `bus_factor` is the fewest whose loss would take more than half of the strength, of our
/// persons (`internal`) and of the client's contacts (`client`); the account depends on the one of ours with the largest
/// share. It hangs on one person when either side has fewer than 1.5 people, counted by how evenly they carry it, or one
/// has 80 % or more: then the level is `red` for a key account or within 90 days of a contract's end, `amber` within 180.
/// Who has departed or left carries nothing; what was theirs is `lost`. These figures describe accounts; they are no
/// measure of a person.
#[utoipa::path(get, path = "/v1/accounts/{account}/risk", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The risk", body = Answer<Risk>)))]
pub(in crate::http) async fn risk(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| {
        let (whole, directory) = (ask.whole()?, ask.directory());
        let risk = risk::risk(&whole, &directory, ask.as_of(), &ask.moment.zone);
        directory.finish()?;
        Ok(risk)
    })
    .await
}

type Key = (i64, Option<ContactId>, Option<PersonId>, AccountId);

fn page(ask: &Ask<RelationshipFilter>) -> Result<Page<Key, Relation>, Problem> {
    let filter = &ask.filter;
    let by = filter.by.unwrap_or_default();
    let (whole, directory) = (ask.whole()?, ask.directory());
    let relations = relationships::relations(&whole, &directory, ask.as_of(), &ask.moment.zone, by);
    directory.finish()?;
    let wanted = relations.into_iter().filter(|relation| {
        wants(filter.person.as_ref(), relation.person.as_ref())
            && wants(filter.contact.as_ref(), relation.contact.as_ref())
    });
    ask.page(wanted.map(|relation| (relation.key(), relation)))
}
