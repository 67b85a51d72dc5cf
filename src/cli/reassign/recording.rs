//! Recording a plan: one event a lane under one correlation id, with what became of each.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};
use tenure_replay::reassign::rules::Mode;
use tenure_replay::reassign::{Assigned, Left};
use tenure_schemas::Draft;
use tenure_schemas::payload::handover::HandoverClass;
use uuid::Uuid;

use super::{Args, Planned, Saying, layout};
use crate::appender::{AppendError, Appender, Batch, Outcome, Receipt};
use crate::cli::access::Access;
use crate::cli::{Ending, answer, terminal};

/// How many lanes are recorded together; what is refused of them leaves the others alone.
pub(super) const LANES_AT_ONCE: usize = 256;

/// What became of one lane.
#[derive(Debug, Serialize)]
pub(super) struct Done<'a, L: Serialize> {
    #[serde(flatten)]
    pub(super) lane: &'a L,
    pub(super) outcome: &'static str,
    /// The position of its event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<u64>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<String>,
}

pub(super) fn run(dir: &Path, args: &Args, planned: &Planned) -> anyhow::Result<Ending> {
    let drafts: Vec<Draft> =
        planned.plan.assigned.iter().map(|lane| planned.draft(args, lane)).collect::<anyhow::Result<_>>()?;
    let mut outcomes = args.outcomes.as_deref().map(create).transpose()?;
    let mut ledger = Access::to(dir)?;
    let done = record(&mut ledger, &planned.plan.assigned, &drafts, &mut outcomes);
    ledger.close();
    let done = done?;
    for lane in &planned.plan.left {
        note(&mut outcomes, &stays(lane))?;
    }
    let text = match args.format {
        answer::Format::Table => layout::recorded(planned, &done),
        answer::Format::Json => {
            let left: Vec<_> = planned.plan.left.iter().map(stays).collect();
            let all = json!({"correlation_id": planned.question.correlation, "outcomes": done, "left": left});
            serde_json::to_string_pretty(&all)?
        }
    };
    terminal::say(&text)?;
    let refused = done.iter().any(|done| done.refused.is_some());
    Ok(if refused { Ending::Refused } else { Ending::Done })
}

fn stays(lane: &Left) -> Done<'_, Left> {
    Done { lane, outcome: "left", position: None, refused: None }
}

pub(super) fn create(file: &Path) -> anyhow::Result<File> {
    File::create(file).with_context(|| format!("could not create {}; nothing was recorded", file.display()))
}

/// Writes what became of a lane as a line, where that is wanted.
pub(super) fn note(outcomes: &mut Option<File>, done: &impl Serialize) -> anyhow::Result<()> {
    let Some(file) = outcomes else { return Ok(()) };
    writeln!(file, "{}", serde_json::to_string(done)?).context("could not write the outcomes")
}

/// The id of the event that records a lane.
pub(super) fn id_of_lane(correlation: Uuid, account: &str, role: &str, scope: &str) -> Uuid {
    Uuid::new_v5(&correlation, format!("{account}\u{1f}{role}\u{1f}{scope}").as_bytes())
}

impl Planned {
    /// The event that gives a lane to its new owner, or begins to. Its id is made from the correlation id and the lane,
    /// so that it cannot be recorded twice.
    fn draft(&self, args: &Args, lane: &Assigned) -> anyhow::Result<Draft> {
        let question = &self.question;
        let saying = Saying {
            occurred_at: Some(question.effective.clone()),
            zone: question.zone.clone(),
            actor: args.actor.clone(),
            reason: args.reason.clone(),
        };
        let usual = json!({
            "code": "leaver",
            "text": format!("{} leaves; passed on by the rules with SHA-256 {}", question.from, question.digest),
        });
        let (account, role, scope) = (lane.account.as_str(), lane.role.as_str(), lane.scope.as_str());
        let id = id_of_lane(question.correlation, account, role, scope);
        let more = [
            ("stream", Some(json!(format!("account/{}", lane.account)))),
            ("id", Some(json!(id))),
            ("correlation_id", Some(json!(question.correlation))),
            ("reason", args.reason.is_none().then_some(usual)),
        ];
        let (kind, says) = self.says(lane, id);
        saying.draft(kind, says, &more).with_context(|| format!("{} ({}, {})", lane.account, lane.role, lane.scope))
    }

    fn says(&self, lane: &Assigned, id: Uuid) -> (&'static str, Value) {
        let mut says = json!({"from": self.question.from, "to": lane.to, "role": lane.role, "scope": lane.scope});
        match self.question.rules.mode {
            Mode::Transfer => ("ownership.transferred", says),
            Mode::Handover => {
                let class = self.question.rules.class.unwrap_or(HandoverClass::Planned);
                if let Some(fields) = says.as_object_mut() {
                    fields.insert("class".to_owned(), json!(class));
                    fields.insert("handover".to_owned(), json!(format!("h-{}", id.simple())));
                }
                ("handover.started", says)
            }
        }
    }
}

