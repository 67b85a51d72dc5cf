//! Handovers: the governed transfer of a lane from one person to another, step by step.
//!
//! Only `ownership.transferred` moves ownership; a handover says how that is prepared. Whoever was asked and declines
//! takes it back to its start: the next one is named, briefed and introduced anew.

use std::sync::Arc;

use imbl::OrdMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::HandoverEvent;
use tenure_schemas::payload::handover::{Accepted, Brief, Briefed, Declined, HandoverClass, Introduced, Started};
use tenure_schemas::payload::ownership::{Role, Scope, Transferred};
use tenure_schemas::{ContactId, HandoverId, Instant, PersonId};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{Bound, civil_date};

/// How far a handover has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoverStatus {
    /// Begun, and nobody is named to take over; also once the one who was asked has declined.
    Started,
    /// Who takes over is named.
    SuccessorNamed,
    /// The successor got the brief.
    Briefed,
    /// The successor met the client's people.
    Introduced,
    /// The successor accepted.
    Accepted,
    /// Ownership passed.
    Transferred,
    /// Done.
    Completed,
    /// Called off.
    Cancelled,
}

/// When a step was taken, and which event says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Taken {
    /// When.
    pub at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The position of the event.
    pub event: u64,
}

impl Taken {
    fn by(step: &Step<'_>) -> Self {
        Self { at: step.at(), date: civil_date(step.when), event: step.position() }
    }

    /// When, for comparing with moments and counting days.
    pub fn when(&self) -> Bound {
        Bound { at: self.at, date: self.date }
    }
}

/// The brief that the successor got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Briefing {
    /// When the successor got it.
    #[serde(flatten)]
    pub taken: Taken,
    /// Which it was, so that it can be rendered again.
    #[schema(value_type = Object)]
    pub brief: Brief,
    /// How much of it was filled, in per cent.
    pub completeness: u8,
}

/// A meeting at which the successor was introduced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Introduction {
    /// When.
    #[serde(flatten)]
    pub taken: Taken,
    /// To whom of theirs.
    pub contacts: Vec<ContactId>,
    /// Who of ours was there.
    pub persons: Vec<PersonId>,
}

/// An answer of somebody who was asked to take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answered {
    /// When.
    #[serde(flatten)]
    pub taken: Taken,
    /// Who.
    pub by: PersonId,
}

/// A handover as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Handover {
    /// The handover's id in the account.
    pub handover: HandoverId,
    /// Who hands over.
    pub from: PersonId,
    /// Which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Who takes over, where somebody is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<PersonId>,
    /// How it came about.
    pub class: HandoverClass,
    /// The day by which it is to be complete, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// When it began.
    pub started: Taken,
    /// When the successor was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor_named: Option<Taken>,
    /// The brief that the successor got last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub briefed: Option<Briefing>,
    /// At which meetings the successor was introduced, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introduced: Vec<Introduction>,
    /// When the successor accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Answered>,
    /// Who declined before, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<Answered>,
    /// When ownership passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transferred: Option<Taken>,
    /// When it was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<Taken>,
    /// When it was called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Taken>,
}

impl Handover {
    /// How far it has come: the furthest step that was taken.
    pub fn status(&self) -> HandoverStatus {
        let steps = [
            (self.cancelled.is_some(), HandoverStatus::Cancelled),
            (self.completed.is_some(), HandoverStatus::Completed),
            (self.transferred.is_some(), HandoverStatus::Transferred),
            (self.accepted.is_some(), HandoverStatus::Accepted),
            (!self.introduced.is_empty(), HandoverStatus::Introduced),
            (self.briefed.is_some(), HandoverStatus::Briefed),
            (self.to.is_some(), HandoverStatus::SuccessorNamed),
        ];
        steps.into_iter().find(|(taken, _)| *taken).map_or(HandoverStatus::Started, |(_, status)| status)
    }

    /// Whether it has come to its end, done or called off.
    pub fn is_over(&self) -> bool {
        self.completed.is_some() || self.cancelled.is_some()
    }

