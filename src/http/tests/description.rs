//! The description of the API: complete, true to the code, and the same as the one in the repository.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use utoipa::ToSchema;

use crate::http::format::Row;
use crate::http::openapi;
use crate::http::testing::{Testbed, history};

fn description() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

/// Run with `TENURE_UPDATE_SCHEMAS=1` to write the file anew after a change that is wanted.
#[test]
fn the_description_in_the_repository_is_this_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/openapi.json");
    let text = serde_json::to_string_pretty(&openapi()).unwrap() + "\n";
    if std::env::var_os("TENURE_UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not what the code says: run the test with TENURE_UPDATE_SCHEMAS=1", path.display());
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let description = description();
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn words(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let own = fields.get("enum").and_then(Value::as_array).into_iter().flatten();
            found.extend(own.filter_map(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| words(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn words_are_described_as_they_are_written() {
    let mut found = BTreeSet::new();
    words(&description(), &mut found);
    for word in ["critical", "face_to_face", "decision_maker", "orphaned", "quarter"] {
        assert!(found.contains(word), "no {word} in {found:?}");
    }
    let is_written = |word: &&String| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    assert_eq!(found.iter().filter(|word| !is_written(word)).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_endpoint_tells_its_answers_and_problems() {
    let description = description();
    for (path, item) in description["paths"].as_object().unwrap() {
        let get = &item["get"];
        assert!(get["summary"].as_str().is_some_and(|text| !text.is_empty()), "{path} has no summary");
        let has_own_type = |own: &str| get["responses"]["200"]["content"][own]["schema"].is_object();
        let is_other = has_own_type("text/event-stream") || has_own_type("application/vnd.tenure.evidence+json");
        let has_schema = get["responses"]["200"]["content"]["application/json"]["schema"].is_object();
        assert_ne!(has_schema, is_other, "{path}");
        for parameter in get["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{path} {parameter}");
        }
        if !path.starts_with("/v1/") {
            continue;
        }
        assert_ne!(get["responses"]["304"].is_object(), is_other, "{path}");
        assert_ne!(get["responses"]["200"]["headers"]["ETag"]["$ref"].is_string(), is_other, "{path}");
        for status in ["400", "405", "406", "414", "500", "503", "504"] {
            assert!(get["responses"][status].is_object(), "{path} {status}");
        }
        assert_eq!(get["responses"]["404"].is_object(), path.contains('{') || path == "/v1/evidence", "{path}");
        for header in ["Ledger-Size", "Ledger-Root", "Ledger-Lag", "Cache-Control", "Vary"] {
            assert!(get["responses"]["200"]["headers"][header].is_object(), "{path} {header}");
        }
        let paged = get["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "cursor"));
        assert_eq!(get["responses"]["200"]["content"]["text/csv"].is_object(), paged, "{path}");
    }
}

#[tokio::test]
async fn the_documented_parameters_are_those_that_are_known() {
    let testbed = Testbed::of(&history());
    for (path, item) in description()["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/") {
            continue;
        }
        let documented = item["get"]["parameters"].as_array().into_iter().flatten();
        let documented = documented.filter(|parameter| parameter["in"] == "query");
        let documented: Vec<_> = documented.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect();
        let reply = testbed.get(&format!("{}?colour=red", path.replace(['{', '}'], ""))).await;
        assert_eq!(reply.problem().0, "unknown-parameter", "{path}");
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        let takes = detail.split("takes: ").nth(1).unwrap();
        let known: Vec<_> = takes.split(", ").filter(|name| *name != "none").map(str::to_owned).collect();
        assert_eq!(known, documented, "{path}");
    }
}

/// The fields of an object schema, those of its parts included.
fn fields(description: &Value, schema: &Value) -> BTreeSet<String> {
    let referred = schema["$ref"].as_str().and_then(|reference| description.pointer(reference.strip_prefix('#')?));
    let own = schema["properties"].as_object().into_iter().flat_map(|own| own.keys().cloned());
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let inherited = referred.into_iter().chain(parts).flat_map(|part| fields(description, part));
    own.chain(inherited).collect()
}

fn check_columns<T: Row + ToSchema>() {
    let description = description();
    let schema = &description["components"]["schemas"][T::name().as_ref()];
    let documented = fields(&description, schema);
    let columns: BTreeSet<_> =
        T::COLUMNS.iter().map(|column| column.split('.').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(columns, documented, "the columns of {} are not its fields", T::name());
}

#[test]
fn every_field_of_an_item_has_a_column() {
    use crate::http::v1;
    check_columns::<v1::accounts::AccountItem>();
    check_columns::<v1::owners::Holder>();
    check_columns::<v1::orders::AccountOrder>();
    check_columns::<v1::issues::AccountIssue>();
    check_columns::<v1::people::PersonBody>();
    check_columns::<v1::interactions::AccountInteraction>();
    check_columns::<v1::interactions::AccountPlanned>();
    check_columns::<tenure_replay::relationships::Relation>();
    check_columns::<v1::whitespace::AccountOffering>();
    check_columns::<v1::spend::AccountSpend>();
    check_columns::<v1::notes::AccountNote>();
    check_columns::<v1::competitors::AccountCompetitor>();
    check_columns::<v1::consents::AccountConsent>();
    check_columns::<tenure_replay::offerings::Offering>();
    check_columns::<v1::schemas::SchemaItem>();
    check_columns::<v1::plans::PlanItem>();
    check_columns::<v1::plan_parts::ObjectiveItem>();
    check_columns::<v1::plan_parts::PlanAction>();
    check_columns::<v1::plan_parts::InsightItem>();
    check_columns::<v1::commitments::AccountCommitment>();
    check_columns::<v1::contracts::AccountContract>();
    check_columns::<v1::contacts::AccountContact>();
    check_columns::<v1::needs::AccountNeed>();
    check_columns::<tenure_replay::account::Review>();
    check_columns::<v1::surveys::AccountSurvey>();
    check_columns::<tenure_replay::Finding>();
    check_columns::<tenure_replay::ownership::Assignment>();
    check_columns::<tenure_replay::audit::AuditEntry>();
    check_columns::<v1::timeline::AccountEntry>();
    check_columns::<tenure_schemas::EventView>();
}
