//! What we can do for clients, and how much of it an account uses, was shown, could need, and lacks.
//!
//! The catalogue is told by the streams `catalogue/<name>`, each folded on its own, and read as one. Listing an
//! offering again gives it its newest name and category; after it was retired, that brings it back. An offering that an
//! account ordered or was shown counts as used or shown whether it was ever listed or not; one that never was is a
//! finding about the account, worked out on reading and never refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::catalogue::{OfferingListed, OfferingRetired};
use tenure_schemas::payload::{CatalogueEvent, Family};
use tenure_schemas::{AccountId, Currency, Event, Instant, Name, NeedId, OfferingId, When};
use utoipa::ToSchema;

use crate::account::{Account, NeedStatus};
use crate::effects::Step;
use crate::exact::Exact;
use crate::finding::{Finding, FindingCode};
use crate::fold::{Fold, State};
use crate::history::{Entry, History};
use crate::merges::Accounts;
use crate::moment::AsOf;

/// An offering as the catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Offering {
    /// The offering's id.
    pub offering: OfferingId,
    /// The name, as last listed.
    pub name: Name,
    /// The category, as last listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Name>,
    /// The catalogue that it is in.
    pub catalogue: String,
    /// Since when it was for sale.
    pub listed_at: Instant,
    /// Since when it is for sale no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Instant>,
    /// The position of the event that listed it last.
    pub event: u64,
}

/// One catalogue, as its own stream tells it.
#[derive(Clone, Debug, Default)]
struct Shelf {
    name: String,
    offerings: OrdMap<OfferingId, Arc<Offering>>,
    findings: Vec<Finding>,
}

impl Shelf {
    fn fold(events: &[Event], as_of: &AsOf) -> Self {
        let history = History::of(events);
        let name = events.first().map(|event| event.stream.id().to_owned()).unwrap_or_default();
        let shelf = Self { name, findings: history.findings.clone(), ..Self::default() };
        Fold::new(shelf, &history.as_of(as_of)).into_end()
    }

    fn list(&mut self, listed: &OfferingListed, step: &Step<'_>) {
        let known = self.offerings.get(&listed.offering).filter(|known| known.retired_at.is_none());
        let offering = Offering {
            offering: listed.offering.clone(),
            name: listed.name.clone(),
            category: listed.category.clone(),
            catalogue: self.name.clone(),
            listed_at: known.map_or(step.at(), |known| known.listed_at),
            retired_at: None,
            event: step.position(),
        };
        self.offerings.insert(listed.offering.clone(), Arc::new(offering));
    }

    fn retire(&mut self, retired: &OfferingRetired, step: &mut Step<'_>) {
        let id = &retired.offering;
        let Some(offering) = self.offerings.get_mut(id).map(Arc::make_mut) else {
            return step
                .find(FindingCode::OfferingUnknown, format!("offering {id} was never listed in this catalogue"));
        };
        if offering.retired_at.is_some() {
            let message = format!("offering {id} had been retired before");
            return step.find_with(FindingCode::OfferingContradicted, &[offering.event], message);
        }
        offering.retired_at = Some(step.at());
    }
}

impl State for Shelf {
    fn step<'s>(&mut self, entry: &'s Entry<'_>, when: &'s When, audited: bool) -> Step<'s> {
        let mut step = Step::new(entry.event, when, audited);
        match entry.payload.as_deref().map(tenure_schemas::Payload::family) {
            Some(Family::Catalogue(CatalogueEvent::OfferingListed(listed))) => self.list(listed, &step),
            Some(Family::Catalogue(CatalogueEvent::OfferingRetired(retired))) => self.retire(retired, &mut step),
            // None of these belongs in a catalogue's stream, or it is read before the fold.
            Some(
                Family::Account(_)
                | Family::Contact(_)
                | Family::Ownership(_)
                | Family::Interaction(_)
                | Family::Order(_)
                | Family::Issue(_)
                | Family::Plan(_)
                | Family::Commitment(_)
                | Family::Contract(_)
                | Family::Need(_)
                | Family::Survey(_)
                | Family::Handover(_)
                | Family::Person(_)
                | Family::Model(_)
                | Family::Ledger(_)
                | Family::Revision(_),
            ) => {}
            None => step.find(FindingCode::EventUnread, "an event of this catalogue is kept and not understood"),
        }
        step
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn note_folded(&mut self, _: &Entry<'_>, _: bool) {}
}

