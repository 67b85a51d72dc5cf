//! Following the ledger: an answer that goes on, event by event, until its reader leaves or it must end.
//!
//! Nothing is kept for a reader but its position and one piece of the ledger, read when it has taken the piece before.
//! So readers never hold up the writer or each other, and one who lags costs no more than one who does not.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::http::header::CONNECTION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::Event as Message;
use axum::response::{IntoResponse, Response, Sse};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, stream};
use serde_json::json;
use tenure_schemas::Event;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

use super::HttpState;
use super::call::{Call, on_ledger};
use super::format::check_accepts;
use super::params::parse_position;
use super::problem::{Problem, ProblemType};
use super::v1::event_filter::Wanted;
use crate::view::{View, ViewError};

/// How many events are looked at for one piece.
const PIECE_EVENTS: u64 = 256;
/// When the messages of a piece have this many bytes, it ends.
const PIECE_BYTES: usize = 256 * 1024;
/// After how many events of which none was wanted the reader is told how far it has been read.
const MARK_EVERY: u64 = 4_096;

/// The header in which a reader says what it has.
const LAST_EVENT_ID: &str = "last-event-id";

/// Answers with the wanted events from where the reader wants to begin, for as long as it stays.
pub(super) fn follow(call: Call, headers: &HeaderMap, wanted: Result<Wanted, Problem>) -> Response {
    let view = Arc::clone(&call.view);
    let answer = wanted.and_then(|wanted| begin(call, headers, wanted));
    on_ledger(answer.unwrap_or_else(IntoResponse::into_response), &view)
}

fn begin(call: Call, headers: &HeaderMap, wanted: Wanted) -> Result<Response, Problem> {
    check_accepts(&call.accept, "text/event-stream")?;
    let next = first_position(&call.view, headers, &wanted)?;
    let place = Arc::clone(&call.state.gates.followers).try_acquire_owned().map_err(|_| {
        let detail = "as many readers follow the ledger as may: ask again in a moment, or read /v1/events page by page";
        Problem::new(ProblemType::Busy, detail)
    })?;
    let tail = Tail {
        state: call.state,
        wanted: Arc::new(wanted),
        next,
        told: next,
        reading: None,
        ready: VecDeque::new(),
        phase: Phase::Opening,
        given_at: Instant::now(),
        _place: place,
    };
    let messages = stream::unfold(tail, |mut tail| async move {
        let message = tail.message().await?;
        tail.given_at = Instant::now();
        Some((Ok::<_, Infallible>(message), tail))
    });
    let mut response = Sse::new(messages).into_response();
    let headers = response.headers_mut();
    // What ends a stream is the end of its connection too.
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The first position that the reader has not seen.
fn first_position(view: &View, headers: &HeaderMap, wanted: &Wanted) -> Result<u64, Problem> {
    let size = view.head().size;
    let (field, after) = match headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty()) {
        Some(id) => ("Last-Event-ID", Some(parse_position("Last-Event-ID", &String::from_utf8_lossy(id.as_bytes()))?)),
        None => ("after", wanted.after()),
    };
    let recorded = wanted.first_recorded(view)?;
    match after {
        Some(after) if after >= size => {
            let detail = format!(
                "the ledger has {size} events, and none at position {after}: the position is another ledger's, or this \
                 one was restored with less than it had; begin anew, or at a position that you trust"
            );
            Err(Problem::bad(field, detail))
        }
        Some(after) => Ok(after.saturating_add(1).max(recorded.unwrap_or_default())),
        None => Ok(recorded.unwrap_or(size)),
    }
}

/// Where in its course a tail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing has been said yet.
    Opening,
    Following,
    /// Everything that is wanted has been read.
    Complete,
    Ended,
}

/// Why a tail ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Shutdown,
    SlowReader,
    Complete,
    Failed,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Shutdown => "shutdown",
            Self::SlowReader => "slow_reader",
            Self::Complete => "complete",
            Self::Failed => "failed",
        }
    }
}

/// One reader's way along the ledger.
struct Tail {
    state: HttpState,
    wanted: Arc<Wanted>,
    /// The next position to look at.
    next: u64,
    /// The position before which the reader has everything, and knows it.
    told: u64,
    /// The piece that is being read, or waited for.
    reading: Option<BoxFuture<'static, Result<Piece, Problem>>>,
    /// The messages of the piece that was read, with the positions of their events.
    ready: VecDeque<(u64, Message)>,
    phase: Phase,
    /// When the reader was given something.
    given_at: Instant,
    /// The right to follow; ends with the tail.
    _place: OwnedSemaphorePermit,
}

impl Tail {
    /// The next message; none behind the last.
    async fn message(&mut self) -> Option<Message> {
        match self.phase {
            Phase::Ended => return None,
            Phase::Opening => {
                // A reader who loses the connection before the first event must know where it began.
                self.phase = Phase::Following;
                return Some(self.mark());
            }
            Phase::Following | Phase::Complete => {}
        }
        // Whoever serves the connection asks for more as soon as there is room for it.
        if self.given_at.elapsed() >= self.state.limits.stalled {
            return Some(self.end(Reason::SlowReader));
        }
        if self.state.stopping.is_cancelled() {
            return Some(self.end(Reason::Shutdown));
        }
        Some(self.next_message().await)
    }

