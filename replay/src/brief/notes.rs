//! What is worth knowing about the client, and who competes for them.

use std::cmp::Reverse;

use serde::Serialize;
use tenure_schemas::payload::account::NoteTopic;
use tenure_schemas::{Actor, Instant, Name, OfferingId, Text};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_LINES};
use crate::account::Note;

/// What is worth knowing, by topic, each the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotesSection {
    /// What they like.
    pub preferences: Listed<NoteLine>,
    /// What to be careful about.
    pub sensitivities: Listed<NoteLine>,
    /// Who stands where among them.
    pub politics: Listed<NoteLine>,
    /// What could go wrong.
    pub risks: Listed<NoteLine>,
    /// Anything else.
    pub other: Listed<NoteLine>,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoteLine {
    /// When it was noted.
    pub noted_at: Instant,
    /// The note.
    pub text: Text,
    /// Who noted it.
    pub by: Actor,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// A competitor who was seen at the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CompetitorLine {
    /// The competitor's name.
    pub competitor: Name,
    /// When last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_observed_at: Option<Instant>,
    /// How strongly they stand, as last said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Text>,
    /// The offerings they were seen to compete with, the latest first.
    pub offerings: Vec<OfferingId>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn notes(asked: &Asked<'_>) -> NotesSection {
    let about = |topic: NoteTopic| {
        let notes = asked.account.notes().rev().filter(|note| note.topic == topic);
        Listed::cut(notes.map(|note| line(asked, note)).collect(), MAX_LINES)
    };
    NotesSection {
        preferences: about(NoteTopic::Preference),
        sensitivities: about(NoteTopic::Sensitivity),
        politics: about(NoteTopic::Politics),
        risks: about(NoteTopic::Risk),
        other: about(NoteTopic::Other),
    }
}

fn line(asked: &Asked<'_>, note: &Note) -> NoteLine {
    let cited = asked.sources.cite([note.event]);
    NoteLine { noted_at: note.noted_at, text: note.text.clone(), by: note.by.clone(), cited }
}

/// The last seen first.
pub(super) fn competition(asked: &Asked<'_>) -> Listed<CompetitorLine> {
    let lines = asked.account.competitors().map(|competitor| CompetitorLine {
        competitor: competitor.competitor.clone(),
        last_observed_at: competitor.observations.last().map(|seen| seen.observed_at),
        strength: competitor.strength().cloned(),
        offerings: competitor.offerings(),
        cited: asked.sources.cite(competitor.observations.iter().map(|seen| seen.event)),
    });
    let mut lines: Vec<CompetitorLine> = lines.collect();
    lines.sort_by(|one, other| {
        (Reverse(one.last_observed_at), &one.competitor).cmp(&(Reverse(other.last_observed_at), &other.competitor))
    });
    Listed::cut(lines, MAX_LINES)
}
