//! Who holds which account when: the ownership events of the story and the timeline that they make.

use serde_json::json;
use tenure_schemas::Instant;

use super::firm::{ABSENCES, sudden_absence};
use super::tape::{Fact, Tape};

/// Why ownership moves: the code and the words.
pub(super) type Why = (&'static str, &'static str);

/// One person's time as account manager of one account.
struct Holding {
    account: &'static str,
    person: &'static str,
    from: Instant,
    to: Instant,
}

/// All holdings of the story, in the order in which they began.
#[derive(Default)]
pub(super) struct Book(Vec<Holding>);

impl Book {
    /// A person becomes account manager.
    pub(super) fn assign(
        &mut self,
        tape: &mut Tape,
        account: &'static str,
        person: &'static str,
        at: Instant,
        why: Why,
    ) {
        tape.tell(assigned(account, person, at, why));
        self.0.push(Holding { account, person, from: at, to: Instant::MAX });
    }

    /// The account passes to `to`, from whoever holds it; the answer is still to be told.
    #[must_use]
    pub(super) fn transfer(
        &mut self,
        account: &'static str,
        to: &'static str,
        at: Instant,
        why: Why,
        handover: Option<&str>,
    ) -> Fact {
        let from = self.holder(account, at).unwrap_or_default();
        let mut payload = json!({"from": from, "to": to, "role": "primary"});
        if let (Some(handover), Some(fields)) = (handover, payload.as_object_mut()) {
            fields.insert("handover".to_owned(), handover.into());
        }
        self.close(account, from, at);
        self.0.push(Holding { account, person: to, from: at, to: Instant::MAX });
        Fact::of(account, "ownership.transferred", at, payload).by("p-01").because(why.0, why.1)
    }

    /// A transfer that was told as of `told` had really happened at `really`.
    pub(super) fn correct(&mut self, account: &str, told: Instant, really: Instant) {
        for holding in self.0.iter_mut().filter(|holding| holding.account == account) {
            if holding.from == told {
                holding.from = really;
            }
            if holding.to == told {
                holding.to = really;
            }
        }
    }

    /// A person is account manager no more, and nobody follows.
    pub(super) fn end(&mut self, tape: &mut Tape, account: &'static str, person: &'static str, at: Instant, why: Why) {
        self.close(account, person, at);
        let payload = json!({"person": person, "role": "primary"});
        tape.tell(Fact::of(account, "ownership.ended", at, payload).by("p-01").because(why.0, why.1));
    }

    /// Two hold the account from here on: what the ledger takes only where it is told to.
    pub(super) fn overlap(
        &mut self,
        tape: &mut Tape,
        account: &'static str,
        person: &'static str,
        at: Instant,
        why: Why,
    ) {
        tape.tell(assigned(account, person, at, why).contradicting());
        self.0.push(Holding { account, person, from: at, to: Instant::MAX });
    }

    fn close(&mut self, account: &str, person: &str, at: Instant) {
        let running = |holding: &&mut Holding| {
            holding.account == account && holding.person == person && holding.to == Instant::MAX
        };
        if let Some(holding) = self.0.iter_mut().find(running) {
            holding.to = at;
        }
    }

    /// Who holds the account; of two, the one who began first.
    pub(super) fn holder(&self, account: &str, at: Instant) -> Option<&'static str> {
        let holds = |holding: &&Holding| holding.account == account && holding.from <= at && at < holding.to;
        self.0.iter().find(holds).map(|holding| holding.person)
    }

    /// What a person holds, in the order in which it came.
    pub(super) fn held_by(&self, person: &str, at: Instant) -> Vec<&'static str> {
        let held = |holding: &&Holding| holding.person == person && holding.from <= at && at < holding.to;
        self.0.iter().filter(held).map(|holding| holding.account).collect()
    }

    /// Who answers the client: the holder, whoever stands in, or the lead where nobody holds the account.
    pub(super) fn responsible(&self, account: &str, at: Instant) -> &'static str {
        let Some(holder) = self.holder(account, at).filter(|holder| !sudden_absence(holder, at)) else { return "p-02" };
        let away = ABSENCES.iter().find(|away| away.person == holder && away.starts() <= at && at < away.ends());
        away.map_or(holder, |away| away.delegate)
    }
}

fn assigned(account: &str, person: &str, at: Instant, why: Why) -> Fact {
    let payload = json!({"person": person, "role": "primary"});
    Fact::of(account, "ownership.assigned", at, payload).by("p-01").because(why.0, why.1)
}
