//! The command line: what it takes, and how it ends.

mod access;
mod answer;
mod append;
mod brief;
mod demo;
mod diff;
mod evidence;
mod export;
mod get;
mod handover;
mod health;
mod impact;
mod import;
mod metrics;
mod model;
mod moment;
mod owners;
mod portfolio;
mod reader;
mod reassign;
mod record;
mod replay;
mod report;
mod serve;
mod show;
mod table;
mod terminal;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The ledger of account relationships: who owned an account when, and who said so.
///
/// Every client interaction, order, issue and change of ownership is an immutable event. Nothing is ever edited or
/// deleted; the current account and its whole history are recomputed from the events.
#[derive(Debug, Parser)]
#[command(name = "tenure", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    /// The ledger's directory.
    #[arg(long, global = true, env = "TENURE_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the history of a made-up firm, and serve it.
    ///
    /// The ledger is made in ./tenure-demo unless --data names another directory, and served with questions to
    /// ask it. It is the same on every machine, down to its Merkle root. Run again, it reuses the ledger.
    Demo(demo::Args),
    /// Serve a ledger: reading over HTTP, appending through a local socket.
    ///
    /// A directory without a ledger gets a new one. Ctrl-C or SIGTERM stops it when those who ask have been answered.
    Serve(serve::Args),
    /// Record events: one from flags, one from EVENT, or one a line from standard input.
    ///
    /// Each event is recorded on its own unless --all-or-nothing is given. What contradicts the ledger is refused unless
    /// --lenient is given.
    Append(append::Args),
    /// Import history from files by a mapping.
    ///
    /// Files are CSV or NDJSON, plain, .gz or .zst. Nothing is recorded before all of them have been read; rows that are
    /// wrong are listed and left out. A second run of the same files adds nothing.
    Import(import::Args),
    /// Show what is good to know of an account before a call.
    ///
    /// On one page: who answers for it, whom we know there, what was promised, what runs, what is open. Works with and
    /// without a running server.
    Show(show::Args),
    /// Show how an account is doing: a score with its dimensions, and what moved them.
    ///
    /// Scores describe accounts; they are not made for judging employees.
    Health(health::Args),
    /// Show what accounts bring in, whether they stay and what they say: of one account, or by manager, tier, region.
    ///
    /// Money is exact and never added across currencies; what the ledger does not tell is said, and nothing is guessed.
    Metrics(metrics::Args),
    /// Write what a successor must know of an account: the handover brief.
    ///
    /// Every line cites the positions of the events that it comes from. The same question gives the same brief, with the
    /// same digest; --verify renders the one again that was recorded for a handover. Works with and without a running
    /// server.
    Brief(brief::Args),
    /// Show who is accountable and who is responsible for an account.
    ///
    /// At any moment, as it is known now or was known at any time; on a date, everybody who was in it. Works with and
    /// without a running server.
    Owners(owners::Args),
    /// Show what changed in an account between two dates, or what was learned of it since.
    ///
    /// Every field that differs, with the events that make the difference, and every event that counts differently.
    Diff(diff::Args),
    /// Write an answer with the events that it rests on to one file, or check such a file.
    ///
    /// The file holds the question as it was resolved, the answer with its digest, and every event of every stream that
    /// was looked at, as the ledger stores it.
    Evidence(evidence::Args),
    /// Say what of all accounts needs attention: nobody answers for them, promises are overdue, plans are stale.
    ///
    /// Without a name it lists the reports, a line each. Every row names the events that it rests on.
    Report(Box<report::Args>),
    /// Show what falls when a person leaves: the book, what hangs on them, and who could take it.
    ///
    /// As of any moment, whether or not a departure was announced.
    Impact(impact::Args),
    /// Show which accounts deserve key-account management, which do not and why, and what people decided.
    ///
    /// Attractiveness against our strength beside the best competitor, as people assessed both. Whatever was not assessed
    /// leaves an interval. The model only proposes.
    Portfolio(portfolio::Args),
    /// Follow handovers from their start to whether they worked, and record their steps.
    ///
    /// Reading is about any moment; each step is an event. Only a transfer moves ownership, and before the successor
    /// accepts only in an emergency.
    Handover(Box<handover::Args>),
    /// Plan who gets a leaver's accounts, and record it in one go.
    ///
    /// Rules say who gets what. Without --record the plan is shown, with the load on everybody and what no rule catches.
    /// What is recorded has one correlation id, by which it can be gone on with and taken back.
    Reassign(Box<reassign::Args>),
    /// Walk history in steps, and write state, ownership and scores as a table.
    ///
    /// By day, week, month or event, of one account or all, as it is known now or was known then.
    Replay(Box<replay::Args>),
    /// Write the ledger as tables for analysis: CSV and Parquet, with a manifest.
    ///
    /// Accounts, ownership, interactions, orders, contracts, issues, plans, health by day and handovers, all as of one
    /// moment and at one size of the ledger. The manifest says size and Merkle root, what each table asked, and every
    /// file's hash, so that the export can be checked against the ledger. Works with and without a running server.
    Export(export::Args),
    /// Publish, compare and put in force what scores and clocks are computed with.
    ///
    /// Models are events: a version never changes, and an answer about a moment is by the version in force then.
    Model(Box<model::Args>),
    /// Ask the read API: of the running server, or of the ledger itself where none runs.
    ///
    /// The answers are those of HTTP: `tenure get /` lists what can be asked, and every list and document has the
    /// parameters that /openapi.json describes.
    Get(get::Args),
    /// Check every stored event against the ledger's size and root.
    ///
    /// Every hash is computed anew. The ledger must not be served meanwhile.
    Verify(verify::Args),
}

