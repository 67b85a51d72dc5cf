//! Taking a recorded plan back: one retraction for each of its events, under a correlation id of their own.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::json;
use tenure_schemas::Draft;
use uuid::Uuid;

use super::recording::LANES_AT_ONCE;
use super::standing::{self, Recorded};
use super::{Args, Saying, correlated, recording};
use crate::appender::Receipt;
use crate::cli::access::Access;
use crate::cli::answer;
use crate::cli::reader::Reader;
use crate::cli::{Ending, terminal};

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
    let found = find(&reader, undone);
    reader.close();
    let events = found?;
    if !args.record {
        let lines: Vec<String> = events.iter().map(line).collect();
        terminal::say(&format!("{}\n\nnothing was recorded: --record takes these back", lines.join("\n")))?;
        return Ok(Ending::Done);
    }
    record(dir, args, undone, &events)
}

fn find(reader: &Reader, undone: Uuid) -> anyhow::Result<Vec<Recorded>> {
    let mut events = standing::of_reassignment(reader, undone)?;
    if events.is_empty() {
        bail!("no reassignment is recorded under the correlation id {undone}");
    }
    standing::find_resting(reader, &mut events)?;
    Ok(events)
}

fn line(event: &Recorded) -> String {
    let stays = event.rested_on_by.map(|by| format!("; it stays, for the event at position {by} rests on it"));
    format!("position {}: {} of {}{}", event.position, event.kind, event.stream, stays.unwrap_or_default())
}

fn record(dir: &Path, args: &Args, undone: Uuid, events: &[Recorded]) -> anyhow::Result<Ending> {
    let mut outcomes = args.outcomes.as_deref().map(recording::create).transpose()?;
    let (built_on, free): (Vec<&Recorded>, Vec<&Recorded>) =
        events.iter().partition(|event| event.rested_on_by.is_some());
    let drafts: Vec<Draft> = free.iter().map(|event| draft(args, undone, event)).collect::<anyhow::Result<_>>()?;
    let mut refused = 0;
    for event in built_on {
        let why = "what others recorded since rests on it: take that back first, or pass the account on by hand";
        refused += tell(&mut outcomes, event, Err(why.to_owned()))?;
    }
    let mut ledger = Access::to(dir)?;
    let ended = free.chunks(LANES_AT_ONCE).zip(drafts.chunks(LANES_AT_ONCE)).try_for_each(|(events, drafts)| {
        for (event, came) in events.iter().zip(recording::together(&mut ledger, drafts)?) {
            refused += tell(&mut outcomes, event, came)?;
        }
        anyhow::Ok(())
    });
    ledger.close();
    ended?;
    terminal::say(&format!(
        "{} of {} events are taken back, under the correlation id {}",
        events.len() - refused,
        events.len(),
        undoing(undone)
    ))?;
    Ok(if refused == 0 { Ending::Done } else { Ending::Refused })
}

/// Writes down what came of taking an event back; how many that refuses.
fn tell(outcomes: &mut Option<File>, event: &Recorded, came: Result<Receipt, String>) -> anyhow::Result<usize> {
    match came {
        Ok(receipt) => {
            let done = json!({"taken_back": event, "outcome": receipt.outcome, "position": receipt.position});
            recording::note(outcomes, &done)?;
            Ok(0)
        }
        Err(why) => {
            recording::note(outcomes, &json!({"taken_back": event, "outcome": "refused", "refused": why}))?;
            terminal::complain(&format!("refused: position {}: {why}", event.position));
            Ok(1)
        }
    }
}

/// The retraction of an event. Its id and its time are the event's, or made of them, so that it is recorded once however
/// often it is sent; what is retracted never held, whatever the time.
fn draft(args: &Args, undone: Uuid, event: &Recorded) -> anyhow::Result<Draft> {
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
