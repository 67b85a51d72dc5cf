//! The clients: three hundred accounts, how they are opened, and who held them at the start.

mod made;
mod named;
mod names;

use jiff::civil::Date;
use serde_json::json;
use tenure_schemas::Instant;

use super::book::Book;
use super::firm::{REGIONS, second_of, success_manager_of};
use super::tape::{Fact, Tape};
use super::{at, with};

/// How much an account is worth managing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Size {
    Key,
    Developing,
    Maintained,
    Streamlined,
}

impl Size {
    fn tier(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Developing => "developing",
            Self::Maintained => "maintained",
            Self::Streamlined => "streamlined",
        }
    }
}

/// When a client went to a competitor, and whether it had shown that it would.
pub(super) struct Loss {
    pub(super) at: Instant,
    pub(super) warned: bool,
    pub(super) to: &'static str,
}

/// A time in which an account is not served: closed, or taken for a part of another.
pub(super) struct Shut {
    pub(super) into: Option<&'static str>,
    pub(super) from: Instant,
    pub(super) to: Option<Instant>,
}

/// A client account as it is taken over, and what becomes of it.
pub(super) struct Client {
    pub(super) id: String,
    name: String,
    parent: Option<String>,
    pub(super) region: &'static str,
    industry: &'static str,
    pub(super) size: Size,
    /// Who holds it at the start; empty where nobody does.
    owner: &'static str,
    first_day: Date,
    /// Since when it buys; a prospect that never came to it has none.
    pub(super) customer_from: Option<Date>,
    pub(super) shut: Option<Shut>,
    pub(super) loss: Option<Loss>,
}

/// Every client, parents before their children: those that the story names first.
pub(super) fn all(seed: u64) -> Vec<Client> {
    named::clients().chain(made::clients(seed)).collect()
}

impl Client {
    /// The currency of its orders.
    pub(super) fn currency(&self) -> &'static str {
        if self.region == "europe" { "EUR" } else { "USD" }
    }

    pub(super) fn opened(&self) -> Instant {
        at(self.first_day, 7, 0)
    }

    /// Whether it is served at a moment: opened, and neither closed nor merged.
    pub(super) fn is_served(&self, when: Instant) -> bool {
        self.served().iter().any(|(from, to)| *from <= when && when < *to)
    }

    /// When it is served, from a few hours after its opening.
    pub(super) fn served(&self) -> Vec<(Instant, Instant)> {
        let begin = self.opened().saturating_add_seconds(4 * 3600);
        let end = self.loss.as_ref().map_or(Instant::MAX, |loss| loss.at);
        let Some(shut) = &self.shut else { return vec![(begin, end)] };
        let again = shut.to.map(|to| (to.saturating_add_seconds(3600), end));
        [(begin, shut.from)].into_iter().chain(again).collect()
    }

    /// Whether the client is about to be lost and shows it: it calls less, orders less and complains more.
    pub(super) fn is_souring(&self, when: Instant) -> bool {
        let half_a_year = 180 * 24 * 3600;
        let warned = self.loss.as_ref().filter(|loss| loss.warned);
        warned.is_some_and(|loss| when >= loss.at.saturating_add_seconds(-half_a_year))
    }

    fn is_top(&self) -> bool {
        self.size == Size::Key && self.parent.is_none()
    }
}

/// Opens every account, with its tier and its first owners.
pub(super) fn open<'a>(tape: &mut Tape, book: &mut Book<'a>, clients: &'a [Client]) {
    for client in clients {
        opened(tape, client);
        assigned(tape, book, client);
    }
}

fn opened(tape: &mut Tape, client: &Client) {
    let stage = if client.customer_from == Some(client.first_day) { "customer" } else { "prospect" };
    let payload = json!({
        "name": client.name, "stage": stage, "currency": client.currency(), "region": client.region,
        "industry": client.industry, "external_ids": {"erp": erp_number(&client.id)},
    });
    let payload = with(payload, [("parent", client.parent.as_deref().map(serde_json::Value::from))]);
    tape.tell(Fact::of(&client.id, "account.opened", client.opened(), payload).entered());
    let tier = json!({
        "tier": client.size.tier(), "manage_as_key": client.size == Size::Key,
        "rationale": "Revenue of the last three years and what the account manager expects.",
    });
    let decided = Fact::of(&client.id, "account.tier_decided", at(client.first_day, 9, 0), tier);
    tape.tell(decided.by("p-01").entered().because("other", "First sorting of the portfolio in the ledger."));
}

/// The account's number in the ERP system, which has always been a sum over the letters of its short name.
fn erp_number(id: &str) -> String {
    let sum = id.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("D{:07}", sum % 10_000_000)
}

fn assigned<'a>(tape: &mut Tape, book: &mut Book<'a>, client: &'a Client) {
    let start = at(client.first_day, 8, 0);
    if !client.owner.is_empty() {
        book.assign(tape, &client.id, client.owner, start, ("new_account", "Account manager at the start."));
    }
    let mut also = |person: &str, role: &str, scope: &str, inherit: bool| {
        let payload = json!({"person": person, "role": role, "scope": scope, "inherit": inherit});
        let fact = Fact::of(&client.id, "ownership.assigned", start.saturating_add_seconds(60), payload);
        tape.tell(fact.by("p-01").entered().because("new_account", "Part of the account team from the start."));
    };
    if matches!(client.size, Size::Key | Size::Developing) {
        also(second_of(client.region, client.owner), "secondary", "global", false);
    }
    if client.size == Size::Key {
        also("p-01", "executive_sponsor", "global", client.is_top());
        also(success_manager_of(client.region), "customer_success_manager", "global", false);
    }
    for region in REGIONS.into_iter().filter(|region| client.is_top() && *region != client.region) {
        also(second_of(region, ""), "regional_account_manager", &format!("region:{region}"), false);
    }
}
