//! `service`: what open issues, and those that came back, burden the client with.
//!
//! `100·0.5^(B/b)` with `B = Σ severity·(1 + age/sla)` over the open issues, and a share of the severity of each
//! reopening of late. Open is what is not resolved, closed or moved away; its age counts from its last opening.

use std::collections::BTreeMap;

use super::Missing;
use super::measure::{Context, FULL, Measure, Part, but, count, figure, float};
use crate::account::{Account, Issue};
use crate::engagement::age_days;

/// What one event burdens the client with: an issue that it opened and that is open, or its coming back.
#[derive(Clone, Copy, Default)]
struct Burden {
    event: u64,
    open: f64,
    reopened: f64,
}

/// The burdens, in the order of their events.
pub(super) struct Load {
    burdens: Vec<Burden>,
    issues: usize,
    open_issues: usize,
    reopened_share: f64,
    half_burden: f64,
}

impl Load {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let spec = &context.spec.dimensions.service;
        let mut burdens: BTreeMap<u64, Burden> = BTreeMap::new();
        let issues: Vec<&Issue> = context.accounts().flat_map(Account::issues).collect();
        for issue in &issues {
            for (event, open, reopened) in burdens_of(context, issue) {
                let burden = burdens.entry(event).or_insert(Burden { event, ..Burden::default() });
                burden.open += open;
                burden.reopened += reopened;
            }
        }
        Self {
            burdens: burdens.into_values().collect(),
            issues: issues.len(),
            open_issues: issues.iter().filter(|issue| issue.is_open()).count(),
            reopened_share: float(spec.reopened_share),
            half_burden: float(spec.half_burden),
        }
    }

    fn sum(&self, without: Option<usize>) -> f64 {
        let open: f64 = but(&self.burdens, without).map(|burden| burden.open).sum();
        let reopened: f64 = but(&self.burdens, without).map(|burden| burden.reopened).sum();
        open + self.reopened_share * reopened
    }
}

/// What an issue burdens with, by the event that opened it: as an open one, and as one that came back.
fn burdens_of(context: &Context<'_>, issue: &Issue) -> Vec<(u64, f64, f64)> {
    let spec = &context.spec.dimensions.service;
    let severity = float(spec.severities.get(issue.severity));
    let mut burdens = Vec::new();
    if let Some(opening) = issue.openings.last().filter(|_| issue.is_open()) {
        let late = f64::from(context.age(&opening.when)) / sla_days(context, issue);
        burdens.push((opening.event, severity * (1.0 + late), 0.0));
    }
    let recent = |opening: &&crate::account::Opening| context.age(&opening.when) < spec.reopened_days.get();
    let reopenings = issue.openings.iter().filter(|opening| opening.is_reopening).filter(recent);
    burdens.extend(reopenings.map(|opening| (opening.event, 0.0, severity)));
    burdens
}

/// In how many whole days an issue is to be resolved: from its raising on, where it says so and that is later.
fn sla_days(context: &Context<'_>, issue: &Issue) -> f64 {
    let raised = issue.openings.first().map(|opening| opening.when.date_in(context.zone));
    let agreed = raised.zip(issue.resolve_by).map(|(raised, by)| age_days(raised, by.date_in(context.zone)));
    match agreed.filter(|days| *days > 0) {
        Some(days) => f64::from(days),
        None => float(context.spec.dimensions.service.sla_days.get(issue.severity)),
    }
}

impl Measure for Load {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        if self.issues == 0 {
            return Err(Missing::NoIssue);
        }
        Ok(FULL * libm::exp2(-self.sum(without) / self.half_burden))
    }

    fn parts(&self) -> Vec<Part> {
        let heaviness = |burden: &Burden| burden.open + self.reopened_share * burden.reopened;
        self.burdens.iter().map(|burden| Part { event: burden.event, heaviness: heaviness(burden) }).collect()
    }

    fn evidence(&self) -> usize {
        self.issues
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("burden", figure(self.sum(None))), ("open_issues", figure(count(self.open_issues)))])
    }
}
