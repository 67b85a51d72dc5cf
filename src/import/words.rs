//! What the words of an expression are: filters, tests and lookups, found before the first row is read.

use std::collections::BTreeSet;

use minijinja::{Environment, ErrorKind};

/// Refuses filters and tests that do not exist, which the template language would only find at the first row.
pub(crate) fn check_words(env: &Environment<'_>, text: &str) -> Result<(), String> {
    let (filters, tests) = words(text);
    let mut state = env.empty_state();
    for filter in filters {
        let tried = state.apply_filter(&filter, &[]);
        if tried.is_err_and(|error| error.kind() == ErrorKind::UnknownFilter) {
            return Err(format!(
                "there is no filter {filter}; besides Jinja's own there are: amount, int, flag, date, day, instant, plus_days, parts, event_id, or_null"
            ));
        }
    }
    for test in tests {
        let tried = state.perform_test(&test, &[]);
        if tried.is_err_and(|error| error.kind() == ErrorKind::UnknownTest) {
            return Err(format!("there is no test {test}"));
        }
    }
    Ok(())
}

/// The names of the filters (after `|`) and tests (after `is`) of the expressions in a text.
fn words(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut filters, mut tests) = (BTreeSet::new(), BTreeSet::new());
    let tokens = tokens(text);
    for (at, token) in tokens.iter().enumerate() {
        let next = |ahead: usize| tokens.get(at + ahead).filter(|next| next.starts_with(is_word)).cloned();
        match token.as_str() {
            "|" => filters.extend(next(1)),
            "is" if next(1).as_deref() == Some("not") => tests.extend(next(2)),
            "is" => tests.extend(next(1)),
            _ => {}
        }
    }
    (filters, tests)
}

fn is_word(mark: char) -> bool {
    mark.is_alphanumeric() || mark == '_'
}

/// Words and marks of the expressions in a text; what stands in quotes is left out, and so is text outside of braces.
fn tokens(text: &str) -> Vec<String> {
    if !text.contains("{{") && !text.contains("{%") {
        return expression_tokens(text);
    }
    // What stands before the first brace is no expression.
    let opened = text.split("{{").flat_map(|part| part.split("{%")).skip(1);
    let closed = opened.filter_map(|part| part.split("}}").next()?.split("%}").next());
    closed.flat_map(expression_tokens).collect()
}

fn expression_tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    let mut marks = text.chars();
    while let Some(mark) = marks.next() {
        if is_word(mark) {
            match tokens.last_mut().filter(|_| in_word) {
                Some(word) => word.push(mark),
                None => tokens.push(mark.to_string()),
            }
        } else if matches!(mark, '"' | '\'') {
            skip_quoted(&mut marks, mark);
            tokens.push(mark.to_string());
        } else if !mark.is_whitespace() {
            tokens.push(mark.to_string());
        }
        in_word = is_word(mark);
    }
    tokens
}

fn skip_quoted(marks: &mut std::str::Chars<'_>, quote: char) {
    while let Some(mark) = marks.next() {
        if mark == quote {
            return;
        }
        if mark == '\\' {
            marks.next();
        }
    }
}

/// A lookup that an expression names, and the column that it takes of the row, where that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookupUse {
    pub(crate) lookup: String,
    pub(crate) column: Option<String>,
}

/// The lookups of the expressions in a text: `lookup.NAME[key]`, with `.column` after it or without.
pub(crate) fn lookup_uses(text: &str) -> Vec<LookupUse> {
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).filter(|token| token.starts_with(is_word));
    let mark = |at: usize, mark: &str| tokens.get(at).is_some_and(|token| token == mark);
    let starts = (0..tokens.len()).filter(|at| mark(*at, "lookup") && mark(at + 1, ".") && mark(at + 3, "["));
    let found = starts.filter_map(|at| {
        let end = closing(&tokens, at + 3)?;
        let column = if mark(end + 1, ".") { word(end + 2).cloned() } else { None };
        Some(LookupUse { lookup: word(at + 2)?.clone(), column })
    });
    found.collect()
}

/// The place of the bracket that closes the one at `open`.
fn closing(tokens: &[String], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "[" => depth += 1,
            "]" if depth == 1 => return Some(at),
            "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_quotes_are_no_filters() {
        let (filters, tests) =
            words("a | b is {{ x | upper | default('| no', \"is it\\\" | z\") }} {% if y is not none %}");
        assert_eq!(filters.into_iter().collect::<Vec<_>>(), ["default", "upper"]);
        assert_eq!(tests.into_iter().collect::<Vec<_>>(), ["none"]);
    }

    #[test]
    fn lookups_are_seen_with_the_column_taken_from_them() {
        let uses = |text: &str| {
            let pairs = lookup_uses(text).into_iter().map(|it| (it.lookup, it.column.unwrap_or_default()));
            pairs.map(|(lookup, column)| format!("{lookup}.{column}")).collect::<Vec<_>>()
        };
        assert_eq!(uses("{{ lookup.a[b].C or lookup.d[lookup.e[f].G] }}"), ["a.C", "d.", "e.G"]);
        assert_eq!(uses("lookup.lines[row[\"x ] y\"]]"), ["lines."]);
        assert_eq!(uses("lookup.a[b"), Vec::<String>::new());
    }
}
