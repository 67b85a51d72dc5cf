//! The OpenAPI description: what the handlers say, completed by what holds for all of them.

use utoipa::openapi::header::Header;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder, Type};
use utoipa::openapi::{
    ArrayBuilder, Components, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Response, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::format::Format;
use super::problem::{ProblemBody, ProblemType};

const ABOUT: &str = "Who was responsible for which client account on which date, as the ledger's events tell it. \
    Nothing is written over HTTP; HEAD answers wherever GET does.\n\nEvery answer is made from one size of the ledger, \
    which `Ledger-Size` and `Ledger-Root` name; `Ledger-Lag` says what it lacks. Answers about a moment say in `resolved` what they rest on. \
    What was known earlier is asked with `known_at` or `size`: an answer as of an explicit moment at an explicit size \
    never changes, whatever is appended later. \
    Lists are read page by page: `next`, also a `Link` header, leads on, and later pages are about the moment of the \
    first. As MessagePack an answer has the fields of its JSON; `application/msgpack` and `application/x-msgpack` \
    ask for it too. What the service says of itself, and every problem, is JSON alone. As CSV, a cell that begins with `=`, `+`, `-` or `@` and is no number gets a `'` in front, so that no \
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
            if complete_answer(operation) {
                refer(operation, "304", NOT_MODIFIED);
            }
            for shared in PROBLEMS {
                refer(operation, shared.status, shared.name);
            }
            if let Some(name) = unknown_in(path) {
                refer(operation, "404", name);
            }
        }
        if path == "/readyz" {
            refer(operation, "503", "Unavailable");
        }
    }
    let components = api.components.get_or_insert_default();
    name_parts(components);
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components.headers.extend(HEADERS.iter().map(|(name, about)| ((*name).to_owned(), header(about))));
    components.responses.insert(NOT_MODIFIED.to_owned(), not_modified());
    let problems = PROBLEMS.iter().chain(UNKNOWN);
    components.responses.extend(problems.map(|shared| (shared.name.to_owned(), shared.response())));
    api
}

/// Lets the schemas of lists and answers refer to what they hold by name, where the code repeats it in full. What has no
/// schema of its own yet, because it is made of another part, gets one.
fn name_parts(components: &mut Components) {
    let mut unnamed = Vec::new();
    for (name, schema) in &mut components.schemas {
        let RefOr::T(schema) = schema else { continue };
        match (name.split_once('_'), schema) {
            (Some(("List", item)), Schema::Object(list)) => {
                if let Some(RefOr::T(Schema::Array(rows))) = list.properties.get("items")
                    && let ArrayItems::RefOrSchema(row) = &rows.items
                    && matches!(**row, RefOr::T(_))
                {
                    unnamed.push((item.to_owned(), row.as_ref().clone()));
                }
                let rows = ArrayBuilder::new().items(Ref::from_schema_name(item));
                let rows = rows.description(Some("The items, in the order of the list."));
                list.properties.insert("items".to_owned(), RefOr::T(rows.into()));
            }
            (Some(("Answer", body)), Schema::AllOf(answer)) => {
                if let Some(first) = answer.items.first_mut() {
                    *first = RefOr::Ref(Ref::from_schema_name(body));
                }
            }
            (Some(_) | None, _) => {}
        }
    }
    for (name, schema) in unnamed {
        components.schemas.entry(name).or_insert(schema);
    }
}

/// The headers of answers.
const HEADERS: &[(&str, &str)] = &[
    ("ETag", "A weak tag of the answer, for `If-None-Match`"),
    ("Ledger-Size", "How many events of the ledger the answer rests on"),
    ("Ledger-Root", "The Merkle tree hash over those events, in base64"),
    ("Ledger-Lag", "How many events the ledger held beyond those when the answer was given"),
    ("Cache-Control", "Always `no-cache`: ask again, with `If-None-Match`"),
    ("Vary", "`accept`, and whatever else chose the bytes"),
    ("Ledger-As-Of", "The moment that the answer is about: a date, or an instant"),
    ("Ledger-Zone", "The zone in which a date is a day"),
    ("Ledger-Known-At", "The time up to which knowledge counts, where the question names one"),
    ("Ledger-Clock", "Whose time of learning counts: `ledger` or `source`"),
    ("Link", "The address of the next page, with `rel=\"next\"`; absent at the end"),
    ("Allow", "`GET, HEAD`"),
    ("Retry-After", "After how many seconds to ask again"),
];

/// The headers of every answer from the ledger.
const SHARED: [&str; 5] = ["Ledger-Size", "Ledger-Root", "Ledger-Lag", "Cache-Control", "Vary"];

/// The headers of every answer that ends.
const TAGGED: [&str; 1] = ["ETag"];

const NOT_MODIFIED: &str = "NotModified";

/// Problems that share a status, as one response.
struct SharedProblem {
    name: &'static str,
    status: &'static str,
    sorts: &'static [ProblemType],
    headers: &'static [&'static str],
}

const fn shared(name: &'static str, status: &'static str, sorts: &'static [ProblemType]) -> SharedProblem {
    SharedProblem { name, status, sorts, headers: &[] }
}

