//! `/v1/accounts/{account}`: one account as it stands at a moment.

use std::sync::LazyLock;

use axum::response::Response;
use serde::Serialize;
use tenure_replay::account::{
    Clocks, Closure, Commitment, CommitmentStatus, Contract, ContractStatus, Interactions, IssueStatus, NeedStatus,
    PlannedStatus, Profile, Status,
};
use tenure_replay::merges::{Accounts, Whole};
use tenure_replay::{Account, Day, Directory, ownership, plans};
use tenure_schemas::{AccountId, Instant, PlanId};
use utoipa::ToSchema;

use super::owners::{OwnerItem, owner_items};
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
    /// The account that it is merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<AccountId>,
    /// The accounts merged into it, whose facts are in `counts` and `interactions` and in the lists below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged_from: Vec<AccountId>,
    #[serde(flatten)]
    profile: Profile,
    /// When its first event happened.
    first_event_at: Option<Instant>,
    /// When it was opened.
    opened_at: Option<Instant>,
    /// The times in which it was closed or merged; the last one may go on.
    closures: Vec<Closure>,
    /// Who holds which lane.
    owners: Vec<OwnerItem>,
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
    /// Events of the account and of those merged into it.
    events: u64,
}

/// One account as it stands
///
/// Before its first event an account has the status `unknown` and nothing else. What is of accounts that are merged into
/// it at the moment is counted with it, and listed below it under its own `account`; a merged account goes on answering
/// for itself.
#[utoipa::path(get, path = "/v1/accounts/{account}", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The account", body = Answer<AccountBody>)))]
pub(in crate::http) async fn account(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| body(ask)).await
}

fn body(ask: &Ask<NoFilter>) -> Result<AccountBody, Problem> {
    let whole = ask.whole()?;
    let children = children(ask, whole.own().account())?;
    let directory = ask.directory();
    let body = describe(ask, &whole, &directory, children);
    directory.finish()?;
    Ok(body)
}

fn describe(ask: &Ask<NoFilter>, whole: &Whole, directory: &dyn Directory, children: Vec<AccountId>) -> AccountBody {
    let (account, day) = (whole.own(), ask.day());
    let lifecycle = account.lifecycle();
    let counts = counts(whole, children.len(), ask.instant(), &day);
    AccountBody {
        account: account.account().clone(),
        status: ownership::status(account, directory, ask.as_of()),
        merged_into: lifecycle.merged_into().cloned(),
        merged_from: whole.merged_ids(),
        profile: account.profile().clone(),
        first_event_at: lifecycle.first_event_at,
        opened_at: lifecycle.opened.map(|(at, _)| at),
        closures: lifecycle.closed.clone(),
        owners: owner_items(ask, account, directory),
        children: children.into_iter().take(MAX_CHILDREN).collect(),
        current_plan: plans::current(account, &day).map(|plan| plan.plan.clone()),
        counts,
        interactions: whole
            .accounts()
            .map(Account::interactions)
            .fold(Interactions::default(), |all, own| all.and(&own)),
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

fn counts(whole: &Whole, children: usize, at: Instant, day: &Day) -> Counts {
    let sum = |of: &dyn Fn(&Account) -> usize| whole.accounts().map(of).sum();
    let planned = |wanted: &[PlannedStatus]| {
        sum(&|account| account.planned().filter(|planned| wanted.contains(&planned.status(at))).count())
    };
    let open = |status: IssueStatus| matches!(status, IssueStatus::Open | IssueStatus::Waiting);
    let is_open = |made: &&Commitment| made.status == CommitmentStatus::Open;
    let runs = |signed: &&Contract| signed.status(day) == ContractStatus::Running;
    Counts {
        children,
        contacts: sum(&|account| account.contacts().filter(|contact| contact.left_at.is_none()).count()),
        orders: sum(&|account| account.orders().count()),
        issues: sum(&|account| account.issues().count()),
        open_issues: sum(&|account| account.issues().filter(|issue| open(issue.status)).count()),
        overdue_issues: sum(&|account| account.issues().filter(|issue| Clocks::of(issue, at).is_overdue()).count()),
        plans: sum(&|account| account.plans().count()),
        open_commitments: sum(&|account| account.commitments().filter(is_open).count()),
        running_contracts: sum(&|account| account.contracts().filter(runs).count()),
        open_needs: sum(&|account| account.needs().filter(|need| need.status == NeedStatus::Open).count()),
        survey_responses: sum(&|account| account.survey_responses().count()),
        planned_interactions: planned(&[PlannedStatus::Planned, PlannedStatus::Overdue]),
        overdue_interactions: planned(&[PlannedStatus::Overdue]),
        notes: sum(&|account| account.notes().count()),
        competitors: sum(&|account| account.competitors().count()),
        events: whole.accounts().map(Account::events).sum(),
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
