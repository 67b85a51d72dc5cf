//! A table as CSV: a header and a line a row, as RFC 4180 says; an empty cell is `NULL`, a list is JSON.

use std::error::Error;

use csv::{Terminator, WriterBuilder};

use super::sink::{Hashed, Row};
use super::tables::Table;

/// What fails while CSV is written.
type Failure = Box<dyn Error + Send + Sync>;

/// A CSV file while it is written.
pub(super) struct Writer(csv::Writer<Hashed>);

impl Writer {
    /// Writes the header.
    pub(super) fn begin(file: Hashed, table: &Table) -> Result<Self, Failure> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(file);
        writer.write_record(table.columns.iter().map(|column| column.name))?;
        Ok(Self(writer))
    }

    /// Writes a line a row.
    pub(super) fn write(&mut self, rows: &[Row]) -> Result<(), Failure> {
        for row in rows {
            self.0.write_record(row.iter().map(ToString::to_string))?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(self) -> Result<Hashed, Failure> {
        self.0.into_inner().map_err(|error| error.into_error().into())
    }
}
