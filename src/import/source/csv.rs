//! Reading CSV: a header line, then one row a record; bad rows are kept apart, bad files refused.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder};
use minijinja::Value;

use super::{Cells, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROW_BYTES, file_error};
use crate::import::error::ImportError;
use crate::import::row::Header;

const BUFFER_BYTES: usize = 64 * 1024;

/// Stops a reader that takes more bytes for one record than a row may have, and knows where lines end.
struct Guard<R> {
    inner: R,
    of_record: u64,
    of_file: u64,
    tripped: Cell<Option<&'static str>>,
    /// Offsets of the line break characters that are not passed yet, and whether each begins a new line.
    breaks: VecDeque<(u64, bool)>,
    /// The line that the last break which was passed began.
    line: u64,
}

impl<R> Guard<R> {
    fn new(inner: R) -> Self {
        Self { inner, of_record: 0, of_file: 0, tripped: Cell::new(None), breaks: VecDeque::new(), line: 1 }
    }

    /// The line of the record that begins at an offset, after the line breaks that are there.
    fn line_at(&mut self, offset: u64) -> u64 {
        let mut start = offset;
        while let Some((at, begins_line)) = self.breaks.pop_front_if(|(at, _)| *at <= start) {
            self.line += u64::from(begins_line);
            start += u64::from(at == start);
        }
        self.line
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default().iter().zip(self.of_file..);
        let breaks = read.filter(|(byte, _)| matches!(byte, b'\n' | b'\r'));
        self.breaks.extend(breaks.map(|(byte, at)| (at, *byte == b'\n')));
        self.of_record += count as u64;
        self.of_file += count as u64;
        let tripped = if self.of_record > (MAX_ROW_BYTES + 2 * BUFFER_BYTES) as u64 {
            Some("the row is longer than 1 MiB: is a quote left open?")
        } else if self.of_file > MAX_FILE_BYTES {
            Some("the file is longer than 8 GiB: split it")
        } else {
            None
        };
        self.tripped.set(tripped);
        if tripped.is_some() { Err(io::Error::other("over a limit")) } else { Ok(count) }
    }
}

pub(super) fn read(
    path: &Path,
    input: Box<dyn Read>,
    delimiter: Option<char>,
    report: &mut dyn FnMut(),
) -> Result<Cells, ImportError> {
    let delimiter = delimiter.and_then(|mark| u8::try_from(mark).ok()).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(Guard::new(input));
    let mut record = ByteRecord::new();
    if !next(path, &mut reader, &mut record)? {
        return Err(file_error(path, 1, "the file is empty: a header line is needed".to_owned()));
    }
    let mut cells = Cells { header: header(path, &record)?, ..Cells::default() };
    while next(path, &mut reader, &mut record)? {
        let offset = record.position().map_or(0, csv::Position::byte);
        let line = reader.get_mut().line_at(offset);
        take(path, line, &record, &mut cells)?;
        report();
    }
    Ok(cells)
}

fn next<R: Read>(path: &Path, reader: &mut Reader<Guard<R>>, record: &mut ByteRecord) -> Result<bool, ImportError> {
    reader.get_mut().of_record = 0;
    let offset = reader.position().byte();
    reader.read_byte_record(record).map_err(|error| {
        let line = reader.get_mut().line_at(offset);
        match reader.get_ref().tripped.get() {
            Some(message) => file_error(path, line, message.to_owned()),
            // With byte records of any length nothing but reading can fail.
            None => ImportError::Read { path: path.to_owned(), line: line.saturating_sub(1), source: error.into() },
        }
    })
}

fn header(path: &Path, record: &ByteRecord) -> Result<Header, ImportError> {
    if record.len() > MAX_COLUMNS {
        return Err(file_error(path, 1, format!("{} columns: at most {MAX_COLUMNS} are read", record.len())));
    }
    let mut header = Header::default();
    for field in record {
        let name = std::str::from_utf8(field)
            .map_err(|_| file_error(path, 1, "the header is not UTF-8: convert the file".to_owned()))?
            .trim();
        if name.is_empty() {
            header.add_nameless();
        } else if !header.add(name).1 {
            return Err(file_error(path, 1, format!("two columns are called {name}: rename one of them")));
        }
    }
    Ok(header)
}

