//! Admission: what is refused, what was recorded before, and what gets a place.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tenure_replay::admission::{contradictions, contradictions_of_next};
use tenure_replay::history::corrected_payload;
use tenure_replay::{Account, AsOf, Catalogue, Directory, Finding, Followed, Live, Models, Person, cycles};
use tenure_schemas::payload::revision::{Corrected, Retracted};
use tenure_schemas::{
    AccountId, Draft, DraftLimits, Event, Instant, Invalid, MAX_STORED_BYTES, Payload, PersonId, Stream, StreamClass,
    check_time, check_until,
};

use super::new_id;
use super::stage::Stage;
use crate::appender::{AppendError, Batch, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, Outcome, Receipt, Refusal};
use crate::log::{LogReader, Record};
use crate::view::ViewError;

/// How many folded accounts are kept for strict admission; beyond it they are folded again when needed.
const MAX_LIVE_ACCOUNTS: usize = 4_096;

/// Decides about batches, one after the other, on top of a log.
pub(super) struct Admission {
    pub(super) stage: Stage,
    live: BTreeMap<AccountId, Live>,
}

/// Why one event of a batch does not get in.
enum Stop {
    Refused(Refusal),
    Failed(ViewError),
}

impl From<ViewError> for Stop {
    fn from(error: ViewError) -> Self {
        Self::Failed(error)
    }
}

fn refuse(code: &str, error: Invalid) -> Stop {
    Stop::Refused(Refusal { code: code.to_owned(), index: None, field: error.field, message: error.message })
}

/// What to do about an event that is too large.
fn how_to_shorten(payload: Option<&Payload>) -> &'static str {
    if matches!(payload, Some(Payload::PlanAdopted(_))) {
        "adopt the plan with its first objectives, and add the others one by one with plan.objective_set"
    } else {
        "shorten its texts and lists"
    }
}

impl Admission {
    pub(super) fn on(log: Arc<dyn LogReader>) -> Self {
        Self { stage: Stage::on(log), live: BTreeMap::new() }
    }

    /// Stages a batch, all of it or nothing.
    pub(super) fn admit(&mut self, batch: &Batch, now: Instant) -> Result<Vec<Receipt>, AppendError> {
        if batch.drafts.len() > MAX_BATCH_EVENTS {
            let message =
                format!("{} events are too many for one batch: send at most {MAX_BATCH_EVENTS}", batch.drafts.len());
            let code = "batch_too_large".to_owned();
            return Err(Refusal { code, index: None, field: String::new(), message }.into());
        }
        let (staged, bytes) = (self.stage.len(), self.stage.bytes());
        let mut receipts = Vec::with_capacity(batch.drafts.len());
        for (index, draft) in batch.drafts.iter().enumerate() {
            let admitted = self.admit_one(draft, batch.strict, now).and_then(|receipt| {
                self.check_batch_bytes(bytes)?;
                Ok(receipt)
            });
            match admitted {
                Ok(receipt) => receipts.push(receipt),
                Err(stop) => {
                    self.take_back(staged);
                    return Err(stop.of(index));
                }
            }
        }
        Ok(receipts)
    }

    fn check_batch_bytes(&self, before: usize) -> Result<(), Stop> {
        if self.stage.bytes() - before <= MAX_BATCH_BYTES {
            return Ok(());
        }
        let message = format!("the batch takes more than {MAX_BATCH_BYTES} bytes: send it in smaller ones");
        Err(refuse("batch_too_large", Invalid::new(message)))
    }

    /// Takes back what was staged from `len` on.
    fn take_back(&mut self, len: usize) {
        for stream in self.stage.truncate(len) {
            if let Some(account) = stream.account_id() {
                self.live.remove(&account);
            }
        }
    }

    /// Forgets the staged events after the log failed to take them.
    pub(super) fn give_up(&mut self) {
        self.take_back(0);
    }

    fn admit_one(&mut self, draft: &Draft, strict: bool, now: Instant) -> Result<Receipt, Stop> {
        draft.check(DraftLimits { now }).map_err(|error| refuse("invalid", error))?;
        let id = draft.id.unwrap_or_else(|| new_id(now));
        if let Some(known) = self.stage.find(id)? {
            return already_recorded(draft, &known);
        }
        let revision = self.stage.next_revision(&draft.stream);
        check_revision(draft, revision)?;
        let event = Event {
            position: self.stage.next_position(),
            id,
            stream: draft.stream.clone(),
            revision,
            when: draft.when.clone(),
            recorded_at: now,
            actor: draft.actor.clone(),
            reason: draft.reason.clone(),
            source: draft.source.clone(),
            correlation_id: draft.correlation_id,
            causation_id: draft.causation_id,
            body: tenure_schemas::Body::Known(draft.payload.clone()),
        };
        self.check_target(&event, now)?;
        self.check_merge(&event)?;
        if strict {
            self.check_contradictions(&event)?;
        }
        self.stage_event(event, now)
    }

