//! Whether a handover worked: what happened to the account around the transfer, and how others fared meanwhile.
//!
//! Counted from the civil date T of the transfer, in the zone that is asked about:
//!
//! - *orphan days*: the dates from the start of the handover to T on which nobody held the lane;
//! - *first touch*: the days from T to the first interaction that was held with the successor;
//! - *strength carried over*: of the strength that the predecessor had with each contact at the end of T, the share
//!   that lies with contacts whom the successor was in touch with after the transfer, by the end of T + 60;
//! - *commitments*: what had become, by the end of T + 90, of the promises that were open at the end of T;
//! - *health* at the end of T − 30, T, T + 30, T + 60 and T + 90, by the model that was in force on each of them.
//!
//! What lies after the day that is asked about is not told yet. *Controls* are the accounts of the same tier at T whose
//! account manager of record neither began nor ended within [T − 30, T + 90]; their mean change of health since T stands
//! beside the account's own, with how many they are, and no mean of fewer than 10.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::account::Tier;
use tenure_schemas::{AccountId, CommitmentId, ContactId, HandoverId, PersonId, Zone};
use utoipa::ToSchema;

use super::{HandoverModel, business_days_between};
use crate::account::{Account, CommitmentStatus, Handover, Status};
use crate::directory::Directory;
use crate::health::{self, HealthModel};
use crate::moment::{AsOf, Day};
use crate::ownership;
use crate::relationships;
use crate::stretch::Stretch;

/// The days from the transfer at which health is told.
const OFFSETS: [i32; 5] = [-30, 0, 30, 60, 90];

/// After so many days strength is to be carried over.
const CARRIED_DAYS: i32 = 60;

/// After so many days promises are looked at, and controls end.
const SETTLED_DAYS: i32 = 90;

/// A mean of fewer accounts says nothing.
const FEWEST_CONTROLS: usize = 10;

/// The ledger at other moments, at the same knowledge.
pub trait Past {
    /// Shows an account, with the directory, as they stand at a moment; an account without events is not shown.
    fn look(&self, account: &AccountId, as_of: &AsOf, see: &mut dyn FnMut(&Account, &dyn Directory));

    /// Every account that may have events, in the order of their ids.
    fn accounts(&self) -> Vec<AccountId>;

    /// Whether anybody still waits for the answer.
    fn goes_on(&self) -> bool;
}

/// What had become of promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Promises {
    /// How many were open at the transfer.
    pub open_at_transfer: u32,
    /// How many of them were kept.
    pub kept: u32,
    /// How many were broken.
    pub broken: u32,
    /// How many were taken back by consent.
    pub withdrawn: u32,
    /// How many were still open.
    pub still_open: u32,
}

/// The health of the account on a date, and how it and the controls had changed since the transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HealthAt {
    /// The days from the transfer.
    pub offset_days: i32,
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Whether the date lies after the day that is asked about, so that nothing can be said yet.
    pub is_to_come: bool,
    /// The score in milli-points; absent where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overall: Option<u32>,
    /// By how many milli-points it had changed since the transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<i64>,
    /// By how many the controls had, on average, rounded half-even; absent with fewer than 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controls_change: Option<i64>,
    /// How many controls have a score on both dates.
    pub controls: u32,
}

/// What happened around the transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Measures {
    /// The account.
    pub account: AccountId,
    /// The handover.
    pub handover: HandoverId,
    /// Who took over, as the transfer says.
    pub to: PersonId,
    /// The date of the transfer.
    #[schema(value_type = String, format = Date)]
    pub transferred_on: Date,
    /// On how many dates from the start to the transfer nobody held the lane.
    pub orphan_days: i64,
    /// The days from the start to acceptance; absent where nobody accepted yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_acceptance: Option<i64>,
    /// The same in business days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_days_to_acceptance: Option<i64>,
    /// The days from the transfer to the successor's first interaction; absent where there was none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_first_touch: Option<i64>,
    /// The position of its event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_touch_event: Option<u64>,
    /// The share of the predecessor's strength that was carried over in 60 days, in milli-points; absent until then, and
    /// where the predecessor had none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength_carried: Option<u32>,
    /// What had become of the promises after 90 days; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitments: Option<Promises>,
    /// The account's health around the transfer.
    pub health: Vec<HealthAt>,
    /// The tier at the transfer, which the controls share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// How many controls there are.
    pub controls: u32,
}

/// A question about one handover.
pub struct Question<'a> {
    /// The account as it stands at the moment that is asked about.
    pub account: &'a Account,
    /// The directory at that moment.
    pub directory: &'a dyn Directory,
    /// The handover, which has been transferred.
    pub handover: &'a Handover,
    /// The ledger at other moments.
    pub past: &'a dyn Past,
    /// The day that is asked about.
    pub day: &'a Day,
}

