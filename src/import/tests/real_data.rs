//! The built-in mappings against the histories that they were made for, where those are at hand.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use tenure_schemas::{Amount, Payload};

use super::*;

/// The plans, made once for all tests: it takes a while without optimisation.
static ADVENTUREWORKS_PLAN: LazyLock<Plan> = LazyLock::new(|| real_plan("adventureworks", &ADVENTUREWORKS));
static HELPDESK_PLAN: LazyLock<Plan> = LazyLock::new(|| real_plan("helpdesk", &["helpdesk/helpdesk.ndjson.gz"]));

fn real_plan(mapping: &str, files: &[&str]) -> Plan {
    let folder = std::env::var("TENURE_REAL_DATA").expect("TENURE_REAL_DATA names the folder of the real histories");
    let files = files.iter().map(|file| Path::new(&folder).join(file)).collect();
    let options = ImportOptions { mapping: mapping.to_owned(), files, rejects: None, now: NOW.parse().unwrap() };
    let plan = plan(&Mapping::load(mapping).unwrap(), &options, &mut |_| {}).unwrap();
    let rejects = plan.sorted_rejects();
    assert_eq!(rejects.len(), 0, "{:?}", rejects.first());
    plan
}

fn by_kind(plan: &Plan) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    plan.drafts().for_each(|draft| *counts.entry(draft.payload.kind().as_str()).or_default() += 1);
    counts
}

const ADVENTUREWORKS: [&str; 6] = [
    "adventureworks/stores.csv",
    "adventureworks/orders.csv.gz",
    "adventureworks/territory_history.csv",
    "adventureworks/salespeople.csv",
    "adventureworks/territories.csv",
    "adventureworks/quota_history.csv",
];

#[test]
#[ignore = "needs TENURE_REAL_DATA"]
fn adventureworks_is_planned_whole() {
    let plan = &*ADVENTUREWORKS_PLAN;
    let counts = by_kind(plan);
    println!("{counts:#?}");
    let accounts = 19_119 + 10;
    assert_eq!(counts["order.placed"], 31_465);
    assert_eq!(counts["order.fulfilled"], 31_465);
    assert_eq!(counts["account.opened"], accounts);
    assert_eq!(counts["person.joined"], 17);
    assert_eq!(counts["ownership.assigned"], 17 + 635 + 635);
    assert_eq!(counts["ownership.ended"], 4);
    let totals = plan.drafts().filter_map(|draft| {
        let Payload::OrderPlaced(placed) = &draft.payload else { return None };
        Some(placed.total.amount)
    });
    let sum = totals.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap());
    assert_eq!(sum.to_string(), "109846381.4039");
}

#[test]
#[ignore = "needs TENURE_REAL_DATA"]
fn everybody_is_known_before_being_spoken_of() {
    for plan in [&*ADVENTUREWORKS_PLAN, &*HELPDESK_PLAN] {
        let mut known = std::collections::BTreeSet::new();
        for draft in plan.drafts() {
            let stream = draft.stream.as_str().to_owned();
            let kind = draft.payload.kind().as_str();
            if ["account.opened", "person.joined"].contains(&kind) {
                assert!(known.insert(stream), "{}: opened twice", draft.stream);
            } else {
                assert!(known.contains(&stream), "{kind} in {stream} comes too early");
            }
            let payload = draft.payload.to_json();
            for (field, class) in
                [("person", "person"), ("sold_by", "person"), ("parent", "account"), ("to", "account")]
            {
                let class = if kind == "ownership.transferred" { "person" } else { class };
                if let Some(id) = payload.get(field).and_then(|id| id.as_str()) {
                    assert!(known.contains(&format!("{class}/{id}")), "{kind}: {id} comes too early");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs TENURE_REAL_DATA"]
fn helpdesk_is_planned_whole() {
    let plan = &*HELPDESK_PLAN;
    let counts = by_kind(plan);
    println!("{counts:#?}");
    let moves = 14;
    let expected = BTreeMap::from([
        ("account.opened", 397),
        ("person.joined", 22),
        ("issue.raised", 4_580 + moves),
        ("issue.assigned", 4_285 + 454 + 321),
        ("issue.waiting", 1_463),
        ("issue.resolved", 4_983),
        ("issue.closed", 4_574),
        ("issue.noted", 4_938 + 207 + 118 + 5),
        ("issue.moved", moves),
    ]);
    assert_eq!(counts, expected);
    let is_row = |draft: &&Draft| draft.source.as_ref().unwrap().record.as_str().parse::<u64>().is_ok();
    assert_eq!(plan.drafts().filter(is_row).count(), 25_928);
    let mut pairs = std::collections::BTreeSet::new();
    for draft in plan.drafts().filter(is_row) {
        pairs.insert((draft.stream.clone(), draft.payload.to_json()["issue"].to_string()));
    }
    assert_eq!(pairs.len(), 4_587);
}

#[test]
#[ignore = "needs TENURE_REAL_DATA"]
fn a_moved_issue_is_told_in_both_accounts_in_order() {
    let plan = &*HELPDESK_PLAN;
    let drafts: Vec<_> = plan.drafts().collect();
    let moved: Vec<_> = drafts.windows(3).filter(|of| of[0].payload.kind().as_str() == "issue.moved").collect();
    assert_eq!(moved.len(), 14);
    for of in moved {
        let [from, to, own] = of else { panic!("three events") };
        assert_eq!(to.payload.kind().as_str(), "issue.raised");
        assert_eq!(to.causation_id, from.id);
        assert_eq!(
            (own.stream.as_str(), own.source.as_ref().unwrap().sequence),
            (to.stream.as_str(), from.source.as_ref().unwrap().sequence)
        );
        assert_eq!(format!("account/{}", from.payload.to_json()["to"].as_str().unwrap()), to.stream.as_str());
        assert_ne!(from.stream, to.stream);
    }
}
