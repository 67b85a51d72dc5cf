//! `/v1/portfolio` and `/v1/portfolio/summary`: which accounts deserve key-account management by a model, which do not,
//! and what people decided.

use std::sync::Arc;

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::merges::Whole;
use tenure_replay::models::Model;
use tenure_replay::portfolio::{
    self, AttractivenessModel, Cap, PortfolioRow, Proposal, Quadrant, RowKey, Summary, evidence,
};
use tenure_replay::{AsOf, Directory};
use tenure_schemas::payload::account::Tier;
use tenure_schemas::{Instant, Name, PersonId};
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::accounts::wants;
use crate::http::ask::{Among, Ask};
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, flag, parse_whole};
use crate::http::problem::Problem;
use crate::http::render::{Answer, List};

/// The value of `cap` for what our people can carry.
const CAPACITIES: &str = "capacities";

/// By which model, and how many at most.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Measures {
    /// The version of the model, such as `attractiveness/1`; the one in force at the moment when absent. Any version
    /// that is known may be asked for, also one that was published after the moment.
    #[param(example = "attractiveness/1")]
    model: Option<String>,
    /// How many accounts are proposed at most: a number, or `capacities` for the sum of the capacities of those who work
    /// for us. What the model says when absent.
    #[param(example = "20")]
    cap: Option<String>,
}

impl Filter for Measures {}

/// Which accounts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Choice {
    /// Only accounts in this quadrant.
    #[param(inline)]
    quadrant: Option<Quadrant>,
    /// Only accounts of this tier, as people decided.
    #[param(inline)]
    tier: Option<Tier>,
    /// Only accounts of this region.
    #[param(value_type = Option<String>)]
    region: Option<Name>,
    /// Only accounts whose account manager of record (`primary` of the whole account) is this person, inherited ones
    /// included.
    #[param(value_type = Option<String>)]
    owner: Option<PersonId>,
    /// Only what is proposed to be managed as key accounts, or only the others.
    #[param(inline)]
    proposal: Option<Proposal>,
    /// Only accounts on which people decided as is proposed, or only those on which they decided otherwise.
    #[param(value_type = Option<bool>)]
    #[serde(default, deserialize_with = "flag")]
    agrees: Option<bool>,
}

/// By which model, how many at most, and which accounts are wanted.
#[derive(Deserialize)]
pub(in crate::http) struct PortfolioFilter {
    #[serde(flatten)]
    measures: Measures,
    #[serde(flatten)]
    choice: Choice,
}

impl utoipa::IntoParams for PortfolioFilter {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [Measures::into_params(&parameter_in), Choice::into_params(&parameter_in)].concat()
    }
}

impl Filter for PortfolioFilter {}

impl Row for PortfolioRow {
    const COLUMNS: &'static [&'static str] = &[
        "place.rank",
        "place.best",
        "place.worst",
        "account",
        "name",
        "region",
        "owners",
        "proposal",
        "reasons",
        "quadrant",
        "possible",
        "attractiveness.min",
        "attractiveness.max",
        "attractiveness.missing",
        "strength.ratio.min",
        "strength.ratio.max",
        "strength.unknown",
        "decided.tier",
        "decided.manage_as_key",
        "decided.decided_at",
        "decided.by.id",
        "decided.event",
        "agrees",
        "evidence.growth.growth",
        "evidence.breadth.effective_contacts",
        "evidence.reciprocity.share",
        "evidence.earned",
        "model",
    ];
}

/// Which accounts to manage as key accounts, and which not, with reasons
///
/// McDonald's directional policy matrix: the attractiveness of each account and our strength beside the best competitor,
/// from what people assessed (`account.criterion_assessed`), in thousandths. A criterion that was never assessed makes a
/// figure an interval, and the quadrant `undecided` where the cut lies inside. `place` says how far the order rests on
/// the weights and on what is missing. Beside it stand what people decided, and what the ledger itself knows
/// (`evidence`). The model only proposes.
///
/// In the order of the places, then what was not assessed, then closed accounts, by id. `/v1/portfolio/summary` counts.
#[utoipa::path(get, path = "/v1/portfolio", tag = "across accounts", params(Measures, Choice, Dated, Paged),
    responses((status = 200, description = "A page of accounts", body = List<PortfolioRow>)))]
pub(in crate::http) async fn accounts(call: Call) -> Response {
    call.list(Reach::All, page).await
}

/// The portfolio in a few numbers
///
/// Which model counts, how many accounts are in each quadrant, how many are proposed under which cap, and how often
/// people decided otherwise.
#[utoipa::path(get, path = "/v1/portfolio/summary", tag = "across accounts", params(Measures, Dated),
    responses((status = 200, description = "The numbers", body = Answer<Summary>)))]
