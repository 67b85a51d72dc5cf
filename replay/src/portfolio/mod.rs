//! The portfolio: which accounts deserve key-account management and which do not, with reasons.
//!
//! McDonald's directional policy matrix by `model/attractiveness`: what an account could be for us, against how we stand
//! with it beside the best competitor. Both come from what people assessed ([`crate::account::Assessment`]): of each
//! criterion the latest assessment counts, under whichever version of the model it was made. All figures are whole
//! thousandths; a missing criterion makes a figure an interval, and a quadrant undecided where the cut lies inside.
//! Accounts that are merged into another are not in it, and neither they nor their assessments count for the survivor;
//! closed ones are in it without a place. The model only proposes: what people decided stands beside it.

mod cap;
mod evidence;
mod model;
mod proposal;
mod quadrant;
mod rank;
mod score;
mod strength;
mod summary;

use std::collections::BTreeMap;

use serde::Serialize;
use tenure_schemas::models::{AttractivenessSpec, TypedSpec};
use tenure_schemas::{AccountId, Name, PersonId};
use utoipa::ToSchema;

pub use self::cap::{Cap, CapSource};
pub use self::evidence::{Earned, Evidence, evidence};
pub use self::model::AttractivenessModel;
pub use self::proposal::{Proposal, Reason, ReasonCode};
pub use self::quadrant::Quadrant;
pub use self::rank::{Contender, Rank, ranks};
pub use self::score::{CriterionScore, Level, Score};
pub use self::strength::{CompetitorScore, Ratio, Strength, StrengthUnknown};
pub use self::summary::{Decisions, Quadrants, Summary};
use crate::account::{Account, Assessment, Status, TierDecision};
use crate::directory::Directory;
use crate::moment::AsOf;
use crate::ownership;

/// One account by the model, before it is put in order with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    account: AccountId,
    name: Option<Name>,
    region: Option<Name>,
    owners: Vec<PersonId>,
    /// Since when it is closed, for people.
    closed_since: Option<String>,
    attractiveness: Option<Score>,
    level: Level,
    strength: Strength,
    decided: Option<TierDecision>,
}

/// An account in the portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PortfolioRow {
    /// The account.
    pub account: AccountId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The sales region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// Who is account manager of record at the moment, inherited or not.
    pub owners: Vec<PersonId>,
    /// The model with its version, such as `attractiveness/1`.
    pub model: String,
    /// What the model proposes.
    pub proposal: Proposal,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Its place among the open accounts that were assessed, and how far that rests on weights and missing criteria;
    /// absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Rank>,
    /// The quadrant; absent of a closed account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quadrant: Option<Quadrant>,
    /// The quadrants that are possible where it is undecided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<Quadrant>,
    /// How attractive it is; absent where nothing of that was assessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attractiveness: Option<Score>,
    /// How we stand beside the best competitor.
    pub strength: Strength,
    /// What people decided last; absent where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<TierDecision>,
    /// Whether people decided to manage it as a key account where that is proposed, and not to where it is not; `null`
    /// where nobody decided, or the model cannot say.
    #[schema(required = true)]
    pub agrees: Option<bool>,
    /// What the ledger itself knows, for comparison; it is in no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What rows are sorted by: those with a place first, in the order of that, then those that were not assessed, then the
/// closed ones.
pub type RowKey = (u8, i64, i64, AccountId);

impl PortfolioRow {
    /// What the order of rows rests on; it is the same however many rows there are.
    pub fn key(&self) -> RowKey {
        let class = match (&self.attractiveness, self.quadrant) {
            (_, None) => 2,
            (None, Some(_)) => 1,
            (Some(_), Some(_)) => 0,
        };
        let score = self.attractiveness.as_ref().map_or(0, |score| score.min);
        (class, -score, -order_of(&self.strength), self.account.clone())
    }
}

/// What goes before among equally attractive accounts; an unknown ratio comes last.
fn order_of(strength: &Strength) -> i64 {
    strength.ratio.map_or(-1, Ratio::order)
}

/// Judges an account that stands as of the moment; `None` where it has no event by then or is merged into another.
pub fn judge(
    account: &Account,
    directory: &dyn Directory,
    as_of: &AsOf,
    model: &AttractivenessModel,
) -> Option<Judged> {
    let closed_since = match account.status(as_of) {
        Status::Unknown | Status::Merged => return None,
        Status::Closed => closed_since(account),
        Status::Unassigned | Status::Owned | Status::Orphaned => None,
    };
    let (spec, latest) = (model.spec(), Latest::of(account));
    let attractiveness = Score::of(&spec.criteria, &latest.account);
    let cut = spec.cuts.attractiveness.decimal();
    let level = |score: &Score| Level::of(Some(score.min), Some(score.max), cut);
    Some(Judged {
        account: account.account().clone(),
        name: account.profile().name.clone(),
        region: account.profile().region.clone(),
        owners: ownership::managers(account, directory, as_of),
        closed_since,
        level: attractiveness.as_ref().map_or(Level::Undecided, level),
        attractiveness,
        strength: Strength::of(&spec.strength, spec.cuts.strength.decimal(), &latest.us, &latest.competitors),
        decided: account.tier_decisions().next_back().cloned(),
    })
}

