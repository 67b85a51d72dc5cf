//! Following events one by one gives what folding the whole stream gives, byte for byte.

use proptest::prelude::*;
use tenure_replay::{Account, AsOf, Followed, Live};
use tenure_schemas::codec::to_bytes;
use tenure_schemas::{Event, Instant};

use crate::kit::histories::{ZONES, anything, cases, history, now, plain, time};
use crate::kit::*;

/// Follows a group of events as a projection does: folded anew once, where that is asked for. Says how often it was.
fn follow(live: &mut Live, events: &[Event], from: usize, upto: usize, now: Instant) -> bool {
    let anew = events[from..upto].iter().filter(|event| live.follow(event, now) == Followed::FoldAnew).count() > 0;
    if anew {
        *live = Live::fold(acme(), &events[..upto], now);
    }
    anew
}

fn bytes(account: &Account) -> Vec<u8> {
    to_bytes(account).unwrap()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn following_equals_folding(
        events in prop_oneof![history(anything(), time(), 24), history(plain(), time(), 24)],
        groups in prop::collection::vec((1usize..5, now()), 24),
        clock_goes_back in prop::bool::weighted(0.3),
    ) {
        let mut groups = groups;
        if !clock_goes_back {
            groups.sort_by_key(|(_, now)| *now);
        }
        let mut live = Live::unknown(acme());
        let mut from = 0;
        for (length, now) in groups {
            let upto = (from + length).min(events.len());
            if from == upto {
                break;
            }
            follow(&mut live, &events, from, upto, now);
            from = upto;
            let folded = Live::fold(acme(), &events[..upto], now);
            prop_assert_eq!(bytes(live.account()), bytes(folded.account()));
            prop_assert_eq!(&live, &folded);
        }
    }

    #[test]
    fn what_a_live_account_answers_is_what_folding_answers(
        events in history(anything(), time(), 16),
        folded_at in now(),
        questions in prop::collection::vec((now(), 0usize..4), 16),
    ) {
        let live = Live::fold(acme(), &events, folded_at);
        for (at, zone) in questions {
            let as_of = match ZONES.get(zone) {
                None => AsOf::Instant(at),
                Some(zone) => {
                    let zone: tenure_schemas::Zone = zone.parse().unwrap();
                    AsOf::Day { date: at.date_in(&zone), zone }
                }
            };
            if let Some(account) = live.as_of(&as_of) {
                prop_assert_eq!(account.as_ref(), &Account::fold(acme(), &events, &as_of), "{:?}", as_of);
            }
        }
    }
}

#[test]
fn what_comes_in_order_is_followed_without_folding_anew() {
    let now = instant("2024-06-01T00:00:00Z");
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        ended(2, "2024-02-01T08:00:00Z", "ben"),
        ended(3, "2024-02-01T09:00:00Z", "ben"),
        transferred(4, "2024-03-01", "ana", "ben"),
        assigned(5, "2025-01-01", "cy"),
        assigned(6, "2024-04-01", "dee"),
    ];
    let mut live = Live::unknown(acme());
    for upto in 1..=events.len() {
        assert!(!follow(&mut live, &events, upto - 1, upto, now), "event {}", upto - 1);
    }
    assert_eq!(live, Live::fold(acme(), &events, now));
    assert!(live.as_of(&AsOf::Instant(instant("2025-01-01T00:00:00Z"))).is_none());
    assert!(live.as_of(&AsOf::Instant(instant("2024-12-31T23:00:00Z"))).is_some());
    assert!(live.as_of(&AsOf::Instant(instant("2024-03-31T00:00:00Z"))).is_none());
}

#[test]
fn what_changes_the_past_is_folded_anew() {
    let now = instant("2024-06-01T00:00:00Z");
    let events = [
        opened(0, "2024-01-01"),
        assigned(1, "2024-02-01", "ana"),
        ev(2, "2024-03-01", "order.fulfilled", serde_json::json!({"order": "o1"})),
        assigned(3, "2025-01-01", "cy"),
    ];
    for (case, event, now) in [
        ("late", ended(4, "2024-01-15", "ana"), now),
        ("a correction", retracted(4, 1), now),
        ("the same day as a doubt", closed(4, "2024-03-01T10:00:00Z"), now),
        ("what waited has come", ended(4, "2025-02-01", "ana"), instant("2025-02-01T00:00:00Z")),
        ("the clock was set back", ended(4, "2024-03-02", "ana"), instant("2024-02-15T00:00:00Z")),
    ] {
        let mut live = Live::fold(acme(), &events, instant("2024-06-01T00:00:00Z"));
        assert_eq!(live.follow(&event, now), Followed::FoldAnew, "{case}");
    }
}

#[test]
fn findings_keep_their_order_and_later_events_of_a_day_settle_them() {
    let order = |position, time, kind: &str| ev(position, time, kind, serde_json::json!({"order": "o1"}));
    for events in [
        vec![opened(0, "2024-01-01"), corrected(1, 0, serde_json::json!({}), None), ended(2, "2024-02-01", "ana")],
        vec![
            opened(0, "2024-01-01"),
            order(1, "2024-03-01", "order.fulfilled"),
            assigned(2, "2024-03-01T08:00:00Z", "ana"),
            crate::orders::placed(3, "2024-03-01T09:00:00Z", "o1"),
        ],
        vec![
            opened(0, "2024-01-01"),
            crate::orders::placed(1, "2024-02-01", "o1"),
            crate::orders::cancelled(2, "2024-03-01", "o1"),
            order(3, "2024-03-01", "order.fulfilled"),
        ],
    ] {
        let now = instant("2024-06-01T00:00:00Z");
        let mut live = Live::unknown(acme());
        for upto in 1..=events.len() {
            follow(&mut live, &events, upto - 1, upto, now);
        }
        assert_eq!(bytes(live.account()), bytes(Live::fold(acme(), &events, now).account()));
    }
}
