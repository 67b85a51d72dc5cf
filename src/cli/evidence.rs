//! `tenure evidence`: writes a question with its answer and the events that it rests on to one file, and checks such a file.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::reader::Reader;
use super::{Ending, terminal};
use crate::evidence::Evidence;
use crate::http::EVIDENCE_MEDIA_TYPE;
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tenure evidence '/v1/accounts/acme/owners?as_of=2026-03-01' --output acme.json
  tenure evidence --check acme.json              # the file by itself, wherever it is
  tenure evidence --check acme.json --ledger     # and against the ledger that it came from")]
pub(super) struct Args {
    /// The question, as `tenure get` takes it.
    #[arg(value_name = "TARGET", requires = "output", required_unless_present = "check")]
    target: Option<String>,
    /// The file to write.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file where there is one.
    #[arg(long, requires = "output")]
    force: bool,
    /// Check a file: its digest, and every event against its hash and its stored bytes.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["target", "output"])]
    check: Option<PathBuf>,
    /// Ask the ledger the same question again, too, and compare its root, its answer and its events.
    #[arg(long, requires = "check")]
    ledger: bool,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    match (&args.check, &args.target, &args.output) {
        (Some(file), _, _) => check(dir, file, args.ledger),
        (None, Some(target), Some(file)) => write(dir, target, file, args.force),
        (None, _, _) => bail!("name a question and --output, or a file to --check"),
    }
}

fn ask(dir: &Path, question: &str) -> anyhow::Result<Vec<u8>> {
    let reader = Reader::to(dir)?;
    let answer = reader.get(&format!("/v1/evidence?target={}", escape(question)), EVIDENCE_MEDIA_TYPE);
    reader.close();
    Ok(answer?.body)
}

fn write(dir: &Path, target: &str, file: &Path, force: bool) -> anyhow::Result<Ending> {
    if file.exists() && !force {
        bail!("{} is there already: give another name, or --force to replace it", file.display());
    }
    let evidence: Evidence = serde_json::from_slice(&ask(dir, target)?).context("the answer is no evidence")?;
    put(file, &serde_json::to_vec_pretty(&evidence)?)?;
    terminal::say(&format!(
        "{}: {} events of {} streams, at size {} with the root {}\n{}",
        file.display(),
        evidence.events.len(),
        evidence.streams.len(),
        evidence.size,
        evidence.root,
        evidence.question
    ))?;
    Ok(Ending::Done)
}

/// Writes a file whole or not at all.
fn put(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let place = || format!("could not write {}", file.display());
    let mut name = file.file_name().with_context(place)?.to_owned();
    name.push(".part");
    let part = file.with_file_name(name);
    let written = File::create(&part).and_then(|mut open| {
        open.write_all(bytes)?;
        open.write_all(b"\n")?;
        open.sync_all()
    });
    if let Err(error) = written.and_then(|()| std::fs::rename(&part, file)) {
        // What is left of it is of no use; that it cannot be removed is no news after the error.
        let _ignored = std::fs::remove_file(&part);
        return Err(error).with_context(place);
    }
    Ok(())
}

fn check(dir: &Path, file: &Path, with_ledger: bool) -> anyhow::Result<Ending> {
    let bytes = std::fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    let refused = || format!("{} is no evidence file", file.display());
    let evidence: Evidence = serde_json::from_slice(&bytes).with_context(refused)?;
    let mut found = evidence.findings();
    let mut what = "holds together";
    if with_ledger && found.is_empty() {
        let again = serde_json::from_slice(&ask(dir, &evidence.question)?).context("the answer is no evidence")?;
        found.extend(evidence.against(&again));
        what = "holds together, and the ledger says the same";
    }
    if found.is_empty() {
        let (events, streams) = (evidence.events.len(), evidence.streams.len());
        terminal::say(&format!("{}: {what}: {events} events of {streams} streams", file.display()))?;
        return Ok(Ending::Done);
    }
    for line in &found {
        terminal::say(&format!("{}: {line}", file.display()))?;
    }
    Ok(Ending::Refused)
}
