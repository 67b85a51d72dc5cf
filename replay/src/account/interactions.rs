//! Contacts with the client: held, planned, cancelled.

use std::sync::Arc;

use imbl::{OrdMap, Vector};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::interaction::{About, Cancelled, Channel, Direction, Logged, Planned as Plan};
use tenure_schemas::values::{Seconds, Sentiment};
use tenure_schemas::{ContactId, Instant, InteractionId, OfferingId, PersonId, Text};
use utoipa::ToSchema;

use super::contacts::{self, Contacts};
use super::rare::Rare;
use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{Bound, civil_date};

/// How often we were in touch, and when last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Interactions {
    /// How many contacts with the client took place.
    pub count: u64,
    /// When the last one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Instant>,
    /// Through which channel the last one went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_channel: Option<Channel>,
}

impl Interactions {
    /// The same with others.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let later = if other.last_at > self.last_at { other } else { &self };
        Self { count: self.count + other.count, last_at: later.last_at, last_channel: later.last_channel }
    }
}

/// A contact with the client that took place. What was said is in the summary of its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Held {
    /// The position of the event that reports it.
    pub event: u64,
    /// When it took place.
    pub held_at: Instant,
    /// The civil date, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub held_date: Option<Date>,
    /// How we were in touch.
    pub channel: Channel,
    /// Who reached out.
    pub direction: Direction,
    /// Who of ours took part.
    pub persons: Vec<PersonId>,
    /// Who of theirs took part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactId>,
    /// The planned interaction that this was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction: Option<InteractionId>,
    /// What it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Text>,
    /// How long it took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<Seconds>,
    /// How the client felt, from −2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// The offerings that were shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offerings_presented: Vec<OfferingId>,
}

impl Held {
    fn of(logged: &Logged, step: &Step<'_>) -> Self {
        Self {
            event: step.position(),
            held_at: step.at(),
            held_date: civil_date(step.when),
            channel: logged.channel,
            direction: logged.direction,
            persons: logged.persons.as_slice().to_vec(),
            contacts: logged.contacts.clone().unwrap_or_default(),
            interaction: logged.interaction.clone(),
            about: logged.about.clone(),
            subject: logged.subject.clone(),
            duration_s: logged.duration_s,
            sentiment: logged.sentiment,
            offerings_presented: logged.offerings_presented.clone().unwrap_or_default(),
        }
    }

    /// When it took place, for comparing with moments and counting days.
    pub fn when(&self) -> Bound {
        Bound { at: self.held_at, date: self.held_date }
    }
}

/// How far a planned interaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlannedStatus {
    /// Its time has not come yet.
    Planned,
    /// Its time has passed, and nobody reported that it was held or cancelled.
    Overdue,
    /// It took place.
    Held,
    /// It will not take place.
    Cancelled,
}

/// A contact with the client that was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Planned {
    /// The interaction's id in the account.
    pub interaction: InteractionId,
    /// When it is to take place.
    pub planned_for: Instant,
    /// How we will be in touch.
    pub channel: Channel,
    /// Who of ours takes part.
    pub persons: Vec<PersonId>,
    /// Who of theirs takes part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactId>,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Text>,
    /// When it was first planned.
    pub planned_at: Instant,
    /// How often it was planned anew before it was held or cancelled.
    pub changes: u32,
    /// When it took place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_at: Option<Instant>,
    /// When it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Instant>,
    /// The position of the event that held or cancelled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
    /// The position of the event that planned it first.
    pub event: u64,
}

impl Planned {
    fn of(plan: &Plan, step: &Step<'_>) -> Self {
        Self {
            interaction: plan.interaction.clone(),
            planned_for: plan.at,
            channel: plan.channel,
            persons: plan.persons.as_slice().to_vec(),
            contacts: plan.contacts.clone().unwrap_or_default(),
            subject: plan.subject.clone(),
            planned_at: step.at(),
            changes: 0,
            held_at: None,
            cancelled_at: None,
            ended_by: None,
            event: step.position(),
        }
    }

    /// Where it stands at an instant of which it is the state.
    pub fn status(&self, at: Instant) -> PlannedStatus {
        match (self.held_at, self.cancelled_at) {
            (Some(_), _) => PlannedStatus::Held,
            (None, Some(_)) => PlannedStatus::Cancelled,
            (None, None) if self.planned_for < at => PlannedStatus::Overdue,
            (None, None) => PlannedStatus::Planned,
        }
    }
}

