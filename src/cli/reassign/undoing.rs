//! Taking a recorded plan back: one retraction for each of its events, under a correlation id of their own.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tenure_schemas::Draft;
use uuid::Uuid;

use super::{Args, Saying, correlated, recording};
use crate::cli::access::Access;
use crate::cli::answer::{self, text};
use crate::cli::reader::Reader;
use crate::cli::{Ending, terminal};

/// One event that is taken back.
#[derive(Debug, Serialize)]
struct TakenBack {
    position: u64,
    stream: String,
    kind: String,
    id: String,
    occurred_at: String,
}

/// The correlation id of the retractions.
fn undoing(undone: Uuid) -> Uuid {
    Uuid::new_v5(&undone, b"undo")
}

/// Whether what was recorded under a correlation id was taken back, be it in part.
pub(super) fn is_undone(reader: &Reader, correlation: Uuid) -> anyhow::Result<bool> {
    Ok(!answer::all_items(reader, &correlated(undoing(correlation)))?.is_empty())
}

pub(super) fn run(dir: &Path, args: &Args, undone: Uuid) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let found = answer::all_items(&reader, &correlated(undone));
    reader.close();
    let events: Vec<TakenBack> = found?.iter().map(taken_back).collect();
    if events.is_empty() {
        bail!("nothing is recorded under the correlation id {undone}");
    }
    if !args.record {
        let lines =
            events.iter().map(|event| format!("position {}: {} of {}", event.position, event.kind, event.stream));
        let lines: Vec<String> = lines.collect();
        terminal::say(&format!("{}\n\nnothing was recorded: --record takes these back", lines.join("\n")))?;
        return Ok(Ending::Done);
    }
    record(dir, args, undone, &events)
}

fn taken_back(event: &Value) -> TakenBack {
    TakenBack {
        position: event.get("position").and_then(Value::as_u64).unwrap_or_default(),
        stream: text(event, "/stream"),
        kind: text(event, "/kind"),
        id: text(event, "/id"),
        occurred_at: text(event, "/occurred_at"),
    }
}

fn record(dir: &Path, args: &Args, undone: Uuid, events: &[TakenBack]) -> anyhow::Result<Ending> {
    let drafts: Vec<Draft> = events.iter().map(|event| draft(args, undone, event)).collect::<anyhow::Result<_>>()?;
    let mut outcomes = args.outcomes.as_deref().map(recording::create).transpose()?;
    let mut ledger = Access::to(dir)?;
    let came = recording::together(&mut ledger, &drafts);
    ledger.close();
    let mut refused = 0;
    for (event, came) in events.iter().zip(came?) {
        let done = match &came {
            Ok(receipt) => {
                json!({"taken_back": event, "outcome": receipt.outcome, "position": receipt.position})
            }
            Err(why) => json!({"taken_back": event, "outcome": "refused", "refused": why}),
        };
        recording::note(&mut outcomes, &done)?;
        if let Err(why) = came {
            refused += 1;
            terminal::complain(&format!("refused: position {}: {why}", event.position));
        }
    }
    terminal::say(&format!(
        "{} of {} events are taken back, under the correlation id {}",
        events.len() - refused,
        events.len(),
        undoing(undone)
    ))?;
    Ok(if refused == 0 { Ending::Done } else { Ending::Refused })
}

/// The retraction of an event. Its id and its time are the event's, or made of them, so that it is recorded once however
/// often it is sent; what is retracted never held, whatever the time.
fn draft(args: &Args, undone: Uuid, event: &TakenBack) -> anyhow::Result<Draft> {
    let saying = Saying {
        occurred_at: Some(event.occurred_at.clone()),
        actor: args.actor.clone(),
        reason: args.reason.clone(),
        zone: None,
    };
    let correlation = undoing(undone);
    let usual = json!({"code": "error_fixed", "text": format!("taken back: the reassignment {undone}")});
    let more = [
        ("stream", Some(json!(event.stream))),
        ("id", Some(json!(Uuid::new_v5(&correlation, event.id.as_bytes())))),
        ("correlation_id", Some(json!(correlation))),
        ("causation_id", Some(json!(event.id))),
        ("reason", args.reason.is_none().then_some(usual)),
    ];
    saying
        .draft("event.retracted", json!({"target": event.id}), &more)
        .with_context(|| format!("the event at position {}", event.position))
}
