//! The formats of an answer: which one a reader wants, and how rows become CSV.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::problem::{Problem, ProblemType};

/// A format in which answers are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Ndjson,
    Csv,
    MessagePack,
    Html,
    Markdown,
    Text,
}

impl Format {
    /// The formats of a list, the preferred one first.
    pub(super) const LIST: &[Self] = &[Self::Json, Self::Ndjson, Self::Csv, Self::MessagePack];
    /// The formats of everything else.
    pub(super) const DOCUMENT: &[Self] = &[Self::Json, Self::MessagePack];
    /// The formats of a document that is there for people too.
    pub(super) const WRITTEN: &[Self] = &[Self::Json, Self::MessagePack, Self::Html, Self::Markdown, Self::Text];

    /// The media type without parameters.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv",
            Self::MessagePack => "application/vnd.msgpack",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Text => "text/plain",
        }
    }

    /// Other names of the media type, from before it was registered.
    fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Json | Self::Ndjson | Self::Csv | Self::Html | Self::Markdown | Self::Text => &[],
            Self::MessagePack => &["application/msgpack", "application/x-msgpack"],
        }
    }

    /// The value of `Content-Type`.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json | Self::Ndjson | Self::MessagePack => self.media_type(),
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8; variant=GFM",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// The most items on one page.
    pub(super) fn max_limit(self) -> usize {
        match self {
            Self::Json | Self::MessagePack | Self::Html | Self::Markdown | Self::Text => 1_000,
            Self::Ndjson | Self::Csv => 10_000,
        }
    }

    /// The format that an `Accept` header wants most among those offered; the first where it does not mind.
    pub(super) fn negotiate(accept: &str, offered: &[Self]) -> Result<Self, Problem> {
        let ranges = ranges(accept);
        let mut best: Option<(u16, Self)> = None;
        for format in offered {
            let quality = format.quality(&ranges);
            if quality > best.map_or(0, |(quality, _)| quality) {
                best = Some((quality, *format));
            }
        }
        best.map(|(_, format)| format).ok_or_else(|| {
            let there_is: Vec<_> = offered.iter().map(|format| format.media_type()).collect();
            not_acceptable(accept, &there_is.join(", "))
        })
    }

    /// How much the ranges want this format, in thousandths; the most specific range decides.
    fn quality(self, ranges: &[(&str, u16)]) -> u16 {
        let names = std::iter::once(self.media_type()).chain(self.aliases().iter().copied());
        let matching = names.filter_map(|name| most_specific(name, ranges));
        matching.max().map_or(0, |(_, quality)| quality)
    }
}

/// Refuses an `Accept` header that does not want the one media type in which an answer is given.
pub(super) fn check_accepts(accept: &str, media_type: &str) -> Result<(), Problem> {
    let wanted = most_specific(media_type, &ranges(accept)).is_some_and(|(_, quality)| quality > 0);
    if wanted { Ok(()) } else { Err(not_acceptable(accept, media_type)) }
}

fn not_acceptable(accept: &str, there_is: &str) -> Problem {
    Problem::new(ProblemType::NotAcceptable, format!("this answer is not there as {accept}: ask for {there_is}"))
}

/// The most specific of the ranges that include a media type: how specific it is, and its quality in thousandths.
fn most_specific(media_type: &str, ranges: &[(&str, u16)]) -> Option<(u8, u16)> {
    let class = media_type.split('/').next().unwrap_or_default();
    let specificity = |range: &str| match range.strip_suffix("/*") {
        Some("*") => Some(0),
        Some(of) => (of == class).then_some(1),
        None => (range == media_type).then_some(2),
    };
    ranges.iter().filter_map(|(range, quality)| Some((specificity(range)?, *quality))).max()
}

/// The media ranges of an `Accept` header with their quality in thousandths; an empty header accepts all.
fn ranges(accept: &str) -> Vec<(&str, u16)> {
    if accept.trim().is_empty() {
        return vec![("*/*", 1_000)];
    }
    let parts = accept.split(',').map(|part| {
        let mut fields = part.split(';').map(str::trim);
        let range = fields.next().unwrap_or_default();
        let quality = fields.find_map(|field| field.strip_prefix("q=").or_else(|| field.strip_prefix("Q=")));
        (range, quality.map_or(1_000, thousandths))
    });
    parts.collect()
}

