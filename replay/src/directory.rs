//! What one account's answers need to know about others: people, parents, and who would inherit.

use std::collections::BTreeSet;
use std::sync::Arc;

use tenure_schemas::{AccountId, Instant, PersonId};

use crate::account::{Account, Interval};
use crate::finding::{Finding, FindingCode};
use crate::inheritance::{self, Inherited};
use crate::models::Models;
use crate::offerings::{self, Catalogue};
use crate::person::Person;
use crate::span::{self, Span};

/// Looks up people, accounts, the catalogue and models, all as of the same moment.
pub trait Directory {
    /// The person, or `None` where nobody of that id is known.
    fn person(&self, id: &PersonId) -> Option<Arc<Person>>;

    /// The account, or `None` where it has no events.
    fn account(&self, id: &AccountId) -> Option<Arc<Account>>;

    /// What we can do for clients.
    fn catalogue(&self) -> Arc<Catalogue>;

    /// What scores and clocks are computed with.
    fn models(&self) -> Arc<Models>;

    /// The accounts that may be merged into one, in the order of their ids: those whose events ever said so. A
    /// directory for questions about single accounts need not know any.
    fn may_be_merged_into(&self, _survivor: &AccountId) -> Vec<AccountId> {
        Vec::new()
    }
}

/// The most levels of a hierarchy that are followed; a deeper one is cut, which no real firm reaches.
pub const MAX_LEVELS: usize = 64;

/// The accounts above an account, nearest first; a cycle ends the walk.
pub fn ancestors(account: &Account, directory: &dyn Directory) -> Vec<Arc<Account>> {
    let mut seen = BTreeSet::from([account.account().clone()]);
    let mut chain: Vec<Arc<Account>> = Vec::new();
    let mut next = account.profile().parent.clone();
    while let Some(id) = next.take().filter(|id| seen.insert(id.clone()) && chain.len() < MAX_LEVELS) {
        let Some(parent) = directory.account(&id) else { break };
        next.clone_from(&parent.profile().parent);
        chain.push(parent);
    }
    chain
}

/// Every finding about an account: its own, and those that rest on people, on accounts above and on the catalogue, by
/// time.
pub fn findings(account: &Account, directory: &dyn Directory, until: Instant) -> Vec<Finding> {
    let mut all: Vec<Finding> = account.findings().cloned().collect();
    all.extend(account.lanes().intervals().flat_map(|interval| employment_findings(interval, directory, until)));
    all.extend(disagreements(account, directory, until));
    all.extend(parent_cycle(account, directory));
    all.extend(offerings::unlisted(account, &directory.catalogue()));
    for finding in &mut all {
        finding.account.get_or_insert_with(|| account.account().clone());
    }
    all.sort_by(|a, b| (a.from, &a.events, a.code).cmp(&(b.from, &b.events, b.code)));
    all
}

/// Times in which an owner did not work for us: before joining, or after having departed.
pub(crate) fn employment_findings(interval: &Interval, directory: &dyn Directory, until: Instant) -> Vec<Finding> {
    let person = directory.person(&interval.person);
    let employed = person.as_ref().map(|person| person.employed.clone()).unwrap_or_default();
    let first = employed.first().map(|span| span.from);
    let outside = span::subtract(&[interval.span()], &employed).into_iter();
    let outside = outside.filter(|span| span.from <= until && !is_within_day(interval, span, person.as_deref()));
    let to_finding = |span: Span| {
        let not_joined = first.is_none_or(|first| span.from < first);
        let (code, what) = match (not_joined, first) {
            (true, None) => (FindingCode::OwnerNotJoined, "is not known as one of our people"),
            (true, Some(_)) => (FindingCode::OwnerNotJoined, "had not joined yet"),
            (false, _) => (FindingCode::OwnerDeparted, "had departed"),
        };
        let message = format!("{} held {} in {} and {what}", interval.person, interval.role, interval.scope);
        let mut finding = Finding::at(code, span.from, interval.event, message);
        finding.to = span.to;
        finding.person = Some(interval.person.clone());
        finding
    };
    outside.map(to_finding).collect()
}

/// Whether a time before joining or after departing is only a matter of order within one civil day.
fn is_within_day(interval: &Interval, outside: &Span, person: Option<&Person>) -> bool {
    let mut employment = person.into_iter().flat_map(Person::employment);
    employment.any(|(_, joined, departed)| {
        let (from, to) = (interval.start(), interval.finish());
        let before = outside.from == from.at && outside.to == Some(joined.at) && from.shares_day(&joined);
        let after = departed.zip(to).is_some_and(|(departed, to)| {
            outside.from == departed.at && outside.to == Some(to.at) && departed.shares_day(&to)
        });
        before || after
    })
}

/// Times in which the account's own primary is not who would inherit it from above.
fn disagreements(account: &Account, directory: &dyn Directory, until: Instant) -> Vec<Finding> {
    if account.lifecycle().parents().next().is_none() {
        return Vec::new();
    }
    let heirs = inheritance::primary_heirs(account, directory);
    let own = account.lanes().primary().filter(|interval| interval.from <= until);
    own.flat_map(|interval| disagreement(interval, &heirs)).filter(|found| found.from <= until).collect()
}

fn disagreement(own: &Interval, heirs: &[Inherited]) -> Vec<Finding> {
    let (same, others): (Vec<_>, Vec<_>) = heirs.iter().partition(|heir| heir.interval.person == own.person);
    let agreed: Vec<Span> = same.iter().map(|heir| heir.time.span()).collect();
    let contested: Vec<Span> = others.iter().map(|heir| heir.time.span()).collect();
    let disputed = span::intersection(&span::subtract(&[own.span()], &agreed), &contested);
    disputed.into_iter().map(|span| disagreement_finding(own, &others, span)).collect()
}

fn disagreement_finding(own: &Interval, others: &[&Inherited], span: Span) -> Finding {
    let involved: Vec<_> = others.iter().filter(|heir| heir.time.span().intersect(&span).is_some()).collect();
    let names: BTreeSet<_> =
        involved.iter().map(|heir| format!("{} of {}", heir.interval.person, heir.from.account())).collect();
    let names: Vec<_> = names.into_iter().collect();
    let message = format!("{} is primary, while {} would inherit the account", own.person, names.join(", "));
    let mut finding = Finding::at(FindingCode::OwnersDisagree, span.from, own.event, message);
    finding.to = span.to;
    finding.person = Some(own.person.clone());
    finding.events.extend(involved.iter().map(|heir| heir.interval.event));
    finding.events.sort_unstable();
    finding.events.dedup();
    finding
}

fn parent_cycle(account: &Account, directory: &dyn Directory) -> Option<Finding> {
    let above = ancestors(account, directory);
    let top = above.last().map_or(account, AsRef::as_ref);
    let closes = top.profile().parent.as_ref() == Some(account.account());
    let (at, position) = account.lifecycle().opened?;
    let message = "following the parents of the account leads back to it";
    closes.then(|| Finding::at(FindingCode::ParentCycle, at, position, message))
}
