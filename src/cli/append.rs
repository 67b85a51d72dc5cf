//! `tenure append`: records events from flags, from an argument, or line by line from standard input.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tenure_schemas::{Draft, MAX_STORED_BYTES, parse_draft};

use super::access::Access;
use super::record::Saying;
use super::{Ending, record, terminal};
use crate::appender::{AppendError, Appender, Batch, Receipt};

/// The longest line of standard input, in bytes; an event of the largest size fits several times.
const MAX_LINE_BYTES: u64 = 1024 * 1024;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tenure append --stream account/acme --kind account.opened --actor person:p-07 \\
                --payload '{\"name\":\"Acme\"}'
  tenure append '{\"stream\":\"account/acme\",\"kind\":\"account.renamed\",\"occurred_at\":\"2026-03-01\",
                 \"actor\":{\"kind\":\"person\",\"id\":\"p-07\"},\"payload\":{\"name\":\"Acme Dairy\"}}'
  tenure append < events.ndjson")]
pub(super) struct Args {
    /// The event as JSON; `-` or nothing reads events from standard input, one a line.
    #[arg(value_name = "EVENT")]
    event: Option<String>,
    /// Record what contradicts the ledger too; it shows as a finding.
    #[arg(long)]
    lenient: bool,
    /// Record all lines or none.
    #[arg(long)]
    all_or_nothing: bool,
    /// How to print what was recorded.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for people.
    Table,
    /// One JSON object a line.
    Ndjson,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "One event from flags")]
struct Flags {
    /// What sort of event it is, such as order.placed.
    #[arg(long, requires_all = ["stream", "actor", "payload"], conflicts_with = "event")]
    kind: Option<String>,
    /// Whose history it belongs to, such as account/acme.
    #[arg(long)]
    stream: Option<String>,
    #[command(flatten)]
    saying: Saying,
    /// What it says, as a JSON object.
    #[arg(long, value_name = "JSON")]
    payload: Option<String>,
    /// Its id; sending the same event under the same id again records nothing.
    #[arg(long)]
    id: Option<String>,
    /// How many events the stream must have before it.
    #[arg(long, value_name = "N")]
    expected_revision: Option<u64>,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let one = match (&args.event, &args.flags.kind) {
        (Some(event), None) if event != "-" => Some(parse(event)?),
        (None, Some(kind)) => Some(args.flags.draft(kind)?),
        _ => None,
    };
    let mut ledger = Access::to(dir)?;
    let ended = match one {
        Some(draft) => args.record(&mut ledger, vec![(0, draft)]),
        None => args.record_lines(&mut ledger, &mut BufReader::new(std::io::stdin().lock())),
    };
    ledger.close();
    ended
}

fn parse(event: &str) -> anyhow::Result<Draft> {
    let value: Value = serde_json::from_str(event).context("the event is no JSON")?;
    parse_draft(value).context("the event is refused")
}

impl Flags {
    fn draft(&self, kind: &str) -> anyhow::Result<Draft> {
        let payload: Value =
            serde_json::from_str(self.payload.as_deref().unwrap_or("{}")).context("--payload is no JSON")?;
        let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
        let revision = self.expected_revision.map(|revision| json!(revision));
        let more = [("stream", text(&self.stream)), ("id", text(&self.id)), ("expected_revision", revision)];
        self.saying.draft(kind, payload, &more)
    }
}

impl Args {
    /// Records numbered events, together or each on its own.
    fn record(&self, ledger: &mut Access, drafts: Vec<(u64, Draft)>) -> anyhow::Result<Ending> {
        let strict = !self.lenient;
        if self.all_or_nothing {
            let (lines, drafts): (Vec<u64>, Vec<Draft>) = drafts.into_iter().unzip();
            return self.report(ledger.append(Batch { drafts, strict }), &lines);
        }
        let mut ending = Ending::Done;
        for (line, draft) in drafts {
            let answer = ledger.append(Batch { drafts: vec![draft], strict });
            if self.report(answer, &[line])? == Ending::Refused {
                ending = Ending::Refused;
            }
        }
        Ok(ending)
    }

