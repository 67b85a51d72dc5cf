//! `/v1/accounts/{account}/interactions` and `…/planned-interactions`: when we were in touch, and when we will be.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::{Held, Planned, PlannedStatus};
use tenure_replay::merges::Accounts;
use tenure_replay::moment::Bound;
use tenure_schemas::payload::interaction::{Channel, Direction};
use tenure_schemas::{AccountId, ContactId, Instant, InteractionId, PersonId};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, Range};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which interactions are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct InteractionFilter {
    /// Only interactions through this channel.
    #[param(inline)]
    channel: Option<Channel>,
    /// Only interactions in this direction.
    #[param(inline)]
    direction: Option<Direction>,
    /// Only interactions in which this person of ours took part.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only interactions in which this contact took part.
    #[param(value_type = Option<String>)]
    contact: Option<ContactId>,
    /// Only interactions on this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2024-01-01")]
    from: Option<String>,
    /// Only interactions on this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2024-12-31")]
    to: Option<String>,
}

impl Filter for InteractionFilter {}

/// An interaction with an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountInteraction {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    held: Held,
}

impl Row for AccountInteraction {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "event",
        "held_at",
        "held_date",
        "channel",
        "direction",
        "persons",
        "contacts",
        "interaction",
        "about",
        "subject",
        "duration_s",
        "sentiment",
        "offerings_presented",
    ];
}

/// When we were in touch with an account
///
/// In the order of time; those of accounts merged into it stand under their own `account`. What was said is in the `summary` of the event: `/v1/events/{position}` with the `event` of
/// the item.
#[utoipa::path(get, path = "/v1/accounts/{account}/interactions", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), InteractionFilter, Dated, Paged),
    responses((status = 200, description = "A page of interactions", body = List<AccountInteraction>)))]
pub(in crate::http) async fn interactions(call: Call) -> Response {
    call.list(Reach::One, held_page).await
}

fn held_page(ask: &Ask<InteractionFilter>) -> Result<Page<(Instant, u64), AccountInteraction>, Problem> {
    let filter = &ask.filter;
    let range = Range::parse(("from", filter.from.as_deref()), ("to", filter.to.as_deref()), &ask.moment.zone)?;
    let (whole, mut pager) = (ask.whole()?, ask.pager()?);
    let wanted = |held: &&Held| filter.matches(held) && range.contains(&held.when());
    let mut all: Vec<(&AccountId, &Held)> = Vec::new();
    for account in whole.accounts() {
        all.extend(account.held().filter(wanted).map(|held| (account.account(), held)));
    }
    all.sort_by_key(|(_, held)| (held.held_at, held.event));
    for (account, held) in all {
        let item = || AccountInteraction { account: account.clone(), held: held.clone() };
        if pager.offer((held.held_at, held.event), item).is_break() {
            break;
        }
    }
    Ok(pager.finish())
}

impl InteractionFilter {
    fn matches(&self, held: &Held) -> bool {
        wants(self.channel.as_ref(), Some(&held.channel))
            && wants(self.direction.as_ref(), Some(&held.direction))
            && self.person.as_ref().is_none_or(|person| held.persons.contains(person))
            && self.contact.as_ref().is_none_or(|contact| held.contacts.contains(contact))
    }
}

/// Which planned interactions are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PlannedFilter {
    /// Only interactions that stand like this.
    #[param(inline)]
    status: Option<PlannedStatus>,
    /// Only interactions in which this person of ours is to take part.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only interactions in which this contact is to take part.
    #[param(value_type = Option<String>)]
    contact: Option<ContactId>,
    /// Only interactions planned for this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2024-01-01")]
    from: Option<String>,
    /// Only interactions planned for this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2024-12-31")]
    to: Option<String>,
}

impl Filter for PlannedFilter {}

/// A planned interaction with an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountPlanned {
    /// The account that it was recorded for.
    account: AccountId,
    /// Where it stands at the moment.
    status: PlannedStatus,
    #[serde(flatten)]
    planned: Planned,
}

impl Row for AccountPlanned {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "interaction",
        "status",
        "planned_for",
        "channel",
        "persons",
        "contacts",
        "subject",
        "planned_at",
        "changes",
        "held_at",
        "cancelled_at",
        "ended_by",
        "event",
    ];
}

/// When we are to be in touch with an account
///
/// In the order of the times that they are planned for, those that were held or cancelled and those of accounts merged
/// into it included. One whose time has
/// passed is `overdue` until somebody reports that it was held or cancelled.
#[utoipa::path(get, path = "/v1/accounts/{account}/planned-interactions", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), PlannedFilter, Dated, Paged),
    responses((status = 200, description = "A page of planned interactions", body = List<AccountPlanned>)))]
pub(in crate::http) async fn planned_interactions(call: Call) -> Response {
    call.list(Reach::One, planned_page).await
}

/// What one planned interaction is told from the others by, in the order of the list.
type PlannedKey = (Instant, InteractionId, AccountId);

fn planned_page(ask: &Ask<PlannedFilter>) -> Result<Page<PlannedKey, AccountPlanned>, Problem> {
    let filter = &ask.filter;
    let range = Range::parse(("from", filter.from.as_deref()), ("to", filter.to.as_deref()), &ask.moment.zone)?;
    let in_range = |planned: &Planned| range.contains(&Bound { at: planned.planned_for, date: None });
    let wanted = |planned: &&Planned| filter.matches(planned, ask.instant()) && in_range(planned);
    let whole = ask.whole()?;
    let mut all: Vec<(&AccountId, &Planned)> = Vec::new();
    for account in whole.accounts() {
        all.extend(account.planned().filter(wanted).map(|planned| (account.account(), planned)));
    }
    all.sort_by_key(|(account, planned)| (planned.planned_for, &planned.interaction, *account));
    let item = |account: &AccountId, planned: &Planned| AccountPlanned {
        account: account.clone(),
        status: planned.status(ask.instant()),
        planned: planned.clone(),
    };
    let key =
        |account: &AccountId, planned: &Planned| (planned.planned_for, planned.interaction.clone(), account.clone());
    ask.page(all.into_iter().map(|(account, planned)| (key(account, planned), item(account, planned))))
}

impl PlannedFilter {
    fn matches(&self, planned: &Planned, at: Instant) -> bool {
        wants(self.status.as_ref(), Some(&planned.status(at)))
            && self.person.as_ref().is_none_or(|person| planned.persons.contains(person))
            && self.contact.as_ref().is_none_or(|contact| planned.contacts.contains(contact))
    }
}
