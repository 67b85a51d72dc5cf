//! What we and the client promised each other, and what became of it.

use std::sync::Arc;

use imbl::OrdMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::CommitmentEvent;
use tenure_schemas::payload::commitment::Made;
use tenure_schemas::payload::order::Party;
use tenure_schemas::{CommitmentId, Instant, Text};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{Day, civil_date};

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentStatus {
    /// Made, and nothing else is known of it.
    Open,
    /// Kept.
    Kept,
    /// Broken.
    Broken,
    /// Taken back by consent.
    Withdrawn,
}

/// A promise as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Commitment {
    /// The commitment's id in the account.
    pub commitment: CommitmentId,
    /// What became of it.
    pub status: CommitmentStatus,
    /// Who promised.
    pub by: Party,
    /// What was promised.
    pub text: Text,
    /// The last day on which keeping it is in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// Whether it was said in passing rather than agreed.
    pub soft: bool,
    /// When it was made.
    pub made_at: Instant,
    /// When it was kept, broken or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ended_date: Option<Date>,
    /// The position of the event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_event: Option<u64>,
    /// The position of the event that made it.
    pub event: u64,
}

impl Commitment {
    /// How many whole civil days the promise is late: an open one up to `day`, a kept one up to the day on which it
    /// was kept. `None` in time, without a due date, and for what was broken or withdrawn.
    pub fn days_late(&self, day: &Day) -> Option<u32> {
        let due = self.due?;
        match self.status {
            CommitmentStatus::Open => day.days_past(due),
            CommitmentStatus::Kept => day.of(self.ended_at?, self.ended_date).days_past(due),
            CommitmentStatus::Broken | CommitmentStatus::Withdrawn => None,
        }
    }

    /// Whether the promise is open past its due date.
    pub fn is_overdue(&self, day: &Day) -> bool {
        self.status == CommitmentStatus::Open && self.days_late(day).is_some()
    }
}

/// The commitments of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Commitments = OrdMap<CommitmentId, Arc<Commitment>>;

pub(crate) fn apply(commitments: &mut Commitments, event: CommitmentEvent<'_>, step: &mut Step<'_>) {
    match event {
        CommitmentEvent::Made(made) => make(commitments, made, step),
        CommitmentEvent::Kept(kept) => end(commitments, &kept.commitment, CommitmentStatus::Kept, step),
        CommitmentEvent::Broken(broken) => end(commitments, &broken.commitment, CommitmentStatus::Broken, step),
        CommitmentEvent::Withdrawn(gone) => end(commitments, &gone.commitment, CommitmentStatus::Withdrawn, step),
    }
}

fn make(commitments: &mut Commitments, made: &Made, step: &mut Step<'_>) {
    if let Some(known) = commitments.get(&made.commitment) {
        let message = format!("commitment {} was made before", made.commitment);
        return step.find_with(FindingCode::CommitmentClosed, &[known.event], message);
    }
    let commitment = Commitment {
        commitment: made.commitment.clone(),
        status: CommitmentStatus::Open,
        by: made.by,
        text: made.text.clone(),
        due: made.due,
        soft: made.soft.unwrap_or(false),
        made_at: step.at(),
        ended_at: None,
        ended_date: None,
        ended_event: None,
        event: step.position(),
    };
    step.note_new(|| format!("commitments.{}", made.commitment), &commitment);
    commitments.insert(made.commitment.clone(), Arc::new(commitment));
}

fn end(commitments: &mut Commitments, id: &CommitmentId, outcome: CommitmentStatus, step: &mut Step<'_>) {
    let Some(commitment) = acted_on(commitments, id, step) else { return };
    let (at, on, event) = (step.at(), civil_date(step.when), step.position());
    step.set(|| format!("commitments.{id}.status"), &mut commitment.status, outcome);
    step.set(|| format!("commitments.{id}.ended_at"), &mut commitment.ended_at, Some(at));
    step.set(|| format!("commitments.{id}.ended_date"), &mut commitment.ended_date, on);
    step.set(|| format!("commitments.{id}.ended_event"), &mut commitment.ended_event, Some(event));
}

/// The commitment that an event acts on; one that has come to its end takes no more, which is a finding.
fn acted_on<'a>(
    commitments: &'a mut Commitments,
    id: &CommitmentId,
    step: &mut Step<'_>,
) -> Option<&'a mut Commitment> {
    let Some(commitment) = commitments.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::CommitmentUnknown, format!("commitment {id} was never made"));
        return None;
    };
    if let Some(ended) = commitment.ended_event {
        let message = format!("commitment {id} had come to its end");
        step.find_with(FindingCode::CommitmentClosed, &[commitment.event, ended], message);
        return None;
    }
    Some(commitment)
}
