//! Coverage: who stands in for an owner during an absence; accountability stays with the owner.
//!
//! A coverage runs from its start to the earlier of its `until` and the `coverage.ended` that names its owner and
//! delegate, which ends all that run between the two. While it runs, and while the owner holds a lane that it lists (a
//! coverage that lists no roles or no scopes lists all), the delegate is responsible for that lane. It goes no further:
//! who stands in for the delegate does not stand in for the owner. Of several that run for one lane at once the one
//! that started last answers, and of those the one recorded last; once that is over, the one before answers again.

use imbl::Vector;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::ownership::{CoverageEnded, CoverageStarted, Role, Scope};
use tenure_schemas::{Instant, PersonId, Zone};
use utoipa::ToSchema;

use super::lanes::Interval;
use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{Bound, civil_date};
use crate::span::Span;
use crate::stretch::Stretch;

/// The longest coverage, in days; what lasts longer should be a transfer.
const MAX_DAYS: i64 = 90;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// One person standing in for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Coverage {
    /// Who is away.
    pub owner: PersonId,
    /// Who stands in.
    pub delegate: PersonId,
    /// The roles that are covered; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The scopes that are covered; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// The first instant at which it holds no more.
    pub to: Instant,
    /// The civil date of the end, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// The position of the event that started it.
    pub event: u64,
    /// The position of the event that ended it before the announced end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
}

impl Coverage {
    /// The time that it covers.
    pub fn span(&self) -> Span {
        Span::new(self.from, Some(self.to))
    }

    /// The time that it covers, with the civil dates of its bounds where only the days are known.
    pub fn stretch(&self) -> Stretch {
        let end = Bound { at: self.to, date: self.to_date };
        Stretch::new(Bound { at: self.from, date: self.from_date }, Some(end))
    }

    /// Whether it is about a lane.
    pub fn lists(&self, role: &Role, scope: &Scope) -> bool {
        (self.roles.is_empty() || self.roles.contains(role)) && (self.scopes.is_empty() || self.scopes.contains(scope))
    }

    /// Whether there can be a lane that both are about.
    fn meets(&self, other: &Self) -> bool {
        let share_role = self.roles.iter().any(|role| other.roles.contains(role));
        let share_scope = self.scopes.iter().any(|scope| other.scopes.contains(scope));
        (self.roles.is_empty() || other.roles.is_empty() || share_role)
            && (self.scopes.is_empty() || other.scopes.is_empty() || share_scope)
    }
}

/// When somebody stands in for the holder of an interval, and by which coverage, in the order of time.
///
/// `coverages` are those that may be about it; what is said of others is left out. At every instant at most one
/// stands in. `zone` is that of the day that is asked about, `None` where instants count.
pub fn standing_in<'a>(
    interval: &Interval,
    coverages: impl Iterator<Item = &'a Coverage>,
    zone: Option<&Zone>,
) -> Vec<(&'a Coverage, Stretch)> {
    let concerns =
        |coverage: &&Coverage| coverage.owner == interval.person && coverage.lists(&interval.role, &interval.scope);
    let mut running: Vec<&Coverage> = coverages.filter(concerns).filter(|one| !one.stretch().is_empty()).collect();
    running.sort_by_key(|coverage| std::cmp::Reverse((coverage.from, coverage.event)));
    let (mut found, mut taken): (Vec<(&Coverage, Stretch)>, Vec<Stretch>) = (Vec::new(), Vec::new());
    for coverage in running {
        let Some(covered) = coverage.stretch().intersect(&interval.stretch(), zone) else { continue };
        found.extend(covered.without(&taken, zone).into_iter().map(|stretch| (coverage, stretch)));
        taken.push(covered);
    }
    found.sort_by_key(|(_, stretch)| stretch.from.seen_in(zone));
    found
}

pub(crate) fn start(coverages: &mut Vector<Coverage>, started: &CoverageStarted, step: &mut Step<'_>) {
    let at = step.at();
    let coverage = Coverage {
        owner: started.owner.clone(),
        delegate: started.delegate.clone(),
        roles: started.roles.clone().unwrap_or_default(),
        scopes: started.scopes.clone().unwrap_or_default(),
        from: at,
        from_date: civil_date(step.when),
        to: started.until,
        to_date: None,
        event: step.position(),
        ended_by: None,
    };
    report(coverages, &coverage, step);
    step.note_new(|| format!("coverage.{}", started.owner), &coverage);
    coverages.push_back(coverage);
}

/// Reports what a coverage contradicts that is about to start.
fn report(coverages: &Vector<Coverage>, new: &Coverage, step: &mut Step<'_>) {
    if new.owner == new.delegate {
        step.find(FindingCode::CoverageByOwner, format!("{} covers their own absence", new.owner));
    }
    if new.to.as_micros().saturating_sub(new.from.as_micros()) > MAX_DAYS * MICROS_PER_DAY {
        let message = format!("the coverage until {} is longer than {MAX_DAYS} days", new.to);
        step.find(FindingCode::CoverageTooLong, message);
    }
    let running = || coverages.iter().filter(|running| running.span().contains(new.from));
    let chained = running().filter(|other| other.owner == new.delegate || other.delegate == new.owner);
    let others: Vec<u64> = chained.map(|other| other.event).collect();
    if !others.is_empty() {
        let message = format!("{} stands in for {} while one of them is in another coverage", new.delegate, new.owner);
        step.find_with(FindingCode::CoverageChained, &others, message);
    }
    let same: Vec<&Coverage> = running().filter(|other| other.owner == new.owner && other.meets(new)).collect();
    if !same.is_empty() {
        let others: Vec<u64> = same.iter().map(|other| other.event).collect();
        let names: Vec<_> = same.iter().map(|other| other.delegate.to_string()).collect();
        let message = format!("{} stands in for {} in place of {}", new.delegate, new.owner, names.join(", "));
        step.find_with(FindingCode::CoverageOverlaps, &others, message);
    }
}

pub(crate) fn end(coverages: &mut Vector<Coverage>, ended: &CoverageEnded, step: &mut Step<'_>) {
    let (at, date, position) = (step.at(), civil_date(step.when), step.position());
    let is_meant = |running: &&mut Coverage| {
        running.owner == ended.owner && running.delegate == ended.delegate && running.span().contains(at)
    };
    let mut found = false;
    for coverage in coverages.iter_mut().filter(is_meant) {
        step.set(|| format!("coverage.{}.to", ended.owner), &mut coverage.to, at);
        step.set(|| format!("coverage.{}.to_date", ended.owner), &mut coverage.to_date, date);
        step.set(|| format!("coverage.{}.ended_by", ended.owner), &mut coverage.ended_by, Some(position));
        found = true;
    }
    if !found {
        let message = format!("{} did not stand in for {}", ended.delegate, ended.owner);
        step.find(FindingCode::CoverageNotFound, message);
    }
}