/// The day on which a closed account was closed, or the instant where more than the day is known.
fn closed_since(account: &Account) -> Option<String> {
    let closure = account.lifecycle().closed_now()?;
    Some(closure.from_date.map_or_else(|| closure.from.to_string(), |date| date.to_string()))
}

/// The latest assessment of each criterion by the model, by who is assessed.
#[derive(Default)]
struct Latest<'a> {
    account: BTreeMap<&'a Name, &'a Assessment>,
    us: BTreeMap<&'a Name, &'a Assessment>,
    competitors: BTreeMap<&'a str, BTreeMap<&'a Name, &'a Assessment>>,
}

impl<'a> Latest<'a> {
    fn of(account: &'a Account) -> Self {
        let mut latest = Self::default();
        for said in account.assessments().filter(|said| said.model_name() == AttractivenessSpec::MODEL) {
            let of_subject = match (said.competitor(), said.subject.as_str()) {
                (Some(competitor), _) => latest.competitors.entry(competitor).or_default(),
                (None, "us") => &mut latest.us,
                (None, _) => &mut latest.account,
            };
            of_subject.insert(&said.criterion, said);
        }
        latest
    }
}

/// Puts judged accounts in order and proposes: every account once, by [`PortfolioRow::key`].
pub fn portfolio(judged: Vec<Judged>, model: &AttractivenessModel, cap: &Cap) -> Vec<PortfolioRow> {
    let places = places(&judged, model);
    let of = judged.iter().filter(|one| one.is_open() && one.level == Level::High).count();
    let of = u32::try_from(of).unwrap_or(u32::MAX);
    let rows = judged.into_iter().zip(places).map(|(one, place)| row(one, place, model, cap, of));
    let mut rows: Vec<PortfolioRow> = rows.collect();
    rows.sort_by_cached_key(PortfolioRow::key);
    rows
}

/// The place of each account; `None` of those that have none.
fn places(judged: &[Judged], model: &AttractivenessModel) -> Vec<Option<Rank>> {
    let score = |one: &Judged| one.attractiveness.clone().filter(|_| one.is_open());
    let scores: Vec<Option<Score>> = judged.iter().map(score).collect();
    let contender = |(one, score): (_, &Score)| {
        let one: &Judged = one;
        let values = score.criteria.iter().map(CriterionScore::bounds).collect();
        Contender { account: &one.account, values, strength: order_of(&one.strength) }
    };
    let with_score = judged.iter().zip(&scores).filter_map(|(one, score)| Some((one, score.as_ref()?)));
    let contenders: Vec<Contender<'_>> = with_score.map(contender).collect();
    // All scores have the model's criteria in the same order.
    let of_first = scores.iter().flatten().next().map(|score| score.criteria.iter().map(|one| one.weight).collect());
    let weights: Vec<u32> = of_first.unwrap_or_default();
    let mut ranks = ranks(&weights, model.sensitivity(), &contenders).into_iter();
    scores.iter().map(|score| score.as_ref().and_then(|_| ranks.next())).collect()
}

fn row(judged: Judged, place: Option<Rank>, model: &AttractivenessModel, cap: &Cap, of: u32) -> PortfolioRow {
    let cut = model.spec().cuts.attractiveness.decimal();
    // Those that are surely attractive enough are before all others.
    let reason = proposal::reason(&judged, &model.name(), cut, cap, place.map_or(0, |place| place.rank), of);
    let (quadrant, possible) = match (&judged.closed_since, &judged.attractiveness) {
        (Some(_), _) => (None, Vec::new()),
        (None, None) => (Some(Quadrant::NotAssessed), Vec::new()),
        (None, Some(_)) => {
            let (quadrant, possible) = Quadrant::of(judged.level, judged.strength.level);
            (Some(quadrant), possible)
        }
    };
    PortfolioRow {
        agrees: reason.code.agrees(judged.decided.as_ref().map(|decided| decided.manage_as_key)),
        proposal: reason.code.proposal(),
        reasons: vec![reason],
        account: judged.account,
        name: judged.name,
        region: judged.region,
        owners: judged.owners,
        model: model.name(),
        place,
        quadrant,
        possible,
        attractiveness: judged.attractiveness,
        strength: judged.strength,
        decided: judged.decided,
        evidence: None,
    }
}

impl Judged {
    fn is_open(&self) -> bool {
        self.closed_since.is_none()
    }
}
