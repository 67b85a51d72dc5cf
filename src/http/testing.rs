//! A small ledger in memory, and a way to ask the API about it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tenure_schemas::{Body as Said, Draft, Event, Instant, Unread, parse_draft};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

use super::{HttpState, Limits, router};
use crate::clock::FixedClock;
use crate::log::memory::MemoryLog;
use crate::log::merkle::Hash;
use crate::log::{Head, LogError, LogReader, LogWriter, Record, Stored, Verification};
use crate::view::{Current, Projection, View, follow};

/// The moment of every request.
pub(super) const NOW: &str = "2025-06-01T12:00:00Z";

/// Stores an event as the ledger would, one a second since 2025 began.
fn push(log: &mut MemoryLog, draft: Draft) {
    let body = Said::Known(draft.payload.clone());
    push_saying(log, draft, body);
}

fn push_saying(log: &mut MemoryLog, draft: Draft, body: Said) {
    let reader = log.reader();
    let position = reader.head().size;
    let start: Instant = "2025-01-01T00:00:00Z".parse().unwrap();
    let event = Event {
        position,
        id: draft.id.unwrap_or_else(|| Uuid::from_u128(u128::from(position))),
        revision: reader.stream_len(draft.stream.as_str()),
        stream: draft.stream,
        when: draft.when,
        recorded_at: start.saturating_add_seconds(position.cast_signed()),
        actor: draft.actor,
        reason: draft.reason,
        source: draft.source,
        correlation_id: draft.correlation_id,
        causation_id: draft.causation_id,
        body,
    };
    let (id, stream, recorded_at) = (event.id, event.stream.name(), event.recorded_at);
    let bytes = event.to_stored().unwrap().into();
    log.append(&[Record { id, stream, recorded_at, bytes }]).unwrap();
}

/// A log of which one event is damaged.
struct Damaged {
    log: Arc<dyn LogReader>,
    position: u64,
}

impl Damaged {
    fn spoil(&self, stored: Vec<Stored>) -> Vec<Stored> {
        let spoilt = |stored: Stored| {
            let bytes = if stored.position == self.position { Bytes::from_static(&[0xc1]) } else { stored.bytes };
            Stored { bytes, ..stored }
        };
        stored.into_iter().map(spoilt).collect()
    }
}

impl LogReader for Damaged {
    fn head(&self) -> Head {
        self.log.head()
    }

    fn read(&self, from: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        self.log.read(from, limit).map(|stored| self.spoil(stored))
    }

    fn read_at(&self, positions: &[u64]) -> Result<Vec<Stored>, LogError> {
        self.log.read_at(positions).map(|stored| self.spoil(stored))
    }

    fn stream(&self, name: &str) -> Vec<u64> {
        self.log.stream(name)
    }

    fn stream_len(&self, name: &str) -> u64 {
        self.log.stream_len(name)
    }

    fn streams(&self, class: &str) -> Vec<Arc<str>> {
        self.log.streams(class)
    }

    fn find(&self, id: Uuid) -> Option<u64> {
        self.log.find(id)
    }

    fn size_at(&self, known_at: Instant) -> Result<u64, LogError> {
        self.log.size_at(known_at)
    }

    fn block_roots(&self, from: u64, limit: usize) -> Vec<Hash> {
        self.log.block_roots(from, limit)
    }

    fn verify(&self, progress: &mut dyn FnMut(u64)) -> Verification {
        self.log.verify(progress)
    }
}

/// An event as a producer writes it, with an actor and a reason.
#[expect(clippy::needless_pass_by_value, reason = "the payloads of a history are written in place")]
pub(super) fn event(stream: &str, kind: &str, at: &str, payload: Value) -> Value {
    json!({
        "stream": stream, "kind": kind, "occurred_at": at, "payload": payload,
        "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "reported", "text": "as reported"},
    })
}

