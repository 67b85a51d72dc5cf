//! The vitals of an account: what it is, its tier, what it brings in, and how long that is agreed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::account::{Stage, Tier};
use tenure_schemas::{AccountId, Currency, Instant, Name};
use utoipa::ToSchema;

use super::cited::{Cited, Listed};
use super::{Asked, MAX_LINES};
use crate::account::{Account, ContractStatus, Status};
use crate::exact::Exact;
use crate::merges::Accounts as _;
use crate::overview::money::years;
use crate::overview::work::contracts;
use crate::overview::{RunningContract, is_in_force};
use crate::ownership;

/// What a successor must know first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Vitals {
    /// What the account is.
    pub profile: ProfileLine,
    /// How important people decided that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierLine>,
    /// What was ordered and what it cost in this civil year up to the moment and the two before, newest first, then by
    /// currency.
    pub years: Vec<YearLine>,
    /// Contracts that run or are about to, the next to end first.
    pub contracts: Listed<ContractLine>,
    /// Contracts that ran out in the last 90 days and were neither renewed nor ended.
    pub expired_contracts: Listed<ContractLine>,
}

/// What the account is called and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProfileLine {
    /// The client organisation's name; absent when the account was never opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Where it stands.
    pub status: Status,
    /// Since when it is a client or was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Instant>,
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
    /// The account that it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<AccountId>,
    /// That account's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<Name>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// The tier that people decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TierLine {
    /// The tier.
    pub tier: Tier,
    /// Whether it is to be managed as a key account.
    pub manage_as_key: bool,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// What an account ordered and cost in one civil year and currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearLine {
    /// The civil year; the running one up to the moment.
    pub year: String,
    /// The currency.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// What was ordered, net of what was cancelled and returned.
    pub ordered: Exact,
    /// What serving the account cost.
    pub cost: Exact,
    /// Orders less costs.
    pub margin: Exact,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

/// A contract with the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContractLine {
    /// The contract.
    #[serde(flatten)]
    pub contract: RunningContract,
    /// Whole days to the day by which notice is to be given; negative once it has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_notice: Option<i64>,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

pub(super) fn vitals(asked: &Asked<'_>) -> Vitals {
    let (running, expired) = contract_lines(asked);
    Vitals {
        profile: profile(asked),
        tier: tier(asked),
        years: year_lines(asked),
        contracts: running,
        expired_contracts: expired,
    }
}

fn profile(asked: &Asked<'_>) -> ProfileLine {
    let account = asked.account;
    let profile = account.profile();
    let parent = profile.parent.as_ref().and_then(|parent| asked.directory.account(parent));
    let fields = ["status", "name", "stage", "currency", "region", "industry", "parent"];
    ProfileLine {
        name: profile.name.clone(),
        status: ownership::status(account, asked.directory, &asked.as_of),
        opened_at: account.lifecycle().opened.map(|(at, _)| at),
        stage: profile.stage,
        currency: profile.currency,
        region: profile.region.clone(),
        industry: profile.industry.clone(),
        parent: profile.parent.clone(),
        parent_name: parent.and_then(|parent| parent.profile().name.clone()),
        cited: asked.sources.cite(fields.iter().filter_map(|field| asked.sources.field(field))),
    }
}

fn tier(asked: &Asked<'_>) -> Option<TierLine> {
    let profile = asked.account.profile();
    let decided = ["tier", "manage_as_key"].iter().filter_map(|field| asked.sources.field(field));
    let cited = asked.sources.cite(decided);
    Some(TierLine { tier: profile.tier?, manage_as_key: profile.manage_as_key.unwrap_or_default(), cited })
}

fn year_lines(asked: &Asked<'_>) -> Vec<YearLine> {
    let rests_on = years_rest_on(asked);
    let figures = years(&asked.whole, &asked.day).into_iter();
    let lines = figures.map(|figures| {
        let events = figures.year.parse().ok().and_then(|year| rests_on.get(&(year, figures.currency)));
        YearLine {
            margin: figures.ordered.minus(&figures.cost),
            year: figures.year,
            currency: figures.currency,
            ordered: figures.ordered,
            cost: figures.cost,
            cited: asked.sources.cite(events.into_iter().flatten().copied()),
        }
    });
    lines.collect()
}

/// The events of the orders and costs of each civil year and currency.
fn years_rest_on(asked: &Asked<'_>) -> BTreeMap<(i16, Currency), BTreeSet<u64>> {
    let mut events: BTreeMap<(i16, Currency), BTreeSet<u64>> = BTreeMap::new();
    for order in asked.account.orders() {
        let thing = format!("orders.{}", order.order);
        let mut changes = asked.sources.changes_of(&thing, &["total", "status"]);
        changes.extend(asked.sources.history_of(&format!("{thing}.returned")));
        let returned = order.returned.iter().map(|back| back.currency);
        for currency in returned.chain([order.total.currency]) {
            let year = order.when().date_in(asked.zone).year();
            events.entry((year, currency)).or_default().extend(&changes);
        }
    }
    for order in asked.whole.merged().flat_map(Account::orders) {
        let year = order.when().date_in(asked.zone).year();
        events.entry((year, order.total.currency)).or_default().insert(order.event);
    }
    for cost in asked.whole.accounts().flat_map(Account::costs) {
        let day = cost.period.as_ref().map_or_else(|| cost.when().date_in(asked.zone), |period| period.from);
        events.entry((day.year(), cost.amount.currency)).or_default().insert(cost.event);
    }
    events
}

/// The contracts that run or are about to, and those that ran out lately.
fn contract_lines(asked: &Asked<'_>) -> (Listed<ContractLine>, Listed<ContractLine>) {
    let days_left = |date: Option<Date>| date.map(|date| asked.day.days_until(date));
    let line = |contract: RunningContract| {
        let events = contract_events(asked.account, &contract);
        let days_to_notice = days_left(contract.notice_deadline);
        ContractLine { days_to_notice, contract, cited: asked.sources.cite(events) }
    };
    let of = |wanted: fn(ContractStatus) -> bool| {
        contracts(asked.account, &asked.day, wanted).into_iter().map(|entry| line(entry.item))
    };
    let lately = |line: &ContractLine| line.contract.days_to_end.is_some_and(|days| days > -super::SOON_DAYS);
    let expired = of(|status| status == ContractStatus::Expired).filter(lately);
    (Listed::cut(of(is_in_force).collect(), MAX_LINES), Listed::cut(expired.collect(), MAX_LINES))
}

/// The events that signed a contract and agreed its last term.
fn contract_events(account: &Account, running: &RunningContract) -> Vec<u64> {
    let known = account.contracts().find(|contract| contract.contract == running.contract);
    let renewals = known.into_iter().flat_map(|contract| contract.renewals.iter().map(|term| term.event));
    renewals.chain([running.event]).collect()
}
