//! One value of a table: what types there are, how a JSON value becomes one, and how it is written as text.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;
use tenure_schemas::Instant;

/// The digits behind the point of an amount. With the 28 digits that an amount may have there are 38 at the most, which is
/// what a decimal of 128 bits holds.
pub(super) const AMOUNT_SCALE: u32 = 10;
/// The digits behind the point of points: the ledger counts thousandths.
pub(super) const POINTS_SCALE: u32 = 3;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A list of texts; money in it is written as amount and currency. Empty where the answer has none.
    Texts,
    /// A whole number.
    Whole,
    /// Yes or no, or not known.
    Boolean,
    /// Yes or no, where an answer that says nothing means no.
    Flag,
    /// A civil date.
    Date,
    /// An instant.
    Instant,
    /// An amount of money.
    Amount,
    /// Points, of which the answer gives thousandths.
    Points,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing is known.
    Null,
    /// Text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Boolean(bool),
    /// A civil date.
    Date(Date),
    /// An instant.
    Instant(Instant),
    /// A number with digits behind the point.
    Decimal(Decimal),
}

/// Why a value is none of its column.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// It is of another type.
    #[error("{found} is no {wanted}")]
    Type {
        /// What stands there.
        found: String,
        /// What should.
        wanted: &'static str,
    },
    /// It has more digits behind the point than a column of amounts holds.
    #[error("{found} has more than {AMOUNT_SCALE} digits behind the point: {wanted} does not hold it")]
    Digits {
        /// What stands there.
        found: String,
        /// The type of the column.
        wanted: &'static str,
    },
}

impl Kind {
    /// The type's name in SQL.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Text => "VARCHAR",
            Self::Texts => "VARCHAR[]",
            Self::Whole => "BIGINT",
            Self::Boolean | Self::Flag => "BOOLEAN",
            Self::Date => "DATE",
            Self::Instant => "TIMESTAMP WITH TIME ZONE",
            Self::Amount => "DECIMAL(38,10)",
            Self::Points => "DECIMAL(9,3)",
        }
    }

    /// The value that stands somewhere in an answer.
    pub(super) fn read(self, value: Option<&Value>) -> Result<Cell, CellError> {
        match value {
            None | Some(Value::Null) => Ok(self.nothing()),
            Some(value) => self.convert(value),
        }
    }

    /// What an answer means that says nothing.
    fn nothing(self) -> Cell {
        match self {
            Self::Texts => Cell::Texts(Vec::new()),
            Self::Flag => Cell::Boolean(false),
            Self::Text | Self::Whole | Self::Boolean | Self::Date | Self::Instant | Self::Amount | Self::Points => {
                Cell::Null
            }
        }
    }

    fn convert(self, value: &Value) -> Result<Cell, CellError> {
        let text = value.as_str();
        let read = match self {
            Self::Text => text.map(|text| Cell::Text(text.to_owned())),
            Self::Texts => value.as_array().and_then(|items| items.iter().map(entry).collect()).map(Cell::Texts),
            Self::Whole => value.as_i64().map(Cell::Whole),
            Self::Boolean | Self::Flag => value.as_bool().map(Cell::Boolean),
            Self::Date => text.and_then(|text| text.parse().ok()).map(Cell::Date),
            Self::Instant => text.and_then(instant).map(Cell::Instant),
            Self::Amount => return self.amount(value),
            Self::Points => value.as_i64().and_then(points).map(Cell::Decimal),
        };
        read.ok_or_else(|| self.refuse(value))
    }

    fn amount(self, value: &Value) -> Result<Cell, CellError> {
        let number = value.as_str().and_then(|text| Decimal::from_str_exact(text).ok());
        let number = number.ok_or_else(|| self.refuse(value))?;
        if number.normalize().scale() > AMOUNT_SCALE {
            return Err(CellError::Digits { found: value.to_string(), wanted: self.sql() });
        }
        Ok(Cell::Decimal(number))
    }

    fn refuse(self, value: &Value) -> CellError {
        CellError::Type { found: value.to_string(), wanted: self.sql() }
    }
}

