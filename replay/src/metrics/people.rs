//! How well we know the clients' people, who reaches out, and how far the plans with them are reached.

use std::num::NonZero;

use serde::Serialize;
use tenure_schemas::payload::interaction::Direction;
use utoipa::ToSchema;

use super::{Period, Question};
use crate::account::{Account, Held};
use crate::engagement;
use crate::health::effective_contacts;
use crate::merges::Accounts;
use crate::moment::Day;
use crate::plans;
use crate::round::half_even;

/// All of something, in milli-points.
const ALL: i128 = 100_000;

/// How many of the clients' people we know, counted by how evenly being in touch spreads over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelationshipGrowth {
    /// The effective number of contacts `N1 = exp(−Σ p ln p)` in thousandths, added over the accounts.
    ///
    /// Of what is in the ledger up to the date, by the engagement weights of the health model in force.
    pub effective_contacts: i64,
    /// The same as of the last date of the period before.
    pub earlier_effective_contacts: i64,
    /// How many more they have become, in thousandths.
    pub growth: i64,
}

/// Who reached out in the interactions of the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reciprocity {
    /// The clients.
    pub inbound: u64,
    /// We.
    pub outbound: u64,
    /// Both, as in an agreed meeting.
    pub mutual: u64,
    /// The share of interactions that the client reached out for, alone or with us, in milli-points; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<u64>,
}

/// How far the plans in force are reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanAttainment {
    /// How many accounts have a plan in force with an objective that counts.
    pub plans: u64,
    /// The mean of how far they are reached, in milli-points, halves to even; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attainment: Option<u64>,
}

/// What comes together of relationships and plans.
#[derive(Clone, Copy, Default)]
pub(super) struct Ties {
    ever_in_touch: bool,
    contacts: i64,
    earlier_contacts: i64,
    reciprocity: Reciprocity,
    plans: u64,
    reached: u64,
}

impl Ties {
    /// Adds an account with those that are merged into it.
    pub(super) fn add(&mut self, accounts: &impl Accounts, question: &Question) {
        let known_on = |date| engagement::milli(effective_contacts(accounts, &question.scale, date, &question.zone));
        self.contacts += known_on(question.asked);
        self.earlier_contacts += known_on(question.before());
        for held in accounts.accounts().flat_map(Account::held) {
            self.ever_in_touch = true;
            self.add_direction(held, question);
        }
        let plan = plans::current(accounts.own(), &question.day());
        if let Some(reached) = plan.and_then(|plan| plans::attainment(plan.objectives())) {
            self.plans += 1;
            self.reached += u64::from(reached);
        }
    }

    fn add_direction(&mut self, held: &Held, question: &Question) {
        if question.period(&held.when()) != Some(Period::Last) {
            return;
        }
        match held.direction {
            Direction::Inbound => self.reciprocity.inbound += 1,
            Direction::Outbound => self.reciprocity.outbound += 1,
            Direction::Mutual => self.reciprocity.mutual += 1,
        }
    }

    /// Whether any interaction was ever logged.
    pub(super) fn was_ever_in_touch(&self) -> bool {
        self.ever_in_touch
    }

    pub(super) fn growth(&self) -> RelationshipGrowth {
        RelationshipGrowth {
            effective_contacts: self.contacts,
            earlier_effective_contacts: self.earlier_contacts,
            growth: self.contacts - self.earlier_contacts,
        }
    }

    pub(super) fn reciprocity(&self) -> Reciprocity {
        let Reciprocity { inbound, outbound, mutual, .. } = self.reciprocity;
        let (theirs, all) = (inbound + mutual, inbound + outbound + mutual);
        Reciprocity { share: (all > 0).then(|| milli_points(theirs, all)), ..self.reciprocity }
    }

    pub(super) fn plans(&self) -> PlanAttainment {
        let mean = || NonZero::new(i128::from(self.plans)).map(|plans| half_even(i128::from(self.reached), plans));
        PlanAttainment { plans: self.plans, attainment: mean().and_then(|mean| mean.try_into().ok()) }
    }
}

/// A part of something in milli-points, halves to even; nothing of nothing.
pub(super) fn milli_points(part: u64, of: u64) -> u64 {
    let share = NonZero::new(i128::from(of)).map(|of| half_even(i128::from(part) * ALL, of));
    share.and_then(|share| share.try_into().ok()).unwrap_or_default()
}

impl Question {
    fn day(&self) -> Day {
        Day { date: self.asked, zone: self.zone.clone() }
    }
}
