//! What a successor must know before anything else: everything found that cannot wait, in a fixed order of rank.
//!
//! Of each kind there is at most one point, about the most pressing case, which says how many there are. The order of
//! the kinds is the rank; the first three points are the three things to know.

use serde::Serialize;
use tenure_schemas::payload::contact::ContactRole;
use tenure_schemas::payload::issue::Severity;
use tenure_schemas::payload::order::Party;
use utoipa::ToSchema;

use super::cited::Cited;
use super::contacts::LeftLine;
use super::notes::NoteLine;
use super::vitals::ContractLine;
use super::words::{days, excerpt, number, percent};
use super::{Asked, SOON_DAYS, Sections};
use crate::account::{Account, Clocks, Commitment, IssueStatus, OrderStatus, Status};
use crate::health::Band;
use crate::merges::Accounts as _;

/// How many points are the things to know.
pub(super) const FIRST: usize = 3;

/// The days before its due date in which a promise of ours is pressing.
const DUE_SOON_DAYS: i64 = 30;

/// By how much of its time a plan may be ahead of what was attained, in milli-points, before it counts as behind.
const BEHIND: u32 = 20_000;

/// What a point is about; the order is the rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// The account is closed or merged into another.
    AccountClosed,
    /// Nobody holds the lane of the brief.
    NoHolder,
    /// Other accounts are merged into it; what is open in them is in their own briefs.
    MergedAccounts,
    /// A promise of ours is overdue.
    CommitmentOverdue,
    /// A contract ends, runs out or must be given notice of within 90 days, or ran out in the last 90.
    ContractEnds,
    /// An open issue is critical, or past what is due.
    IssuePressing,
    /// The health band is red.
    HealthRed,
    /// The relationship hangs on one of ours or one of theirs.
    SingleThreaded,
    /// There is something to be careful about.
    Sensitivity,
    /// Who holds the lane leaves us, or has left.
    HolderLeaves,
    /// A promise of ours is due within 30 days.
    CommitmentDue,
    /// Actions of the plan are overdue, or it is attained 20 per cent less than its time has passed.
    PlanBehind,
    /// We were not in touch for twice as long as the health model wants for the tier.
    Silence,
    /// A decision maker, economic buyer, sponsor or champion left in the last 180 days.
    ContactLeft,
    /// A promise of the client's is overdue.
    ClientCommitmentOverdue,
    /// Somebody noted a risk.
    RiskNoted,
    /// Somebody noted who stands where among them.
    PoliticsNoted,
}

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Point {
    /// What it is about.
    pub kind: PointKind,
    /// In words.
    pub text: String,
    /// What this rests on.
    #[serde(flatten)]
    pub cited: Cited,
}

impl Point {
    fn new(kind: PointKind, text: String, cited: Cited) -> Self {
        Self { kind, text, cited }
    }
}

/// Everything found, by rank.
pub(super) fn points(asked: &Asked<'_>, sections: &Sections) -> Vec<Point> {
    let noted = |kind, notes: &[NoteLine], what: &str| noted(kind, notes.first(), what);
    let found = [
        account_closed(asked),
        no_holder(asked, sections),
        merged_accounts(asked),
        overdue(asked, Party::Us, PointKind::CommitmentOverdue),
        contract_ends(sections),
        issue_pressing(asked, sections),
        health_red(sections),
        single_threaded(sections),
        noted(PointKind::Sensitivity, &sections.notes.sensitivities.items, "Be careful"),
        holder_leaves(asked, sections),
        commitment_due(asked),
        plan_behind(sections),
        silence(asked, sections),
        contact_left(asked, sections),
        overdue(asked, Party::Client, PointKind::ClientCommitmentOverdue),
        noted(PointKind::RiskNoted, &sections.notes.risks.items, "A risk was noted"),
        noted(PointKind::PoliticsNoted, &sections.notes.politics.items, "Who stands where"),
    ];
    let mut points: Vec<Point> = found.into_iter().flatten().collect();
    points.sort_by_key(|point| point.kind);
    points
}

fn account_closed(asked: &Asked<'_>) -> Option<Point> {
    let closure = asked.account.lifecycle().closed_now()?;
    let since = closure.from_date.unwrap_or_else(|| closure.from.date_in(asked.zone));
    let text = match &closure.merged_into {
        Some(into) => format!("The account is part of {into} since {since}: it was merged."),
        None => format!("The account is closed since {since}."),
    };
    Some(Point::new(PointKind::AccountClosed, text, asked.sources.cite([closure.event])))
}

