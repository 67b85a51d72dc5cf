//! Recording what somebody says on the command line: who says it, when it happened, why, and what came of it.

use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};
use tenure_schemas::{Draft, parse_draft};

use super::access::{self, Access};
use super::{Ending, terminal};
use crate::appender::{AppendError, Appender, Batch, Outcome, Receipt};

/// Who reports something, when it happened, and why.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Saying {
    /// When it happened: an RFC 3339 instant, or a date; now when absent.
    #[arg(long, value_name = "WHEN")]
    pub(super) occurred_at: Option<String>,
    /// The zone of a date, such as Europe/Rome.
    #[arg(long)]
    pub(super) zone: Option<String>,
    /// Who reports it, as kind:id, such as person:p-07 or system:erp.
    #[arg(long, value_name = "KIND:ID")]
    pub(super) actor: Option<String>,
    /// Why, as code:text, such as `leaver:Ann leaves on the 30th`.
    #[arg(long, value_name = "CODE:TEXT")]
    pub(super) reason: Option<String>,
}

impl Saying {
    /// An event of a kind as a draft: what it says, and more of what an event may have, such as its stream and id.
    pub(super) fn draft(&self, kind: &str, payload: Value, more: &[(&str, Option<Value>)]) -> anyhow::Result<Draft> {
        let now = || access::clock().now().to_string();
        let mut event = Map::from_iter([
            ("kind".to_owned(), json!(kind)),
            ("occurred_at".to_owned(), json!(self.occurred_at.clone().unwrap_or_else(now))),
            ("payload".to_owned(), payload),
        ]);
        event.extend(self.zone.iter().map(|zone| ("zone".to_owned(), json!(zone))));
        let Some((kind, id)) = split(self.actor.as_deref(), "--actor", "KIND:ID")? else {
            bail!("--actor is missing: say who reports it, such as --actor person:p-07");
        };
        event.insert("actor".to_owned(), json!({"kind": kind, "id": id}));
        if let Some((code, text)) = split(self.reason.as_deref(), "--reason", "CODE:TEXT")? {
            event.insert("reason".to_owned(), json!({"code": code, "text": text}));
        }
        event.extend(more.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?))));
        parse_draft(Value::Object(event)).context("the event is refused")
    }
}

fn split<'a>(value: Option<&'a str>, flag: &str, shape: &str) -> anyhow::Result<Option<(&'a str, &'a str)>> {
    let Some(value) = value else { return Ok(None) };
    value.split_once(':').map(Some).with_context(|| format!("{flag} is written {shape}, not \"{value}\""))
}

/// Records one event, and says at which position, or why not.
pub(super) fn one(dir: &Path, draft: Draft, strict: bool) -> anyhow::Result<Ending> {
    let mut ledger = Access::to(dir)?;
    let answer = ledger.append(Batch { drafts: vec![draft], strict });
    ledger.close();
    match answer {
        Ok(receipts) => {
            receipts.iter().try_for_each(|receipt| terminal::say(&line(receipt)))?;
            Ok(Ending::Done)
        }
        Err(AppendError::Refused(refusal)) => {
            terminal::complain(&format!("refused: {refusal}"));
            Ok(Ending::Refused)
        }
        Err(error) => Err(error.into()),
    }
}

/// What came of recording an event, as a line for people.
pub(super) fn line(receipt: &Receipt) -> String {
    let what = match receipt.outcome {
        Outcome::Recorded => "recorded",
        Outcome::AlreadyRecorded => "already recorded",
    };
    format!(
        "{what} at position {}, revision {} of its stream, {}, id {}",
        receipt.position, receipt.revision, receipt.recorded_at, receipt.id
    )
}