/// What one stream of a catalogue contradicts in itself, for admission.
pub(crate) fn findings_of_stream(events: &[Event], as_of: &AsOf) -> Vec<Finding> {
    Shelf::fold(events, as_of).findings
}

/// All catalogues, read as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    offerings: BTreeMap<OfferingId, Arc<Offering>>,
    findings: Vec<Finding>,
}

impl Catalogue {
    /// Folds the streams of all catalogues, each given in the order of the ledger, as of a moment.
    pub fn fold<'a>(streams: impl IntoIterator<Item = &'a [Event]>, as_of: &AsOf) -> Self {
        let mut all = Self::default();
        for shelf in streams.into_iter().map(|events| Shelf::fold(events, as_of)) {
            all.findings.extend(shelf.findings);
            for (id, offering) in &shelf.offerings {
                all.add(id, offering);
            }
        }
        all.findings.sort_by(|a, b| (a.from, &a.events, a.code).cmp(&(b.from, &b.events, b.code)));
        all
    }

    /// Adds an offering of one catalogue. Of two that have it, the one in which it is for sale counts, then the first.
    fn add(&mut self, id: &OfferingId, offering: &Arc<Offering>) {
        let Some(known) = self.offerings.get(id) else {
            self.offerings.insert(id.clone(), Arc::clone(offering));
            return;
        };
        let (first, second) = if (known.listed_at, known.event) <= (offering.listed_at, offering.event) {
            (Arc::clone(known), offering)
        } else {
            (Arc::clone(offering), known)
        };
        if first.retired_at.is_none() && second.retired_at.is_none() {
            let message = format!("offering {id} is in two catalogues: {} and {}", first.catalogue, second.catalogue);
            let found = Finding::at(FindingCode::OfferingContradicted, second.listed_at, second.event, message);
            let mut events = vec![first.event, second.event];
            events.sort_unstable();
            self.findings.push(Finding { events, ..found });
        }
        let passed_over = first.retired_at.is_some() && second.retired_at.is_none();
        let counts = if passed_over { Arc::clone(second) } else { first };
        self.offerings.insert(id.clone(), counts);
    }

    /// The offerings, by id.
    pub fn offerings(&self) -> impl Iterator<Item = &Offering> {
        self.offerings.values().map(AsRef::as_ref)
    }

    /// One offering.
    pub fn get(&self, id: &OfferingId) -> Option<&Offering> {
        self.offerings.get(id).map(AsRef::as_ref)
    }

    /// The contradictions in what was reported about the catalogues, by time.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// Where an account stands with an offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferingStatus {
    /// For sale, and not used by the account.
    Whitespace,
    /// Ordered, in an order that was not cancelled.
    Used,
    /// Not used, and for sale no more.
    Retired,
    /// Not used, and never listed.
    Unlisted,
}

/// A sum in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SumIn {
    /// How much, exactly.
    pub amount: Exact,
    /// Of what.
    pub currency: Currency,
}

/// An offering, as far as one account is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferingUse {
    /// The offering's id.
    pub offering: OfferingId,
    /// Where the account stands with it.
    pub status: OfferingStatus,
    /// Whether it was ever listed.
    pub listed: bool,
    /// The name; absent where it was never listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Name>,
    /// Since when it is for sale no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Instant>,
    /// In how many orders it is, cancelled ones left out.
    pub orders: u64,
    /// When the first of them was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_ordered_at: Option<Instant>,
    /// When the last of them was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ordered_at: Option<Instant>,
    /// What its lines in them are worth, by currency; returns name no line and are not taken off.
    pub ordered: Vec<SumIn>,
    /// In how many interactions it was shown.
    pub presented: u64,
    /// When it was last shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_presented_at: Option<Instant>,
    /// Whether it was never shown.
    pub never_presented: bool,
    /// The open needs of the account that it could serve.
    pub needs: Vec<NeedId>,
    /// The accounts merged into the one that is asked about who ordered it, were shown it or could need it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged_from: Vec<AccountId>,
}

/// What an account uses and was shown, gathered offering by offering.
#[derive(Default)]
struct Tally {
    orders: Vec<Instant>,
    ordered: BTreeMap<Currency, Exact>,
    presented: Vec<Instant>,
    needs: Vec<NeedId>,
    merged: BTreeSet<AccountId>,
}

/// The tallies of all offerings, and the merged account that is being tallied.
#[derive(Default)]
struct Tallies {
    tallies: BTreeMap<OfferingId, Tally>,
    merged: Option<AccountId>,
}

