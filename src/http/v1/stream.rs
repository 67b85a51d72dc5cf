//! `/v1/events/stream`: the ledger as it grows, as Server-Sent Events.

use axum::http::HeaderMap;
use axum::response::Response;

use super::event_filter::EventFilter;
use crate::http::call::Call;
use crate::http::tail;

/// The ledger as it grows, as Server-Sent Events
///
/// Each event has its position as `id`, its kind as `event`, and as `data` the JSON that `/v1/events` gives. It is
/// sent once answers rest on it, so whoever got it can ask for the state that includes it. The stream begins behind
/// `Last-Event-ID`, else behind `after`, else at `recorded_from`, else at the end of the ledger; it catches up and goes
/// on. In between, a message without an event sets the `id` to the last position that was looked at, and a comment
/// says `42 of 45 events`: how many were looked at, and how many the ledger holds.
///
/// A last event `end` says why the stream ends, `{"reason": "…", "resume_after": 41}`: `shutdown` (the server stops),
/// `slow_reader` (what was there was not taken for 30 seconds), `complete` (an event was recorded after `recorded_to`),
/// or `failed` (the ledger cannot be read). A reader who takes nothing at all is cut off without it. 256 readers may
/// follow at once.
#[utoipa::path(get, path = "/v1/events/stream", tag = "ledger",
    params(EventFilter, ("Last-Event-ID" = Option<u64>, Header,
        description = "The last position that the reader has; it counts more than `after`")),
    responses((status = 200, description = "The stream", content_type = "text/event-stream", body = String)))]
pub(in crate::http) async fn stream(headers: HeaderMap, call: Call) -> Response {
    let wanted = call.filter::<EventFilter>().and_then(|filter| filter.wanted(&call.state.zone));
    tail::follow(call, &headers, wanted)
}
