//! The moment a question is about: an instant, or a whole civil day in a zone.

use jiff::ToSpan;
use jiff::civil::Date;
use tenure_schemas::{Instant, Invalid, Precision, When, Zone, parse_date};

/// The moment as of which history is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// Everything that happened up to and at this instant.
    Instant(Instant),
    /// Everything that happened up to the end of this civil day.
    Day {
        /// The civil date.
        date: Date,
        /// The zone in which it is a day.
        zone: Zone,
    },
}

impl AsOf {
    /// Reads an RFC 3339 instant, a civil date that is a day in `zone`, or a civil date and time in `zone`.
    ///
    /// A civil time that the zone's clocks skip, or show twice, is refused.
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, Invalid> {
        if text.contains('T') || text.contains('t') {
            return zone.local_instant(text).unwrap_or_else(|| text.parse()).map(Self::Instant);
        }
        let date = parse_date(text).map_err(|_| {
            Invalid::new(format!(
                "\"{text}\" is neither a date like 2024-03-01 nor an instant like 2024-03-01T09:30:00Z"
            ))
        })?;
        Ok(Self::Day { date, zone: zone.clone() })
    }

    /// Whether what happened at `when` counts. A day-precise event matches a day by its civil date.
    pub fn includes(&self, when: &When) -> bool {
        match self {
            Self::Instant(instant) => when.at <= *instant,
            Self::Day { date, zone } if when.is_day() => when.date_in(zone) <= *date,
            Self::Day { date, zone } => when.at < zone.end_of(*date),
        }
    }

    /// Whether what happened at `when` did not happen before the moment. A day-precise event matches a day by its
    /// civil date.
    pub fn is_reached_by(&self, when: &When) -> bool {
        match self {
            Self::Instant(instant) => *instant <= when.at,
            Self::Day { date, zone } if when.is_day() => *date <= when.date_in(zone),
            Self::Day { date, zone } => zone.start_of(*date) <= when.at,
        }
    }

    /// The last instant that counts.
    pub fn instant(&self) -> Instant {
        match self {
            Self::Instant(instant) => *instant,
            Self::Day { date, zone } => {
                let end = zone.end_of(*date).as_micros();
                Instant::from_micros(end - 1).unwrap_or(Instant::MAX)
            }
        }
    }

    /// The zone whose day is asked about; `None` where an instant is.
    pub fn day_zone(&self) -> Option<&Zone> {
        match self {
            Self::Instant(_) => None,
            Self::Day { zone, .. } => Some(zone),
        }
    }

    /// The first instant that counts as part of the moment itself.
    pub fn start(&self) -> Instant {
        match self {
            Self::Instant(instant) => *instant,
            Self::Day { date, zone } => zone.start_of(*date),
        }
    }
}

impl AsOf {
    /// The moment so many civil days earlier; of an instant, as many times 24 hours.
    #[must_use]
    pub fn days_earlier(&self, days: i32) -> Self {
        const DAY_SECONDS: i64 = 24 * 60 * 60;
        match self {
            Self::Instant(instant) => Self::Instant(instant.saturating_add_seconds(-DAY_SECONDS * i64::from(days))),
            Self::Day { date, zone } => Self::Day { date: date.saturating_sub(days.days()), zone: zone.clone() },
        }
    }

    /// The civil day of the moment: the day that is asked about, or the one in `zone` that an instant lies in.
    pub fn day_in(&self, zone: &Zone) -> Day {
        match self {
            Self::Instant(instant) => Day { date: instant.date_in(zone), zone: zone.clone() },
            Self::Day { date, zone } => Day { date: *date, zone: zone.clone() },
        }
    }
}

/// A civil day in its zone, for what is counted in whole days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The civil date.
    pub date: Date,
    /// The zone in which it is a day.
    pub zone: Zone,
}

impl Day {
    /// The day, in the same zone, of what happened at an instant: on its own date where only the day is known.
    #[must_use]
    pub fn of(&self, at: Instant, on: Option<Date>) -> Self {
        Self { date: on.unwrap_or_else(|| at.date_in(&self.zone)), zone: self.zone.clone() }
    }

    /// Whole days from this day to a date; negative when the date has passed.
    pub fn days_until(&self, date: Date) -> i64 {
        i64::from((date - self.date).get_days())
    }

    /// By how many whole days a date has passed; `None` up to and on the date itself.
    pub fn days_past(&self, date: Date) -> Option<u32> {
        u32::try_from(-self.days_until(date)).ok().filter(|days| *days > 0)
    }
}

/// When something happened, begins or ends, with its civil date where only the day is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The instant; of a day, its first in its own zone.
    pub at: Instant,
    /// The civil date, where only the day is known.
    pub date: Option<Date>,
}

impl Bound {
    pub(crate) fn of(when: &When) -> Self {
        Self { at: when.at, date: civil_date(when) }
    }

