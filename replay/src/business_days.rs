//! Business days: the dates on which people work by a calendar, counted and added up.

use jiff::ToSpan;
use jiff::civil::Date;
use tenure_schemas::models::Weekday;
use tenure_schemas::models::handover::Calendar;

const DAYS_A_WEEK: i64 = 7;

/// Whether people work on a date.
pub fn is_business_day(calendar: &Calendar, date: Date) -> bool {
    calendar.working_days.contains(&weekday(date)) && !calendar.holidays.contains(&date)
}

/// How many business days lie after `from`, up to `to` itself: 0 from a date to itself, and negative where `to` is
/// before `from`.
pub fn between(calendar: &Calendar, from: Date, to: Date) -> i64 {
    if to < from {
        return -between(calendar, to, from);
    }
    let days = i64::from((to - from).get_days());
    let (weeks, rest) = (days / DAYS_A_WEEK, days % DAYS_A_WEEK);
    let a_week = i64::try_from(calendar.working_days.len()).unwrap_or(DAYS_A_WEEK);
    let rest = (0..rest).filter(|back| calendar.working_days.contains(&weekday(to.saturating_sub(back.days()))));
    let after = std::ops::Bound::Excluded(from);
    let holidays = calendar.holidays.range((after, std::ops::Bound::Included(to)));
    let lost = holidays.filter(|date| calendar.working_days.contains(&weekday(**date))).count();
    weeks * a_week + i64::try_from(rest.count()).unwrap_or(0) - i64::try_from(lost).unwrap_or(0)
}

/// The date of the `days`th business day after `from`; the last date that there is where that comes first.
pub fn after(calendar: &Calendar, from: Date, days: i32) -> Date {
    let (mut date, mut left) = (from, i64::from(days));
    while left > 0 && date < Date::MAX {
        // No fewer days than these are needed, so the jump goes too far never, and at the end a day at a time.
        let next = date.saturating_add(left.days());
        left -= between(calendar, date, next);
        date = next;
    }
    date
}

fn weekday(date: Date) -> Weekday {
    match date.weekday() {
        jiff::civil::Weekday::Monday => Weekday::Monday,
        jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
        jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
        jiff::civil::Weekday::Thursday => Weekday::Thursday,
        jiff::civil::Weekday::Friday => Weekday::Friday,
        jiff::civil::Weekday::Saturday => Weekday::Saturday,
        jiff::civil::Weekday::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use tenure_schemas::models::{HandoverSpec, TypedSpec};

    use super::*;

    fn calendar(holidays: &[Date]) -> Calendar {
        Calendar { holidays: holidays.iter().copied().collect(), ..HandoverSpec::built_in().calendar }
    }

    #[test]
    fn days_off_do_not_count() {
        // 29 March 2024 is a Friday, 1 April a Monday.
        let easter = calendar(&[date(2024, 3, 29), date(2024, 4, 1), date(2024, 3, 31)]);
        let thursday = date(2024, 3, 28);
        assert_eq!(after(&easter, thursday, 1), date(2024, 4, 2));
        assert_eq!(after(&calendar(&[]), thursday, 1), date(2024, 3, 29));
        assert_eq!(after(&calendar(&[]), thursday, 2), date(2024, 4, 1));
        assert_eq!(between(&easter, thursday, date(2024, 4, 2)), 1);
        assert_eq!(between(&easter, date(2024, 4, 2), thursday), -1);
        assert_eq!((between(&easter, thursday, thursday), after(&easter, thursday, 0)), (0, thursday));
        // From a day off on, the next business day is the first.
        assert_eq!(after(&calendar(&[]), date(2024, 3, 30), 1), date(2024, 4, 1));
        assert!(!is_business_day(&easter, date(2024, 3, 30)) && is_business_day(&easter, date(2024, 4, 2)));
    }

    #[test]
    fn the_end_of_the_calendar_is_reached_and_not_passed() {
        assert_eq!(after(&calendar(&[]), date(9999, 12, 30), 36_500), Date::MAX);
    }

    proptest! {
        #[test]
        fn counting_is_what_going_day_by_day_says(
            start in 0..1_000i64, days in 0..60i32, off in prop::collection::btree_set(0..1_100i64, 0..80),
        ) {
            let on = |day: i64| date(2024, 1, 1).saturating_add(day.days());
            let calendar = calendar(&off.iter().map(|day| on(*day)).collect::<Vec<_>>());
            let found = after(&calendar, on(start), days);
            let (mut naive, mut counted) = (on(start), 0);
            while counted < days {
                naive = naive.saturating_add(1.day());
                counted += i32::from(is_business_day(&calendar, naive));
            }
            prop_assert_eq!(found, naive);
            prop_assert_eq!(between(&calendar, on(start), found), i64::from(days));
        }
    }
}
