//! Tables for people: columns that are empty throughout are left out, and long cells are broken over lines.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// The width where standard output is no terminal, in characters.
const PLAIN_WIDTH: u16 = 160;

/// A table without frames; on a terminal as wide as that is.
pub(super) fn new() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(PLAIN_WIDTH);
    }
    table
}

/// The finished table as text: two blanks between columns, none at the ends of lines.
pub(super) fn text_of(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// Lays out a list as the API answers it as CSV.
pub(super) fn of_csv(text: &str) -> anyhow::Result<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok("nothing".to_owned());
    }
    // An empty list is as good as nothing.
    let cell = |row: &csv::StringRecord, column: usize| match row.get(column).unwrap_or_default() {
        "[]" => String::new(),
        text => text.to_owned(),
    };
    let used = |column: &usize| rows.iter().any(|row| !cell(row, *column).is_empty());
    let columns: Vec<usize> = (0..header.len()).filter(used).collect();
    let cells = |row: &csv::StringRecord| columns.iter().map(|column| cell(row, *column)).collect::<Vec<_>>();
    let mut table = new();
    table.set_header(cells(&header));
    table.add_rows(rows.iter().map(cells));
    Ok(text_of(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_columns_are_left_out_and_lines_end_where_their_text_does() {
        let table = of_csv("account,region,owners,status\nacme,,[],open\nbetacorp,,[],closed\n").unwrap();
        assert_eq!(table, "account   status\nacme      open\nbetacorp  closed");
    }

    #[test]
    fn a_list_without_items_says_so() {
        assert_eq!(of_csv("account,status\n").unwrap(), "nothing");
    }
}
