//! Answers about ownership: who is accountable and who is responsible at a moment, where an account stands, in which
//! times a lane had nobody, and what a person holds and held.
//!
//! *Accountable* for a lane is who holds it, of the account's own or by inheritance ([`crate::inheritance`]);
//! *responsible* is who stands in for them while somebody does ([`crate::account::standing_in`]), else they themselves.
//! About a day, everybody is listed who was one of them in it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Instant, Name, PersonId, Zone};
use utoipa::ToSchema;

use crate::account::{Account, Coverage, Gap, Interval, Status, standing_in};
use crate::directory::Directory;
use crate::inheritance::{self, Inherited};
use crate::moment::{AsOf, Bound, Day};
use crate::stretch::Stretch;

/// Who stands in for a holder, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Responsible {
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// The first instant at which they stand in no more, as far as known: the end of the coverage or of the ownership,
    /// or the start of another coverage, whichever comes first.
    pub until: Option<Instant>,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub until_date: Option<Date>,
    /// The position of the event that started the coverage.
    pub event: u64,
}

impl Responsible {
    fn of(coverage: &Coverage, time: Stretch) -> Self {
        Self {
            person: coverage.delegate.clone(),
            from: time.from.at,
            from_date: time.from.date,
            until: time.to.map(|to| to.at),
            until_date: time.to.and_then(|to| to.date),
            event: coverage.event,
        }
    }

    /// The time in which they stand in.
    pub fn stretch(&self) -> Stretch {
        let to = self.until.map(|at| Bound { at, date: self.until_date });
        Stretch::new(Bound { at: self.from, date: self.from_date }, to)
    }
}

/// A holder of a lane at the moment that was asked about: who is accountable, and who stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// Who is accountable.
    pub person: PersonId,
    /// In which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Since when; of what is inherited, since when it holds for this account.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The civil date of the end, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// The position of the event that says so.
    pub event: u64,
    /// The account above from which the ownership is inherited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<AccountId>,
    /// Who is responsible in their place: at an instant at most one, for a day everybody who was in it. Absent where
    /// nobody stands in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub responsible: Vec<Responsible>,
}

impl Owner {
    fn new(interval: &Interval, time: Stretch, coverages: &[&Coverage], zone: Option<&Zone>) -> Self {
        let covered = standing_in(interval, coverages.iter().copied(), zone).into_iter();
        let covered = covered.filter_map(|(coverage, stretch)| Some((coverage, stretch.intersect(&time, zone)?)));
        Self {
            person: interval.person.clone(),
            role: interval.role.clone(),
            scope: interval.scope.clone(),
            from: time.from.at,
            from_date: time.from.date,
            to: time.to.map(|to| to.at),
            to_date: time.to.and_then(|to| to.date),
            event: interval.event,
            inherited_from: None,
            responsible: covered.map(|(coverage, stretch)| Responsible::of(coverage, stretch)).collect(),
        }
    }

    fn of(account: &Account, interval: &Interval, zone: Option<&Zone>) -> Self {
        Self::new(interval, interval.stretch(), &account.coverages().collect::<Vec<_>>(), zone)
    }

    /// What is inherited is covered by what was said in the account above as well as in the account itself.
    fn inheriting(account: &Account, inherited: &Inherited, zone: Option<&Zone>) -> Self {
        let coverages: Vec<_> = inherited.from.coverages().chain(account.coverages()).collect();
        let owner = Self::new(&inherited.interval, inherited.time, &coverages, zone);
        Self { inherited_from: Some(inherited.from.account().clone()), ..owner }
    }

    /// The same, with only those who are responsible at the moment while the account is open.
    fn at(mut self, moment: &AsOf, open: &[Stretch]) -> Self {
        self.responsible.retain(|responsible| is_open_at(&responsible.stretch(), open, moment));
        self
    }

    /// The time that the holding covers.
    pub fn stretch(&self) -> Stretch {
        let to = self.to.map(|at| Bound { at, date: self.to_date });
        Stretch::new(Bound { at: self.from, date: self.from_date }, to)
    }

    /// Whole civil days for which the lane has been held: see [`tenure_days`].
    pub fn tenure_days(&self, day: &Day) -> i64 {
        tenure_days(&self.stretch(), day)
    }
}

