//! The handover brief: given events, these lines with these positions; given nothing, what is missing.

use serde_json::{Value, json};
use tenure_replay::account::Status;
use tenure_replay::brief::{Brief, Fact, PointKind, Question, Target, brief};
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{Event, Zone};

use crate::kit::*;

const ASKED: &str = "2024-06-30T12:00:00Z";

fn primary() -> Target {
    Target::lane(Role::new("primary").unwrap(), Scope::default())
}

/// The brief of acme from these events, at a size that need not be theirs.
fn at_size(events: &[Event], size: u64) -> Brief {
    let as_of = as_of(ASKED);
    let firm = Firm::of(events, &as_of);
    let own: Vec<Event> = events.iter().filter(|event| event.stream.as_str() == "account/acme").cloned().collect();
    brief(&Question {
        account: &acme(),
        events: &own,
        directory: &firm,
        as_of: as_of.instant(),
        zone: &Zone::utc(),
        size,
        target: primary(),
    })
}

fn of(events: &[Event]) -> Brief {
    at_size(events, events.len() as u64)
}

fn said(position: u64, time: &str, kind: &str, says: Value) -> Event {
    ev(position, time, kind, says)
}

/// An account with a late promise, a contract near its end, a critical issue and a thing to be careful about.
fn pressing() -> Vec<Event> {
    let eur = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        said(
            2,
            "2024-02-01",
            "commitment.made",
            json!({"commitment": "k1", "by": "us", "text": "call back", "due": "2024-06-01"}),
        ),
        said(
            3,
            "2024-01-01",
            "contract.signed",
            json!({"contract": "c1", "value": eur("10"), "from": "2024-01-01", "to": "2024-08-01"}),
        ),
        said(
            4,
            "2024-06-01",
            "issue.raised",
            json!({"issue": "i1", "severity": "critical", "subject": "stands still"}),
        ),
        said(5, "2024-03-01", "account.note_recorded", json!({"topic": "sensitivity", "text": "no calls before ten"})),
        said(6, "2024-04-01", "order.placed", json!({"order": "o1", "total": eur("20565.6206")})),
    ]
}

fn points(brief: &Brief) -> Vec<(PointKind, Vec<u64>)> {
    brief.sections.risks.iter().map(|point| (point.kind, point.cited.events.clone())).collect()
}

#[test]
fn what_cannot_wait_is_ranked_and_cites_its_events() {
    use PointKind::{CommitmentOverdue, ContractEnds, IssuePressing, Sensitivity};
    let brief = of(&pressing());
    let wanted =
        [(CommitmentOverdue, vec![2]), (ContractEnds, vec![3]), (IssuePressing, vec![4]), (Sensitivity, vec![5])];
    assert_eq!(points(&brief), wanted);
    assert_eq!(brief.sections.first, brief.sections.risks[..3], "the three things to know are the first three");
    assert_eq!(brief.sections.first[0].text, "1 promise of ours is overdue, by 29 days: “call back”");
    assert_eq!(brief.subject.from.unwrap().as_str(), "ana");
}

#[test]
fn what_is_merged_into_it_counts_in_its_figures_and_is_named() {
    let eur = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    let other = |position, time: &str, kind: &str, says| on("account/beta", position, time, kind, says);
    let mut events = vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-01", "ana"),
        said(2, "2024-02-01", "order.placed", json!({"order": "o1", "total": eur("10")})),
        other(3, "2024-01-01", "account.opened", json!({"name": "Beta"})),
        other(4, "2024-03-01", "order.placed", json!({"order": "o1", "total": eur("5.5")})),
        other(5, "2024-03-01", "commitment.made", json!({"commitment": "k1", "by": "us", "text": "call"})),
    ];
    let apart = of(&events);
    events.push(other(6, "2024-04-01", "account.merged", json!({"into": "acme"})));
    let whole = of(&events);
    let year = |brief: &Brief| brief.sections.vitals.years.iter().find(|year| year.year == "2024").cloned().unwrap();
    assert_eq!((year(&apart).ordered.to_string(), year(&apart).cited.events), ("10".to_owned(), vec![2]));
    assert_eq!((year(&whole).ordered.to_string(), year(&whole).cited.events), ("15.5".to_owned(), vec![2, 4]));
    assert_eq!(points(&apart), []);
    assert_eq!(points(&whole), [(PointKind::MergedAccounts, vec![6])]);
    let text = "1 account is merged into it (beta), with 1 open promise, 0 open issues and 1 order to deliver: they are in \
                their own briefs.";
    assert_eq!(whole.sections.risks[0].text, text);
}

