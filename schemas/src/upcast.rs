//! Reading payloads of older versions: each step lifts a payload's plain data by one version.

use serde_json::Value;

use crate::codec::{self, CodecError};
use crate::event::{Body, Unread, known_kind};
use crate::payload::Kind;

/// Lifts the plain data of one version of a payload to the next.
///
/// A step must not fail on anything that an older version accepted.
pub type Step = fn(Value) -> Value;

/// The steps by kind and the version that they start from.
#[derive(Clone, Copy, Debug)]
pub struct Upcaster {
    steps: &'static [(&'static str, u32, Step)],
    /// The current version of a kind, or `None` where the kind is unknown.
    version: fn(&str) -> Option<u32>,
}

/// The steps of the current catalogue. Every kind is at version 1, so there are none yet.
pub fn current() -> Upcaster {
    Upcaster { steps: &[], version: |kind| known_kind(kind).map(Kind::version) }
}

impl Upcaster {
    /// An upcaster of its own; the catalogue's is [`current`].
    pub fn new(steps: &'static [(&'static str, u32, Step)], version: fn(&str) -> Option<u32>) -> Self {
        Self { steps, version }
    }

    /// Lifts plain data of version `from` to the current version; says why where it cannot.
    pub fn lift(&self, kind: &str, from: u32, mut value: Value) -> Result<Value, String> {
        let Some(current) = (self.version)(kind) else {
            return Err(format!("\"{kind}\" is no kind that this version of Tenure knows: read it with a newer one"));
        };
        if from > current {
            return Err(format!(
                "\"{kind}\" is known up to version {current}, not {from}: read it with a newer Tenure"
            ));
        }
        for version in from..current {
            let step = self.steps.iter().find(|(of, at, _)| *of == kind && *at == version);
            let Some((_, _, step)) = step else {
                return Err(format!("\"{kind}\" has no step from version {version}: this is a defect of Tenure"));
            };
            value = step(value);
        }
        Ok(value)
    }

    /// Reads a stored payload. Bytes that are no MessagePack are an error; what is merely unknown is kept.
    pub(crate) fn read(&self, kind: &str, schema: u32, bytes: &[u8]) -> Result<Body, CodecError> {
        if let Some(known) = known_kind(kind).filter(|known| known.version() == schema) {
            return match known.payload_from_bytes(bytes) {
                Ok(payload) => Ok(Body::Known(payload)),
                Err(error) => unread(kind, schema, bytes, chain(&error)),
            };
        }
        let plain: Value = codec::from_bytes(bytes)?;
        let lifted = self.lift(kind, schema, plain).and_then(|value| {
            let known = known_kind(kind).ok_or_else(|| format!("\"{kind}\" is no known kind"))?;
            known.payload_from_json(value).map_err(|error| error.to_string())
        });
        match lifted {
            Ok(payload) => Ok(Body::Known(payload)),
            Err(why) => unread(kind, schema, bytes, why),
        }
    }
}

fn unread(kind: &str, schema: u32, bytes: &[u8], why: String) -> Result<Body, CodecError> {
    let payload = codec::from_bytes(bytes)?;
    Ok(Body::Unread(Unread { kind: kind.to_owned(), schema, payload, why }))
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A kind that only this test knows: version 2 split the name, version 3 renamed a field.
    fn test_kind() -> Upcaster {
        fn split_name(mut value: Value) -> Value {
            let name = value["name"].take();
            let (first, last) = name.as_str().and_then(|name| name.split_once(' ')).unwrap_or_default();
            json!({"first": first, "last": last})
        }
        fn rename_last(mut value: Value) -> Value {
            json!({"first": value["first"].take(), "family": value["last"].take()})
        }
        const STEPS: &[(&str, u32, Step)] = &[("test.kind", 1, split_name), ("test.kind", 2, rename_last)];
        Upcaster::new(STEPS, |kind| (kind == "test.kind").then_some(3))
    }

    #[test]
    fn a_payload_is_lifted_version_by_version() {
        let newest = json!({"first": "Ada", "family": "Byron"});
        for (version, old) in
            [(1, json!({"name": "Ada Byron"})), (2, json!({"first": "Ada", "last": "Byron"})), (3, newest.clone())]
        {
            assert_eq!(test_kind().lift("test.kind", version, old).unwrap(), newest, "version {version}");
        }
    }

    #[test]
    fn what_cannot_be_lifted_says_why() {
        assert!(test_kind().lift("test.kind", 4, json!({})).unwrap_err().contains("up to version 3, not 4"));
        assert!(test_kind().lift("other.kind", 1, json!({})).unwrap_err().contains("no kind"));
        let gap = Upcaster::new(&[], |_| Some(2));
        assert!(gap.lift("test.kind", 1, json!({})).unwrap_err().contains("no step from version 1"));
    }

    #[test]
    fn unknown_kinds_versions_and_shapes_stay_readable() {
        let payload = json!({"a": 1});
        let bytes = codec::to_bytes(&payload).unwrap();
        for (kind, schema) in [("moon.landed", 1), ("account.opened", 9), ("account.opened", 1)] {
            let Body::Unread(unread) = current().read(kind, schema, &bytes).unwrap() else { panic!("{kind} was read") };
            assert_eq!((unread.kind.as_str(), unread.schema, &unread.payload), (kind, schema, &payload));
            assert!(!unread.why.is_empty());
        }
        assert!(current().read("account.opened", 1, &[0xc1]).is_err());
    }
}
