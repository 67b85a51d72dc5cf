//! A walk through history answers what folding the whole stream answers at each moment, byte for byte.

use std::convert::Infallible;

use proptest::prelude::*;
use tenure_replay::walk::Told;
use tenure_replay::{Account, AsOf};
use tenure_schemas::Event;
use tenure_schemas::codec::to_bytes;

use crate::checkpoints::{moment, time};
use crate::kit::histories::{anything, cases, history};
use crate::kit::*;

fn walked(events: &[Event], moments: &[AsOf]) -> Vec<(AsOf, Account)> {
    let mut found = Vec::new();
    let visited = Told::of(acme(), events).walk(moments.iter().cloned(), |as_of, account| {
        found.push((as_of.clone(), account));
        Ok::<(), Infallible>(())
    });
    assert_eq!(visited, Ok(()));
    found
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_walk_answers_as_folding_does(
        events in history(anything(), time(), 260),
        mut moments in prop::collection::vec(moment(), 24),
    ) {
        moments.sort_by_key(AsOf::instant);
        for (as_of, account) in walked(&events, &moments) {
            let folded = Account::fold(acme(), &events, &as_of);
            prop_assert_eq!(to_bytes(&account).unwrap(), to_bytes(&folded).unwrap(), "{:?}", as_of);
            prop_assert_eq!(account, folded, "{:?}", as_of);
        }
    }
}

#[test]
fn a_walk_stops_where_its_visitor_does() {
    let events = [opened(0, "2024-01-01")];
    let moments = ["2024-01-01", "2024-01-02", "2024-01-03"].map(as_of);
    let mut seen = 0;
    let stopped = Told::of(acme(), &events).walk(moments, |_, _| {
        seen += 1;
        if seen == 2 { Err("enough") } else { Ok(()) }
    });
    assert_eq!((stopped, seen), (Err("enough"), 2));
}

#[test]
fn before_the_first_event_nothing_is_known() {
    let events = [opened(0, "2024-01-01")];
    let found = walked(&events, &[as_of("2020-01-01"), as_of("2024-01-01")]);
    assert!(found[0].1.lifecycle().first_event_at.is_none());
    assert!(found[1].1.lifecycle().first_event_at.is_some());
    assert_eq!(walked(&[], &[as_of("2024-01-01")])[0].1, Account::unknown(acme()));
}
