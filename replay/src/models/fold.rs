//! The fold of one model's stream.

use std::sync::Arc;

use tenure_schemas::payload::model::{Activated, Published as Said};
use tenure_schemas::payload::{Family, ModelEvent};
use tenure_schemas::{Event, When, models};

use super::{Activation, Model, Publication, Published};
use crate::effects::Step;
use crate::finding::{Finding, FindingCode};
use crate::fold::{Fold, State};
use crate::history::{Entry, History};
use crate::moment::{AsOf, civil_date};

/// A model and what contradicts itself in its stream.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    pub(super) model: Model,
    pub(super) findings: Vec<Finding>,
}

impl Shelf {
    /// Folds one stream; `None` where it has no event.
    pub(super) fn fold(events: &[Event], as_of: &AsOf) -> Option<Self> {
        let history = History::of(events);
        let model = Model::new(events.first()?.stream.id());
        let shelf = Self { model, findings: history.findings.clone() };
        Some(Fold::new(shelf, &history.as_of(as_of)).into_end())
    }

    fn publish(&mut self, said: &Said, step: &mut Step<'_>) {
        let (name, version) = (self.model.name.clone(), said.version);
        if let Err(error) = models::check(&name, &said.spec) {
            return step.find(FindingCode::ModelUnread, format!("{name}/{version} cannot be computed with: {error}"));
        }
        let publication = Publication {
            published_at: step.at(),
            published_date: civil_date(step.when),
            recorded_at: step.event.recorded_at,
            actor: step.event.actor.clone(),
            event: step.position(),
        };
        let Some(known) = self.model.versions.get_mut(&version).map(Arc::make_mut) else {
            let spec = said.spec.clone();
            let known = Published { version, is_built_in: false, spec, publication: Some(publication) };
            self.model.versions.insert(version, Arc::new(known));
            return;
        };
        if known.spec != said.spec {
            let first: Vec<u64> = known.publication.iter().map(|first| first.event).collect();
            let how = if first.is_empty() { "is built in" } else { "was published before" };
            let message = format!("{name}/{version} {how} with another spec, which stands: publish a new version");
            return step.find_with(FindingCode::ModelContradicted, &first, message);
        }
        known.publication.get_or_insert(publication);
    }

    fn activate(&mut self, said: &Activated, step: &mut Step<'_>) {
        let (name, version) = (&self.model.name, said.version);
        if !self.model.versions.contains_key(&version) {
            return step.find(FindingCode::ModelUnknown, format!("{name}/{version} was not published by then"));
        }
        if let Some(last) = self.model.activations.last_mut() {
            if last.version == version {
                return;
            }
            last.to = Some(step.at());
            last.to_date = civil_date(step.when);
        }
        self.model.activations.push(Activation {
            version,
            from: Some(step.at()),
            from_date: civil_date(step.when),
            to: None,
            to_date: None,
            actor: Some(step.event.actor.clone()),
            event: Some(step.position()),
        });
    }
}

impl State for Shelf {
    fn step<'s>(&mut self, entry: &'s Entry<'_>, when: &'s When, audited: bool) -> Step<'s> {
        let mut step = Step::new(entry.event, when, audited);
        match entry.payload.as_deref().map(tenure_schemas::Payload::family) {
            Some(Family::Model(ModelEvent::Published(published))) => self.publish(published, &mut step),
            Some(Family::Model(ModelEvent::Activated(activated))) => self.activate(activated, &mut step),
            // None of these belongs in a model's stream, or it is read before the fold.
            Some(
                Family::Account(_)
                | Family::Contact(_)
                | Family::Ownership(_)
                | Family::Interaction(_)
                | Family::Order(_)
                | Family::Issue(_)
                | Family::Plan(_)
                | Family::Commitment(_)
                | Family::Contract(_)
                | Family::Need(_)
                | Family::Survey(_)
                | Family::Handover(_)
                | Family::Person(_)
                | Family::Catalogue(_)
                | Family::Ledger(_)
                | Family::Revision(_),
            ) => {}
            None => step.find(FindingCode::EventUnread, "an event of this model is kept and not understood"),
        }
        step
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn note_folded(&mut self, _: &Entry<'_>, _: bool) {}
}

/// What one stream of a model contradicts in itself, for admission.
pub(crate) fn findings_of_stream(events: &[Event], as_of: &AsOf) -> Vec<Finding> {
    Shelf::fold(events, as_of).map(|shelf| shelf.findings).unwrap_or_default()
}
