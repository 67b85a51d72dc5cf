//! The payload of a rule, compiled: templates in tables and lists, and lists that are made from other lists.

use std::collections::BTreeSet;

use minijinja::{Environment, Value};
use tenure_schemas::Kind;
use toml::{Table, Value as Toml};

use super::inputs::Headers;
use super::mapping::LookupSpec;
use super::rules::{Fault, at};
use super::shape::{self, Shape};
use super::template::{RESERVED, Template, Uses};

/// A single value of a payload.
pub(crate) struct Leaf<'e, 'm> {
    pub(crate) template: Template<'e, 'm>,
    /// Whether the schema wants a text, so that an id which is a number in the source is written as one.
    pub(crate) as_text: bool,
    /// Whether the schema wants a list.
    pub(crate) as_list: bool,
}

/// A list that has an item for each item of another one.
pub(crate) struct Each<'e, 'm> {
    /// The field in the event, such as `payload.lines`.
    pub(crate) field: String,
    /// The other list.
    pub(crate) list: Template<'e, 'm>,
    /// What its items are called in the templates of the new one.
    pub(crate) name: &'m str,
    /// Which of them count.
    pub(crate) when: Option<Template<'e, 'm>>,
    pub(crate) item: Box<Node<'e, 'm>>,
}

/// A part of a payload.
pub(crate) enum Node<'e, 'm> {
    Leaf(Leaf<'e, 'm>),
    Table(Vec<(&'m str, Node<'e, 'm>)>),
    List(Vec<Node<'e, 'm>>),
    Each(Each<'e, 'm>),
}

impl<'e, 'm> Node<'e, 'm> {
    /// Adds all templates in it to a list.
    pub(crate) fn collect<'a>(&'a self, all: &mut Vec<&'a Template<'e, 'm>>) {
        match self {
            Self::Leaf(leaf) => all.push(&leaf.template),
            Self::Table(parts) => parts.iter().for_each(|(_, node)| node.collect(all)),
            Self::List(nodes) => nodes.iter().for_each(|node| node.collect(all)),
            Self::Each(each) => {
                all.push(&each.list);
                all.extend(&each.when);
                each.item.collect(all);
            }
        }
    }
}

/// Compiles a payload and holds it against the schema of its kind.
pub(crate) fn compile<'e, 'm>(
    env: &'e Environment<'m>,
    lookups: &'m [LookupSpec],
    headers: &Headers,
    kind: Kind,
    payload: &'m Table,
) -> Result<Node<'e, 'm>, Fault> {
    let schema = kind.json_schema().to_value();
    let shape = Shape::of(&schema);
    shape::check(&shape, payload, "payload")?;
    Compiler { env, lookups, headers, item: None }.table("payload", payload, Some(shape))
}

struct Compiler<'a, 'e, 'm> {
    env: &'e Environment<'m>,
    lookups: &'m [LookupSpec],
    headers: &'a Headers,
    /// Inside an `each`, what the items are called.
    item: Option<&'m str>,
}

