//! The one grid: an ortho as rows of words, with a remark beside each row where there is one.
//!
//! The last axis runs to the right, the one before it downwards. Beyond two axes the grid is cut into
//! two-dimensional slices, one for each place on the axes in front:
//!
//! ```text
//! a  e
//! c  g
//!
//! b  f
//! d  h
//! ```
//! so that the first slice is the part with the first axis at its start, the second one step further.

use comfy_table::{Table, presets};

/// Draws a grid of words; `shape` has the extents in the order of the axes and `cells` the words
/// row-major. `remarks` may hold a text for each row of the whole grid, top to bottom.
pub fn grid(shape: &[usize], cells: &[String], remarks: &[String]) -> String {
    let columns = shape.last().copied().unwrap_or(1).max(1);
    let rows_in_slice = shape
        .len()
        .checked_sub(2)
        .and_then(|axis| shape.get(axis))
        .copied()
        .unwrap_or(1)
        .max(1);
    let rows: Vec<&[String]> = cells.chunks(columns).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for (index, row) in rows.iter().enumerate() {
        if index > 0 && index.is_multiple_of(rows_in_slice) {
            table.add_row(vec![""; columns]);
        }
        let remark = remarks.get(index).map(|text| format!("  {text}"));
        table.add_row(row.iter().cloned().chain(remark));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn rows_run_along_the_last_axis() {
        assert_eq!(
            grid(&[2, 3], &words("that you intended i have to"), &[]),
            "that  you   intended\ni     have  to"
        );
    }

    #[test]
    fn a_cube_is_shown_in_slices() {
        assert_eq!(
            grid(&[2, 2, 2], &words("a e c g b f d h"), &[]),
            "a  e\nc  g\n\nb  f\nd  h"
        );
    }

    #[test]
    fn remarks_stand_beside_their_rows() {
        let remarks = vec!["one".to_owned(), "two".to_owned()];
        assert_eq!(
            grid(&[2, 2], &words("a bb ccc d"), &remarks),
            "a    bb    one\nccc  d     two"
        );
    }

    #[test]
    fn wide_letters_keep_their_columns() {
        let drawn = grid(&[2, 2], &words("日本 a b c"), &[]);
        assert_eq!(drawn, "日本  a\nb     c");
    }
}
