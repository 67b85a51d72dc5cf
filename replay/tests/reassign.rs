//! Reassignment: given a book, people and rules, who gets what, what nobody gets, and which rules are refused.

use serde_json::{Value, json};
use tenure_replay::reassign::rules::Rules;
use tenure_replay::reassign::{Candidate, Held, Plan, plan};

/// A primary lane of an account; further fields replace these.
fn held(account: &str, more: &Value) -> Held {
    let mut held = json!({"account": account, "role": "primary", "scope": "global"});
    held.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(held).unwrap()
}

fn person(id: &str, load: u32, capacity: Option<u32>) -> Candidate {
    serde_json::from_value(json!({"person": id, "load": load, "capacity": capacity, "is_absent": false})).unwrap()
}

fn rules(text: &Value) -> Rules {
    let rules: Rules = serde_json::from_value(text.clone()).unwrap();
    rules.check().unwrap();
    rules
}

/// `acme→ben (rule 1)` for what finds an owner, `acme: why` for what does not.
fn told(plan: &Plan) -> Vec<String> {
    let assigned = plan.assigned.iter().map(|one| format!("{}→{} ({})", one.account, one.to, one.rule));
    assigned.chain(plan.left.iter().map(|one| format!("{}: {}", one.account, one.why))).collect()
}

#[test]
fn the_first_rule_that_fits_decides_and_the_rest_stays() {
    let book = [
        held("acme", &json!({"tier": "key", "region": "north"})),
        held("beta", &json!({"region": "north"})),
        held("cora", &json!({"region": "south"})),
        held("dune", &json!({"region": "north", "role": "secondary"})),
        held("echo", &json!({"region": "north", "scope": "region:emea"})),
    ];
    let all = rules(&json!({"rule": [
        {"name": "keys", "tier": ["key"], "to": "ana"},
        {"region": ["north"], "role": ["primary"], "scope": ["global"], "to": "ben"},
        {"scope": ["region:emea"], "to": "cy"},
        {"account": ["acme"], "to": "cy"},
    ]}));
    let people = [person("ana", 1, Some(2)), person("ben", 5, Some(5)), person("cy", 0, None)];
    let shared = plan(&book, &people, &all);
    assert_eq!(
        told(&shared),
        [
            "acme→ana (rule 1, keys)",
            "beta→ben (rule 2)",
            "echo→cy (rule 3)",
            "cora: no rule is about it",
            "dune: no rule is about it"
        ]
    );
    assert_eq!(shared.unused, ["rule 4"], "what rule 4 is about, rule 1 has taken");
    let loads = shared.loads.iter().map(|one| (one.person.as_str(), one.before, one.after, one.over_capacity));
    assert_eq!(loads.collect::<Vec<_>>(), [("ana", 1, 2, false), ("ben", 5, 6, true), ("cy", 0, 0, false)]);
}

#[test]
fn a_pool_fills_whoever_has_most_room_and_nobody_beyond_it() {
    let book: Vec<Held> = ["a1", "a2", "a3", "a4", "a5"].map(|account| held(account, &json!({}))).to_vec();
    let all = rules(&json!({"rule": [{"role": ["primary"], "pool": ["ana", "ben"]}]}));
    let shared = plan(&book, &[person("ana", 8, Some(10)), person("ben", 3, Some(5))], &all);
    assert_eq!(
        told(&shared),
        [
            "a1→ana (rule 1)",
            "a2→ben (rule 1)",
            "a3→ana (rule 1)",
            "a4→ben (rule 1)",
            "a5: nobody in the pool of rule 1 has room"
        ]
    );
    let unknown = plan(&book, &[person("ana", 8, None), person("ben", 3, Some(5))], &all);
    let to: Vec<_> = unknown.assigned.iter().map(|one| one.to.as_str()).collect();
    assert_eq!(to, ["ben", "ben", "ana", "ana", "ana"], "known room first, then whoever says no limit");
}

#[test]
fn a_full_pool_leaves_it_to_the_next_rule_and_other_lanes_need_no_room() {
    let book = [held("acme", &json!({})), held("beta", &json!({"role": "secondary"}))];
    let all = rules(&json!({
        "rule": [{"role": ["primary", "secondary"], "pool": ["ana"]}],
        "default": {"pool": ["ben", "cy"], "by": "round_robin"},
    }));
    let shared = plan(&book, &[person("ana", 4, Some(4)), person("ben", 9, Some(9)), person("cy", 0, None)], &all);
    assert_eq!(told(&shared), ["acme→ben (default)", "beta→ana (rule 1)"]);
    assert!(shared.loads.iter().any(|load| load.person.as_str() == "ben" && load.over_capacity), "{:?}", shared.loads);
}

