//! One request from its parameters to its answer: the way that every resource goes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tenure_schemas::Instant;
use tokio_util::sync::CancellationToken;

use super::HttpState;
use super::ask::Ask;
use super::cursor::{Cursor, fingerprint};
use super::etag::{Content, Tag};
use super::format::{Format, Row};
use super::knowing::Knowing;
use super::page::Page;
use super::params::{self, Dated, Filter, Moment, Paged};
use super::problem::{Problem, ProblemType};
use super::render::{self, Rendered};
use crate::view::View;

/// How long a question waits for the view to hold what was acknowledged before it was asked.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the work of a question reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// One account, one person, one event, or what is in memory anyway.
    One,
    /// All accounts or the whole log; about another moment or size than now, all of it is read again.
    All,
}

/// A request for an answer from the ledger.
pub(super) struct Call {
    pub(super) state: HttpState,
    pub(super) view: Arc<View>,
    now: Instant,
    uri: Uri,
    path: BTreeMap<String, String>,
    pub(super) accept: String,
    if_none_match: String,
}

/// The view and the time that a request within a request is about.
#[derive(Clone)]
pub(super) struct Pinned {
    pub(super) view: Arc<View>,
    pub(super) now: Instant,
}

impl FromRequestParts<HttpState> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        if !state.current.is_ready() {
            let detail = "the ledger is still being read: ask again in a moment; /readyz says when it is done";
            return Err(Problem::new(ProblemType::NotReady, detail));
        }
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| {
            Problem::new(ProblemType::UnknownPath, "the path is no UTF-8 when it is unescaped: escape ids as UTF-8")
        })?;
        let Pinned { view, now } = match parts.extensions.get::<Pinned>() {
            Some(pinned) => pinned.clone(),
            None => Pinned { view: state.current.fresh(PATIENCE).await, now: state.clock.now() },
        };
        Ok(Self {
            view,
            now,
            uri: parts.uri.clone(),
            path: path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            accept: header(&parts.headers, &ACCEPT),
            if_none_match: header(&parts.headers, &IF_NONE_MATCH),
            state: state.clone(),
        })
    }
}

/// A question on which the work broke off.
fn defect(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "the work on a question broke off");
    Problem::internal()
}

/// The values of a header as one list; what is no text counts as absent.
fn header(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<_> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(", ")
}

