//! Admission and recording, on a log in memory.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use tenure_replay::AsOf;
use tenure_schemas::{AccountId, parse_draft};

use super::*;
use crate::appender::{MAX_BATCH_EVENTS, Outcome, Refusal};
use crate::clock::Clock;
use crate::log::memory::MemoryLog;
use crate::log::{Head, Record};
use crate::view::decode;

const NOW: &str = "2026-03-01T12:00:00Z";

/// A clock that runs backwards, a second at a time.
struct Backwards(AtomicI64);

impl Clock for Backwards {
    fn now(&self) -> Instant {
        let micros = self.0.fetch_sub(1_000_000, Ordering::SeqCst);
        Instant::from_micros(micros).unwrap()
    }
}

fn now() -> Instant {
    NOW.parse().unwrap()
}

fn ledger() -> Ledger {
    Ledger::on(Box::new(MemoryLog::new()), Arc::new(crate::clock::FixedClock(now())), Identity::New).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "the payloads are written in place")]
fn event(stream: &str, kind: &str, payload: Value) -> Value {
    json!({
        "stream": stream, "kind": kind, "occurred_at": "2026-02-01T09:00:00Z",
        "actor": {"kind": "system", "id": "crm"}, "reason": {"code": "other", "text": "because"}, "payload": payload,
    })
}

fn opened(account: &str) -> Value {
    event(&format!("account/{account}"), "account.opened", json!({"name": account}))
}

fn joined(person: &str) -> Value {
    event(&format!("person/{person}"), "person.joined", json!({"name": person}))
}

fn with(mut event: Value, fields: &Value) -> Value {
    event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    event
}

fn append(ledger: &Ledger, strict: bool, events: &[Value]) -> Result<Vec<Receipt>, AppendError> {
    let drafts = events.iter().map(|event| parse_draft(event.clone()).unwrap()).collect();
    ledger.handle().append(Batch { drafts, strict })
}

