//! Measures scores over history: `cargo bench --bench replay -- [EVENTS] [ACCOUNTS] [DIRECTORY]`.
//!
//! A ledger of EVENTS events (1,000,000) of ACCOUNTS accounts (4,000) over three years, mostly talk, with orders, issues
//! and answers to surveys. How many accounts are scored per second, now and as of a year before, then a walk over all of it week
//! by week, as `tenure replay` asks for it, with the memory that each took at most. The ledger stays in DIRECTORY where
//! one is named, for `tenure export` and SQL beside it; else it is removed.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Clock;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{ACCEPT, LINK};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tenure::clock::FixedClock;
use tenure::http::{HttpState, router};
use tenure::log::sled::{Options, SledLog};
use tenure::log::{LogWriter, Record};
use tenure::view::{Current, Projection, View, follow};
use tenure_replay::health::{HealthModel, health};
use tenure_replay::merges::Whole;
use tenure_replay::{AsOf, Directory};
use tenure_schemas::{Body as Said, Event, Instant, Zone, parse_date, parse_draft};
use tower::ServiceExt;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

/// The first instant of the history, and its last day.
const FIRST: &str = "2023-07-01T08:00:00Z";
const LAST_DAY: &str = "2026-06-28";
const SECONDS: u64 = 1_093 * 86_400;

fn main() -> Result<(), Failure> {
    let mut given = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let events: u64 = given.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let accounts: u64 = given.next().map_or(Ok(4_000), |text| text.parse())?;
    let kept = given.next().map(PathBuf::from);
    let temporary = tempfile::tempdir()?;
    let dir = kept.as_deref().unwrap_or(temporary.path());
    let log = filled(dir, events, accounts)?;
    let begun = Clock::now();
    let reader = log.reader();
    let mut projection = Projection::empty();
    follow(&mut projection, reader.as_ref(), start().saturating_add_seconds(SECONDS.cast_signed()))?;
    say(&format!("read {events} events of {accounts} accounts"), events, begun)?;
    let view = View::new(Arc::new(projection), reader);
    let end = start().saturating_add_seconds(SECONDS.cast_signed());
    score_all(&view, "scored accounts as of now", &AsOf::Instant(end))?;
    let past = AsOf::Day { date: parse_date("2025-06-28")?, zone: Zone::utc() };
    score_all(&view, "scored accounts as of a year before", &past)?;
    walk_all(&view)
}

/// The ledger, made where there is none.
fn filled(dir: &Path, events: u64, accounts: u64) -> Result<SledLog, Failure> {
    let mut log = SledLog::open(dir, Options::default())?;
    if log.reader().head().size > 0 {
        return Ok(log);
    }
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let mut revisions = vec![0_u64; usize::try_from(accounts)?];
    for from in (0..events).step_by(256) {
        let group = (from..events.min(from + 256)).map(|position| {
            // Every account begins at the start; after that chance decides whose turn it is.
            let account = if position < accounts { position } else { dice.random_range(0..accounts) };
            let revision = revisions.get_mut(usize::try_from(account)?).ok_or("no such account")?;
            *revision += 1;
            record(position, position * SECONDS / events, account, *revision - 1, &mut dice)
        });
        log.append(&group.collect::<Result<Vec<_>, Failure>>()?)?;
    }
    Ok(log)
}

fn record(position: u64, second: u64, account: u64, revision: u64, dice: &mut ChaCha8Rng) -> Result<Record, Failure> {
    let at = start().saturating_add_seconds(second.cast_signed());
    let (kind, payload) = said(revision, dice);
    let draft = parse_draft(json!({
        "stream": format!("account/a{account:05}"), "kind": kind, "occurred_at": at, "payload": payload,
        "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "reported", "text": "as reported"},
    }))?;
    let event = Event {
        position,
        id: Uuid::from_u128(u128::from(position)),
        revision,
        stream: draft.stream,
        when: draft.when,
        recorded_at: at,
        actor: draft.actor,
        reason: draft.reason,
        source: draft.source,
        correlation_id: draft.correlation_id,
        causation_id: draft.causation_id,
        body: Said::Known(draft.payload),
    };
    let (id, stream, recorded_at) = (event.id, event.stream.name(), event.recorded_at);
    Ok(Record { id, stream, recorded_at, bytes: event.to_stored()?.into() })
}