impl Call {
    /// Answers with one document.
    pub(super) async fn document<F: Filter, T: Serialize + Send + 'static>(
        self,
        reach: Reach,
        answer: impl FnOnce(&Ask<F>) -> Result<T, Problem> + Send + 'static,
    ) -> Response {
        self.written(reach, Format::DOCUMENT, answer, render::document).await
    }

    /// Answers with one document in any of the formats that are offered.
    pub(super) async fn written<F: Filter, T: Send + 'static>(
        self,
        reach: Reach,
        offered: &[Format],
        answer: impl FnOnce(&Ask<F>) -> Result<T, Problem> + Send + 'static,
        render: impl FnOnce(&Ask<F>, T, Format) -> Result<Rendered, Problem> + Send + 'static,
    ) -> Response {
        let (view, done) = match self.ask::<F>(offered, false).await {
            Ok((ask, format)) => (Arc::clone(&ask.view), self.work(ask, format, reach, answer, render).await),
            Err(problem) => (self.view, Err(problem)),
        };
        on_ledger(done.unwrap_or_else(IntoResponse::into_response), &view)
    }

    /// Answers with a page of a list.
    pub(super) async fn list<F, K, T>(
        self,
        reach: Reach,
        answer: impl FnOnce(&Ask<F>) -> Result<Page<K, T>, Problem> + Send + 'static,
    ) -> Response
    where
        F: Filter,
        K: Serialize + DeserializeOwned + Send + 'static,
        T: Row,
    {
        let (view, done) = match self.ask::<F>(Format::LIST, true).await {
            Ok((ask, format)) => (Arc::clone(&ask.view), self.work(ask, format, reach, answer, render::list).await),
            Err(problem) => (self.view, Err(problem)),
        };
        on_ledger(done.unwrap_or_else(IntoResponse::into_response), &view)
    }

    /// When the question was asked.
    pub(super) fn now(&self) -> Instant {
        self.now
    }

    /// The parameters of a question that takes no common ones.
    pub(super) fn filter<F: Filter>(&self) -> Result<F, Problem> {
        let pairs = params::parse_query(self.uri.query().unwrap_or_default())?;
        params::refuse_unknown(&pairs, &params::names::<F>())?;
        params::read::<F>(&pairs)
    }

    /// Reads the parameters; lists take those of pages too.
    async fn ask<F: Filter>(&self, offered: &[Format], paged: bool) -> Result<(Ask<F>, Format), Problem> {
        let format = Format::negotiate(&self.accept, offered)?;
        let pairs = params::parse_query(self.uri.query().unwrap_or_default())?;
        let own = params::names::<F>();
        let mut known = own.clone();
        known.extend(if F::DATED { params::names::<Dated>() } else { Vec::new() });
        known.extend(if paged { params::names::<Paged>() } else { Vec::new() });
        params::refuse_unknown(&pairs, &known)?;
        let filter = params::read::<F>(&pairs)?;
        let page: Paged = params::read(&pairs)?;
        let filters = pairs.iter().filter(|(name, _)| own.contains(name));
        let of = fingerprint(self.uri.path(), filters.map(|(name, value)| (name.as_str(), value.as_str())));
        let cursor = page.cursor.as_deref().map(|cursor| Cursor::decode(cursor, &of)).transpose()?;
        let moment = self.moment::<F>(&pairs, cursor.as_ref())?;
        let limit = page.limit(format)?;
        let view = self.known(&moment.knowing).await?;
        let (path, stop) = (self.path.clone(), CancellationToken::new());
        Ok((Ask { view, filter, moment, limit, cursor, of, path, stop }, format))
    }

    /// The part of the ledger that the question takes as known.
    async fn known(&self, knowing: &Knowing) -> Result<Arc<View>, Problem> {
        let view = Arc::clone(&self.view);
        if !knowing.is_named() {
            return Ok(view);
        }
        let knowing = knowing.clone();
        let limiting = tokio::task::spawn_blocking(move || knowing.limit(&view).map(Arc::new));
        limiting.await.map_err(|error| defect(&error))?
    }

    fn moment<F: Filter>(&self, pairs: &[(String, String)], cursor: Option<&Cursor>) -> Result<Moment, Problem> {
        let zone = &self.state.zone;
        if !F::DATED {
            // What is about no moment changes with the size alone.
            let as_of = tenure_replay::AsOf::Instant(self.now);
            return Ok(Moment { as_of, zone: zone.clone(), named: true, knowing: Knowing::default() });
        }
        params::read::<Dated>(pairs)?.moment(cursor, zone, self.now)
    }

    /// Works on the question off the threads that serve connections, and makes the response.
    async fn work<F: Filter, A: Send + 'static>(
        self,
        ask: Ask<F>,
        format: Format,
        reach: Reach,
        answer: impl FnOnce(&Ask<F>) -> Result<A, Problem> + Send + 'static,
        render: impl FnOnce(&Ask<F>, A, Format) -> Result<Rendered, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let tag = Tag::new(ask.view.head(), &self.uri.to_string(), format, &ask.moment, F::DATED);
        if ask.moment.named && tag.of_question().matches(&self.if_none_match) {
            return Ok(not_modified(&tag.of_question()));
        }
        let gate = match reach {
            Reach::All if ask.moment.named || ask.moment.knowing.is_named() => &self.state.gates.all,
            Reach::All | Reach::One => &self.state.gates.one,
        };
        let permit = gate.enter().await?;
        let _stop_when_dropped = ask.stop.clone().drop_guard();
        let (named, moment) = (ask.moment.named, F::DATED.then(|| ask.moment.clone()));
        let working = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let answer = answer(&ask)?;
            render(&ask, answer, format)
        });
        let rendered = working.await.map_err(|error| defect(&error))??;
        let content = if named { tag.of_question() } else { tag.of_content(&rendered.content) };
        if content.matches(&self.if_none_match) {
            return Ok(not_modified(&content));
        }
        Ok(self.found(rendered, &content, format, moment.as_ref()))
    }

    fn found(&self, rendered: Rendered, tag: &Content, format: Format, moment: Option<&Moment>) -> Response {
        let mut response = Response::new(Body::from(rendered.bytes));
        let headers = response.headers_mut();
        put(headers, CONTENT_TYPE, format.content_type());
        put(headers, ETAG, tag.as_str());
        if format == Format::Html {
            put(headers, CONTENT_SECURITY_POLICY, crate::brief::policy());
        }
        if let Some(next) = &rendered.next {
            put(headers, LINK, &format!("<{}>; rel=\"next\"", self.next_address(next)));
        }
        if let Some(moment) = moment {
            put(headers, HeaderName::from_static("ledger-as-of"), &moment.as_of.to_string());
            put(headers, HeaderName::from_static("ledger-zone"), &moment.zone.to_string());
            if let Some(known_at) = moment.knowing.known_at {
                put(headers, HeaderName::from_static("ledger-known-at"), &known_at.to_string());
            }
            put(headers, HeaderName::from_static("ledger-clock"), moment.knowing.clock.as_str());
        }
        response
    }

    /// The address of the next page: this one with another cursor.
    fn next_address(&self, cursor: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let others = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("cursor="));
        let mut parts: Vec<_> = others.map(|part| utf8_percent_encode(part, IN_LINK).to_string()).collect();
        parts.push(format!("cursor={cursor}"));
        format!("{}?{}", self.uri.path(), parts.join("&"))
    }
}

/// What would end a link in a header, in a query that is escaped already.
const IN_LINK: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'%')
    .remove(b'=')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'/');

fn not_modified(tag: &Content) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    put(response.headers_mut(), ETAG, tag.as_str());
    response
}

/// Adds what every answer from the ledger says: what it rests on, what it lacks, and how long it may be kept.
pub(super) fn on_ledger(mut response: Response, view: &View) -> Response {
    let head = view.head();
    let headers = response.headers_mut();
    put(headers, HeaderName::from_static("ledger-size"), &head.size.to_string());
    put(headers, HeaderName::from_static("ledger-lag"), &view.lag().to_string());
    put(headers, HeaderName::from_static("ledger-root"), &STANDARD.encode(head.root));
    put(headers, CACHE_CONTROL, "no-cache");
    put(headers, VARY, "accept");
    response
}

/// Puts a header of plain ASCII; what is none is left out, for it would end the connection.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
