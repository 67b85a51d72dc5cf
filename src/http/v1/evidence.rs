//! `/v1/evidence`: a question with its answer and the events that it rests on, as one file.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt;

use crate::evidence::{self, Evidence, FORMAT, Leaf};
use crate::http::address::escape;
use crate::http::call::{Call, Pinned, on_ledger};
use crate::http::endpoints;
use crate::http::knowing::Knowing;
use crate::http::params::{Filter, parse_query};
use crate::http::problem::Problem;
use crate::view::{Trail, View, ViewError};

/// The media type of the file.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.tenure.evidence+json";
/// The most events that one file holds.
const MAX_EVENTS: usize = 50_000;
/// The longest answer that is put into a file, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Of which answer.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct EvidenceFilter {
    /// The question: a path of this API with its query, escaped as one value.
    #[param(value_type = String, example = "/v1/accounts/acme/owners?as_of=2024-03-01")]
    target: Option<String>,
}

impl Filter for EvidenceFilter {
    const DATED: bool = false;
}

/// A question with its answer and the events that it rests on
///
/// The question is resolved to a moment, a zone and a size, so that asked again it gives the same answer; the file holds
/// that question, the answer with its digest, the ledger's size and root, and every event of every stream that was looked
/// at, as it is stored. 50,000 events at most.
#[utoipa::path(get, path = "/v1/evidence", tag = "ledger", params(EvidenceFilter),
    responses((status = 200, description = "The evidence", body = Evidence, content_type = MEDIA_TYPE)))]
pub(in crate::http) async fn evidence(call: Call) -> Response {
    let view = Arc::clone(&call.view);
    match make(call).await {
        Ok(Ok(evidence)) => file(&evidence, &view),
        Ok(Err(refused)) => refused,
        Err(problem) => on_ledger(problem.into_response(), &view),
    }
}

fn file(evidence: &Evidence, view: &View) -> Response {
    let Ok(bytes) = serde_json::to_vec(evidence) else { return Problem::internal().into_response() };
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    on_ledger(response, view)
}

/// The evidence, or the answer of the question where that is a refusal.
async fn make(call: Call) -> Result<Result<Evidence, Response>, Problem> {
    let asked = target(&call)?;
    let within = Within { router: Router::from(endpoints()).with_state(call.state.clone()), call: &call };
    let first = match within.ask(&asked, &call.view).await? {
        Ok(answer) => answer,
        Err(refused) => return Ok(Err(refused)),
    };
    let question = pinned(&asked, &first)?;
    let (view, trail) = call.view.trailing();
    let view = Arc::new(view);
    let answer = match within.ask(&question, &view).await? {
        Ok(answer) => answer,
        Err(refused) => return Ok(Err(refused)),
    };
    let permit = call.state.gates.all.enter().await?;
    let gathering = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        gather(asked, question, answer, &view, &trail)
    });
    gathering.await.map_err(|_| Problem::internal())?.map(Ok)
}

/// The question that the evidence is for.
fn target(call: &Call) -> Result<String, Problem> {
    let given = call.filter::<EvidenceFilter>()?.target;
    let target = given.ok_or_else(|| {
        Problem::bad(
            "target",
            "is missing: give a path of this API, such as /v1/accounts/acme/owners, escaped as one value",
        )
    })?;
    let is_other = |path: &str| ["/v1/evidence", "/v1/events/stream"].contains(&path);
    match target.parse::<Uri>() {
        Ok(uri) if uri.path().starts_with("/v1/") && !is_other(uri.path()) => Ok(target),
        Ok(_) | Err(_) => {
            let detail =
                format!("\"{target}\" is no question that evidence is given for: give a path that begins with /v1/");
            Err(Problem::bad("target", detail))
        }
    }
}

/// The same API, asked about one view.
struct Within<'c> {
    router: Router,
    call: &'c Call,
}

