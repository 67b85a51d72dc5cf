//! `tenure report`: what of all accounts needs attention, every page of it, laid out for people or for machines.

mod layout;

use std::path::Path;

use anyhow::Context;
use clap::builder::PossibleValuesParser;

use self::layout::{REPORTS, Report};
use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, answer, terminal};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which report; all of them are listed when absent.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(layout::names()))]
    name: Option<String>,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What limits a report. Which of them a report takes is for the read API to say.
#[derive(Debug, Default, clap::Args)]
struct Filters {
    /// Only accounts of this region.
    #[arg(long)]
    region: Option<String>,
    /// Only accounts of this tier: key, developing, maintained or streamlined.
    #[arg(long)]
    tier: Option<String>,
    /// Only accounts of which this person is account manager of record.
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// Only what is about this person: the last owner, the one an account depends on, the one who departed.
    #[arg(long)]
    person: Option<String>,
    /// Only what is about this account.
    #[arg(long)]
    account: Option<String>,
    /// How many days are too many: late-recorded, stale-plans.
    #[arg(long)]
    days: Option<String>,
    /// The length of the period: owner-turnover.
    #[arg(long)]
    months: Option<String>,
    /// The fewest changes: owner-turnover.
    #[arg(long, value_name = "CHANGES")]
    at_least: Option<String>,
    /// orphaned or unassigned: orphans.
    #[arg(long)]
    status: Option<String>,
    /// us or client: overdue-commitments.
    #[arg(long, value_name = "PARTY")]
    by: Option<String>,
    /// true or false: overdue-commitments.
    #[arg(long, value_name = "BOOL")]
    soft: Option<String>,
    /// `not_reviewed` or `no_plan`: stale-plans.
    #[arg(long)]
    neglect: Option<String>,
    /// red, amber or low: single-threaded.
    #[arg(long)]
    level: Option<String>,
    /// Only lanes of this role: owner-departed.
    #[arg(long)]
    role: Option<String>,
    /// `departed` or `last_day_passed`: owner-departed.
    #[arg(long)]
    gone: Option<String>,
    /// Kinds of events, such as ownership.*: late-recorded.
    #[arg(long, value_name = "KINDS")]
    kind: Option<String>,
    /// Who reported: late-recorded.
    #[arg(long)]
    actor: Option<String>,
    /// position or lag: late-recorded.
    #[arg(long)]
    order: Option<String>,
    /// Only findings of this rule: findings.
    #[arg(long)]
    code: Option<String>,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each row, with headings.
    Table,
    /// Indented JSON: one document with all rows.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A header line, then a line a row.
    Csv,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let named = |report: &&Report| args.name.as_deref() == Some(report.name);
    let Some(report) = REPORTS.iter().find(named) else {
        terminal::say(&layout::list())?;
        return Ok(Ending::Done);
    };
    let reader = Reader::to(dir)?;
    let printed = print(&reader, report, args);
    reader.close();
    printed.map(|()| Ending::Done)
}

fn print(reader: &Reader, report: &Report, args: &Args) -> anyhow::Result<()> {
    let document = || answer::whole_list(reader, &args.target(report, "1000"));
    match args.format {
        Format::Table => terminal::say(&report.lay_out(&document()?))?,
        Format::Json => terminal::say(&serde_json::to_string_pretty(&document()?)?)?,
        Format::Ndjson => print_text(reader, &args.target(report, "10000"), "application/x-ndjson", 0)?,
        // One header is enough for all pages.
        Format::Csv => print_text(reader, &args.target(report, "10000"), "text/csv", 1)?,
    }
    Ok(())
}

/// Prints the pages as they come, all but the first without their first lines.
fn print_text(reader: &Reader, target: &str, media_type: &str, header_lines: usize) -> anyhow::Result<()> {
    let (mut skipped, mut next) = (0, Some(target.to_owned()));
    while let Some(target) = next {
        let answer = reader.get(&target, media_type)?;
        let text = std::str::from_utf8(&answer.body).context("the answer is no text")?;
        let rows: String = text.split_inclusive('\n').skip(skipped).collect();
        terminal::print(&rows)?;
        (skipped, next) = (header_lines, answer.next);
    }
    Ok(())
}

impl Args {
    fn target(&self, report: &Report, limit: &str) -> String {
        let given = self.filters.given();
        let limit = [("limit", Some(limit))];
        let more: Vec<_> = given.into_iter().chain(limit).collect();
        self.moment.ask_with(&format!("/v1/reports/{}", report.name), &more)
    }
}

impl Filters {
    fn given(&self) -> [(&'static str, Option<&str>); 19] {
        [
            ("region", self.region.as_deref()),
            ("tier", self.tier.as_deref()),
            ("owner", self.owner.as_deref()),
            ("person", self.person.as_deref()),
            ("account", self.account.as_deref()),
            ("days", self.days.as_deref()),
            ("months", self.months.as_deref()),
            ("at_least", self.at_least.as_deref()),
            ("status", self.status.as_deref()),
            ("by", self.by.as_deref()),
            ("soft", self.soft.as_deref()),
            ("neglect", self.neglect.as_deref()),
            ("level", self.level.as_deref()),
            ("role", self.role.as_deref()),
            ("gone", self.gone.as_deref()),
            ("kind", self.kind.as_deref()),
            ("actor", self.actor.as_deref()),
            ("order", self.order.as_deref()),
            ("code", self.code.as_deref()),
        ]
    }
}
