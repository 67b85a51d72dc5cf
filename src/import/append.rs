//! Sending the events of a plan to the ledger in batches; what the ledger refuses becomes a rejected row.

use std::collections::BTreeMap;

use tenure_schemas::Draft;

use super::draft::Fault;
use super::error::ImportError;
use super::report::{OnProgress, Phase, Progress};
use crate::appender::{AppendError, Appender, Batch, MAX_BATCH_BYTES, Outcome, Receipt, Refusal};

/// How many events are sent at once.
const BATCH_EVENTS: usize = 500;
/// How many bytes are sent at once, by estimate; half of what the ledger takes, as the estimate is rough.
const BATCH_BYTES: usize = MAX_BATCH_BYTES / 2;
/// What an envelope takes besides its payload and texts, by estimate.
const ENVELOPE_BYTES: usize = 700;

/// What the ledger made of the events.
#[derive(Debug, Default)]
pub(crate) struct Appended {
    /// By event of the plan; `None` for those of rows that were rejected on the way.
    pub(crate) outcomes: Vec<Option<Outcome>>,
    /// The rows that the ledger refused, with what it said.
    pub(crate) refused: BTreeMap<usize, Fault>,
}

/// Appends the events in order. A refused event takes the rest of its row with it.
pub(crate) fn append(
    events: &[(usize, Draft)],
    appender: &mut dyn Appender,
    progress: &mut OnProgress<'_>,
) -> Result<Appended, ImportError> {
    let mut sender = Sender { events, appender, done: Appended::default(), taken: BTreeMap::new() };
    sender.done.outcomes.resize(events.len(), None);
    let mut next = 0;
    while next < events.len() {
        progress(Progress::new(Phase::Appending, next, events.len()));
        let end = batch_end(events, next);
        sender.send((next..end).collect())?;
        next = end;
    }
    progress(Progress::new(Phase::Appending, next, events.len()));
    Ok(sender.done)
}

fn batch_end(events: &[(usize, Draft)], start: usize) -> usize {
    let mut bytes = 0;
    let mut end = start;
    for (_, draft) in events.iter().skip(start).take(BATCH_EVENTS) {
        bytes += estimate(draft);
        if bytes > BATCH_BYTES && end > start {
            break;
        }
        end += 1;
    }
    end
}

fn estimate(draft: &Draft) -> usize {
    let reason = draft.reason.as_ref().map_or(0, |reason| reason.text.as_str().len());
    let payload = draft.payload.to_bytes().map_or(BATCH_BYTES, |bytes| bytes.len());
    ENVELOPE_BYTES + draft.stream.as_str().len() + reason + payload
}

struct Sender<'a> {
    events: &'a [(usize, Draft)],
    appender: &'a mut dyn Appender,
    done: Appended,
    /// By row: how many of its events the ledger has.
    taken: BTreeMap<usize, usize>,
}

impl Sender<'_> {
    fn send(&mut self, batch: Vec<usize>) -> Result<(), ImportError> {
        // Parts of the batch that are still to be sent, the first at the end.
        let mut parts = vec![batch];
        while let Some(mut part) = parts.pop() {
            part.retain(|at| self.is_wanted(*at));
            if part.is_empty() {
                continue;
            }
            let drafts = part.iter().filter_map(|at| self.events.get(*at)).map(|(_, draft)| draft.clone()).collect();
            match self.appender.append(Batch { drafts, strict: false }) {
                Ok(receipts) => self.take(&part, &receipts)?,
                Err(AppendError::Refused(refusal)) => parts.extend(self.split(part, refusal)),
                Err(source @ (AppendError::Unavailable { .. } | AppendError::Lost { .. })) => {
                    return Err(self.stopped(source));
                }
            }
        }
        Ok(())
    }

    fn is_wanted(&self, at: usize) -> bool {
        self.events.get(at).is_some_and(|(row, _)| !self.done.refused.contains_key(row))
    }

    fn take(&mut self, part: &[usize], receipts: &[Receipt]) -> Result<(), ImportError> {
        if receipts.len() != part.len() {
            let recorded = self.recorded();
            return Err(ImportError::Receipts { events: part.len(), receipts: receipts.len(), recorded });
        }
        for (at, receipt) in part.iter().zip(receipts) {
            if let Some(slot) = self.done.outcomes.get_mut(*at) {
                *slot = Some(receipt.outcome);
            }
            if let Some((row, _)) = self.events.get(*at) {
                *self.taken.entry(*row).or_default() += 1;
            }
        }
        Ok(())
    }

    /// What to send instead of a refused part: what is before and after the event at fault, or else its halves.
    fn split(&mut self, mut part: Vec<usize>, refusal: Refusal) -> Vec<Vec<usize>> {
        let at_fault = refusal.index.filter(|index| *index < part.len()).or((part.len() == 1).then_some(0));
        let Some(index) = at_fault else {
            let second = part.split_off(part.len() / 2);
            return vec![second, part];
        };
        let after = part.split_off(index + 1);
        if let Some((row, _)) = part.pop().and_then(|at| self.events.get(at)) {
            let fault = self.refusal_of(*row, refusal);
            self.done.refused.insert(*row, fault);
        }
        vec![after, part]
    }

    fn refusal_of(&self, row: usize, refusal: Refusal) -> Fault {
        let before = self.taken.get(&row).copied().unwrap_or_default();
        let note = if before == 0 { String::new() } else { format!("; {before} of the row's events are recorded") };
        Fault { field: refusal.field, reason: format!("{} ({}){note}", refusal.message, refusal.code) }
    }

    fn recorded(&self) -> u64 {
        self.done.outcomes.iter().filter(|outcome| **outcome == Some(Outcome::Recorded)).count() as u64
    }

    fn stopped(&self, source: AppendError) -> ImportError {
        let done = self.done.outcomes.iter().filter(|outcome| outcome.is_some()).count() as u64;
        ImportError::Stopped { done, total: self.events.len() as u64, recorded: self.recorded(), source }
    }
}
