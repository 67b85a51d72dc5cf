//! What readers see: the state at one size of the ledger, and answers as of any moment from it.

mod checkpoints;
mod current;
mod limited;
mod memo;
mod mentions;
mod projection;
mod trail;

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use tenure_replay::{Account, AsOf, Catalogue, Directory, Models, Person};
use tenure_schemas::codec::CodecError;
use tenure_schemas::{AccountId, Event, Instant, PersonId, Stream, StreamClass, Times};
use uuid::Uuid;

pub use current::Current;
pub use projection::{Projection, follow};
pub use trail::Trail;

use self::limited::Limits;
use self::memo::Memo;
use self::mentions::Mentions;
use crate::log::{Head, LogError, LogReader, Stored};

/// Why a question could not be answered from the ledger.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The log could not be read.
    #[error("could not read the ledger")]
    Read(#[from] LogError),
    /// An event could not be encoded.
    #[error("an event could not be encoded; this is a defect of Tenure, report it")]
    Encode {
        /// What did not fit.
        #[source]
        source: CodecError,
    },
    /// The log holds fewer events than its head says.
    #[error("the ledger has {size} events, but none at position {position}: it is damaged, restore a backup")]
    Missing {
        /// The position that could not be read.
        position: u64,
        /// The size that the log claims.
        size: u64,
    },
    /// A stored event is no event.
    #[error("the event at position {position} cannot be decoded: the ledger is damaged, restore a backup")]
    Decode {
        /// Where it stands.
        position: u64,
        /// What did not fit.
        #[source]
        source: CodecError,
    },
}

/// The ledger at one size. Cheap to clone; what it answers never changes.
///
/// A view may be limited to what was known earlier: then the projection only says where to look, and everything is
/// read from the log.
#[derive(Clone)]
pub struct View {
    projection: Arc<Projection>,
    log: Arc<dyn LogReader>,
    head: Head,
    limits: Option<Arc<Limits>>,
    /// What is noted of the streams that are looked at, where somebody wants to know.
    trail: Option<Arc<Trail>>,
    /// Streams that were read before, where they are remembered.
    memo: Option<Arc<Memo>>,
}

impl View {
    /// A view on a projection and the log that it was made from.
    pub fn new(projection: Arc<Projection>, log: Arc<dyn LogReader>) -> Self {
        Self { head: projection.head(), projection, log, limits: None, trail: None, memo: None }
    }

    /// The size and root that every answer of this view rests on.
    pub fn head(&self) -> Head {
        self.head
    }

    /// How many events the log holds by now, of which this view may not know all.
    pub fn log_size(&self) -> u64 {
        self.log.head().size
    }

    /// How many events the log holds by now that were not followed yet. What a view leaves out on purpose is no lag.
    pub fn lag(&self) -> u64 {
        self.log_size().saturating_sub(self.projection.head().size)
    }

    /// How many of the first events were recorded at or before `known_at`.
    pub fn size_at(&self, known_at: Instant) -> Result<u64, ViewError> {
        Ok(self.log.size_at(known_at)?.min(self.head().size))
    }

    /// When the first event was recorded that the log holds by now and this view does not; `None` where it holds all.
    pub fn behind_since(&self) -> Result<Option<Instant>, ViewError> {
        let missing = self.log.read(self.head().size, 1)?;
        let events = missing.first().map(|stored| decode(stored.position, &stored.bytes)).transpose()?;
        Ok(events.map(|event| event.recorded_at))
    }

    /// The ids of all accounts that may have events, in order, from after `after` on.
    pub fn account_ids(&self, after: Option<&AccountId>) -> impl Iterator<Item = &AccountId> {
        self.projection.account_ids(after)
    }

    /// The ids of all people who may have events, in order.
    pub fn person_ids(&self) -> impl Iterator<Item = &PersonId> {
        self.projection.person_ids()
    }

    /// Whether the account has any event.
    pub fn knows_account(&self, id: &AccountId) -> Result<bool, ViewError> {
        self.note_account(id);
        match &self.limits {
            None => Ok(self.projection.live(id).is_some()),
            Some(_) => self.has_any(&Stream::account(id)),
        }
    }

    /// Whether the person has any event.
    pub fn knows_person(&self, id: &PersonId) -> bool {
        self.person_events(id).is_some()
    }

