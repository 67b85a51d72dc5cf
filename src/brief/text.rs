//! A brief for a terminal: plain lines of at most 100 characters.

use tenure_replay::brief::Cited;

use super::{Block, Cell, Document, Fact, Lines, Section, Table, Tone};

/// The longest line, in characters.
const WIDTH: usize = 100;

/// The brief as plain text.
pub(crate) fn text(document: &Document) -> String {
    let mut out = Out(String::new());
    out.heading(&document.title, '=');
    out.wrapped("", "", &document.subtitle);
    out.blank();
    out.facts(&document.head);
    for section in &document.sections {
        out.section(section);
    }
    out.heading("This brief", '-');
    out.facts(&document.colophon);
    out.0.truncate(out.0.trim_end().len());
    out.0.push('\n');
    out.0
}

struct Out(String);

impl Out {
    fn blank(&mut self) {
        self.0.push('\n');
    }

    fn heading(&mut self, title: &str, rule: char) {
        self.wrapped("", "", title);
        let width = title.chars().count().min(WIDTH);
        self.0.extend(std::iter::repeat_n(rule, width));
        self.blank();
    }

    /// A text in lines; the first begins with `first`, the others with `next`.
    fn wrapped(&mut self, first: &str, next: &str, text: &str) {
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in text.split_whitespace() {
            if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.0.push_str(&line);
                self.blank();
                next.clone_into(&mut line);
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.0.push_str(line.trim_end());
        self.blank();
    }

    fn section(&mut self, section: &Section) {
        self.heading(section.title, '-');
        for block in &section.blocks {
            match block {
                Block::Facts(facts) => self.facts(facts),
                Block::Table(table) => self.table(table),
                Block::Lines(lines) => self.lines(lines),
                Block::Remark(text) => {
                    self.wrapped("", "", text);
                    self.blank();
                }
            }
        }
    }

    fn facts(&mut self, facts: &[Fact]) {
        let width = facts.iter().map(|fact| fact.label.chars().count()).max().unwrap_or_default() + 2;
        let indent = " ".repeat(width);
        for fact in facts {
            let label = format!("{}:", fact.label);
            let value = format!("{}{}", fact.value, cites(&fact.cited));
            self.wrapped(&format!("{label:<width$}"), &indent, &value);
        }
        self.blank();
    }

    fn caption(&mut self, caption: Option<&str>) {
        if let Some(caption) = caption {
            self.wrapped("", "", &format!("{caption}:"));
        }
    }

    fn more(&mut self, more: usize) {
        if more > 0 {
            self.wrapped("    ", "    ", &format!("and {more} more"));
        }
        self.blank();
    }

    /// A row a line: what it is about, then what its other columns say of it.
    fn table(&mut self, table: &Table) {
        self.caption(table.caption);
        for row in &table.rows {
            let said = row.cells.iter().zip(&table.columns).enumerate().filter_map(|(index, (cell, column))| {
                let title = if index == 0 { String::new() } else { format!("{}: ", lower(column.title)) };
                (!cell.text.is_empty()).then(|| format!("{title}{}", in_full(cell)))
            });
            let said = format!("{}{}", said.collect::<Vec<_>>().join("; "), cites(&row.cited));
            self.wrapped(mark(row.tone), "    ", &said);
        }
        self.more(table.more);
    }

    fn lines(&mut self, lines: &Lines) {
        self.caption(lines.caption);
        for (index, line) in lines.said.iter().enumerate() {
            let detail = line.detail.as_ref().map_or(String::new(), |detail| format!(" ({detail})"));
            let number = if lines.numbered { format!(" {}. ", index + 1) } else { mark(line.tone).to_owned() };
            self.wrapped(&number, "    ", &format!("{}{detail}{}", line.text, cites(&line.cited)));
        }
        self.more(lines.more);
    }
}

fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain | Tone::Muted => "  - ",
        Tone::Alert => "  ! ",
    }
}

fn lower(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map_or(String::new(), |first| first.to_lowercase().chain(characters).collect())
}

fn in_full(cell: &Cell) -> String {
    cell.detail.as_ref().map_or_else(|| cell.text.clone(), |detail| format!("{} ({detail})", cell.text))
}

fn cites(cited: &Cited) -> String {
    if cited.events.is_empty() {
        return String::new();
    }
    let earlier = if cited.more_events > 0 { format!("{} earlier, ", cited.more_events) } else { String::new() };
    let events = cited.events.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    format!(" [{earlier}{events}]")
}
