//! `/v1/accounts/{account}/handover-brief`: what a successor must know, for machines and for people.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::brief::{self as replay, Brief, Question, Target};
use tenure_replay::{Account, AsOf, Clock, Directory};
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{HandoverId, Stream};

use crate::brief;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Format;
use crate::http::params::{Dated, Filter};
use crate::http::problem::Problem;
use crate::http::render::{self, Answer, Rendered};

/// What the brief is made for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct BriefFilter {
    /// The handover that the brief is made for; it names the role, the scope and between whom it passes.
    #[param(value_type = Option<String>)]
    handover: Option<HandoverId>,
    /// The role that passes on; `primary` when absent.
    #[param(value_type = Option<String>, example = "primary")]
    role: Option<Role>,
    /// For which part of the account; `global` when absent.
    #[param(value_type = Option<String>, example = "global")]
    scope: Option<Scope>,
}

impl Filter for BriefFilter {}

/// The handover brief of an account
///
/// What a successor must know, as of the moment at the size of the ledger; every line cites the positions of the events
/// that it comes from. The same question gives the same brief, with the same digest: record `brief` and `completeness`
/// in `handover.briefed`, and the accepted brief can be rendered again. A date stands for the last instant of its day.
/// Lists are cut, and say how many there are; shares are milli-points, of which 100,000 is all. As HTML it is a page
/// to print, which loads and runs nothing.
#[utoipa::path(get, path = "/v1/accounts/{account}/handover-brief", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), BriefFilter, Dated),
    responses((status = 200, description = "The brief", content(
        (Answer<Brief> = "application/json"),
        (String = "text/html"),
        (String = "text/markdown"),
        (String = "text/plain"),
    ))))]
pub(in crate::http) async fn handover_brief(call: Call) -> Response {
    call.written(Reach::One, Format::WRITTEN, body, render).await
}

fn body(ask: &Ask<BriefFilter>) -> Result<Brief, Problem> {
    if ask.moment.knowing.clock == Clock::Source {
        let detail = "a brief is told from others by the size of the ledger alone: ask by its own clock";
        return Err(Problem::bad("clock", detail));
    }
    let account = ask.account_id()?;
    let events = ask.view.stream(&Stream::account(&account))?;
    ask.go_on()?;
    // A brief is recorded with an instant, so it is made for one.
    let as_of = AsOf::Instant(ask.instant());
    let directory = ask.view.directory(&as_of);
    let target = ask.filter.target(directory.account(&account).as_deref())?;
    let brief = replay::brief(&Question {
        account: &account,
        events: &events,
        directory: &directory,
        as_of: ask.instant(),
        zone: &ask.moment.zone,
        size: ask.view.head().size,
        target,
    });
    directory.finish()?;
    Ok(brief)
}

impl BriefFilter {
    fn target(&self, account: Option<&Account>) -> Result<Target, Problem> {
        let Some(handover) = &self.handover else {
            let role = self.role.clone().map_or_else(|| Role::new("primary"), Ok);
            return Ok(Target::lane(role.map_err(|_| Problem::internal())?, self.scope.clone().unwrap_or_default()));
        };
        let given = [("role", self.role.is_some()), ("scope", self.scope.is_some())];
        if let Some((field, _)) = given.into_iter().find(|(_, given)| *given) {
            return Err(Problem::bad(
                field,
                "the handover says which role and scope pass on: leave it out, or the handover",
            ));
        }
        account.and_then(|account| account.handover(handover)).map(Target::of_handover).ok_or_else(|| {
            let detail = format!("the account has no handover \"{handover}\" at that moment, as far as is known");
            Problem::bad("handover", detail)
        })
    }
}

fn render(ask: &Ask<BriefFilter>, found: Brief, format: Format) -> Result<Rendered, Problem> {
    let text = match format {
        Format::Json | Format::Ndjson | Format::Csv | Format::MessagePack => {
            return render::document(ask, found, format);
        }
        Format::Html => brief::html(&brief::document(&found)).map_err(|error| {
            tracing::error!(%error, "a brief could not be written as HTML");
            Problem::internal()
        })?,
        Format::Markdown => brief::markdown(&brief::document(&found)),
        Format::Text => brief::text(&brief::document(&found)),
    };
    render::written(&found, text)
}
