//! Instants, civil days and zones: the time that events carry.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{RoundMode, Timestamp, TimestampRound, ToSpan, Unit};
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A point in time in UTC, exact to the microsecond.
///
/// Written as RFC 3339 with `Z`; read with any offset. More than six decimals are refused
/// rather than rounded, so that what is read back equals what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(Timestamp);

impl Instant {
    /// The Unix epoch, `1970-01-01T00:00:00Z`.
    pub const EPOCH: Self = Self(Timestamp::UNIX_EPOCH);
    /// The last instant that can be named, late in year 9999.
    pub const MAX: Self = Self(Timestamp::MAX);

    /// Takes a timestamp, dropping what is finer than a microsecond.
    pub fn truncated(timestamp: Timestamp) -> Self {
        let to_micros = TimestampRound::new().smallest(Unit::Microsecond).mode(RoundMode::Trunc);
        Self(timestamp.round(to_micros).unwrap_or(timestamp))
    }

    /// Microseconds since the Unix epoch; `None` outside the years −9999 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        Timestamp::from_microsecond(micros).ok().map(Self)
    }

    /// Microseconds since the Unix epoch, negative before it.
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The instant as a [`jiff::Timestamp`].
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// This instant moved by whole seconds, or the nearest instant that can be named.
    #[must_use]
    pub fn saturating_add_seconds(self, seconds: i64) -> Self {
        self.0.checked_add(seconds.seconds()).map_or(if seconds < 0 { Self(Timestamp::MIN) } else { Self::MAX }, Self)
    }

    /// The civil date on which this instant falls in `zone`.
    pub fn date_in(self, zone: &Zone) -> Date {
        self.0.to_zoned_datetime(zone.0.clone()).date()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Instant {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let timestamp: Timestamp = text.parse().map_err(|_| no_instant(text))?;
        if timestamp.subsec_nanosecond() % 1_000 != 0 {
            return Err(Invalid::new(format!("\"{text}\" is finer than a microsecond: give at most six decimals")));
        }
        Ok(Self(timestamp))
    }
}

/// What is wrong with a text that is no instant: it is none at all, or one that cannot be told.
fn no_instant(text: &str) -> Invalid {
    let is_civil = jiff::fmt::temporal::Pieces::parse(text)
        .is_ok_and(|pieces| pieces.time().is_some() && pieces.offset().is_some());
    Invalid::new(if is_civil {
        let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let name = |second: i64| Timestamp::from_second(second).map(|at| at.to_string()).unwrap_or_default();
        format!("\"{text}\" lies beyond the times that can be told, {} to {}", name(first), name(last))
    } else {
        format!("\"{text}\" is no instant: write RFC 3339 with an offset, like 2024-03-01T09:30:00Z")
    })
}

impl TryFrom<String> for Instant {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.to_string()
    }
}

impl schemars::JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time"})
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl utoipa::ToSchema for Instant {}

/// A time zone of the IANA database, such as `Europe/Rome`, or `UTC`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated Universal Time, the zone where none is named.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The first instant of `date` in this zone (after a gap at midnight, the first that exists).
    pub fn start_of(&self, date: Date) -> Instant {
        date.to_zoned_datetime(self.0.clone()).map_or(Instant::MAX, |start| Instant(start.timestamp()))
    }

    /// The first instant after `date` in this zone.
    pub fn end_of(&self, date: Date) -> Instant {
        date.tomorrow().map_or(Instant::MAX, |next| self.start_of(next))
    }

    /// Reads a civil date and time without an offset, such as `2024-03-01T09:30`, as an instant of this zone; `None`
    /// where the text is no such thing. One that the zone's clocks skip, or show twice, is refused.
    pub fn local_instant(&self, text: &str) -> Option<Result<Instant, Invalid>> {
        let has_offset = text.ends_with(['Z', 'z']) || text.get(10..)?.contains(['+', '-', '[']);
        let local: DateTime = if has_offset { None } else { text.parse().ok() }?;
        let ambiguous = self.0.to_ambiguous_timestamp(local);
        Some(match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => match ambiguous.unambiguous() {
                Ok(timestamp) => timestamp.to_string().parse(),
                Err(_) => Err(Invalid::new(format!("\"{text}\" lies outside the years that can be named"))),
            },
            AmbiguousOffset::Gap { .. } => Err(Invalid::new(format!(
                "\"{text}\" does not exist in {self}, whose clocks are set forward over it: give another time, or \
                 one in UTC, like {local}Z"
            ))),
            AmbiguousOffset::Fold { before, after } => Err(Invalid::new(format!(
                "\"{text}\" exists twice in {self}, whose clocks are set back over it: say which, {local}{} or \
                 {local}{}",
                written(before),
                written(after)
            ))),
        })
    }

    /// The underlying [`jiff::tz::TimeZone`].
    pub fn time_zone(&self) -> &TimeZone {
        &self.0
    }
}

