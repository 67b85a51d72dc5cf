//! Reading NDJSON: one object a line; bad lines are kept apart, however long.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::Value as Json;

use super::{Cells, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROW_BYTES, file_error};
use crate::import::error::ImportError;
use crate::import::row::Header;

/// What became of a line.
enum Line {
    End,
    Whole,
    TooLong,
}

pub(super) fn read(path: &Path, input: Box<dyn Read>, report: &mut dyn FnMut()) -> Result<Cells, ImportError> {
    let mut input = BufReader::new(input);
    let mut cells = Cells::default();
    let mut text = Vec::new();
    let (mut line, mut total) = (0, 0);
    loop {
        let read = next_line(&mut input, &mut text, &mut total);
        match read.map_err(|source| ImportError::Read { path: path.to_owned(), line, source })? {
            Line::End => return Ok(cells),
            Line::TooLong => {
                line += 1;
                cells.reject(line, "", "the line is longer than 1 MiB");
            }
            Line::Whole => {
                line += 1;
                take(path, line, &text, &mut cells)?;
            }
        }
        if total > MAX_FILE_BYTES {
            return Err(file_error(path, line, "the file is longer than 8 GiB: split it".to_owned()));
        }
        report();
    }
}

/// Reads one line without its end into `text`; what is beyond the limit is passed over, not kept.
fn next_line(input: &mut impl BufRead, text: &mut Vec<u8>, total: &mut u64) -> std::io::Result<Line> {
    text.clear();
    let (mut length, mut ended) = (0, false);
    while !ended {
        let ready = input.fill_buf()?;
        if ready.is_empty() {
            break;
        }
        let end = ready.iter().position(|byte| *byte == b'\n');
        let piece = ready.get(..end.unwrap_or(ready.len())).unwrap_or_default();
        if text.len() + piece.len() <= MAX_ROW_BYTES {
            text.extend_from_slice(piece);
        }
        ended = end.is_some();
        let used = piece.len() + usize::from(ended);
        length += used;
        *total += used as u64;
        input.consume(used);
        if *total > MAX_FILE_BYTES {
            break;
        }
    }
    Ok(match length {
        0 => Line::End,
        length if length - usize::from(ended) > MAX_ROW_BYTES => Line::TooLong,
        _ => Line::Whole,
    })
}

fn take(path: &Path, line: u64, text: &[u8], cells: &mut Cells) -> Result<(), ImportError> {
    if text.trim_ascii().is_empty() {
        return Ok(());
    }
    let fields = match serde_json::from_slice::<Json>(text) {
        Ok(Json::Object(fields)) => fields,
        Ok(_) => {
            cells.reject(line, "", "the line is no JSON object");
            return Ok(());
        }
        Err(error) => {
            cells.reject(line, "", format!("the line is no JSON: {error}"));
            return Ok(());
        }
    };
    let mut row = vec![Value::UNDEFINED; cells.header.len()];
    for (name, value) in fields {
        place(path, line, &mut cells.header, &mut row, &name, value)?;
    }
    cells.push(path, line, row)
}

fn place(
    path: &Path,
    line: u64,
    header: &mut Header,
    row: &mut Vec<Value>,
    name: &str,
    value: Json,
) -> Result<(), ImportError> {
    let (at, is_new) = header.add(name);
    if header.len() > MAX_COLUMNS {
        return Err(file_error(path, line, format!("more than {MAX_COLUMNS} different names of fields")));
    }
    if is_new {
        row.push(Value::UNDEFINED);
    }
    if let Some(cell) = row.get_mut(at) {
        *cell = native(value);
    }
    Ok(())
}

fn native(value: Json) -> Value {
    match value {
        Json::Null => Value::from(()),
        Json::Bool(flag) => Value::from(flag),
        Json::String(text) => Value::from(text),
        other @ (Json::Number(_) | Json::Array(_) | Json::Object(_)) => Value::from(Serde(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_bytes;
    use crate::import::mapping::Format;

    #[test]
    fn fields_may_come_and_go() {
        let text = "\u{feff}{\"a\":1,\"b\":\"ü\"}\r\n\r\n{\"c\":[1,2],\"a\":null}\n   \n{\"b\":{\"x\":true}}";
        let table = read_bytes("x.ndjson", text.as_bytes(), Format::Ndjson).unwrap();
        let row = |at: usize| {
            ["a", "b", "c"].map(|column| table.rows.get(at).unwrap().cell(column).unwrap().to_string()).join("|")
        };
        assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(row(0), "1|ü|");
        assert_eq!(row(1), "None||[1, 2]");
        assert_eq!(row(2), "|{'x': True}|");
        assert!(table.rows[0].cell("d").is_none());
    }

    #[test]
    fn bad_lines_are_kept_apart() {
        let text = b"{\"a\":1}\n{\"a\":\n[1]\n{\"a\":\"\xff\"}\n{\"a\":2} x\n{\"a\":3}\n";
        let table = read_bytes("x.ndjson", text, Format::Ndjson).unwrap();
        assert_eq!(table.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [2, 3, 4, 5]);
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn a_huge_line_is_rejected_and_the_next_one_read() {
        let mut text = b"{\"a\":1}\n{\"a\":\"".to_vec();
        text.resize(100 * 1024 * 1024, b'x');
        text.extend_from_slice(b"\"}\n{\"a\":2}\n");
        let table = read_bytes("x.ndjson", &text, Format::Ndjson).unwrap();
        assert_eq!(table.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [2]);
        assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn an_empty_file_has_no_rows() {
        assert!(read_bytes("x.ndjson", b"", Format::Ndjson).unwrap().rows.is_empty());
    }
}
