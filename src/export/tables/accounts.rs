//! The accounts.

use super::super::cell::Kind;
use super::{Column, ITEMS, PAGES, Table, of};

/// The accounts.
pub(super) const ACCOUNTS: Table = Table {
    name: "accounts",
    meaning: "An account that exists at the moment, as it stands then.",
    path: "/v1/accounts",
    query: PAGES,
    lists: ITEMS,
    by_day: false,
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    of("account", "/account", Kind::Text, "The account's id."),
    of("name", "/name", Kind::Text, "Its name; none where it was never opened."),
    of("status", "/status", Kind::Text, "Where it stands: unassigned, owned, orphaned, closed or merged."),
    of("merged_into", "/merged_into", Kind::Text, "The account that it is merged into."),
    of("owners", "/owners", Kind::Texts, "The account managers of record, inherited ones included."),
    of("stage", "/stage", Kind::Text, "How far the relationship has come."),
    of("tier", "/tier", Kind::Text, "The tier that people decided."),
    of("region", "/region", Kind::Text, "The sales region."),
    of("industry", "/industry", Kind::Text, "The industry."),
    of("currency", "/currency", Kind::Text, "The currency that its figures are in."),
    of("parent", "/parent", Kind::Text, "The account that it is a part of."),
];
