//! `/v1/accounts/{account}/overview`: what is good to know of an account before talking to the client.

use axum::response::Response;
use tenure_replay::overview::{self, Overview};

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::params::{Dated, NoFilter};
use crate::http::problem::Problem;
use crate::http::render::Answer;

/// What is good to know of an account before talking to the client
///
/// On one page: who answers for it, whom we know there, what was said and promised, what runs, what is open, and what
/// was never shown. Each list names at most ten; `counts` says how many there are, and the account's own lists hold
/// them all. Shares are milli-points, of which 100,000 is all.
#[utoipa::path(get, path = "/v1/accounts/{account}/overview", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The account on one page", body = Answer<Overview>)))]
pub(in crate::http) async fn overview(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| body(ask)).await
}

fn body(ask: &Ask<NoFilter>) -> Result<Overview, Problem> {
    let whole = ask.whole()?;
    let directory = ask.directory();
    let overview = overview::overview(&whole, &directory, ask.as_of(), &ask.moment.zone);
    directory.finish()?;
    Ok(overview)
}
