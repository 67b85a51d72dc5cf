//! `/v1/accounts/{account}/health/history`: the health of an account over time, as it was reported and as it is restated.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use tenure_replay::health::{Band, Dimension, Health, HealthModel, health};
use tenure_replay::merges::Whole;
use tenure_replay::walk::Told;
use tenure_replay::{Account, AsOf};
use tenure_schemas::{AccountId, Event, Stream, Zone};
use utoipa::ToSchema;

use super::accounts::wants;
use super::health::named;
use super::known::Known;
use super::walk_page::{Halt, WalkPage};
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, parse_day};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::view::{View, ViewError};

/// How far the points of a series lie apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Every {
    /// A day.
    Day,
    /// A week.
    #[default]
    Week,
    /// A civil month.
    Month,
}

impl Every {
    /// The fewest days between two points.
    fn least_days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 28,
        }
    }

    /// The distance of a point from the first one.
    fn times(self, number: i32) -> Span {
        match self {
            Self::Day => number.days(),
            Self::Week => number.weeks(),
            Self::Month => number.months(),
        }
    }
}

/// The most points of a series: a century of days.
const MAX_POINTS: i64 = 36_600;

/// How the past is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum Reading {
    /// By the model in force on the date, with what was known on the date.
    Reported,
    /// By one model, with all that is known now.
    Restated,
}

/// Which points are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct HistoryFilter {
    /// The date of the first point; a year before the moment when absent.
    #[param(example = "2024-01-01")]
    from: Option<String>,
    /// How far the points lie apart; `week` when absent.
    #[param(inline)]
    every: Option<Every>,
    /// Only this reading; both when absent.
    #[param(inline)]
    reading: Option<Reading>,
    /// The version of the health model that the past is restated by; the one in force at the moment when absent.
    #[param(example = "health/1")]
    model: Option<String>,
}

impl Filter for HistoryFilter {}

/// The health of an account on a date, by one of the readings.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct HealthPoint {
    /// The account.
    account: AccountId,
    /// The date, to its end.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// How the past is read.
    reading: Reading,
    /// The model with its version.
    model: String,
    /// The score in milli-points; `null` where every dimension is missing.
    #[schema(required = true)]
    overall: Option<u32>,
    /// How good that is.
    band: Band,
    /// The dimensions that hold the band down.
    capped_by: Vec<Dimension>,
    /// The share of the weights whose dimensions are not missing, in milli-points.
    evidence_share: u32,
    /// The scores of the dimensions by name; `null` where one is missing.
    scores: BTreeMap<&'static str, Option<u32>>,
}

impl Row for HealthPoint {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "date",
        "reading",
        "model",
        "overall",
        "band",
        "capped_by",
        "evidence_share",
        "scores.engagement",
        "scores.sentiment",
        "scores.service",
        "scores.commercial",
        "scores.plan",
        "scores.breadth",
        "scores.ownership",
    ];
}

impl HealthPoint {
    fn of((date, reading): Key, health: Health) -> Self {
        let scores = health.scores();
        let Health { account, model, overall, band, capped_by, evidence_share, .. } = health;
        Self { account, date, reading, model, overall, band, capped_by, evidence_share, scores }
    }
}

type Key = (Date, Reading);

/// The health of an account over time
///
/// From `from`, or the account's first event, to the moment, in the order of the dates. What was *reported* is by the model in force on the date, with
/// what was known at its end; what is *restated* is by one model with all that is known now, so the two differ where
/// something was learned late or the model changed.
///
/// Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/accounts/{account}/health/history", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), HistoryFilter, Dated, Paged),
    responses((status = 200, description = "A page of points", body = List<HealthPoint>)))]
pub(in crate::http) async fn health_history(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<HistoryFilter>) -> Result<Page<Key, HealthPoint>, Problem> {
    let id = ask.account_id()?;
    let restated_by = match &ask.filter.model {
        Some(name) => named(ask, "model", name)?,
        None => HealthModel::active(&ask.view.models(ask.as_of())),
    };
    let events = ask.view.stream(&Stream::account(&id))?;
    let series = Series { ask, view: ask.view.remembering(), events, id, restated_by };
    let mut page = WalkPage::of(ask)?;
    let walked = series.fill(&mut page);
    page.finish(walked)
}

/// The points of one account.
struct Series<'a> {
    ask: &'a Ask<HistoryFilter>,
    /// What the question knows; it remembers what one date read of other accounts for the next.
    view: View,
    id: AccountId,
    events: Vec<Event>,
    restated_by: HealthModel,
}

