//! Asking the read API: the server that has the ledger, or, where none runs, the same API in this process.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, LINK};
use axum::http::{HeaderName, Request, Response, Uri};
use serde_json::Value;
use tower::ServiceExt;

use super::access;
use crate::http::{HttpState, router};
use crate::ledger::Ledger;
use crate::socket::{Found, Whereabouts};

/// The longest answer that is taken: the longest page of the API takes less.
const MAX_ANSWER_BYTES: usize = 256 * 1024 * 1024;
/// The header that says the Merkle root.
const ROOT: HeaderName = HeaderName::from_static("ledger-root");
/// Longer than any ledger takes to be read.
const A_DAY: Duration = Duration::from_hours(24);

/// Somebody who answers. Whoever asks sees no difference.
pub(super) enum Reader {
    /// A running server.
    Served(ureq::Agent, String),
    /// This process.
    Own(Box<Own>),
}

pub(super) struct Own {
    runtime: tokio::runtime::Runtime,
    router: Router,
    ledger: Ledger,
}

/// An answer of the API.
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// The address of the next page, where the list goes on.
    pub(super) next: Option<String>,
    /// The Merkle root at the size that it rests on, in base64.
    pub(super) root: String,
}

impl Reader {
    /// Finds a running server, or opens the ledger, which must be there.
    pub(super) fn to(dir: &Path) -> anyhow::Result<Self> {
        match Whereabouts::find(dir)? {
            Found::Running(there, _) => {
                // A refusal is an answer, too: it says what to do.
                let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
                Ok(Self::Served(agent, format!("http://{}", there.http)))
            }
            Found::Nobody => Own::open(dir).map(|own| Self::Own(Box::new(own))),
        }
    }

    /// Asks for a path with its query, in a format; a refusal is an error that says what the API said.
    pub(super) fn get(&self, target: &str, media_type: &str) -> anyhow::Result<Answer> {
        let uri: Uri = target.parse().with_context(|| format!("\"{target}\" is no path of the read API"))?;
        let response = match self {
            Self::Served(agent, url) => ask_server(agent, &format!("{url}{uri}"), media_type)?,
            Self::Own(own) => own.ask(&uri, media_type)?,
        };
        let (parts, body) = response.into_parts();
        if !parts.status.is_success() {
            bail!(refusal(&body));
        }
        let header = |name: &HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let root = header(&ROOT).unwrap_or_default().to_owned();
        Ok(Answer { body, next: header(&LINK).and_then(next_page), root })
    }

    /// Closes the ledger where this process has it.
    pub(super) fn close(self) {
        if let Self::Own(own) = self {
            drop(own.router);
            drop(own.runtime);
            own.ledger.close();
        }
    }
}

fn ask_server(agent: &ureq::Agent, url: &str, media_type: &str) -> anyhow::Result<Response<Vec<u8>>> {
    let lost = || format!("the server at {url} did not answer");
    let response = agent.get(url).header(ACCEPT, media_type).call().with_context(lost)?;
    let (parts, mut body) = response.into_parts();
    let limit = u64::try_from(MAX_ANSWER_BYTES).unwrap_or(u64::MAX);
    let bytes = body.with_config().limit(limit).read_to_vec().with_context(lost)?;
    Ok(Response::from_parts(parts, bytes))
}

impl Own {
    fn open(dir: &Path) -> anyhow::Result<Self> {
        let mut ledger = access::open_existing(dir)?;
        ledger.follow()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("could not start a thread")?;
        let current = ledger.current();
        runtime.block_on(current.fresh(A_DAY));
        let router = router(HttpState::new(current, access::clock()));
        Ok(Self { runtime, router, ledger })
    }

    fn ask(&self, uri: &Uri, media_type: &str) -> anyhow::Result<Response<Vec<u8>>> {
        let request = Request::get(uri).header(ACCEPT, media_type).body(Body::empty())?;
        self.runtime.block_on(async {
            let response = match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, MAX_ANSWER_BYTES).await.context("the answer could not be read")?;
            Ok(Response::from_parts(parts, bytes.to_vec()))
        })
    }
}

/// What the API says of a question that it does not answer, with the parameter where it is one.
fn refusal(body: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| problem.get(name).and_then(Value::as_str);
    match (text("field").filter(|field| !field.is_empty()), text("detail")) {
        (Some(field), Some(detail)) => format!("{field}: {detail}"),
        (None, Some(detail)) => detail.to_owned(),
        (_, None) => "the ledger's read API answered with an error that says nothing".to_owned(),
    }
}

/// The address in a `Link` header with `rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let (address, relation) = link.strip_prefix('<')?.split_once('>')?;
    relation.contains("next").then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_the_api_said() {
        let cases = [
            (r#"{"detail": "give a date", "field": "as_of"}"#, "as_of: give a date"),
            (r#"{"detail": "there is no such account", "field": ""}"#, "there is no such account"),
            ("<html>", "the ledger's read API answered with an error that says nothing"),
        ];
        for (body, says) in cases {
            assert_eq!(refusal(body.as_bytes()), says);
        }
    }

    #[test]
    fn the_next_page_is_where_the_link_says() {
        assert_eq!(next_page("</v1/accounts?cursor=x>; rel=\"next\"").as_deref(), Some("/v1/accounts?cursor=x"));
        assert_eq!(next_page("</v1/accounts>; rel=\"self\""), None);
    }
}
