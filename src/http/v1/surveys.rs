//! `/v1/accounts/{account}/surveys` and `…/surveys/summary`: what contacts answered, and what it comes to.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use tenure_replay::Account;
use tenure_replay::account::SurveyResponse;
use tenure_replay::merges::Accounts;
use tenure_replay::surveys::{self, SurveySummary};
use tenure_schemas::payload::survey::Instrument;
use tenure_schemas::{AccountId, ContactId, Instant, Name};
use utoipa::ToSchema;

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, Range};
use crate::http::problem::Problem;
use crate::http::render::{Answer, List};

/// Which answers are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct SurveysFilter {
    /// Only answers to this question.
    #[param(inline)]
    instrument: Option<Instrument>,
    /// Only answers about this metric.
    #[param(value_type = Option<String>)]
    metric: Option<Name>,
    /// Only answers of this contact.
    #[param(value_type = Option<String>)]
    contact: Option<ContactId>,
    /// Only answers given on this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2024-01-01")]
    responded_from: Option<String>,
    /// Only answers given on this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2024-12-31")]
    responded_to: Option<String>,
}

impl Filter for SurveysFilter {}

/// Which answers are summed up.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct SummaryFilter {
    /// Only answers given on this date or later; an RFC 3339 instant is allowed too.
    #[param(example = "2024-01-01")]
    responded_from: Option<String>,
    /// Only answers given on this date or earlier; an RFC 3339 instant is allowed too.
    #[param(example = "2024-12-31")]
    responded_to: Option<String>,
}

impl Filter for SummaryFilter {}

/// An answer of an account's contact.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AccountSurvey {
    /// The account that it was recorded for.
    account: AccountId,
    #[serde(flatten)]
    answer: SurveyResponse,
}

impl Row for AccountSurvey {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "instrument",
        "score",
        "importance",
        "metric",
        "contact",
        "responded_at",
        "responded_date",
        "event",
    ];
}

/// What the answers of an account come to.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SurveysBody {
    /// The account.
    account: AccountId,
    /// The accounts merged into it whose answers are summed up too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged_from: Vec<AccountId>,
    #[serde(flatten)]
    summary: SurveySummary,
}

/// What contacts answered to surveys
///
/// In the order in which the answers were given; those of accounts merged into it stand under their own `account`.
#[utoipa::path(get, path = "/v1/accounts/{account}/surveys", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), SurveysFilter, Dated, Paged),
    responses((status = 200, description = "A page of answers", body = List<AccountSurvey>)))]
pub(in crate::http) async fn surveys(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<SurveysFilter>) -> Result<Page<(Instant, u64), AccountSurvey>, Problem> {
    let (filter, whole) = (&ask.filter, ask.whole()?);
    let given = responded(ask, filter.responded_from.as_deref(), filter.responded_to.as_deref())?;
    let wanted = |answer: &&SurveyResponse| filter.matches(answer) && given.contains(&answer.when());
    let mut answers: Vec<(&AccountId, &SurveyResponse)> = Vec::new();
    for account in whole.accounts() {
        answers.extend(account.survey_responses().filter(wanted).map(|answer| (account.account(), answer)));
    }
    answers.sort_by_key(|(_, answer)| (answer.responded_at, answer.event));
    let item = |id: &AccountId, answer: &SurveyResponse| AccountSurvey { account: id.clone(), answer: answer.clone() };
    ask.page(answers.into_iter().map(|(id, answer)| ((answer.responded_at, answer.event), item(id, answer))))
}

/// What the answers to surveys come to
///
/// By instrument the mean of the scores, for `nps` the net promoter score: the per cent of promoters (9 and 10) less
/// that of detractors (0 to 6). By metric how important it is against how well we do. All answers weigh the same.
#[utoipa::path(get, path = "/v1/accounts/{account}/surveys/summary", tag = "accounts",
    params(("account" = String, Path, description = "The account's id"), SummaryFilter, Dated),
    responses((status = 200, description = "The summary", body = Answer<SurveysBody>)))]
pub(in crate::http) async fn survey_summary(call: Call) -> Response {
    call.document(Reach::One, |ask: &Ask<SummaryFilter>| {
        let whole = ask.whole()?;
        let given = responded(ask, ask.filter.responded_from.as_deref(), ask.filter.responded_to.as_deref())?;
        let answers = whole.accounts().flat_map(Account::survey_responses);
        let summary = surveys::summary(answers.filter(|answer| given.contains(&answer.when())));
        Ok(SurveysBody { account: whole.own().account().clone(), merged_from: whole.merged_ids(), summary })
    })
    .await
}

impl SurveysFilter {
    fn matches(&self, answer: &SurveyResponse) -> bool {
        wants(self.instrument.as_ref(), Some(&answer.instrument))
            && wants(self.metric.as_ref(), answer.metric.as_ref())
            && wants(self.contact.as_ref(), answer.contact.as_ref())
    }
}

fn responded<F>(ask: &Ask<F>, from: Option<&str>, to: Option<&str>) -> Result<Range, Problem> {
    Range::parse(("responded_from", from), ("responded_to", to), &ask.moment.zone)
}
