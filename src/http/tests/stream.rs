//! The stream of events: what it sends, where it begins again, and how it ends.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::http::Limits;
use crate::http::testing::{Message, Testbed, event, history};

const STREAM: &str = "/v1/events/stream";

fn opened(account: &str) -> Value {
    event(&format!("account/{account}"), "account.opened", "2024-01-01", json!({"name": account}))
}

fn many(count: usize) -> Vec<Value> {
    (0..count).map(|number| opened(&format!("a{number}"))).collect()
}

fn mark(id: &str, comment: &str) -> Message {
    Message { id: id.to_owned(), comment: comment.to_owned(), ..Message::default() }
}

fn end(reason: &str, resume_after: u64) -> Value {
    json!({"reason": reason, "resume_after": resume_after})
}

#[tokio::test]
async fn an_event_is_sent_once_answers_rest_on_it() {
    let mut testbed = Testbed::of(&history());
    let mut feed = testbed.open(STREAM, &[("accept", "text/event-stream"), ("accept-encoding", "gzip")]).await;
    assert_eq!(feed.status, StatusCode::OK);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("ledger-size", "22"),
        ("ledger-lag", "0"),
        ("connection", "close"),
    ] {
        assert_eq!(feed.headers[name], value, "{name}");
    }
    assert!(!feed.headers.contains_key("content-encoding"));
    assert_eq!(feed.next().await.unwrap(), mark("21", "22 of 22 events"));
    testbed.record(&[opened("zoo")]);
    let early = tokio::time::timeout(Duration::from_millis(50), feed.next()).await;
    assert!(early.is_err(), "{early:?} came before answers rest on it");
    testbed.grow(&[]);
    let message = feed.next().await.unwrap();
    assert_eq!((message.id.as_str(), message.event.as_str()), ("22", "account.opened"));
    assert_eq!(message.json(), testbed.found("/v1/events/22").await);
}

#[tokio::test]
async fn a_stream_begins_where_the_reader_left_off() {
    let mut testbed = Testbed::of(&history());
    for (query, last_event_id, id, first) in [
        ("?after=0", "", "0", "1"),
        ("?after=19", "", "19", "20"),
        ("?after=3", "19", "19", "20"),
        ("", "19", "19", "20"),
        ("?kind=order.*", "2", "2", "15"),
        ("?person=bob&after=0", "", "0", "1"),
        ("?recorded_from=2025-01-01T00:00:20Z", "", "19", "20"),
        ("?recorded_from=2025-01-01T00:00:10Z&after=19", "", "19", "20"),
        ("?recorded_from=2025-01-01T00:00:20Z&after=3", "", "19", "20"),
        ("?recorded_from=2024-01-01&kind=person.joined", "", "", "0"),
    ] {
        let headers = [("last-event-id", last_event_id)];
        let mut feed = testbed.open(&format!("{STREAM}{query}"), &headers).await;
        assert_eq!(feed.status, StatusCode::OK, "{query}");
        assert_eq!(feed.next().await.unwrap().id, id, "{query}");
        assert_eq!(feed.event().await.unwrap().id, first, "{query}");
    }
    let mut feed = testbed.follow(&format!("{STREAM}?after=20")).await;
    testbed.grow(&many(2));
    assert_eq!(feed.positions(3).await, ["21", "22", "23"]);
}

#[tokio::test]
async fn coming_back_at_any_place_loses_and_repeats_nothing() {
    let testbed = Testbed::of(&[history(), many(700)].concat());
    for filter in ["", "stream=account/acme", "account=a650", "kind=order.*,account.opened", "occurred_to=2023-03-01"] {
        let page = testbed.found(&format!("/v1/events?limit=1000&{filter}")).await;
        let items = page["items"].as_array().unwrap();
        let wanted: Vec<_> = items.iter().map(|item| item["position"].to_string()).filter(|at| at != "0").collect();
        let mut found: Vec<String> = Vec::new();
        let mut last = "0".to_owned();
        // The reader leaves after 1, 4, 9, … messages, marks included.
        for round in 1_usize.. {
            let mut feed = testbed.open(&format!("{STREAM}?{filter}"), &[("last-event-id", &last)]).await;
            for _ in 0..round * round {
                if found.len() == wanted.len() {
                    break;
                }
                let message = feed.next().await.unwrap();
                last.clone_from(&message.id);
                found.extend((!message.data.is_empty()).then_some(message.id));
            }
            if found.len() == wanted.len() {
                break;
            }
        }
        assert_eq!(found, wanted, "{filter}");
    }
}

