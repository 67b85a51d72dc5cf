//! The model, second part: what the facts of an account come to, said as slowly and plainly as it can be.

use std::collections::BTreeMap;

use jiff::civil::Date;
use tenure_replay::AsOf;
use tenure_schemas::payload::ownership::{Assigned, CoverageEnded, CoverageStarted, Ended, Role, Scope, Transferred};
use tenure_schemas::{Event, Instant, Payload, Precision, When, Zone};

use super::facts::{Fact, facts};

/// A time, with its civil date where only that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Time {
    pub(crate) at: Instant,
    pub(crate) date: Option<Date>,
}

impl Time {
    fn of(when: &When) -> Self {
        let date = match &when.precision {
            Precision::Day { date, .. } => Some(*date),
            Precision::Instant => None,
        };
        Self { at: when.at, date }
    }

    fn instant(at: Instant) -> Self {
        Self { at, date: None }
    }

    /// Where a question sees it: a civil date begins with that day of the zone that was asked about.
    pub(crate) fn seen(&self, zone: Option<&Zone>) -> Instant {
        zone.zip(self.date).map_or(self.at, |(zone, date)| zone.start_of(date))
    }
}

/// A time from one bound up to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Times {
    pub(crate) from: Time,
    pub(crate) to: Option<Time>,
}

impl Times {
    fn runs(&self, at: Instant) -> bool {
        self.has(at, None)
    }

    /// Whether a moment lies in it, as a question sees it.
    pub(crate) fn has(&self, at: Instant, zone: Option<&Zone>) -> bool {
        self.from.seen(zone) <= at && self.to.is_none_or(|to| at < to.seen(zone))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to.at <= self.from.at)
    }
}

/// A person holding a lane.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) person: String,
    pub(crate) role: String,
    pub(crate) scope: String,
    pub(crate) times: Times,
    pub(crate) event: u64,
    pub(crate) ended_by: Option<u64>,
    pub(crate) confirmed_by: Vec<u64>,
    pub(crate) inherit: bool,
}

impl Held {
    pub(crate) fn is_in(&self, role: &str, scope: &str) -> bool {
        self.role == role && self.scope == scope
    }
}

/// A person standing in for another.
#[derive(Clone, Debug)]
pub(crate) struct Covered {
    pub(crate) owner: String,
    pub(crate) delegate: String,
    pub(crate) roles: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) times: Times,
    pub(crate) event: u64,
}

/// A time in which an account was not open.
#[derive(Clone, Debug)]
pub(crate) struct Shut {
    pub(crate) times: Times,
    pub(crate) into: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Instant>,
    opened: bool,
    pub(crate) parents: Vec<(Time, Option<String>)>,
    pub(crate) shut: Vec<Shut>,
    pub(crate) held: Vec<Held>,
    pub(crate) covered: Vec<Covered>,
}

impl Account {
    fn hear(&mut self, fact: &Fact) {
        let time = Time::of(&fact.when);
        self.first.get_or_insert(time);
        self.last = Some(time.at);
        match &fact.says {
            Payload::AccountOpened(it) if !self.opened => {
                self.opened = true;
                self.parents.push((time, it.parent.as_ref().map(ToString::to_string)));
            }
            Payload::AccountOpened(_) => {}
            Payload::AccountParentSet(it) => self.parents.push((time, it.parent.as_ref().map(ToString::to_string))),
            Payload::AccountClosed(_) => self.shut(time, None),
            Payload::AccountReopened(_) => self.open(time, false),
            Payload::AccountMerged(it) => self.shut(time, Some(it.into.to_string())),
            Payload::AccountMergeReverted(_) => self.open(time, true),
            Payload::OwnershipAssigned(it) => self.assign(it, time, fact.position),
            Payload::OwnershipTransferred(it) => self.transfer(it, time, fact.position),
            Payload::OwnershipEnded(it) => self.end(it, time, fact.position),
            Payload::CoverageStarted(it) => self.cover(it, time, fact.position),
            Payload::CoverageEnded(it) => self.uncover(it, time),
            other => panic!("not in the model: {other:?}"),
        }
    }

    /// What is closed or merged is neither closed nor merged again before it is opened.
    fn shut(&mut self, time: Time, into: Option<String>) {
        if self.is_closed() {
            return;
        }
        self.shut.push(Shut { times: Times { from: time, to: None }, into });
    }

    fn open(&mut self, time: Time, was_merged: bool) {
        let last = self.shut.iter_mut().rfind(|shut| shut.times.to.is_none());
        if let Some(shut) = last.filter(|shut| shut.into.is_some() == was_merged) {
            shut.times.to = Some(time);
        }
    }

    /// What the account is merged into.
    pub(crate) fn merged_into(&self) -> Option<&str> {
        self.shut.iter().filter(|shut| shut.times.to.is_none()).find_map(|shut| shut.into.as_deref())
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shut.iter().any(|shut| shut.times.to.is_none())
    }

    fn running(&mut self, person: &str, lane: (&str, &str), at: Instant) -> Option<&mut Held> {
        let is_it = |held: &&mut Held| held.person == person && held.is_in(lane.0, lane.1) && held.times.runs(at);
        self.held.iter_mut().find(is_it)
    }