/// Whole civil days for which something has held on a day: from the civil date of its start to that of its end or, where
/// that comes first, to the day itself. So it is 0 on the first day and, of `[1 March, 4 March)`, 3 from the 4th on.
///
/// Dates are those of the day's zone, except where a bound is known to the day alone, which is that date in any zone.
pub fn tenure_days(held: &Stretch, day: &Day) -> i64 {
    let until = held.to.map_or(day.date, |to| to.date_in(&day.zone).min(day.date));
    let from = Day { date: held.from.date_in(&day.zone), zone: day.zone.clone() };
    from.days_until(until).max(0)
}

/// The intervals of its own that hold at a moment in which the account is open; for a day, those that held in it while
/// the account was open.
pub fn holding<'a>(account: &'a Account, as_of: &'a AsOf) -> impl Iterator<Item = &'a Interval> {
    let open = account.lifecycle().open_stretches(as_of.day_zone());
    account.lanes().intervals().filter(move |held| is_open_at(&held.stretch(), &open, as_of))
}

/// Whether something holds at some time of a moment in which the account is open.
fn is_open_at(held: &Stretch, open: &[Stretch], moment: &AsOf) -> bool {
    let mut both = open.iter().filter_map(|open| held.intersect(open, moment.day_zone()));
    both.any(|both| both.touches(moment))
}

