//! The one table: columns aligned, no lines, numbers to the right.

use comfy_table::{CellAlignment, Table, presets};

use super::grouped;

/// So many shapes stand beside each other before the table goes on below.
const SHAPES_ACROSS: usize = 8;

/// Draws rows under a heading; the first column is aligned left, the others right.
pub fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = bare();
    if !heading.is_empty() {
        table.set_header(heading.to_vec());
    }
    table.add_rows(rows.to_vec());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    finish(&mut table)
}

/// Draws rows in which every column is text.
pub fn listing(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = bare();
    table.set_header(heading.to_vec());
    table.add_rows(rows.to_vec());
    finish(&mut table)
}

/// Draws how many orthos there are of each shape, shapes across:
///
/// ```text
/// shape     2x2    2x3
/// orthos  2,319  1,794
/// ```
pub fn shapes(counts: &[(String, u64)]) -> String {
    let blocks: Vec<String> = counts
        .chunks(SHAPES_ACROSS)
        .map(|chunk| {
            let names = std::iter::once("shape")
                .chain(chunk.iter().map(|(name, _)| name.as_str()))
                .map(str::to_owned);
            let orthos =
                std::iter::once("orthos".to_owned()).chain(chunk.iter().map(|(_, count)| grouped(*count)));
            table(&[], &[names.collect(), orthos.collect()])
        })
        .collect();
    blocks.join("\n")
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

fn finish(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stand_under_their_shapes() {
        let counts = [("2x2".to_owned(), 2_319), ("2x3".to_owned(), 48)];
        assert_eq!(shapes(&counts), "shape     2x2  2x3\northos  2,319   48");
    }

    #[test]
    fn many_shapes_go_on_below() {
        let counts: Vec<_> = (2..12).map(|extent| (format!("2x{extent}"), 1)).collect();
        assert_eq!(shapes(&counts).lines().count(), 4);
    }

    #[test]
    fn a_table_without_rows_is_its_heading() {
        assert_eq!(table(&["a", "b"], &[]), "a  b");
    }
}
