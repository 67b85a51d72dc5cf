//! Ownership lanes: who was accountable in which role and scope, from when to when.

use imbl::{OrdMap, Vector};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::ownership::{Assigned, Ended, Role, Scope, Transferred};
use tenure_schemas::{HandoverId, Instant, PersonId, Reason, When};
use utoipa::ToSchema;

use super::gaps::Overlap;
use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{AsOf, Bound, civil_date};
use crate::span::Span;
use crate::stretch::Stretch;

/// A person's accountability in one lane, over one span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// Who.
    pub person: PersonId,
    /// In which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// The first instant at which it holds no more; `null` while it goes on.
    pub to: Option<Instant>,
    /// The first civil date on which it holds no more, where only the day is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// The position of the event that began it.
    pub event: u64,
    /// The position of the event that ended it; absent while it goes on or when its end was known at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
    /// The positions of the events that said it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed_by: Vec<u64>,
    /// Whether it holds for child accounts that have no holder of their own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inherit: bool,
    /// Why it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The handover that prepared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandoverId>,
}

impl Interval {
    /// The time that it covers.
    pub fn span(&self) -> Span {
        Span::new(self.from, self.to)
    }

    pub(crate) fn start(&self) -> Bound {
        Bound { at: self.from, date: self.from_date }
    }

    pub(crate) fn finish(&self) -> Option<Bound> {
        self.to.map(|at| Bound { at, date: self.to_date })
    }

    /// The time that it covers, with the civil dates of its bounds where only the days are known.
    pub fn stretch(&self) -> Stretch {
        Stretch::new(self.start(), self.finish())
    }

    /// Whether it holds at an instant, or at some moment of a day. Bounds known to the day match by their date.
    pub fn holds(&self, moment: &AsOf) -> bool {
        self.stretch().touches(moment)
    }

    fn end(&mut self, when: &When, by: u64) {
        self.to = Some(when.at);
        self.to_date = civil_date(when);
        self.ended_by = Some(by);
    }
}

/// One role in one scope.
type LaneKey = (Role, Scope);

/// The intervals of one lane in the order in which they began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct LaneState {
    intervals: Vector<Interval>,
    /// The places of those that had not ended at the last event, so that a long past costs nothing.
    running: Vec<usize>,
}

/// Every lane of an account, with its intervals in the order in which they began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    lanes: OrdMap<LaneKey, LaneState>,
}

impl Lanes {
    /// Every interval that covers some time, by lane and start.
    pub fn intervals(&self) -> impl Iterator<Item = &Interval> {
        self.lanes.values().flat_map(LaneState::finished)
    }

    /// The intervals of one lane that cover some time.
    pub fn lane(&self, role: &Role, scope: &Scope) -> impl Iterator<Item = &Interval> {
        let lane = self.lanes.get(&(role.clone(), scope.clone()));
        lane.into_iter().flat_map(LaneState::finished)
    }

    /// The intervals of the account manager of record, for the whole account.
    pub fn primary(&self) -> impl Iterator<Item = &Interval> {
        let lane = self.lanes.iter().find(|((role, scope), _)| role.is_primary() && scope.is_global());
        lane.into_iter().flat_map(|(_, lane)| lane.finished())
    }

    /// The role and scope of every lane that was ever named, in order.
    pub fn names(&self) -> impl Iterator<Item = (&Role, &Scope)> {
        self.lanes.keys().map(|(role, scope)| (role, scope))
    }

    /// The times in which a lane has several holders.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let lanes = self.lanes.iter();
        lanes
            .flat_map(|((role, scope), lane)| Overlap::among(role, scope, &lane.finished().collect::<Vec<_>>()))
            .collect()
    }

    fn edit(
        &mut self,
        role: &Role,
        scope: Option<&Scope>,
        step: &mut Step<'_>,
        change: impl FnOnce(&mut Lane<'_, '_>),
    ) {
        let scope = scope.cloned().unwrap_or_default();
        let state = self.lanes.entry((role.clone(), scope.clone())).or_default();
        let at = step.at();
        state.let_go(at);
        let before = step.changes.is_some().then(|| state.holders(at));
        let mut lane = Lane { role, scope: &scope, state, step };
        change(&mut lane);
        if let Some(before) = before {
            let after = state.holders(at);
            if before != after {
                step.note(|| format!("owners.{role}.{scope}"), &before, &after);
            }
        }
    }

    pub(crate) fn assign(&mut self, assigned: &Assigned, step: &mut Step<'_>) {
        self.edit(&assigned.role, assigned.scope.as_ref(), step, |lane| {
            if lane.confirm(&assigned.person) {
                return;
            }
            lane.report_second_primary(&assigned.person);
            lane.open(&assigned.person, |interval| {
                interval.to = assigned.until;
                interval.inherit = assigned.inherit.unwrap_or_default();
            });
        });
    }

    pub(crate) fn transfer(&mut self, transferred: &Transferred, step: &mut Step<'_>) {
        self.edit(&transferred.role, transferred.scope.as_ref(), step, |lane| {
            let inherit = lane.give_up(&transferred.from, &transferred.to);
            if lane.confirm(&transferred.to) {
                return;
            }
            lane.open(&transferred.to, |interval| {
                interval.inherit = inherit;
                interval.handover.clone_from(&transferred.handover);
            });
        });
    }

    pub(crate) fn end(&mut self, ended: &Ended, step: &mut Step<'_>) {
        self.edit(&ended.role, ended.scope.as_ref(), step, |lane| {
            if lane.close(&ended.person).is_none() {
                let message = format!("{} did not hold {} in {}", ended.person, lane.role, lane.scope);
                lane.step.find(FindingCode::EndedByNonHolder, message);
            }
        });
    }
}

