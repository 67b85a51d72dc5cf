//! What is told later, and in which order things are recorded, changes no answer that it has nothing to do with.

use proptest::prelude::*;
use tenure_replay::{Account, AsOf, ownership};
use tenure_schemas::{Event, When};

use crate::kit::histories::{Said, Time, ZONES, build, cases, history, hour, now, ownership as said, plain, time};
use crate::kit::*;

fn question() -> impl Strategy<Value = AsOf> {
    prop_oneof![
        now().prop_map(AsOf::Instant),
        (1u8..10, 0..ZONES.len()).prop_map(|(day, zone)| as_of(&format!("2024-01-{day:02}@{}", ZONES[zone]))),
    ]
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_happens_later_changes_no_earlier_answer(
        events in history(said(), time(), 16),
        later in prop::collection::vec((plain(), hour()), 1..8),
        questions in prop::collection::vec(question(), 8),
    ) {
        let mut more = events.clone();
        for mut event in build(&later, false) {
            event.position = more.len() as u64;
            event.id = id(event.position);
            event.when = When::instant(event.when.at.saturating_add_seconds(60 * 24 * 3_600));
            more.push(event);
        }
        for as_of in &questions {
            let (before, after) = (Account::fold(acme(), &events, as_of), Account::fold(acme(), &more, as_of));
            prop_assert_eq!(before, after);
        }
    }

    /// Without corrections and with every time once, the order of recording changes positions alone.
    #[test]
    fn the_order_of_recording_matters_only_at_equal_times(
        said in prop::collection::vec(plain(), 2..20),
        order in Just((0..20usize).collect::<Vec<_>>()).prop_shuffle(),
        questions in prop::collection::vec(now(), 8),
    ) {
        let hours = |index: usize| Time::Hour { day: 1 + u8::try_from(index / 8).unwrap(), hour: u8::try_from(3 * (index % 8)).unwrap() };
        let in_time: Vec<(Said, Time)> = said.iter().cloned().enumerate().map(|(index, said)| (said, hours(index))).collect();
        let shuffled: Vec<_> = order.iter().filter_map(|index| in_time.get(*index).cloned()).collect();
        let (in_time, shuffled) = (build(&in_time, false), build(&shuffled, false));
        for at in questions {
            let people = |events: &[Event]| -> Vec<_> {
                let owners = ownership::owners(&Account::fold(acme(), events, &AsOf::Instant(at)), &EverybodyWorks, &AsOf::Instant(at));
                owners.into_iter().map(|owner| (owner.person, owner.role, owner.from, owner.to)).collect()
            };
            prop_assert_eq!(people(&in_time), people(&shuffled));
            let codes = |events: &[Event]| -> Vec<_> {
                Account::fold(acme(), events, &AsOf::Instant(at)).findings().map(|f| (f.from, f.code)).collect()
            };
            prop_assert_eq!(codes(&in_time), codes(&shuffled));
        }
    }
}
