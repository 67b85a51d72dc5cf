//! How a handover brief is written: for a browser and its printer, as Markdown, and for a terminal.
//!
//! [`document`] says in words what a brief holds, once; the three writers only set it. What comes from the ledger is
//! escaped by each writer, so that no text of an event means anything to a browser or a Markdown reader.

mod html;
mod markdown;
mod pen;
mod sections;
mod text;

use tenure_replay::brief::{Brief, Cited};

pub(crate) use self::html::{html, policy};
pub(crate) use self::markdown::markdown;
use self::pen::Pen;
pub(crate) use self::text::text;

/// A brief in words, ready to be set.
pub(crate) struct Document {
    /// The account's name, or its id.
    title: String,
    /// What the brief is for.
    subtitle: String,
    /// How much of what a successor needs is known, in per cent.
    completeness: u8,
    /// What identifies the brief and whom it is for.
    head: Vec<Fact>,
    sections: Vec<Section>,
    /// What renders the same brief again.
    colophon: Vec<Fact>,
}

/// One section.
struct Section {
    /// Its name in addresses.
    id: &'static str,
    title: &'static str,
    blocks: Vec<Block>,
}

/// One part of a section.
enum Block {
    Facts(Vec<Fact>),
    Table(Table),
    Lines(Lines),
    Remark(String),
}

/// A label and what it says.
struct Fact {
    label: &'static str,
    value: String,
    cited: Cited,
}

/// Rows of the same shape.
struct Table {
    caption: Option<&'static str>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// How many rows there are beyond those.
    more: usize,
}

struct Column {
    title: &'static str,
    numeric: bool,
}

struct Row {
    cells: Vec<Cell>,
    tone: Tone,
    cited: Cited,
}

/// What one cell says, and what it adds in small.
struct Cell {
    text: String,
    detail: Option<String>,
}

/// Sentences one below the other.
struct Lines {
    caption: Option<&'static str>,
    numbered: bool,
    said: Vec<Line>,
    /// How many there are beyond those.
    more: usize,
}

struct Line {
    text: String,
    detail: Option<String>,
    tone: Tone,
    cited: Cited,
}

/// How pressing something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Plain,
    Alert,
    Muted,
}

impl Tone {
    /// An alert where something holds.
    fn alert_if(holds: bool) -> Self {
        if holds { Self::Alert } else { Self::Plain }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Alert => "alert",
            Self::Muted => "muted",
        }
    }
}

impl Cell {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: None }
    }

    fn with(text: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { text: text.into(), detail: Some(detail).filter(|detail| !detail.is_empty()) }
    }
}

impl Fact {
    fn new(label: &'static str, value: impl Into<String>, cited: Cited) -> Self {
        Self { label, value: value.into(), cited }
    }
}

impl Table {
    /// A table with these columns; those whose titles begin with `#` hold numbers.
    fn new(caption: Option<&'static str>, titles: &[&'static str], rows: Vec<Row>, more: usize) -> Self {
        let column =
            |title: &&'static str| Column { title: title.trim_start_matches('#'), numeric: title.starts_with('#') };
        Self { caption, columns: titles.iter().map(column).collect(), rows, more }
    }
}

/// What a brief says, in words.
pub(crate) fn document(brief: &Brief) -> Document {
    let pen = Pen::of(brief);
    let name = brief.sections.vitals.profile.name.as_ref();
    let lane = Pen::lane(brief.subject.role.as_str(), brief.subject.scope.as_str());
    Document {
        title: name.map_or_else(|| brief.account.to_string(), ToString::to_string),
        subtitle: format!("Handover brief for the {lane}"),
        completeness: brief.completeness,
        head: sections::head(brief, &pen),
        sections: sections::all(brief, &pen),
        colophon: sections::colophon(brief),
    }
}
