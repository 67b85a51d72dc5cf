//! Printing one answer of the read API: as JSON, or laid out for people by whoever knows what it says.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::reader::Reader;
use super::{Ending, terminal};

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Laid out for people.
    Table,
    /// Indented JSON.
    Json,
}

/// Asks for a document and prints it.
pub(super) fn show(
    dir: &Path,
    target: &str,
    format: Format,
    lay_out: impl Fn(&Value) -> String,
) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let answer = document(&reader, target);
    reader.close();
    let answer = answer?;
    let text = match format {
        Format::Table => lay_out(&answer),
        Format::Json => serde_json::to_string_pretty(&answer)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}

/// A document of the read API.
pub(super) fn document(reader: &Reader, target: &str) -> anyhow::Result<Value> {
    let answer = reader.get(target, "application/json")?;
    serde_json::from_slice(&answer.body).context("the answer is no JSON")
}

/// Every item of a list of the read API, page by page.
pub(super) fn all_items(reader: &Reader, target: &str) -> anyhow::Result<Vec<Value>> {
    let (mut found, mut next) = (Vec::new(), Some(target.to_owned()));
    while let Some(target) = next {
        let answer = reader.get(&target, "application/json")?;
        let mut page: Value = serde_json::from_slice(&answer.body).context("the answer is no JSON")?;
        if let Some(Value::Array(page)) = page.get_mut("items").map(Value::take) {
            found.extend(page);
        }
        next = answer.next;
    }
    Ok(found)
}

/// A list of the read API as one document: its first page with the items of all.
pub(super) fn whole_list(reader: &Reader, target: &str) -> anyhow::Result<Value> {
    let mut document = Value::Null;
    let (mut rows, mut next) = (Vec::new(), Some(target.to_owned()));
    while let Some(target) = next {
        let answer = reader.get(&target, "application/json")?;
        let mut page: Value = serde_json::from_slice(&answer.body).context("the answer is no JSON")?;
        rows.extend(items(&page, "/items").cloned());
        if document.is_null() {
            document = page.take();
        }
        next = answer.next;
    }
    if let Value::Object(document) = &mut document {
        document.insert("items".to_owned(), Value::Array(rows));
        document.insert("next".to_owned(), Value::Null);
    }
    Ok(document)
}

/// The items of a list within an answer; none where there is no list.
pub(super) fn items<'a>(value: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(list).and_then(Value::as_array).into_iter().flatten()
}

/// What stands there as text, numbers as they are written; empty where there is nothing to print.
pub(super) fn text(value: &Value, field: &str) -> String {
    optional(value, field).unwrap_or_default()
}

/// What stands there as text, numbers as they are written.
pub(super) fn optional(value: &Value, field: &str) -> Option<String> {
    match value.pointer(field)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The moment that an answer is about, and what it rests on.
pub(super) fn resolved(answer: &Value) -> String {
    rests_on(answer, "/resolved")
}

/// What a part of an answer says of the moment and of what was known.
pub(super) fn rests_on(answer: &Value, part: &str) -> String {
    let of = |field: &str| optional(answer, &format!("{part}/{field}"));
    let said = |field: &str| of(field).unwrap_or_default();
    let known = match (of("known_at"), said("clock").as_str()) {
        (Some(known_at), "source") => format!(", as the sources knew by {known_at}"),
        (Some(known_at), _) => format!(", known by {known_at}"),
        (None, _) => String::new(),
    };
    format!("as of {} ({}), from a ledger of {} events{known}", said("as_of"), said("zone"), said("size"))
}

/// The civil date of a bound, where only the day is known, else its instant.
pub(super) fn date_or_instant(value: &Value, bound: &str) -> String {
    optional(value, &format!("/{bound}_date")).unwrap_or_else(|| text(value, &format!("/{bound}")))
}

/// Thousandths with their point, such as milli-points as points.
pub(super) fn thousandths(value: &Value, field: &str) -> Option<String> {
    value.pointer(field).and_then(Value::as_i64).map(of_thousandths)
}

/// Thousandths with their point.
pub(super) fn of_thousandths(thousandths: i64) -> String {
    let (sign, size) = (if thousandths < 0 { "-" } else { "" }, thousandths.unsigned_abs());
    format!("{sign}{}.{:03}", size / 1_000, size % 1_000)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_there_is_written_as_it_is_and_what_is_not_is_empty() {
        let answer = json!({"a": "b", "n": 3, "none": null, "list": [1, 2], "milli": -7});
        assert_eq!(
            ["/a", "/n", "/none", "/list", "/missing"].map(|field| text(&answer, field)),
            ["b", "3", "", "", ""]
        );
        assert_eq!(items(&answer, "/list").count(), 2);
        assert_eq!(items(&answer, "/a").count(), 0);
        assert_eq!(thousandths(&answer, "/milli").as_deref(), Some("-0.007"));
        assert_eq!(of_thousandths(65_169), "65.169");
    }

    #[test]
    fn what_an_answer_rests_on_says_whose_knowledge_it_is() {
        let of = |clock: &str| {
            resolved(&json!({"resolved": {"as_of": "2024-03-01", "zone": "UTC", "size": 9, "clock": clock,
                                          "known_at": "2024-05-01T00:00:00Z"}}))
        };
        assert_eq!(of("ledger"), "as of 2024-03-01 (UTC), from a ledger of 9 events, known by 2024-05-01T00:00:00Z");
        assert!(of("source").ends_with("events, as the sources knew by 2024-05-01T00:00:00Z"));
    }
}
