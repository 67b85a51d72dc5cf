//! Lanes of open accounts whose holder is not there any more: departed, or past an announced last day.
//!
//! A departure ends no ownership: it is the finding `owner_departed`, of which this lists what goes on. Lanes that are
//! inherited are listed with the account above that lets them be.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{Instant, Name, PersonId};
use utoipa::ToSchema;

use super::{Asked, Line, Report};
use crate::account::Interval;
use crate::directory::employment_findings;
use crate::finding::FindingCode;
use crate::merges::{Accounts, Whole};
use crate::moment::Bound;
use crate::ownership::{self, tenure_days};
use crate::person::Person;
use crate::stretch::Stretch;

/// How it is known that a holder is not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// The departure was recorded.
    Departed,
    /// The last day that was announced has passed, and no departure was recorded.
    LastDayPassed,
}

/// A lane whose holder is not there any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DepartedOwner {
    /// Who holds it.
    pub person: PersonId,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<Name>,
    /// In which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// How it is known that they are gone.
    pub gone: Gone,
    /// Since when they are and hold the lane all the same.
    pub since: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub since_date: Option<Date>,
    /// For how many whole civil days; 0 on the first day.
    pub days: i64,
}

/// The report.
pub struct OwnersDeparted;

impl Report for OwnersDeparted {
    type Row = DepartedOwner;
    type Key = (Role, Scope, Instant, u64);

    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<Self::Key, DepartedOwner>> {
        let held = ownership::holding(accounts.own(), asked.as_of);
        let held = held.filter(|held| held.stretch().reaches_end_of(asked.as_of));
        held.filter_map(|held| line(held, asked)).collect()
    }
}

fn line(held: &Interval, asked: &Asked<'_>) -> Option<Line<(Role, Scope, Instant, u64), DepartedOwner>> {
    let person = asked.directory.person(&held.person)?;
    let (gone, since, event) = departed(held, &person, asked).or_else(|| past_last_day(held, &person, asked))?;
    let row = DepartedOwner {
        person: held.person.clone(),
        person_name: person.name.clone(),
        role: held.role.clone(),
        scope: held.scope.clone(),
        gone,
        since: since.at,
        since_date: since.date,
        days: tenure_days(&Stretch::new(since, None), asked.day),
    };
    let key = (held.role.clone(), held.scope.clone(), held.from, held.event);
    Some(Line { key, row, events: [held.event].into_iter().chain(event).collect() })
}

/// What the finding says that goes on at the moment.
fn departed(held: &Interval, person: &Person, asked: &Asked<'_>) -> Option<(Gone, Bound, Option<u64>)> {
    let now = asked.as_of.instant();
    let mut findings = employment_findings(held, asked.directory, now).into_iter();
    let found =
        findings.find(|found| found.code == FindingCode::OwnerDeparted && found.to.is_none_or(|to| to > now))?;
    let departures = person.employment().filter_map(|(_, _, departed)| departed);
    let bounds = departures.chain([held.stretch().from]);
    let since = bounds.filter(|bound| bound.at == found.from).last();
    Some((Gone::Departed, since.unwrap_or(Bound { at: found.from, date: None }), person.departed_event))
}

fn past_last_day(held: &Interval, person: &Person, asked: &Asked<'_>) -> Option<(Gone, Bound, Option<u64>)> {
    let now = asked.as_of.instant();
    let leaves_at = person.leaves_at.filter(|at| *at <= now && person.is_employed(now))?;
    let begun = held.stretch().from;
    let since = if begun.at > leaves_at { begun } else { Bound { at: leaves_at, date: None } };
    Some((Gone::LastDayPassed, since, person.leaves_event))
}
