//! A person of our own staff as their own stream tells it.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::PersonEvent;
use tenure_schemas::payload::person::{Changed, Joined};
use tenure_schemas::values::{Capacity, Patch};
use tenure_schemas::{Event, Instant, Name, Payload, PersonId, When, Zone};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::{Finding, FindingCode};
use crate::fold::{Fold, State};
use crate::history::{Entry, History};
use crate::moment::{AsOf, Bound, civil_date};
use crate::span::Span;

/// A time in which somebody was away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Absence {
    /// Since when.
    pub from: Instant,
    /// Until when, as far as known; `null` while that is open.
    pub to: Option<Instant>,
    /// Whether the person could not be asked for anything.
    pub incapacitated: bool,
    /// The position of the event that began it.
    pub event: u64,
}

/// A person as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// The person's id.
    pub person: PersonId,
    /// The name; absent when the person never joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Name>,
    /// The job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// Who the person reports to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonId>,
    /// How many accounts the person can hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// The times in which the person worked for us; the last one may go on.
    pub employed: Vec<Span>,
    /// The end of the announced last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves_at: Option<Instant>,
    /// The position of the event that announced it.
    #[serde(skip)]
    pub leaves_event: Option<u64>,
    /// The position of the event of the last departure.
    #[serde(skip)]
    pub departed_event: Option<u64>,
    /// The civil dates on which the times in `employed` begin and end, where only the day is known.
    #[serde(skip)]
    pub employed_dates: Vec<(Option<Date>, Option<Date>)>,
    /// The times in which the person was away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// The contradictions in the person's own stream.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

impl Person {
    /// Folds the events of the person's stream, given in the order of the ledger, as of a moment.
    pub fn fold(person: PersonId, events: &[Event], as_of: &AsOf) -> Self {
        let history = History::of(events);
        let mut state = Self::unknown(person);
        for finding in &history.findings {
            state.report(finding.clone());
        }
        Fold::new(state, &history.as_of(as_of)).into_end()
    }

    fn unknown(person: PersonId) -> Self {
        Self {
            person,
            name: None,
            email: None,
            title: None,
            region: None,
            manager: None,
            capacity: None,
            employed: Vec::new(),
            employed_dates: Vec::new(),
            leaves_at: None,
            leaves_event: None,
            departed_event: None,
            absences: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Whether the person works for us at an instant.
    pub fn is_employed(&self, at: Instant) -> bool {
        self.employed.iter().any(|span| span.contains(at))
    }

    /// Whether the person works for us at a time; one known to the day may be the day of joining or departing.
    pub(crate) fn is_employed_at(&self, when: &When) -> bool {
        let at = Bound::of(when);
        self.employment().any(|(span, joined, departed)| {
            let touches = at.shares_day(&joined) || departed.is_some_and(|departed| at.shares_day(&departed));
            span.contains(at.at) || touches
        })
    }

    /// The times in which the person worked for us, each with its start and end.
    pub(crate) fn employment(&self) -> impl Iterator<Item = (Span, Bound, Option<Bound>)> {
        self.employed.iter().zip(&self.employed_dates).map(|(span, (from, to))| {
            let departed = span.to.map(|at| Bound { at, date: *to });
            (*span, Bound { at: span.from, date: *from }, departed)
        })
    }

    fn apply(&mut self, payload: &Payload, step: &mut Step<'_>) {
        let tenure_schemas::payload::Family::Person(event) = payload.family() else { return };
        match event {
            PersonEvent::Joined(joined) => return self.join(joined, step),
            PersonEvent::Changed(changed) => self.change(changed),
            PersonEvent::AbsenceStarted(started) => self.absences.push(Absence {
                from: step.at(),
                to: started.until,
                incapacitated: started.incapacitated.unwrap_or_default(),
                event: step.position(),
            }),
            PersonEvent::AbsenceEnded(_) => {
                if let Some(absence) = self.absences.last_mut() {
                    absence.to = Some(step.at());
                }
            }
            PersonEvent::DepartureAnnounced(announced) => {
                let zone = match &step.when.precision {
                    tenure_schemas::Precision::Day { zone, .. } => zone.clone(),
                    tenure_schemas::Precision::Instant => Zone::utc(),
                };
                self.leaves_at = Some(zone.end_of(announced.last_day));
                self.leaves_event = Some(step.position());
            }
            PersonEvent::Departed(_) => return self.depart(step),
        }
        if !self.is_employed(step.at()) {
            step.find(FindingCode::PersonNotEmployed, format!("{} does not work for us at that time", self.person));
        }
    }

    fn join(&mut self, joined: &Joined, step: &mut Step<'_>) {
        if self.is_employed(step.at()) {
            return step.find(FindingCode::PersonAlreadyJoined, format!("{} had joined before", self.person));
        }
        self.name = Some(joined.name.clone());
        self.email.clone_from(&joined.email);
        self.title.clone_from(&joined.title);
        self.region.clone_from(&joined.region);
        self.manager.clone_from(&joined.manager);
        self.capacity = joined.capacity;
        self.leaves_at = None;
        self.leaves_event = None;
        self.employed.push(Span::new(step.at(), None));
        self.employed_dates.push((civil_date(step.when), None));
    }

    fn change(&mut self, said: &Changed) {
        let changes = &said.changes;
        if let Some(name) = &changes.name {
            self.name = Some(name.clone());
        }
        patch(&mut self.email, &changes.email);
        patch(&mut self.title, &changes.title);
        patch(&mut self.region, &changes.region);
        patch(&mut self.manager, &changes.manager);
        patch(&mut self.capacity, &changes.capacity);
    }

    fn depart(&mut self, step: &mut Step<'_>) {
        let at = step.at();
        match self.employed.last_mut().filter(|span| span.to.is_none()) {
            Some(span) => {
                span.to = Some(at);
                self.departed_event = Some(step.position());
                if let Some((_, to)) = self.employed_dates.last_mut() {
                    *to = civil_date(step.when);
                }
            }
            None => step.find(FindingCode::PersonNotEmployed, format!("{} does not work for us", self.person)),
        }
    }
}

impl State for Person {
    fn step<'s>(&mut self, entry: &'s Entry<'_>, when: &'s When, audited: bool) -> Step<'s> {
        let mut step = Step::new(entry.event, when, audited);
        match entry.payload.as_deref() {
            Some(payload) => self.apply(payload, &mut step),
            None => step.find(FindingCode::EventUnread, "an event of this person is kept and not understood"),
        }
        step
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(Finding { person: Some(self.person.clone()), ..finding });
    }

    fn note_folded(&mut self, _: &Entry<'_>, _: bool) {}
}

fn patch<T: Clone>(slot: &mut Option<T>, patch: &Patch<T>) {
    if let Some(value) = patch.as_change() {
        *slot = value.cloned();
    }
}
