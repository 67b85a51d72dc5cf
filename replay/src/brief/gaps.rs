//! What a brief lacks: the facts that a successor needs, which of them the ledger has, and what would fill the rest.
//!
//! Completeness is the share of the facts that apply to the account and are known, in whole per cent rounded down, so
//! that 100 means that nothing is missing. All facts weigh the same.

use serde::Serialize;
use tenure_schemas::payload::account::{Stage, Tier};
use tenure_schemas::payload::contact::ContactRole;
use utoipa::ToSchema;

use super::cited::Cited;
use super::words::{days, number};
use super::{Asked, Sections};
use crate::account::Contact;

/// The days in which a contact with the client counts as recent.
const TOUCH_DAYS: i64 = 180;
/// The days in which an answer to a survey counts as recent.
const SURVEY_DAYS: i64 = 365;
/// The days in which a plan should be reviewed.
const REVIEW_DAYS: u32 = 90;
/// The most contacts that one gap names.
const MAX_NAMED: usize = 10;

/// A fact that a successor needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// That the account was opened.
    Opened,
    /// Its region.
    Region,
    /// Its industry.
    Industry,
    /// Its tier.
    Tier,
    /// What it ordered in the years shown; of clients only.
    Revenue,
    /// What serving it cost in the years shown, where it ordered anything.
    Costs,
    /// A contract that runs or is about to; of clients only.
    Contract,
    /// The days of notice of each such contract.
    Notice,
    /// Who holds the lane of the brief.
    Holder,
    /// Who that is.
    HolderKnown,
    /// To whom the account is handed over; where there is a handover.
    Successor,
    /// Contacts who are still there.
    Contacts,
    /// A decision maker or economic buyer among them.
    DecisionMaker,
    /// An executive sponsor among them.
    ExecutiveSponsor,
    /// A champion among them.
    Champion,
    /// How to reach each of them.
    Reachable,
    /// What each of them agreed to.
    Consent,
    /// A contact with the client in the last 180 days.
    RecentTouch,
    /// Whom of theirs our interactions were with.
    Relationships,
    /// What the client wants to reach.
    Needs,
    /// A plan; of key accounts only.
    Plan,
    /// A review of the plan in the last 90 days, where there is a plan.
    PlanReviewed,
    /// What the client likes, is touchy about, or who stands where.
    Notes,
    /// An answer to a survey in the last 365 days; of clients only.
    Survey,
    /// Who competes for the client.
    Competition,
    /// What the firm offers.
    Catalogue,
    /// What of that the client was shown, where the firm offers anything.
    Presented,
}

/// Something that the brief lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Gap {
    /// What is missing.
    pub fact: Fact,
    /// In words.
    pub text: String,
    /// The kind of event that would fill it.
    pub filled_by: &'static str,
    /// The events that it rests on; none where nothing at all is known.
    #[serde(flatten)]
    pub cited: Cited,
}

/// How complete a brief is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FactCounts {
    /// How many facts apply to the account.
    pub asked: u32,
    /// How many of them are known.
    pub known: u32,
}

impl FactCounts {
    /// The share of what is known in whole per cent, rounded down.
    pub fn percent(&self) -> u8 {
        let share = (self.known * 100).checked_div(self.asked).unwrap_or_default();
        u8::try_from(share).unwrap_or(100)
    }
}

/// The facts while they are gone through.
#[derive(Default)]
struct Check {
    counts: FactCounts,
    gaps: Vec<Gap>,
}

impl Check {
    /// Notes a fact that applies: known, or a gap.
    fn fact(&mut self, fact: Fact, known: bool, text: impl FnOnce() -> String, filled_by: &'static str) {
        self.resting_on(fact, known, text, filled_by, Cited::default);
    }

    fn resting_on(
        &mut self,
        fact: Fact,
        known: bool,
        text: impl FnOnce() -> String,
        filled_by: &'static str,
        cited: impl FnOnce() -> Cited,
    ) {
        self.counts.asked += 1;
        if known {
            self.counts.known += 1;
        } else {
            self.gaps.push(Gap { fact, text: text(), filled_by, cited: cited() });
        }
    }
}

/// What is missing in the order of [`Fact`], and how much that is.
pub(super) fn gaps(asked: &Asked<'_>, sections: &Sections) -> (Vec<Gap>, FactCounts) {
    let mut check = Check::default();
    check_vitals(&mut check, asked, sections);
    check_ownership(&mut check, asked, sections);
    check_contacts(&mut check, asked);
    check_touch(&mut check, sections);
    check_work(&mut check, asked, sections);
    check_market(&mut check, asked, sections);
    check.gaps.sort_by_key(|gap| gap.fact);
    (check.gaps, check.counts)
}

