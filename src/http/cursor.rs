//! Cursors: where a list goes on, and as of which moment, so that its pages belong together.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::knowing::Knowing;
use super::problem::Problem;

/// A place in a list. Opaque to readers: base64url of its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    /// The key of the last item that was given.
    pub(super) key: Value,
    /// The moment of the list, a date or an instant; absent where the list is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) as_of: Option<String>,
    /// The zone of the moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) zone: Option<String>,
    /// What counts as known; absent where the list rests on all that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) knowing: Option<Knowing>,
    /// What the list is of: see [`fingerprint`].
    pub(super) of: String,
}

impl Cursor {
    /// The cursor as it is given to readers.
    pub(super) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor that was given for a list with this fingerprint.
    pub(super) fn decode(text: &str, of: &str) -> Result<Self, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let cursor = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let cursor = cursor.ok_or_else(Self::unreadable)?;
        if cursor.of != of {
            let detail = "the cursor belongs to another list or to other filters: repeat the filters of the page it \
                          came with, or leave it out to start anew";
            return Err(Problem::bad("cursor", detail));
        }
        Ok(cursor)
    }

    /// The problem of a cursor that was not given by this API.
    pub(super) fn unreadable() -> Problem {
        Problem::bad("cursor", "the cursor is none of this ledger's: take it from `next`, or leave it out")
    }
}

/// What a list is of: its path and its filters, whatever their order.
pub(super) fn fingerprint<'a>(path: &str, filters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut filters: Vec<_> = filters.collect();
    filters.sort_unstable();
    let mut hash = Sha256::new();
    for part in std::iter::once(path).chain(filters.into_iter().flat_map(|(name, value)| [name, value])) {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize().get(..9).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_for_its_own_list_only() {
        let of = fingerprint("/v1/orders", [("status", "placed"), ("account", "a")].into_iter());
        assert_eq!(of, fingerprint("/v1/orders", [("account", "a"), ("status", "placed")].into_iter()));
        let cursor = Cursor {
            key: serde_json::json!(["a", "7"]),
            as_of: Some("2024-03-01".to_owned()),
            zone: Some("Europe/Rome".to_owned()),
            knowing: Some(Knowing { size: Some(7), ..Knowing::default() }),
            of: of.clone(),
        };
        assert_eq!(Cursor::decode(&cursor.encode(), &of).unwrap(), cursor);
        let other = fingerprint("/v1/orders", [("status", "placed")].into_iter());
        assert!(Cursor::decode(&cursor.encode(), &other).unwrap_err().detail.contains("other filters"));
        for garbage in ["", "x", "bnVsbA", "é", "e30"] {
            assert_eq!(Cursor::decode(garbage, &of), Err(Cursor::unreadable()), "{garbage}");
        }
    }
}
