//! The model, third part: what the facts answer, moment by moment.

use std::collections::{BTreeMap, BTreeSet};

use tenure_schemas::{Instant, Zone};

use super::model::{Account, Covered, Firm, Held, Time, Times};

/// Somebody accountable for a lane at one moment.
struct Holder<'a> {
    held: &'a Held,
    /// The account above that it is inherited from.
    above: Option<&'a str>,
    /// Who stands in.
    covered: Option<&'a Covered>,
}

/// What a holder is called in answers; several times a day they may differ in who stands in.
type Called = (String, String, Instant, u64, String, Option<String>);

impl Firm {
    fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// Every time at which something begins or ends anywhere.
    fn bounds(&self) -> Vec<Time> {
        let mut bounds = Vec::new();
        let mut add = |times: &Times| bounds.extend([Some(times.from), times.to].into_iter().flatten());
        for account in self.accounts.values() {
            account.held.iter().for_each(|held| add(&held.times));
            account.covered.iter().for_each(|covered| add(&covered.times));
            account.shut.iter().for_each(|shut| add(&shut.times));
            account.parents.iter().for_each(|(from, _)| add(&Times { from: *from, to: None }));
            account.first.iter().for_each(|from| add(&Times { from: *from, to: None }));
        }
        bounds
    }

    /// The same as instants, as a question sees them.
    fn turns(&self, zone: Option<&Zone>) -> BTreeSet<Instant> {
        self.bounds().into_iter().map(|time| time.seen(zone)).collect()
    }

    /// The moments to look at: between two of them nothing changes.
    fn moments(&self) -> Vec<Instant> {
        let Some(after) = self.after else { return vec![self.first] };
        let within = self.turns(self.zone.as_ref()).into_iter().filter(|at| self.first < *at && *at < after);
        [self.first].into_iter().chain(within).collect()
    }

    /// The last moment that is asked about.
    fn end(&self) -> Instant {
        self.after.map_or(self.first, |after| Instant::from_micros(after.as_micros() - 1).unwrap())
    }

    fn is_open(&self, id: &str, at: Instant, zone: Option<&Zone>) -> bool {
        let Some(account) = self.account(id) else { return false };
        let began = account.first.is_some_and(|first| first.seen(zone) <= at);
        began && !account.shut.iter().any(|shut| shut.times.has(at, zone))
    }

