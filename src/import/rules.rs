//! The rules of a mapping, compiled and held against the event catalogue before the first row is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::{Environment, Value};
use tenure_schemas::{ActorKind, Kind, Name, Nature, ReasonCode, StreamClass};

use super::error::ImportError;
use super::formats::Formats;
use super::inputs::Headers;
use super::mapping::{ActorSpec, Mapping, ReasonSpec, RuleSpec, SourceSpec};
use super::nodes::{self, Node};
use super::template::{Template, Uses};

/// All rules of a mapping, in its order.
pub(crate) struct Rules<'e, 'm> {
    pub(crate) system: Name,
    pub(crate) all: Vec<Rule<'e, 'm>>,
    /// How many groups of `once_per` keys there are.
    pub(crate) groups: usize,
    /// By source whose every row must become something: what its rules ask for.
    pub(crate) asked: BTreeMap<usize, String>,
}

/// One rule.
pub(crate) struct Rule<'e, 'm> {
    /// Which source it belongs to.
    pub(crate) source: usize,
    /// The rule in messages, such as `source orders, event order.placed`.
    pub(crate) place: String,
    pub(crate) kind: Kind,
    pub(crate) formats: Arc<Formats>,
    pub(crate) when: Option<Template<'e, 'm>>,
    /// The group and the key.
    pub(crate) once_per: Option<(usize, Template<'e, 'm>)>,
    /// The key and the value.
    pub(crate) on_change_of: Option<(Template<'e, 'm>, Template<'e, 'm>)>,
    pub(crate) stream: Template<'e, 'm>,
    pub(crate) record: Template<'e, 'm>,
    pub(crate) occurred_at: Template<'e, 'm>,
    pub(crate) sequence: Option<Template<'e, 'm>>,
    pub(crate) source_recorded_at: Option<Template<'e, 'm>>,
    pub(crate) causation: Option<Template<'e, 'm>>,
    pub(crate) actor: ActorRule<'e, 'm>,
    /// The code and the text.
    pub(crate) reason: Option<(Template<'e, 'm>, Template<'e, 'm>)>,
    pub(crate) payload: Node<'e, 'm>,
    /// What each field uses, by its path.
    pub(crate) uses: BTreeMap<String, Uses>,
}

/// Who reports.
pub(crate) struct ActorRule<'e, 'm> {
    pub(crate) kind: ActorKind,
    pub(crate) id: Template<'e, 'm>,
    pub(crate) name: Option<Template<'e, 'm>>,
}

/// Compiles the rules of every source; `envs` and `formats` are those of the sources, in order, and `headers` the
/// columns of the lookups' files.
pub(crate) fn compile<'e, 'm>(
    mapping: &'m Mapping,
    envs: &'e [Environment<'m>],
    formats: &[Arc<Formats>],
    headers: &Headers,
) -> Result<Rules<'e, 'm>, ImportError> {
    let mut groups = Groups::default();
    let mut rules = Vec::new();
    for (at, ((source, env), formats)) in mapping.sources.iter().zip(envs).zip(formats).enumerate() {
        for spec in &source.events {
            let place = place(source, spec);
            let compiler = Compiler { mapping, source, spec, env, formats, headers, at, place: &place };
            rules.push(compiler.rule(&mut groups).map_err(|(field, message)| {
                let place = if field.is_empty() { place.clone() } else { format!("{place}, {field}") };
                mapping.fault(&place, &message)
            })?);
        }
    }
    let demanding = mapping.sources.iter().enumerate().filter(|(_, source)| source.every_row);
    let asked = demanding.map(|(at, source)| (at, asked(source))).collect();
    Ok(Rules { system: mapping.system.clone(), all: rules, groups: groups.count, asked })
}

fn asked(source: &SourceSpec) -> String {
    source.events.iter().filter_map(|rule| rule.when.as_deref()).collect::<Vec<_>>().join(", ")
}

fn place(source: &SourceSpec, spec: &RuleSpec) -> String {
    format!("source {}, event {}", source.label(), spec.name.as_deref().unwrap_or(&spec.kind))
}

/// Numbers of the groups of `once_per` keys.
#[derive(Default)]
struct Groups<'m> {
    named: BTreeMap<&'m str, usize>,
    count: usize,
}

