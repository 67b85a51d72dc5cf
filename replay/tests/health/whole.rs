//! The whole score: what is missing, what a late word changes, and that it is the same however it was folded.

use serde_json::json;
use tenure_replay::account::Status;
use tenure_replay::health::{Band, Dimension, HealthModel, Missing};
use tenure_replay::{AsOf, Live};

use super::*;
use crate::models::{activated, health_spec, published};

/// An account with a word in every dimension.
pub(crate) fn rich() -> Told {
    let objective = json!({"objective": "b1", "text": "grow", "weight": 1});
    let eur = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    let call = json!({
        "channel": "video", "direction": "mutual", "persons": ["ana"], "contacts": ["c1"], "sentiment": 1,
    });
    Told::opened(999)
        .and(999, "ownership.assigned", json!({"person": "ana", "role": "primary"}))
        .and(900, "contact.added", json!({"contact": "c1", "name": "Cleo", "roles": ["champion"]}))
        .and(500, "order.placed", json!({"order": "o1", "total": eur("100")}))
        .and(100, "order.placed", json!({"order": "o2", "total": eur("110")}))
        .and(
            100,
            "plan.adopted",
            json!({
                "plan": "p1", "kind": "success", "from": ago(100), "to": ago(-100), "objectives": [objective],
            }),
        )
        .and(45, "interaction.logged", call)
        .and(20, "issue.raised", json!({"issue": "i1", "severity": "low"}))
        .and(10, "issue.resolved", json!({"issue": "i1"}))
}

#[test]
fn an_account_of_which_nothing_is_known_has_no_band() {
    let health = health_at(&Told::opened(10).0, ASKED);
    let missing: Vec<_> = health.dimensions.iter().filter_map(|one| one.missing).collect();
    assert_eq!(
        missing,
        [
            Missing::NoInteraction,
            Missing::NoAnswer,
            Missing::NoIssue,
            Missing::NoEarlierOrders,
            Missing::NoPlan,
            Missing::NoContact,
        ]
    );
    // Ownership alone, 8 of 100.
    assert_eq!((health.overall, health.band, health.evidence_share), (Some(0), Band::InsufficientData, 8_000));
    assert_eq!(health.model, "health/1");
}

#[test]
fn every_dimension_has_its_part() {
    let health = health_at(&rich().0, ASKED);
    let scores: Vec<_> = health.dimensions.iter().map(|one| one.score.unwrap()).collect();
    // 50·0.75; one call that was good; nothing open; +10 %; nothing attained; 1 of 2 and 1 of 3; 999 days.
    assert_eq!(scores, [37_500, 75_000, 100_000, 70_000, 0, 41_667, 97_866]);
    // (20·37.5 + 15·75 + 15·100 + 20·70 + 0 + 12·41.667 + 8·97.866)/100.
    assert_eq!((health.overall, health.band, health.evidence_share), (Some(60_579), Band::Yellow, 100_000));
    let added: u32 = health.dimensions.iter().filter_map(|one| one.contribution).sum();
    assert_eq!(added, 60_579);
}

#[test]
fn the_model_in_force_counts_and_a_named_one_can_be_asked_for() {
    let mut events = rich().0;
    events.push(published(50, &ago(30), "health", 2, &health_spec("90")));
    events.push(activated(51, &ago(20), "health", 2));
    let engagement = |time: &str, version: Option<u32>| {
        let all = models(&events, &as_of(time));
        let model = version.map_or_else(|| HealthModel::active(&all), |of| HealthModel::version_of(&all, of).unwrap());
        let health = health_by(&events, &model, time);
        (health.model.clone(), health.dimension(Dimension::Engagement).unwrap().figures["level"].clone())
    };
    let of = |model: &str, level: &str| (model.to_owned(), level.to_owned());
    assert_eq!(engagement(ASKED, None), of("health/2", "0.707107"));
    assert_eq!(engagement(ASKED, Some(1)), of("health/1", "0.500000"));
    assert_eq!(engagement(&ago(21), None), of("health/1", "0.690956"));
    assert!(HealthModel::version_of(&models(&events, &as_of(ASKED)), 3).is_none());
    assert!(HealthModel::version_of(&models(&events, &as_of(&ago(31))), 2).is_none(), "not known then");
}

#[test]
fn it_is_the_same_whether_it_was_followed_or_folded_anew() {
    let events = rich().0;
    let now = instant("2024-06-30T23:59:59Z");
    let mut live = Live::unknown(acme());
    for event in &events {
        if live.follow(event, now) == tenure_replay::Followed::FoldAnew {
            live = Live::fold(acme(), &events[..=usize::try_from(event.position).unwrap()], now);
        }
    }
    let as_of = AsOf::Instant(now);
    let followed = live.as_of(&as_of).unwrap();
    let (model, utc) = (HealthModel::built_in(), Zone::utc());
    let one = health(followed, &EverybodyWorks, &model, &as_of, &utc);
    let anew = health(&fold(&events, "2024-06-30T23:59:59Z"), &EverybodyWorks, &model, &as_of, &utc);
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&anew).unwrap());
    assert_eq!(followed.status(&as_of), Status::Owned);
}

#[test]
fn a_late_word_and_a_correction_change_it() {
    let mut events = rich().0;
    let before = health_at(&events, ASKED).overall;
    let position = events.len() as u64;
    let late = json!({"channel": "video", "direction": "mutual", "persons": ["ana"], "contacts": ["c1"]});
    events.push(ev(position, &ago(44), "interaction.logged", late));
    let after = health_at(&events, ASKED).overall;
    assert!(after > before, "{before:?} {after:?}");
    events.push(retracted(position + 1, position));
    assert_eq!(health_at(&events, ASKED).overall, before);
}

#[test]
fn what_was_merged_into_it_counts_too() {
    use tenure_replay::merges::Whole;
    let old = |position, days, kind, says| on("account/old", position, &ago(days), kind, says);
    let call = json!({"channel": "video", "direction": "mutual", "persons": ["ana"], "contacts": ["c1"]});
    let tiered = json!({"tier": "key", "manage_as_key": true, "rationale": "as told"});
    let mut events = Told::opened(400).0;
    events.extend([
        old(1, 400, "account.opened", json!({"name": "Old"})),
        old(2, 300, "account.tier_decided", tiered),
        old(3, 300, "contact.added", json!({"contact": "c1", "name": "Cleo", "roles": ["champion"]})),
        old(4, 45, "interaction.logged", call),
        old(5, 30, "account.merged", json!({"into": "acme"})),
    ]);
    let whole = |days: i64| {
        let as_of = as_of(&ago(days));
        let firm = Firm::of(&events, &as_of);
        let whole = Whole::of(tenure_replay::Directory::account(&firm, &acme()).unwrap(), &firm);
        let health = health(&whole, &firm, &HealthModel::built_in(), &as_of, &Zone::utc());
        [Dimension::Engagement, Dimension::Breadth].map(|one| health.dimension(one).unwrap().score)
    };
    // Half a call of 4/3 by the survivor's tier; one contact of two, and one role of three.
    assert_eq!((whole(0), whole(31)), ([Some(37_500), Some(41_667)], [None, None]));
}
