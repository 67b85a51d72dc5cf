//! How often accounts changed hands of late, how long their account manager of record has been it, and how long nobody
//! was.
//!
//! What is a change, a tenure and a vacancy is the rule of the dimension `ownership` of health: a change is a beginning
//! by another person than before; the first beginning, inheritance and coverage are none, and nobody need own an account
//! while it is closed or inherited.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::PersonId;
use utoipa::ToSchema;

use super::{Asked, Line, Report};
use crate::health::Tenures;
use crate::merges::{Accounts, Whole};

/// One change of hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Handed {
    /// The civil date on which the later one began.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Who began last before.
    pub from: PersonId,
    /// Who began then.
    pub to: PersonId,
}

/// How an account changed hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Turnover {
    /// How often in the period.
    pub changes: u32,
    /// Each of the changes, in the order of time.
    pub handed: Vec<Handed>,
    /// How many persons were account manager of record at some time of the period, inherited ones left out.
    pub persons: u32,
    /// For how many whole civil days the present one has been it, of several the longest; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenure_days: Option<u32>,
    /// The longest time of the period without anybody, having had somebody, in whole civil days.
    pub longest_vacancy_days: u32,
    /// Its first day; absent where there was no such time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub vacant_from: Option<Date>,
    /// The first day after it, or the day that is asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub vacant_to: Option<Date>,
}

/// The report.
pub struct OwnerTurnover {
    /// The length of the period that ends with the asked day, in months.
    pub months: u32,
    /// Only accounts with at least so many changes in it.
    pub at_least: u32,
}

impl Report for OwnerTurnover {
    type Row = Turnover;
    type Key = ();

    fn lines(&self, accounts: &Whole, asked: &Asked<'_>) -> Vec<Line<(), Turnover>> {
        let zone = &asked.day.zone;
        let tenures = Tenures::of(accounts.own(), asked.directory, asked.as_of, zone, asked.day.date);
        let start = asked.day.date.saturating_sub(i64::from(self.months).months());
        let changes: Vec<_> = tenures.changes(start, None);
        if changes.len() < usize::try_from(self.at_least).unwrap_or(usize::MAX) {
            return Vec::new();
        }
        let handed =
            changes.iter().map(|(from, to)| Handed { on: to.from(), from: from.person.clone(), to: to.person.clone() });
        let vacancy =
            tenures.vacancies(start, None).into_iter().rev().max_by_key(|(from, to)| (*to - *from).get_days());
        let (persons, held_in) = tenures.in_period(start);
        let row = Turnover {
            changes: u32::try_from(changes.len()).unwrap_or(u32::MAX),
            handed: handed.collect(),
            persons,
            tenure_days: tenures.tenure(None).and_then(|days| u32::try_from(days).ok()),
            longest_vacancy_days: vacancy.map_or(0, |(from, to)| u32::try_from((to - from).get_days()).unwrap_or(0)),
            vacant_from: vacancy.map(|(from, _)| from),
            vacant_to: vacancy.map(|(_, to)| to),
        };
        let of_changes = changes.iter().flat_map(|(from, to)| [from.event, to.event]);
        vec![Line { key: (), row, events: held_in.into_iter().chain(of_changes).collect() }]
    }
}
