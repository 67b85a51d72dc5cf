//! `/v1/accounts/{account}/timeline`: what happened, in the order in which it happened.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::Account;
use tenure_replay::audit::{self, TimelineEntry};
use tenure_replay::merges::Accounts;
use tenure_schemas::{AccountId, Instant, Kind, Stream};
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which events are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TimelineFilter {
    /// Only events of this kind.
    #[param(example = "order.placed")]
    kind: Option<String>,
    /// Only events of this family: the part of the kind before the dot.
    #[param(example = "order")]
    family: Option<String>,
}

impl Filter for TimelineFilter {}

/// An event of an account's history.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountEntry {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    entry: TimelineEntry,
}

impl Row for AccountEntry {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "position",
        "corrected_by",
        "event.kind",
        "event.occurred_at",
        "event.precision",
        "event.recorded_at",
        "event.actor.kind",
        "event.actor.id",
        "event.reason.code",
        "event.reason.text",
        "event.source.system",
        "event.source.record",
        "event.id",
        "event.revision",
        "event.schema",
        "event.payload",
    ];
}

/// What happened with an account
///
/// Everything that counts as of the moment, in the order in which it happened, corrections included. What happened with
/// accounts merged into it stands under their own `account`.
#[utoipa::path(get, path = "/v1/accounts/{account}/timeline", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), TimelineFilter, Dated, Paged),
    responses((status = 200, description = "A page of the timeline", body = List<AccountEntry>)))]
pub(in crate::http) async fn timeline(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<TimelineFilter>| {
        ask.filter.check()?;
        page(ask)
    })
    .await
}

fn page(ask: &Ask<TimelineFilter>) -> Result<Page<(Instant, u64), AccountEntry>, Problem> {
    let mut all: Vec<AccountEntry> = Vec::new();
    let whole = ask.whole()?;
    for id in whole.accounts().map(Account::account) {
        let events = ask.view.stream(&Stream::account(id))?;
        ask.go_on()?;
        let entries = audit::timeline(&events, ask.as_of()).into_iter();
        let wanted = entries.filter(|entry| ask.filter.matches(&entry.event.kind));
        all.extend(wanted.map(|entry| AccountEntry { account: id.clone(), entry }));
    }
    let key = |item: &AccountEntry| (item.entry.event.occurred_at, item.entry.position);
    all.sort_by_key(key);
    ask.page(all.into_iter().map(|item| (key(&item), item)))
}

impl TimelineFilter {
    /// Refuses words that the catalogue does not know: a mistyped one would look as if nothing had happened.
    fn check(&self) -> Result<(), Problem> {
        if let Some(kind) = &self.kind {
            kind.parse::<Kind>().map_err(|error| Problem::bad("kind", error.message))?;
        }
        let begins = |family: &str| Kind::ALL.iter().any(|kind| kind.as_str().split('.').next() == Some(family));
        match self.family.as_deref().filter(|family| !begins(family)) {
            Some(family) => {
                let detail = format!("no kind of event begins with \"{family}.\"; /v1/schemas lists the kinds");
                Err(Problem::bad("family", detail))
            }
            None => Ok(()),
        }
    }

    fn matches(&self, kind: &str) -> bool {
        let family = kind.split('.').next();
        self.kind.as_deref().is_none_or(|wanted| wanted == kind)
            && self.family.as_deref().is_none_or(|wanted| Some(wanted) == family)
    }
}
