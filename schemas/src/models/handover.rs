//! `model/handover`: how soon each step of a handover is to be done, counted in the firm's business days.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::number::Whole;
use super::{TypedSpec, Weekday};
use crate::payload::handover::HandoverClass;
use crate::{Invalid, Zone};

/// A version of `model/handover`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverSpec {
    /// Which days are business days.
    pub calendar: Calendar,
    /// How soon each step is to be done, by how the handover came about.
    pub levels: Levels,
}

/// Which days are business days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The IANA time zone in which an instant has its date.
    pub zone: Zone,
    /// The days of the week on which people work; at least one.
    pub working_days: BTreeSet<Weekday>,
    /// The dates on which nobody works all the same.
    pub holidays: BTreeSet<Date>,
}

/// How soon each step is to be done, by how the handover came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// In good time.
    pub planned: Level,
    /// In a hurry.
    pub short_notice: Level,
    /// Without the owner's help.
    pub emergency: Level,
    /// To a team instead of a person, for now.
    pub pooled: Level,
}

/// In how many business days after its start a handover is to have come so far. Of an emergency the transfer may come
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The successor is named.
    pub successor_named: Whole,
    /// The successor got the brief.
    pub briefed: Whole,
    /// The successor met the client's people.
    pub introduced: Whole,
    /// The successor accepted.
    pub accepted: Whole,
    /// Ownership passed.
    pub transferred: Whole,
    /// It is done.
    pub completed: Whole,
}

impl Levels {
    /// The level of a class.
    pub fn get(&self, class: HandoverClass) -> &Level {
        match class {
            HandoverClass::Planned => &self.planned,
            HandoverClass::ShortNotice => &self.short_notice,
            HandoverClass::Emergency => &self.emergency,
            HandoverClass::Pooled => &self.pooled,
        }
    }
}

impl Level {
    const fn of([successor_named, briefed, introduced, accepted, transferred, completed]: [Whole; 6]) -> Self {
        Self { successor_named, briefed, introduced, accepted, transferred, completed }
    }

    /// Nothing is to be done after the whole.
    fn check(&self, class: HandoverClass) -> Result<(), Invalid> {
        let steps = [
            ("successor_named", self.successor_named),
            ("briefed", self.briefed),
            ("introduced", self.introduced),
            ("accepted", self.accepted),
            ("transferred", self.transferred),
        ];
        match steps.into_iter().find(|(_, days)| *days > self.completed) {
            Some((step, days)) => Err(Invalid::at(
                format!("levels.{}.{step}", class.as_str()),
                format!("is {days} business days, later than completed, {}: give it no more", self.completed),
            )),
            None => Ok(()),
        }
    }
}

impl TypedSpec for HandoverSpec {
    const MODEL: &'static str = "handover";

    fn built_in() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        let level = |days: [i64; 6]| Level::of(days.map(|days| Whole::of(days, 0)));
        Self {
            calendar: Calendar {
                zone: Zone::utc(),
                working_days: BTreeSet::from([Monday, Tuesday, Wednesday, Thursday, Friday]),
                holidays: BTreeSet::new(),
            },
            levels: Levels {
                planned: level([5, 10, 20, 20, 25, 30]),
                short_notice: level([2, 4, 8, 8, 10, 12]),
                emergency: level([1, 2, 5, 5, 1, 10]),
                pooled: level([1, 5, 10, 5, 5, 15]),
            },
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        if self.calendar.working_days.is_empty() {
            return Err(Invalid::at("calendar.working_days", "is empty: name at least one day of the week"));
        }
        HandoverClass::ALL.iter().try_for_each(|class| self.levels.get(*class).check(*class))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::models::Spec;

    /// The built-in spec with one place changed.
    fn changed(place: &str, value: serde_json::Value) -> Spec {
        let mut all = serde_json::to_value(HandoverSpec::built_in()).unwrap();
        *all.pointer_mut(place).unwrap() = value;
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn what_is_built_in_is_read_as_it_is_written() {
        assert_eq!(HandoverSpec::read(&HandoverSpec::built_in().to_spec()).unwrap(), HandoverSpec::built_in());
    }

    #[test]
    fn a_bad_spec_is_refused_with_its_field() {
        for (place, value, field) in [
            ("/calendar/working_days", json!([]), "calendar.working_days"),
            ("/calendar/working_days/0", json!("someday"), "calendar.working_days"),
            ("/calendar/zone", json!("Mars/Olympus"), "calendar.zone"),
            ("/calendar/holidays", json!(["2026-13-01"]), "calendar.holidays"),
            ("/levels/planned/accepted", json!("31"), "levels.planned.accepted"),
            ("/levels/pooled/briefed", json!("-1"), "levels.pooled.briefed"),
        ] {
            let error = HandoverSpec::read(&changed(place, value)).unwrap_err();
            assert!(error.field.starts_with(field), "{place}: {error:?}");
        }
    }
}
