//! Holds the catalogue's face, `schemas/events/`, against the code: schemas, examples and frozen stored bytes.
//!
//! `TENURE_UPDATE_SCHEMAS=1 cargo test -p tenure-schemas --test catalogue` writes the schema files anew and
//! makes the stored bytes that are missing. It never overwrites stored bytes: their format is frozen.

#[cfg(test)]
mod catalogue {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use serde::Deserialize;
    use serde_json::{Value, json};
    use tenure_schemas::{Body, Event, EventView, Kind, When, codec};

    const UPDATE: &str = "TENURE_UPDATE_SCHEMAS";
    const HOW: &str = "TENURE_UPDATE_SCHEMAS=1 cargo test -p tenure-schemas --test catalogue";
    /// What may stand for a person or be free text, and so needs a mark in every schema that has it as a text.
    const PERSONAL: [&str; 12] = [
        "email",
        "phone",
        "summary",
        "subject",
        "rationale",
        "text",
        "statement",
        "cause",
        "strength",
        "decisions",
        "problems_solved",
        "outcome",
    ];
    /// The fields of those names that are words of the catalogue instead.
    const WORDS: [(&str, &str); 2] = [("account.criterion_assessed", "subject"), ("plan.objective_closed", "outcome")];

    /// A payload that must be refused.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Negative {
        why: String,
        field: String,
        payload: Value,
    }

    fn events() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("events")
    }

    fn file(kind: Kind, what: &str) -> PathBuf {
        events().join(kind.as_str()).join(format!("v{}.{what}", kind.version()))
    }

    fn updating() -> bool {
        std::env::var_os(UPDATE).is_some_and(|value| value == "1")
    }

    #[track_caller]
    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[track_caller]
    fn read(path: &Path) -> Value {
        serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn pretty(value: &Value) -> String {
        serde_json::to_string_pretty(value).unwrap() + "\n"
    }

    /// The frozen bytes at `path`; made from `made` when they are missing and an update was asked for.
    #[track_caller]
    fn frozen(path: &Path, made: &[u8]) -> Vec<u8> {
        if updating() && !path.exists() {
            fs::write(path, made).unwrap();
        }
        fs::read(path).unwrap_or_else(|error| panic!("{}: {error}; to make it: {HOW}", path.display()))
    }

    fn schema(kind: Kind) -> Value {
        kind.json_schema().to_value()
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn schema_files_are_those_of_the_code() {
        for kind in Kind::ALL {
            let (path, made) = (file(*kind, "schema.json"), pretty(&schema(*kind)));
            if updating() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &made).unwrap();
            }
            let differs = "differs from the code; look at the change, and if it is meant:";
            assert!(fs::read_to_string(&path).ok() == Some(made), "{} {differs} {HOW}", path.display());
        }
    }

    #[test]
    fn nothing_is_left_over() {
        if updating() {
            return; // Other tests are making the files at this moment.
        }
        let mut kinds: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
        kinds.insert("envelope".to_owned());
        assert_eq!(names(&events()), kinds);
        for kind in Kind::ALL {
            let of_version = |version: u32| {
                ["schema.json", "example.json", "minimal.json", "example.msgpack", "minimal.msgpack", "invalid.json"]
                    .map(|what| format!("v{version}.{what}"))
            };
            let expected: BTreeSet<_> = (1..=kind.version()).flat_map(of_version).collect();
            assert_eq!(names(&events().join(kind.as_str())), expected, "{kind}");
        }
        assert_eq!(names(&events().join("envelope")), ["v1.json", "v1.msgpack"].map(str::to_owned).into());
    }

    #[test]
    fn examples_are_read_written_and_valid() {
        for kind in Kind::ALL {
            let schema = schema(*kind);
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            for what in ["example", "minimal"] {
                let path = file(*kind, &format!("{what}.json"));
                let example = read(&path);
                let payload = kind.payload_from_json(example.clone()).unwrap_or_else(|e| panic!("{kind} {what}: {e}"));
                assert_eq!(text(&path), pretty(&payload.to_json()), "{}", path.display());
                if let Err(error) = validator.validate(&example) {
                    panic!("{kind} {what} is not valid: {error}");
                }
                let bytes = frozen(&file(*kind, &format!("{what}.msgpack")), &payload.to_bytes().unwrap());
                assert_eq!(kind.payload_from_bytes(&bytes).unwrap(), payload, "{kind} {what}: stored bytes");
                assert_eq!(payload.to_bytes().unwrap(), bytes, "{kind} {what}: stored bytes are frozen");
                assert_eq!(codec::from_bytes::<Value>(&bytes).unwrap(), example, "{kind} {what}: stored bytes");
            }
        }
    }

    /// Where `value` lacks a property of `schema`, or holds a list without items.
    fn lacking(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(branches) = alternatives(schema).filter(|_| !value.is_null()) {
            let branch = branches.iter().find(|branch| jsonschema::is_valid(branch, value));
            return lacking(branch.unwrap_or(&Value::Null), value, at, found);
        }
        if let Some(items) = value.as_array() {
            if items.is_empty() {
                found.push(at.to_owned());
            }
            for item in items {
                lacking(&schema["items"], item, &format!("{at}[]"), found);
            }
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            match value.get(name) {
                Some(inner) => lacking(property, inner, &at, found),
                None => found.push(at),
            }
        }
    }

    fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
        schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
    }

    #[test]
    fn the_example_has_every_property() {
        for kind in Kind::ALL {
            let mut found = Vec::new();
            lacking(&schema(*kind), &read(&file(*kind, "example.json")), "", &mut found);
            assert!(found.is_empty(), "{kind}: the example lacks {found:?}");
        }
    }

    /// Where `value` holds a property that `schema` does not require.
    fn surplus(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let Some(fields) = value.as_object().filter(|_| schema.get("properties").is_some()) else { return };
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let least = usize::try_from(schema["minProperties"].as_u64().unwrap_or(0)).unwrap();
        let optional = fields.keys().filter(|name| !required.contains(&name.as_str()));
        found.extend(optional.skip(least.saturating_sub(required.len())).map(|name| format!("{at}.{name}")));
        for (name, inner) in fields {
            surplus(&schema["properties"][name], inner, &format!("{at}.{name}"), found);
        }
    }

    #[test]
    fn the_minimal_example_has_the_required_only() {
        for kind in Kind::ALL {
            let mut found = Vec::new();
            surplus(&schema(*kind), &read(&file(*kind, "minimal.json")), "", &mut found);
            assert!(found.is_empty(), "{kind}: the minimal example could leave out {found:?}");
        }
    }

    #[test]
    fn negative_examples_are_refused_by_field() {
        for kind in Kind::ALL {
            let path = file(*kind, "invalid.json");
            let negatives: Vec<Negative> =
                serde_json::from_str(&text(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(!negatives.is_empty(), "{kind} has no negative example");
            for Negative { why, field, payload } in negatives {
                let Err(error) = kind.payload_from_json(payload) else { panic!("{kind} accepts: {why}") };
                assert_eq!(error.field, field, "{kind}: {why}: {error}");
                assert!(!error.message.is_empty(), "{kind}: {why}");
            }
        }
    }

    /// Every property in `schema`, at any depth, by name.
    fn properties<'s>(schema: &'s Value, found: &mut Vec<(&'s str, &'s Value)>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            found.push((name, property));
            properties(property, found);
        }
        alternatives(schema)
            .into_iter()
            .flatten()
            .chain(schema.get("items"))
            .for_each(|inner| properties(inner, found));
    }

    #[test]
    fn every_property_is_described() {
        for kind in Kind::ALL {
            let schema = schema(*kind);
            let mut found = vec![("", &schema)];
            properties(&schema, &mut found);
            for (name, property) in found {
                // Where exactly one of several fields is given, the alternative that holds it is described.
                let tagged = *kind == Kind::InteractionLogged && ["order", "issue", "plan", "handover"].contains(&name);
                assert!(tagged || property["description"].is_string(), "{kind}: {name:?} has no description");
            }
        }
    }

    #[test]
    fn personal_fields_are_marked_with_whose_they_are() {
        for kind in Kind::ALL {
            let schema = schema(*kind);
            let mut found = Vec::new();
            properties(&schema, &mut found);
            for (name, property) in found {
                let of_a_contact = kind.as_str().starts_with("contact.");
                let of_a_person = kind.as_str().starts_with("person.");
                let personal = PERSONAL.contains(&name) || name == "name" && (of_a_contact || of_a_person);
                let owner = if of_a_contact {
                    "contact"
                } else if of_a_person {
                    "person"
                } else {
                    "account"
                };
                let expected = if personal && !WORDS.contains(&(kind.as_str(), name)) { Some(owner) } else { None };
                let free = [("plan.adopted", "title"), ("contract.ended", "reason")];
                let expected = expected.or(free.contains(&(kind.as_str(), name)).then_some("account"));
                assert_eq!(property.get("x-personal").and_then(Value::as_str), expected, "{kind}: {name}");
            }
        }
    }

    /// The event that is shown as `view`.
    fn event_of(view: EventView) -> Event {
        let kind: Kind = view.kind.parse().unwrap();
        Event {
            position: view.position,
            id: view.id,
            stream: view.stream.parse().unwrap(),
            revision: view.revision,
            when: When { at: view.occurred_at, precision: view.precision },
            recorded_at: view.recorded_at,
            actor: view.actor,
            reason: view.reason,
            source: view.source,
            correlation_id: view.correlation_id,
            causation_id: view.causation_id,
            body: Body::Known(kind.payload_from_json(view.payload).unwrap()),
        }
    }

    #[test]
    fn a_stored_envelope_is_frozen() {
        let folder = events().join("envelope");
        let shown = read(&folder.join("v1.json"));
        let event = event_of(serde_json::from_value(shown.clone()).unwrap());
        let bytes = frozen(&folder.join("v1.msgpack"), &event.to_stored().unwrap());
        assert_eq!(Event::from_stored(&bytes).unwrap(), event);
        assert_eq!(event.to_stored().unwrap(), bytes, "the stored envelope is frozen");
        assert_eq!(json!(event.view()), shown);
        let every_field = ["reason", "source", "correlation_id", "causation_id", "precision"];
        assert!(every_field.iter().all(|name| shown.get(name).is_some()), "the envelope lacks a field");
    }
}
