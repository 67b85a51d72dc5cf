//! A table as Parquet, with the types that its columns declare.

use std::error::Error;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::civil::{Date, date};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use rust_decimal::Decimal;

use super::cell::{AMOUNT_SCALE, Cell, Kind, POINTS_SCALE};
use super::sink::{Hashed, Row};
use super::tables::Table;

/// What fails while Parquet is written.
type Failure = Box<dyn Error + Send + Sync>;

/// How many rows are kept before they are written: what bounds the memory, and lets readers skip what they need not.
const ROWS_IN_GROUP: usize = 65_536;
/// The most digits of an amount, as its column declares them.
const AMOUNT_DIGITS: u8 = 38;
/// The most digits of points, as their column declares them.
const POINTS_DIGITS: u8 = 9;
const UTC: &str = "UTC";

/// A Parquet file while it is written.
pub(super) struct Writer {
    kinds: Vec<Kind>,
    schema: SchemaRef,
    rows: ArrowWriter<Hashed>,
}

impl Writer {
    /// Declares the columns.
    pub(super) fn begin(file: Hashed, table: &Table) -> Result<Self, Failure> {
        let fields: Vec<_> =
            table.columns.iter().map(|column| Field::new(column.name, data_type(column.kind), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        // The columns' types are Parquet's own, so a copy of them for Arrow says nothing more.
        let options = ArrowWriterOptions::new()
            .with_properties(properties()?)
            .with_schema_root(table.name.to_owned())
            .with_skip_arrow_metadata(true);
        let rows = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)?;
        Ok(Self { kinds: table.columns.iter().map(|column| column.kind).collect(), schema, rows })
    }

    /// Writes a batch of rows.
    pub(super) fn write(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let columns = self.kinds.iter().enumerate();
        let columns = columns.map(|(index, kind)| array(*kind, rows.iter().map(move |row| row.get(index))));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        self.rows.write(&RecordBatch::try_new(Arc::clone(&self.schema), columns)?)?;
        Ok(())
    }

    /// Writes what is left, and the footer.
    pub(super) fn finish(self) -> Result<Hashed, Failure> {
        Ok(self.rows.into_inner()?)
    }
}

/// The same for every table and at every time, so that the same rows give the same bytes.
fn properties() -> Result<WriterProperties, ParquetError> {
    let properties = WriterProperties::builder()
        .set_created_by("tenure".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROWS_IN_GROUP));
    Ok(properties.build())
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Texts => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        Kind::Whole => DataType::Int64,
        Kind::Boolean | Kind::Flag => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        Kind::Amount => DataType::Decimal128(AMOUNT_DIGITS, scale(AMOUNT_SCALE)),
        Kind::Points => DataType::Decimal128(POINTS_DIGITS, scale(POINTS_SCALE)),
    }
}

fn scale(digits: u32) -> i8 {
    i8::try_from(digits).unwrap_or_default()
}

/// The values of a column.
fn array<'a>(kind: Kind, cells: impl Iterator<Item = Option<&'a Cell>>) -> Result<ArrayRef, ArrowError> {
    let cells = cells.map(|cell| cell.unwrap_or(&Cell::Null));
    Ok(match kind {
        Kind::Text => Arc::new(cells.map(text).collect::<StringArray>()),
        Kind::Texts => texts(cells),
        Kind::Whole => Arc::new(cells.map(whole).collect::<Int64Array>()),
        Kind::Boolean | Kind::Flag => Arc::new(cells.map(boolean).collect::<BooleanArray>()),
        Kind::Date => Arc::new(cells.map(day).collect::<Date32Array>()),
        Kind::Instant => Arc::new(cells.map(instant).collect::<TimestampMicrosecondArray>().with_timezone(UTC)),
        Kind::Amount => Arc::new(decimals(cells, AMOUNT_DIGITS, AMOUNT_SCALE)?),
        Kind::Points => Arc::new(decimals(cells, POINTS_DIGITS, POINTS_SCALE)?),
    })
}

fn texts<'a>(cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for cell in cells {
        lists.append_option(list(cell).map(|texts| texts.iter().map(Some)));
    }
    Arc::new(lists.finish())
}

fn decimals<'a>(cells: impl Iterator<Item = &'a Cell>, digits: u8, behind: u32) -> Result<Decimal128Array, ArrowError> {
    let numbers = cells.map(|cell| decimal(cell, behind)).collect::<Decimal128Array>();
    numbers.with_precision_and_scale(digits, scale(behind))
}

fn text(cell: &Cell) -> Option<&str> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}

fn list(cell: &Cell) -> Option<&[String]> {
    if let Cell::Texts(texts) = cell { Some(texts) } else { None }
}

fn whole(cell: &Cell) -> Option<i64> {
    if let Cell::Whole(number) = cell { Some(*number) } else { None }
}

fn boolean(cell: &Cell) -> Option<bool> {
    if let Cell::Boolean(is) = cell { Some(*is) } else { None }
}

fn day(cell: &Cell) -> Option<i32> {
    if let Cell::Date(date) = cell { Some(days_since_1970(*date)) } else { None }
}

fn instant(cell: &Cell) -> Option<i64> {
    if let Cell::Instant(at) = cell { Some(at.as_micros()) } else { None }
}

/// A number as a whole one of its last digit.
fn decimal(cell: &Cell, behind: u32) -> Option<i128> {
    let Cell::Decimal(number) = cell else { return None };
    Some(of_last_digit(number.normalize(), behind))
}

/// Cells hold no more digits behind the point than their column, and 38 digits fit.
fn of_last_digit(number: Decimal, behind: u32) -> i128 {
    number.mantissa() * 10_i128.pow(behind.saturating_sub(number.scale()))
}

fn days_since_1970(of: Date) -> i32 {
    // Between any two dates there are fewer days than 32 bits count.
    of.since(date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_counted_as_parquet_does() {
        for (of, days) in [
            (date(1970, 1, 1), 0),
            (date(1969, 12, 31), -1),
            (date(2024, 2, 29), 19_782),
            (date(9999, 12, 31), 2_932_896),
            (date(-9999, 1, 1), -4_371_587),
        ] {
            assert_eq!(days_since_1970(of), days, "{of}");
        }
        for (text, behind, whole) in [
            ("-20565.6206", 10, -205_656_206_000_000_i128),
            ("0.0000000001", 10, 1),
            ("12.50000000000000", 10, 125_000_000_000),
            ("9999999999999999999999999999", 10, 99_999_999_999_999_999_999_999_999_990_000_000_000),
            ("85.748", 3, 85_748),
        ] {
            assert_eq!(of_last_digit(text.parse::<Decimal>().unwrap().normalize(), behind), whole, "{text}");
        }
    }

    #[test]
    fn a_column_holds_what_there_is_and_nothing_where_there_is_nothing() {
        let cells = [Cell::Decimal("12.5".parse().unwrap()), Cell::Null];
        let amounts = array(Kind::Amount, cells.iter().map(Some)).unwrap();
        assert_eq!(amounts.data_type(), &DataType::Decimal128(38, 10));
        assert_eq!((amounts.len(), amounts.null_count()), (2, 1));
        let lists = array(Kind::Texts, [Cell::Texts(Vec::new())].iter().map(Some)).unwrap();
        assert_eq!((lists.len(), lists.null_count()), (1, 0));
    }
}
