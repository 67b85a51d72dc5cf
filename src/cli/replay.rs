//! `tenure replay`: history walked in steps, written as a table of state, ownership and scores.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, terminal};

/// How many steps are asked for at once: few enough to come in time.
const STEPS_AT_ONCE: &str = "2000";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only this account; all of them when absent.
    #[arg(value_name = "ACCOUNT")]
    account: Option<String>,
    /// The date of the first step; a year before --as-of when absent.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// How far the steps lie apart.
    #[arg(long, value_name = "STEP", default_value = "week", value_parser = ["day", "week", "month", "event"])]
    step: String,
    /// How the past is read: with all that is known, or with what was known then.
    #[arg(long, value_name = "READING", default_value = "restated", value_parser = ["restated", "reported"])]
    reading: String,
    /// The version of the health model to restate by, such as health/2; the one in force when absent.
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Another version of the health model, whose scores stand beside these.
    #[arg(long, value_name = "MODEL")]
    compare: Option<String>,
    /// Only steps at which the account is in this sales region.
    #[arg(long)]
    region: Option<String>,
    /// Only steps at which the account is of this tier.
    #[arg(long)]
    tier: Option<String>,
    #[command(flatten)]
    moment: Moment,
    /// How the steps are written.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// The file to write to, moved there when it is whole; standard output when absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the steps are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A header line, then a line a step.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let written = write(&reader, args);
    reader.close();
    written.map(|()| Ending::Done)
}

/// Writes page by page, as they come, and says how far it is.
fn write(reader: &Reader, args: &Args) -> anyhow::Result<()> {
    let mut file = args.output.as_deref().map(Part::create).transpose()?;
    let (media_type, header_lines) = match args.format {
        Format::Csv => ("text/csv", 1),
        Format::Ndjson => ("application/x-ndjson", 0),
    };
    let (mut next, mut skipped, mut steps) = (Some(args.target()), 0, 0);
    // What goes to the terminal shows by itself how far it is.
    let progress = file.as_ref().map(|_| terminal::count("steps"));
    while let Some(target) = next {
        let answer = reader.get(&target, media_type)?;
        let text = std::str::from_utf8(&answer.body).context("the answer is no text")?;
        let rows: String = text.split_inclusive('\n').skip(skipped).collect();
        steps += rows.lines().count();
        if let Some(progress) = &progress {
            progress.set_position(steps as u64);
        }
        match &mut file {
            Some(part) => part.file.write_all(rows.as_bytes()).context("could not write the steps")?,
            None => terminal::print(&rows)?,
        }
        (skipped, next) = (header_lines, answer.next);
    }
    if let Some(progress) = progress {
        progress.finish_and_clear();
    }
    file.map_or(Ok(()), Part::finish)
}

/// A file that is written beside its place and moved there when it is whole; a pipe or a device is written as it is.
struct Part {
    file: BufWriter<File>,
    written: PathBuf,
    place: PathBuf,
}

impl Part {
    fn create(place: &Path) -> anyhow::Result<Self> {
        let is_plain = std::fs::metadata(place).map_or(true, |known| known.is_file());
        let written = if is_plain { beside(place) } else { place.to_owned() };
        let file = File::create(&written).with_context(|| format!("could not create {}", written.display()))?;
        Ok(Self { file: BufWriter::new(file), written, place: place.to_owned() })
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.file.flush().context("could not write the steps")?;
        if self.written == self.place {
            return Ok(());
        }
        std::fs::rename(&self.written, &self.place).with_context(|| format!("could not write {}", self.place.display()))
    }
}

/// The name of a file while it is not whole.
fn beside(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

impl Args {
    fn target(&self) -> String {
        let filter = [
            ("account", self.account.as_deref()),
            ("from", self.from.as_deref()),
            ("step", Some(self.step.as_str())),
            ("reading", Some(self.reading.as_str())),
            ("model", self.model.as_deref()),
            ("compare", self.compare.as_deref()),
            ("region", self.region.as_deref()),
            ("tier", self.tier.as_deref()),
            ("limit", Some(STEPS_AT_ONCE)),
        ];
        self.moment.ask_with("/v1/replay", &filter)
    }
}
