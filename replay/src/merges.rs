//! Accounts that were merged: an account with those whose facts its lists and figures show beside its own.
//!
//! From a merge on, the merged account is closed and answers its own state, saying `merged_into`; the lists and figures
//! of the survivor include what is the merged account's, whenever it happened, each item under the account that it
//! was recorded for. Once the merge is reverted, and as of a moment before it, the two are apart. What was merged into
//! the merged account is included too. Lanes, coverage and whatever else is about who owns an account never mix, and
//! the audit stays that of one stream.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenure_schemas::AccountId;

use crate::account::Account;
use crate::directory::Directory;

/// One account or several, whose facts are listed and added up together.
pub trait Accounts {
    /// The account that is asked about, whose name and days the answer has.
    fn own(&self) -> &Account;

    /// The accounts that are merged into it, in the order of their ids.
    fn merged(&self) -> impl Iterator<Item = &Account>;

    /// All of them, the account that is asked about first.
    fn accounts(&self) -> impl Iterator<Item = &Account> {
        std::iter::once(self.own()).chain(self.merged())
    }

    /// The ids of the accounts that are merged into it.
    fn merged_ids(&self) -> Vec<AccountId> {
        self.merged().map(|account| account.account().clone()).collect()
    }
}

impl Accounts for Account {
    fn own(&self) -> &Account {
        self
    }

    fn merged(&self) -> impl Iterator<Item = &Account> {
        std::iter::empty()
    }
}

impl Accounts for Arc<Account> {
    fn own(&self) -> &Account {
        self
    }

    fn merged(&self) -> impl Iterator<Item = &Account> {
        std::iter::empty()
    }
}

/// An account and those that are merged into it.
#[derive(Clone, Debug)]
pub struct Whole {
    own: Arc<Account>,
    merged: Vec<Arc<Account>>,
}

impl Whole {
    /// The account and all that are merged into it at the directory's moment, one after the other or directly.
    pub fn of(own: Arc<Account>, directory: &dyn Directory) -> Self {
        let merged = merged_into(own.account(), directory);
        Self { own, merged }
    }
}

impl Accounts for Whole {
    fn own(&self) -> &Account {
        &self.own
    }

    fn merged(&self) -> impl Iterator<Item = &Account> {
        self.merged.iter().map(AsRef::as_ref)
    }
}

/// The accounts that are merged into one at the directory's moment, one after the other or directly, by id.
pub fn merged_into(survivor: &AccountId, directory: &dyn Directory) -> Vec<Arc<Account>> {
    let mut found: BTreeMap<AccountId, Arc<Account>> = BTreeMap::new();
    let mut next = vec![survivor.clone()];
    while let Some(into) = next.pop() {
        for id in directory.may_be_merged_into(&into) {
            // A circle of merges is refused, and what is not refused comes to an end here.
            if id == *survivor || found.contains_key(&id) {
                continue;
            }
            let merged = directory.account(&id).filter(|account| account.lifecycle().merged_into() == Some(&into));
            if let Some(account) = merged {
                next.push(id.clone());
                found.insert(id, account);
            }
        }
    }
    found.into_values().collect()
}
