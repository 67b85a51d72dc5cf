//! `/v1/accounts/{account}/health/waterfall`: what took an account's health from one date to another.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::health::HealthModel;
use tenure_replay::health::waterfall::{Course, Waterfall, waterfall};
use tenure_schemas::Stream;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::params::{Dated, Filter, parse_moment};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::Answer;

/// Since when.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct WaterfallFilter {
    /// The first date, with what was known at its end; an RFC 3339 instant is allowed too. A week before the moment
    /// when absent.
    #[param(example = "2024-01-01")]
    from: Option<String>,
}

impl Filter for WaterfallFilter {}

/// What took an account's health from one date to another
///
/// From `from`, by the model in force and with what was known then, to the moment. First `decay`: the same events on the
/// new date. Then each event that was learned of since, in the order of the ledger, late words, corrections and
/// retractions included; more than 200 are put together by kind and month. Then what changed `elsewhere`: in accounts
/// above it or merged into it. Then the `model`. The steps add up exactly to `moved`.
///
/// Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/accounts/{account}/health/waterfall", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), WaterfallFilter, Dated),
    responses((status = 200, description = "The steps", body = Answer<Waterfall>)))]
pub(in crate::http) async fn health_waterfall(call: Call) -> Response {
    call.document(Reach::One, read).await
}

fn read(ask: &Ask<WaterfallFilter>) -> Result<Waterfall, Problem> {
    let (account, zone, to) = (ask.account_id()?, &ask.moment.zone, ask.as_of());
    let from = match &ask.filter.from {
        Some(text) => parse_moment("from", text, zone)?,
        None => to.days_earlier(7),
    };
    if from.instant() > to.instant() {
        let detail = format!("{from} lies after {to}, where the steps end: give an earlier date");
        return Err(Problem::bad("from", detail));
    }
    let then = ask.moment.knowing.then(&ask.view, from.instant())?;
    let stream = Stream::account(&account);
    let (known, all) = (then.stream(&stream)?, ask.view.stream(&stream)?);
    let (first, between, last) = (then.directory(&from), then.directory(to), ask.directory());
    let (before, after) = (HealthModel::active(&then.models(&from)), HealthModel::active(&ask.view.models(to)));
    let course = Course {
        account: &account,
        from: &from,
        to,
        zone,
        known: &known,
        all: &all,
        first: &first,
        between: &between,
        last: &last,
        before: &before,
        after: &after,
    };
    let told = waterfall(&course, &|| !ask.stop.is_cancelled());
    for directory in [first, between, last] {
        directory.finish()?;
    }
    told.ok_or_else(|| Problem::new(ProblemType::TooSlow, "nobody waits for this answer any more"))
}
