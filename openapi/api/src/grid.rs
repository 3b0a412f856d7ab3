//! Draws an ortho the way people read it: words in columns, one row below the other. A grid of more than two
//! dimensions is drawn in slices, one below the other with an empty line between.

use std::fmt;

use crate::orthos::Ortho;

impl fmt::Display for Ortho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extents: Vec<usize> = self
            .extents
            .iter()
            .map(|extent| usize::try_from(*extent).unwrap_or(0))
            .collect();
        let columns = extents.last().copied().unwrap_or(0).max(1);
        let rows = extents.iter().rev().nth(1).copied().unwrap_or(0).max(1);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column, columns)).collect();
        for (row, words) in self.cells.chunks(columns).enumerate() {
            if row > 0 {
                f.write_str(if row % rows == 0 { "\n\n" } else { "\n" })?;
            }
            for (column, (word, width)) in words.iter().zip(&widths).enumerate() {
                if column + 1 == words.len() {
                    write!(f, "{word}")?;
                } else {
                    write!(f, "{word:width$}  ", word = word.as_str())?;
                }
            }
        }
        Ok(())
    }
}

impl Ortho {
    /// How wide the words of one column are, in characters.
    fn width(&self, column: usize, columns: usize) -> usize {
        let words = self.cells.iter().skip(column).step_by(columns);
        words.map(|word| word.chars().count()).max().unwrap_or(0)
    }
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
        assert_eq!(cube.to_string(), "a  b\nc  d\n\ne  f\ng  h");
    }

    #[test]
    fn what_is_no_grid_is_drawn_all_the_same() {
        assert_eq!(ortho(&[], &[]).to_string(), "");
        assert_eq!(ortho(&[0, -1], &["a", "b"]).to_string(), "a\n\nb");
    }
}
