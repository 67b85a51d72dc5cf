//! `/v1/replay`: history walked in steps, account by account: state, ownership and scores, for analysis.

mod row;
mod step;

use std::collections::BTreeSet;

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::walk::Told;
use tenure_replay::{Account, AsOf, audit};
use tenure_schemas::payload::account::Tier;
use tenure_schemas::{AccountId, Event, Instant, Name, Stream};
use utoipa::ToSchema;

use self::row::ReplayRow;
use self::step::{Models, Place};
use super::accounts::wants;
use super::health_history::{Every, Reading, dates};
use super::walk_page::{Halt, WalkPage};
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// How far the steps lie apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// A day.
    Day,
    /// A week.
    #[default]
    Week,
    /// A civil month.
    Month,
    /// From one event of the account to the next.
    Event,
}

impl Step {
    /// The distance of dates; `None` for events.
    fn every(self) -> Option<Every> {
        match self {
            Self::Day => Some(Every::Day),
            Self::Week => Some(Every::Week),
            Self::Month => Some(Every::Month),
            Self::Event => None,
        }
    }
}

/// Which part of history is walked, and how.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ReplayFilter {
    /// The date of the first step; a year before the moment when absent. The last one is the moment.
    #[param(example = "2024-01-01")]
    from: Option<String>,
    /// How far the steps lie apart; `week` when absent.
    #[param(inline)]
    step: Option<Step>,
    /// How the past is read: `restated` with all that is known, or `reported` with what was known then; `restated` when
    /// absent.
    #[param(inline)]
    reading: Option<Reading>,
    /// The version of the health model to restate by; the one in force at the moment when absent.
    #[param(example = "health/1")]
    model: Option<String>,
    /// Another version of the health model, whose scores stand beside these.
    #[param(example = "health/2")]
    compare: Option<String>,
    /// Only this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only steps at which the account is in this sales region.
    #[param(value_type = Option<String>)]
    region: Option<Name>,
    /// Only steps at which the account is of this tier.
    #[param(inline)]
    tier: Option<Tier>,
}

impl Filter for ReplayFilter {}

/// History walked in steps
///
/// Account by account in the order of their ids, and in each from `from` to the moment: what state it was in, who
/// answered for it, and how it scored; with `compare` by another model too. An account has steps from its first event
/// on. Follow `next` to the end: a page holds no more than its steps, and has fewer than asked for where they rest on
/// very many events.
///
/// Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/replay", tag = "accounts", params(ReplayFilter, Dated, Paged),
    responses((status = 200, description = "A page of steps", body = List<ReplayRow>)))]
pub(in crate::http) async fn replay(call: Call) -> Response {
    call.list(Reach::All, page).await
}

type Key = (AccountId, Instant);

/// Seconds by which the bounds of a day lie apart in different zones, at most.
const A_DAY_ANYWHERE: i64 = 2 * 24 * 60 * 60;

fn page(ask: &Ask<ReplayFilter>) -> Result<Page<Key, ReplayRow>, Problem> {
    if let Some(account) = &ask.filter.account {
        ask.known_account(account.as_str())?;
    }
    let models = Models::of(ask)?;
    let dated = dated_steps(ask)?;
    let mut page = WalkPage::of(ask)?;
    let from = page.after().map(|(account, _): &Key| account.clone());
    let one = ask.filter.account.as_ref();
    let mut all = from.iter().chain(ask.view.account_ids(from.as_ref())).filter(|id| wants(one, Some(id)));
    let walked = all.try_for_each(|id| {
        let walk = Walk { ask, models: &models, id, events: &ask.view.stream(&Stream::account(id))? };
        match &dated {
            Some(places) => walk.fill(&mut page, places),
            None => walk.fill(&mut page, &event_steps(ask, walk.events)?),
        }
    });
    page.finish(walked)
}

/// The steps that are the same for all accounts; `None` where they are events.
fn dated_steps(ask: &Ask<ReplayFilter>) -> Result<Option<Vec<Place>>, Problem> {
    let Some(every) = ask.filter.step.unwrap_or_default().every() else { return Ok(None) };
    let dates = dates(ask, ask.filter.from.as_ref(), every)?;
    Ok(Some(dates.map(|date| Place::at(ask.at_the_end_of(date))).collect()))
}

/// The events of an account that happened from the first date on, as steps.
fn event_steps(ask: &Ask<ReplayFilter>, events: &[Event]) -> Result<Vec<Place>, Problem> {
    let mut dates = dates(ask, ask.filter.from.as_ref(), Every::Day)?;
    let Some(first) = dates.next().map(|date| ask.moment.zone.start_of(date)) else { return Ok(Vec::new()) };
    let history = audit::timeline(events, ask.as_of()).into_iter();
    let times: BTreeSet<Instant> = history.map(|entry| entry.event.occurred_at).collect();
    let times = times.into_iter().filter(|at| (first..=ask.instant()).contains(at));
    Ok(times.map(|at| Place::at(AsOf::Instant(at))).collect())
}

/// The walk through one account.
struct Walk<'a> {
    ask: &'a Ask<ReplayFilter>,
    models: &'a Models,
    id: &'a AccountId,
    events: &'a [Event],
}

impl Walk<'_> {
    /// Fills a page step by step, those left out that the cursor has passed.
    fn fill(&self, page: &mut WalkPage<Key, ReplayRow>, places: &[Place]) -> Result<(), Halt> {
        let told = Told::of(self.id.clone(), self.events);
        // Where nothing was said yet, in whatever zone, there is no row.
        let Some(first) = told.begins() else { return Ok(()) };
        let begins = first.saturating_add_seconds(-A_DAY_ANYWHERE);
        let passed = page.after().filter(|(account, _)| account == self.id).map(|(_, at)| *at);
        let is_ahead = |at: Instant| begins <= at && passed.is_none_or(|passed| passed < at);
        let ahead: Vec<&Place> = places.iter().filter(|place| is_ahead(place.as_of.instant())).collect();
        match self.ask.filter.reading.unwrap_or(Reading::Restated) {
            Reading::Restated => {
                let moments = ahead.iter().map(|place| place.as_of.clone());
                let mut walked = ahead.iter();
                told.walk(moments, |_, account| walked.next().map_or(Ok(()), |place| self.offer(page, place, account)))
            }
            Reading::Reported => ahead.into_iter().try_for_each(|place| self.offer_reported(page, place)),
        }
    }

    /// Offers the account as it was known at a step; nothing where no event of it was.
    fn offer_reported(&self, page: &mut WalkPage<Key, ReplayRow>, place: &Place) -> Result<(), Halt> {
        let known = place.known(self.ask, self.models)?.view.known(self.events);
        if known.is_empty() {
            return Ok(());
        }
        self.offer(page, place, Account::fold(self.id.clone(), &known, &place.as_of))
    }

    fn offer(&self, page: &mut WalkPage<Key, ReplayRow>, place: &Place, account: Account) -> Result<(), Halt> {
        self.ask.go_on()?;
        page.take_up(account.events())?;
        let Some(row) = place.row(self.ask, self.models, account)? else { return Ok(()) };
        page.offer((self.id.clone(), place.as_of.instant()), row)
    }
}