/// How a command ended, where it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Done.
    Done,
    /// Something was refused or found wrong, and has been said.
    Refused,
}

/// Runs the command line and says how it ended: 0 done, 1 refused or found wrong, 2 used wrongly.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing is left to do where even the error cannot be printed.
            let _unprinted = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    terminal::log_to_stderr(matches!(cli.command, Command::Demo(_) | Command::Serve(_)));
    let data = |default: &str| absolute(cli.data.clone().unwrap_or_else(|| PathBuf::from(default)));
    let ended = match &cli.command {
        Command::Demo(args) => demo::run(&data("tenure-demo"), args),
        Command::Serve(args) => serve::run(&data("tenure-data"), args),
        Command::Append(args) => append::run(&data("tenure-data"), args),
        Command::Import(args) => import::run(&data("tenure-data"), args),
        Command::Show(args) => show::run(&data("tenure-data"), args),
        Command::Health(args) => health::run(&data("tenure-data"), args),
        Command::Metrics(args) => metrics::run(&data("tenure-data"), args),
        Command::Brief(args) => brief::run(&data("tenure-data"), args),
        Command::Owners(args) => owners::run(&data("tenure-data"), args),
        Command::Diff(args) => diff::run(&data("tenure-data"), args),
        Command::Evidence(args) => evidence::run(&data("tenure-data"), args),
        Command::Report(args) => report::run(&data("tenure-data"), args),
        Command::Impact(args) => impact::run(&data("tenure-data"), args),
        Command::Portfolio(args) => portfolio::run(&data("tenure-data"), args),
        Command::Handover(args) => handover::run(&data("tenure-data"), args),
        Command::Reassign(args) => reassign::run(&data("tenure-data"), args),
        Command::Model(args) => model::run(&data("tenure-data"), args),
        Command::Replay(args) => replay::run(&data("tenure-data"), args),
        Command::Export(args) => export::run(&data("tenure-data"), args),
        Command::Get(args) => get::run(&data("tenure-data"), args),
        Command::Verify(args) => verify::run(&data("tenure-data"), args),
    };
    match ended {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Refused) => ExitCode::from(1),
        Err(error) if terminal::is_reader_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain(&format!("error: {}", terminal::causes(&error)));
            ExitCode::from(1)
        }
    }
}

/// The path from the root, so that messages name it wherever the program was started.
fn absolute(dir: PathBuf) -> PathBuf {
    std::path::absolute(&dir).unwrap_or(dir)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
