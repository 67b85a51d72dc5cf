//! What an account is called, where it belongs, and whether it is open.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::account::{CloseReason, Closed, Merged, Opened, ProfileChanged, Stage, Tier, TierDecided};
use tenure_schemas::values::Patch;
use tenure_schemas::{AccountId, Currency, Instant, Name, Zone};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::moment::{Bound, civil_date};
use crate::stretch::Stretch;

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
    /// Its civil date, where only the day is known.
    pub first_event_date: Option<Date>,
    /// When it was first opened, and by which event.
    pub opened: Option<(Instant, u64)>,
    /// The times in which it was closed or merged into another; the last one may go on.
    pub closed: Vec<Closure>,
    /// The accounts that it was said to be a part of, one after the other.
    pub parents: Vec<Parent>,
}

/// What an account was said to be a part of, from a time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parent {
    /// Since when.
    pub from: Instant,
    /// The civil date of that, where only the day is known.
    pub from_date: Option<Date>,
    /// The account above; `None` where there is none any more.
    pub parent: Option<AccountId>,
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
    /// The civil date of the end, where only the day is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
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

    /// The account that it is merged into.
    pub fn merged_into(&self) -> Option<&AccountId> {
        self.closed_now()?.merged_into.as_ref()
    }

    /// The times in which it was not open, with the civil dates of their bounds where only the days are known.
    pub fn closed_stretches(&self) -> Vec<Stretch> {
        self.closed.iter().map(Closure::stretch).collect()
    }

    /// The times in which it was open, the first event of the account being the start.
    ///
    /// `zone` is that of the day that is asked about, `None` where instants count.
    pub fn open_stretches(&self, zone: Option<&Zone>) -> Vec<Stretch> {
        let Some(at) = self.first_event_at else { return Vec::new() };
        let start = Bound { at, date: self.first_event_date };
        Stretch::new(start, None).without(&self.closed_stretches(), zone)
    }

    /// The accounts above and the times in which they were, in the order of time.
    pub fn parents(&self) -> impl Iterator<Item = (&AccountId, Stretch)> {
        let starts = self.parents.iter().map(|said| Bound { at: said.from, date: said.from_date });
        let ends = starts.clone().skip(1).map(Some).chain([None]);
        let times = starts.zip(ends).map(|(from, to)| Stretch::new(from, to));
        self.parents.iter().zip(times).filter_map(|(said, time)| Some((said.parent.as_ref()?, time)))
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
            to_date: None,
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
        closure.to_date = civil_date(step.when);
    }
}

impl Closure {
    /// The time that it covers.
    pub fn stretch(&self) -> Stretch {
        let end = self.to.map(|at| Bound { at, date: self.to_date });
        Stretch::new(Bound { at: self.from, date: self.from_date }, end)
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
        if self.lifecycle.first_event_at.is_none() {
            self.lifecycle.first_event_at = Some(step.at());
            self.lifecycle.first_event_date = civil_date(step.when);
        }
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
        self.set_parent(opened.parent.as_ref(), step);
        let external_ids = opened.external_ids.clone().unwrap_or_default();
        step.set(|| "external_ids".to_owned(), &mut self.profile.external_ids, external_ids);
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
        if self.profile.parent.as_ref() == parent {
            return;
        }
        step.set(|| "parent".to_owned(), &mut self.profile.parent, parent.cloned());
        let parent = parent.cloned();
        self.lifecycle.parents.push(Parent { from: step.at(), from_date: civil_date(step.when), parent });
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
