//! What templates can do with a source's numbers and dates, beyond what the template language brings along.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};
use tenure_schemas::{Draft, Name, When};

use super::formats::Formats;

/// A time that has been read; written as the date or the instant.
#[derive(Debug)]
pub(crate) struct Moment(pub(crate) When);

impl Object for Moment {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.precision {
            tenure_schemas::Precision::Instant => write!(out, "{}", self.0.at),
            tenure_schemas::Precision::Day { date, .. } => write!(out, "{date}"),
        }
    }
}

/// Stands for a `null` that is to be written, where an empty value would leave the field out.
#[derive(Debug)]
pub(crate) struct ExplicitNull;

impl Object for ExplicitNull {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// Adds the filters of the mapping language, which read numbers and dates as the source writes them.
pub(crate) fn add(env: &mut Environment<'_>, formats: &Arc<Formats>) {
    let with = |filter: fn(&Formats, &Value) -> Result<Value, String>| {
        let formats = Arc::clone(formats);
        move |value: &Value| {
            if is_empty(value) { Ok(Value::UNDEFINED) } else { filter(&formats, value).map_err(refuse) }
        }
    };
    env.add_filter("amount", with(amount));
    env.add_filter("int", with(int));
    env.add_filter("flag", with(|_, value| flag(value)));
    env.add_filter("date", with(|formats, value| moment(formats, value).map(|when| Value::from_object(Moment(when)))));
    env.add_filter("day", with(day));
    env.add_filter(
        "instant",
        with(|formats, value| moment(formats, value).map(|when| Value::from_object(Moment(When::instant(when.at))))),
    );
    let days = Arc::clone(formats);
    env.add_filter("plus_days", move |value: &Value, count: i64| {
        if is_empty(value) {
            return Ok(Value::UNDEFINED);
        }
        let moved = moment(&days, value).and_then(|when| days.plus_days(&when, count));
        moved.map(|when| Value::from_object(Moment(when))).map_err(refuse)
    });
    env.add_filter(
        "or_null",
        |value: &Value| {
            if is_empty(value) { Value::from_object(ExplicitNull) } else { value.clone() }
        },
    );
}

/// Adds the filters that make lists, and the one that makes event ids of record ids of `system`.
pub(crate) fn add_lists(env: &mut Environment<'_>, system: &Name) {
    env.add_filter("parts", |value: &Value, mark: Option<&str>| parts(value, mark.unwrap_or(";")).map_err(refuse));
    let system = system.clone();
    env.add_filter("event_id", move |value: &Value| event_id(&system, value));
}

/// The parts of a text between marks, without the space around them and without empty ones; a list stays one.
fn parts(value: &Value, mark: &str) -> Result<Value, String> {
    if is_empty(value) {
        return Ok(Value::UNDEFINED);
    }
    if mark.is_empty() {
        return Err("parts needs a mark that separates them, such as parts(',')".to_owned());
    }
    if value.kind() == ValueKind::Seq {
        return Ok(value.clone());
    }
    let Some(text) = value.as_str() else {
        return Err(format!("{value} is no text: parts takes texts such as \"a{mark} b\" apart"));
    };
    let found: Vec<_> = text.split(mark).map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect();
    Ok(Value::from(found))
}

/// The event's id for a record id, or for each of a list of them.
fn event_id(system: &Name, value: &Value) -> Result<Value, Error> {
    if is_empty(value) {
        return Ok(Value::UNDEFINED);
    }
    if value.kind() == ValueKind::Seq {
        return value.try_iter()?.map(|item| event_id(system, &item)).collect::<Result<Vec<_>, _>>().map(Value::from);
    }
    Ok(Value::from(Draft::id_of_record(system.as_str(), plain_text(value).trim()).to_string()))
}

/// Whether a value is as good as none: undefined, `none` or an empty text.
pub(crate) fn is_empty(value: &Value) -> bool {
    value.is_undefined() || value.is_none() || value.as_str().is_some_and(str::is_empty)
}

/// Reads a value as a time, unless it already is one.
pub(crate) fn moment(formats: &Formats, value: &Value) -> Result<When, String> {
    match value.downcast_object_ref::<Moment>() {
        Some(moment) => Ok(moment.0.clone()),
        None => formats.when(&plain_text(value)),
    }
}

/// A value as text; what is empty has no characters.
pub(crate) fn plain_text(value: &Value) -> String {
    if is_empty(value) { String::new() } else { value.to_string() }
}

fn refuse(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

fn amount(formats: &Formats, value: &Value) -> Result<Value, String> {
    if value.kind() == ValueKind::Number && !value.is_integer() {
        let number = f64::try_from(value.clone()).map_err(|error| error.to_string())?;
        return Formats::float_amount(number).map(Value::from);
    }
    if value.is_integer() {
        return Ok(Value::from(value.to_string()));
    }
    formats.amount(&plain_text(value)).map(Value::from)
}

fn int(formats: &Formats, value: &Value) -> Result<Value, String> {
    if value.is_integer() {
        return Ok(value.clone());
    }
    let text = plain_text(value);
    let number = formats.amount(&text).ok().and_then(|digits| digits.parse::<i64>().ok());
    number.map(Value::from).ok_or_else(|| format!("\"{text}\" is no whole number"))
}

fn flag(value: &Value) -> Result<Value, String> {
    let text = plain_text(value).trim().to_lowercase();
    match text.as_str() {
        "1" | "true" | "t" | "yes" | "y" => Ok(Value::from(true)),
        "0" | "false" | "f" | "no" | "n" => Ok(Value::from(false)),
        _ => Err(format!("\"{text}\" is neither yes nor no: write 1 or 0, true or false, yes or no")),
    }
}

fn day(formats: &Formats, value: &Value) -> Result<Value, String> {
    let when = moment(formats, value)?;
    let date = when.date_in(&formats.zone);
    Ok(Value::from_object(Moment(When::day(date, formats.zone.clone()))))
}
