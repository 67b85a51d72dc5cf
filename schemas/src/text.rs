//! Checked texts: identifiers, names and free text that cannot hold what would break a log or a page.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// The longest identifier, in bytes.
pub const MAX_ID_BYTES: usize = 200;
/// The longest name or other single-line text, in bytes.
pub const MAX_LINE_BYTES: usize = 1_000;

fn refuse(what: &str, problem: impl fmt::Display) -> Invalid {
    Invalid::new(format!("{what} {problem}"))
}

fn check_line(what: &str, text: &str, max_bytes: usize) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(refuse(what, "is empty"));
    }
    if text.len() > max_bytes {
        return Err(refuse(what, format_args!("is longer than {max_bytes} bytes")));
    }
    if let Some(at) = text.chars().position(char::is_control) {
        return Err(refuse(what, format_args!("has a control character at character {at}: remove it")));
    }
    if text.trim() != text {
        return Err(refuse(what, "begins or ends with white space: remove it"));
    }
    Ok(())
}

fn check_id(text: &str) -> Result<(), Invalid> {
    check_line("the id", text, MAX_ID_BYTES)
}

fn check_name(text: &str) -> Result<(), Invalid> {
    check_line("the text", text, MAX_LINE_BYTES)
}

fn check_free_text(text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new("the text is empty: leave the field out instead"));
    }
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    match text.chars().position(bad) {
        Some(at) => Err(refuse("the text", format_args!("has a control character at character {at}: remove it"))),
        None => Ok(()),
    }
}

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $check:path, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text if it is well-formed.
            pub fn new(text: &str) -> Result<Self, Invalid> {
                $check(text)?;
                Ok(Self(text.into()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, out)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                $check(&text)?;
                Ok(Self(text.into()))
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.as_ref().to_owned()
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                match $max {
                    Some(max) => schemars::json_schema!({"type": "string", "minLength": 1, "maxLength": max}),
                    None => schemars::json_schema!({"type": "string", "minLength": 1}),
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                String::schema()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(checked_text!($(#[$doc])* $name, check_id, Some(MAX_ID_BYTES));)+
    };
}

ids! {
    /// An account: a client organisation, or a division or site of one.
    AccountId;
    /// A person of our own staff.
    PersonId;
    /// A person on the client's side.
    ContactId;
    /// An order, unique in its account.
    OrderId;
    /// An issue, unique in its account.
    IssueId;
    /// An account plan, unique in its account.
    PlanId;
    /// An objective of a plan.
    ObjectiveId;
    /// An action of a plan.
    ActionId;
    /// A commitment, unique in its account.
    CommitmentId;
    /// A contract, unique in its account.
    ContractId;
    /// A need, unique in its account.
    NeedId;
    /// A handover, unique in its account.
    HandoverId;
    /// A planned interaction, unique in its account.
    InteractionId;
    /// A saving, unique in its account.
    SavingId;
    /// Something that we can do for clients.
    OfferingId;
    /// An identifier of another system, such as a source record.
    ForeignId;
}

checked_text!(
    /// A single line of text that people read: a name, a title, a code.
    Name, check_name, Some(MAX_LINE_BYTES)
);
checked_text!(
    /// Free text of any number of lines.
    Text, check_free_text, None::<usize>
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_what_producers_use() {
        for id in ["AW00029484", "Case 3608", "customer:63", "a/b", "Müller & Söhne"] {
            assert_eq!(AccountId::new(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn ids_that_would_break_something_are_refused() {
        for id in ["", "  ", " a", "a ", "a\nb", "a\u{0}b", "a\u{7f}", &"x".repeat(MAX_ID_BYTES + 1)] {
            assert!(AccountId::new(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn free_text_may_have_lines() {
        assert!(Text::new("one\n\ttwo").is_ok());
        assert!(Text::new("bell\u{7}").is_err());
        assert!(Text::new("\n").is_err());
    }
}
