//! `/v1/accounts`: the accounts that exist at a moment.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::Status;
use tenure_replay::{Account, ownership};
use tenure_schemas::payload::account::{Stage, Tier};
use tenure_schemas::{AccountId, Currency, Name, PersonId};
use utoipa::ToSchema;

use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which accounts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AccountFilter {
    /// Only accounts in this status. Those before their first event are listed only when `unknown` is asked for.
    #[param(inline)]
    status: Option<Status>,
    /// Only accounts whose account manager of record (`primary` of the whole account) is this person, inherited ones
    /// included.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
    /// Only accounts of this tier.
    #[param(inline)]
    tier: Option<Tier>,
    /// Only accounts in this stage.
    #[param(inline)]
    stage: Option<Stage>,
    /// Only accounts of this region.
    #[param(value_type = Option<String>)]
    region: Option<Name>,
    /// Only accounts directly below this one.
    #[param(value_type = Option<String>)]
    parent: Option<AccountId>,
    /// Only accounts whose name has this in it, in whatever case.
    q: Option<String>,
}

impl Filter for AccountFilter {}

/// An account in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountItem {
    /// The account's id.
    account: AccountId,
    /// Its name; absent when it was never opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    /// Where it stands.
    status: Status,
    /// The account that it is merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<AccountId>,
    /// Who is account manager of record, inherited or not.
    owners: Vec<PersonId>,
    /// How far the relationship has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
    /// The tier that people decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<Tier>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Name>,
    /// The industry.
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<Name>,
    /// The currency that its figures are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// The account it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<AccountId>,
}

impl Row for AccountItem {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "status",
        "owners",
        "stage",
        "tier",
        "region",
        "industry",
        "currency",
        "parent",
        "merged_into",
    ];
}

/// The accounts that exist at a moment
///
/// In the order of their ids. An account exists from its first event on; closed and merged ones are listed too.
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts", params(AccountFilter, Dated, Paged),
    responses((status = 200, description = "A page of accounts", body = List<AccountItem>)))]
pub(in crate::http) async fn accounts(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn page(ask: &Ask<AccountFilter>) -> Result<Page<(AccountId, ()), AccountItem>, Problem> {
    let filter = &ask.filter;
    let q = filter.q.as_deref().map(str::to_lowercase);
    let directory = ask.directory();
    let among = match &filter.parent {
        Some(parent) => Among::These(ask.view.accounts_of_parent(parent).cloned().collect()),
        None => Among::All,
    };
    let page = ask.across(&among, |account, pager| {
        let status = ownership::status(account, &directory, ask.as_of());
        if !filter.matches(account, status, q.as_deref()) {
            return;
        }
        let owners = ownership::managers(account, &directory, ask.as_of());
        if filter.owner.as_ref().is_none_or(|owner| owners.contains(owner)) {
            let key = (account.account().clone(), ());
            // Breaking is for the walk to see.
            let _ = pager.offer(key, || item(account, status, owners));
        }
    })?;
    directory.finish()?;
    Ok(page)
}

impl AccountFilter {
    /// Whether all but the owner fits.
    fn matches(&self, account: &Account, status: Status, q: Option<&str>) -> bool {
        let profile = account.profile();
        let named = |q: &str| profile.name.as_ref().is_some_and(|name| name.as_str().to_lowercase().contains(q));
        let exists = status != Status::Unknown;
        self.status.map_or(exists, |wanted| wanted == status)
            && wants(self.tier.as_ref(), profile.tier.as_ref())
            && wants(self.stage.as_ref(), profile.stage.as_ref())
            && wants(self.region.as_ref(), profile.region.as_ref())
            && wants(self.parent.as_ref(), profile.parent.as_ref())
            && q.is_none_or(named)
    }
}

/// Whether a value is the wanted one, or none is wanted.
pub(super) fn wants<T: PartialEq>(wanted: Option<&T>, value: Option<&T>) -> bool {
    wanted.is_none_or(|wanted| value == Some(wanted))
}

fn item(account: &Account, status: Status, owners: Vec<PersonId>) -> AccountItem {
    let profile = account.profile().clone();
    AccountItem {
        account: account.account().clone(),
        name: profile.name,
        status,
        merged_into: account.lifecycle().merged_into().cloned(),
        owners,
        stage: profile.stage,
        tier: profile.tier,
        region: profile.region,
        industry: profile.industry,
        currency: profile.currency,
        parent: profile.parent,
    }
}
