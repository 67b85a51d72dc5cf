//! `ownership`: how steady the accountability for the account is.
//!
//! `100·(1−0.5^(tenure/t))·0.5^(max(0, changes−1)/c)·(1 − orphan days/days open)`, of the primary owner of the whole
//! account. Of several the longest counts; without one there are no points. A change is a beginning by another person
//! than before; the first is none, and coverage is none. A primary owner who is inherited counts as one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use tenure_schemas::{PersonId, Zone};

use super::Missing;
use super::measure::{Context, FULL, Measure, Part, but, figure, float};
use crate::account::{Account, Interval};
use crate::directory::Directory;
use crate::engagement::age_days;
use crate::inheritance::{inherited_at, primary_heirs};
use crate::moment::AsOf;
use crate::stretch::Stretch;

/// A time of civil dates, half-open; without an end it goes on.
type Dates = (Date, Option<Date>);

/// One person's time as primary owner.
pub(crate) struct Tenure {
    /// The position of the event that began it.
    pub(crate) event: u64,
    /// Who.
    pub(crate) person: PersonId,
    dates: Dates,
    holds: bool,
}

/// The primary owners in the order in which they began, and the times in which somebody ought to have been one.
pub(crate) struct Tenures {
    in_order: Vec<Tenure>,
    /// Since when those hold who are inherited at the moment.
    inherited: Vec<Date>,
    /// When nobody need own the account: it was closed, or inherited.
    excused: Vec<Dates>,
    closed: Vec<Dates>,
    opened: Date,
    asked: Date,
}

/// The primary owners, with the numbers that the score is computed by.
pub(super) struct Accountability {
    held: Tenures,
    changes_from: Date,
    window: i32,
    tenure_half_life: f64,
    half_changes: f64,
}

impl Accountability {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let spec = &context.spec.dimensions.ownership;
        let held = Tenures::of(context.account, context.directory, context.as_of, context.zone, context.asked);
        Self {
            held,
            changes_from: context.asked.saturating_sub(spec.change_months.get().months()),
            window: spec.orphan_days.get(),
            tenure_half_life: float(spec.tenure_half_life_days),
            half_changes: float(spec.half_changes),
        }
    }

    /// How often the account changed hands of late.
    fn changes(&self, without: Option<usize>) -> i32 {
        self.held.changes(self.changes_from, without).len().try_into().unwrap_or(i32::MAX)
    }

    /// How many of the last days the account had nobody, having had somebody.
    fn orphan_days(&self, without: Option<usize>) -> i32 {
        days_in(&self.held.vacancies(self.held.asked.saturating_sub(self.window.days()), without))
    }

    /// Of how many days those are: of all in which the account was open, at most so many, at least one.
    fn days_open(&self) -> i32 {
        days_in(&self.held.outside(self.held.opened, &self.held.closed)).clamp(1, self.window)
    }

    fn share_orphaned(&self, without: Option<usize>) -> f64 {
        f64::from(self.orphan_days(without)) / f64::from(self.days_open())
    }
}

impl Tenures {
    /// Those of an account as it stands at a moment, which lies on the date `asked` of `zone`.
    pub(crate) fn of(account: &Account, directory: &dyn Directory, as_of: &AsOf, zone: &Zone, asked: Date) -> Self {
        let is_open = account.lifecycle().closed_now().is_none();
        let of = |held: &Interval| Tenure::of(held, is_open, as_of, zone, asked);
        let mut tenures: Vec<Tenure> = account.lanes().primary().map(of).collect();
        tenures.sort_by_key(|tenure| (tenure.dates.0, tenure.event));
        let now = AsOf::Instant(as_of.instant());
        let mut above = if is_open { inherited_at(account, directory, &now) } else { Vec::new() };
        above.retain(|above| above.interval.role.is_primary() && above.interval.scope.is_global());
        let in_dates = |times: Vec<Stretch>| times.iter().map(|time| dates(time, zone)).collect::<Vec<Dates>>();
        let closed = in_dates(account.lifecycle().closed_stretches());
        let heirs = in_dates(primary_heirs(account, directory).iter().map(|heir| heir.time).collect());
        let opened = account.lifecycle().opened.map(|(at, _)| at).or(account.lifecycle().first_event_at);
        Self {
            in_order: tenures,
            inherited: above.iter().map(|above| above.time.from.date_in(zone)).collect(),
            excused: closed.iter().copied().chain(heirs).collect(),
            closed,
            opened: opened.map_or(asked, |at| at.date_in(zone)),
            asked,
        }
    }

