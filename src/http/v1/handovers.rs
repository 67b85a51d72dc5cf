//! `/v1/handovers`: the board of handovers with their clocks, one of them, and whether it worked.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Handover, HandoverStatus};
use tenure_replay::handovers::measures::{self, Measures, Past, Question};
use tenure_replay::handovers::{HandoverModel, Tracked};
use tenure_replay::{Account, AsOf, Directory, Finding, directory};
use tenure_schemas::payload::handover::HandoverClass;
use tenure_schemas::{AccountId, HandoverId, PersonId};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::address::escape;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, NoFilter, Paged, flag};
use crate::http::problem::{Problem, ProblemType};
use crate::http::render::{Answer, List};
use crate::view::View;

/// Which handovers are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct HandoverFilter {
    /// Only handovers that have come so far.
    #[param(inline)]
    status: Option<HandoverStatus>,
    /// Only handovers that go on, or only those that are over.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    open: Option<bool>,
    /// Only handovers with a step that is overdue, or only the others.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Only handovers that came about so.
    #[param(inline)]
    class: Option<HandoverClass>,
    /// Only handovers from this person.
    #[param(value_type = Option<String>)]
    from: Option<PersonId>,
    /// Only handovers to this person.
    #[param(value_type = Option<String>)]
    to: Option<PersonId>,
    /// Only handovers of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
}

impl Filter for HandoverFilter {}

impl HandoverFilter {
    fn takes(&self, tracked: &Tracked) -> bool {
        let handover = &tracked.handover;
        wants(self.status.as_ref(), Some(&tracked.status))
            && wants(self.open.as_ref(), Some(&!handover.is_over()))
            && wants(self.overdue.as_ref(), Some(&tracked.overdue))
            && wants(self.class.as_ref(), Some(&handover.class))
            && wants(self.from.as_ref(), Some(&handover.from))
            && wants(self.to.as_ref(), handover.to.as_ref())
    }
}

impl Row for Tracked {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "handover",
        "status",
        "class",
        "from",
        "to",
        "role",
        "scope",
        "due",
        "due_on",
        "overdue",
        "next_step",
        "next_due",
        "started.at",
        "started.date",
        "started.event",
        "successor_named.at",
        "successor_named.date",
        "successor_named.event",
        "briefed.at",
        "briefed.date",
        "briefed.event",
        "briefed.completeness",
        "briefed.brief",
        "introduced",
        "accepted.at",
        "accepted.date",
        "accepted.event",
        "accepted.by",
        "declined",
        "transferred.at",
        "transferred.date",
        "transferred.event",
        "completed.at",
        "completed.date",
        "completed.event",
        "cancelled.at",
        "cancelled.date",
        "cancelled.event",
        "clocks",
        "model",
    ];
}

/// A handover with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct HandoverBody {
    #[serde(flatten)]
    tracked: Tracked,
    /// The positions of the events that it rests on.
    events: Vec<u64>,
    /// What contradicts it in what was reported.
    findings: Vec<Finding>,
    /// The address that renders the brief again that the successor got.
    #[serde(skip_serializing_if = "Option::is_none")]
    brief_address: Option<String>,
}

/// The handovers of all accounts
///
/// In the order of the accounts' ids, then of the handovers', each with its clocks in business days against the service
/// levels in force (`model/handover`).
#[utoipa::path(get, path = "/v1/handovers", tag = "handovers", params(HandoverFilter, Dated, Paged),
    responses((status = 200, description = "A page of handovers", body = List<Tracked>)))]
pub(in crate::http) async fn handovers(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn page(ask: &Ask<HandoverFilter>) -> Result<Page<(AccountId, HandoverId), Tracked>, Problem> {
    let (directory, day) = (ask.directory(), ask.day());
    let model = HandoverModel::active(&directory.models());
    let among = Among::only(ask.filter.account.as_ref());
    let page = ask.across(&among, |account, pager: &mut Pager<(AccountId, HandoverId), Tracked>| {
        let tracked = account.handovers().map(|handover| model.track(account.account(), handover, &day));
        for tracked in tracked.filter(|tracked| ask.filter.takes(tracked)) {
            let key = (tracked.account.clone(), tracked.handover.handover.clone());
            if pager.offer(key, || tracked).is_break() {
                break;
            }
        }
    })?;
    directory.finish()?;
    Ok(page)
}

/// One handover
///
/// With its steps, their clocks, and what contradicts it.
#[utoipa::path(get, path = "/v1/handovers/{account}/{handover}", tag = "handovers",
    params(("account" = String, Path, description = "The account's id"),
        ("handover" = String, Path, description = "The handover's id in the account"), Dated),
    responses((status = 200, description = "The handover", body = Answer<HandoverBody>)))]
