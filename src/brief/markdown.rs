//! A brief as Markdown: GitHub's flavour, for its tables. Whatever comes from the ledger stands there as plain text.

use tenure_replay::brief::Cited;

use super::{Block, Cell, Document, Fact, Lines, Row, Section, Table, Tone};

/// The brief as Markdown.
pub(crate) fn markdown(document: &Document) -> String {
    let mut out = Out(String::new());
    out.line(&format!("# {}", escape(&document.title)));
    out.line("");
    out.line(&escape(&document.subtitle));
    out.line("");
    out.facts(&document.head);
    for section in &document.sections {
        out.section(section);
    }
    out.line("---");
    out.line("");
    out.facts(&document.colophon);
    out.0
}

struct Out(String);

impl Out {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn section(&mut self, section: &Section) {
        self.line(&format!("## {}", section.title));
        self.line("");
        for block in &section.blocks {
            match block {
                Block::Facts(facts) => self.facts(facts),
                Block::Table(table) => self.table(table),
                Block::Lines(lines) => self.lines(lines),
                Block::Remark(text) => {
                    self.line(&escape(text));
                    self.line("");
                }
            }
        }
    }

    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.line(&format!("- **{}:** {}{}", fact.label, escape(&fact.value), cites(&fact.cited, " · ")));
        }
        self.line("");
    }

    fn caption(&mut self, caption: Option<&str>) {
        if let Some(caption) = caption {
            self.line(&format!("### {caption}"));
            self.line("");
        }
    }

    fn more(&mut self, more: usize) {
        if more > 0 {
            self.line(&format!("and {more} more"));
            self.line("");
        }
    }

    fn table(&mut self, table: &Table) {
        self.caption(table.caption);
        let titles = table.columns.iter().map(|column| escape(column.title)).chain(["Events".to_owned()]);
        self.line(&format!("| {} |", titles.collect::<Vec<_>>().join(" | ")));
        let rules = table.columns.iter().map(|column| if column.numeric { "---:" } else { "---" }).chain(["---"]);
        self.line(&format!("| {} |", rules.collect::<Vec<_>>().join(" | ")));
        for row in &table.rows {
            self.row(row);
        }
        self.line("");
        self.more(table.more);
    }

    fn row(&mut self, row: &Row) {
        let mut cells: Vec<String> = row.cells.iter().map(cell).collect();
        if let Some(first) = cells.first_mut().filter(|_| row.tone == Tone::Alert) {
            first.insert_str(0, "⚠ ");
        }
        cells.push(cites(&row.cited, ""));
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    fn lines(&mut self, lines: &Lines) {
        self.caption(lines.caption);
        for (index, line) in lines.said.iter().enumerate() {
            let mark = if lines.numbered { format!("{}.", index + 1) } else { "-".to_owned() };
            let alert = if line.tone == Tone::Alert { "⚠ " } else { "" };
            let detail = line.detail.as_ref().map_or(String::new(), |detail| format!(" ({})", escape(detail)));
            self.line(&format!("{mark} {alert}{}{detail}{}", escape(&line.text), cites(&line.cited, " · ")));
        }
        self.line("");
        self.more(lines.more);
    }
}

fn cell(cell: &Cell) -> String {
    let detail = cell.detail.as_ref().map_or(String::new(), |detail| format!(" ({})", escape(detail)));
    format!("{}{detail}", escape(&cell.text))
}

/// Links to the events that a line rests on, behind `before` where there are any.
fn cites(cited: &Cited, before: &str) -> String {
    if cited.events.is_empty() {
        return String::new();
    }
    let links = cited.events.iter().map(|event| format!("[{event}](/v1/events/{event})"));
    let earlier = if cited.more_events > 0 { format!("{} earlier, ", cited.more_events) } else { String::new() };
    format!("{before}{earlier}{}", links.collect::<Vec<_>>().join(" "))
}

/// A text that means itself, on one line: whatever could begin an element of Markdown or HTML is escaped.
fn escape(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    for (index, character) in line.char_indices() {
        let begins = index == 0 && matches!(character, '-' | '+' | '#' | '=' | ':');
        // A number with a point or a bracket at the start of a line would begin a list.
        let numbered =
            matches!(character, '.' | ')') && index > 0 && line.bytes().take(index).all(|byte| byte.is_ascii_digit());
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => {
                if begins || numbered {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_themselves() {
        for (text, escaped) in [
            ("plain text, 2025-02-03.", "plain text, 2025-02-03."),
            ("a | b", r"a \| b"),
            ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
            ("<script>&", "&lt;script&gt;&amp;"),
            ("*bold* _it_ `code` ~~no~~", r"\*bold\* \_it\_ \`code\` \~\~no\~\~"),
            ("# no heading\n- no list", r"\# no heading - no list"),
            ("1. no list", r"1\. no list"),
            ("12) no list", r"12\) no list"),
            ("1.5 times", r"1\.5 times"),
            ("![pic](http://x)", r"\!\[pic\](http://x)"),
            (r"back\slash", r"back\\slash"),
            ("- x", r"\- x"),
        ] {
            assert_eq!(escape(text), escaped, "{text}");
        }
    }
}
