//! What is good to know of an account before talking to the client, on one page.
//!
//! Every list is short, and `counts` says how many there are; the account's own lists hold the rest.

mod money;
mod people;
mod work;

use serde::Serialize;
use tenure_schemas::{AccountId, Instant, Name, Zone};
use utoipa::ToSchema;

pub use money::YearFigures;
pub use people::{ChannelTouches, KeyContact, NamedOwner};
pub use work::{CompetitorSeen, OpenAction, OpenCommitment, OpenIssue, RunningContract};

use crate::account::{Account, Held, Need, Note, Planned, Profile, Status};
use crate::directory::{self, Directory};
use crate::finding::Finding;
use crate::moment::AsOf;
use crate::offerings::{self, OfferingStatus, OfferingUse};
use crate::plans::{self, PlanSummary};
use crate::surveys::{self, SurveySummary};

/// The most entries of each list.
pub const MAX_ENTRIES: usize = 10;

/// An account on one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overview {
    /// The account's id.
    pub account: AccountId,
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
    /// Since when it has had no primary owner of its own, where it is open and had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orphaned_since: Option<Instant>,
    /// Who answers for it, and who stands in for them.
    pub owners: Vec<NamedOwner>,
    /// The contacts who are still at the client's: the strongest relationships first, then by id.
    pub contacts: Vec<KeyContact>,
    /// How often we were in touch in the last 90 days, channel by channel.
    pub touches: Vec<ChannelTouches>,
    /// The last contact with the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_interaction: Option<Held>,
    /// Contacts that are planned, the next one first; what is overdue comes before.
    pub planned: Vec<Planned>,
    /// What was ordered and what it cost in this civil year and the two before, newest first.
    pub years: Vec<YearFigures>,
    /// Contracts that run or are about to, the next to end first.
    pub contracts: Vec<RunningContract>,
    /// The plan that the account is managed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSummary>,
    /// Its open actions, the next one due first.
    pub actions: Vec<OpenAction>,
    /// Promises that are open, ours and theirs, the next one due first, those without a due date last.
    pub commitments: Vec<OpenCommitment>,
    /// Needs that are open.
    pub needs: Vec<Need>,
    /// Issues that are open, the most severe first, then the oldest.
    pub issues: Vec<OpenIssue>,
    /// What surveys came to.
    pub surveys: SurveySummary,
    /// What is worth knowing, newest first.
    pub notes: Vec<Note>,
    /// Who competes for the account, the last seen first.
    pub competitors: Vec<CompetitorSeen>,
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

/// The account on one page as of a moment; days are those of `zone`.
pub fn overview(account: &Account, directory: &dyn Directory, as_of: &AsOf, zone: &Zone) -> Overview {
    let (at, day) = (as_of.instant(), as_of.day_in(zone));
    let plan = plans::current(account, &day);
    let contacts = people::contacts(account, directory, as_of, zone);
    let planned = people::planned(account, at);
    let contracts = work::contracts(account, &day);
    let actions = plan.map(|plan| work::actions(plan, &day)).unwrap_or_default();
    let commitments = work::commitments(account, &day);
    let needs = work::needs(account);
    let issues = work::issues(account, at);
    let notes: Vec<Note> = account.notes().rev().cloned().collect();
    let competitors = work::competitors(account);
    let uses = offerings::uses(account, &directory.catalogue());
    let findings = findings(account, directory, at);
    let of_status = |status: OfferingStatus| uses.iter().filter(move |used| used.status == status);
    let never: Vec<OfferingUse> =
        of_status(OfferingStatus::Whitespace).filter(|used| used.never_presented).cloned().collect();
    let counts = OverviewCounts {
        contacts: contacts.len(),
        planned: planned.len(),
        contracts: contracts.len(),
        actions: actions.len(),
        commitments: commitments.len(),
        needs: needs.len(),
        issues: issues.len(),
        notes: notes.len(),
        competitors: competitors.len(),
        used: of_status(OfferingStatus::Used).count(),
        whitespace: of_status(OfferingStatus::Whitespace).count(),
        never_presented: never.len(),
        findings: findings.len(),
    };
    let parent = account.profile().parent.as_ref().and_then(|parent| directory.account(parent));
    Overview {
        account: account.account().clone(),
        status: account.status(at),
        profile: account.profile().clone(),
        parent_name: parent.and_then(|parent| parent.profile().name.clone()),
        opened_at: account.lifecycle().opened.map(|(at, _)| at),
        orphaned_since: people::orphaned_since(account, at),
        owners: people::owners(account, directory, as_of),
        contacts: first(contacts),
        touches: people::touches(account, &day),
        last_interaction: account.held().next_back().cloned(),
        planned: first(planned),
        years: money::years(account, &day),
        contracts: first(contracts),
        plan: plan.map(|plan| plans::summary(plan, &day)),
        actions: first(actions),
        commitments: first(commitments),
        needs: first(needs),
        issues: first(issues),
        surveys: surveys::summary(account.survey_responses()),
        notes: first(notes),
        competitors: first(competitors),
        never_presented: first(never),
        findings: first(findings),
        counts,
    }
}

/// The latest findings first.
fn findings(account: &Account, directory: &dyn Directory, until: Instant) -> Vec<Finding> {
    let mut findings = directory::findings(account, directory, until);
    findings.reverse();
    findings
}

fn first<T>(mut all: Vec<T>) -> Vec<T> {
    all.truncate(MAX_ENTRIES);
    all
}
