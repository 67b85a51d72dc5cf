//! Coverage: who stands in for an owner during an absence; accountability stays with the owner.

use imbl::Vector;
use serde::Serialize;
use tenure_schemas::payload::ownership::{CoverageEnded, CoverageStarted, Role, Scope};
use tenure_schemas::{Instant, PersonId};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::finding::FindingCode;
use crate::span::Span;

/// The longest coverage, in days; what lasts longer should be a transfer.
const MAX_DAYS: i64 = 90;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// One person standing in for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Coverage {
    /// Who is away.
    pub owner: PersonId,
    /// Who stands in.
    pub delegate: PersonId,
    /// The roles that are covered; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The scopes that are covered; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// Since when.
    pub from: Instant,
    /// The first instant at which it holds no more.
    pub to: Instant,
    /// The position of the event that started it.
    pub event: u64,
}

impl Coverage {
    /// The time that it covers.
    pub fn span(&self) -> Span {
        Span::new(self.from, Some(self.to))
    }
}

pub(crate) fn start(coverages: &mut Vector<Coverage>, started: &CoverageStarted, step: &mut Step<'_>) {
    let at = step.at();
    if started.owner == started.delegate {
        step.find(FindingCode::CoverageByOwner, format!("{} covers their own absence", started.owner));
    }
    if started.until.as_micros().saturating_sub(at.as_micros()) > MAX_DAYS * MICROS_PER_DAY {
        let message = format!("the coverage until {} is longer than {MAX_DAYS} days", started.until);
        step.find(FindingCode::CoverageTooLong, message);
    }
    let running = coverages.iter().filter(|running| running.span().contains(at));
    let chained = running.filter(|other| other.owner == started.delegate || other.delegate == started.owner);
    let others: Vec<u64> = chained.map(|other| other.event).collect();
    if !others.is_empty() {
        let message =
            format!("{} stands in for {} while one of them is in another coverage", started.delegate, started.owner);
        step.find_with(FindingCode::CoverageChained, &others, message);
    }
    let coverage = Coverage {
        owner: started.owner.clone(),
        delegate: started.delegate.clone(),
        roles: started.roles.clone().unwrap_or_default(),
        scopes: started.scopes.clone().unwrap_or_default(),
        from: at,
        to: started.until,
        event: step.position(),
    };
    step.note_new(|| format!("coverage.{}", started.owner), &coverage);
    coverages.push_back(coverage);
}

pub(crate) fn end(coverages: &mut Vector<Coverage>, ended: &CoverageEnded, step: &mut Step<'_>) {
    let at = step.at();
    let mut running = coverages.iter_mut().filter(|running| running.span().contains(at));
    let Some(coverage) = running.find(|running| running.owner == ended.owner && running.delegate == ended.delegate)
    else {
        let message = format!("{} did not stand in for {}", ended.delegate, ended.owner);
        return step.find(FindingCode::CoverageNotFound, message);
    };
    step.set(|| format!("coverage.{}.to", ended.owner), &mut coverage.to, at);
}
