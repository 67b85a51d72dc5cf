//! Reading files into rows: plain, gzip or zstd, with limits on everything.

mod csv;
mod ndjson;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use minijinja::Value;

use super::error::ImportError;
use super::mapping::Format;
use super::row::{Header, Row};

/// The longest row, in bytes.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// The most columns, or distinct JSON names, that a file may have.
pub const MAX_COLUMNS: usize = 1_000;
/// The most rows of one run: they are sorted in memory.
pub const MAX_ROWS: usize = 20_000_000;
/// The most bytes of one file, uncompressed.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024 * 1024;

const UTF8_BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A file to read, and how.
pub(crate) struct FileSpec<'a> {
    pub(crate) path: &'a Path,
    /// Its place in the run's list of files.
    pub(crate) file: usize,
    pub(crate) format: Format,
    pub(crate) delimiter: Option<char>,
    /// Columns that are empty in every row where the file lacks them.
    pub(crate) optional: &'a [String],
}

/// A row that cannot be read.
#[derive(Debug)]
pub(crate) struct BadRow {
    pub(crate) line: u64,
    pub(crate) columns: String,
    pub(crate) reason: String,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) header: Arc<Header>,
    pub(crate) rows: Vec<Arc<Row>>,
    pub(crate) bad: Vec<BadRow>,
}

/// The cells of the rows of a file, before their header is complete.
#[derive(Default)]
struct Cells {
    header: Header,
    rows: Vec<(u64, Box<[Value]>)>,
    bad: Vec<BadRow>,
}

/// Told how many more bytes of the file have been read.
pub(crate) type OnBytes<'a> = dyn FnMut(u64) + 'a;

/// Reads a whole file. A file that cannot be read to its end is an error: half a file is never taken for a whole one.
pub(crate) fn read(spec: &FileSpec<'_>, on_bytes: &mut OnBytes<'_>) -> Result<Table, ImportError> {
    let taken = Rc::new(Cell::new(0));
    let input = open(spec.path, Rc::clone(&taken))?;
    let mut report = || on_bytes(taken.replace(0));
    let mut cells = match spec.format {
        Format::Csv => csv::read(spec.path, input, spec.delimiter, &mut report)?,
        Format::Ndjson => ndjson::read(spec.path, input, &mut report)?,
    };
    report();
    if cells.header.len() > 0 {
        for name in spec.optional {
            cells.header.add(name);
        }
    }
    let header = Arc::new(cells.header);
    let row = |(line, cells)| Arc::new(Row::new(Arc::clone(&header), spec.file, line, cells));
    let rows = cells.rows.into_iter().map(row).collect();
    Ok(Table { header, rows, bad: cells.bad })
}

/// Opens a file, unpacks it by the end of its name, and takes off a byte order mark.
fn open(path: &Path, taken: Rc<Cell<u64>>) -> Result<Box<dyn Read>, ImportError> {
    let failed = |source| ImportError::Open { path: path.to_owned(), source };
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(ImportError::Directory { path: path.to_owned() });
    }
    let file = Counted { inner: File::open(path).map_err(failed)?, taken };
    let packed = path.extension().and_then(|end| end.to_str()).filter(|end| matches!(*end, "gz" | "zst"));
    if packed.is_some() && meta.is_file() && meta.len() == 0 {
        let source = io::Error::new(io::ErrorKind::UnexpectedEof, "the compressed file is empty: it was cut off");
        return Err(ImportError::Read { path: path.to_owned(), line: 0, source });
    }
    let plain: Box<dyn Read> = match packed {
        Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file))),
        Some(_) => Box::new(zstd::stream::read::Decoder::new(file).map_err(failed)?),
        None => Box::new(file),
    };
    without_bom(plain).map_err(|source| ImportError::Read { path: path.to_owned(), line: 0, source })
}

fn without_bom(mut input: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    let mut start = Vec::with_capacity(UTF8_BOM.len());
    input.by_ref().take(UTF8_BOM.len() as u64).read_to_end(&mut start)?;
    if start == UTF8_BOM {
        return Ok(input);
    }
    Ok(Box::new(Cursor::new(start).chain(input)))
}

/// Counts the bytes that are read from the file itself.
struct Counted {
    inner: File,
    taken: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

impl Cells {
    fn push(&mut self, path: &Path, line: u64, cells: Vec<Value>) -> Result<(), ImportError> {
        if self.rows.len() >= MAX_ROWS {
            return Err(file_error(path, line, format!("more than {MAX_ROWS} rows: split the file")));
        }
        self.rows.push((line, cells.into_boxed_slice()));
        Ok(())
    }

    fn reject(&mut self, line: u64, columns: impl Into<String>, reason: impl Into<String>) {
        self.bad.push(BadRow { line, columns: columns.into(), reason: reason.into() });
    }
}

fn file_error(path: &Path, line: u64, message: String) -> ImportError {
    ImportError::File { path: PathBuf::from(path), line, message }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;

    /// Reads bytes as a file of this name.
    pub(crate) fn read_bytes(name: &str, bytes: &[u8], format: Format) -> Result<Table, ImportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read(&FileSpec { path: &path, file: 0, format, delimiter: None, optional: &[] }, &mut |_| {})
    }

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_end_of_the_name_says_how_to_unpack() {
        let text = b"a,b\n1,2\n3,4\n";
        let two_members = [gzip(&text[..6]), gzip(&text[6..])].concat();
        for (name, bytes) in [
            ("x.csv", text.to_vec()),
            ("x.csv.gz", gzip(text)),
            ("x.csv.gz", two_members),
            ("x.csv.zst", zstd::encode_all(&text[..], 3).unwrap()),
        ] {
            let table = read_bytes(name, &bytes, Format::Csv).unwrap();
            assert_eq!(table.rows.len(), 2, "{name}");
            assert_eq!(table.rows[1].cell("b").unwrap().as_str(), Some("4"));
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused_as_a_whole() {
        let text = (0..5000).map(|at| format!("{at},{}\n", at * 7919 % 1000)).collect::<Vec<_>>().concat();
        let gz = gzip(format!("a,b\n{text}").as_bytes());
        let zst = zstd::encode_all(text.as_bytes(), 3).unwrap();
        for (name, bytes) in [
            ("x.csv.gz", &gz[..gz.len() / 2]),
            ("x.csv.gz", &gz[..gz.len() - 4]),
            ("x.csv.gz", &gz[..5]),
            ("x.csv.gz", &[]),
            ("x.csv.zst", &zst[..zst.len() / 2]),
            ("x.csv.zst", &[]),
            ("x.csv.gz", text.as_bytes()),
        ] {
            let error = read_bytes(name, bytes, Format::Csv).unwrap_err();
            assert!(matches!(error, ImportError::Read { .. }), "{name} {}: {error}", bytes.len());
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let spec = |path| FileSpec { path, file: 0, format: Format::Csv, delimiter: None, optional: &[] };
        let error = read(&spec(folder.path()), &mut |_| {}).unwrap_err();
        assert!(matches!(error, ImportError::Directory { .. }), "{error}");
        let missing = folder.path().join("none.csv");
        let error = read(&spec(&missing), &mut |_| {}).unwrap_err();
        assert!(matches!(error, ImportError::Open { .. }), "{error}");
    }

    #[test]
    fn an_unreadable_file_is_refused_by_name() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.csv");
        std::fs::write(&path, "a\n1\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        if File::open(&path).is_ok() {
            return; // The superuser can read everything.
        }
        let spec = FileSpec { path: &path, file: 0, format: Format::Csv, delimiter: None, optional: &[] };
        let error = read(&spec, &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("secret.csv"), "{error}");
    }
}
