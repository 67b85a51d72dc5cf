//! From a row and a rule to the event that they make.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::ValueKind;
use serde_json::{Map, Value as Json};
use tenure_schemas::{
    Actor, Draft, DraftLimits, ForeignId, Instant, Invalid, Name, Reason, Source, Stream, Text, When,
};

use super::filters::{self, ExplicitNull, is_empty, plain_text};
use super::nodes::{Each, Leaf, Node};
use super::row::{Row, Scope, scope};
use super::rules::Rule;
use super::template::Template;

/// Why a row is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The field of the event.
    pub(crate) field: String,
    /// What is wrong.
    pub(crate) reason: String,
}

fn fault(field: &str, reason: impl Into<String>) -> Fault {
    Fault { field: field.to_owned(), reason: reason.into() }
}

/// What a rule says about a row on its own, whatever the other rows are.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) row: usize,
    pub(crate) rule: usize,
    pub(crate) when: When,
    pub(crate) sequence: Option<u64>,
    pub(crate) record: ForeignId,
    pub(crate) once_key: Option<String>,
    pub(crate) change: Option<(String, String)>,
}

/// Evaluates the parts of a rule that need only the row; `None` where the rule does not apply to it.
pub(crate) fn candidate(
    rule: &Rule<'_, '_>,
    (rule_at, row_at): (usize, usize),
    scope: &Scope<'_>,
) -> Result<Option<Candidate>, Fault> {
    let applies = |when: &Template<'_, '_>| when.value(scope).map(|value| value.is_true());
    if !rule.when.as_ref().map_or(Ok(true), applies).map_err(|reason| fault("when", reason))? {
        return Ok(None);
    }
    let once_key = rule.once_per.as_ref().map(|(_, key)| key_text(key, scope)).transpose()?;
    let change = rule.on_change_of.as_ref().map(|(key, value)| Ok((key_text(key, scope)?, text(value, scope)?)));
    Ok(Some(Candidate {
        row: row_at,
        rule: rule_at,
        when: time(rule, &rule.occurred_at, scope)?,
        sequence: rule.sequence.as_ref().map_or(Ok(None), |template| sequence(template, scope))?,
        record: parse("record", ForeignId::new(&text(&rule.record, scope)?))?,
        once_key,
        change: change.transpose()?,
    }))
}

fn text(template: &Template<'_, '_>, scope: &Scope<'_>) -> Result<String, Fault> {
    template.text(scope).map_err(|reason| fault(&template.field, reason))
}

/// A key must say something: rows without one would all count as the same.
fn key_text(template: &Template<'_, '_>, scope: &Scope<'_>) -> Result<String, Fault> {
    let key = text(template, scope)?;
    if key.is_empty() {
        return Err(fault(&template.field, "the key is empty: leave such rows out with `when`"));
    }
    Ok(key)
}

fn time(rule: &Rule<'_, '_>, template: &Template<'_, '_>, scope: &Scope<'_>) -> Result<When, Fault> {
    let value = template.value(scope).map_err(|reason| fault(&template.field, reason))?;
    filters::moment(&rule.formats, &value).map_err(|reason| fault(&template.field, reason))
}

fn sequence(template: &Template<'_, '_>, scope: &Scope<'_>) -> Result<Option<u64>, Fault> {
    let text = text(template, scope)?;
    if text.is_empty() {
        return Ok(None);
    }
    let refuse = |_| fault(&template.field, format!("\"{text}\" is no whole number from 0"));
    text.trim().parse().map(Some).map_err(refuse)
}

fn parse<T>(field: &str, result: Result<T, Invalid>) -> Result<T, Fault> {
    result.map_err(|error| {
        let error = error.under(field);
        fault(&error.field, error.message)
    })
}

/// What is the same for all events of a run.
pub(crate) struct Builder<'a> {
    pub(crate) system: &'a Name,
    pub(crate) limits: DraftLimits,
}

