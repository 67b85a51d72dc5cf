//! The portfolio: scores, quadrants, places and proposals, with values worked out by hand.

mod proposals;
mod ranks;
mod scores;

use serde_json::{Value, json};
use tenure_replay::Directory;
use tenure_replay::portfolio::{AttractivenessModel, Cap, PortfolioRow, Quadrant, ReasonCode, Score, judge, portfolio};
use tenure_schemas::Event;
use tenure_schemas::models::{AttractivenessSpec, TypedSpec};

use crate::kit::*;

/// The criteria of attractiveness as the documentation lists them: weights 25, 20, 20, 15, 10, 10.
const CRITERIA: [&str; 6] =
    ["revenue_potential", "growth", "margin_potential", "strategic_fit", "openness", "cost_to_serve"];

/// The criteria of strength: weights 30, 25, 20, 15, 10.
const STRENGTH: [&str; 5] = ["quality", "delivery", "price", "innovation", "relationship"];

/// A ledger in which accounts are opened and assessed on the first days of 2024.
#[derive(Default)]
struct Book(Vec<Event>);

impl Book {
    fn and(mut self, account: &str, time: &str, kind: &str, payload: Value) -> Self {
        let event = on(&format!("account/{account}"), self.0.len() as u64, time, kind, payload);
        self.0.push(event);
        self
    }

    fn opened(self, account: &str) -> Self {
        self.and(account, "2024-01-01", "account.opened", json!({"name": account}))
    }

    fn assessed(self, account: &str, time: &str, criterion: &str, value: u8, subject: &str) -> Self {
        let says = json!({
            "model": "attractiveness/1", "criterion": criterion, "value": value, "rationale": "-", "subject": subject,
        });
        self.and(account, time, "account.criterion_assessed", says)
    }

    /// Assesses a group of criteria in its order; `None` leaves one out.
    fn all(mut self, account: &str, subject: &str, values: &[Option<u8>]) -> Self {
        let group: &[&str] = if subject == "account" { &CRITERIA } else { &STRENGTH };
        for (criterion, value) in group.iter().zip(values) {
            if let Some(value) = value {
                self = self.assessed(account, "2024-01-02", criterion, *value, subject);
            }
        }
        self
    }

    /// An open account with every criterion of attractiveness at the same value.
    fn even(self, account: &str, value: u8) -> Self {
        self.opened(account).all(account, "account", &[Some(value); 6])
    }

    fn decided(self, account: &str, tier: &str, manage_as_key: bool) -> Self {
        let says = json!({"tier": tier, "manage_as_key": manage_as_key, "rationale": "-"});
        self.and(account, "2024-01-03", "account.tier_decided", says)
    }

    /// An event of another making, at the next position.
    fn push(mut self, event: impl FnOnce(u64) -> Event) -> Self {
        let event = event(self.0.len() as u64);
        self.0.push(event);
        self
    }

    fn rows(&self) -> Vec<PortfolioRow> {
        self.rows_by("2024-12-31", &AttractivenessModel::built_in(), None)
    }

    fn rows_by(&self, time: &str, model: &AttractivenessModel, cap: Option<u32>) -> Vec<PortfolioRow> {
        let as_of = as_of(time);
        let firm = Firm::of(&self.0, &as_of);
        let accounts = firm.may_be_merged_into(&acme()).into_iter().filter_map(|id| firm.account(&id));
        let judged = accounts.filter_map(|account| judge(&account, &firm, &as_of, model)).collect();
        let cap = cap.map_or_else(|| Cap::of_model(model), Cap::asked);
        portfolio(judged, model, &cap)
    }

    /// The only row.
    fn row(&self) -> PortfolioRow {
        let mut rows = self.rows();
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }
}

/// A version of the model whose spec differs in some places.
fn model(version: u32, changes: &[(&str, Value)]) -> AttractivenessModel {
    let mut spec = json!(AttractivenessSpec::built_in());
    for (pointer, value) in changes {
        *spec.pointer_mut(pointer).unwrap() = value.clone();
    }
    let spec = AttractivenessSpec::read(&serde_json::from_value(spec).unwrap()).unwrap();
    AttractivenessModel::of_spec(version, spec)
}

fn bounds(score: Option<&Score>) -> Option<(i64, i64)> {
    score.map(|score| (score.min, score.max))
}

fn codes(rows: &[PortfolioRow]) -> Vec<(&str, ReasonCode)> {
    rows.iter().map(|row| (row.account.as_str(), row.reasons[0].code)).collect()
}

fn ids(rows: &[PortfolioRow]) -> Vec<&str> {
    rows.iter().map(|row| row.account.as_str()).collect()
}

fn quadrant(row: &PortfolioRow) -> (Option<Quadrant>, Vec<Quadrant>) {
    (row.quadrant, row.possible.clone())
}
