//! Places, and how far they rest on weights and on what is missing: checked against counting everything pair by pair.

use proptest::prelude::*;
use tenure_replay::portfolio::{Contender, Rank, ranks};
use tenure_schemas::AccountId;

use super::*;
use crate::kit::histories::cases;

#[test]
fn equally_attractive_accounts_go_by_strength_and_then_by_id() {
    let stands = |book: Book, account: &str, ours: u8| {
        book.all(account, "us", &[Some(ours); 5]).all(account, "competitor:x", &[Some(5); 5])
    };
    let book = ["d", "c", "b", "a"].into_iter().fold(Book::default(), |book, account| book.even(account, 6));
    let book = stands(stands(book, "c", 7), "d", 4).even("e", 7);
    let rows = book.rows();
    // Who has no ratio comes after those who have one.
    assert_eq!(ids(&rows), ["e", "c", "d", "a", "b"]);
    let places: Vec<u32> = rows.iter().map(|row| row.place.unwrap().rank).collect();
    assert_eq!(places, [1, 2, 3, 4, 5]);
    // Even values are the same under any weights.
    let moves = rows.iter().any(|row| row.place.unwrap().best != row.place.unwrap().worst);
    assert!(!moves, "{rows:?}");
}

#[test]
fn a_place_moves_with_the_weights_and_with_what_is_missing() {
    let high_first = [Some(10), Some(0), Some(0), Some(0), Some(0), Some(0)];
    let high_second = [Some(0), Some(10), Some(0), Some(3), Some(0), Some(0)];
    let book = Book::default()
        .opened("a")
        .all("a", "account", &high_first)
        .opened("b")
        .all("b", "account", &high_second)
        .opened("c")
        .all("c", "account", &[Some(0), Some(0), Some(0), Some(0), None, Some(1)]);
    let rows = book.rows();
    let places: Vec<_> =
        rows.iter().map(|row| row.place.unwrap()).map(|place| (place.rank, place.best, place.worst)).collect();
    // a has 2.5, b 2.45: with revenue potential at 20, a has 2.0 and b more than 2.45. c has 0.1 to 1.1.
    assert_eq!((ids(&rows), places), (vec!["a", "b", "c"], vec![(1, 1, 2), (2, 1, 2), (3, 3, 3)]));
    // Without a's openness, which weighs 10, it may have 3.5.
    let book = Book::default()
        .opened("a")
        .all("a", "account", &[Some(10), Some(0), Some(0), Some(0), None, Some(0)])
        .even("b", 3);
    let rows = book.rows();
    assert_eq!(ids(&rows), ["b", "a"]);
    let of = |at: usize| rows[at].place.map(|place| (place.best, place.worst)).unwrap();
    assert_eq!((of(0), of(1)), ((1, 2), (1, 2)));
}

/// A number as a fraction.
type Fraction = (i128, i128);

fn plus((a, b): Fraction, (c, d): Fraction) -> Fraction {
    (a * d + c * b, b * d)
}

/// The score under weights of which one was changed by so many hundredths, as the documentation says it.
fn score(weights: &[u32], moved: Option<(usize, i128)>, values: impl Fn(usize) -> u8) -> Fraction {
    let term = |(at, weight): (usize, &u32)| {
        let (weight, value) = (i128::from(*weight), i128::from(values(at)));
        let Some((which, percent)) = moved else { return (weight * value, 1) };
        let own = i128::from(weights[which]);
        let new = (own * (100 + percent)).min(10_000);
        if at == which { (new * value, 100) } else { (weight * (10_000 - new) * value, 100 * (100 - own)) }
    };
    weights.iter().enumerate().map(term).fold((0, 1), plus)
}

/// Whether one goes before another: by score, then by strength, then by id.
fn goes_before(one: (Fraction, i64, &AccountId), other: (Fraction, i64, &AccountId)) -> bool {
    let ((a, b), (c, d)) = (one.0, other.0);
    (c * b).cmp(&(a * d)).then(other.1.cmp(&one.1)).then(one.2.cmp(other.2)).is_lt()
}

fn counted(weights: &[u32], percent: i128, all: &[Contender<'_>], of: usize) -> Rank {
    let movable = (0..weights.len()).filter(|at| (1..100).contains(&weights[*at]));
    let moved = movable.flat_map(|at| [Some((at, percent)), Some((at, -percent))]).chain([None]);
    let one = &all[of];
    let mut found = Rank { rank: 0, best: u32::MAX, worst: 0 };
    for moved in moved {
        let least = |one: &Contender<'_>| score(weights, moved, |at| one.values[at].0);
        let most = |one: &Contender<'_>| score(weights, moved, |at| one.values[at].1);
        let others = || all.iter().enumerate().filter(|(at, _)| *at != of).map(|(_, other)| other);
        let ahead = |theirs: &dyn Fn(&Contender<'_>) -> Fraction, own: Fraction| {
            let before = |other: &&Contender<'_>| {
                goes_before((theirs(other), other.strength, other.account), (own, one.strength, one.account))
            };
            u32::try_from(others().filter(before).count()).unwrap() + 1
        };
        found.best = found.best.min(ahead(&least, most(one)));
        found.worst = found.worst.max(ahead(&most, least(one)));
        if moved.is_none() {
            found.rank = ahead(&least, least(one));
        }
    }
    found
}

/// Four weights that add up to 100.
fn weights() -> impl Strategy<Value = Vec<u32>> {
    [0_u32..=100, 0..=100, 0..=100].prop_map(|mut cuts| {
        cuts.sort_unstable();
        vec![cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 100 - cuts[2]]
    })
}

fn value() -> impl Strategy<Value = (u8, u8)> {
    prop_oneof![5 => (0_u8..=10).prop_map(|value| (value, value)), 1 => Just((0, 10))]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn places_are_what_counting_pair_by_pair_gives(
        weights in weights(),
        percent in 0_i64..=100,
        said in prop::collection::vec((prop::collection::vec(value(), 4), -1_i64..3), 1..12),
    ) {
        let ids: Vec<AccountId> = (0..said.len()).map(|at| account_id(&format!("a{at}"))).collect();
        let contender = |(account, (values, strength)): (_, &(Vec<(u8, u8)>, i64))| {
            Contender { account, values: values.clone(), strength: *strength }
        };
        let contenders: Vec<Contender<'_>> = ids.iter().zip(&said).map(contender).collect();
        let found = ranks(&weights, percent * 10_000, &contenders);
        let wanted: Vec<Rank> =
            (0..said.len()).map(|of| counted(&weights, i128::from(percent), &contenders, of)).collect();
        prop_assert_eq!(found, wanted);
    }
}
