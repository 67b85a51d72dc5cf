//! Putting a score to the test: did it tell the accounts that were lost from those that stayed, and how early?
//!
//! A *lost* account is one whose contract the client ended, or that was closed as lost; the first of these counts. Its
//! score is taken so many days before. A *stayed* account never had such an outcome. The accounts that stayed, in the
//! order of their ids, are scored at the dates of the lost ones in turn, so that both sorts are scored over the same
//! time and nothing is left to chance; where one did not exist yet, the next later date at which it did. One that was
//! closed for another reason within as many days takes no part, and neither does a score that claims no band.
//!
//! Scores describe accounts; they are not made for judging employees.

mod statistics;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::account::CloseReason;
use tenure_schemas::payload::order::Party;
use tenure_schemas::{AccountId, Zone};
use utoipa::ToSchema;

pub use self::statistics::{Estimate, Verdict, Warning};

use crate::account::{Account, Contract};
use crate::health::{Band, Health};
use crate::moment::Bound;

/// The fewest accounts of either sort of which figures say anything.
pub const MIN_OUTCOMES: usize = 20;

/// How an account was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The client ended a contract.
    ContractEnded,
    /// The account was closed as lost.
    AccountClosed,
}

/// When and how an account was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The civil date.
    pub date: Date,
    /// How.
    pub how: Loss,
    /// The position of the event.
    pub event: u64,
}

/// The first loss of an account, as far as it is known as of the moment at which the account stands; dates are those
/// of `zone`.
pub fn first_loss(account: &Account, zone: &Zone) -> Option<Lost> {
    let ended = account.contracts().filter_map(|contract| ended_by_client(contract, zone));
    let closures = account.lifecycle().closed.iter().filter(|closed| closed.reason == Some(CloseReason::Lost));
    let closed = closures.map(|closed| {
        let from = Bound { at: closed.from, date: closed.from_date };
        Lost { date: from.date_in(zone), how: Loss::AccountClosed, event: closed.event }
    });
    ended.chain(closed).min_by_key(|lost| (lost.date, lost.event))
}

/// When an account was first closed for another reason than a loss, merges included; dates are those of `zone`.
pub fn first_closed(account: &Account, zone: &Zone) -> Option<Date> {
    let closures = account.lifecycle().closed.iter().filter(|closed| closed.reason != Some(CloseReason::Lost));
    closures.map(|closed| Bound { at: closed.from, date: closed.from_date }.date_in(zone)).min()
}

fn ended_by_client(contract: &Contract, zone: &Zone) -> Option<Lost> {
    let (at, event) = (contract.ended_at?, contract.ended_event?);
    let is_theirs = contract.ended_by == Some(Party::Client);
    is_theirs.then(|| Lost { date: at.date_in(zone), how: Loss::ContractEnded, event })
}

/// An account that takes part in a test, before it is scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub account: AccountId,
    /// The civil date of its first event.
    pub since: Date,
    /// When it was lost; `None` where it stayed.
    pub lost: Option<Lost>,
    /// When it was first closed for another reason than a loss; from then on it cannot be said to have stayed.
    pub closed: Option<Date>,
}

/// An account with the date at which it is to be scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Which.
    pub account: AccountId,
    /// The date at which it is scored.
    pub scored_on: Date,
    /// When it was lost; `None` where it stayed.
    pub lost: Option<Lost>,
}

/// What is to be scored, and what is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The accounts with their dates: the lost ones by date, then those that stayed by id.
    pub cases: Vec<Case>,
    /// How many lost accounts had no event yet on the date at which they were to be scored.
    pub lost_too_young: u64,
    /// How many accounts that stayed had no event yet at any of the dates.
    pub stayed_too_young: u64,
    /// How many accounts were closed for another reason before they could be said to have stayed at any of the dates.
    pub stayed_closed: u64,
}

