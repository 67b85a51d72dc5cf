//! What assessments come to: scores, ratios and quadrants.

use tenure_replay::portfolio::{Level, Quadrant, StrengthUnknown};

use super::*;

#[test]
fn the_worked_example() {
    let book = Book::default().opened("acme").all("acme", "account", &[8, 6, 7, 9, 5, 4].map(Some));
    // 8·25 + 6·20 + 7·20 + 9·15 + 5·10 + 4·10 = 685.
    let row = book.row();
    assert_eq!(bounds(row.attractiveness.as_ref()), Some((6_850, 6_850)));
    // Ours 7·100 = 700; theirs 9·30 + 5·25 + 5·20 + 8·15 + 7·10 = 685, the other one's less.
    let book = book.all("acme", "us", &[Some(7); 5]).all("acme", "competitor:Globex", &[9, 5, 5, 8, 7].map(Some)).all(
        "acme",
        "competitor:Initech",
        &[Some(3); 5],
    );
    let strength = book.row().strength;
    assert_eq!(bounds(strength.us.as_ref()), Some((7_000, 7_000)));
    let rivals: Vec<_> = strength.competitors.iter().map(|one| (one.competitor.as_str(), one.score.min)).collect();
    assert_eq!(rivals, [("Globex", 6_850), ("Initech", 3_000)]);
    // 7,000,000 / 6,850 = 1,021.897…
    let ratio = strength.ratio.unwrap();
    assert_eq!((ratio.min, ratio.max, strength.level), (Some(1_022), Some(1_022), Level::High));
    assert_eq!(quadrant(&book.row()), (Some(Quadrant::Strategic), vec![]));
}

#[test]
fn a_missing_criterion_makes_an_interval() {
    for (values, wanted, level, missing) in [
        // 685 less 9·15 = 550, and up to 150 more.
        ([Some(8), Some(6), Some(7), None, Some(5), Some(4)], Some((5_500, 7_000)), Level::High, vec!["strategic_fit"]),
        // 685 less 8·25 = 485, and up to 250 more: the cut lies inside.
        (
            [None, Some(6), Some(7), Some(9), Some(5), Some(4)],
            Some((4_850, 7_350)),
            Level::Undecided,
            vec!["revenue_potential"],
        ),
        // 2·25 + 2·20 + 2·20 = 130, and up to 350 more.
        (
            [Some(2), Some(2), Some(2), None, None, None],
            Some((1_300, 4_800)),
            Level::Low,
            vec!["strategic_fit", "cost_to_serve", "openness"],
        ),
        ([None; 6], None, Level::Undecided, vec![]),
    ] {
        let row = Book::default().opened("acme").all("acme", "account", &values).row();
        assert_eq!(bounds(row.attractiveness.as_ref()), wanted, "{values:?}");
        let names = row.attractiveness.map(|score| score.missing).unwrap_or_default();
        assert_eq!(names.iter().map(tenure_schemas::Name::as_str).collect::<Vec<_>>(), missing, "{values:?}");
        let reason = match level {
            Level::High => ReasonCode::WithinCap,
            Level::Low => ReasonCode::BelowCut,
            Level::Undecided if wanted.is_none() => ReasonCode::NotAssessed,
            Level::Undecided => ReasonCode::Undecided,
        };
        assert_eq!(row.reasons[0].code, reason, "{values:?}");
    }
}

#[test]
fn a_cut_is_reached_by_what_equals_it() {
    for (openness, wanted) in [(5, ReasonCode::WithinCap), (4, ReasonCode::BelowCut)] {
        let values = [5, 5, 5, 5, openness, 5].map(Some);
        let row = Book::default().opened("acme").all("acme", "account", &values).row();
        assert_eq!(row.reasons[0].code, wanted, "{openness}");
    }
    // 9·30 + 5·25 + 5·20 + 8·15 + 7·10 = 685 on both sides is exactly 1; one less of quality is not.
    for (quality, ratio, level) in [(9, 1_000, Level::High), (8, 956, Level::Low)] {
        let book = Book::default().opened("acme").all("acme", "us", &[quality, 5, 5, 8, 7].map(Some)).all(
            "acme",
            "competitor:x",
            &[9, 5, 5, 8, 7].map(Some),
        );
        let strength = book.row().strength;
        assert_eq!((strength.ratio.unwrap().min, strength.level), (Some(ratio), level), "{quality}");
    }
}

