//! `/v1/reports/late-recorded`: events that were recorded long after they happened.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::reports::late_recorded::{LateEvent, LateOrder, lag_days, late};
use tenure_schemas::{AccountId, Event, ForeignId, Stream, Times};

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged, parse_days};
use crate::http::problem::Problem;
use crate::http::render::List;
use crate::http::v1::event_filter::Kinds;

/// How many events are read at once.
const CHUNK: usize = 1_024;

/// Which late events are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct LateFilter {
    /// Only events that are late by more than so many whole days; 7 when absent.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 36_500, example = 7)]
    days: Option<String>,
    /// Only events of these kinds, separated by commas. `order.*` stands for every kind that begins with `order.`.
    #[param(example = "ownership.*,coverage.*")]
    kind: Option<String>,
    /// Only events of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only events that the actor with this id reported.
    #[param(value_type = Option<String>, example = "p-07")]
    actor: Option<ForeignId>,
    /// By their places in the ledger, or the latest first; by place when absent.
    #[param(inline)]
    order: Option<LateOrder>,
}

impl Filter for LateFilter {}

impl Row for LateEvent {
    const COLUMNS: &'static [&'static str] = &[
        "event",
        "kind",
        "account",
        "person",
        "occurred_at",
        "occurred_date",
        "recorded_at",
        "lag_days",
        "ledger_lag_days",
        "source_recorded_at",
        "source_lag_days",
        "actor.kind",
        "actor.id",
        "actor.name",
        "actor.on_behalf_of",
        "reason",
        "source.system",
        "source.record",
    ];
}

/// What late events are sorted by: the lag as a negative number where the latest come first, and the position.
type Key = (i64, u64);

/// Events that were recorded long after they happened
///
/// By more than `days` whole civil days in `tz`, by the ledger's time of recording or, with `clock=source`, by when the
/// source learned of them; both lags are shown. Every event that happened by the moment counts as it was recorded,
/// whatever corrected or retracted it later. Imported history is late by nature: `kind` limits the list.
#[utoipa::path(get, path = "/v1/reports/late-recorded", tag = "across accounts", params(LateFilter, Dated, Paged),
    responses((status = 200, description = "A page of events", body = List<LateEvent>)))]
pub(in crate::http) async fn late_recorded(call: Call) -> Response {
    call.list(Reach::All, page).await
}

/// What makes an event late.
struct Wanted {
    days: i64,
    kinds: Option<Kinds>,
    order: LateOrder,
}

fn page(ask: &Ask<LateFilter>) -> Result<Page<Key, LateEvent>, Problem> {
    let wanted = Wanted {
        days: parse_days("days", ask.filter.days.as_ref())?.unwrap_or(7),
        kinds: ask.filter.kind.as_deref().map(Kinds::parse).transpose()?,
        order: ask.filter.order.unwrap_or_default(),
    };
    match wanted.order {
        LateOrder::Position => by_position(ask, &wanted),
        LateOrder::Lag => by_lag(ask, &wanted),
    }
}

fn by_position(ask: &Ask<LateFilter>, wanted: &Wanted) -> Result<Page<Key, LateEvent>, Problem> {
    let (day, clock) = (ask.day(), ask.moment.knowing.clock);
    let mut pager: Pager<Key, LateEvent> = ask.pager()?;
    let start = pager.after().map_or(0, |(_, position)| position.saturating_add(1));
    each_late(ask, wanted, start, |key, event| pager.offer(key, || late(event, &day, clock)).is_continue())?;
    Ok(pager.finish())
}

/// Keeps no more than the keys of what is late, and reads again what belongs on the page.
fn by_lag(ask: &Ask<LateFilter>, wanted: &Wanted) -> Result<Page<Key, LateEvent>, Problem> {
    let (day, clock) = (ask.day(), ask.moment.knowing.clock);
    let mut keys: Vec<Key> = Vec::new();
    each_late(ask, wanted, 0, |key, _| {
        keys.push(key);
        true
    })?;
    keys.sort_unstable();
    let Page { items, next } = ask.page(keys.into_iter().map(|key| (key, key.1)))?;
    let mut positions = items.clone();
    positions.sort_unstable();
    let mut rows: Vec<LateEvent> =
        ask.view.events_at(&positions)?.iter().map(|event| late(event, &day, clock)).collect();
    rows.sort_by_key(|row| (-row.lag_days, row.event));
    Ok(Page { items: rows, next })
}

/// Visits what is late from a position on, in the order of the ledger, while `visit` wants more.
fn each_late(
    ask: &Ask<LateFilter>,
    wanted: &Wanted,
    start: u64,
    mut visit: impl FnMut(Key, &Event) -> bool,
) -> Result<(), Problem> {
    let (day, clock) = (ask.day(), ask.moment.knowing.clock);
    let late = |times: &Times| wanted.is_late(lag_days(times, &day, clock)) && ask.as_of().includes(&times.when);
    let mut visit = |event: &Event| {
        let key = || wanted.key(event.position, lag_days(&Times::of(event), &day, clock));
        !wanted.takes(ask, event) || visit(key(), event)
    };
    if let Some(account) = &ask.filter.account {
        for chunk in ask.view.stream_positions(Stream::account(account).as_str(), start).chunks(CHUNK) {
            ask.go_on()?;
            let mut events = ask.view.events_at(chunk)?;
            events.retain(|event| late(&Times::of(event)));
            if !events.iter().all(&mut visit) {
                break;
            }
        }
        return Ok(());
    }
    let mut next = Some(start);
    while let Some(from) = next {
        ask.go_on()?;
        let (events, behind) = ask.view.events_by_time(from, CHUNK, late)?;
        next = behind.filter(|_| events.iter().all(&mut visit));
    }
    Ok(())
}

impl Wanted {
    fn is_late(&self, lag: i64) -> bool {
        lag > self.days
    }

    /// Whether a late event is wanted.
    fn takes(&self, ask: &Ask<LateFilter>, event: &Event) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.include(event))
            && ask.filter.actor.as_ref().is_none_or(|actor| *actor == event.actor.id)
    }

    /// Where an event stands in the list.
    fn key(&self, position: u64, lag: i64) -> Key {
        match self.order {
            LateOrder::Position => (0, position),
            LateOrder::Lag => (-lag, position),
        }
    }
}
