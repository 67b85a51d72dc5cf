//! The checkpoints of accounts with long streams, kept as long as there is room for them.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tenure_replay::{Account, AsOf, Checkpoints};
use tenure_schemas::{AccountId, Event, Stream};

use super::{View, ViewError};

/// From how many events on a stream has checkpoints: shorter ones are folded anew in a millisecond.
const LONG: usize = 512;

/// How many entries lie between two checkpoints.
const STRIDE: usize = 256;

/// How many events the streams may have, together, whose checkpoints are kept.
const ROOM: u64 = 4_000_000;

#[derive(Clone)]
struct ByEvents;

impl Weighter<AccountId, Arc<Checkpoints>> for ByEvents {
    fn weight(&self, _: &AccountId, checkpoints: &Arc<Checkpoints>) -> u64 {
        u64::try_from(checkpoints.events()).unwrap_or(u64::MAX)
    }
}

/// Checkpoints by account. Each answers only for a stream of the length that it was made from.
pub(super) struct Kept {
    checkpoints: Cache<AccountId, Arc<Checkpoints>, ByEvents>,
}

impl Kept {
    pub(super) fn new() -> Self {
        const ACCOUNTS: usize = 1_024;
        Self { checkpoints: Cache::with_weighter(ACCOUNTS, ROOM, ByEvents) }
    }
}

impl View {
    /// The account as of a moment, from the log: all of its stream, or what follows a checkpoint.
    pub(super) fn fold_account(&self, id: &AccountId, as_of: &AsOf) -> Result<Option<Account>, ViewError> {
        let positions = self.stream_positions(Stream::account(id).as_str(), 0);
        if positions.len() >= LONG
            && self.knows_whole_streams()
            && let Some(account) = self.account_by_checkpoint(id, &positions, as_of)?
        {
            return Ok(Some(account));
        }
        let folded = |events: &[Event]| (!events.is_empty()).then(|| Account::fold(id.clone(), events, as_of));
        match self.remembered(id)? {
            Some(all) => Ok(folded(&self.known(&all))),
            None => Ok(folded(&self.events_at(&positions)?)),
        }
    }

    fn account_by_checkpoint(
        &self,
        id: &AccountId,
        stream: &[u64],
        as_of: &AsOf,
    ) -> Result<Option<Account>, ViewError> {
        let Some(checkpoints) = self.checkpoints(id, stream)? else { return Ok(None) };
        let needed = checkpoints.needed(as_of);
        let events = self.events_at(&needed.positions)?;
        Ok(checkpoints.account(&needed, &events, as_of))
    }

    /// The account's checkpoints for this stream; made where there are none. Those for the newest stream make way for
    /// no others.
    fn checkpoints(&self, id: &AccountId, stream: &[u64]) -> Result<Option<Arc<Checkpoints>>, ViewError> {
        let kept = &self.projection.kept().checkpoints;
        let known = kept.get(id);
        if let Some(checkpoints) = known.as_ref().filter(|known| known.events() == stream.len()) {
            return Ok(Some(Arc::clone(checkpoints)));
        }
        if known.is_some() && self.is_limited() {
            return Ok(None);
        }
        let checkpoints = Arc::new(Checkpoints::of(id.clone(), &self.events_at(stream)?, STRIDE));
        kept.insert(id.clone(), Arc::clone(&checkpoints));
        Ok(Some(checkpoints))
    }
}
