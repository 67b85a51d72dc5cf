//! What a brief is made for: a lane, and the handover in which it passes on.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::handover::{HandoverClass, Started};
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::payload::{Family, HandoverEvent};
use tenure_schemas::{Event, HandoverId, PersonId};
use utoipa::ToSchema;

use crate::history::{Entry, History};
use crate::moment::AsOf;

/// What a brief is made for: a lane, and the handover in which it passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// The handover, where it is made for one.
    pub handover: Option<Handing>,
}

/// A handover, as far as its brief speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Handing {
    /// The handover's id in the account.
    pub handover: HandoverId,
    /// How it came about.
    pub class: HandoverClass,
    /// Who hands over.
    pub from: PersonId,
    /// Who takes over, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<PersonId>,
    /// The day by which it is to be complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// The positions of the events that say so.
    pub events: Vec<u64>,
}

impl Target {
    /// A lane, whoever holds it.
    pub fn lane(role: Role, scope: Scope) -> Self {
        Self { role, scope, handover: None }
    }

    /// The lane of a handover, as the account's own events tell it as of a moment; `None` where it had not begun.
    pub fn of_handover(events: &[Event], id: &HandoverId, as_of: &AsOf) -> Option<Self> {
        let history = History::of(events);
        let mut target: Option<Self> = None;
        for entry in history.as_of(as_of) {
            match (handover_event(entry), &mut target) {
                (Some(HandoverEvent::Started(said)), None) if said.handover == *id => {
                    target = Some(Self::begun(said, entry.event.position));
                }
                (Some(event), Some(Self { handover: Some(handing), .. })) => {
                    handing.follow(event, entry.event.position);
                }
                (Some(_) | None, _) => {}
            }
        }
        target
    }

    fn begun(started: &Started, position: u64) -> Self {
        let handing = Handing {
            handover: started.handover.clone(),
            class: started.class,
            from: started.from.clone(),
            to: started.to.clone(),
            due: started.due,
            events: vec![position],
        };
        Self { role: started.role.clone(), scope: started.scope.clone().unwrap_or_default(), handover: Some(handing) }
    }
}

impl Handing {
    /// Takes up who takes over: named anew, or nobody once the one who was asked has declined.
    fn follow(&mut self, event: HandoverEvent<'_>, position: u64) {
        let to = match event {
            HandoverEvent::SuccessorNamed(named) if named.handover == self.handover => Some(named.to.clone()),
            HandoverEvent::Declined(declined) if declined.handover == self.handover => None,
            HandoverEvent::Started(_)
            | HandoverEvent::SuccessorNamed(_)
            | HandoverEvent::Briefed(_)
            | HandoverEvent::Introduced(_)
            | HandoverEvent::Accepted(_)
            | HandoverEvent::Declined(_)
            | HandoverEvent::Completed(_)
            | HandoverEvent::Cancelled(_) => return,
        };
        self.to = to;
        self.events.push(position);
    }
}

fn handover_event<'e>(entry: &'e Entry<'_>) -> Option<HandoverEvent<'e>> {
    match entry.payload.as_deref()?.family() {
        Family::Handover(event) => Some(event),
        Family::Account(_)
        | Family::Contact(_)
        | Family::Ownership(_)
        | Family::Interaction(_)
        | Family::Order(_)
        | Family::Issue(_)
        | Family::Plan(_)
        | Family::Commitment(_)
        | Family::Contract(_)
        | Family::Need(_)
        | Family::Survey(_)
        | Family::Person(_)
        | Family::Catalogue(_)
        | Family::Model(_)
        | Family::Ledger(_)
        | Family::Revision(_) => None,
    }
}
