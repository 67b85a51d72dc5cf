//! `tenure handover`: the board of handovers, one of them, whether it worked, and recording its steps.

mod layout;
mod steps;

use std::path::Path;

use clap::builder::PossibleValuesParser;
use tenure_schemas::payload::handover::HandoverClass;

use super::moment::Moment;
use super::{Ending, answer, table, terminal};
use crate::cli::reader::Reader;
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// List handovers with their clocks: what is next, when it is due, and who is late.
    List(ListArgs),
    /// Show one handover: its steps, their clocks in business days, and what contradicts it.
    Show(OneArgs),
    /// Show whether a handover worked, up to 90 days after ownership passed, beside accounts of the same tier.
    ///
    /// Scores describe accounts; they are not made for judging employees.
    Measures(OneArgs),
    #[command(flatten)]
    Step(steps::Step),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only handovers of this account.
    #[arg(value_name = "ACCOUNT")]
    account: Option<String>,
    /// Only handovers that go on.
    #[arg(long)]
    open: bool,
    /// Only handovers with a step that is overdue.
    #[arg(long)]
    overdue: bool,
    /// Only handovers that have come so far, such as accepted.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Only handovers that came about so.
    #[arg(long, value_name = "CLASS", value_parser = classes())]
    class: Option<String>,
    /// Only handovers from this person.
    #[arg(long, value_name = "PERSON")]
    from: Option<String>,
    /// Only handovers to this person.
    #[arg(long, value_name = "PERSON")]
    to: Option<String>,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

#[derive(Debug, clap::Args)]
struct OneArgs {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// The handover's id in the account.
    #[arg(value_name = "HANDOVER")]
    handover: String,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

impl OneArgs {
    fn target(&self, below: &str) -> String {
        self.moment.ask(&format!("{}{below}", path(&self.account, &self.handover)))
    }
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    match &args.act {
        Act::List(args) => list(dir, args),
        Act::Show(args) => answer::show(dir, &args.target(""), args.format, layout::one),
        Act::Measures(args) => answer::show(dir, &args.target("/measures"), args.format, layout::measures),
        Act::Step(step) => steps::run(dir, step),
    }
}

/// How handovers come about, as words.
fn classes() -> PossibleValuesParser {
    PossibleValuesParser::new(HandoverClass::ALL.iter().map(|class| class.as_str()))
}

/// The path of a handover.
fn path(account: &str, handover: &str) -> String {
    format!("/v1/handovers/{}/{}", escape(account), escape(handover))
}

impl ListArgs {
    fn target(&self) -> String {
        let yes = |wanted: bool| wanted.then_some("true");
        let filter = [
            ("account", self.account.as_deref()),
            ("open", yes(self.open)),
            ("overdue", yes(self.overdue)),
            ("status", self.status.as_deref()),
            ("class", self.class.as_deref()),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("limit", Some("1000")),
        ];
        self.moment.ask_with("/v1/handovers", &filter)
    }
}

fn list(dir: &Path, args: &ListArgs) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let found = answer::all_items(&reader, &args.target());
    reader.close();
    let found = found?;
    let text = match args.format {
        answer::Format::Json => serde_json::to_string_pretty(&found)?,
        answer::Format::Table if found.is_empty() => "no handover".to_owned(),
        answer::Format::Table => table::text_of(layout::board(&found)),
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}
