//! Commitments, contracts and needs: what becomes of them, and where they stand on a day.

use serde_json::{Value, json};
use tenure_replay::account::{CommitmentStatus, Contract, ContractStatus, NeedStatus};
use tenure_replay::{Day, FindingCode};
use tenure_schemas::Event;
use tenure_schemas::payload::order::Party;

use crate::kit::*;
use crate::orders::eur;

type Act = (&'static str, Value);

/// The acts a day apart, from 2024-02-01 on, after the opening on 2024-01-01.
fn story(acts: &[Act]) -> Vec<Event> {
    let first = jiff::civil::date(2024, 1, 31);
    let later = acts.iter().zip(1..).map(|((kind, says), position)| {
        let day = first.checked_add(jiff::Span::new().days(i64::try_from(position).unwrap())).unwrap();
        ev(position, &day.to_string(), kind, says.clone())
    });
    std::iter::once(opened(0, "2024-01-01")).chain(later).collect()
}

fn day(date: &str) -> Day {
    as_of(date).day_in(&"UTC".parse().unwrap())
}

fn made(due: Option<&str>) -> Act {
    let mut says = json!({"commitment": "m1", "by": "us", "text": "call back"});
    if let Some(due) = due {
        says["due"] = json!(due);
    }
    ("commitment.made", says)
}

fn commitment(kind: &'static str) -> Act {
    (kind, json!({"commitment": "m1"}))
}

/// A contract over 2024 with 30 days' notice.
fn signed(auto_renew: bool) -> Act {
    let term = json!({
        "contract": "c1", "value": eur("100"), "from": "2024-03-01", "to": "2025-01-01", "auto_renew": auto_renew,
        "notice_days": 30,
    });
    ("contract.signed", term)
}

fn renewed(to: &str) -> Act {
    ("contract.renewed", json!({"contract": "c1", "value": eur("120"), "to": to}))
}

fn ended() -> Act {
    ("contract.ended", json!({"contract": "c1", "by": "client", "reason": "price"}))
}

fn identified() -> Act {
    ("need.identified", json!({"need": "n1", "horizon": "short", "statement": "less waste", "offering": "x"}))
}

fn need(kind: &'static str) -> Act {
    (kind, json!({"need": "n1"}))
}

/// Everything that can happen to a promise, without contradictions.
pub(crate) fn whole_life() -> Vec<Act> {
    let gap = json!({"instrument": "metric_gap", "score": 2, "importance": 5, "metric": "delivery", "contact": "k1"});
    vec![
        made(Some("2024-02-10")),
        commitment("commitment.kept"),
        signed(true),
        renewed("2026-01-01"),
        renewed("2027-01-01"),
        ended(),
        identified(),
        need("need.met"),
        ("survey.responded", json!({"instrument": "nps", "score": 9})),
        ("survey.responded", gap),
    ]
}

/// Histories by the findings that they bring about, in order.
pub(crate) fn contradicted() -> Vec<(&'static str, Vec<Event>, Vec<FindingCode>)> {
    use FindingCode::*;
    let case = |name, acts: Vec<Act>, codes| (name, story(&acts), codes);
    let ends = ["commitment.kept", "commitment.broken", "commitment.withdrawn"];
    let again = |first| std::iter::once(made(None)).chain([commitment(first)]).chain(ends.map(commitment)).collect();
    vec![
        case("never made", ends.map(commitment).to_vec(), vec![CommitmentUnknown; 3]),
        case("kept, and then", again("commitment.kept"), vec![CommitmentClosed; 3]),
        case("withdrawn, and then", again("commitment.withdrawn"), vec![CommitmentClosed; 3]),
        case("never signed", vec![renewed("2026-01-01"), ended()], vec![ContractUnknown; 2]),
        case("signed twice", vec![signed(true), signed(true)], vec![ContractClosed]),
        case(
            "ended, and then",
            vec![signed(true), ended(), renewed("2026-01-01"), ended(), signed(true)],
            vec![ContractClosed; 3],
        ),
        case("renewed up to its own end", vec![signed(true), renewed("2025-01-01")], vec![ContractNotExtended]),
        case("renewed by a day", vec![signed(true), renewed("2025-01-02")], vec![]),
        case("never identified", vec![need("need.met"), need("need.dropped")], vec![NeedUnknown; 2]),
        case("identified twice", vec![identified(), identified()], vec![NeedClosed]),
        case("met, and then", vec![identified(), need("need.met"), need("need.dropped")], vec![NeedClosed]),
        case("dropped, and then", vec![identified(), need("need.dropped"), need("need.met")], vec![NeedClosed]),
        case("all in order", whole_life(), vec![]),
    ]
}

#[test]
fn what_contradicts_a_promise() {
    for (case, events, codes) in contradicted() {
        assert_eq!(own_codes(&events), codes, "{case}");
    }
    let twice = story(&[made(None), commitment("commitment.kept"), commitment("commitment.broken")]);
    assert_eq!(own_findings(&twice), [(FindingCode::CommitmentClosed, vec![1, 2, 3])]);
    assert_eq!(fold_all(&twice).commitments().next().unwrap().status, CommitmentStatus::Kept);
}

#[test]
fn a_promise_is_late_in_whole_days() {
    let due = made(Some("2024-02-02"));
    for (case, acts, date, status, late) in [
        ("on its day", vec![due.clone()], "2024-02-02", CommitmentStatus::Open, None),
        ("a day late", vec![due.clone()], "2024-02-03", CommitmentStatus::Open, Some(1)),
        ("without a date", vec![made(None)], "2025-02-03", CommitmentStatus::Open, None),
        ("kept in time", vec![due.clone(), commitment("commitment.kept")], "2025-01-01", CommitmentStatus::Kept, None),
        (
            "kept a day late",
            vec![made(Some("2024-02-01")), commitment("commitment.kept")],
            "2025-01-01",
            CommitmentStatus::Kept,
            Some(1),
        ),
        (
            "broken is not late",
            vec![made(Some("2024-02-01")), commitment("commitment.broken")],
            "2025-01-01",
            CommitmentStatus::Broken,
            None,
        ),
    ] {
        let account = fold(&story(&acts), date);
        let found = account.commitments().next().unwrap();
        assert_eq!((found.status, found.days_late(&day(date))), (status, late), "{case}");
        assert_eq!(found.is_overdue(&day(date)), status == CommitmentStatus::Open && late.is_some(), "{case}");
    }
}

#[test]
fn a_promise_kept_on_a_day_far_away_is_judged_by_that_day() {
    let kept = |time: &str| {
        let events = [opened(0, "2024-01-01"), ev(1, "2024-01-02", "commitment.made", made(Some("2024-02-02")).1), {
            ev(2, time, "commitment.kept", json!({"commitment": "m1"}))
        }];
        fold_all(&events).commitments().next().unwrap().days_late(&day("2024-03-01"))
    };
    assert_eq!(kept("2024-02-02@Pacific/Honolulu"), None);
    assert_eq!(kept("2024-02-03@Asia/Tokyo"), Some(1));
    assert_eq!(kept("2024-02-03T05:00:00Z"), Some(1));
}

fn contract(acts: &[Act], date: &str) -> Contract {
    fold(&story(acts), date).contracts().next().unwrap().clone()
}

#[test]
fn where_a_contract_stands() {
    use ContractStatus::{Ended, Expired, Running, Upcoming};
    let once = [signed(false)];
    let by_itself = [signed(true)];
    let longer = [signed(true), renewed("2026-01-01")];
    let gone = [signed(true), ended()];
    for (acts, date, status, to_end, notice) in [
        (once.as_slice(), "2024-02-29", Upcoming, Some(307), Some("2024-12-02")),
        (&once, "2024-03-01", Running, Some(306), Some("2024-12-02")),
        (&once, "2024-12-31", Running, Some(1), Some("2024-12-02")),
        (&once, "2025-01-01", Expired, Some(0), None),
        (&once, "2025-01-11", Expired, Some(-10), None),
        (&by_itself, "2024-12-31", Running, Some(1), Some("2024-12-02")),
        (&by_itself, "2025-01-01", Running, None, None),
        (&longer, "2025-01-01", Running, Some(365), Some("2025-12-02")),
        (&gone, "2024-03-05", Ended, None, None),
    ] {
        let found = contract(acts, date);
        let day = day(date);
        let deadline = found.notice_deadline(&day).map(|date| date.to_string());
        let stands = (found.status(&day), found.days_to_end(&day), deadline.as_deref());
        assert_eq!(stands, (status, to_end, notice), "{date} after {} acts", acts.len());
        assert_eq!(found.has_renewed_itself(&day), status == Running && to_end.is_none(), "{date}");
    }
}

#[test]
fn a_contract_keeps_its_terms() {
    let found = contract(&[signed(true), renewed("2026-01-01"), renewed("2027-01-01"), ended()], "2024-12-01");
    let terms: Vec<_> =
        found.renewals.iter().map(|term| (term.from.to_string(), term.to.to_string(), term.event)).collect();
    let expected = [("2025-01-01", "2026-01-01", 2), ("2026-01-01", "2027-01-01", 3)];
    assert_eq!(terms, expected.map(|(from, to, event)| (from.to_owned(), to.to_owned(), event)));
    let shorter = contract(&[signed(true), renewed("2024-12-01")], "2024-12-01");
    assert_eq!((shorter.last_term().to.to_string(), shorter.renewals.len()), ("2025-01-01".to_owned(), 0));
    for (date, value) in [("2024-02-01", "100"), ("2024-12-31", "100"), ("2025-01-01", "120"), ("2030-01-01", "120")] {
        assert_eq!(serde_json::to_value(found.term_on(&day(date)).value).unwrap(), eur(value), "{date}");
    }
    assert_eq!((found.ended_by, found.ended_event), (Some(Party::Client), Some(4)));
    assert_eq!(found.end_reason.unwrap().as_str(), "price");
}

#[test]
fn a_need_is_met_or_dropped() {
    for (acts, status, event) in [
        (vec![identified()], NeedStatus::Open, None),
        (vec![identified(), need("need.met")], NeedStatus::Met, Some(2)),
        (vec![identified(), need("need.dropped")], NeedStatus::Dropped, Some(2)),
    ] {
        let account = fold_all(&story(&acts));
        let found = account.needs().next().unwrap();
        assert_eq!((found.status, found.ended_event), (status, event));
    }
}

#[test]
fn before_it_happened_there_is_nothing() {
    let account = fold(&story(&whole_life()), "2024-01-15");
    let there = account.commitments().count() + account.contracts().count() + account.needs().count();
    assert_eq!((there, account.survey_responses().count()), (0, 0));
}
