//! Which events are wanted: the filters that the list of events and the stream of events share.

use std::ops::Range;

use serde::Deserialize;
use tenure_replay::AsOf;
use tenure_schemas::{AccountId, Event, ForeignId, Instant, Invalid, Kind, PersonId, Stream, Zone};
use uuid::Uuid;

use super::accounts::wants;
use crate::http::params::{Filter, parse_moment, parse_position};
use crate::http::problem::Problem;
use crate::view::{View, ViewError};

/// The word for events that this version of Tenure cannot read, among kinds.
const UNREAD: &str = "unread";

/// Which events are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct EventFilter {
    /// Only events behind this position.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// Only events of these kinds, separated by commas. `order.*` stands for every kind that begins with `order.`,
    /// `unread` for the events that this version of Tenure cannot read: their kind or version is a later one's.
    #[param(example = "order.placed,order.amended,plan.*")]
    kind: Option<String>,
    /// Only events of this stream.
    #[param(value_type = Option<String>, example = "account/acme")]
    stream: Option<Stream>,
    /// Only events of this account; short for its stream.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only events of this person of ours; short for the person's stream.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only events that the actor with this id reported.
    #[param(value_type = Option<String>, example = "p-07")]
    actor: Option<ForeignId>,
    /// Only events of this undertaking.
    correlation_id: Option<Uuid>,
    /// Only events recorded on this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2026-01-01")]
    recorded_from: Option<String>,
    /// Only events recorded on this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2026-12-31")]
    recorded_to: Option<String>,
    /// Only events that happened on this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2026-01-01")]
    occurred_from: Option<String>,
    /// Only events that happened on this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2026-12-31")]
    occurred_to: Option<String>,
    /// The IANA time zone in which dates are days; UTC when absent.
    #[param(value_type = Option<String>, example = "Europe/Rome")]
    tz: Option<Zone>,
}

impl Filter for EventFilter {
    const DATED: bool = false;
}

impl EventFilter {
    /// What is wanted, checked; dates are days in `zone` where the reader named none.
    pub(super) fn wanted(&self, zone: &Zone) -> Result<Wanted, Problem> {
        let zone = self.tz.as_ref().unwrap_or(zone);
        Ok(Wanted {
            after: self.after.as_deref().map(|after| parse_position("after", after)).transpose()?,
            kinds: self.kind.as_deref().map(Kinds::parse).transpose()?,
            stream: self.stream()?,
            actor: self.actor.clone(),
            correlation_id: self.correlation_id,
            recorded: Bounds::parse("recorded", self.recorded_from.as_deref(), self.recorded_to.as_deref(), zone)?,
            occurred: Bounds::parse("occurred", self.occurred_from.as_deref(), self.occurred_to.as_deref(), zone)?,
        })
    }

    fn stream(&self) -> Result<Option<Stream>, Problem> {
        let account = self.account.as_ref().map(|account| ("account", Stream::account(account)));
        let person = self.person.as_ref().map(|person| ("person", Stream::person(person)));
        let stream = self.stream.as_ref().map(|stream| ("stream", stream.clone()));
        let mut given = [stream, account, person].into_iter().flatten();
        let first = given.next();
        match given.next() {
            Some((field, _)) => Err(Problem::bad(field, "give one of `stream`, `account` and `person`")),
            None => Ok(first.map(|(_, stream)| stream)),
        }
    }
}

/// Which events are wanted, checked.
pub(in crate::http) struct Wanted {
    after: Option<u64>,
    kinds: Option<Kinds>,
    stream: Option<Stream>,
    actor: Option<ForeignId>,
    correlation_id: Option<Uuid>,
    recorded: Bounds,
    occurred: Bounds,
}

impl Wanted {
    /// The position behind which the events lie, where one is given.
    pub(in crate::http) fn after(&self) -> Option<u64> {
        self.after
    }

    /// The stream in which they lie, where it is one.
    pub(in crate::http) fn stream(&self) -> Option<&Stream> {
        self.stream.as_ref()
    }

    /// Whether every event between the positions is wanted.
    pub(in crate::http) fn takes_all(&self) -> bool {
        let Self { after: _, kinds, stream, actor, correlation_id, recorded: _, occurred } = self;
        kinds.is_none() && stream.is_none() && actor.is_none() && correlation_id.is_none() && occurred.are_open()
    }

    /// The positions among which the wanted events of a view lie, by `after` and by the time of recording.
    pub(in crate::http) fn positions(&self, view: &View) -> Result<Range<u64>, ViewError> {
        let behind = self.after.map_or(0, |after| after.saturating_add(1));
        let recorded = self.first_recorded(view)?.unwrap_or_default();
        Ok(behind.max(recorded)..self.end(view)?.unwrap_or(view.head().size))
    }

