//! Plans, commitments and handovers, as far as admission must know them: which are under way.

use imbl::OrdMap;
use serde::Serialize;
use tenure_schemas::payload::handover::{HandoverClass, Started};
use tenure_schemas::payload::ownership::Transferred;
use tenure_schemas::{CommitmentId, HandoverId, PersonId, PlanId};

use crate::effects::Step;
use crate::finding::FindingCode;

/// Something that begins and comes to an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Undertaking {
    /// Whether it is under way.
    pub(crate) open: bool,
    /// The position of the event that began it.
    pub(crate) event: u64,
}

/// A handover, as far as its transfer is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Handover {
    undertaking: Undertaking,
    class: HandoverClass,
    to: Option<PersonId>,
    accepted: bool,
    transferred: bool,
}

/// What is under way in one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Undertakings {
    plans: OrdMap<PlanId, Undertaking>,
    commitments: OrdMap<CommitmentId, Undertaking>,
    handovers: OrdMap<HandoverId, Handover>,
}

/// What an undertaking is called, and the findings about it.
struct Words {
    what: &'static str,
    unknown: FindingCode,
    closed: FindingCode,
}

const PLAN: Words = Words { what: "plan", unknown: FindingCode::PlanUnknown, closed: FindingCode::PlanClosed };
const COMMITMENT: Words =
    Words { what: "commitment", unknown: FindingCode::CommitmentUnknown, closed: FindingCode::CommitmentClosed };
const HANDOVER: Words =
    Words { what: "handover", unknown: FindingCode::HandoverUnknown, closed: FindingCode::HandoverClosed };

impl Words {
    /// Reports an act on something unknown or ended; says whether it may go on.
    fn check(&self, found: Option<&Undertaking>, id: &str, step: &mut Step<'_>) -> bool {
        let what = self.what;
        match found {
            None => step.find(self.unknown, format!("{what} {id} is not known")),
            Some(ended) if !ended.open => {
                step.find_with(self.closed, &[ended.event], format!("{what} {id} had come to its end"));
            }
            Some(_) => return true,
        }
        false
    }

    /// Reports something that begins twice; says whether it begins.
    fn begin(&self, known: Option<&Undertaking>, id: &str, step: &mut Step<'_>) -> bool {
        let Some(known) = known else { return true };
        step.find_with(self.closed, &[known.event], format!("{} {id} had begun before", self.what));
        false
    }
}

impl Undertakings {
    pub(crate) fn adopt_plan(&mut self, id: &PlanId, step: &mut Step<'_>) {
        if PLAN.begin(self.plans.get(id), id.as_str(), step) {
            step.note_new(|| format!("plans.{id}"), "adopted");
            self.plans.insert(id.clone(), Undertaking { open: true, event: step.position() });
        }
    }

    pub(crate) fn act_on_plan(&self, id: &PlanId, step: &mut Step<'_>) {
        PLAN.check(self.plans.get(id), id.as_str(), step);
    }

    pub(crate) fn close_plan(&mut self, id: &PlanId, step: &mut Step<'_>) {
        if PLAN.check(self.plans.get(id), id.as_str(), step)
            && let Some(plan) = self.plans.get_mut(id)
        {
            step.note(|| format!("plans.{id}"), "adopted", "closed");
            plan.open = false;
        }
    }

    pub(crate) fn commit(&mut self, id: &CommitmentId, step: &mut Step<'_>) {
        if COMMITMENT.begin(self.commitments.get(id), id.as_str(), step) {
            step.note_new(|| format!("commitments.{id}"), "open");
            self.commitments.insert(id.clone(), Undertaking { open: true, event: step.position() });
        }
    }

    pub(crate) fn end_commitment(&mut self, id: &CommitmentId, outcome: &'static str, step: &mut Step<'_>) {
        if COMMITMENT.check(self.commitments.get(id), id.as_str(), step)
            && let Some(commitment) = self.commitments.get_mut(id)
        {
            step.note(|| format!("commitments.{id}"), "open", outcome);
            commitment.open = false;
        }
    }

    pub(crate) fn start_handover(&mut self, started: &Started, step: &mut Step<'_>) {
        let id = &started.handover;
        if HANDOVER.begin(self.handovers.get(id).map(|known| &known.undertaking), id.as_str(), step) {
            step.note_new(|| format!("handovers.{id}"), "started");
            let undertaking = Undertaking { open: true, event: step.position() };
            let (class, to) = (started.class, started.to.clone());
            let handover = Handover { undertaking, class, to, accepted: false, transferred: false };
            self.handovers.insert(id.clone(), handover);
        }
    }

    pub(crate) fn name_successor(&mut self, id: &HandoverId, to: &PersonId, step: &mut Step<'_>) {
        if let Some(handover) = self.running_handover(id, step) {
            let field = || format!("handovers.{id}.to");
            step.set(field, &mut handover.to, Some(to.clone()));
        }
    }

    pub(crate) fn act_on_handover(&mut self, id: &HandoverId, step: &mut Step<'_>) {
        self.running_handover(id, step);
    }

    pub(crate) fn answer_handover(&mut self, id: &HandoverId, accepted: bool, step: &mut Step<'_>) {
        if let Some(handover) = self.running_handover(id, step) {
            step.set(|| format!("handovers.{id}.accepted"), &mut handover.accepted, accepted);
        }
    }

    /// A transfer that names its handover; before acceptance only an emergency allows it.
    pub(crate) fn transfer(&mut self, transferred: &Transferred, step: &mut Step<'_>) {
        let Some(id) = &transferred.handover else { return };
        let Some(handover) = self.running_handover(id, step) else { return };
        handover.transferred = true;
        if !handover.accepted && handover.class != HandoverClass::Emergency {
            let message = format!("ownership passed before handover {id} was accepted");
            step.find_with(FindingCode::HandoverNotAccepted, &[handover.undertaking.event], message);
        }
    }

    pub(crate) fn complete_handover(&mut self, id: &HandoverId, step: &mut Step<'_>) {
        let Some(handover) = self.running_handover(id, step) else { return };
        let begun = [handover.undertaking.event];
        if !handover.accepted {
            step.find_with(FindingCode::HandoverNotAccepted, &begun, format!("handover {id} was never accepted"));
        }
        if !handover.transferred {
            let message = format!("handover {id} was completed without its transfer of ownership");
            step.find_with(FindingCode::HandoverNotTransferred, &begun, message);
        }
        self.end_handover(id, "completed", step);
    }

    pub(crate) fn cancel_handover(&mut self, id: &HandoverId, step: &mut Step<'_>) {
        if self.running_handover(id, step).is_some() {
            self.end_handover(id, "cancelled", step);
        }
    }

    fn end_handover(&mut self, id: &HandoverId, outcome: &'static str, step: &mut Step<'_>) {
        if let Some(handover) = self.handovers.get_mut(id) {
            step.note(|| format!("handovers.{id}"), "started", outcome);
            handover.undertaking.open = false;
        }
    }

    fn running_handover(&mut self, id: &HandoverId, step: &mut Step<'_>) -> Option<&mut Handover> {
        let handover = self.handovers.get_mut(id);
        let found = handover.as_ref().map(|handover| &handover.undertaking);
        HANDOVER.check(found, id.as_str(), step).then_some(handover).flatten()
    }
}
