//! `ownership`: how steady the accountability for the account is.
//!
//! `100·(1−0.5^(tenure/t))·0.5^(max(0, changes−1)/c)·(1 − orphan days/days open)`, of the primary owner of the whole
//! account. Of several the longest counts; without one there are no points. A change is a beginning by another person
//! than before; the first is none, and coverage is none. A primary owner who is inherited counts as one.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use tenure_schemas::PersonId;

use super::Missing;
use super::measure::{Context, FULL, Measure, Part, but, figure, float};
use crate::account::Interval;
use crate::engagement::age_days;
use crate::inheritance::{inherited_at, primary_heirs};
use crate::moment::AsOf;
use crate::stretch::Stretch;

/// A time of civil dates, half-open; without an end it goes on.
type Dates = (Date, Option<Date>);

/// One person's time as primary owner.
struct Tenure {
    event: u64,
    person: PersonId,
    dates: Dates,
    holds: bool,
}

/// The primary owners in the order in which they began, and the times that count.
pub(super) struct Accountability {
    tenures: Vec<Tenure>,
    /// Since when those hold who are inherited at the moment.
    inherited: Vec<Date>,
    /// When nobody need own the account: it was closed, or inherited.
    excused: Vec<Dates>,
    closed: Vec<Dates>,
    opened: Date,
    asked: Date,
    changes_from: Date,
    window: i32,
    tenure_half_life: f64,
    half_changes: f64,
}

impl Accountability {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let (spec, account) = (&context.spec.dimensions.ownership, context.account);
        let is_open = account.lifecycle().closed_now().is_none();
        let mut tenures: Vec<Tenure> =
            account.lanes().primary().map(|held| Tenure::of(context, held, is_open)).collect();
        tenures.sort_by_key(|tenure| (tenure.dates.0, tenure.event));
        let now = AsOf::Instant(context.as_of.instant());
        let mut above = if is_open { inherited_at(account, context.directory, &now) } else { Vec::new() };
        above.retain(|above| above.interval.role.is_primary() && above.interval.scope.is_global());
        let in_dates = |times: Vec<Stretch>| times.iter().map(|time| dates(context, time)).collect::<Vec<Dates>>();
        let closed = in_dates(account.lifecycle().closed_stretches());
        let heirs = in_dates(primary_heirs(account, context.directory).iter().map(|heir| heir.time).collect());
        let opened = account.lifecycle().opened.map(|(at, _)| at).or(account.lifecycle().first_event_at);
        Self {
            tenures,
            inherited: above.iter().map(|above| above.time.from.date_in(context.zone)).collect(),
            excused: closed.iter().copied().chain(heirs).collect(),
            closed,
            opened: opened.map_or(context.asked, |at| at.date_in(context.zone)),
            asked: context.asked,
            changes_from: context.asked.saturating_sub(spec.change_months.get().months()),
            window: spec.orphan_days.get(),
            tenure_half_life: float(spec.tenure_half_life_days),
            half_changes: float(spec.half_changes),
        }
    }

    /// Days since the longest current tenure began; `None` without a primary owner.
    fn tenure(&self, without: Option<usize>) -> Option<i32> {
        let own: Vec<Date> =
            but(&self.tenures, without).filter(|tenure| tenure.holds).map(|tenure| tenure.dates.0).collect();
        let since = if own.is_empty() { &self.inherited } else { &own };
        since.iter().min().map(|from| age_days(*from, self.asked))
    }

    /// How often the account changed hands of late.
    fn changes(&self, without: Option<usize>) -> i32 {
        let tenures: Vec<&Tenure> = but(&self.tenures, without).collect();
        let pairs = tenures.iter().zip(tenures.iter().skip(1));
        let changed = pairs.filter(|(before, after)| before.person != after.person);
        let recent = changed.filter(|(_, after)| after.dates.0 > self.changes_from);
        recent.count().try_into().unwrap_or(i32::MAX)
    }

    /// How many of the last days the account had nobody, having had somebody.
    fn orphan_days(&self, without: Option<usize>) -> i32 {
        let first = but(&self.tenures, without).map(|tenure| tenure.dates.0).min();
        let Some(first) = first else { return 0 };
        let owned = but(&self.tenures, without).map(|tenure| tenure.dates);
        let covered: Vec<Dates> = owned.chain(self.excused.iter().copied()).collect();
        self.days_outside(first.max(self.asked.saturating_sub(self.window.days())), &covered)
    }

    /// Of how many days those are: of all in which the account was open, at most so many, at least one.
    fn days_open(&self) -> i32 {
        self.days_outside(self.opened, &self.closed).clamp(1, self.window)
    }

    /// How many dates from `from` up to the asked one, which has not passed, lie in none of the times.
    fn days_outside(&self, from: Date, times: &[Dates]) -> i32 {
        let mut sorted: Vec<Dates> = times.to_vec();
        sorted.sort_unstable();
        let (mut days, mut next) = (0, from);
        for (start, stop) in sorted {
            days += (start.min(self.asked) - next).get_days().max(0);
            next = next.max(stop.unwrap_or(self.asked));
        }
        days + (self.asked - next).get_days().max(0)
    }

    fn share_orphaned(&self, without: Option<usize>) -> f64 {
        f64::from(self.orphan_days(without)) / f64::from(self.days_open())
    }
}

impl Tenure {
    /// A tenure; of a day it holds that held at its end.
    fn of(context: &Context<'_>, held: &Interval, is_open: bool) -> Self {
        let (from, to) = (held.start().date_in(context.zone), held.finish().map(|to| to.date_in(context.zone)));
        let runs = match context.as_of {
            AsOf::Instant(instant) => held.span().contains(*instant),
            AsOf::Day { .. } => from <= context.asked && to.is_none_or(|to| to > context.asked),
        };
        Self { event: held.event, person: held.person.clone(), dates: (from, to), holds: runs && is_open }
    }
}

fn dates(context: &Context<'_>, time: &Stretch) -> Dates {
    (time.from.date_in(context.zone), time.to.map(|to| to.date_in(context.zone)))
}

impl Measure for Accountability {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        let Some(tenure) = self.tenure(without) else { return Ok(0.0) };
        let steady = 1.0 - libm::exp2(-f64::from(tenure) / self.tenure_half_life);
        let changes = f64::from((self.changes(without) - 1).max(0));
        let calm = libm::exp2(-changes / self.half_changes);
        Ok(FULL * steady * calm * (1.0 - self.share_orphaned(without)).max(0.0))
    }

    fn parts(&self) -> Vec<Part> {
        let newest = |from: Date| 1.0 / (1.0 + f64::from(age_days(from, self.asked)));
        self.tenures.iter().map(|tenure| Part { event: tenure.event, heaviness: newest(tenure.dates.0) }).collect()
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        let mut figures = BTreeMap::from([
            ("changes", figure(f64::from(self.changes(None)))),
            ("orphan_days", figure(f64::from(self.orphan_days(None)))),
            ("days_open", figure(f64::from(self.days_open()))),
        ]);
        figures.extend(self.tenure(None).map(|days| ("tenure_days", figure(f64::from(days)))));
        figures
    }
}
