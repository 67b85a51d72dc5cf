//! `/v1/accounts/{account}/diff`: what changed between two moments, and what was learned since.

use std::sync::Arc;

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::diff::{self, Diff, Side};
use tenure_replay::{Account, AsOf, Directory};
use tenure_schemas::{AccountId, Event, Instant, Stream};
use utoipa::ToSchema;

use crate::http::ask::{Ask, Resolved};
use crate::http::call::{Call, Reach};
use crate::http::knowing::Knowing;
use crate::http::params::{Dated, Filter, Moment, parse_moment};
use crate::http::problem::Problem;
use crate::http::render::Answer;
use crate::view::View;

/// The most fields, and the most events, that one answer lists.
const MOST: usize = 10_000;

/// The first of the two readings.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(clippy::struct_field_names, reason = "the fields are the parameters, which all are about the first reading")]
pub(in crate::http) struct DiffFilter {
    /// The first moment, written like `as_of`. When absent, the same moment where one of the others is given; else a day
    /// earlier. It may lie after `as_of`: then the answer is the way back.
    #[param(example = "2024-01-01")]
    from_as_of: Option<String>,
    /// The time up to which knowledge counts in the first reading, on the same clock; not after that of the second. As
    /// much as in the second when absent.
    #[param(example = "2024-03-15")]
    from_known_at: Option<String>,
    /// The same by size: how many of the ledger's first events count in the first reading.
    #[param(value_type = Option<u64>, example = 12)]
    from_size: Option<String>,
}

impl Filter for DiffFilter {}

/// What differs between two readings of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct DiffBody {
    /// The account.
    account: AccountId,
    /// What the first reading resolved to; `resolved` is about the second.
    from: Resolved,
    #[serde(flatten)]
    diff: Diff,
    /// How many more fields differ than are listed.
    more_fields: u64,
    /// How many more events count differently than are listed.
    more_events: u64,
}

/// What changed between two moments, and what was learned since
///
/// Two readings of the account: as of two moments (`from_as_of`, `as_of`), as it was known at two times
/// (`from_known_at` or `from_size`, and `known_at` or `size`), or both. Every field that differs is listed with the events
/// that make the difference, and every event that counts in one reading and not, or otherwise, in the other. What was
/// recorded for accounts that are merged into this one is in their own differences.
#[utoipa::path(get, path = "/v1/accounts/{account}/diff", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), DiffFilter, Dated),
    responses((status = 200, description = "What differs", body = Answer<DiffBody>)))]
pub(in crate::http) async fn diff(call: Call) -> Response {
    call.document(Reach::One, answer).await
}

fn answer(ask: &Ask<DiffFilter>) -> Result<DiffBody, Problem> {
    let id = ask.account_id()?;
    let (moment, view) = first(ask)?;
    let (then, now) = (Reading::of(&view, &id, &moment.as_of)?, Reading::of(&ask.view, &id, ask.as_of())?);
    ask.go_on()?;
    let (before, after) = (view.directory(&moment.as_of), ask.directory());
    let mut diff = diff::diff(&id, &then.side(&moment.as_of, &before), &now.side(ask.as_of(), &after));
    before.finish()?;
    after.finish()?;
    let (more_fields, more_events) = (cut(&mut diff.fields), cut(&mut diff.events));
    let from = Resolved::of(&view, &moment);
    Ok(DiffBody { account: id, from, diff, more_fields, more_events })
}

/// What of a list is beyond the most that is told.
fn cut<T>(list: &mut Vec<T>) -> u64 {
    let more = list.len().saturating_sub(MOST);
    list.truncate(MOST);
    more as u64
}

/// The moment and the ledger of the first reading.
fn first(ask: &Ask<DiffFilter>) -> Result<(Moment, View), Problem> {
    let DiffFilter { from_as_of, from_known_at, from_size } = &ask.filter;
    let zone = &ask.moment.zone;
    let knows_less = from_known_at.is_some() || from_size.is_some();
    let as_of = match from_as_of {
        Some(text) => parse_moment("from_as_of", text, zone)?,
        None if knows_less => ask.as_of().clone(),
        None => ask.as_of().days_earlier(1),
    };
    let knowing = if knows_less { knowing(ask)? } else { ask.moment.knowing.clone() };
    let view = if knows_less { knowing.limit(&ask.view).map_err(of_the_first)? } else { View::clone(&ask.view) };
    Ok((Moment { as_of, zone: zone.clone(), named: true, knowing }, view))
}

/// What counts as known in the first reading: never more than in the second.
fn knowing(ask: &Ask<DiffFilter>) -> Result<Knowing, Problem> {
    let (of_second, filter) = (&ask.moment.knowing, &ask.filter);
    let (known_at, size) = (filter.from_known_at.as_deref(), filter.from_size.as_deref());
    let clock = Some(of_second.clock.as_str());
    let first = Knowing::parse(known_at, size, clock, &ask.moment.zone).map_err(of_the_first)?;
    let second = of_second.known_at.unwrap_or(Instant::MAX);
    if let Some(first) = first.known_at.filter(|first| *first > second) {
        let detail = format!("{first} lies after {second}, up to which the second reading knows: exchange the two");
        return Err(Problem::bad("from_known_at", detail));
    }
    Ok(first)
}

/// A problem with what the first reading knows, under the names of its own parameters.
fn of_the_first(problem: Problem) -> Problem {
    let field = problem.field.as_ref().map(|field| match field.as_str() {
        "size" => "from_size".to_owned(),
        "known_at" => "from_known_at".to_owned(),
        other => other.to_owned(),
    });
    Problem { field, ..problem }
}

/// An account as a view of the ledger has it.
struct Reading {
    events: Vec<Event>,
    account: Option<Arc<Account>>,
}

impl Reading {
    fn of(view: &View, id: &AccountId, as_of: &AsOf) -> Result<Self, Problem> {
        Ok(Self { events: view.stream(&Stream::account(id))?, account: view.account(id, as_of)? })
    }

    fn side<'a>(&'a self, as_of: &'a AsOf, directory: &'a dyn Directory) -> Side<'a> {
        Side { events: &self.events, as_of, account: self.account.as_deref(), directory }
    }
}
