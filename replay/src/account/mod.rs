//! An account as its own stream tells it: the fold, arm by arm.

mod clocks;
mod commitments;
mod contacts;
mod contracts;
mod costs;
mod coverage;
mod gaps;
mod handovers;
mod interactions;
mod issues;
mod judgements;
mod lanes;
mod needs;
mod notes;
mod orders;
mod plans;
mod profile;
mod rare;
mod surveys;

use imbl::Vector;
use serde::{Deserialize, Serialize};
use tenure_schemas::payload::{
    AccountEvent, ContactEvent, Family, InteractionEvent, IssueEvent, OrderEvent, OwnershipEvent, SurveyEvent,
};
use tenure_schemas::{AccountId, Body, ContactId, Event, HandoverId, IssueId, OrderId, Payload, PlanId, When};
use utoipa::ToSchema;

pub use clocks::{Clock, ClockState, Clocks, ResolveClock, Waited};
pub use commitments::{Commitment, CommitmentStatus};
pub use contacts::{ConsentChange, Contact};
pub use contracts::{Contract, ContractStatus, Term};
pub use costs::{Cost, Saving, SavingStep};
pub use coverage::{Coverage, standing_in};
pub use gaps::{Gap, Overlap};
pub use handovers::{Answered, Briefing, Handover, HandoverStatus, Introduction, Taken};
pub use interactions::{Held, Interactions, Planned, PlannedStatus};
pub use issues::{Issue, IssueStatus, Opening, Wait};
pub use judgements::{Assessment, TierDecision};
pub use lanes::{Interval, Lanes};
pub use needs::{Need, NeedStatus};
pub use notes::{Competitor, Note, Observation};
pub use orders::{Order, OrderStatus};
pub use plans::{Action, ActionStatus, Insight, Objective, ObjectiveStatus, Plan, Review};
pub use profile::{Closure, Lifecycle, Parent, Profile};
pub use surveys::SurveyResponse;

use crate::effects::Step;
use crate::finding::{Finding, FindingCode};
use crate::fold::{Fold, Recent, State};
use crate::history::{Entry, History};
use crate::moment::AsOf;

use self::rare::Rare;

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

