//! `/v1/reports/findings` and `/v1/accounts/{account}/findings`: contradictions in what was reported.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::{Finding, FindingCode, directory};
use tenure_schemas::{AccountId, Instant, PersonId};

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which findings are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct FindingFilter {
    /// Only findings of this rule.
    #[param(inline)]
    code: Option<FindingCode>,
    /// Only findings about this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only findings about this person.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
}

impl Filter for FindingFilter {}

impl Row for Finding {
    const COLUMNS: &'static [&'static str] = &["code", "account", "person", "from", "to", "message", "events"];
}

/// What a finding is told from others by, in the order of the list: those about accounts (`"account"`) come before
/// those about catalogues (`"catalogue"`), models (`"model"`) and people alone (`"person"`).
type Key = (String, String, Instant, Vec<u64>, FindingCode, String);

fn key(class: &str, subject: &str, finding: &Finding) -> Key {
    let Finding { code, from, events, message, .. } = finding;
    (class.to_owned(), subject.to_owned(), *from, events.clone(), *code, message.clone())
}

/// The findings about an account
///
/// In the order in which they began; those about accounts merged into it are listed under their own `account`, account
/// by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/findings", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), Dated, Paged),
    responses((status = 200, description = "A page of findings", body = List<Finding>)))]
pub(in crate::http) async fn account_findings(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| {
        let mut pager = ask.pager()?;
        offer_of_accounts(ask, &ask.below()?, &mut pager, |_| true)?;
        Ok(pager.finish())
    })
    .await
}

/// Every finding: contradictions in what was reported
///
/// Those about accounts, in the order of their ids, then those about catalogues, models, and people alone.
#[utoipa::path(get, path = "/v1/reports/findings", tag = "across accounts", params(FindingFilter, Dated, Paged),
    responses((status = 200, description = "A page of findings", body = List<Finding>)))]
pub(in crate::http) async fn findings(call: Call) -> Response {
    call.list(Reach::All, page).await
}

fn page(ask: &Ask<FindingFilter>) -> Result<Page<Key, Finding>, Problem> {
    let filter = &ask.filter;
    let mut pager = ask.pager()?;
    let among = Among::only(filter.account.as_ref());
    offer_of_accounts(ask, &among, &mut pager, |finding| filter.matches(finding))?;
    if filter.account.is_none() {
        offer_of("catalogue", ask.view.catalogue(ask.as_of()).findings(), ask, &mut pager);
        offer_of("model", ask.view.models(ask.as_of()).findings(), ask, &mut pager);
        offer_of_people(ask, &mut pager);
    }
    Ok(pager.finish())
}

impl FindingFilter {
    fn matches(&self, finding: &Finding) -> bool {
        wants(self.code.as_ref(), Some(&finding.code)) && wants(self.person.as_ref(), finding.person.as_ref())
    }
}

fn offer_of_accounts<F>(
    ask: &Ask<F>,
    among: &Among,
    pager: &mut Pager<Key, Finding>,
    wanted: impl Fn(&Finding) -> bool,
) -> Result<(), Problem> {
    let from = pager.after().filter(|after| after.0 == "account").and_then(|after| AccountId::new(&after.1).ok());
    let past_accounts = pager.after().is_some_and(|after| after.0 != "account");
    if past_accounts {
        return Ok(());
    }
    let look_up = ask.directory();
    ask.each_account(among, from.as_ref(), |account| {
        let mut findings = directory::findings(account, &look_up, ask.instant());
        findings.retain(|finding| wanted(finding));
        let mut keyed: Vec<_> = findings
            .into_iter()
            .map(|finding| (key("account", account.account().as_str(), &finding), finding))
            .collect();
        keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (key, finding) in keyed {
            if pager.offer(key, || finding).is_break() {
                break;
            }
        }
        !pager.is_done()
    })?;
    look_up.finish()?;
    Ok(())
}

fn offer_of(class: &str, findings: &[Finding], ask: &Ask<FindingFilter>, pager: &mut Pager<Key, Finding>) {
    if pager.is_done() {
        return;
    }
    let wanted = findings.iter().filter(|finding| ask.filter.matches(finding));
    let mut keyed: Vec<_> = wanted.map(|finding| (key(class, "", finding), finding)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (key, finding) in keyed {
        if pager.offer(key, || finding.clone()).is_break() {
            break;
        }
    }
}

fn offer_of_people(ask: &Ask<FindingFilter>, pager: &mut Pager<Key, Finding>) {
    for id in ask.view.person_ids() {
        if pager.is_done() {
            return;
        }
        let Some(person) = ask.view.person(id, ask.as_of()) else { continue };
        let wanted = person.findings.iter().filter(|finding| ask.filter.matches(finding));
        let mut keyed: Vec<_> = wanted.map(|finding| (key("person", id.as_str(), finding), finding)).collect();
        keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (key, finding) in keyed {
            if pager.offer(key, || finding.clone()).is_break() {
                break;
            }
        }
    }
}
