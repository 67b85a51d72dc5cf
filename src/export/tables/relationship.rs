//! When we were in touch, and how accounts were doing.

use super::super::cell::Kind;
use super::{Column, ITEMS, PAGES, Table, of};

/// When we were in touch.
pub(super) const INTERACTIONS: Table = Table {
    name: "interactions",
    meaning: "An interaction with an account that took place by the moment.",
    path: "/v1/accounts/{account}/interactions",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: HELD,
};

const HELD: &[Column] = &[
    of("account", "/account", Kind::Text, "The account that it was recorded for."),
    of("held_at", "/held_at", Kind::Instant, "When it took place."),
    of("held_date", "/held_date", Kind::Date, "The civil date, where only the day is known."),
    of("channel", "/channel", Kind::Text, "How we were in touch."),
    of("direction", "/direction", Kind::Text, "Who reached out."),
    of("persons", "/persons", Kind::Texts, "Who of ours took part."),
    of("contacts", "/contacts", Kind::Texts, "Who of theirs took part."),
    of("interaction", "/interaction", Kind::Text, "The planned interaction that this was."),
    of("about_order", "/about/order", Kind::Text, "The order that it was about."),
    of("about_issue", "/about/issue", Kind::Text, "The issue that it was about."),
    of("about_plan", "/about/plan", Kind::Text, "The plan that it was about."),
    of("about_handover", "/about/handover", Kind::Text, "The handover that it was about."),
    of("subject", "/subject", Kind::Text, "The subject line."),
    of("duration_s", "/duration_s", Kind::Whole, "How long it took, in seconds."),
    of("sentiment", "/sentiment", Kind::Whole, "How the client felt, from -2 to 2."),
    of("offerings_presented", "/offerings_presented", Kind::Texts, "The offerings that were shown."),
    of("event", "/event", Kind::Whole, "The position of the event that reports it."),
];

/// How accounts were doing, day by day.
pub(super) const HEALTH_BY_DAY: Table = Table {
    name: "health_by_day",
    meaning: "The health of an account at the end of a day, from its first event on, by the model in force at the \
              moment with all that is known; scores describe accounts, and are not made for judging employees.",
    path: "/v1/accounts/{account}/health/history",
    // Few enough points to come in time.
    query: &[("every", "day"), ("reading", "restated"), ("limit", "1000")],
    lists: ITEMS,
    by_day: true,
    columns: HEALTH,
};

const HEALTH: &[Column] = &[
    of("account", "/account", Kind::Text, "The account."),
    of("date", "/date", Kind::Date, "The day, to its end; that of the moment, to the moment."),
    of("model", "/model", Kind::Text, "The health model with its version."),
    of("overall", "/overall", Kind::Points, "The score, of 100 points; none where every dimension is missing."),
    of("band", "/band", Kind::Text, "How good that is: green, yellow, red or insufficient_data."),
    of("capped_by", "/capped_by", Kind::Texts, "The dimensions that hold the band down."),
    of(
        "evidence_share",
        "/evidence_share",
        Kind::Points,
        "The share of the weights whose dimensions are not missing, in per cent.",
    ),
    of("engagement", "/scores/engagement", Kind::Points, "The points for being in touch; none where they are missing."),
    of(
        "sentiment",
        "/scores/sentiment",
        Kind::Points,
        "The points for how the client feels; none where they are missing.",
    ),
    of(
        "service",
        "/scores/service",
        Kind::Points,
        "The points for how issues are dealt with; none where they are missing.",
    ),
    of(
        "commercial",
        "/scores/commercial",
        Kind::Points,
        "The points for what is ordered and agreed; none where they are missing.",
    ),
    of("plan", "/scores/plan", Kind::Points, "The points for the account plan; none where they are missing."),
    of(
        "breadth",
        "/scores/breadth",
        Kind::Points,
        "The points for how many know each other; none where they are missing.",
    ),
    of(
        "ownership",
        "/scores/ownership",
        Kind::Points,
        "The points for who answers for it, and for how long; none where they are missing.",
    ),
];