    /// Who holds lanes of the account itself while it is open.
    fn own<'a>(&'a self, id: &str, at: Instant, zone: Option<&Zone>) -> Vec<&'a Held> {
        let Some(account) = self.account(id).filter(|_| self.is_open(id, at, zone)) else { return Vec::new() };
        account.held.iter().filter(|held| !held.times.is_empty() && held.times.has(at, zone)).collect()
    }

    /// The accounts above at a moment, nearest first.
    fn above<'a>(&'a self, id: &'a str, at: Instant, zone: Option<&Zone>) -> Vec<&'a str> {
        let mut chain = vec![id];
        while let Some(account) = self.account(chain[chain.len() - 1]) {
            let said = account.parents.iter().rev().find(|(from, _)| from.seen(zone) <= at);
            let Some(parent) = said.and_then(|(_, parent)| parent.as_deref()) else { break };
            if chain.contains(&parent) {
                break;
            }
            chain.push(parent);
        }
        chain.split_off(1)
    }

    /// Who holds a lane because of the nearest account above in which somebody lets it inherit.
    fn inherited<'a>(
        &'a self,
        id: &'a str,
        lane: (&str, &str),
        at: Instant,
        zone: Option<&Zone>,
    ) -> Vec<(&'a str, &'a Held)> {
        for above in self.above(id, at, zone) {
            let heirs: Vec<_> = self
                .own(above, at, zone)
                .into_iter()
                .filter(|held| held.inherit && held.is_in(lane.0, lane.1))
                .collect();
            if !heirs.is_empty() {
                return heirs.into_iter().map(|held| (above, held)).collect();
            }
        }
        Vec::new()
    }

    fn lanes(&self) -> BTreeSet<(&str, &str)> {
        let held = self.accounts.values().flat_map(|account| &account.held);
        held.map(|held| (held.role.as_str(), held.scope.as_str())).collect()
    }

    /// Everybody who is accountable for the account at a moment.
    fn holders<'a>(&'a self, id: &'a str, at: Instant, zone: Option<&Zone>) -> Vec<Holder<'a>> {
        let mut holders: Vec<(Option<&str>, &Held)> = Vec::new();
        for (role, scope) in self.lanes() {
            let own: Vec<_> = self.own(id, at, zone).into_iter().filter(|held| held.is_in(role, scope)).collect();
            if own.is_empty() && self.is_open(id, at, zone) {
                holders.extend(
                    self.inherited(id, (role, scope), at, zone).into_iter().map(|(above, held)| (Some(above), held)),
                );
            }
            holders.extend(own.into_iter().map(|held| (None, held)));
        }
        let said_in =
            |above: Option<&str>| self.account(id).into_iter().chain(above.and_then(|above| self.account(above)));
        let covered = |above, held| stands_in(said_in(above).flat_map(|account| &account.covered), held, at, zone);
        holders.into_iter().map(|(above, held)| Holder { held, above, covered: covered(above, held) }).collect()
    }

    fn status(&self, id: &str) -> &'static str {
        let Some(account) = self.account(id).filter(|account| account.first.is_some()) else { return "unknown" };
        if account.merged_into().is_some() {
            return "merged";
        }
        if account.is_closed() {
            return "closed";
        }
        let is_primary = |holder: &Holder<'_>| holder.held.is_in("primary", "global");
        let zone = self.zone.as_ref();
        if self.holders(id, self.end(), zone).iter().any(is_primary) {
            return "owned";
        }
        let held_one = account.held.iter().any(|held| !held.times.is_empty() && held.is_in("primary", "global"));
        let turns = self.turns(zone).into_iter().filter(|at| *at <= self.end());
        let inherited_one = turns.into_iter().any(|at| self.holders(id, at, zone).iter().any(is_primary));
        if held_one || inherited_one { "orphaned" } else { "unassigned" }
    }

    fn gaps(&self, id: &str) -> Vec<String> {
        let turns: Vec<Instant> = self.turns(None).into_iter().collect();
        let mut lines = Vec::new();
        for (role, scope) in self.lanes() {
            let has_holder = |at: Instant| {
                let own = self.account(id).into_iter().flat_map(|account| &account.held);
                let own = own
                    .filter(|held| !held.times.is_empty() && held.is_in(role, scope) && held.times.has(at, None))
                    .count();
                own > 0 || self.holders(id, at, None).iter().any(|holder| holder.held.is_in(role, scope))
            };
            let Some(first) = turns.iter().copied().find(|at| has_holder(*at)) else { continue };
            let vacant = |at: Instant| at >= first && !has_holder(at) && self.is_open(id, at, None);
            lines.extend(
                runs(&turns, vacant)
                    .into_iter()
                    .filter(|(from, _)| self.has_come(id, (role, scope), *from))
                    .map(|(from, to)| format!("{role} {scope} {from}→{to:?}")),
            );
        }
        lines
    }

    /// Whether a lane was left by the end of what is asked about, given when it was: a day by its date. Whoever leaves
    /// it, in the account or above, must have; where nobody does, it is what shuts an account or moves it.
    fn has_come(&self, id: &str, lane: (&str, &str), at: Instant) -> bool {
        let before = Instant::from_micros(at.as_micros() - 1).unwrap();
        let accounts = self.above(id, before, None).into_iter().chain([id]).filter_map(|id| self.account(id));
        let left = accounts.flat_map(|account| &account.held).filter(|held| held.is_in(lane.0, lane.1));
        let left = left.filter(|held| !held.times.is_empty()).filter_map(|held| held.times.to);
        let mut left = left.filter(|to| to.at == at).map(|to| to.seen(self.zone.as_ref()) <= self.end()).peekable();
        left.peek().is_none() || left.all(|has_come| has_come)
    }
}

/// The latest of those that stand in for a holder.
fn stands_in<'a>(
    covered: impl Iterator<Item = &'a Covered>,
    held: &Held,
    at: Instant,
    zone: Option<&Zone>,
) -> Option<&'a Covered> {
    let lists = |list: &[String], one: &String| list.is_empty() || list.contains(one);
    let is_about = |covered: &&Covered| {
        covered.owner == held.person && lists(&covered.roles, &held.role) && lists(&covered.scopes, &held.scope)
    };
    let running = covered.filter(is_about).filter(|covered| !covered.times.is_empty() && covered.times.has(at, zone));
    running.max_by_key(|covered| (covered.times.from.at, covered.event))
}

/// The longest times in which something is so, given all the instants at which it can change.
fn runs(turns: &[Instant], is_so: impl Fn(Instant) -> bool) -> Vec<(Instant, Option<Instant>)> {
    let mut runs: Vec<(Instant, Option<Instant>)> = Vec::new();
    for at in turns {
        match (is_so(*at), runs.last_mut().filter(|(_, to)| to.is_none())) {
            (true, None) => runs.push((*at, None)),
            (false, Some((_, to))) => *to = Some(*at),
            (true, Some(_)) | (false, None) => {}
        }
    }
    runs
}