    fn stage_event(&mut self, event: Event, now: Instant) -> Result<Receipt, Stop> {
        let encoded = event.to_stored().map_err(|source| ViewError::Encode { source })?;
        if encoded.len() > MAX_STORED_BYTES {
            let (bytes, remedy) = (encoded.len(), how_to_shorten(event.payload()));
            let message = format!("the event takes {bytes} bytes: at most {MAX_STORED_BYTES} can be stored; {remedy}");
            return Err(refuse("too_large", Invalid::at("payload", message)));
        }
        let receipt = receipt(Outcome::Recorded, &event);
        self.follow(&event, now);
        let record = Record {
            id: event.id,
            stream: event.stream.name(),
            recorded_at: event.recorded_at,
            bytes: Bytes::from(encoded),
        };
        self.stage.push(event, record);
        Ok(receipt)
    }

    /// Keeps the folded account in step, or forgets it where the event changes its past.
    fn follow(&mut self, event: &Event, now: Instant) {
        let Some(account) = event.stream.account_id() else { return };
        let followed = self.live.get_mut(&account).map(|live| live.follow(event, now));
        if followed == Some(Followed::FoldAnew) {
            self.live.remove(&account);
        }
    }

    /// Refuses a correction or retraction of something that is not in its stream, or that cannot say that.
    fn check_target(&self, event: &Event, now: Instant) -> Result<(), Stop> {
        let target = match event.payload() {
            Some(Payload::EventCorrected(corrected)) => corrected.target,
            Some(Payload::EventRetracted(retracted)) => retracted.target,
            Some(_) | None => return Ok(()),
        };
        let found = self.stage.find(target)?.filter(|found| found.stream == event.stream);
        let Some(target) = found else {
            let message =
                format!("{target} is no event of {}: name the id of an event of the same stream", event.stream);
            return Err(refuse("unknown_target", Invalid::at("payload.target", message)));
        };
        let Some(Payload::EventCorrected(corrected)) = event.payload() else { return Ok(()) };
        if matches!(target.payload(), Some(Payload::EventCorrected(_) | Payload::EventRetracted(_))) {
            return Ok(());
        }
        let payload = corrected_payload(&target, corrected)
            .map_err(|why| refuse("invalid", Invalid::at("payload.payload", why)))?;
        let at = corrected.occurred_at.unwrap_or(target.when.at);
        check_time(payload.kind(), at, DraftLimits { now })
            .and_then(|()| check_until(&payload, at))
            .map_err(|error| refuse("invalid", error.under("payload")))
    }

    /// Refuses what would let merges lead in a circle at any time: a merge, and whatever else makes one count.
    fn check_merge(&self, event: &Event) -> Result<(), Stop> {
        let Some(account) = event.stream.account_id() else { return Ok(()) };
        let root = self.root(event)?;
        if !root.payload().is_some_and(cycles::concerns_merges) {
            return Ok(());
        }
        let mut events = self.stage.stream(&event.stream)?;
        events.push(event.clone());
        let directory = StageDirectory::at(&self.stage, Instant::MAX);
        let cycle = cycles::merge_cycle(&account, &events, &directory);
        directory.finish()?;
        let Some(into) = cycle else { return Ok(()) };
        let field = match event.payload() {
            Some(Payload::AccountMerged(_)) => "payload.into",
            Some(Payload::EventCorrected(_) | Payload::EventRetracted(_)) => "payload.target",
            Some(_) | None => "payload",
        };
        let message =
            format!("merging {account} into {into} would lead back to {account}: revert the other merge first");
        Err(refuse("merge_cycle", Invalid::at(field, message)))
    }

    /// What a correction or retraction is about in the end; any other event itself.
    fn root(&self, event: &Event) -> Result<Event, ViewError> {
        let mut root = event.clone();
        while let Some(
            Payload::EventCorrected(Corrected { target, .. }) | Payload::EventRetracted(Retracted { target }),
        ) = root.payload()
        {
            let found = self.stage.find(*target)?.filter(|found| found.position < root.position);
            let Some(found) = found else { break };
            root = found;
        }
        Ok(root)
    }

    fn check_contradictions(&mut self, event: &Event) -> Result<(), Stop> {
        let found = self.contradictions(event)?;
        let Some(first) = found.first() else { return Ok(()) };
        let code = serde_json::to_value(first.code).ok();
        let code = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or("contradiction");
        let message = format!(
            "{}; append it with --lenient (on the socket: `\"strict\": false`) to record it all the same, shown as a finding",
            found.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ")
        );
        Err(refuse(code, Invalid::at("payload", message)))
    }