pub(in crate::http) async fn handover(call: Call) -> Response {
    call.document(Reach::One, describe).await
}

fn describe(ask: &Ask<NoFilter>) -> Result<HandoverBody, Problem> {
    let (account, look_up) = (ask.account()?, ask.directory());
    let handover = named(ask, &account)?;
    let (events, model) = (handover.events(), HandoverModel::active(&look_up.models()));
    let mut findings = directory::findings(&account, &look_up, ask.instant());
    findings.retain(|finding| finding.events.iter().any(|event| events.contains(event)));
    let tracked = model.track(account.account(), handover, &ask.day());
    look_up.finish()?;
    Ok(HandoverBody { brief_address: brief_address(&tracked), tracked, events, findings })
}

/// The handover that the path names, as of the moment.
fn named<'a>(ask: &Ask<NoFilter>, account: &'a Account) -> Result<&'a Handover, Problem> {
    let text = ask.part("handover");
    let known = HandoverId::new(text).ok().and_then(|id| account.handover(&id));
    known.ok_or_else(|| {
        let detail = format!(
            "account {} has no handover \"{text}\" at that moment, as far as is known: /v1/handovers?account={} lists \
             those it has",
            account.account(),
            account.account()
        );
        Problem::new(ProblemType::UnknownHandover, detail)
    })
}

fn brief_address(tracked: &Tracked) -> Option<String> {
    let (account, handover) = (tracked.account.as_str(), tracked.handover.handover.as_str());
    let brief = &tracked.handover.briefed.as_ref()?.brief;
    let as_of = brief.as_of.to_string();
    let (account, handover, as_of) = (escape(account), escape(handover), escape(&as_of));
    Some(format!("/v1/accounts/{account}/handover-brief?as_of={as_of}&size={}&handover={handover}", brief.size))
}

/// Whether a handover worked
///
/// What happened around the transfer, up to 90 days after it, and how accounts of the same tier fared whose account
/// manager stayed. Scores describe accounts; they are not made for judging employees.
#[utoipa::path(get, path = "/v1/handovers/{account}/{handover}/measures", tag = "handovers",
    params(("account" = String, Path, description = "The account's id"),
        ("handover" = String, Path, description = "The handover's id in the account"), Dated),
    responses((status = 200, description = "The measures", body = Answer<Measures>)))]
pub(in crate::http) async fn handover_measures(call: Call) -> Response {
    call.document(Reach::All, measure).await
}

fn measure(ask: &Ask<NoFilter>) -> Result<Measures, Problem> {
    let (account, directory) = (ask.account()?, ask.directory());
    let handover = named(ask, &account)?;
    let past = PastOf { view: &ask.view, stop: &ask.stop, failed: std::cell::RefCell::default() };
    let day = ask.day();
    let measures =
        measures::measures(&Question { account: &account, directory: &directory, handover, past: &past, day: &day });
    past.finish()?;
    directory.finish()?;
    ask.go_on()?;
    measures.ok_or_else(|| {
        let detail = format!(
            "handover \"{}\" has not been transferred at that moment, so there is nothing to measure: ask as of a later \
             one, or for the handover itself at /v1/handovers/{}/{}",
            handover.handover,
            account.account(),
            handover.handover
        );
        Problem::new(ProblemType::UnknownHandover, detail)
    })
}

/// The ledger at other moments, as the same view knows it.
struct PastOf<'a> {
    view: &'a View,
    stop: &'a CancellationToken,
    failed: std::cell::RefCell<Option<Problem>>,
}

impl PastOf<'_> {
    /// The first look that failed; to be asked before an answer is given away.
    fn finish(self) -> Result<(), Problem> {
        self.failed.into_inner().map_or(Ok(()), Err)
    }

    fn try_look(
        &self,
        id: &AccountId,
        as_of: &AsOf,
        see: &mut dyn FnMut(&Account, &dyn Directory),
    ) -> Result<(), Problem> {
        let directory = self.view.directory(as_of);
        if let Some(account) = self.view.account(id, as_of)? {
            see(&account, &directory);
        }
        directory.finish()?;
        Ok(())
    }
}

impl Past for PastOf<'_> {
    fn look(&self, account: &AccountId, as_of: &AsOf, see: &mut dyn FnMut(&Account, &dyn Directory)) {
        if let Err(problem) = self.try_look(account, as_of, see) {
            self.failed.borrow_mut().get_or_insert(problem);
        }
    }

    fn accounts(&self) -> Vec<AccountId> {
        self.view.account_ids(None).cloned().collect()
    }

    fn goes_on(&self) -> bool {
        !self.stop.is_cancelled()
    }
}