fn merged_accounts(asked: &Asked<'_>) -> Option<Point> {
    let merged: Vec<&Account> = asked.whole.merged().collect();
    let ids: Vec<&str> = merged.iter().map(|account| account.account().as_str()).collect();
    let (&first, others) = ids.split_first()?;
    let promises = merged.iter().flat_map(|account| account.commitments()).filter(|made| made.ended_event.is_none());
    let issues = merged.iter().flat_map(|account| account.issues()).filter(|issue| issue.is_open());
    let orders = merged.iter().flat_map(|account| account.orders()).filter(|order| order.status == OrderStatus::Placed);
    let are = if others.is_empty() { "1 account is".to_owned() } else { format!("{} accounts are", ids.len()) };
    let named = others.iter().fold(first.to_owned(), |named, id| format!("{named}, {id}"));
    let text = format!(
        "{are} merged into it ({named}), with {}, {} and {}: they are in their own briefs.",
        number(promises.count(), "open promise", "open promises"),
        number(issues.count(), "open issue", "open issues"),
        number(orders.count(), "order to deliver", "orders to deliver"),
    );
    let closures = merged.iter().filter_map(|account| account.lifecycle().closed_now());
    Some(Point::new(PointKind::MergedAccounts, text, asked.sources.cite(closures.map(|closure| closure.event))))
}

fn no_holder(asked: &Asked<'_>, sections: &Sections) -> Option<Point> {
    let account = asked.account;
    let is_open = !matches!(account.status(&asked.as_of), Status::Unknown | Status::Closed | Status::Merged);
    if !is_open || asked.holder(&sections.ownership.owners).is_some() {
        return None;
    }
    let (role, scope) = (&asked.target.role, &asked.target.scope);
    let gap = sections.ownership.history.items.iter().find(|line| line.person.is_none() && line.to.is_none());
    let (text, cited) = match gap {
        Some(gap) => {
            let since = gap.from_date.unwrap_or_else(|| gap.from.date_in(asked.zone));
            (format!("Nobody is {role} ({scope}) since {since}."), gap.cited.clone())
        }
        None => (format!("Nobody ever was {role} ({scope})."), sections.vitals.profile.cited.clone()),
    };
    Some(Point::new(PointKind::NoHolder, text, cited))
}

/// The promises of one side that are overdue, the latest first.
fn overdue(asked: &Asked<'_>, by: Party, kind: PointKind) -> Option<Point> {
    let late = asked.account.commitments().filter(|made| made.by == by && made.is_overdue(&asked.day));
    let mut late: Vec<&Commitment> = late.collect();
    late.sort_by_key(|made| (made.due, made.event));
    let worst = late.first()?;
    let (whose, text) = (if by == Party::Us { "of ours" } else { "of the client's" }, excerpt(worst.text.as_str()));
    let by_how_much = days(worst.days_late(&asked.day).map_or(0, i64::from));
    let verb = if late.len() == 1 { "is" } else { "are" };
    let what = number(late.len(), "promise", "promises");
    let most = if late.len() == 1 { "by" } else { "the oldest by" };
    let text = format!("{what} {whose} {verb} overdue, {most} {by_how_much}: {text}");
    Some(Point::new(kind, text, asked.sources.cite(late.iter().map(|made| made.event))))
}

fn commitment_due(asked: &Asked<'_>) -> Option<Point> {
    let days_left = |made: &Commitment| made.due.map(|due| asked.day.days_until(due));
    let is_soon = |made: &Commitment| days_left(made).is_some_and(|left| (0..=DUE_SOON_DAYS).contains(&left));
    let open = asked.account.commitments().filter(|made| made.ended_event.is_none() && made.by == Party::Us);
    let mut soon: Vec<&Commitment> = open.filter(|made| is_soon(made)).collect();
    soon.sort_by_key(|made| (made.due, made.event));
    let next = soon.first()?;
    let (due, left) = (next.due?, days(days_left(next)?));
    let what = number(soon.len(), "promise", "promises");
    let verb = if soon.len() == 1 { "is" } else { "are" };
    let next_text = excerpt(next.text.as_str());
    let text =
        format!("{what} of ours {verb} due within {DUE_SOON_DAYS} days, the next on {due}, in {left}: {next_text}");
    Some(Point::new(PointKind::CommitmentDue, text, asked.sources.cite(soon.iter().map(|made| made.event))))
}

