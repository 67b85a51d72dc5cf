//! Holds a rule's payload against the schema of its kind, so that a misspelt field is found before the first row.

use serde_json::Value as Json;
use toml::{Table, Value as Toml};

/// A JSON Schema, and the document whose definitions it may refer to.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'a> {
    root: &'a Json,
    here: &'a Json,
}

impl<'a> Shape<'a> {
    /// The shape of a whole document.
    pub(crate) fn of(root: &'a Json) -> Self {
        Self { root, here: root }.resolved()
    }

    fn resolved(self) -> Self {
        let target = self.here.get("$ref").and_then(Json::as_str).and_then(|path| path.strip_prefix('#'));
        let found = target.and_then(|path| self.root.pointer(path));
        Self { here: found.unwrap_or(self.here), ..self }
    }

    fn properties(self) -> Option<&'a serde_json::Map<String, Json>> {
        self.here.get("properties").and_then(Json::as_object)
    }

    /// The shape of a field, where it is known.
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        let here = self.properties()?.get(name)?;
        Some(Self { here, ..self }.resolved())
    }

    /// The shape of the items of a list, where it is known.
    pub(crate) fn items(self) -> Option<Self> {
        let here = self.here.get("items")?;
        Some(Self { here, ..self }.resolved())
    }

    /// Whether a text is wanted here, so that a number or a truth value is to be written as one.
    pub(crate) fn is_text(self) -> bool {
        let wanted = match self.here.get("type") {
            Some(Json::Array(types)) => types.iter().any(|one| one == "string"),
            Some(one) => one == "string",
            None => false,
        };
        let options = self.here.get("anyOf").and_then(Json::as_array).into_iter().flatten();
        wanted || options.into_iter().any(|here| Self { here, ..self }.resolved().is_text())
    }

    /// Whether other names than the properties are refused.
    fn is_closed(self) -> bool {
        self.here.get("additionalProperties") == Some(&Json::Bool(false))
    }

    fn required(self) -> impl Iterator<Item = &'a str> {
        self.here.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    }
}

/// Refuses fields that the shape does not have, and the lack of those that it needs; errors name the field.
pub(crate) fn check(shape: &Shape<'_>, table: &Table, field: &str) -> Result<(), (String, String)> {
    let empty = serde_json::Map::new();
    let closed = shape.is_closed();
    let properties = shape.properties().unwrap_or(&empty);
    for (key, value) in table {
        let inner = format!("{field}.{key}");
        match (shape.field(key), value) {
            (None, _) if closed => {
                let known = properties.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err((inner, format!("there is no such field; there are: {known}")));
            }
            (Some(part), Toml::Table(part_table)) => check(&part, part_table, &inner)?,
            _ => {}
        }
    }
    match shape.required().find(|name| !table.contains_key(*name)) {
        Some(missing) => Err((format!("{field}.{missing}"), "is missing".to_owned())),
        None => Ok(()),
    }
}
