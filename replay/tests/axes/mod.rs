//! Ownership on both axes against a naive model: every rule again, as slowly and plainly as it can be said, on random
//! ledgers of a whole firm.

mod answered;
mod expected;
mod facts;
mod ledgers;
mod model;

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tenure_replay::AsOf;
use tenure_schemas::{Event, Payload, Precision};

use self::answered::Answers;
use self::facts::{Known, known};
use self::ledgers::{ACCOUNTS, Line, PEOPLE, ZONES, build, civil, hours, lines};
use self::model::Firm;
use crate::kit::histories::cases;

/// What is asked about both axes: as of when, given what was known; the latter still by the length of the ledger.
type Point = (AsOf, Asked);

#[derive(Clone, Debug)]
enum Asked {
    Now,
    Size(prop::sample::Index),
    At(i64),
    LearnedBy(i64),
}

impl Asked {
    fn known(&self, events: &[Event]) -> Known {
        match self {
            Self::Now => Known::Now,
            Self::Size(index) => Known::Size(index.index(events.len() + 1) as u64),
            Self::At(at) => Known::At(hours(*at)),
            Self::LearnedBy(at) => Known::LearnedBy(hours(*at)),
        }
    }
}

fn point() -> impl Strategy<Value = Point> {
    let day = (-1i64..8, 0..ZONES.len())
        .prop_map(|(day, zone)| AsOf::Day { date: civil(day), zone: ZONES[zone].parse().unwrap() });
    let as_of = prop_oneof![(-30i64..170).prop_map(|hour| AsOf::Instant(hours(hour))), day];
    let asked = prop_oneof![
        1 => Just(Asked::Now),
        2 => any::<prop::sample::Index>().prop_map(Asked::Size),
        2 => (-50i64..150).prop_map(Asked::At),
        2 => (-100i64..150).prop_map(Asked::LearnedBy),
    ];
    (as_of, asked)
}

/// An event on one line, for whoever has to find out why answers differ.
fn line(event: &Event) -> String {
    let says = event.payload().map(Payload::to_json).unwrap_or_default();
    let day = match &event.when.precision {
        Precision::Day { date, zone } => format!(" ({date} in {zone})"),
        Precision::Instant => String::new(),
    };
    let learned = event.source.as_ref().and_then(|source| source.recorded_at);
    let learned = learned.map(|at| format!(", learned {at}")).unwrap_or_default();
    let (position, stream, kind, at) = (event.position, &event.stream, event.kind_name(), event.when.at);
    format!("{position} {stream} {kind} {at}{day} {says}, recorded {}{learned}\n", event.recorded_at)
}

/// Compares every answer about one point; says how many there were.
fn compare(events: &[Event], as_of: &AsOf, what: Known) -> Result<u64, TestCaseError> {
    let (firm, answers) = (Firm::of(&known(events, what), as_of), Answers::of(events, what, as_of));
    let mut asked = 0;
    let mut same = |question: &str, of: &str, answer: Vec<String>, expected: Vec<String>| {
        asked += 1;
        let ledger = || events.iter().map(line).collect::<String>();
        prop_assert!(
            answer == expected,
            "{question} of {of} as of {as_of} {as_of:?}, known {what:?}\n{answer:#?}\n{expected:#?}\n{}",
            ledger()
        );
        Ok(())
    };
    for id in ACCOUNTS {
        same("intervals", id, answers.intervals(id), firm.intervals(id))?;
        same("coverage", id, answers.coverage(id), firm.coverage(id))?;
        same("owners", id, answers.owners(id), firm.owners(id))?;
        same("standing", id, answers.standing(id), firm.standing(id))?;
        same("gaps and overlaps", id, answers.gaps_and_overlaps(id), firm.gaps_and_overlaps(id))?;
    }
    for id in PEOPLE {
        same("book", id, answers.book(id), firm.book(id))?;
        same("employment", id, answers.employment(id), firm.employment(id))?;
    }
    Ok(asked)
}

/// 200 ledgers, 20 points of both axes in each, 28 questions at each point.
#[test]
fn every_answer_on_both_axes_is_that_of_the_model() {
    let asked = Cell::new(0);
    let ledgers = (lines(40), prop::collection::vec(point(), 1..40));
    let outcome = TestRunner::new(ProptestConfig { max_shrink_iters: 20_000, ..cases(200) }).run(
        &ledgers,
        |(lines, points): (Vec<Line>, Vec<Point>)| {
            let events = build(&lines);
            for (as_of, what) in &points {
                asked.set(asked.get() + compare(&events, as_of, what.known(&events))?);
            }
            Ok(())
        },
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
    println!("{} questions on both axes", asked.get());
    assert!(asked.get() >= 100_000, "only {} questions", asked.get());
}
