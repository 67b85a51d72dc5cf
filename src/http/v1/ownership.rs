//! `/v1/accounts/{account}/ownership`: who was accountable for an account from when to when.

use axum::response::Response;
use serde::Serialize;
use tenure_replay::account::{Coverage, Gap, Interval, Overlap, Status};
use tenure_replay::{Finding, FindingCode, directory};
use tenure_schemas::AccountId;
use utoipa::ToSchema;

use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::params::{Dated, NoFilter};
use crate::http::problem::Problem;
use crate::http::render::Answer;

/// The ownership of an account over time.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OwnershipBody {
    /// The account's id.
    account: AccountId,
    /// Where it stands.
    status: Status,
    /// Who held which lane from when to when, by role, scope and start.
    lanes: Vec<Interval>,
    /// The times up to the moment in which a lane of the open account that had a holder had none.
    gaps: Vec<Gap>,
    /// The times in which a lane had several holders.
    overlaps: Vec<Overlap>,
    /// Who stood in for whom.
    coverage: Vec<Coverage>,
    /// The contradictions about ownership in what was reported.
    findings: Vec<Finding>,
}

/// Who was accountable for an account from when to when
///
/// All intervals that are known as of the moment, with the gaps and overlaps between them, the coverage during
/// absences, and the findings about ownership.
#[utoipa::path(get, path = "/v1/accounts/{account}/ownership", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated),
    responses((status = 200, description = "The ownership", body = Answer<OwnershipBody>)))]
pub(in crate::http) async fn account_ownership(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<NoFilter>| body(ask)).await
}

fn body(ask: &Ask<NoFilter>) -> Result<OwnershipBody, Problem> {
    let account = ask.account()?;
    let look_up = ask.directory();
    let mut findings = directory::findings(&account, &look_up, ask.instant());
    look_up.finish()?;
    findings.retain(|finding| is_about_ownership(finding.code));
    Ok(OwnershipBody {
        account: account.account().clone(),
        status: account.status(ask.instant()),
        lanes: account.lanes().intervals().cloned().collect(),
        gaps: account.gaps(ask.instant()),
        overlaps: account.lanes().overlaps(),
        coverage: account.coverages().cloned().collect(),
        findings,
    })
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
            | FindingCode::CoverageTooLong
            | FindingCode::CoverageNotFound
    )
}
