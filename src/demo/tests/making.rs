//! How the demo gets into a ledger: by the story's clock, the same every time, and only into a ledger of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::date;
use tenure_schemas::{DraftLimits, Payload};

use super::super::{DemoError, FIRST_DAY, SEED, ScriptedClock, history, identity, opening, record};
use super::{DOCUMENT, MADE, ask, instant, written};
use crate::clock::FixedClock;
use crate::ledger::{Identity, Ledger};
use crate::log::memory::MemoryLog;
use crate::view::decode;

#[test]
fn the_ledger_has_the_size_and_root_that_the_document_says() {
    let (headers, _) = ask("/v1/accounts?limit=1");
    let header = |name: &str| headers[name].to_str().unwrap();
    let stated = format!("Ledger-Size: {}\nLedger-Root: {}", header("ledger-size"), header("ledger-root"));
    assert!(DOCUMENT.contains(&stated), "docs/demo.md does not say:\n{stated}");
}

#[test]
fn a_history_told_up_to_a_day_is_the_beginning_of_the_whole() {
    let shorter = history(SEED, date(2024, 5, 31)).unwrap();
    assert!(shorter.len() > 300, "{}", shorter.len());
    for (short, whole) in shorter.iter().zip(&MADE.history) {
        assert_eq!((short.at, &short.batch.drafts), (whole.at, &whole.batch.drafts));
    }
    assert!(MADE.history[shorter.len()].at > instant("2024-06-01T02:00:00Z"));
}

#[test]
fn another_seed_tells_another_history_that_is_as_well_formed() {
    let other = history(SEED + 1, date(2023, 9, 30)).unwrap();
    let limits = DraftLimits { now: instant("2026-07-01T00:00:00Z") };
    let drafts = || other.iter().flat_map(|recording| &recording.batch.drafts);
    assert!(drafts().all(|draft| draft.check(limits).is_ok()));
    let ours = MADE.history.iter().flat_map(|recording| &recording.batch.drafts);
    assert!(drafts().zip(ours).any(|(other, our)| other != our));
    written(&[&other]);
}

#[test]
fn a_run_that_was_cut_short_is_finished_by_the_next_as_if_it_had_not_been() {
    let beginning = &MADE.history[..120];
    let whole = written(&[beginning]).head();
    assert_eq!(written(&[&beginning[..70], beginning]).head(), whole);
    assert_eq!(written(&[beginning, beginning]).head(), whole, "a second run adds nothing");
}

#[test]
fn what_was_learned_is_recorded_when_it_was_learned() {
    let events = &MADE.events;
    assert!(events.is_sorted_by_key(|event| event.recorded_at));
    assert_eq!(events[0].recorded_at, opening());
    assert!(matches!(events[0].payload(), Some(Payload::LedgerOpened(opened)) if opened.demo == Some(true)));
    assert_eq!(events.last().unwrap().recorded_at, instant("2026-07-01T02:00:00Z"));
    let day = 24 * 3600 * 1_000_000;
    for event in events {
        assert!(event.when.at <= event.recorded_at, "{event:?}");
        let Some(source) = &event.source else { continue };
        let learned = source.recorded_at.unwrap();
        let waited = event.recorded_at.as_micros() - learned.max(opening()).as_micros();
        assert!((0..2 * day).contains(&waited), "the night's import brings it: {event:?}");
        assert!(event.recorded_at.to_string().ends_with("T02:00:00Z"), "{event:?}");
    }
    let late = events.iter().filter(|event| {
        event.when.at > opening() && event.recorded_at.as_micros() - event.when.at.as_micros() > 10 * day
    });
    let late = late.count();
    assert!((100..400).contains(&late), "{late} recorded weeks after they happened");
    let entered = events.iter().filter(|event| event.source.is_none()).count();
    assert!(entered * 20 > events.len() && entered * 4 < events.len(), "{entered} of {}", events.len());
}

#[test]
fn only_few_are_told_against_the_rules() {
    let loose = MADE.history.iter().filter(|recording| !recording.batch.strict);
    let told: Vec<_> = loose.flat_map(|recording| &recording.batch.drafts).collect();
    assert!(told.len() < 40, "{}", told.len());
    let kinds: BTreeSet<_> = told.iter().map(|draft| draft.payload.kind().as_str()).collect();
    let expected = ["issue.noted", "order.placed", "ownership.assigned", "ownership.ended"];
    assert_eq!(kinds, BTreeSet::from(expected));
}

#[test]
fn the_demo_goes_into_no_other_ledger() {
    let into = |identity| {
        let ledger = Ledger::on(Box::new(MemoryLog::new()), Arc::new(FixedClock(instant(super::NOW))), identity);
        let ledger = ledger.unwrap();
        let refused = record(&ledger, &ScriptedClock::new(), MADE.history[..1].to_vec(), &mut |_, _| ());
        assert_eq!(ledger.log().head().size, 1, "nothing is written");
        ledger.close();
        refused
    };
    assert!(matches!(into(Identity::New), Err(DemoError::RealLedger)));
    let another = into(Identity::Demo { ledger: uuid::Uuid::from_u128(7) });
    assert!(matches!(another, Err(DemoError::AnotherDemo { origin }) if origin.ends_with("000000000007")));
}

#[test]
fn the_ledger_calls_itself_by_the_same_name_everywhere() {
    let again = written(&[]);
    let stored = again.read(0, 1).unwrap();
    assert_eq!(decode(0, &stored[0].bytes).unwrap(), MADE.events[0]);
    let Identity::Demo { ledger } = identity() else { panic!("a demo has a known name") };
    assert_eq!(identity().origin(opening()), format!("tenure/{ledger}"));
    assert_eq!(opening().to_string(), format!("{FIRST_DAY}T05:00:00Z"));
}
