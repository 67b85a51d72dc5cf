//! `/v1/people/{person}/book` and `…/tenures`: what a person holds, and what they ever held.

use std::collections::BTreeSet;

use axum::response::Response;
use tenure_replay::Account;
use tenure_replay::ownership::{self, Assignment};
use tenure_schemas::{AccountId, Instant, PersonId};

use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, NoFilter, Paged};
use crate::http::problem::Problem;
use crate::http::render::List;

impl Row for Assignment {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "name",
        "role",
        "scope",
        "from",
        "from_date",
        "to",
        "to_date",
        "tenure_days",
        "event",
        "ended_by",
        "inherited_from",
    ];
}

/// What an assignment is told from others in its account by, in the order of the list.
type Key = (Instant, u64);

/// What a person holds at a moment
///
/// Every lane of an open account, in the order of the accounts' ids, then by start. What the person holds because of an
/// account above says so in `inherited_from`.
#[utoipa::path(get, path = "/v1/people/{person}/book", tag = "people",
    params(("person" = String, Path, description = "The person's id"), Dated, Paged),
    responses((status = 200, description = "A page of the book", body = List<Assignment>)))]
pub(in crate::http) async fn book(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| {
        let (person, directory, day) = (ask.person_id()?, ask.directory(), ask.day());
        let among = Among::These(held_or_below(ask, &person)?);
        let held = |account: &Account| ownership::book(account, &directory, &person, ask.as_of(), &day);
        let page = page(ask, &among, held)?;
        directory.finish()?;
        Ok(page)
    })
    .await
}

/// What a person ever held
///
/// Every interval that is known as of the moment, in the order of the accounts' ids, then by start; what was merely
/// inherited is left out.
#[utoipa::path(get, path = "/v1/people/{person}/tenures", tag = "people",
    params(("person" = String, Path, description = "The person's id"), Dated, Paged),
    responses((status = 200, description = "A page of tenures", body = List<Assignment>)))]
pub(in crate::http) async fn tenures(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| {
        let (person, day) = (ask.person_id()?, ask.day());
        let among = Among::These(ask.view.accounts_of_owner(&person).cloned().collect());
        page(ask, &among, |account| ownership::tenures(account, &person, &day))
    })
    .await
}

/// The accounts that a person may hold at the moment: those that ever named them, and those below the ones among them
/// that let others inherit from the person then.
pub(super) fn held_or_below<F>(ask: &Ask<F>, person: &PersonId) -> Result<Vec<AccountId>, Problem> {
    let mut found: BTreeSet<AccountId> = ask.view.accounts_of_owner(person).cloned().collect();
    let mut above: Vec<AccountId> = Vec::new();
    ask.each_account(&Among::These(found.iter().cloned().collect()), None, |account| {
        let mut held = ownership::holding(account, ask.as_of());
        if held.any(|held| held.inherit && held.person == *person) {
            above.push(account.account().clone());
        }
        true
    })?;
    let mut below: BTreeSet<AccountId> = BTreeSet::new();
    while let Some(parent) = above.pop() {
        above.extend(ask.view.accounts_of_parent(&parent).filter(|child| below.insert((*child).clone())).cloned());
    }
    found.append(&mut below);
    Ok(found.into_iter().collect())
}

fn page(
    ask: &Ask<NoFilter>,
    among: &Among,
    held: impl Fn(&Account) -> Vec<Assignment>,
) -> Result<Page<(AccountId, Key), Assignment>, Problem> {
    ask.across(among, |account, pager: &mut Pager<(AccountId, Key), Assignment>| {
        for assignment in held(account) {
            let key = (assignment.from, assignment.event);
            if pager.offer((account.account().clone(), key), || assignment).is_break() {
                break;
            }
        }
    })
}