impl<'m> Groups<'m> {
    fn number(&mut self, name: Option<&'m str>) -> usize {
        let next = self.count;
        let number = name.map_or(next, |name| *self.named.entry(name).or_insert(next));
        self.count = self.count.max(number + 1);
        number
    }
}

/// A field and what is wrong with it.
pub(super) type Fault = (String, String);

struct Compiler<'a, 'e, 'm> {
    mapping: &'m Mapping,
    source: &'m SourceSpec,
    spec: &'m RuleSpec,
    env: &'e Environment<'m>,
    formats: &'a Arc<Formats>,
    headers: &'a Headers,
    at: usize,
    place: &'a str,
}

impl<'e, 'm> Compiler<'_, 'e, 'm> {
    fn rule(&self, groups: &mut Groups<'m>) -> Result<Rule<'e, 'm>, Fault> {
        let (spec, defaults) = (self.spec, &self.source.defaults);
        let kind: Kind = spec.kind.parse().map_err(|error: tenure_schemas::Invalid| at("kind", error.message))?;
        if spec.once_per.is_some() && spec.on_change_of.is_some() {
            return Err(at("on_change_of", "cannot stand beside once_per: choose one"));
        }
        let when = spec.when.as_deref().map(|text| {
            Template::compile_expression(self.env, "when", text, None).map_err(|message| at("when", message))
        });
        let mut rule = Rule {
            source: self.at,
            place: self.place.to_owned(),
            kind,
            formats: Arc::clone(self.formats),
            when: when.transpose()?,
            once_per: self.once_per(groups)?,
            on_change_of: self.on_change_of()?,
            stream: self.stream(kind)?,
            record: self.needed("record", spec.record.as_deref(), defaults.record.as_deref())?,
            occurred_at: self.needed("occurred_at", spec.occurred_at.as_deref(), defaults.occurred_at.as_deref())?,
            sequence: self.optional("sequence", spec.sequence.as_deref().or(defaults.sequence.as_deref()))?,
            source_recorded_at: self.optional(
                "source_recorded_at",
                spec.source_recorded_at.as_deref().or(defaults.source_recorded_at.as_deref()),
            )?,
            causation: self.optional("causation", spec.causation.as_deref())?,
            actor: self.actor(spec.actor.as_ref().or(defaults.actor.as_ref()).unwrap_or(&self.mapping.actor))?,
            reason: self.reason(kind, spec.reason.as_ref().or(defaults.reason.as_ref()))?,
            payload: self.payload(kind)?,
            uses: BTreeMap::new(),
        };
        rule.uses = rule.templates().into_iter().map(|it| (it.field.clone(), it.uses(self.env))).collect();
        self.check_uses(&rule)?;
        Ok(rule)
    }

    fn template(&self, field: &str, text: &'m str) -> Result<Template<'e, 'm>, Fault> {
        Template::compile(self.env, field, text).map_err(|message| at(field, message))
    }

    fn optional(&self, field: &str, text: Option<&'m str>) -> Result<Option<Template<'e, 'm>>, Fault> {
        text.map(|text| self.template(field, text)).transpose()
    }

    fn needed(&self, field: &str, own: Option<&'m str>, default: Option<&'m str>) -> Result<Template<'e, 'm>, Fault> {
        let text = own.or(default).ok_or_else(|| at(field, "is missing: write it here or in [source.defaults]"))?;
        self.template(field, text)
    }

    fn stream(&self, kind: Kind) -> Result<Template<'e, 'm>, Fault> {
        let (own, default) = (self.spec.stream.as_deref(), self.source.defaults.stream.as_deref());
        let class = own.or(default).and_then(|text| text.split_once('/')).map(|(class, _)| class);
        if let Some(class) = class.filter(|class| !class.contains("{{")) {
            let class: StreamClass =
                class.parse().map_err(|error: tenure_schemas::Invalid| at("stream", error.message))?;
            if !kind.belongs_in(class) {
                return Err(at("stream", format!("{kind} does not belong in a stream of class {class}")));
            }
        }
        self.needed("stream", own, default)
    }

    fn once_per(&self, groups: &mut Groups<'m>) -> Result<Option<(usize, Template<'e, 'm>)>, Fault> {
        let Some(once) = &self.spec.once_per else { return Ok(None) };
        let key = self.template("once_per.key", &once.key)?;
        Ok(Some((groups.number(once.group.as_deref()), key)))
    }

    fn on_change_of(&self) -> Result<Option<(Template<'e, 'm>, Template<'e, 'm>)>, Fault> {
        let Some(change) = &self.spec.on_change_of else { return Ok(None) };
        let key = self.template("on_change_of.key", &change.key)?;
        Ok(Some((key, self.template("on_change_of.value", &change.value)?)))
    }

    fn actor(&self, spec: &'m ActorSpec) -> Result<ActorRule<'e, 'm>, Fault> {
        let id = self.template("actor.id", &spec.id)?;
        Ok(ActorRule { kind: spec.kind, id, name: self.optional("actor.name", spec.name.as_deref())? })
    }

    fn reason(
        &self,
        kind: Kind,
        spec: Option<&'m ReasonSpec>,
    ) -> Result<Option<(Template<'e, 'm>, Template<'e, 'm>)>, Fault> {
        let Some(spec) = spec else {
            let needed = kind.nature() == Nature::Reasoned;
            return if needed { Err(at("reason", format!("is missing: {kind} needs one"))) } else { Ok(None) };
        };
        let code = self.template("reason.code", &spec.code)?;
        if let Some(word) = code.as_constant().and_then(Value::as_str) {
            word.parse::<ReasonCode>().map_err(|error| at("reason.code", error.message))?;
        }
        Ok(Some((code, self.template("reason.text", &spec.text)?)))
    }

    fn payload(&self, kind: Kind) -> Result<Node<'e, 'm>, Fault> {
        nodes::compile(self.env, &self.mapping.lookups, self.headers, kind, &self.spec.payload)
    }

    fn check_uses(&self, rule: &Rule<'_, '_>) -> Result<(), Fault> {
        let known = |name: &String| self.mapping.lookups.iter().any(|lookup| lookup.name == *name);
        for (field, uses) in &rule.uses {
            if let Some(name) = uses.lookups.iter().find(|name| !known(name)) {
                return Err(at(field, format!("there is no [[lookup]] called {name}")));
            }
            nodes::check_lookups(&self.mapping.lookups, self.headers, uses).map_err(|message| at(field, message))?;
            if uses.previous && rule.on_change_of.is_none() {
                return Err(at(field, "uses previous, which only rules with on_change_of have"));
            }
            if uses.previous && STATELESS.contains(&field.as_str()) {
                return Err(at(field, "cannot use previous: it decides which row comes before"));
            }
        }
        Ok(())
    }
}

