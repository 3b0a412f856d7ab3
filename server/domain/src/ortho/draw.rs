//! A grid of words as text: columns aligned, more than two axes in slices.
//!
//! Widths count characters as a terminal shows them is the caller's matter for wide scripts; here one character is
//! one column. It must never know colours or terminals.

use std::fmt;

use super::geometry::Geometry;
use super::shape::Shape;

/// Draws the words of a grid; a missing far corner is drawn as `?`.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    shape: &'a Shape,
    words: &'a [&'a str],
}

impl<'a> Drawing<'a> {
    /// A drawing of these words, row-major; the last may be missing.
    #[must_use]
    pub const fn new(shape: &'a Shape, words: &'a [&'a str]) -> Self {
        Self { shape, words }
    }

    fn word(&self, cell: usize) -> &'a str {
        self.words.get(cell).copied().unwrap_or("?")
    }
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extents = self.shape.extents();
        let geometry = Geometry::new(extents);
        let [.., rows, columns] = *extents else {
            return Ok(());
        };
        let (rows, columns) = (usize::from(rows), usize::from(columns));
        let width = |column: usize| {
            let cells = (column..geometry.len()).step_by(columns);
            cells
                .map(|cell| self.word(cell).chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in 0..geometry.len() / columns {
            if row > 0 {
                f.write_str(if row % rows == 0 { "\n\n" } else { "\n" })?;
            }
            for (column, &width) in widths.iter().enumerate() {
                let word = self.word(row * columns + column);
                if column + 1 == columns {
                    f.write_str(word)?;
                } else {
                    write!(f, "{word:width$}  ")?;
                }
            }
        }
        Ok(())
    }
}
