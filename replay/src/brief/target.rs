//! What a brief is made for: a lane, and the handover in which it passes on.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::handover::HandoverClass;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{HandoverId, PersonId};
use utoipa::ToSchema;

use crate::account::Handover;

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

    /// The lane of a handover.
    pub fn of_handover(handover: &Handover) -> Self {
        let asked = handover.successor_named.into_iter().chain(handover.declined.iter().map(|answer| answer.taken));
        let mut events: Vec<u64> = asked.chain([handover.started]).map(|taken| taken.event).collect();
        events.sort_unstable();
        events.dedup();
        let handing = Handing {
            handover: handover.handover.clone(),
            class: handover.class,
            from: handover.from.clone(),
            to: handover.to.clone(),
            due: handover.due,
            events,
        };
        Self { role: handover.role.clone(), scope: handover.scope.clone(), handover: Some(handing) }
    }
}