impl Series<'_> {
    /// Fills a page date by date, those left out that the cursor has passed.
    fn fill(&self, page: &mut WalkPage<Key, HealthPoint>) -> Result<(), Halt> {
        let (ask, filter) = (self.ask, &self.ask.filter);
        let passed = page.after().map(|(date, _)| *date);
        let dates = dates(ask, filter.from.as_ref(), filter.every.unwrap_or_default())?;
        let told = Told::of(self.id.clone(), &self.events);
        let Some(begins) = told.begins() else { return Ok(()) };
        // Zones lie apart by less than two days; what nothing was said of has no point.
        let first = begins.date_in(&ask.moment.zone).saturating_sub(2.days());
        let is_ahead = |date: &Date| first <= *date && passed.is_none_or(|passed| passed <= *date);
        let ahead: Vec<Date> = dates.filter(is_ahead).collect();
        let mut walked = ahead.iter();
        let moments = ahead.iter().map(|date| ask.at_the_end_of(*date));
        told.walk(moments, |as_of, account| {
            let Some(date) = walked.next() else { return Ok(()) };
            page.take_up(account.events())?;
            self.offer(page, *date, as_of, &account)
        })
    }

    /// Offers the points of a date, at which the account stands as it is restated.
    fn offer(
        &self,
        page: &mut WalkPage<Key, HealthPoint>,
        date: Date,
        as_of: &AsOf,
        restated: &Account,
    ) -> Result<(), Halt> {
        for reading in [Reading::Reported, Reading::Restated] {
            let key = (date, reading);
            let has_passed = page.after().is_some_and(|after| key <= *after);
            if has_passed || !wants(self.ask.filter.reading.as_ref(), Some(&reading)) {
                continue;
            }
            self.ask.go_on()?;
            let Some(health) = self.health(reading, as_of, restated)? else { continue };
            page.offer(key, HealthPoint::of(key, health))?;
        }
        Ok(())
    }

    /// The health by a reading; `None` where the account had no event yet, by what was known then and by now.
    fn health(&self, reading: Reading, as_of: &AsOf, restated: &Account) -> Result<Option<Health>, ViewError> {
        let known = Known::at(self.ask, &self.view, reading, as_of)?;
        let (own, model) = match reading {
            Reading::Restated => (restated.clone(), &self.restated_by),
            Reading::Reported => {
                (Account::fold(self.id.clone(), &known.view.known(&self.events), as_of), known.in_force())
            }
        };
        let is_unknown = |account: &Account| account.lifecycle().first_event_at.is_none();
        if is_unknown(&own) && is_unknown(restated) {
            return Ok(None);
        }
        let whole = Whole::of(Arc::new(own), &known.directory);
        let health = health(&whole, &known.directory, model, as_of, &self.ask.moment.zone);
        known.directory.check()?;
        Ok(Some(health))
    }
}

/// The dates from the first one, or else a year before the moment, up to that.
pub(super) fn dates<F>(
    ask: &Ask<F>,
    from: Option<&String>,
    every: Every,
) -> Result<impl Iterator<Item = Date> + use<F>, Problem> {
    let last = ask.day().date;
    let from = parse_day("from", from)?.unwrap_or_else(|| last.saturating_sub(1.year()));
    if from > last {
        return Err(Problem::bad(
            "from",
            format!("{from} lies after {last}, where the series ends: give an earlier date"),
        ));
    }
    let days = last.duration_since(from).as_hours() / 24;
    if days / every.least_days() > MAX_POINTS {
        let detail =
            format!("from {from} to {last} there are more than {MAX_POINTS} points: give a later date, or wider steps");
        return Err(Problem::bad("from", detail));
    }
    let dates = (0..).map_while(move |number| from.checked_add(every.times(number)).ok());
    Ok(dates.take_while(move |date| *date <= last))
}

/// The health of an account in a view, by a model.
pub(super) fn health_in(
    view: &View,
    id: &AccountId,
    as_of: &AsOf,
    zone: &Zone,
    model: &HealthModel,
) -> Result<Health, ViewError> {
    let directory = view.directory(as_of);
    let own = view.account(id, as_of)?.unwrap_or_else(|| Arc::new(Account::unknown(id.clone())));
    let whole = Whole::of(own, &directory);
    let health = health(&whole, &directory, model, as_of, zone);
    directory.finish()?;
    Ok(health)
}
