//! `tenure import`: history from files, by a mapping.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::access::{self, OnDemand};
use super::{Ending, terminal};
use crate::import::{self, ImportOptions, Phase, Progress};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The mapping: a TOML file, or the name of one that ships with Tenure (adventureworks, crm, helpdesk).
    #[arg(long, value_name = "MAPPING")]
    mapping: String,
    /// The files, in any order.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Say what would be recorded, and record nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where to list the rows that are rejected; beside the first file when absent.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let options = ImportOptions {
        mapping: args.mapping.clone(),
        files: args.files.clone(),
        rejects: args.rejects.clone(),
        now: access::clock().now(),
    };
    let mut bars = Bars::default();
    let mut progress = |progress: Progress| bars.show(progress);
    let report = if args.dry_run {
        import::run(&options, None, &mut progress)
    } else {
        // Opened with the first batch: files that cannot be imported leave no empty ledger behind.
        let mut ledger = OnDemand::at(dir);
        let report = import::run(&options, Some(&mut ledger), &mut progress);
        ledger.close();
        report
    };
    bars.finish();
    let report = report?;
    terminal::say(report.to_string().trim_end())?;
    Ok(if report.rejects.is_empty() { Ending::Done } else { Ending::Refused })
}

/// One progress bar per phase, the last one in sight.
#[derive(Default)]
struct Bars {
    shown: Option<(Phase, ProgressBar)>,
}

impl Bars {
    fn show(&mut self, progress: Progress) {
        let same = self.shown.as_ref().is_some_and(|(phase, _)| *phase == progress.phase);
        if !same {
            self.finish();
            let what = match progress.phase {
                Phase::Reading => "reading",
                Phase::Sorting => "sorting",
                Phase::Planning => "planning",
                Phase::Appending => "recording",
            };
            self.shown = Some((progress.phase, terminal::progress(what, progress.total)));
        }
        if let Some((_, bar)) = &self.shown {
            bar.set_length(progress.total);
            bar.set_position(progress.done);
        }
    }

    fn finish(&mut self) {
        if let Some((_, bar)) = self.shown.take() {
            bar.finish_and_clear();
        }
    }
}
