//! What is worked on: issues, plans, handovers.

use super::super::cell::Kind;
use super::{Column, ITEMS, PAGES, Table, of};

/// What clients raised.
pub(super) const ISSUES: Table = Table {
    name: "issues",
    meaning: "An issue that was raised by the moment, as it stands then, with its clocks.",
    path: "/v1/issues",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: RAISED,
};

const RAISED: &[Column] = &[
    of("account", "/account", Kind::Text, "The account that it was recorded for."),
    of("issue", "/issue", Kind::Text, "The issue's id in the account."),
    of("status", "/status", Kind::Text, "How far it has come."),
    of("issue_type", "/type", Kind::Text, "What kind of issue it is."),
    of("severity", "/severity", Kind::Text, "How bad it is."),
    of("subject", "/subject", Kind::Text, "The subject line."),
    of("order_id", "/order", Kind::Text, "The order that it is about."),
    of("contact", "/contact", Kind::Text, "Who raised it."),
    of("person", "/person", Kind::Text, "Who of ours is in charge; none where nobody ever was."),
    of("team", "/team", Kind::Text, "The team in charge."),
    of("owner_changes", "/owner_changes", Kind::Whole, "How often charge passed from one person to another."),
    of("raised_at", "/raised_at", Kind::Instant, "When it was raised."),
    of("respond_by", "/respond_by", Kind::Instant, "By when a first answer is due."),
    of("responded_at", "/responded_at", Kind::Instant, "When the client first got an answer."),
    of("respond_state", "/clocks/respond/state", Kind::Text, "How the clock until the first answer stands."),
    of("respond_s", "/clocks/respond/elapsed_s", Kind::Whole, "How long that clock ran, in seconds."),
    of("resolve_by", "/resolve_by", Kind::Instant, "By when it is to be resolved."),
    of("resolved_at", "/resolved_at", Kind::Instant, "When it was last resolved, while it is."),
    of("closed_at", "/closed_at", Kind::Instant, "When it was last closed, while it is."),
    of("resolve_state", "/clocks/resolve/state", Kind::Text, "How the clock until the end stands."),
    of("resolve_s", "/clocks/resolve/elapsed_s", Kind::Whole, "How long that clock ran, in seconds."),
    of(
        "resolve_net_s",
        "/clocks/resolve/net_s",
        Kind::Whole,
        "The same without what it waited for the client or a third party.",
    ),
    of("waiting_for", "/waiting_for", Kind::Text, "For whom it waits."),
    of("reopenings", "/reopenings", Kind::Whole, "How often it came back."),
    of("escalations", "/escalations", Kind::Whole, "How often it was brought to somebody higher up."),
    of("escalated_to", "/escalated_to", Kind::Text, "To whom it was last brought."),
    of("satisfaction", "/satisfaction", Kind::Whole, "How content the client was at the end, from 1 to 5."),
    of("moved_to", "/moved_to", Kind::Text, "The account in which it goes on."),
    of("moved_at", "/moved_at", Kind::Instant, "When it moved there."),
    of("event", "/event", Kind::Whole, "The position of the event that raised it."),
];

/// What is planned with accounts.
pub(super) const PLANS: Table = Table {
    name: "plans",
    meaning: "An account plan that was adopted by the moment, as it stands then, in figures.",
    path: "/v1/accounts/{account}/plans",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: ADOPTED,
};

const ADOPTED: &[Column] = &[
    of("account", "/account", Kind::Text, "The account that it was recorded for."),
    of("plan", "/plan", Kind::Text, "The plan's id in the account."),
    of("status", "/status", Kind::Text, "Where it stands."),
    of("is_current", "/current", Kind::Boolean, "Whether it is the one that the account is managed by."),
    of("title", "/title", Kind::Text, "The title."),
    of("kind", "/kind", Kind::Text, "What it is for."),
    of("first_day", "/from", Kind::Date, "The first day."),
    of("end_day", "/to", Kind::Date, "The day after the last."),
    of("adopted_at", "/adopted_at", Kind::Instant, "When it was adopted."),
    of(
        "attainment",
        "/attainment",
        Kind::Points,
        "How far its objectives are reached, weighted, in per cent; none when no objective counts.",
    ),
    of("elapsed", "/elapsed", Kind::Points, "The share of its days that has passed, in per cent."),
    of("last_reviewed_at", "/last_reviewed_at", Kind::Instant, "When it was reviewed last."),
    of("next_review", "/next_review", Kind::Date, "The day of the next review."),
    of("objectives", "/counts/objectives/total", Kind::Whole, "How many objectives it has."),
    of("objectives_achieved", "/counts/objectives/achieved", Kind::Whole, "How many of them are achieved."),
    of("actions", "/counts/actions/total", Kind::Whole, "How many actions it has."),
    of("actions_overdue", "/counts/actions/overdue", Kind::Whole, "How many of them are overdue."),
    of("reviews", "/counts/reviews/total", Kind::Whole, "How often it was reviewed."),
    of("closed_at", "/closed_at", Kind::Instant, "When it was closed."),
    of("outcome", "/outcome", Kind::Text, "What came of it."),
    of("event", "/event", Kind::Whole, "The position of the event that adopted it."),
    of("closed_event", "/closed_event", Kind::Whole, "The position of the event that closed it."),
];

/// What passes from one person to another.
pub(super) const HANDOVERS: Table = Table {
    name: "handovers",
    meaning: "A handover that was started by the moment, with its steps and what is due then.",
    path: "/v1/handovers",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: STARTED,
};

const STARTED: &[Column] = &[
    of("account", "/account", Kind::Text, "The account."),
    of("handover", "/handover", Kind::Text, "The handover's id in the account."),
    of("status", "/status", Kind::Text, "How far it has come."),
    of("class", "/class", Kind::Text, "How it came about: planned, short_notice, emergency or pooled."),
    of("from_person", "/from", Kind::Text, "Who hands over."),
    of("to_person", "/to", Kind::Text, "Who takes over, where somebody is named."),
    of("role", "/role", Kind::Text, "Which role."),
    of("scope", "/scope", Kind::Text, "For which part of the account."),
    of("due_on", "/due_on", Kind::Date, "The date by which it is to be complete."),
    of("overdue", "/overdue", Kind::Boolean, "Whether it goes on past that, or past the due date of one of its steps."),
    of("next_step", "/next_step", Kind::Text, "What is to be done next; none when it is over."),
    of("next_due", "/next_due", Kind::Date, "The date on which that is due."),
    of("started_at", "/started/at", Kind::Instant, "When it began."),
    of("successor_named_at", "/successor_named/at", Kind::Instant, "When the successor was named."),
    of("briefed_at", "/briefed/at", Kind::Instant, "When the successor last got a brief."),
    of("completeness", "/briefed/completeness", Kind::Whole, "How complete that brief was, in per cent."),
    of("accepted_at", "/accepted/at", Kind::Instant, "When the successor accepted."),
    of("accepted_by", "/accepted/by", Kind::Text, "Who accepted."),
    of("transferred_at", "/transferred/at", Kind::Instant, "When ownership passed."),
    of("completed_at", "/completed/at", Kind::Instant, "When it was completed."),
    of("cancelled_at", "/cancelled/at", Kind::Instant, "When it was called off."),
    of("event", "/started/event", Kind::Whole, "The position of the event that began it."),
];
