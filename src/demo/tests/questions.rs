//! Asks every question of docs/demo.md, and compares what the document says with what is answered.

use serde_json::Value;

use super::super::questions;
use super::{DOCUMENT, ask};

/// A question of the document.
struct Asked<'d> {
    title: &'d str,
    path: &'d str,
    text: &'d str,
    /// Where in the answer what is to be found, as JSON pointers and JSON; `length of` counts items.
    facts: Vec<(&'d str, Value)>,
}

/// The questions of the document: a heading with a number, a command, and a table of what is in the answer.
fn asked() -> Vec<Asked<'static>> {
    DOCUMENT.split("\n### ").skip(1).filter(|section| section.starts_with(char::is_numeric)).map(read).collect()
}

fn read(section: &str) -> Asked<'_> {
    let (head, text) = section.split_once('\n').unwrap();
    let path = text.split_once("127.0.0.1:7171").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let facts = rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let value = serde_json::from_str(cells[2]).unwrap_or_else(|error| panic!("{error}: {row}"));
        (cells[1], value)
    });
    Asked { title: head.split_once(' ').unwrap().1, path, text, facts: facts.collect() }
}

/// What stands in an answer at a place: `/owners/0/person`, or how many items there are, `length of /items`.
fn found(answer: &Value, place: &str) -> Value {
    let Some(list) = place.strip_prefix("length of ") else {
        return answer.pointer(place).cloned().unwrap_or(Value::Null);
    };
    answer.pointer(list).and_then(Value::as_array).map_or(Value::Null, |items| items.len().into())
}

#[test]
fn the_document_says_what_is_answered() {
    let asked = asked();
    assert!(asked.len() >= 7, "{}", asked.len());
    let mut wrong = Vec::new();
    for question in &asked {
        assert!(!question.facts.is_empty(), "{}", question.title);
        let (_, answer) = ask(question.path);
        for (place, stated) in &question.facts {
            let found = found(&answer, place);
            if found != *stated {
                wrong.push(format!("{}: {place} is {found}, not {stated}", question.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_questions_that_are_printed_are_those_of_the_document() {
    let asked = asked();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(questions().len(), asked.len());
    for (question, asked) in questions().iter().zip(&asked) {
        assert_eq!((question.title, question.path), (asked.title, asked.path));
        assert!(squeezed(asked.text).contains(&squeezed(question.shows)), "{}: {}", question.title, question.shows);
    }
}
