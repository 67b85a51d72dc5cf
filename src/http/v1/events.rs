//! `/v1/events`: the ledger itself, event by event.

use std::ops::Range;

use axum::response::Response;
use tenure_schemas::{Event, EventView, Stream};
use uuid::Uuid;

use super::event_filter::{EventFilter, Wanted};
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Paged, Undated};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::List;

/// How many events are read at once.
const CHUNK: usize = 1_024;

impl Row for EventView {
    const COLUMNS: &'static [&'static str] = &[
        "position",
        "id",
        "stream",
        "revision",
        "kind",
        "schema",
        "occurred_at",
        "precision",
        "recorded_at",
        "actor.kind",
        "actor.id",
        "actor.name",
        "actor.on_behalf_of",
        "reason.code",
        "reason.text",
        "source.system",
        "source.record",
        "source.sequence",
        "source.recorded_at",
        "correlation_id",
        "causation_id",
        "payload",
        "unread",
    ];
}

/// The ledger, event by event
///
/// In the order of the ledger, exactly as it was recorded. `/v1/events/stream` goes on as more is recorded.
#[utoipa::path(get, path = "/v1/events", tag = "ledger", params(EventFilter, Paged),
    responses((status = 200, description = "A page of events", body = List<EventView>)))]
pub(in crate::http) async fn events(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn page(ask: &Ask<EventFilter>) -> Result<Page<u64, EventView>, Problem> {
    let wanted = ask.filter.wanted(&ask.moment.zone)?;
    let mut pager: Pager<u64, EventView> = ask.pager()?;
    let mut positions = wanted.positions(&ask.view)?;
    let given = pager.after().map_or(0, |after| after.saturating_add(1));
    positions.start = positions.start.max(given);
    match wanted.stream() {
        Some(stream) => offer_stream(ask, &wanted, stream, &positions, &mut pager)?,
        None => offer_log(ask, &wanted, positions, &mut pager)?,
    }
    Ok(pager.finish())
}

fn offer(wanted: &Wanted, events: &[Event], pager: &mut Pager<u64, EventView>) {
    for event in events.iter().filter(|event| wanted.takes(event)) {
        if pager.offer(event.position, || event.view()).is_break() {
            break;
        }
    }
}

fn offer_stream(
    ask: &Ask<EventFilter>,
    wanted: &Wanted,
    stream: &Stream,
    within: &Range<u64>,
    pager: &mut Pager<u64, EventView>,
) -> Result<(), Problem> {
    let mut positions = ask.view.stream_positions(stream.as_str(), within.start);
    positions.retain(|position| *position < within.end);
    for chunk in positions.chunks(CHUNK) {
        ask.go_on()?;
        offer(wanted, &ask.view.events_at(chunk)?, pager);
        if pager.is_done() {
            break;
        }
    }
    Ok(())
}

fn offer_log(
    ask: &Ask<EventFilter>,
    wanted: &Wanted,
    mut left: Range<u64>,
    pager: &mut Pager<u64, EventView>,
) -> Result<(), Problem> {
    // Without a filter the page is all that must be read; one more says whether more follow.
    let chunk = if wanted.takes_all() { ask.limit.saturating_add(1).min(CHUNK) } else { CHUNK };
    while !left.is_empty() && !pager.is_done() {
        ask.go_on()?;
        let chunk = usize::try_from(left.end - left.start).unwrap_or(chunk).min(chunk);
        let events = ask.view.events(left.start, chunk)?;
        let Some(last) = events.last() else { break };
        left.start = last.position.saturating_add(1);
        offer(wanted, &events, pager);
    }
    Ok(())
}

/// One event
#[utoipa::path(get, path = "/v1/events/{position}", tag = "ledger",
    params(("position" = String, Path, description = "The event's position from 0, or its id")),
    responses((status = 200, description = "The event exactly as it was recorded", body = EventView)))]
pub(in crate::http) async fn event(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<Undated>| find(ask)).await
}

fn find(ask: &Ask<Undated>) -> Result<EventView, Problem> {
    let text = ask.part("position");
    let size = ask.view.head().size;
    let unknown = || {
        let detail =
            format!("\"{text}\" is neither a position below the size of the ledger, {size}, nor the id of an event");
        Problem::new(ProblemType::UnknownEvent, detail)
    };
    let by_id = || Uuid::parse_str(text).ok().and_then(|id| ask.view.find(id));
    let position = text.parse().ok().filter(|position: &u64| *position < size).or_else(by_id).ok_or_else(unknown)?;
    let events = ask.view.events_at(&[position])?;
    events.first().map(Event::view).ok_or_else(unknown)
}