/// An offset as RFC 3339 has it.
fn written(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

impl FromStr for Zone {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        if name.eq_ignore_ascii_case("utc") {
            return Ok(Self::utc());
        }
        let zone = TimeZone::get(name).ok().filter(|zone| zone.iana_name().is_some());
        zone.map(Self).ok_or_else(|| {
            Invalid::new(format!("\"{name}\" is no time zone: use an IANA name like Europe/Rome, or UTC"))
        })
    }
}

impl TryFrom<String> for Zone {
    type Error = Invalid;

    fn try_from(name: String) -> Result<Self, Invalid> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.to_string()
    }
}

/// How exactly an event's time is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the instant.
    #[default]
    Instant,
    /// To the civil day: the date as it was given, and the zone in which it is one.
    Day {
        /// The civil date.
        date: Date,
        /// The zone of the date.
        zone: Zone,
    },
}

/// When an event happened: an instant, and the civil day it stands for when only the day is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The instant; for a day, its first instant in its own zone.
    pub at: Instant,
    /// How exactly it is known.
    pub precision: Precision,
}

impl When {
    /// A time known to the instant.
    pub fn instant(at: Instant) -> Self {
        Self { at, precision: Precision::Instant }
    }

    /// A time known to the day.
    pub fn day(date: Date, zone: Zone) -> Self {
        Self { at: zone.start_of(date), precision: Precision::Day { date, zone } }
    }

    /// Reads an RFC 3339 instant, or a civil date that is a day in `zone`.
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, Invalid> {
        if text.len() == "2024-03-01".len() {
            return parse_date(text).map(|date| Self::day(date, zone.clone()));
        }
        text.parse().map(Self::instant)
    }

    /// The civil date: its own when only the day is known, else that of the instant in `zone`.
    pub fn date_in(&self, zone: &Zone) -> Date {
        match &self.precision {
            Precision::Instant => self.at.date_in(zone),
            Precision::Day { date, .. } => *date,
        }
    }

    /// Whether only the day is known.
    pub fn is_day(&self) -> bool {
        matches!(self.precision, Precision::Day { .. })
    }
}

/// Reads a civil date written `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Result<Date, Invalid> {
    let shaped = text.len() == "2024-03-01".len();
    let date = if shaped { text.parse().ok() } else { None };
    date.ok_or_else(|| Invalid::new(format!("\"{text}\" is no date: write YYYY-MM-DD, like 2024-03-01")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn instants_are_written_in_utc() {
        for (given, written) in [
            ("2024-03-01T09:30:00Z", "2024-03-01T09:30:00Z"),
            ("2024-03-01T09:30:00.000001+01:00", "2024-03-01T08:30:00.000001Z"),
            ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ] {
            assert_eq!(instant(given).to_string(), written);
        }
    }

    #[test]
    fn impossible_instants_are_refused() {
        for text in ["", "2024-02-30T00:00:00Z", "2024-03-01T09:30:00", "2024-03-01", "2024-03-01T09:30:00.0000001Z"] {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_starts_in_its_own_zone() {
        let rome: Zone = "Europe/Rome".parse().unwrap();
        let day = When::parse("2024-07-01", &rome).unwrap();
        assert_eq!(day.at, instant("2024-06-30T22:00:00Z"));
        assert_eq!(day.date_in(&Zone::utc()).to_string(), "2024-07-01");
        assert_eq!(rome.end_of(day.date_in(&rome)), instant("2024-07-01T22:00:00Z"));
    }

    #[test]
    fn unknown_zones_and_impossible_dates_are_refused() {
        assert!("Mars/Olympus".parse::<Zone>().is_err());
        assert!(When::parse("2023-02-29", &Zone::utc()).is_err());
        assert!(parse_date("20240301").is_err());
    }

    #[test]
    fn adding_seconds_saturates() {
        assert_eq!(Instant::MAX.saturating_add_seconds(10), Instant::MAX);
        assert_eq!(Instant::EPOCH.saturating_add_seconds(300), instant("1970-01-01T00:05:00Z"));
    }

    #[test]
    fn what_is_no_instant_is_told_from_what_lies_beyond_all() {
        let why = |text: &str| text.parse::<Instant>().unwrap_err().message;
        for beyond in ["9999-12-31T23:59:59Z", "9999-12-31T01:00:00+01:00"] {
            assert!(
                why(beyond).ends_with(
                    "lies beyond the times that can be told, -009999-01-02T01:59:59Z to 9999-12-30T22:00:00Z"
                ),
                "{}",
                why(beyond)
            );
        }
        for none in ["9999-12-31", "2024-03-01T09:30:00", "2024-02-30T00:00:00Z", "10000-01-01T00:00:00Z", "soon", ""] {
            assert!(why(none).contains("is no instant"), "{}", why(none));
        }
        assert!("9999-12-30T22:00:00Z".parse::<Instant>().is_ok());
    }
}
