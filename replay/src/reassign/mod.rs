//! A leaver's lanes and their new owners: which rule sends which lane to whom, and what that does to everybody's load.
//!
//! The same book, people and rules always give the same plan. A load counts accounts that a person is account manager of
//! record of, not by inheritance, as `capacity` does.

pub mod rules;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tenure_schemas::payload::account::Tier;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Name, PersonId};

use self::rules::{KeepTogether, Rule, Rules, Share, Takers};

/// A lane that the leaver holds of their own, with what rules ask about its account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Held {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: Option<Name>,
    /// Its tier.
    pub tier: Option<Tier>,
    /// Its sales region.
    pub region: Option<Name>,
    /// The account it is a part of.
    pub parent: Option<AccountId>,
    /// The role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
}

/// Somebody who could take lanes over: works for us on the day, and is not known to leave.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: Option<Name>,
    /// Of how many accounts the person is account manager of record.
    pub load: u32,
    /// How many the person can hold.
    pub capacity: Option<u32>,
    /// Whether the person is away on the day.
    pub is_absent: bool,
}

/// A lane with its new owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assigned {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Who gets it.
    pub to: PersonId,
    /// The rule that says so: its number and name, or `default`.
    pub rule: String,
}

/// A lane that stays with the leaver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Why nobody gets it.
    pub why: String,
}

/// What the plan does to somebody's load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Load {
    /// Who.
    pub person: PersonId,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// How many accounts before.
    pub before: u32,
    /// How many after.
    pub after: u32,
    /// How many the person can hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Whether that is more than the person can hold.
    pub over_capacity: bool,
    /// Whether the person is away on the day.
    pub is_absent: bool,
}

/// Who gets what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The lanes that find a new owner, by account, role and scope.
    pub assigned: Vec<Assigned>,
    /// The lanes that no rule catches.
    pub left: Vec<Left>,
    /// Everybody who is given something, in the order of their ids.
    pub loads: Vec<Load>,
    /// The rules that catch nothing.
    pub unused: Vec<String>,
}

/// Shares a book out. The rules have been checked, and everybody whom they name is a candidate; whoever is not is
/// passed over.
///
/// What goes to one person goes first, so that pools know how much room is left.
pub fn plan(book: &[Held], candidates: &[Candidate], rules: &Rules) -> Plan {
    let mut sharing = Sharing::among(book, candidates, rules);
    let mut plan = Plan::default();
    let mut lanes: Vec<&Held> = book.iter().collect();
    lanes.sort_by_cached_key(|lane| (sharing.is_for_a_pool(lane), &lane.account, &lane.role, &lane.scope));
    for lane in lanes {
        sharing.share(lane, &mut plan);
    }
    plan.assigned
        .sort_by(|one, other| (&one.account, &one.role, &one.scope).cmp(&(&other.account, &other.role, &other.scope)));
    plan.left
        .sort_by(|one, other| (&one.account, &one.role, &one.scope).cmp(&(&other.account, &other.role, &other.scope)));
    plan.loads = sharing.loads();
    plan.unused = sharing.unused();
    plan
}

/// How far the lanes are shared out.
struct Sharing<'a> {
    rules: &'a Rules,
    candidates: BTreeMap<&'a PersonId, &'a Candidate>,
    parents: BTreeMap<&'a AccountId, Option<&'a AccountId>>,
    /// The accounts that each person gets, as account manager of record.
    managed: BTreeMap<&'a PersonId, BTreeSet<&'a AccountId>>,
    given: BTreeSet<&'a PersonId>,
    /// Who got accounts of a group, in the order in which they did.
    groups: BTreeMap<&'a AccountId, Vec<&'a PersonId>>,
    /// How often each rule was used; the default is 0.
    used: BTreeMap<usize, usize>,
}

impl<'a> Sharing<'a> {
    fn among(book: &'a [Held], candidates: &'a [Candidate], rules: &'a Rules) -> Self {
        Self {
            rules,
            candidates: candidates.iter().map(|one| (&one.person, one)).collect(),
            parents: book.iter().map(|held| (&held.account, held.parent.as_ref())).collect(),
            managed: BTreeMap::new(),
            given: BTreeSet::new(),
            groups: BTreeMap::new(),
            used: BTreeMap::new(),
        }
    }

    /// Finds the lane's new owner, or says why it has none.
    fn share(&mut self, lane: &'a Held, plan: &mut Plan) {
        let mut full = Vec::new();
        for (number, takers) in self.takers_for(lane) {
            let Some(to) = self.pick(lane, number, takers) else {
                full.push(self.rule_name(number));
                continue;
            };
            self.give(lane, number, to);
            let rule = self.rule_name(number);
            let Held { account, name, role, scope, .. } = lane.clone();
            plan.assigned.push(Assigned { account, name, role, scope, to: to.clone(), rule });
            return;
        }
        let why = match full.as_slice() {
            [] => "no rule is about it".to_owned(),
            full => format!("nobody in the pool of {} has room", full.join(" or ")),
        };
        let Held { account, name, role, scope, .. } = lane.clone();
        plan.left.push(Left { account, name, role, scope, why });
    }

    /// Who may take a lane: rule by rule, and the default as number 0 at the end.
    fn takers_for(&self, lane: &Held) -> Vec<(usize, Takers<'a>)> {
        let rules = (1..).zip(&self.rules.rules).filter(|(_, rule)| self.fits(rule, lane));
        let rules = rules.filter_map(|(number, rule)| Some((number, rule.takers()?)));
        let default = self.rules.default.iter().filter_map(|target| Some((0, target.takers()?)));
        rules.chain(default).collect()
    }

