//! Reports: what of all open accounts needs somebody's attention, each with the events that it rests on.
//!
//! A report says which rows one account gives ([`Report::lines`]); [`of`] does what all of them share: closed and
//! merged accounts are in none, an account that is not wanted is not looked at, each row says of which account it is,
//! and rows are sorted. So a list over all accounts goes account by account in the order of their ids, and looks at no
//! more accounts than its page needs.
//!
//! What was recorded for an account that was merged into another is the survivor's; such a row says `merged_from`.

pub mod late_recorded;
pub mod orphans;
pub mod overdue_commitments;
pub mod owner_departed;
pub mod owner_turnover;
pub mod single_threaded;
pub mod stale_plans;

use serde::Serialize;
use tenure_schemas::payload::account::Tier;
use tenure_schemas::{AccountId, Name, PersonId};
use utoipa::ToSchema;

use crate::account::{Account, Status};
use crate::directory::Directory;
use crate::merges::{Accounts, Whole};
use crate::moment::{AsOf, Day};
use crate::ownership;

/// What a report is asked about, beside the account.
pub struct Asked<'a> {
    /// People, other accounts and models at the moment.
    pub directory: &'a dyn Directory,
    /// The moment.
    pub as_of: &'a AsOf,
    /// The civil day of the moment, for what is counted in whole days.
    pub day: &'a Day,
}

/// One thing that a report says of an account.
pub struct Line<K, R> {
    /// What it is told from the account's other lines by; lines are sorted by it.
    pub key: K,
    /// What it says.
    pub row: R,
    /// The positions of the events that it rests on, in any order.
    pub events: Vec<u64>,
}

/// Something that is said of some of the open accounts.
pub trait Report {
    /// What is said.
    type Row;
    /// What the rows of one account are told apart and sorted by.
    type Key: Ord;

    /// What there is to say of an open account, with those that are merged into it.
    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<Self::Key, Self::Row>>;
}

/// Which accounts are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those of this region; any when `None`.
    pub region: Option<Name>,
    /// Those of this tier; any when `None`.
    pub tier: Option<Tier>,
    /// Those whose account manager of record is this person, inherited or not; any when `None`.
    pub owner: Option<PersonId>,
}

/// A row of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reported<R> {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The tier that people decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// Who is account manager of record at the moment, inherited or not.
    pub owners: Vec<PersonId>,
    /// What the report says.
    #[serde(flatten)]
    pub row: R,
    /// The positions of the events that this rests on, in order.
    pub events: Vec<u64>,
}

/// The rows of a report about one account as it stands at the moment, sorted by their keys; none where the account is
/// not open at its end, or is not wanted.
pub fn of<P: Report>(
    report: &P,
    accounts: &Whole,
    selection: &Selection,
    asked: &Asked<'_>,
) -> Vec<(P::Key, Reported<P::Row>)> {
    let account = accounts.own();
    if !is_open(account, asked) || !selection.takes_place(account) {
        return Vec::new();
    }
    let mut lines = report.lines(accounts, asked);
    if lines.is_empty() {
        return Vec::new();
    }
    let owners = ownership::managers(account, asked.directory, asked.as_of);
    if selection.owner.as_ref().is_some_and(|owner| !owners.contains(owner)) {
        return Vec::new();
    }
    lines.sort_by(|one, other| one.key.cmp(&other.key));
    lines.into_iter().map(|line| (line.key, reported(account, owners.clone(), line.row, line.events))).collect()
}

impl Selection {
    fn takes_place(&self, account: &Account) -> bool {
        let profile = account.profile();
        self.region.as_ref().is_none_or(|region| profile.region.as_ref() == Some(region))
            && self.tier.is_none_or(|tier| profile.tier == Some(tier))
    }
}

fn is_open(account: &Account, asked: &Asked<'_>) -> bool {
    match account.status(asked.as_of) {
        Status::Unassigned | Status::Owned | Status::Orphaned => true,
        Status::Unknown | Status::Closed | Status::Merged => false,
    }
}

fn reported<R>(account: &Account, owners: Vec<PersonId>, row: R, mut events: Vec<u64>) -> Reported<R> {
    events.sort_unstable();
    events.dedup();
    let profile = account.profile();
    Reported {
        account: account.account().clone(),
        name: profile.name.clone(),
        tier: profile.tier,
        region: profile.region.clone(),
        owners,
        row,
        events,
    }
}

/// The account that something was recorded for, where that is merged into the one that is reported.
fn merged_from(accounts: &Whole, account: &Account) -> Option<AccountId> {
    (account.account() != accounts.own().account()).then(|| account.account().clone())
}