    /// The positions of the events that it rests on, in order.
    pub fn events(&self) -> Vec<u64> {
        let one = [self.successor_named, self.transferred, self.completed, self.cancelled];
        let answers = self.accepted.iter().chain(&self.declined).map(|answer| answer.taken);
        let met = self.introduced.iter().map(|met| met.taken);
        let all = one.into_iter().flatten().chain(self.briefed.iter().map(|got| got.taken)).chain(answers).chain(met);
        let mut events: Vec<u64> = all.chain([self.started]).map(|taken| taken.event).collect();
        events.sort_unstable();
        events.dedup();
        events
    }
}

/// The handovers of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Handovers = OrdMap<HandoverId, Arc<Handover>>;

pub(crate) fn apply(handovers: &mut Handovers, event: HandoverEvent<'_>, step: &mut Step<'_>) {
    match event {
        HandoverEvent::Started(started) => start(handovers, started, step),
        HandoverEvent::SuccessorNamed(named) => name_successor(handovers, &named.handover, &named.to, step),
        HandoverEvent::Briefed(briefed) => brief(handovers, briefed, step),
        HandoverEvent::Introduced(introduced) => introduce(handovers, introduced, step),
        HandoverEvent::Accepted(accepted) => accept(handovers, accepted, step),
        HandoverEvent::Declined(declined) => decline(handovers, declined, step),
        HandoverEvent::Completed(completed) => complete(handovers, &completed.handover, step),
        HandoverEvent::Cancelled(cancelled) => cancel(handovers, &cancelled.handover, step),
    }
}

fn start(handovers: &mut Handovers, started: &Started, step: &mut Step<'_>) {
    let id = &started.handover;
    if let Some(known) = handovers.get(id) {
        let message = format!("handover {id} had begun before");
        return step.find_with(FindingCode::HandoverClosed, &[known.started.event], message);
    }
    step.note_new(|| format!("handovers.{id}"), "started");
    let taken = Taken::by(step);
    let handover = Handover {
        handover: id.clone(),
        from: started.from.clone(),
        role: started.role.clone(),
        scope: started.scope.clone().unwrap_or_default(),
        to: started.to.clone(),
        class: started.class,
        due: started.due,
        started: taken,
        successor_named: started.to.as_ref().map(|_| taken),
        briefed: None,
        introduced: Vec::new(),
        accepted: None,
        declined: Vec::new(),
        transferred: None,
        completed: None,
        cancelled: None,
    };
    handovers.insert(id.clone(), Arc::new(handover));
}

fn name_successor(handovers: &mut Handovers, id: &HandoverId, to: &PersonId, step: &mut Step<'_>) {
    let Some(handover) = acted_on(handovers, id, step) else { return };
    if handover.to.as_ref() != Some(to) {
        // What the one before was told and shown, the new one was not.
        handover.accepted = None;
        handover.briefed = None;
        handover.introduced.clear();
    }
    step.set(|| format!("handovers.{id}.to"), &mut handover.to, Some(to.clone()));
    handover.successor_named = Some(Taken::by(step));
}

fn brief(handovers: &mut Handovers, said: &Briefed, step: &mut Step<'_>) {
    let id = &said.handover;
    let Some(handover) = acted_on(handovers, id, step) else { return };
    let before = handover.briefed.as_ref().map(|got| got.brief.digest.clone());
    step.note(|| format!("handovers.{id}.brief"), &before, &Some(said.brief.digest.clone()));
    let completeness = said.completeness.get();
    handover.briefed = Some(Briefing { taken: Taken::by(step), brief: said.brief.clone(), completeness });
}

fn introduce(handovers: &mut Handovers, said: &Introduced, step: &mut Step<'_>) {
    let id = &said.handover;
    let Some(handover) = acted_on(handovers, id, step) else { return };
    let (contacts, persons) = (said.contacts.as_slice().to_vec(), said.persons.as_slice().to_vec());
    step.note_new(|| format!("handovers.{id}.introduced"), &contacts);
    handover.introduced.push(Introduction { taken: Taken::by(step), contacts, persons });
}

fn accept(handovers: &mut Handovers, said: &Accepted, step: &mut Step<'_>) {
    let id = &said.handover;
    let Some(handover) = acted_on(handovers, id, step) else { return };
    must_be_asked(handover, &said.by, "accepted", step);
    step.note(|| format!("handovers.{id}.accepted"), &handover.accepted.is_some(), &true);
    handover.accepted = Some(Answered { taken: Taken::by(step), by: said.by.clone() });
}

