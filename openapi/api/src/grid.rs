//! Draws an ortho the way people read it: words in columns, one row below the other. A grid of more than two
//! dimensions is drawn in slices, one below the other with an empty line between.

use std::fmt;
use std::slice::Chunks;

use crate::common::Word;
use crate::orthos::Ortho;

impl Ortho {
    /// Its slices of two dimensions, in the order of its other axes; each is rows of words.
    pub fn slices(&self) -> impl Iterator<Item = Chunks<'_, Word>> {
        let (columns, rows) = (self.extent_from_last(0), self.extent_from_last(1));
        let slices = self.cells.chunks(columns.saturating_mul(rows));
        slices.map(move |slice| slice.chunks(columns))
    }

    /// At least 1, so that what is no grid has slices all the same.
    fn extent_from_last(&self, axis: usize) -> usize {
        let extent = self.extents.iter().rev().nth(axis);
        extent.map_or(1, |extent| usize::try_from(*extent).unwrap_or(1).max(1))
    }

    /// How wide the words of one column are, in characters.
    fn width(&self, column: usize) -> usize {
        let rows = self.slices().flatten();
        let words = rows.filter_map(|row| row.get(column));
        words.map(|word| word.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Ortho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = 0..self.extent_from_last(0);
        let widths: Vec<usize> = columns.map(|column| self.width(column)).collect();
        for (index, slice) in self.slices().enumerate() {
            f.write_str(if index > 0 { "\n\n" } else { "" })?;
            for (index, row) in slice.enumerate() {
                f.write_str(if index > 0 { "\n" } else { "" })?;
                draw_row(row, &widths, f)?;
            }
        }
        Ok(())
    }
}

fn draw_row(words: &[Word], widths: &[usize], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some((last, before)) = words.split_last() else {
        return Ok(());
    };
    for (word, width) in before.iter().zip(widths) {
        write!(f, "{word:width$}  ", word = word.as_str())?;
    }
    f.write_str(last)
}

#[cfg(test)]
mod tests {
    use crate::orthos::Ortho;

    fn ortho(extents: &[i32], cells: &[&str]) -> Ortho {
        Ortho {
            id: "0".repeat(32).parse().unwrap(),
            shape: "2x2".parse().unwrap(),
            extents: extents.to_vec(),
            cells: cells.iter().map(|word| word.parse().unwrap()).collect(),
            volume: 1,
            rarity: 0,
            version: "1".parse().unwrap(),
        }
    }

    #[test]
    fn words_stand_in_columns_and_no_line_ends_in_spaces() {
        let grid = ortho(&[2, 3], &["that", "you", "intended", "i", "have", "to"]);
        assert_eq!(grid.to_string(), "that  you   intended\ni     have  to");
    }

    #[test]
    fn letters_are_counted_not_bytes() {
        assert_eq!(ortho(&[2, 2], &["é", "b", "cc", "d"]).to_string(), "é   b\ncc  d");
    }

    #[test]
    fn three_dimensions_are_drawn_in_slices() {
        let cube = ortho(&[2, 2, 2], &["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(cube.slices().count(), 2);
        assert_eq!(cube.to_string(), "a  b\nc  d\n\ne  f\ng  h");
    }

    #[test]
    fn what_is_no_grid_is_drawn_all_the_same() {
        assert_eq!(ortho(&[], &[]).to_string(), "");
        assert_eq!(ortho(&[0, -1], &["a", "b"]).to_string(), "a\n\nb");
    }
}
