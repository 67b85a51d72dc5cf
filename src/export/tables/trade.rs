//! What clients ordered, and what was agreed with them.

use super::super::cell::Kind;
use super::{Column, ITEMS, PAGES, Table, of};

/// What clients ordered.
pub(super) const ORDERS: Table = Table {
    name: "orders",
    meaning: "An order that was placed by the moment, as it stands then.",
    path: "/v1/orders",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: PLACED,
};

const PLACED: &[Column] = &[
    of("account", "/account", Kind::Text, "The account that it was recorded for."),
    of("order_id", "/order", Kind::Text, "The order's id in the account."),
    of("status", "/status", Kind::Text, "How far it has come: placed, fulfilled or cancelled."),
    of("placed_at", "/placed_at", Kind::Instant, "When it was placed."),
    of("placed_date", "/placed_date", Kind::Date, "The civil date of the placing, where only the day is known."),
    of("amount", "/total/amount", Kind::Amount, "What it is worth, net of tax and freight, amendments included."),
    of(
        "currency",
        "/total/currency",
        Kind::Text,
        "The currency of the amount; amounts in different ones are never to be added.",
    ),
    of("sold_by", "/sold_by", Kind::Text, "Who of ours sold it."),
    of("channel", "/channel", Kind::Text, "The sales channel."),
    of("fulfilled_at", "/fulfilled_at", Kind::Instant, "When it was delivered in full."),
    of("on_time", "/on_time", Kind::Boolean, "Whether it was delivered on time; none where nobody said."),
    of("cancelled_at", "/cancelled_at", Kind::Instant, "When it was cancelled."),
    of("cancelled_by", "/cancelled_by", Kind::Text, "Who cancelled it."),
    of("amendments", "/amendments", Kind::Whole, "How often it was amended."),
    of("returned", "/returned", Kind::Texts, "What came back, return by return, as amount and currency."),
    of("event", "/event", Kind::Whole, "The position of the event that placed it."),
];

/// What was agreed.
pub(super) const CONTRACTS: Table = Table {
    name: "contracts",
    meaning: "A contract that was agreed by the moment, as it stands then.",
    path: "/v1/contracts",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: AGREED,
};

const AGREED: &[Column] = &[
    of("account", "/account", Kind::Text, "The account that it was recorded for."),
    of("contract", "/contract", Kind::Text, "The contract's id in the account."),
    of("status", "/status", Kind::Text, "Where it stands; one that renews itself is running until it is ended."),
    of("amount", "/value/amount", Kind::Amount, "What the term is worth that runs, or the next or last one."),
    of("currency", "/value/currency", Kind::Text, "The currency of the amount."),
    of("first_day", "/from", Kind::Date, "The first day of the first term."),
    of("agreed_end", "/to", Kind::Date, "The day after the last of the last term."),
    of("auto_renew", "/auto_renew", Kind::Boolean, "Whether it renews itself."),
    of("renewed_itself", "/renewed_itself", Kind::Boolean, "Whether it runs past its agreed end for that reason."),
    of("notice_days", "/notice_days", Kind::Whole, "How many days before its end notice is due."),
    of("notice_deadline", "/notice_deadline", Kind::Date, "The day by which notice is to be given."),
    of("ended_at", "/ended_at", Kind::Instant, "When it was ended."),
    of("ended_by", "/ended_by", Kind::Text, "Who ended it."),
    of("end_reason", "/end_reason", Kind::Text, "Why it was ended."),
    of("event", "/event", Kind::Whole, "The position of the event that says it was signed."),
    of("ended_event", "/ended_event", Kind::Whole, "The position of the event that ended it."),
];
