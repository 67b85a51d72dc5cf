//! What the ledger records about itself.

use super::shape::payload;
use crate::{Name, Text};

payload! {
    /// The ledger begins.
    Opened {
        /// Its name in checkpoints, `tenure/<ledger id>`.
        origin: Name,
        /// Whether it holds made-up history.
        demo?: bool,
    }
    /// Events that had been acknowledged are gone for good, and somebody takes that.
    LossAccepted {
        /// How many events the ledger had acknowledged.
        acknowledged_size: u64,
        /// How many of them it still holds.
        remaining_size: u64,
        /// The ledger's name in checkpoints from here on.
        origin: Name,
        /// Why.
        note?: Text,
    }
}
