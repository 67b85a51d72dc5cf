//! `/v1/accounts/{account}`: one account as it stands at a moment.

use std::sync::LazyLock;

use axum::response::Response;
use serde::Serialize;
use tenure_replay::account::{
    Clocks, Closure, CommitmentStatus, ContractStatus, Interactions, IssueStatus, NeedStatus, PlannedStatus, Profile,
    Status,
};
use tenure_replay::ownership::{self, Owner};
use tenure_replay::{Account, Day, Directory, plans};
use tenure_schemas::{AccountId, Instant, PlanId};
use utoipa::ToSchema;

use crate::http::address::escape;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::openapi;
use crate::http::params::{Dated, NoFilter};
use crate::http::problem::Problem;
use crate::http::render::Answer;

/// The most child accounts that are named here; all are in the list of accounts.
const MAX_CHILDREN: usize = 1_000;

/// An account as it stands.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountBody {
    /// The account's id.
    account: AccountId,
    /// Where it stands.
    status: Status,
    #[serde(flatten)]
    profile: Profile,
    /// When its first event happened.
    first_event_at: Option<Instant>,
    /// When it was opened.
    opened_at: Option<Instant>,
    /// The times in which it was closed or merged; the last one may go on.
    closures: Vec<Closure>,
    /// Who holds which lane.
    owners: Vec<Owner>,
    /// The accounts directly below, at most 1,000 of them; `/v1/accounts?parent=` lists all.
    children: Vec<AccountId>,
    /// The plan that it is managed by; absent without an active one.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_plan: Option<PlanId>,
    /// How many there are of what it has.
    counts: Counts,
    /// How often we were in touch.
    interactions: Interactions,
    /// Where the rest of it is: its plans, commitments, issues and so on, each about any moment.
    links: Vec<String>,
}

/// How many there are of what an account has.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Counts {
    /// Accounts directly below.
    children: usize,
    /// Contacts who are still at the client's.
    contacts: usize,
    /// Orders, cancelled ones included.
    orders: usize,
    /// Issues, whatever their status.
    issues: usize,
    /// Issues that are open or wait.
    open_issues: usize,
    /// Issues with a clock that runs and is past what is due.
    overdue_issues: usize,
    /// Plans, whatever their status.
    plans: usize,
    /// Commitments that were neither kept nor broken nor withdrawn.
    open_commitments: usize,
    /// Contracts that are in force.
    running_contracts: usize,
    /// Needs that were neither met nor dropped.
    open_needs: usize,
    /// Answers to surveys.
    survey_responses: usize,
    /// Interactions that are planned and were neither held nor cancelled.
    planned_interactions: usize,
    /// Those of them whose time has passed.
    overdue_interactions: usize,
    /// Notes.
    notes: usize,
    /// Competitors who were seen at the client.
    competitors: usize,
    /// Events that the answer rests on.
    events: u64,
}

/// One account as it stands
///
/// Before its first event an account has the status `unknown` and nothing else.
#[utoipa::path(get, path = "/v1/accounts/{account}", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The account", body = Answer<AccountBody>)))]
pub(in crate::http) async fn account(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| body(ask)).await
}

fn body(ask: &Ask<NoFilter>) -> Result<AccountBody, Problem> {
    let account = ask.account()?;
    let children = children(ask, account.account())?;
    let directory = ask.directory();
    let body = describe(ask, &account, &directory, children);
    directory.finish()?;
    Ok(body)
}

fn describe(
    ask: &Ask<NoFilter>,
    account: &Account,
    directory: &dyn Directory,
    children: Vec<AccountId>,
) -> AccountBody {
    let lifecycle = account.lifecycle();
    let day = ask.day();
    let counts = counts(account, children.len(), ask.instant(), &day);
    AccountBody {
        account: account.account().clone(),
        status: account.status(ask.instant()),
        profile: account.profile().clone(),
        first_event_at: lifecycle.first_event_at,
        opened_at: lifecycle.opened.map(|(at, _)| at),
        closures: lifecycle.closed.clone(),
        owners: ownership::owners(account, directory, ask.as_of()),
        children: children.into_iter().take(MAX_CHILDREN).collect(),
        current_plan: plans::current(account, &day).map(|plan| plan.plan.clone()),
        counts,
        interactions: account.interactions(),
        links: links(account.account()),
    }
}

/// What is below an account, as the description of the API has it.
static BELOW: LazyLock<Vec<String>> = LazyLock::new(|| {
    let paths = openapi().paths.paths.into_keys();
    let below = paths.filter_map(|path| path.strip_prefix("/v1/accounts/{account}/").map(str::to_owned));
    below.filter(|rest| !rest.contains('{')).collect()
});

fn links(account: &AccountId) -> Vec<String> {
    let id = escape(account.as_str());
    BELOW.iter().map(|rest| format!("/v1/accounts/{id}/{rest}")).collect()
}

fn counts(account: &Account, children: usize, at: Instant, day: &Day) -> Counts {
    let planned =
        |wanted: &[PlannedStatus]| account.planned().filter(|planned| wanted.contains(&planned.status(at))).count();
    let open = |status: IssueStatus| matches!(status, IssueStatus::Open | IssueStatus::Waiting);
    Counts {
        children,
        contacts: account.contacts().filter(|contact| contact.left_at.is_none()).count(),
        orders: account.orders().count(),
        issues: account.issues().count(),
        open_issues: account.issues().filter(|issue| open(issue.status)).count(),
        overdue_issues: account.issues().filter(|issue| Clocks::of(issue, at).is_overdue()).count(),
        plans: account.plans().count(),
        open_commitments: account.commitments().filter(|made| made.status == CommitmentStatus::Open).count(),
        running_contracts: account.contracts().filter(|signed| signed.status(day) == ContractStatus::Running).count(),
        open_needs: account.needs().filter(|need| need.status == NeedStatus::Open).count(),
        survey_responses: account.survey_responses().count(),
        planned_interactions: planned(&[PlannedStatus::Planned, PlannedStatus::Overdue]),
        overdue_interactions: planned(&[PlannedStatus::Overdue]),
        notes: account.notes().count(),
        competitors: account.competitors().count(),
        events: account.events(),
    }
}

fn children(ask: &Ask<NoFilter>, parent: &AccountId) -> Result<Vec<AccountId>, Problem> {
    let among = Among::These(ask.view.accounts_of_parent(parent).cloned().collect());
    let mut children = Vec::new();
    ask.each_account(&among, None, |account| {
        if account.profile().parent.as_ref() == Some(parent) {
            children.push(account.account().clone());
        }
        true
    })?;
    Ok(children)
}
