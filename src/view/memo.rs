//! Streams of accounts that were read before, remembered while one question looks at the same ones again and again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tenure_schemas::{AccountId, Event, Stream};

use super::{View, ViewError, decode_all};

/// How many events are remembered, at most.
const ROOM: usize = 200_000;

/// The streams that were read, whatever of them a view knows.
#[derive(Default)]
pub(super) struct Memo {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    streams: BTreeMap<AccountId, Arc<Vec<Event>>>,
    events: usize,
}

impl Memo {
    fn get(&self, id: &AccountId) -> Option<Arc<Vec<Event>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).streams.get(id).cloned()
    }

    fn keep(&self, id: &AccountId, events: &Arc<Vec<Event>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.events + events.len() <= ROOM && kept.streams.insert(id.clone(), Arc::clone(events)).is_none() {
            kept.events += events.len();
        }
    }
}

impl View {
    /// The same view, which remembers the streams of accounts that it reads from now on, with what is made of it.
    #[must_use]
    pub fn remembering(&self) -> Self {
        Self { memo: Some(Arc::default()), ..self.clone() }
    }

    /// All of an account's stream, known or not, from where it is remembered or else read; `None` where nothing is
    /// remembered.
    pub(super) fn remembered(&self, id: &AccountId) -> Result<Option<Arc<Vec<Event>>>, ViewError> {
        let Some(memo) = &self.memo else { return Ok(None) };
        if let Some(all) = memo.get(id) {
            return Ok(Some(all));
        }
        let size = self.projection.head().size;
        let stream = self.log.stream(Stream::account(id).as_str()).into_iter();
        let positions: Vec<u64> = stream.filter(|position| *position < size).collect();
        let all = Arc::new(decode_all(&self.log.read_at(&positions)?)?);
        memo.keep(id, &all);
        Ok(Some(all))
    }
}
