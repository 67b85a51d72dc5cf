//! `tenure demo`: the history of a made-up firm, recorded through the real path, served with questions to ask.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, ensure};
use tenure_schemas::Payload;

use super::serve::{Listen, serve};
use super::{Ending, access, terminal};
use crate::appender::Appender;
use crate::demo;
use crate::ledger::Ledger;
use crate::view::decode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    listen: Listen,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    args.listen.check()?;
    let ledger = access::open(dir, true)?;
    ensure!(
        is_demo(&ledger)?,
        "{} holds a real ledger; the demo needs a directory of its own, name one with --data",
        dir.display()
    );
    record_history(&ledger).context("the demo's history could not be recorded")?;
    let size = ledger.log().head().size;
    serve(ledger, dir, &args.listen, |http| terminal::say(&greeting(dir, size, http)))
}

/// Whether the ledger says of itself that it holds made-up history.
fn is_demo(ledger: &Ledger) -> anyhow::Result<bool> {
    let stored = ledger.log().read(0, 1)?;
    let Some(first) = stored.first() else { return Ok(false) };
    let opened = decode(first.position, &first.bytes)?;
    Ok(matches!(opened.payload(), Some(Payload::LedgerOpened(opened)) if opened.demo == Some(true)))
}

/// Appends what the ledger does not have yet: a run that was cut short is finished by the next.
fn record_history(ledger: &Ledger) -> anyhow::Result<()> {
    let batches = demo::history(demo::SEED, demo::LAST_DAY)?;
    let all: usize = batches.iter().map(|batch| batch.drafts.len()).sum();
    if ledger.log().head().size > all as u64 {
        return Ok(());
    }
    let bar = terminal::progress("recording", all as u64);
    let mut handle = ledger.handle();
    for batch in batches {
        let events = batch.drafts.len() as u64;
        handle.append(batch)?;
        bar.inc(events);
    }
    bar.finish_and_clear();
    Ok(())
}

fn greeting(dir: &Path, size: u64, http: SocketAddr) -> String {
    let intro = format!(
        "A made-up firm's ledger of {size} events is in {} and served on http://{http} (Ctrl-C stops).\n\
         Ask it, in another terminal:\n",
        dir.display()
    );
    let questions = (1..).zip(demo::questions()).map(|(number, question)| {
        format!(
            "\n{number}. {}\n   curl -s 'http://{http}{}'\n   → {}\n",
            question.title, question.path, question.shows
        )
    });
    intro + &questions.collect::<String>()
}
