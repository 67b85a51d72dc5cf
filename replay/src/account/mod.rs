//! An account as its own stream tells it: the fold, arm by arm.

mod contacts;
mod coverage;
mod issues;
mod lanes;
mod orders;
mod profile;
mod undertakings;

use imbl::Vector;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::interaction::Channel;
use tenure_schemas::payload::{
    AccountEvent, CommitmentEvent, ContactEvent, Family, HandoverEvent, InteractionEvent, IssueEvent, OrderEvent,
    OwnershipEvent, PlanEvent,
};
use tenure_schemas::{AccountId, Body, Event, Instant, IssueId, OrderId, Payload, Precision, When};
use utoipa::ToSchema;

pub use contacts::Contact;
pub use coverage::Coverage;
pub use issues::{Issue, IssueStatus};
pub use lanes::{Gap, Interval, Lanes, Overlap};
pub use orders::{Order, OrderStatus};
pub use profile::{Closure, Lifecycle, Profile};

use crate::effects::{Change, Step};
use crate::finding::{Finding, FindingCode};
use crate::history::{Entry, History};
use crate::moment::AsOf;

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Before its first event.
    Unknown,
    /// Open, and never had a primary owner of the whole account.
    Unassigned,
    /// Open, with a primary owner of the whole account.
    Owned,
    /// Open, had a primary owner of the whole account, and has none.
    Orphaned,
    /// Closed.
    Closed,
    /// Merged into another account.
    Merged,
}

/// How often we were in touch, and when last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Interactions {
    /// How many contacts with the client took place.
    pub count: u64,
    /// When the last one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Instant>,
    /// Through which channel the last one went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_channel: Option<Channel>,
}

/// An account folded from its own stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    account: AccountId,
    identity: profile::Identity,
    lanes: Lanes,
    coverages: Vec<Coverage>,
    contacts: contacts::Contacts,
    orders: orders::Orders,
    issues: issues::Issues,
    undertakings: undertakings::Undertakings,
    interactions: Interactions,
    findings: Vector<Finding>,
    events: u64,
    folded_to: Option<Folded>,
}

/// The last event that was folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Folded {
    when: When,
    position: u64,
}

impl Account {
    /// The account before its first event.
    pub fn unknown(account: AccountId) -> Self {
        Self {
            account,
            identity: profile::Identity::default(),
            lanes: Lanes::default(),
            coverages: Vec::new(),
            contacts: contacts::Contacts::default(),
            orders: orders::Orders::default(),
            issues: issues::Issues::default(),
            undertakings: undertakings::Undertakings::default(),
            interactions: Interactions::default(),
            findings: Vector::new(),
            events: 0,
            folded_to: None,
        }
    }

    /// Folds the events of the account's stream, given in the order of the ledger, as of a moment.
    pub fn fold(account: AccountId, events: &[Event], as_of: &AsOf) -> Self {
        Self::fold_history(account, &History::of(events), as_of)
    }

    /// Folds a history that was read before.
    pub fn fold_history(account: AccountId, history: &History<'_>, as_of: &AsOf) -> Self {
        let mut state = Self::unknown(account);
        let entries = history.as_of(as_of);
        for (index, entry) in entries.iter().enumerate() {
            let later = entries.get(index + 1..).unwrap_or_default();
            state.fold_entry(entry, later, false);
        }
        for finding in &history.findings {
            state.report(finding.clone());
        }
        state
    }

