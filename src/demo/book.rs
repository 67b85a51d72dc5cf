//! Who holds which account when: the ownership events of the story and the timeline that they make.

use std::collections::BTreeMap;

use serde_json::json;
use tenure_schemas::Instant;

use super::clients::Client;
use super::firm::{Absence, is_at_work, lead_of};
use super::tape::{Fact, Tape};
use super::with;

/// Why ownership moves: the code and the words.
pub(super) type Why = (&'static str, &'static str);

/// One person's time as account manager of one account.
struct Holding {
    person: &'static str,
    from: Instant,
    to: Instant,
}

/// All holdings of the story by account, in the order in which they began.
pub(super) struct Book<'a> {
    held: BTreeMap<&'a str, Vec<Holding>>,
    away: BTreeMap<&'static str, Vec<&'a Absence>>,
}

impl<'a> Book<'a> {
    pub(super) fn new(absences: &'a [Absence]) -> Self {
        let mut away: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for absence in absences {
            away.entry(absence.person).or_default().push(absence);
        }
        Self { held: BTreeMap::new(), away }
    }

    /// A person becomes account manager.
    pub(super) fn assign(&mut self, tape: &mut Tape, account: &'a str, person: &'static str, at: Instant, why: Why) {
        tape.tell(assigned(account, person, at, why));
        self.open(account, person, at);
    }

    /// The account passes to `to`, from whoever holds it; the answer is still to be told.
    #[must_use]
    pub(super) fn transfer(
        &mut self,
        account: &'a str,
        to: &'static str,
        at: Instant,
        why: Why,
        handover: Option<&str>,
    ) -> Fact {
        let from = self.holder(account, at).unwrap_or_default();
        let payload = with(
            json!({"from": from, "to": to, "role": "primary"}),
            [("handover", handover.map(serde_json::Value::from))],
        );
        self.close(account, from, at);
        self.open(account, to, at);
        Fact::of(account, "ownership.transferred", at, payload).by("p-01").entered().because(why.0, why.1)
    }

    /// A transfer that was told as of `told` had really happened at `really`.
    pub(super) fn correct(&mut self, account: &str, told: Instant, really: Instant) {
        for holding in self.held.get_mut(account).into_iter().flatten() {
            if holding.from == told {
                holding.from = really;
            }
            if holding.to == told {
                holding.to = really;
            }
        }
    }

    /// A person is account manager no more, and nobody follows.
    pub(super) fn end(&mut self, tape: &mut Tape, account: &'a str, person: &'static str, at: Instant, why: Why) {
        self.close(account, person, at);
        let payload = json!({"person": person, "role": "primary"});
        tape.tell(Fact::of(account, "ownership.ended", at, payload).by("p-01").entered().because(why.0, why.1));
    }

    /// Two hold the account from here on: what the ledger takes only where it is told to.
    pub(super) fn overlap(&mut self, tape: &mut Tape, account: &'a str, person: &'static str, at: Instant, why: Why) {
        tape.tell(assigned(account, person, at, why).contradicting());
        self.open(account, person, at);
    }

    fn open(&mut self, account: &'a str, person: &'static str, from: Instant) {
        self.held.entry(account).or_default().push(Holding { person, from, to: Instant::MAX });
    }

    fn close(&mut self, account: &str, person: &str, at: Instant) {
        let mut held = self.held.get_mut(account).into_iter().flatten();
        if let Some(holding) = held.find(|holding| holding.person == person && holding.to == Instant::MAX) {
            holding.to = at;
        }
    }

    /// Who holds the account; of two, the one who began first.
    pub(super) fn holder(&self, account: &str, at: Instant) -> Option<&'static str> {
        let mut held = self.held.get(account).into_iter().flatten();
        held.find(|holding| holding.from <= at && at < holding.to).map(|holding| holding.person)
    }

    /// What a person holds, by account.
    pub(super) fn held_by(&self, person: &str, at: Instant) -> Vec<&'a str> {
        let holds = |held: &[Holding]| {
            held.iter().any(|holding| holding.person == person && holding.from <= at && at < holding.to)
        };
        self.held.iter().filter(|(_, held)| holds(held)).map(|(account, _)| *account).collect()
    }

    /// Who answers the client: the holder, whoever stands in, or the region's lead where nobody else can.
    pub(super) fn responsible(&self, client: &Client, at: Instant) -> &'static str {
        let lead = lead_of(client.region);
        let Some(holder) = self.holder(&client.id, at).filter(|holder| is_at_work(holder, at)) else { return lead };
        let mut away = self.away.get(holder).into_iter().flatten();
        away.find(|away| away.starts() <= at && at < away.ends()).map_or(holder, |away| away.delegate)
    }
}

fn assigned(account: &str, person: &str, at: Instant, why: Why) -> Fact {
    let payload = json!({"person": person, "role": "primary"});
    Fact::of(account, "ownership.assigned", at, payload).by("p-01").entered().because(why.0, why.1)
}
