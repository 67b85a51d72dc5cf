//! A brief for a browser and its printer: one page that loads and runs nothing.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Block, Document};

/// The style of the page.
const STYLE: &str = include_str!("templates/brief.css");

/// Allows the page's own style by its hash, and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

#[derive(Template)]
#[template(path = "brief.html", config = "src/brief/templates/askama.toml")]
struct Page<'a> {
    style: &'static str,
    document: &'a Document,
}

/// The page.
pub(crate) fn html(document: &Document) -> Result<String, askama::Error> {
    Page { style: STYLE, document }.render()
}

/// The content security policy under which the page is whole: it loads and runs nothing.
pub(crate) fn policy() -> &'static str {
    &POLICY
}
