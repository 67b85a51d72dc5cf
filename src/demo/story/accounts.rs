//! What happens to accounts as such: closings, mergers, new names, new tiers, prospects that become customers.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::morning;
use crate::demo::clients::{Client, Size};
use crate::demo::tape::{Fact, Tape};

/// Tells it, client by client, and then what concerns single ones.
pub(super) fn tell(tape: &mut Tape, clients: &[Client]) {
    for client in clients {
        begins_to_buy(tape, client);
        shuts(tape, client);
    }
    sort_again(tape, clients, Size::Maintained, "developing", date(2025, 2, 10), 25);
    sort_again(tape, clients, Size::Maintained, "streamlined", date(2026, 2, 2), 15);
    for (account, day, kind, payload) in profiles() {
        tape.tell(Fact::of(account, kind, morning(day), payload).by("p-01").entered());
    }
    for account in ["acct-pinemoor-coffee", "acct-prairiemont-flour"] {
        decide(tape, account, "streamlined", date(2026, 2, 2));
    }
}

fn profiles() -> [(&'static str, Date, &'static str, Value); 5] {
    [
        ("acct-tallgren-coffee", date(2024, 8, 26), "account.renamed", json!({"name": "Tallgren Coffee & Tea"})),
        ("acct-zellbach-cheese", date(2025, 4, 7), "account.renamed", json!({"name": "Zellbach Cheese & Whey"})),
        ("acct-costamora-sauces", date(2024, 11, 18), "account.parent_set", json!({"parent": "acct-valdelora-foods"})),
        ("acct-halloway-snacks-benelux", date(2026, 3, 2), "account.parent_set", json!({"parent": null})),
        (
            "acct-altwiesen-brewery",
            date(2025, 1, 13),
            "account.profile_changed",
            json!({"changes": {"industry": "beverages and water"}}),
        ),
    ]
}

fn begins_to_buy(tape: &mut Tape, client: &Client) {
    let Some(day) = client.customer_from.filter(|day| morning(*day) > client.opened()) else { return };
    let payload = json!({"changes": {"stage": "customer"}});
    tape.tell(Fact::of(&client.id, "account.profile_changed", morning(day), payload).by("p-01").entered());
}

fn shuts(tape: &mut Tape, client: &Client) {
    let entered = |kind, when, payload| Fact::of(&client.id, kind, when, payload).by("p-01").entered();
    if let Some(shut) = &client.shut {
        let (begin, end, payload) = match shut.into {
            Some(into) => ("account.merged", "account.merge_reverted", json!({"into": into})),
            None => ("account.closed", "account.reopened", json!({"reason": "ended"})),
        };
        tape.tell(entered(begin, shut.from, payload));
        if let Some(to) = shut.to {
            tape.tell(entered(end, to, json!({})));
        }
    }
    if let Some(loss) = &client.loss {
        tape.tell(entered("account.closed", loss.at, json!({"reason": "lost", "lost_to": loss.to})));
    }
}

/// At the yearly sorting of the portfolio, every so many of a size get another tier.
fn sort_again(tape: &mut Tape, clients: &[Client], size: Size, tier: &str, day: Date, every: usize) {
    let sorted = clients.iter().filter(|client| client.size == size && client.is_served(morning(day)));
    for client in sorted.skip(every / 2).step_by(every) {
        decide(tape, &client.id, tier, day);
    }
}

fn decide(tape: &mut Tape, account: &str, tier: &str, day: Date) {
    let rationale = if tier == "developing" {
        "Orders have grown two years in a row, and a second line is planned."
    } else {
        "Orders parts twice a year and wants no visits."
    };
    let payload = json!({"tier": tier, "manage_as_key": false, "rationale": rationale});
    let decided = Fact::of(account, "account.tier_decided", morning(day), payload).by("p-01").entered();
    tape.tell(decided.because("segment_change", "Yearly sorting of the portfolio."));
}