/// Plans at which date each account is scored: the lost ones `horizon_days` before they were lost, those that stayed at
/// the dates of the lost ones in turn.
pub fn plan(candidates: &[Candidate], horizon_days: i32) -> Plan {
    let mut plan = Plan::default();
    for candidate in candidates {
        let Some(lost) = candidate.lost else { continue };
        let scored_on = lost.date.saturating_sub(horizon_days.days());
        if candidate.since > scored_on {
            plan.lost_too_young += 1;
        } else {
            plan.cases.push(Case { account: candidate.account.clone(), scored_on, lost: Some(lost) });
        }
    }
    plan.cases.sort_by(|one, other| (one.scored_on, &one.account).cmp(&(other.scored_on, &other.account)));
    let dates: Vec<Date> = plan.cases.iter().map(|case| case.scored_on).collect();
    let stayed = candidates.iter().filter(|candidate| candidate.lost.is_none());
    for (number, candidate) in stayed.enumerate() {
        match date_in_turn(&dates, number, candidate, horizon_days) {
            Some(scored_on) => {
                plan.cases.push(Case { account: candidate.account.clone(), scored_on, lost: None });
            }
            None if candidate.closed.is_some() => plan.stayed_closed += 1,
            None => plan.stayed_too_young += 1,
        }
    }
    plan
}

/// The date of the turn, or the next later one at which the account existed; one at which it was open for as long as the
/// lost ones were.
fn date_in_turn(dates: &[Date], number: usize, candidate: &Candidate, horizon_days: i32) -> Option<Date> {
    let turn = number.checked_rem(dates.len())?;
    let stayed = |date: Date| candidate.closed.is_none_or(|closed| date.saturating_add(horizon_days.days()) < closed);
    dates.get(turn..)?.iter().copied().find(|date| *date >= candidate.since && stayed(*date))
}

/// A scored account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Whether it was lost.
    pub is_lost: bool,
    /// The score in milli-points, from 0 to 100,000.
    pub score: u32,
    /// The band.
    pub band: Band,
    /// For how many days before the loss the band had been red, and had been yellow or red, without a break, by the
    /// dates that were looked at; `None` where it was not when the account was lost, and for accounts that stayed.
    pub warned: Warned,
}

/// How long before a loss the bands warned, in days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warned {
    /// Red.
    pub red: Option<u32>,
    /// Yellow or red.
    pub yellow: Option<u32>,
}

impl Warned {
    /// From the bands at the ends of weeks before the loss, the last one first: each band that lasts without a break
    /// up to the loss. `every_days` lie between two of them, and the first one is that of the day before the loss.
    pub fn of(bands: &[Band], every_days: u32) -> Self {
        let lasted = |is_warning: fn(Band) -> bool| {
            let number = bands.iter().take_while(|band| is_warning(**band)).count();
            let back = u32::try_from(number).ok()?.checked_sub(1)?;
            Some(back * every_days + 1)
        };
        Self { red: lasted(is_red), yellow: lasted(is_yellow_or_red) }
    }
}

/// Whether a band warns at its loudest.
pub(crate) fn is_red(band: Band) -> bool {
    match band {
        Band::Red => true,
        Band::InsufficientData | Band::Yellow | Band::Green => false,
    }
}

/// Whether a band warns at all.
pub fn is_yellow_or_red(band: Band) -> bool {
    match band {
        Band::Red | Band::Yellow => true,
        Band::InsufficientData | Band::Green => false,
    }
}

/// A case with its health at its date; `None` where there is no score, or one that rests on too little to claim a band.
pub fn scored(case: &Case, health: &Health, warned: Warned) -> Option<Scored> {
    if health.band == Band::InsufficientData {
        return None;
    }
    Some(Scored { is_lost: case.lost.is_some(), score: health.overall?, band: health.band, warned })
}

/// What a test of too few accounts lacks: the fewest there must be, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{lost} lost and {stayed} stayed accounts have a score: a test needs {MIN_OUTCOMES} of each")]
pub struct TooFew {
    /// How many lost accounts were scored.
    pub lost: usize,
    /// How many accounts that stayed were scored.
    pub stayed: usize,
}

/// What the scores say, where there are enough of them.
pub fn verdict(scored: &[Scored]) -> Result<Verdict, TooFew> {
    let lost = scored.iter().filter(|one| one.is_lost).count();
    let stayed = scored.len() - lost;
    if lost.min(stayed) < MIN_OUTCOMES {
        return Err(TooFew { lost, stayed });
    }
    Ok(statistics::verdict(scored))
}