#[test]
fn a_ratio_lies_between_what_can_be_at_worst_and_at_best() {
    let without_quality = |value: u8| [None, Some(value), Some(value), Some(value), Some(value)];
    for (name, us, rivals, wanted, level) in [
        // Ours 3.5 to 6.5, theirs 5: 0.7 to 1.3.
        ("ours", without_quality(5), vec![[Some(5); 5]], (Some(700), Some(1_300)), Level::Undecided),
        // Ours 5, theirs 3.5 to 6.5: 769.2… to 1428.5….
        ("theirs", [Some(5); 5], vec![without_quality(5)], (Some(769), Some(1_429)), Level::Undecided),
        // The second one has at least 4, and the first at most 6.5.
        ("two", [Some(5); 5], vec![without_quality(5), [Some(4); 5]], (Some(769), Some(1_250)), Level::Undecided),
        ("theirs may be nothing", [Some(5); 5], vec![without_quality(0)], (Some(1_667), None), Level::High),
        ("theirs is nothing", [Some(5); 5], vec![[Some(0); 5]], (None, None), Level::High),
        ("both are nothing", [Some(0); 5], vec![[Some(0); 5]], (Some(0), None), Level::Undecided),
        ("ours is nothing", [Some(0); 5], vec![[Some(5); 5]], (Some(0), Some(0)), Level::Low),
    ] {
        let mut book = Book::default().opened("acme").all("acme", "us", &us);
        for (at, rival) in rivals.iter().enumerate() {
            book = book.all("acme", &format!("competitor:r{at}"), rival);
        }
        let strength = book.row().strength;
        let ratio = strength.ratio.unwrap();
        assert_eq!(((ratio.min, ratio.max), strength.level), (wanted, level), "{name}");
    }
}

#[test]
fn without_both_sides_strength_is_unknown() {
    let base = || Book::default().even("acme", 6);
    let half = vec![Quadrant::Strategic, Quadrant::Star];
    for (book, wanted) in [
        (base(), StrengthUnknown::NothingAssessed),
        (base().all("acme", "us", &[Some(5); 5]), StrengthUnknown::NoCompetitorAssessed),
        (base().all("acme", "competitor:x", &[Some(5); 5]), StrengthUnknown::WeNotAssessed),
    ] {
        let row = book.row();
        assert_eq!((row.strength.unknown, row.strength.ratio), (Some(wanted), None));
        assert_eq!(quadrant(&row), (Some(Quadrant::Undecided), half.clone()), "{wanted:?}");
    }
}

#[test]
fn every_pair_of_levels_has_its_quadrant() {
    use Quadrant::{Star, Status, Strategic, Streamline, Undecided};
    let partly = [Some(5), Some(5), Some(5), None, None, None];
    for (attractive, ours, wanted) in [
        ([Some(7); 6], Some(7), (Strategic, vec![])),
        ([Some(7); 6], Some(3), (Star, vec![])),
        ([Some(3); 6], Some(7), (Status, vec![])),
        ([Some(3); 6], Some(3), (Streamline, vec![])),
        ([Some(3); 6], None, (Undecided, vec![Status, Streamline])),
        (partly, Some(3), (Undecided, vec![Star, Streamline])),
        (partly, None, (Undecided, vec![Strategic, Star, Status, Streamline])),
    ] {
        let mut book = Book::default().opened("acme").all("acme", "account", &attractive);
        if let Some(ours) = ours {
            book = book.all("acme", "us", &[Some(ours); 5]).all("acme", "competitor:x", &[Some(5); 5]);
        }
        let (quadrant, possible) = quadrant(&book.row());
        assert_eq!((quadrant.unwrap(), possible), wanted, "{attractive:?} {ours:?}");
    }
}

