//! A ledger in memory that knows events by their id, and can be told to refuse or to break.

use std::collections::BTreeMap;

use tenure_schemas::{Draft, Instant};
use uuid::Uuid;

use crate::appender::{AppendError, Appender, Batch, Outcome, Receipt, Refusal};

/// What the ledger refuses: looks at a draft and says why.
pub(super) type Rule = fn(&Draft) -> Option<Refusal>;

/// A ledger in memory.
#[derive(Default)]
pub(super) struct FakeLedger {
    /// The events in order.
    pub(super) events: Vec<Draft>,
    /// How many batches were taken or refused.
    pub(super) batches: usize,
    /// Refuses single events.
    pub(super) refuses: Option<Rule>,
    /// After how many batches the connection breaks.
    pub(super) breaks_after: Option<usize>,
    pub(super) places: BTreeMap<Uuid, usize>,
}

impl FakeLedger {
    fn check(&self, drafts: &[Draft]) -> Result<(), Refusal> {
        for (index, draft) in drafts.iter().enumerate() {
            if let Some(refusal) = self.refuses.and_then(|refuses| refuses(draft)) {
                return Err(Refusal { index: Some(index), ..refusal });
            }
            let known = draft.id.and_then(|id| self.places.get(&id)).map(|at| &self.events[*at]);
            if known.is_some_and(|known| known != draft) {
                return Err(refusal("id_conflict", Some(index)));
            }
        }
        Ok(())
    }

    fn record(&mut self, draft: Draft) -> Receipt {
        let id = draft.id.unwrap();
        let position = *self.places.entry(id).or_insert(self.events.len());
        let outcome = if position < self.events.len() { Outcome::AlreadyRecorded } else { Outcome::Recorded };
        if outcome == Outcome::Recorded {
            self.events.push(draft);
        }
        Receipt { outcome, id, position: position as u64, revision: 0, recorded_at: Instant::EPOCH }
    }
}

pub(super) fn refusal(code: &str, index: Option<usize>) -> Refusal {
    Refusal { code: code.to_owned(), index, field: String::new(), message: "the ledger says no".to_owned() }
}

impl Appender for FakeLedger {
    fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError> {
        assert!(!batch.strict && !batch.drafts.is_empty());
        if self.breaks_after.is_some_and(|after| self.batches >= after) {
            let source = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
            return Err(AppendError::Lost { server: "socket".to_owned(), source });
        }
        self.batches += 1;
        self.check(&batch.drafts)?;
        Ok(batch.drafts.into_iter().map(|draft| self.record(draft)).collect())
    }
}
