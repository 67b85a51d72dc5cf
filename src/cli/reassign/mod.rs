//! `tenure reassign`: plans who gets a leaver's accounts, and records it in one go.

mod layout;
mod recording;
mod standing;
mod undoing;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tenure_replay::reassign::rules::Rules;
use tenure_replay::reassign::{Candidate, Held, Plan, plan};
use tenure_schemas::{Instant, Zone, parse_date};
use uuid::Uuid;

use super::answer::{items, optional};
use super::moment::Moment;
use super::reader::Reader;
use super::record::Saying;
use super::{Ending, answer, terminal};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
#[command(after_help = "Rules are a TOML file; the first rule that fits a lane decides:
  keep_together = \"parent\"         # accounts of one group go to one person of a pool
  [[rule]]
  name = \"key accounts\"
  tier = [\"key\"]                   # also: account, group, region, role, scope
  to = \"p-03\"
  [[rule]]
  region = [\"europe\"]
  pool = [\"p-04\", \"p-11\"]
  by = \"spare_capacity\"            # or round_robin
  [default]                        # who gets the rest; without it, that stays
  to = \"p-01\"")]
pub(super) struct Args {
    /// Who leaves.
    #[arg(long, value_name = "PERSON", requires_all = ["effective", "rules"], required_unless_present = "undo")]
    from: Option<String>,
    /// The day on which the accounts pass on.
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// The file with the rules.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Record the plan; without it, nothing is.
    #[arg(long, requires = "actor")]
    record: bool,
    /// The zone of the day, such as Europe/Rome; UTC when absent.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Who reports it, as kind:id, such as person:p-01.
    #[arg(long, value_name = "KIND:ID")]
    actor: Option<String>,
    /// Why, as code:text; that the person leaves when absent.
    #[arg(long, value_name = "CODE:TEXT")]
    reason: Option<String>,
    /// Plan from so many of the ledger's first events, as a plan says that was seen before; everything known now when
    /// absent.
    #[arg(long, value_name = "EVENTS")]
    size: Option<u64>,
    /// What ties the events together; made from the person, the day and the rules when absent, so that the same command
    /// goes on where it stopped.
    #[arg(long, value_name = "UUID")]
    correlation: Option<Uuid>,
    /// The file to write what became of each lane to, one JSON object a line.
    #[arg(long, value_name = "FILE", requires = "record")]
    outcomes: Option<PathBuf>,
    /// Take back what was recorded under a correlation id; nothing is deleted.
    #[arg(long, value_name = "UUID", conflicts_with_all = ["from", "effective", "rules", "correlation", "size", "zone"])]
    undo: Option<Uuid>,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    if let Some(undone) = args.undo {
        return undoing::run(dir, args, undone);
    }
    let (Some(from), Some(effective), Some(rules)) = (&args.from, &args.effective, &args.rules) else {
        bail!("name --from, --effective and --rules");
    };
    let question = Question::read(args, from, effective, rules)?;
    let reader = Reader::to(dir)?;
    let planned = Planned::make(&reader, question);
    reader.close();
    let planned = planned?;
    if !args.record {
        terminal::say(&match args.format {
            answer::Format::Table => layout::plan(&planned),
            answer::Format::Json => serde_json::to_string_pretty(&planned.to_json())?,
        })?;
        return Ok(Ending::Done);
    }
    recording::run(dir, args, &planned)
}

/// What is to be planned.
struct Question {
    from: String,
    effective: String,
    zone: Option<String>,
    rules: Rules,
    /// The SHA-256 of the rules as they were written, in hexadecimal.
    digest: String,
    correlation: Uuid,
    /// How many events the plan is to be made from, where that was said.
    size: Option<u64>,
}

impl Question {
    fn read(args: &Args, from: &str, effective: &str, file: &Path) -> anyhow::Result<Self> {
        let place = || format!("the rules in {}", file.display());
        let written = std::fs::read_to_string(file).with_context(|| format!("could not read {}", place()))?;
        let rules: Rules = toml::from_str(&written).with_context(|| format!("{} are refused", place()))?;
        rules.check().with_context(|| format!("{} are refused", place()))?;
        effective
            .parse::<jiff::civil::Date>()
            .with_context(|| format!("--effective is a date such as 2026-03-01, not \"{effective}\""))?;
        let digest = format!("{:x}", Sha256::digest(written.as_bytes()));
        let zone = args.zone.clone();
        let of =
            format!("reassign\u{1f}{from}\u{1f}{effective}\u{1f}{}\u{1f}{digest}", zone.as_deref().unwrap_or("UTC"));
        let made = || Uuid::new_v5(&Uuid::NAMESPACE_OID, of.as_bytes());
        let correlation = args.correlation.unwrap_or_else(made);
        let (from, effective, size) = (from.to_owned(), effective.to_owned(), args.size);
        Ok(Self { from, effective, zone, rules, digest, correlation, size })
    }
}

impl Question {
    /// Whether the leaver holds a lane no more at the end of the day, whatever the plan.
    fn ends_by_then(&self, lane: &Value) -> anyhow::Result<bool> {
        let day = parse_date(&self.effective)?;
        if let Some(date) = optional(lane, "/to_date") {
            return Ok(parse_date(&date).context(UNREADABLE)? <= day);
        }
        let Some(at) = optional(lane, "/to") else { return Ok(false) };
        let zone: Zone = self.zone.as_deref().unwrap_or("UTC").parse()?;
        Ok(at.parse::<Instant>().context(UNREADABLE)? <= zone.end_of(day))
    }
}

/// A plan with what it rests on.
struct Planned {
    question: Question,
    plan: Plan,
    /// How many lanes the leaver holds only because of an account above.
    inherited: usize,
    /// The size of the ledger that the plan is made from.
    size: u64,
    /// Whether something of it was recorded before.
    goes_on: bool,
    /// The moment, as the answer says what it resolved.
    resolved: String,
}

const UNREADABLE: &str = "the answer about the departure cannot be read";

impl Planned {
    /// Plans at the end of what is known; what was begun before is planned again from what was known when it began, so
    /// that the same lanes go to the same persons.
    fn make(reader: &Reader, question: Question) -> anyhow::Result<Self> {
        let begun = standing::of_reassignment(reader, question.correlation)?;
        let begun_at = begun.iter().map(|event| event.position).min();
        if begun_at.is_some() && undoing::is_undone(reader, question.correlation)? {
            bail!(
                "this was recorded under the correlation id {} and taken back; to record it again, give it another one \
                 with --correlation",
                question.correlation
            );
        }
        let zone = question.zone.as_deref();
        let moment = match question.size.or(begun_at) {
            Some(size) => Moment::at_size(&question.effective, size, zone),
            None => Moment::at(Some(&question.effective), zone),
        };
        let target = moment.ask(&format!("/v1/people/{}/departure-impact", escape(&question.from)));
        let found = answer::document(reader, &target)?;
        let size = found.pointer("/resolved/size").and_then(Value::as_u64).unwrap_or_default();
        let (book, inherited) = book(&found, &question)?;
        let resolved = answer::resolved(&found);
        let successors = found.get("successors").cloned().unwrap_or_default();
        let successors: Vec<Candidate> = serde_json::from_value(successors).context(UNREADABLE)?;
        for (place, person) in question.rules.named() {
            if !successors.iter().any(|one| one.person == person) {
                let why = why_not(reader, &moment, person.as_str(), &question.from);
                bail!(
                    "the rules are refused: {place}: {person} cannot take accounts over on {}: {why}",
                    question.effective
                );
            }
        }
        let plan = plan(&book, &successors, &question.rules);
        Ok(Self { question, plan, inherited, size, goes_on: begun_at.is_some(), resolved })
    }

    fn to_json(&self) -> Value {
        json!({
            "from": self.question.from, "effective": self.question.effective,
            "correlation_id": self.question.correlation, "rules_sha256": self.question.digest,
            "size": self.size, "goes_on": self.goes_on, "inherited": self.inherited, "plan": self.plan,
        })
    }
}

/// The address of the events under a correlation id.
fn correlated(id: Uuid) -> String {
    format!("/v1/events?correlation_id={id}&limit=1000")
}

/// The lanes that the leaver holds of their own beyond the day, and how many others they hold by inheritance.
fn book(found: &Value, question: &Question) -> anyhow::Result<(Vec<Held>, usize)> {
    let (mut book, mut inherited) = (Vec::new(), 0);
    for account in items(found, "/accounts") {
        for lane in items(account, "/held") {
            if lane.get("inherited_from").is_some_and(|from| !from.is_null()) {
                inherited += 1;
                continue;
            }
            if question.ends_by_then(lane)? {
                continue;
            }
            let mut held = account.clone();
            if let Some(fields) = held.as_object_mut() {
                for field in ["role", "scope"] {
                    fields.insert(field.to_owned(), lane.get(field).cloned().unwrap_or_default());
                }
            }
            book.push(serde_json::from_value(held).context(UNREADABLE)?);
        }
    }
    Ok((book, inherited))
}

/// Why somebody whom the rules name is nobody who could take accounts over.
fn why_not(reader: &Reader, moment: &Moment, person: &str, leaver: &str) -> String {
    if person == leaver {
        return "that is who leaves; name somebody else".to_owned();
    }
    let Ok(found) = answer::document(reader, &moment.ask(&format!("/v1/people/{}", escape(person)))) else {
        return "nobody of that id is known; tenure get /v1/people lists who is".to_owned();
    };
    let is_employed = found.get("is_employed").and_then(Value::as_bool).unwrap_or_default();
    if let Some(at) = optional(&found, "/leaves_at").filter(|_| is_employed) {
        return format!("they leave at {at}, too; name somebody who stays");
    }
    let name = optional(&found, "/name").map(|name| format!("{name} ")).unwrap_or_default();
    format!("{name}does not work for us then; name somebody who does")
}