/// What an account's next event says: at first that it is there, then mostly talk.
fn said(revision: u64, dice: &mut ChaCha8Rng) -> (&'static str, Value) {
    let contact = format!("c{}", dice.random_range(0..4));
    let eur = |cents: u64| json!({"amount": format!("{}.{:02}", cents / 100, cents % 100), "currency": "EUR"});
    match (revision, dice.random_range(0..20)) {
        (0, _) => ("account.opened", json!({"name": "Somebody", "currency": "EUR", "region": "north"})),
        (1, _) => ("ownership.assigned", json!({"person": "p-1", "role": "primary"})),
        (2..=5, _) => {
            let contact = format!("c{}", revision - 2);
            ("contact.added", json!({"contact": contact, "name": contact, "roles": ["champion"]}))
        }
        (_, 0..=2) => {
            let order = format!("o{revision}");
            ("order.placed", json!({"order": order, "total": eur(dice.random_range(100..500_000))}))
        }
        (_, 3) => ("issue.raised", json!({"issue": format!("i{revision}"), "severity": "low"})),
        (_, 4) => {
            let score = dice.random_range(0..=10);
            ("survey.responded", json!({"instrument": "nps", "score": score, "contact": contact}))
        }
        (_, other) => {
            let channel = ["email", "phone", "video", "face_to_face"].get(other % 4).copied().unwrap_or("email");
            let direction = ["inbound", "outbound", "mutual"].get(other % 3).copied().unwrap_or("mutual");
            let logged = json!({"channel": channel, "direction": direction, "persons": ["p-1"], "contacts": [contact]});
            ("interaction.logged", logged)
        }
    }
}

/// The health of every account as of a moment.
fn score_all(view: &View, what: &str, as_of: &AsOf) -> Result<(), Failure> {
    let (begun, mut scored) = (Clock::now(), 0_u64);
    let directory = view.directory(as_of);
    let model = HealthModel::active(&directory.models());
    for id in view.account_ids(None) {
        let Some(account) = view.account(id, as_of)? else { continue };
        let whole = Whole::of(account, &directory);
        std::hint::black_box(health(&whole, &directory, &model, as_of, &Zone::utc()));
        scored += 1;
    }
    directory.finish()?;
    say(what, scored, begun)
}

/// Every account week by week over all of history, page by page as `tenure replay` asks for it.
fn walk_all(view: &View) -> Result<(), Failure> {
    let current = Arc::new(Current::new(view.clone()));
    current.publish(view.clone());
    let router = router(HttpState::new(current, Arc::new(FixedClock(start()))));
    let runtime = tokio::runtime::Runtime::new()?;
    let walk = format!("/v1/replay?from=2023-07-02&as_of={LAST_DAY}&step=week&limit=5000");
    let (begun, mut steps, mut next) = (Clock::now(), 0_u64, Some(walk));
    while let Some(address) = next {
        let request = Request::builder().uri(&address).header(ACCEPT, "application/x-ndjson").body(Body::empty())?;
        let (page, link) = runtime.block_on(async {
            let response = router.clone().oneshot(request).await?;
            let link = response.headers().get(LINK).map(|link| link.to_str().map(str::to_owned)).transpose()?;
            Ok::<_, Failure>((to_bytes(response.into_body(), usize::MAX).await?, link))
        })?;
        steps += std::str::from_utf8(&page)?.lines().count() as u64;
        next = link.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
    }
    say("walked steps", steps, begun)
}

/// How many, how long it took, and the most memory that was in use so far.
#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn say(what: &str, number: u64, begun: Clock) -> Result<(), Failure> {
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let rate = number as f64 / seconds;
    println!("{what:<44} {number:>9}   {seconds:>7.2} s   {rate:>11.0} /s   at most {} in memory", peak()?);
    Ok(())
}

/// The most memory that this process had so far, where the system tells.
fn peak() -> Result<String, Failure> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return Ok("?".to_owned()) };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line.unwrap_or("0 kB").trim().trim_end_matches(" kB").parse()?;
    Ok(format!("{} MiB", kilobytes / 1_024))
}

fn start() -> Instant {
    FIRST.parse().unwrap_or(Instant::EPOCH)
}
