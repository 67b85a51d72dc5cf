//! Handovers, as far as admission must know them: which are under way, and whether ownership may pass.

use imbl::OrdMap;
use serde::Serialize;
use tenure_schemas::payload::HandoverEvent;
use tenure_schemas::payload::handover::{HandoverClass, Started};
use tenure_schemas::payload::ownership::Transferred;
use tenure_schemas::{HandoverId, PersonId};

use crate::effects::Step;
use crate::finding::FindingCode;

/// A handover, as far as its transfer is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Handover {
    open: bool,
    class: HandoverClass,
    to: Option<PersonId>,
    accepted: bool,
    transferred: bool,
    event: u64,
}

/// The handovers of one account, by id.
pub(crate) type Handovers = OrdMap<HandoverId, Handover>;

pub(crate) fn apply(handovers: &mut Handovers, event: HandoverEvent<'_>, step: &mut Step<'_>) {
    match event {
        HandoverEvent::Started(started) => start(handovers, started, step),
        HandoverEvent::SuccessorNamed(named) => name_successor(handovers, &named.handover, &named.to, step),
        HandoverEvent::Briefed(briefed) => touch(handovers, &briefed.handover, step),
        HandoverEvent::Introduced(introduced) => touch(handovers, &introduced.handover, step),
        HandoverEvent::Accepted(accepted) => answer(handovers, &accepted.handover, true, step),
        HandoverEvent::Declined(declined) => answer(handovers, &declined.handover, false, step),
        HandoverEvent::Completed(completed) => complete(handovers, &completed.handover, step),
        HandoverEvent::Cancelled(cancelled) => cancel(handovers, &cancelled.handover, step),
    }
}

fn start(handovers: &mut Handovers, started: &Started, step: &mut Step<'_>) {
    let id = &started.handover;
    if let Some(known) = handovers.get(id) {
        let message = format!("handover {id} had begun before");
        return step.find_with(FindingCode::HandoverClosed, &[known.event], message);
    }
    step.note_new(|| format!("handovers.{id}"), "started");
    let (class, to, event) = (started.class, started.to.clone(), step.position());
    handovers.insert(id.clone(), Handover { open: true, class, to, accepted: false, transferred: false, event });
}

fn name_successor(handovers: &mut Handovers, id: &HandoverId, to: &PersonId, step: &mut Step<'_>) {
    if let Some(handover) = acted_on(handovers, id, step) {
        step.set(|| format!("handovers.{id}.to"), &mut handover.to, Some(to.clone()));
    }
}

fn touch(handovers: &mut Handovers, id: &HandoverId, step: &mut Step<'_>) {
    acted_on(handovers, id, step);
}

fn answer(handovers: &mut Handovers, id: &HandoverId, accepted: bool, step: &mut Step<'_>) {
    if let Some(handover) = acted_on(handovers, id, step) {
        step.set(|| format!("handovers.{id}.accepted"), &mut handover.accepted, accepted);
    }
}

/// A transfer that names its handover; before acceptance only an emergency allows it.
pub(crate) fn transfer(handovers: &mut Handovers, transferred: &Transferred, step: &mut Step<'_>) {
    let Some(id) = &transferred.handover else { return };
    let Some(handover) = acted_on(handovers, id, step) else { return };
    handover.transferred = true;
    if !handover.accepted && handover.class != HandoverClass::Emergency {
        let message = format!("ownership passed before handover {id} was accepted");
        step.find_with(FindingCode::HandoverNotAccepted, &[handover.event], message);
    }
}

fn complete(handovers: &mut Handovers, id: &HandoverId, step: &mut Step<'_>) {
    let Some(handover) = acted_on(handovers, id, step) else { return };
    if !handover.accepted {
        let message = format!("handover {id} was never accepted");
        step.find_with(FindingCode::HandoverNotAccepted, &[handover.event], message);
    }
    if !handover.transferred {
        let message = format!("handover {id} was completed without its transfer of ownership");
        step.find_with(FindingCode::HandoverNotTransferred, &[handover.event], message);
    }
    end(handover, id, "completed", step);
}

fn cancel(handovers: &mut Handovers, id: &HandoverId, step: &mut Step<'_>) {
    if let Some(handover) = acted_on(handovers, id, step) {
        end(handover, id, "cancelled", step);
    }
}

fn end(handover: &mut Handover, id: &HandoverId, outcome: &'static str, step: &mut Step<'_>) {
    step.note(|| format!("handovers.{id}"), "started", outcome);
    handover.open = false;
}

/// The handover that an event acts on; one that is not known or has ended is a finding.
fn acted_on<'a>(handovers: &'a mut Handovers, id: &HandoverId, step: &mut Step<'_>) -> Option<&'a mut Handover> {
    let Some(handover) = handovers.get_mut(id) else {
        step.find(FindingCode::HandoverUnknown, format!("handover {id} is not known"));
        return None;
    };
    if !handover.open {
        let message = format!("handover {id} had come to its end");
        step.find_with(FindingCode::HandoverClosed, &[handover.event], message);
        return None;
    }
    Some(handover)
}