fn contract_ends(sections: &Sections) -> Option<Point> {
    let vitals = &sections.vitals;
    let soonest = |line: &ContractLine| {
        let notice = line.days_to_notice.filter(|left| *left >= 0);
        notice.into_iter().chain(line.contract.days_to_end).min()
    };
    let all = vitals.contracts.items.iter().chain(&vitals.expired_contracts.items);
    let pressing = all.filter_map(|line| Some((soonest(line)?, line))).filter(|(left, _)| *left <= SOON_DAYS);
    let (_, line) = pressing.min_by_key(|(left, line)| (*left, line.contract.event))?;
    let contract = &line.contract;
    let left = contract.days_to_end.unwrap_or_default();
    let verb = match (left > 0, contract.auto_renew) {
        (true, true) => format!("renews itself on {}, in {}", contract.to, days(left)),
        (true, false) => format!("ends on {}, in {}", contract.to, days(left)),
        (false, _) => format!("ran out on {} and was not renewed", contract.to),
    };
    let notice = match (contract.notice_deadline, line.days_to_notice) {
        (Some(by), Some(left)) if left >= 0 => format!("; notice must be given by {by}, in {}", days(left)),
        (Some(by), Some(_)) => format!("; the day to give notice, {by}, has passed"),
        (_, _) => String::new(),
    };
    let value = contract.value;
    let text = format!("Contract {}, worth {} {}, {verb}{notice}.", contract.contract, value.amount, value.currency);
    Some(Point::new(PointKind::ContractEnds, text, line.cited.clone()))
}

fn issue_pressing(asked: &Asked<'_>, sections: &Sections) -> Option<Point> {
    let is_pressing = |severity: Option<Severity>, overdue: bool| severity == Some(Severity::Critical) || overdue;
    let open = asked.account.issues().filter(|issue| matches!(issue.status, IssueStatus::Open | IssueStatus::Waiting));
    let pressing = open.filter(|issue| is_pressing(issue.severity, Clocks::of(issue, asked.at).is_overdue()));
    let events: Vec<u64> = pressing.map(|issue| issue.event).collect();
    let listed = sections.issues.items.iter();
    let first = listed.clone().find(|line| is_pressing(line.issue.severity, line.issue.overdue))?;
    let severity = first.issue.severity.map_or(String::new(), |severity| format!("{severity}, "));
    let subject =
        first.issue.subject.as_ref().map_or(String::new(), |subject| format!(" {}", excerpt(subject.as_str())));
    let since = first.issue.raised_at.date_in(asked.zone);
    let what = number(events.len(), "open issue", "open issues");
    let verb = if events.len() == 1 { "is" } else { "are" };
    let text = format!(
        "{what} {verb} critical or past what is due: {}{subject} ({severity}since {since}).",
        first.issue.issue
    );
    Some(Point::new(PointKind::IssuePressing, text, asked.sources.cite(events)))
}

fn health_red(sections: &Sections) -> Option<Point> {
    let section = &sections.health;
    let (health, overall) = (&section.health, section.health.overall?);
    if health.band != Band::Red {
        return None;
    }
    let held_down: Vec<String> = health.capped_by.iter().map(ToString::to_string).collect();
    let because =
        if held_down.is_empty() { String::new() } else { format!(", held down by {}", held_down.join(" and ")) };
    let text = format!("The health of the account is red, at {} by {}{because}.", percent(overall), health.model);
    Some(Point::new(PointKind::HealthRed, text, section.cited.clone()))
}

fn single_threaded(sections: &Sections) -> Option<Point> {
    let threads = sections.threads.as_ref().filter(|threads| threads.single_threaded)?;
    let person = threads.person_name.as_ref().map_or_else(|| threads.person.to_string(), ToString::to_string);
    let contact = threads.contact_name.as_ref().map_or_else(|| threads.contact.to_string(), ToString::to_string);
    let text = format!(
        "The relationship hangs on few: {person} has {} of it on our side, {contact} {} on theirs.",
        percent(threads.person_share),
        percent(threads.contact_share)
    );
    Some(Point::new(PointKind::SingleThreaded, text, threads.cited.clone()))
}