/// An item of a list: a text as it is, money as amount and currency.
fn entry(item: &Value) -> Option<String> {
    let money = || {
        let (amount, currency) = (item.get("amount")?.as_str()?, item.get("currency")?.as_str()?);
        Some(format!("{amount} {currency}"))
    };
    item.as_str().map(str::to_owned).or_else(money)
}

fn instant(text: &str) -> Option<Instant> {
    text.parse().ok()
}

/// Thousandths as points; none where there are more than the column's nine digits.
fn points(thousandths: i64) -> Option<Decimal> {
    (thousandths.unsigned_abs() < 1_000_000_000).then(|| Decimal::new(thousandths, POINTS_SCALE))
}

impl fmt::Display for Cell {
    /// As it stands in CSV; nothing for `NULL`, and a list as JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Texts(texts) => write!(f, "{}", Value::from(texts.as_slice())),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Boolean(is) => write!(f, "{is}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Instant(at) => write!(f, "{at}"),
            Self::Decimal(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_answer_says_becomes_a_value_and_its_text() {
        for (kind, value, text) in [
            (Kind::Text, json!("Zoë, \"Ltd\""), "Zoë, \"Ltd\""),
            (Kind::Texts, json!(["p-1", "p,2"]), r#"["p-1","p,2"]"#),
            (Kind::Texts, json!([{"amount": "12.50", "currency": "EUR"}]), r#"["12.50 EUR"]"#),
            (Kind::Texts, json!(null), "[]"),
            (Kind::Whole, json!(-7), "-7"),
            (Kind::Boolean, json!(true), "true"),
            (Kind::Boolean, json!(null), ""),
            (Kind::Flag, json!(null), "false"),
            (Kind::Date, json!("2024-02-29"), "2024-02-29"),
            (Kind::Instant, json!("2024-02-29T09:30:00.000001Z"), "2024-02-29T09:30:00.000001Z"),
            (Kind::Amount, json!("-20565.6206"), "-20565.6206"),
            (Kind::Amount, json!("0.5000000000000"), "0.5000000000000"),
            (Kind::Amount, json!("9999999999999999999999999999"), "9999999999999999999999999999"),
            (Kind::Points, json!(85_748), "85.748"),
            (Kind::Points, json!(-7), "-0.007"),
            (Kind::Points, json!(null), ""),
        ] {
            assert_eq!(kind.read(Some(&value)).unwrap().to_string(), text, "{kind:?} {value}");
        }
        assert_eq!(Kind::Text.read(None), Ok(Cell::Null));
    }

    #[test]
    fn what_is_none_of_the_type_is_refused_and_named() {
        for (kind, value, says) in [
            (Kind::Text, json!(1), "1 is no VARCHAR"),
            (Kind::Texts, json!([1]), "[1] is no VARCHAR[]"),
            (Kind::Texts, json!("p-1"), "\"p-1\" is no VARCHAR[]"),
            (Kind::Whole, json!(1.5), "1.5 is no BIGINT"),
            (Kind::Whole, json!(u64::MAX), "18446744073709551615 is no BIGINT"),
            (Kind::Flag, json!("true"), "\"true\" is no BOOLEAN"),
            (Kind::Date, json!("2023-02-29"), "\"2023-02-29\" is no DATE"),
            (Kind::Instant, json!("2024-01-01"), "\"2024-01-01\" is no TIMESTAMP WITH TIME ZONE"),
            (Kind::Amount, json!("1e3"), "\"1e3\" is no DECIMAL(38,10)"),
            (Kind::Amount, json!(12), "12 is no DECIMAL(38,10)"),
            (
                Kind::Amount,
                json!("0.00000000001"),
                "\"0.00000000001\" has more than 10 digits behind the point: DECIMAL(38,10) does not hold it",
            ),
            (Kind::Points, json!(1_000_000_000), "1000000000 is no DECIMAL(9,3)"),
        ] {
            assert_eq!(kind.read(Some(&value)).unwrap_err().to_string(), says, "{kind:?} {value}");
        }
    }
}
