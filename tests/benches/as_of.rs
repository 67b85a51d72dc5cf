//! Measures questions about the past: `cargo bench --bench as_of -- [DIRECTORY]`, on the disk of DIRECTORY.
//!
//! Three accounts with 10, 1,000 and 100,000 events over ten years, in a ledger of as many. For each, how many
//! questions per second are answered one after another: who owned it at a random moment, as all of it is known, as it
//! was known at a random size, and the same through the router, JSON included.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures")]

use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tenure::clock::FixedClock;
use tenure::http::{HttpState, router};
use tenure::log::sled::{Options, SledLog};
use tenure::log::{LogWriter, Record};
use tenure::view::{Current, Projection, View, follow};
use tenure_replay::{AsOf, Knowledge, ownership};
use tenure_schemas::{AccountId, Body as Said, Event, Instant, parse_draft};
use tower::ServiceExt;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

const SIZES: [u64; 3] = [10, 1_000, 100_000];
const TEN_YEARS: u64 = 10 * 365 * 86_400;
/// For how long each kind of question is asked.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

fn main() -> Result<(), Failure> {
    let root = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let root = root.unwrap_or_else(|| std::env::temp_dir().display().to_string());
    let dir = tempfile::tempdir_in(root)?;
    let mut log = SledLog::open(dir.path(), Options::default())?;
    fill(&mut log)?;
    let reader = log.reader();
    let now = start().saturating_add_seconds(i64::try_from(TEN_YEARS)?);
    let mut projection = Projection::empty();
    follow(&mut projection, reader.as_ref(), now)?;
    let view = View::new(Arc::new(projection), reader);
    let current = Arc::new(Current::new(view.clone()));
    current.publish(view.clone());
    measure(&view, HttpState::new(current, Arc::new(FixedClock(now))))
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn measure(view: &View, state: HttpState) -> Result<(), Failure> {
    let (runtime, router) = (tokio::runtime::Runtime::new()?, router(state));
    println!("account of      as of, questions/s   at a size, questions/s   over the router, questions/s");
    for size in SIZES {
        let account = AccountId::new(&format!("a{size}"))?;
        let mut dice = ChaCha8Rng::seed_from_u64(size);
        let known = rate(|| {
            let as_of = moment(&mut dice);
            owners(view, &account, &as_of)
        })?;
        let limited = rate(|| {
            let as_of = moment(&mut dice);
            let size = dice.random_range(1..=view.head().size);
            owners(&view.knowing(Knowledge::of_size(size))?, &account, &as_of)
        })?;
        let served = rate(|| {
            let address = format!("/v1/accounts/{account}/owners?as_of={}", moment(&mut dice));
            let request = Request::builder().uri(address).body(Body::empty())?;
            runtime.block_on(async {
                let response = router.clone().oneshot(request).await?;
                to_bytes(response.into_body(), usize::MAX).await?;
                Ok(())
            })
        })?;
        println!("{size:>7} events  {known:>18.0}   {limited:>22.0}   {served:>28.0}");
    }
    Ok(())
}

fn owners(view: &View, account: &AccountId, as_of: &AsOf) -> Result<(), Failure> {
    let directory = view.directory(as_of);
    let folded = view.account(account, as_of)?;
    std::hint::black_box(folded.map(|folded| ownership::owners(&folded, &directory, as_of)));
    Ok(directory.finish()?)
}

/// Asks again and again, and gives how often in a second.
fn rate(mut ask: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    ask()?;
    let (begun, mut asked) = (Clock::now(), 0_u32);
    while begun.elapsed() < LONG_ENOUGH {
        ask()?;
        asked += 1;
    }
    Ok(f64::from(asked) / begun.elapsed().as_secs_f64())
}

fn start() -> Instant {
    Instant::EPOCH
}

fn moment(dice: &mut ChaCha8Rng) -> AsOf {
    let seconds = dice.random_range(0..TEN_YEARS);
    AsOf::Instant(start().saturating_add_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

/// The accounts' events in the order of time, recorded as they happened.
fn fill(log: &mut SledLog) -> Result<(), Failure> {
    let mut planned: Vec<(u64, u64, u64)> = Vec::new();
    for size in SIZES {
        planned.extend((0..size).map(|number| (number * TEN_YEARS / size, size, number)));
    }
    planned.sort_unstable();
    let numbered: Vec<_> = planned.into_iter().enumerate().collect();
    for group in numbered.chunks(256) {
        let records = group.iter().map(|(position, planned)| record(*position as u64, *planned));
        log.append(&records.collect::<Result<Vec<_>, _>>()?)?;
    }
    Ok(())
}

fn record(position: u64, (second, size, number): (u64, u64, u64)) -> Result<Record, Failure> {
    let at = start().saturating_add_seconds(i64::try_from(second)?);
    let (kind, payload) = said(number);
    let draft = parse_draft(json!({
        "stream": format!("account/a{size}"), "kind": kind, "occurred_at": at, "payload": payload,
        "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "reported", "text": "as reported"},
    }))?;
    let event = Event {
        position,
        id: Uuid::from_u128(u128::from(position)),
        revision: number,
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

/// Mostly orders and talk; every hundredth event the account changes hands.
fn said(number: u64) -> (&'static str, Value) {
    let (from, to) = (format!("p-{}", number / 100 % 7), format!("p-{}", (number / 100 + 1) % 7));
    match number % 100 {
        0 if number == 0 => ("account.opened", json!({"name": "Somebody"})),
        1 if number == 1 => ("ownership.assigned", json!({"person": "p-0", "role": "primary"})),
        99 => ("ownership.transferred", json!({"from": from, "to": to, "role": "primary"})),
        rest if rest % 2 == 0 => {
            let total = json!({"amount": "1250.50", "currency": "EUR"});
            ("order.placed", json!({"order": format!("o{number}"), "total": total}))
        }
        _ => ("interaction.logged", json!({"channel": "phone", "direction": "outbound", "persons": [from]})),
    }
}
