//! The envelope of a recorded event: who said what about whom, when it happened and when it was learned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::codec::{self, CodecError};
use crate::payload::Payload;
use crate::upcast;
use crate::values::words;
use crate::{ForeignId, Instant, Kind, Name, Precision, Stream, Text, When};

words! {
    /// What sort of actor reported an event.
    ActorKind {
        /// One of our own staff.
        Person = "person",
        /// A program.
        System = "system",
        /// An import of history.
        Import = "import",
    }
    /// The code of a reason.
    ReasonCode {
        /// The account is new.
        NewAccount = "new_account",
        /// The owner leaves the firm.
        Leaver = "leaver",
        /// The owner was promoted.
        Promotion = "promotion",
        /// Territories were cut anew.
        TerritoryChange = "territory_change",
        /// The owner had too much to do.
        Workload = "workload",
        /// The client asked for it.
        ClientRequest = "client_request",
        /// The account moved to another segment.
        SegmentChange = "segment_change",
        /// Somebody is away.
        Absence = "absence",
        /// Firms or accounts merged.
        Merger = "merger",
        /// What was recorded was wrong.
        ErrorFixed = "error_fixed",
        /// Another system reported it; why is not known.
        Reported = "reported",
        /// Anything else.
        Other = "other",
    }
}

/// Who reported an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// What sort of actor.
    pub kind: ActorKind,
    /// The actor's id; it must not identify anyone.
    pub id: ForeignId,
    /// The name as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-personal" = "person"))]
    pub name: Option<Name>,
    /// On whose behalf the actor reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<ForeignId>,
}

/// Why something was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// In words.
    #[schemars(extend("x-personal" = "account"))]
    pub text: Text,
}

/// Where an event comes from, when another system knew it first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The other system.
    pub system: Name,
    /// The id of its record.
    pub record: ForeignId,
    /// The record's place in that system's own order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// When that system learned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Instant>,
}

/// What an event says, or the raw payload where this version cannot read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A payload of a known kind and version.
    Known(Payload),
    /// Kept readable, folded nowhere.
    Unread(Unread),
}

/// A payload that this version of the catalogue cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The kind as it was recorded.
    pub kind: String,
    /// The payload's version as it was recorded.
    pub schema: u32,
    /// The payload as plain data.
    pub payload: Value,
    /// Why it cannot be read, and what to do.
    pub why: String,
}

/// A recorded event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the ledger, from 0 without gaps.
    pub position: u64,
    /// Its id.
    pub id: Uuid,
    /// Whose history it belongs to.
    pub stream: Stream,
    /// Its place in its stream, from 0 without gaps.
    pub revision: u64,
    /// When it happened or takes effect.
    pub when: When,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
    /// Who reported it.
    pub actor: Actor,
    /// Why, where that is asked.
    pub reason: Option<Reason>,
    /// Where it comes from.
    pub source: Option<Source>,
    /// The undertaking that it is a part of.
    pub correlation_id: Option<Uuid>,
    /// The event that brought it about.
    pub causation_id: Option<Uuid>,
    /// What it says.
    pub body: Body,
}

/// The envelope as it is stored: MessagePack with these names, the payload as bytes of its own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEnvelope {
    position: u64,
    id: Uuid,
    stream: Stream,
    revision: u64,
    kind: String,
    schema: u32,
    occurred_at: Instant,
    #[serde(default, skip_serializing_if = "is_instant")]
    precision: Precision,
    recorded_at: Instant,
    actor: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    causation_id: Option<Uuid>,
    #[serde(with = "serde_bytes")]
    payload: Vec<u8>,
}

fn is_instant(precision: &Precision) -> bool {
    *precision == Precision::Instant
}

impl Event {
    /// The kind as it was recorded, known to this version or not.
    pub fn kind_name(&self) -> &str {
        match &self.body {
            Body::Known(payload) => payload.kind().as_str(),
            Body::Unread(unread) => &unread.kind,
        }
    }

