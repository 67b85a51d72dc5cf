//! From rows to events in their order: sorting, `once_per`, `on_change_of`, and which rows are rejected.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenure_schemas::{Draft, DraftLimits};
use uuid::Uuid;

use super::draft::{Builder, Candidate, Fault, candidate};
use super::report::{OnProgress, Phase, Progress};
use super::row::{Row, scope};
use super::rules::Rules;

/// How many rows or events pass between two reports of progress.
const STRIDE: usize = 1_024;

/// A row and the source that it belongs to.
pub(crate) struct Input {
    pub(crate) source: usize,
    pub(crate) row: Arc<Row>,
}

/// What the rows become.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// The events in order, each with the row that it comes from.
    pub(crate) events: Vec<(usize, Draft)>,
    /// The rows that are rejected, with the rule that did.
    pub(crate) rejected: BTreeMap<usize, (usize, Fault)>,
    /// The rows of which some event is also made by another row, word for word.
    pub(crate) repeated: Vec<usize>,
}

/// Makes the events of all rows; those of a rejected row are not among them.
pub(crate) fn sort_out(
    rules: &Rules<'_, '_>,
    inputs: &[Input],
    limits: DraftLimits,
    progress: &mut OnProgress<'_>,
) -> Sorted {
    let (candidates, rejected) = candidates(rules, inputs, progress);
    let drafts = candidates.iter().map(|_| None).collect();
    let builder = Builder { system: &rules.system, limits };
    let mut planner = Planner { rules, inputs, candidates, drafts, rejected, builder };
    loop {
        let pass = planner.pass(progress);
        if !pass.again {
            return planner.finish(pass);
        }
    }
}

/// The first half: what each rule says about each row on its own, sorted.
fn candidates(
    rules: &Rules<'_, '_>,
    inputs: &[Input],
    progress: &mut OnProgress<'_>,
) -> (Vec<Candidate>, BTreeMap<usize, (usize, Fault)>) {
    let mut all = Vec::new();
    let mut rejected = BTreeMap::new();
    for (row_at, input) in inputs.iter().enumerate() {
        if row_at % STRIDE == 0 {
            progress(Progress::new(Phase::Sorting, row_at, inputs.len()));
        }
        let first = all.len();
        if let Err(fault) = candidates_of(rules, input, row_at, &mut all) {
            all.truncate(first);
            rejected.insert(row_at, fault);
        }
    }
    all.sort_by(|left, right| in_order(left, right, inputs));
    (all, rejected)
}

fn candidates_of(
    rules: &Rules<'_, '_>,
    input: &Input,
    row_at: usize,
    all: &mut Vec<Candidate>,
) -> Result<(), (usize, Fault)> {
    let scope = scope(&input.row, None);
    let own = || rules.all.iter().enumerate().filter(|(_, rule)| rule.source == input.source);
    let before = all.len();
    for (rule_at, rule) in own() {
        all.extend(candidate(rule, (rule_at, row_at), &scope).map_err(|fault| (rule_at, fault))?);
    }
    let asked = rules.asked.get(&input.source).filter(|_| all.len() == before);
    match asked.zip(own().next()) {
        Some((asked, (rule_at, _))) => {
            let reason = format!("no rule makes anything of this row; they ask for: {asked}");
            Err((rule_at, Fault { field: "when".to_owned(), reason }))
        }
        None => Ok(()),
    }
}

/// By time, the source's own sequence, the rules' order and the record; rows that still tie, by what they say.
fn in_order(left: &Candidate, right: &Candidate, inputs: &[Input]) -> Ordering {
    let key = |it: &Candidate| (it.when.at, it.sequence, it.rule);
    let by_content = || match (inputs.get(left.row), inputs.get(right.row)) {
        (Some(left), Some(right)) => left.row.compare_content(&right.row),
        _ => Ordering::Equal,
    };
    key(left).cmp(&key(right)).then_with(|| left.record.cmp(&right.record)).then_with(by_content)
}

struct Planner<'a, 'e, 'm> {
    rules: &'a Rules<'e, 'm>,
    inputs: &'a [Input],
    candidates: Vec<Candidate>,
    /// By candidate: the row before it that the event was built with, and the event.
    drafts: Vec<Option<(Option<usize>, Draft)>>,
    rejected: BTreeMap<usize, (usize, Fault)>,
    builder: Builder<'a>,
}

/// What one pass over the candidates found.
#[derive(Default)]
struct Pass {
    /// The candidates that are events, in order.
    events: Vec<usize>,
    repeated: Vec<usize>,
    /// Whether a row was rejected after it had already counted.
    again: bool,
}

/// What the rules remember from one row to the next.
struct Memory<'a> {
    /// Per group, the keys that had their event.
    once: Vec<BTreeSet<&'a str>>,
    /// Per rule and key, the value and the row of the last one.
    last: BTreeMap<(usize, &'a str), (&'a str, usize)>,
    /// Per event id, the candidate that made it, and its row.
    made: BTreeMap<Uuid, (usize, usize)>,
    /// Rows that have left a trace here.
    counted: Vec<bool>,
}

