//! What contacts answered to surveys.

use std::sync::Arc;

use imbl::OrdMap;
use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::payload::survey::{Instrument, Responded};
use tenure_schemas::values::{Rating, Score};
use tenure_schemas::{ContactId, Instant, Name};
use utoipa::ToSchema;

use crate::effects::Step;
use crate::moment::{Bound, civil_date};

/// One answer to a survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SurveyResponse {
    /// The question that was asked.
    pub instrument: Instrument,
    /// The answer: `nps` 0 to 10, `csat` 1 to 5, `ces` 1 to 7; of a `metric_gap` how well we do, 1 to 5.
    pub score: Score,
    /// Of a `metric_gap` how important the metric is to the client, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance: Option<Rating>,
    /// The metric of a `metric_gap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<Name>,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// When.
    pub responded_at: Instant,
    /// The civil date of the answer, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub responded_date: Option<Date>,
    /// The position of the event that says so.
    pub event: u64,
}

impl SurveyResponse {
    /// When it was given, for comparing with moments.
    pub fn when(&self) -> Bound {
        Bound { at: self.responded_at, date: self.responded_date }
    }
}

/// The answers of one account, by the positions of their events; shared one by one, so that a map of few stays small.
pub(crate) type Surveys = OrdMap<u64, Arc<SurveyResponse>>;

pub(crate) fn respond(surveys: &mut Surveys, responded: &Responded, step: &mut Step<'_>) {
    let response = SurveyResponse {
        instrument: responded.instrument,
        score: responded.score,
        importance: responded.importance,
        metric: responded.metric.clone(),
        contact: responded.contact.clone(),
        responded_at: step.at(),
        responded_date: civil_date(step.when),
        event: step.position(),
    };
    step.note_new(|| format!("surveys.{}", response.event), &response);
    surveys.insert(response.event, Arc::new(response));
}
