//! The tables as data: what each asks, and its columns, each with its place in the answer, its type and what it means.

mod accounts;
mod ownership;
mod relationship;
mod trade;
mod work;

use serde_json::Value;

use super::cell::{Cell, CellError, Kind};

/// A table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// Its name, and that of its files.
    pub(super) name: &'static str,
    /// What a row is, in one sentence.
    pub(super) meaning: &'static str,
    /// The question: a path of the read API. With `{account}` in it, it is asked for each account.
    pub(super) path: &'static str,
    /// What it is asked with beside the moment.
    pub(super) query: &'static [(&'static str, &'static str)],
    /// Where in an answer the rows stand.
    pub(super) lists: &'static [&'static str],
    /// Whether it has a row a day, and is asked about days.
    pub(super) by_day: bool,
    /// The columns in their order.
    pub(super) columns: &'static [Column],
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In the item of the list.
    Item(&'static str),
    /// In the answer that the list is in.
    Answer(&'static str),
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name: that of the read API, but where SQL reserves that.
    pub(super) name: &'static str,
    place: Place,
    /// Its type.
    pub(super) kind: Kind,
    /// What it says, in one sentence.
    pub(super) meaning: &'static str,
}

/// A column of what stands in an item, as a JSON pointer.
const fn of(name: &'static str, place: &'static str, kind: Kind, meaning: &'static str) -> Column {
    Column { name, place: Place::Item(place), kind, meaning }
}

/// A column of what stands beside the list.
const fn beside(name: &'static str, place: &'static str, kind: Kind, meaning: &'static str) -> Column {
    Column { name, place: Place::Answer(place), kind, meaning }
}

/// Where the items of a list stand.
const ITEMS: &[&str] = &["/items"];
/// The longest page there is.
const PAGES: &[(&str, &str)] = &[("limit", "1000")];

/// The table of the accounts, which many of the others are asked for.
pub(super) const FIRST: Table = accounts::ACCOUNTS;

/// The other tables.
pub(super) const OTHERS: &[Table] = &[
    ownership::OWNERSHIP_INTERVALS,
    ownership::OWNERSHIP_GAPS,
    relationship::INTERACTIONS,
    trade::ORDERS,
    trade::CONTRACTS,
    work::ISSUES,
    work::PLANS,
    relationship::HEALTH_BY_DAY,
    work::HANDOVERS,
];

impl Table {
    /// Whether it is asked for each account.
    pub(super) fn is_per_account(&self) -> bool {
        self.path.contains("{account}")
    }
}

impl Column {
    /// Where its value stands, and whether that is in the item.
    #[cfg(test)]
    pub(super) fn place(&self) -> (&'static str, bool) {
        match self.place {
            Place::Item(place) => (place, true),
            Place::Answer(place) => (place, false),
        }
    }

    /// What stands in the column of a row.
    pub(super) fn read(&self, answer: &Value, item: &Value) -> Result<Cell, CellError> {
        let value = match self.place {
            Place::Item(place) => item.pointer(place),
            Place::Answer(place) => answer.pointer(place),
        };
        self.kind.read(value)
    }
}