/// Everybody who held a lane of the account at the moment; for a day, everybody who held it in that day.
///
/// A lane without a holder of its own has those of the nearest open account above that lets it inherit that lane.
/// Nobody owns an account while it is closed or merged; on the day of closing, those who owned it until then did.
pub fn owners(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<Owner> {
    let zone = as_of.day_zone();
    let open = account.lifecycle().open_stretches(zone);
    let own = holding(account, as_of).map(|interval| Owner::of(account, interval, zone));
    let inherited = inheritance::inherited_at(account, directory, as_of);
    let inherited = inherited.iter().map(|inherited| Owner::inheriting(account, inherited, zone));
    let mut owners: Vec<Owner> = own.chain(inherited).map(|owner| owner.at(as_of, &open)).collect();
    owners.sort_by(|a, b| (&a.role, &a.scope, a.from, a.event).cmp(&(&b.role, &b.scope, b.from, b.event)));
    owners
}

/// The account managers of record at a moment, of the account's own or inherited, each once; for a day, everybody who
/// was it in that day.
pub fn managers(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<PersonId> {
    let owners = owners(account, directory, as_of).into_iter();
    let mut managers: Vec<PersonId> = Vec::new();
    for owner in owners.filter(|owner| owner.role.is_primary() && owner.scope.is_global()) {
        if !managers.contains(&owner.person) {
            managers.push(owner.person);
        }
    }
    managers
}

/// Everybody who ever held a lane of the account because of an account above, up to the moment, by role, scope and
/// start, with everybody who stood in for them.
pub fn inherited_owners(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<Owner> {
    let zone = as_of.day_zone();
    let inherited = inheritance::inherited(account, directory, zone);
    let begun = inherited.iter().filter(|inherited| inherited.time.from.is_up_to(as_of));
    begun.map(|inherited| Owner::inheriting(account, inherited, zone)).collect()
}

/// Where the account stands at the end of a moment, inherited ownership included.
///
/// Open, it is `owned` while somebody holds `primary` in scope `global`, of its own or by inheritance; `orphaned` when
/// somebody did and nobody does; `unassigned` when nobody ever did.
pub fn status(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Status {
    let own = account.status(as_of);
    match own {
        Status::Unassigned | Status::Orphaned => {}
        Status::Unknown | Status::Owned | Status::Closed | Status::Merged => return own,
    }
    let primaries: Vec<Stretch> = inheritance::inherited(account, directory, as_of.day_zone())
        .into_iter()
        .filter(|heir| heir.interval.role.is_primary() && heir.interval.scope.is_global())
        .map(|heir| heir.time)
        .filter(|time| time.from.is_up_to(as_of))
        .collect();
    match (primaries.iter().any(|time| time.reaches_end_of(as_of)), primaries.is_empty()) {
        (true, _) => Status::Owned,
        (false, false) => Status::Orphaned,
        (false, true) => own,
    }
}

/// The times that began by the end of a moment in which the account was open and a lane that had a holder, of its own or
/// by inheritance, had none; by role, scope and start.
pub fn gaps(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Vec<Gap> {
    let mut held: BTreeMap<(Role, Scope), Vec<Stretch>> = BTreeMap::new();
    let own = account.lanes().intervals().map(|held| (held.role.clone(), held.scope.clone(), held.stretch()));
    let inherited = inheritance::inherited(account, directory, None).into_iter();
    let inherited = inherited.map(|heir| (heir.interval.role, heir.interval.scope, heir.time));
    for (role, scope, time) in own.chain(inherited) {
        held.entry((role, scope)).or_default().push(time);
    }
    let closed = account.lifecycle().closed_stretches();
    let gaps = held.iter().flat_map(|((role, scope), held)| Gap::between(role, scope, held, &closed));
    gaps.filter(|gap| gap.start().is_up_to(as_of)).collect()
}

/// Since when an open account has been without an account manager of record, where it had one, of its own or by
/// inheritance; closing stops that clock, and it begins anew when the account is opened again.
pub fn orphaned_since(account: &Account, directory: &dyn Directory, as_of: &AsOf) -> Option<Bound> {
    if status(account, directory, as_of) != Status::Orphaned {
        return None;
    }
    let gaps = gaps(account, directory, as_of).into_iter();
    let primary = gaps.filter(|gap| gap.role.is_primary() && gap.scope.is_global());
    primary.map(|gap| gap.start()).max_by_key(|start| start.at)
}

/// One lane that a person holds or held in some account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignment {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// In which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Since when; of what is inherited, since when it holds for this account.
    pub from: Instant,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The civil date of the end, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// Whole civil days for which it has been held as of the moment; 0 on the first day.
    pub tenure_days: i64,
    /// The position of the event that began it.
    pub event: u64,
    /// The position of the event that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
    /// The account above from which it is inherited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<AccountId>,
}

/// What a person ever held in an account of their own, by start; what was merely inherited is left out.
///
/// Days are counted up to `day`, the civil day of the moment as of which the account is folded.
pub fn tenures(account: &Account, person: &PersonId, day: &Day) -> Vec<Assignment> {
    let held = account.lanes().intervals().filter(|interval| interval.person == *person);
    let mut tenures: Vec<_> = held.map(|interval| assignment(account, interval, day)).collect();
    tenures.sort_by_key(|tenure| (tenure.from, tenure.event));
    tenures
}

/// What a person holds in an account at a moment, of their own or by inheritance, by start; nothing in one that is
/// closed.
///
/// Days are counted up to `day`, the civil day of the moment.
pub fn book(
    account: &Account,
    directory: &dyn Directory,
    person: &PersonId,
    as_of: &AsOf,
    day: &Day,
) -> Vec<Assignment> {
    let held = holding(account, as_of).filter(|interval| interval.person == *person);
    let mut book: Vec<Assignment> = held.map(|interval| assignment(account, interval, day)).collect();
    let inherited = inheritance::inherited_at(account, directory, as_of).into_iter();
    book.extend(inherited.filter(|heir| heir.interval.person == *person).map(|heir| {
        let assigned = assigned(account, &heir.interval, heir.time, day);
        Assignment { inherited_from: Some(heir.from.account().clone()), ..assigned }
    }));
    book.sort_by_key(|assignment| (assignment.from, assignment.event));
    book
}

fn assignment(account: &Account, interval: &Interval, day: &Day) -> Assignment {
    let ended_by = interval.ended_by;
    Assignment { ended_by, ..assigned(account, interval, interval.stretch(), day) }
}

fn assigned(account: &Account, interval: &Interval, time: Stretch, day: &Day) -> Assignment {
    Assignment {
        account: account.account().clone(),
        name: account.profile().name.clone(),
        role: interval.role.clone(),
        scope: interval.scope.clone(),
        from: time.from.at,
        from_date: time.from.date,
        to: time.to.map(|to| to.at),
        to_date: time.to.and_then(|to| to.date),
        tenure_days: tenure_days(&time, day),
        event: interval.event,
        ended_by: None,
        inherited_from: None,
    }
}
