//! Links between accounts that would lead back to where they start: merges and parents.

use std::collections::BTreeSet;

use tenure_schemas::AccountId;

use crate::account::Account;
use crate::directory::Directory;

/// Whether merging `account` into `into` would lead back to it, given the merges that hold.
pub fn merge_would_cycle(account: &AccountId, into: &AccountId, directory: &dyn Directory) -> bool {
    leads_back(account, into, directory, |state| state.lifecycle().closed_now()?.merged_into.clone())
}

/// Whether making `parent` the parent of `account` would lead back to it.
pub fn parent_would_cycle(account: &AccountId, parent: &AccountId, directory: &dyn Directory) -> bool {
    leads_back(account, parent, directory, |state| state.profile().parent.clone())
}

fn leads_back(
    account: &AccountId,
    first: &AccountId,
    directory: &dyn Directory,
    link: impl Fn(&Account) -> Option<AccountId>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = Some(first.clone());
    while let Some(id) = next {
        if id == *account {
            return true;
        }
        // A cycle further up that does not touch this account is somebody else's.
        if !seen.insert(id.clone()) {
            return false;
        }
        next = directory.account(&id).and_then(|state| link(&state));
    }
    false
}
