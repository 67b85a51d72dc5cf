//! The groups whose metrics are asked for: each account, its manager, its tier, its region, or all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenure_schemas::PersonId;
use utoipa::ToSchema;

use super::{Metrics, Question, Tally};
use crate::account::{Account, Status};
use crate::directory::Directory;
use crate::merges::Accounts;
use crate::moment::AsOf;
use crate::ownership::{self, Owner};

/// What accounts come together by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MetricsBy {
    /// Each on its own.
    #[default]
    Account,
    /// The account manager of record at the end of the moment; of several the one who held it longest, of a closed
    /// account the last.
    Owner,
    /// The tier that people decided.
    Tier,
    /// The sales region.
    Region,
    /// All of them.
    All,
}

/// Accounts that come together, with their metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// What they come together by.
    pub by: MetricsBy,
    /// Which: the account, the person, the tier or the region; `null` for accounts that have none, and for all.
    #[schema(required = true)]
    pub key: Option<String>,
    /// What they come to.
    #[serde(flatten)]
    pub metrics: Metrics,
}

/// The groups while accounts are added to them.
pub struct Groups<'a> {
    by: MetricsBy,
    question: &'a Question,
    tallies: BTreeMap<Option<String>, Tally>,
}

impl<'a> Groups<'a> {
    /// No groups yet.
    pub fn new(by: MetricsBy, question: &'a Question) -> Self {
        Self { by, question, tallies: BTreeMap::new() }
    }

    /// Adds an account with those that are merged into it. One that is not known at the moment, or is itself merged
    /// into another, is passed over.
    pub fn add(&mut self, accounts: &impl Accounts, directory: &dyn Directory) {
        let own = accounts.own();
        match own.status(&self.question.as_of) {
            Status::Unknown | Status::Merged => {}
            Status::Unassigned | Status::Owned | Status::Orphaned | Status::Closed => {
                let key = self.key(own, directory);
                self.tallies.entry(key).or_default().add(accounts, self.question);
            }
        }
    }

    fn key(&self, account: &Account, directory: &dyn Directory) -> Option<String> {
        match self.by {
            MetricsBy::Account => Some(account.account().to_string()),
            MetricsBy::Owner => manager(account, directory, &self.question.as_of).map(|person| person.to_string()),
            MetricsBy::Tier => account.profile().tier.map(|tier| tier.to_string()),
            MetricsBy::Region => account.profile().region.as_ref().map(ToString::to_string),
            MetricsBy::All => None,
        }
    }

    /// The groups with their metrics, by key; accounts without one come first.
    pub fn finish(self) -> impl Iterator<Item = Group> + use<'a> {
        let (by, question) = (self.by, self.question);
        self.tallies.into_iter().map(move |(key, tally)| Group { by, key, metrics: tally.finish(question) })
    }
}

/// Who answers for an account at the end of a moment; of a closed one, who answered for it last.
fn manager(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Option<PersonId> {
    if account.lifecycle().closed_now().is_some() {
        let last = account.lanes().primary().max_by_key(|held| (held.from, held.event));
        return last.map(|held| held.person.clone());
    }
    let owners = ownership::owners(account, directory, as_of).into_iter();
    let holds = |owner: &Owner| owner.role.is_primary() && owner.scope.is_global();
    let at_the_end = owners.filter(|owner| holds(owner) && owner.stretch().reaches_end_of(as_of));
    at_the_end.min_by_key(|owner| (owner.from, owner.event)).map(|owner| owner.person)
}