/// What happened around the transfer; `None` while ownership has not passed.
pub fn measures(question: &Question<'_>) -> Option<Measures> {
    let Question { account, directory, handover, past, day } = question;
    let transferred = handover.transferred?;
    let (zone, started) = (&day.zone, handover.started.when().date_in(&day.zone));
    let on = transferred.when().date_in(zone);
    let lane = account.lanes().lane(&handover.role, &handover.scope);
    let to = lane.filter(|held| held.event == transferred.event).map(|held| held.person.clone()).next();
    let to = to.or_else(|| handover.to.clone())?;
    let accepted = handover.accepted.as_ref().map(|answer| answer.taken.when().date_in(zone));
    let touch = first_touch(account, &to, on, zone);
    let around = Around { id: account.account(), past: *past, day, on };
    let tier = around.at(0, |account, _| account.profile().tier).flatten();
    let controls = around.controls(tier);
    let model = HandoverModel::active(&directory.models());
    Some(Measures {
        account: account.account().clone(),
        handover: handover.handover.clone(),
        transferred_on: on,
        orphan_days: orphan_days(question, started, on),
        days_to_acceptance: accepted.map(|accepted| days(started, accepted)),
        business_days_to_acceptance: accepted.map(|accepted| business_days_between(&model, started, accepted)),
        days_to_first_touch: touch.map(|(date, _)| days(on, date)),
        first_touch_event: touch.map(|(_, event)| event),
        strength_carried: around.strength_carried(&handover.from, &to),
        commitments: around.promises(),
        health: around.health(&controls),
        tier,
        controls: count(controls.len()),
        to,
    })
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How many dates from `from` up to `to` lie in times in which nobody held the lane.
fn orphan_days(question: &Question<'_>, from: Date, to: Date) -> i64 {
    let (handover, zone) = (question.handover, &question.day.zone);
    let as_of = AsOf::Day { date: question.day.date, zone: zone.clone() };
    let gaps = ownership::gaps(question.account, question.directory, &as_of).into_iter();
    let own = gaps.filter(|gap| (&gap.role, &gap.scope) == (&handover.role, &handover.scope));
    own.map(|gap| {
        let Stretch { from: start, to: end, .. } = gap.stretch();
        let start = start.date_in(zone).max(from);
        let end = end.map_or(to, |end| end.date_in(zone)).min(to);
        days(start, end).max(0)
    })
    .sum()
}

/// The first interaction that was held with somebody from a date on.
fn first_touch(account: &Account, person: &PersonId, from: Date, zone: &Zone) -> Option<(Date, u64)> {
    let touches = account.held().filter(|held| held.persons.contains(person));
    let dated = touches.map(|held| (held.when().date_in(zone), held.event));
    dated.filter(|(date, _)| *date >= from).min()
}

/// The account at dates around the transfer.
struct Around<'a> {
    id: &'a AccountId,
    past: &'a dyn Past,
    day: &'a Day,
    on: Date,
}

