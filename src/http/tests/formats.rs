//! MessagePack: the same answers from the same types, at every endpoint.

use axum::http::{Method, StatusCode};
use serde_json::Value;
use tenure_schemas::codec;

use super::handovers::handed_over;
use super::promises::promises;
use crate::http::openapi;
use crate::http::testing::{Testbed, history};

const MESSAGE_PACK: &str = "application/vnd.msgpack";

/// Something that is there for each variable part of a path.
const EXAMPLES: &[(&str, &str)] = &[
    ("{account}", "acme"),
    ("{person}", "ada"),
    ("{plan}", "p1"),
    ("{handover}", "h1"),
    ("{position}", "4"),
    ("{kind}", "order.placed"),
    ("{model}", "health"),
    ("{version}", "1"),
];

/// The addresses of everything that is answered as MessagePack, and its parameters.
pub(super) fn addresses() -> Vec<(String, Vec<String>)> {
    let description = serde_json::to_value(openapi()).unwrap();
    let mut addresses = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let get = &item["get"];
        let content = &get["responses"]["200"]["content"];
        let is_of_ledger = path.starts_with("/v1/") && content["application/json"].is_object();
        assert_eq!(content[MESSAGE_PACK].is_object(), is_of_ledger, "{path}");
        // A test of scores is refused where there are few accounts, as here; `backtest.rs` asks where there are more.
        if !is_of_ledger || path.ends_with("/backtest") {
            continue;
        }
        assert_eq!(content[MESSAGE_PACK], content["application/json"], "{path}");
        let address = EXAMPLES.iter().fold(path.clone(), |path, (part, example)| path.replace(part, example));
        assert!(!address.contains('{'), "{path}: add an example for its parts");
        let parameters = get["parameters"].as_array().into_iter().flatten();
        addresses.push((address, parameters.map(|one| one["name"].as_str().unwrap().to_owned()).collect()));
    }
    addresses
}

#[tokio::test]
async fn every_answer_is_the_same_as_message_pack() {
    let testbed = Testbed::of(&[history(), promises(), handed_over()].concat());
    let addresses = addresses();
    assert!(addresses.len() > 15);
    for (path, parameters) in addresses {
        let takes = |name: &str| parameters.iter().any(|parameter| parameter == name);
        let queries = [Some(""), takes("as_of").then_some("?as_of=2024-06-30"), takes("limit").then_some("?limit=1")];
        for address in queries.into_iter().flatten().map(|query| format!("{path}{query}")) {
            let json = testbed.get(&address).await;
            assert_eq!(json.status, StatusCode::OK, "{address}: {}", json.text());
            let packed = testbed.ask(Method::GET, &address, &[("accept", MESSAGE_PACK)]).await;
            assert_eq!((packed.status, packed.header("content-type")), (StatusCode::OK, MESSAGE_PACK), "{address}");
            let value: Value = codec::from_bytes(&packed.body).unwrap();
            assert_eq!(value.to_string(), json.text(), "{address}");
            assert_eq!(packed.header("link"), json.header("link"), "{address}");
            assert_ne!(packed.header("etag"), json.header("etag"), "{address}");
            assert!(packed.header("vary").contains("accept"), "{address}");
        }
    }
}

#[tokio::test]
async fn message_pack_goes_by_three_names() {
    let testbed = Testbed::of(&history());
    for accept in [MESSAGE_PACK, "application/msgpack", "application/x-msgpack", "text/html, application/msgpack;q=0.1"]
    {
        let reply = testbed.ask(Method::GET, "/v1/accounts/acme", &[("accept", accept)]).await;
        assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, MESSAGE_PACK), "{accept}");
        let tag = reply.header("etag").to_owned();
        let again = [("accept", accept), ("if-none-match", &tag)];
        let again = testbed.ask(Method::GET, "/v1/accounts/acme", &again).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{accept}");
        let as_json = testbed.ask(Method::GET, "/v1/accounts/acme", &[("if-none-match", &tag)]).await;
        assert_eq!(as_json.status, StatusCode::OK, "{accept}");
    }
}

#[tokio::test]
async fn problems_and_limits_are_those_of_json() {
    let testbed = Testbed::of(&history());
    let ask = async |address: &str| testbed.ask(Method::GET, address, &[("accept", MESSAGE_PACK)]).await;
    assert_eq!(ask("/v1/accounts?limit=1000").await.status, StatusCode::OK);
    assert_eq!(ask("/v1/accounts?limit=1001").await.problem(), ("bad-parameter".to_owned(), "limit".to_owned()));
    assert_eq!(ask("/v1/accounts/nobody").await.problem().0, "unknown-account");
}
