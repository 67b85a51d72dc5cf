//! What may be recorded in a Tenure ledger: the envelope, the event payloads by version, and their value types.
//!
//! Everything here is pure data. A [`Draft`] is what a producer hands in; an [`Event`] is what the
//! ledger recorded. The catalogue of kinds is [`Kind`]; what each says is its [`Payload`].

pub mod codec;
mod draft;
mod event;
mod invalid;
pub mod models;
mod money;
pub mod payload;
mod stream;
mod text;
mod time;
mod times;
pub mod upcast;
pub mod values;

pub use draft::{Draft, DraftLimits, MAX_STORED_BYTES, check_time, check_until, parse_draft};
pub use event::{Actor, ActorKind, Body, Event, EventView, Reason, ReasonCode, Source, Unread};
pub use invalid::Invalid;
pub use money::{Amount, Currency, MAX_DIGITS, Money};
pub use payload::{Check, Kind, Nature, Payload};
pub use stream::{Stream, StreamClass};
pub use text::{
    AccountId, ActionId, CommitmentId, ContactId, ContractId, ForeignId, HandoverId, InteractionId, IssueId,
    MAX_ID_BYTES, MAX_LINE_BYTES, Name, NeedId, ObjectiveId, OfferingId, OrderId, PersonId, PlanId, SavingId, Text,
};
pub use time::{Instant, Precision, When, Zone, parse_date};
pub use times::Times;
