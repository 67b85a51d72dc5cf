//! What is good to know of an account before talking to the client, on one page.
//!
//! Every list is short, and `counts` says how many there are; the account's own lists hold the rest.

pub(crate) mod money;
pub(crate) mod people;
pub(crate) mod work;

use serde::Serialize;
use tenure_schemas::{AccountId, Instant, Name, Zone};
use utoipa::ToSchema;

pub use money::YearFigures;
pub use people::{ChannelTouches, KeyContact, NamedOwner};
pub use work::{CompetitorSeen, OpenAction, OpenCommitment, OpenIssue, RunningContract};

use crate::account::{Account, Closure, ContractStatus, Held, Need, Note, Planned, Profile, Status};
use crate::directory::{self, Directory};
use crate::finding::Finding;
use crate::merges::Accounts;
use crate::moment::AsOf;
use crate::offerings::{self, OfferingStatus, OfferingUse};
use crate::ownership;
use crate::plans::{self, PlanSummary};
use crate::surveys::{self, SurveySummary};

/// The most entries of each list.
pub const MAX_ENTRIES: usize = 10;

/// An account on one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overview {
    /// The account's id.
    pub account: AccountId,
    /// The accounts merged into it, what is theirs being on the page too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged_from: Vec<AccountId>,
    /// Where it stands.
    pub status: Status,
    /// What it is called and where it belongs.
    #[serde(flatten)]
    pub profile: Profile,
    /// The name of the account that it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<Name>,
    /// When it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Instant>,
    /// Since when it is closed or merged, and why, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closure: Option<Closure>,
    /// Since when it has had no primary owner, of its own or by inheritance, where it is open and had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orphaned_since: Option<Instant>,
    /// Who answers for it, and who stands in for them.
    pub owners: Vec<NamedOwner>,
    /// The contacts who are still at the client's: the strongest relationships first, then by id.
    pub contacts: Vec<Entry<KeyContact>>,
    /// How often we were in touch in the last 90 days, channel by channel.
    pub touches: Vec<ChannelTouches>,
    /// The last contact with the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_interaction: Option<Entry<Held>>,
    /// Contacts that are planned, the next one first; what is overdue comes before.
    pub planned: Vec<Entry<Planned>>,
    /// What was ordered and what it cost in this civil year and the two before, newest first.
    pub years: Vec<YearFigures>,
    /// Contracts that run or are about to, the next to end first.
    pub contracts: Vec<Entry<RunningContract>>,
    /// The plan that the account is managed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSummary>,
    /// Its open actions, the next one due first.
    pub actions: Vec<OpenAction>,
    /// Promises that are open, ours and theirs, the next one due first, those without a due date last.
    pub commitments: Vec<Entry<OpenCommitment>>,
    /// Needs that are open.
    pub needs: Vec<Entry<Need>>,
    /// Issues that are open, the most severe first, then the oldest.
    pub issues: Vec<Entry<OpenIssue>>,
    /// What surveys came to.
    pub surveys: SurveySummary,
    /// What is worth knowing, newest first.
    pub notes: Vec<Entry<Note>>,
    /// Who competes for the account, the last seen first.
    pub competitors: Vec<Entry<CompetitorSeen>>,
    /// What the account could use and was never shown.
    pub never_presented: Vec<OfferingUse>,
    /// The latest contradictions in what was reported, newest first.
    pub findings: Vec<Finding>,
    /// How many there are of each.
    pub counts: OverviewCounts,
}

/// How many there are of what an overview names the first few of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverviewCounts {
    /// Contacts who are still at the client's.
    pub contacts: usize,
    /// Contacts planned, overdue ones included.
    pub planned: usize,
    /// Contracts that run or are about to.
    pub contracts: usize,
    /// Open actions of the plan.
    pub actions: usize,
    /// Open promises.
    pub commitments: usize,
    /// Open needs.
    pub needs: usize,
    /// Open issues.
    pub issues: usize,
    /// Notes.
    pub notes: usize,
    /// Competitors.
    pub competitors: usize,
    /// Offerings in use.
    pub used: usize,
    /// Offerings that the account could use and does not.
    pub whitespace: usize,
    /// Of those, the ones it was never shown.
    pub never_presented: usize,
    /// Contradictions.
    pub findings: usize,
}

/// An entry of a list, with the account that it was recorded for where that is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entry<T> {
    /// The account that it was recorded for, where that is one merged into the account of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The entry itself.
    #[serde(flatten)]
    pub item: T,
}

impl<T> std::ops::Deref for Entry<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

/// What each account has of something, the account that is asked about first.
fn entries<T>(accounts: &impl Accounts, of: impl Fn(&Account) -> Vec<T>) -> Vec<Entry<T>> {
    let mut all: Vec<Entry<T>> = of(accounts.own()).into_iter().map(|item| Entry { account: None, item }).collect();
    for account in accounts.merged() {
        let id = account.account();
        all.extend(of(account).into_iter().map(|item| Entry { account: Some(id.clone()), item }));
    }
    all
}

