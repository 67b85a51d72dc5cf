//! What the account uses of what we can do, what it could use, and what it was never shown.

use std::collections::BTreeMap;

use serde::Serialize;
use tenure_schemas::{Instant, Name, NeedId, OfferingId};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_LINES};
use crate::account::NeedStatus;
use crate::offerings::{self, OfferingStatus, OfferingUse, SumIn};

/// Where the account stands with what we can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhitespaceSection {
    /// What it uses, the last ordered first.
    pub used: Listed<UsedLine>,
    /// What it could use and does not: first what an open need asks for, then what it was never shown, then by id.
    pub whitespace: Listed<WhitespaceLine>,
    /// How many of those it was never shown.
    pub never_presented: usize,
}

/// An offering that the account uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UsedLine {
    /// The offering's id.
    pub offering: OfferingId,
    /// The name; absent where it was never listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// In how many orders it is, cancelled ones left out.
    pub orders: u64,
    /// When the last of them was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ordered_at: Option<Instant>,
    /// What its lines in them are worth, by currency.
    pub ordered: Vec<SumIn>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// An offering that the account could use and does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhitespaceLine {
    /// The offering's id.
    pub offering: OfferingId,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Name>,
    /// Whether it was never shown.
    pub never_presented: bool,
    /// In how many interactions it was shown.
    pub presented: u64,
    /// When it was last shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_presented_at: Option<Instant>,
    /// The open needs of the account that it could serve.
    pub needs: Vec<NeedId>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn whitespace(asked: &Asked<'_>) -> WhitespaceSection {
    let catalogue = asked.directory.catalogue();
    let events = events_by_offering(asked);
    let (mut used, mut unused) = (Vec::new(), Vec::new());
    for offering in offerings::uses(asked.account, &catalogue) {
        let listed = catalogue.get(&offering.offering).map(|listed| listed.event);
        let (ordered, other) = events.get(&offering.offering).cloned().unwrap_or_default();
        match offering.status {
            OfferingStatus::Used => used.push(used_line(offering, asked.sources.cite(ordered))),
            OfferingStatus::Whitespace => {
                unused.push(whitespace_line(offering, asked.sources.cite(other.into_iter().chain(listed))));
            }
            OfferingStatus::Retired | OfferingStatus::Unlisted => {}
        }
    }
    used.sort_by(|one, other| (other.last_ordered_at, &one.offering).cmp(&(one.last_ordered_at, &other.offering)));
    let rank = |line: &WhitespaceLine| (line.needs.is_empty(), !line.never_presented, line.offering.clone());
    unused.sort_by_cached_key(rank);
    WhitespaceSection {
        never_presented: unused.iter().filter(|line| line.never_presented).count(),
        used: Listed::cut(used, MAX_LINES),
        whitespace: Listed::cut(unused, MAX_LINES),
    }
}

/// The orders of each offering, and what else is known of it: when it was shown, and which open need asks for it.
fn events_by_offering(asked: &Asked<'_>) -> BTreeMap<OfferingId, (Vec<u64>, Vec<u64>)> {
    let mut events: BTreeMap<OfferingId, (Vec<u64>, Vec<u64>)> = BTreeMap::new();
    for order in asked.account.orders().filter(|order| !order.is_cancelled()) {
        let changes = asked.sources.changes_of(&format!("orders.{}", order.order), &["lines"]);
        for line in &order.lines {
            events.entry(line.offering.clone()).or_default().0.extend(&changes);
        }
    }
    for held in asked.account.held() {
        for offering in &held.offerings_presented {
            events.entry(offering.clone()).or_default().1.push(held.event);
        }
    }
    for need in asked.account.needs().filter(|need| need.status == NeedStatus::Open) {
        if let Some(offering) = &need.offering {
            events.entry(offering.clone()).or_default().1.push(need.event);
        }
    }
    events
}

fn used_line(used: OfferingUse, cited: Cited) -> UsedLine {
    let OfferingUse { offering, name, orders, last_ordered_at, ordered, .. } = used;
    UsedLine { offering, name, orders, last_ordered_at, ordered, cited }
}

fn whitespace_line(unused: OfferingUse, cited: Cited) -> WhitespaceLine {
    let OfferingUse { offering, name, category, never_presented, presented, last_presented_at, needs, .. } = unused;
    WhitespaceLine { offering, name, category, never_presented, presented, last_presented_at, needs, cited }
}
