//! The handover brief: what a successor must know of an account, as of a moment at a size of the ledger.
//!
//! A brief is a pure function of the account's own events, the directory and the question. Every line cites the
//! positions of the events that it comes from, corrections included. Nothing in it depends on anything but the account,
//! the moment, the zone, the size, and the lane or handover it is made for; so whoever asks the same question again gets
//! the same bytes, and the same [digest](Identity::digest).
//!
//! Lists are cut: at most 20 entries each, 30 contacts, 3 of our people a contact, and 12 cited events a line; each says
//! how many there are in all. A change of what a brief says, or of how it is written, is a new [`FORMAT`].

mod cited;
mod contacts;
mod digest;
mod gaps;
mod health;
mod notes;
mod offerings;
mod ownership;
mod points;
mod talk;
mod target;
mod threads;
mod vitals;
mod words;
mod work;

use std::sync::Arc;

use serde::Serialize;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Event, Instant, Name, PersonId, Zone};
use utoipa::ToSchema;

pub use cited::{Cited, Listed, MAX_CITED};
pub use contacts::{ConsentLine, ContactLine, ContactsSection, KnownBy, LeftLine};
pub use gaps::{Fact, FactCounts, Gap};
pub use health::HealthSection;
pub use notes::{CompetitorLine, NoteLine, NotesSection};
pub use offerings::{UsedLine, WhitespaceLine, WhitespaceSection};
pub use ownership::{OwnerLine, OwnershipSection, TenureLine};
pub use points::{Point, PointKind};
pub use talk::{ChannelLine, CommunicationSection, PatternLine, PlannedLine};
pub use target::{Handing, Target};
pub use threads::Threads;
pub use vitals::{ContractLine, ProfileLine, TierLine, Vitals, YearLine};
pub use work::{
    ActionLine, CommitmentLine, CommitmentsSection, IssueLine, NeedLine, ObjectiveLine, OrderLine, PlanSection,
    ReviewLine,
};

use self::cited::Sources;
use crate::account::Account;
use crate::directory::{self, Directory};
use crate::finding::Finding;
use crate::health::HealthModel;
use crate::history::History;
use crate::merges::Whole;
use crate::moment::{AsOf, Day};

/// The version of the format of a brief.
pub const FORMAT: u32 = 1;

/// The most entries of a list.
pub const MAX_LINES: usize = 20;
/// The most contacts.
pub const MAX_CONTACTS: usize = 30;
/// The days in which what is to come is near, and what has passed is recent.
pub const SOON_DAYS: i64 = 90;

/// A question for a brief.
pub struct Question<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The events of its own stream up to the size, in the order of the ledger.
    pub events: &'a [Event],
    /// People, other accounts and the catalogue, as of the same moment at the same size.
    pub directory: &'a dyn Directory,
    /// The moment.
    pub as_of: Instant,
    /// The zone in which days are counted.
    pub zone: &'a Zone,
    /// How many events of the ledger are known.
    pub size: u64,
    /// What it is made for.
    pub target: Target,
}

/// A handover brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HandoverBrief)]
pub struct Brief {
    /// The account.
    pub account: AccountId,
    /// Which brief this is; what `handover.briefed` records of it.
    pub brief: Identity,
    /// How much of what a successor needs is known, in whole per cent rounded down.
    pub completeness: u8,
    /// How many facts that is.
    pub facts: FactCounts,
    /// The zone in which days are counted.
    pub zone: String,
    /// What it is made for.
    pub subject: Subject,
    /// What it says.
    pub sections: Sections,
}

/// What identifies a brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BriefIdentity)]
pub struct Identity {
    /// The moment that it speaks of.
    pub as_of: Instant,
    /// The size of the ledger that it was made at.
    pub size: u64,
    /// The version of its format.
    pub format: u32,
    /// The health model that it used, such as `health/1`: the one in force at the moment.
    pub model: String,
    /// The SHA-256, in hexadecimal, of the answer as compact JSON without this field and `resolved`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = true)]
    pub digest: String,
}

/// The lane that passes on, and between whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BriefSubject)]
pub struct Subject {
    /// Which role.
    pub role: Role,
    /// For which part of the account.
    pub scope: Scope,
    /// Who holds it, or hands it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<PersonId>,
    /// That person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_name: Option<Name>,
    /// The name of who takes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_name: Option<Name>,
    /// The handover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handing>,
}

