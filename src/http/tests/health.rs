//! What the API says of models, and of the health that they come to.

use serde_json::{Value, json};

use crate::http::testing::{Testbed, event, history};

/// The spec of `health/1` in which engagement alone counts, with another half-life.
fn engagement_alone(half_life: &str) -> Value {
    let mut spec = json!(tenure_schemas::models::built_in("health"));
    for (_, dimension) in spec["dimensions"].as_object_mut().unwrap() {
        dimension["weight"] = 0.into();
    }
    spec["dimensions"]["engagement"]["weight"] = 1.into();
    spec["dimensions"]["engagement"]["half_life_days"] = half_life.into();
    spec
}

/// Two calls at `calm`, and a second version of the model that is in force from May on.
fn testbed() -> Testbed {
    let call = json!({"channel": "video", "direction": "mutual", "persons": ["ada"]});
    let publish = json!({"version": 2, "spec": engagement_alone("90")});
    let mut all = history();
    all.extend([
        event("account/calm", "account.opened", "2024-01-01", json!({"name": "Calm"})),
        event("account/calm", "interaction.logged", "2024-03-01", call.clone()),
        event("account/calm", "interaction.logged", "2024-05-30", call),
        event("model/health", "model.published", "2024-04-01", publish),
        event("model/health", "model.activated", "2024-05-01", json!({"version": 2})),
        event("model/weather", "model.published", "2024-04-01", json!({"version": 7, "spec": {"sun": 1}})),
    ]);
    Testbed::of(&all)
}

fn pick(value: &Value, pointers: &[&str]) -> Value {
    pointers.iter().map(|pointer| value.pointer(pointer).cloned().unwrap_or_default()).collect()
}

/// The models of the list: those that come along, with the version of health in force and how many it has, and weather.
fn brought_along(active: u32, versions: u32, has_weather: bool) -> Value {
    let weather = json!(["weather", null, 7, 1]);
    let built_in = |name: &str| json!([name, 1, 1, 1]);
    let health = json!(["health", active, versions, versions]);
    let all = [built_in("attractiveness"), built_in("handover"), health, built_in("metrics")];
    all.into_iter().chain(has_weather.then_some(weather)).collect()
}

#[tokio::test]
async fn models_are_listed_as_of_a_moment() {
    let testbed = testbed();
    for (as_of, expected) in [
        ("2024-03-31", brought_along(1, 1, false)),
        ("2024-04-30", brought_along(1, 2, true)),
        ("2024-05-01", brought_along(2, 2, true)),
    ] {
        let list = testbed.found(&format!("/v1/models?as_of={as_of}")).await;
        let items = list["items"].as_array().unwrap().iter();
        let rows: Value = items.map(|item| pick(item, &["/model", "/active", "/newest", "/versions"])).collect();
        assert_eq!(rows, expected, "{as_of}");
    }
}

#[tokio::test]
async fn two_versions_are_compared_field_by_field() {
    let testbed = testbed();
    let same = testbed.found("/v1/models/health/1/diff").await;
    assert_eq!((&same["from"], &same["changes"]), (&json!(1), &json!([])), "there is none before");
    let there = testbed.found("/v1/models/health/2/diff").await;
    assert_eq!((&there["from"], &there["to"]), (&json!(1), &json!(2)));
    let expected = json!([
        {"field": "dimensions.engagement.weight", "before": 20, "after": 1},
        {"field": "dimensions.engagement.half_life_days", "before": "45", "after": "90"},
    ]);
    assert_eq!(there["changes"].as_array().unwrap()[..2], expected.as_array().unwrap()[..]);
    let back = testbed.found("/v1/models/health/1/diff?from=2").await;
    assert_eq!((&back["changes"][0]["before"], &back["changes"][0]["after"]), (&json!(1), &json!(20)));
    for address in
        ["/v1/models/health/2/diff?from=9", "/v1/models/health/2/diff?as_of=2024-03-31", "/v1/models/x/1/diff"]
    {
        assert_eq!(testbed.get(address).await.problem().0, "unknown-model", "{address}");
    }
}

