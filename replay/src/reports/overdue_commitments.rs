//! Commitments that are open past their due dates, ours and the clients'.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::order::Party;
use tenure_schemas::{AccountId, CommitmentId, Instant, Text};
use utoipa::ToSchema;

use super::{Asked, Line, Report, merged_from};
use crate::account::Commitment;
use crate::merges::{Accounts, Whole};

/// A commitment that is open past its due date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverdueCommitment {
    /// The account that it was recorded for, where that is merged into this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_from: Option<AccountId>,
    /// The commitment's id in the account that it was recorded for.
    pub commitment: CommitmentId,
    /// Who promised.
    pub by: Party,
    /// What was promised.
    pub text: Text,
    /// The last day on which keeping it was in time.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// By how many whole civil days that has passed; at least 1.
    pub days_overdue: u32,
    /// Whether it was said in passing rather than agreed.
    pub soft: bool,
    /// When it was made.
    pub made_at: Instant,
}

/// The report: the longest overdue of an account come first.
pub struct OverdueCommitments;

impl Report for OverdueCommitments {
    type Row = OverdueCommitment;
    type Key = (Date, AccountId, CommitmentId);

    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<Self::Key, OverdueCommitment>> {
        let all = accounts.accounts().flat_map(|account| {
            let id = account.account();
            let merged_from = merged_from(accounts, account);
            account.commitments().filter_map(move |commitment| {
                let row = overdue(commitment, merged_from.clone(), asked)?;
                let key = (row.due, id.clone(), row.commitment.clone());
                Some(Line { key, row, events: vec![commitment.event] })
            })
        });
        all.collect()
    }
}

fn overdue(commitment: &Commitment, merged_from: Option<AccountId>, asked: &Asked<'_>) -> Option<OverdueCommitment> {
    if !commitment.is_overdue(asked.day) {
        return None;
    }
    Some(OverdueCommitment {
        merged_from,
        commitment: commitment.commitment.clone(),
        by: commitment.by,
        text: commitment.text.clone(),
        due: commitment.due?,
        days_overdue: commitment.days_late(asked.day)?,
        soft: commitment.soft,
        made_at: commitment.made_at,
    })
}
