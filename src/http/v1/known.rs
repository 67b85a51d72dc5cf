//! What is known at a step through history: all that the question takes as known, or what was known at that moment.

use std::cell::OnceCell;

use tenure_replay::health::HealthModel;
use tenure_replay::{AsOf, Directory as _};

use super::health_history::Reading;
use crate::http::ask::Ask;
use crate::view::{View, ViewDirectory, ViewError};

/// What is known at a step.
pub(super) struct Known {
    pub(super) view: View,
    pub(super) directory: ViewDirectory,
    in_force: OnceCell<HealthModel>,
}

impl Known {
    /// What is known at a moment by one of the readings.
    ///
    /// `view` is the question's, so that what one step read of other accounts is remembered at the next.
    pub(super) fn at<F>(ask: &Ask<F>, view: &View, reading: Reading, as_of: &AsOf) -> Result<Self, ViewError> {
        let view = match reading {
            Reading::Restated => view.clone(),
            Reading::Reported => ask.moment.knowing.then(view, as_of.instant())?,
        };
        let directory = view.directory(as_of);
        Ok(Self { view, directory, in_force: OnceCell::new() })
    }

    /// The health model that is in force at the moment.
    pub(super) fn in_force(&self) -> &HealthModel {
        self.in_force.get_or_init(|| HealthModel::active(&self.directory.models()))
    }
}
