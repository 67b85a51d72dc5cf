//! What is worth knowing about an account, and who competes for it.

use std::sync::Arc;

use imbl::{OrdMap, Vector};
use serde::Serialize;
use tenure_schemas::payload::account::{CompetitorObserved, NoteRecorded, NoteTopic};
use tenure_schemas::{Actor, Instant, Name, OfferingId, Text};
use utoipa::ToSchema;

use super::rare::Rare;
use crate::effects::Step;

/// Something worth knowing about the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Note {
    /// The position of the event that recorded it.
    pub event: u64,
    /// When it was noted.
    pub noted_at: Instant,
    /// What it is about.
    pub topic: NoteTopic,
    /// The note.
    pub text: Text,
    /// Who noted it.
    pub by: Actor,
}

/// A competitor as seen once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Observation {
    /// The position of the event that reports it.
    pub event: u64,
    /// When the competitor was seen.
    pub observed_at: Instant,
    /// The offering they compete with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<OfferingId>,
    /// How strongly they stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Text>,
    /// Who reported it.
    pub by: Actor,
}

/// A competitor who was seen at the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Competitor {
    /// The name, as it was reported.
    pub competitor: Name,
    /// Every observation, in the order of time.
    pub observations: Vector<Arc<Observation>>,
}

impl Competitor {
    /// How strongly they stand, as last said.
    pub fn strength(&self) -> Option<&Text> {
        self.observations.iter().rev().find_map(|seen| seen.strength.as_ref())
    }

    /// The offerings they were seen to compete with, the latest first.
    pub fn offerings(&self) -> Vec<OfferingId> {
        let mut offerings: Vec<OfferingId> = Vec::new();
        for offering in self.observations.iter().rev().filter_map(|seen| seen.offering.as_ref()) {
            if !offerings.contains(offering) {
                offerings.push(offering.clone());
            }
        }
        offerings
    }
}

/// The notes and competitors of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Notebook {
    notes: Vector<Arc<Note>>,
    competitors: OrdMap<Name, Arc<Competitor>>,
}

impl Notebook {
    pub(crate) fn notes(&self) -> impl DoubleEndedIterator<Item = &Note> {
        self.notes.iter().map(AsRef::as_ref)
    }

    pub(crate) fn competitors(&self) -> impl Iterator<Item = &Competitor> {
        self.competitors.values().map(AsRef::as_ref)
    }
}

pub(crate) fn note(notebook: &mut Rare<Notebook>, recorded: &NoteRecorded, step: &mut Step<'_>) {
    let note = Note {
        event: step.position(),
        noted_at: step.at(),
        topic: recorded.topic,
        text: recorded.text.clone(),
        by: step.event.actor.clone(),
    };
    step.note_new(|| format!("notes.{}", note.event), &note);
    notebook.write().notes.push_back(Arc::new(note));
}

pub(crate) fn observe(notebook: &mut Rare<Notebook>, observed: &CompetitorObserved, step: &mut Step<'_>) {
    let name = &observed.name;
    let seen = Observation {
        event: step.position(),
        observed_at: step.at(),
        offering: observed.offering.clone(),
        strength: observed.strength.clone(),
        by: step.event.actor.clone(),
    };
    step.note_new(|| format!("competitors.{name}.{}", seen.event), &seen);
    let new = || Arc::new(Competitor { competitor: name.clone(), observations: Vector::new() });
    let competitor = notebook.write().competitors.entry(name.clone()).or_insert_with(new);
    Arc::make_mut(competitor).observations.push_back(Arc::new(seen));
}