#[test]
fn what_goes_to_one_person_takes_its_room_before_pools_do() {
    let book = [held("a1", &json!({})), held("a2", &json!({})), held("z9", &json!({"tier": "key"}))];
    let all = rules(&json!({"rule": [{"tier": ["key"], "to": "ana"}, {"role": ["primary"], "pool": ["ana", "ben"]}]}));
    let shared = plan(&book, &[person("ana", 0, Some(2)), person("ben", 0, Some(1))], &all);
    assert_eq!(told(&shared), ["a1→ana (rule 2)", "a2→ben (rule 2)", "z9→ana (rule 1)"]);
    assert!(shared.loads.iter().all(|load| !load.over_capacity), "{:?}", shared.loads);
}

#[test]
fn in_turn_is_in_the_order_of_the_accounts_whatever_the_order_of_the_book() {
    let mut book: Vec<Held> = ["a3", "a1", "a2"].map(|account| held(account, &json!({}))).to_vec();
    let all = rules(&json!({"default": {"pool": ["ben", "ana"], "by": "round_robin"}}));
    let people = [person("ana", 0, Some(1)), person("ben", 0, Some(1))];
    let shared = plan(&book, &people, &all);
    assert_eq!(told(&shared), ["a1→ben (default)", "a2→ana (default)", "a3→ben (default)"]);
    book.reverse();
    assert_eq!(plan(&book, &people, &all), shared);
}

#[test]
fn a_group_stays_together_while_there_is_room() {
    let below = |account: &str, parent: &str| held(account, &json!({"parent": parent}));
    let book = [
        held("globe", &json!({"tier": "key"})),
        below("globe-it", "globe"),
        below("globe-it-plant", "globe-it"),
        below("globe-uk", "globe"),
        held("other", &json!({})),
    ];
    let text = json!({
        "keep_together": "parent",
        "rule": [{"tier": ["key"], "to": "cy"}, {"role": ["primary"], "pool": ["ana", "ben"]}],
    });
    let people = |ana: u32| [person("ana", 0, Some(ana)), person("ben", 0, Some(5)), person("cy", 0, None)];
    let to = |plan: &Plan| plan.assigned.iter().map(|one| one.to.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(to(&plan(&book, &people(6), &rules(&text))), "cy ana ana ana ben");
    assert_eq!(to(&plan(&book, &people(5), &rules(&text))), "cy ana ana ana ben", "of equals the first");
    let mut apart = text.clone();
    apart.as_object_mut().unwrap().remove("keep_together");
    assert_eq!(to(&plan(&book, &people(5), &rules(&apart))), "cy ana ben ana ben");
    let grouped = json!({"rule": [{"group": ["globe"], "to": "ana"}]});
    assert_eq!(told(&plan(&book, &people(9), &rules(&grouped))).last().unwrap(), "other: no rule is about it");
}

#[test]
fn rules_that_cannot_be_meant_are_refused_with_their_place() {
    for (text, place) in [
        (json!({}), "rule"),
        (json!({"rule": [{"to": "ana"}]}), "rule 1"),
        (json!({"rule": [{"tier": ["key"]}]}), "rule 1"),
        (json!({"rule": [{"tier": ["key"], "to": "ana"}, {"region": ["n"], "to": "ana", "pool": ["ben"]}]}), "rule 2"),
        (json!({"rule": [{"tier": ["key"], "pool": []}]}), "rule 1.pool"),
        (json!({"rule": [{"tier": ["key"], "pool": ["ana", "ben", "ana"]}]}), "rule 1.pool"),
        (json!({"rule": [{"tier": ["key"], "to": "ana", "by": "round_robin"}]}), "rule 1.by"),
        (json!({"rule": [{"tier": [], "to": "ana"}]}), "rule 1.tier"),
        (json!({"default": {}}), "default"),
        (json!({"class": "planned", "default": {"to": "ana"}}), "class"),
    ] {
        let read: Rules = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(read.check().unwrap_err().field, place, "{text}");
    }
    for text in [json!({"rule": [{"tier": ["gold"]}]}), json!({"rules": []}), json!({"mode": "later"})] {
        assert!(serde_json::from_value::<Rules>(text.clone()).is_err(), "{text}");
    }
    let named = rules(&json!({"rule": [{"tier": ["key"], "pool": ["ana"]}], "default": {"to": "ben"}})).named();
    assert_eq!(
        named.iter().map(|(place, who)| format!("{place} {who}")).collect::<Vec<_>>(),
        ["rule 1.pool ana", "default.to ben"]
    );
}