    fn contradictions(&mut self, event: &Event) -> Result<Vec<Finding>, Stop> {
        if let Some(account) = event.stream.account_id() {
            let live = self.live_account(&account, event)?;
            let directory = StageDirectory::at(&self.stage, event.when.at);
            let found = contradictions_of_next(&live, event, &directory);
            directory.finish()?;
            self.keep(account, live);
            if let Some(found) = found {
                return Ok(found);
            }
        }
        let mut events = self.stage.stream(&event.stream)?;
        events.push(event.clone());
        let directory = StageDirectory::at(&self.stage, event.when.at);
        let found = contradictions(&events, &directory);
        directory.finish()?;
        Ok(found)
    }

    fn live_account(&mut self, account: &AccountId, event: &Event) -> Result<Live, ViewError> {
        if let Some(live) = self.live.remove(account) {
            return Ok(live);
        }
        let events = self.stage.stream(&event.stream)?;
        Ok(Live::fold(account.clone(), &events, event.recorded_at))
    }

    fn keep(&mut self, account: AccountId, live: Live) {
        if self.live.len() >= MAX_LIVE_ACCOUNTS {
            self.live.pop_first();
        }
        self.live.insert(account, live);
    }
}

impl Stop {
    fn of(self, index: usize) -> AppendError {
        match self {
            Self::Refused(refusal) => Refusal { index: Some(index), ..refusal }.into(),
            Self::Failed(error) => AppendError::Unavailable { reason: crate::chain(&error) },
        }
    }
}

fn receipt(outcome: Outcome, event: &Event) -> Receipt {
    Receipt {
        outcome,
        id: event.id,
        position: event.position,
        revision: event.revision,
        recorded_at: event.recorded_at,
    }
}

/// The same id is no news when it says the same, and an error when it says something else.
fn already_recorded(draft: &Draft, known: &Event) -> Result<Receipt, Stop> {
    let differing = [
        ("stream", draft.stream != known.stream),
        ("kind", draft.payload.kind().as_str() != known.kind_name()),
        ("occurred_at", draft.when != known.when),
        ("actor", draft.actor != known.actor),
        ("reason", draft.reason != known.reason),
        ("source", draft.source != known.source),
        ("payload", Some(&draft.payload) != known.payload()),
    ];
    match differing.iter().find(|(_, differs)| *differs) {
        None => Ok(receipt(Outcome::AlreadyRecorded, known)),
        Some((field, _)) => {
            let message = format!(
                "id {} is taken by the event at position {}, which has another {field}: give this event its own id",
                known.id, known.position
            );
            Err(refuse("id_conflict", Invalid::at("id", message)))
        }
    }
}

fn check_revision(draft: &Draft, revision: u64) -> Result<(), Stop> {
    let Some(expected) = draft.expected_revision.filter(|expected| *expected != revision) else { return Ok(()) };
    let message = format!(
        "{} has {revision} events, not {expected}: somebody else appended to it; read it again and decide anew",
        draft.stream
    );
    Err(refuse("revision_conflict", Invalid::at("expected_revision", message)))
}

/// People, accounts, the catalogue and models, staged events included, as of one instant.
struct StageDirectory<'a> {
    stage: &'a Stage,
    at: Instant,
    error: RefCell<Option<ViewError>>,
}

impl<'a> StageDirectory<'a> {
    fn at(stage: &'a Stage, at: Instant) -> Self {
        Self { stage, at, error: RefCell::default() }
    }

    fn finish(self) -> Result<(), ViewError> {
        self.error.into_inner().map_or(Ok(()), Err)
    }

    fn streams(&self, class: StreamClass) -> Vec<Vec<Event>> {
        self.stage.streams(class).iter().map(|stream| self.events(stream)).collect()
    }

    fn events(&self, stream: &Stream) -> Vec<Event> {
        self.stage.stream(stream).unwrap_or_else(|error| {
            self.error.borrow_mut().get_or_insert(error);
            Vec::new()
        })
    }
}

impl Directory for StageDirectory<'_> {
    fn person(&self, id: &PersonId) -> Option<Arc<Person>> {
        let events = self.events(&Stream::person(id));
        let folded = || Arc::new(Person::fold(id.clone(), &events, &AsOf::Instant(self.at)));
        (!events.is_empty()).then(folded)
    }

    fn account(&self, id: &AccountId) -> Option<Arc<Account>> {
        let events = self.events(&Stream::account(id));
        let folded = || Arc::new(Account::fold(id.clone(), &events, &AsOf::Instant(self.at)));
        (!events.is_empty()).then(folded)
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        let streams = self.streams(StreamClass::Catalogue);
        Arc::new(Catalogue::fold(streams.iter().map(Vec::as_slice), &AsOf::Instant(self.at)))
    }

    fn models(&self) -> Arc<Models> {
        let streams = self.streams(StreamClass::Model);
        Arc::new(Models::fold(streams.iter().map(Vec::as_slice), &AsOf::Instant(self.at)))
    }
}
