//! The read-only HTTP API: what the ledger says, to whoever may reach the address.
//!
//! **Invariant:** nothing here can append. This module sees [`View`](crate::view::View)s and the
//! clock, never the half of the log that writes; any method but GET and HEAD is refused.
//!
//! **Invariant:** a request is answered from one view, so all of an answer rests on one size.

pub mod address;
mod ask;
mod call;
mod cursor;
mod docs;
mod etag;
mod format;
mod gate;
mod knowing;
mod layers;
mod listener;
mod page;
mod params;
mod problem;
mod render;
mod service;
mod tail;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod v1;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tenure_schemas::Zone;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::gate::Gate;
pub use self::listener::impatient;
pub(crate) use self::v1::evidence::MEDIA_TYPE as EVIDENCE_MEDIA_TYPE;
use crate::clock::SharedClock;
use crate::view::Current;

/// What the API answers from. Cheap to clone.
#[derive(Clone)]
pub struct HttpState {
    current: Arc<Current>,
    clock: SharedClock,
    zone: Zone,
    limits: Limits,
    gates: Arc<Gates>,
    /// Ends the answers that would go on for ever.
    stopping: CancellationToken,
}

/// How much work the API takes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest time that an answer may take.
    pub time: Duration,
    /// How many questions about one account, or about all of them now, are worked on at once.
    pub at_once: usize,
    /// How many more of them may wait; the rest is turned away.
    pub waiting: usize,
    /// How many questions about all accounts at another moment, or about the whole log, are worked on at once.
    pub heavy_at_once: usize,
    /// How many more of those may wait.
    pub heavy_waiting: usize,
    /// How many readers may follow the ledger at once; more are turned away.
    pub followers: usize,
    /// After how long without an event a reader who follows the ledger is told how far it has been read.
    pub silence: Duration,
    /// How long a reader may take nothing of what there is for it, before its connection is closed.
    pub stalled: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(30),
            at_once: 32,
            waiting: 512,
            heavy_at_once: 4,
            heavy_waiting: 32,
            followers: 256,
            silence: Duration::from_secs(15),
            stalled: Duration::from_secs(30),
        }
    }
}

struct Gates {
    one: Gate,
    all: Gate,
    followers: Arc<Semaphore>,
    /// Who follows the ledger passes for each piece that is read for it, never while it waits.
    pieces: Semaphore,
}

impl HttpState {
    /// Answers from the current view; dates are days in UTC where a request names no zone.
    pub fn new(current: Arc<Current>, clock: SharedClock) -> Self {
        let limits = Limits::default();
        let gates = Arc::new(Gates::new(limits));
        Self { current, clock, zone: Zone::utc(), limits, gates, stopping: CancellationToken::new() }
    }

    /// The same, with another zone where a request names none.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// The same, within other limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, gates: Arc::new(Gates::new(limits)), ..self }
    }

    /// The same, until cancelled: then the answers that would go on for ever come to their end.
    #[must_use]
    pub fn until(self, stopping: CancellationToken) -> Self {
        Self { stopping, ..self }
    }
}

/// How many pieces of the ledger are read at once for those who follow it.
const PIECES_AT_ONCE: usize = 4;

impl Gates {
    fn new(limits: Limits) -> Self {
        Self {
            one: Gate::new(limits.at_once, limits.waiting),
            all: Gate::new(limits.heavy_at_once, limits.heavy_waiting),
            followers: Arc::new(Semaphore::new(limits.followers.min(Semaphore::MAX_PERMITS))),
            pieces: Semaphore::new(PIECES_AT_ONCE),
        }
    }
}

/// The whole API as a service.
pub fn router(state: HttpState) -> Router {
    let router: Router<HttpState> = endpoints().into();
    router
        .fallback(layers::unknown_path)
        .layer(from_fn_with_state(state.clone(), layers::limit_time))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn(layers::admit))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

/// The description of the whole API, made from its code.
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::complete(endpoints().into_openapi())
}

/// Everything there is, one line each.
fn endpoints() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(docs::base())
        .routes(routes!(service::index))
        .routes(routes!(service::healthz))
        .routes(routes!(service::readyz))
        .routes(routes!(service::openapi_json))
        .merge(of_one_account())
        .merge(across_accounts())
        .merge(of_the_ledger())
}

