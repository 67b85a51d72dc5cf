//! `/v1/events`: the ledger itself, event by event.

use axum::response::Response;
use serde::Deserialize;
use tenure_schemas::{AccountId, Event, EventView, Stream};
use uuid::Uuid;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Filter, Paged, Undated};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::List;

/// How many events are read at once.
const CHUNK: usize = 1_024;

/// Which events are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct EventFilter {
    /// Only events behind this position.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// Only events of this kind.
    #[param(example = "order.placed")]
    kind: Option<String>,
    /// Only events of this stream.
    #[param(value_type = Option<String>, example = "account/acme")]
    stream: Option<Stream>,
    /// Only events of this account; short for its stream.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
}

impl Filter for EventFilter {
    const DATED: bool = false;
}

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
/// In the order of the ledger, exactly as it was recorded.
#[utoipa::path(get, path = "/v1/events", tag = "ledger", params(EventFilter, Paged),
    responses((status = 200, description = "A page of events", body = List<EventView>)))]
pub(in crate::http) async fn events(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn page(ask: &Ask<EventFilter>) -> Result<Page<u64, EventView>, Problem> {
    let mut pager: Pager<u64, EventView> = ask.pager()?;
    let after = ask.filter.after()?.max(pager.after().copied());
    let from = after.map_or(0, |after| after.saturating_add(1));
    match ask.filter.stream()? {
        Some(stream) => offer_stream(ask, &stream, from, &mut pager)?,
        None => offer_log(ask, from, &mut pager)?,
    }
    Ok(pager.finish())
}

impl EventFilter {
    fn after(&self) -> Result<Option<u64>, Problem> {
        let parse = |text: &String| {
            let detail = format!("\"{text}\" is no position: give a whole number from 0");
            text.parse().map_err(|_| Problem::bad("after", detail))
        };
        self.after.as_ref().map(parse).transpose()
    }

    fn stream(&self) -> Result<Option<Stream>, Problem> {
        match (&self.stream, &self.account) {
            (Some(_), Some(_)) => Err(Problem::bad("account", "give `stream` or `account`, not both")),
            (Some(stream), None) => Ok(Some(stream.clone())),
            (None, account) => Ok(account.as_ref().map(Stream::account)),
        }
    }

    fn offer(&self, event: &Event, pager: &mut Pager<u64, EventView>) {
        if self.kind.as_deref().is_none_or(|kind| kind == event.kind_name()) {
            // Breaking is for the caller to see.
            let _ = pager.offer(event.position, || event.view());
        }
    }
}

fn offer_stream(
    ask: &Ask<EventFilter>,
    stream: &Stream,
    from: u64,
    pager: &mut Pager<u64, EventView>,
) -> Result<(), Problem> {
    let positions = ask.view.stream_positions(stream.as_str(), from);
    for chunk in positions.chunks(CHUNK) {
        ask.go_on()?;
        for event in ask.view.events_at(chunk)? {
            ask.filter.offer(&event, pager);
        }
        if pager.is_done() {
            break;
        }
    }
    Ok(())
}

fn offer_log(ask: &Ask<EventFilter>, mut from: u64, pager: &mut Pager<u64, EventView>) -> Result<(), Problem> {
    // Without a filter the page is all that must be read; one more says whether more follow.
    let chunk = if ask.filter.kind.is_none() { ask.limit.saturating_add(1).min(CHUNK) } else { CHUNK };
    while from < ask.view.head().size && !pager.is_done() {
        ask.go_on()?;
        let events = ask.view.events(from, chunk)?;
        let Some(last) = events.last() else { break };
        from = last.position.saturating_add(1);
        for event in &events {
            ask.filter.offer(event, pager);
        }
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
