//! `breadth`: how many of the client's people we know by now, and in which of the roles that matter.
//!
//! `50·min(1, N1/N*) + 50·roles`, with `N1 = exp(−Σ p ln p)` over the contacts' shares of what being in touch weighs,
//! and the share of three roles held by somebody who was touched of late. An interaction's weight splits equally over
//! its pairs of a person and a contact. Contacts who left the client count no more.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use tenure_schemas::payload::contact::ContactRole;
use tenure_schemas::{AccountId, ContactId, Zone};

use super::Missing;
use super::measure::{Context, Measure, Part, but, count, figure, float};
use crate::account::{Account, Held};
use crate::engagement::Scale;
use crate::merges::Accounts;

/// The roles that matter: one of each is wanted.
const WANTED: [&[ContactRole]; 3] = [
    &[ContactRole::DecisionMaker, ContactRole::EconomicBuyer],
    &[ContactRole::ExecutiveSponsor],
    &[ContactRole::Champion],
];

/// A contact with the account that it is of.
type Whom<'a> = (&'a AccountId, &'a ContactId);

/// One interaction with contacts who are still there.
struct Touch<'a> {
    event: u64,
    /// What falls to each contact.
    each: f64,
    contacts: Vec<Whom<'a>>,
    is_recent: bool,
}

/// The interactions with contacts, in the order of their events.
pub(super) struct Circle<'a> {
    touches: Vec<Touch<'a>>,
    roles: BTreeMap<Whom<'a>, &'a BTreeSet<ContactRole>>,
    ever_known: bool,
    wanted: f64,
}

impl<'a> Circle<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let scale = Scale::of(&context.spec.dimensions.engagement);
        let mut touches: Vec<Touch<'a>> =
            context.accounts().flat_map(|account| touches_of(context, &scale, account)).collect();
        let mut known = context.accounts().flat_map(contacts_of).peekable();
        let ever_known = !touches.is_empty() || known.peek().is_some();
        let roles = known.collect();
        touches.retain(|touch| !touch.contacts.is_empty());
        touches.sort_unstable_by_key(|touch| touch.event);
        let wanted = float(context.spec.dimensions.breadth.contacts.get(context.account.profile().tier));
        Self { touches, roles, ever_known, wanted }
    }

    /// How many contacts we know equally well would be as varied.
    fn effective(&self, without: Option<usize>) -> f64 {
        let mut weights: BTreeMap<Whom<'_>, f64> = BTreeMap::new();
        for touch in but(&self.touches, without) {
            for contact in &touch.contacts {
                *weights.entry(*contact).or_default() += touch.each;
            }
        }
        effective_number(&weights.into_values().collect::<Vec<_>>())
    }

    /// The share of the wanted roles that somebody holds who was touched of late.
    fn roles(&self, without: Option<usize>) -> f64 {
        let touched = but(&self.touches, without).filter(|touch| touch.is_recent).flat_map(|touch| &touch.contacts);
        let held: BTreeSet<ContactRole> =
            touched.filter_map(|contact| self.roles.get(contact)).flat_map(|roles| roles.iter().copied()).collect();
        let filled = WANTED.iter().filter(|wanted| wanted.iter().any(|role| held.contains(role)));
        count(filled.count()) / count(WANTED.len())
    }
}

/// The interactions of one account that name contacts, and of those the ones who are still there.
fn touches_of<'a>(context: &Context<'a>, scale: &Scale, account: &'a Account) -> Vec<Touch<'a>> {
    let is_there = |id: &&ContactId| account.contact(id).is_none_or(|contact| contact.left_at.is_none());
    let touched_days = context.spec.dimensions.breadth.touched_days.get();
    let named = account.held().filter(|held| !held.contacts.is_empty());
    let touches = named.map(|held| Touch {
        event: held.event,
        each: scale.weight(held, context.asked, context.zone) / count(held.contacts.len()),
        contacts: held.contacts.iter().filter(is_there).map(|id| (account.account(), id)).collect(),
        is_recent: context.age(&held.when()) < touched_days,
    });
    touches.collect()
}

fn contacts_of(account: &Account) -> impl Iterator<Item = (Whom<'_>, &BTreeSet<ContactRole>)> {
    account.contacts().map(|contact| ((account.account(), &contact.contact), &contact.roles))
}

/// `N1` of an account and those merged into it on a date that may lie before the moment as of which they stand: over the
/// contacts who had not left by then, of the interactions up to then.
pub(crate) fn effective_contacts(accounts: &impl Accounts, scale: &Scale, on: Date, zone: &Zone) -> f64 {
    let mut touches: Vec<(&Account, &Held)> = accounts
        .accounts()
        .flat_map(|account| account.held().map(move |held| (account, held)))
        .filter(|(_, held)| held.when().date_in(zone) <= on)
        .collect();
    touches.sort_unstable_by_key(|(_, held)| held.event);
    let mut weights: BTreeMap<Whom<'_>, f64> = BTreeMap::new();
    for (account, held) in touches {
        let left_at = |id: &ContactId| account.contact(id).and_then(|contact| contact.left_at);
        let has_left = |id: &ContactId| left_at(id).is_some_and(|left| left.date_in(zone) <= on);
        for id in held.contacts.iter().filter(|id| !has_left(id)) {
            let each = scale.weight(held, on, zone) / count(held.contacts.len());
            *weights.entry((account.account(), id)).or_default() += each;
        }
    }
    effective_number(&weights.into_values().collect::<Vec<_>>())
}

/// The exponential of the entropy of shares: how many equal ones would be as varied. 0 where nothing weighs anything.
pub(crate) fn effective_number(weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let shares = weights.iter().map(|weight| weight / total).filter(|share| *share > 0.0);
    libm::exp(-shares.map(|share| share * libm::log(share)).sum::<f64>())
}

impl Measure for Circle<'_> {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        if !self.ever_known {
            return Err(Missing::NoContact);
        }
        Ok(50.0 * (self.effective(without) / self.wanted).min(1.0) + 50.0 * self.roles(without))
    }

    fn parts(&self) -> Vec<Part> {
        let heaviness = |touch: &Touch<'_>| touch.each * count(touch.contacts.len());
        self.touches.iter().map(|touch| Part { event: touch.event, heaviness: heaviness(touch) }).collect()
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("effective_contacts", figure(self.effective(None))),
            ("wanted_contacts", figure(self.wanted)),
            ("roles", figure(self.roles(None))),
        ])
    }
}
