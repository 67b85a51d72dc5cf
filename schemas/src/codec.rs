//! The one way in which values become bytes: MessagePack with named fields, equal to their JSON.

use rmp_serde::{Deserializer, Serializer};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How deep a stored value may nest.
const MAX_DEPTH: usize = 64;

/// Why a value could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// The value could not be written.
    #[error("could not encode a value as MessagePack")]
    Encode(#[source] rmp_serde::encode::Error),
    /// The bytes are no such value.
    #[error("could not decode {length} bytes of MessagePack")]
    Decode {
        /// How many bytes there were.
        length: usize,
        /// What did not fit.
        #[source]
        source: rmp_serde::decode::Error,
    },
    /// The value ended before the bytes did.
    #[error("{trailing} bytes follow the end of the value")]
    Trailing {
        /// How many bytes were left.
        trailing: usize,
    },
}

/// Writes a value with named fields, enumerations as words and instants as text.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::with_capacity(256);
    let mut serializer = Serializer::new(&mut bytes).with_struct_map().with_human_readable();
    value.serialize(&mut serializer).map_err(CodecError::Encode)?;
    Ok(bytes)
}

/// Reads a value that [`to_bytes`] wrote; bytes beyond its end are an error.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let mut deserializer = Deserializer::new(bytes).with_human_readable();
    deserializer.set_max_depth(MAX_DEPTH);
    let value = T::deserialize(&mut deserializer);
    let value = value.map_err(|source| CodecError::Decode { length: bytes.len(), source })?;
    match deserializer.get_ref().len() {
        0 => Ok(value),
        trailing => Err(CodecError::Trailing { trailing }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_and_trailing_bytes_refused() {
        #[derive(Serialize, serde::Deserialize, Debug, PartialEq)]
        struct Pair {
            a: u8,
            b: String,
        }
        let pair = Pair { a: 1, b: "x".to_owned() };
        let mut bytes = to_bytes(&pair).unwrap();
        let as_json: serde_json::Value = from_bytes(&bytes).unwrap();
        assert_eq!(as_json, serde_json::json!({"a": 1, "b": "x"}));
        assert_eq!(from_bytes::<Pair>(&bytes).unwrap(), pair);
        bytes.push(0);
        assert!(matches!(from_bytes::<Pair>(&bytes), Err(CodecError::Trailing { trailing: 1 })));
        assert!(matches!(from_bytes::<Pair>(&bytes[..3]), Err(CodecError::Decode { length: 3, .. })));
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = vec![0x91; 100_000];
        assert!(from_bytes::<serde_json::Value>(&nested).is_err());
    }
}
