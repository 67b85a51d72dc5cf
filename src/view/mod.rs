//! What readers see: the state at one size of the ledger, and answers as of any moment from it.

mod current;
mod mentions;
mod projection;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use tenure_replay::{Account, AsOf, Catalogue, Directory, Models, Person};
use tenure_schemas::codec::CodecError;
use tenure_schemas::{AccountId, Event, Instant, PersonId, Stream};
use uuid::Uuid;

pub use current::Current;
pub use projection::{Projection, follow};

use crate::log::{Head, LogError, LogReader};

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
#[derive(Clone)]
pub struct View {
    projection: Arc<Projection>,
    log: Arc<dyn LogReader>,
}

impl View {
    /// A view on a projection and the log that it was made from.
    pub fn new(projection: Arc<Projection>, log: Arc<dyn LogReader>) -> Self {
        Self { projection, log }
    }

    /// The size and root that every answer of this view rests on.
    pub fn head(&self) -> Head {
        self.projection.head()
    }

    /// How many events the log holds by now, of which this view may not know all.
    pub fn log_size(&self) -> u64 {
        self.log.head().size
    }

    /// How many events the log holds by now that this view does not.
    pub fn lag(&self) -> u64 {
        self.log_size().saturating_sub(self.head().size)
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

    /// The ids of all accounts with events, in order, from after `after` on.
    pub fn account_ids(&self, after: Option<&AccountId>) -> impl Iterator<Item = &AccountId> {
        self.projection.account_ids(after)
    }

    /// The ids of all people with events, in order.
    pub fn person_ids(&self) -> impl Iterator<Item = &PersonId> {
        self.projection.person_ids()
    }

    /// Whether the account has any event.
    pub fn knows_account(&self, id: &AccountId) -> bool {
        self.projection.live(id).is_some()
    }

    /// Whether the person has any event.
    pub fn knows_person(&self, id: &PersonId) -> bool {
        self.projection.person_events(id).is_some()
    }

    /// Whether any event ever named the person as an owner.
    pub fn names_person(&self, id: &PersonId) -> bool {
        self.accounts_of_owner(id).next().is_some()
    }

    /// The people who were ever named as owners, in order.
    pub fn owner_ids(&self) -> impl Iterator<Item = &PersonId> {
        self.projection.mentions().people()
    }

    /// The accounts that ever named the person as an owner, in order; their folds say when that held.
    pub fn accounts_of_owner(&self, person: &PersonId) -> impl Iterator<Item = &AccountId> {
        self.projection.mentions().of_owner(person)
    }

    /// The accounts that ever named the account as their parent, in order; their folds say when that held.
    pub fn accounts_of_parent(&self, parent: &AccountId) -> impl Iterator<Item = &AccountId> {
        self.projection.mentions().of_parent(parent)
    }

    /// The account as of a moment; `None` where it has no events at all.
    ///
    /// The folded state answers where the moment lies after everything that it folded; otherwise
    /// the account's stream is read and folded anew.
    pub fn account(&self, id: &AccountId, as_of: &AsOf) -> Result<Option<Arc<Account>>, ViewError> {
        let Some(live) = self.projection.live(id) else { return Ok(None) };
        if let Some(account) = live.as_of(as_of) {
            return Ok(Some(Arc::clone(account)));
        }
        let events = self.stream(&Stream::account(id))?;
        Ok(Some(Arc::new(Account::fold(id.clone(), &events, as_of))))
    }

    /// The person as of a moment; `None` where the person has no events at all.
    pub fn person(&self, id: &PersonId, as_of: &AsOf) -> Option<Arc<Person>> {
        let events = self.projection.person_events(id)?;
        Some(Arc::new(Person::fold(id.clone(), events, as_of)))
    }

    /// What we can do for clients, as of a moment.
    pub fn catalogue(&self, as_of: &AsOf) -> Arc<Catalogue> {
        Arc::new(Catalogue::fold(self.projection.catalogues(), as_of))
    }

    /// What scores and clocks are computed with, as of a moment.
    pub fn models(&self, as_of: &AsOf) -> Arc<Models> {
        Arc::new(Models::fold(self.projection.models(), as_of))
    }

    /// The events of one stream in the order of the ledger.
    pub fn stream(&self, stream: &Stream) -> Result<Vec<Event>, ViewError> {
        let size = self.head().size;
        let positions: Vec<u64> =
            self.log.stream(stream.as_str()).into_iter().take_while(|position| *position < size).collect();
        self.events_at(&positions)
    }

    /// Up to `limit` events from a position on, in the order of the ledger.
    pub fn events(&self, from: u64, limit: usize) -> Result<Vec<Event>, ViewError> {
        let left = self.head().size.saturating_sub(from);
        let limit = usize::try_from(left).unwrap_or(usize::MAX).min(limit);
        self.log.read(from, limit)?.iter().map(|stored| decode(stored.position, &stored.bytes)).collect()
    }

    /// The events at ascending positions.
    pub fn events_at(&self, positions: &[u64]) -> Result<Vec<Event>, ViewError> {
        self.log.read_at(positions)?.iter().map(|stored| decode(stored.position, &stored.bytes)).collect()
    }

    /// The positions of a stream's events from a position on.
    pub fn stream_positions(&self, stream: &str, from: u64) -> Vec<u64> {
        let size = self.head().size;
        self.log.stream(stream).into_iter().filter(|position| (from..size).contains(position)).collect()
    }

    /// The position of the event with this id.
    pub fn find(&self, id: Uuid) -> Option<u64> {
        self.log.find(id).filter(|position| *position < self.head().size)
    }

    /// A directory of people, accounts, the catalogue and models as of one moment, for answers that need more than one
    /// account.
    pub fn directory(&self, as_of: &AsOf) -> ViewDirectory<'_> {
        ViewDirectory {
            view: self,
            as_of: as_of.clone(),
            people: RefCell::default(),
            accounts: RefCell::default(),
            catalogue: OnceCell::new(),
            models: OnceCell::new(),
            error: RefCell::default(),
        }
    }
}

/// Reads a stored event.
pub fn decode(position: u64, bytes: &[u8]) -> Result<Event, ViewError> {
    Event::from_stored(bytes).map_err(|source| ViewError::Decode { position, source })
}

/// People, accounts, the catalogue and models as of one moment. A failed look-up finds nothing, and
/// [`ViewDirectory::finish`] says why.
pub struct ViewDirectory<'a> {
    view: &'a View,
    as_of: AsOf,
    people: RefCell<BTreeMap<PersonId, Option<Arc<Person>>>>,
    accounts: RefCell<BTreeMap<AccountId, Option<Arc<Account>>>>,
    catalogue: OnceCell<Arc<Catalogue>>,
    models: OnceCell<Arc<Models>>,
    error: RefCell<Option<ViewError>>,
}

impl ViewDirectory<'_> {
    /// The first look-up that failed; to be asked before an answer is given away.
    pub fn finish(self) -> Result<(), ViewError> {
        self.error.into_inner().map_or(Ok(()), Err)
    }

    /// The last instant of the moment.
    pub fn instant(&self) -> Instant {
        self.as_of.instant()
    }
}

impl Directory for ViewDirectory<'_> {
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
}
