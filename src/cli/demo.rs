//! `tenure demo`: the history of a made-up firm, recorded through the real path, served with questions to ask.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use jiff::civil::Date;

use super::serve::{Listen, serve};
use super::{Ending, access, terminal};
use crate::demo::{self, ScriptedClock};

/// How many questions are printed; the others are in docs/demo.md.
const QUESTIONS: usize = 6;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    listen: Listen,
    /// The last day of the history; a later run without it adds the rest.
    #[arg(long, value_name = "DATE", default_value_t = demo::LAST_DAY)]
    until: Date,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    args.listen.check()?;
    record_history(dir, args.until).with_context(|| format!("no demo in {}", dir.display()))?;
    // From here on the ledger lives by the machine's clock, as any other.
    let ledger = access::open(dir)?;
    let size = ledger.log().head().size;
    let whole = args.until >= demo::LAST_DAY;
    serve(ledger, dir, &args.listen, |http| terminal::say(&greeting(dir, size, http, whole)))
}

/// Makes the ledger by the story's own clock; of one that is there, what it does not have yet.
fn record_history(dir: &Path, until: Date) -> anyhow::Result<()> {
    let clock = Arc::new(ScriptedClock::new());
    let ledger = access::open_as(dir, Arc::<ScriptedClock>::clone(&clock), demo::identity())?;
    let history = demo::history(demo::SEED, until)?;
    let all: usize = history.iter().map(|recording| recording.batch.drafts.len()).sum();
    let progress = terminal::Progress::of("recording", all as u64);
    let recorded = demo::record(&ledger, &clock, history, &mut |done, at| progress.reach(done, &at.to_string()));
    let took = progress.finish();
    ledger.close();
    let new = recorded?;
    if new > 0 {
        terminal::complain(&format!("recorded {new} events in {took:.1?}"));
    }
    Ok(())
}

/// What there is and what to ask it; what the answers show holds for the whole history only.
fn greeting(dir: &Path, size: u64, http: SocketAddr, whole: bool) -> String {
    let intro = format!(
        "A made-up firm's ledger of {size} events is in {} and served on http://{http} (Ctrl-C stops).\n\
         Ask it, in another terminal:\n",
        dir.display()
    );
    let questions = (1..).zip(demo::questions()).take(QUESTIONS).map(|(number, question)| {
        let shows = if whole { format!("   → {}\n", question.shows) } else { String::new() };
        format!("\n{number}. {}\n   curl -s 'http://{http}{}'\n{shows}", question.title, question.path)
    });
    let rest = if whole { "" } else { "\nThe story goes on, and with it the answers: run it without --until.\n" };
    intro + &questions.collect::<String>() + rest
}
