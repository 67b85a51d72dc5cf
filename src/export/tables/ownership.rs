//! Who was accountable from when to when, and when nobody was.

use super::super::cell::Kind;
use super::{Column, Table, beside, of};

const OWNERSHIP: &str = "/v1/accounts/{account}/ownership";

/// Who held which lane from when to when.
pub(super) const OWNERSHIP_INTERVALS: Table = Table {
    name: "ownership_intervals",
    meaning: "A person's accountability in one lane of an account, over one span of time, up to the moment.",
    path: OWNERSHIP,
    query: &[],
    lists: &["/lanes", "/inherited"],
    by_day: false,
    columns: INTERVALS,
};

const INTERVALS: &[Column] = &[
    beside("account", "/account", Kind::Text, "The account."),
    of("person", "/person", Kind::Text, "Who is accountable."),
    of("role", "/role", Kind::Text, "In which role; primary is the account manager."),
    of("scope", "/scope", Kind::Text, "For which part of the account; global is all of it."),
    of("from_at", "/from", Kind::Instant, "Since when."),
    of("from_date", "/from_date", Kind::Date, "The civil date of the start, where only the day is known."),
    of("to_at", "/to", Kind::Instant, "The first instant at which it holds no more; none while it goes on."),
    of("to_date", "/to_date", Kind::Date, "The first date on which it holds no more, where only the day is known."),
    of("tenure_days", "/tenure_days", Kind::Whole, "For how many whole days it has held as of the moment."),
    of("inherit", "/inherit", Kind::Flag, "Whether it holds for the accounts below that have no holder of their own."),
    of(
        "inherited_from",
        "/inherited_from",
        Kind::Text,
        "The account above that it is inherited from; none where it is the account's own.",
    ),
    of("reason_code", "/reason/code", Kind::Text, "Why it began, as a code."),
    of("reason_text", "/reason/text", Kind::Text, "Why it began, in words."),
    of("handover", "/handover", Kind::Text, "The handover that prepared it."),
    of("event", "/event", Kind::Whole, "The position of the event that began it."),
    of("ended_by", "/ended_by", Kind::Whole, "The position of the event that ended it."),
];

/// When a lane had nobody.
pub(super) const OWNERSHIP_GAPS: Table = Table {
    name: "ownership_gaps",
    meaning: "A time up to the moment in which a lane of an open account that had a holder, of its own or by inheritance, had none.",
    path: OWNERSHIP,
    query: &[],
    lists: &["/gaps"],
    by_day: false,
    columns: GAPS,
};

const GAPS: &[Column] = &[
    beside("account", "/account", Kind::Text, "The account."),
    of("role", "/role", Kind::Text, "The role that nobody had."),
    of("scope", "/scope", Kind::Text, "For which part of the account."),
    of("from_at", "/from", Kind::Instant, "Since when."),
    of("from_date", "/from_date", Kind::Date, "The civil date of the start, where only the day is known."),
    of("to_at", "/to", Kind::Instant, "Until when; none while it goes on."),
    of("to_date", "/to_date", Kind::Date, "The civil date of the end, where only the day is known."),
];
