//! Every code of finding has a history that brings it about, and one like it that does not.

use serde_json::{Value, json};
use tenure_replay::FindingCode;
use tenure_schemas::Event;

use crate::kit::*;

/// Every code; the match has no wildcard, so that a new one must be entered here, and the test then wants its history.
fn all() -> Vec<FindingCode> {
    use FindingCode::*;
    let mut codes = vec![AccountNotOpened];
    while let Some(next) = codes.last().copied().and_then(|last| match last {
        AccountNotOpened => Some(AccountAlreadyOpen),
        AccountAlreadyOpen => Some(AccountAlreadyClosed),
        AccountAlreadyClosed => Some(MergeNotFound),
        MergeNotFound => Some(ParentCycle),
        ParentCycle => Some(SecondPrimary),
        SecondPrimary => Some(TransferFromNonHolder),
        TransferFromNonHolder => Some(EndedByNonHolder),
        EndedByNonHolder => Some(OwnerNotJoined),
        OwnerNotJoined => Some(OwnerDeparted),
        OwnerDeparted => Some(OwnersDisagree),
        OwnersDisagree => Some(CoverageByOwner),
        CoverageByOwner => Some(CoverageChained),
        CoverageChained => Some(CoverageOverlaps),
        CoverageOverlaps => Some(CoverageTooLong),
        CoverageTooLong => Some(CoverageNotFound),
        CoverageNotFound => Some(ContactUnknown),
        ContactUnknown => Some(ContactContradicted),
        ContactContradicted => Some(InteractionUnknown),
        InteractionUnknown => Some(InteractionClosed),
        InteractionClosed => Some(OrderUnknown),
        OrderUnknown => Some(OrderClosed),
        OrderClosed => Some(SavingUnknown),
        SavingUnknown => Some(SavingContradicted),
        SavingContradicted => Some(CurrencyMismatch),
        CurrencyMismatch => Some(OfferingUnknown),
        OfferingUnknown => Some(OfferingContradicted),
        OfferingContradicted => Some(IssueUnknown),
        IssueUnknown => Some(IssueClosed),
        IssueClosed => Some(PlanUnknown),
        PlanUnknown => Some(PlanClosed),
        PlanClosed => Some(ObjectiveUnknown),
        ObjectiveUnknown => Some(ObjectiveClosed),
        ObjectiveClosed => Some(ActionUnknown),
        ActionUnknown => Some(ActionClosed),
        ActionClosed => Some(CommitmentUnknown),
        CommitmentUnknown => Some(CommitmentClosed),
        CommitmentClosed => Some(ContractUnknown),
        ContractUnknown => Some(ContractClosed),
        ContractClosed => Some(ContractNotExtended),
        ContractNotExtended => Some(NeedUnknown),
        NeedUnknown => Some(NeedClosed),
        NeedClosed => Some(HandoverUnknown),
        HandoverUnknown => Some(HandoverClosed),
        HandoverClosed => Some(HandoverNotAccepted),
        HandoverNotAccepted => Some(HandoverNotTransferred),
        HandoverNotTransferred => Some(HandoverMismatch),
        HandoverMismatch => Some(ModelUnknown),
        ModelUnknown => Some(ModelContradicted),
        ModelContradicted => Some(ModelUnread),
        ModelUnread => Some(PersonAlreadyJoined),
        PersonAlreadyJoined => Some(PersonNotEmployed),
        PersonNotEmployed => Some(EventUnread),
        EventUnread => Some(CorrectionUnread),
        CorrectionUnread => None,
    }) {
        codes.push(next);
    }
    codes
}

/// Events of `acme` a day apart from its opening on 2024-01-01 on.
fn story(acts: &[(&str, Value)]) -> Vec<Event> {
    let later = acts.iter().zip(1..).map(|((kind, says), position)| {
        let day = jiff::civil::date(2024, 1, 1).checked_add(jiff::Span::new().days(i64::try_from(position).unwrap()));
        ev(position, &day.unwrap().to_string(), kind, says.clone())
    });
    std::iter::once(opened(0, "2024-01-01")).chain(later).collect()
}

fn coverage(owner: &str, delegate: &str, until: &str) -> (&'static str, Value) {
    ("coverage.started", json!({"owner": owner, "delegate": delegate, "until": format!("{until}T00:00:00Z")}))
}