fn is_client(asked: &Asked<'_>) -> bool {
    asked.account.profile().stage != Some(Stage::Prospect)
}

fn check_vitals(check: &mut Check, asked: &Asked<'_>, sections: &Sections) {
    let (profile, vitals) = (asked.account.profile(), &sections.vitals);
    let says = |text: &str| text.to_owned();
    let opened = asked.account.lifecycle().opened.is_some();
    check.fact(Fact::Opened, opened, || says("Nobody recorded that the account was opened."), "account.opened");
    check.fact(Fact::Region, profile.region.is_some(), || says("Its region is not known."), "account.profile_changed");
    check.fact(
        Fact::Industry,
        profile.industry.is_some(),
        || says("Its industry is not known."),
        "account.profile_changed",
    );
    check.fact(Fact::Tier, profile.tier.is_some(), || says("Nobody decided its tier."), "account.tier_decided");
    if !is_client(asked) {
        return;
    }
    let ordered = vitals.years.iter().any(|year| !year.ordered.is_zero());
    check.fact(Fact::Revenue, ordered, || says("No order of the last three years is known."), "order.placed");
    if ordered {
        let cost = vitals.years.iter().any(|year| !year.cost.is_zero());
        let text = || says("No cost of the last three years is known, so the margin is not either.");
        check.fact(Fact::Costs, cost, text, "cost.recorded");
    }
    let running = &vitals.contracts.items;
    check.fact(Fact::Contract, !running.is_empty(), || says("No contract is known to run."), "contract.signed");
    if !running.is_empty() {
        let without = asked.account.contracts().filter(|contract| contract.notice_days.is_none());
        let without: Vec<_> =
            without.filter(|one| running.iter().any(|line| line.contract.contract == one.contract)).collect();
        let ids: Vec<String> = without.iter().map(|contract| contract.contract.to_string()).collect();
        let text = || format!("The days of notice are not known of: {}.", ids.join(", "));
        let cited = || asked.sources.cite(without.iter().map(|contract| contract.event));
        check.resting_on(Fact::Notice, without.is_empty(), text, "event.corrected", cited);
    }
}

fn check_ownership(check: &mut Check, asked: &Asked<'_>, sections: &Sections) {
    let (role, scope) = (&asked.target.role, &asked.target.scope);
    let holder = asked.holder(&sections.ownership.owners);
    let text = || format!("Nobody is recorded as {role} ({scope}).");
    check.fact(Fact::Holder, holder.is_some(), text, "ownership.assigned");
    if let Some(holder) = holder {
        let person = &holder.owner.owner.person;
        let text = || format!("{person}, who holds the account, is not known as one of our people.");
        let known = holder.owner.person_name.is_some();
        check.resting_on(Fact::HolderKnown, known, text, "person.joined", || holder.cited.clone());
    }
    if let Some(handover) = &asked.target.handover {
        let text = || format!("Nobody is named who takes over in handover {}.", handover.handover);
        let cited = || asked.sources.cite(handover.events.iter().copied());
        check.resting_on(Fact::Successor, handover.to.is_some(), text, "handover.successor_named", cited);
    }
}

fn check_contacts(check: &mut Check, asked: &Asked<'_>) {
    let here: Vec<&Contact> = asked.account.contacts().filter(|contact| contact.left_at.is_none()).collect();
    let anybody = |wanted: fn(&ContactRole) -> bool| here.iter().any(|contact| contact.roles.iter().any(wanted));
    let says = |text: &str| text.to_owned();
    let decides = |role: &ContactRole| matches!(role, ContactRole::DecisionMaker | ContactRole::EconomicBuyer);
    check.fact(Fact::Contacts, !here.is_empty(), || says("No contact at the client's is known."), "contact.added");
    let nobody = || says("No decision maker or economic buyer is known.");
    check.fact(Fact::DecisionMaker, anybody(decides), nobody, "contact.changed");
    let sponsor = anybody(|role| *role == ContactRole::ExecutiveSponsor);
    check.fact(Fact::ExecutiveSponsor, sponsor, || says("No executive sponsor is known."), "contact.changed");
    let champion = anybody(|role| *role == ContactRole::Champion);
    check.fact(Fact::Champion, champion, || says("No champion is known."), "contact.changed");
    // Of whose data were erased nothing more is to be asked.
    let askable = || here.iter().copied().filter(|contact| contact.erased_at.is_none());
    if here.is_empty() {
        return;
    }
    let mute: Vec<&Contact> = askable().filter(|contact| contact.email.is_none() && contact.phone.is_none()).collect();
    let what = "neither an e-mail address nor a telephone number is known";
    each_contact(check, asked, (Fact::Reachable, "contact.changed"), &mute, what);
    let unasked: Vec<&Contact> = askable().filter(|contact| contact.consent.is_empty()).collect();
    let what = "no word about being reached is recorded";
    each_contact(check, asked, (Fact::Consent, "contact.consent_changed"), &unasked, what);
}

