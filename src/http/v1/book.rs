//! `/v1/people/{person}/book` and `…/tenures`: what a person holds, and what they ever held.

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
    const COLUMNS: &'static [&'static str] = &["account", "name", "role", "scope", "from", "to", "event", "ended_by"];
}

/// What an assignment is told from others in its account by, in the order of the list.
type Key = (Instant, u64);

/// What a person holds at a moment
///
/// Every lane of an open account, in the order of the accounts' ids; what is merely inherited is left out.
#[utoipa::path(get, path = "/v1/people/{person}/book", tag = "people",
    params(("person" = String, Path, description = "The person's id"), Dated, Paged),
    responses((status = 200, description = "A page of the book", body = List<Assignment>)))]
pub(in crate::http) async fn book(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| {
        page(ask, |account, person| ownership::book(account, person, ask.as_of()))
    })
    .await
}

/// What a person ever held
///
/// Every interval that is known as of the moment, in the order of the accounts' ids, then by start.
#[utoipa::path(get, path = "/v1/people/{person}/tenures", tag = "people",
    params(("person" = String, Path, description = "The person's id"), Dated, Paged),
    responses((status = 200, description = "A page of tenures", body = List<Assignment>)))]
pub(in crate::http) async fn tenures(call: Call) -> Response {
    call.list(Reach::One, |ask: &Ask<NoFilter>| page(ask, ownership::tenures)).await
}

fn page(
    ask: &Ask<NoFilter>,
    held: impl Fn(&Account, &PersonId) -> Vec<Assignment>,
) -> Result<Page<(AccountId, Key), Assignment>, Problem> {
    let person = ask.person_id()?;
    let among = Among::These(ask.view.accounts_of_owner(&person).cloned().collect());
    ask.across(&among, |account, pager: &mut Pager<(AccountId, Key), Assignment>| {
        let mut held = held(account, &person);
        held.sort_by_key(|assignment| (assignment.from, assignment.event));
        for assignment in held {
            let key = (assignment.from, assignment.event);
            if pager.offer((account.account().clone(), key), || assignment).is_break() {
                break;
            }
        }
    })
}