impl Builder<'_> {
    /// Builds and checks the event of a candidate; `previous` is the row before it where its rule follows changes.
    pub(crate) fn build(
        &self,
        rule: &Rule<'_, '_>,
        candidate: &Candidate,
        row: &Arc<Row>,
        previous: Option<&Arc<Row>>,
    ) -> Result<Draft, Fault> {
        let mut origins = Origins::default();
        let built = self.build_with(rule, candidate, &scope(row, previous), &mut origins);
        built.map_err(|fault| origins.explain(fault))
    }

    fn build_with(
        &self,
        rule: &Rule<'_, '_>,
        candidate: &Candidate,
        scope: &Scope<'_>,
        origins: &mut Origins,
    ) -> Result<Draft, Fault> {
        let causation = rule.causation.as_ref().map_or(Ok(String::new()), |template| text(template, scope))?;
        let causation_id = (!causation.is_empty()).then(|| Draft::id_of_record(self.system.as_str(), &causation));
        let payload = payload(&rule.payload, scope, origins)?.unwrap_or_else(|| Json::Object(Map::new()));
        let draft = Draft {
            id: Some(Draft::id_of_record(self.system.as_str(), candidate.record.as_str())),
            stream: parse("stream", text(&rule.stream, scope)?.parse::<Stream>())?,
            when: candidate.when.clone(),
            actor: actor(rule, scope)?,
            reason: reason(rule, scope)?,
            source: Some(Source {
                system: self.system.clone(),
                record: candidate.record.clone(),
                sequence: candidate.sequence,
                recorded_at: learned(rule, scope)?,
            }),
            correlation_id: None,
            causation_id,
            expected_revision: None,
            payload: parse("payload", rule.kind.payload_from_json(payload))?,
        };
        draft.check(self.limits).map_err(|error| fault(&error.field, error.message))?;
        Ok(draft)
    }
}

fn actor(rule: &Rule<'_, '_>, scope: &Scope<'_>) -> Result<Actor, Fault> {
    let name = rule.actor.name.as_ref().map_or(Ok(String::new()), |template| text(template, scope))?;
    Ok(Actor {
        kind: rule.actor.kind,
        id: parse("actor.id", ForeignId::new(&text(&rule.actor.id, scope)?))?,
        name: (!name.is_empty()).then(|| parse("actor.name", Name::new(&name))).transpose()?,
        on_behalf_of: None,
    })
}

fn reason(rule: &Rule<'_, '_>, scope: &Scope<'_>) -> Result<Option<Reason>, Fault> {
    let Some((code, words)) = &rule.reason else { return Ok(None) };
    Ok(Some(Reason {
        code: parse("reason.code", text(code, scope)?.parse())?,
        text: parse("reason.text", Text::new(&text(words, scope)?))?,
    }))
}

fn learned(rule: &Rule<'_, '_>, scope: &Scope<'_>) -> Result<Option<Instant>, Fault> {
    let Some(template) = &rule.source_recorded_at else { return Ok(None) };
    let value = template.value(scope).map_err(|reason| fault(&template.field, reason))?;
    if is_empty(&value) {
        return Ok(None);
    }
    let when = filters::moment(&rule.formats, &value).map_err(|reason| fault(&template.field, reason))?;
    Ok(Some(when.at))
}

/// The rows of lookups that items of lists were made from, so that a fault in an item names the line.
#[derive(Default)]
struct Origins(Vec<(String, u64)>);

impl Origins {
    fn explain(&self, mut fault: Fault) -> Fault {
        let is_part =
            |field: &str| fault.field.strip_prefix(field).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        if let Some((_, line)) = self.0.iter().find(|(field, _)| is_part(field)) {
            fault.reason = format!("{}, in line {line} of the lookup's file", fault.reason);
        }
        fault
    }
}

/// The part of a payload for a row; `None` where nothing of it is left.
fn payload(node: &Node<'_, '_>, scope: &Scope<'_>, origins: &mut Origins) -> Result<Option<Json>, Fault> {
    match node {
        Node::Leaf(leaf) => value_of(leaf, scope),
        Node::Table(parts) => {
            let mut fields = Map::new();
            for (key, node) in parts {
                if let Some(value) = payload(node, scope, origins)? {
                    fields.insert((*key).to_owned(), value);
                }
            }
            Ok((!fields.is_empty()).then_some(Json::Object(fields)))
        }
        Node::List(nodes) => {
            let items = nodes.iter().filter_map(|node| payload(node, scope, origins).transpose());
            let items: Vec<_> = items.collect::<Result<_, _>>()?;
            Ok((!items.is_empty()).then_some(Json::Array(items)))
        }
        Node::Each(each) => each_item(each, scope, origins),
    }
}