    /// Folds one entry. Says what it changed field by field, where `audited`.
    ///
    /// `later` are the entries after it: what it contradicts is no finding when that is only a
    /// matter of order within one civil day, of which one of them is known to the day alone.
    pub(crate) fn fold_entry(&mut self, entry: &Entry<'_>, later: &[&Entry<'_>], audited: bool) -> Vec<Change> {
        let same_day: Vec<_> = later.iter().take_while(|other| in_one_day(&entry.when, &other.when)).collect();
        let before = (!same_day.is_empty()).then(|| self.clone());
        let mut step = self.step(entry, audited);
        let findings = std::mem::take(&mut step.findings);
        let changes = step.changes.unwrap_or_default();
        self.events += 1;
        self.folded_to = Some(Folded { when: entry.when.clone().into_owned(), position: entry.event.position });
        let unordered = before.filter(|_| !findings.is_empty()).map(|mut reordered| {
            for other in same_day {
                reordered.step(other, false);
            }
            reordered.step(entry, false).findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
        });
        for finding in findings {
            if unordered.as_ref().is_none_or(|codes| codes.contains(&finding.code)) {
                self.report(finding);
            }
        }
        changes
    }

    /// What an entry would contradict if it were folded next.
    pub(crate) fn contradictions(&self, entry: &Entry<'_>) -> Vec<Finding> {
        self.clone().step(entry, false).findings
    }

    fn step<'a>(&mut self, entry: &'a Entry<'_>, audited: bool) -> Step<'a> {
        let mut step = Step::new(entry.event, &entry.when, audited);
        let opens = matches!(entry.payload.as_deref(), Some(Payload::AccountOpened(_)));
        self.identity.see(opens, &mut step);
        match entry.payload.as_deref() {
            Some(payload) => self.apply(payload, &mut step),
            None => step.find(FindingCode::EventUnread, unread_message(entry.event)),
        }
        step
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push_back(Finding { account: Some(self.account.clone()), ..finding });
    }

    fn apply(&mut self, payload: &Payload, step: &mut Step<'_>) {
        match payload.family() {
            Family::Account(event) => self.apply_identity(event, step),
            Family::Contact(event) => self.apply_contact(event, step),
            Family::Ownership(event) => self.apply_ownership(event, step),
            Family::Interaction(event) => self.apply_interaction(event, step),
            Family::Order(event) => self.apply_order(event, step),
            Family::Issue(event) => self.apply_issue(event, step),
            Family::Plan(event) => self.apply_plan(event, step),
            Family::Commitment(event) => self.apply_commitment(event, step),
            Family::Handover(event) => self.apply_handover(event, step),
            // Read from the timeline; no state of the account rests on them.
            Family::Contract(_) | Family::Need(_) | Family::Survey(_) => {}
            // Never in an account's stream, or read before the fold.
            Family::Person(_) | Family::Catalogue(_) | Family::Model(_) | Family::Ledger(_) | Family::Revision(_) => {}
        }
    }

    fn apply_identity(&mut self, event: AccountEvent<'_>, step: &mut Step<'_>) {
        match event {
            AccountEvent::Opened(opened) => self.identity.open(opened, step),
            AccountEvent::Renamed(renamed) => self.identity.rename(&renamed.name, step),
            AccountEvent::ProfileChanged(changed) => self.identity.change(changed, step),
            AccountEvent::ParentSet(set) => self.identity.set_parent(set.parent.as_ref(), step),
            AccountEvent::TierDecided(decided) => self.identity.decide_tier(decided, step),
            AccountEvent::Closed(closed) => self.identity.close(closed, step),
            AccountEvent::Reopened(_) => self.identity.reopen(step),
            AccountEvent::Merged(merged) => self.identity.merge(merged, step),
            AccountEvent::MergeReverted(_) => self.identity.revert_merge(step),
            AccountEvent::CriterionAssessed(_)
            | AccountEvent::NoteRecorded(_)
            | AccountEvent::CompetitorObserved(_) => {}
        }
    }

    fn apply_contact(&mut self, event: ContactEvent<'_>, step: &mut Step<'_>) {
        match event {
            ContactEvent::Added(added) => contacts::add(&mut self.contacts, added, step),
            ContactEvent::Changed(changed) => contacts::change(&mut self.contacts, changed, step),
            ContactEvent::ConsentChanged(changed) => contacts::consent(&mut self.contacts, changed, step),
            ContactEvent::Left(left) => contacts::leave(&mut self.contacts, left, step),
            ContactEvent::Erased(erased) => contacts::erase(&mut self.contacts, erased, step),
        }
    }

    fn apply_ownership(&mut self, event: OwnershipEvent<'_>, step: &mut Step<'_>) {
        match event {
            OwnershipEvent::Assigned(assigned) => self.lanes.assign(assigned, step),
            OwnershipEvent::Transferred(transferred) => {
                self.undertakings.transfer(transferred, step);
                self.lanes.transfer(transferred, step);
            }
            OwnershipEvent::Ended(ended) => self.lanes.end(ended, step),
            OwnershipEvent::CoverageStarted(started) => coverage::start(&mut self.coverages, started, step),
            OwnershipEvent::CoverageEnded(ended) => coverage::end(&mut self.coverages, ended, step),
        }
    }

    fn apply_interaction(&mut self, event: InteractionEvent<'_>, step: &mut Step<'_>) {
        match event {
            InteractionEvent::Logged(logged) => {
                self.interactions.count += 1;
                self.interactions.last_at = Some(step.at());
                self.interactions.last_channel = Some(logged.channel);
            }
            InteractionEvent::Planned(_) | InteractionEvent::Cancelled(_) => {}
        }
    }

    fn apply_order(&mut self, event: OrderEvent<'_>, step: &mut Step<'_>) {
        match event {
            OrderEvent::Placed(placed) => orders::place(&mut self.orders, placed, step),
            OrderEvent::Amended(amended) => orders::amend(&mut self.orders, amended, step),
            OrderEvent::Fulfilled(fulfilled) => orders::fulfil(&mut self.orders, fulfilled, step),
            OrderEvent::Cancelled(cancelled) => orders::cancel(&mut self.orders, cancelled, step),
            OrderEvent::Returned(returned) => orders::take_back(&mut self.orders, returned, step),
            OrderEvent::CostRecorded(_) | OrderEvent::SavingIdentified(_) | OrderEvent::SavingRealised(_) => {}
        }
    }

    fn apply_issue(&mut self, event: IssueEvent<'_>, step: &mut Step<'_>) {
        let issues = &mut self.issues;
        match event {
            IssueEvent::Raised(raised) => issues::raise(issues, raised, step),
            IssueEvent::Assigned(assigned) => issues::assign(issues, assigned, step),
            IssueEvent::Responded(responded) => issues::respond(issues, responded, step),
            IssueEvent::Noted(noted) => issues::touch(issues, &noted.issue, step),
            IssueEvent::Changed(changed) => issues::change(issues, changed, step),
            IssueEvent::Waiting(waiting) => issues::wait(issues, waiting, step),
            IssueEvent::Resumed(resumed) => issues::resume(issues, &resumed.issue, step),
            IssueEvent::Escalated(escalated) => issues::escalate(issues, escalated, step),
            IssueEvent::Resolved(resolved) => issues::resolve(issues, resolved, step),
            IssueEvent::Reopened(reopened) => issues::reopen(issues, reopened, step),
            IssueEvent::Closed(closed) => issues::close(issues, closed, step),
            IssueEvent::Moved(moved) => issues::move_away(issues, moved, step),
        }
    }

    fn apply_plan(&mut self, event: PlanEvent<'_>, step: &mut Step<'_>) {
        let plan = match event {
            PlanEvent::Adopted(adopted) => return self.undertakings.adopt_plan(&adopted.plan, step),
            PlanEvent::Closed(closed) => return self.undertakings.close_plan(&closed.plan, step),
            PlanEvent::ObjectiveSet(set) => &set.plan,
            PlanEvent::ProgressRecorded(recorded) => &recorded.plan,
            PlanEvent::ObjectiveClosed(closed) => &closed.plan,
            PlanEvent::ActionSet(set) => &set.plan,
            PlanEvent::ActionDone(done) => &done.plan,
            PlanEvent::ActionDropped(dropped) => &dropped.plan,
            PlanEvent::Reviewed(reviewed) => &reviewed.plan,
            PlanEvent::InsightRecorded(recorded) => &recorded.plan,
        };
        self.undertakings.act_on_plan(plan, step);
    }

    fn apply_commitment(&mut self, event: CommitmentEvent<'_>, step: &mut Step<'_>) {
        let undertakings = &mut self.undertakings;
        match event {
            CommitmentEvent::Made(made) => undertakings.commit(&made.commitment, step),
            CommitmentEvent::Kept(kept) => undertakings.end_commitment(&kept.commitment, "kept", step),
            CommitmentEvent::Broken(broken) => undertakings.end_commitment(&broken.commitment, "broken", step),
            CommitmentEvent::Withdrawn(gone) => undertakings.end_commitment(&gone.commitment, "withdrawn", step),
        }
    }

    fn apply_handover(&mut self, event: HandoverEvent<'_>, step: &mut Step<'_>) {
        let undertakings = &mut self.undertakings;
        match event {
            HandoverEvent::Started(started) => undertakings.start_handover(started, step),
            HandoverEvent::SuccessorNamed(named) => undertakings.name_successor(&named.handover, &named.to, step),
            HandoverEvent::Briefed(briefed) => undertakings.act_on_handover(&briefed.handover, step),
            HandoverEvent::Introduced(introduced) => undertakings.act_on_handover(&introduced.handover, step),
            HandoverEvent::Accepted(accepted) => undertakings.answer_handover(&accepted.handover, true, step),
            HandoverEvent::Declined(declined) => undertakings.answer_handover(&declined.handover, false, step),
            HandoverEvent::Completed(completed) => undertakings.complete_handover(&completed.handover, step),
            HandoverEvent::Cancelled(cancelled) => undertakings.cancel_handover(&cancelled.handover, step),
        }
    }
}

