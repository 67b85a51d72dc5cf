//! What the client wants to reach.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::NeedEvent;
use tenure_schemas::payload::need::{Horizon, Identified};
use tenure_schemas::{Instant, NeedId, OfferingId, Text};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;

/// What became of a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedStatus {
    /// The client still wants it.
    Open,
    /// Met.
    Met,
    /// The client wants it no more.
    Dropped,
}

/// A need as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Need {
    /// The need's id in the account.
    pub need: NeedId,
    /// What became of it.
    pub status: NeedStatus,
    /// How soon the client wants it.
    pub horizon: Horizon,
    /// What the client wants to reach.
    pub statement: Text,
    /// The offering that could serve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<OfferingId>,
    /// When it was understood.
    pub identified_at: Instant,
    /// When it was met or dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// The position of the event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_event: Option<u64>,
    /// The position of the event that identified it.
    pub event: u64,
}

/// The needs of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Needs = OrdMap<NeedId, Arc<Need>>;

pub(crate) fn apply(needs: &mut Needs, event: NeedEvent<'_>, step: &mut Step<'_>) {
    match event {
        NeedEvent::Identified(identified) => identify(needs, identified, step),
        NeedEvent::Met(met) => end(needs, &met.need, NeedStatus::Met, step),
        NeedEvent::Dropped(dropped) => end(needs, &dropped.need, NeedStatus::Dropped, step),
    }
}

fn identify(needs: &mut Needs, identified: &Identified, step: &mut Step<'_>) {
    if let Some(known) = needs.get(&identified.need) {
        let message = format!("need {} was identified before", identified.need);
        return step.find_with(FindingCode::NeedClosed, &[known.event], message);
    }
    let need = Need {
        need: identified.need.clone(),
        status: NeedStatus::Open,
        horizon: identified.horizon,
        statement: identified.statement.clone(),
        offering: identified.offering.clone(),
        identified_at: step.at(),
        ended_at: None,
        ended_event: None,
        event: step.position(),
    };
    step.note_new(|| format!("needs.{}", identified.need), &need);
    needs.insert(identified.need.clone(), Arc::new(need));
}

fn end(needs: &mut Needs, id: &NeedId, outcome: NeedStatus, step: &mut Step<'_>) {
    let Some(need) = acted_on(needs, id, step) else { return };
    let (at, event) = (step.at(), step.position());
    step.set(|| format!("needs.{id}.status"), &mut need.status, outcome);
    step.set(|| format!("needs.{id}.ended_at"), &mut need.ended_at, Some(at));
    step.set(|| format!("needs.{id}.ended_event"), &mut need.ended_event, Some(event));
}

/// The need that an event acts on; one that was met or dropped takes no more, which is a finding.
fn acted_on<'a>(needs: &'a mut Needs, id: &NeedId, step: &mut Step<'_>) -> Option<&'a mut Need> {
    let Some(need) = needs.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::NeedUnknown, format!("need {id} was never identified"));
        return None;
    };
    if let Some(ended) = need.ended_event {
        let message = format!("need {id} had been met or dropped");
        step.find_with(FindingCode::NeedClosed, &[need.event, ended], message);
        return None;
    }
    Some(need)
}
