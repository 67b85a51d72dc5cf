//! `/v1/accounts/{account}/ownership`: who was accountable for an account from when to when.

use axum::response::Response;
use serde::Serialize;
use tenure_replay::account::{Coverage, Gap, Interval, Overlap, Status};
use tenure_replay::schedule::{self, Schedule, Scheduled, ScheduledEnd};
use tenure_replay::{Account, Day, Finding, FindingCode, directory, ownership};
use tenure_schemas::AccountId;
use utoipa::ToSchema;

use super::owners::OwnerItem;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::params::{Dated, NoFilter};
use crate::http::problem::Problem;
use crate::http::render::Answer;

/// An interval of a lane, with what is known of it as of the moment.
#[derive(Serialize, ToSchema)]
struct LaneInterval {
    #[serde(flatten)]
    interval: Interval,
    /// Whole civil days, in `tz`, for which it has held as of the moment; 0 on the first day.
    tenure_days: i64,
    /// When it will end, where that is recorded already.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_end: Option<ScheduledEnd>,
}

/// The ownership of an account over time.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OwnershipBody {
    /// The account's id.
    account: AccountId,
    /// Where it stands.
    status: Status,
    /// The account that it is merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<AccountId>,
    /// Who held which lane from when to when, by role, scope and start.
    lanes: Vec<LaneInterval>,
    /// Who held which lane because of an account above, and when, by role, scope and start.
    inherited: Vec<OwnerItem>,
    /// The times up to the moment in which a lane of the open account that had a holder, of its own or by inheritance,
    /// had none.
    gaps: Vec<Gap>,
    /// The times in which a lane had several holders of its own.
    overlaps: Vec<Overlap>,
    /// Who stood in for whom.
    coverage: Vec<Coverage>,
    /// What is recorded already and takes effect after the moment, until a retraction cancels it.
    scheduled: Vec<Scheduled>,
    /// The contradictions about ownership in what was reported.
    findings: Vec<Finding>,
}

/// Who was accountable for an account from when to when
///
/// All intervals that are known as of the moment, with the gaps and overlaps between them, the coverage during
/// absences, what is scheduled, and the findings about ownership. The lanes of accounts that were merged into this one
/// stay theirs.
#[utoipa::path(get, path = "/v1/accounts/{account}/ownership", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The ownership", body = Answer<OwnershipBody>)))]
pub(in crate::http) async fn account_ownership(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| body(ask)).await
}

fn body(ask: &Ask<NoFilter>) -> Result<OwnershipBody, Problem> {
    let account = ask.account()?;
    let events = ask.view.stream_beyond(account.account(), ask.as_of())?;
    ask.go_on()?;
    let schedule = schedule::schedule(&account, &events, ask.as_of());
    let (look_up, day) = (ask.directory(), ask.day());
    let mut findings = directory::findings(&account, &look_up, ask.instant());
    findings.retain(|finding| is_about_ownership(finding.code));
    let inherited = ownership::inherited_owners(&account, &look_up, ask.as_of()).into_iter();
    let body = OwnershipBody {
        account: account.account().clone(),
        status: ownership::status(&account, &look_up, ask.as_of()),
        merged_into: account.lifecycle().merged_into().cloned(),
        lanes: lanes(&account, &schedule, &day),
        inherited: inherited.map(|owner| OwnerItem::of(owner, &day)).collect(),
        gaps: ownership::gaps(&account, &look_up, ask.as_of()),
        overlaps: account.lanes().overlaps(),
        coverage: account.coverages().cloned().collect(),
        scheduled: schedule.changes,
        findings,
    };
    look_up.finish()?;
    Ok(body)
}

fn lanes(account: &Account, schedule: &Schedule, day: &Day) -> Vec<LaneInterval> {
    let item = |interval: &Interval| LaneInterval {
        interval: interval.clone(),
        tenure_days: ownership::tenure_days(&interval.stretch(), day),
        scheduled_end: schedule.ends.get(&interval.event).cloned(),
    };
    account.lanes().intervals().map(item).collect()
}

fn is_about_ownership(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::SecondPrimary
            | FindingCode::TransferFromNonHolder
            | FindingCode::EndedByNonHolder
            | FindingCode::OwnerNotJoined
            | FindingCode::OwnerDeparted
            | FindingCode::OwnersDisagree
            | FindingCode::CoverageByOwner
            | FindingCode::CoverageChained
            | FindingCode::CoverageOverlaps
            | FindingCode::CoverageTooLong
            | FindingCode::CoverageNotFound
    )
}