/// The interactions of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Talk {
    /// In the order in which they took place; shared one by one, so that a list of few stays small.
    held: Vector<Arc<Held>>,
    planned: OrdMap<InteractionId, Arc<Planned>>,
}

impl Talk {
    pub(crate) fn held(&self) -> impl DoubleEndedIterator<Item = &Held> {
        self.held.iter().map(AsRef::as_ref)
    }

    pub(crate) fn planned(&self) -> impl Iterator<Item = &Planned> {
        self.planned.values().map(AsRef::as_ref)
    }

    pub(crate) fn summary(&self) -> Interactions {
        let last = self.held.last();
        Interactions {
            count: self.held.len() as u64,
            last_at: last.map(|held| held.held_at),
            last_channel: last.map(|held| held.channel),
        }
    }
}

pub(crate) fn log(talk: &mut Rare<Talk>, known: &Contacts, logged: &Logged, step: &mut Step<'_>) {
    contacts::check_there(known, logged.contacts.as_deref().unwrap_or_default(), step);
    let talk = talk.write();
    if let Some(planned) = logged.interaction.as_ref().and_then(|id| still_planned(talk, id, step)) {
        let (id, at, by) = (planned.interaction.clone(), step.at(), step.position());
        step.set(|| field(&id, "held_at"), &mut planned.held_at, Some(at));
        step.set(|| field(&id, "ended_by"), &mut planned.ended_by, Some(by));
    }
    let held = Held::of(logged, step);
    step.note_new(|| format!("interactions.{}", held.event), &held);
    talk.held.push_back(Arc::new(held));
}

/// Plans an interaction. Planning one anew, before it was held or cancelled, changes it: there is no other way to say so.
pub(crate) fn plan(talk: &mut Rare<Talk>, known: &Contacts, plan: &Plan, step: &mut Step<'_>) {
    contacts::check_there(known, plan.contacts.as_deref().unwrap_or_default(), step);
    let (talk, id) = (talk.write(), &plan.interaction);
    if !talk.planned.contains_key(id) {
        let planned = Planned::of(plan, step);
        step.note_new(|| format!("planned_interactions.{id}"), &planned);
        talk.planned.insert(id.clone(), Arc::new(planned));
        return;
    }
    let Some(planned) = still_planned(talk, id, step) else { return };
    let new = Planned::of(plan, step);
    let changes = planned.changes + 1;
    step.set(|| field(id, "planned_for"), &mut planned.planned_for, new.planned_for);
    step.set(|| field(id, "channel"), &mut planned.channel, new.channel);
    step.set(|| field(id, "persons"), &mut planned.persons, new.persons);
    step.set(|| field(id, "contacts"), &mut planned.contacts, new.contacts);
    step.set(|| field(id, "subject"), &mut planned.subject, new.subject);
    step.set(|| field(id, "changes"), &mut planned.changes, changes);
}

pub(crate) fn cancel(talk: &mut Rare<Talk>, cancelled: &Cancelled, step: &mut Step<'_>) {
    let id = &cancelled.interaction;
    let Some(planned) = still_planned(talk.write(), id, step) else { return };
    let (at, by) = (step.at(), step.position());
    step.set(|| field(id, "cancelled_at"), &mut planned.cancelled_at, Some(at));
    step.set(|| field(id, "ended_by"), &mut planned.ended_by, Some(by));
}

fn field(id: &InteractionId, name: &str) -> String {
    format!("planned_interactions.{id}.{name}")
}

/// The planned interaction that an event acts on; one that was held or cancelled takes no more, which is a finding.
fn still_planned<'a>(talk: &'a mut Talk, id: &InteractionId, step: &mut Step<'_>) -> Option<&'a mut Planned> {
    let Some(planned) = talk.planned.get_mut(id).map(Arc::make_mut) else {
        step.find(FindingCode::InteractionUnknown, format!("interaction {id} was never planned"));
        return None;
    };
    let Some(ended_by) = planned.ended_by else { return Some(planned) };
    let what = if planned.cancelled_at.is_some() { "cancelled" } else { "held" };
    let others = [planned.event, ended_by];
    step.find_with(FindingCode::InteractionClosed, &others, format!("interaction {id} had been {what}"));
    None
}
