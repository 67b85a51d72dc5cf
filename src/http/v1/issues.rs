//! `/v1/issues` and `/v1/accounts/{account}/issues`: what clients raised.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Clocks, Issue, IssueStatus};
use tenure_schemas::payload::issue::Severity;
use tenure_schemas::{AccountId, IssueId, PersonId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged, flag};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which issues of an account are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AccountIssuesFilter {
    /// Only issues of which this person is in charge.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only issues in this status.
    #[param(inline)]
    status: Option<IssueStatus>,
    /// Only issues of this severity.
    #[param(inline)]
    severity: Option<Severity>,
    /// Only issues with a clock that runs and is past what is due, or only those without.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
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
    /// Only issues with a clock that runs and is past what is due, or only those without.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
}

impl Filter for IssuesFilter {}

/// An issue of an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountIssue {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    issue: Issue,
    /// How long the client has waited, and whether that was in time. Clocks count calendar time. The respond clock stops
    /// with the first answer, or with the end where nobody reported one; the resolve clock runs on when an issue is
    /// reopened, as though it had not stopped. Waiting is taken off `net_s` and moves nothing that is due.
    clocks: Clocks,
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
        "waits",
        "reopenings",
        "reopened_at",
        "escalations",
        "escalated_to",
        "satisfaction",
        "moved_to",
        "moved_at",
        "clocks.respond.state",
        "clocks.respond.elapsed_s",
        "clocks.resolve.state",
        "clocks.resolve.stopped_at",
        "clocks.resolve.elapsed_s",
        "clocks.resolve.net_s",
        "clocks.resolve.waited.client_s",
        "clocks.resolve.waited.third_party_s",
        "clocks.resolve.waited.us_s",
        "clocks.resolve.waited.unstated_s",
        "event",
    ];
}

/// The issues of an account
///
/// In the order of their ids; those of accounts merged into it are listed under their own `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/issues", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), AccountIssuesFilter, Dated, Paged),
    responses((status = 200, description = "A page of issues", body = List<AccountIssue>)))]
pub(in crate::http) async fn account_issues(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<AccountIssuesFilter>| {
        let filter = &ask.filter;
        let wanted = Wanted {
            person: filter.person.as_ref(),
            status: filter.status,
            severity: filter.severity,
            overdue: filter.overdue,
        };
        page(ask, &ask.below()?, &wanted)
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
        let filter = &ask.filter;
        let wanted = Wanted {
            person: filter.person.as_ref(),
            status: filter.status,
            severity: filter.severity,
            overdue: filter.overdue,
        };
        page(ask, &Among::only(filter.account.as_ref()), &wanted)
    })
    .await
}

/// Which issues of an account are wanted, whichever list is asked.
struct Wanted<'a> {
    person: Option<&'a PersonId>,
    status: Option<IssueStatus>,
    severity: Option<Severity>,
    overdue: Option<bool>,
}

impl Wanted<'_> {
    fn matches(&self, issue: &Issue, clocks: &Clocks) -> bool {
        wants(self.person, issue.person.as_ref())
            && wants(self.status.as_ref(), Some(&issue.status))
            && wants(self.severity.as_ref(), issue.severity.as_ref())
            && wants(self.overdue.as_ref(), Some(&clocks.is_overdue()))
    }
}

fn page<F>(
    ask: &Ask<F>,
    among: &Among,
    wanted: &Wanted<'_>,
) -> Result<Page<(AccountId, IssueId), AccountIssue>, Problem> {
    ask.across(among, |account, pager: &mut Pager<(AccountId, IssueId), AccountIssue>| {
        let id = account.account();
        for issue in account.issues() {
            let clocks = Clocks::of(issue, ask.instant());
            let item = || AccountIssue { account: id.clone(), issue: issue.clone(), clocks };
            if wanted.matches(issue, &clocks) && pager.offer((id.clone(), issue.issue.clone()), item).is_break() {
                break;
            }
        }
    })
}
