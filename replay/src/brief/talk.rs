//! How we are in touch with the client: per channel how often, in which rhythm, when last, and who reached out.

use std::collections::BTreeMap;
use std::num::NonZero;

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::interaction::{Channel, Direction};
use tenure_schemas::{Instant, InteractionId, Name, PersonId, Text};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_LINES};
use crate::account::{Held, Planned, PlannedStatus};
use crate::overview::people;
use crate::round::half_even;

/// The days whose rhythm counts: the last year.
const YEAR_DAYS: i64 = 365;
/// The days that count as lately.
const LATELY_DAYS: i64 = 90;

/// The pattern of communication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommunicationSection {
    /// Through whatever channel; absent where we never were in touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overall: Option<PatternLine>,
    /// Channel by channel, the one used most in the last year first.
    pub channels: Vec<ChannelLine>,
    /// Contacts that are planned, the next one first; what is overdue comes before.
    pub planned: Listed<PlannedLine>,
}

/// How often we were in touch, and when last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PatternLine {
    /// How often ever.
    pub touches: u64,
    /// How often in the last 365 days.
    pub touches_365: u64,
    /// How often in the last 90 days.
    pub touches_90: u64,
    /// Of those in the last 365 days, how often the client reached out.
    pub inbound_365: u64,
    /// How often we did.
    pub outbound_365: u64,
    /// How often both met.
    pub mutual_365: u64,
    /// The mean whole civil days from one to the next in the last 365 days, halves to the even neighbour; absent with
    /// fewer than two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cadence_days: Option<i64>,
    /// When we last were in touch.
    pub last_at: Instant,
    /// Whole civil days since then.
    pub days_since: i64,
    /// Who reached out then.
    pub last_direction: Direction,
    /// What this rests on; the last one is the last contact.
    #[serde(flatten)]
    pub cited: Cited,
}

/// How we are in touch through one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChannelLine {
    /// The channel.
    pub channel: Channel,
    /// The pattern.
    #[serde(flatten)]
    pub pattern: PatternLine,
}

/// A contact with the client that is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannedLine {
    /// The interaction's id in the account.
    pub interaction: InteractionId,
    /// When it is to take place.
    pub planned_for: Instant,
    /// Whether its time has passed, and nobody reported that it was held or cancelled.
    pub overdue: bool,
    /// How we will be in touch.
    pub channel: Channel,
    /// Who of ours takes part.
    pub persons: Vec<PersonId>,
    /// Their names, as far as they are known.
    pub person_names: Vec<Name>,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Text>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn communication(asked: &Asked<'_>) -> CommunicationSection {
    let all: Vec<&Held> = asked.account.held().collect();
    let mut by_channel: BTreeMap<Channel, Vec<&Held>> = BTreeMap::new();
    for held in &all {
        by_channel.entry(held.channel).or_default().push(held);
    }
    let lines = by_channel.into_iter().filter_map(|(channel, held)| {
        let pattern = pattern(asked, &held)?;
        Some(ChannelLine { channel, pattern })
    });
    let mut channels: Vec<ChannelLine> = lines.collect();
    channels.sort_by_key(|line| (std::cmp::Reverse((line.pattern.touches_365, line.pattern.touches)), line.channel));
    CommunicationSection { overall: pattern(asked, &all), channels, planned: planned(asked) }
}

/// The pattern of what took place, in the order of time; `None` of nothing.
fn pattern(asked: &Asked<'_>, held: &[&Held]) -> Option<PatternLine> {
    let last = held.last()?;
    let dates: Vec<(Date, &Held)> = held.iter().map(|held| (held.when().date_in(asked.zone), *held)).collect();
    let ago = |date: Date| -asked.day.days_until(date);
    let year: Vec<_> = dates.iter().filter(|(date, _)| ago(*date) < YEAR_DAYS).collect();
    let towards = |direction| year.iter().filter(|(_, held)| held.direction == direction).count() as u64;
    Some(PatternLine {
        touches: held.len() as u64,
        touches_365: year.len() as u64,
        touches_90: dates.iter().filter(|(date, _)| ago(*date) < LATELY_DAYS).count() as u64,
        inbound_365: towards(Direction::Inbound),
        outbound_365: towards(Direction::Outbound),
        mutual_365: towards(Direction::Mutual),
        cadence_days: cadence(&year.iter().map(|(date, _)| *date).collect::<Vec<_>>()),
        last_at: last.held_at,
        days_since: ago(last.when().date_in(asked.zone)),
        last_direction: last.direction,
        cited: asked.sources.cite(held.iter().map(|held| held.event)),
    })
}

/// The mean days from one date to the next.
fn cadence(dates: &[Date]) -> Option<i64> {
    let (first, last) = (dates.iter().min()?, dates.iter().max()?);
    let steps = NonZero::new(i128::try_from(dates.len()).ok()? - 1)?;
    i64::try_from(half_even(i128::from((*last - *first).get_days()), steps)).ok()
}

fn planned(asked: &Asked<'_>) -> Listed<PlannedLine> {
    let planned = people::planned(asked.account, asked.at).into_iter().map(|entry| entry.item);
    Listed::cut(planned.map(|planned| planned_line(asked, planned)).collect(), MAX_LINES)
}

fn planned_line(asked: &Asked<'_>, planned: Planned) -> PlannedLine {
    let thing = format!("planned_interactions.{}", planned.interaction);
    let changes = asked.sources.changes_of(&thing, &["planned_for", "channel", "persons", "subject"]);
    PlannedLine {
        planned_for: planned.planned_for,
        overdue: planned.status(asked.at) == PlannedStatus::Overdue,
        channel: planned.channel,
        person_names: planned.persons.iter().filter_map(|person| asked.name_of(person)).collect(),
        persons: planned.persons,
        subject: planned.subject,
        interaction: planned.interaction,
        cited: asked.sources.cite(changes),
    }
}
