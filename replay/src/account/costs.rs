//! What serving an account costs, and what it saved the client.

use std::sync::Arc;

use imbl::{OrdMap, Vector};
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::order::{CostCategory, CostRecorded, Period, SavingIdentified, SavingRealised};
use tenure_schemas::{Instant, Money, Name, SavingId, Zone};
use utoipa::ToSchema;

use super::rare::Rare;
use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{Bound, civil_date};

/// A cost of serving the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The position of the event that records it.
    pub event: u64,
    /// When it was recorded as incurred.
    pub at: Instant,
    /// The civil date, where only the day is known.
    pub date: Option<Date>,
    /// What for.
    pub category: CostCategory,
    /// How much.
    pub amount: Money,
    /// The period that it is for.
    pub period: Option<Period>,
}

impl Cost {
    /// When it was incurred, for counting days.
    pub fn when(&self) -> Bound {
        Bound { at: self.at, date: self.date }
    }

    /// The civil date on which it counts whole: the first of the time that it is for, else its own in `zone`.
    pub fn counts_on(&self, zone: &Zone) -> Date {
        self.period.as_ref().map_or_else(|| self.when().date_in(zone), |period| period.from)
    }
}

/// A saving, or a part of one, as it was found or came true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SavingStep {
    /// The position of the event that reports it.
    pub event: u64,
    /// When.
    pub at: Instant,
    /// The civil date, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// How much.
    pub amount: Money,
    /// Where, in the firm's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Name>,
}

impl SavingStep {
    /// When it was found or came true, for counting days.
    pub fn when(&self) -> Bound {
        Bound { at: self.at, date: self.date }
    }
}

/// A saving for the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Saving {
    /// The saving's id in the account.
    pub saving: SavingId,
    /// As it was found; absent where it was reported only when it came true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identified: Option<SavingStep>,
    /// As it came true, part by part.
    pub realised: Vec<SavingStep>,
}

/// The costs and savings of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Costs {
    costs: Vector<Arc<Cost>>,
    savings: OrdMap<SavingId, Arc<Saving>>,
}

impl Costs {
    pub(crate) fn costs(&self) -> impl Iterator<Item = &Cost> {
        self.costs.iter().map(AsRef::as_ref)
    }

    pub(crate) fn savings(&self) -> impl Iterator<Item = &Saving> {
        self.savings.values().map(AsRef::as_ref)
    }

    /// The saving that an event is about, new where nothing was said of it before.
    fn saving(&mut self, id: &SavingId, step: &mut Step<'_>) -> &mut Saving {
        let new = || {
            let saving = Saving { saving: id.clone(), identified: None, realised: Vec::new() };
            step.note_new(|| format!("savings.{id}"), &saving);
            Arc::new(saving)
        };
        Arc::make_mut(self.savings.entry(id.clone()).or_insert_with(new))
    }
}

pub(crate) fn record(costs: &mut Rare<Costs>, recorded: &CostRecorded, step: &mut Step<'_>) {
    let cost = Cost {
        event: step.position(),
        at: step.at(),
        date: civil_date(step.when),
        category: recorded.category,
        amount: recorded.amount,
        period: recorded.period.clone(),
    };
    step.note_new(|| format!("costs.{}", cost.event), &cost);
    costs.write().costs.push_back(Arc::new(cost));
}

/// Takes up a saving that was found; finding it a second time changes nothing, which is a finding.
pub(crate) fn identify(costs: &mut Rare<Costs>, said: &SavingIdentified, step: &mut Step<'_>) {
    let saving = costs.write().saving(&said.saving, step);
    if let Some(known) = &saving.identified {
        let message = format!("saving {} was identified before", said.saving);
        return step.find_with(FindingCode::SavingContradicted, &[known.event], message);
    }
    check_currency(saving, said.amount, step);
    let found = SavingStep::of(said.amount, said.category.as_ref(), step);
    step.set(|| format!("savings.{}.identified", said.saving), &mut saving.identified, Some(found));
}

/// Takes up a part of a saving that came true, also where nobody had found it before, which is a finding.
pub(crate) fn realise(costs: &mut Rare<Costs>, said: &SavingRealised, step: &mut Step<'_>) {
    let saving = costs.write().saving(&said.saving, step);
    if saving.identified.is_none() {
        step.find(FindingCode::SavingUnknown, format!("saving {} was never identified", said.saving));
    }
    check_currency(saving, said.amount, step);
    let part = SavingStep::of(said.amount, said.category.as_ref(), step);
    let realised = saving.realised.iter().cloned().chain([part]).collect();
    step.set(|| format!("savings.{}.realised", said.saving), &mut saving.realised, realised);
}

impl SavingStep {
    fn of(amount: Money, category: Option<&Name>, step: &Step<'_>) -> Self {
        let (event, at, date) = (step.position(), step.at(), civil_date(step.when));
        Self { event, at, date, amount, category: category.cloned() }
    }
}

/// Reports a saving in two currencies; each stays in its own.
fn check_currency(saving: &Saving, amount: Money, step: &mut Step<'_>) {
    let other = saving.identified.iter().chain(&saving.realised).find(|known| known.amount.currency != amount.currency);
    if let Some(known) = other {
        let message = format!("saving {} is in {}, not in {}", saving.saving, known.amount.currency, amount.currency);
        step.find_with(FindingCode::CurrencyMismatch, &[known.event], message);
    }
}