fn value_of(leaf: &Leaf<'_, '_>, scope: &Scope<'_>) -> Result<Option<Json>, Fault> {
    let template = &leaf.template;
    let refuse = |reason| fault(&template.field, reason);
    let value = template.value(scope).map_err(refuse)?;
    let json = json(&value, leaf.as_text).map_err(refuse)?;
    match &json {
        Some(Json::String(text)) if leaf.as_list => {
            Err(refuse(format!("\"{text}\" is a text where a list is wanted: take it apart with | parts")))
        }
        _ => Ok(json),
    }
}

fn each_item(each: &Each<'_, '_>, scope: &Scope<'_>, origins: &mut Origins) -> Result<Option<Json>, Fault> {
    let list = each.list.value(scope).map_err(|reason| fault(&each.list.field, reason))?;
    if is_empty(&list) {
        return Ok(None);
    }
    if !matches!(list.kind(), ValueKind::Seq | ValueKind::Iterable) {
        let reason = format!("{list} is no list: each goes through a lookup with many = true, or a list in the row");
        return Err(fault(&each.list.field, reason));
    }
    let mut items = Vec::new();
    let listed = list.try_iter().map_err(|error| fault(&each.list.field, error.to_string()))?;
    for item in listed {
        // Fields of the event number the items that it has, from 0.
        let place = format!("{}[{}]", each.field, items.len());
        if let Some(row) = item.downcast_object_ref::<Row>() {
            origins.0.push((place.clone(), row.line));
        }
        let in_place = |problem: Fault| match problem.field.strip_prefix(&format!("{}.item", each.field)) {
            Some(rest) => fault(&format!("{place}{rest}"), problem.reason),
            None => fault(&place, format!("{}: {}", problem.field, problem.reason)),
        };
        let made = one_item(each, &scope.with_item(each.name, item), origins).map_err(in_place)?;
        match made {
            Some(made) => items.push(made),
            None => origins.0.retain(|(field, _)| *field != place),
        }
    }
    Ok((!items.is_empty()).then_some(Json::Array(items)))
}

fn one_item(each: &Each<'_, '_>, scope: &Scope<'_>, origins: &mut Origins) -> Result<Option<Json>, Fault> {
    let counts = |when: &Template<'_, '_>| when.value(scope).map(|value| value.is_true());
    let counts = each.when.as_ref().map_or(Ok(true), counts).map_err(|reason| fault("when", reason))?;
    if counts { payload(&each.item, scope, origins) } else { Ok(None) }
}

fn json(value: &Value, as_text: bool) -> Result<Option<Json>, String> {
    if is_empty(value) {
        return Ok(None);
    }
    if value.downcast_object_ref::<ExplicitNull>().is_some() {
        return Ok(Some(Json::Null));
    }
    let kind = value.kind();
    if kind == ValueKind::Number && !value.is_integer() {
        return Err(format!("{value} is a number with a point: write it with | amount, so that it stays exact"));
    }
    if matches!(kind, ValueKind::Seq | ValueKind::Iterable) {
        let items = value.try_iter().map_err(|error| error.to_string())?;
        let items: Vec<_> = items.filter_map(|item| json(&item, as_text).transpose()).collect::<Result<_, _>>()?;
        return Ok((!items.is_empty()).then_some(Json::Array(items)));
    }
    let scalar = matches!(kind, ValueKind::Number | ValueKind::Bool);
    if matches!(kind, ValueKind::String | ValueKind::Plain) || (scalar && as_text) {
        return Ok(Some(Json::from(plain_text(value))));
    }
    serde_json::to_value(value).map(Some).map_err(|error| error.to_string())
}
