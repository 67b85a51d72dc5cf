//! What the code answers, as the lines that the model gives.

use std::collections::{BTreeMap, BTreeSet};

use tenure_replay::{Account, AsOf, Directory, Knowledge, merges, ownership};
use tenure_schemas::{Event, PersonId, Zone};

use super::facts::Known;
use super::ledgers::ACCOUNTS;
use crate::kit::*;

/// The firm as the code folds it.
pub(crate) struct Answers {
    firm: Firm,
    as_of: AsOf,
}

/// Which events the code looks at; by the ledger's clock a time of knowing comes to a size.
fn knowledge(events: &[Event], known: Known) -> Knowledge {
    let all = events.len() as u64;
    match known {
        Known::Now => Knowledge::of_size(all),
        Known::Size(size) => Knowledge::of_size(size),
        Known::At(at) => Knowledge::of_size(events.partition_point(|event| event.recorded_at <= at) as u64),
        Known::LearnedBy(at) => Knowledge { size: all, learned_by: Some(at) },
    }
}

impl Answers {
    pub(crate) fn of(events: &[Event], known: Known, as_of: &AsOf) -> Self {
        let knowledge = knowledge(events, known);
        let events: Vec<Event> = events.iter().filter(|event| knowledge.includes(event)).cloned().collect();
        Self { firm: Firm::of(&events, as_of), as_of: as_of.clone() }
    }

    fn account(&self, id: &str) -> Account {
        let id = account_id(id);
        self.firm.account(&id).map_or_else(|| Account::unknown(id), |account| account.as_ref().clone())
    }

    pub(crate) fn owners(&self, id: &str) -> Vec<String> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for owner in ownership::owners(&self.account(id), &self.firm, &self.as_of) {
            let above = owner.inherited_from.as_ref().map(ToString::to_string);
            let line = format!("{} {} {} {} from {above:?}", owner.person, owner.role, owner.scope, owner.event);
            let by = owner.responsible.iter().map(|by| format!("{}/{}", by.person, by.event));
            found.entry(line).or_default().extend(by);
        }
        let mut lines: Vec<String> = found.into_iter().map(|(line, by)| format!("{line} by {by:?}")).collect();
        lines.sort();
        lines
    }

    pub(crate) fn book(&self, person: &str) -> Vec<String> {
        let day = self.as_of.day_in(&Zone::utc());
        let person: PersonId = person_id(person);
        let mut lines = BTreeSet::new();
        for id in ACCOUNTS {
            for held in ownership::book(&self.account(id), &self.firm, &person, &self.as_of, &day) {
                let above = held.inherited_from.as_ref().map(ToString::to_string);
                lines.insert(format!("{id}: {person} {} {} {} from {above:?}", held.role, held.scope, held.event));
            }
        }
        lines.into_iter().collect()
    }

    pub(crate) fn standing(&self, id: &str) -> Vec<String> {
        let account = self.account(id);
        let status = serde_json::to_value(ownership::status(&account, &self.firm, &self.as_of)).unwrap();
        let merged_into = account.lifecycle().merged_into().map(ToString::to_string);
        let merged = merges::merged_into(&account_id(id), &self.firm);
        let merged: Vec<&str> = merged.iter().map(|merged| merged.account().as_str()).collect();
        vec![format!("{} into {merged_into:?} with {merged:?}", status.as_str().unwrap())]
    }

    pub(crate) fn intervals(&self, id: &str) -> Vec<String> {
        let account = self.account(id);
        let mut lines: Vec<String> = Vec::new();
        for held in account.lanes().intervals() {
            let to = held.to.map(|to| (to, held.to_date));
            let lane = format!("{} {} {}", held.person, held.role, held.scope);
            let events = format!("{}/{:?} {:?} {}", held.event, held.ended_by, held.confirmed_by, held.inherit);
            lines.push(format!("{lane} {} {:?}→{to:?} {events}", held.from, held.from_date));
        }
        lines.sort();
        lines
    }

    pub(crate) fn gaps_and_overlaps(&self, id: &str) -> Vec<String> {
        let account = self.account(id);
        let gaps = ownership::gaps(&account, &self.firm, &self.as_of).into_iter();
        let mut lines: Vec<String> =
            gaps.map(|gap| format!("{} {} {}→{:?}", gap.role, gap.scope, gap.from, gap.to)).collect();
        let overlaps = account.lanes().overlaps().into_iter();
        let mut overlaps: Vec<String> =
            overlaps.map(|it| format!("{} {} {}→{:?} {:?}", it.role, it.scope, it.from, it.to, it.events)).collect();
        overlaps.sort();
        lines.extend(overlaps);
        lines
    }

    pub(crate) fn coverage(&self, id: &str) -> Vec<String> {
        let line = |it: &tenure_replay::account::Coverage| {
            format!("{} for {} {}→{:?} {}", it.delegate, it.owner, it.from, Some(it.to), it.event)
        };
        self.account(id).coverages().map(line).collect()
    }

    pub(crate) fn employment(&self, person: &str) -> Vec<String> {
        let person = self.firm.person(&person_id(person));
        let employed = person.map(|person| person.employed.clone()).unwrap_or_default();
        employed.iter().map(|span| format!("{}→{:?}", span.from, span.to)).collect()
    }
}