    /// Whether a lane is to be shared out rather than given to one person.
    fn is_for_a_pool(&self, lane: &Held) -> bool {
        !matches!(self.takers_for(lane).first(), Some((_, Takers::One(_))))
    }

    fn fits(&self, rule: &Rule, lane: &Held) -> bool {
        fn any<T: PartialEq>(list: Option<&Vec<T>>, value: Option<&T>) -> bool {
            list.is_none_or(|list| value.is_some_and(|value| list.contains(value)))
        }
        any(rule.account.as_ref(), Some(&lane.account))
            && any(rule.tier.as_ref(), lane.tier.as_ref())
            && any(rule.region.as_ref(), lane.region.as_ref())
            && any(rule.role.as_ref(), Some(&lane.role))
            && any(rule.scope.as_ref(), Some(&lane.scope))
            && rule.group.as_ref().is_none_or(|group| self.line(&lane.account).iter().any(|one| group.contains(one)))
    }

    /// The account, the account above it, and so on, as far as the book knows.
    fn line<'b>(&self, account: &'b AccountId) -> Vec<&'b AccountId>
    where
        'a: 'b,
    {
        let mut line = vec![account];
        while let Some(Some(parent)) = line.last().and_then(|last| self.parents.get(*last)) {
            if line.contains(parent) {
                break;
            }
            line.push(parent);
        }
        line
    }

    /// One of those who may take a lane; `None` where nobody has room.
    fn pick(&self, lane: &'a Held, number: usize, takers: Takers<'a>) -> Option<&'a PersonId> {
        match takers {
            Takers::One(person) => self.candidates.get_key_value(person).map(|(person, _)| *person),
            Takers::Pool(pool, share) => {
                let group = self.group(lane).and_then(|group| self.groups.get(group));
                let mut takers = group.into_iter().flatten().copied();
                let together = takers.find(|person| pool.contains(person) && self.has_room(lane, person, share));
                together.or_else(|| self.pick_of(lane, number, pool, share))
            }
        }
    }

    fn pick_of(&self, lane: &Held, number: usize, pool: &'a [PersonId], share: Share) -> Option<&'a PersonId> {
        let pool: Vec<&PersonId> = pool.iter().filter(|person| self.candidates.contains_key(*person)).collect();
        match share {
            Share::RoundRobin => {
                let turn = self.used.get(&number).copied().unwrap_or_default();
                pool.get(turn.checked_rem(pool.len())?).copied()
            }
            Share::SpareCapacity => {
                let free = pool.into_iter().filter(|person| self.has_room(lane, person, share));
                // Of equals the first: whoever is named first, as the order of a pool is its author's.
                free.reduce(|best, next| if self.room(next) > self.room(best) { next } else { best })
            }
        }
    }

    /// The group that an account is kept together with: its topmost account, as far as the book knows.
    fn group(&self, lane: &'a Held) -> Option<&'a AccountId> {
        match self.rules.keep_together? {
            KeepTogether::Parent => self.line(&lane.account).last().copied(),
        }
    }

    /// How many more accounts a person can hold; below everybody whose capacity is known, where it is not.
    fn room(&self, person: &PersonId) -> Option<i64> {
        let candidate = self.candidates.get(person)?;
        Some(i64::from(candidate.capacity?) - i64::from(self.load(candidate)))
    }

    /// Whether the lane makes no load, or the person can bear one more, or is given it whatever the load.
    fn has_room(&self, lane: &Held, person: &PersonId, share: Share) -> bool {
        share == Share::RoundRobin || !makes_load(lane) || self.room(person).is_none_or(|room| room > 0)
    }

    fn load(&self, candidate: &Candidate) -> u32 {
        let more = self.managed.get(&candidate.person).map_or(0, BTreeSet::len);
        candidate.load.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
    }

    fn give(&mut self, lane: &'a Held, number: usize, to: &'a PersonId) {
        *self.used.entry(number).or_default() += 1;
        self.given.insert(to);
        if makes_load(lane) {
            self.managed.entry(to).or_default().insert(&lane.account);
        }
        if let Some(group) = self.group(lane) {
            let takers = self.groups.entry(group).or_default();
            // A large group has few takers, and each is asked once.
            if !takers.contains(&to) {
                takers.push(to);
            }
        }
    }

    fn rule_name(&self, number: usize) -> String {
        let rule = number.checked_sub(1).and_then(|index| self.rules.rules.get(index));
        match rule {
            None => "default".to_owned(),
            Some(Rule { name: None, .. }) => format!("rule {number}"),
            Some(Rule { name: Some(name), .. }) => format!("rule {number}, {name}"),
        }
    }

    fn loads(&self) -> Vec<Load> {
        let given = self.given.iter().filter_map(|person| self.candidates.get(*person));
        let load = |candidate: &&Candidate| {
            let after = self.load(candidate);
            Load {
                person: candidate.person.clone(),
                name: candidate.name.clone(),
                before: candidate.load,
                after,
                capacity: candidate.capacity,
                over_capacity: candidate.capacity.is_some_and(|capacity| after > capacity),
                is_absent: candidate.is_absent,
            }
        };
        given.map(load).collect()
    }

    fn unused(&self) -> Vec<String> {
        let unused = (1..=self.rules.rules.len()).filter(|number| !self.used.contains_key(number));
        unused.map(|number| self.rule_name(number)).collect()
    }
}

/// Whether whoever holds the lane is account manager of record.
fn makes_load(lane: &Held) -> bool {
    lane.role.is_primary() && lane.scope.is_global()
}
