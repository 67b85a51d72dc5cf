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
        match found.or_else(|| self.only_option()) {
            Some(here) => Self { here, ..self }.resolved(),
            None => self,
        }
    }

    /// What a field holds that may also be `null`.
    fn only_option(self) -> Option<&'a Json> {
        let mut options = self.here.get("anyOf")?.as_array()?.iter();
        let mut options = options.by_ref().filter(|option| option.get("type") != Some(&Json::from("null")));
        let first = options.next()?;
        options.next().is_none().then_some(first)
    }

    /// Whether a list is wanted here.
    pub(crate) fn is_list(self) -> bool {
        self.here.get("items").is_some()
    }

    /// The words that may stand here, where only certain ones may.
    pub(crate) fn words(self) -> Option<Vec<&'a str>> {
        if let Some(words) = self.here.get("enum").and_then(Json::as_array) {
            return words.iter().map(Json::as_str).collect();
        }
        let options = self.here.get("oneOf").and_then(Json::as_array)?;
        let word = |option: &'a Json| option.get("const").or_else(|| option.pointer("/enum/0")).and_then(Json::as_str);
        options.iter().map(word).collect()
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
            (Some(part), Toml::Table(each)) if part.is_list() => check_each(&part, each, &inner)?,
            (Some(part), Toml::Table(part_table)) => check(&part, part_table, &inner)?,
            _ => {}
        }
    }
    match shape.required().find(|name| !table.contains_key(*name)) {
        Some(missing) => Err((format!("{field}.{missing}"), "is missing".to_owned())),
        None => Ok(()),
    }
}

/// What a list made from another one may say.
const EACH: [&str; 4] = ["each", "as", "when", "item"];

/// Refuses what is no `{ each = …, item = … }`, and items that the list cannot hold.
fn check_each(list: &Shape<'_>, table: &Table, field: &str) -> Result<(), (String, String)> {
    if !table.contains_key("each") {
        let message = "is a list: write [ … ], or { each = \"…\", item = … } to make it from another list";
        return Err((field.to_owned(), message.to_owned()));
    }
    if let Some(key) = table.keys().find(|key| !EACH.contains(&key.as_str())) {
        let message = format!("there is no such part of an each; there are: {}", EACH.join(", "));
        return Err((format!("{field}.{key}"), message));
    }
    match (list.items(), table.get("item")) {
        (_, None) => Err((format!("{field}.item"), "is missing: say what an item of the list is".to_owned())),
        (Some(item), Some(Toml::Table(fields))) => check(&item, fields, &format!("{field}.item")),
        (_, Some(_)) => Ok(()),
    }
}
