//! Streams: whose history an event belongs to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::values::words;
use crate::{AccountId, Invalid, PersonId};

words! {
    /// What a stream is about.
    StreamClass {
        /// One client account.
        Account = "account",
        /// One of our own staff.
        Person = "person",
        /// A catalogue of offerings.
        Catalogue = "catalogue",
        /// A scoring model and its versions.
        Model = "model",
        /// The ledger itself.
        Ledger = "ledger",
    }
}

/// The name of a stream: its class and the id in it, written `account/acme`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stream {
    class: StreamClass,
    name: Arc<str>,
}

impl Stream {
    /// The stream of an account.
    pub fn account(id: &AccountId) -> Self {
        Self::of(StreamClass::Account, id.as_str())
    }

    /// The stream of a person.
    pub fn person(id: &PersonId) -> Self {
        Self::of(StreamClass::Person, id.as_str())
    }

    /// The stream in which the ledger speaks of itself.
    pub fn ledger() -> Self {
        Self::of(StreamClass::Ledger, "main")
    }

    fn of(class: StreamClass, id: &str) -> Self {
        Self { class, name: format!("{class}/{id}").into() }
    }

    /// What the stream is about.
    pub fn class(&self) -> StreamClass {
        self.class
    }

    /// The id without the class.
    pub fn id(&self) -> &str {
        self.name.get(self.class.as_str().len() + 1..).unwrap_or_default()
    }

    /// The whole name, such as `account/acme`.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The whole name, shared.
    pub fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// The account, if this is an account's stream.
    pub fn account_id(&self) -> Option<AccountId> {
        let is_account = self.class == StreamClass::Account;
        is_account.then(|| AccountId::new(self.id()).ok()).flatten()
    }

    /// The person, if this is a person's stream.
    pub fn person_id(&self) -> Option<PersonId> {
        let is_person = self.class == StreamClass::Person;
        is_person.then(|| PersonId::new(self.id()).ok()).flatten()
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

impl FromStr for Stream {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (class, id) = text.split_once('/').ok_or_else(|| {
            Invalid::new(format!("\"{text}\" is no stream: write its class and id, like account/acme"))
        })?;
        let class = class.parse()?;
        AccountId::new(id)?;
        Ok(Self::of(class, id))
    }
}

impl TryFrom<String> for Stream {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Stream> for String {
    fn from(stream: Stream) -> Self {
        stream.name.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_class_and_an_id() {
        let stream: Stream = "account/site/7".parse().unwrap();
        assert_eq!((stream.class(), stream.id()), (StreamClass::Account, "site/7"));
        assert_eq!(stream.account_id().unwrap().as_str(), "site/7");
        assert_eq!(stream.person_id(), None);
        for text in ["account", "account/", "client/7", "/7", "account/a\nb"] {
            assert!(text.parse::<Stream>().is_err(), "{text:?}");
        }
    }
}