impl Serialize for Lanes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.lanes.values().flat_map(|lane| &lane.intervals))
    }
}

impl LaneState {
    /// The intervals that cover some time.
    fn finished(&self) -> impl Iterator<Item = &Interval> {
        self.intervals.iter().filter(|interval| !interval.span().is_empty())
    }

    /// Looks no more at what has ended: events are folded in the order of time.
    fn let_go(&mut self, at: Instant) {
        let intervals = &self.intervals;
        self.running.retain(|place| intervals.get(*place).is_some_and(|held| held.to.is_none_or(|to| at < to)));
    }

    fn running(&self, at: Instant) -> impl DoubleEndedIterator<Item = &Interval> {
        let running = self.running.iter().filter_map(|place| self.intervals.get(*place));
        running.filter(move |held| held.span().contains(at))
    }

    fn holders(&self, at: Instant) -> Vec<PersonId> {
        self.running(at).map(|held| held.person.clone()).collect()
    }

    fn running_of(&mut self, person: &PersonId, at: Instant) -> Option<&mut Interval> {
        let intervals = &self.intervals;
        let is_theirs = |held: &Interval| held.person == *person && held.span().contains(at);
        let place = self.running.iter().copied().find(|place| intervals.get(*place).is_some_and(is_theirs))?;
        self.intervals.get_mut(place)
    }
}

/// One lane while an event is folded into it.
struct Lane<'a, 'b> {
    role: &'a Role,
    scope: &'a Scope,
    state: &'a mut LaneState,
    step: &'a mut Step<'b>,
}

/// The most holders that a finding names; beyond that it gives their number.
const MAX_NAMED: usize = 10;

impl Lane<'_, '_> {
    /// Notes that a person who holds the lane was named again; `false` when the person does not hold it.
    fn confirm(&mut self, person: &PersonId) -> bool {
        let (at, position) = (self.step.at(), self.step.position());
        let held = self.state.running_of(person, at);
        held.map(|held| held.confirmed_by.push(position)).is_some()
    }

    fn open(&mut self, person: &PersonId, shape: impl FnOnce(&mut Interval)) {
        let mut interval = Interval {
            person: person.clone(),
            role: self.role.clone(),
            scope: self.scope.clone(),
            from: self.step.at(),
            from_date: civil_date(self.step.when),
            to: None,
            to_date: None,
            event: self.step.position(),
            ended_by: None,
            confirmed_by: Vec::new(),
            inherit: false,
            reason: self.step.event.reason.clone(),
            handover: None,
        };
        shape(&mut interval);
        self.state.running.push(self.state.intervals.len());
        self.state.intervals.push_back(interval);
    }

    /// Ends a person's interval; says whether child accounts inherited it.
    fn close(&mut self, person: &PersonId) -> Option<bool> {
        let (when, position) = (self.step.when, self.step.position());
        let held = self.state.running_of(person, when.at)?;
        held.end(when, position);
        Some(held.inherit)
    }

    /// Ends the interval that a transfer takes from; of a non-holder, the one that began last.
    fn give_up(&mut self, from: &PersonId, to: &PersonId) -> bool {
        if let Some(inherit) = self.close(from) {
            return inherit;
        }
        let at = self.step.at();
        let last = self
            .state
            .running(at)
            .max_by_key(|held| (held.from, held.event))
            .map(|held| (held.person.clone(), held.event));
        let holder = last.as_ref().map_or("nobody".to_owned(), |(person, _)| person.to_string());
        let others: Vec<u64> = last.iter().map(|(_, event)| *event).collect();
        let message = format!("{from} did not hold {} in {}, {holder} did", self.role, self.scope);
        self.step.find_with(FindingCode::TransferFromNonHolder, &others, message);
        match last {
            Some((person, _)) if person != *to => self.close(&person).unwrap_or_default(),
            Some(_) | None => false,
        }
    }

    fn report_second_primary(&mut self, person: &PersonId) {
        if !self.role.is_primary() {
            return;
        }
        let running: Vec<_> = self.state.running(self.step.at()).collect();
        if running.is_empty() {
            return;
        }
        let named = running.iter().rev().take(MAX_NAMED).rev();
        let (mut holders, events): (Vec<_>, Vec<_>) = named.map(|held| (held.person.to_string(), held.event)).unzip();
        if running.len() > MAX_NAMED {
            holders.push(format!("{} others", running.len() - MAX_NAMED));
        }
        let message = format!("{person} became primary in {} beside {}", self.scope, holders.join(", "));
        self.step.find_with(FindingCode::SecondPrimary, &events, message);
    }
}