    async fn next_message(&mut self) -> Message {
        loop {
            if let Some((position, message)) = self.ready.pop_front() {
                self.told = position.saturating_add(1);
                return message;
            }
            if self.phase == Phase::Complete {
                return self.end(Reason::Complete);
            }
            if self.next.saturating_sub(self.told) >= MARK_EVERY {
                return self.mark();
            }
            let next = || read_on(self.state.clone(), Arc::clone(&self.wanted), self.next).boxed();
            // Goes on where it was when a mark comes in between.
            let reading = self.reading.get_or_insert_with(next);
            let piece = tokio::select! {
                biased;
                () = self.state.stopping.cancelled() => return self.end(Reason::Shutdown),
                () = sleep_until(self.given_at + self.state.limits.silence) => return self.mark(),
                piece = reading => piece,
            };
            self.reading = None;
            match piece {
                Ok(piece) => self.take(piece),
                Err(problem) => {
                    tracing::error!(detail = problem.detail, "a reader could not follow the ledger");
                    return self.end(Reason::Failed);
                }
            }
        }
    }

    fn take(&mut self, piece: Piece) {
        self.ready = piece.messages;
        self.next = piece.next;
        if piece.is_last {
            self.phase = Phase::Complete;
        }
    }

    /// Says how far the ledger has been looked at, and lets the reader come back to there.
    fn mark(&mut self) -> Message {
        self.told = self.next;
        let size = self.state.current.load().log_size();
        self.identified(Message::default().comment(format!("{} of {size} events", self.told)))
    }

    fn end(&mut self, reason: Reason) -> Message {
        self.phase = Phase::Ended;
        if self.ready.is_empty() {
            self.told = self.next;
        }
        let data = json!({"reason": reason.as_str(), "resume_after": self.told.checked_sub(1)});
        self.identified(Message::default()).event("end").data(data.to_string())
    }

    /// The message with the last position that the reader has; without one there is nothing to come back to.
    fn identified(&self, message: Message) -> Message {
        match self.told.checked_sub(1) {
            Some(last) => message.id(last.to_string()),
            None => message,
        }
    }
}

/// A piece of the ledger, as its reader gets it.
struct Piece {
    messages: VecDeque<(u64, Message)>,
    /// The position behind the piece.
    next: u64,
    /// Whether no event behind it is wanted.
    is_last: bool,
}

/// Reads the next piece once there is one, or once it is certain that there will be none.
async fn read_on(state: HttpState, wanted: Arc<Wanted>, from: u64) -> Result<Piece, Problem> {
    // No view is kept while waiting: it would keep alive what newer ones have replaced.
    let is_over = wanted.is_over(&state.current.load());
    let view = if is_over { state.current.load() } else { state.current.grown(from).await };
    let _turn = state.gates.pieces.acquire().await.map_err(|_| Problem::internal())?;
    let reading = tokio::task::spawn_blocking(move || read_piece(&view, &wanted, from));
    Ok(reading.await.map_err(|_| Problem::internal())??)
}

fn read_piece(view: &View, wanted: &Wanted, from: u64) -> Result<Piece, ViewError> {
    let end = wanted.end(view)?;
    let limit = end.unwrap_or(view.head().size);
    let (events, covered) = look(view, wanted, from, limit)?;
    let mut messages = VecDeque::new();
    let mut next = covered;
    let mut bytes = 0_usize;
    for event in events.iter().filter(|event| wanted.takes(event)) {
        let data = serde_json::to_string(&event.view()).unwrap_or_default();
        bytes = bytes.saturating_add(data.len());
        messages.push_back((event.position, message_of(event, &data)));
        if bytes >= PIECE_BYTES {
            next = event.position.saturating_add(1);
            break;
        }
    }
    Ok(Piece { messages, next, is_last: end.is_some_and(|end| end <= next) })
}

/// The next events among which wanted ones may be, and the position up to which they were looked for.
fn look(view: &View, wanted: &Wanted, from: u64, limit: u64) -> Result<(Vec<Event>, u64), ViewError> {
    let near = from.saturating_add(PIECE_EVENTS).min(limit).max(from);
    let Some(stream) = wanted.stream().filter(|_| near < limit) else {
        let count = usize::try_from(near - from).unwrap_or_default();
        return Ok((view.events(from, count)?, near));
    };
    // Far behind, only the events of the stream are read.
    let mut positions = view.stream_positions(stream.as_str(), from);
    positions.retain(|position| *position < limit);
    let more = positions.get(usize::try_from(PIECE_EVENTS).unwrap_or_default()).copied();
    positions.truncate(usize::try_from(PIECE_EVENTS).unwrap_or_default());
    Ok((view.events_at(&positions)?, more.unwrap_or(limit)))
}

fn message_of(event: &Event, data: &str) -> Message {
    // A kind of a later version is whatever that version recorded; a message's fields are single lines.
    let kind = event.kind_name().replace(['\r', '\n', '\0'], " ");
    Message::default().id(event.position.to_string()).event(kind).data(data)
}
