//! `tenure verify`: reads every stored event and computes every hash anew.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Ending, access, terminal};
use crate::chain;

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(dir: &Path, _: &Args) -> anyhow::Result<Ending> {
    let ledger = access::open_existing(dir)?;
    let log = ledger.log();
    let bar = terminal::progress("checking", log.head().size);
    let verified = log.verify(&mut |checked| bar.set_position(checked));
    bar.finish_and_clear();
    drop(log);
    ledger.close();
    for problem in &verified.problems {
        terminal::complain(&format!("wrong: {}", chain(problem)));
    }
    if !verified.problems.is_empty() {
        return Ok(Ending::Refused);
    }
    // As the `Ledger-Root` header writes it.
    let root = STANDARD.encode(verified.head.root);
    terminal::say(&format!("{} events are as they were recorded, root {root}", verified.head.size))?;
    Ok(Ending::Done)
}
