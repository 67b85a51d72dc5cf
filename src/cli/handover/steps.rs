//! Recording the steps of a handover, one event each; the brief is rendered first, so that it can be rendered again.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::path;
use crate::cli::answer::{self, text};
use crate::cli::moment::Moment;
use crate::cli::reader::Reader;
use crate::cli::record::{self, Saying};
use crate::cli::{Ending, terminal};
use crate::http::address::escape;

/// A step to record. Starting, declining and cancelling need a reason; the other steps have that of the handover.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Step {
    /// Begin a handover; say why with --reason.
    Start(StartArgs),
    /// Name the successor.
    Name(PersonArgs<To>),
    /// Give the successor the brief, and record which one it was.
    ///
    /// The brief is about the end of what the ledger knows, and its digest is recorded: `tenure brief ACCOUNT --verify
    /// HANDOVER` renders it again and says whether it is the same.
    Brief(BriefArgs),
    /// Record that the successor met the client's people.
    Introduce(IntroduceArgs),
    /// Record that the successor accepts.
    Accept(PersonArgs<By>),
    /// Record that the successor declines, and why: the handover is back at its start.
    Decline(PersonArgs<By>),
    /// Pass the ownership to the successor: the only step that moves it.
    Transfer(PlainArgs),
    /// Record that the handover is done.
    Complete(PlainArgs),
    /// Call the handover off; say why with --reason.
    Cancel(PlainArgs),
}