/// Reading an account's state.
impl Account {
    /// The account's id.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// What it is called and where it belongs.
    pub fn profile(&self) -> &Profile {
        &self.identity.profile
    }

    /// Whether it is open, and since when.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.identity.lifecycle
    }

    /// Who was accountable when.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// Who stood in for whom when.
    pub fn coverages(&self) -> &[Coverage] {
        &self.coverages
    }

    /// The people on the client's side, by id.
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    /// The orders, by id.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    /// One order.
    pub fn order(&self, id: &OrderId) -> Option<&Order> {
        self.orders.get(id)
    }

    /// The issues, by id.
    pub fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values()
    }

    /// One issue.
    pub fn issue(&self, id: &IssueId) -> Option<&Issue> {
        self.issues.get(id)
    }

    /// How often we were in touch.
    pub fn interactions(&self) -> &Interactions {
        &self.interactions
    }

    /// The contradictions in the account's own stream.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    /// How many events were folded.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Where the account stands at an instant that is not before the last folded event.
    pub fn status(&self, at: Instant) -> Status {
        let lifecycle = self.lifecycle();
        if lifecycle.first_event_at.is_none() {
            return Status::Unknown;
        }
        if let Some(closure) = lifecycle.closed_now() {
            return if closure.merged_into.is_some() { Status::Merged } else { Status::Closed };
        }
        let mut ever = false;
        for interval in self.lanes.primary() {
            if interval.span().contains(at) {
                return Status::Owned;
            }
            ever = true;
        }
        if ever { Status::Orphaned } else { Status::Unassigned }
    }

    /// The times up to an instant in which the account was open and a lane that had a holder had none.
    pub fn gaps(&self, until: Instant) -> Vec<Gap> {
        self.lanes.gaps(until, &self.lifecycle().closed_spans())
    }

    /// When the last folded event happened.
    pub fn folded_to(&self) -> Option<&When> {
        self.folded_to.as_ref().map(|folded| &folded.when)
    }

    /// Whether folding one more event at the end would give the same as folding the whole stream again.
    pub(crate) fn can_append(&self, when: &When, position: u64) -> bool {
        let Some(last) = &self.folded_to else { return true };
        let in_order = (last.when.at, last.position) < (when.at, position);
        // A later event of the same day may show that a finding was only a matter of order.
        let settled =
            !in_one_day(&last.when, when) || self.findings.iter().all(|finding| finding.from < day_start(&last.when));
        in_order && settled
    }
}

/// Whether both fall on one civil day and one of them is known to the day alone, so that their order is not known.
fn in_one_day(one: &When, other: &When) -> bool {
    let date_of = |day: &When, other: &When| match &day.precision {
        Precision::Day { date, zone } => other.date_in(zone) == *date,
        Precision::Instant => false,
    };
    date_of(one, other) || date_of(other, one)
}

/// An instant before which nothing shares a civil day with `when`, in whatever zone.
fn day_start(when: &When) -> Instant {
    const TWO_DAYS: i64 = 2 * 24 * 60 * 60;
    when.at.saturating_add_seconds(-TWO_DAYS)
}

fn unread_message(event: &Event) -> String {
    match &event.body {
        Body::Unread(unread) => format!("{} is kept and not understood: {}", unread.kind, unread.why),
        Body::Known(payload) => format!("{} is not understood", payload.kind()),
    }
}
