//! How a source writes numbers and dates, read into exact values; nothing is guessed.

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::AmbiguousOffset;
use jiff::{Timestamp, ToSpan};
use tenure_schemas::{Instant, When, Zone, parse_date};

use super::mapping::NumberFormat;

/// The most digits of a binary floating-point number that are sure to be those that were written.
const EXACT_FLOAT_DIGITS: usize = 15;

/// The formats of one source.
#[derive(Clone, Debug)]
pub(crate) struct Formats {
    pub(crate) zone: Zone,
    pub(crate) dates: Vec<String>,
    pub(crate) numbers: NumberFormat,
}

impl Formats {
    /// Reads a date (a day in the zone), a date and time (in the zone), or an instant with an offset.
    pub(crate) fn when(&self, text: &str) -> Result<When, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty: an event needs a time, and none is made up".to_owned());
        }
        if self.dates.is_empty() {
            return self.iso(text);
        }
        let found = self.dates.iter().find_map(|format| BrokenDownTime::parse(format, text).ok());
        let parts = found.ok_or_else(|| format!("\"{text}\" is no date of the form {}", self.dates.join(" or ")))?;
        self.of_parts(&parts).map_err(|problem| format!("\"{text}\" {problem}"))
    }

    fn iso(&self, text: &str) -> Result<When, String> {
        if text.len() == "2024-03-01".len() {
            let date = parse_date(text).map_err(|error| format!("{}, or set `dates`", error.message))?;
            return Ok(When::day(date, self.zone.clone()));
        }
        if text.parse::<Timestamp>().is_ok() {
            return text.parse().map(When::instant).map_err(|error| error.message);
        }
        let civil = is_civil_shape(text).then(|| text.parse::<DateTime>().ok()).flatten();
        let civil = civil.ok_or_else(|| {
            format!("\"{text}\" is no date: give YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339, or set `dates`")
        })?;
        self.local(civil).map_err(|problem| format!("\"{text}\" {problem}"))
    }

    fn of_parts(&self, parts: &BrokenDownTime) -> Result<When, String> {
        if parts.offset().is_some() || parts.timestamp().is_some() {
            let instant = parts.to_timestamp().map_err(|error| format!("is impossible: {error}"))?;
            return exact(instant).map(When::instant);
        }
        if parts.hour().is_some() {
            return self.local(parts.to_datetime().map_err(|error| format!("is impossible: {error}"))?);
        }
        let date = parts.to_date().map_err(|error| format!("is impossible: {error}"))?;
        Ok(When::day(date, self.zone.clone()))
    }

    /// Of an hour that comes twice, the first is meant; an hour that is left out never was.
    fn local(&self, civil: DateTime) -> Result<When, String> {
        let offset = match self.zone.time_zone().to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => offset,
            AmbiguousOffset::Gap { .. } => return Err(format!("did not exist in {}: clocks went forward", self.zone)),
        };
        let instant = offset.to_timestamp(civil).map_err(|error| format!("is impossible: {error}"))?;
        exact(instant).map(When::instant)
    }

    /// The same time some days later, or earlier when negative.
    pub(crate) fn plus_days(&self, when: &When, days: i64) -> Result<When, String> {
        let moved = if when.is_day() {
            let date = when.date_in(&self.zone).checked_add(i32_days(days)?.days());
            date.map(|date| When::day(date, self.zone.clone()))
        } else {
            let zoned = when.at.timestamp().to_zoned_datetime(self.zone.time_zone().clone());
            zoned.checked_add(i32_days(days)?.days()).map(|zoned| When::instant(Instant::truncated(zoned.timestamp())))
        };
        moved.map_err(|error| format!("cannot add {days} days: {error}"))
    }

    /// Normalises a number to digits with a point, exactly as many as were written.
    pub(crate) fn amount(&self, text: &str) -> Result<String, String> {
        let text = text.trim();
        let refuse =
            || format!("\"{text}\" is no number {}: if all are written so, set `numbers`", self.describe_numbers());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once(self.numbers.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let whole = self.ungroup(whole).ok_or_else(refuse)?;
        match fraction {
            None => Ok(format!("{sign}{whole}")),
            Some(fraction) if all_digits(fraction) => Ok(format!("{sign}{whole}.{fraction}")),
            Some(_) => Err(refuse()),
        }
    }

    /// Normalises a binary floating-point number, as JSON has them.
    pub(crate) fn float_amount(number: f64) -> Result<String, String> {
        let text = number.to_string();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if !number.is_finite() || digits > EXACT_FLOAT_DIGITS {
            return Err(format!("{text} is not exact: write it as a string"));
        }
        Ok(text)
    }

    /// Takes out marks between groups of three digits; `None` if they stand elsewhere.
    fn ungroup(&self, whole: &str) -> Option<String> {
        let Some(mark) = self.numbers.thousands.filter(|mark| whole.contains(*mark)) else {
            return all_digits(whole).then(|| whole.to_owned());
        };
        let mut groups = whole.split(mark);
        let first = groups.next()?;
        let well_formed = (1..=3).contains(&first.len())
            && all_digits(first)
            && groups.all(|group| group.len() == 3 && all_digits(group));
        well_formed.then(|| whole.replace(mark, ""))
    }

    fn describe_numbers(&self) -> String {
        let decimal = self.numbers.decimal;
        match self.numbers.thousands {
            Some(thousands) => format!("like 1{thousands}234{decimal}5"),
            None => format!("like 1234{decimal}5"),
        }
    }
}

