//! Templates of a mapping: compiled once, checked for names that do not exist, evaluated per row.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Expression, UndefinedBehavior};
use tenure_schemas::Name;

use super::filters::{self, plain_text};
use super::formats::Formats;
use super::row::{Row, Scope};
use super::words::{LookupUse, check_words, lookup_uses};

/// How much work one evaluation may be, in instructions: a template cannot hang a run.
const FUEL: u64 = 50_000;

/// A string of the mapping.
pub(crate) struct Template<'e, 'm> {
    /// Where it stands, such as `payload.total.amount`.
    pub(crate) field: String,
    /// The names that it uses and does not make itself, with the part after the first point if there is one.
    names: BTreeSet<String>,
    /// What the item of the list is called that it is evaluated for, if it stands in an `each`.
    item: Option<&'m str>,
    lookups: Vec<LookupUse>,
    body: Body<'e, 'm>,
}

enum Body<'e, 'm> {
    /// No expression in it.
    Constant(Value),
    /// Exactly one column: keeps its type.
    Column(&'m str),
    /// Text with nothing but columns in it; most templates are.
    Columns(Vec<Piece<'m>>),
    /// Exactly one expression: keeps its type.
    Expression(Box<Expression<'e, 'm>>),
    /// Text with expressions in it.
    Text(Box<minijinja::Template<'e, 'm>>),
}

/// A part of a text.
enum Piece<'m> {
    Text(&'m str),
    Column(&'m str),
}

/// An environment for the templates of a source; `system` is what record ids belong to.
pub(crate) fn environment<'m>(system: &Name, formats: &Arc<Formats>, lookups: &Value) -> Environment<'m> {
    let mut env = Environment::new();
    // A lookup without a row for its key is empty, and so are its columns.
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_debug(false);
    env.set_fuel(Some(FUEL));
    env.set_formatter(|out, state, value| {
        let shown = if value.is_none() { &Value::UNDEFINED } else { value };
        minijinja::escape_formatter(out, state, shown)
    });
    filters::add(&mut env, formats);
    filters::add_lists(&mut env, system);
    env.add_global("lookup", lookups.clone());
    env
}

/// The columns and lookups that a template uses.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Columns of the row (or of the row before it).
    pub(crate) columns: BTreeSet<String>,
    /// Names of lookups.
    pub(crate) lookups: BTreeSet<String>,
    /// Columns of the lookups' rows.
    pub(crate) lookup_columns: Vec<LookupUse>,
    /// Columns of the item of a list.
    pub(crate) items: BTreeSet<String>,
    /// Whether it looks at the row before.
    pub(crate) previous: bool,
}

impl<'e, 'm> Template<'e, 'm> {
    /// Compiles a template that stands at `field`.
    pub(crate) fn compile(env: &'e Environment<'m>, field: &str, text: &'m str) -> Result<Self, String> {
        Self::compile_for(env, field, text, None)
    }

    /// Compiles a template; in an `each`, `item` is the name of the list's item.
    pub(crate) fn compile_for(
        env: &'e Environment<'m>,
        field: &str,
        text: &'m str,
        item: Option<&'m str>,
    ) -> Result<Self, String> {
        if !["{{", "{%", "{#"].iter().any(|mark| text.contains(mark)) {
            return Ok(Self::constant(field, Value::from(text)));
        }
        if let Some(plain) =
            Self::of_columns(env, field, text).filter(|plain| !item.is_some_and(|it| plain.names.contains(it)))
        {
            return Ok(plain);
        }
        let inner = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        if let Some(Ok(expression)) = inner.map(|inner| env.compile_expression(inner)) {
            return Self::of_expression(env, field, (text, item), expression);
        }
        let template = env.template_from_named_str("template", text).map_err(|error| describe(&error))?;
        check_words(env, text)?;
        let names = template.undeclared_variables(true).into_iter().collect();
        let body = Body::Text(Box::new(template));
        Ok(Self { field: field.to_owned(), names, item, lookups: lookup_uses(text), body })
    }

    /// Compiles an expression written without braces; `item` as in [`Self::compile_for`].
    pub(crate) fn compile_expression(
        env: &'e Environment<'m>,
        field: &str,
        text: &'m str,
        item: Option<&'m str>,
    ) -> Result<Self, String> {
        if text.contains("{{") {
            return Err("is an expression: write it without {{ and }}".to_owned());
        }
        let expression = env.compile_expression(text).map_err(|error| describe(&error))?;
        Self::of_expression(env, field, (text, item), expression)
    }

    /// A template of columns and text only, which needs no evaluation.
    fn of_columns(env: &Environment<'m>, field: &str, text: &'m str) -> Option<Self> {
        let pieces = columns(env, text)?;
        let column = |piece: &Piece<'m>| match piece {
            Piece::Column(name) => Some(*name),
            Piece::Text(_) => None,
        };
        let names = pieces.iter().filter_map(column).map(str::to_owned).collect();
        let trimmed = text.trim();
        let single =
            columns(env, trimmed).filter(|pieces| pieces.len() == 1).and_then(|pieces| column(pieces.first()?));
        let body = single.map_or(Body::Columns(pieces), Body::Column);
        Some(Self { field: field.to_owned(), names, item: None, lookups: Vec::new(), body })
    }

    fn of_expression(
        env: &Environment<'m>,
        field: &str,
        (text, item): (&str, Option<&'m str>),
        expression: Expression<'e, 'm>,
    ) -> Result<Self, String> {
        check_words(env, text)?;
        let names = expression.undeclared_variables(true).into_iter().collect();
        let body = Body::Expression(Box::new(expression));
        Ok(Self { field: field.to_owned(), names, item, lookups: lookup_uses(text), body })
    }

    /// A template that is always the same value.
    pub(crate) fn constant(field: &str, value: Value) -> Self {
        let (names, lookups) = (BTreeSet::new(), Vec::new());
        Self { field: field.to_owned(), names, item: None, lookups, body: Body::Constant(value) }
    }

    /// The text, if it is the same for every row.
    pub(crate) fn as_constant(&self) -> Option<&Value> {
        match &self.body {
            Body::Constant(value) => Some(value),
            Body::Column(_) | Body::Columns(_) | Body::Expression(_) | Body::Text(_) => None,
        }
    }

    /// What it uses of the row and the lookups; names that the language itself brings along are left out.
    pub(crate) fn uses(&self, env: &Environment<'_>) -> Uses {
        let globals: BTreeSet<&str> = env.globals().map(|(name, _)| name).collect();
        let mut uses = Uses { lookup_columns: self.lookups.clone(), ..Uses::default() };
        for name in &self.names {
            let mut parts = name.split('.');
            let (base, next) = (parts.next().unwrap_or_default(), parts.next());
            match base {
                item if self.item == Some(item) => uses.items.extend(next.map(str::to_owned)),
                "lookup" => uses.lookups.extend(next.map(str::to_owned)),
                "row" => uses.columns.extend(next.map(str::to_owned)),
                "previous" => {
                    uses.previous = true;
                    uses.columns.extend(next.map(str::to_owned));
                }
                global if globals.contains(global) => {}
                column => drop(uses.columns.insert(column.to_owned())),
            }
        }
        uses
    }

    /// The value for a row, with its own type if the template is exactly one expression.
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Result<Value, String> {
        match &self.body {
            Body::Constant(value) => Ok(value.clone()),
            Body::Column(name) => Ok(scope.row.cell(name).unwrap_or_default()),
            Body::Columns(pieces) => Ok(Value::from(join(pieces, scope.row))),
            Body::Expression(expression) => expression.eval(&scope.variables).map_err(|error| describe(&error)),
            Body::Text(template) => {
                template.render(&scope.variables).map(Value::from).map_err(|error| describe(&error))
            }
        }
    }

    /// The value for a row, as text.
    pub(crate) fn text(&self, scope: &Scope<'_>) -> Result<String, String> {
        match &self.body {
            Body::Columns(pieces) => Ok(join(pieces, scope.row)),
            Body::Constant(_) | Body::Column(_) | Body::Expression(_) | Body::Text(_) => {
                self.value(scope).map(|value| plain_text(&value))
            }
        }
    }
}

fn join(pieces: &[Piece<'_>], row: &Row) -> String {
    let mut text = String::new();
    for piece in pieces {
        let cell = match piece {
            Piece::Text(part) => {
                text.push_str(part);
                continue;
            }
            Piece::Column(name) => row.cell(name).unwrap_or_default(),
        };
        match cell.as_str() {
            Some(part) => text.push_str(part),
            None => text.push_str(&plain_text(&cell)),
        }
    }
    text
}

/// The pieces of a text whose every expression is the name of a column; `None` if there is anything else in it.
fn columns<'m>(env: &Environment<'_>, text: &'m str) -> Option<Vec<Piece<'m>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}")?;
        let name = name.trim();
        let plain = name.starts_with(|mark: char| mark.is_ascii_alphabetic() || mark == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !plain || RESERVED.contains(&name) || env.globals().any(|(global, _)| global == name) {
            return None;
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Column(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    // Jinja takes one line break off the end of a text, and has tags and comments beside expressions.
    let plain = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => !["{%", "{#", "\n"].iter().any(|mark| text.contains(mark)),
        Piece::Column(_) => true,
    };
    pieces.iter().all(plain).then_some(pieces)
}

/// Words that mean something other than a column.
pub(crate) const RESERVED: [&str; 14] =
    ["row", "previous", "lookup", "true", "false", "none", "True", "False", "None", "not", "and", "or", "in", "is"];

/// What went wrong in a template, without its name and line, which mean nothing to a mapping's author.
fn describe(error: &Error) -> String {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let kind = error.kind();
    if kind == ErrorKind::OutOfFuel {
        return "the template takes too long: simplify it".to_owned();
    }
    if matches!(kind, ErrorKind::InvalidOperation | ErrorKind::UndefinedError) {
        return detail;
    }
    format!("{kind}: {detail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::mapping::NumberFormat;
    use crate::import::row::{Header, scope};
    use tenure_schemas::Zone;

    fn with<T>(check: impl FnOnce(&Environment<'static>) -> T) -> T {
        let formats = Formats { zone: Zone::utc(), dates: Vec::new(), numbers: NumberFormat::default() };
        check(&environment(&Name::new("shop").unwrap(), &Arc::new(formats), &Value::UNDEFINED))
    }

    fn value(text: &'static str) -> Result<Value, String> {
        let mut header = Header::default();
        for name in ["n", "s", "e", "d"] {
            header.add(name);
        }
        let cells: [Value; 4] = [7.into(), "12.50".into(), "".into(), "2024-02-28".into()];
        let row = Arc::new(Row::new(Arc::new(header), 0, 1, Box::new(cells)));
        with(|env| Template::compile(env, "x", text)?.value(&scope(&row, None)))
    }

    #[test]
    fn one_expression_keeps_its_type_and_text_does_not() {
        for (text, expected) in [
            ("{{ n }}", Value::from(7)),
            ("  {{n}} ", Value::from(7)),
            ("{{ s }} ", Value::from("12.50")),
            ("<{{ n }}|{{ s }}>", Value::from("<7|12.50>")),
            ("{{ s }}\n{{ n }}\n", Value::from("12.50\n7")),
            ("{{ none }}{{ missing }}", Value::from("")),
            ("{{ true }}", Value::from(true)),
            ("{# remark #}{{ n }}", Value::from("7")),
            (" {{ n + 1 }} ", Value::from(8)),
            ("{{ n }}{{ n }}", Value::from("77")),
            ("a{{ e }}{{ none }}{{ nothing.there }}b", Value::from("ab")),
            ("{{ n > 3 }}", Value::from(true)),
            ("{{ [n, 1] }}", Value::from(vec![7, 1])),
            ("plain", Value::from("plain")),
            ("{% if n %}yes{% endif %}", Value::from("yes")),
            ("{{ '}}' }}", Value::from("}}")),
            ("{{ s | amount }}", Value::from("12.50")),
            ("{{ 'on' ~ 1 | string }}", Value::from("on1")),
            ("{{ '12' | int }}", Value::from(12)),
            ("{{ 'No' | flag }}", Value::from(false)),
            ("{{ '<b>' }}", Value::from("<b>")),
        ] {
            assert_eq!(value(text).unwrap(), expected, "{text}");
        }
        assert_eq!(value("{{ d | plus_days(2) }}").unwrap().to_string(), "2024-03-01");
        assert_eq!(value("{{ '2024-02-28 10:00:00' | day }}").unwrap().to_string(), "2024-02-28");
        assert!(value("{{ e | plus_days(2) }}").unwrap().is_undefined());
        assert!(value("{{ e | amount }}").unwrap().is_undefined());
    }

    #[test]
    fn what_cannot_be_compiled_or_read_is_refused() {
        for (text, says) in [
            ("{{ n | roundd }}", "there is no filter roundd"),
            ("{% if n is odddd %}x{% endif %}", "there is no test odddd"),
            ("{% if n is not odddd %}x{% endif %}", "there is no test odddd"),
            ("{{ n", "syntax error"),
            ("{{ n + }}", "syntax error"),
            ("{% for x in n %}", "syntax error"),
            ("{{ 'x' | amount }}", "is no number"),
            ("{{ '1.5' | int }}", "no whole number"),
            ("{{ 'maybe' | flag }}", "neither yes nor no"),
            ("{{ 'soon' | date }}", "is no date"),
            ("{% for i in range(99999) %}{{ i }}{% endfor %}", "takes too long"),
        ] {
            let error = value(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn a_template_says_what_it_uses() {
        with(|env| {
            let text =
                "{{ lookup.stores[Key].Name or row.Other }}{{ previous.account }}{{ range(3) }}{% set v = 1 %}{{ v }}";
            let uses = Template::compile(env, "x", text).unwrap().uses(env);
            assert_eq!(uses.columns.into_iter().collect::<Vec<_>>(), ["Key", "Other", "account"]);
            assert_eq!(uses.lookups.into_iter().collect::<Vec<_>>(), ["stores"]);
            assert!(uses.previous);
        });
    }
}
