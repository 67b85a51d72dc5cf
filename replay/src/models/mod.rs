//! Models: whatever shapes an answer, told by the streams `model/<name>`, each folded on its own.
//!
//! A version is known from its publication on and never changes; the last activation says which one is in force. The
//! versions that Tenure brings along are known from the start, and in force until another is activated. A version that
//! is published again with another spec, an activation of an unknown version, and a spec that cannot be computed with
//! are findings: the first spec stands, and the others change nothing.

mod fold;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use tenure_schemas::models::{self, BUILT_IN_VERSION, Spec, TypedSpec};
use tenure_schemas::{Actor, Event, Instant};
use utoipa::ToSchema;

use self::fold::Shelf;
pub(crate) use self::fold::findings_of_stream;
use crate::effects::Change;
use crate::finding::Finding;
use crate::moment::AsOf;

/// A version of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Published {
    /// The version in its model.
    pub version: u32,
    /// Whether Tenure brings it along; then nobody need have published it.
    pub is_built_in: bool,
    /// The model's numbers and words.
    #[schema(value_type = Object)]
    pub spec: Spec,
    /// How it became known; absent where it is only built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
}

impl Published {
    /// The fields of its spec that another version has otherwise, by what they are in this one and in the other.
    pub fn changes_to(&self, other: &Self) -> Vec<Change> {
        let value = |version: &Self| serde_json::to_value(&version.spec).unwrap_or_default();
        let mut changes = Vec::new();
        Change::compare("", &value(self), &value(other), &mut changes);
        changes
    }
}

/// How a version of a model became known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Publication {
    /// Since when it is known.
    pub published_at: Instant,
    /// The civil date of that, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub published_date: Option<Date>,
    /// When the ledger recorded that.
    pub recorded_at: Instant,
    /// Who published it.
    pub actor: Actor,
    /// The position of the event that says so.
    pub event: u64,
}

/// A time in which a version was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Activation {
    /// The version.
    pub version: u32,
    /// Since when; `null` of the built-in version until another was activated.
    pub from: Option<Instant>,
    /// The civil date of the start, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from_date: Option<Date>,
    /// Until when; `null` while it goes on.
    pub to: Option<Instant>,
    /// The civil date of the end, where only the day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to_date: Option<Date>,
    /// Who activated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The position of the event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
}

impl Activation {
    /// A version that is in force without anybody's having said so.
    fn built_in() -> Self {
        Self {
            version: BUILT_IN_VERSION,
            from: None,
            from_date: None,
            to: None,
            to_date: None,
            actor: None,
            event: None,
        }
    }
}

/// A model with its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    name: String,
    versions: BTreeMap<u32, Arc<Published>>,
    activations: Vec<Activation>,
}

impl Model {
    /// A model as it is before anybody said anything of it.
    fn new(name: &str) -> Self {
        let built_in = models::built_in(name).map(|spec| {
            let version = Published { version: BUILT_IN_VERSION, is_built_in: true, spec, publication: None };
            (BUILT_IN_VERSION, Arc::new(version))
        });
        let activations = built_in.iter().map(|_| Activation::built_in()).collect();
        Self { name: name.to_owned(), versions: built_in.into_iter().collect(), activations }
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The versions, in order.
    pub fn versions(&self) -> impl Iterator<Item = &Published> {
        self.versions.values().map(AsRef::as_ref)
    }

    /// One version.
    pub fn version(&self, version: u32) -> Option<&Published> {
        self.versions.get(&version).map(AsRef::as_ref)
    }

    /// The times in which versions were in force, in order.
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// The version that is in force at the moment: the one activated last, else the built-in one.
    pub fn active(&self) -> Option<&Published> {
        self.activations.last().and_then(|last| self.version(last.version))
    }
}

/// All models as of a moment, by name; those that are built in are always there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Models {
    models: BTreeMap<String, Model>,
    findings: Vec<Finding>,
}

impl Default for Models {
    fn default() -> Self {
        let built_in = models::built_in_models().map(|name| (name.to_owned(), Model::new(name)));
        Self { models: built_in.collect(), findings: Vec::new() }
    }
}

impl Models {
    /// Folds the streams of all models, each given in the order of the ledger, as of a moment.
    pub fn fold<'a>(streams: impl IntoIterator<Item = &'a [Event]>, as_of: &AsOf) -> Self {
        let mut all = Self::default();
        for Shelf { model, findings } in streams.into_iter().filter_map(|events| Shelf::fold(events, as_of)) {
            all.findings.extend(findings);
            all.models.insert(model.name.clone(), model);
        }
        all.findings.sort_by(|a, b| (a.from, &a.events, a.code).cmp(&(b.from, &b.events, b.code)));
        all
    }

    /// The models of which a version is known, by name.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.values().filter(|model| !model.versions.is_empty())
    }

    /// One model of which a version is known.
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.models.get(name).filter(|model| !model.versions.is_empty())
    }

    /// The version of a model that is in force at the moment.
    pub fn active(&self, name: &str) -> Option<&Published> {
        self.get(name).and_then(Model::active)
    }

    /// One version of a model.
    pub fn version(&self, name: &str, version: u32) -> Option<&Published> {
        self.get(name).and_then(|model| model.version(version))
    }

    /// The contradictions in what was reported about models, by time.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The version of a typed model that is in force, with its number; the built-in one where none is.
    pub fn active_spec<T: TypedSpec>(&self) -> (u32, T) {
        let active = self.active(T::MODEL).and_then(|known| Some((known.version, T::read(&known.spec).ok()?)));
        active.unwrap_or_else(|| (BUILT_IN_VERSION, T::built_in()))
    }
}
