//! The port through which events enter a ledger: a batch goes in, one receipt per event comes out.

use serde::{Deserialize, Serialize};
use tenure_schemas::{Draft, Instant};
use uuid::Uuid;

/// The most events in one batch.
pub const MAX_BATCH_EVENTS: usize = 10_000;
/// The most bytes that the stored events of one batch may take together.
pub const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Events that are recorded together or not at all.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The events in order.
    pub drafts: Vec<Draft>,
    /// Whether contradictions are refused; otherwise they are recorded and shown as findings.
    pub strict: bool,
}

/// What became of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is durable at its position.
    Recorded,
    /// The same event had been recorded before; nothing was written.
    AlreadyRecorded,
}

/// The ledger's answer for one event of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What became of it.
    pub outcome: Outcome,
    /// Its id.
    pub id: Uuid,
    /// Its place in the ledger.
    pub position: u64,
    /// Its place in its stream.
    pub revision: u64,
    /// When the ledger recorded it.
    pub recorded_at: Instant,
}

/// Why a batch was refused; nothing of it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.describe())]
pub struct Refusal {
    /// A stable word for the rule that was broken, such as `id_conflict`.
    pub code: String,
    /// Which event of the batch broke it, from 0; absent when the batch as a whole did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The field, such as `payload.total.amount`; empty when the event as a whole is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Refusal {
    fn describe(&self) -> String {
        let field = if self.field.is_empty() { String::new() } else { format!("{}: ", self.field) };
        format!("{field}{} ({})", self.message, self.code)
    }
}

/// Why a batch could not be appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The batch breaks a rule; nothing of it was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ledger takes no events any more, for example because the disk is full.
    #[error("the ledger takes no events: {reason}")]
    Unavailable {
        /// Why, and what to do.
        reason: String,
    },
    /// The connection to the running server broke; whether the batch was written is unknown.
    #[error(
        "lost the server at {server} before it answered; send the same events again, those that it has recorded are answered as such"
    )]
    Lost {
        /// Where the server was.
        server: String,
        /// What broke.
        #[source]
        source: std::io::Error,
    },
}

/// Something that takes batches: the ledger in this process, or a running server.
pub trait Appender: Send {
    /// Records the batch, durably, or nothing of it. One receipt per draft, in order.
    fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError>;
}