/// `0.25` as 250; what is no quality value counts as not wanted.
fn thousandths(quality: &str) -> u16 {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let padded = format!("{decimals:0<3}");
    match (whole, padded.len(), padded.parse::<u16>()) {
        ("1", 3, Ok(0)) => 1_000,
        ("0", 3, Ok(decimals)) => decimals,
        _ => 0,
    }
}

/// An item of a list, which has columns in CSV.
pub(super) trait Row: Serialize + ToSchema + Send + 'static {
    /// The columns: fields of the item, and fields in them, such as `total.amount`.
    const COLUMNS: &'static [&'static str];
}

/// The rows as CSV with a header row.
///
/// A list or an object in a cell is JSON text. Spreadsheets run cells that begin with `=`, `+`, `-`
/// or `@` as formulas; such a cell gets a `'` in front unless it is a number.
pub(super) fn csv<T: Row>(items: &[T]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(T::COLUMNS);
    for item in items {
        let row = serde_json::to_value(item).map_err(|_| Problem::internal())?;
        written = written.and_then(|()| writer.write_record(T::COLUMNS.iter().map(|column| cell(&row, column))));
    }
    written.map_err(|_| Problem::internal())?;
    writer.into_inner().map_err(|_| Problem::internal())
}

fn cell(row: &Value, column: &str) -> String {
    let value = column.split('.').try_fold(row, |value, field| value.get(field));
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => harmless(text),
        Some(value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_))) => value.to_string(),
    }
}

fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.parse::<rust_decimal::Decimal>().is_err() {
        return format!("'{text}");
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_format_is_chosen() {
        for (accept, wanted) in [
            ("", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Format::Json)),
            ("text/csv", Some(Format::Csv)),
            ("text/*", Some(Format::Csv)),
            ("application/x-ndjson, application/json;q=0.5", Some(Format::Ndjson)),
            ("application/json;q=0.1, text/csv;q=0.25", Some(Format::Csv)),
            ("application/json;q=0, */*", Some(Format::Ndjson)),
            ("application/vnd.msgpack", Some(Format::MessagePack)),
            ("application/msgpack", Some(Format::MessagePack)),
            ("application/x-msgpack;q=0.9, application/json;q=0.8", Some(Format::MessagePack)),
            ("application/*, application/vnd.msgpack;q=0.5", Some(Format::Json)),
            ("application/xml", None),
            ("application/json;q=0", None),
            ("application/json;q=much", None),
            ("*", None),
        ] {
            assert_eq!(Format::negotiate(accept, Format::LIST).ok(), wanted, "{accept}");
        }
    }

    #[test]
    fn what_people_read_is_chosen_by_a_browser_alone() {
        for (accept, wanted) in [
            ("", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Format::Html)),
            ("text/*", Some(Format::Html)),
            ("text/markdown", Some(Format::Markdown)),
            ("text/plain, text/html;q=0.9", Some(Format::Text)),
            ("text/csv", None),
        ] {
            assert_eq!(Format::negotiate(accept, Format::WRITTEN).ok(), wanted, "{accept}");
        }
    }

    #[test]
    fn cells_are_flat_and_run_no_formula() {
        let row = serde_json::json!({"a": "=1+1", "b": "-5.25", "c": ["x"], "d": {"e": "@f"}, "g": "+49 1", "h": null});
        for (column, wanted) in [
            ("a", "'=1+1"),
            ("b", "-5.25"),
            ("c", r#"["x"]"#),
            ("d", r#"{"e":"@f"}"#),
            ("d.e", "'@f"),
            ("g", "'+49 1"),
            ("h", ""),
            ("none.at.all", ""),
        ] {
            assert_eq!(cell(&row, column), wanted, "{column}");
        }
    }
}