#[tokio::test]
async fn large_events_come_in_more_pieces_and_all_of_them_come() {
    let text = "x".repeat(50_000);
    let note = |number: usize| {
        let account = format!("account/a{number}");
        event(&account, "account.note_recorded", "2024-01-01", json!({"topic": "other", "text": text}))
    };
    let mut testbed = Testbed::of(&many(2));
    testbed.grow(&(0..40).map(note).collect::<Vec<_>>());
    let mut feed = testbed.follow(&format!("{STREAM}?after=1&kind=account.note_recorded")).await;
    let wanted: Vec<_> = (2..42).map(|position| position.to_string()).collect();
    assert_eq!(feed.positions(40).await, wanted);
}

#[tokio::test]
async fn a_reader_who_is_sent_nothing_learns_how_far_the_ledger_was_read() {
    let testbed = Testbed::of(&many(10_000));
    let mut feed = testbed.follow(&format!("{STREAM}?after=0&kind=order.*")).await;
    // 4,096 at the least, in pieces of 256.
    assert_eq!(feed.next().await.unwrap(), mark("4096", "4097 of 10000 events"));
    assert_eq!(feed.next().await.unwrap(), mark("8192", "8193 of 10000 events"));
}

#[tokio::test]
async fn silence_is_broken_by_a_sign_of_life() {
    let silence = Duration::from_millis(50);
    let mut testbed = Testbed::of(&history()).within(Limits { silence, ..Limits::default() });
    let mut feed = testbed.follow(&format!("{STREAM}?after=17&kind=order.*")).await;
    for _ in 0..3 {
        assert_eq!(feed.next().await.unwrap(), mark("21", "22 of 22 events"));
    }
    testbed.record(&many(1));
    assert_eq!(feed.next().await.unwrap(), mark("21", "22 of 23 events"));
}

#[tokio::test]
async fn where_a_stream_cannot_begin_is_refused() {
    let testbed = Testbed::of(&history());
    for (query, last_event_id, field) in [
        ("", "x", "Last-Event-ID"),
        ("", "-1", "Last-Event-ID"),
        ("", "1, 2", "Last-Event-ID"),
        ("", "99999999999999999999", "Last-Event-ID"),
        ("", "22", "Last-Event-ID"),
        ("?after=3", "22", "Last-Event-ID"),
        ("?after=22", "", "after"),
    ] {
        let headers = [("last-event-id", last_event_id)];
        let reply = testbed.ask(Method::GET, &format!("{STREAM}{query}"), &headers).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query} {last_event_id}");
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{query} {last_event_id}");
    }
    let reply = testbed.ask(Method::GET, STREAM, &[("accept", "application/json")]).await;
    assert_eq!((reply.status.as_u16(), reply.problem().0.as_str()), (406, "not-acceptable"));
    assert_eq!(testbed.get(&format!("{STREAM}?limit=3")).await.problem().0, "unknown-parameter");
    assert_eq!(Testbed::unread().get(STREAM).await.problem().0, "not-ready");
}

#[tokio::test]
async fn head_of_a_stream_ends_at_once() {
    let testbed = Testbed::of(&history()).within(Limits { followers: 1, ..Limits::default() });
    for _ in 0..3 {
        let reply = testbed.ask(Method::HEAD, STREAM, &[]).await;
        assert_eq!((reply.status, reply.body.len()), (StatusCode::OK, 0));
        assert_eq!(reply.header("content-type"), "text/event-stream");
    }
}

#[tokio::test]
async fn only_so_many_may_follow_and_they_keep_nobody_else_out() {
    let limits = Limits {
        followers: 2,
        at_once: 1,
        waiting: 0,
        heavy_at_once: 1,
        heavy_waiting: 0,
        time: Duration::from_secs(5),
        ..Limits::default()
    };
    let mut testbed = Testbed::of(&history()).within(limits);
    let (mut one, two) = (testbed.follow(STREAM).await, testbed.follow(STREAM).await);
    let reply = testbed.get(STREAM).await;
    assert_eq!((reply.status.as_u16(), reply.problem().0.as_str()), (503, "busy"));
    assert_eq!(reply.header("retry-after"), "1");
    for address in ["/v1/accounts", "/v1/events", "/v1/ownership?as_of=2024-01-01"] {
        assert_eq!(testbed.get(address).await.status, StatusCode::OK, "{address}");
    }
    drop(two);
    testbed.follow(STREAM).await;
    testbed.grow(&many(1));
    assert_eq!(one.positions(1).await, ["22"]);
}