/// An account folded from its own stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    #[serde(rename = "account")]
    id: AccountId,
    identity: profile::Identity,
    lanes: Lanes,
    coverages: Vector<Coverage>,
    contacts: contacts::Contacts,
    orders: orders::Orders,
    issues: issues::Issues,
    plans: plans::Plans,
    commitments: commitments::Commitments,
    contracts: contracts::Contracts,
    needs: needs::Needs,
    surveys: surveys::Surveys,
    handovers: handovers::Handovers,
    talk: Rare<interactions::Talk>,
    costs: Rare<costs::Costs>,
    notebook: Rare<notes::Notebook>,
    judgements: Rare<judgements::Judgements>,
    findings: Vector<Finding>,
    events: u64,
    folded_to: Option<Folded>,
    #[serde(skip)]
    recent: Recent,
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
            id: account,
            identity: profile::Identity::default(),
            lanes: Lanes::default(),
            coverages: Vector::new(),
            contacts: contacts::Contacts::default(),
            orders: orders::Orders::default(),
            issues: issues::Issues::default(),
            plans: plans::Plans::default(),
            commitments: commitments::Commitments::default(),
            contracts: contracts::Contracts::default(),
            needs: needs::Needs::default(),
            surveys: surveys::Surveys::default(),
            handovers: handovers::Handovers::default(),
            talk: Rare::default(),
            costs: Rare::default(),
            notebook: Rare::default(),
            judgements: Rare::default(),
            findings: Vector::new(),
            events: 0,
            folded_to: None,
            recent: Recent::default(),
        }
    }

    /// Folds the events of the account's stream, given in the order of the ledger, as of a moment.
    pub fn fold(account: AccountId, events: &[Event], as_of: &AsOf) -> Self {
        Self::fold_history(account, &History::of(events), as_of)
    }

    /// Folds a history that was read before.
    pub fn fold_history(account: AccountId, history: &History<'_>, as_of: &AsOf) -> Self {
        Fold::new(Self::before(account, history), &history.as_of(as_of)).into_end()
    }

    /// The account before anything of its history was folded.
    pub(crate) fn before(account: AccountId, history: &History<'_>) -> Self {
        let mut state = Self::unknown(account);
        for finding in &history.findings {
            state.report(finding.clone());
        }
        state
    }

    /// Folds one more entry, where that gives the same as folding the whole stream again; `false` where it may not,
    /// and the account is to be folded anew.
    pub(crate) fn append(&mut self, entry: &Entry<'_>) -> bool {
        let place = (entry.when.at, entry.event.position);
        let in_order = self.folded_to.as_ref().is_none_or(|last| (last.when.at, last.position) < place);
        if !in_order || self.recent.has_doubt(&entry.when) {
            return false;
        }
        let findings = self.step(entry, &entry.when, false).findings;
        if !findings.is_empty() && self.recent.shares_day(&entry.when) {
            return false;
        }
        self.note_folded(entry, !findings.is_empty());
        for finding in findings {
            self.report(finding);
        }
        true
    }

    /// What an entry would contradict if it were folded next; `None` where that may be a matter of order in one day.
    pub(crate) fn contradictions(&self, entry: &Entry<'_>) -> Option<Vec<Finding>> {
        let findings = self.clone().step(entry, &entry.when, false).findings;
        (findings.is_empty() || !self.recent.shares_day(&entry.when)).then_some(findings)
    }

    fn apply(&mut self, payload: &Payload, step: &mut Step<'_>) {
        match payload.family() {
            Family::Account(event) => self.apply_identity(event, step),
            Family::Contact(event) => self.apply_contact(event, step),
            Family::Ownership(event) => self.apply_ownership(event, step),
            Family::Interaction(event) => self.apply_interaction(event, step),
            Family::Order(event) => self.apply_order(event, step),
            Family::Issue(event) => self.apply_issue(event, step),
            Family::Plan(event) => plans::apply(&mut self.plans, event, step),
            Family::Commitment(event) => commitments::apply(&mut self.commitments, event, step),
            Family::Contract(event) => contracts::apply(&mut self.contracts, event, step),
            Family::Need(event) => needs::apply(&mut self.needs, event, step),
            Family::Survey(SurveyEvent::Responded(responded)) => surveys::respond(&mut self.surveys, responded, step),
            Family::Handover(event) => handovers::apply(&mut self.handovers, event, step),
            // These are never in an account's stream, or are read before the fold.
            Family::Person(_) | Family::Catalogue(_) | Family::Model(_) | Family::Ledger(_) | Family::Revision(_) => {}
        }
    }

    fn apply_identity(&mut self, event: AccountEvent<'_>, step: &mut Step<'_>) {
        match event {
            AccountEvent::Opened(opened) => self.identity.open(opened, step),
            AccountEvent::Renamed(renamed) => self.identity.rename(&renamed.name, step),
            AccountEvent::ProfileChanged(changed) => self.identity.change(changed, step),
            AccountEvent::ParentSet(set) => self.identity.set_parent(set.parent.as_ref(), step),
            AccountEvent::TierDecided(decided) => {
                self.identity.decide_tier(decided, step);
                judgements::decide(&mut self.judgements, decided, step);
            }
            AccountEvent::Closed(closed) => self.identity.close(closed, step),
            AccountEvent::Reopened(_) => self.identity.reopen(step),
            AccountEvent::Merged(merged) => self.identity.merge(merged, step),
            AccountEvent::MergeReverted(_) => self.identity.revert_merge(step),
            AccountEvent::NoteRecorded(recorded) => notes::note(&mut self.notebook, recorded, step),
            AccountEvent::CompetitorObserved(observed) => notes::observe(&mut self.notebook, observed, step),
            AccountEvent::CriterionAssessed(said) => judgements::assess(&mut self.judgements, said, step),
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
                handovers::transfer(&mut self.handovers, transferred, step);
                self.lanes.transfer(transferred, step);
            }
            OwnershipEvent::Ended(ended) => self.lanes.end(ended, step),
            OwnershipEvent::CoverageStarted(started) => coverage::start(&mut self.coverages, started, step),
            OwnershipEvent::CoverageEnded(ended) => coverage::end(&mut self.coverages, ended, step),
        }
    }

    fn apply_interaction(&mut self, event: InteractionEvent<'_>, step: &mut Step<'_>) {
        match event {
            InteractionEvent::Logged(logged) => interactions::log(&mut self.talk, &self.contacts, logged, step),
            InteractionEvent::Planned(planned) => interactions::plan(&mut self.talk, &self.contacts, planned, step),
            InteractionEvent::Cancelled(cancelled) => interactions::cancel(&mut self.talk, cancelled, step),
        }
    }

    fn apply_order(&mut self, event: OrderEvent<'_>, step: &mut Step<'_>) {
        match event {
            OrderEvent::Placed(placed) => orders::place(&mut self.orders, placed, step),
            OrderEvent::Amended(amended) => orders::amend(&mut self.orders, amended, step),
            OrderEvent::Fulfilled(fulfilled) => orders::fulfil(&mut self.orders, fulfilled, step),
            OrderEvent::Cancelled(cancelled) => orders::cancel(&mut self.orders, cancelled, step),
            OrderEvent::Returned(returned) => orders::take_back(&mut self.orders, returned, step),
            OrderEvent::CostRecorded(recorded) => costs::record(&mut self.costs, recorded, step),
            OrderEvent::SavingIdentified(identified) => costs::identify(&mut self.costs, identified, step),
            OrderEvent::SavingRealised(realised) => costs::realise(&mut self.costs, realised, step),
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
            IssueEvent::Resumed(resumed) => issues::resume(issues, resumed, step),
            IssueEvent::Escalated(escalated) => issues::escalate(issues, escalated, step),
            IssueEvent::Resolved(resolved) => issues::resolve(issues, resolved, step),
            IssueEvent::Reopened(reopened) => issues::reopen(issues, reopened, step),
            IssueEvent::Closed(closed) => issues::close(issues, closed, step),
            IssueEvent::Moved(moved) => issues::move_away(issues, moved, step),
        }
    }
}

