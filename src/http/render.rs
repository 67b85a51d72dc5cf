//! How answers become bytes: documents and pages as JSON and MessagePack, pages as NDJSON and CSV, and what was written
//! for people.

use serde::Serialize;
use sha2::{Digest, Sha256};
use tenure_schemas::codec;
use utoipa::ToSchema;

use super::ask::{Ask, Resolved};
use super::cursor::Cursor;
use super::format::{self, Format, Row};
use super::knowing::Knowing;
use super::page::Page;
use super::params::Filter;
use super::problem::Problem;

/// A dated answer about one thing.
#[derive(Serialize, ToSchema)]
pub(super) struct Answer<T> {
    #[serde(flatten)]
    pub(super) body: T,
    /// What the answer rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = true, value_type = Resolved)]
    pub(super) resolved: Option<Resolved>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct List<T> {
    /// The items, in the order of the list.
    pub(super) items: Vec<T>,
    /// The cursor of the next page; `null` at the end.
    #[schema(required = true)]
    pub(super) next: Option<String>,
    /// What the answer rests on; absent where it is about no moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolved: Option<Resolved>,
}

/// An answer in bytes.
pub(super) struct Rendered {
    pub(super) bytes: Vec<u8>,
    /// A hash of what it says, the moment of the request left out.
    pub(super) content: Vec<u8>,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

/// Renders a document.
pub(super) fn document<F: Filter, T: Serialize>(ask: &Ask<F>, body: T, format: Format) -> Result<Rendered, Problem> {
    let content = hash_of(&body)?;
    let answer = Answer { body, resolved: F::DATED.then(|| ask.resolved()) };
    let bytes = match format {
        Format::Json | Format::Ndjson | Format::Csv | Format::Html | Format::Markdown | Format::Text => json(&answer)?,
        Format::MessagePack => message_pack(&answer)?,
    };
    Ok(Rendered { bytes, content, next: None })
}

/// Renders a document that was written for people: `text` says what `body` holds.
pub(super) fn written(body: &impl Serialize, text: String) -> Result<Rendered, Problem> {
    Ok(Rendered { bytes: text.into_bytes(), content: hash_of(body)?, next: None })
}

/// Renders a page of a list.
pub(super) fn list<F: Filter, K: Serialize, T: Row>(
    ask: &Ask<F>,
    page: Page<K, T>,
    format: Format,
) -> Result<Rendered, Problem> {
    let content = hash_of(&(&page.items, page.next.is_some()))?;
    let next = page.next.map(|key| next_cursor(ask, &key)).transpose()?;
    let resolved = F::DATED.then(|| ask.resolved());
    let bytes = match format {
        Format::Json | Format::Html | Format::Markdown | Format::Text => {
            json(&List { items: page.items, next: next.clone(), resolved })?
        }
        Format::Ndjson => ndjson(&page.items)?,
        Format::Csv => format::csv(&page.items)?,
        Format::MessagePack => message_pack(&List { items: page.items, next: next.clone(), resolved })?,
    };
    Ok(Rendered { bytes, content, next })
}

fn next_cursor<F: Filter>(ask: &Ask<F>, key: &impl Serialize) -> Result<String, Problem> {
    let key = serde_json::to_value(key).map_err(|_| Problem::internal())?;
    let as_of = F::DATED.then(|| ask.moment.as_of.to_string());
    let zone = F::DATED.then(|| ask.moment.zone.to_string());
    let knowing = Some(ask.moment.knowing.clone()).filter(Knowing::is_named);
    Ok(Cursor { key, as_of, zone, knowing, of: ask.of.clone() }.encode())
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|_| Problem::internal())
}

/// The bytes of the same fields as in JSON. What is flattened has no length beforehand; the codec counts as it writes.
fn message_pack(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    codec::to_bytes(value).map_err(|error| {
        tracing::error!(reason = crate::chain(&error), "an answer could not be encoded as MessagePack");
        Problem::internal()
    })
}

fn ndjson<T: Serialize>(items: &[T]) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    for item in items {
        serde_json::to_writer(&mut bytes, item).map_err(|_| Problem::internal())?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn hash_of(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    let mut hash = Sha256::new();
    serde_json::to_writer(&mut hash, value).map_err(|_| Problem::internal())?;
    Ok(hash.finalize().to_vec())
}
