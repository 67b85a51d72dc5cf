//! Walking the answers to a table's question, page by page and account by account, row by row.

use jiff::civil::Date;
use serde_json::Value;

use super::days::Days;
use super::error::ExportError;
use super::question::{Answer, Pinned, Source};
use super::sink::Row;
use super::tables::Table;
use crate::http::address::escape;

/// Who is asked, about what.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    /// Who answers.
    pub(super) source: &'a dyn Source,
    /// What every question is pinned to.
    pub(super) pinned: &'a Pinned,
    /// The days of a table by day.
    pub(super) days: Days,
}

/// What takes the rows, each with the item of the answer that it is made from.
pub(super) type Take<'a> = dyn FnMut(&Value, Row) -> Result<(), ExportError> + 'a;

impl Asking<'_> {
    /// The answer to a question.
    pub(super) fn ask(&self, question: &str) -> Result<Answer, ExportError> {
        self.source.ask(question).map_err(|source| ExportError::Ask { question: question.to_owned(), source })
    }

    /// The question of a table as the manifest says it.
    pub(super) fn question(&self, table: &Table) -> String {
        self.asked(table, table.path, self.days.from)
    }

    fn asked(&self, table: &Table, path: &str, from: Date) -> String {
        let from = from.to_string();
        let from = table.by_day.then_some(("from", from.as_str()));
        let query: Vec<_> = table.query.iter().copied().chain(from).collect();
        self.pinned.ask(path, &query)
    }

    /// Every row of a table, in the order of the accounts.
    pub(super) fn walk(&self, table: &Table, accounts: &[String], take: &mut Take<'_>) -> Result<(), ExportError> {
        let mut walk = Walk { asking: self, table, rows: 0, take };
        if !table.is_per_account() {
            return walk.pages(None, self.question(table));
        }
        for account in accounts {
            let path = table.path.replace("{account}", &escape(account));
            if let Some(from) = self.first_day(table, account)? {
                walk.pages(Some(account), self.asked(table, &path, from))?;
            }
        }
        Ok(())
    }

    /// The first day that a table is asked about for an account: none of before it was there.
    fn first_day(&self, table: &Table, account: &str) -> Result<Option<Date>, ExportError> {
        if !table.by_day {
            return Ok(Some(self.days.from));
        }
        let question = self.pinned.ask(&format!("/v1/accounts/{}", escape(account)), &[]);
        let answer = self.ask(&question)?;
        let first = answer.body.get("first_event_at").and_then(Value::as_str);
        let first: Option<tenure_schemas::Instant> = first.and_then(|first| first.parse().ok());
        let first = first.ok_or(ExportError::Unresolved { question })?.date_in(&self.pinned.zone);
        let from = first.max(self.days.from);
        Ok((from <= self.days.to).then_some(from))
    }
}

/// A walk through the answers to one table's questions.
struct Walk<'a, 't> {
    asking: &'a Asking<'a>,
    table: &'a Table,
    /// How many rows there were.
    rows: u64,
    take: &'a mut Take<'t>,
}

impl Walk<'_, '_> {
    fn pages(&mut self, account: Option<&str>, question: String) -> Result<(), ExportError> {
        let mut next = Some(question);
        while let Some(question) = next {
            let answer = self.asking.ask(&question)?;
            let goes_on = self.answer(account, &question, &answer.body)?;
            next = answer.next.filter(|_| goes_on);
        }
        Ok(())
    }

    /// The rows of one answer; whether there may be more behind it.
    fn answer(&mut self, account: Option<&str>, question: &str, answer: &Value) -> Result<bool, ExportError> {
        for place in self.table.lists {
            let items = answer.pointer(place).and_then(Value::as_array).ok_or_else(|| ExportError::Shape {
                table: self.table.name,
                question: question.to_owned(),
                place,
            })?;
            for item in items {
                if self.is_past(item) {
                    return Ok(false);
                }
                if !is_of_another(account, item) {
                    self.row(answer, item)?;
                }
            }
        }
        Ok(true)
    }

    /// Whether an item is of a day behind the last one that is wanted.
    fn is_past(&self, item: &Value) -> bool {
        let date = || item.get("date")?.as_str()?.parse::<Date>().ok();
        self.table.by_day && date().is_some_and(|date| date > self.asking.days.to)
    }

    fn row(&mut self, answer: &Value, item: &Value) -> Result<(), ExportError> {
        self.rows += 1;
        let table = self.table;
        let cell = |column: &super::tables::Column| {
            let refused = |source| ExportError::Cell { table: table.name, row: self.rows, column: column.name, source };
            column.read(answer, item).map_err(refused)
        };
        let row = table.columns.iter().map(cell).collect::<Result<Row, _>>()?;
        (self.take)(item, row)
    }
}

/// Whether an item stands under another account than the one that was asked for: what is merged into that one is listed
/// with it, and asked for by itself, too.
fn is_of_another(account: Option<&str>, item: &Value) -> bool {
    let own = item.get("account").and_then(Value::as_str);
    account.zip(own).is_some_and(|(asked, own)| asked != own)
}
