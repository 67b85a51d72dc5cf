//! `/v1/commitments` and `/v1/accounts/{account}/commitments`: what we and the clients promised.

use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_replay::Day;
use tenure_replay::account::{Commitment, CommitmentStatus};
use tenure_schemas::payload::order::Party;
use tenure_schemas::{AccountId, CommitmentId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged, flag, parse_day};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which commitments of an account are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AccountCommitmentsFilter {
    /// Only commitments in this status.
    #[param(inline)]
    status: Option<CommitmentStatus>,
    /// Only commitments that the client made, or that we made.
    #[param(inline)]
    by: Option<Party>,
    /// Only commitments that are open past their due dates, or only the others.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Only what was said in passing, or only what was agreed.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    soft: Option<bool>,
}

impl Filter for AccountCommitmentsFilter {}

/// Which commitments are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct CommitmentsFilter {
    /// Only commitments of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only commitments in this status.
    #[param(inline)]
    status: Option<CommitmentStatus>,
    /// Only commitments that the clients made, or that we made.
    #[param(inline)]
    by: Option<Party>,
    /// Only commitments that are open past their due dates, or only the others.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Only what was said in passing, or only what was agreed.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    soft: Option<bool>,
    /// Only commitments due on this date or later.
    #[param(example = "2024-01-01")]
    due_from: Option<String>,
    /// Only commitments due on this date or earlier.
    #[param(example = "2024-12-31")]
    due_to: Option<String>,
}

impl Filter for CommitmentsFilter {}

/// A commitment of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountCommitment {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    commitment: Commitment,
    /// Whether it is open past its due date.
    overdue: bool,
    /// By how many whole days it is late, or was when it was kept; absent in time, without a due date, and for what
    /// was broken or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_late: Option<u32>,
}

impl Row for AccountCommitment {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "commitment",
        "status",
        "by",
        "text",
        "due",
        "overdue",
        "days_late",
        "soft",
        "made_at",
        "ended_at",
        "ended_date",
        "ended_event",
        "event",
    ];
}

/// The commitments of an account
///
/// In the order of their ids; those of accounts merged into it are listed under their own `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/commitments", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), AccountCommitmentsFilter, Dated, Paged),
    responses((status = 200, description = "A page of commitments", body = List<AccountCommitment>)))]
pub(in crate::http) async fn account_commitments(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<AccountCommitmentsFilter>| {
        let AccountCommitmentsFilter { status, by, overdue, soft } = ask.filter;
        let wanted = Wanted { status, by, overdue, soft, due: (None, None) };
        page(ask, &ask.below()?, &wanted)
    })
    .await
}

/// The commitments of all accounts
///
/// In the order of the accounts' ids, then of the commitments'.
#[utoipa::path(get, path = "/v1/commitments", tag = "across accounts", params(CommitmentsFilter, Dated, Paged),
    responses((status = 200, description = "A page of commitments", body = List<AccountCommitment>)))]
pub(in crate::http) async fn commitments(call: Call) -> Response {
    call.list(Reach::All, |ask: &Ask<CommitmentsFilter>| {
        let CommitmentsFilter { account, status, by, overdue, soft, due_from, due_to } = &ask.filter;
        let due = (parse_day("due_from", due_from.as_ref())?, parse_day("due_to", due_to.as_ref())?);
        let wanted = Wanted { status: *status, by: *by, overdue: *overdue, soft: *soft, due };
        page(ask, &Among::only(account.as_ref()), &wanted)
    })
    .await
}

/// Which commitments are wanted, in either list.
struct Wanted {
    status: Option<CommitmentStatus>,
    by: Option<Party>,
    overdue: Option<bool>,
    soft: Option<bool>,
    /// The first and the last due date.
    due: (Option<Date>, Option<Date>),
}

impl Wanted {
    fn matches(&self, commitment: &Commitment, day: &Day) -> bool {
        let (first, last) = self.due;
        wants(self.status.as_ref(), Some(&commitment.status))
            && wants(self.by.as_ref(), Some(&commitment.by))
            && wants(self.overdue.as_ref(), Some(&commitment.is_overdue(day)))
            && wants(self.soft.as_ref(), Some(&commitment.soft))
            && first.is_none_or(|first| commitment.due.is_some_and(|due| first <= due))
            && last.is_none_or(|last| commitment.due.is_some_and(|due| due <= last))
    }
}

fn page<F>(
    ask: &Ask<F>,
    among: &Among,
    wanted: &Wanted,
) -> Result<Page<(AccountId, CommitmentId), AccountCommitment>, Problem> {
    let day = ask.day();
    ask.across(among, |account, pager: &mut Pager<(AccountId, CommitmentId), AccountCommitment>| {
        let id = account.account();
        for commitment in account.commitments().filter(|commitment| wanted.matches(commitment, &day)) {
            let item = || AccountCommitment {
                account: id.clone(),
                overdue: commitment.is_overdue(&day),
                days_late: commitment.days_late(&day),
                commitment: commitment.clone(),
            };
            if pager.offer((id.clone(), commitment.commitment.clone()), item).is_break() {
                break;
            }
        }
    })
}
