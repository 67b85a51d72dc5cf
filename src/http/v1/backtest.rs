//! `/v1/models/{model}/{version}/backtest` and `…/backtest/cases`: whether a model's scores warned of lost accounts.

use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_replay::AsOf;
use tenure_replay::backtest::{self, Candidate, Case, Loss, Plan, Scored, Verdict, Warned};
use tenure_replay::health::{Band, Health, HealthModel};
use tenure_replay::moment::Bound;
use tenure_schemas::models::{HealthSpec, TypedSpec};
use tenure_schemas::{AccountId, Instant};
use utoipa::ToSchema;

use super::health_history::{Reading, health_in};
use super::models::published;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, parse_day, parse_up_to};
use crate::http::problem::{Problem, ProblemBody, ProblemType};
use crate::http::render::{Answer, List};

/// How many days before the loss a score is taken, where the question does not say.
const HORIZON_DAYS: u32 = 90;

/// The most days before the loss.
const MAX_HORIZON_DAYS: u32 = 3_650;

/// How many days lie between two looks at the bands before a loss.
const LOOK_DAYS: u32 = 7;

/// How often the bands before a loss are looked at, at most.
const LOOKS: u32 = 53;

/// Which losses are looked at, from how far ahead, and how the past is read.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct BacktestFilter {
    /// How many days before its loss an account is scored, 1 to 3,650; 90 when absent.
    #[param(value_type = Option<u32>, example = 90)]
    days: Option<String>,
    /// Only losses on this date or later.
    #[param(example = "2024-01-01")]
    from: Option<String>,
    /// How the past is read: `reported` with what was known on the date of scoring, or `restated` with all that is known,
    /// what was learnt later included; `reported` when absent.
    #[param(inline)]
    reading: Option<Reading>,
}

impl Filter for BacktestFilter {}

/// How many accounts take part, and why others do not.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Outcomes {
    /// How many accounts were lost.
    lost: u64,
    /// How many of them because the client ended a contract.
    by_contract_ended: u64,
    /// How many of them because the account was closed as lost.
    by_account_closed: u64,
    /// How many accounts stayed.
    stayed: u64,
    /// How many lost accounts had no event yet at their date of scoring.
    lost_too_young: u64,
    /// How many lost accounts had no score at it, or one that claims no band.
    lost_unscored: u64,
    /// How many accounts that stayed had no event yet at any date of scoring.
    stayed_too_young: u64,
    /// How many accounts that stayed had no score at theirs, or one that claims no band.
    stayed_unscored: u64,
    /// How many were closed for another reason than a loss before they could be said to have stayed.
    stayed_closed: u64,
}

/// Whether a model's scores warned of lost accounts.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct BacktestBody {
    /// The model with its version.
    model: String,
    /// How many days before its loss an account was scored.
    horizon_days: i32,
    /// How the past is read.
    reading: Reading,
    /// Who takes part.
    outcomes: Outcomes,
    /// What the scores say.
    verdict: Verdict,
}

/// An account that takes part in a test.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CaseItem {
    /// The account.
    account: AccountId,
    /// Whether it was lost.
    is_lost: bool,
    /// When, as a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    lost_on: Option<Date>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    loss: Option<Loss>,
    /// The position of the event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u64>,
    /// The date at whose end it is scored.
    #[schema(value_type = String, format = Date)]
    scored_on: Date,
    /// The score in milli-points; `null` where there is none, and the account does not count.
    #[schema(required = true)]
    score: Option<u32>,
    /// How good that is.
    band: Band,
    /// For how many days before the loss the band had been red without a break.
    #[serde(skip_serializing_if = "Option::is_none")]
    red_days: Option<u32>,
    /// For how many days before the loss the band had been yellow or red without a break.
    #[serde(skip_serializing_if = "Option::is_none")]
    yellow_days: Option<u32>,
}

impl Row for CaseItem {
    const COLUMNS: &'static [&'static str] =
        &["account", "is_lost", "lost_on", "loss", "event", "scored_on", "score", "band", "red_days", "yellow_days"];
}

