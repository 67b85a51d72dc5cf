//! What holds for every request, whatever it asks: method, length, time and panics.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::HttpState;
use super::problem::{Problem, ProblemType};

/// The longest path and query, in bytes.
pub(super) const MAX_ADDRESS_BYTES: usize = 8_192;

/// Turns away what does not read, and addresses that are too long.
pub(super) async fn admit(request: Request, next: Next) -> Response {
    let mut response = match refusal(&request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn refusal(request: &Request) -> Option<Problem> {
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        let detail = format!(
            "{method} changes nothing here: the ledger is read over HTTP with GET or HEAD, and appended to with \
             `tenure append` or `tenure import`"
        );
        return Some(Problem::new(ProblemType::MethodNotAllowed, detail));
    }
    let length = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    (length > MAX_ADDRESS_BYTES).then(|| {
        let detail = format!("the path and the query take {length} bytes: use at most {MAX_ADDRESS_BYTES}");
        Problem::new(ProblemType::UriTooLong, detail)
    })
}

/// Gives up on an answer that takes too long; the work on it stops soon after.
pub(super) async fn limit_time(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let limit = state.limits.time;
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        let detail = format!(
            "the answer was not ready after {} seconds: ask about one account, a shorter page, or leave as_of out",
            limit.as_secs()
        );
        Problem::new(ProblemType::TooSlow, detail).into_response()
    })
}

/// Answers a request on which a handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    tracing::error!(panic = text, "a request met a defect");
    Problem::internal().into_response()
}

/// Answers a path at which there is nothing.
pub(super) async fn unknown_path(request: Request) -> Problem {
    let detail = format!("there is nothing at {}: / lists what there is", request.uri().path());
    Problem::new(ProblemType::UnknownPath, detail)
}