/// The days as a number that any date can be moved by without overflow inside the library.
fn i32_days(days: i64) -> Result<i64, String> {
    let limit = 3_652_424; // ten thousand years
    if (-limit..=limit).contains(&days) { Ok(days) } else { Err(format!("cannot add {days} days: too many")) }
}

fn exact(instant: Timestamp) -> Result<Instant, String> {
    if instant.subsec_nanosecond() % 1_000 == 0 {
        return Ok(Instant::truncated(instant));
    }
    Err("is finer than a microsecond: give at most six decimals".to_owned())
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `YYYY-MM-DD HH:MM…` with a space or a `T`, so that no shorter form leaves a part of the time open.
fn is_civil_shape(text: &str) -> bool {
    let shape = b"dddd-dd-dd dd:dd";
    let bytes = text.as_bytes();
    let fits = |(byte, mark): (&u8, &u8)| match mark {
        b'd' => byte.is_ascii_digit(),
        b' ' => matches!(byte, b' ' | b'T'),
        mark => byte == mark,
    };
    let rest_is_time = bytes.iter().skip(shape.len()).all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
    bytes.len() >= shape.len() && bytes.iter().zip(shape).all(fits) && rest_is_time
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(zone: &str, dates: &[&str], numbers: NumberFormat) -> Formats {
        Formats { zone: zone.parse().unwrap(), dates: dates.iter().map(ToString::to_string).collect(), numbers }
    }

    #[test]
    fn times_are_read_as_exactly_as_they_are_written() {
        let rome = formats("Europe/Rome", &[], NumberFormat::default());
        for (text, at, day) in [
            ("2024-07-01", "2024-06-30T22:00:00Z", true),
            ("2024-07-01 10:00", "2024-07-01T08:00:00Z", false),
            ("2014-09-12 11:15:07.497", "2014-09-12T09:15:07.497Z", false),
            ("2024-07-01T10:00:00Z", "2024-07-01T10:00:00Z", false),
            ("2024-07-01 10:00:00-05:00", "2024-07-01T15:00:00Z", false),
            // Comes twice; the first, in summer time.
            ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z", false),
        ] {
            let when = rome.when(text).unwrap();
            assert_eq!((when.at.to_string().as_str(), when.is_day()), (at, day), "{text}");
        }
    }

    #[test]
    fn impossible_times_are_refused() {
        let rome = formats("Europe/Rome", &[], NumberFormat::default());
        for text in [
            "",
            "  ",
            "2024-02-30",
            "2024-02-30 10:00:00",
            "2024-3-1",
            "01/02/2024",
            "2024-03-31 02:30:00",
            "2024-07-01 10",
            "2024-07-01 10:00:00.1234567",
            "2024-07-01T25:00:00Z",
            "2024-07-01T10:00:00+1",
            "NULL",
            "0000-00-00 00:00:00",
        ] {
            assert!(rome.when(text).is_err(), "{text}");
        }
    }

    #[test]
    fn other_date_forms_are_read_when_named() {
        let german =
            formats("Europe/Berlin", &["%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%Y %H:%M %z"], NumberFormat::default());
        for (text, at, day) in [
            ("01.07.2024", "2024-06-30T22:00:00Z", true),
            ("01.07.2024 10:30", "2024-07-01T08:30:00Z", false),
            ("01.07.2024 10:30 -0400", "2024-07-01T14:30:00Z", false),
        ] {
            let when = german.when(text).unwrap();
            assert_eq!((when.at.to_string().as_str(), when.is_day()), (at, day), "{text}");
        }
        for text in ["30.02.2024", "2024-07-01", "", "31.03.2024 02:30"] {
            assert!(german.when(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_by_their_format_only() {
        let plain = NumberFormat::default();
        let german = NumberFormat { decimal: ',', thousands: Some('.') };
        for (numbers, text, amount) in [
            (plain, "20565.6206", "20565.6206"),
            (plain, " -3 ", "-3"),
            (plain, "+3.10", "3.10"),
            (german, "1.234.567,80", "1234567.80"),
            (german, "1234,5", "1234.5"),
        ] {
            assert_eq!(formats("UTC", &[], numbers).amount(text).unwrap(), amount, "{text}");
        }
        for (numbers, text) in [
            (plain, ""),
            (plain, "1,5"),
            (plain, "1,234.5"),
            (plain, "1e5"),
            (plain, ".5"),
            (plain, "5."),
            (plain, "--5"),
            (german, "1.5"),
            (german, "1.2345,0"),
            (german, "1,5,6"),
        ] {
            assert!(formats("UTC", &[], numbers).amount(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_move_by_the_calendar() {
        let rome = formats("Europe/Rome", &[], NumberFormat::default());
        let move_days =
            |text: &str, days| rome.plus_days(&rome.when(text).unwrap(), days).map(|when| when.at.to_string());
        assert_eq!(move_days("2024-03-31", 1).unwrap(), "2024-03-31T22:00:00Z");
        assert_eq!(move_days("2024-03-30 12:00:00", 1).unwrap(), "2024-03-31T10:00:00Z");
        assert_eq!(move_days("2011-05-31", -7).unwrap(), "2011-05-24T00:00:00Z".replace("24T00", "23T22"));
        assert!(move_days("2024-03-31", i64::MAX).is_err());
        assert!(move_days("9999-12-01", 100).is_err());
    }

    #[test]
    fn inexact_floats_are_refused() {
        assert_eq!(Formats::float_amount(20565.6206).unwrap(), "20565.6206");
        assert!(Formats::float_amount(0.1 + 0.2).is_err());
        assert!(Formats::float_amount(f64::NAN).is_err());
    }
}