#[test]
fn a_lane_that_is_inherited_is_no_vacancy() {
    let above = |position, time: &str, kind: &str, says| on("account/globe", position, time, kind, says);
    let ana = json!({"person": "ana", "role": "primary", "inherit": true});
    let events = [
        on("account/globe", 0, "2024-01-01", "account.opened", json!({"name": "Globe"})),
        above(1, "2024-01-01", "ownership.assigned", ana),
        ev(2, "2024-01-01", "account.opened", json!({"name": "Acme", "parent": "globe"})),
        ev(3, "2024-02-01", "ownership.assigned", json!({"person": "ben", "role": "primary"})),
        ev(4, "2024-03-01", "ownership.ended", json!({"person": "ben", "role": "primary"})),
    ];
    let brief = of(&events);
    assert_eq!(brief.sections.vitals.profile.status, Status::Owned);
    let nobody = brief.sections.ownership.history.items.iter().filter(|line| line.person.is_none());
    assert_eq!(nobody.count(), 0, "ana answers for it again from March on");
    assert_eq!(points(&brief), []);
}

#[test]
fn a_line_cites_what_corrected_it_too() {
    let mut events = pressing();
    let says = json!({"commitment": "k1", "by": "us", "text": "call back", "due": "2024-06-10"});
    events.push(corrected(7, 2, says, None));
    let brief = of(&events);
    assert_eq!(points(&brief)[0], (PointKind::CommitmentOverdue, vec![2, 7]));
    assert!(brief.sections.first[0].text.contains("by 20 days"), "{}", brief.sections.first[0].text);
}

#[test]
fn what_is_missing_is_named_with_what_would_fill_it() {
    let gaps = |events: &[Event]| -> Vec<(Fact, &'static str)> {
        of(events).sections.gaps.iter().map(|gap| (gap.fact, gap.filled_by)).collect()
    };
    let bare = gaps(&[opened(0, "2024-01-01")]);
    for gap in [
        (Fact::Tier, "account.tier_decided"),
        (Fact::Revenue, "order.placed"),
        (Fact::Holder, "ownership.assigned"),
        (Fact::Contacts, "contact.added"),
        (Fact::RecentTouch, "interaction.logged"),
        (Fact::Needs, "need.identified"),
    ] {
        assert!(bare.contains(&gap), "{gap:?} in {bare:?}");
    }
    assert!(!bare.iter().any(|(fact, _)| matches!(fact, Fact::Opened | Fact::Costs | Fact::Plan)), "{bare:?}");
    let known = gaps(&pressing());
    assert!(!known.iter().any(|(fact, _)| matches!(fact, Fact::Holder | Fact::Revenue | Fact::Contract)), "{known:?}");
    assert!(known.contains(&(Fact::Costs, "cost.recorded")), "orders without costs have no margin: {known:?}");
}

#[test]
fn completeness_is_the_share_of_the_facts_that_apply() {
    // Opened of: opened, region, industry, tier, revenue, contract, holder, contacts, decision maker, sponsor, champion,
    // touch, needs, notes, survey, competition, catalogue.
    let brief = of(&[opened(0, "2024-01-01")]);
    assert_eq!((brief.facts.known, brief.facts.asked, brief.completeness), (1, 17, 5));
    assert_eq!(brief.sections.gaps.len(), 16);
    // Revenue, contract, holder and notes are known now; costs, notice and who the holder is are asked for too.
    let brief = of(&pressing());
    assert_eq!((brief.facts.known, brief.facts.asked, brief.completeness), (5, 20, 25));
}

#[test]
fn health_is_told_by_the_model_and_says_what_is_missing() {
    let mut events = pressing();
    // Two open critical issues for four weeks: 8·(1+29/2)·2 is a burden of 248, and service is next to nothing.
    events.push(said(7, "2024-06-01", "issue.raised", json!({"issue": "i2", "severity": "critical"})));
    let brief = of(&events);
    assert_eq!(brief.brief.model, "health/1");
    let health = &brief.sections.health.health;
    let service = health.dimensions.iter().find(|score| score.dimension.to_string() == "service").unwrap();
    assert_eq!((service.score, service.missing), (Some(0), None));
    assert_eq!(health.dimensions.iter().filter(|score| score.missing.is_some()).count(), 5);
    assert!(brief.sections.health.cited.events.contains(&7), "{:?}", brief.sections.health.cited);
}

#[test]
fn the_same_question_has_the_same_digest_and_any_other_has_another() {
    let (events, digest) = (pressing(), |brief: &Brief| brief.brief.digest.clone());
    assert_eq!(digest(&of(&events)), digest(&of(&events)));
    assert_eq!(of(&events).brief.digest.len(), 64);
    assert_ne!(digest(&at_size(&events, 7)), digest(&at_size(&events, 8)), "another size is another question");
    let mut more = events.clone();
    more.push(said(7, "2024-05-01", "account.note_recorded", json!({"topic": "risk", "text": "new buyer"})));
    assert_ne!(digest(&at_size(&events, 7)), digest(&at_size(&more, 7)));
}
