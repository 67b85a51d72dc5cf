//! Open accounts that nobody answers for: orphaned, or never assigned to anybody.
//!
//! What counts is [`ownership::status`]: an account that is inherited from one above is owned. Closing an account stops
//! the clock; it begins anew when the account is opened again.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::{AccountId, Instant, Name, PersonId, Reason};
use utoipa::ToSchema;

use super::{Asked, Line, Report};
use crate::account::{Account, Interval, Status};
use crate::finding::FindingCode;
use crate::inheritance;
use crate::merges::{Accounts, Whole};
use crate::moment::Bound;
use crate::ownership::{self, tenure_days};
use crate::stretch::Stretch;

/// Whether an account without an account manager of record ever had one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ownerless {
    /// It had one.
    Orphaned,
    /// It never had one.
    Unassigned,
}

/// An open account without an account manager of record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Orphan {
    /// Whether it ever had one.
    pub status: Ownerless,
    /// Since when it has none; of one that never had one, since it was opened, or opened again.
    pub since: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub since_date: Option<Date>,
    /// For how many whole civil days; 0 on the first day.
    pub days: i64,
    /// Who was the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_owner: Option<PersonId>,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_owner_name: Option<Name>,
    /// The account above from which the last one was inherited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<AccountId>,
    /// The position of the event that ended it; absent where the end was known at the start, or the account above was
    /// left or closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
    /// Why it ended, as that event says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The report.
pub struct Orphans;

/// The last who held the lane, and since when nobody does.
struct Last {
    held: Interval,
    inherited_from: Option<AccountId>,
    to: Bound,
}

impl Report for Orphans {
    type Row = Orphan;
    type Key = ();

    /// At most one line; its `reason` is left to whoever can read the event at `ended_by`.
    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<(), Orphan>> {
        let account = accounts.own();
        let line = match ownership::status(account, asked.directory, asked.as_of) {
            Status::Orphaned => orphaned(account, asked),
            Status::Unassigned => unassigned(account, asked),
            Status::Unknown | Status::Owned | Status::Closed | Status::Merged => None,
        };
        line.into_iter().collect()
    }
}

fn orphaned(account: &Account, asked: &Asked<'_>) -> Option<Line<(), Orphan>> {
    let since = ownership::orphaned_since(account, asked.directory, asked.as_of)?;
    let last = last(account, asked);
    let person = last.as_ref().map(|last| last.held.person.clone());
    // What cut an inherited time short is no event about the lane.
    let ended_by = last.as_ref().filter(|last| last.held.to == Some(last.to.at)).and_then(|last| last.held.ended_by);
    let row = Orphan {
        last_owner_name: person.as_ref().and_then(|person| asked.directory.person(person)?.name.clone()),
        last_owner: person,
        inherited_from: last.as_ref().and_then(|last| last.inherited_from.clone()),
        ended_by,
        ..ownerless(Ownerless::Orphaned, since, asked)
    };
    let events = last.iter().map(|last| last.held.event).chain(ended_by).collect();
    Some(Line { key: (), row, events })
}

fn unassigned(account: &Account, asked: &Asked<'_>) -> Option<Line<(), Orphan>> {
    let since = account.lifecycle().open_stretches(asked.as_of.day_zone()).last()?.from;
    let opened = account.lifecycle().opened.map(|(_, event)| vec![event]);
    let not_opened = || {
        let findings = account.findings().filter(|finding| finding.code == FindingCode::AccountNotOpened);
        findings.flat_map(|finding| finding.events.iter().copied()).collect()
    };
    let row = ownerless(Ownerless::Unassigned, since, asked);
    Some(Line { key: (), row, events: opened.unwrap_or_else(not_opened) })
}

fn ownerless(status: Ownerless, since: Bound, asked: &Asked<'_>) -> Orphan {
    Orphan {
        status,
        since: since.at,
        since_date: since.date,
        days: tenure_days(&Stretch::new(since, None), asked.day),
        last_owner: None,
        last_owner_name: None,
        inherited_from: None,
        ended_by: None,
        reason: None,
    }
}

/// Whose time as account manager of record, of the account's own or inherited, ended last.
fn last(account: &Account, asked: &Asked<'_>) -> Option<Last> {
    let own = account.lanes().primary().filter_map(|held| {
        let to = held.stretch().to?;
        Some(Last { held: held.clone(), inherited_from: None, to })
    });
    let inherited = inheritance::inherited(account, asked.directory, asked.as_of.day_zone()).into_iter();
    let inherited = inherited.filter(|heir| heir.interval.role.is_primary() && heir.interval.scope.is_global());
    let inherited = inherited.filter_map(|heir| {
        let inherited_from = Some(heir.from.account().clone());
        Some(Last { held: heir.interval, inherited_from, to: heir.time.to? })
    });
    let ended = own.chain(inherited).filter(|last| last.to.is_up_to(asked.as_of));
    ended.max_by_key(|last| (last.to.at, last.held.event))
}
