//! The running projection: every account, person, catalogue and model in memory, following the log group by group.

use std::ops::Bound;
use std::sync::{Arc, mpsc};
use std::thread;

use imbl::OrdMap;
use tenure_replay::{Account, Followed, Live};
use tenure_schemas::{AccountId, Event, Instant, PersonId, Stream, StreamClass};

use super::checkpoints::Kept;
use super::mentions::Mentions;
use super::{ViewError, decode};
use crate::log::{Head, LogReader};

/// How many events are read at once while catching up.
const CHUNK: usize = 4_096;

/// Every account, person, catalogue and model at one size of the ledger. Cloning shares everything.
#[derive(Clone)]
pub struct Projection {
    head: Head,
    accounts: OrdMap<AccountId, Arc<Live>>,
    people: OrdMap<PersonId, Arc<Vec<Event>>>,
    /// By the name of the stream.
    catalogues: OrdMap<Arc<str>, Arc<Vec<Event>>>,
    /// By the name of the stream.
    models: OrdMap<Arc<str>, Arc<Vec<Event>>>,
    mentions: Mentions,
    kept: Arc<Kept>,
}

impl Projection {
    /// The projection of an empty ledger.
    pub fn empty() -> Self {
        let head = Head { size: 0, root: crate::log::merkle::Frontier::new().root(), recorded_at: None };
        Self {
            head,
            accounts: OrdMap::new(),
            people: OrdMap::new(),
            catalogues: OrdMap::new(),
            models: OrdMap::new(),
            mentions: Mentions::default(),
            kept: Arc::new(Kept::new()),
        }
    }

    /// The size and root that it was made from.
    pub fn head(&self) -> Head {
        self.head
    }

    pub(super) fn account_ids(&self, after: Option<&AccountId>) -> impl Iterator<Item = &AccountId> {
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.clone()));
        self.accounts.range((from, Bound::Unbounded)).map(|(id, _)| id)
    }

    pub(super) fn person_ids(&self) -> impl Iterator<Item = &PersonId> {
        self.people.keys()
    }

    pub(super) fn live(&self, id: &AccountId) -> Option<&Live> {
        self.accounts.get(id).map(AsRef::as_ref)
    }

    pub(super) fn person_events(&self, id: &PersonId) -> Option<&[Event]> {
        self.people.get(id).map(|events| events.as_slice())
    }

    /// The events of each catalogue, in the order of the ledger.
    pub(super) fn catalogues(&self) -> impl Iterator<Item = &[Event]> {
        self.catalogues.values().map(|events| events.as_slice())
    }

    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The events of each model, in the order of the ledger.
    pub(super) fn models(&self) -> impl Iterator<Item = &[Event]> {
        self.models.values().map(|events| events.as_slice())
    }

    pub(super) fn mentions(&self) -> &Mentions {
        &self.mentions
    }

    /// Includes the next events; says which accounts must be folded anew.
    fn include(&mut self, events: &[Event], now: Instant, anew: &mut Vec<AccountId>) {
        for event in events {
            match event.stream.class() {
                StreamClass::Account => self.include_in_account(event, now, anew),
                StreamClass::Person => self.include_in_person(event),
                StreamClass::Catalogue => include(&mut self.catalogues, event),
                StreamClass::Model => include(&mut self.models, event),
                StreamClass::Ledger => {}
            }
        }
    }

    fn include_in_account(&mut self, event: &Event, now: Instant, anew: &mut Vec<AccountId>) {
        let Some(id) = event.stream.account_id() else { return };
        self.mentions.include(&id, event);
        let live = self.accounts.entry(id.clone()).or_insert_with(|| Arc::new(Live::unknown(id.clone())));
        if Arc::make_mut(live).follow(event, now) == Followed::FoldAnew {
            anew.push(id);
        }
    }

    fn include_in_person(&mut self, event: &Event) {
        let Some(id) = event.stream.person_id() else { return };
        Arc::make_mut(self.people.entry(id).or_default()).push(event.clone());
    }
}

/// Adds an event to those of its stream.
fn include(streams: &mut OrdMap<Arc<str>, Arc<Vec<Event>>>, event: &Event) {
    Arc::make_mut(streams.entry(event.stream.name()).or_default()).push(event.clone());
}

/// Brings a projection up to the log's head.
///
/// Accounts whose past changed are folded anew from their streams, once each.
pub fn follow(projection: &mut Projection, log: &dyn LogReader, now: Instant) -> Result<(), ViewError> {
    let head = log.head();
    let mut anew = Vec::new();
    let from = projection.head.size;
    let mut include = |chunk: Result<Vec<Event>, ViewError>| -> Result<(), ViewError> {
        let events = chunk?;
        projection.include(&events, now, &mut anew);
        projection.head.size += events.len() as u64;
        Ok(())
    };
    let mut chunks = chunks(log, from, head.size);
    if head.size.saturating_sub(from) <= CHUNK as u64 {
        chunks.try_for_each(include)?;
    } else {
        // Reading and decoding a long history takes as long as folding it does, so both go on at once.
        thread::scope(|scope| -> Result<(), ViewError> {
            let (send, decoded) = mpsc::sync_channel(1);
            scope.spawn(move || chunks.try_for_each(|chunk| send.send(chunk)));
            decoded.into_iter().try_for_each(&mut include)
        })?;
    }
    anew.sort_unstable();
    anew.dedup();
    for id in anew {
        let events = stream_up_to(log, &Stream::account(&id), head.size)?;
        projection.accounts.insert(id.clone(), Arc::new(Live::fold(id, &events, now)));
    }
    projection.head = head;
    Ok(())
}

/// The events from `from` to `to`, chunk by chunk; nothing comes after an error.
fn chunks(
    log: &dyn LogReader,
    from: u64,
    to: u64,
) -> impl Iterator<Item = Result<Vec<Event>, ViewError>> + Send + use<'_> {
    let mut next = from;
    std::iter::from_fn(move || {
        let chunk = (next < to).then(|| read_chunk(log, next, to))?;
        next = chunk.as_ref().map_or(to, |events| next + events.len() as u64);
        Some(chunk)
    })
}

fn read_chunk(log: &dyn LogReader, from: u64, to: u64) -> Result<Vec<Event>, ViewError> {
    let left = usize::try_from(to - from).unwrap_or(CHUNK);
    let stored = log.read(from, left.min(CHUNK))?;
    if stored.is_empty() {
        return Err(ViewError::Missing { position: from, size: to });
    }
    stored.iter().map(|stored| decode(stored.position, &stored.bytes)).collect()
}

fn stream_up_to(log: &dyn LogReader, stream: &Stream, size: u64) -> Result<Vec<Event>, ViewError> {
    let positions: Vec<u64> = log.stream(stream.as_str()).into_iter().take_while(|at| *at < size).collect();
    log.read_at(&positions)?.iter().map(|stored| decode(stored.position, &stored.bytes)).collect()
}

impl Projection {
    /// Every account as it was last folded, whatever the moment.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(|live| live.account())
    }
}