impl Tallies {
    fn of(&mut self, id: &OfferingId) -> &mut Tally {
        let tally = self.tallies.entry(id.clone()).or_default();
        tally.merged.extend(self.merged.clone());
        tally
    }

    fn include(&mut self, account: &Account) {
        tally_orders(account, self);
        tally_presentations(account, self);
        tally_needs(account, self);
    }
}

/// Every offering of the catalogue and every other one that the account ordered, was shown or could need, by id.
///
/// Of an account with others merged into it, what is theirs counts too.
pub fn uses(accounts: &impl Accounts, catalogue: &Catalogue) -> Vec<OfferingUse> {
    let mut tallies = Tallies::default();
    for offering in catalogue.offerings() {
        tallies.of(&offering.offering);
    }
    tallies.include(accounts.own());
    for account in accounts.merged() {
        tallies.merged = Some(account.account().clone());
        tallies.include(account);
    }
    tallies.tallies.into_iter().map(|(id, tally)| describe(catalogue.get(&id), id, tally)).collect()
}

fn tally_orders(account: &Account, tallies: &mut Tallies) {
    for order in account.orders() {
        let mut seen: Vec<&OfferingId> = Vec::new();
        for line in &order.lines {
            let tally = tallies.of(&line.offering);
            if order.is_cancelled() {
                continue;
            }
            let sum = tally.ordered.entry(order.lines_currency()).or_default();
            *sum += &Exact::product(line.quantity, line.unit_price);
            if !seen.contains(&&line.offering) {
                tally.orders.push(order.placed_at);
                seen.push(&line.offering);
            }
        }
    }
}

fn tally_presentations(account: &Account, tallies: &mut Tallies) {
    for held in account.held() {
        let mut shown: Vec<&OfferingId> = held.offerings_presented.iter().collect();
        shown.sort_unstable();
        shown.dedup();
        for id in shown {
            tallies.of(id).presented.push(held.held_at);
        }
    }
}

fn tally_needs(account: &Account, tallies: &mut Tallies) {
    for need in account.needs().filter(|need| need.status == NeedStatus::Open) {
        if let Some(offering) = &need.offering {
            tallies.of(offering).needs.push(need.need.clone());
        }
    }
}

fn describe(known: Option<&Offering>, offering: OfferingId, tally: Tally) -> OfferingUse {
    let retired_at = known.and_then(|known| known.retired_at);
    let status = match (tally.orders.is_empty(), known, retired_at) {
        (false, _, _) => OfferingStatus::Used,
        (true, None, _) => OfferingStatus::Unlisted,
        (true, Some(_), Some(_)) => OfferingStatus::Retired,
        (true, Some(_), None) => OfferingStatus::Whitespace,
    };
    OfferingUse {
        offering,
        status,
        listed: known.is_some(),
        name: known.map(|known| known.name.clone()),
        category: known.and_then(|known| known.category.clone()),
        retired_at,
        orders: tally.orders.len() as u64,
        first_ordered_at: tally.orders.iter().min().copied(),
        last_ordered_at: tally.orders.iter().max().copied(),
        ordered: tally.ordered.into_iter().map(|(currency, amount)| SumIn { amount, currency }).collect(),
        presented: tally.presented.len() as u64,
        last_presented_at: tally.presented.iter().max().copied(),
        never_presented: tally.presented.is_empty(),
        needs: tally.needs,
        merged_from: tally.merged.into_iter().collect(),
    }
}

/// The offerings that an account ordered, also in an order that was cancelled, or was shown, and that no catalogue ever
/// listed: one finding each, since the first time. A need may name what we do not offer yet.
pub fn unlisted(account: &Account, catalogue: &Catalogue) -> Vec<Finding> {
    let mut first: BTreeMap<&OfferingId, (Instant, u64)> = BTreeMap::new();
    let ordered = account
        .orders()
        .flat_map(|order| order.lines.iter().map(move |line| (&line.offering, (order.placed_at, order.event))));
    let shown =
        account.held().flat_map(|held| held.offerings_presented.iter().map(move |id| (id, (held.held_at, held.event))));
    for (id, place) in ordered.chain(shown).filter(|(id, _)| catalogue.get(id).is_none()) {
        let earliest = first.entry(id).or_insert(place);
        *earliest = place.min(*earliest);
    }
    let findings = first.into_iter().map(|(id, (at, event))| {
        let message = format!("offering {id} was ordered or presented, and no catalogue lists it");
        Finding::at(FindingCode::OfferingUnknown, at, event, message)
    });
    findings.collect()
}
