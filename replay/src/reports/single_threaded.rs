//! Accounts that hang on one person, ours or the client's: what [`crate::risk`] says of each, with its dependency.
//!
//! These figures describe accounts; they are no measure of a person.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::{ContactId, ContractId, Name, PersonId};
use utoipa::ToSchema;

use super::{Asked, Line, Report};
use crate::account::Account;
use crate::merges::{Accounts, Whole};
use crate::relationships;
use crate::risk::{self, Risk, RiskLevel, Thread};

/// An account that hangs on one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SingleThreaded {
    /// How urgent that is.
    pub level: RiskLevel,
    /// Why it counts as that.
    pub because: Vec<Thread>,
    /// Who of ours has the largest share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<PersonId>,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on_name: Option<Name>,
    /// The person's share of the strength, in milli-points: the account's dependency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependency: Option<u32>,
    /// How many equally strong ones of ours would be as varied, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_persons: Option<u32>,
    /// Who of theirs has the largest share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on_contact: Option<ContactId>,
    /// The contact's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on_contact_name: Option<Name>,
    /// The contact's share of the strength, in milli-points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_share: Option<u32>,
    /// How many equally strong ones of theirs would be as varied, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_contacts: Option<u32>,
    /// The contract in force that ends next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// The first day on which it is in force no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub contract_end: Option<Date>,
    /// In how many whole days that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_end: Option<i64>,
}

/// The report.
pub struct SingleThreads;

impl Report for SingleThreads {
    type Row = SingleThreaded;
    type Key = ();

    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<(), SingleThreaded>> {
        // Whom nobody ever met is in no graph.
        if accounts.accounts().all(|account| account.held().next().is_none()) {
            return Vec::new();
        }
        let risk = risk::risk(accounts, asked.directory, asked.as_of, &asked.day.zone);
        if !risk.is_single_threaded {
            return Vec::new();
        }
        let events = events(accounts, &risk, asked);
        vec![Line { key: (), row: row(risk, asked), events }]
    }
}

fn row(risk: Risk, asked: &Asked<'_>) -> SingleThreaded {
    let end = |days: i64| asked.day.date.saturating_add(i32::try_from(days).unwrap_or(i32::MAX).days());
    SingleThreaded {
        level: risk.level,
        because: risk.because,
        depends_on: risk.depends_on,
        depends_on_name: risk.depends_on_name,
        dependency: risk.internal.as_ref().map(|side| side.largest_share),
        effective_persons: risk.internal.as_ref().map(|side| side.effective),
        depends_on_contact: risk.depends_on_contact,
        depends_on_contact_name: risk.depends_on_contact_name,
        contact_share: risk.client.as_ref().map(|side| side.largest_share),
        effective_contacts: risk.client.as_ref().map(|side| side.effective),
        contract: risk.contract,
        contract_end: risk.days_to_end.map(end),
        days_to_end: risk.days_to_end,
    }
}

/// The last touch of each pair that is still there, and what signed the contract.
fn events(accounts: &Whole, risk: &Risk, asked: &Asked<'_>) -> Vec<u64> {
    let pairs = relationships::strengths(accounts, asked.directory, asked.as_of, &asked.day.zone);
    let there = pairs.iter().filter(|pair| risk::is_there(pair, accounts, asked.directory, asked.as_of));
    let contracts = accounts.accounts().flat_map(Account::contracts);
    let contracts = contracts.filter(|contract| Some(&contract.contract) == risk.contract.as_ref());
    let contracts = contracts.filter(|contract| contract.days_to_end(asked.day) == risk.days_to_end);
    there.map(|pair| pair.last_event).chain(contracts.map(|contract| contract.last_term().event)).collect()
}
