//! Following a ledger from outside: through the program, and through a server within small limits.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use support::Ledger;
use tenure::appender::Batch;
use tenure::clock::{Clock, SystemClock};
use tenure::http::Limits;
use tenure::ledger::{Handle, Identity};
use tenure::serve::{ServeOptions, Server};
use tokio_util::sync::CancellationToken;

fn opened(account: &str) -> Value {
    json!({
        "stream": format!("account/{account}"), "kind": "account.opened", "occurred_at": "2026-03-01T09:00:00Z",
        "actor": {"kind": "person", "id": "p-07"}, "payload": {"name": account},
    })
}

fn append(ledger: &Ledger, accounts: impl Iterator<Item = String>) {
    let lines: Vec<_> = accounts.map(|account| opened(&account).to_string()).collect();
    ledger.run_with_input(&["append"], lines.join("\n").as_bytes()).ok();
}

#[test]
fn a_reader_gets_what_is_appended_and_can_ask_for_what_it_changed() {
    let ledger = Ledger::new();
    let server = ledger.serve();
    let mut feed = server.follow("", None);
    assert_eq!(feed.next().unwrap().id, "0", "it begins at the end of the ledger");
    for (position, account) in [(1, "acme"), (2, "bolt")] {
        append(&ledger, std::iter::once(account.to_owned()));
        let message = feed.event().unwrap();
        assert_eq!((message.id.as_str(), message.event.as_str()), (position.to_string().as_str(), "account.opened"));
        let event: Value = serde_json::from_str(&message.data).unwrap();
        assert_eq!(event["stream"], format!("account/{account}"));
        assert_eq!(server.get(&format!("/v1/accounts/{account}"))["name"], account);
    }
}

#[test]
fn a_reader_who_comes_back_misses_and_repeats_nothing_while_others_append() {
    const PRODUCERS: usize = 3;
    const EVENTS: usize = 400;
    let ledger = Ledger::new();
    let server = ledger.serve();
    let total = PRODUCERS * EVENTS;
    std::thread::scope(|scope| {
        let ledger = &ledger;
        for producer in 0..PRODUCERS {
            scope.spawn(move || {
                for part in 0..8 {
                    let accounts = (0..EVENTS / 8).map(|number| format!("a-{producer}-{part}-{number}"));
                    append(ledger, accounts);
                }
            });
        }
        let mut found: Vec<u64> = Vec::new();
        let mut last = "0".to_owned();
        let mut visits = 0;
        while found.len() < total {
            let mut feed = server.follow("?kind=account.*", Some(&last));
            visits += 1;
            for _ in 0..(7 * visits).min(total - found.len()) {
                let message = feed.event().expect("the stream goes on");
                assert_eq!(message.event, "account.opened");
                found.push(message.id.parse().unwrap());
                last = message.id;
            }
        }
        assert!(visits > 10, "{visits}");
        let wanted: Vec<u64> = (1..=u64::try_from(total).unwrap()).collect();
        assert_eq!(found, wanted);
    });
}

#[test]
fn a_server_that_stops_says_so_and_does_not_wait_for_its_readers() {
    let ledger = Ledger::new();
    let server = ledger.serve();
    append(&ledger, std::iter::once("acme".to_owned()));
    let mut feed = server.follow("?after=0", None);
    assert_eq!(feed.event().unwrap().id, "1");
    let begun = SystemClock.now();
    server.ask_to_stop();
    let last = feed.event().unwrap();
    assert_eq!((last.id.as_str(), last.event.as_str()), ("1", "end"));
    let end: Value = serde_json::from_str(&last.data).unwrap();
    assert_eq!(end, json!({"reason": "shutdown", "resume_after": 1}));
    assert!(feed.next().is_none());
    assert_eq!(server.stop(), 0);
    let late = begun.saturating_add_seconds(8);
    assert!(SystemClock.now() < late, "it took most of the grace that readers have");
}

/// Asks over a plain connection, reads how the answer begins, and leaves the rest unread.
fn request(http: SocketAddr, path: &str) -> (TcpStream, String) {
    let mut connection = TcpStream::connect(http).unwrap();
    connection.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
    let mut start = [0; 12];
    connection.read_exact(&mut start).unwrap();
    (connection, String::from_utf8(start.to_vec()).unwrap())
}

/// A batch of events that take much room.
fn notes(count: usize) -> Batch {
    let note = |number: usize| {
        let mut note = opened(&format!("big-{number}"));
        note["kind"] = json!("account.note_recorded");
        note["payload"] = json!({"topic": "other", "text": "x".repeat(50_000)});
        tenure_schemas::parse_draft(note).unwrap()
    };
    Batch { drafts: (0..count).map(note).collect(), strict: false }
}

/// Follows without reading while 40 MB are appended; says how many bytes came before the connection ended.
async fn stall(http: SocketAddr, handle: &Handle) -> usize {
    const STREAM: &str = "/v1/events/stream?after=0";
    let (mut stalled, status) = tokio::task::spawn_blocking(move || request(http, STREAM)).await.unwrap();
    assert_eq!(status, "HTTP/1.1 200");
    let taken = tokio::task::spawn_blocking(move || request(http, STREAM).1).await.unwrap();
    assert_eq!(taken, "HTTP/1.1 503", "only one may follow");
    for _ in 0..20 {
        assert_eq!(handle.append_async(notes(40)).await.unwrap().len(), 40);
    }
    let waiting = move || {
        let freed = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            request(http, STREAM).1 == "HTTP/1.1 200"
        });
        assert!(freed, "it still has its place after ten seconds");
        let mut received = Vec::new();
        // The connection may also be reset, with whatever was on the way.
        let _reset = stalled.read_to_end(&mut received);
        received.len()
    };
    tokio::task::spawn_blocking(waiting).await.unwrap()
}

#[test]
fn a_reader_who_takes_nothing_is_cut_off_and_holds_up_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let mut ledger = tenure::ledger::Ledger::open(dir.path(), clock.clone(), Identity::New).unwrap();
    ledger.follow().unwrap();
    let limits = Limits { followers: 1, stalled: Duration::from_secs(1), ..Limits::default() };
    let listen = "127.0.0.1:0".parse().unwrap();
    let options = ServeOptions { dir: dir.path().to_owned(), listen, allow_remote: false, runtime_dir: None, limits };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let received = runtime.block_on(async {
        let server = Server::bind(&options).await.unwrap();
        let (http, stop, handle) = (server.http(), CancellationToken::new(), ledger.handle());
        ledger.current().grown(0).await;
        let test = async {
            let received = stall(http, &handle).await;
            stop.cancel();
            received
        };
        let (ended, received) = tokio::join!(server.run(&ledger, clock, stop.clone()), test);
        ended.unwrap();
        received
    });
    let all = 800 * 50_000;
    assert!(0 < received && received < all, "{received} of {all} bytes came to a reader that did not read");
    drop(runtime);
    ledger.close();
}
