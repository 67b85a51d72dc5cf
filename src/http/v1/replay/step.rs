//! One step of a replay: what is known there, and how accounts are read and scored by it.

use std::cell::OnceCell;
use std::sync::Arc;

use tenure_replay::account::Status;
use tenure_replay::health::{HealthModel, health};
use tenure_replay::merges::Whole;
use tenure_replay::{Account, AsOf, ownership};

use super::ReplayFilter;
use super::row::{ReplayRow, Scored};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::v1::accounts::wants;
use crate::http::v1::health::named;
use crate::http::v1::health_history::Reading;
use crate::http::v1::known::Known;
use crate::view::View;

/// By which models accounts are scored, and from what.
pub(super) struct Models {
    /// The one that restates; as it was reported counts the one that was in force.
    restating: Option<HealthModel>,
    /// The one whose scores stand beside.
    compared: Option<HealthModel>,
    /// What the question knows; it remembers what one step read of other accounts for the next.
    view: View,
}

impl Models {
    pub(super) fn of(ask: &Ask<ReplayFilter>) -> Result<Self, Problem> {
        let filter = &ask.filter;
        let in_force = || HealthModel::active(&ask.view.models(ask.as_of()));
        let chosen = filter.model.as_ref().map(|name| named(ask, "model", name)).transpose()?;
        let restating = match filter.reading.unwrap_or(Reading::Restated) {
            Reading::Restated => Some(chosen.unwrap_or_else(in_force)),
            Reading::Reported => None,
        };
        let compared = filter.compare.as_ref().map(|name| named(ask, "compare", name)).transpose()?;
        Ok(Self { restating, compared, view: ask.view.remembering() })
    }
}

/// A moment of a replay, shared by the accounts that have a step there.
pub(super) struct Place {
    pub(super) as_of: AsOf,
    /// Made where an account has a row here; there may be far more steps than rows.
    known: OnceCell<Box<Known>>,
}

impl Place {
    pub(super) fn at(as_of: AsOf) -> Self {
        Self { as_of, known: OnceCell::new() }
    }

    /// What is known there: all that the question takes as known, or what was known of it at that moment.
    pub(super) fn known(&self, ask: &Ask<ReplayFilter>, models: &Models) -> Result<&Known, Problem> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let known = Known::at(ask, &models.view, ask.filter.reading.unwrap_or(Reading::Restated), &self.as_of)?;
        Ok(self.known.get_or_init(|| Box::new(known)))
    }

    /// An account that stands as of this moment; `None` before its first event, and where it is filtered out.
    pub(super) fn row(
        &self,
        ask: &Ask<ReplayFilter>,
        models: &Models,
        account: Account,
    ) -> Result<Option<ReplayRow>, Problem> {
        // What is filtered out costs no more than its fold.
        if account.status(&self.as_of) == Status::Unknown || !ask.filter.wants(&account) {
            return Ok(None);
        }
        let known = self.known(ask, models)?;
        let directory = &known.directory;
        let status = ownership::status(&account, directory, &self.as_of);
        let owners = ownership::managers(&account, directory, &self.as_of);
        let whole = Whole::of(Arc::new(account), directory);
        let score = |model: &HealthModel| health(&whole, directory, model, &self.as_of, &ask.moment.zone);
        let scored = Scored {
            reading: if models.restating.is_some() { Reading::Restated } else { Reading::Reported },
            status,
            owners,
            health: score(models.restating.as_ref().unwrap_or_else(|| known.in_force())),
            compared: models.compared.as_ref().map(score),
        };
        directory.check()?;
        Ok(Some(ReplayRow::of(&whole, &self.as_of, scored)))
    }
}

impl ReplayFilter {
    fn wants(&self, account: &Account) -> bool {
        let profile = account.profile();
        wants(self.region.as_ref(), profile.region.as_ref()) && wants(self.tier.as_ref(), profile.tier.as_ref())
    }
}