#[tokio::test]
async fn a_stream_outlives_the_time_for_answers() {
    let time = Duration::from_millis(200);
    let mut testbed = Testbed::of(&history()).within(Limits { time, ..Limits::default() });
    let mut feed = testbed.follow(STREAM).await;
    tokio::time::sleep(2 * time).await;
    testbed.grow(&many(1));
    assert_eq!(feed.positions(1).await, ["22"]);
}

#[tokio::test]
async fn a_slow_reader_is_told_where_to_go_on_and_dropped() {
    let stalled = Duration::from_millis(200);
    let testbed = Testbed::of(&history()).within(Limits { stalled, ..Limits::default() });
    let mut feed = testbed.follow(&format!("{STREAM}?after=3&kind=order.*")).await;
    assert_eq!(feed.positions(2).await, ["15", "16"]);
    tokio::time::sleep(2 * stalled).await;
    let last = feed.next().await.unwrap();
    // The event at 17 was read for it already, and not given.
    assert_eq!((last.id.as_str(), last.event.as_str()), ("16", "end"));
    assert_eq!(last.json(), end("slow_reader", 16));
    assert_eq!(feed.next().await, None);
    let mut feed = testbed.open(&format!("{STREAM}?kind=order.*"), &[("last-event-id", &last.id)]).await;
    assert_eq!(feed.positions(1).await, ["17"]);
}

#[tokio::test]
async fn a_reader_who_waits_is_not_slow() {
    let stalled = Duration::from_millis(100);
    let mut testbed = Testbed::of(&history()).within(Limits { stalled, ..Limits::default() });
    let mut feed = testbed.follow(STREAM).await;
    let waiting = tokio::time::timeout(4 * stalled, feed.next()).await;
    assert!(waiting.is_err(), "{waiting:?}");
    testbed.grow(&many(1));
    assert_eq!(feed.positions(1).await, ["22"]);
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams() {
    let stopping = CancellationToken::new();
    let testbed = Testbed::of(&history()).until(stopping.clone());
    let mut waits = testbed.follow(STREAM).await;
    let mut reads = testbed.follow(&format!("{STREAM}?after=3")).await;
    assert_eq!(reads.positions(1).await, ["4"]);
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        stopping.cancel();
    };
    let (last, ()) = tokio::join!(waits.next(), cancel);
    assert_eq!(last.unwrap().json(), end("shutdown", 21));
    assert_eq!(waits.next().await, None);
    assert_eq!(reads.next().await.unwrap().json(), end("shutdown", 4));
    assert_eq!(reads.next().await, None);
}

#[tokio::test]
async fn a_stream_is_complete_once_no_more_can_come() {
    let mut testbed = Testbed::of(&history());
    let complete = |at: u64| end("complete", at).to_string();
    let past = format!("{STREAM}?recorded_from=2025-01-01T00:00:02Z&recorded_to=2025-01-01T00:00:04Z");
    assert_eq!(testbed.follow(&past).await.positions(9).await, ["2", "3", "4", &complete(4)]);
    let nothing = format!("{STREAM}?after=21&recorded_to=2025-01-01T00:00:04Z");
    assert_eq!(testbed.follow(&nothing).await.positions(9).await, [complete(21)]);
    let mut soon = testbed.follow(&format!("{STREAM}?recorded_to=2025-01-01T00:00:22Z")).await;
    testbed.grow(&many(2));
    assert_eq!(soon.positions(9).await, ["22", &complete(22)]);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_ends_the_stream() {
    let mut testbed = Testbed::of(&history());
    testbed.damage(20);
    let mut feed = testbed.follow(&format!("{STREAM}?after=18")).await;
    assert_eq!(feed.positions(9).await, [end("failed", 18).to_string()]);
}

#[tokio::test]
async fn a_kind_of_a_later_version_stays_on_its_line() {
    let mut testbed = Testbed::of(&history());
    let mut feed = testbed.follow(STREAM).await;
    testbed.grow_by_unread(&opened("zoo"), "forecast\r\nmade");
    let message = feed.next().await.unwrap();
    assert_eq!((message.id.as_str(), message.event.as_str()), ("22", "forecast  made"));
    assert_eq!(message.json()["kind"], "forecast\r\nmade");
}
