//! What turns out to have been reported late, wrongly or twice.

use serde_json::{Value, json};
use tenure_schemas::Instant;
use uuid::Uuid;

use super::Life;
use crate::demo::tape::Fact;

impl Life<'_, '_> {
    /// Now and then somebody reports weeks after it happened.
    pub(super) fn sometimes_late(&mut self, fact: Fact, per_mille: u32) -> Fact {
        if !self.dice.chance(per_mille) {
            return fact;
        }
        let learned = self.dice.days_after(fact.happens(), 14, 50);
        fact.learned(learned)
    }

    /// Somebody corrects what was told at `told`; one correction in eight was none, and is taken back.
    pub(super) fn correct(&mut self, target: Option<Uuid>, told: Instant, payload: &Value, why: &str) {
        let Some(target) = target else { return };
        // Late reports come in within fifty days; nothing is corrected before it is in the ledger.
        let when = self.dice.days_after(told, 60, 80);
        let by = self.responsible(when);
        let payload = json!({"target": target, "payload": payload, "payload_schema": 1});
        let corrected = self.fact("event.corrected", when, payload).by(by).entered().because("error_fixed", why);
        let corrected = self.tell(corrected);
        if self.dice.chance(125) {
            self.retract(corrected, when, "It had been right as it was.");
        }
    }

    /// Somebody takes back what was told at `told`.
    pub(super) fn retract(&mut self, target: Option<Uuid>, told: Instant, why: &str) {
        let Some(target) = target else { return };
        let when = self.dice.days_after(told, 2, 12);
        let by = self.responsible(when);
        let retracted = self.fact("event.retracted", when, json!({"target": target})).by(by).entered();
        self.tell(retracted.because("error_fixed", why));
    }
}