    /// Where a question about a day of `zone` sees it: what is known to the day begins with that date in the zone that is
    /// asked about. Where instants count, there is none.
    pub(crate) fn seen_in(&self, zone: Option<&Zone>) -> Instant {
        zone.zip(self.date).map_or(self.at, |(zone, date)| zone.start_of(date))
    }

    /// The civil date: its own where only the day is known, else that of the instant in `zone`.
    pub fn date_in(&self, zone: &Zone) -> Date {
        self.date.unwrap_or_else(|| self.at.date_in(zone))
    }

    /// Whether it lies at or after the start of a moment; what is known to the day matches a day by its civil date.
    pub fn is_from(&self, moment: &AsOf) -> bool {
        match (moment, self.date) {
            (AsOf::Day { date, .. }, Some(own)) => own >= *date,
            (AsOf::Day { .. } | AsOf::Instant(_), _) => self.at >= moment.start(),
        }
    }

    /// Whether it lies at or before the end of a moment; what is known to the day matches a day by its civil date.
    pub fn is_up_to(&self, moment: &AsOf) -> bool {
        match (moment, self.date) {
            (AsOf::Day { date, .. }, Some(own)) => own <= *date,
            (AsOf::Day { .. } | AsOf::Instant(_), _) => self.at <= moment.instant(),
        }
    }

    /// Whether both fall on one civil day and one of them is known to the day alone, so that their order is not known.
    pub(crate) fn shares_day(&self, other: &Self) -> bool {
        const DAY_SECONDS: i64 = 24 * 60 * 60;
        let within =
            |day: &Self, other: &Self| day.at <= other.at && other.at < day.at.saturating_add_seconds(DAY_SECONDS);
        match (self.date, other.date) {
            (Some(one), Some(other)) => one == other,
            (Some(_), None) => within(self, other),
            (None, Some(_)) => within(other, self),
            (None, None) => false,
        }
    }
}

/// The civil date of what is known to the day alone.
pub(crate) fn civil_date(when: &When) -> Option<Date> {
    match &when.precision {
        Precision::Day { date, .. } => Some(*date),
        Precision::Instant => None,
    }
}

impl std::fmt::Display for AsOf {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instant(instant) => instant.fmt(out),
            Self::Day { date, .. } => date.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_includes_its_whole_day_in_its_zone() {
        let rome: Zone = "Europe/Rome".parse().unwrap();
        let day = AsOf::parse("2024-07-01", &rome).unwrap();
        let instant = |text: &str| When::instant(text.parse().unwrap());
        assert!(day.includes(&instant("2024-07-01T21:59:59.999999Z")));
        assert!(!day.includes(&instant("2024-07-01T22:00:00Z")));
        assert!(day.is_reached_by(&instant("2024-06-30T22:00:00Z")));
        assert!(!day.is_reached_by(&instant("2024-06-30T21:59:59.999999Z")));
        assert_eq!(day.instant().to_string(), "2024-07-01T21:59:59.999999Z");
    }

    #[test]
    fn day_precise_events_match_by_civil_date() {
        let tokyo: Zone = "Asia/Tokyo".parse().unwrap();
        let lima: Zone = "America/Lima".parse().unwrap();
        let event = When::parse("2024-07-01", &lima).unwrap();
        assert!(AsOf::parse("2024-07-01", &tokyo).unwrap().includes(&event));
        assert!(!AsOf::parse("2024-06-30", &tokyo).unwrap().includes(&event));
        assert!(AsOf::parse("2024-07-01", &tokyo).unwrap().is_reached_by(&event));
        assert!(!AsOf::parse("2024-07-02", &tokyo).unwrap().is_reached_by(&event));
    }

    #[test]
    fn a_civil_time_is_one_instant_of_its_zone_or_refused() {
        let rome: Zone = "Europe/Rome".parse().unwrap();
        for (text, wanted) in [
            ("2024-07-01T10:00:00", Ok("2024-07-01T08:00:00Z")),
            ("2024-01-01T10:00", Ok("2024-01-01T09:00:00Z")),
            ("2024-03-31T02:30:00", Err("does not exist")),
            ("2024-10-27T02:30:00", Err("exists twice")),
            ("2024-10-27T02:30:00+02:00", Ok("2024-10-27T00:30:00Z")),
        ] {
            match (AsOf::parse(text, &rome), wanted) {
                (Ok(moment), Ok(wanted)) => assert_eq!(moment.to_string(), wanted, "{text}"),
                (Err(error), Err(wanted)) => assert!(error.message.contains(wanted), "{text}: {}", error.message),
                (given, _) => panic!("{text}: {given:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in ["", "now", "2024-13-01", "2024-07-01T25:00:00", "2024-07-01T", "20240701"] {
            assert!(AsOf::parse(text, &Zone::utc()).is_err(), "{text}");
        }
    }
}
