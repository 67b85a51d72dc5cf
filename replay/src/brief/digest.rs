//! The digest of a brief: what tells that a brief that is rendered again is the one that was accepted.

use sha2::{Digest, Sha256};

use super::Brief;

/// The SHA-256, in lower-case hexadecimal, of the brief as JSON without white space, its fields in the order of format 1,
/// without `brief.digest`.
pub(super) fn digest(brief: &Brief) -> String {
    let mut undigested = brief.clone();
    undigested.brief.digest = String::new();
    // A brief holds text keys and exact values only, which always have a JSON form.
    let bytes = serde_json::to_vec(&undigested).unwrap_or_default();
    format!("{:x}", Sha256::digest(bytes))
}