    /// The payload, where this version can read it.
    pub fn payload(&self) -> Option<&Payload> {
        match &self.body {
            Body::Known(payload) => Some(payload),
            Body::Unread(_) => None,
        }
    }

    /// The version of the payload's schema: as recorded where it cannot be read, else the current one.
    pub fn schema(&self) -> u32 {
        match &self.body {
            Body::Known(payload) => payload.kind().version(),
            Body::Unread(unread) => unread.schema,
        }
    }

    /// The bytes to store, which are also the event's Merkle leaf.
    pub fn to_stored(&self) -> Result<Vec<u8>, CodecError> {
        let payload = match &self.body {
            Body::Known(payload) => payload.to_bytes()?,
            Body::Unread(unread) => codec::to_bytes(&unread.payload)?,
        };
        codec::to_bytes(&StoredEnvelope {
            position: self.position,
            id: self.id,
            stream: self.stream.clone(),
            revision: self.revision,
            kind: self.kind_name().to_owned(),
            schema: self.schema(),
            occurred_at: self.when.at,
            precision: self.when.precision.clone(),
            recorded_at: self.recorded_at,
            actor: self.actor.clone(),
            reason: self.reason.clone(),
            source: self.source.clone(),
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            payload,
        })
    }

    /// Reads stored bytes. A payload of an unknown kind or version is kept as [`Body::Unread`].
    pub fn from_stored(bytes: &[u8]) -> Result<Self, CodecError> {
        let stored: StoredEnvelope = codec::from_bytes(bytes)?;
        let body = upcast::current().read(&stored.kind, stored.schema, &stored.payload)?;
        Ok(Self {
            position: stored.position,
            id: stored.id,
            stream: stored.stream,
            revision: stored.revision,
            when: When { at: stored.occurred_at, precision: stored.precision },
            recorded_at: stored.recorded_at,
            actor: stored.actor,
            reason: stored.reason,
            source: stored.source,
            correlation_id: stored.correlation_id,
            causation_id: stored.causation_id,
            body,
        })
    }

    /// The event as it is shown.
    pub fn view(&self) -> EventView {
        let (payload, unread) = match &self.body {
            Body::Known(payload) => (payload.to_json(), None),
            Body::Unread(unread) => (unread.payload.clone(), Some(unread.why.clone())),
        };
        EventView {
            position: self.position,
            id: self.id,
            stream: self.stream.to_string(),
            revision: self.revision,
            kind: self.kind_name().to_owned(),
            schema: self.schema(),
            occurred_at: self.when.at,
            precision: self.when.precision.clone(),
            recorded_at: self.recorded_at,
            actor: self.actor.clone(),
            reason: self.reason.clone(),
            source: self.source.clone(),
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            payload,
            unread,
        }
    }
}

/// A recorded event as it is shown: the envelope of the domain, field by field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    /// Its place in the ledger, from 0 without gaps.
    pub position: u64,
    /// Its id.
    pub id: Uuid,
    /// Whose history it belongs to, such as `account/acme`.
    pub stream: String,
    /// Its place in its stream, from 0 without gaps.
    pub revision: u64,
    /// What sort of event it is, such as `order.placed`.
    pub kind: String,
    /// The version of its payload's schema.
    pub schema: u32,
    /// When it happened or takes effect.
    pub occurred_at: Instant,
    /// `instant`, or the civil day when only that is known.
    #[schema(value_type = Object)]
    pub precision: Precision,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
    /// Who reported it.
    pub actor: Actor,
    /// Why, where that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The undertaking that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<Uuid>,
    /// The event that brought it about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// What it says, by the schema of its kind and version.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// Why this version of Tenure cannot read the payload; absent when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// The current catalogue knows this kind.
pub(crate) fn known_kind(kind: &str) -> Option<Kind> {
    kind.parse().ok()
}
