//! The thirty people of the firm: who they are, since when, and until when.

use jiff::civil::{Date, date};

/// One of our people.
pub(super) struct Person {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) region: &'static str,
    pub(super) joined: Date,
    pub(super) capacity: u32,
    pub(super) last_day: Option<Date>,
}

macro_rules! people {
    ($($id:literal, $name:literal, $title:literal, $region:literal, $joined:expr, $capacity:literal, $last_day:expr;)+) => {
        &[$(Person {
            id: $id, name: $name, title: $title, region: $region, joined: $joined, capacity: $capacity,
            last_day: $last_day,
        },)+]
    };
}

/// Everybody; nine leave before the history ends.
#[rustfmt::skip]
pub(super) const PEOPLE: &[Person] = people![
    "p-01", "Marit Aldenhoff", "head of account management", "europe", date(2012, 3, 1), 10, None;
    "p-02", "Cormac Thewlis", "lead, Americas", "americas", date(2014, 9, 1), 20, None;
    "p-03", "Liv Brattskog", "account manager", "europe", date(2018, 1, 8), 20, None;
    "p-04", "Jonas Ehrenfelder", "account manager", "europe", date(2016, 5, 2), 18, None;
    "p-05", "Saskia Vanderploeg", "account manager", "europe", date(2019, 2, 4), 12, Some(date(2026, 1, 30));
    "p-06", "Rhys Penhallick", "account manager", "europe", date(2015, 6, 15), 12, Some(date(2024, 9, 9));
    "p-07", "Tomas Wieland", "key account manager", "europe", date(2013, 10, 1), 10, Some(date(2025, 3, 14));
    "p-08", "Inés Corbalán", "account manager", "europe", date(2020, 9, 7), 20, None;
    "p-09", "Dale Ferrington", "account manager", "americas", date(2017, 4, 3), 20, None;
    "p-10", "Agnieszka Dolinska", "customer success manager", "europe", date(2019, 8, 19), 40, None;
    "p-11", "Felix Marbacher", "account manager", "europe", date(2024, 2, 5), 14, None;
    "p-12", "Orla Kinnegad", "account manager", "europe", date(2024, 10, 14), 16, None;
    "p-13", "Wendell Averhart", "account manager", "americas", date(2016, 2, 15), 22, None;
    "p-14", "Noelle Castaway", "account manager", "americas", date(2021, 5, 3), 18, Some(date(2024, 4, 19));
    "p-15", "Beatriz Solimar", "account manager", "americas", date(2018, 8, 6), 22, None;
    "p-16", "Grant Hollisway", "account manager", "americas", date(2020, 1, 13), 18, Some(date(2025, 9, 12));
    "p-17", "Imani Okoredu", "customer success manager", "americas", date(2019, 3, 11), 40, None;
    "p-18", "Haruto Minazuki", "lead, Asia-Pacific", "asia-pacific", date(2015, 4, 1), 18, None;
    "p-19", "Tui Ngarewa", "account manager", "asia-pacific", date(2017, 7, 17), 22, None;
    "p-20", "Sunil Raghavar", "account manager", "asia-pacific", date(2020, 10, 5), 18, Some(date(2024, 11, 29));
    "p-21", "Chiara Wattlebury", "account manager", "asia-pacific", date(2018, 11, 12), 22, None;
    "p-22", "Dewi Sartolima", "account manager", "asia-pacific", date(2022, 1, 10), 18, Some(date(2025, 11, 21));
    "p-23", "Kit Yarrandoo", "customer success manager", "asia-pacific", date(2021, 6, 7), 40, None;
    "p-24", "Matteo Brunazzi", "account manager", "europe", date(2017, 9, 4), 24, None;
    "p-25", "Hedda Stormvik", "key account manager", "europe", date(2014, 1, 7), 22, Some(date(2025, 6, 13));
    "p-26", "Pavel Zdarsky", "account manager", "europe", date(2019, 6, 3), 24, None;
    "p-27", "Ottilie Karstadter", "account manager", "europe", date(2021, 3, 1), 22, Some(date(2026, 4, 24));
    "p-28", "Rosalind Quennel", "account manager", "americas", date(2024, 6, 3), 18, None;
    "p-29", "Arjun Devanath", "account manager", "asia-pacific", date(2025, 1, 6), 18, None;
    "p-30", "Emil Sandhammar", "account manager", "europe", date(2025, 5, 5), 18, None;
];

/// The people who look after accounts of a region, leads included.
pub(super) fn account_managers(region: &str) -> impl Iterator<Item = &'static Person> {
    let manages = move |person: &&Person| {
        person.region == region && (person.title.contains("account manager") || person.title.starts_with("lead"))
    };
    PEOPLE.iter().filter(manages)
}
