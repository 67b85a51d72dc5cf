//! The OpenAPI description: what the handlers say, completed by what holds for all of them.

use utoipa::openapi::header::Header;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{
    ArrayBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Response, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::format::Format;
use super::problem::{ProblemBody, ProblemType};

const ABOUT: &str = "Who was responsible for which client account on which date, as the ledger's events tell it. \
    Nothing is written over HTTP; HEAD answers wherever GET does.\n\nEvery answer is made from one size of the ledger, \
    which `Ledger-Size` and `Ledger-Root` name. Answers about a moment say in `resolved` what they rest on. \
    Lists are read page by page: `next`, also a `Link` header, leads on, and later pages are about the moment of the \
    first. As CSV, a cell that begins with `=`, `+`, `-` or `@` and is no number gets a `'` in front, so that no \
    spreadsheet runs it.";

/// The description without its endpoints.
pub(super) fn base() -> OpenApi {
    let info = InfoBuilder::new().title("Tenure").version("1").description(Some(ABOUT));
    OpenApiBuilder::new().info(info).paths(PathsBuilder::new()).build()
}

/// Adds to every endpoint the headers, formats and problems that it shares with others.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    for (path, item) in &mut api.paths.paths {
        let Some(operation) = &mut item.get else { continue };
        if path.starts_with("/v1/") {
            complete_answer(operation);
            add_problems(operation, path);
        }
        if path == "/readyz" {
            add_problem(operation, &[ProblemType::NotReady]);
        }
    }
    let components = api.components.get_or_insert_default();
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    api
}

fn complete_answer(operation: &mut Operation) {
    let Some(RefOr::T(found)) = operation.responses.responses.get_mut("200") else { return };
    let list = json_schema_name(found).and_then(|name| name.strip_prefix("List_").map(str::to_owned));
    if let Some(item) = &list {
        let rows = ArrayBuilder::new().items(Ref::from_schema_name(item.clone()));
        let mut lines = Content::new(Some(Schema::Array(rows.build())));
        lines.description = Some("one item a line".to_owned());
        found.content.insert(Format::Ndjson.media_type().to_owned(), lines.into());
        let mut table = Content::new(Some(text()));
        table.description = Some("a header row, then one item a row; lists and objects as JSON text".to_owned());
        found.content.insert(Format::Csv.media_type().to_owned(), table.into());
        add_header(found, "Link", "The address of the next page, with `rel=\"next\"`; absent at the end");
    }
    let dated = operation.parameters.iter().flatten().any(|parameter| is_named(parameter, "as_of"));
    if dated {
        add_header(found, "Ledger-As-Of", "The moment that the answer is about");
        add_header(found, "Ledger-Zone", "The zone in which a date is a day");
    }
    add_header(found, "ETag", "A weak tag of the answer, for `If-None-Match`");
    add_shared_headers(found);
    let mut unchanged = Response::new("The reader has this answer already: `If-None-Match` names its tag");
    add_header(&mut unchanged, "ETag", "The tag");
    add_shared_headers(&mut unchanged);
    operation.responses.responses.insert("304".to_owned(), RefOr::T(unchanged));
}

fn add_shared_headers(response: &mut Response) {
    add_header(response, "Ledger-Size", "How many events of the ledger the answer rests on");
    add_header(response, "Ledger-Root", "The Merkle tree hash over those events, in base64");
    add_header(response, "Cache-Control", "Always `no-cache`: ask again, with `If-None-Match`");
    add_header(response, "Vary", "`accept`");
}

fn add_problems(operation: &mut Operation, path: &str) {
    add_problem(operation, &[ProblemType::BadParameter, ProblemType::UnknownParameter]);
    if path.contains('{') {
        let unknown = match path {
            path if path.contains("{account}") => ProblemType::UnknownAccount,
            path if path.contains("{person}") => ProblemType::UnknownPerson,
            path if path.contains("{position}") => ProblemType::UnknownEvent,
            _ => ProblemType::UnknownSchema,
        };
        add_problem(operation, &[unknown]);
    }
    add_problem(operation, &[ProblemType::MethodNotAllowed]);
    add_problem(operation, &[ProblemType::NotAcceptable]);
    add_problem(operation, &[ProblemType::UriTooLong]);
    add_problem(operation, &[ProblemType::Damaged, ProblemType::Internal]);
    add_problem(operation, &[ProblemType::NotReady, ProblemType::Busy]);
    add_problem(operation, &[ProblemType::TooSlow]);
}

/// Adds a problem response for sorts of problem that share a status.
fn add_problem(operation: &mut Operation, sorts: &[ProblemType]) {
    let titles: Vec<_> = sorts.iter().map(|sort| sort.facts()).collect();
    let Some((status, _, _)) = titles.first() else { return };
    let lines: Vec<_> = titles.iter().map(|(_, slug, title)| format!("{title} (`/problems/{slug}`)")).collect();
    let mut response = Response::new(lines.join("; "));
    let body = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
    response.content.insert("application/problem+json".to_owned(), body.into());
    if sorts.iter().any(|sort| matches!(sort, ProblemType::NotReady | ProblemType::Busy)) {
        add_header(&mut response, "Retry-After", "After how many seconds to ask again");
    }
    if sorts.contains(&ProblemType::MethodNotAllowed) {
        add_header(&mut response, "Allow", "`GET, HEAD`");
    }
    operation.responses.responses.insert(status.as_str().to_owned(), RefOr::T(response));
}

fn add_header(response: &mut Response, name: &str, description: &str) {
    let mut header = Header::new(text());
    header.description = Some(description.to_owned());
    response.headers.insert(name.to_owned(), RefOr::T(header));
}

fn text() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).build().into()
}

fn is_named(parameter: &RefOr<utoipa::openapi::path::Parameter>, name: &str) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.name == name)
}

/// The name of the schema of a response's JSON.
fn json_schema_name(response: &Response) -> Option<&str> {
    let RefOr::T(content) = response.content.get(Format::Json.media_type())? else { return None };
    let Some(RefOr::Ref(reference)) = &content.schema else { return None };
    reference.ref_location.rsplit('/').next()
}