/// The account on one page as of a moment, with what is of the accounts merged into it; days are those of `zone`.
pub fn overview(accounts: &impl Accounts, directory: &dyn Directory, as_of: &AsOf, zone: &Zone) -> Overview {
    let (at, day, account) = (as_of.instant(), as_of.day_in(zone), accounts.own());
    let plan = plans::current(account, &day);
    let parent = account.profile().parent.as_ref().and_then(|parent| directory.account(parent));
    let uses = offerings::uses(accounts, &directory.catalogue());
    let mut page = Overview {
        account: account.account().clone(),
        merged_from: accounts.merged_ids(),
        status: ownership::status(account, directory, as_of),
        profile: account.profile().clone(),
        parent_name: parent.and_then(|parent| parent.profile().name.clone()),
        opened_at: account.lifecycle().opened.map(|(at, _)| at),
        closure: account.lifecycle().closed_now().cloned(),
        orphaned_since: ownership::orphaned_since(account, directory, as_of).map(|since| since.at),
        owners: people::owners(account, directory, as_of, &day),
        contacts: people::contacts(accounts, directory, as_of, zone),
        touches: people::touches(accounts, &day),
        last_interaction: people::last_held(accounts),
        planned: people::planned(accounts, at),
        years: money::years(accounts, &day),
        contracts: work::contracts(accounts, &day, is_in_force),
        plan: plan.map(|plan| plans::summary(plan, &day)),
        actions: plan.map(|plan| work::actions(plan, &day)).unwrap_or_default(),
        commitments: work::commitments(accounts, &day),
        needs: work::needs(accounts),
        issues: work::issues(accounts, at),
        surveys: surveys::summary(accounts.accounts().flat_map(Account::survey_responses)),
        notes: notes(accounts),
        competitors: work::competitors(accounts),
        never_presented: uses.iter().filter(|used| is_whitespace(used) && used.never_presented).cloned().collect(),
        findings: findings(accounts, directory, at),
        counts: OverviewCounts::default(),
    };
    page.counts = page.count(&uses);
    page.cut();
    page
}

/// What is worth knowing, newest first.
fn notes(accounts: &impl Accounts) -> Vec<Entry<Note>> {
    let mut notes = entries(accounts, |account| account.notes().cloned().collect());
    notes.sort_by_key(|note| std::cmp::Reverse((note.noted_at, note.event)));
    notes
}

/// The contradictions, newest first.
fn findings(accounts: &impl Accounts, directory: &dyn Directory, until: Instant) -> Vec<Finding> {
    let all = accounts.accounts().flat_map(|account| directory::findings(account, directory, until));
    let mut findings: Vec<Finding> = all.collect();
    findings.sort_by(|one, other| (one.from, &one.events, one.code).cmp(&(other.from, &other.events, other.code)));
    findings.reverse();
    findings
}

/// Whether a contract runs or is about to.
pub(crate) fn is_in_force(status: ContractStatus) -> bool {
    matches!(status, ContractStatus::Running | ContractStatus::Upcoming)
}

fn is_whitespace(used: &OfferingUse) -> bool {
    used.status == OfferingStatus::Whitespace
}

impl Overview {
    /// How many there are of each, while the lists are whole.
    fn count(&self, uses: &[OfferingUse]) -> OverviewCounts {
        OverviewCounts {
            contacts: self.contacts.len(),
            planned: self.planned.len(),
            contracts: self.contracts.len(),
            actions: self.actions.len(),
            commitments: self.commitments.len(),
            needs: self.needs.len(),
            issues: self.issues.len(),
            notes: self.notes.len(),
            competitors: self.competitors.len(),
            used: uses.iter().filter(|used| used.status == OfferingStatus::Used).count(),
            whitespace: uses.iter().filter(|used| is_whitespace(used)).count(),
            never_presented: self.never_presented.len(),
            findings: self.findings.len(),
        }
    }

    /// Leaves the first of each list.
    fn cut(&mut self) {
        self.contacts.truncate(MAX_ENTRIES);
        self.planned.truncate(MAX_ENTRIES);
        self.contracts.truncate(MAX_ENTRIES);
        self.actions.truncate(MAX_ENTRIES);
        self.commitments.truncate(MAX_ENTRIES);
        self.needs.truncate(MAX_ENTRIES);
        self.issues.truncate(MAX_ENTRIES);
        self.notes.truncate(MAX_ENTRIES);
        self.competitors.truncate(MAX_ENTRIES);
        self.never_presented.truncate(MAX_ENTRIES);
        self.findings.truncate(MAX_ENTRIES);
    }
}