impl Within<'_> {
    /// The answer to a question about a view, or the response that refuses it.
    async fn ask(&self, target: &str, view: &Arc<View>) -> Result<Result<Value, Response>, Problem> {
        let pinned = Pinned { view: Arc::clone(view), now: self.call.now() };
        let request = Request::get(target).header(ACCEPT, "application/json").extension(pinned).body(Body::empty());
        let request = request.map_err(|error| Problem::bad("target", error.to_string()))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        if response.status() == StatusCode::NOT_FOUND && !response.headers().contains_key(CONTENT_TYPE) {
            return Err(Problem::bad("target", format!("there is nothing at {target}: / lists what there is")));
        }
        if !response.status().is_success() {
            return Ok(Err(response));
        }
        let bytes = to_bytes(response.into_body(), MAX_ANSWER_BYTES).await.map_err(|_| {
            Problem::bad("target", "the answer is longer than a file takes: ask for less, such as a shorter page")
        })?;
        serde_json::from_slice(&bytes).map(Ok).map_err(|_| Problem::bad("target", "the answer is no JSON"))
    }
}

/// The question with what its answer resolved.
fn pinned(target: &str, answer: &Value) -> Result<String, Problem> {
    let resolved = |field: &str| answer.pointer(&format!("/resolved/{field}"));
    let (Some(Value::String(as_of)), Some(Value::String(zone)), Some(size)) =
        (resolved("as_of"), resolved("zone"), resolved("size").and_then(Value::as_u64))
    else {
        let detail = "the answer is about no moment, so that it needs no evidence: an event is its own";
        return Err(Problem::bad("target", detail));
    };
    let by_source = resolved("clock").and_then(Value::as_str) == Some("source");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs = parse_query(query)?;
    let replaced = |name: &str| ["as_of", "tz", "size"].contains(&name) || (name == "known_at" && !by_source);
    pairs.retain(|(name, _)| !replaced(name));
    let now = [("as_of", as_of.clone()), ("tz", zone.clone()), ("size", size.to_string())];
    pairs.extend(now.map(|(name, value)| (name.to_owned(), value)));
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    Ok(format!("{path}?{}", query.join("&")))
}

/// Puts the answer together with the events of all streams that were looked at, as far as they are known.
fn gather(asked: String, question: String, answer: Value, view: &View, trail: &Trail) -> Result<Evidence, Problem> {
    let known = known(&question, view)?;
    let streams = view.streams_of(trail);
    let all: usize = streams.iter().map(|stream| known.stream_len(stream)).sum();
    if all > MAX_EVENTS {
        let detail = format!(
            "the answer rests on {all} events of {} streams, and a file holds {MAX_EVENTS} at most: ask a narrower \
             question, such as about one account",
            streams.len()
        );
        return Err(Problem::bad("target", detail));
    }
    let (mut counts, mut events) = (BTreeMap::new(), Vec::with_capacity(all));
    for stream in streams {
        let stored = known.stored_stream(&stream)?;
        if !stored.is_empty() {
            counts.insert(stream, stored.len() as u64);
        }
        for stored in &stored {
            let leaf = Leaf::of(stored).map_err(|source| ViewError::Decode { position: stored.position, source })?;
            events.push(leaf);
        }
    }
    events.sort_by_key(|leaf| leaf.position);
    let head = known.head();
    let (size, root, answer_sha256) = (head.size, STANDARD.encode(head.root), evidence::digest(&answer));
    Ok(Evidence { format: FORMAT, asked, question, size, root, answer, answer_sha256, streams: counts, events })
}

/// The part of the ledger that a pinned question takes as known.
fn known(question: &str, view: &View) -> Result<View, Problem> {
    let pairs = parse_query(question.split_once('?').map_or("", |(_, query)| query))?;
    let given = |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    let zone = given("tz").and_then(|zone| zone.parse().ok()).unwrap_or_default();
    let knowing = Knowing::parse(given("known_at"), given("size"), given("clock"), &zone)?;
    knowing.limit(view)
}