#[tokio::test]
async fn a_version_says_what_it_is_who_published_it_and_when_it_was_in_force() {
    let testbed = testbed();
    let model = testbed.found("/v1/models/health").await;
    let spans: Value =
        model["activations"].as_array().unwrap().iter().map(|one| pick(one, &["/version", "/from", "/to"])).collect();
    assert_eq!(spans, json!([[1, null, "2024-05-01T00:00:00Z"], [2, "2024-05-01T00:00:00Z", null]]));
    let specs: Vec<_> = model["all"].as_array().unwrap().iter().map(|one| one["spec"].to_string()).collect();
    assert_eq!(specs, [r#""/v1/models/health/1""#, r#""/v1/models/health/2""#]);
    let first = testbed.found("/v1/models/health/1").await;
    let expected = json!([true, false, "45", null, "2024-05-01T00:00:00Z"]);
    let half_life = "/spec/dimensions/engagement/half_life_days";
    let pointers = ["/is_built_in", "/is_active", half_life, "/publication", "/activations/0/to"];
    assert_eq!(pick(&first, &pointers), expected);
    let second = testbed.found("/v1/models/health/2").await;
    let pointers = ["/is_built_in", "/is_active", half_life, "/publication/actor/id", "/publication/published_date"];
    assert_eq!(pick(&second, &pointers), json!([false, true, "90", "crm", "2024-04-01"]));
    for (path, slug) in [
        ("/v1/models/luck", "unknown-model"),
        ("/v1/models/health/3", "unknown-model"),
        ("/v1/models/health/two", "unknown-model"),
        ("/v1/models/health/2?as_of=2024-03-31", "unknown-model"),
        ("/v1/models/weather?size=3", "unknown-model"),
    ] {
        assert_eq!(testbed.get(path).await.problem().0, slug, "{path}");
    }
}

#[tokio::test]
async fn health_is_by_the_model_in_force_or_by_a_named_one() {
    let testbed = testbed();
    let address = "/v1/accounts/calm/health";
    let read = async |query: &str| {
        let health = testbed.found(&format!("{address}?{query}")).await;
        pick(&health, &["/model", "/overall", "/band", "/dimensions/0/score", "/dimensions/0/contribution"])
    };
    // A call today and one 90 days ago: 1.25 of 4/3 by 45 days, 1.5 of 2 by 90; unowned, so ownership has no points.
    let now = read("as_of=2024-05-30").await;
    assert_eq!(now, json!(["health/2", 75_000, "green", 75_000, 75_000]));
    let first = read("as_of=2024-05-30&model=health/1").await;
    // 20·93.75 of the 28 weights that are there.
    assert_eq!(first, json!(["health/1", 66_964, "insufficient_data", 93_750, 66_964]));
    let then = read("as_of=2024-03-01").await;
    assert_eq!(then, json!(["health/1", 53_571, "insufficient_data", 75_000, 53_571]));
    let restated = read("as_of=2024-03-01&model=health/2").await;
    assert_eq!(restated, json!(["health/2", 50_000, "yellow", 50_000, 50_000]), "though it was published later");
    // As it was known before the calls and the model were recorded.
    let known = testbed.get(&format!("{address}?as_of=2024-05-30&size=22")).await;
    assert_eq!(known.problem().0, "unknown-account");
}

#[tokio::test]
async fn it_says_what_moved_it_and_what_is_missing() {
    let testbed = testbed();
    let health = testbed.found("/v1/accounts/calm/health?as_of=2024-05-30&model=health/1").await;
    let position = |of: u64| 22 + of;
    let moved = json!([{"event": position(2), "effect": 75_000}, {"event": position(1), "effect": 18_750}]);
    assert_eq!(health["dimensions"][0]["moved_by"], moved);
    assert_eq!(health["dimensions"][1]["missing"], "no_answer");
    assert_eq!(health["resolved"]["as_of"], "2024-05-30");
    let before = testbed.found("/v1/accounts/calm/health?as_of=2023-12-31").await;
    assert_eq!(pick(&before, &["/overall", "/dimensions/6/missing"]), json!([null, "account_unknown"]));
}

#[tokio::test]
async fn history_is_told_as_it_was_reported_and_as_it_is_restated() {
    let call = json!({"channel": "video", "direction": "mutual", "persons": ["ada"]});
    let publish = json!({"version": 2, "spec": engagement_alone("90")});
    // All of it was recorded on 1 January 2025, whatever it says of the days before.
    let testbed = Testbed::of(&[
        event("account/calm", "account.opened", "2024-12-01", json!({"name": "Calm"})),
        event("account/calm", "interaction.logged", "2024-12-31", call),
        event("model/health", "model.published", "2024-12-01", publish),
        event("model/health", "model.activated", "2024-12-31", json!({"version": 2})),
    ]);
    let address = "/v1/accounts/calm/health/history?as_of=2025-01-01&from=2024-12-30&every=day";
    let read = async |query: &str| {
        let items = testbed.found(&format!("{address}{query}")).await["items"].as_array().unwrap().clone();
        let pointers = ["/date", "/reading", "/model", "/scores/engagement", "/overall", "/band"];
        items.iter().map(|item| pick(item, &pointers)).collect::<Value>()
    };
    // By 90 days a call today is 1 of 2, and a day old 0.992328 of 2.
    let expected = json!([
        ["2024-12-30", "reported", "health/1", null, null, "insufficient_data"],
        ["2024-12-30", "restated", "health/2", null, null, "insufficient_data"],
        ["2024-12-31", "reported", "health/1", null, null, "insufficient_data"],
        ["2024-12-31", "restated", "health/2", 50_000, 50_000, "yellow"],
        ["2025-01-01", "reported", "health/2", 49_616, 49_616, "red"],
        ["2025-01-01", "restated", "health/2", 49_616, 49_616, "red"],
    ]);
    assert_eq!(read("").await, expected);
    assert_eq!(read("&reading=restated&model=health/1").await[1][3], 75_000);
    assert_eq!(read("&reading=reported").await.as_array().unwrap().len(), 3);
    assert_eq!(read("&size=2").await[5][2], "health/1", "the model was not known yet");
    let whole = testbed.found(address).await["items"].as_array().unwrap().clone();
    assert_eq!(super::pages::all(&testbed, address, 2).await, whole);
    for (query, field) in [
        ("from=2025-01-02", "from"),
        ("from=soon", "from"),
        ("every=hour", "every"),
        ("reading=wishful", "reading"),
        ("model=health/9", "model"),
    ] {
        let reply = testbed.get(&format!("/v1/accounts/calm/health/history?as_of=2025-01-01&{query}")).await;
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn the_series_says_what_holds_a_band_down() {
    let mut spec = engagement_alone("90");
    spec["dimensions"]["engagement"]["weight"] = 9.into();
    spec["dimensions"]["sentiment"]["weight"] = 1.into();
    spec["dimensions"]["sentiment"]["min_evidence"] = "0.1".into();
    let upset = json!({"channel": "video", "direction": "mutual", "persons": ["ada"], "sentiment": -2});
    let mut all = history();
    all.extend([
        event("model/health", "model.published", "2024-12-01", json!({"version": 2, "spec": spec})),
        event("model/health", "model.activated", "2024-12-01", json!({"version": 2})),
        event("account/upset", "account.opened", "2024-12-01", json!({"name": "Upset"})),
    ]);
    all.extend((0..5).map(|_| event("account/upset", "interaction.logged", "2024-12-31", upset.clone())));
    let testbed = Testbed::of(&all);
    let series = "/v1/accounts/upset/health/history?as_of=2024-12-31&from=2024-12-30&every=day&reading=restated";
    let items = testbed.found(series).await["items"].as_array().unwrap().clone();
    let held: Value = items.iter().map(|item| pick(item, &["/overall", "/band", "/capped_by"])).collect();
    assert_eq!(held, json!([[null, "insufficient_data", []], [90_000, "yellow", ["sentiment"]]]));
}

#[tokio::test]
async fn the_steps_from_one_date_to_another_add_up() {
    let testbed = testbed();
    // All was recorded on 1 January 2025: by the end of that day all was known, and on the day before nothing.
    let read = async |query: &str| {
        let told = testbed.found(&format!("/v1/accounts/calm/health/waterfall?{query}")).await;
        let steps = told["steps"].as_array().unwrap().clone();
        let moved: i64 = steps.iter().map(|step| step["moved"].as_i64().unwrap()).sum();
        assert_eq!(told["moved"], moved, "{query}");
        let kinds: Vec<_> = steps.iter().map(|step| pick(step, &["/step", "/event", "/is_late"])).collect();
        (pick(&told, &["/from/overall", "/to/overall", "/from/model", "/to/model", "/events"]), json!(kinds))
    };
    let (ends, steps) = read("from=2025-01-01&as_of=2025-01-02").await;
    assert_eq!(ends[4], 0);
    assert_eq!(steps, json!([["decay", null, null]]));
    let (ends, steps) = read("from=2024-05-30&as_of=2025-01-01").await;
    assert_eq!(
        (&ends[0], &ends[2], &ends[3], &ends[4]),
        (&json!(null), &json!("health/1"), &json!("health/2"), &json!(3))
    );
    assert_eq!(steps, json!([["event", 23, true], ["event", 24, true], ["model", null, null]]));
    for (query, field) in [("from=2025-01-02&as_of=2025-01-01", "from"), ("from=soon", "from")] {
        let reply = testbed.get(&format!("/v1/accounts/calm/health/waterfall?{query}")).await;
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn risk_stands_beside_the_relationships() {
    let with = json!({"channel": "video", "direction": "mutual", "persons": ["ada"], "contacts": ["c1"]});
    let mut all = history();
    all.push(event("account/acme", "interaction.logged", "2024-07-01", with));
    let risk = Testbed::of(&all).found("/v1/accounts/acme/risk?as_of=2024-07-01").await;
    let pointers = ["/level", "/because", "/strength", "/internal/bus_factor", "/depends_on", "/depends_on_name"];
    let threads = json!(["few_persons", "few_contacts", "one_person", "one_contact"]);
    assert_eq!(pick(&risk, &pointers), json!(["low", threads, 1_000, 1, "ada", "Ada Byron"]));
}

#[tokio::test]
async fn bad_questions_name_the_field() {
    let testbed = testbed();
    for model in ["health", "health/3", "health/-1", "weather/7", "health/1.0", ""] {
        let reply = testbed.get(&format!("/v1/accounts/acme/health?model={model}")).await;
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), "model".to_owned()), "{model}");
        assert!(reply.text().contains("give health/1 or health/2"), "{}", reply.text());
    }
    assert_eq!(testbed.get("/v1/accounts/nobody/health").await.problem().0, "unknown-account");
}
