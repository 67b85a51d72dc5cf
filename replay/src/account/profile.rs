//! What an account is called, where it belongs, and whether it is open.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::account::{CloseReason, Closed, Merged, Opened, ProfileChanged, Stage, Tier, TierDecided};
use tenure_schemas::values::Patch;
use tenure_schemas::{AccountId, Currency, Instant, Name};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::civil_date;
use crate::span::Span;

/// The profile of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Profile {
    /// The client organisation's name; absent when the account was never opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// How far the relationship has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The currency that its figures are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// The industry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry: Option<Name>,
    /// The account it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<AccountId>,
    /// Its ids in other systems, by system.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>)]
    pub external_ids: BTreeMap<Name, Name>,
    /// The tier that people decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Whether people decided to manage it as a key account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_as_key: Option<bool>,
}

/// Whether an account is open, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lifecycle {
    /// The first event of the account.
    pub first_event_at: Option<Instant>,
    /// When it was first opened, and by which event.
    pub opened: Option<(Instant, u64)>,
    /// The times in which it was closed or merged into another; the last one may go on.
    pub closed: Vec<Closure>,
}

/// A time in which an account was not open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closure {
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// Why; absent for a merge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<CloseReason>,
    /// The surviving account of a merge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<AccountId>,
    /// The position of the event that closed it.
    pub event: u64,
}

impl Lifecycle {
    /// The closure that goes on.
    pub fn closed_now(&self) -> Option<&Closure> {
        self.closed.last().filter(|closure| closure.to.is_none())
    }

    /// The times in which it was not open.
    pub fn closed_spans(&self) -> Vec<Span> {
        self.closed.iter().map(|closure| Span::new(closure.from, closure.to)).collect()
    }

    fn close(&mut self, step: &mut Step<'_>, reason: Option<CloseReason>, merged_into: Option<AccountId>) {
        if let Some(closed) = self.closed_now() {
            let earlier = [closed.event];
            return step.find_with(FindingCode::AccountAlreadyClosed, &earlier, "the account had been closed before");
        }
        step.note(|| "status".to_owned(), "open", if merged_into.is_some() { "merged" } else { "closed" });
        self.closed.push(Closure {
            from: step.at(),
            from_date: civil_date(step.when),
            to: None,
            reason,
            merged_into,
            event: step.position(),
        });
    }

    fn reopen(&mut self, step: &mut Step<'_>, was_merged: bool) {
        let running = self.closed.last_mut().filter(|closure| closure.to.is_none());
        let Some(closure) = running.filter(|closure| closure.merged_into.is_some() == was_merged) else {
            return if was_merged {
                step.find(FindingCode::MergeNotFound, "the account is not merged into another");
            } else {
                step.find(FindingCode::AccountAlreadyOpen, "the account is not closed");
            };
        };
        step.note(|| "status".to_owned(), if was_merged { "merged" } else { "closed" }, "open");
        closure.to = Some(step.at());
    }
}

/// The profile and the lifecycle, which the same events change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Identity {
    pub(crate) profile: Profile,
    pub(crate) lifecycle: Lifecycle,
}

impl Identity {
    /// Notes the first event; whatever comes before the account is opened is a finding.
    pub(crate) fn see(&mut self, opens: bool, step: &mut Step<'_>) {
        let at = step.at();
        self.lifecycle.first_event_at.get_or_insert(at);
        if self.lifecycle.opened.is_none() && !opens {
            step.find(FindingCode::AccountNotOpened, "the account was not opened before this");
        }
    }

    pub(crate) fn open(&mut self, opened: &Opened, step: &mut Step<'_>) {
        if let Some((_, earlier)) = self.lifecycle.opened {
            return step.find_with(FindingCode::AccountAlreadyOpen, &[earlier], "the account was opened before");
        }
        self.lifecycle.opened = Some((step.at(), step.position()));
        step.note_new(|| "status".to_owned(), "open");
        self.rename(&opened.name, step);
        let profile = &mut self.profile;
        step.set(|| "stage".to_owned(), &mut profile.stage, opened.stage);
        step.set(|| "currency".to_owned(), &mut profile.currency, opened.currency);
        step.set(|| "region".to_owned(), &mut profile.region, opened.region.clone());
        step.set(|| "industry".to_owned(), &mut profile.industry, opened.industry.clone());
        step.set(|| "parent".to_owned(), &mut profile.parent, opened.parent.clone());
        let external_ids = opened.external_ids.clone().unwrap_or_default();
        step.set(|| "external_ids".to_owned(), &mut profile.external_ids, external_ids);
    }

    pub(crate) fn rename(&mut self, name: &Name, step: &mut Step<'_>) {
        step.set(|| "name".to_owned(), &mut self.profile.name, Some(name.clone()));
    }

    pub(crate) fn change(&mut self, said: &ProfileChanged, step: &mut Step<'_>) {
        let (profile, changes) = (&mut self.profile, &said.changes);
        patch(step, "stage", &mut profile.stage, &changes.stage);
        patch(step, "currency", &mut profile.currency, &changes.currency);
        patch(step, "region", &mut profile.region, &changes.region);
        patch(step, "industry", &mut profile.industry, &changes.industry);
        let mut external_ids = profile.external_ids.clone();
        external_ids.extend(changes.external_ids.clone());
        step.set(|| "external_ids".to_owned(), &mut profile.external_ids, external_ids);
    }

    pub(crate) fn set_parent(&mut self, parent: Option<&AccountId>, step: &mut Step<'_>) {
        step.set(|| "parent".to_owned(), &mut self.profile.parent, parent.cloned());
    }

    pub(crate) fn decide_tier(&mut self, decided: &TierDecided, step: &mut Step<'_>) {
        let profile = &mut self.profile;
        step.set(|| "tier".to_owned(), &mut profile.tier, Some(decided.tier));
        step.set(|| "manage_as_key".to_owned(), &mut profile.manage_as_key, Some(decided.manage_as_key));
    }

    pub(crate) fn close(&mut self, closed: &Closed, step: &mut Step<'_>) {
        self.lifecycle.close(step, Some(closed.reason), None);
    }

    pub(crate) fn merge(&mut self, merged: &Merged, step: &mut Step<'_>) {
        self.lifecycle.close(step, None, Some(merged.into.clone()));
    }

    pub(crate) fn reopen(&mut self, step: &mut Step<'_>) {
        self.lifecycle.reopen(step, false);
    }

    pub(crate) fn revert_merge(&mut self, step: &mut Step<'_>) {
        self.lifecycle.reopen(step, true);
    }
}

fn patch<T: Clone + PartialEq + Serialize>(step: &mut Step<'_>, field: &str, slot: &mut Option<T>, patch: &Patch<T>) {
    if let Some(value) = patch.as_change() {
        step.set(|| field.to_owned(), slot, value.cloned());
    }
}
