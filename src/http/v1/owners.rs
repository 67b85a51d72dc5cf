//! `/v1/accounts/{account}/owners` and `/v1/ownership`: who holds which lane at a moment.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::Status;
use tenure_replay::ownership::{self, Owner};
use tenure_replay::{Account, Day, Directory};
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Instant, Name, PersonId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::{Answer, List};

/// A holder of a lane, and for how long.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OwnerItem {
    #[serde(flatten)]
    owner: Owner,
    /// Whole civil days, in `tz`, for which the lane has been held as of the moment; 0 on the first day.
    tenure_days: i64,
}

impl OwnerItem {
    pub(super) fn of(owner: Owner, day: &Day) -> Self {
        Self { tenure_days: owner.tenure_days(day), owner }
    }
}

/// Everybody who holds a lane of an account at the moment.
pub(super) fn owner_items<F>(ask: &Ask<F>, account: &Account, directory: &dyn Directory) -> Vec<OwnerItem> {
    let (owners, day) = (ownership::owners(account, directory, ask.as_of()), ask.day());
    owners.into_iter().map(|owner| OwnerItem::of(owner, &day)).collect()
}

/// Who holds an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OwnersBody {
    /// The account's id.
    account: AccountId,
    /// Where it stands.
    status: Status,
    /// The account that it is merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<AccountId>,
    /// Who holds which lane; for a date, everybody who held it in that day.
    owners: Vec<OwnerItem>,
}

/// Who owns an account
///
/// Everybody who holds a lane of the account at the moment; for a date, everybody who held it in that day. `person` is
/// accountable; `responsible` are those who stand in. A lane without a holder of its own is held by who holds it, with
/// `inherit`, in the nearest open account above (`inherited_from`). A closed account has no owners.
#[utoipa::path(get, path = "/v1/accounts/{account}/owners", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The owners", body = Answer<OwnersBody>)))]
pub(in crate::http) async fn owners(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| {
        let account = ask.account()?;
        let directory = ask.directory();
        let body = OwnersBody {
            account: account.account().clone(),
            status: ownership::status(&account, &directory, ask.as_of()),
            merged_into: account.lifecycle().merged_into().cloned(),
            owners: owner_items(ask, &account, &directory),
        };
        directory.finish()?;
        Ok(body)
    })
    .await
}

/// Which holders are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct HolderFilter {
    /// Only this role, such as `primary`.
    #[param(value_type = Option<String>)]
    role: Option<Role>,
    /// Only this scope, such as `global`.
    #[param(value_type = Option<String>)]
    scope: Option<Scope>,
    /// Only what this person is accountable for.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
}

impl Filter for HolderFilter {}

/// A holder of a lane of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Holder {
    /// The account.
    account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    #[serde(flatten)]
    owner: OwnerItem,
}

impl Row for Holder {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "person",
        "role",
        "scope",
        "from",
        "from_date",
        "to",
        "to_date",
        "tenure_days",
        "event",
        "inherited_from",
        "responsible",
    ];
}

/// What one holder in a lane is told from the others by, in the order of the list.
type HolderKey = (Role, Scope, Instant, u64);

/// Who owns what: every lane of every account that holds at the moment
///
/// In the order of the accounts' ids, then by role, scope and start. Closed accounts have no owners.
#[utoipa::path(get, path = "/v1/ownership", tag = "across accounts", params(HolderFilter, Dated, Paged),
    responses((status = 200, description = "A page of holders", body = List<Holder>)))]
pub(in crate::http) async fn ownership(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn page(ask: &Ask<HolderFilter>) -> Result<Page<(AccountId, HolderKey), Holder>, Problem> {
    let filter = &ask.filter;
    let (directory, day) = (ask.directory(), ask.day());
    let page = ask.across(&Among::All, |account, pager| {
        for owner in ownership::owners(account, &directory, ask.as_of()) {
            let wanted = wants(filter.role.as_ref(), Some(&owner.role))
                && wants(filter.scope.as_ref(), Some(&owner.scope))
                && wants(filter.person.as_ref(), Some(&owner.person));
            let key = (owner.role.clone(), owner.scope.clone(), owner.from, owner.event);
            let id = account.account();
            let name = || account.profile().name.clone();
            let holder = || Holder { account: id.clone(), name: name(), owner: OwnerItem::of(owner, &day) };
            if wanted && pager.offer((id.clone(), key), holder).is_break() {
                break;
            }
        }
    })?;
    directory.finish()?;
    Ok(page)
}
