//! Promises, soft ones included, made by us or by the client.

use jiff::civil::Date;

use super::order::Party;
use super::shape::payload;
use super::{DateSchema, optional_date};
use crate::{CommitmentId, Text};

payload! {
    /// A promise was made.
    Made {
        /// The commitment's id in the account.
        commitment: CommitmentId,
        /// By whom.
        by: Party,
        /// What was promised.
        #[schemars(extend("x-personal" = "account"))]
        text: Text,
        /// The day by which it is to be kept.
        #[serde(deserialize_with = "optional_date")]
        #[schemars(with = "Option<DateSchema>")]
        due?: Date,
        /// Whether it was said in passing rather than agreed.
        soft?: bool,
    }
    /// The promise was kept.
    Kept {
        /// The commitment.
        commitment: CommitmentId,
    }
    /// The promise was broken.
    Broken {
        /// The commitment.
        commitment: CommitmentId,
    }
    /// The promise was taken back by consent.
    Withdrawn {
        /// The commitment.
        commitment: CommitmentId,
    }
}