/// Records lanes, some at a time, and says what became of each, in their order.
fn record<'a>(
    ledger: &mut impl Appender,
    lanes: &'a [Assigned],
    drafts: &[Draft],
    outcomes: &mut Option<File>,
) -> anyhow::Result<Vec<Done<'a, Assigned>>> {
    let mut done = Vec::new();
    for (lanes, drafts) in lanes.chunks(LANES_AT_ONCE).zip(drafts.chunks(LANES_AT_ONCE)) {
        for (lane, came) in lanes.iter().zip(together(ledger, drafts)?) {
            let one = match came {
                Ok(receipt) => {
                    let outcome = match receipt.outcome {
                        Outcome::Recorded => "recorded",
                        Outcome::AlreadyRecorded => "already_recorded",
                    };
                    Done { lane, outcome, position: Some(receipt.position), refused: None }
                }
                Err(why) => Done { lane, outcome: "refused", position: None, refused: Some(why) },
            };
            note(outcomes, &one)?;
            done.push(one);
        }
    }
    Ok(done)
}

/// Records events together; what is refused is left out, and the others are sent again without it.
pub(super) fn together(ledger: &mut impl Appender, drafts: &[Draft]) -> anyhow::Result<Vec<Result<Receipt, String>>> {
    let mut came: Vec<Option<Result<Receipt, String>>> = vec![None; drafts.len()];
    loop {
        let open: Vec<usize> = (0..drafts.len()).filter(|at| came.get(*at).is_some_and(Option::is_none)).collect();
        if open.is_empty() {
            return Ok(came.into_iter().flatten().collect());
        }
        let batch = open.iter().filter_map(|at| drafts.get(*at).cloned()).collect();
        let mut set = |at: Option<&usize>, what| {
            if let Some(place) = at.and_then(|at| came.get_mut(*at)) {
                *place = Some(what);
            }
        };
        match ledger.append(Batch { drafts: batch, strict: true }) {
            Ok(receipts) => open.iter().zip(receipts).for_each(|(at, receipt)| set(Some(at), Ok(receipt))),
            Err(AppendError::Refused(refusal)) if refusal.index.is_some() => {
                let why = refusal.to_string();
                set(refusal.index.and_then(|index| open.get(index)), Err(why));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenure_schemas::parse_draft;

    use super::*;
    use crate::appender::Refusal;

    /// Takes what it is sent, but for some accounts; counts how often it is asked.
    struct Picky {
        refuses: &'static [&'static str],
        asked: usize,
        taken: Vec<String>,
    }

    impl Appender for Picky {
        fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError> {
            self.asked += 1;
            let stream = |draft: &Draft| draft.stream.to_string();
            let bad = batch.drafts.iter().position(|draft| self.refuses.contains(&stream(draft).as_str()));
            if bad.is_some() {
                let message = "no".to_owned();
                let refusal = Refusal { code: "invalid".to_owned(), index: bad, field: String::new(), message };
                return Err(AppendError::Refused(refusal));
            }
            self.taken.extend(batch.drafts.iter().map(stream));
            let receipt = |_| Receipt {
                outcome: Outcome::Recorded,
                id: Uuid::nil(),
                position: 7,
                revision: 0,
                recorded_at: "2024-01-01T00:00:00Z".parse().unwrap(),
            };
            Ok(batch.drafts.iter().map(receipt).collect())
        }
    }

    fn draft(account: &str) -> Draft {
        parse_draft(json!({
            "stream": format!("account/{account}"), "kind": "account.renamed", "occurred_at": "2024-01-01",
            "actor": {"kind": "system", "id": "crm"}, "payload": {"name": "A"},
        }))
        .unwrap()
    }

    #[test]
    fn what_is_refused_leaves_the_others_alone() {
        let drafts = ["a", "b", "c", "d"].map(draft);
        let mut ledger = Picky { refuses: &["account/b", "account/d"], asked: 0, taken: Vec::new() };
        let came = together(&mut ledger, &drafts).unwrap();
        let outcomes: Vec<bool> = came.iter().map(Result::is_ok).collect();
        assert_eq!(outcomes, [true, false, true, false]);
        assert_eq!((ledger.taken.join(" ").as_str(), ledger.asked), ("account/a account/c", 3));
        assert!(together(&mut ledger, &[]).unwrap().is_empty());
    }
}
