//! `/v1/contracts` and `/v1/accounts/{account}/contracts`: what was signed, and how long it holds.

use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_replay::Day;
use tenure_replay::account::{Contract, ContractStatus};
use tenure_schemas::{AccountId, ContractId, Money};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged, parse_days};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which contracts of an account are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AccountContractsFilter {
    /// Only contracts in this status.
    #[param(inline)]
    status: Option<ContractStatus>,
}

impl Filter for AccountContractsFilter {}

/// Which contracts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ContractsFilter {
    /// Only contracts of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only contracts in this status.
    #[param(inline)]
    status: Option<ContractStatus>,
    /// Only contracts whose agreed end comes within so many days, those that renew themselves included.
    #[param(value_type = Option<u32>, maximum = 36_500, example = 90)]
    ends_within: Option<String>,
    /// Only contracts of which notice is due within so many days.
    #[param(value_type = Option<u32>, maximum = 36_500, example = 30)]
    notice_within: Option<String>,
}

impl Filter for ContractsFilter {}

/// A contract of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountContract {
    /// The account.
    account: AccountId,
    /// Where it stands. One that renews itself is `running` past its agreed end, until it is ended.
    status: ContractStatus,
    #[serde(flatten)]
    contract: Contract,
    /// What the term is worth that runs; before the first term that one, after the last the last.
    value: Money,
    /// The first day of the first term.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The agreed end: the day after the last of the last term.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Whether it runs past its agreed end because it renews itself; for how long, nobody recorded.
    renewed_itself: bool,
    /// Whole days to the agreed end: 1 on the last day, 0 or less once it has expired. Absent when it was ended or has
    /// renewed itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_to_end: Option<i64>,
    /// The day by which notice is to be given; absent without a notice period, and when it no longer matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    notice_deadline: Option<Date>,
}

impl AccountContract {
    fn of(account: &AccountId, contract: &Contract, day: &Day) -> Self {
        Self {
            account: account.clone(),
            status: contract.status(day),
            value: contract.term_on(day).value,
            from: contract.signed.from,
            to: contract.last_term().to,
            renewed_itself: contract.has_renewed_itself(day),
            days_to_end: contract.days_to_end(day),
            notice_deadline: contract.notice_deadline(day),
            contract: contract.clone(),
        }
    }
}

impl Row for AccountContract {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "contract",
        "status",
        "value.amount",
        "value.currency",
        "from",
        "to",
        "days_to_end",
        "auto_renew",
        "renewed_itself",
        "notice_days",
        "notice_deadline",
        "signed.agreed_at",
        "renewals",
        "ended_at",
        "ended_by",
        "end_reason",
        "ended_event",
        "event",
    ];
}

/// The contracts of an account
///
/// In the order of their ids; those of accounts merged into it are listed under their own `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/contracts", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), AccountContractsFilter, Dated, Paged),
    responses((status = 200, description = "A page of contracts", body = List<AccountContract>)))]
pub(in crate::http) async fn account_contracts(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<AccountContractsFilter>| {
        let wanted = Wanted { status: ask.filter.status, ends_within: None, notice_within: None };
        page(ask, &ask.below()?, &wanted)
    })
    .await
}

/// The contracts of all accounts
///
/// In the order of the accounts' ids, then of the contracts'.
#[utoipa::path(get, path = "/v1/contracts", tag = "across accounts", params(ContractsFilter, Dated, Paged),
    responses((status = 200, description = "A page of contracts", body = List<AccountContract>)))]
pub(in crate::http) async fn contracts(call: Call) -> Response {
    call.list(Reach::All, |ask: &Ask<ContractsFilter>| {
        let filter = &ask.filter;
        let wanted = Wanted {
            status: filter.status,
            ends_within: parse_days("ends_within", filter.ends_within.as_ref())?,
            notice_within: parse_days("notice_within", filter.notice_within.as_ref())?,
        };
        page(ask, &Among::only(filter.account.as_ref()), &wanted)
    })
    .await
}

/// Which contracts are wanted, in either list.
struct Wanted {
    status: Option<ContractStatus>,
    ends_within: Option<i64>,
    notice_within: Option<i64>,
}

impl Wanted {
    fn matches(&self, contract: &Contract, day: &Day) -> bool {
        let notice = || contract.notice_deadline(day).map(|deadline| day.days_until(deadline));
        wants(self.status.as_ref(), Some(&contract.status(day)))
            && self
                .ends_within
                .is_none_or(|days| contract.days_to_end(day).is_some_and(|left| 0 < left && left <= days))
            && self.notice_within.is_none_or(|days| notice().is_some_and(|left| (0..=days).contains(&left)))
    }
}

fn page<F>(
    ask: &Ask<F>,
    among: &Among,
    wanted: &Wanted,
) -> Result<Page<(AccountId, ContractId), AccountContract>, Problem> {
    let day = ask.day();
    ask.across(among, |account, pager: &mut Pager<(AccountId, ContractId), AccountContract>| {
        let id = account.account();
        for contract in account.contracts().filter(|contract| wanted.matches(contract, &day)) {
            let item = || AccountContract::of(id, contract, &day);
            if pager.offer((id.clone(), contract.contract.clone()), item).is_break() {
                break;
            }
        }
    })
}