/// Whether a model's scores warned of lost accounts
///
/// Accounts are lost when the client ends a contract or they are closed as lost, and are scored 90 days before; those
/// that stayed are scored at the same dates in turn. Up to the moment that is asked about. The answer says how well the
/// score told the ones from the others: the area under the ROC curve, the Brier score, the lift of the worst fifth, and
/// for how long before a loss the band had warned, each with its number and its 95 % interval. It is refused under 20
/// accounts of either sort. `…/backtest/cases` lists every account with its score, so that all of it can be recomputed.
///
/// Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/models/{model}/{version}/backtest", tag = "ledger",
    params(("model" = String, Path, description = "The model's name", example = "health"),
        ("version" = u32, Path, description = "The number of the version", example = 1), BacktestFilter, Dated),
    responses((status = 200, description = "The verdict", body = Answer<BacktestBody>),
        (status = 422, description = "Too few accounts were lost, or stayed (`/problems/too-few-outcomes`)",
            body = ProblemBody, content_type = "application/problem+json")))]
pub(in crate::http) async fn backtest(call: Call) -> Response {
    call.document(Reach::All, read).await
}

/// The accounts that a backtest rests on, with their scores
///
/// The lost ones in the order of the dates at which they are scored, then those that stayed in the order of their ids.
#[utoipa::path(get, path = "/v1/models/{model}/{version}/backtest/cases", tag = "ledger",
    params(("model" = String, Path, description = "The model's name", example = "health"),
        ("version" = u32, Path, description = "The number of the version", example = 1), BacktestFilter, Dated, Paged),
    responses((status = 200, description = "A page of accounts", body = List<CaseItem>)))]
pub(in crate::http) async fn cases(call: Call) -> Response {
    call.list(Reach::All, page).await
}

/// A test as it is asked for.
struct Test<'a> {
    ask: &'a Ask<BacktestFilter>,
    model: HealthModel,
    horizon_days: i32,
    reading: Reading,
}

fn read(ask: &Ask<BacktestFilter>) -> Result<BacktestBody, Problem> {
    let test = Test::of(ask)?;
    let candidates = candidates(ask)?;
    let plan = backtest::plan(&candidates, test.horizon_days);
    let scored = test.score_all(&plan)?;
    let verdict = backtest::verdict(&scored).map_err(|few| too_few(few, test.reading))?;
    Ok(BacktestBody {
        model: test.model.name(),
        horizon_days: test.horizon_days,
        reading: test.reading,
        outcomes: Outcomes::of(&candidates, &plan, &scored),
        verdict,
    })
}

type Key = (bool, Option<Date>, AccountId);

fn page(ask: &Ask<BacktestFilter>) -> Result<Page<Key, CaseItem>, Problem> {
    let test = Test::of(ask)?;
    let plan = backtest::plan(&candidates(ask)?, test.horizon_days);
    let mut pager = ask.pager()?;
    for case in &plan.cases {
        let key: Key = (case.lost.is_none(), case.lost.map(|_| case.scored_on), case.account.clone());
        if pager.after().is_some_and(|after| key <= *after) {
            continue;
        }
        let (health, warned) = (test.health(case, case.scored_on)?, test.warned(case)?);
        if pager.offer(key, || CaseItem::of(case, &health, warned)).is_break() {
            break;
        }
    }
    Ok(pager.finish())
}

fn too_few(few: backtest::TooFew, reading: Reading) -> Problem {
    let advice = match reading {
        Reading::Reported => "look further back with an earlier `from` or fewer `days`, or ask for `reading=restated`",
        Reading::Restated => "look further back with an earlier `from` or fewer `days`",
    };
    Problem::new(ProblemType::TooFewOutcomes, format!("{few}; {advice}"))
}

/// Every account that is known at the moment and is no part of another, with its first loss from the wanted date on;
/// one that was lost before takes no part.
fn candidates(ask: &Ask<BacktestFilter>) -> Result<Vec<Candidate>, Problem> {
    let (zone, from) = (&ask.moment.zone, parse_day("from", ask.filter.from.as_ref())?);
    let mut all = Vec::new();
    ask.each_account(&Among::All, None, |account| {
        let lifecycle = account.lifecycle();
        let lost = backtest::first_loss(account, zone);
        let is_wanted = lost.is_none_or(|lost| from.is_none_or(|from| from <= lost.date));
        if let Some(at) = lifecycle.first_event_at.filter(|_| is_wanted && lifecycle.merged_into().is_none()) {
            let since = Bound { at, date: lifecycle.first_event_date }.date_in(zone);
            let closed = backtest::first_closed(account, zone);
            all.push(Candidate { account: account.account().clone(), since, lost, closed });
        }
        true
    })?;
    Ok(all)
}