/// The sections in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BriefSections)]
pub struct Sections {
    /// The three things to know: the first of `risks`.
    pub first: Vec<Point>,
    /// What the account is and brings in.
    pub vitals: Vitals,
    /// Who answers for it, who did, and why that changed.
    pub ownership: OwnershipSection,
    /// Whom we know there.
    pub contacts: ContactsSection,
    /// On whom the relationship hangs; absent where no interaction named a contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<Threads>,
    /// What the client wants to reach, the oldest first.
    pub needs: Listed<NeedLine>,
    /// The plan against time; absent where the account is managed by none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSection>,
    /// Orders that are not delivered yet, the oldest first.
    pub orders: Listed<OrderLine>,
    /// Issues that are open, the most severe first, then the oldest.
    pub issues: Listed<IssueLine>,
    /// Promises that are open, ours and theirs.
    pub commitments: CommitmentsSection,
    /// What is worth knowing.
    pub notes: NotesSection,
    /// How we are in touch.
    pub communication: CommunicationSection,
    /// How the account is doing, and what moves that.
    pub health: HealthSection,
    /// What the account uses and could use.
    pub whitespace: WhitespaceSection,
    /// Who competes, the last seen first.
    pub competition: Listed<CompetitorLine>,
    /// Everything that cannot wait, by rank.
    pub risks: Vec<Point>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Where what was reported contradicts itself, the newest first.
    pub contradictions: Listed<Finding>,
}

/// What the sections are worked out from.
struct Asked<'a> {
    account: &'a Account,
    /// The account with those that are merged into it, for figures; what is listed by itself is the account's own.
    whole: Whole,
    sources: Sources<'a>,
    directory: &'a dyn Directory,
    as_of: AsOf,
    at: Instant,
    day: Day,
    zone: &'a Zone,
    target: &'a Target,
    model: HealthModel,
}

impl Asked<'_> {
    fn name_of(&self, person: &PersonId) -> Option<Name> {
        self.directory.person(person).and_then(|person| person.name.clone())
    }

    /// Who holds the lane of the brief: of several, who began last.
    fn holder<'o>(&self, owners: &'o [OwnerLine]) -> Option<&'o OwnerLine> {
        let in_lane = |line: &&OwnerLine| {
            let owner = &line.owner.owner;
            owner.role == self.target.role && owner.scope == self.target.scope
        };
        owners.iter().filter(in_lane).max_by_key(|line| (line.owner.owner.from, line.owner.owner.event))
    }
}

/// The brief that answers a question.
pub fn brief(question: &Question<'_>) -> Brief {
    let as_of = AsOf::Instant(question.as_of);
    let history = History::of(question.events);
    let account = Arc::new(Account::fold_history(question.account.clone(), &history, &as_of));
    let asked = Asked {
        whole: Whole::of(Arc::clone(&account), question.directory),
        account: &account,
        sources: Sources::of(question.account, &history, &as_of),
        directory: question.directory,
        at: question.as_of,
        day: as_of.day_in(question.zone),
        as_of,
        zone: question.zone,
        target: &question.target,
        model: HealthModel::active(&question.directory.models()),
    };
    let mut sections = sections(&asked);
    sections.risks = points::points(&asked, &sections);
    sections.first = sections.risks.iter().take(points::FIRST).cloned().collect();
    let (gaps, facts) = gaps::gaps(&asked, &sections);
    sections.gaps = gaps;
    let mut brief = Brief {
        account: question.account.clone(),
        brief: identity(question, &asked.model),
        completeness: facts.percent(),
        facts,
        zone: question.zone.to_string(),
        subject: subject(&asked, &sections),
        sections,
    };
    brief.brief.digest = digest::digest(&brief);
    brief
}

fn identity(question: &Question<'_>, model: &HealthModel) -> Identity {
    let model = model.name();
    Identity { as_of: question.as_of, size: question.size, format: FORMAT, model, digest: String::new() }
}

fn subject(asked: &Asked<'_>, sections: &Sections) -> Subject {
    let holder = asked.holder(&sections.ownership.owners).map(|line| line.owner.owner.person.clone());
    let handover = asked.target.handover.clone();
    let from = handover.as_ref().map(|handover| handover.from.clone()).or(holder);
    let to = handover.as_ref().and_then(|handover| handover.to.as_ref());
    Subject {
        role: asked.target.role.clone(),
        scope: asked.target.scope.clone(),
        from_name: from.as_ref().and_then(|from| asked.name_of(from)),
        to_name: to.and_then(|to| asked.name_of(to)),
        from,
        handover,
    }
}

/// The sections without what is concluded from all of them.
fn sections(asked: &Asked<'_>) -> Sections {
    let contradictions = directory::findings(asked.account, asked.directory, asked.at).into_iter().rev().collect();
    Sections {
        first: Vec::new(),
        vitals: vitals::vitals(asked),
        ownership: ownership::ownership(asked),
        contacts: contacts::contacts(asked),
        threads: threads::threads(asked),
        needs: work::needs(asked),
        plan: work::plan(asked),
        orders: work::orders(asked),
        issues: work::issues(asked),
        commitments: work::commitments(asked),
        notes: notes::notes(asked),
        communication: talk::communication(asked),
        health: health::health(asked),
        whitespace: offerings::whitespace(asked),
        competition: notes::competition(asked),
        risks: Vec::new(),
        gaps: Vec::new(),
        contradictions: Listed::cut(contradictions, MAX_LINES),
    }
}