    /// The position of the first event that was recorded late enough; `None` where any was.
    pub(in crate::http) fn first_recorded(&self, view: &View) -> Result<Option<u64>, ViewError> {
        let Some(from) = &self.recorded.from else { return Ok(None) };
        // Without an instant before it, nothing was recorded before it.
        let before = Instant::from_micros(from.start().as_micros().saturating_sub(1));
        Ok(Some(before.map_or(Ok(0), |before| view.size_at(before))?))
    }

    /// The position from which on no event is wanted, now or later; `None` while more may come.
    pub(in crate::http) fn end(&self, view: &View) -> Result<Option<u64>, ViewError> {
        self.passed(view).map(|to| view.size_at(to)).transpose()
    }

    /// Whether an event was recorded after those that are wanted, so that no more of them can come.
    pub(in crate::http) fn is_over(&self, view: &View) -> bool {
        self.passed(view).is_some()
    }

    /// The last moment of recording that is wanted, once it has passed.
    fn passed(&self, view: &View) -> Option<Instant> {
        let to = self.recorded.to.as_ref().map(AsOf::instant)?;
        view.head().recorded_at.filter(|last| *last > to).map(|_| to)
    }

    /// Whether an event between the positions is wanted.
    pub(in crate::http) fn takes(&self, event: &Event) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.include(event))
            && wants(self.stream.as_ref(), Some(&event.stream))
            && self.actor.as_ref().is_none_or(|actor| *actor == event.actor.id)
            && wants(self.correlation_id.as_ref(), event.correlation_id.as_ref())
            && self.recorded.from.as_ref().is_none_or(|from| from.start() <= event.recorded_at)
            && self.occurred.from.as_ref().is_none_or(|from| from.is_reached_by(&event.when))
            && self.occurred.to.as_ref().is_none_or(|to| to.includes(&event.when))
    }
}

/// The first and the last moment of a range.
struct Bounds {
    from: Option<AsOf>,
    to: Option<AsOf>,
}

impl Bounds {
    fn parse(what: &str, from: Option<&str>, to: Option<&str>, zone: &Zone) -> Result<Self, Problem> {
        let parse = |field: &str, text: Option<&str>| text.map(|text| parse_moment(field, text, zone)).transpose();
        let (first, last) = (format!("{what}_from"), format!("{what}_to"));
        let bounds = Self { from: parse(&first, from)?, to: parse(&last, to)? };
        match (&bounds.from, &bounds.to) {
            (Some(from), Some(to)) if from.start() > to.instant() => {
                Err(Problem::bad(&last, format!("{to} is before {from}: give `{first}` the earlier of the two")))
            }
            (_, _) => Ok(bounds),
        }
    }

    fn are_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// The kinds that are wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    exact: Vec<Kind>,
    /// The parts of kinds before the dot.
    families: Vec<String>,
    unread: bool,
}

impl Kinds {
    /// A name that is mistyped is refused, for silence would look as if nothing had happened.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let mut kinds = Self::default();
        for word in text.split(',').map(str::trim) {
            if word == UNREAD {
                kinds.unread = true;
            } else if let Some(family) = word.strip_suffix(".*") {
                kinds.families.push(known_family(family)?);
            } else {
                kinds.exact.push(word.parse().map_err(|error: Invalid| unknown(&error.message))?);
            }
        }
        Ok(kinds)
    }

    /// Whether an event is of one of them.
    pub(super) fn include(&self, event: &Event) -> bool {
        let name = event.kind_name();
        let in_family = |family: &String| name.strip_prefix(family.as_str()).is_some_and(|rest| rest.starts_with('.'));
        self.exact.iter().any(|kind| kind.as_str() == name)
            || self.families.iter().any(in_family)
            || self.unread && event.payload().is_none()
    }
}

fn known_family(family: &str) -> Result<String, Problem> {
    let known = Kind::ALL.iter().any(|kind| kind.as_str().split('.').next() == Some(family));
    if known { Ok(family.to_owned()) } else { Err(unknown(&format!("no kind of event begins with \"{family}.\""))) }
}

fn unknown(what: &str) -> Problem {
    let detail = format!(
        "{what}. Give kinds or beginnings like order.*, separated by commas; /v1/schemas lists the kinds, and \
         `{UNREAD}` finds the events that this version cannot read"
    );
    Problem::bad("kind", detail)
}
