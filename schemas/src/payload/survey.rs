//! Answers to surveys.

use super::shape::payload;
use crate::values::{Rating, Score, words};
use crate::{Check, ContactId, Invalid, Name};

words! {
    /// The question that was asked; it gives the score its range.
    Instrument {
        /// Net promoter score, 0 to 10.
        Nps = "nps",
        /// Customer satisfaction, 1 to 5.
        Csat = "csat",
        /// Customer effort, 1 to 7.
        Ces = "ces",
        /// Importance against performance of one metric, 1 to 5 each.
        MetricGap = "metric_gap",
    }
}

impl Instrument {
    /// The lowest and the highest score.
    pub fn range(self) -> (u8, u8) {
        match self {
            Self::Nps => (0, 10),
            Self::Csat | Self::MetricGap => (1, 5),
            Self::Ces => (1, 7),
        }
    }
}

payload! {
    /// A contact answered.
    Responded {
        /// The question that was asked.
        instrument: Instrument,
        /// The answer, in the instrument's range.
        score: Score,
        /// For `metric_gap`: how important the metric is to the client.
        importance?: Rating,
        /// For `metric_gap`: which metric.
        metric?: Name,
        /// Who answered.
        contact?: ContactId,
    }
}

impl Check for Responded {
    fn check(&self) -> Result<(), Invalid> {
        let (low, high) = self.instrument.range();
        let score = self.score.get();
        if !(low..=high).contains(&score) {
            let message = format!("{score} is out of range: {} goes from {low} to {high}", self.instrument);
            return Err(Invalid::at("score", message));
        }
        let is_gap = self.instrument == Instrument::MetricGap;
        match (is_gap, self.metric.is_some(), self.importance.is_some()) {
            (true, false, _) => Err(Invalid::at("metric", "is missing: metric_gap needs it")),
            (true, true, false) => Err(Invalid::at("importance", "is missing: metric_gap needs it")),
            _ => Ok(()),
        }
    }
}