fn contact(kind: &'static str) -> (&'static str, Value) {
    match kind {
        "contact.added" => (kind, json!({"contact": "c1", "name": "Cleo"})),
        "contact.changed" => (kind, json!({"contact": "c1", "changes": {"name": "Cleo B"}})),
        "contact.consent_changed" => (kind, json!({"contact": "c1", "channel": "email", "consent": "given"})),
        "contact.erased" => (kind, json!({"contact": "c1", "legal_basis": "request"})),
        other => (other, json!({"contact": "c1"})),
    }
}

fn plan(kind: &'static str) -> (&'static str, Value) {
    match kind {
        "plan.adopted" => {
            let objective = json!({"objective": "b1", "text": "grow", "weight": 100});
            (
                kind,
                json!({"plan": "p1", "kind": "success", "from": "2024-01-01", "to": "2025-01-01", "objectives": [objective]}),
            )
        }
        "plan.action_done" => (kind, json!({"plan": "p1", "action": "a1"})),
        other => (other, json!({"plan": "p1"})),
    }
}

fn commitment(kind: &'static str) -> (&'static str, Value) {
    match kind {
        "commitment.made" => (kind, json!({"commitment": "m1", "by": "us", "text": "call"})),
        other => (other, json!({"commitment": "m1"})),
    }
}

fn handover(kind: &'static str) -> (&'static str, Value) {
    match kind {
        "handover.started" => (kind, json!({"handover": "h1", "from": "ana", "role": "primary", "class": "planned"})),
        "handover.successor_named" => (kind, json!({"handover": "h1", "to": "ben"})),
        "handover.accepted" | "handover.declined" => (kind, json!({"handover": "h1", "by": "ben"})),
        other => (other, json!({"handover": "h1"})),
    }
}

fn owned() -> (&'static str, Value) {
    ("ownership.assigned", json!({"person": "ana", "role": "primary"}))
}

fn passed() -> (&'static str, Value) {
    ("ownership.transferred", json!({"from": "ana", "to": "ben", "role": "primary", "handover": "h1"}))
}

fn parent(id: &str) -> (&'static str, Value) {
    ("account.parent_set", json!({"parent": id}))
}

fn ended_account(kind: &'static str) -> (&'static str, Value) {
    match kind {
        "account.closed" => (kind, json!({"reason": "lost"})),
        "account.merged" => (kind, json!({"into": "globex"})),
        other => (other, json!({})),
    }
}

/// Histories by the own findings that they bring about, in order.
fn cases() -> Vec<(&'static str, Vec<Event>, Vec<FindingCode>)> {
    use FindingCode::*;
    let (c, a) = (contact, ended_account);
    let case = |name, acts: Vec<(&str, Value)>, codes| (name, story(&acts), codes);
    vec![
        ("before opening", vec![assigned(0, "2023-01-01", "ana"), opened(1, "2024-01-01")], vec![AccountNotOpened]),
        case("opened twice", vec![("account.opened", json!({"name": "Acme"}))], vec![AccountAlreadyOpen]),
        case("reopened while open", vec![a("account.reopened")], vec![AccountAlreadyOpen]),
        case("a merge is not reopened", vec![a("account.merged"), a("account.reopened")], vec![AccountAlreadyOpen]),
        case("closed twice", vec![a("account.closed"), a("account.closed")], vec![AccountAlreadyClosed]),
        case("merged when closed", vec![a("account.closed"), a("account.merged")], vec![AccountAlreadyClosed]),
        case("no merge", vec![a("account.merge_reverted")], vec![MergeNotFound]),
        case("closed, not merged", vec![a("account.closed"), a("account.merge_reverted")], vec![MergeNotFound]),
        case("closed and reopened", vec![a("account.closed"), a("account.reopened"), a("account.closed")], vec![]),
        case("by the owner", vec![coverage("ana", "ana", "2024-02-01")], vec![CoverageByOwner]),
        case("covering two", vec![coverage("ana", "ben", "2024-02-01"), coverage("cy", "ben", "2024-02-01")], vec![]),
        case(
            "the delegate is away",
            vec![coverage("ben", "cy", "2024-02-01"), coverage("ana", "ben", "2024-02-01")],
            vec![CoverageChained],
        ),
        case(
            "the delegate goes away",
            vec![coverage("ana", "ben", "2024-02-01"), coverage("ben", "cy", "2024-02-01")],
            vec![CoverageChained],
        ),
        case(
            "after the first",
            vec![coverage("ana", "ben", "2024-01-03"), coverage("ben", "cy", "2024-02-01")],
            vec![],
        ),
        case(
            "two for one owner",
            vec![coverage("ana", "ben", "2024-02-01"), coverage("ana", "cy", "2024-02-01")],
            vec![CoverageOverlaps],
        ),
        case(
            "one after the other",
            vec![coverage("ana", "ben", "2024-01-03"), coverage("ana", "cy", "2024-02-01")],
            vec![],
        ),
        case("90 days", vec![coverage("ana", "ben", "2024-04-01")], vec![]),
        case("91 days", vec![coverage("ana", "ben", "2024-04-02")], vec![CoverageTooLong]),
        case(
            "not started",
            vec![("coverage.ended", json!({"owner": "ana", "delegate": "ben"}))],
            vec![CoverageNotFound],
        ),
        case(
            "unknown contact",
            vec![c("contact.changed"), c("contact.left"), c("contact.erased")],
            vec![ContactUnknown; 3],
        ),
        case("unknown contact's consent", vec![c("contact.consent_changed")], vec![ContactUnknown]),
        case("added twice", vec![c("contact.added"), c("contact.added")], vec![ContactContradicted]),
        case(
            "the contact had left",
            vec![c("contact.added"), c("contact.left"), c("contact.changed"), c("contact.erased")],
            vec![ContactContradicted],
        ),
    ]
}

