//! What each section of a brief says, in words.

mod client;
mod health;
mod market;
mod standing;
mod work;

use tenure_replay::brief::{Brief, Cited, Point};

use super::pen::{Pen, amount, days, named, percent, word, words};
use super::{Block, Cell, Fact, Line, Lines, Row, Section, Table, Tone};

/// What identifies the brief and whom it is for.
pub(super) fn head(brief: &Brief, pen: &Pen) -> Vec<Fact> {
    let subject = &brief.subject;
    let plain = |label, value: String| Fact::new(label, value, Cited::default());
    let mut facts = Vec::new();
    if let Some(from) = &subject.from {
        let label = if subject.handover.is_some() { "From" } else { "Holder" };
        facts.push(plain(label, named(subject.from_name.as_ref(), from.as_str())));
    }
    if let Some(handover) = &subject.handover {
        let to = handover.to.as_ref().map(|to| named(subject.to_name.as_ref(), to.as_str()));
        facts.push(plain("To", to.unwrap_or_else(|| "nobody is named yet".to_owned())));
        let due = handover.due.map_or(String::new(), |due| format!(", due {due}"));
        let says = format!("{} ({}{due})", handover.handover, word(&handover.class));
        facts.push(Fact::new("Handover", says, Cited { events: handover.events.clone(), more_events: 0 }));
    }
    facts.push(plain("As of", format!("{}, days in {}", pen.date(brief.brief.as_of), brief.zone)));
    let (known, asked) = (brief.facts.known, brief.facts.asked);
    facts.push(plain("Complete", format!("{} %: {known} of {asked} facts are known", brief.completeness)));
    facts
}

/// What renders the same brief again.
pub(super) fn colophon(brief: &Brief) -> Vec<Fact> {
    let plain = |label, value: String| Fact::new(label, value, Cited::default());
    vec![
        plain("Account", brief.account.to_string()),
        plain("As of", brief.brief.as_of.to_string()),
        plain("Zone", brief.zone.clone()),
        plain("Size of the ledger", format!("{} events", brief.brief.size)),
        plain("Format", brief.brief.format.to_string()),
        plain("Health model", brief.brief.model.clone()),
        plain("SHA-256", brief.brief.digest.clone()),
    ]
}

/// Every section in its order.
pub(super) fn all(brief: &Brief, pen: &Pen) -> Vec<Section> {
    let sections = &brief.sections;
    let mut all = vec![
        section("first", "Three things to know", vec![first(&sections.first)]),
        section("vitals", "Vitals", standing::vitals(&sections.vitals, pen)),
        section(
            "ownership",
            "Who answered for it, and why that changed",
            standing::ownership(&sections.ownership, pen),
        ),
        section("contacts", "Their people", client::contacts(sections, pen)),
        section("needs", "What they want to reach", client::needs(sections, pen)),
        section("plan", "The plan against time", work::plan(sections.plan.as_ref(), pen)),
        section("open", "Open orders and issues", work::open(sections, pen)),
        section("commitments", "Open promises", work::commitments(&sections.commitments)),
        section("notes", "Worth knowing", client::notes(&sections.notes, pen)),
        section("communication", "How we are in touch", client::communication(&sections.communication, pen)),
        section("health", "How the account is doing", health::health(&sections.health)),
        section("whitespace", "What they use and could use", market::whitespace(&sections.whitespace, pen)),
        section("competition", "Competition", market::competition(&sections.competition, pen)),
        section("risks", "Other risks", risks(sections.risks.get(sections.first.len()..).unwrap_or_default())),
        section("gaps", "What this brief lacks", gaps(brief)),
    ];
    if sections.contradictions.count > 0 {
        all.push(section("contradictions", "Where the reports contradict each other", contradictions(brief, pen)));
    }
    all
}

fn section(id: &'static str, title: &'static str, blocks: Vec<Block>) -> Section {
    Section { id, title, blocks }
}

fn remark(text: &str) -> Block {
    Block::Remark(text.to_owned())
}

fn lines(caption: Option<&'static str>, lines: Vec<Line>, more: usize) -> Block {
    Block::Lines(Lines { caption, numbered: false, said: lines, more })
}

fn point(point: &Point) -> Line {
    Line { text: point.text.clone(), detail: None, tone: Tone::Plain, cited: point.cited.clone() }
}

fn first(points: &[Point]) -> Block {
    if points.is_empty() {
        return remark("Nothing was found that cannot wait.");
    }
    Block::Lines(Lines { caption: None, numbered: true, said: points.iter().map(point).collect(), more: 0 })
}

fn risks(points: &[Point]) -> Vec<Block> {
    if points.is_empty() {
        return vec![remark("None beside the things to know.")];
    }
    vec![lines(None, points.iter().map(point).collect(), 0)]
}

fn gaps(brief: &Brief) -> Vec<Block> {
    let gaps = &brief.sections.gaps;
    if gaps.is_empty() {
        return vec![remark("Nothing: every fact that a successor needs is known.")];
    }
    let row = |gap: &tenure_replay::brief::Gap| Row {
        cells: vec![Cell::new(&gap.text), Cell::new(gap.filled_by)],
        tone: Tone::Plain,
        cited: gap.cited.clone(),
    };
    vec![Block::Table(Table::new(None, &["What is missing", "Filled by the event"], gaps.iter().map(row).collect(), 0))]
}

fn contradictions(brief: &Brief, pen: &Pen) -> Vec<Block> {
    let found = &brief.sections.contradictions;
    let rows = found.items.iter().map(|finding| Row {
        cells: vec![Cell::new(pen.date(finding.from)), Cell::with(&finding.message, word(&finding.code))],
        tone: Tone::Plain,
        cited: Cited { events: finding.events.clone(), more_events: 0 },
    });
    vec![Block::Table(Table::new(None, &["Since", "What"], rows.collect(), found.more()))]
}
