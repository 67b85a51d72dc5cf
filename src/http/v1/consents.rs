//! `/v1/accounts/{account}/consents`: what contacts said about being reached, and when.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::account::Contact;
use tenure_schemas::payload::contact::Consent;
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::{AccountId, ContactId, Instant, Name};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::{Page, Pager};
use crate::http::params::{Dated, Filter, Paged, flag};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which consents are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ConsentFilter {
    /// Only those of this contact.
    #[param(value_type = Option<String>)]
    contact: Option<ContactId>,
    /// Only those about this channel.
    #[param(inline)]
    channel: Option<Channel>,
    /// Only those that say this.
    #[param(inline)]
    consent: Option<Consent>,
    /// Only those that hold at the moment, or only those that a later one followed.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    current: Option<bool>,
}

impl Filter for ConsentFilter {}

/// What a contact of an account said about being reached.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountConsent {
    /// The account that it was recorded for.
    account: AccountId,
    /// The contact.
    contact: ContactId,
    /// The contact's name; absent once the contact's personal data were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    /// The channel.
    channel: Channel,
    /// Whether the contact agreed.
    consent: Consent,
    /// When the contact said so.
    from: Instant,
    /// When the contact said something about the channel again; `null` for what holds.
    to: Option<Instant>,
    /// Whether it holds at the moment.
    current: bool,
    /// The position of the event that reports it.
    event: u64,
}

impl Row for AccountConsent {
    const COLUMNS: &'static [&'static str] =
        &["account", "contact", "name", "channel", "consent", "from", "to", "current", "event"];
}

/// What contacts said about being reached, and when
///
/// In the order of the contacts' ids, then by channel and time; what was said before is listed too. A contact and
/// channel that are not listed never agreed and never refused. Those of accounts merged into it are listed under their
/// own `account`, account by account.
#[utoipa::path(get, path = "/v1/accounts/{account}/consents", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), ConsentFilter, Dated, Paged),
    responses((status = 200, description = "A page of consents", body = List<AccountConsent>)))]
pub(in crate::http) async fn consents(call: Call) -> Response {
    call.list(Reach::One, page).await
}

type Key = (ContactId, Channel, Instant, u64);

fn page(ask: &Ask<ConsentFilter>) -> Result<Page<(AccountId, Key), AccountConsent>, Problem> {
    ask.across(&ask.below()?, |account, pager: &mut Pager<(AccountId, Key), AccountConsent>| {
        let all = account.contacts().flat_map(|contact| of_contact(account.account(), contact));
        for item in all.filter(|item| ask.filter.matches(item)) {
            let key = (item.contact.clone(), item.channel, item.from, item.event);
            if pager.offer((item.account.clone(), key), || item).is_break() {
                break;
            }
        }
    })
}

fn of_contact(account: &AccountId, contact: &Contact) -> Vec<AccountConsent> {
    let item = |(channel, said, to): (Channel, _, Option<Instant>)| {
        let tenure_replay::account::ConsentChange { consent, at, event } = said;
        AccountConsent {
            account: account.clone(),
            contact: contact.contact.clone(),
            name: contact.name.clone(),
            channel,
            consent,
            from: at,
            to,
            current: to.is_none(),
            event,
        }
    };
    contact.consents().into_iter().map(item).collect()
}

impl ConsentFilter {
    fn matches(&self, item: &AccountConsent) -> bool {
        wants(self.contact.as_ref(), Some(&item.contact))
            && wants(self.channel.as_ref(), Some(&item.channel))
            && wants(self.consent.as_ref(), Some(&item.consent))
            && wants(self.current.as_ref(), Some(&item.current))
    }
}