/// As [`cases`], about what begins and comes to an end.
fn undertaking_cases() -> Vec<(&'static str, Vec<Event>, Vec<FindingCode>)> {
    use FindingCode::*;
    let h = handover;
    let case = |name, acts: Vec<(&str, Value)>, codes| (name, story(&acts), codes);
    vec![
        case("unknown plan", vec![plan("plan.action_done"), plan("plan.closed")], vec![PlanUnknown; 2]),
        case("adopted twice", vec![plan("plan.adopted"), plan("plan.adopted")], vec![PlanClosed]),
        case(
            "the plan was closed",
            vec![plan("plan.adopted"), plan("plan.closed"), plan("plan.action_done"), plan("plan.closed")],
            vec![PlanClosed; 2],
        ),
        case("unknown commitment", vec![commitment("commitment.kept")], vec![CommitmentUnknown]),
        case("made twice", vec![commitment("commitment.made"), commitment("commitment.made")], vec![CommitmentClosed]),
        case(
            "kept and broken",
            vec![commitment("commitment.made"), commitment("commitment.kept"), commitment("commitment.broken")],
            vec![CommitmentClosed],
        ),
        case("unknown handover", vec![h("handover.accepted")], vec![HandoverUnknown]),
        case("started twice", vec![h("handover.started"), h("handover.started")], vec![HandoverClosed]),
        case(
            "cancelled and accepted",
            vec![h("handover.started"), h("handover.cancelled"), h("handover.accepted")],
            vec![HandoverClosed],
        ),
        case(
            "a whole handover",
            vec![owned(), h("handover.started"), h("handover.accepted"), passed(), h("handover.completed")],
            vec![],
        ),
        case("before acceptance", vec![owned(), h("handover.started"), passed()], vec![HandoverNotAccepted]),
        case(
            "declined after all",
            vec![owned(), h("handover.started"), h("handover.accepted"), h("handover.declined"), passed()],
            vec![HandoverNotAccepted],
        ),
        case(
            "accepted by somebody else",
            vec![
                h("handover.started"),
                ("handover.successor_named", json!({"handover": "h1", "to": "cy"})),
                h("handover.accepted"),
            ],
            vec![HandoverMismatch],
        ),
        case(
            "completed without its transfer",
            vec![h("handover.started"), h("handover.accepted"), h("handover.completed")],
            vec![HandoverNotTransferred],
        ),
        case(
            "completed without anything",
            vec![h("handover.started"), h("handover.completed")],
            vec![HandoverNotAccepted, HandoverNotTransferred],
        ),
        ("unread", vec![opened(0, "2024-01-01"), unread(1, "2024-02-01", "moon.landed")], vec![EventUnread]),
    ]
}