#[test]
fn of_each_criterion_the_latest_assessment_counts_under_whichever_version() {
    let by = |model: &str, criterion: &str, value: u8| json!({"model": model, "criterion": criterion, "value": value, "rationale": "-"});
    let assess = "account.criterion_assessed";
    let book = Book::default()
        .even("acme", 5)
        .and("acme", "2024-05-01", assess, by("attractiveness/2", "growth", 9))
        // Recorded later, and earlier in time.
        .and("acme", "2024-04-01", assess, by("attractiveness/1", "growth", 1))
        .and("acme", "2024-05-01", assess, by("astrology/1", "growth", 0))
        .and("acme", "2024-05-01", assess, by("attractiveness/2", "reach", 3));
    for (time, growth) in [("2024-03-31", 5_000), ("2024-04-30", 4_200), ("2024-05-01", 5_800)] {
        let rows = book.rows_by(time, &AttractivenessModel::built_in(), None);
        assert_eq!(bounds(rows[0].attractiveness.as_ref()), Some((growth, growth)), "{time}");
    }
    let score = book.row().attractiveness.unwrap();
    let under = |name: &str| {
        let found = score.criteria.iter().find(|one| one.criterion.as_str() == name).unwrap();
        found.assessment.as_ref().unwrap().model.to_string()
    };
    assert_eq!((under("growth"), under("openness")), ("attractiveness/2".to_owned(), "attractiveness/1".to_owned()));
    assert_eq!(score.not_in_model.iter().map(ToString::to_string).collect::<Vec<_>>(), ["reach"]);
}

#[test]
fn what_was_corrected_or_retracted_counts_as_it_stands_and_from_its_day_on() {
    let book = Book::default().even("acme", 5);
    // Position 1 assesses revenue_potential, which weighs 25.
    let nine = json!({"model": "attractiveness/1", "criterion": "revenue_potential", "value": 9, "rationale": "-"});
    for (name, book, wanted) in [
        ("as it was", Book(book.0.clone()), (5_000, 5_000)),
        ("corrected", Book(book.0.clone()).push(|at| corrected(at, 1, nine, None)), (6_000, 6_000)),
        ("retracted", Book(book.0.clone()).push(|at| retracted(at, 1)), (3_750, 6_250)),
    ] {
        assert_eq!(bounds(book.row().attractiveness.as_ref()), Some(wanted), "{name}");
        let before = book.rows_by("2024-01-01", &AttractivenessModel::built_in(), None);
        assert_eq!(codes(&before), [("acme", ReasonCode::NotAssessed)], "{name}");
        assert_eq!((before[0].quadrant, &before[0].place), (Some(Quadrant::NotAssessed), &None), "{name}");
        assert_eq!(book.rows_by("2023-12-31", &AttractivenessModel::built_in(), None), [], "{name}");
    }
}

#[test]
fn a_model_of_ones_own_has_its_own_criteria_and_cuts() {
    let own = model(
        2,
        &[
            (
                "/criteria",
                json!({"growth": {"weight": 50, "low": "-", "high": "+"},
                                 "reach": {"weight": 50, "low": "-", "high": "+"},
                                 "colour": {"weight": 0, "low": "-", "high": "+"}}),
            ),
            ("/cuts/attractiveness", json!("7.5")),
        ],
    );
    let book = Book::default().even("acme", 5).assessed("acme", "2024-02-01", "reach", 10, "account");
    let rows = book.rows_by("2024-12-31", &own, None);
    let score = rows[0].attractiveness.as_ref().unwrap();
    // What weighs nothing is not missed.
    assert_eq!((score.min, score.max, &score.missing), (7_500, 7_500, &vec![]));
    assert_eq!((rows[0].model.as_str(), rows[0].reasons[0].code), ("attractiveness/2", ReasonCode::WithinCap));
    assert_eq!(score.not_in_model.len(), 5, "revenue, margin, fit, openness and cost to serve");
}
