//! What the API says of a model put to the test, from accounts whose end is known.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::pages::all;
use crate::http::testing::{Testbed, event};

/// So many accounts that we kept in touch with, and so many that we did not and lost on 2024-06-29.
fn testbed(stayed: usize, lost: usize) -> Testbed {
    let call = || json!({"channel": "video", "direction": "mutual", "persons": ["ada"], "contacts": ["c"]});
    let mut events = Vec::new();
    // Enough for a band: who answers for it, whom we know, what they say.
    let begin = |events: &mut Vec<Value>, stream: &str| {
        let owned = json!({"person": "ada", "role": "primary"});
        let answer = json!({"instrument": "nps", "score": 7, "contact": "c"});
        events.push(event(stream, "account.opened", "2023-01-01", json!({"name": "Acme"})));
        events.push(event(stream, "ownership.assigned", "2023-01-01", owned));
        events.push(event(stream, "contact.added", "2023-01-01", json!({"contact": "c", "name": "C"})));
        events.push(event(stream, "survey.responded", "2024-03-01", answer));
    };
    for number in 0..stayed {
        let stream = format!("account/kept-{number:02}");
        begin(&mut events, &stream);
        events.push(event(&stream, "interaction.logged", "2024-03-20", call()));
    }
    for number in 0..lost {
        let stream = format!("account/lost-{number:02}");
        begin(&mut events, &stream);
        events.push(event(&stream, "interaction.logged", "2023-02-01", call()));
        events.push(event(&stream, "account.closed", "2024-06-29", json!({"reason": "lost"})));
    }
    Testbed::of(&events)
}

const TEST: &str = "/v1/models/health/1/backtest";

#[tokio::test]
async fn a_score_that_falls_before_a_loss_is_told_from_chance() {
    let testbed = testbed(30, 25);
    let found = testbed.found(&format!("{TEST}?reading=restated&as_of=2024-12-31")).await;
    assert_eq!((&found["model"], &found["horizon_days"]), (&json!("health/1"), &json!(90)));
    let outcomes = &found["outcomes"];
    assert_eq!((&outcomes["lost"], &outcomes["by_account_closed"]), (&json!(25), &json!(25)));
    let verdict = &found["verdict"];
    assert_eq!((&verdict["lost"], &verdict["auc"]["value"]), (&json!(25), &json!("1.0000")), "{verdict}");
    assert!(verdict["mean_lost"].as_u64() < verdict["mean_stayed"].as_u64(), "{verdict}");
}

#[tokio::test]
async fn the_cases_are_what_the_verdict_rests_on() {
    let testbed = testbed(30, 25);
    let cases = all(&testbed, &format!("{TEST}/cases?reading=restated&as_of=2024-12-31"), 7).await;
    let lost: Vec<&Value> = cases.iter().filter(|case| case["is_lost"] == true).collect();
    assert_eq!(lost.len(), 25);
    let mut scores: Vec<u64> = Vec::new();
    for case in &cases {
        assert_eq!(case["scored_on"], "2024-03-31", "90 days before 2024-06-29");
        let address = format!(
            "/v1/accounts/{}/health?as_of=2024-03-31",
            crate::http::address::escape(case["account"].as_str().unwrap())
        );
        let health = testbed.found(&address).await;
        assert_eq!((&case["score"], &case["band"]), (&health["overall"], &health["band"]));
        scores.extend(case["score"].as_u64().filter(|_| case["is_lost"] == true));
    }
    let mean = scores.iter().sum::<u64>() / 25;
    let found = testbed.found(&format!("{TEST}?reading=restated&as_of=2024-12-31")).await;
    assert_eq!(found["verdict"]["mean_lost"], mean);
}

#[tokio::test]
async fn what_was_not_known_then_has_no_score() {
    // Everything here is recorded after it happened, so that nothing was known at the dates of scoring.
    let testbed = testbed(30, 25);
    let reply = testbed.get(&format!("{TEST}?as_of=2024-12-31")).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (problem, detail) = (reply.problem().0.clone(), reply.text());
    assert_eq!(problem, "too-few-outcomes");
    assert!(detail.contains("0 lost and 0 stayed accounts have a score"), "{detail}");
    assert!(detail.contains("reading=restated"), "{detail}");
}

#[tokio::test]
async fn a_test_without_enough_outcomes_or_of_no_score_is_refused() {
    let testbed = testbed(30, 19);
    for (address, problem) in [
        (format!("{TEST}?reading=restated"), "too-few-outcomes"),
        (format!("{TEST}?reading=restated&from=2025-01-01"), "too-few-outcomes"),
        (format!("{TEST}?days=0"), "bad-parameter"),
        (format!("{TEST}?days=many"), "bad-parameter"),
        (format!("{TEST}?from=spring"), "bad-parameter"),
        ("/v1/models/handover/1/backtest".to_owned(), "unknown-model"),
        ("/v1/models/health/9/backtest".to_owned(), "unknown-model"),
        ("/v1/models/luck/1/backtest".to_owned(), "unknown-model"),
    ] {
        assert_eq!(testbed.get(&address).await.problem().0, problem, "{address}");
    }
}
