//! How the values of a brief are written: dates in its zone, amounts in groups of three, shares in per cent.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use tenure_replay::brief::Brief;
use tenure_schemas::{Currency, Instant, Name, Zone};

/// Writes values in the zone of a brief.
pub(super) struct Pen {
    zone: Zone,
}

impl Pen {
    pub(super) fn of(brief: &Brief) -> Self {
        // The zone was written by Tenure, so it can be read.
        Self { zone: brief.zone.parse().unwrap_or_default() }
    }

    /// The civil date of an instant.
    pub(super) fn date(&self, at: Instant) -> String {
        at.date_in(&self.zone).to_string()
    }

    /// The civil date itself where only the day is known, else that of the instant.
    pub(super) fn day(&self, at: Instant, on: Option<Date>) -> String {
        on.map_or_else(|| self.date(at), |on| on.to_string())
    }

    /// `primary account manager for region:americas`.
    pub(super) fn lane(role: &str, scope: &str) -> String {
        let role = match role {
            "primary" => "primary account manager".to_owned(),
            other => other.replace('_', " "),
        };
        if scope == "global" { role } else { format!("{role}, {scope}") }
    }
}

/// A name with its id; the id alone where there is no name.
pub(super) fn named(name: Option<&Name>, id: &str) -> String {
    name.map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
}

/// The name, or the id where there is none.
pub(super) fn name_or(name: Option<&Name>, id: &str) -> String {
    name.map_or_else(|| id.to_owned(), ToString::to_string)
}

/// A value of a closed list as words.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word.replace('_', " "),
        Ok(_) | Err(_) => String::new(),
    }
}

/// Words in one list.
pub(super) fn words<T: Serialize>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| word(&value)).collect::<Vec<_>>().join(", ")
}

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An exact amount with its thousands apart, and no zeros behind the second decimal.
pub(super) fn amount(exact: &str, currency: Currency) -> String {
    let (sign, digits) = exact.strip_prefix('-').map_or(("", exact), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = match fraction.trim_end_matches('0') {
        "" => String::new(),
        few if few.len() < 2 => format!(".{few:0<2}"),
        some => format!(".{some}"),
    };
    format!("{sign}{grouped}{fraction} {currency}")
}

/// Milli-points as per cent with one decimal, rounded down.
pub(super) fn percent(milli_points: u32) -> String {
    format!("{}.{} %", milli_points / 1_000, milli_points % 1_000 / 100)
}

/// Thousandths with two decimals, rounded down.
pub(super) fn thousandths(number: i64) -> String {
    let sign = if number < 0 { "−" } else { "" };
    let number = number.unsigned_abs();
    format!("{sign}{}.{:02}", number / 1_000, number % 1_000 / 10)
}

/// A number of days in words.
pub(super) fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

/// Seconds in the largest unit of which there are two.
pub(super) fn duration(seconds: i64) -> String {
    match seconds {
        172_800.. => days(seconds / 86_400),
        7_200.. => format!("{} hours", seconds / 3_600),
        _ => format!("{} min", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_keep_every_digit_that_counts() {
        let eur: Currency = "EUR".parse().unwrap();
        for (exact, written) in [
            ("0", "0 EUR"),
            ("999", "999 EUR"),
            ("1000", "1,000 EUR"),
            ("-1234567.5", "−1,234,567.50 EUR"),
            ("20565.6206", "20,565.6206 EUR"),
            ("128000.00", "128,000 EUR"),
        ] {
            assert_eq!(amount(exact, eur), written, "{exact}");
        }
    }

    #[test]
    fn shares_and_durations_are_short() {
        assert_eq!((percent(23_720), percent(100_000)), ("23.7 %".to_owned(), "100.0 %".to_owned()));
        assert_eq!((thousandths(1_846), thousandths(-50)), ("1.84".to_owned(), "−0.05".to_owned()));
        for (seconds, written) in [(90, "1 min"), (7_199, "119 min"), (7_200, "2 hours"), (172_800, "2 days")] {
            assert_eq!(duration(seconds), written);
        }
    }
}