/// Accounts, and what is below one.
fn of_one_account() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(v1::accounts::accounts))
        .routes(routes!(v1::account::account))
        .routes(routes!(v1::overview::overview))
        .routes(routes!(v1::handover_brief::handover_brief))
        .routes(routes!(v1::owners::owners))
        .routes(routes!(v1::ownership::account_ownership))
        .routes(routes!(v1::timeline::timeline))
        .routes(routes!(v1::audit::audit))
        .routes(routes!(v1::diff::diff))
        .routes(routes!(v1::contacts::contacts))
        .routes(routes!(v1::consents::consents))
        .routes(routes!(v1::interactions::interactions))
        .routes(routes!(v1::interactions::planned_interactions))
        .routes(routes!(v1::relationships::relationships))
        .routes(routes!(v1::relationships::risk))
        .routes(routes!(v1::health::health))
        .routes(routes!(v1::health_history::health_history))
        .routes(routes!(v1::health_waterfall::health_waterfall))
        .routes(routes!(v1::notes::notes))
        .routes(routes!(v1::competitors::competitors))
        .routes(routes!(v1::whitespace::whitespace))
        .routes(routes!(v1::spend::spend))
        .routes(routes!(v1::metrics::metrics))
        .routes(routes!(v1::orders::account_orders))
        .routes(routes!(v1::issues::account_issues))
        .routes(routes!(v1::plans::plans))
        .routes(routes!(v1::plans::plan))
        .routes(routes!(v1::plan_parts::objectives))
        .routes(routes!(v1::plan_parts::actions))
        .routes(routes!(v1::plan_parts::reviews))
        .routes(routes!(v1::plan_parts::insights))
        .routes(routes!(v1::commitments::account_commitments))
        .routes(routes!(v1::contracts::account_contracts))
        .routes(routes!(v1::needs::needs))
        .routes(routes!(v1::surveys::surveys))
        .routes(routes!(v1::surveys::survey_summary))
        .routes(routes!(v1::findings::account_findings))
}

/// What lies across accounts, and people.
fn across_accounts() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(v1::owners::ownership))
        .routes(routes!(v1::metrics::metrics_report))
        .routes(routes!(v1::orders::orders))
        .routes(routes!(v1::issues::issues))
        .routes(routes!(v1::commitments::commitments))
        .routes(routes!(v1::contracts::contracts))
        .routes(routes!(v1::offerings::offerings))
        .routes(routes!(v1::portfolio::accounts))
        .routes(routes!(v1::portfolio::summary))
        .routes(routes!(v1::replay::replay))
        .routes(routes!(v1::people::people))
        .routes(routes!(v1::people::person))
        .routes(routes!(v1::book::book))
        .routes(routes!(v1::book::tenures))
        .routes(routes!(v1::departure_impact::departure_impact))
        .routes(routes!(v1::handovers::handovers))
        .routes(routes!(v1::handovers::handover))
        .routes(routes!(v1::handovers::handover_measures))
}

/// The ledger itself: events, reports on all of it, models and schemas.
fn of_the_ledger() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(v1::events::events))
        .routes(routes!(v1::stream::stream))
        .routes(routes!(v1::events::event))
        .routes(routes!(v1::evidence::evidence))
        .routes(routes!(v1::findings::findings))
        .routes(routes!(v1::reports::orphans::orphans))
        .routes(routes!(v1::reports::owner_turnover::owner_turnover))
        .routes(routes!(v1::reports::owner_departed::owner_departed))
        .routes(routes!(v1::reports::overdue_commitments::overdue_commitments))
        .routes(routes!(v1::reports::stale_plans::stale_plans))
        .routes(routes!(v1::reports::single_threaded::single_threaded))
        .routes(routes!(v1::reports::late_recorded::late_recorded))
        .routes(routes!(v1::models::models))
        .routes(routes!(v1::models::model))
        .routes(routes!(v1::models::model_version))
        .routes(routes!(v1::models::model_diff))
        .routes(routes!(v1::backtest::backtest))
        .routes(routes!(v1::backtest::cases))
        .routes(routes!(v1::schemas::schemas))
        .routes(routes!(v1::schemas::schema))
}
