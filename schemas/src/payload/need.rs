//! What the client wants to reach.

use super::shape::payload;
use crate::values::words;
use crate::{NeedId, OfferingId, Text};

words! {
    /// How soon the client wants it.
    Horizon {
        /// Within a year or so.
        Short = "short",
        /// Later.
        Long = "long",
    }
}

payload! {
    /// A need was understood.
    Identified {
        /// The need's id in the account.
        need: NeedId,
        /// How soon.
        horizon: Horizon,
        /// What the client wants to reach.
        #[schemars(extend("x-personal" = "account"))]
        statement: Text,
        /// The offering that could serve it.
        offering?: OfferingId,
    }
    /// The need was met.
    Met {
        /// The need.
        need: NeedId,
    }
    /// The client wants it no more.
    Dropped {
        /// The need.
        need: NeedId,
    }
}
