//! `breadth`: how many of the client's people we know by now, and in which of the roles that matter.
//!
//! `50·min(1, N1/N*) + 50·roles`, with `N1 = exp(−Σ p ln p)` over the contacts' shares of what being in touch weighs,
//! and the share of three roles held by somebody who was touched of late. An interaction's weight splits equally over
//! its pairs of a person and a contact. Contacts who left the client count no more.

use std::collections::{BTreeMap, BTreeSet};

use tenure_schemas::ContactId;
use tenure_schemas::payload::contact::ContactRole;

use super::Missing;
use super::measure::{Context, Measure, Part, but, count, figure, float};
use crate::account::Contact;
use crate::engagement::Scale;

/// The roles that matter: one of each is wanted.
const WANTED: [&[ContactRole]; 3] = [
    &[ContactRole::DecisionMaker, ContactRole::EconomicBuyer],
    &[ContactRole::ExecutiveSponsor],
    &[ContactRole::Champion],
];

/// One interaction with contacts who are still there.
struct Touch<'a> {
    event: u64,
    /// What falls to each contact.
    each: f64,
    contacts: Vec<&'a ContactId>,
    is_recent: bool,
}

/// The interactions with contacts, in the order of their events.
pub(super) struct Circle<'a> {
    touches: Vec<Touch<'a>>,
    roles: BTreeMap<&'a ContactId, &'a BTreeSet<ContactRole>>,
    ever_known: bool,
    wanted: f64,
}

impl<'a> Circle<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let (spec, account) = (&context.spec.dimensions.breadth, context.account);
        let scale = Scale::of(&context.spec.dimensions.engagement);
        let is_there = |id: &&ContactId| account.contact(id).is_none_or(|contact| contact.left_at.is_none());
        let named = account.held().filter(|held| !held.contacts.is_empty());
        let mut touches: Vec<Touch<'a>> = named
            .map(|held| Touch {
                event: held.event,
                each: scale.weight(held, context.asked, context.zone) / count(held.contacts.len()),
                contacts: held.contacts.iter().filter(is_there).collect(),
                is_recent: context.age(&held.when()) < spec.touched_days.get(),
            })
            .collect();
        let ever_known = !touches.is_empty() || account.contacts().next().is_some();
        touches.retain(|touch| !touch.contacts.is_empty());
        touches.sort_unstable_by_key(|touch| touch.event);
        let roles = account.contacts().map(|contact: &'a Contact| (&contact.contact, &contact.roles)).collect();
        Self { touches, roles, ever_known, wanted: float(spec.contacts.get(account.profile().tier)) }
    }

    /// How many contacts we know equally well would be as varied.
    fn effective(&self, without: Option<usize>) -> f64 {
        let mut weights: BTreeMap<&ContactId, f64> = BTreeMap::new();
        for touch in but(&self.touches, without) {
            for contact in &touch.contacts {
                *weights.entry(contact).or_default() += touch.each;
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