    fn record_lines(&self, ledger: &mut Access, input: &mut impl BufRead) -> anyhow::Result<Ending> {
        let mut ending = Ending::Done;
        let mut batch = Vec::new();
        for number in 1.. {
            let draft = match read_line(input).with_context(|| format!("standard input, line {number}"))? {
                Line::End => break,
                Line::Blank => continue,
                Line::Event(draft) => draft,
                Line::Refused(why) if self.all_or_nothing => bail!("line {number}: {why}; nothing was recorded"),
                Line::Refused(why) => {
                    terminal::complain(&format!("refused: line {number}: {why}"));
                    ending = Ending::Refused;
                    continue;
                }
            };
            if self.all_or_nothing {
                batch.push((number, *draft));
            } else if self.record(ledger, vec![(number, *draft)])? == Ending::Refused {
                ending = Ending::Refused;
            }
        }
        if batch.is_empty() { Ok(ending) } else { self.record(ledger, batch) }
    }

    fn report(&self, answer: Result<Vec<Receipt>, AppendError>, lines: &[u64]) -> anyhow::Result<Ending> {
        match answer {
            Ok(receipts) => {
                for receipt in &receipts {
                    terminal::say(&self.render(receipt)?)?;
                }
                Ok(Ending::Done)
            }
            Err(AppendError::Refused(refusal)) => {
                let line = refusal.index.and_then(|index| lines.get(index)).filter(|line| **line > 0);
                let place = line.map_or(String::new(), |line| format!("line {line}: "));
                terminal::complain(&format!("refused: {place}{refusal}"));
                Ok(Ending::Refused)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn render(&self, receipt: &Receipt) -> anyhow::Result<String> {
        if self.format == Format::Ndjson {
            return Ok(serde_json::to_string(receipt)?);
        }
        Ok(record::line(receipt))
    }
}

/// One line of standard input.
enum Line {
    End,
    Blank,
    Event(Box<Draft>),
    Refused(String),
}

fn read_line(input: &mut impl BufRead) -> std::io::Result<Line> {
    let mut bytes = Vec::new();
    let read = input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if read as u64 == MAX_LINE_BYTES && !bytes.ends_with(b"\n") {
        skip_line(input)?;
        return Ok(Line::Refused(format!(
            "it is longer than {MAX_LINE_BYTES} bytes, and an event takes at most {MAX_STORED_BYTES}: say it in several \
             events, such as one plan.objective_set for each objective of a plan"
        )));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if text.trim_ascii().is_empty() {
        return Ok(Line::Blank);
    }
    let parsed = serde_json::from_slice(text).map_err(|error| format!("it is no JSON: {error}"));
    Ok(match parsed.and_then(|value| parse_draft(value).map_err(|error| error.to_string())) {
        Ok(draft) => Line::Event(Box::new(draft)),
        Err(why) => Line::Refused(why),
    })
}

/// Skips what is left of a line, without keeping it.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    input.skip_until(b'\n').map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_events_blanks_or_refused() {
        let long = vec![b'x'; 3 * 1024 * 1024];
        let event = br#"{"stream":"account/a","kind":"account.renamed","occurred_at":"2026-03-01","actor":{"kind":"system","id":"s"},"payload":{"name":"A"}}"#;
        let input = [b"\xef\xbb\xbf".as_slice(), event, b"\r\n\n", &long, b"\n{\n", event].concat();
        let mut input = BufReader::new(input.as_slice());
        let mut next = || read_line(&mut input).unwrap();
        assert!(matches!(next(), Line::Event(_)));
        assert!(matches!(next(), Line::Blank));
        assert!(matches!(next(), Line::Refused(why) if why.contains("longer")));
        assert!(matches!(next(), Line::Refused(why) if why.contains("no JSON")));
        assert!(matches!(next(), Line::Event(_)));
        assert!(matches!(next(), Line::End));
    }
}