#[test]
fn histories_have_their_own_findings() {
    for (case, events, expected) in cases().into_iter().chain(undertaking_cases()) {
        assert_eq!(own_codes(&events), expected, "{case}");
    }
}

#[test]
fn an_emergency_passes_ownership_before_acceptance() {
    let start = json!({"handover": "h1", "from": "ana", "role": "primary", "class": "emergency"});
    assert_eq!(own_codes(&story(&[owned(), ("handover.started", start), passed()])), []);
}

#[test]
fn a_finding_says_which_account_and_when() {
    let account = fold_all(&[opened(0, "2024-01-01"), ended(7, "2024-02-01", "ana")]);
    let finding = account.findings().next().unwrap().clone();
    assert_eq!((finding.account, finding.from, finding.to), (Some(acme()), instant("2024-02-01T00:00:00Z"), None));
    assert_eq!(
        (finding.events.as_slice(), finding.message.as_str()),
        ([7].as_slice(), "ana did not hold primary in global")
    );
}

#[test]
fn unread_events_are_kept_and_stop_nothing() {
    let events = [opened(0, "2024-01-01"), unread(1, "2024-02-01", "moon.landed"), assigned(2, "2024-02-02", "ana")];
    assert_eq!(who(&events, "2024-03-01"), ["ana"]);
    assert_eq!(fold_all(&events).events(), 3);
    let finding = fold_all(&events).findings().next().unwrap().clone();
    assert_eq!(finding.message, "moon.landed is kept and not understood: from a newer version");
    assert_eq!(own_codes(&[events[0].clone(), events[1].clone(), retracted(2, 1)]), []);
}

#[test]
fn every_code_has_a_test() {
    let mut seen: Vec<FindingCode> =
        cases().into_iter().chain(undertaking_cases()).flat_map(|(_, events, _)| own_codes(&events)).collect();
    seen.extend(crate::plans::contradicted().into_iter().flat_map(|(_, _, codes)| codes));
    seen.extend(crate::promises::contradicted().into_iter().flat_map(|(_, _, codes)| codes));
    let contradicted = [
        crate::issues::story(&[("responded", json!({"by": "ana"})), ("raised", json!({})), ("raised", json!({}))]),
        vec![crate::orders::cancelled(0, "2024-01-01", "o1")],
        vec![
            opened(0, "2024-01-01"),
            crate::orders::placed(1, "2024-01-02", "o1"),
            crate::orders::placed(2, "2024-01-03", "o1"),
        ],
        vec![opened(0, "2024-01-01"), corrected(1, 0, json!({}), None)],
        crate::interactions::contradicted(),
        crate::spend::contradicted_savings(),
    ];
    seen.extend(contradicted.iter().flat_map(|events| own_codes(events)));
    let lanes = vec![
        opened(0, "2024-01-01"),
        assigned(1, "2024-01-02", "ana"),
        assigned(2, "2024-01-03", "ben"),
        ended(3, "2024-01-04", "cy"),
        transferred(4, "2024-01-05", "cy", "dee"),
        joined("ana", 5, "2024-01-01"),
        departed("ana", 6, "2024-06-01"),
        ev(7, "2024-01-06", "account.parent_set", parent("acme").1),
    ];
    seen.extend(all_findings(&lanes, "2025-01-01").iter().map(|finding| finding.code));
    seen.extend(all_findings(&crate::inheritance::disagreeing(), "2025-01-01").iter().map(|finding| finding.code));
    let people = [joined("ana", 0, "2024-01-01"), joined("ana", 1, "2024-01-02"), departed("ana", 2, "2023-01-01")];
    let ana = tenure_replay::Person::fold(person_id("ana"), &people, &as_of("2025-01-01"));
    seen.extend(ana.findings.iter().map(|finding| finding.code));
    let models = models(&crate::models::contradicted(), &as_of("2025-01-01"));
    seen.extend(models.findings().iter().map(|finding| finding.code));
    let catalogue = catalogue(&crate::offerings::contradicted(), &as_of("2025-01-01"));
    seen.extend(catalogue.findings().iter().map(|finding| finding.code));
    let missing: Vec<_> = all().into_iter().filter(|code| !seen.contains(code)).collect();
    assert_eq!(missing, []);
    assert_eq!(all().len(), 54);
}
