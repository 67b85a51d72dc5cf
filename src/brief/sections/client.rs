//! In words: the client's people, what they want, what is worth knowing of them, and how we are in touch.

use tenure_replay::brief::{
    ChannelLine, CommunicationSection, ContactLine, LeftLine, NoteLine, NotesSection, PatternLine, PlannedLine,
    Sections, Threads,
};
use tenure_schemas::payload::contact::Consent;

use super::{days, lines, percent, remark, word, words};
use crate::brief::pen::{Pen, name_or, named, one_line, thousandths};
use crate::brief::{Block, Cell, Line, Row, Table, Tone};

pub(super) fn contacts(sections: &Sections, pen: &Pen) -> Vec<Block> {
    let (here, left) = (&sections.contacts.here, &sections.contacts.left);
    let mut blocks = Vec::new();
    if here.count == 0 {
        blocks.push(remark("No contact is known."));
    } else {
        let rows = here.items.iter().map(|line| contact(line, pen)).collect();
        let titles = ["Contact", "Roles", "Known best by", "Last touch", "Agreed to"];
        blocks.push(Block::Table(Table::new(None, &titles, rows, here.more())));
    }
    blocks.extend(sections.threads.as_ref().map(threads));
    if left.count > 0 {
        let rows = left.items.iter().map(|line| gone(line, pen)).collect();
        blocks.push(Block::Table(Table::new(Some("Those who left"), &["Contact", "Roles", "Left"], rows, left.more())));
    }
    blocks
}

fn contact(line: &ContactLine, pen: &Pen) -> Row {
    let reach = [line.email.as_ref(), line.phone.as_ref(), line.language.as_ref(), line.timezone.as_ref()];
    let reach: Vec<String> = reach.into_iter().flatten().map(ToString::to_string).collect();
    let known = line.known_by.iter().map(|known| {
        let name = name_or(known.person_name.as_ref(), known.person.as_str());
        let gone = if known.is_employed == Some(false) { ", left us" } else { "" };
        format!("{name} {}{gone}", thousandths(known.strength))
    });
    let touch = match (line.last_touch_at, line.last_channel) {
        (Some(at), Some(channel)) => Cell::with(pen.date(at), word(&channel)),
        (_, _) => Cell::new("never"),
    };
    let consents = line.consents.iter().map(|said| match said.consent {
        Consent::Given => word(&said.channel),
        Consent::Withdrawn => format!("not {}", word(&said.channel)),
    });
    let refused = line.consents.iter().any(|said| said.consent == Consent::Withdrawn);
    let seniority = line.seniority.as_ref().map_or(String::new(), ToString::to_string);
    Row {
        cells: vec![
            Cell::with(named(line.name.as_ref(), line.contact.as_str()), reach.join(" · ")),
            Cell::with(words(&line.roles), seniority),
            Cell::with(known.collect::<Vec<_>>().join("; "), format!("{} of all strength", percent(line.share))),
            touch,
            Cell::new(consents.collect::<Vec<_>>().join(", ")),
        ],
        tone: Tone::alert_if(refused),
        cited: line.cited.clone(),
    }
}

fn threads(threads: &Threads) -> Block {
    let person = name_or(threads.person_name.as_ref(), threads.person.as_str());
    let contact = name_or(threads.contact_name.as_ref(), threads.contact.as_str());
    let text = format!(
        "Of the relationship's strength {person} has {} on our side, {contact} {} on theirs; it rests on {} of ours and \
         {} of theirs in effect.",
        percent(threads.person_share),
        percent(threads.contact_share),
        thousandths(threads.effective_persons.into()),
        thousandths(threads.effective_contacts.into()),
    );
    let tone = Tone::alert_if(threads.single_threaded);
    lines(None, vec![Line { text, detail: None, tone, cited: threads.cited.clone() }], 0)
}

fn gone(line: &LeftLine, pen: &Pen) -> Row {
    let follows =
        line.successor.as_ref().map_or("nobody is known to follow".to_owned(), |next| format!("{next} follows"));
    let cells = vec![
        Cell::new(named(line.name.as_ref(), line.contact.as_str())),
        Cell::new(words(&line.roles)),
        Cell::with(pen.date(line.left_at), follows),
    ];
    Row { cells, tone: Tone::Muted, cited: line.cited.clone() }
}

