//! Who is accountable for an account, and who stands in during an absence.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::payload;
use crate::{Check, HandoverId, Instant, Invalid, Name, PersonId};

/// The role in which a person owns an account, such as `primary`; other words than the usual ones are allowed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(transparent)]
#[schemars(inline)]
#[schema(value_type = String, example = "primary")]
pub struct Role(Name);

impl Role {
    /// The usual roles, the account manager of record first.
    pub const USUAL: [&str; 8] = [
        "primary",
        "secondary",
        "executive_sponsor",
        "global_account_manager",
        "regional_account_manager",
        "customer_success_manager",
        "technical_account_manager",
        "specialist",
    ];

    /// Takes a role's word.
    pub fn new(word: &str) -> Result<Self, Invalid> {
        Name::new(word).map(Self)
    }

    /// The word itself.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether this is the account manager of record.
    pub fn is_primary(&self) -> bool {
        self.as_str() == "primary"
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

/// What part of an account a role covers: `global`, `region:<code>`, `unit:<id>` or `offering:<id>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "global")]
pub struct Scope(String);

impl Scope {
    /// The whole account.
    pub fn global() -> Self {
        Self("global".to_owned())
    }

    /// The scope as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole account.
    pub fn is_global(&self) -> bool {
        self.0 == "global"
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::global()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl FromStr for Scope {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let part = text.split_once(':').filter(|(kind, _)| matches!(*kind, "region" | "unit" | "offering"));
        let well_formed = text == "global" || part.is_some_and(|(_, id)| Name::new(id).is_ok());
        if well_formed {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(format!("\"{text}\" is no scope: write global, region:<code>, unit:<id> or offering:<id>")))
    }
}

impl TryFrom<String> for Scope {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl JsonSchema for Scope {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^(global|(region|unit|offering):.+)$"})
    }
}

payload! {
    /// A person becomes accountable, beside those who are.
    Assigned {
        /// Who.
        person: PersonId,
        /// In which role.
        role: Role,
        /// For which part of the account; the whole of it when absent.
        scope?: Scope,
        /// The instant from which it holds no more, if that is known at the start.
        until?: Instant,
        /// Whether it holds for child accounts that have no holder of their own.
        inherit?: bool,
    }
    /// Accountability passes from one person to another.
    Transferred {
        /// Who held it.
        from: PersonId,
        /// Who holds it from here on.
        to: PersonId,
        /// In which role.
        role: Role,
        /// For which part of the account; the whole of it when absent.
        scope?: Scope,
        /// The handover that prepared it.
        handover?: HandoverId,
    }
    /// A person is accountable no more, and nobody follows.
    Ended {
        /// Who.
        person: PersonId,
        /// In which role.
        role: Role,
        /// For which part of the account; the whole of it when absent.
        scope?: Scope,
    }
    /// Somebody stands in for an owner who is away; accountability stays.
    CoverageStarted {
        /// Who is away.
        owner: PersonId,
        /// Who stands in.
        delegate: PersonId,
        /// The roles that are covered; all when absent.
        roles?: Vec<Role>,
        /// The scopes that are covered; all when absent.
        scopes?: Vec<Scope>,
        /// The instant from which it holds no more.
        until: Instant,
        /// The absence it is for, in the absence system's own id.
        absence?: Name,
    }
    /// The owner is back before the announced end.
    CoverageEnded {
        /// Who was away.
        owner: PersonId,
        /// Who stood in.
        delegate: PersonId,
    }
}

impl Check for Transferred {
    fn check(&self) -> Result<(), Invalid> {
        if self.from == self.to {
            return Err(Invalid::at("to", "is the same person as from: a transfer needs two"));
        }
        Ok(())
    }
}
