//! The evidence file: a question, what it resolved to, the answer, and the events that it rests on, to be checked by
//! itself. [docs/evidence.md](../../docs/evidence.md) describes it field by field.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tenure_schemas::Event;
use utoipa::ToSchema;

use crate::log::Stored;
use crate::log::merkle::leaf_hash;

/// The version of the file's format.
pub const FORMAT: u32 = 1;

/// One evidence file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The version of the format.
    pub format: u32,
    /// The question as it was asked: a path of the read API with its query.
    pub asked: String,
    /// The question as it was resolved: with the moment, the zone and the size, so that the answer never changes.
    pub question: String,
    /// How many events the ledger held, or was said to hold.
    pub size: u64,
    /// The Merkle root over those, in base64.
    pub root: String,
    /// The answer.
    #[schema(value_type = Object)]
    pub answer: Value,
    /// The SHA-256 of the answer as JSON without white space, in hexadecimal.
    pub answer_sha256: String,
    /// How many events of each stream are known that was looked at.
    pub streams: BTreeMap<String, u64>,
    /// Those events, in the order of the ledger.
    pub events: Vec<Leaf>,
}

/// An event with what the ledger stores of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Its place in the ledger.
    pub position: u64,
    /// The hash of its leaf: SHA-256 over a zero byte and the stored bytes, in base64.
    pub leaf_hash: String,
    /// The stored bytes, in base64.
    pub stored: String,
    /// The same for people.
    #[schema(value_type = Object)]
    pub event: Value,
}

impl Leaf {
    /// An event as it is stored.
    ///
    /// # Errors
    /// Where the bytes are no event.
    pub fn of(stored: &Stored) -> Result<Self, tenure_schemas::codec::CodecError> {
        let event = readable(&stored.bytes)?;
        let (leaf_hash, bytes) = (STANDARD.encode(leaf_hash(&stored.bytes)), STANDARD.encode(&stored.bytes));
        Ok(Self { position: stored.position, leaf_hash, stored: bytes, event })
    }

    /// What does not fit: the hash to the bytes, or the readable event to them.
    fn findings(&self) -> Vec<String> {
        let position = self.position;
        let Ok(bytes) = STANDARD.decode(&self.stored) else {
            return vec![format!("event {position}: `stored` is no base64")];
        };
        let mut found = Vec::new();
        if STANDARD.encode(leaf_hash(&bytes)) != self.leaf_hash {
            found.push(format!("event {position}: `leaf_hash` is not that of `stored`"));
        }
        match readable(&bytes) {
            Ok(event) if event == self.event => {}
            Ok(_) => found.push(format!("event {position}: `event` is not what `stored` says")),
            Err(_) => found.push(format!("event {position}: `stored` is no event of a ledger")),
        }
        if self.event.get("position").and_then(Value::as_u64) != Some(position) {
            found.push(format!("event {position}: `event` has another position"));
        }
        found
    }

    fn stream(&self) -> &str {
        self.event.get("stream").and_then(Value::as_str).unwrap_or_default()
    }
}

fn readable(bytes: &[u8]) -> Result<Value, tenure_schemas::codec::CodecError> {
    let event = Event::from_stored(bytes)?.view();
    Ok(serde_json::to_value(event).unwrap_or_default())
}

/// The digest of an answer.
pub fn digest(answer: &Value) -> String {
    format!("{:x}", Sha256::digest(answer.to_string().as_bytes()))
}

impl Evidence {
    /// What the file itself contradicts, a line each; none where it holds together.
    ///
    /// Whether the ledger says the same, only the ledger can tell: see [`Evidence::against`].
    pub fn findings(&self) -> Vec<String> {
        if self.format != FORMAT {
            return vec![format!("the format is {}, and this version of Tenure reads {FORMAT}", self.format)];
        }
        let mut found = Vec::new();
        if digest(&self.answer) != self.answer_sha256 {
            found.push("`answer_sha256` is not that of `answer`".to_owned());
        }
        for (leaf, next) in self.events.iter().zip(self.events.iter().skip(1)) {
            if leaf.position >= next.position {
                found.push(format!("event {}: it stands behind event {}", next.position, leaf.position));
            }
        }
        let beyond = self.events.iter().filter(|leaf| leaf.position >= self.size);
        found.extend(beyond.map(|leaf| format!("event {}: it lies beyond the size, {}", leaf.position, self.size)));
        found.extend(self.events.iter().flat_map(Leaf::findings));
        found.extend(self.missing());
        found
    }

    /// Streams of which there are fewer or more events than the file says.
    fn missing(&self) -> Vec<String> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for leaf in &self.events {
            *counts.entry(leaf.stream()).or_default() += 1;
        }
        let names = counts.keys().copied().chain(self.streams.keys().map(String::as_str));
        let names: std::collections::BTreeSet<&str> = names.collect();
        let differ = names.into_iter().filter_map(|name| {
            let (there, said) = (counts.get(name).copied().unwrap_or_default(), self.streams.get(name).copied());
            let said = said.unwrap_or_default();
            (there != said).then(|| format!("{name}: {there} events are there, and `streams` says {said}"))
        });
        differ.collect()
    }

    /// What a ledger contradicts that was asked the same question again, a line each.
    pub fn against(&self, again: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.root != again.root || self.size != again.size {
            let (size, root, other) = (self.size, &self.root, &again.root);
            found.push(format!("at size {size} the ledger has the root {other}, and the file says {root}"));
        }
        if self.answer != again.answer {
            found.push("asked again, the ledger answers something else".to_owned());
        }
        let known: BTreeMap<u64, &Leaf> = again.events.iter().map(|leaf| (leaf.position, leaf)).collect();
        let other = self.events.iter().filter(|leaf| known.get(&leaf.position).is_none_or(|known| known != leaf));
        found.extend(other.map(|leaf| format!("event {}: the ledger has another one there, or none", leaf.position)));
        let own: std::collections::BTreeSet<u64> = self.events.iter().map(|leaf| leaf.position).collect();
        let said = |stream: &str| self.streams.contains_key(stream);
        let left_out = again.events.iter().filter(|leaf| said(leaf.stream()) && !own.contains(&leaf.position));
        found.extend(left_out.map(|leaf| format!("event {}: the file leaves it out", leaf.position)));
        found
    }
}