    /// Days since the longest current tenure began; `None` without a primary owner.
    pub(crate) fn tenure(&self, without: Option<usize>) -> Option<i32> {
        let own: Vec<Date> =
            but(&self.in_order, without).filter(|tenure| tenure.holds).map(|tenure| tenure.dates.0).collect();
        let since = if own.is_empty() { &self.inherited } else { &own };
        since.iter().min().map(|from| age_days(*from, self.asked))
    }

    /// Who began after a date, each with the other person who began last before.
    pub(crate) fn changes(&self, after: Date, without: Option<usize>) -> Vec<(&Tenure, &Tenure)> {
        let tenures: Vec<&Tenure> = but(&self.in_order, without).collect();
        let pairs = tenures.iter().copied().zip(tenures.iter().copied().skip(1));
        let changed = pairs.filter(|(before, later)| before.person != later.person);
        changed.filter(|(_, later)| later.dates.0 > after).collect()
    }

    /// The times from a date on in which the account had nobody, having had somebody, in the order of time.
    pub(crate) fn vacancies(&self, from: Date, without: Option<usize>) -> Vec<(Date, Date)> {
        let first = but(&self.in_order, without).map(|tenure| tenure.dates.0).min();
        let Some(first) = first else { return Vec::new() };
        let owned = but(&self.in_order, without).map(|tenure| tenure.dates);
        let covered: Vec<Dates> = owned.chain(self.excused.iter().copied()).collect();
        self.outside(first.max(from), &covered)
    }

    /// How many persons were primary owner at some time after a date, and the events that began their tenures.
    pub(crate) fn in_period(&self, after: Date) -> (u32, Vec<u64>) {
        let within = || self.in_order.iter().filter(|tenure| tenure.dates.1.is_none_or(|to| to > after));
        let persons: BTreeSet<&PersonId> = within().map(|tenure| &tenure.person).collect();
        (u32::try_from(persons.len()).unwrap_or(u32::MAX), within().map(|tenure| tenure.event).collect())
    }

    /// The dates from `from` up to the asked one, which has not passed, that lie in none of the times.
    fn outside(&self, from: Date, times: &[Dates]) -> Vec<(Date, Date)> {
        let mut sorted: Vec<Dates> = times.to_vec();
        sorted.sort_unstable();
        let (mut left, mut next) = (Vec::new(), from);
        for (start, stop) in sorted {
            left.push((next, start.min(self.asked)));
            next = next.max(stop.unwrap_or(self.asked));
        }
        left.push((next, self.asked));
        left.retain(|(from, to)| from < to);
        left
    }
}

impl Tenure {
    /// A tenure; of a day it holds that held at its end.
    fn of(held: &Interval, is_open: bool, as_of: &AsOf, zone: &Zone, asked: Date) -> Self {
        let dates = dates(&held.stretch(), zone);
        let runs = match as_of {
            AsOf::Instant(instant) => held.span().contains(*instant),
            AsOf::Day { .. } => dates.0 <= asked && dates.1.is_none_or(|to| to > asked),
        };
        Self { event: held.event, person: held.person.clone(), dates, holds: runs && is_open }
    }

    /// The civil date on which it began.
    pub(crate) fn from(&self) -> Date {
        self.dates.0
    }
}

fn dates(time: &Stretch, zone: &Zone) -> Dates {
    (time.from.date_in(zone), time.to.map(|to| to.date_in(zone)))
}

fn days_in(times: &[(Date, Date)]) -> i32 {
    times.iter().map(|(from, to)| (*to - *from).get_days()).sum()
}

impl Measure for Accountability {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        let Some(tenure) = self.held.tenure(without) else { return Ok(0.0) };
        let steady = 1.0 - libm::exp2(-f64::from(tenure) / self.tenure_half_life);
        let changes = f64::from((self.changes(without) - 1).max(0));
        let calm = libm::exp2(-changes / self.half_changes);
        Ok(FULL * steady * calm * (1.0 - self.share_orphaned(without)).max(0.0))
    }

    fn parts(&self) -> Vec<Part> {
        let newest = |from: Date| 1.0 / (1.0 + f64::from(age_days(from, self.held.asked)));
        self.held
            .in_order
            .iter()
            .map(|tenure| Part { event: tenure.event, heaviness: newest(tenure.dates.0) })
            .collect()
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        let mut figures = BTreeMap::from([
            ("changes", figure(f64::from(self.changes(None)))),
            ("orphan_days", figure(f64::from(self.orphan_days(None)))),
            ("days_open", figure(f64::from(self.days_open()))),
        ]);
        figures.extend(self.held.tenure(None).map(|days| ("tenure_days", figure(f64::from(days)))));
        figures
    }
}