/// What any question can meet.
const PROBLEMS: &[SharedProblem] = &[
    shared("BadRequest", "400", &[ProblemType::BadParameter, ProblemType::UnknownParameter]),
    SharedProblem { headers: &["Allow"], ..shared("MethodNotAllowed", "405", &[ProblemType::MethodNotAllowed]) },
    shared("NotAcceptable", "406", &[ProblemType::NotAcceptable]),
    shared("UriTooLong", "414", &[ProblemType::UriTooLong]),
    shared("Failed", "500", &[ProblemType::Damaged, ProblemType::Internal]),
    SharedProblem {
        headers: &["Retry-After"],
        ..shared("Unavailable", "503", &[ProblemType::NotReady, ProblemType::Busy])
    },
    shared("TooSlow", "504", &[ProblemType::TooSlow]),
];

/// What a path can name that is not there.
const UNKNOWN: &[SharedProblem] = &[
    shared("UnknownAccount", "404", &[ProblemType::UnknownAccount]),
    shared("UnknownPlan", "404", &[ProblemType::UnknownAccount, ProblemType::UnknownPlan]),
    shared("UnknownHandover", "404", &[ProblemType::UnknownAccount, ProblemType::UnknownHandover]),
    shared("UnknownPerson", "404", &[ProblemType::UnknownPerson]),
    shared("UnknownEvent", "404", &[ProblemType::UnknownEvent]),
    shared("UnknownSchema", "404", &[ProblemType::UnknownSchema]),
    shared("UnknownModel", "404", &[ProblemType::UnknownModel]),
    shared(
        "UnknownTarget",
        "404",
        &[
            ProblemType::UnknownAccount,
            ProblemType::UnknownPlan,
            ProblemType::UnknownHandover,
            ProblemType::UnknownPerson,
            ProblemType::UnknownModel,
        ],
    ),
];

/// The response for what a path names and is not there.
fn unknown_in(path: &str) -> Option<&'static str> {
    let parts = [
        ("/v1/evidence", "UnknownTarget"),
        ("{plan}", "UnknownPlan"),
        ("{handover}", "UnknownHandover"),
        ("{account}", "UnknownAccount"),
        ("{person}", "UnknownPerson"),
        ("{position}", "UnknownEvent"),
        ("{kind}", "UnknownSchema"),
        ("{model}", "UnknownModel"),
    ];
    parts.iter().find(|(part, _)| path.contains(part)).map(|(_, name)| *name)
}

impl SharedProblem {
    fn response(&self) -> RefOr<Response> {
        let line = |sort: &ProblemType| {
            let (_, slug, title) = sort.facts();
            format!("{title} (`/problems/{slug}`)")
        };
        let lines: Vec<_> = self.sorts.iter().map(line).collect();
        let mut response = Response::new(lines.join("; "));
        let body = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
        response.content.insert("application/problem+json".to_owned(), body.into());
        add_headers(&mut response, self.headers);
        RefOr::T(response)
    }
}

fn not_modified() -> RefOr<Response> {
    let mut response = Response::new("The reader has this answer already: `If-None-Match` names its tag");
    add_headers(&mut response, &TAGGED);
    add_headers(&mut response, &SHARED);
    RefOr::T(response)
}

fn refer(operation: &mut Operation, status: &str, name: &str) {
    let reference = Ref::new(format!("#/components/responses/{name}"));
    operation.responses.responses.insert(status.to_owned(), RefOr::Ref(reference));
}

/// Adds the formats and headers of an answer; says whether it has a tag, which a stream without end has not.
fn complete_answer(operation: &mut Operation) -> bool {
    let Some(RefOr::T(found)) = operation.responses.responses.get_mut("200") else { return false };
    add_headers(found, &SHARED);
    let Some(content) = found.content.get(Format::Json.media_type()).cloned() else { return false };
    found.content.insert(Format::MessagePack.media_type().to_owned(), content);
    if let Some(item) = json_schema_name(found).and_then(|name| name.strip_prefix("List_").map(str::to_owned)) {
        let rows = ArrayBuilder::new().items(Ref::from_schema_name(item)).description(Some("One item a line."));
        let table = ObjectBuilder::new().schema_type(Type::String);
        let table = table.description(Some("A header row, then one item a row; lists and objects as JSON text."));
        let mut offer = |format: Format, schema: Schema| {
            found.content.insert(format.media_type().to_owned(), Content::new(Some(schema)).into());
        };
        offer(Format::Ndjson, rows.into());
        offer(Format::Csv, table.into());
        add_headers(found, &["Link"]);
    }
    if operation.parameters.iter().flatten().any(|parameter| is_named(parameter, "as_of")) {
        add_headers(found, &["Ledger-As-Of", "Ledger-Zone", "Ledger-Known-At", "Ledger-Clock"]);
    }
    add_headers(found, &TAGGED);
    true
}

fn add_headers(response: &mut Response, names: &[&str]) {
    for name in names {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert((*name).to_owned(), RefOr::Ref(reference));
    }
}

fn header(about: &str) -> RefOr<Header> {
    let mut header = Header::new(text());
    header.description = Some(about.to_owned());
    RefOr::T(header)
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