#[track_caller]
fn refused(ledger: &Ledger, events: &[Value], code: &str, field: &str) -> Refusal {
    match append(ledger, true, events) {
        Err(AppendError::Refused(refusal)) => {
            assert_eq!((refusal.code.as_str(), refusal.field.as_str()), (code, field), "{refusal}");
            refusal
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_new_ledger_records_its_opening_once() {
    let ledger = ledger();
    let stored = ledger.log().read(0, 10).unwrap();
    assert_eq!(stored.len(), 1);
    let first = decode(0, &stored[0].bytes).unwrap();
    let Some(Payload::LedgerOpened(opened)) = first.payload() else { panic!("{first:?}") };
    assert!(opened.origin.as_str().starts_with("tenure/"), "{opened:?}");
    ledger.close();
}

#[test]
fn positions_and_revisions_have_no_gaps() {
    let ledger = ledger();
    let renamed = |name: &str| event("account/a", "account.renamed", json!({"name": name}));
    let receipts = append(&ledger, true, &[opened("a"), opened("b"), renamed("x"), renamed("y")]).unwrap();
    let places: Vec<_> = receipts.iter().map(|receipt| (receipt.position, receipt.revision)).collect();
    assert_eq!(places, [(1, 0), (2, 0), (3, 1), (4, 2)]);
}

#[test]
fn the_same_event_again_is_no_news_and_another_is_a_conflict() {
    let ledger = ledger();
    let first = with(opened("a"), &json!({"id": "row-1"}));
    let recorded = append(&ledger, true, std::slice::from_ref(&first)).unwrap();
    // Before the expected revision is looked at, for whoever sends again does not know that it was recorded.
    let again = with(first.clone(), &json!({"expected_revision": 0}));
    let receipts = append(&ledger, true, &[again.clone(), again]).unwrap();
    assert!(receipts.iter().all(|receipt| receipt.outcome == Outcome::AlreadyRecorded), "{receipts:?}");
    assert_eq!(receipts[0].position, recorded[0].position);
    let other = with(first, &json!({"payload": {"name": "b"}}));
    let refusal = refused(&ledger, &[other], "id_conflict", "id");
    assert!(refusal.message.contains("payload"), "{refusal}");
    assert_eq!(ledger.log().head().size, 2);
}

#[test]
fn a_batch_is_recorded_whole_or_not_at_all() {
    let ledger = ledger();
    let order = event("account/a", "order.fulfilled", json!({"order": "O-1"}));
    let refusal = refused(&ledger, &[opened("a"), opened("b"), order.clone()], "order_unknown", "payload");
    assert_eq!(refusal.index, Some(2));
    assert_eq!(ledger.log().head().size, 1);
    let receipts = append(&ledger, false, &[opened("a"), order]).unwrap();
    assert_eq!(receipts.len(), 2, "what contradicts is recorded where that is asked for");
}

#[test]
fn what_is_always_refused_is_refused_without_strictness_too() {
    let ledger = ledger();
    append(&ledger, true, &[opened("a"), opened("b"), with(opened("c"), &json!({"id": "c"}))]).unwrap();
    let placed = |fields: &Value| {
        let payload = json!({"order": "O", "total": {"amount": "1", "currency": "EUR"}});
        with(event("account/a", "order.placed", payload), fields)
    };
    let c = Draft::id_of_record("crm", "c");
    let merged = |from: &str, into: &str| event(&format!("account/{from}"), "account.merged", json!({"into": into}));
    let corrected = |payload: Value| {
        let payload = json!({"target": c, "payload": payload, "payload_schema": 1});
        event("account/c", "event.corrected", payload)
    };
    append(&ledger, false, &[merged("b", "c")]).unwrap();
    for (event, code, field) in [
        (placed(&json!({"occurred_at": "2026-03-01T12:05:01Z"})), "invalid", "occurred_at"),
        (placed(&json!({"expected_revision": 0})), "revision_conflict", "expected_revision"),
        (event("account/a", "event.retracted", json!({"target": c})), "unknown_target", "payload.target"),
        (corrected(json!({"name": ""})), "invalid", "payload.payload"),
        (merged("c", "c"), "merge_cycle", "payload.into"),
        (merged("c", "b"), "merge_cycle", "payload.into"),
    ] {
        for strict in [true, false] {
            let drafts = vec![parse_draft(event.clone()).unwrap()];
            let answer = ledger.handle().append(Batch { drafts, strict });
            let Err(AppendError::Refused(refusal)) = answer else { panic!("{event} was taken: {answer:?}") };
            assert_eq!((refusal.code.as_str(), refusal.field.as_str()), (code, field), "{refusal}");
        }
    }
}

#[test]
fn a_circle_of_merges_is_refused_by_whatever_event_it_would_come_about() {
    let ledger = ledger();
    let about = |account: &str, kind: &str, id: &str, payload: Value| {
        with(event(&format!("account/{account}"), kind, payload), &json!({"id": id}))
    };
    let merge = |account: &str, id: &str, into: &str| about(account, "account.merged", id, json!({"into": into}));
    let target = |id: &str| Draft::id_of_record("crm", id);
    let undo = |account: &str, id: &str| {
        event(&format!("account/{account}"), "event.retracted", json!({"target": target(id)}))
    };
    let redirect = |account: &str, id: &str, into: &str| {
        let says = json!({"target": target(id), "payload": {"into": into}, "payload_schema": 1});
        event(&format!("account/{account}"), "event.corrected", says)
    };
    append(&ledger, true, &[opened("a"), opened("b"), opened("c"), opened("d")]).unwrap();
    append(&ledger, true, &[merge("a", "ab", "b"), merge("b", "bc", "c")]).unwrap();
    refused(&ledger, &[merge("d", "dd", "a"), merge("c", "cd", "d")], "merge_cycle", "payload.into");
    refused(&ledger, &[redirect("b", "bc", "a")], "merge_cycle", "payload.target");
    let reverted = about("a", "account.merge_reverted", "back", json!({}));
    append(&ledger, true, &[with(reverted, &json!({"occurred_at": "2026-03-02T00:00:00Z"}))]).unwrap();
    append(&ledger, true, &[with(merge("c", "ca", "a"), &json!({"occurred_at": "2026-03-03T00:00:00Z"}))]).unwrap();
    refused(&ledger, &[undo("a", "back")], "merge_cycle", "payload.target");
    append(&ledger, true, &[redirect("c", "ca", "d"), undo("a", "back")]).unwrap();
}

#[test]
fn strictness_knows_people_and_earlier_lines_of_the_same_batch() {
    let ledger = ledger();
    let assigned =
        |person: &str| event("account/a", "ownership.assigned", json!({"person": person, "role": "primary"}));
    refused(&ledger, &[opened("a"), assigned("ann")], "owner_not_joined", "payload");
    append(&ledger, true, &[joined("ann"), joined("bob"), opened("a"), assigned("ann")]).unwrap();
    refused(&ledger, &[assigned("bob")], "second_primary", "payload");
    let transferred =
        event("account/a", "ownership.transferred", json!({"from": "bob", "to": "ann", "role": "primary"}));
    refused(&ledger, &[transferred], "transfer_from_non_holder", "payload");
}

#[test]
fn a_late_event_is_judged_by_the_state_just_before_it() {
    let ledger = ledger();
    let at = |day: &str, event: Value| with(event, &json!({"occurred_at": day}));
    let transferred = |from: &str, to: &str| {
        event("account/a", "ownership.transferred", json!({"from": from, "to": to, "role": "primary"}))
    };
    let assigned = event("account/a", "ownership.assigned", json!({"person": "ann", "role": "primary"}));
    let people = ["ann", "bob", "cem"].map(|person| at("2026-01-01", joined(person)));
    append(&ledger, true, &people).unwrap();
    let history =
        [at("2026-01-01", opened("a")), at("2026-01-02", assigned), at("2026-02-10", transferred("ann", "bob"))];
    append(&ledger, true, &history).unwrap();
    // On 5 February it was still with ann; the later transfer that this contradicts becomes a finding.
    append(&ledger, true, &[at("2026-02-05", transferred("ann", "cem"))]).unwrap();
    refused(&ledger, &[at("2026-02-20", transferred("cem", "ann"))], "transfer_from_non_holder", "payload");
}

#[test]
fn the_time_of_recording_never_runs_backwards() {
    let clock = Arc::new(Backwards(AtomicI64::new(now().as_micros())));
    let ledger = Ledger::on(Box::new(MemoryLog::new()), clock, Identity::New).unwrap();
    let mut last = Instant::EPOCH;
    for account in ["a", "b", "c"] {
        let receipts = append(&ledger, true, &[opened(account)]).unwrap();
        assert!(receipts[0].recorded_at >= last);
        last = receipts[0].recorded_at;
    }
}

#[test]
fn a_batch_has_limits() {
    let ledger = ledger();
    let many: Vec<Value> = (0..=MAX_BATCH_EVENTS).map(|number| opened(&format!("a{number}"))).collect();
    refused(&ledger, &many, "batch_too_large", "");
    let text = "x".repeat(59_000);
    let note = |number: usize| {
        event(&format!("account/a{number}"), "account.note_recorded", json!({"topic": "other", "text": text}))
    };
    let heavy: Vec<Value> = (0..150).map(note).collect();
    let answer = append(&ledger, false, &heavy);
    assert!(matches!(&answer, Err(AppendError::Refused(refusal)) if refusal.code == "batch_too_large"), "{answer:?}");
    let too_large = event("account/a", "account.note_recorded", json!({"topic": "other", "text": "x".repeat(60_000)}));
    let answer = append(&ledger, false, &[too_large]);
    assert!(matches!(&answer, Err(AppendError::Refused(refusal)) if refusal.code == "too_large"), "{answer:?}");
    assert_eq!(ledger.log().head().size, 1);
}

/// A log that takes its first group and then fails.
struct Failing(MemoryLog);

impl LogWriter for Failing {
    fn append(&mut self, group: &[Record]) -> Result<Head, LogError> {
        if self.0.reader().head().size > 0 {
            return Err(LogError::Stopped { path: "ledger".into(), reason: "the disk is full".to_owned() });
        }
        self.0.append(group)
    }

    fn reader(&self) -> Arc<dyn LogReader> {
        self.0.reader()
    }
}

#[test]
fn what_the_log_does_not_take_is_not_acknowledged() {
    let ledger =
        Ledger::on(Box::new(Failing(MemoryLog::new())), Arc::new(crate::clock::FixedClock(now())), Identity::New)
            .unwrap();
    for _ in 0..2 {
        let answer = append(&ledger, true, &[opened("a")]);
        assert!(
            matches!(&answer, Err(AppendError::Unavailable { reason }) if reason.contains("disk is full")),
            "{answer:?}"
        );
    }
    assert_eq!(ledger.log().head().size, 1);
}

#[test]
fn the_view_follows_group_by_group_and_equals_one_made_anew() {
    let mut ledger = ledger();
    ledger.follow().unwrap();
    let renamed = |day: &str, name: &str| {
        with(event("account/a", "account.renamed", json!({"name": name})), &json!({"occurred_at": day}))
    };
    let events = [opened("a"), renamed("2026-02-03", "x"), renamed("2026-02-02", "y"), renamed("2026-04-01", "later")];
    for event in events {
        append(&ledger, false, &[event]).unwrap();
    }
    let mut anew = Projection::empty();
    follow(&mut anew, ledger.log().as_ref(), now()).unwrap();
    let (current, log) = (ledger.current(), ledger.log());
    ledger.close();
    let followed = current.load();
    let anew = View::new(Arc::new(anew), log);
    assert_eq!(followed.head(), anew.head());
    let id = AccountId::new("a").unwrap();
    for day in ["2026-02-02", "2026-02-03", "2026-03-01", "2026-04-01"] {
        let as_of = AsOf::parse(day, &tenure_schemas::Zone::utc()).unwrap();
        let answers = [&followed, &Arc::new(anew.clone())].map(|view| view.account(&id, &as_of).unwrap().unwrap());
        assert_eq!(answers[0], answers[1], "{day}");
    }
    let name = |day: &str| {
        let as_of = AsOf::parse(day, &tenure_schemas::Zone::utc()).unwrap();
        followed.account(&id, &as_of).unwrap().unwrap().profile().name.clone().unwrap().to_string()
    };
    assert_eq!(
        (name("2026-02-02"), name("2026-03-01"), name("2026-04-01")),
        ("y".to_owned(), "x".to_owned(), "later".to_owned())
    );
}

#[test]
fn whoever_appended_reads_what_they_wrote() {
    let mut ledger = ledger();
    ledger.follow().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for number in 0..50 {
        let receipts = append(&ledger, true, &[opened(&format!("a{number}"))]).unwrap();
        let view = runtime.block_on(ledger.current().fresh(std::time::Duration::from_secs(10)));
        assert!(view.head().size > receipts[0].position, "{number}");
    }
}
