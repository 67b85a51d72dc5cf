//! What is proposed, why, how much fits, and what people decided beside it.

use tenure_replay::metrics::Reciprocity;
use tenure_replay::portfolio::{CapSource, Proposal, Summary, evidence};
use tenure_replay::{Person, merges::Whole};
use tenure_schemas::{Instant, Zone};

use super::*;

/// Accounts from 9 down to 3, one of each; the one at 4 with a criterion missing.
fn ladder() -> Book {
    let book = (5..=9).rev().fold(Book::default(), |book, value| book.even(&format!("at{value}"), value));
    let missing = [Some(4), Some(4), Some(4), Some(4), Some(4), None];
    // 3.6 to 4.6 is surely below; without margin_potential, 3.2 to 5.2 is not.
    let undecided = [Some(4), Some(4), None, Some(4), Some(4), Some(4)];
    book.opened("low").all("low", "account", &missing).opened("maybe").all("maybe", "account", &undecided)
}

#[test]
fn everybody_has_a_reason() {
    let book = ladder().opened("unknown").even("over", 9).and(
        "over",
        "2024-06-01",
        "account.closed",
        json!({"reason": "ended"}),
    );
    let rows = book.rows_by("2024-12-31", &AttractivenessModel::built_in(), Some(3));
    let texts: Vec<(&str, &str)> =
        rows.iter().map(|row| (row.account.as_str(), row.reasons[0].text.as_str())).collect();
    assert_eq!(
        texts,
        [
            ("at9", "attractive enough: number 1 of 5, with room for 3"),
            ("at8", "attractive enough: number 2 of 5, with room for 3"),
            ("at7", "attractive enough: number 3 of 5, with room for 3"),
            ("at6", "attractive enough, but number 4 of 5, with room for 3"),
            ("at5", "attractive enough, but number 5 of 5, with room for 3"),
            ("low", "at most 4.600, below the cut of 5.0"),
            ("maybe", "between 3.200 and 5.200, with the cut of 5.0 within: not assessed: margin_potential"),
            ("unknown", "no criterion of attractiveness/1 was assessed"),
            ("over", "closed since 2024-06-01"),
        ]
    );
    let keys: Vec<bool> = rows.iter().map(|row| row.proposal == Proposal::Key).collect();
    assert_eq!(keys, [true, true, true, false, false, false, false, false, false]);
    let places: Vec<Option<u32>> = rows.iter().map(|row| row.place.map(|place| place.rank)).collect();
    assert_eq!(places[5..], [Some(6), Some(7), None, None]);
    assert_eq!((rows[3].reasons[0].place, rows[3].reasons[0].of), (Some(4), Some(5)));
    assert_eq!(rows[6].reasons[0].missing.len(), 1);
    // It was open before, and first by its id.
    let before = book.rows_by("2024-05-31", &AttractivenessModel::built_in(), Some(3));
    assert_eq!(ids(&before)[..2], ["at9", "over"]);
}

#[test]
fn the_cap_is_the_models_unless_somebody_names_another() {
    let keys = |rows: Vec<PortfolioRow>| rows.iter().filter(|row| row.proposal == Proposal::Key).count();
    let (book, two) = (ladder(), model(2, &[("/cap", json!("2"))]));
    assert_eq!(keys(book.rows()), 5);
    assert_eq!(keys(book.rows_by("2024-12-31", &two, None)), 2);
    assert_eq!(keys(book.rows_by("2024-12-31", &two, Some(4))), 4);
    assert_eq!(keys(book.rows_by("2024-12-31", &two, Some(0))), 0);
}

#[test]
fn capacities_are_added_up_of_those_who_work_for_us() {
    let person = |id: &str, says: Value| {
        let joins = on(&format!("person/{id}"), 0, "2024-01-01", "person.joined", says);
        Person::fold(person_id(id), &[joins], &as_of("2024-12-31"))
    };
    let people = [
        person("a", json!({"name": "A", "capacity": 5})),
        person("b", json!({"name": "B"})),
        person("c", json!({"name": "C", "capacity": 7})),
    ];
    let model = AttractivenessModel::built_in();
    let of = |people: &[Person], at: &str| {
        let cap = Cap::of_capacities(people.iter(), at.parse::<Instant>().unwrap(), &model);
        (cap.accounts, cap.source, cap.people)
    };
    assert_eq!(of(&people, "2024-06-01T00:00:00Z"), (12, CapSource::Capacities, Some(2)));
    assert_eq!(of(&people[1..2], "2024-06-01T00:00:00Z"), (20, CapSource::ModelWithoutCapacities, None));
    assert_eq!(of(&people, "2023-06-01T00:00:00Z"), (20, CapSource::ModelWithoutCapacities, None));
}

