//! `/v1/people` and `/v1/people/{person}`: our own staff.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::Response;
use serde::Serialize;
use tenure_replay::Person;
use tenure_schemas::PersonId;
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::{Answer, List};

/// A person of our own staff.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PersonBody {
    #[serde(flatten)]
    person: Person,
    /// Whether the person works for us at the moment.
    is_employed: bool,
}

impl Row for PersonBody {
    const COLUMNS: &'static [&'static str] = &[
        "person",
        "name",
        "email",
        "title",
        "region",
        "manager",
        "capacity",
        "is_employed",
        "employed",
        "leaves_at",
        "absences",
    ];
}

/// Our own staff
///
/// In the order of their ids: everybody who has events of their own, or was ever named as an owner.
#[utoipa::path(get, path = "/v1/people", tag = "people", params(Dated, Paged),
    responses((status = 200, description = "A page of people", body = List<PersonBody>)))]
pub(in crate::http) async fn people(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| page(ask)).await
}

/// One of our own staff
///
/// Who was only ever named as an owner, and has no events, has an id and nothing else.
#[utoipa::path(get, path = "/v1/people/{person}", tag = "people",
    params(("person" = String, Path, description = "The person's id"), Dated),
    responses((status = 200, description = "The person", body = Answer<PersonBody>)))]
pub(in crate::http) async fn person(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| Ok(describe(ask, &ask.person_id()?))).await
}

fn page(ask: &Ask<NoFilter>) -> Result<Page<PersonId, PersonBody>, Problem> {
    let known: BTreeSet<&PersonId> = ask.view.person_ids().chain(ask.view.owner_ids()).collect();
    let mut pager = ask.pager()?;
    for id in known {
        if !ask.view.knows_person(id) && !ask.view.names_person(id)? {
            continue;
        }
        if pager.offer(id.clone(), || describe(ask, id)).is_break() {
            break;
        }
    }
    Ok(pager.finish())
}

fn describe(ask: &Ask<NoFilter>, id: &PersonId) -> PersonBody {
    let person = ask.view.person(id, ask.as_of()).map(Arc::unwrap_or_clone);
    let person = person.unwrap_or_else(|| Person::fold(id.clone(), &[], ask.as_of()));
    PersonBody { is_employed: person.is_employed(ask.instant()), person }
}
