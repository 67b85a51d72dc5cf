//! Where the rows of a table go: a file a format, hashed as it is written.

use std::fs::File as OpenFile;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::cell::Cell;
use super::error::ExportError;
use super::manifest::File;
use super::tables::Table;
use super::{csv, parquet};

/// A row: a value for each column.
pub(super) type Row = Vec<Cell>;

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Comma-separated values, as RFC 4180 says.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: &[Self] = &[Self::Csv, Self::Parquet];

    /// The end of the names of its files.
    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// A file of a table while it is written.
enum Writer {
    Csv(csv::Writer),
    Parquet(parquet::Writer),
}

/// The files of a table while they are written.
pub(super) struct Sink {
    files: Vec<(PathBuf, Writer)>,
}

impl Sink {
    /// Begins the files of a table in a directory.
    pub(super) fn begin(dir: &Path, table: &Table, formats: &[Format]) -> Result<Self, ExportError> {
        let begin = |format: &Format| {
            let path = dir.join(format!("{}.{}", table.name, format.extension()));
            let file = Hashed::create(&path)?;
            let begun = match format {
                Format::Csv => csv::Writer::begin(file, table).map(Writer::Csv),
                Format::Parquet => parquet::Writer::begin(file, table).map(Writer::Parquet),
            };
            let writer = begun.map_err(ExportError::writing(&path))?;
            Ok((path, writer))
        };
        Ok(Self { files: formats.iter().map(begin).collect::<Result<_, _>>()? })
    }

    /// Writes rows behind those that are written.
    pub(super) fn write(&mut self, rows: &[Row]) -> Result<(), ExportError> {
        for (path, writer) in &mut self.files {
            let written = match writer {
                Writer::Csv(writer) => writer.write(rows),
                Writer::Parquet(writer) => writer.write(rows),
            };
            written.map_err(ExportError::writing(path))?;
        }
        Ok(())
    }

    /// Ends the files, and says what they are.
    pub(super) fn finish(self) -> Result<Vec<File>, ExportError> {
        let finish = |(path, writer): (PathBuf, Writer)| {
            let ended = match writer {
                Writer::Csv(writer) => writer.finish(),
                Writer::Parquet(writer) => writer.finish(),
            };
            let done = ended.and_then(|file| file.finish().map_err(Into::into)).map_err(ExportError::writing(&path))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(File { name, bytes: done.bytes, sha256: done.sha256 })
        };
        self.files.into_iter().map(finish).collect()
    }
}

/// A file that knows its size and its hash.
pub(super) struct Hashed {
    file: BufWriter<OpenFile>,
    hash: Sha256,
    bytes: u64,
}

/// What was written.
struct Done {
    bytes: u64,
    sha256: String,
}

impl Hashed {
    fn create(path: &Path) -> Result<Self, ExportError> {
        let file =
            OpenFile::create_new(path).map_err(|source| ExportError::Create { path: path.to_owned(), source })?;
        Ok(Self { file: BufWriter::new(file), hash: Sha256::new(), bytes: 0 })
    }

    /// Makes it durable.
    fn finish(mut self) -> std::io::Result<Done> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(Done { bytes: self.bytes, sha256: format!("{:x}", self.hash.finalize()) })
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
