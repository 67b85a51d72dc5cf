//! The days of a table by day.

use jiff::ToSpan;
use jiff::civil::Date;

use super::error::ExportError;
use super::question::Pinned;

/// How many days a table by day goes back where nobody says from when.
const A_YEAR: i32 = 365;

/// The days of a table by day, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Days {
    /// From a day to another; else the last 365 days up to the moment.
    ///
    /// # Errors
    /// Where the first one lies after the last, or the last after the moment.
    pub fn up_to(pinned: &Pinned, from: Option<Date>, to: Option<Date>) -> Result<Self, ExportError> {
        let last = pinned.as_of.day_in(&pinned.zone).date;
        let to = to.unwrap_or(last);
        let from = from.unwrap_or_else(|| to.saturating_sub((A_YEAR - 1).days()));
        let refuse = |from: Date, to: Date| Err(ExportError::Days { from: from.to_string(), to: to.to_string() });
        if to > last {
            return refuse(to, last);
        }
        if from > to { refuse(from, to) } else { Ok(Self { from, to }) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tenure_replay::{AsOf, Clock};
    use tenure_schemas::Zone;

    use super::*;

    #[test]
    fn a_year_up_to_the_last_day_unless_days_are_named() {
        let zone = Zone::utc();
        let as_of = AsOf::parse("2026-06-30T10:00:00Z", &zone).unwrap();
        let pinned = Pinned { as_of, zone, size: 1, root: String::new(), clock: Clock::Ledger, learned_by: None };
        let days = |from, to| Days::up_to(&pinned, from, to).map(|days| (days.from, days.to));
        assert_eq!(days(None, None).unwrap(), (date(2025, 7, 1), date(2026, 6, 30)));
        assert_eq!(days(None, Some(date(2025, 12, 31))).unwrap(), (date(2025, 1, 1), date(2025, 12, 31)));
        assert_eq!(days(Some(date(2026, 6, 30)), None).unwrap(), (date(2026, 6, 30), date(2026, 6, 30)));
        let said = |from, to| days(from, to).unwrap_err().to_string();
        assert!(said(Some(date(2026, 7, 1)), None).starts_with("2026-07-01 lies after 2026-06-30"));
        assert!(said(None, Some(date(2026, 7, 1))).starts_with("2026-07-01 lies after 2026-06-30"));
    }
}