/// The answers of the model, each as lines.
impl Firm {
    pub(crate) fn owners(&self, id: &str) -> Vec<String> {
        let mut found: BTreeMap<Called, BTreeSet<String>> = BTreeMap::new();
        for at in self.moments() {
            for holder in self.holders(id, at, self.zone.as_ref()) {
                let held = holder.held;
                let above = holder.above.map(str::to_owned);
                let called =
                    (held.role.clone(), held.scope.clone(), held.times.from.at, held.event, held.person.clone(), above);
                let by = holder.covered.map(|covered| format!("{}/{}", covered.delegate, covered.event));
                found.entry(called).or_default().extend(by);
            }
        }
        let line = |((role, scope, _, event, person, above), by)| {
            format!("{person} {role} {scope} {event} from {above:?} by {by:?}")
        };
        let mut lines: Vec<String> = found.into_iter().map(line).collect();
        lines.sort();
        lines
    }

    pub(crate) fn book(&self, person: &str) -> Vec<String> {
        let in_account = |id: &String| {
            let owners = self.owners(id).into_iter().filter(|line| line.starts_with(&format!("{person} ")));
            owners.map(|line| format!("{id}: {}", line.split(" by ").next().unwrap())).collect::<Vec<_>>()
        };
        self.accounts.keys().flat_map(in_account).collect()
    }

    pub(crate) fn standing(&self, id: &str) -> Vec<String> {
        let merged_into = self.account(id).and_then(Account::merged_into);
        vec![format!("{} into {merged_into:?} with {:?}", self.status(id), self.merged(id))]
    }

    /// The accounts whose merges lead to this one.
    fn merged(&self, id: &str) -> Vec<&str> {
        let leads_here = |from: &&String| {
            let mut way = vec![from.as_str()];
            while let Some(into) = self.account(way[way.len() - 1]).and_then(Account::merged_into) {
                if into == id {
                    return true;
                }
                if way.contains(&into) {
                    return false;
                }
                way.push(into);
            }
            false
        };
        self.accounts.keys().filter(|from| from.as_str() != id).filter(leads_here).map(String::as_str).collect()
    }

    pub(crate) fn intervals(&self, id: &str) -> Vec<String> {
        let held = self.account(id).into_iter().flat_map(|account| &account.held).filter(|held| !held.times.is_empty());
        let line = |held: &Held| {
            let Times { from, to } = held.times;
            let to = to.map(|to| (to.at, to.date));
            let (by, again, inherit) = (held.ended_by, &held.confirmed_by, held.inherit);
            let Held { person, role, scope, event, .. } = held;
            format!("{person} {role} {scope} {} {:?}→{to:?} {event}/{by:?} {again:?} {inherit}", from.at, from.date)
        };
        let mut lines: Vec<String> = held.map(line).collect();
        lines.sort();
        lines
    }

    pub(crate) fn gaps_and_overlaps(&self, id: &str) -> Vec<String> {
        let mut lines = self.gaps(id);
        lines.extend(self.overlaps(id));
        lines
    }

    fn overlaps(&self, id: &str) -> Vec<String> {
        let turns: Vec<Instant> = self.turns(None).into_iter().collect();
        let mut lines = Vec::new();
        for (role, scope) in self.lanes() {
            let at_once = |at: Instant| -> Vec<u64> {
                let held = self.account(id).into_iter().flat_map(|account| &account.held);
                let held =
                    held.filter(|held| !held.times.is_empty() && held.is_in(role, scope) && held.times.has(at, None));
                held.map(|held| held.event).collect()
            };
            let sets: BTreeSet<Vec<u64>> = turns.iter().map(|at| at_once(*at)).filter(|set| set.len() > 1).collect();
            for set in sets {
                let so = runs(&turns, |at| at_once(at) == set).into_iter();
                lines.extend(so.map(|(from, to)| format!("{role} {scope} {from}→{to:?} {set:?}")));
            }
        }
        lines.sort();
        lines
    }

    pub(crate) fn coverage(&self, id: &str) -> Vec<String> {
        let covered = self.account(id).into_iter().flat_map(|account| &account.covered);
        covered
            .map(|covered| {
                format!(
                    "{} for {} {}→{:?} {}",
                    covered.delegate,
                    covered.owner,
                    covered.times.from.at,
                    covered.times.to.map(|to| to.at),
                    covered.event
                )
            })
            .collect()
    }

    pub(crate) fn employment(&self, person: &str) -> Vec<String> {
        let employed = self.people.get(person).into_iter().flat_map(|person| &person.employed);
        employed.map(|times| format!("{}→{:?}", times.from.at, times.to.map(|to| to.at))).collect()
    }
}