/// Fields that are read before the rows are sorted.
const STATELESS: [&str; 7] =
    ["when", "occurred_at", "sequence", "record", "once_per.key", "on_change_of.key", "on_change_of.value"];

pub(super) fn at(field: &str, message: impl Into<String>) -> Fault {
    (field.to_owned(), message.into())
}

impl<'e, 'm> Rule<'e, 'm> {
    fn templates(&self) -> Vec<&Template<'e, 'm>> {
        let mut all = vec![&self.stream, &self.record, &self.occurred_at, &self.actor.id];
        let single = [&self.when, &self.sequence, &self.source_recorded_at, &self.causation, &self.actor.name];
        all.extend(single.into_iter().flatten());
        all.extend(self.once_per.as_ref().map(|(_, key)| key));
        for (first, second) in [&self.on_change_of, &self.reason].into_iter().flatten() {
            all.extend([first, second]);
        }
        self.payload.collect(&mut all);
        all
    }

    /// The columns that the template at a field uses, or else those of what is nearest above it.
    pub(crate) fn columns_of(&self, field: &str) -> String {
        let nearest = |field: &str| {
            self.uses.iter().filter(|(known, _)| covers(known, field)).max_by_key(|(known, _)| known.len())
        };
        let found = nearest(field).or_else(|| nearest(&nodes::without_places(field)));
        let names = |uses: &Uses| uses.columns.iter().chain(&uses.items).cloned().collect::<Vec<_>>().join(", ");
        found.map(|(_, uses)| names(uses)).unwrap_or_default()
    }
}

/// Whether a field is the one named, or a part of it.
fn covers(known: &str, field: &str) -> bool {
    field.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
