//! In words: what the account is and brings in, and who answered for it.

use tenure_replay::brief::{
    ContractLine, Listed, OwnerLine, OwnershipSection, ProfileLine, TenureLine, Vitals, YearLine,
};

use super::{amount, days, remark, word};
use crate::brief::pen::{Pen, name_or};
use crate::brief::{Block, Cell, Fact, Row, Table, Tone};

pub(super) fn vitals(vitals: &Vitals, pen: &Pen) -> Vec<Block> {
    let mut blocks = vec![Block::Facts(profile(vitals, pen))];
    if vitals.years.is_empty() {
        blocks.push(remark("Nothing was ordered and no cost arose in this year and the two before."));
    } else {
        let titles = ["Year", "#Ordered", "#Cost", "#Margin"];
        let rows = vitals.years.iter().map(year).collect();
        blocks.push(Block::Table(Table::new(Some("Revenue and margin"), &titles, rows, 0)));
    }
    if vitals.contracts.count == 0 {
        blocks.push(remark("No contract is known to run."));
    } else {
        blocks.push(contracts("Contracts", &vitals.contracts));
    }
    if vitals.expired_contracts.count > 0 {
        blocks.push(contracts("Contracts that ran out lately", &vitals.expired_contracts));
    }
    blocks
}

fn profile(vitals: &Vitals, pen: &Pen) -> Vec<Fact> {
    let profile = &vitals.profile;
    let mut facts = Vec::new();
    let mut say = |label, value: Option<String>, cited: &tenure_replay::brief::Cited| {
        facts.extend(value.map(|value| Fact::new(label, value, cited.clone())));
    };
    if let Some(tier) = &vitals.tier {
        let managed = if tier.manage_as_key { ", managed as a key account" } else { "" };
        say("Tier", Some(format!("{}{managed}", word(&tier.tier))), &tier.cited);
    }
    say("Status", Some(status(profile, pen)), &profile.cited);
    say("Region", profile.region.as_ref().map(ToString::to_string), &profile.cited);
    say("Industry", profile.industry.as_ref().map(ToString::to_string), &profile.cited);
    let parent = profile.parent.as_ref().map(|parent| name_or(profile.parent_name.as_ref(), parent.as_str()));
    say("Part of", parent, &profile.cited);
    facts
}

fn status(profile: &ProfileLine, pen: &Pen) -> String {
    let stage = profile.stage.map_or(String::new(), |stage| format!("{}, ", word(&stage)));
    let since = profile.opened_at.map_or(String::new(), |at| format!(", in the ledger since {}", pen.date(at)));
    format!("{stage}{}{since}", word(&profile.status))
}

fn year(line: &YearLine) -> Row {
    let figure = |exact: &tenure_replay::Exact| Cell::new(amount(&exact.to_string(), line.currency));
    let cells = vec![Cell::new(&line.year), figure(&line.ordered), figure(&line.cost), figure(&line.margin)];
    Row { cells, tone: Tone::Plain, cited: line.cited.clone() }
}

fn contracts(caption: &'static str, contracts: &Listed<ContractLine>) -> Block {
    let rows = contracts.items.iter().map(contract).collect();
    Block::Table(Table::new(Some(caption), &["Contract", "#Worth", "End", "Notice by"], rows, contracts.more()))
}

fn contract(line: &ContractLine) -> Row {
    let contract = &line.contract;
    let end = match contract.days_to_end {
        Some(left) if left > 0 => format!("in {}", days(left)),
        Some(left) => format!("{} ago", days(-left)),
        None => "renewed itself".to_owned(),
    };
    let renewal = if contract.auto_renew { "renews itself" } else { "does not renew itself" };
    let notice = match (contract.notice_deadline, line.days_to_notice) {
        (Some(by), Some(left)) if left >= 0 => Cell::with(by.to_string(), format!("in {}", days(left))),
        (Some(by), Some(_)) => Cell::with(by.to_string(), "has passed"),
        (_, _) => Cell::new("–"),
    };
    let worth = amount(&contract.value.amount.to_string(), contract.value.currency);
    let is_near = |left: Option<i64>| left.is_some_and(|left| (0..=tenure_replay::brief::SOON_DAYS).contains(&left));
    Row {
        cells: vec![
            Cell::with(contract.contract.as_str(), word(&contract.status)),
            Cell::new(worth),
            Cell::with(contract.to.to_string(), format!("{end}; {renewal}")),
            notice,
        ],
        tone: Tone::alert_if(is_near(contract.days_to_end) || is_near(line.days_to_notice)),
        cited: line.cited.clone(),
    }
}

pub(super) fn ownership(ownership: &OwnershipSection, pen: &Pen) -> Vec<Block> {
    let mut blocks = Vec::new();
    if ownership.owners.is_empty() {
        blocks.push(remark("Nobody answers for it at the moment."));
    } else {
        let rows = ownership.owners.iter().map(|line| owner(line, pen)).collect();
        blocks.push(Block::Table(Table::new(Some("Today"), &["Role", "Who", "Since"], rows, 0)));
    }
    if ownership.history.count > 0 {
        let rows = ownership.history.items.iter().map(|line| tenure(line, pen)).collect();
        let titles = ["Who", "From", "To", "Why it began"];
        let more = ownership.history.more();
        blocks.push(Block::Table(Table::new(Some("The history of this role"), &titles, rows, more)));
    }
    blocks
}

fn owner(line: &OwnerLine, pen: &Pen) -> Row {
    let (named, owner) = (&line.owner, &line.owner.owner);
    let mut remarks = Vec::new();
    if named.is_employed == Some(false) {
        remarks.push("does not work for us any more".to_owned());
    }
    if let (Some(delegate), Some(until)) = (&named.covered_by, named.covered_until) {
        let delegate = name_or(named.covered_by_name.as_ref(), delegate.as_str());
        remarks.push(format!("{delegate} stands in until {}", pen.date(until)));
    }
    if let Some(above) = &owner.inherited_from {
        remarks.push(format!("inherited from {above}"));
    }
    Row {
        cells: vec![
            Cell::new(Pen::lane(owner.role.as_str(), owner.scope.as_str())),
            Cell::with(name_or(named.person_name.as_ref(), owner.person.as_str()), remarks.join("; ")),
            Cell::new(pen.day(owner.from, owner.from_date)),
        ],
        tone: Tone::alert_if(named.is_employed == Some(false)),
        cited: line.cited.clone(),
    }
}

fn tenure(line: &TenureLine, pen: &Pen) -> Row {
    let who = line.person.as_ref().map(|person| name_or(line.person_name.as_ref(), person.as_str()));
    let why = line.why.as_ref();
    let why = why.map_or(Cell::new(""), |why| Cell::with(why.text.as_str(), word(&why.code)));
    Row {
        tone: if who.is_none() { Tone::Alert } else { Tone::Plain },
        cells: vec![
            Cell::new(who.unwrap_or_else(|| "Nobody".to_owned())),
            Cell::new(pen.day(line.from, line.from_date)),
            Cell::new(line.to.map_or("today".to_owned(), |to| pen.day(to, line.to_date))),
            why,
        ],
        cited: line.cited.clone(),
    }
}