pub(super) fn needs(sections: &Sections, pen: &Pen) -> Vec<Block> {
    let needs = &sections.needs;
    if needs.count == 0 {
        return vec![remark("Nothing is known.")];
    }
    let rows = needs.items.iter().map(|line| Row {
        cells: vec![
            Cell::with(
                one_line(line.need.statement.as_str()),
                line.need.offering.as_ref().map_or(String::new(), |offering| format!("{offering} could serve it")),
            ),
            Cell::new(format!("{} term", word(&line.need.horizon))),
            Cell::new(pen.date(line.need.identified_at)),
        ],
        tone: Tone::Plain,
        cited: line.cited.clone(),
    });
    vec![Block::Table(Table::new(None, &["Need", "Horizon", "Known since"], rows.collect(), needs.more()))]
}

pub(super) fn notes(notes: &NotesSection, pen: &Pen) -> Vec<Block> {
    let topics = [
        ("Be careful about", &notes.sensitivities, Tone::Alert),
        ("What they like", &notes.preferences, Tone::Plain),
        ("Who stands where", &notes.politics, Tone::Plain),
        ("What could go wrong", &notes.risks, Tone::Plain),
        ("Other", &notes.other, Tone::Plain),
    ];
    let known = topics.into_iter().filter(|(_, notes, _)| notes.count > 0);
    let blocks: Vec<Block> = known
        .map(|(caption, notes, tone)| {
            let own = notes.items.iter().map(|line| note(line, tone, pen)).collect();
            lines(Some(caption), own, notes.more())
        })
        .collect();
    if blocks.is_empty() { vec![remark("Nothing is noted.")] } else { blocks }
}

fn note(line: &NoteLine, tone: Tone, pen: &Pen) -> Line {
    let by = line.by.name.as_ref().map_or_else(|| line.by.id.to_string(), ToString::to_string);
    let detail = Some(format!("{by}, {}", pen.date(line.noted_at)));
    Line { text: one_line(line.text.as_str()), detail, tone, cited: line.cited.clone() }
}

pub(super) fn communication(section: &CommunicationSection, pen: &Pen) -> Vec<Block> {
    let Some(overall) = &section.overall else { return vec![remark("We were never in touch.")] };
    let mut rows: Vec<Row> = section.channels.iter().map(|line| channel(line, pen)).collect();
    rows.push(pattern("all".to_owned(), overall, pen));
    let titles = ["Channel", "#Last 90 days", "#Last 365 days", "#Ever", "Rhythm", "Who reached out", "Last"];
    let mut blocks = vec![Block::Table(Table::new(None, &titles, rows, 0))];
    if section.planned.count > 0 {
        let rows = section.planned.items.iter().map(|line| planned(line, pen)).collect();
        let titles = ["When", "How", "Who of ours", "Subject"];
        blocks.push(Block::Table(Table::new(Some("Planned"), &titles, rows, section.planned.more())));
    }
    blocks
}

fn channel(line: &ChannelLine, pen: &Pen) -> Row {
    pattern(word(&line.channel), &line.pattern, pen)
}

fn pattern(channel: String, line: &PatternLine, pen: &Pen) -> Row {
    let rhythm = line.cadence_days.map_or("–".to_owned(), |cadence| match cadence {
        0 => "several a day".to_owned(),
        1 => "daily".to_owned(),
        cadence => format!("every {cadence} days"),
    });
    let sides = [(line.inbound_365, "them"), (line.outbound_365, "us"), (line.mutual_365, "both")];
    let sides = sides.iter().filter(|(count, _)| *count > 0).map(|(count, who)| format!("{who} {count}"));
    Row {
        cells: vec![
            Cell::new(channel),
            Cell::new(line.touches_90.to_string()),
            Cell::new(line.touches_365.to_string()),
            Cell::new(line.touches.to_string()),
            Cell::new(rhythm),
            Cell::new(sides.collect::<Vec<_>>().join(", ")),
            Cell::with(
                pen.date(line.last_at),
                format!("{} ago, {}", days(line.days_since), word(&line.last_direction)),
            ),
        ],
        tone: Tone::Plain,
        cited: line.cited.clone(),
    }
}

fn planned(line: &PlannedLine, pen: &Pen) -> Row {
    let names: Vec<String> = if line.person_names.len() == line.persons.len() {
        line.person_names.iter().map(ToString::to_string).collect()
    } else {
        line.persons.iter().map(ToString::to_string).collect()
    };
    let late = if line.overdue { "its time has passed" } else { "" };
    Row {
        cells: vec![
            Cell::with(pen.date(line.planned_for), late),
            Cell::new(word(&line.channel)),
            Cell::new(names.join(", ")),
            Cell::new(line.subject.as_ref().map_or(String::new(), |subject| one_line(subject.as_str()))),
        ],
        tone: Tone::alert_if(line.overdue),
        cited: line.cited.clone(),
    }
}
