//! Who answers for the account, who did before in the lane that is handed over, and why that changed.

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::{HandoverId, Instant, Name, PersonId, Reason};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_LINES};
use crate::account::{Gap, Interval};
use crate::overview::NamedOwner;
use crate::overview::people::owners;
use crate::ownership;

/// Who is accountable, and how it came to that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnershipSection {
    /// Everybody who answers for the account at the moment, lane by lane.
    pub owners: Vec<OwnerLine>,
    /// Who held the lane of the brief, and when nobody did, the latest first.
    pub history: Listed<TenureLine>,
}

/// Somebody who answers for the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnerLine {
    /// Who, in which lane, since when, and who stands in.
    #[serde(flatten)]
    pub owner: NamedOwner,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// A time in which somebody held the lane, or nobody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TenureLine {
    /// Who held it; `null` when nobody did.
    pub person: Option<PersonId>,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The first civil date on which it holds no more, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// Why it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Reason>,
    /// The handover that prepared it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandoverId>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn ownership(asked: &Asked<'_>) -> OwnershipSection {
    let named = owners(asked.account, asked.directory, &asked.as_of, &asked.day).into_iter();
    let lines = named.map(|owner| OwnerLine { cited: asked.sources.cite(owner_events(asked, &owner)), owner });
    OwnershipSection { owners: lines.collect(), history: history(asked) }
}

fn owner_events(asked: &Asked<'_>, named: &NamedOwner) -> Vec<u64> {
    let owner = &named.owner;
    // An inherited lane rests on the account above, whose events this account's audit does not know.
    let own = asked.account.lanes().lane(&owner.role, &owner.scope).find(|held| held.event == owner.event);
    let said_again = own.into_iter().flat_map(|held| held.confirmed_by.iter().copied());
    let coverages = asked.account.coverages().filter(|coverage| {
        coverage.span().contains(asked.at)
            && coverage.owner == owner.person
            && Some(&coverage.delegate) == named.covered_by.as_ref()
    });
    said_again.chain(coverages.map(|coverage| coverage.event)).chain([owner.event]).collect()
}

fn history(asked: &Asked<'_>) -> Listed<TenureLine> {
    let (role, scope) = (&asked.target.role, &asked.target.scope);
    let held = asked.account.lanes().lane(role, scope).map(|interval| tenure(asked, interval));
    let gaps = ownership::gaps(asked.account, asked.directory, &asked.as_of).into_iter();
    let gaps = gaps.filter(|gap| gap.role == *role && gap.scope == *scope).map(|gap| nobody(asked, &gap));
    let mut lines: Vec<TenureLine> = held.chain(gaps).collect();
    lines.sort_by(|one, other| (other.from, &other.cited.events).cmp(&(one.from, &one.cited.events)));
    Listed::cut(lines, MAX_LINES)
}

fn tenure(asked: &Asked<'_>, interval: &Interval) -> TenureLine {
    let events = interval.confirmed_by.iter().copied().chain([interval.event]).chain(interval.ended_by);
    TenureLine {
        person_name: asked.name_of(&interval.person),
        person: Some(interval.person.clone()),
        from: interval.from,
        from_date: interval.from_date,
        to: interval.to,
        to_date: interval.to_date,
        why: interval.reason.clone(),
        handover: interval.handover.clone(),
        cited: asked.sources.cite(events),
    }
}

fn nobody(asked: &Asked<'_>, gap: &Gap) -> TenureLine {
    let held = asked.account.lanes().lane(&gap.role, &gap.scope);
    let before = held.filter(|interval| interval.to == Some(gap.from)).max_by_key(|interval| interval.event);
    let ended_by = before.and_then(|interval| interval.ended_by);
    TenureLine {
        person: None,
        person_name: None,
        from: gap.from,
        from_date: before.and_then(|interval| interval.to_date),
        to: gap.to,
        to_date: None,
        why: ended_by.and_then(|event| asked.sources.reason(event)).cloned(),
        handover: None,
        cited: asked.sources.cite(ended_by.or(before.map(|interval| interval.event))),
    }
}