fn take(path: &Path, line: u64, record: &ByteRecord, cells: &mut Cells) -> Result<(), ImportError> {
    let expected = cells.header.len();
    if expected > 1 && record.len() == 1 && record.iter().all(|field| field.trim_ascii().is_empty()) {
        return Ok(()); // A line of white space is as good as a blank one.
    }
    if record.len() != expected {
        let count = record.len();
        cells.reject(line, "", format!("the row has {count} columns, the header {expected}: is a comma not quoted?"));
        return Ok(());
    }
    if record.as_slice().len() > MAX_ROW_BYTES {
        cells.reject(line, "", "the row is longer than 1 MiB");
        return Ok(());
    }
    let mut values = Vec::with_capacity(expected);
    for (at, field) in record.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(field) else {
            let column = cells.header.name(at).to_owned();
            cells.reject(line, column, "the text is not UTF-8: convert the file");
            return Ok(());
        };
        values.push(Value::from(text));
    }
    cells.push(path, line, values)
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_bytes;
    use super::*;
    use crate::import::mapping::Format;

    fn cells(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let table = read_bytes("x.csv", bytes, Format::Csv).unwrap();
        assert!(table.bad.is_empty(), "{:?}", table.bad);
        let row = |row: &std::sync::Arc<crate::import::row::Row>| {
            (row.line, ["a", "b"].map(|column| row.cell(column).unwrap().to_string()).to_vec())
        };
        table.rows.iter().map(row).collect()
    }

    #[test]
    fn rows_are_read_however_lines_end() {
        let expected = vec![(2, vec!["1".to_owned(), "ü".to_owned()]), (4, vec!["3".to_owned(), String::new()])];
        for text in [
            "a,b\n1,ü\n\n3,\n",
            "\u{feff}a,b\r\n1,ü\r\n\r\n3,\r\n",
            "a,b\n1,ü\n   \n3,",
            " a ,\"b\"\n1,\"ü\"\n\n3,\"\"",
        ] {
            assert_eq!(cells(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(
            cells(b"\r\n\na,b\r\n\r\n\"1\r\n\n2\",\r\n\n\"3\",\n").iter().map(|row| row.0).collect::<Vec<_>>(),
            [5, 9]
        );
        assert_eq!(cells(b"a,b\n\"1\n2\",\"x \"\"y\"\"\"\n")[0].1, ["1\n2", "x \"y\""]);
    }

    #[test]
    fn a_header_alone_is_a_file_without_rows() {
        assert_eq!(cells(b"a,b\n").len(), 0);
        assert_eq!(cells(b"a,b").len(), 0);
    }

    #[test]
    fn bad_rows_are_kept_apart() {
        let table = read_bytes("x.csv", b"a,b\n1\n1,2,3\n1,\xff\xfe\n1,2\n", Format::Csv).unwrap();
        let bad: Vec<_> = table.bad.iter().map(|bad| (bad.line, bad.columns.as_str())).collect();
        assert_eq!(bad, [(2, ""), (3, ""), (4, "b")]);
        assert_eq!(table.rows.len(), 1);
    }

    #[track_caller]
    fn refused(bytes: &[u8], line: u64, says: &str) {
        let error = read_bytes("x.csv", bytes, Format::Csv).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.to_string().contains(&format!("x.csv, line {line}:")), "{error}");
    }

    #[test]
    fn bad_files_are_refused() {
        refused(b"", 1, "empty");
        refused(b"\n\n", 1, "empty");
        refused(b"a,b,a\n1,2,3\n", 1, "two columns are called a");
        refused(b"\xff\xfea\0,\0b\0", 1, "not UTF-8");
        refused(",".repeat(MAX_COLUMNS).as_bytes(), 1, "columns");
    }

    #[test]
    fn an_endless_row_is_refused_before_it_fills_the_memory() {
        let mut bytes = b"a,b\n1,2\n3,\"".to_vec();
        bytes.resize(100 * 1024 * 1024, b'x');
        refused(&bytes, 3, "longer than 1 MiB");
    }
}
