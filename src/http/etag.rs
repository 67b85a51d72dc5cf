//! Entity tags: whether a reader has this answer already.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::format::Format;
use super::params::Moment;
use crate::log::Head;

/// Rises when the same question at the same size gets another answer than before.
const ANSWERS: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// What the tags of an answer are made from.
///
/// A question that names its moment has one answer at one size, so the question itself is the tag,
/// and is compared before any work. An answer as of the moment of the request changes when
/// something takes effect, so its tag is made of what it says, the moment itself left out.
pub(super) struct Tag {
    hash: Sha256,
}

impl Tag {
    pub(super) fn new(head: Head, address: &str, format: Format, moment: &Moment, dated: bool) -> Self {
        let as_of = if dated && moment.named { moment.as_of.to_string() } else { String::new() };
        let mut hash = Sha256::new();
        hash.update(head.size.to_be_bytes());
        hash.update(head.root);
        for part in [ANSWERS, format.media_type(), &as_of, &moment.zone.to_string(), address] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self { hash }
    }

    /// The tag of the one answer that the question has.
    pub(super) fn of_question(&self) -> Content {
        Content::of(self.hash.clone())
    }

    /// The tag of what an answer says.
    pub(super) fn of_content(&self, content: &[u8]) -> Content {
        Content::of(self.hash.clone().chain_update(content))
    }
}

/// A weak entity tag: answers that have it say the same.
pub(super) struct Content(String);

impl Content {
    fn of(hash: Sha256) -> Self {
        let digest = hash.finalize();
        Self(format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(digest.get(..15).unwrap_or_default())))
    }

    /// The tag as a header has it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an `If-None-Match` header names this tag.
    pub(super) fn matches(&self, if_none_match: &str) -> bool {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        if_none_match.split(',').any(|tag| opaque(tag) == opaque(&self.0))
    }
}