/// A fact that must be known of every contact.
fn each_contact(
    check: &mut Check,
    asked: &Asked<'_>,
    (fact, filled_by): (Fact, &'static str),
    lacking: &[&Contact],
    what: &str,
) {
    let text = || {
        let mut names: Vec<String> =
            lacking.iter().map(|contact| contact.contact.to_string()).take(MAX_NAMED).collect();
        if lacking.len() > MAX_NAMED {
            names.push(format!("{} more", lacking.len() - MAX_NAMED));
        }
        format!("Of {} {what}: {}.", number(lacking.len(), "contact", "contacts"), names.join(", "))
    };
    let cited = || asked.sources.cite(lacking.iter().map(|contact| contact.event));
    check.resting_on(fact, lacking.is_empty(), text, filled_by, cited);
}

fn check_touch(check: &mut Check, sections: &Sections) {
    let overall = sections.communication.overall.as_ref();
    let recent = overall.is_some_and(|overall| overall.days_since < TOUCH_DAYS);
    let text = || match overall {
        Some(overall) => format!("No contact with the client is known of the last {}.", days(overall.days_since)),
        None => "No contact with the client is known at all.".to_owned(),
    };
    let cited = || overall.map(|overall| overall.cited.clone()).unwrap_or_default();
    check.resting_on(Fact::RecentTouch, recent, text, "interaction.logged", cited);
    if let Some(overall) = overall {
        let text = || "None of our interactions names a contact, so nobody can tell who knows whom.".to_owned();
        let cited = || overall.cited.clone();
        check.resting_on(Fact::Relationships, sections.threads.is_some(), text, "interaction.logged", cited);
    }
}

fn check_work(check: &mut Check, asked: &Asked<'_>, sections: &Sections) {
    let says = |text: &str| text.to_owned();
    let needs = sections.needs.count > 0;
    check.fact(Fact::Needs, needs, || says("Nothing is known of what the client wants to reach."), "need.identified");
    if asked.account.profile().tier == Some(Tier::Key) {
        let text = || says("There is no plan for this key account.");
        check.fact(Fact::Plan, sections.plan.is_some(), text, "plan.adopted");
    }
    if let Some(plan) = &sections.plan {
        let since = plan.summary.days_since_review.unwrap_or_default();
        let reviewed = plan.last_review.is_some() && since <= REVIEW_DAYS;
        let text = || match &plan.last_review {
            Some(_) => format!("The plan was last reviewed {} ago.", days(since.into())),
            None => format!("The plan was never reviewed since it was adopted {} ago.", days(since.into())),
        };
        check.resting_on(Fact::PlanReviewed, reviewed, text, "plan.reviewed", || plan.cited.clone());
    }
    let notes = &sections.notes;
    let has_notes = notes.preferences.count + notes.sensitivities.count + notes.politics.count > 0;
    let text = || says("Nothing is noted of what the client likes, is touchy about, or who stands where.");
    check.fact(Fact::Notes, has_notes, text, "account.note_recorded");
    if is_client(asked) {
        let mut answers = asked.account.survey_responses().map(|answer| answer.when().date_in(asked.zone));
        let recent = answers.any(|date| -asked.day.days_until(date) < SURVEY_DAYS);
        let text = || format!("No survey was answered in the last {SURVEY_DAYS} days.");
        check.fact(Fact::Survey, recent, text, "survey.responded");
    }
}

fn check_market(check: &mut Check, asked: &Asked<'_>, sections: &Sections) {
    let competition = sections.competition.count > 0;
    let text = || "Nothing is known of who competes for the client.".to_owned();
    check.fact(Fact::Competition, competition, text, "competitor.observed");
    let offers = asked.directory.catalogue().offerings().next().is_some();
    let text = || "No catalogue says what we offer, so nobody can tell what the client lacks.".to_owned();
    check.fact(Fact::Catalogue, offers, text, "offering.listed");
    if offers {
        let shown = asked.account.held().any(|held| !held.offerings_presented.is_empty());
        let text = || "Nothing is known of what the client was ever shown.".to_owned();
        check.fact(Fact::Presented, shown, text, "interaction.logged");
    }
}