fn noted(kind: PointKind, note: Option<&NoteLine>, what: &str) -> Option<Point> {
    let note = note?;
    Some(Point::new(kind, format!("{what}: {}", excerpt(note.text.as_str())), note.cited.clone()))
}

fn holder_leaves(asked: &Asked<'_>, sections: &Sections) -> Option<Point> {
    let owner = asked.holder(&sections.ownership.owners)?;
    let person = asked.directory.person(&owner.owner.owner.person)?;
    let name = person.name.as_ref().map_or_else(|| person.person.to_string(), ToString::to_string);
    let (text, events) = if person.is_employed(asked.at) {
        let leaves_at = person.leaves_at?;
        let last_day = leaves_at.saturating_add_seconds(-1).date_in(asked.zone);
        let left = days(asked.day.days_until(last_day).max(0));
        (
            format!("{name}, who holds the account, leaves us; the last day is {last_day}, in {left}."),
            person.leaves_event,
        )
    } else {
        let left = person.employed.last().and_then(|span| span.to)?.date_in(asked.zone);
        (format!("{name}, who still holds the account, left us on {left}."), person.departed_event)
    };
    let cited = asked.sources.cite(events.into_iter().chain([owner.owner.owner.event]));
    Some(Point::new(PointKind::HolderLeaves, text, cited))
}

fn plan_behind(sections: &Sections) -> Option<Point> {
    let plan = sections.plan.as_ref()?;
    let (overdue, elapsed) = (plan.summary.counts.actions.overdue, plan.summary.elapsed);
    let attained = plan.summary.attainment.unwrap_or_default();
    if overdue == 0 && attained.saturating_add(BEHIND) > elapsed {
        return None;
    }
    let late = plan.actions.items.iter().filter(|line| line.action.days_late.is_some());
    let text = format!(
        "The plan is {} attained with {} of its time gone; {} overdue.",
        percent(attained),
        percent(elapsed),
        if overdue == 1 { "1 action is".to_owned() } else { format!("{overdue} actions are") }
    );
    let events = late.flat_map(|line| line.cited.events.iter().copied()).chain(plan.cited.events.iter().copied());
    Some(Point::new(PointKind::PlanBehind, text, Cited::of(&events.collect())))
}

fn silence(asked: &Asked<'_>, sections: &Sections) -> Option<Point> {
    let overall = sections.communication.overall.as_ref()?;
    let cadence = asked.model.cadence_days(asked.account.profile().tier);
    let last = *overall.cited.events.last()?;
    (overall.days_since > 2 * cadence).then(|| {
        let text = format!(
            "We were not in touch for {}, where {} would be usual for the tier.",
            days(overall.days_since),
            days(cadence)
        );
        Point::new(PointKind::Silence, text, asked.sources.cite([last]))
    })
}

fn contact_left(asked: &Asked<'_>, sections: &Sections) -> Option<Point> {
    const LATELY_DAYS: i64 = 180;
    let matters = |role: &ContactRole| {
        let decides = matches!(role, ContactRole::DecisionMaker | ContactRole::EconomicBuyer);
        decides || matches!(role, ContactRole::ExecutiveSponsor | ContactRole::Champion)
    };
    let is_recent = |line: &&LeftLine| -asked.day.days_until(line.left_at.date_in(asked.zone)) <= LATELY_DAYS;
    let mut left = sections.contacts.left.items.iter().filter(is_recent);
    let line = left.find(|line| line.roles.iter().any(matters))?;
    let name = line.name.as_ref().map_or_else(|| line.contact.to_string(), ToString::to_string);
    let roles: Vec<String> = line.roles.iter().map(|role| role.to_string().replace('_', " ")).collect();
    let follows = match &line.successor {
        Some(successor) => {
            let name = asked.account.contact(successor).and_then(|contact| contact.name.clone());
            format!("{} follows", name.map_or_else(|| successor.to_string(), |name| name.to_string()))
        }
        None => "nobody is known to follow".to_owned(),
    };
    let text = format!("{name} ({}) left on {}; {follows}.", roles.join(", "), line.left_at.date_in(asked.zone));
    Some(Point::new(PointKind::ContactLeft, text, line.cited.clone()))
}