    /// Whether any event ever named the person as an owner.
    pub fn names_person(&self, id: &PersonId) -> Result<bool, ViewError> {
        if self.limits.is_none() {
            return Ok(self.accounts_of_owner(id).next().is_some());
        }
        for account in self.accounts_of_owner(id) {
            if Mentions::of(account, &self.stream(&Stream::account(account))?).people().any(|named| named == id) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The people who may have been named as owners, in order.
    pub fn owner_ids(&self) -> impl Iterator<Item = &PersonId> {
        self.projection.mentions().people()
    }

    /// The accounts that may have named the person as an owner, in order; their folds say when that held.
    pub fn accounts_of_owner(&self, person: &PersonId) -> impl Iterator<Item = &AccountId> {
        self.projection.mentions().of_owner(person)
    }

    /// The accounts that may have named the account as their parent, in order; their folds say when that held.
    pub fn accounts_of_parent(&self, parent: &AccountId) -> impl Iterator<Item = &AccountId> {
        self.projection.mentions().of_parent(parent)
    }

    /// The accounts that may have been merged into the account, in order; their folds say when that held.
    pub fn accounts_merged_into(&self, survivor: &AccountId) -> impl Iterator<Item = &AccountId> {
        self.projection.mentions().of_survivor(survivor)
    }

    /// The account as of a moment; `None` where it has no events at all.
    ///
    /// The folded state answers where the moment lies after everything that it folded; otherwise
    /// the account's stream is read and folded anew, a long one from a checkpoint on.
    pub fn account(&self, id: &AccountId, as_of: &AsOf) -> Result<Option<Arc<Account>>, ViewError> {
        self.note_account(id);
        let Some(live) = self.projection.live(id) else { return Ok(None) };
        if self.limits.is_none()
            && let Some(account) = live.as_of(as_of)
        {
            return Ok(Some(Arc::clone(account)));
        }
        Ok(self.fold_account(id, as_of)?.map(Arc::new))
    }

    fn note_account(&self, id: &AccountId) {
        if self.trail.is_some() {
            self.note(Stream::account(id).as_str());
        }
    }

    /// The events of an account's stream where any of them may lie beyond a moment; none where none does.
    pub fn stream_beyond(&self, id: &AccountId, as_of: &AsOf) -> Result<Vec<Event>, ViewError> {
        self.note_account(id);
        let live = self.projection.live(id).filter(|_| self.limits.is_none());
        if live.is_some_and(|live| live.has_all_up_to(as_of)) {
            return Ok(Vec::new());
        }
        self.stream(&Stream::account(id))
    }

    /// The person as of a moment; `None` where the person has no events at all.
    pub fn person(&self, id: &PersonId, as_of: &AsOf) -> Option<Arc<Person>> {
        let events = self.person_events(id)?;
        Some(Arc::new(Person::fold(id.clone(), &events, as_of)))
    }

    fn person_events(&self, id: &PersonId) -> Option<Cow<'_, [Event]>> {
        if self.trail.is_some() {
            self.note(Stream::person(id).as_str());
        }
        let events = self.known(self.projection.person_events(id)?);
        (!events.is_empty()).then_some(events)
    }

    /// What we can do for clients, as of a moment.
    pub fn catalogue(&self, as_of: &AsOf) -> Arc<Catalogue> {
        self.note_class(StreamClass::Catalogue);
        let catalogues: Vec<_> = self.projection.catalogues().map(|events| self.known(events)).collect();
        Arc::new(Catalogue::fold(catalogues.iter().map(AsRef::as_ref), as_of))
    }

    /// What scores and clocks are computed with, as of a moment.
    pub fn models(&self, as_of: &AsOf) -> Arc<Models> {
        self.note_class(StreamClass::Model);
        let models: Vec<_> = self.projection.models().map(|events| self.known(events)).collect();
        Arc::new(Models::fold(models.iter().map(AsRef::as_ref), as_of))
    }

    /// The events of one stream in the order of the ledger.
    pub fn stream(&self, stream: &Stream) -> Result<Vec<Event>, ViewError> {
        self.events_at(&self.stream_positions(stream.as_str(), 0))
    }

    /// Up to `limit` events from a position on, in the order of the ledger; none only where no more are known.
    pub fn events(&self, from: u64, limit: usize) -> Result<Vec<Event>, ViewError> {
        self.note_whole();
        let mut next = from;
        loop {
            let left = self.head.size.saturating_sub(next);
            let limit = usize::try_from(left).unwrap_or(usize::MAX).min(limit);
            let events = decode_all(&self.log.read(next, limit)?)?;
            let Some(last) = events.last() else { return Ok(events) };
            next = last.position.saturating_add(1);
            let known = self.only_known(events);
            if !known.is_empty() {
                return Ok(known);
            }
        }
    }

    /// Of up to `limit` events from a position on those that are known and whose times are wanted, in the order of the
    /// ledger, and the position behind the last that was looked at; `None` where no more are there.
    ///
    /// What is not wanted is not read beyond its times, unless the clock of the sources counts, under which every event
    /// that is looked at is counted.
    pub fn events_by_time(
        &self,
        from: u64,
        limit: usize,
        wanted: impl Fn(&Times) -> bool,
    ) -> Result<(Vec<Event>, Option<u64>), ViewError> {
        self.note_whole();
        let left = self.head.size.saturating_sub(from);
        let stored = self.log.read(from, usize::try_from(left).unwrap_or(usize::MAX).min(limit))?;
        let next = stored.last().map(|last| last.position.saturating_add(1));
        if !self.knows_whole_streams() {
            let mut known = self.only_known(decode_all(&stored)?);
            known.retain(|event| wanted(&Times::of(event)));
            return Ok((known, next));
        }
        let mut found = Vec::new();
        for stored in &stored {
            let times = Times::from_stored(&stored.bytes);
            let times = times.map_err(|source| ViewError::Decode { position: stored.position, source })?;
            if wanted(&times) {
                found.push(decode(stored.position, &stored.bytes)?);
            }
        }
        Ok((self.only_known(found), next))
    }

    /// The events at ascending positions, as far as they are known.
    pub fn events_at(&self, positions: &[u64]) -> Result<Vec<Event>, ViewError> {
        Ok(self.only_known(decode_all(&self.log.read_at(positions)?)?))
    }

    /// The positions of a stream's events from a position on.
    pub fn stream_positions(&self, stream: &str, from: u64) -> Vec<u64> {
        self.note(stream);
        let size = self.head.size;
        self.log.stream(stream).into_iter().filter(|position| (from..size).contains(position)).collect()
    }

    /// The position of the event with this id.
    pub fn find(&self, id: Uuid) -> Option<u64> {
        self.log.find(id).filter(|position| *position < self.head().size)
    }

    /// A directory of people, accounts, the catalogue and models as of one moment, for answers that need more than one
    /// account.
    pub fn directory(&self, as_of: &AsOf) -> ViewDirectory {
        ViewDirectory {
            view: self.clone(),
            as_of: as_of.clone(),
            people: RefCell::default(),
            accounts: RefCell::default(),
            catalogue: OnceCell::new(),
            models: OnceCell::new(),
            error: RefCell::default(),
        }
    }
}

fn decode_all(stored: &[Stored]) -> Result<Vec<Event>, ViewError> {
    stored.iter().map(|stored| decode(stored.position, &stored.bytes)).collect()
}

/// Reads a stored event.
pub fn decode(position: u64, bytes: &[u8]) -> Result<Event, ViewError> {
    Event::from_stored(bytes).map_err(|source| ViewError::Decode { position, source })
}

/// People, accounts, the catalogue and models as of one moment. A failed look-up finds nothing, and
/// [`ViewDirectory::finish`] says why.
pub struct ViewDirectory {
    view: View,
    as_of: AsOf,
    people: RefCell<BTreeMap<PersonId, Option<Arc<Person>>>>,
    accounts: RefCell<BTreeMap<AccountId, Option<Arc<Account>>>>,
    catalogue: OnceCell<Arc<Catalogue>>,
    models: OnceCell<Arc<Models>>,
    error: RefCell<Option<ViewError>>,
}

impl ViewDirectory {
    /// The first look-up that failed; to be asked before an answer is given away.
    pub fn finish(self) -> Result<(), ViewError> {
        self.check()
    }

