//! The contracts with the client: signed, renewed, ended, and what that means on a day.

use std::sync::Arc;

use imbl::OrdMap;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::ContractEvent;
use tenure_schemas::payload::contract::{Ended, Renewed, Signed};
use tenure_schemas::payload::order::Party;
use tenure_schemas::values::NoticeDays;
use tenure_schemas::{ContractId, Instant, Money, Text};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::Day;

/// Where a contract stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContractStatus {
    /// Signed, and its first day is to come.
    Upcoming,
    /// In force; also past its agreed end, where it renews itself.
    Running,
    /// Past its agreed end, and does not renew itself.
    Expired,
    /// Ended by the client or by us.
    Ended,
}

/// The time that was agreed by signing or renewing a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Term {
    /// What the term is worth.
    pub value: Money,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// When it was agreed.
    pub agreed_at: Instant,
    /// The position of the event that says so.
    pub event: u64,
}

/// A contract as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contract {
    /// The contract's id in the account.
    pub contract: ContractId,
    /// Whether it renews itself.
    pub auto_renew: bool,
    /// How many days before its end notice is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>)]
    pub notice_days: Option<NoticeDays>,
    /// The first term.
    pub signed: Term,
    /// The terms that followed, each from the end of the one before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub renewals: Vec<Term>,
    /// When it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// Who ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Party>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<Text>,
    /// The position of the event that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_event: Option<u64>,
    /// The position of the event that signed it.
    pub event: u64,
}

impl Contract {
    /// The term that was agreed last.
    pub fn last_term(&self) -> &Term {
        self.renewals.last().unwrap_or(&self.signed)
    }

    /// The term that a day lies in: the one that began last, before its first day the first.
    pub fn term_on(&self, day: &Day) -> &Term {
        self.renewals.iter().rev().find(|term| term.from <= day.date).unwrap_or(&self.signed)
    }

    /// Where it stands on a day.
    ///
    /// A contract that renews itself is in force until somebody ends it, whether or not anybody records the renewal:
    /// that is what the parties agreed, and calling it expired would hide it from whoever must give notice.
    pub fn status(&self, day: &Day) -> ContractStatus {
        if self.ended_event.is_some() {
            ContractStatus::Ended
        } else if day.date < self.signed.from {
            ContractStatus::Upcoming
        } else if day.date < self.last_term().to || self.auto_renew {
            ContractStatus::Running
        } else {
            ContractStatus::Expired
        }
    }

    /// Whether it runs past the end that was agreed, because it renews itself. How long the new term is, nobody
    /// recorded; so it has no known end, and no day on which notice is due, until a renewal is recorded.
    pub fn has_renewed_itself(&self, day: &Day) -> bool {
        self.status(day) == ContractStatus::Running && self.last_term().to <= day.date
    }

    /// Whole civil days from a day to the day after the contract's last: 1 on the last day, 0 or less once it has
    /// expired. `None` when it was ended, or has renewed itself.
    pub fn days_to_end(&self, day: &Day) -> Option<i64> {
        let known = self.ended_event.is_none() && !self.has_renewed_itself(day);
        known.then(|| day.days_until(self.last_term().to))
    }

    /// The day by which notice must be given: the agreed end less the days of notice. `None` without a notice period,
    /// and when the contract is not in force or has renewed itself.
    pub fn notice_deadline(&self, day: &Day) -> Option<Date> {
        let days = i64::from(self.notice_days?);
        let in_force = match self.status(day) {
            ContractStatus::Upcoming => true,
            ContractStatus::Running => !self.has_renewed_itself(day),
            ContractStatus::Expired | ContractStatus::Ended => false,
        };
        in_force.then(|| self.last_term().to.saturating_sub(days.days()))
    }
}

/// The contracts of one account, by id; shared one by one, so that a map of few stays small.
pub(crate) type Contracts = OrdMap<ContractId, Arc<Contract>>;

pub(crate) fn apply(contracts: &mut Contracts, event: ContractEvent<'_>, step: &mut Step<'_>) {
    match event {
        ContractEvent::Signed(signed) => sign(contracts, signed, step),
        ContractEvent::Renewed(renewed) => renew(contracts, renewed, step),
        ContractEvent::Ended(ended) => end(contracts, ended, step),
    }
}

fn sign(contracts: &mut Contracts, signed: &Signed, step: &mut Step<'_>) {
    if let Some(known) = contracts.get(&signed.contract) {
        let message = format!("contract {} was signed before", signed.contract);
        return step.find_with(FindingCode::ContractClosed, &[known.event], message);
    }
    let (agreed_at, event) = (step.at(), step.position());
    let contract = Contract {
        contract: signed.contract.clone(),
        auto_renew: signed.auto_renew.unwrap_or(false),
        notice_days: signed.notice_days,
        signed: Term { value: signed.value, from: signed.from, to: signed.to, agreed_at, event },
        renewals: Vec::new(),
        ended_at: None,
        ended_by: None,
        end_reason: None,
        ended_event: None,
        event,
    };
    step.note_new(|| format!("contracts.{}", signed.contract), &contract);
    contracts.insert(signed.contract.clone(), Arc::new(contract));
}

fn renew(contracts: &mut Contracts, renewed: &Renewed, step: &mut Step<'_>) {
    let id = &renewed.contract;
    let Some(contract) = acted_on(contracts, id, step) else { return };
    let before = contract.last_term();
    if renewed.to <= before.to {
        let message =
            format!("contract {id} was renewed up to {}, which is not after its end, {}", renewed.to, before.to);
        return step.find_with(FindingCode::ContractNotExtended, &[before.event], message);
    }
    let (agreed_at, event) = (step.at(), step.position());
    let term = Term { value: renewed.value, from: before.to, to: renewed.to, agreed_at, event };
    let mut renewals = contract.renewals.clone();
    renewals.push(term);
    step.set(|| format!("contracts.{id}.renewals"), &mut contract.renewals, renewals);
}

fn end(contracts: &mut Contracts, ended: &Ended, step: &mut Step<'_>) {
    let id = &ended.contract;
    let Some(contract) = acted_on(contracts, id, step) else { return };
    let (at, event) = (step.at(), step.position());
    step.set(|| format!("contracts.{id}.ended_at"), &mut contract.ended_at, Some(at));
    step.set(|| format!("contracts.{id}.ended_by"), &mut contract.ended_by, Some(ended.by));
    step.set(|| format!("contracts.{id}.end_reason"), &mut contract.end_reason, ended.reason.clone());
    step.set(|| format!("contracts.{id}.ended_event"), &mut contract.ended_event, Some(event));
}

/// The contract that an event acts on; one that was ended takes no more, which is a finding.
fn acted_on<'a>(contracts: &'a mut Contracts, id: &ContractId, step: &mut Step<'_>) -> Option<&'a mut Contract> {
    let Some(contract) = contracts.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::ContractUnknown, format!("contract {id} was never signed"));
        return None;
    };
    if let Some(ended) = contract.ended_event {
        let message = format!("contract {id} had been ended");
        step.find_with(FindingCode::ContractClosed, &[contract.event, ended], message);
        return None;
    }
    Some(contract)
}
