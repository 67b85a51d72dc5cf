//! The clocks of an issue: how long the client has waited for an answer and for the end, and whether that was in time.
//!
//! Clocks are worked out on reading, as of a moment, in calendar time:
//!
//! - The respond clock runs from the raising to the first answer; a resolution or closing is one where nobody reported
//!   any.
//! - The resolve clock runs from the raising to the last resolution, or to the closing where nobody reported a
//!   resolution. A reopening sets it running again as though it had not stopped: the client has waited all the while.
//! - Waiting for the client or a third party takes time off `net_s`, and never moves what is due. What is due moves
//!   when `issue.changed` says so; an answer is judged by what is due as of the moment.
//! - A due instant that has passed makes a running clock overdue, and a stopped one late when it stopped after it.
//! - An issue that moved to another account goes on there: here its clocks stop, and say `moved`.

use serde::{Deserialize, Serialize};
use tenure_schemas::Instant;
use tenure_schemas::payload::issue::WaitingFor;
use utoipa::ToSchema;

use super::issues::{Issue, Wait};
use crate::span::Span;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// How a clock stands against what is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Nothing is due.
    NotSet,
    /// Runs, and what is due has not passed.
    Running,
    /// Runs, and what is due has passed.
    Overdue,
    /// Stopped in time.
    Met,
    /// Stopped after what was due.
    Late,
    /// The issue goes on in another account.
    Moved,
}

/// The clock until the first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RespondClock)]
pub struct Clock {
    /// How it stands.
    pub state: ClockState,
    /// The instant by which an answer is due; `null` where none is.
    pub due: Option<Instant>,
    /// When it stopped; `null` while it runs.
    pub stopped_at: Option<Instant>,
    /// How long it ran, in seconds.
    pub elapsed_s: i64,
}

/// How long an issue waited, in seconds, by whom it waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Waited {
    /// For the client.
    pub client_s: i64,
    /// For somebody else.
    pub third_party_s: i64,
    /// For us.
    pub us_s: i64,
    /// For whom, nobody said.
    pub unstated_s: i64,
}

/// The clock until the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResolveClock {
    /// How it stands.
    pub state: ClockState,
    /// The instant by which the end is due; `null` where none is.
    pub due: Option<Instant>,
    /// When it stopped; `null` while it runs.
    pub stopped_at: Option<Instant>,
    /// How long it ran, in seconds.
    pub elapsed_s: i64,
    /// How much of that the issue waited.
    pub waited: Waited,
    /// How long it ran without what it waited for the client or a third party, in seconds.
    pub net_s: i64,
}

/// Both clocks of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Clocks {
    /// Until the first answer.
    pub respond: Clock,
    /// Until the end.
    pub resolve: ResolveClock,
}

impl Clocks {
    /// The clocks of an issue as it stands at `at`.
    pub fn of(issue: &Issue, at: Instant) -> Self {
        let run = |stopped_at: Option<Instant>| {
            let end = stopped_at.or(issue.moved_at).unwrap_or(at).max(issue.raised_at);
            Span::new(issue.raised_at, Some(end))
        };
        let resolved_at = issue.resolved_at.or(issue.closed_at);
        let answered_at = issue.responded_at.or(resolved_at);
        let (until_answer, until_end) = (run(answered_at), run(resolved_at));
        let judge = |due, stopped_at| judge(due, stopped_at, issue.moved_at.is_some(), at);
        let waited = waited(&issue.waits, &until_end);
        let elapsed_s = seconds(&until_end);
        Self {
            respond: Clock {
                state: judge(issue.respond_by, answered_at),
                due: issue.respond_by,
                stopped_at: answered_at,
                elapsed_s: seconds(&until_answer),
            },
            resolve: ResolveClock {
                state: judge(issue.resolve_by, resolved_at),
                due: issue.resolve_by,
                stopped_at: resolved_at,
                elapsed_s,
                waited,
                net_s: elapsed_s - waited.client_s - waited.third_party_s,
            },
        }
    }

    /// Whether something that is due has passed while its clock runs.
    pub fn is_overdue(&self) -> bool {
        self.respond.state == ClockState::Overdue || self.resolve.state == ClockState::Overdue
    }
}

fn judge(due: Option<Instant>, stopped_at: Option<Instant>, moved: bool, at: Instant) -> ClockState {
    match (due, stopped_at) {
        (_, None) if moved => ClockState::Moved,
        (None, _) => ClockState::NotSet,
        (Some(due), Some(stopped)) if stopped <= due => ClockState::Met,
        (Some(_), Some(_)) => ClockState::Late,
        (Some(due), None) if due < at => ClockState::Overdue,
        (Some(_), None) => ClockState::Running,
    }
}

fn waited(waits: &[Wait], run: &Span) -> Waited {
    let mut waited = Waited::default();
    for wait in waits {
        let Some(span) = Span::new(wait.from, wait.to).intersect(run) else { continue };
        let slot = match wait.waiting_for {
            Some(WaitingFor::Client) => &mut waited.client_s,
            Some(WaitingFor::ThirdParty) => &mut waited.third_party_s,
            Some(WaitingFor::Us) => &mut waited.us_s,
            None => &mut waited.unstated_s,
        };
        *slot += seconds(&span);
    }
    waited
}

/// The length of a span in seconds, rounded: a day that is asked about ends a microsecond before the next.
fn seconds(span: &Span) -> i64 {
    let micros = span.to.map_or(0, |to| to.as_micros() - span.from.as_micros());
    (micros + MICROS_PER_SECOND / 2).div_euclid(MICROS_PER_SECOND)
}