impl<'a> Test<'a> {
    fn of(ask: &'a Ask<BacktestFilter>) -> Result<Self, Problem> {
        let name = ask.part("model");
        if name != HealthSpec::MODEL {
            let detail = format!("model {name} gives no score: only versions of {} can be tested", HealthSpec::MODEL);
            return Err(Problem::new(ProblemType::UnknownModel, detail));
        }
        let models = ask.view.models(&AsOf::Instant(Instant::MAX));
        let version = published(ask, &models)?.version;
        let model = HealthModel::version_of(&models, version).ok_or_else(Problem::internal)?;
        let days = parse_up_to("days", "number of days", ask.filter.days.as_ref(), 1..=MAX_HORIZON_DAYS)?;
        let horizon_days = days.unwrap_or(HORIZON_DAYS).cast_signed();
        Ok(Self { ask, model, horizon_days, reading: ask.filter.reading.unwrap_or(Reading::Reported) })
    }

    fn score_all(&self, plan: &Plan) -> Result<Vec<Scored>, Problem> {
        let mut scored = Vec::new();
        for case in &plan.cases {
            let (health, warned) = (self.health(case, case.scored_on)?, self.warned(case)?);
            scored.extend(backtest::scored(case, &health, warned));
        }
        Ok(scored)
    }

    /// The health of an account at the end of a date.
    fn health(&self, case: &Case, date: Date) -> Result<Health, Problem> {
        self.ask.go_on()?;
        let (ask, zone) = (self.ask, &self.ask.moment.zone);
        let as_of = AsOf::Day { date, zone: zone.clone() };
        let model = &self.model;
        Ok(match self.reading {
            Reading::Restated => health_in(&ask.view, &case.account, &as_of, zone, model)?,
            Reading::Reported => {
                let then = ask.moment.knowing.then(&ask.view, as_of.instant())?;
                health_in(&then, &case.account, &as_of, zone, model)?
            }
        })
    }

    /// For how long before its loss the bands of an account had warned: week by week back to where they did not.
    fn warned(&self, case: &Case) -> Result<Warned, Problem> {
        let Some(lost) = case.lost else { return Ok(Warned::default()) };
        let mut bands = Vec::new();
        for look in 0..LOOKS {
            let back = (look * LOOK_DAYS).saturating_add(1).cast_signed();
            let band = self.health(case, lost.date.saturating_sub(back.days()))?.band;
            bands.push(band);
            if !backtest::is_yellow_or_red(band) {
                break;
            }
        }
        Ok(Warned::of(&bands, LOOK_DAYS))
    }
}

impl Outcomes {
    fn of(candidates: &[Candidate], plan: &Plan, scored: &[Scored]) -> Self {
        let how = |wanted: Loss| {
            let losses = candidates.iter().filter_map(|candidate| candidate.lost);
            losses.filter(|lost| lost.how == wanted).count() as u64
        };
        let planned = |is_lost: bool| plan.cases.iter().filter(|case| case.lost.is_some() == is_lost).count() as u64;
        let with_score = |is_lost: bool| scored.iter().filter(|one| one.is_lost == is_lost).count() as u64;
        let (by_contract_ended, by_account_closed) = (how(Loss::ContractEnded), how(Loss::AccountClosed));
        let lost = by_contract_ended + by_account_closed;
        Self {
            lost,
            by_contract_ended,
            by_account_closed,
            stayed: candidates.len() as u64 - lost,
            lost_too_young: plan.lost_too_young,
            lost_unscored: planned(true) - with_score(true),
            stayed_too_young: plan.stayed_too_young,
            stayed_unscored: planned(false) - with_score(false),
            stayed_closed: plan.stayed_closed,
        }
    }
}

impl CaseItem {
    fn of(case: &Case, health: &Health, warned: Warned) -> Self {
        Self {
            account: case.account.clone(),
            is_lost: case.lost.is_some(),
            lost_on: case.lost.map(|lost| lost.date),
            loss: case.lost.map(|lost| lost.how),
            event: case.lost.map(|lost| lost.event),
            scored_on: case.scored_on,
            score: health.overall,
            band: health.band,
            red_days: warned.red,
            yellow_days: warned.yellow,
        }
    }
}
