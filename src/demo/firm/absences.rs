//! Who is away when, and who stands in: the firm's holidays, and a few longer absences.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use tenure_schemas::Instant;

use super::people::{Person, account_managers};
use super::{FIRST_DAY, LAST_DAY, REGIONS, at};

/// An absence: from the morning of one day to the morning of another, and who stands in.
pub(in crate::demo) struct Absence {
    pub(in crate::demo) person: &'static str,
    from: Date,
    back: Date,
    pub(in crate::demo) delegate: &'static str,
    /// The day of the return, where it was before the one that had been announced.
    early: Option<Date>,
}

impl Absence {
    pub(in crate::demo) fn starts(&self) -> Instant {
        at(self.from, 6, 0)
    }

    /// When the person is expected back.
    pub(in crate::demo) fn until(&self) -> Instant {
        at(self.back, 6, 0)
    }

    /// When the person was back.
    pub(in crate::demo) fn ends(&self) -> Instant {
        at(self.early.unwrap_or(self.back), 6, 0)
    }

    /// Whether one of the two would have to be in two places.
    fn clashes_with(&self, other: &Self) -> bool {
        let related = self.person == other.person || self.person == other.delegate || self.delegate == other.person;
        related && self.from < other.back && other.from < self.back
    }
}

/// The longer ones: parental leave of 84 days, under the 90 that a coverage may last, an early return, an operation
/// and a cure.
const LONGER: [Absence; 4] = [
    Absence { person: "p-08", from: date(2024, 2, 5), back: date(2024, 4, 29), delegate: "p-24", early: None },
    Absence {
        person: "p-04",
        from: date(2024, 7, 8),
        back: date(2024, 7, 22),
        delegate: "p-05",
        early: Some(date(2024, 7, 18)),
    },
    Absence { person: "p-15", from: date(2024, 10, 7), back: date(2024, 11, 18), delegate: "p-13", early: None },
    Absence { person: "p-19", from: date(2025, 5, 12), back: date(2025, 6, 2), delegate: "p-21", early: None },
];

/// The month and day on which each half of a region goes, and for how many days, year by year.
const HOLIDAYS: [(i8, i8, i64, usize); 6] =
    [(2, 12, 7, 0), (3, 4, 7, 1), (7, 8, 14, 0), (7, 29, 14, 1), (12, 20, 7, 0), (12, 27, 7, 1)];
/// Nobody who is about to leave takes holidays or stands in within so many days of the last.
const DAYS_BEFORE_LEAVING: i64 = 60;
/// Every so many absences, somebody comes back two days early.
const EARLY_EVERY: usize = 17;

/// All absences. Nobody is away who stands in for somebody.
pub(in crate::demo) fn absences() -> Vec<Absence> {
    let mut all = Vec::from(LONGER);
    for year in FIRST_DAY.year()..=LAST_DAY.year() {
        for (month, day, days, half) in HOLIDAYS {
            let from = date(year, month, day);
            let back = from.saturating_add(days.days());
            if from > FIRST_DAY && back < LAST_DAY {
                holiday(&mut all, from, back, half);
            }
        }
    }
    all
}

/// One half of each region goes, and somebody of the other half stands in.
fn holiday(all: &mut Vec<Absence>, from: Date, back: Date, half: usize) {
    for region in REGIONS {
        let there = account_managers(region).filter(|person| stays(person, from, back));
        let (go, stay): (Vec<_>, Vec<_>) = there.enumerate().partition(|(place, _)| place % 2 == half);
        for (place, person) in go {
            let deputies = stay.iter().cycle().skip(place / 2).take(stay.len());
            let early = all.len().is_multiple_of(EARLY_EVERY);
            let early = early.then(|| back.saturating_sub(2.days()));
            let mut absences =
                deputies.map(|(_, deputy)| Absence { person: person.id, from, back, delegate: deputy.id, early });
            let possible = absences.find(|absence| !all.iter().any(|other| absence.clashes_with(other)));
            all.extend(possible);
        }
    }
}

fn stays(person: &Person, from: Date, back: Date) -> bool {
    let leaving = person.last_day.map(|last| last.saturating_sub(DAYS_BEFORE_LEAVING.days()));
    person.joined.saturating_add(30.days()) < from && leaving.is_none_or(|leaving| back <= leaving)
}
