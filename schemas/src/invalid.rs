//! The error of a value that may not be recorded: which field, and what to do about it.

use std::fmt;

/// Why a value is refused, and where it stands.
///
/// The message says what is wrong and what would be right; `field` is a path such as
/// `payload.lines[2].quantity`, empty while the place is not known yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Invalid {
    /// Where the value stands.
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Invalid {
    /// A refusal whose place is not known yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { field: String::new(), message: message.into() }
    }

    /// A refusal of the value at `field`.
    pub fn at(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// The refusal of a value that did not fit its type; a missing field is named like any other.
    pub(crate) fn of_shape(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        let path = error.path().to_string();
        let mut place = Self::at(if path == "." { String::new() } else { path }, error.into_inner().to_string());
        if let Some(message) = unknown_word(&place.message) {
            place.message = message;
        }
        // serde says which field is missing in words only, and places the error at what lacks it.
        let missing = place.message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let Some(missing) = missing else { return place };
        let missing = Self::at(missing, "is missing");
        if place.field.is_empty() { missing } else { missing.under(&place.field) }
    }

    /// The same refusal, one level further down: `outer` is the field that holds it.
    #[must_use]
    pub fn under(self, outer: &str) -> Self {
        let field = match self.field.as_str() {
            "" | "." => outer.to_owned(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        Self { field, ..self }
    }
}

/// What serde says of a word that is none of the known ones, as this program says it everywhere.
fn unknown_word(message: &str) -> Option<String> {
    let (word, known) = message.strip_prefix("unknown variant `")?.split_once("`, expected ")?;
    // "one of `a`, `b`", "`a` or `b`" or "`a`": the words stand between backticks.
    let known: Vec<_> = known.split('`').skip(1).step_by(2).collect();
    Some(format!("\"{word}\" is none of: {}", known.join(", ")))
}

impl fmt::Display for Invalid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            return out.write_str(&self.message);
        }
        write!(out, "{}: {}", self.field, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        for (said, expected) in [
            ("unknown variant `x`, expected one of `a`, `b`, `c`", Some("\"x\" is none of: a, b, c")),
            ("unknown variant ``, expected `a` or `b`", Some("\"\" is none of: a, b")),
            ("invalid type: integer `1`, expected a string", None),
        ] {
            assert_eq!(unknown_word(said).as_deref(), expected);
        }
    }

    #[test]
    fn the_field_grows_outwards() {
        let error = Invalid::new("wrong").under("amount").under("lines[2]").under("payload");
        assert_eq!(error.to_string(), "payload.lines[2].amount: wrong");
        assert_eq!(Invalid::at("[0]", "wrong").under("persons").field, "persons[0]");
    }
}