/// What the memory says about a candidate.
enum Verdict {
    /// No event: not the first of its key, or no change.
    Silent,
    /// An event, built with the row before it where there is one.
    Event(Option<usize>),
}

impl Planner<'_, '_, '_> {
    fn pass(&mut self, progress: &mut OnProgress<'_>) -> Pass {
        let candidates = std::mem::take(&mut self.candidates);
        let mut memory = Memory::new(self.rules.groups, self.inputs.len());
        let mut pass = Pass::default();
        for (at, candidate) in candidates.iter().enumerate() {
            if at % STRIDE == 0 {
                progress(Progress::new(Phase::Planning, at, candidates.len()));
            }
            if self.rejected.contains_key(&candidate.row) {
                continue;
            }
            if let Err(fault) = self.place(at, candidate, &mut memory, &mut pass) {
                pass.again |= memory.counted.get(candidate.row).copied().unwrap_or_default();
                self.rejected.insert(candidate.row, (candidate.rule, fault));
            }
        }
        self.candidates = candidates;
        pass
    }

    /// Decides whether a candidate is an event, and remembers it only if nothing is wrong with it.
    fn place<'c>(
        &mut self,
        at: usize,
        candidate: &'c Candidate,
        memory: &mut Memory<'c>,
        pass: &mut Pass,
    ) -> Result<(), Fault> {
        let group = self.rules.all.get(candidate.rule).and_then(|rule| rule.once_per.as_ref()).map(|(group, _)| *group);
        if let Verdict::Event(previous) = memory.verdict(candidate, group) {
            self.build(at, candidate, previous)?;
            if self.same_id(at, candidate, memory)? {
                pass.repeated.push(candidate.row);
            } else {
                pass.events.push(at);
            }
        }
        memory.keep(candidate, group);
        Ok(())
    }

    fn build(&mut self, at: usize, candidate: &Candidate, previous: Option<usize>) -> Result<(), Fault> {
        let (Some(rule), Some(input)) = (self.rules.all.get(candidate.rule), self.inputs.get(candidate.row)) else {
            return Ok(());
        };
        let Some(slot) = self.drafts.get_mut(at) else { return Ok(()) };
        if slot.as_ref().is_some_and(|(built_with, _)| *built_with == previous) {
            return Ok(());
        }
        let before = previous.and_then(|row| self.inputs.get(row)).map(|input| &input.row);
        *slot = Some((previous, self.builder.build(rule, candidate, &input.row, before)?));
        Ok(())
    }

    /// Whether the same event was made before; another one of the same record is an error.
    fn same_id(&self, at: usize, candidate: &Candidate, memory: &mut Memory<'_>) -> Result<bool, Fault> {
        let draft = |at: usize| self.drafts.get(at).and_then(Option::as_ref).map(|(_, draft)| draft);
        let Some(id) = draft(at).and_then(|draft| draft.id) else { return Ok(false) };
        let Some((first, row)) = memory.made.get(&id).copied() else {
            memory.made.insert(id, (at, candidate.row));
            return Ok(false);
        };
        if draft(first) == draft(at) {
            return Ok(true);
        }
        let line = self.inputs.get(row).map(|input| format!(", from line {}", input.row.line)).unwrap_or_default();
        let reason = format!("another event already has the record id {}{line}", candidate.record);
        Err(Fault { field: "record".to_owned(), reason })
    }

    fn finish(mut self, pass: Pass) -> Sorted {
        let mut events = Vec::with_capacity(pass.events.len());
        for at in pass.events {
            let row = self.candidates.get(at).map(|candidate| candidate.row);
            let draft = self.drafts.get_mut(at).and_then(Option::take);
            if let (Some(row), Some((_, draft))) = (row, draft) {
                events.push((row, draft));
            }
        }
        Sorted { events, rejected: self.rejected, repeated: pass.repeated }
    }
}

impl<'c> Memory<'c> {
    fn new(groups: usize, rows: usize) -> Self {
        Self {
            once: (0..groups).map(|_| BTreeSet::new()).collect(),
            last: BTreeMap::new(),
            made: BTreeMap::new(),
            counted: vec![false; rows],
        }
    }

    fn verdict(&self, candidate: &'c Candidate, group: Option<usize>) -> Verdict {
        if let (Some(key), Some(seen)) = (&candidate.once_key, group.and_then(|group| self.once.get(group))) {
            return if seen.contains(key.as_str()) { Verdict::Silent } else { Verdict::Event(None) };
        }
        let Some((key, value)) = &candidate.change else { return Verdict::Event(None) };
        match self.last.get(&(candidate.rule, key.as_str())) {
            Some((last, row)) if last != value => Verdict::Event(Some(*row)),
            Some(_) | None => Verdict::Silent,
        }
    }

    fn keep(&mut self, candidate: &'c Candidate, group: Option<usize>) {
        if let (Some(key), Some(seen)) = (&candidate.once_key, group.and_then(|group| self.once.get_mut(group))) {
            seen.insert(key);
        }
        if let Some((key, value)) = &candidate.change {
            self.last.insert((candidate.rule, key), (value, candidate.row));
        }
        if let Some(counted) = self.counted.get_mut(candidate.row) {
            *counted = true;
        }
    }
}