fn decline(handovers: &mut Handovers, said: &Declined, step: &mut Step<'_>) {
    let id = &said.handover;
    let Some(handover) = acted_on(handovers, id, step) else { return };
    must_be_asked(handover, &said.by, "declined", step);
    handover.declined.push(Answered { taken: Taken::by(step), by: said.by.clone() });
    if handover.to.as_ref().is_some_and(|to| *to != said.by) {
        // The refusal of somebody who was not asked leaves the one who was where they are.
        return;
    }
    step.note(|| format!("handovers.{id}.accepted"), &handover.accepted.is_some(), &false);
    step.set(|| format!("handovers.{id}.to"), &mut handover.to, None);
    handover.successor_named = None;
    handover.briefed = None;
    handover.introduced.clear();
    handover.accepted = None;
}

/// An answer of somebody who was not asked is a finding.
fn must_be_asked(handover: &Handover, by: &PersonId, what: &str, step: &mut Step<'_>) {
    if let Some(to) = handover.to.as_ref().filter(|to| *to != by) {
        let message = format!("handover {} was {what} by {by}, while {to} is to take over", handover.handover);
        step.find_with(FindingCode::HandoverMismatch, &[handover.started.event], message);
    }
}

/// A transfer that names its handover; before acceptance only an emergency allows it.
pub(crate) fn transfer(handovers: &mut Handovers, transferred: &Transferred, step: &mut Step<'_>) {
    let Some(id) = &transferred.handover else { return };
    let Some(handover) = acted_on(handovers, id, step) else { return };
    let begun = handover.started.event;
    if handover.accepted.is_none() && handover.class != HandoverClass::Emergency {
        let message = format!("ownership passed before handover {id} was accepted");
        step.find_with(FindingCode::HandoverNotAccepted, &[begun], message);
    }
    let scope = transferred.scope.clone().unwrap_or_default();
    let other_person = handover.to.as_ref().filter(|to| **to != transferred.to);
    if (&handover.role, &handover.scope) != (&transferred.role, &scope) {
        let message = format!("handover {id} is about {} in {}", handover.role, handover.scope);
        step.find_with(FindingCode::HandoverMismatch, &[begun], message);
    } else if let Some(to) = other_person {
        let message = format!("ownership passed to {}, while handover {id} is to {to}", transferred.to);
        step.find_with(FindingCode::HandoverMismatch, &[begun], message);
    }
    step.note(|| format!("handovers.{id}.transferred"), &handover.transferred.is_some(), &true);
    handover.transferred = Some(Taken::by(step));
}

fn complete(handovers: &mut Handovers, id: &HandoverId, step: &mut Step<'_>) {
    let Some(handover) = acted_on(handovers, id, step) else { return };
    let begun = handover.started.event;
    if handover.accepted.is_none() {
        let message = format!("handover {id} was never accepted");
        step.find_with(FindingCode::HandoverNotAccepted, &[begun], message);
    }
    if handover.transferred.is_none() {
        let message = format!("handover {id} was completed without its transfer of ownership");
        step.find_with(FindingCode::HandoverNotTransferred, &[begun], message);
    }
    step.note(|| format!("handovers.{id}"), "started", "completed");
    handover.completed = Some(Taken::by(step));
}

fn cancel(handovers: &mut Handovers, id: &HandoverId, step: &mut Step<'_>) {
    let Some(handover) = acted_on(handovers, id, step) else { return };
    step.note(|| format!("handovers.{id}"), "started", "cancelled");
    handover.cancelled = Some(Taken::by(step));
}

/// The handover that an event acts on; one that is not known or has ended is a finding.
fn acted_on<'a>(handovers: &'a mut Handovers, id: &HandoverId, step: &mut Step<'_>) -> Option<&'a mut Handover> {
    let Some(handover) = handovers.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::HandoverUnknown, format!("handover {id} is not known"));
        return None;
    };
    if handover.is_over() {
        let message = format!("handover {id} had come to its end");
        step.find_with(FindingCode::HandoverClosed, &[handover.started.event], message);
        return None;
    }
    Some(handover)
}