/// A ledger with a few accounts: one that changed hands, one with two holders, one with a gap, one
/// with an odd id, one that is not opened before 2026.
pub(super) fn history() -> Vec<Value> {
    let primary = |person: &str| json!({"person": person, "role": "primary"});
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    vec![
        event("person/ada", "person.joined", "2020-01-01", json!({"name": "Ada Byron"})),
        event("person/bob", "person.joined", "2020-01-01", json!({"name": "Bob Marsh"})),
        event("account/acme", "account.opened", "2023-01-01", json!({"name": "Acme", "region": "north"})),
        event("account/acme", "ownership.assigned", "2023-01-01", primary("ada")),
        event(
            "account/acme",
            "ownership.transferred",
            "2024-03-01",
            json!({"from": "ada", "to": "bob", "role": "primary"}),
        ),
        event("account/twin", "account.opened", "2023-01-01", json!({"name": "=Twin", "parent": "acme"})),
        event("account/twin", "ownership.assigned", "2023-01-01", primary("ada")),
        event("account/twin", "ownership.assigned", "2023-02-01", primary("bob")),
        event("account/gap", "account.opened", "2023-01-01", json!({"name": "Gap Ltd", "stage": "customer"})),
        event("account/gap", "ownership.assigned", "2023-01-01", primary("ada")),
        event("account/gap", "ownership.ended", "2023-06-01", primary("ada")),
        event("account/gap", "ownership.assigned", "2023-09-01", primary("cem")),
        event("account/Müller & Söhne/50% x", "account.opened", "2023-01-01", json!({"name": "Müller"})),
        event("account/later", "account.opened", "2026-01-01", json!({"name": "Later"})),
        event(
            "account/acme",
            "contact.added",
            "2023-02-01",
            json!({"contact": "c1", "name": "Cleo", "phone": "+49 1"}),
        ),
        event(
            "account/acme",
            "order.placed",
            "2024-01-31T23:30:00Z",
            json!({"order": "o1", "total": usd("20565.6206")}),
        ),
        event("account/acme", "order.placed", "2024-05-01T10:00:00Z", json!({"order": "o2", "total": usd("-5.5")})),
        event(
            "account/gap",
            "order.placed",
            "2024-05-02T10:00:00Z",
            json!({"order": "o1", "total": usd("7"), "sold_by": "ada"}),
        ),
        event("account/acme", "issue.raised", "2024-06-01T10:00:00Z", json!({"issue": "Case 1", "severity": "high"})),
        event("account/acme", "issue.assigned", "2024-06-02T10:00:00Z", json!({"issue": "Case 1", "person": "bob"})),
        event("account/gap", "issue.raised", "2024-06-01T10:00:00Z", json!({"issue": "Case 2"})),
        event(
            "account/acme",
            "interaction.logged",
            "2024-07-01T10:00:00Z",
            json!({"channel": "phone", "direction": "outbound", "persons": ["bob"]}),
        ),
    ]
}

/// A ledger that can be asked and can grow.
pub(super) struct Testbed {
    log: MemoryLog,
    current: Arc<Current>,
    state: HttpState,
    router: Router,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The last part of a problem's type, and its field.
    pub(super) fn problem(&self) -> (String, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        let slug = body["type"].as_str().unwrap().strip_prefix("/problems/").unwrap();
        (slug.to_owned(), body["field"].as_str().unwrap_or_default().to_owned())
    }
}

/// An answer that goes on, read message by message.
pub(super) struct Feed {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    body: BodyDataStream,
    text: String,
}

/// A Server-Sent Event; what it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) event: String,
    pub(super) data: String,
    pub(super) comment: String,
}

impl Message {
    fn parse(block: &str) -> Self {
        let mut message = Self::default();
        for line in block.lines() {
            let (name, value) = line.split_once(':').unwrap();
            let value = value.trim_start().to_owned();
            match name {
                "id" => message.id = value,
                "event" => message.event = value,
                "data" => message.data = value,
                "" => message.comment = value,
                other => panic!("a field {other}"),
            }
        }
        message
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

impl Feed {
    /// The next message; none at the end. Waits for less than the silence after which a mark comes by default.
    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let message = Message::parse(block);
                self.text = rest.to_owned();
                return Some(message);
            }
            let bytes =
                tokio::time::timeout(Duration::from_secs(10), self.body.next()).await.expect("nothing comes")?;
            self.text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        }
    }

    /// The next message that carries something.
    pub(super) async fn event(&mut self) -> Option<Message> {
        while let Some(message) = self.next().await {
            if !message.data.is_empty() {
                return Some(message);
            }
        }
        None
    }

    /// The positions of the next events, and how the stream ends if it ends before.
    pub(super) async fn positions(&mut self, count: usize) -> Vec<String> {
        let mut positions = Vec::new();
        while positions.len() < count {
            match self.event().await {
                Some(message) if message.event == "end" => positions.push(message.data),
                Some(message) => positions.push(message.id),
                None => break,
            }
        }
        positions
    }
}