#[test]
fn decisions_stand_beside_proposals() {
    let book = ladder()
        .decided("at9", "key", true)
        .decided("at8", "developing", false)
        .decided("at6", "key", true)
        .decided("low", "streamlined", false)
        .decided("maybe", "key", true);
    let model = AttractivenessModel::built_in();
    let rows = book.rows_by("2024-12-31", &model, Some(3));
    let agrees: Vec<_> = rows.iter().map(|row| (row.account.as_str(), row.agrees)).collect();
    assert_eq!(
        agrees,
        [
            ("at9", Some(true)),
            ("at8", Some(false)),
            ("at7", None),
            ("at6", Some(false)),
            ("at5", None),
            ("low", Some(true)),
            ("maybe", None),
        ]
    );
    let decided = rows[0].decided.as_ref().unwrap();
    let by = decided.by.id.to_string();
    assert_eq!((decided.event, by.as_str(), decided.manage_as_key), (47, "test", true));
    assert_eq!(decided.decided_date.unwrap().to_string(), "2024-01-03");
    let summary = Summary::of(&rows, &model, &Cap::asked(3));
    let decisions = summary.decisions;
    assert_eq!((decisions.agree, decisions.proposed_only, decisions.decided_only, decisions.open), (2, 1, 1, 3));
    let counts = (summary.keys, summary.beyond_cap, summary.below_cut, summary.attractiveness_undecided);
    assert_eq!((summary.accounts, counts), (7, (3, 2, 1, 1)));
    assert_eq!((summary.quadrants.undecided, summary.quadrants.not_assessed), (7, 0));
}

#[test]
fn merged_accounts_are_not_in_it_and_their_assessments_stay_theirs() {
    let book = Book::default().even("one", 6).even("two", 9).and(
        "two",
        "2024-06-01",
        "account.merged",
        json!({"into": "one"}),
    );
    let rows = book.rows();
    assert_eq!((ids(&rows), bounds(rows[0].attractiveness.as_ref())), (vec!["one"], Some((6_000, 6_000))));
    assert_eq!(ids(&book.rows_by("2024-05-31", &AttractivenessModel::built_in(), None)), ["two", "one"]);
}

#[test]
fn what_the_ledger_knows_stands_beside_the_criteria() {
    let held =
        |direction: &str| json!({"channel": "email", "direction": direction, "persons": ["ana"], "contacts": ["c1"]});
    let logged = "interaction.logged";
    let book = Book::default()
        .even("acme", 6)
        .and("acme", "2024-01-01", "contact.added", json!({"contact": "c1", "name": "C"}))
        .and("acme", "2023-12-31", logged, held("inbound"))
        .and("acme", "2024-01-01", logged, held("inbound"))
        .and("acme", "2024-06-01", logged, held("outbound"))
        .and("acme", "2024-06-02", logged, held("outbound"))
        .and("acme", "2024-06-03", logged, held("mutual"))
        .and("acme", "2023-06-01", "order.placed", json!({"order": "o1", "total": crate::orders::eur("100")}))
        .and("acme", "2024-06-01", "order.placed", json!({"order": "o2", "total": crate::orders::eur("118")}));
    let as_of = as_of("2024-12-30");
    let firm = Firm::of(&book.0, &as_of);
    let whole = Whole::of(firm.account(&acme()).unwrap(), &firm);
    let known = evidence(&whole, &firm, &as_of, &Zone::utc());
    // 365 days that end on 30 December 2024, of a leap year, begin on 1 January.
    assert_eq!(known.reciprocity, Reciprocity { inbound: 1, outbound: 2, mutual: 1, share: Some(50_000) });
    let earned: Vec<_> = known.earned.iter().map(|one| (one.revenue.to_string(), one.margin.as_ref())).collect();
    assert_eq!(earned, [("118".to_owned(), None)], "no cost was recorded");
    let growth: Vec<&str> = ["recent", "earlier", "growth", "currency"].map(|name| known.growth[name].as_str()).into();
    assert_eq!(growth, ["118", "100", "0.180000", "EUR"]);
    assert_eq!(known.breadth["effective_contacts"], "1.000000");
    assert_eq!(known.model, "health/1");
}
