//! The few words that a brief's own sentences are made of.

/// The longest piece of a text that a sentence quotes, in characters.
const MAX_QUOTED: usize = 160;

/// A number of days in words.
pub(super) fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

/// A number of things in words.
pub(super) fn number(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A text on one line, cut where it is long, in quotation marks.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(MAX_QUOTED).collect();
    if cut.len() < line.len() { format!("“{}…”", cut.trim_end()) } else { format!("“{line}”") }
}

/// Milli-points as per cent with one decimal, rounded down.
pub(super) fn percent(milli_points: u32) -> String {
    format!("{}.{} %", milli_points / 1_000, milli_points % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_on_one_line() {
        assert_eq!(excerpt("one\n\ttwo  three"), "“one two three”");
        let long = "é".repeat(MAX_QUOTED + 1);
        assert_eq!(excerpt(&long), format!("“{}…”", "é".repeat(MAX_QUOTED)));
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!((days(1), days(0), days(-1)), ("1 day".to_owned(), "0 days".to_owned(), "-1 days".to_owned()));
        assert_eq!(number(2, "promise", "promises"), "2 promises");
    }
}