impl Testbed {
    /// A ledger that holds these events, and has been read.
    pub(super) fn of(drafts: &[Value]) -> Self {
        let mut testbed = Self::unread();
        testbed.grow(drafts);
        testbed
    }

    /// A ledger that is still being read.
    pub(super) fn unread() -> Self {
        let log = MemoryLog::new();
        let view = View::new(Arc::new(Projection::empty()), log.reader());
        let current = Arc::new(Current::new(view));
        let clock = Arc::new(FixedClock(NOW.parse().unwrap()));
        let state = HttpState::new(Arc::clone(&current), clock);
        Self { log, current, router: router(state.clone()), state }
    }

    /// The same ledger within other limits.
    pub(super) fn within(self, limits: Limits) -> Self {
        let state = self.state.within(limits);
        Self { router: router(state.clone()), state, ..self }
    }

    /// The same ledger, on a server that stops when told to.
    pub(super) fn until(self, stopping: CancellationToken) -> Self {
        let state = self.state.until(stopping);
        Self { router: router(state.clone()), state, ..self }
    }

    pub(super) fn grow(&mut self, drafts: &[Value]) {
        self.record(drafts);
        self.publish(self.log.reader());
    }

    /// Records events that no answer rests on until the ledger grows.
    pub(super) fn record(&mut self, drafts: &[Value]) {
        for draft in drafts {
            push(&mut self.log, parse_draft(draft.clone()).unwrap());
        }
    }

    /// Records an event of a kind that this version does not know.
    pub(super) fn grow_by_unread(&mut self, draft: &Value, kind: &str) {
        let draft = parse_draft(draft.clone()).unwrap();
        let unread = Unread { kind: kind.to_owned(), schema: 1, payload: json!({}), why: String::new() };
        push_saying(&mut self.log, draft, Said::Unread(unread));
        self.publish(self.log.reader());
    }

    /// Damages the stored bytes of one event, after it was read into memory.
    pub(super) fn damage(&mut self, position: u64) {
        self.publish(Arc::new(Damaged { log: self.log.reader(), position }));
    }

    fn publish(&self, log: Arc<dyn LogReader>) {
        let mut projection = Projection::empty();
        follow(&mut projection, self.log.reader().as_ref(), NOW.parse().unwrap()).unwrap();
        self.current.publish(View::new(Arc::new(projection), log));
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap().to_vec() }
    }

    pub(super) async fn ask(&self, method: Method, address: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Opens an answer that goes on.
    pub(super) async fn open(&self, address: &str, headers: &[(&str, &str)]) -> Feed {
        let mut request = Request::builder().uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        Feed { status: parts.status, headers: parts.headers, body: body.into_data_stream(), text: String::new() }
    }

    /// Opens an answer that goes on, and reads where it begins.
    pub(super) async fn follow(&self, address: &str) -> Feed {
        let mut feed = self.open(address, &[]).await;
        assert_eq!(feed.status, StatusCode::OK, "{address}");
        let opening = feed.next().await.unwrap();
        assert_eq!((opening.event.as_str(), opening.data.as_str()), ("", ""), "{address}");
        feed
    }

    pub(super) async fn get(&self, address: &str) -> Reply {
        self.ask(Method::GET, address, &[]).await
    }

    /// The JSON of an answer that must be found.
    pub(super) async fn found(&self, address: &str) -> Value {
        let reply = self.get(address).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}: {}", reply.text());
        reply.json()
    }
}