/// Which handover, and who says so.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PlainArgs {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// The handover's id in the account.
    #[arg(value_name = "HANDOVER")]
    handover: String,
    #[command(flatten)]
    saying: Saying,
    /// Record it even where it contradicts the ledger; it shows as a finding.
    #[arg(long)]
    lenient: bool,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct StartArgs {
    #[command(flatten)]
    plain: PlainArgs,
    /// Who hands over.
    #[arg(long, value_name = "PERSON")]
    from: String,
    /// Who takes over, if that is known.
    #[arg(long, value_name = "PERSON")]
    to: Option<String>,
    /// Which role passes on.
    #[arg(long, value_name = "ROLE", default_value = "primary")]
    role: String,
    /// For which part of the account; global when absent.
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// How it came about; the service levels differ.
    #[arg(long, value_name = "CLASS", default_value = "planned", value_parser = super::classes())]
    class: String,
    /// The day by which it is to be complete; that of the service level when absent.
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PersonArgs<F: clap::Args> {
    #[command(flatten)]
    plain: PlainArgs,
    #[command(flatten)]
    person: F,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct To {
    /// Who takes over.
    #[arg(long, value_name = "PERSON")]
    to: String,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct By {
    /// Who says so: the successor.
    #[arg(long, value_name = "PERSON")]
    by: String,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct BriefArgs {
    #[command(flatten)]
    plain: PlainArgs,
    /// The file to write the brief to, as a page to print; standard output gets it as text when absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct IntroduceArgs {
    #[command(flatten)]
    plain: PlainArgs,
    /// Whom of theirs the successor met; may be given several times.
    #[arg(long = "contact", value_name = "CONTACT", required = true)]
    contacts: Vec<String>,
    /// Who of ours was there; may be given several times.
    #[arg(long = "person", value_name = "PERSON", required = true)]
    persons: Vec<String>,
}

pub(super) fn run(dir: &Path, step: &Step) -> anyhow::Result<Ending> {
    match step {
        Step::Start(args) => start(dir, args),
        Step::Name(args) => args.plain.step(dir, "handover.successor_named", json!({"to": args.person.to})),
        Step::Brief(args) => brief(dir, args),
        Step::Introduce(args) => {
            let met = json!({"contacts": args.contacts, "persons": args.persons});
            args.plain.step(dir, "handover.introduced", met)
        }
        Step::Accept(args) => args.plain.step(dir, "handover.accepted", json!({"by": args.person.by})),
        Step::Decline(args) => args.plain.record(dir, "handover.declined", json!({"by": args.person.by}), None),
        Step::Transfer(args) => transfer(dir, args),
        Step::Complete(args) => args.step(dir, "handover.completed", json!({})),
        Step::Cancel(args) => args.record(dir, "handover.cancelled", json!({}), None),
    }
}

impl PlainArgs {
    /// Records an event about the handover that says something more; for the reason given, else a usual one.
    fn record(&self, dir: &Path, kind: &str, mut says: Value, usual: Option<Value>) -> anyhow::Result<Ending> {
        if let Some(fields) = says.as_object_mut() {
            fields.insert("handover".to_owned(), json!(self.handover));
            fields.retain(|_, value| !value.is_null());
        }
        let stream = json!(format!("account/{}", self.account));
        let usual = usual.filter(|_| self.saying.reason.is_none());
        let draft = self.saying.draft(kind, says, &[("stream", Some(stream)), ("reason", usual)])?;
        record::one(dir, draft, !self.lenient)
    }

    /// Records a step that is taken for the reason for which the handover was begun.
    fn step(&self, dir: &Path, kind: &str, says: Value) -> anyhow::Result<Ending> {
        let reader = Reader::to(dir)?;
        let known = self.known(&reader);
        reader.close();
        self.record(dir, kind, says, known?.reason)
    }

    /// The handover as it stands when the step is taken.
    fn known(&self, reader: &Reader) -> anyhow::Result<Known> {
        let handover = answer::document(reader, &self.moment().ask(&path(&self.account, &self.handover)))?;
        let begun = answer::document(reader, &format!("/v1/events/{}", text(&handover, "/started/event")))?;
        let reason = begun.get("reason").cloned();
        Ok(Known { handover, reason })
    }

    /// When the step is taken, as a moment to ask about.
    fn moment(&self) -> Moment {
        Moment::at(self.saying.occurred_at.as_deref(), self.saying.zone.as_deref())
    }
}

/// A handover that is there.
struct Known {
    /// The handover as the read API answers it.
    handover: Value,
    /// Why it was begun.
    reason: Option<Value>,
}

fn start(dir: &Path, args: &StartArgs) -> anyhow::Result<Ending> {
    let StartArgs { plain, from, to, role, scope, class, due } = args;
    let says = json!({"from": from, "to": to, "role": role, "scope": scope, "class": class, "due": due});
    plain.record(dir, "handover.started", says, None)
}

/// The lane and the persons are those of the handover, so that nobody has to repeat them.
fn transfer(dir: &Path, args: &PlainArgs) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let known = args.known(&reader);
    reader.close();
    let Known { handover, reason } = known?;
    let Some(to) = answer::optional(&handover, "/to") else {
        let (account, id) = (&args.account, &args.handover);
        bail!(
            "handover {id} of {account} has no successor: name one first, with tenure handover name {account} {id} --to \
             PERSON"
        );
    };
    let [from, role, scope] = ["/from", "/role", "/scope"].map(|field| text(&handover, field));
    let says = json!({"from": from, "to": to, "role": role, "scope": scope});
    args.record(dir, "ownership.transferred", says, reason)
}

fn brief(dir: &Path, args: &BriefArgs) -> anyhow::Result<Ending> {
    let plain = &args.plain;
    let reader = Reader::to(dir)?;
    let rendered = plain.known(&reader).and_then(|known| Ok((known, render(&reader, plain, args.output.is_some())?)));
    reader.close();
    let (known, (identity, page)) = rendered?;
    match &args.output {
        Some(file) => std::fs::write(file, page).with_context(|| format!("could not write {}", file.display()))?,
        None => terminal::print(&page)?,
    }
    plain.record(dir, "handover.briefed", identity, known.reason)
}

/// What is recorded of a brief, and its page or text: of the same moment and size, so that they are one brief.
fn render(reader: &Reader, plain: &PlainArgs, as_page: bool) -> anyhow::Result<(Value, String)> {
    let path = format!("/v1/accounts/{}/handover-brief", escape(&plain.account));
    let ask = |moment: &Moment| moment.ask_with(&path, &[("handover", Some(&plain.handover))]);
    let brief = answer::document(reader, &ask(&plain.moment()))?;
    let size = brief.pointer("/brief/size").and_then(Value::as_u64).context("the brief does not say its size")?;
    let same = Moment::at_size(&text(&brief, "/brief/as_of"), size, plain.saying.zone.as_deref());
    let page = reader.get(&ask(&same), if as_page { "text/html" } else { "text/plain" })?;
    let page = String::from_utf8(page.body).context("the answer is no text")?;
    Ok((json!({"brief": brief.get("brief"), "completeness": brief.get("completeness")}), page))
}