    fn begin(&mut self, held: Held) {
        let at = held.times.from.at;
        match self.running(&held.person, (&held.role, &held.scope), at) {
            Some(same) => same.confirmed_by.push(held.event),
            None => self.held.push(held),
        }
    }

    fn assign(&mut self, it: &Assigned, from: Time, event: u64) {
        let (role, scope) = lane(&it.role, it.scope.as_ref());
        self.begin(Held {
            person: it.person.to_string(),
            role,
            scope,
            times: Times { from, to: it.until.map(Time::instant) },
            event,
            ended_by: None,
            confirmed_by: Vec::new(),
            inherit: it.inherit == Some(true),
        });
    }

    /// Ends a person's interval, if there is one, and says whether accounts below inherited it.
    fn finish(&mut self, person: &str, lane: (&str, &str), time: Time, event: u64) -> Option<bool> {
        let held = self.running(person, lane, time.at)?;
        held.times.to = Some(time);
        held.ended_by = Some(event);
        Some(held.inherit)
    }

    fn transfer(&mut self, it: &Transferred, time: Time, event: u64) {
        let (role, scope) = lane(&it.role, it.scope.as_ref());
        let mut inherit = self.finish(it.from.as_str(), (&role, &scope), time, event);
        if inherit.is_none() {
            let running = self.held.iter().filter(|held| held.is_in(&role, &scope) && held.times.runs(time.at));
            let last = running.max_by_key(|held| (held.times.from.at, held.event)).map(|held| held.person.clone());
            // Whoever holds it already goes on holding it.
            if let Some(last) = last.filter(|last| last != it.to.as_str()) {
                inherit = self.finish(&last, (&role, &scope), time, event);
            }
        }
        self.begin(Held {
            person: it.to.to_string(),
            role,
            scope,
            times: Times { from: time, to: None },
            event,
            ended_by: None,
            confirmed_by: Vec::new(),
            inherit: inherit == Some(true),
        });
    }

    fn end(&mut self, it: &Ended, time: Time, event: u64) {
        let (role, scope) = lane(&it.role, it.scope.as_ref());
        self.finish(it.person.as_str(), (&role, &scope), time, event);
    }

    fn cover(&mut self, it: &CoverageStarted, from: Time, event: u64) {
        self.covered.push(Covered {
            owner: it.owner.to_string(),
            delegate: it.delegate.to_string(),
            roles: it.roles.iter().flatten().map(ToString::to_string).collect(),
            scopes: it.scopes.iter().flatten().map(ToString::to_string).collect(),
            times: Times { from, to: Some(Time::instant(it.until)) },
            event,
        });
    }

    fn uncover(&mut self, it: &CoverageEnded, time: Time) {
        for covered in &mut self.covered {
            let of_them = covered.owner == it.owner.as_str() && covered.delegate == it.delegate.as_str();
            if of_them && covered.times.runs(time.at) {
                covered.times.to = Some(time);
            }
        }
    }
}

fn lane(role: &Role, scope: Option<&Scope>) -> (String, String) {
    (role.to_string(), scope.map_or("global".to_owned(), ToString::to_string))
}

/// When somebody of ours worked for us.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) employed: Vec<Times>,
}

impl Person {
    fn hear(&mut self, fact: &Fact) {
        let time = Time::of(&fact.when);
        let running = self.employed.iter_mut().find(|times| times.to.is_none());
        match (&fact.says, running) {
            (Payload::PersonJoined(_), None) => self.employed.push(Times { from: time, to: None }),
            (Payload::PersonDeparted(_), Some(times)) => times.to = Some(time),
            _ => {}
        }
    }
}

/// Everything there is, as of one moment.
pub(crate) struct Firm {
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) people: BTreeMap<String, Person>,
    /// The zone of the day that was asked about.
    pub(crate) zone: Option<Zone>,
    /// The moments that were asked about: an instant, or from the first of a day up to the first after it.
    pub(crate) first: Instant,
    pub(crate) after: Option<Instant>,
}

impl Firm {
    pub(crate) fn of(known: &[&Event], as_of: &AsOf) -> Self {
        let (zone, first, after) = match as_of {
            AsOf::Instant(at) => (None, *at, None),
            AsOf::Day { date, zone } => (Some(zone.clone()), zone.start_of(*date), Some(zone.end_of(*date))),
        };
        let mut firm = Self { accounts: BTreeMap::new(), people: BTreeMap::new(), zone, first, after };
        let mut streams: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in known {
            streams.entry(event.stream.as_str()).or_default().push(event);
        }
        for (name, events) in streams {
            firm.hear(name, &facts(&events));
        }
        firm
    }

    fn hear(&mut self, stream: &str, facts: &[Fact]) {
        let happened: Vec<&Fact> = facts.iter().filter(|fact| self.has_happened(&fact.when)).collect();
        let (class, id) = stream.split_once('/').unwrap();
        match class {
            "account" => {
                let account = self.accounts.entry(id.to_owned()).or_default();
                for fact in happened {
                    account.hear(fact);
                }
            }
            "person" => {
                let person = self.people.entry(id.to_owned()).or_default();
                for fact in happened {
                    person.hear(fact);
                }
            }
            other => panic!("not in the model: {other}"),
        }
    }

    fn has_happened(&self, when: &When) -> bool {
        let seen = Time::of(when).seen(self.zone.as_ref());
        self.after.map_or(seen <= self.first, |after| seen < after)
    }
}
