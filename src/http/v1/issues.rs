//! `/v1/issues` and `/v1/accounts/{account}/issues`: what clients raised.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Issue, IssueStatus};
use tenure_schemas::payload::issue::Severity;
use tenure_schemas::{AccountId, IssueId, PersonId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which issues of an account are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AccountIssuesFilter {
    /// Only issues in this status.
    #[param(inline)]
    status: Option<IssueStatus>,
}

impl Filter for AccountIssuesFilter {}

/// Which issues are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct IssuesFilter {
    /// Only issues of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only issues of which this person is in charge.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only issues in this status.
    #[param(inline)]
    status: Option<IssueStatus>,
    /// Only issues of this severity.
    #[param(inline)]
    severity: Option<Severity>,
}

impl Filter for IssuesFilter {}

/// An issue of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountIssue {
    /// The account.
    account: AccountId,
    #[serde(flatten)]
    issue: Issue,
}

impl Row for AccountIssue {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "issue",
        "status",
        "type",
        "severity",
        "subject",
        "order",
        "contact",
        "raised_at",
        "respond_by",
        "resolve_by",
        "person",
        "team",
        "owner_changes",
        "responded_at",
        "waiting_for",
        "resolved_at",
        "closed_at",
        "reopenings",
        "escalations",
        "escalated_to",
        "satisfaction",
        "moved_to",
        "event",
    ];
}

/// The issues of an account
///
/// In the order of their ids.
#[utoipa::path(get, path = "/v1/accounts/{account}/issues", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), AccountIssuesFilter, Dated, Paged),
    responses((status = 200, description = "A page of issues", body = List<AccountIssue>)))]
pub(in crate::http) async fn account_issues(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<AccountIssuesFilter>| {
        let status = ask.filter.status;
        page(ask, Some(&ask.account_id()?), |issue| status.is_none_or(|status| issue.status == status))
    })
    .await
}

/// The issues of all accounts
///
/// In the order of the accounts' ids, then of the issues'.
#[utoipa::path(get, path = "/v1/issues", tag = "across accounts", params(IssuesFilter, Dated, Paged),
    responses((status = 200, description = "A page of issues", body = List<AccountIssue>)))]
pub(in crate::http) async fn issues(call: Call) -> Response {
    call.list(Reach::All, |ask: &Ask<IssuesFilter>| {
        page(ask, ask.filter.account.as_ref(), |issue| ask.filter.matches(issue))
    })
    .await
}

impl IssuesFilter {
    fn matches(&self, issue: &Issue) -> bool {
        wants(self.person.as_ref(), issue.person.as_ref())
            && wants(self.status.as_ref(), Some(&issue.status))
            && wants(self.severity.as_ref(), issue.severity.as_ref())
    }
}

fn page<F>(
    ask: &Ask<F>,
    only: Option<&AccountId>,
    wanted: impl Fn(&Issue) -> bool,
) -> Result<Page<(AccountId, IssueId), AccountIssue>, Problem> {
    ask.across(&Among::only(only), |account, pager: &mut Pager<(AccountId, IssueId), AccountIssue>| {
        let id = account.account();
        for issue in account.issues().filter(|issue| wanted(issue)) {
            let item = || AccountIssue { account: id.clone(), issue: issue.clone() };
            if pager.offer((id.clone(), issue.issue.clone()), item).is_break() {
                break;
            }
        }
    })
}