pub(in crate::http) async fn summary(call: Call) -> Response {
    call.document(Reach::All, |ask: &Ask<Measures>| {
        let matrix = Matrix::of(ask, &ask.filter)?;
        Ok(Summary::of(&matrix.rows, &matrix.model, &matrix.cap))
    })
    .await
}

fn page(ask: &Ask<PortfolioFilter>) -> Result<Page<RowKey, PortfolioRow>, Problem> {
    let PortfolioFilter { measures, choice } = &ask.filter;
    let rows = Matrix::of(ask, measures)?.rows.into_iter().filter(|row| choice.takes(row));
    let mut page = ask.page(rows.map(|row| (row.key(), row)))?;
    for row in &mut page.items {
        add_evidence(ask, row)?;
    }
    Ok(page)
}

/// Adds what the ledger itself knows, which only the rows that are shown need.
fn add_evidence(ask: &Ask<PortfolioFilter>, row: &mut PortfolioRow) -> Result<(), Problem> {
    ask.go_on()?;
    let directory = ask.directory();
    if let Some(account) = ask.view.account(&row.account, ask.as_of())? {
        let accounts = Whole::of(account, &directory);
        row.evidence = Some(evidence(&accounts, &directory, ask.as_of(), &ask.moment.zone));
    }
    directory.finish()?;
    Ok(())
}

impl Choice {
    fn takes(&self, row: &PortfolioRow) -> bool {
        wants(self.quadrant.as_ref(), row.quadrant.as_ref())
            && wants(self.tier.as_ref(), row.decided.as_ref().map(|decided| &decided.tier))
            && wants(self.region.as_ref(), row.region.as_ref())
            && self.owner.as_ref().is_none_or(|owner| row.owners.contains(owner))
            && wants(self.proposal.as_ref(), Some(&row.proposal))
            && wants(self.agrees.as_ref(), row.agrees.as_ref())
    }
}

/// All accounts by a model, in order.
struct Matrix {
    model: AttractivenessModel,
    cap: Cap,
    rows: Vec<PortfolioRow>,
}

impl Matrix {
    fn of<F>(ask: &Ask<F>, measures: &Measures) -> Result<Self, Problem> {
        let directory = ask.directory();
        let model = match &measures.model {
            Some(name) => named(ask, name)?,
            None => AttractivenessModel::active(&directory.models()),
        };
        let cap = cap_of(ask, measures.cap.as_deref(), &model)?;
        let mut judged = Vec::new();
        ask.each_account(&Among::All, None, |account| {
            judged.extend(portfolio::judge(account, &directory, ask.as_of(), &model));
            true
        })?;
        directory.finish()?;
        let rows = portfolio::portfolio(judged, &model, &cap);
        Ok(Self { model, cap, rows })
    }
}

/// The version of the model that a parameter names, whenever it was published.
fn named<F>(ask: &Ask<F>, name: &str) -> Result<AttractivenessModel, Problem> {
    let models = ask.view.models(&AsOf::Instant(Instant::MAX));
    let version = name.strip_prefix("attractiveness/").and_then(|version| version.parse().ok());
    version.and_then(|version| AttractivenessModel::version_of(&models, version)).ok_or_else(|| {
        let known = models.get("attractiveness").into_iter().flat_map(Model::versions);
        let known: Vec<_> = known.map(|version| format!("attractiveness/{}", version.version)).collect();
        let known = known.join(" or ");
        Problem::bad("model", format!("\"{name}\" is no known version of the attractiveness model: give {known}"))
    })
}

/// How many accounts are proposed at most.
fn cap_of<F>(ask: &Ask<F>, cap: Option<&str>, model: &AttractivenessModel) -> Result<Cap, Problem> {
    match cap {
        None => Ok(Cap::of_model(model)),
        Some(CAPACITIES) => {
            let people: Vec<_> = ask.view.person_ids().filter_map(|id| ask.view.person(id, ask.as_of())).collect();
            Ok(Cap::of_capacities(people.iter().map(Arc::as_ref), ask.instant(), model))
        }
        Some(text) => {
            let number = parse_whole("cap", "cap", text).ok().and_then(|number| u32::try_from(number).ok());
            let refused = || format!("\"{text}\" is no cap: give a whole number up to {}, or {CAPACITIES}", u32::MAX);
            number.map(Cap::asked).ok_or_else(|| Problem::bad("cap", refused()))
        }
    }
}
