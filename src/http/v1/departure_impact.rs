//! `/v1/people/{person}/departure-impact`: what falls when a person leaves, and who could take it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::response::Response;
use serde::Serialize;
use tenure_replay::departure::{self, AtStake, Successor, Totals};
use tenure_replay::merges::Whole;
use tenure_replay::{Account, Directory, ownership};
use tenure_schemas::{AccountId, Instant, Name, PersonId};
use utoipa::ToSchema;

use super::book::held_or_below;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::params::{Dated, NoFilter};
use crate::http::problem::Problem;
use crate::http::render::Answer;

/// What falls when a person leaves.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Impact {
    /// Who leaves.
    person: PersonId,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    /// Whether the person works for us at the moment.
    is_employed: bool,
    /// The end of the announced last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves_at: Option<Instant>,
    /// What is at stake in all of the accounts together.
    totals: Totals,
    /// What is at stake account by account, in the order of their ids.
    accounts: Vec<AtStake>,
    /// Who could take accounts over: those who work for us and are not known to leave. Who holds lanes of the same
    /// accounts comes first, then who has most room, then by id.
    successors: Vec<Successor>,
}

/// What falls when a person leaves
///
/// The book at the moment, whether or not a departure was announced: what would be orphaned, what hangs on the person,
/// and the load of everybody who could take it. These figures are for handing accounts over; they are no measure of a
/// person.
#[utoipa::path(get, path = "/v1/people/{person}/departure-impact", tag = "people",
    params(("person" = String, Path, description = "The person's id"), Dated),
    responses((status = 200, description = "What falls", body = Answer<Impact>)))]
pub(in crate::http) async fn departure_impact(call: Call) -> Response {
    call.document(Reach::All, answer).await
}

fn answer(ask: &Ask<NoFilter>) -> Result<Impact, Problem> {
    let (person, directory) = (ask.person_id()?, ask.directory());
    let mut accounts = Vec::new();
    let mut shared: BTreeMap<PersonId, u32> = BTreeMap::new();
    ask.each_account(&Among::These(held_or_below(ask, &person)?), None, |account| {
        let Some(own) = directory.account(account.account()) else { return true };
        let whole = Whole::of(own, &directory);
        if let Some(at_stake) = departure::at_stake(&whole, &directory, &person, ask.as_of(), &ask.moment.zone) {
            accounts.push(at_stake);
            for other in holders(account, &directory, ask) {
                *shared.entry(other).or_default() += 1;
            }
        }
        true
    })?;
    let successors = successors(ask, &person, &shared)?;
    let leaver = directory.person(&person);
    directory.finish()?;
    Ok(Impact {
        name: leaver.as_ref().and_then(|leaver| leaver.name.clone()),
        is_employed: leaver.as_ref().is_some_and(|leaver| leaver.is_employed(ask.instant())),
        leaves_at: leaver.and_then(|leaver| leaver.leaves_at),
        person,
        totals: departure::totals(&accounts),
        accounts,
        successors,
    })
}

fn holders(account: &Account, directory: &dyn Directory, ask: &Ask<NoFilter>) -> BTreeSet<PersonId> {
    ownership::owners(account, directory, ask.as_of()).into_iter().map(|owner| owner.person).collect()
}

/// Everybody who could take accounts over, with what they carry already.
fn successors(
    ask: &Ask<NoFilter>,
    leaver: &PersonId,
    shared: &BTreeMap<PersonId, u32>,
) -> Result<Vec<Successor>, Problem> {
    let people = ask.view.person_ids().filter(|id| *id != leaver);
    let people: Vec<_> = people.filter_map(|id| ask.view.person(id, ask.as_of())).collect();
    let mut found = Vec::new();
    for person in people.iter().map(Arc::as_ref).filter(|person| departure::can_succeed(person, ask.as_of())) {
        let accounts: Vec<AccountId> = ask.view.accounts_of_owner(&person.person).cloned().collect();
        let mut load = 0;
        ask.each_account(&Among::These(accounts), None, |account| {
            load += u32::from(departure::manages(account, &person.person, ask.as_of()));
            true
        })?;
        let common = shared.get(&person.person).copied().unwrap_or_default();
        found.push(departure::successor(person, load, common, ask.as_of()));
    }
    found.sort_by(|one, other| {
        let key = |one: &Successor| (std::cmp::Reverse(one.shares_accounts), std::cmp::Reverse(one.spare));
        (key(one), &one.person).cmp(&(key(other), &other.person))
    });
    Ok(found)
}