impl Around<'_> {
    fn date(&self, offset: i32) -> Date {
        self.on.saturating_add(offset.days())
    }

    /// The end of a date, unless it lies after the day that is asked about.
    fn moment(&self, offset: i32) -> Option<AsOf> {
        let date = self.date(offset);
        (date <= self.day.date).then(|| AsOf::Day { date, zone: self.day.zone.clone() })
    }

    fn at<T>(&self, offset: i32, see: impl FnMut(&Account, &dyn Directory) -> T) -> Option<T> {
        let as_of = self.moment(offset)?;
        self.of(self.id, &as_of, see)
    }

    fn of<T>(&self, id: &AccountId, as_of: &AsOf, mut see: impl FnMut(&Account, &dyn Directory) -> T) -> Option<T> {
        let mut seen = None;
        self.past.look(id, as_of, &mut |account, directory| seen = Some(see(account, directory)));
        seen
    }

    /// What the account's score, or that of another, was at the end of a date.
    fn score(&self, id: &AccountId, offset: i32) -> Option<u32> {
        let (as_of, zone) = (self.moment(offset)?, &self.day.zone);
        self.of(id, &as_of, |account, directory| {
            let model = HealthModel::active(&directory.models());
            health::health(account, directory, &model, &as_of, zone).overall
        })
        .flatten()
    }

    fn strength_carried(&self, from: &PersonId, to: &PersonId) -> Option<u32> {
        let (at_transfer, zone) = (self.moment(0)?, &self.day.zone);
        let strengths: BTreeMap<ContactId, f64> = self.at(0, |account, directory| {
            let all = relationships::strengths(account, directory, &at_transfer, zone).into_iter();
            all.filter(|one| one.person == *from).map(|one| (one.contact.1, one.weight)).collect()
        })?;
        let reached: Vec<ContactId> = self.at(CARRIED_DAYS, |account, _| {
            let touches = account.held().filter(|held| held.persons.contains(to));
            let since = touches.filter(|held| held.when().date_in(zone) >= self.on);
            since.flat_map(|held| held.contacts.clone()).collect()
        })?;
        let total: f64 = strengths.values().sum();
        let carried: f64 = strengths.iter().filter(|(contact, _)| reached.contains(contact)).map(|(_, one)| one).sum();
        if total <= 0.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
        let share = (carried / total * 100_000.0).round_ties_even() as u32;
        Some(share)
    }

    fn promises(&self) -> Option<Promises> {
        let open: Vec<CommitmentId> = self.at(0, |account, _| {
            let open = account.commitments().filter(|made| made.status == CommitmentStatus::Open);
            open.map(|made| made.commitment.clone()).collect()
        })?;
        self.at(SETTLED_DAYS, |account, _| {
            let mut promises = Promises { open_at_transfer: count(open.len()), ..Promises::default() };
            for made in account.commitments().filter(|made| open.contains(&made.commitment)) {
                match made.status {
                    CommitmentStatus::Open => promises.still_open += 1,
                    CommitmentStatus::Kept => promises.kept += 1,
                    CommitmentStatus::Broken => promises.broken += 1,
                    CommitmentStatus::Withdrawn => promises.withdrawn += 1,
                }
            }
            promises
        })
    }

    fn health(&self, controls: &[AccountId]) -> Vec<HealthAt> {
        let own = self.score(self.id, 0);
        let others: Vec<(&AccountId, u32)> = controls.iter().filter_map(|id| Some((id, self.score(id, 0)?))).collect();
        OFFSETS.iter().map(|offset| self.health_at(*offset, own, &others)).collect()
    }

    fn health_at(&self, offset: i32, at_transfer: Option<u32>, controls: &[(&AccountId, u32)]) -> HealthAt {
        let overall = self.score(self.id, offset);
        let since = |score: u32, before: u32| i64::from(score) - i64::from(before);
        let changes: Vec<i64> =
            controls.iter().filter_map(|(id, before)| Some(since(self.score(id, offset)?, *before))).collect();
        HealthAt {
            offset_days: offset,
            date: self.date(offset),
            is_to_come: self.moment(offset).is_none(),
            overall,
            change: overall.zip(at_transfer).map(|(score, before)| since(score, before)),
            controls_change: mean(&changes),
            controls: count(changes.len()),
        }
    }

    /// Accounts of a tier whose account manager of record stayed.
    fn controls(&self, tier: Option<Tier>) -> Vec<AccountId> {
        let Some(tier) = tier else { return Vec::new() };
        let others = self.past.accounts().into_iter().filter(|id| id != self.id);
        others.take_while(|_| self.past.goes_on()).filter(|id| self.is_control(id, tier)).collect()
    }

    fn is_control(&self, id: &AccountId, tier: Tier) -> bool {
        let of_tier = self.moment(0).and_then(|as_of| self.of(id, &as_of, |account, _| account.profile().tier));
        if of_tier.flatten() != Some(tier) {
            return false;
        }
        let end = self.date(SETTLED_DAYS).min(self.day.date);
        let as_of = AsOf::Day { date: end, zone: self.day.zone.clone() };
        let (first, zone) = (self.date(OFFSETS[0]), &self.day.zone);
        let stayed = self.of(id, &as_of, |account, directory| {
            let is_owned = ownership::status(account, directory, &as_of) == Status::Owned;
            let moved = |date: Date| (first..=end).contains(&date);
            let mut holders = account.lanes().primary().map(crate::account::Interval::stretch);
            let changed =
                holders.any(|held| moved(held.from.date_in(zone)) || held.to.is_some_and(|to| moved(to.date_in(zone))));
            is_owned && !changed
        });
        stayed.unwrap_or_default()
    }
}

/// The mean, rounded half-even; none of too few.
fn mean(changes: &[i64]) -> Option<i64> {
    if changes.len() < FEWEST_CONTROLS {
        return None;
    }
    let (sum, number) = (changes.iter().sum::<i64>(), i64::try_from(changes.len()).ok()?);
    let (whole, rest) = (sum.div_euclid(number), sum.rem_euclid(number));
    let up = match (rest * 2).cmp(&number) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => whole % 2 != 0,
    };
    Some(whole + i64::from(up))
}
