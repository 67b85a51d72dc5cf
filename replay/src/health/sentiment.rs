//! `sentiment`: how content the client says to be, recent words counting more.
//!
//! The decayed mean `Σ v·0.5^(age/H) / Σ 0.5^(age/H)` of answers to surveys, put on one scale from 0 to 100, and of what
//! was noted in interactions. Below a least sum of weights there is no score.

use std::collections::BTreeMap;

use tenure_schemas::payload::survey::Instrument;

use super::Missing;
use super::measure::{Context, Measure, Part, but, figure, float};
use crate::account::{Account, Held, SurveyResponse};
use crate::engagement::decay;

/// One word of the client.
struct Word {
    event: u64,
    value: f64,
    weight: f64,
}

/// What the client said, in the order of the events.
pub(super) struct Answers {
    words: Vec<Word>,
    min_evidence: f64,
}

impl Answers {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let spec = &context.spec.dimensions.sentiment;
        let half_life = float(spec.half_life_days);
        let asked = context.accounts().flat_map(Account::survey_responses);
        let asked = asked.filter_map(|answer| Some((answer.event, answer.when(), of_answer(answer)?)));
        let noted = context.held().filter_map(|held| Some((held.event, held.when(), of_held(held)?)));
        let word = |(event, when, value)| Word { event, value, weight: decay(context.age(&when), half_life) };
        let mut words: Vec<Word> = asked.chain(noted).map(word).collect();
        words.sort_unstable_by_key(|word| word.event);
        Self { words, min_evidence: float(spec.min_evidence) }
    }

    fn evidence(&self, without: Option<usize>) -> f64 {
        but(&self.words, without).map(|word| word.weight).sum()
    }
}

/// An answer on the scale from 0 to 100; of a gap between importance and performance there is none.
fn of_answer(answer: &SurveyResponse) -> Option<f64> {
    let score = f64::from(answer.score.get());
    match answer.instrument {
        Instrument::Nps => Some(score * 10.0),
        Instrument::Csat => Some((score - 1.0) * 25.0),
        Instrument::Ces => Some((score - 1.0) / 6.0 * 100.0),
        Instrument::MetricGap => None,
    }
}

/// What was noted in an interaction, on the same scale.
fn of_held(held: &Held) -> Option<f64> {
    held.sentiment.map(|sentiment| 50.0 + 25.0 * f64::from(sentiment.get()))
}

impl Measure for Answers {
    fn score(&self, without: Option<usize>) -> Result<f64, Missing> {
        let evidence = self.evidence(without);
        if but(&self.words, without).next().is_none() {
            return Err(Missing::NoAnswer);
        }
        // Without any weight there is no mean, whatever the model asks for.
        if evidence < self.min_evidence || evidence <= 0.0 {
            return Err(Missing::AnswersTooOld);
        }
        let weighted: f64 = but(&self.words, without).map(|word| word.value * word.weight).sum();
        Ok(weighted / evidence)
    }

    fn parts(&self) -> Vec<Part> {
        self.words.iter().map(|word| Part { event: word.event, heaviness: word.weight }).collect()
    }

    fn figures(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("evidence_weight", figure(self.evidence(None)))])
    }
}
