//! What checkpoints answer is what folding the whole stream answers, byte for byte.

use proptest::prelude::*;
use tenure_replay::{Account, AsOf, Checkpoints};
use tenure_schemas::codec::to_bytes;
use tenure_schemas::{Event, Instant, Zone};

use crate::kit::histories::{Time, ZONES, anything, cases, history};
use crate::kit::*;

/// Four weeks, so that checkpoints of every age are asked.
pub(crate) fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        (1u8..29, 0u8..24).prop_map(|(day, hour)| Time::Hour { day, hour }),
        (1u8..29, 0..ZONES.len()).prop_map(|(day, zone)| Time::Day { day, zone }),
    ]
}

pub(crate) fn moment() -> impl Strategy<Value = AsOf> {
    (0i64..1_000, 0usize..4).prop_map(|(hours, zone)| {
        let at: Instant = instant("2023-12-31T00:00:00Z").saturating_add_seconds(hours * 3_600);
        match ZONES.get(zone) {
            None => AsOf::Instant(at),
            Some(zone) => {
                let zone: Zone = zone.parse().unwrap();
                AsOf::Day { date: at.date_in(&zone), zone }
            }
        }
    })
}

fn answer(checkpoints: &Checkpoints, events: &[Event], as_of: &AsOf) -> Account {
    let needed = checkpoints.needed(as_of);
    let read: Vec<Event> = events.iter().filter(|event| needed.positions.contains(&event.position)).cloned().collect();
    checkpoints.account(&needed, &read, as_of).unwrap()
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn checkpoints_answer_as_folding_does(
        events in history(anything(), time(), 260),
        stride in 32usize..80,
        moments in prop::collection::vec(moment(), 16),
    ) {
        let checkpoints = Checkpoints::of(acme(), &events, stride);
        for as_of in moments {
            let folded = Account::fold(acme(), &events, &as_of);
            let answered = answer(&checkpoints, &events, &as_of);
            prop_assert_eq!(to_bytes(&answered).unwrap(), to_bytes(&folded).unwrap(), "{:?}", as_of);
            prop_assert_eq!(answered, folded, "{:?}", as_of);
        }
    }
}

#[test]
fn little_is_read_of_a_long_stream() {
    let mut events = vec![opened(0, "2014-01-01T00:00:00Z")];
    let start = instant("2014-01-02T00:00:00Z");
    for position in 1..5_000_u64 {
        let at = start.saturating_add_seconds(i64::try_from(position).unwrap() * 43_200);
        events.push(crate::orders::placed(position, &at.to_string(), &format!("o{position}")));
    }
    let checkpoints = Checkpoints::of(acme(), &events, 256);
    let as_of = AsOf::Instant(instant("2018-01-01T00:00:00Z"));
    let needed = checkpoints.needed(&as_of);
    // At most one stride, the entries before it, and two a day within the margins.
    assert!(needed.positions.len() <= 256 + 32 + 2 * 13, "{}", needed.positions.len());
    assert_eq!(answer(&checkpoints, &events, &as_of), Account::fold(acme(), &events, &as_of));
    assert_eq!(checkpoints.events(), 5_000);
}