impl<'e, 'm> Compiler<'_, 'e, 'm> {
    fn table(&self, field: &str, table: &'m Table, shape: Option<Shape<'_>>) -> Result<Node<'e, 'm>, Fault> {
        let parts = table.iter().map(|(key, value)| {
            let part = shape.and_then(|shape| shape.field(key));
            Ok((key.as_str(), self.node(&format!("{field}.{key}"), value, part)?))
        });
        parts.collect::<Result<_, _>>().map(Node::Table)
    }

    fn node(&self, field: &str, value: &'m Toml, shape: Option<Shape<'_>>) -> Result<Node<'e, 'm>, Fault> {
        let as_text = shape.is_some_and(|shape| shape.is_text() || shape.items().is_some_and(Shape::is_text));
        let as_list = shape.is_some_and(Shape::is_list);
        let leaf = |template| Ok(Node::Leaf(Leaf { template, as_text, as_list }));
        match value {
            Toml::String(text) => leaf(self.template(field, text, shape)?),
            Toml::Integer(number) => leaf(Template::constant(field, Value::from(*number))),
            Toml::Boolean(flag) => leaf(Template::constant(field, Value::from(*flag))),
            Toml::Datetime(moment) => leaf(Template::constant(field, Value::from(moment.to_string()))),
            Toml::Float(_) => Err(at(field, "numbers with a point are written as strings, so that they stay exact")),
            Toml::Table(table) if as_list => self.each(field, table, shape),
            Toml::Table(table) => self.table(field, table, shape),
            Toml::Array(items) => {
                let part = shape.and_then(Shape::items);
                let nodes = items.iter().enumerate().map(|(at, item)| self.node(&format!("{field}[{at}]"), item, part));
                nodes.collect::<Result<_, _>>().map(Node::List)
            }
        }
    }

    fn template(&self, field: &str, text: &'m str, shape: Option<Shape<'_>>) -> Result<Template<'e, 'm>, Fault> {
        let template = Template::compile_for(self.env, field, text, self.item).map_err(|message| at(field, message))?;
        let word = template.as_constant().and_then(Value::as_str);
        if let Some((word, words)) =
            word.zip(shape.and_then(Shape::words)).filter(|(word, words)| !words.contains(word))
        {
            return Err(at(field, format!("\"{word}\" is none of: {}", words.join(", "))));
        }
        Ok(template)
    }

    fn expression(&self, field: &str, table: &'m Table, key: &str) -> Result<Option<Template<'e, 'm>>, Fault> {
        let inner = format!("{field}.{key}");
        let Some(value) = table.get(key) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| at(&inner, "is an expression: write it in quotes"))?;
        let compiled = Template::compile_expression(self.env, &inner, text, self.item);
        compiled.map(Some).map_err(|message| at(&inner, message))
    }

    fn each(&self, field: &str, table: &'m Table, shape: Option<Shape<'_>>) -> Result<Node<'e, 'm>, Fault> {
        if self.item.is_some() {
            return Err(at(field, "an each cannot stand in the item of another one"));
        }
        let name = self.item_name(field, table)?;
        let list = self.expression(field, table, "each")?.ok_or_else(|| at(field, "each is missing"))?;
        let lookup = self.whole_lookup(field, table)?;
        let inner = Self { item: Some(name), ..*self };
        let value = table.get("item").ok_or_else(|| at(field, "item is missing"))?;
        let item = inner.node(&format!("{field}.item"), value, shape.and_then(Shape::items))?;
        let when = inner.expression(field, table, "when")?;
        let each = Each { field: field.to_owned(), list, name, when, item: Box::new(item) };
        if let Some(lookup) = lookup {
            self.check_items(lookup, &each)?;
        }
        Ok(Node::Each(each))
    }

    fn item_name(&self, field: &str, table: &'m Table) -> Result<&'m str, Fault> {
        let Some(value) = table.get("as") else { return Ok("item") };
        let is_word = |name: &&str| {
            name.starts_with(|mark: char| mark.is_ascii_alphabetic() || mark == '_')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let free = |name: &&str| !RESERVED.contains(name) && self.env.globals().all(|(global, _)| global != *name);
        let name = value.as_str().filter(is_word).filter(free);
        name.ok_or_else(|| at(&format!("{field}.as"), "must be a word of its own, such as \"line\""))
    }

    /// The lookup whose rows are gone through, if the list is nothing but `lookup.NAME[key]`.
    fn whole_lookup(&self, field: &str, table: &'m Table) -> Result<Option<&'m LookupSpec>, Fault> {
        let text = table.get("each").and_then(Toml::as_str).unwrap_or_default().trim();
        let name = text.strip_prefix("lookup.").filter(|_| text.ends_with(']')).and_then(|rest| rest.split('[').next());
        let found = name.and_then(|name| self.lookups.iter().find(|lookup| lookup.name == name));
        match found {
            Some(lookup) if !lookup.many => Err(at(
                &format!("{field}.each"),
                format!("the lookup {} has one row a key, which is no list: write many = true in it", lookup.name),
            )),
            found => Ok(found),
        }
    }

    fn check_items(&self, lookup: &LookupSpec, each: &Each<'e, 'm>) -> Result<(), Fault> {
        let mut templates: Vec<_> = each.when.iter().collect();
        each.item.collect(&mut templates);
        for template in templates {
            let used = template.uses(self.env).items;
            missing(self.headers, &lookup.name, &used).map_err(|message| at(&template.field, message))?;
        }
        Ok(())
    }
}

/// Refuses a column that a file of a lookup does not have; of a lookup without files nothing is known.
fn missing(headers: &Headers, lookup: &str, columns: &BTreeSet<String>) -> Result<(), String> {
    for header in headers.get(lookup).into_iter().flatten() {
        if let Some(column) = columns.iter().find(|column| header.place(column).is_none()) {
            return Err(format!("the lookup {lookup} has no column {column}; it has: {}", header.list()));
        }
    }
    Ok(())
}

/// Refuses lookups that do not exist, columns that they lack, and one row taken from where there are several.
pub(crate) fn check_lookups(lookups: &[LookupSpec], headers: &Headers, uses: &Uses) -> Result<(), String> {
    for used in &uses.lookup_columns {
        let Some(column) = &used.column else { continue };
        let Some(spec) = lookups.iter().find(|spec| spec.name == used.lookup) else { continue };
        if spec.many {
            return Err(format!(
                "the lookup {} has several rows a key, so there is no {column} of them: go through them with each",
                spec.name
            ));
        }
        missing(headers, &spec.name, &BTreeSet::from([column.clone()]))?;
    }
    Ok(())
}

/// A field of an item, as the templates of all items name it: `payload.lines[2].offering` is
/// `payload.lines.item.offering`.
pub(crate) fn without_places(field: &str) -> String {
    let mut text = String::new();
    let mut pieces = field.split('[');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.push_str(".item");
        text.push_str(piece.split_once(']').map_or("", |(_, rest)| rest));
    }
    text
}
