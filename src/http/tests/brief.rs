//! The handover brief as its readers get it: for machines, browsers, Markdown and terminals.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::testing::{Testbed, event, history};

const ASKED: &str = "/v1/accounts/acme/handover-brief?as_of=2024-08-01";

/// The history with what could break a page.
fn hostile() -> Vec<Value> {
    let mut drafts = history();
    let note = json!({"topic": "sensitivity", "text": "<script>alert(1)</script> *never* [call](x) | first\n# now"});
    drafts.push(event("account/acme", "account.note_recorded", "2024-07-02", note));
    drafts.push(event("account/acme", "account.renamed", "2024-07-02", json!({"name": "Acme & \"Sons\" <b>"})));
    drafts
}

async fn written(testbed: &Testbed, media_type: &str) -> String {
    let reply = testbed.ask(Method::GET, ASKED, &[("accept", media_type)]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert!(reply.header("content-type").starts_with(media_type), "{}", reply.header("content-type"));
    reply.text().to_owned()
}

/// The texts between an opening and a closing mark, in order.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

#[tokio::test]
async fn the_page_has_a_cell_for_each_column_and_space_between_citations() {
    let page = written(&Testbed::of(&history()), "text/html").await;
    let tables = between(&page, "<table>", "</table>");
    assert!(tables.len() > 3, "{page}");
    for table in tables {
        let columns = table.matches("<th ").count();
        for row in between(table.split("<tbody>").nth(1).unwrap(), "<tr ", "</tr>") {
            assert_eq!(row.matches("<td>").count() + row.matches("<td class=").count(), columns, "{row}");
            assert_eq!(row.matches("</td>").count(), columns, "{row}");
        }
    }
    assert!(page.contains("class=\"numeric\">20,560.1206 USD</td>"), "{page}");
    assert!(!page.contains("</a><a"), "positions run into each other");
    assert!(page.contains("<a href=\"/v1/events/15\">15</a> <a href=\"/v1/events/16\">16</a>"), "{page}");
}

#[tokio::test]
async fn what_events_say_means_nothing_to_a_browser_or_to_markdown() {
    let testbed = Testbed::of(&hostile());
    let page = written(&testbed, "text/html").await;
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&#60;script&#62;"), "{page}");
    assert!(page.contains("</span> <span class=\"detail\">"), "a note and who made it run into each other: {page}");
    let reply = testbed.ask(Method::GET, ASKED, &[("accept", "text/html")]).await;
    assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
    let markdown = written(&testbed, "text/markdown").await;
    assert!(
        markdown.contains(r"&lt;script&gt;alert(1)&lt;/script&gt; \*never\* \[call\](x) \| first # now"),
        "{markdown}"
    );
    assert!(!markdown.lines().any(|line| line == "# now"), "{markdown}");
    let text = written(&testbed, "text/plain").await;
    assert!(text.starts_with("Acme & \"Sons\" <b>\n"), "{text}");
}

#[tokio::test]
async fn the_brief_of_a_moment_at_a_size_stays_the_same() {
    let mut testbed = Testbed::of(&history());
    let pinned = format!("{ASKED}&size=22");
    let before = testbed.get(&pinned).await;
    let order = json!({"order": "late", "total": {"amount": "1", "currency": "USD"}});
    testbed.grow(&[event("account/acme", "order.placed", "2024-06-02T00:00:00Z", order)]);
    let after = testbed.get(&pinned).await;
    assert_eq!(before.body, after.body);
    let (then, now) = (before.json(), testbed.found(ASKED).await);
    assert_eq!(then["brief"]["digest"].as_str().unwrap().len(), 64);
    assert_ne!(then["brief"]["digest"], now["brief"]["digest"], "what was learned since is another brief");
    assert_eq!((then["brief"]["size"].as_u64(), now["brief"]["size"].as_u64()), (Some(22), Some(23)));
}

#[tokio::test]
async fn questions_that_no_brief_answers_are_refused() {
    let testbed = Testbed::of(&history());
    for (query, field) in [
        ("handover=h9", "handover"),
        ("handover=h9&role=primary", "role"),
        ("scope=everything", "scope"),
        ("clock=source", "clock"),
        ("size=99", "size"),
    ] {
        let reply = testbed.get(&format!("/v1/accounts/acme/handover-brief?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.problem(), ("bad-parameter".to_owned(), field.to_owned()), "{query}");
    }
    let unknown = testbed.ask(Method::GET, "/v1/accounts/nobody/handover-brief", &[("accept", "text/html")]).await;
    assert_eq!(unknown.problem().0, "unknown-account");
}