    /// The first look-up that failed since it was asked last, where the directory goes on to be used.
    pub fn check(&self) -> Result<(), ViewError> {
        self.error.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// The last instant of the moment.
    pub fn instant(&self) -> Instant {
        self.as_of.instant()
    }
}

impl Directory for ViewDirectory {
    fn person(&self, id: &PersonId) -> Option<Arc<Person>> {
        let mut people = self.people.borrow_mut();
        people.entry(id.clone()).or_insert_with(|| self.view.person(id, &self.as_of)).clone()
    }

    fn account(&self, id: &AccountId) -> Option<Arc<Account>> {
        let look_up = || {
            self.view.account(id, &self.as_of).unwrap_or_else(|error| {
                self.error.borrow_mut().get_or_insert(error);
                None
            })
        };
        self.accounts.borrow_mut().entry(id.clone()).or_insert_with(look_up).clone()
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(self.catalogue.get_or_init(|| self.view.catalogue(&self.as_of)))
    }

    fn models(&self) -> Arc<Models> {
        Arc::clone(self.models.get_or_init(|| self.view.models(&self.as_of)))
    }

    fn may_be_merged_into(&self, survivor: &AccountId) -> Vec<AccountId> {
        self.view.accounts_merged_into(survivor).cloned().collect()
    }
}
