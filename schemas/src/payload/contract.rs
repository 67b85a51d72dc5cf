//! Contracts with the client: signed, renewed, ended.

use jiff::civil::Date;

use super::order::Party;
use super::shape::payload;
use super::{DateSchema, date, ordered};
use crate::values::NoticeDays;
use crate::{Check, ContractId, Invalid, Money, Text};

payload! {
    /// A contract was signed.
    Signed {
        /// The contract's id in the account.
        contract: ContractId,
        /// What it is worth over its term.
        value: Money,
        /// The first day of the term.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        from: Date,
        /// The day after the last.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        to: Date,
        /// Whether it renews itself.
        auto_renew?: bool,
        /// How many days before its end notice is due.
        notice_days?: NoticeDays,
    }
    /// The contract goes on.
    Renewed {
        /// The contract.
        contract: ContractId,
        /// What the new term is worth.
        value: Money,
        /// The day after the last of the new term.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        to: Date,
    }
    /// The contract ended.
    Ended {
        /// The contract.
        contract: ContractId,
        /// Who ended it.
        by: Party,
        /// Why.
        #[schemars(extend("x-personal" = "account"))]
        reason?: Text,
    }
}

impl Check for Signed {
    fn check(&self) -> Result<(), Invalid> {
        ordered(self.from, self.to)
    }
}
