//! A row of a file as expressions see it: cells by column name.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use minijinja::{Error, ErrorKind};

/// The columns of a file, in order.
#[derive(Debug, Default)]
pub(crate) struct Header {
    names: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl Header {
    /// The place of a column, if there is one of that name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Adds a column, or finds the one that is there; says whether it is new.
    pub(crate) fn add(&mut self, name: &str) -> (usize, bool) {
        if let Some(place) = self.place(name) {
            return (place, false);
        }
        let place = self.names.len();
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        (place, true)
    }

    /// Adds a column that nothing can refer to.
    pub(crate) fn add_nameless(&mut self) {
        self.names.push(String::new());
    }

    /// The number of columns.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The name of the column at a place.
    pub(crate) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// The names in order; a column without one has an empty one.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names, for a message.
    pub(crate) fn list(&self) -> String {
        self.names.iter().filter(|name| !name.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The columns of its file.
    pub(crate) header: Arc<Header>,
    /// Which file, as a place in the run's list.
    pub(crate) file: usize,
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    cells: Box<[Value]>,
}

impl Row {
    pub(crate) fn new(header: Arc<Header>, file: usize, line: u64, cells: Box<[Value]>) -> Self {
        Self { header, file, line, cells }
    }

    /// The cell in a column; `None` if the file has no such column.
    pub(crate) fn cell(&self, column: &str) -> Option<Value> {
        let place = self.header.place(column)?;
        Some(self.cells.get(place).cloned().unwrap_or_default())
    }

    /// Compares what the rows say, so that rows that tie in everything else have an order of their own.
    pub(crate) fn compare_content(&self, other: &Self) -> Ordering {
        let content = |row: &Self| -> Vec<(String, String)> {
            let mut pairs: Vec<_> =
                row.cells.iter().enumerate().map(|(at, cell)| name_and_text(row, at, cell)).collect();
            pairs.sort();
            pairs
        };
        content(self).cmp(&content(other))
    }
}

fn name_and_text(row: &Row, at: usize, cell: &Value) -> (String, String) {
    (row.header.name(at).to_owned(), cell.to_string())
}

impl Object for Row {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        Some(self.cell(key).unwrap_or_else(|| no_such_column(key, &self.header)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.header.names.iter().map(Value::from).collect())
    }
}

/// A value whose use is an error, so that a misspelt column is never taken for an empty one.
fn no_such_column(column: &str, header: &Header) -> Value {
    Error::new(ErrorKind::UndefinedError, format!("there is no column {column}; there are: {}", header.list())).into()
}

/// The variables of a row's templates; plain columns are taken from the row without asking the template language.
pub(crate) struct Scope<'a> {
    pub(crate) row: &'a Row,
    pub(crate) variables: Value,
}

/// What an expression sees: the row's columns by name, `row`, and `previous` where there is one.
#[derive(Debug)]
struct Variables {
    row: Arc<Row>,
    previous: Option<Arc<Row>>,
}

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "row" => Some(Value::from_dyn_object(Arc::clone(&self.row))),
            "previous" => self.previous.clone().map(Value::from_dyn_object),
            // Hidden by the table of the same name, which is a global.
            "lookup" => None,
            column => self.row.cell(column),
        }
    }
}

/// The variables of a row's templates.
pub(crate) fn scope<'a>(row: &'a Arc<Row>, previous: Option<&Arc<Row>>) -> Scope<'a> {
    let variables = Value::from_object(Variables { row: Arc::clone(row), previous: previous.cloned() });
    Scope { row, variables }
}

/// What a row's templates see inside an `each`: the item under its name, and everything that they see outside.
#[derive(Debug)]
struct WithItem {
    outer: Value,
    name: String,
    item: Value,
}

impl Object for WithItem {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        if key == self.name {
            return Some(self.item.clone());
        }
        self.outer.get_attr(key).ok().filter(|value| !value.is_undefined())
    }
}

impl Scope<'_> {
    /// The variables for one item of a list.
    pub(crate) fn with_item(&self, name: &str, item: Value) -> Self {
        let variables = WithItem { outer: self.variables.clone(), name: name.to_owned(), item };
        Self { row: self.row, variables: Value::from_object(variables) }
    }
}

/// The rows of a lookup by key, one each; an unknown key is empty, an unknown column an error.
#[derive(Debug)]
pub(crate) struct Table(pub(crate) BTreeMap<String, Arc<Row>>);

impl Object for Table {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(&key_text(key))
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.get(key).cloned().map(Value::from_dyn_object)
    }
}

fn key_text(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}

/// The rows of a lookup by key, several each; an unknown key is an empty list.
#[derive(Debug)]
pub(crate) struct ManyTable(pub(crate) BTreeMap<String, Arc<Rows>>);

impl Object for ManyTable {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(&key_text(key))
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        Some(self.0.get(key).cloned().map_or_else(|| Value::from(Vec::<Value>::new()), Value::from_dyn_object))
    }
}

/// The rows of one key, in order.
#[derive(Debug, Default)]
pub(crate) struct Rows(pub(crate) Vec<Arc<Row>>);

impl Rows {
    /// Puts the rows in an order that does not depend on that of the files: by a column, then by what they say.
    pub(crate) fn sort(&mut self, order_by: Option<&str>) {
        let rank = |row: &Row| order_by.map(|column| Rank::of(&row.cell(column).unwrap_or_default()));
        self.0.sort_by(|left, right| rank(left).cmp(&rank(right)).then_with(|| left.compare_content(right)));
    }
}

/// What a cell is ordered by: whole numbers as such and before everything else.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Number(i128),
    Text(String),
}

impl Rank {
    fn of(cell: &Value) -> Self {
        let text = cell.to_string();
        text.trim().parse().map_or(Self::Text(text), Self::Number)
    }
}

impl Object for Rows {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Some(column) = key.as_str() {
            let message = format!("has several rows, so there is no {column} of them: go through them with each");
            return Some(Error::new(ErrorKind::UndefinedError, message).into());
        }
        self.0.get(key.as_usize()?).cloned().map(Value::from_dyn_object)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}
