//! Holds the demo against what it promises. The whole history is told and written down once, for all tests.

mod coherence;
mod making;
mod numbers;
mod questions;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tenure_schemas::{Draft, Event, Instant};
use tower::ServiceExt;

use super::{LAST_DAY, Recording, SEED, ScriptedClock, history, identity, record};
use crate::clock::FixedClock;
use crate::http::{HttpState, router};
use crate::ledger::Ledger;
use crate::log::LogReader;
use crate::log::memory::MemoryLog;
use crate::view::{Current, Projection, View, follow};

/// The moment of every question: the morning after the history ends.
const NOW: &str = "2026-07-01T06:00:00Z";
/// The document that speaks of the demo.
const DOCUMENT: &str = include_str!("../../../docs/demo.md");

/// The demo as the documentation speaks of it, made by the real writer.
struct Made {
    history: Vec<Recording>,
    events: Vec<Event>,
    view: View,
    router: Router,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let history = history(SEED, LAST_DAY).unwrap();
    let log = written(&[&history]);
    let mut projection = Projection::empty();
    follow(&mut projection, log.as_ref(), instant(NOW)).unwrap();
    let view = View::new(Arc::new(projection), log);
    let current = Arc::new(Current::new(view.clone()));
    current.publish(view.clone());
    let state = HttpState::new(current, Arc::new(FixedClock(instant(NOW))));
    let events = view.events(0, usize::MAX).unwrap();
    Made { history, events, view, router: router(state) }
});

/// The log of a demo ledger into which these histories were written, one run after the other.
fn written(runs: &[&[Recording]]) -> Arc<dyn LogReader> {
    let clock = Arc::new(ScriptedClock::new());
    let ledger = Ledger::on(Box::new(MemoryLog::new()), Arc::<ScriptedClock>::clone(&clock), identity()).unwrap();
    for run in runs {
        record(&ledger, &clock, run.to_vec(), &mut |_, _| ()).unwrap();
    }
    let log = ledger.log();
    ledger.close();
    log
}

fn drafts() -> Vec<Draft> {
    MADE.history.iter().flat_map(|recording| recording.batch.drafts.iter().cloned()).collect()
}

/// The headers and the JSON of an answer that must be found.
fn ask(path: &str) -> (HeaderMap, Value) {
    // Made before there is a runtime, for the writer's handle blocks.
    let router = MADE.router.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(parts.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&body));
        (parts.headers, serde_json::from_slice(&body).unwrap())
    })
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}