impl State for Account {
    fn step<'s>(&mut self, entry: &'s Entry<'_>, when: &'s When, audited: bool) -> Step<'s> {
        let mut step = Step::new(entry.event, when, audited);
        let opens = matches!(entry.payload.as_deref(), Some(Payload::AccountOpened(_)));
        self.identity.see(opens, &mut step);
        match entry.payload.as_deref() {
            Some(payload) => self.apply(payload, &mut step),
            None => step.find(FindingCode::EventUnread, unread_message(entry.event)),
        }
        step
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push_back(Finding { account: Some(self.id.clone()), ..finding });
    }

    fn note_folded(&mut self, entry: &Entry<'_>, doubtful: bool) {
        self.events += 1;
        self.folded_to = Some(Folded { when: entry.when.clone().into_owned(), position: entry.event.position });
        self.recent.note(&entry.when, doubtful);
    }
}

/// Reading an account's state.
impl Account {
    /// The account's id.
    pub fn account(&self) -> &AccountId {
        &self.id
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
    pub fn coverages(&self) -> impl Iterator<Item = &Coverage> {
        self.coverages.iter()
    }

    /// The people on the client's side, by id.
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values().map(AsRef::as_ref)
    }

    /// The orders, by id.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values().map(AsRef::as_ref)
    }

    /// One contact.
    pub fn contact(&self, id: &ContactId) -> Option<&Contact> {
        self.contacts.get(id).map(AsRef::as_ref)
    }

    /// One order.
    pub fn order(&self, id: &OrderId) -> Option<&Order> {
        self.orders.get(id).map(AsRef::as_ref)
    }

    /// The issues, by id.
    pub fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values().map(AsRef::as_ref)
    }

    /// One issue.
    pub fn issue(&self, id: &IssueId) -> Option<&Issue> {
        self.issues.get(id).map(AsRef::as_ref)
    }

    /// The plans, by id.
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.plans.values().map(AsRef::as_ref)
    }

    /// One plan.
    pub fn plan(&self, id: &PlanId) -> Option<&Plan> {
        self.plans.get(id).map(AsRef::as_ref)
    }

    /// The commitments, by id.
    pub fn commitments(&self) -> impl Iterator<Item = &Commitment> {
        self.commitments.values().map(AsRef::as_ref)
    }

    /// The contracts, by id.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contracts.values().map(AsRef::as_ref)
    }

    /// The handovers, in the order of their ids.
    pub fn handovers(&self) -> impl Iterator<Item = &Handover> {
        self.handovers.values().map(AsRef::as_ref)
    }

    /// One handover.
    pub fn handover(&self, id: &HandoverId) -> Option<&Handover> {
        self.handovers.get(id).map(AsRef::as_ref)
    }

    /// The needs, by id.
    pub fn needs(&self) -> impl Iterator<Item = &Need> {
        self.needs.values().map(AsRef::as_ref)
    }

    /// The answers to surveys, in the order of the ledger.
    pub fn survey_responses(&self) -> impl Iterator<Item = &SurveyResponse> {
        self.surveys.values().map(AsRef::as_ref)
    }

    /// How often we were in touch.
    pub fn interactions(&self) -> Interactions {
        self.talk.get().map(interactions::Talk::summary).unwrap_or_default()
    }

    /// The contacts with the client that took place, in the order of time.
    pub fn held(&self) -> impl DoubleEndedIterator<Item = &Held> {
        self.talk.get().into_iter().flat_map(interactions::Talk::held)
    }

    /// The contacts with the client that were planned, by id.
    pub fn planned(&self) -> impl Iterator<Item = &Planned> {
        self.talk.get().into_iter().flat_map(interactions::Talk::planned)
    }

    /// What serving the account cost, in the order of time.
    pub fn costs(&self) -> impl Iterator<Item = &Cost> {
        self.costs.get().into_iter().flat_map(costs::Costs::costs)
    }

    /// What it saved the client, by id.
    pub fn savings(&self) -> impl Iterator<Item = &Saving> {
        self.costs.get().into_iter().flat_map(costs::Costs::savings)
    }

    /// What is worth knowing, in the order of time.
    pub fn notes(&self) -> impl DoubleEndedIterator<Item = &Note> {
        self.notebook.get().into_iter().flat_map(notes::Notebook::notes)
    }

    /// Who competes for the account, by name.
    pub fn competitors(&self) -> impl Iterator<Item = &Competitor> {
        self.notebook.get().into_iter().flat_map(notes::Notebook::competitors)
    }

    /// The criteria that people assessed, in the order of time.
    pub fn assessments(&self) -> impl DoubleEndedIterator<Item = &Assessment> {
        self.judgements.get().into_iter().flat_map(judgements::Judgements::assessments)
    }

    /// The tiers that people decided, in the order of time.
    pub fn tier_decisions(&self) -> impl DoubleEndedIterator<Item = &TierDecision> {
        self.judgements.get().into_iter().flat_map(judgements::Judgements::tiers)
    }

    /// The contradictions in the account's own stream.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    /// How many events were folded.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Where the account stands at the end of a moment by its own stream, whoever would hold it because of an account
    /// above ([`crate::ownership::status`] knows both).
    pub fn status(&self, as_of: &AsOf) -> Status {
        let lifecycle = self.lifecycle();
        if lifecycle.first_event_at.is_none() {
            return Status::Unknown;
        }
        if let Some(closure) = lifecycle.closed_now() {
            return if closure.merged_into.is_some() { Status::Merged } else { Status::Closed };
        }
        let mut primaries = self.lanes.primary().peekable();
        let ever = primaries.peek().is_some();
        if primaries.any(|held| held.stretch().reaches_end_of(as_of)) {
            return Status::Owned;
        }
        if ever { Status::Orphaned } else { Status::Unassigned }
    }

    /// When the last folded event happened.
    pub fn folded_to(&self) -> Option<&When> {
        self.folded_to.as_ref().map(|folded| &folded.when)
    }
}

fn unread_message(event: &Event) -> String {
    match &event.body {
        Body::Unread(unread) => format!("{} is kept and not understood: {}", unread.kind, unread.why),
        Body::Known(payload) => format!("{} is not understood", payload.kind()),
    }
}
