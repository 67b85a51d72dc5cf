//! What goes wrong, as RFC 9457 problems with a stable type: what is wrong and what to do about it.

use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::view::ViewError;

/// The sorts of problem. Their URIs never change; `detail` says what is the matter in the single case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProblemType {
    BadParameter,
    UnknownParameter,
    UnknownPath,
    UnknownAccount,
    UnknownPlan,
    UnknownPerson,
    UnknownHandover,
    UnknownEvent,
    UnknownSchema,
    UnknownModel,
    TooFewOutcomes,
    MethodNotAllowed,
    NotAcceptable,
    UriTooLong,
    Damaged,
    Internal,
    NotReady,
    Busy,
    TooSlow,
}

impl ProblemType {
    /// The status, the last part of the type's URI, and the title.
    pub(super) fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadParameter => (StatusCode::BAD_REQUEST, "bad-parameter", "A parameter has no usable value"),
            Self::UnknownParameter => (StatusCode::BAD_REQUEST, "unknown-parameter", "There is no such parameter"),
            Self::UnknownPath => (StatusCode::NOT_FOUND, "unknown-path", "There is nothing at this path"),
            Self::UnknownAccount => (StatusCode::NOT_FOUND, "unknown-account", "There is no such account"),
            Self::UnknownPlan => (StatusCode::NOT_FOUND, "unknown-plan", "There is no such plan"),
            Self::UnknownPerson => (StatusCode::NOT_FOUND, "unknown-person", "There is no such person"),
            Self::UnknownHandover => {
                (StatusCode::NOT_FOUND, "unknown-handover", "There is no such handover, or not yet what is asked of it")
            }
            Self::UnknownEvent => (StatusCode::NOT_FOUND, "unknown-event", "There is no such event"),
            Self::UnknownSchema => (StatusCode::NOT_FOUND, "unknown-schema", "There is no such kind or version"),
            Self::UnknownModel => (StatusCode::NOT_FOUND, "unknown-model", "There is no such model or version"),
            Self::TooFewOutcomes => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "too-few-outcomes",
                "Too few accounts were lost, or stayed, to say anything",
            ),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Nothing is written over HTTP")
            }
            Self::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, "not-acceptable", "There is no such format"),
            Self::UriTooLong => (StatusCode::URI_TOO_LONG, "uri-too-long", "The address is too long"),
            Self::Damaged => (StatusCode::INTERNAL_SERVER_ERROR, "damaged-ledger", "The ledger cannot be read"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server made a mistake"),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The ledger is still being read"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many questions at once"),
            Self::TooSlow => (StatusCode::GATEWAY_TIMEOUT, "too-slow", "The answer took too long"),
        }
    }
}

/// A question that gets no answer, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) sort: ProblemType,
    pub(super) detail: String,
    pub(super) field: Option<String>,
}

impl Problem {
    pub(super) fn new(sort: ProblemType, detail: impl Into<String>) -> Self {
        Self { sort, detail: detail.into(), field: None }
    }

    /// A parameter whose value cannot be used.
    pub(super) fn bad(field: &str, detail: impl Into<String>) -> Self {
        Self { sort: ProblemType::BadParameter, detail: detail.into(), field: Some(field.to_owned()) }
    }

    /// A defect of this program. What happened goes to the server's log, not to the reader.
    pub(super) fn internal() -> Self {
        let detail = "the server met a defect of its own; its log says more. Report it, with the address you asked for";
        Self::new(ProblemType::Internal, detail)
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        tracing::error!(error = chain(&error), "a question could not be answered from the ledger");
        let detail = "part of the ledger cannot be read: it is damaged, or its disk fails. The server's log names \
                      the place; run `tenure verify`, and restore a backup where it finds damage";
        Self::new(ProblemType::Damaged, detail)
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// A problem as it is answered, by RFC 9457.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// What sort of problem: a URI that never changes.
    #[serde(rename = "type")]
    #[schema(example = "/problems/unknown-account")]
    problem_type: String,
    /// The sort of problem in words.
    title: &'static str,
    /// The status code.
    status: u16,
    /// What is wrong in this case, and what to do.
    detail: String,
    /// The parameter that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, slug, title) = self.sort.facts();
        let problem_type = format!("/problems/{slug}");
        let body = ProblemBody { problem_type, title, status: status.as_u16(), detail: self.detail, field: self.field };
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (status, bytes).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        match self.sort {
            ProblemType::MethodNotAllowed => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            ProblemType::NotReady | ProblemType::Busy => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            ProblemType::BadParameter
            | ProblemType::UnknownParameter
            | ProblemType::UnknownPath
            | ProblemType::UnknownAccount
            | ProblemType::UnknownPlan
            | ProblemType::UnknownPerson
            | ProblemType::UnknownHandover
            | ProblemType::UnknownEvent
            | ProblemType::UnknownSchema
            | ProblemType::UnknownModel
            | ProblemType::TooFewOutcomes
            | ProblemType::NotAcceptable
            | ProblemType::UriTooLong
            | ProblemType::Damaged
            | ProblemType::Internal
            | ProblemType::TooSlow => {}
        }
        response
    }
}
